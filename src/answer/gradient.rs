//! The gradient of a scalar expression.

use super::finish::{Derived, Finished, Form, finish};
use super::part;
use super::refusal::{not_linear, reason};
use crate::check::{self, CheckOptions};
use crate::differential::differentiate;
use crate::linear::{self, Convention};
use crate::problem::{Problem, Report};
use crate::simplify::simplify;

/// The gradient of the first expression, a scalar, in the variable at the given place of `wrt`; checked unless `options` is `None`.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn gradient(
    problem: &mut Problem,
    place: usize,
    convention: Convention,
    options: Option<&CheckOptions>,
) -> Result<Finished, Report> {
    let wrt = problem.wrt[place];
    if let Some(part) = problem.parts[place].clone() {
        return part::gradient(problem, place, &part, convention, options);
    }
    let arena = &mut problem.arena;
    let differential = match differentiate(arena, problem.normal[0], wrt, 0) {
        Ok(differential) => differential,
        Err(error) => return Err(reason(problem, &error)),
    };
    let Ok(whole) = linear::gradient(arena, differential.expr, wrt, 0) else {
        return Err(not_linear(problem));
    };
    let projected = linear::project(arena, whole, wrt, Convention::Projected);
    let projected = simplify(arena, projected);
    let (expr, form) = match convention {
        Convention::Projected => (projected, Form::AsDerived),
        Convention::Vech => (linear::project(arena, whole, wrt, Convention::Vech), Form::Simplest),
    };
    let derived = Derived { expr, form, before: &[], rules: &differential.conditions };
    // The half-vectorized form is a fixed function of the projected one, which is what the check knows.
    finish(problem, &derived, options, |arena, raw, _, options| {
        check::check_gradient(arena, raw, wrt, projected, options)
    })
}
