//! Why an expression has no derivative.

use crate::differential::NotDifferentiable;
use crate::domain::Condition;
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

/// That the answer would hold nowhere, as it needs what never is so.
pub(super) fn holds_nowhere(problem: &Problem, never: Condition) -> Report {
    let text = render_condition(&problem.arena, never, Format::Unicode, &problem.style);
    problem.refusal("D0102", "there is no point at which this answer would hold", &format!("it needs {text}"), None)
}
