//! K-th derivatives, differentials and products with directions: the printed form and the check of each.

use matcalc::answer::{self, AlongKind, Views};
use matcalc::check::{Certificate, CheckOptions};
use matcalc::problem::{self, Given, Problem};
use matcalc::render::{Format, render};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

fn options() -> Option<CheckOptions> {
    Some(CheckOptions::default())
}

fn problem(texts: &[(&str, Goal)], decl: &str, wrt: &[&str]) -> Problem {
    let given: Vec<Given> = texts
        .iter()
        .map(|(text, goal)| Given { origin: "expression".into(), text: (*text).into(), goal: goal.clone() })
        .collect();
    problem::read(&given, decl, wrt).unwrap_or_else(|report| panic!("{report:?}"))
}

fn passed(certificate: &Option<Certificate>) -> bool {
    certificate.as_ref().is_some_and(Certificate::passed)
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
        let views = answer::jacobian(&mut problem, 0, options().as_ref()).unwrap_or_else(|report| panic!("{report:?}"));
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
            answer::hessian(&mut problem, 0, last, options().as_ref()).unwrap_or_else(|report| panic!("{report:?}"));
        lines(&problem, &views)
    });
    assert_eq!(found, want, "{expr}");
}

#[test]
fn structured_variables_keep_their_space() {
    // −X⁻¹⊗X⁻¹ maps symmetric matrices to symmetric ones as it is; other maps are those of the projection.
    jacobian("X^-1", "X: spd(n)", "X", &["H ↦ −X⁻¹HX⁻¹", "−X⁻¹ ⊗ X⁻¹", "−(X⁻¹)ᵢₖ(X⁻¹)ⱼₗ"]);
    jacobian(
        "A X",
        "X: symmetric(n)",
        "X",
        &["H ↦ AH", "½(Iₙ ⊗ A)(I + K) where K = commutation(n, n)", "½(Aᵢₖδⱼₗ + Aᵢₗδⱼₖ)"],
    );
    let along = |kind, expr: &str, goal: Goal, want: &str| {
        let found = on_large_stack(|| {
            let mut problem = problem(&[(expr, Goal::Any), ("V", goal)], "X: symmetric(n)", &["X"]);
            let answer = answer::product_along(&mut problem, kind, options().as_ref())
                .unwrap_or_else(|report| panic!("{report:?}"));
            assert!(passed(&answer.certificate), "{kind:?} {:?}", answer.certificate);
            render(&problem.arena, answer.expr, Format::Unicode, &problem.style)
        });
        assert_eq!(found, want, "{kind:?}");
    };
    along(AlongKind::Jvp, "X^-1", Goal::ShapeOf("X".into()), "−½X⁻¹(V + Vᵀ)X⁻¹");
    along(AlongKind::Vjp, "X A", Goal::SameAs(0), "½(AVᵀ + VAᵀ)");
    along(AlongKind::Hvp, "log det X", Goal::ShapeOf("X".into()), "−½X⁻¹(V + Vᵀ)X⁻¹");
}

#[test]
fn orthogonal_variables_beyond_the_first_order() {
    // X⁻¹ and Xᵀ are one function on the orthogonal matrices, with one gradient and one Hessian there.
    let operators = ["tr(A X')", "tr(A X^-1)", "tr(X^-1 A)", "tr(X' A X' X)"].map(|expr| {
        on_large_stack(|| {
            let mut problem = problem(&[(expr, Goal::Hessian)], "X: orthogonal(n)", &["X"]);
            let views = answer::hessian(&mut problem, 0, 0, options().as_ref()).expect("differentiable");
            assert!(passed(&views.certificate), "{expr}: {:?}", views.certificate);
            let (_, operator) = views.operator.expect("a map of matrices");
            render(&problem.arena, operator, Format::Unicode, &problem.style)
        })
    });
    assert!(!operators[0].contains("zeros"), "{operators:?}");
    // A constant has none, though XᵀX varies off the orthogonal matrices.
    on_large_stack(|| {
        for expr in ["tr(X'X)", "tr(A X'X)", "det(X)^2"] {
            let mut problem = problem(&[(expr, Goal::Hessian)], "X: orthogonal(n)", &["X"]);
            let views = answer::hessian(&mut problem, 0, 0, options().as_ref()).expect("differentiable");
            assert!(passed(&views.certificate), "{expr}: {:?}", views.certificate);
        }
    });
}

#[test]
fn hessian_of_the_nuclear_norm() {
    for decl in ["X: matrix(m,n)", "X: square(n)"] {
        on_large_stack(|| {
            let mut problem = problem(&[("||X||_*", Goal::Hessian)], decl, &["X"]);
            let views = answer::hessian(&mut problem, 0, 0, options().as_ref()).expect("differentiable");
            assert!(passed(&views.certificate), "{:?}", views.certificate);
        });
    }
}

#[test]
fn every_order_is_checked() {
    on_large_stack(|| {
        for (expr, wrt) in [("log det X", "X"), ("tr(A X^2 B X)", "X"), ("log sum exp(x)", "x"), ("lambda_max(X)", "X")]
        {
            let mut problem = problem(&[(expr, Goal::Any)], "", &[wrt]);
            for order in 1..=4 {
                let answer = answer::differential(&mut problem, order, options().as_ref()).expect("differentiable");
                assert!(passed(&answer.certificate), "{expr} {order} {:?}", answer.certificate);
                let answer = answer::taylor(&mut problem, order, options().as_ref()).expect("differentiable");
                assert!(passed(&answer.certificate), "{expr} {order} {:?}", answer.certificate);
            }
        }
        for expr in
            ["tanh(x)", "1/(1 + exp(-x))", "exp(x^2)", "x^x", "sin(x) exp(x)", "1/(1 + x^2)", "log(x)", "sqrt(x)"]
        {
            let mut problem = problem(&[(expr, Goal::ScalarVariable)], "", &["x"]);
            let answer = answer::scalar_derivative(&mut problem, 12, options().as_ref()).expect("differentiable");
            assert!(passed(&answer.certificate), "{expr} {:?}", answer.certificate);
            let length = render(&problem.arena, answer.expr, Format::Unicode, &problem.style).chars().count();
            assert!(length < 1200, "{expr}: {length}");
        }
    });
}

#[test]
fn taylor_polynomials_grow() {
    on_large_stack(|| {
        let mut problem = problem(&[("sin(x) exp(x)", Goal::ScalarVariable)], "", &["x"]);
        let answer = answer::taylor(&mut problem, 2, options().as_ref()).expect("differentiable");
        assert_eq!(
            render(&problem.arena, answer.expr, Format::Unicode, &problem.style),
            "sin(x)exp(x) + exp(x)(sin(x) + cos(x)) dx + exp(x)cos(x) dx²"
        );
    });
}

#[test]
fn steps_that_stand_twice_in_a_norm_are_checked() {
    on_large_stack(|| {
        for expr in ["x'x", "||A x - b||^2", "sum(x.^2)", "||x||", "x/||x||", "sqrt(1 + x'x)", "log(1 + ||x||^2)"] {
            let mut problem = problem(&[(expr, Goal::Any)], "", &["x"]);
            for order in 1..=5 {
                let answer = answer::taylor(&mut problem, order, options().as_ref()).expect("differentiable");
                assert!(passed(&answer.certificate), "{expr} {order} {:?}", answer.certificate);
            }
        }
    });
}

#[test]
fn a_common_factor_that_has_zeros_is_taken_out() {
    on_large_stack(|| {
        for decl in ["U: upper(n)", "U: upper(n); A: upper(n)", "U: diagonal(n)", "U: skew(n); A: skew(n)"] {
            let expr = "tr(√(A∘log(ones(n,n) + U∘U) + ones(n,n)))";
            let mut problem = problem(&[(expr, Goal::Scalar)], decl, &["U", "A"]);
            for (row, col) in [(0, 0), (0, 1), (1, 1)] {
                let views = answer::hessian(&mut problem, row, col, options().as_ref()).expect("differentiable");
                assert!(passed(&views.certificate), "{decl} {:?}", views.certificate);
            }
        }
    });
}

#[test]
fn powers_under_a_sum_have_no_inverse() {
    on_large_stack(|| {
        let mut problem = problem(&[("X^k", Goal::Any)], "k: integer", &["X"]);
        let answer = answer::differential(&mut problem, 2, options().as_ref()).expect("differentiable");
        assert!(passed(&answer.certificate), "{:?}", answer.certificate);
        assert!(answer.conditions.is_empty(), "{:?}", answer.conditions);
        assert_eq!(
            render(&problem.arena, answer.expr, Format::Unicode, &problem.style),
            "Σ_{r=0}^{k−1} (Xʳ dX₁ Σ_{i=0}^{k−2−r} Xⁱ dX₂ Xᵏ⁻²⁻ⁱ⁻ʳ + (Σ_{i=0}^{r−1} Xⁱ dX₂ Xʳ⁻¹⁻ⁱ) dX₁ Xᵏ⁻¹⁻ʳ)"
        );
    });
}

#[test]
fn a_transposed_inverse_is_transposed_back() {
    hessian(
        "tr(X^-1)",
        "",
        &["X"],
        &[
            "H ↦ (X⁻¹HX⁻² + X⁻²HX⁻¹)ᵀ",
            "(X⁻¹ ⊗ (X⁻²)ᵀ + X⁻² ⊗ X⁻ᵀ)K where K = commutation(n, n)",
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
        let answer = answer::scalar_derivative(&mut problem, 4, options().as_ref())
            .unwrap_or_else(|report| panic!("{report:?}"));
        assert!(passed(&answer.certificate));
        assert_eq!(
            render(&problem.arena, answer.expr, Format::Unicode, &problem.style),
            "8tanh(x)(1 − tanh²(x))(2 − 3tanh²(x))"
        );
        let answer = answer::scalar_derivative(&mut problem, 20, options().as_ref())
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
            let answer = answer::differential(&mut log_det, order, options().as_ref())
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
            let answer = answer::product_along(&mut problem, kind, options().as_ref())
                .unwrap_or_else(|report| panic!("{report:?}"));
            assert!(passed(&answer.certificate), "{kind:?} {:?}", answer.certificate);
            assert_eq!(shown(&problem, answer.expr), want, "{kind:?}");
        }
    });
}

#[test]
fn blocks_of_diagonal_and_triangular_matrices() {
    hessian("sum(softplus(u + v))", "", &["u", "v"], &["diag(σ(u + v)∘σ(−u − v))"]);
    // Factors of triangular matrices are taken out, not divided by: these have entries that are 0.
    hessian(
        "sum(A .* A .* log(ones(n,n) + U .* U))",
        "A: upper(n); U: upper(n)",
        &["U", "A"],
        &[
            "H ↦ 4(A∘H∘U ⊘ (ones(n, n) + U∘U))",
            "4diag(vec(A∘U ⊘ (ones(n, n) + U∘U)))",
            "4(triu(ones(n, n)))ₖₗδᵢₖAᵢⱼUᵢⱼδⱼₗ/(1 + Uᵢⱼ²)",
            "4sum(A∘U∘dU₁∘dA₂ ⊘ (ones(n, n) + U∘U))",
        ],
    );
}

#[test]
fn diagonals_of_products_are_entrywise() {
    hessian("log det(A + diag(x))", "A: spd(n)", &["x"], &["−((A + diag(x))⁻¹).^2"]);
    hessian("log det(A + B diag(x) B')", "A: spd(n)", &["x"], &["−(Bᵀ(A + B diag(x)Bᵀ)⁻¹B).^2"]);
    jacobian("A diag(B x)", "", "x", &["h ↦ A diag(Bh)", "diag(vec(A))(B ⊗ ones(m))", "AᵢⱼBⱼₖ"]);
    jacobian(
        "kron(X, A)",
        "",
        "X",
        &["H ↦ H ⊗ A", "(Iₙ ⊗ K ⊗ Iₚ)(Iₘₙ ⊗ vec(A)) where K = commutation(q, m)", "(IₘeₖeₗᵀIₙ ⊗ A)ᵢⱼ"],
    );
    jacobian("diag(X)", "X: square(n)", "X", &["H ↦ diag(H)", "Σ_{i=1}^n eᵢ(eᵢᵀ ⊗ eᵢᵀ)", "δᵢⱼδᵢₖ"]);
}
