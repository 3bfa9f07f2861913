//! The Hessian of a scalar expression, or the mixed block of two variables.

use super::direction::{Ambient, along};
use super::finish::best_form;
use super::refusal::{not_linear, reason};
use super::views::{Views, apply_matrix, views, with_entries};
use crate::check::{self, CheckOptions};
use crate::differential::differentiate;
use crate::domain::{Condition, conditions_through};
use crate::expr::SymbolId;
use crate::linear::{self, Convention};
use crate::problem::{Problem, Report};
use crate::simplify::simplify;

/// The Hessian of the first expression, a scalar: the block of the variables at the two places, rows by the first.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn hessian(
    problem: &mut Problem,
    rows: usize,
    cols: usize,
    options: Option<&CheckOptions>,
) -> Result<Views, Report> {
    let (row, col) = (problem.wrt[rows], problem.wrt[cols]);
    let ambient = Ambient::new(problem);
    let (free_row, free_col) = (ambient.variable(row), ambient.variable(col));
    let first =
        differentiate(&mut problem.arena, ambient.root, free_row, 1).map_err(|error| reason(problem, &error))?;
    let gradient = linear::gradient(&mut problem.arena, first.expr, free_row, 1).map_err(|_| not_linear(problem))?;
    let gradient = simplify(&mut problem.arena, gradient);
    let second = differentiate(&mut problem.arena, gradient, free_col, 2).map_err(|error| reason(problem, &error))?;
    let form =
        differentiate(&mut problem.arena, first.expr, free_col, 2).map_err(|error| reason(problem, &error))?.expr;
    let arena = &mut problem.arena;
    let rules: Vec<Condition> = first.conditions.iter().chain(&second.conditions).copied().collect();
    let rules = ambient.conditions(arena, &rules);
    let form = ambient.restore(arena, form, &[1, 2]);
    let form = best_form(arena, form);
    // The axes of the row variable are those of its gradient.
    let second = ambient.restore(arena, second.expr, &[2]);
    let second = linear::project(arena, second, row, Convention::Projected);
    let mut views = views(problem, second, col, 2, row == col)?;
    let arena = &mut problem.arena;
    views.form = Some(form);
    let main = views.matrix.or(views.kron).unwrap_or(form);
    let gradient = ambient.restore(arena, gradient, &[1]);
    views.conditions = conditions_through(arena, problem.raw[0], &[gradient, main], &rules);
    if let Some(options) = options {
        let moves: [&[(SymbolId, u32)]; 2] = [&[(row, 1)], &[(col, 2)]];
        let mut certificate = check::check_differential(arena, problem.raw[0], &moves, form, options);
        let (operator, matrix) = (views.operator, views.matrix.or(views.kron));
        let left = arena.differential(row, 1);
        let mut candidates = Vec::new();
        if let Some(matrix) = matrix {
            candidates.push(apply_matrix(arena, matrix, col, 2, arena.shape(left)));
        }
        if let Some((direction, operator)) = operator {
            candidates.push(along(arena, operator, direction, col, 2));
        }
        for candidate in candidates {
            if certificate.passed() {
                let quadratic = arena.written_inner(left, candidate);
                certificate = check::check_differential(arena, problem.raw[0], &moves, quadratic, options);
            }
        }
        let output = arena.symbol(row).shape;
        views.certificate = Some(with_entries(arena, certificate, &views, output, col, options));
    }
    Ok(views)
}
