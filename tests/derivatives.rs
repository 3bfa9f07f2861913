//! Hessians of `tests/cases/hessians.matcalc`, Jacobians and tensors in all their views, differentials, products with directions:
//! the printed form and the check of each.

mod common;

use matcalc::check::{Certificate, CheckOptions, check_equal};
use matcalc::linear;
use matcalc::render::{Format, render};
use matcalc::session::{self, Given, Problem, on_large_stack};
use matcalc::shape::Goal;
use matcalc::tensor::{self, AlongKind, Views};

const HESSIANS: &str = include_str!("cases/hessians.matcalc");

fn options() -> Option<CheckOptions> {
    Some(CheckOptions::default())
}

fn problem(texts: &[(&str, Goal)], decl: &str, wrt: &[&str]) -> Problem {
    let given: Vec<Given> = texts
        .iter()
        .map(|(text, goal)| Given { origin: "expression".into(), text: (*text).into(), goal: goal.clone() })
        .collect();
    session::read(&given, decl, wrt).unwrap_or_else(|report| panic!("{report:?}"))
}

fn passed(certificate: &Option<Certificate>) -> bool {
    certificate.as_ref().is_some_and(Certificate::passed)
}

#[test]
fn hessians_have_the_form_readers_expect_and_are_the_jacobian_of_the_gradient() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for case in common::cases(HESSIANS) {
            let mut problem = problem(&[(&case.expr, Goal::Scalar)], &case.decl, &[&case.wrt]);
            let views =
                tensor::hessian(&mut problem, 0, 0, options().as_ref()).unwrap_or_else(|report| panic!("{report:?}"));
            let matrix = views.matrix.expect("a vector's Hessian is a matrix");
            let found = render(&problem.arena, matrix, Format::Unicode, &problem.style);
            if found != case.want || !passed(&views.certificate) {
                wrong.push(format!("{}\n  want  {}\n  found {found}\n  {:?}", case.name, case.want, views.certificate));
            }
            // H = (J(∇f))ᵀ, with the gradient as it is printed.
            let wrt = problem.wrt[0];
            let gradient = session::gradient(&mut problem, 0, linear::Convention::Projected, None)
                .unwrap_or_else(|report| panic!("{report:?}"));
            let arena = &mut problem.arena;
            let differential =
                matcalc::differential::differentiate(arena, gradient.expr, wrt, 0).expect("differentiable");
            let jacobian = linear::matrix(arena, differential.expr, wrt, 0).expect("linear");
            let transposed = arena.transpose(jacobian);
            let equal = check_equal(arena, matrix, transposed, &CheckOptions::default());
            assert!(equal.passed(), "{}: H is not the transposed Jacobian of the gradient", case.name);
            let symmetric = arena.transpose(matrix);
            assert!(
                check_equal(arena, matrix, symmetric, &CheckOptions::default()).passed(),
                "{}: H is not symmetric",
                case.name
            );
        }
    });
    assert!(wrong.is_empty(), "{} cases\n{}", wrong.len(), wrong.join("\n"));
}

/// The views as lines: matrix, or operator, kron, index, form.
fn lines(problem: &Problem, views: &Views) -> Vec<String> {
    let text = |expr| render(&problem.arena, expr, Format::Unicode, &problem.style);
    assert!(passed(&views.certificate), "{:?}", views.certificate);
    if let Some(matrix) = views.matrix {
        return vec![text(matrix)];
    }
    let mut lines = Vec::new();
    if let Some((direction, operator)) = views.operator {
        lines.push(format!("{} ↦ {}", problem.arena.symbol(direction).name, text(operator)));
    }
    lines.extend(views.kron.map(text));
    lines.push(text(views.index.expr));
    lines.extend(views.form.map(text));
    lines
}

#[track_caller]
fn jacobian(expr: &str, decl: &str, wrt: &str, want: &[&str]) {
    let found = on_large_stack(|| {
        let mut problem = problem(&[(expr, Goal::Any)], decl, &[wrt]);
        let views = tensor::jacobian(&mut problem, 0, options().as_ref()).unwrap_or_else(|report| panic!("{report:?}"));
        lines(&problem, &views)
    });
    assert_eq!(found, want, "{expr}");
}

#[track_caller]
fn hessian(expr: &str, decl: &str, wrt: &[&str], want: &[&str]) {
    let found = on_large_stack(|| {
        let mut problem = problem(&[(expr, Goal::Scalar)], decl, wrt);
        let last = wrt.len() - 1;
        let views =
            tensor::hessian(&mut problem, 0, last, options().as_ref()).unwrap_or_else(|report| panic!("{report:?}"));
        lines(&problem, &views)
    });
    assert_eq!(found, want, "{expr}");
}

#[test]
fn jacobians_of_vectors() {
    jacobian("A x", "", "x", &["A"]);
    jacobian("A*exp(x)", "", "x", &["A diag(exp(x))"]);
    jacobian("exp(Ax)", "", "x", &["diag(exp(Ax))A"]);
    jacobian("x⊙x", "", "x", &["2diag(x)"]);
    jacobian("softmax(x)", "", "x", &["diag(softmax(x)) − softmax(x)softmax(x)ᵀ"]);
    jacobian("x/‖x‖", "", "x", &["(I − xxᵀ/‖x‖²)/‖x‖"]);
    jacobian("a'x", "", "x", &["aᵀ"]);
    jacobian("t^2 x", "t: scalar; x: vector(n)", "t", &["2tx"]);
}

#[test]
fn jacobians_that_are_tensors() {
    jacobian("A x", "", "A", &["H ↦ Hx", "xᵀ ⊗ Iₘ", "xₖδᵢⱼ"]);
    jacobian("X^-1", "", "X", &["H ↦ −X⁻¹HX⁻¹", "−X⁻ᵀ ⊗ X⁻¹", "−(X⁻¹)ᵢₖ(X⁻¹)ₗⱼ"]);
    jacobian("X'", "", "X", &["H ↦ Hᵀ", "commutation(m, n)", "δᵢₗδⱼₖ"]);
    jacobian("A X B", "", "X", &["H ↦ AHB", "Bᵀ ⊗ A", "AᵢₖBₗⱼ"]);
    jacobian("W x", "", "W", &["H ↦ Hx", "xᵀ ⊗ Iₘ", "xₖδᵢⱼ"]);
}

#[test]
fn hessians_in_matrices() {
    hessian(
        "log det X",
        "",
        &["X"],
        &["H ↦ −X⁻ᵀHᵀX⁻ᵀ", "−(X⁻¹ ⊗ X⁻ᵀ)commutation(n, n)", "−(X⁻¹)ⱼₖ(X⁻¹)ₗᵢ", "−tr(X⁻¹ dX₁ X⁻¹ dX₂)"],
    );
    hessian(
        "log det X",
        "X: symmetric(n)",
        &["X"],
        &["H ↦ −X⁻¹HX⁻¹", "−X⁻¹ ⊗ X⁻¹", "−(X⁻¹)ᵢₖ(X⁻¹)ⱼₗ", "−tr(X⁻¹ dX₁ X⁻¹ dX₂)"],
    );
}

#[test]
fn a_transposed_inverse_is_transposed_back() {
    hessian(
        "tr(X^-1)",
        "",
        &["X"],
        &[
            "H ↦ (X⁻¹HX⁻² + X⁻²HX⁻¹)ᵀ",
            "(X⁻¹ ⊗ (X⁻²)ᵀ + X⁻² ⊗ X⁻ᵀ)commutation(n, n)",
            "(X⁻¹)ⱼₖ(X⁻²)ₗᵢ + (X⁻²)ⱼₖ(X⁻¹)ₗᵢ",
            "tr((X⁻² dX₂ X⁻¹ + X⁻¹ dX₂ X⁻²) dX₁)",
        ],
    );
}

#[test]
fn mixed_blocks() {
    hessian("x'A y", "", &["x", "y"], &["A"]);
    hessian("½‖A x − y‖²", "", &["x", "y"], &["−Aᵀ"]);
}

#[test]
fn scalar_derivatives_of_any_order() {
    on_large_stack(|| {
        let mut problem = problem(&[("tanh(x)", Goal::ScalarVariable)], "", &["x"]);
        let answer = tensor::scalar_derivative(&mut problem, 4, options().as_ref())
            .unwrap_or_else(|report| panic!("{report:?}"));
        assert!(passed(&answer.certificate));
        assert_eq!(
            render(&problem.arena, answer.expr, Format::Unicode, &problem.style),
            "8tanh(x)(2 − 5tanh²(x) + 3tanh⁴(x))"
        );
        let answer = tensor::scalar_derivative(&mut problem, 20, options().as_ref())
            .unwrap_or_else(|report| panic!("{report:?}"));
        assert!(passed(&answer.certificate));
    });
}

#[test]
fn differentials_and_directions() {
    let shown = |problem: &Problem, expr| render(&problem.arena, expr, Format::Unicode, &problem.style);
    on_large_stack(|| {
        let mut log_det = problem(&[("log det X", Goal::Any)], "", &["X"]);
        for (order, want) in [(1, "tr(X⁻¹ dX)"), (2, "−tr(X⁻¹ dX₁ X⁻¹ dX₂)")] {
            let answer = tensor::differential(&mut log_det, order, options().as_ref())
                .unwrap_or_else(|report| panic!("{report:?}"));
            assert!(passed(&answer.certificate));
            assert_eq!(shown(&log_det, answer.expr), want);
        }
        for (kind, expr, direction, goal, want) in [
            (AlongKind::Jvp, "X^-1", "V", Goal::ShapeOf("X".into()), "−X⁻¹VX⁻¹"),
            (AlongKind::Vjp, "X^-1", "V", Goal::SameAs(0), "−X⁻ᵀVX⁻ᵀ"),
            (AlongKind::Hvp, "log det X", "V", Goal::ShapeOf("X".into()), "−X⁻ᵀVᵀX⁻ᵀ"),
        ] {
            let mut problem = problem(&[(expr, Goal::Any), (direction, goal)], "", &["X"]);
            let answer = tensor::product_along(&mut problem, kind, options().as_ref())
                .unwrap_or_else(|report| panic!("{report:?}"));
            assert!(passed(&answer.certificate), "{kind:?} {:?}", answer.certificate);
            assert_eq!(shown(&problem, answer.expr), want, "{kind:?}");
        }
    });
}
