//! Why an expression has no derivative.

use crate::check::{Certificate, CheckOptions, Reason, points_with_values};
use crate::differential::NotDifferentiable;
use crate::domain::{Condition, violated_everywhere};
use crate::expr::Node;
use crate::problem::{Problem, Report};
use crate::render::{Format, render, render_condition};

/// That an operator has no derivative.
pub(super) fn reason(problem: &Problem, error: &NotDifferentiable) -> Report {
    let Node::Factorial(of) = problem.arena.node(error.expr) else { return not_differentiable(problem, error.reason) };
    let of = render(&problem.arena, *of, Format::Ascii, &problem.style);
    let help = format!("for a function of a real number write `gamma({of} + 1)`");
    problem.refusal("D0101", NO_DERIVATIVE, error.reason, Some(help))
}

const NO_DERIVATIVE: &str = "this expression cannot be differentiated";

/// That a differential is not linear, which no input may lead to.
pub(super) fn not_linear(problem: &Problem) -> Report {
    not_differentiable(problem, "its differential is not linear, which is a bug in this program")
}

/// That the first expression cannot be differentiated, and why.
pub(super) fn not_differentiable(problem: &Problem, reason: &str) -> Report {
    problem.refusal("D0101", NO_DERIVATIVE, reason, None)
}

/// That no point was found at which an answer could be checked, as one of its conditions holds at none; `None` where another reason stands
/// behind it.
pub(super) fn fails_everywhere(
    problem: &Problem,
    conditions: &[Condition],
    certificate: Option<&Certificate>,
    options: Option<&CheckOptions>,
) -> Option<Report> {
    let has_no_point = certificate.is_some_and(|certificate| certificate.reason() == Some(&Reason::NoPoint));
    let options = options.filter(|_| has_no_point)?;
    let points = points_with_values(&problem.arena, problem.raw[0], &problem.wrt, options);
    let never = violated_everywhere(&problem.arena, conditions, &points)?;
    let text = render_condition(&problem.arena, never, Format::Unicode, &problem.style);
    let reason = format!("it needs {text}, which is so at none of {} random points", points.len());
    Some(problem.refusal("D0102", "no point was found at which this answer would hold", &reason, None))
}

/// That the answer would hold nowhere, as it needs what never is so.
pub(super) fn holds_nowhere(problem: &Problem, never: Condition) -> Report {
    let text = render_condition(&problem.arena, never, Format::Unicode, &problem.style);
    problem.refusal("D0102", "there is no point at which this answer would hold", &format!("it needs {text}"), None)
}
