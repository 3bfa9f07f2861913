//! The gradient of a scalar expression, in one variable or in several together.

use super::entries::by_entries;
use super::finish::{Derived, Finished, Form, finish, finish_together};
use super::part;
use super::refusal::{not_linear, reason};
use crate::check::{self, Certificate, CheckOptions};
use crate::differential::{differentiate, differentiate_each};
use crate::domain::Condition;
use crate::expr::ExprId;
use crate::linear::{self, Convention};
use crate::problem::{Problem, Report};
use crate::simplify::{simplify, simplify_each};

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

/// The gradients in several variables.
#[derive(Clone, Debug)]
pub struct Gradients {
    /// The gradient in each variable, in the order of these.
    pub exprs: Vec<ExprId>,
    /// Conditions under which all of them hold.
    pub conditions: Vec<Condition>,
    /// The outcome of the check of all, which passed; `None` where it was switched off.
    pub certificate: Option<Certificate>,
}

impl Gradients {
    /// The gradient in the variable at this place.
    #[must_use]
    pub fn one(&self, place: usize) -> Finished {
        let (conditions, certificate) = (self.conditions.clone(), self.certificate.clone());
        Finished { expr: self.exprs[place], conditions, certificate }
    }
}

/// The gradients of the first expression, a scalar, in all variables: derived, simplified and checked together. `None` where they are to be
/// asked for one by one: where a variable is a part of a symbol, and where one of them has no gradient or does not pass its check.
pub fn gradients(problem: &mut Problem, options: Option<&CheckOptions>) -> Option<Gradients> {
    if problem.parts.iter().any(Option::is_some) {
        return None;
    }
    let (arena, wrt) = (&mut problem.arena, problem.wrt.clone());
    let differentials = differentiate_each(arena, problem.normal[0], &wrt, 0).ok()?;
    let mut projected = Vec::with_capacity(wrt.len());
    let mut rules: Vec<Condition> = Vec::new();
    for (differential, wrt) in differentials.iter().zip(&wrt) {
        let whole = linear::gradient(arena, differential.expr, *wrt, 0).ok()?;
        projected.push(linear::project(arena, whole, *wrt, Convention::Projected));
        rules.extend(&differential.conditions);
    }
    let exprs = simplify_each(arena, &projected);
    let exprs: Vec<ExprId> = exprs.into_iter().map(|expr| by_entries(arena, expr)).collect();
    let (conditions, certificate) = finish_together(problem, &exprs, &rules, options, |arena, raw, options| {
        let answers: Vec<_> = wrt.iter().copied().zip(exprs.iter().copied()).collect();
        check::check_gradients(arena, raw, &answers, options)
    })?;
    certificate.as_ref().is_none_or(Certificate::passed).then_some(Gradients { exprs, conditions, certificate })
}
