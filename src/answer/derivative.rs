//! Derivatives of any order in a scalar variable.

use rustc_hash::FxHashMap;

use super::finish::{Derived, Finished, Form, finish, on_the_way};
use super::refusal::reason;
use crate::check::{self, CheckOptions};
use crate::differential::differentiate;
use crate::problem::{Problem, Report};
use crate::simplify::{cost, expand_each, shortest, simplify};

/// The k-th derivative of the first expression in a scalar variable.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn scalar_derivative(
    problem: &mut Problem,
    order: u32,
    options: Option<&CheckOptions>,
) -> Result<Finished, Report> {
    let wrt = problem.wrt[0];
    let mut root = problem.normal[0];
    let (mut rules, mut before) = (Vec::new(), Vec::new());
    let mut unexpanded = root;
    for _ in 0..order {
        let differential = differentiate(&mut problem.arena, root, wrt, 0).map_err(|error| reason(problem, &error))?;
        rules.extend(differential.conditions);
        let arena = &mut problem.arena;
        // The derivative in a scalar is the differential with dt = 1.
        let target = arena.differential(wrt, 0);
        let one = arena.one();
        let mut map = FxHashMap::default();
        map.insert(target, one);
        let derivative = arena.rewrite(differential.expr, &mut map);
        before.push(root);
        unexpanded = derivative;
        root = expand_each(arena, derivative, wrt);
    }
    // 2(A(x + tv) − b)ᵀAv is not multiplied out.
    let arena = &mut problem.arena;
    let (as_it_is, expanded) = (simplify(arena, unexpanded), shortest(arena, root));
    let form = if cost(arena, as_it_is) <= cost(arena, expanded) { Form::Simplest } else { Form::Shortest };
    if form == Form::Simplest {
        root = unexpanded;
    }
    let before = on_the_way(&mut problem.arena, before.into_iter().skip(1).collect());
    let derived = Derived { expr: root, form, before: &before, rules: &rules };
    finish(problem, &derived, options, |arena, raw, expr, options| {
        check::check_derivative(arena, raw, wrt, order as usize, expr, options)
    })
}
