//! The Hessian of a scalar expression, or the mixed block of two variables.

use super::direction::Ambient;
use super::refusal::{not_linear, reason};
use super::views::{Source, Views, views};
use crate::check::CheckOptions;
use crate::differential::differentiate;
use crate::domain::Condition;
use crate::linear::{self, Convention};
use crate::problem::{Problem, Report};
use crate::simplify::{shortest, simplify};

/// The Hessian of the first expression, a scalar: the block of the variables at the two places, rows by the first.
///
/// Of an orthogonal variable it is the Riemannian Hessian: the differential of the gradient on the orthogonal matrices, projected on the
/// tangent space (Absil, Mahony & Sepulchre 2008, §5.5).
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
    let ambient = Ambient::along_geodesics(problem);
    let (free_row, free_col) = (ambient.variable(row), ambient.variable(col));
    let first =
        differentiate(&mut problem.arena, ambient.root, free_row, 1).map_err(|error| reason(problem, &error))?;
    let gradient = linear::gradient(&mut problem.arena, first.expr, free_row, 1).map_err(|_| not_linear(problem))?;
    let bend = if row == col { ambient.bend(&mut problem.arena, gradient, row, [1, 2]) } else { None };
    let gradient = ambient.tangent(&mut problem.arena, gradient, row);
    let gradient = simplify(&mut problem.arena, gradient);
    let second = differentiate(&mut problem.arena, gradient, free_col, 2).map_err(|error| reason(problem, &error))?;
    let form =
        differentiate(&mut problem.arena, first.expr, free_col, 2).map_err(|error| reason(problem, &error))?.expr;
    let arena = &mut problem.arena;
    let rules: Vec<Condition> = first.conditions.iter().chain(&second.conditions).copied().collect();
    let rules = ambient.conditions(arena, &rules);
    let form = bend.map_or(form, |bend| arena.plus(form, bend));
    let form = ambient.restore(arena, form, &[1, 2]);
    let form = shortest(arena, form);
    // The axes of the row variable are those of its gradient.
    let second = ambient.restore(arena, second.expr, &[2]);
    let second = linear::project(arena, second, row, Convention::Projected);
    let mut views = views(problem, second, col, 2, row == col)?;
    views.form = Some(form);
    let arena = &mut problem.arena;
    let gradient = ambient.restore(arena, gradient, &[1]);
    let output = arena.symbol(row).shape;
    let source = Source { before: &[gradient], rules: &rules, slots: &[(row, 1), (col, 2)], output };
    views.finished(problem, &source, options)
}
