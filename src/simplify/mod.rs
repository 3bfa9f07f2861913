//! Sixth stage: the form a textbook would print.
//!
//! Directed rules over the normal form, applied from the leaves up. Each one is kept only where it lowers the size of what is
//! printed ([`cost`]), so the search ends by itself; `MAX_PASSES` bounds it all the same.

mod cost;
mod expand;
mod factor;
mod fraction;
mod group;

pub use cost::{Costs, cost};
pub use expand::{expand, expand_each};
pub use fraction::over_one;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::expr::{Arena, ExprId, Node, Shape};
use crate::number::Coeff;

/// Passes over the whole expression; two are nearly always enough.
const MAX_PASSES: usize = 6;

/// The simplest form found of an expression in normal form.
pub fn simplify(arena: &mut Arena, root: ExprId) -> ExprId {
    let mut current = root;
    let mut costs = Costs::default();
    let mut settled = FxHashSet::default();
    for _ in 0..MAX_PASSES {
        let next = pass(arena, current, &mut costs, &mut settled);
        if next == current {
            break;
        }
        current = next;
    }
    current
}

/// The shortest of the simplest forms of an expression as it is and multiplied out.
pub fn shortest(arena: &mut Arena, root: ExprId) -> ExprId {
    let plain = simplify(arena, root);
    let expanded = expand(arena, root);
    if expanded == root {
        return plain;
    }
    let expanded = simplify(arena, expanded);
    if cost(arena, expanded) < cost(arena, plain) { expanded } else { plain }
}

/// One walk from the leaves up; `settled` holds the nodes that no rule improves.
fn pass(arena: &mut Arena, root: ExprId, costs: &mut Costs, settled: &mut FxHashSet<ExprId>) -> ExprId {
    let mut map: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in arena.post_order(root) {
        let mut changed = false;
        arena.node(id).for_each_child(|child| changed |= map.get(&child).is_some_and(|to| *to != child));
        let rebuilt = if changed { arena.rebuild(id, &map) } else { id };
        let better = if settled.contains(&rebuilt) { rebuilt } else { improve(arena, rebuilt, costs) };
        if better == rebuilt {
            settled.insert(rebuilt);
        }
        map.insert(id, better);
    }
    map.get(&root).copied().unwrap_or(root)
}

/// The cheapest of a node and what the rules make of it.
fn improve(arena: &mut Arena, id: ExprId, costs: &mut Costs) -> ExprId {
    if let Node::Product(factors) = arena.node(id)
        && factors.iter().any(|factor| expand::has_kron(arena, *factor))
    {
        // Kronecker products merge when they are multiplied out.
        let expanded = expand::expand(arena, id);
        let candidate = factor::factor(arena, expanded, costs);
        return if costs.of(arena, candidate) < costs.of(arena, id) { candidate } else { id };
    }
    if let Some(candidate) = traces_apart(arena, id) {
        return if costs.of(arena, candidate) < costs.of(arena, id) { candidate } else { id };
    }
    if !matches!(arena.node(id), Node::Add(_)) {
        return match fraction::cleared(arena, id) {
            Some(candidate) if costs.of(arena, candidate) < costs.of(arena, id) => candidate,
            _ => id,
        };
    }
    let mut best = factor::factor(arena, id, costs);
    if let Some(expanded) = expand::expand_once(arena, id)
        && expanded != id
    {
        let candidate = factor::factor(arena, expanded, costs);
        if costs.of(arena, candidate) < costs.of(arena, best) {
            best = candidate;
        }
    }
    if let Some(candidate) = traces_of_terms(arena, id)
        && costs.of(arena, candidate) < costs.of(arena, best)
    {
        best = candidate;
    }
    if let Some(candidate) = fraction::together(arena, id)
        && costs.of(arena, candidate) < costs.of(arena, best)
    {
        best = candidate;
    }
    best
}

/// tr(XY + YX) as tr(XY) + tr(YX) = 2tr(XY): apart, the terms may be one another's rotations. A product that holds a sum is multiplied out.
fn traces_apart(arena: &mut Arena, id: ExprId) -> Option<ExprId> {
    let Node::Trace(inner) = *arena.node(id) else { return None };
    let expanded = expand(arena, inner);
    let Node::Add(terms) = arena.node(expanded).clone() else { return None };
    let traces: Vec<(Coeff, ExprId)> = terms.iter().map(|(coeff, term)| (coeff.clone(), arena.trace(*term))).collect();
    Some(arena.add_terms(traces, Shape::SCALAR))
}

/// A sum with the traces in it taken apart.
fn traces_of_terms(arena: &mut Arena, id: ExprId) -> Option<ExprId> {
    let Node::Add(terms) = arena.node(id).clone() else { return None };
    let mut apart = Vec::with_capacity(terms.len());
    let mut changed = false;
    for (coeff, term) in &*terms {
        let found = traces_apart(arena, *term);
        changed |= found.is_some();
        apart.push((coeff.clone(), found.unwrap_or(*term)));
    }
    changed.then(|| arena.add_terms(apart, Shape::SCALAR))
}
