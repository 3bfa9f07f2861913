//! Sixth stage: the form a textbook would print.
//!
//! Directed rules over the normal form, applied from the leaves up. Each one is kept only where it lowers the size of what is
//! printed ([`cost`]), so the search ends by itself; `MAX_PASSES` bounds it all the same.

mod cost;
mod end;
mod expand;
mod factor;
mod fraction;
mod group;
mod halves;
mod polynomial;
mod square;
mod strategy;

pub use cost::{Costs, cost};
pub use expand::{expand, expand_each, expand_powers};
use fraction::Cleared;
pub use fraction::over_one;
pub use strategy::{STRATEGIES, Strategy};

use rustc_hash::{FxHashMap, FxHashSet};
use strategy::Best;

use crate::expr::{Arena, ExprId, Node, Shape};
use crate::number::Coeff;

/// Passes over the whole expression; two are nearly always enough.
const MAX_PASSES: usize = 6;

/// The simplest form found of an expression in normal form.
pub fn simplify(arena: &mut Arena, root: ExprId) -> ExprId {
    Simplifier::default().simplest(arena, root)
}

/// The simplest forms of several expressions, whose common parts are simplified once.
pub fn simplify_each(arena: &mut Arena, roots: &[ExprId]) -> Vec<ExprId> {
    let mut simplifier = Simplifier::default();
    roots.iter().map(|root| simplifier.simplest(arena, *root)).collect()
}

/// What is known of the nodes of expressions that are simplified together.
#[derive(Default)]
struct Simplifier {
    costs: Costs,
    /// The nodes that no rule improves.
    settled: FxHashSet<ExprId>,
    /// Those of them below which all are settled, too.
    simplest: FxHashSet<ExprId>,
}

impl Simplifier {
    fn simplest(&mut self, arena: &mut Arena, root: ExprId) -> ExprId {
        let mut current = root;
        for _ in 0..MAX_PASSES {
            let order = arena.post_order_beyond(current, |id| self.simplest.contains(&id));
            let next = self.pass(arena, current, &order);
            if next == current {
                self.simplest.extend(order);
                break;
            }
            current = next;
        }
        current
    }

    /// One walk from the leaves up.
    fn pass(&mut self, arena: &mut Arena, root: ExprId, order: &[ExprId]) -> ExprId {
        let mut map: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for id in order.iter().copied() {
            let mut changed = false;
            arena.node(id).for_each_child(|child| changed |= map.get(&child).is_some_and(|to| *to != child));
            let rebuilt = if changed { arena.rebuild(id, &map) } else { id };
            let is_settled = self.settled.contains(&rebuilt);
            let better = if is_settled { rebuilt } else { improve(arena, rebuilt, &mut self.costs) };
            if better == rebuilt {
                self.settled.insert(rebuilt);
            }
            map.insert(id, better);
        }
        map.get(&root).copied().unwrap_or(root)
    }
}

/// The shortest of the simplest forms of an expression as it is and multiplied out.
pub fn shortest(arena: &mut Arena, root: ExprId) -> ExprId {
    let plain = simplify(arena, root);
    let expanded = expand_powers(arena, root);
    if expanded == root {
        return plain;
    }
    let expanded = simplify(arena, expanded);
    if cost(arena, expanded) < cost(arena, plain) { expanded } else { plain }
}

/// The cheapest of a node and what the strategies make of it.
fn improve(arena: &mut Arena, id: ExprId, costs: &mut Costs) -> ExprId {
    let mut best = Best::new(id);
    if let Node::Product(factors) = arena.node(id)
        && factors.iter().any(|factor| expand::has_kron(arena, *factor))
    {
        best.offer(arena, costs, strategy::KRON_MULTIPLIED_OUT, |arena, costs| {
            let expanded = expand::expand(arena, id);
            Some(factor::factor(arena, expanded, costs))
        });
        return best.recorded(arena);
    }
    if matches!(arena.node(id), Node::Trace(_)) {
        best.offer(arena, costs, strategy::TRACE_OF_SUM, |arena, _| traces_apart(arena, id));
        return best.recorded(arena);
    }
    if !matches!(arena.node(id), Node::Add(_)) {
        for which in [Cleared::Below, Cleared::Throughout] {
            best.offer(arena, costs, strategy::FRACTION_CLEARED, |arena, costs| {
                fraction::cleared(arena, id, which, costs)
            });
        }
        best.offer(arena, costs, strategy::DIVISORS_MULTIPLIED_OUT, |arena, _| expand::distributed(arena, id));
        best.offer(arena, costs, strategy::MULTIPLIED_OUT, |arena, costs| {
            let expanded = expand::expand_once(arena, id)?;
            let factored = factor::factor(arena, expanded, costs);
            // What would be divided into this product again stays it.
            Some(polynomial::divided(arena, factored, costs).unwrap_or(factored))
        });
        return best.recorded(arena);
    }
    best.take(arena, strategy::COMMON_FACTOR, |arena| factor::factor(arena, id, costs));
    best.offer(arena, costs, strategy::MULTIPLIED_OUT, |arena, costs| {
        let expanded = expand::expand_once(arena, id).filter(|expanded| *expanded != id)?;
        Some(factor::factor(arena, expanded, costs))
    });
    best.offer(arena, costs, strategy::TRACE_OF_SUM, |arena, _| traces_of_terms(arena, id));
    best.offer(arena, costs, strategy::ONE_FRACTION, |arena, costs| fraction::together(arena, id, costs));
    best.offer(arena, costs, strategy::SQUARE_COMPLETED, |arena, _| square::completed(arena, id));
    best.prefer(arena, strategy::POLYNOMIAL_DIVIDED, |arena, best| {
        let of = if matches!(arena.node(best), Node::Add(_)) { best } else { id };
        polynomial::divided(arena, of, costs)
    });
    best.recorded(arena)
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
