//! Taylor polynomials.

use super::direction::Ambient;
use super::finish::{Derived, Finished, Form, finish, on_the_way};
use super::refusal::reason;
use crate::check::{self, CheckOptions};
use crate::differential::differentiate;
use crate::number::Coeff;
use crate::problem::{Problem, Report};
use crate::simplify::shortest;

/// The Taylor polynomial of the first expression, a scalar, of that order at the variable, in the step `dX`.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn taylor(problem: &mut Problem, order: u32, options: Option<&CheckOptions>) -> Result<Finished, Report> {
    let wrt = problem.wrt[0];
    let mut rules = Vec::new();
    let ambient = Ambient::along_lines(problem);
    let mut root = ambient.root;
    let shape = problem.arena.shape(root);
    let mut terms = vec![(Coeff::ONE, problem.normal[0])];
    let mut factorial = Coeff::ONE;
    for k in 1..=order {
        let variable = ambient.variable(wrt);
        let found = differentiate(&mut problem.arena, root, variable, 0).map_err(|error| reason(problem, &error))?;
        rules.extend(found.conditions);
        root = found.expr;
        factorial = factorial.mul(&Coeff::integer(i64::from(k)));
        let arena = &mut problem.arena;
        let term = ambient.restore(arena, root, &[0]);
        let term = shortest(arena, term);
        terms.push((factorial.recip().unwrap_or(Coeff::ONE), term));
    }
    let arena = &mut problem.arena;
    let rules = ambient.conditions(arena, &rules);
    let before = on_the_way(arena, terms[1..].iter().map(|(_, term)| *term).collect());
    let expr = arena.add_terms(terms, shape);
    let derived = Derived { expr, form: Form::AsDerived, before: &before, rules: &rules };
    finish(problem, &derived, options, |arena, raw, expr, options| {
        check::check_polynomial(arena, raw, wrt, order as usize, expr, options)
    })
}
