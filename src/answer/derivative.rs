//! Derivatives of any order in a scalar variable.

use rustc_hash::FxHashMap;

use super::finish::{Answer, best_form, conditions_on_the_way};
use super::refusal::reason;
use crate::check::{self, CheckOptions};
use crate::differential::differentiate;
use crate::problem::{Problem, Report};
use crate::simplify::expand_each;

/// The k-th derivative of the first expression in a scalar variable.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn scalar_derivative(problem: &mut Problem, order: u32, options: Option<&CheckOptions>) -> Result<Answer, Report> {
    let wrt = problem.wrt[0];
    let mut root = problem.normal[0];
    let (mut rules, mut on_the_way) = (Vec::new(), Vec::new());
    for _ in 0..order {
        let differential = differentiate(&mut problem.arena, root, wrt, 0).map_err(|error| reason(problem, &error))?;
        rules.extend(differential.conditions);
        let arena = &mut problem.arena;
        // The derivative in a scalar is the differential with dt = 1.
        let target = arena.differential(wrt, 0);
        let one = arena.one();
        let mut map = FxHashMap::default();
        map.insert(target, one);
        root = arena.rewrite(differential.expr, &mut map);
        root = expand_each(arena, root, wrt);
        on_the_way.push(root);
    }
    let arena = &mut problem.arena;
    let expr = best_form(arena, root);
    on_the_way.pop();
    let conditions = conditions_on_the_way(arena, problem.raw[0], on_the_way, expr, &rules);
    let certificate =
        options.map(|options| check::check_derivative(arena, problem.raw[0], wrt, order as usize, expr, options));
    Ok(Answer { expr, conditions, certificate })
}
