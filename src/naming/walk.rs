//! What stands below the expressions in which parts are named: how often, and whether it may be a part.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::expr::{Arena, ExprId, Func, Node};

/// The distinct nodes below all roots, children before parents.
pub(super) fn nodes_below(arena: &Arena, roots: &[ExprId]) -> Vec<ExprId> {
    let mut seen = FxHashSet::default();
    let mut order = Vec::new();
    for root in roots {
        walk_new(arena, *root, &mut order, &mut |id| seen.insert(id));
    }
    order
}

/// Adds the nodes below a root, children before parents, but for what `is_new` says no to and what stands below it.
pub(super) fn walk_new(arena: &Arena, root: ExprId, order: &mut Vec<ExprId>, is_new: &mut dyn FnMut(ExprId) -> bool) {
    let mut stack = vec![(root, false)];
    while let Some((id, ready)) = stack.pop() {
        if ready {
            order.push(id);
        } else if is_new(id) {
            stack.push((id, true));
            let from = stack.len();
            arena.node(id).for_each_child(|child| stack.push((child, false)));
            stack[from..].reverse();
        }
    }
}

/// In how many places each node is written, saturating.
pub(super) fn occurrences(arena: &Arena, roots: &[ExprId], order: &[ExprId]) -> FxHashMap<ExprId, u64> {
    let mut counts: FxHashMap<ExprId, u64> = FxHashMap::default();
    for root in roots {
        *counts.entry(*root).or_insert(0) += 1;
    }
    for id in order.iter().rev() {
        let own = counts.get(id).copied().unwrap_or(0);
        arena.node(*id).for_each_child(|child| {
            let count = counts.entry(child).or_insert(0);
            *count = count.saturating_add(own);
        });
    }
    counts
}

/// The nodes that stand in a subscript, a bound or the exponent of a function, where the language takes no named part.
pub(super) fn in_scripts(arena: &Arena, order: &[ExprId]) -> FxHashSet<ExprId> {
    let mut open = Vec::new();
    for id in order {
        match arena.node(*id) {
            Node::Indexed { lower, upper, .. } => open.extend([*lower, *upper]),
            Node::Entry(_, row, col) => open.extend([*row, *col]),
            Node::Member(_, index) | Node::Basis(_, index) => open.push(*index),
            Node::Hadamard(factors) => open.extend(
                factors
                    .iter()
                    .filter(|(base, _)| matches!(arena.node(*base), Node::Elementwise(..)))
                    .map(|(_, exponent)| *exponent),
            ),
            _ => {}
        }
    }
    let mut seen = FxHashSet::default();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            arena.node(id).for_each_child(|child| open.push(child));
        }
    }
    seen
}

/// Whether a node may be a part, if there is a symbol in it: no bound index is free in it, and it is more than a name, a number or a size.
pub(super) fn is_nameable(arena: &mut Arena, id: ExprId) -> bool {
    match arena.node(id) {
        Node::Number(_)
        | Node::Pi
        | Node::Size(_)
        | Node::Index(_)
        | Node::Symbol(_)
        | Node::Member(..)
        | Node::Differential(..)
        | Node::Identity(_)
        | Node::Ones(_)
        | Node::Zeros(_)
        | Node::Commutation(_)
        | Node::Selection(..)
        | Node::Basis(..)
        | Node::Transpose(_) => return false,
        Node::Add(terms) if terms.len() == 1 => return false,
        // What decides a choice is written where it is made.
        Node::Elementwise(Func::Step | Func::IsZero, _) if arena.shape(id).is_scalar() => return false,
        // A block stands in its stack.
        Node::Product(_) if arena.has_selection(id) => return false,
        _ => {}
    }
    arena.free_indices(id).is_empty()
}
