//! Differentials and derivatives of any order, and the polynomials made of them.

use rustc_hash::FxHashMap;

use super::direction::{Ambient, restricted};
use super::{best_form, reason};
use crate::check::{self, CheckOptions};
use crate::differential::differentiate;
use crate::domain::{Condition, conditions_through};
use crate::expr::{Arena, ExprId, SymbolId};
use crate::number::Coeff;
use crate::session::{Answer, Problem, Report};
use crate::simplify::{expand_each, simplify};

/// Lower derivatives of more operands than this are not simplified for what they need.
const MOST_LINKS: usize = 2_000;

/// The differential of the first expression in all variables, simplified: of first order in slot 0,
/// of order k in the slots 1, …, k.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn differential(problem: &mut Problem, order: u32, options: Option<&CheckOptions>) -> Result<Answer, Report> {
    let ambient = Ambient::new(problem);
    let mut root = ambient.root;
    let (mut rules, mut on_the_way) = (Vec::new(), Vec::new());
    let slots: Vec<u32> = if order == 1 { vec![0] } else { (1..=order).collect() };
    for slot in &slots {
        let shape = problem.arena.shape(root);
        let mut parts = Vec::new();
        for wrt in problem.wrt.clone() {
            let variable = ambient.variable(wrt);
            let differential =
                differentiate(&mut problem.arena, root, variable, *slot).map_err(|error| reason(problem, &error))?;
            rules.extend(differential.conditions);
            parts.push(differential.expr);
        }
        root = problem.arena.sum_of(&parts, shape);
        on_the_way.push(root);
    }
    let arena = &mut problem.arena;
    let root = ambient.restore(arena, root, &slots);
    let rules = ambient.conditions(arena, &rules);
    let expr = best_form(arena, root);
    on_the_way.pop();
    let on_the_way: Vec<ExprId> = on_the_way.into_iter().map(|root| ambient.restore(arena, root, &slots)).collect();
    let conditions = conditions_on_the_way(arena, problem.raw[0], on_the_way, expr, &rules);
    let moves: Vec<Vec<(SymbolId, u32)>> =
        slots.iter().map(|slot| problem.wrt.iter().map(|wrt| (*wrt, *slot)).collect()).collect();
    let moves: Vec<&[(SymbolId, u32)]> = moves.iter().map(Vec::as_slice).collect();
    let certificate = options.map(|options| check::check_differential(arena, problem.raw[0], &moves, expr, options));
    Ok(Answer { expr, conditions, certificate })
}

/// The conditions of a derivative with those of the derivatives before it, each in its simplest form as long as it is short.
fn conditions_on_the_way(
    arena: &mut Arena,
    input: ExprId,
    before: Vec<ExprId>,
    last: ExprId,
    rules: &[Condition],
) -> Vec<Condition> {
    let short = before.into_iter().filter(|root| arena.links_below(*root) <= MOST_LINKS).collect::<Vec<_>>();
    let mut all: Vec<ExprId> = short.into_iter().map(|root| simplify(arena, root)).collect();
    all.push(last);
    conditions_through(arena, input, &all, rules)
}

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

/// The Taylor polynomial of the first expression, a scalar, of that order at the variable, in the step `dX`.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn taylor(problem: &mut Problem, order: u32, options: Option<&CheckOptions>) -> Result<Answer, Report> {
    let wrt = problem.wrt[0];
    let mut rules = Vec::new();
    let ambient = Ambient::new(problem);
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
        let term = best_form(arena, term);
        terms.push((factorial.recip().unwrap_or(Coeff::ONE), term));
    }
    let arena = &mut problem.arena;
    let rules = ambient.conditions(arena, &rules);
    let on_the_way = terms[1..].iter().map(|(_, term)| *term).collect();
    let expr = arena.add_terms(terms, shape);
    let conditions = conditions_on_the_way(arena, problem.raw[0], on_the_way, expr, &rules);
    let certificate =
        options.map(|options| check::check_polynomial(arena, problem.raw[0], wrt, order as usize, expr, options));
    Ok(Answer { expr, conditions, certificate })
}

/// The k-th differential in the first variable as a multilinear expression in differentials that vary freely: for a structured variable
/// projected on its space in each slot. With the symbol of the differentials and their slots.
#[must_use]
pub fn multilinear(problem: &mut Problem, differential: ExprId, order: u32) -> (ExprId, Vec<(SymbolId, u32)>) {
    let slots: Vec<u32> = if order == 1 { vec![0] } else { (1..=order).collect() };
    let (expr, symbol) = restricted(&mut problem.arena, differential, problem.wrt[0], &slots);
    (expr, slots.into_iter().map(|slot| (symbol, slot)).collect())
}
