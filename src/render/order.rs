//! Walks over the expression graph that every printer needs: children before parents, how often a
//! node is referred to, how many symbols its written form has. All are loops over distinct nodes.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::expr::{Arena, ExprId, Node};
use crate::number::Coeff;

/// The distinct nodes below `root`, children before parents, `root` last.
pub(crate) fn post_order(arena: &Arena, root: ExprId) -> Vec<ExprId> {
    let mut order = Vec::new();
    let mut seen = FxHashSet::default();
    let mut stack = vec![(root, false)];
    while let Some((id, expanded)) = stack.pop() {
        if expanded {
            order.push(id);
        } else if seen.insert(id) {
            stack.push((id, true));
            stack.extend(arena.node(id).children().into_iter().rev().map(|child| (child, false)));
        }
    }
    order
}

/// How many places in the graph refer to each node.
pub(crate) fn reference_counts(arena: &Arena, order: &[ExprId]) -> FxHashMap<ExprId, u32> {
    let mut counts = FxHashMap::default();
    for id in order {
        for child in arena.node(*id).children() {
            *counts.entry(child).or_insert(0) += 1;
        }
    }
    counts
}

/// The number of symbols in each node's written-out form, saturating.
pub(crate) fn weights(arena: &Arena, order: &[ExprId]) -> FxHashMap<ExprId, u32> {
    let mut weights: FxHashMap<ExprId, u32> = FxHashMap::default();
    for id in order {
        let own = match arena.node(*id) {
            Node::Number(_) => 0,
            node if node.children().is_empty() => 1,
            _ => 0,
        };
        let children = arena.node(*id).children();
        let below = children.iter().map(|child| weights.get(child).copied().unwrap_or(0));
        let mut weight = below.fold(own, u32::saturating_add);
        if let Node::Power(_, exponent) = arena.node(*id)
            && let Some(times @ 2..) = arena.as_number(*exponent).and_then(Coeff::to_i64)
        {
            weight = weight.saturating_mul(u32::try_from(times).unwrap_or(u32::MAX));
        }
        weights.insert(*id, weight);
    }
    weights
}

/// The degree in differentials of each node that has some; products add, terms of a sum may differ.
pub(crate) fn degrees(arena: &Arena, order: &[ExprId]) -> FxHashMap<ExprId, u32> {
    let mut degrees: FxHashMap<ExprId, u32> = FxHashMap::default();
    for id in order {
        let of = |child: &ExprId| degrees.get(child).copied().unwrap_or(0);
        let degree = match arena.node(*id) {
            Node::Differential(..) => 1,
            _ if degrees.is_empty() => 0,
            Node::Add(terms) => terms.iter().map(|(_, term)| of(term)).max().unwrap_or(0),
            Node::Hadamard(factors) => factors.iter().fold(0, |sum: u32, (base, exponent)| {
                let times =
                    arena.as_number(*exponent).and_then(Coeff::to_i64).and_then(|times| u32::try_from(times).ok());
                sum.saturating_add(of(base).saturating_mul(times.unwrap_or(1)))
            }),
            Node::Power(base, exponent) => {
                let times =
                    arena.as_number(*exponent).and_then(Coeff::to_i64).and_then(|times| u32::try_from(times).ok());
                of(base).saturating_mul(times.unwrap_or(1))
            }
            node => node.children().iter().fold(0, |sum: u32, child| sum.saturating_add(of(child))),
        };
        if degree > 0 {
            degrees.insert(*id, degree);
        }
    }
    degrees
}
