//! An expression in its simplest form.

use super::finish::{Derived, Finished, Form, finish};
use crate::check::{self, CheckOptions};
use crate::problem::{Problem, Report};

/// The first expression in its simplest form.
///
/// # Errors
/// A message where it has a value nowhere.
pub fn simplified(problem: &mut Problem, options: Option<&CheckOptions>) -> Result<Finished, Report> {
    let derived = Derived { expr: problem.normal[0], form: Form::Shortest, before: &[], rules: &[] };
    finish(problem, &derived, options, |arena, raw, expr, options| check::check_equal(arena, raw, expr, options))
}
