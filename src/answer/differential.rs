//! Differentials of any order.

use super::direction::{Ambient, restricted};
use super::finish::{Derived, Finished, Form, finish, on_the_way};
use super::refusal::reason;
use crate::check::{self, CheckOptions};
use crate::differential::differentiate;
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::problem::{Problem, Report};
use crate::simplify::simplify;

/// Longer sums are brought to their simplest form before they are differentiated again.
const MOST_TERMS: usize = 1_000;

/// Of higher orders than this a trace is taken last: factors are found at the ends of products, which a trace does not have.
const HIGH_ORDER: u32 = 6;

/// The differential of the first expression in all variables, simplified: of first order in slot 0,
/// of order k in the slots 1, …, k.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn differential(problem: &mut Problem, order: u32, options: Option<&CheckOptions>) -> Result<Finished, Report> {
    let ambient = Ambient::along_lines(problem);
    let traced = if order > HIGH_ORDER { beneath_trace(&mut problem.arena, ambient.root) } else { None };
    let mut root = traced.unwrap_or(ambient.root);
    let (mut rules, mut before) = (Vec::new(), Vec::new());
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
        before.push(root);
        root = problem.arena.sum_of(&parts, shape);
        // Terms double and triple from order to order, unless what they have in common is taken out.
        if problem.arena.terms(root).len() > MOST_TERMS {
            root = simplify(&mut problem.arena, root);
        }
    }
    let arena = &mut problem.arena;
    if traced.is_some() {
        root = arena.trace(root);
    }
    let expr = ambient.restore(arena, root, &slots);
    let rules = ambient.conditions(arena, &rules);
    let before = before.into_iter().skip(1).map(|root| ambient.restore(arena, root, &slots)).collect();
    let before = on_the_way(arena, before);
    let moves: Vec<Vec<(SymbolId, u32)>> =
        slots.iter().map(|slot| problem.wrt.iter().map(|wrt| (*wrt, *slot)).collect()).collect();
    let moves: Vec<&[(SymbolId, u32)]> = moves.iter().map(Vec::as_slice).collect();
    let derived = Derived { expr, form: Form::Shortest, before: &before, rules: &rules };
    finish(problem, &derived, options, |arena, raw, expr, options| {
        check::check_differential(arena, raw, &moves, expr, options)
    })
}

/// The matrix whose trace the expression is, a multiple of a trace or a sum of traces of one size.
fn beneath_trace(arena: &mut Arena, root: ExprId) -> Option<ExprId> {
    let mut inside = Vec::new();
    for (coeff, term) in arena.terms(root) {
        let Node::Trace(inner) = *arena.node(term) else { return None };
        inside.push((coeff, inner));
    }
    let shape = arena.shape(inside.first()?.1);
    let is_one_size = inside.iter().all(|(_, inner)| arena.shape(*inner) == shape);
    is_one_size.then(|| arena.add_terms(inside, shape))
}

/// The k-th differential in the first variable as a multilinear expression in differentials that vary freely: for a structured variable
/// projected on its space in each slot. With the symbol of the differentials and their slots.
#[must_use]
pub fn multilinear(problem: &mut Problem, differential: ExprId, order: u32) -> (ExprId, Vec<(SymbolId, u32)>) {
    let slots: Vec<u32> = if order == 1 { vec![0] } else { (1..=order).collect() };
    let (expr, symbol) = restricted(&mut problem.arena, differential, problem.wrt[0], &slots);
    (expr, slots.into_iter().map(|slot| (symbol, slot)).collect())
}
