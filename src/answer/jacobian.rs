//! The Jacobian of an expression of any shape.

use super::direction::along;
use super::refusal::reason;
use super::views::{Views, apply_matrix, views, with_entries};
use crate::check::{self, CheckOptions};
use crate::differential::differentiate;
use crate::domain::conditions;
use crate::problem::{Problem, Report};

/// The Jacobian of the first expression, of any shape, in the variable at that place.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn jacobian(problem: &mut Problem, place: usize, options: Option<&CheckOptions>) -> Result<Views, Report> {
    let wrt = problem.wrt[place];
    let root = problem.normal[0];
    let found = differentiate(&mut problem.arena, root, wrt, 0).map_err(|error| reason(problem, &error))?;
    let mut views = views(problem, found.expr, wrt, 0, false)?;
    let arena = &mut problem.arena;
    let main = views.matrix.or(views.kron).unwrap_or(found.expr);
    views.conditions = conditions(arena, problem.raw[0], main, &found.conditions);
    if let Some(options) = options {
        let answer = apply_matrix(arena, main, wrt, 0, arena.shape(root));
        let mut certificate = check::check_differential(arena, problem.raw[0], &[&[(wrt, 0)]], answer, options);
        if let (true, Some((direction, operator))) = (certificate.passed(), views.operator) {
            let operator = along(arena, operator, direction, wrt, 0);
            certificate = check::check_differential(arena, problem.raw[0], &[&[(wrt, 0)]], operator, options);
        }
        views.certificate = Some(with_entries(arena, certificate, &views, arena.shape(root), wrt, options));
    }
    Ok(views)
}
