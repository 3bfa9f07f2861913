//! Why an expression has no derivative.

use crate::differential::NotDifferentiable;
use crate::domain::Condition;
use crate::problem::{Problem, Report};
use crate::render::{Format, render_condition};

/// That an operator has no derivative.
pub(super) fn reason(problem: &Problem, error: &NotDifferentiable) -> Report {
    not_differentiable(problem, error.reason)
}

/// That a differential is not linear, which no input may lead to.
pub(super) fn not_linear(problem: &Problem) -> Report {
    not_differentiable(problem, "its differential is not linear, which is a bug in this program")
}

/// That the first expression cannot be differentiated, and why.
pub(super) fn not_differentiable(problem: &Problem, reason: &str) -> Report {
    problem.refusal("D0101", "this expression cannot be differentiated", reason, None)
}

/// That the answer would hold nowhere, as it needs what never is so.
pub(super) fn holds_nowhere(problem: &Problem, never: Condition) -> Report {
    let text = render_condition(&problem.arena, never, Format::Unicode, &problem.style);
    problem.refusal("D0102", "there is no point at which this answer would hold", &format!("it needs {text}"), None)
}
