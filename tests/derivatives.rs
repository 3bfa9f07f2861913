//! K-th derivatives, differentials and products with directions: the printed form and the check of each.

use matcalc::check::{Certificate, CheckOptions};
use matcalc::render::{Format, render};
use matcalc::session::{self, Given, Problem, on_large_stack};
use matcalc::shape::Goal;
use matcalc::tensor::{self, AlongKind};

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
