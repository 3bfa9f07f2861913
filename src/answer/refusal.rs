//! Why an expression has no derivative.

use crate::differential::NotDifferentiable;
use crate::problem::{Problem, Report};

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
