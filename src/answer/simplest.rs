//! An expression in its simplest form.

use super::finish::{Answer, best_form};
use crate::check::{self, CheckOptions};
use crate::domain::conditions;
use crate::problem::Problem;

/// The first expression in its simplest form.
#[must_use]
pub fn simplified(problem: &mut Problem, options: Option<&CheckOptions>) -> Answer {
    let arena = &mut problem.arena;
    let expr = best_form(arena, problem.normal[0]);
    let conditions = conditions(arena, problem.raw[0], expr, &[]);
    let certificate = options.map(|options| check::check_equal(arena, problem.raw[0], expr, options));
    Answer { expr, conditions, certificate }
}
