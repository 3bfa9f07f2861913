//! The Jacobian of an expression of any shape.

use super::refusal::reason;
use super::views::{Source, Views, views};
use crate::check::CheckOptions;
use crate::differential::differentiate;
use crate::problem::{Problem, Report};

/// The Jacobian of the first expression, of any shape, in the variable at that place.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn jacobian(problem: &mut Problem, place: usize, options: Option<&CheckOptions>) -> Result<Views, Report> {
    let wrt = problem.wrt[place];
    let root = problem.normal[0];
    let found = differentiate(&mut problem.arena, root, wrt, 0).map_err(|error| reason(problem, &error))?;
    let output = problem.arena.shape(root);
    let views = views(problem, found.expr, wrt, 0, false)?;
    let source = Source { before: &[], rules: &found.conditions, slots: &[(wrt, 0)], output };
    views.finished(problem, &source, options)
}
