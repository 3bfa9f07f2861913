//! Which inverses are computed: those that a result needs entry by entry, and those that several square matrices are multiplied by. With
//! one of these at hand nothing else is solved for. All other inverses are solves.

use rustc_hash::{FxHashMap, FxHashSet};

use super::operand::{Operand, inverse_of, outer_terms, segments, small_power};
use crate::expr::{Arena, ExprId, Node};

/// How an inverse is used.
#[derive(Clone, Copy, Debug, Default)]
struct Uses {
    /// By itself.
    alone: u32,
    /// Times matrices of its own size.
    by_square: u32,
}

/// The matrices whose inverses are computed, not transposed.
pub(super) fn computed(arena: &Arena, shared: &FxHashSet<ExprId>, nodes: &[ExprId]) -> FxHashSet<ExprId> {
    let is_inverse = |id: &ExprId| inverse_of(arena, *id).is_some() || is_negative_power(arena, *id);
    if !nodes.iter().any(is_inverse) {
        return FxHashSet::default();
    }
    let varying = varying(arena, nodes);
    let onto_vectors = onto_vectors(arena, shared, nodes);
    let mut uses: FxHashMap<ExprId, Uses> = FxHashMap::default();
    let mut alone = |id: ExprId| {
        if let Some((base, _)) = inverse_of(arena, id) {
            uses.entry(base).or_default().alone += 1;
        }
    };
    if let Some(root) = nodes.last() {
        alone(*root);
    }
    for id in nodes {
        match arena.node(*id) {
            Node::Product(_) | Node::Transpose(_) => {}
            Node::Add(terms) => {
                terms.iter().map(|(_, term)| *term).filter(|term| !onto_vectors.contains(term)).for_each(&mut alone);
            }
            node => node.children().into_iter().for_each(&mut alone),
        }
    }
    for id in nodes {
        if let Some((base, exponent)) = small_power(arena, *id).filter(|(_, exponent)| *exponent < 0) {
            uses.entry(base).or_default().by_square += u32::try_from(-exponent).unwrap_or(2);
        }
        for segment in segments(arena, shared, *id) {
            let has_vector = segment
                .iter()
                .any(|operand| !operand.shape(arena).is_matrix() || outer_terms(arena, shared, *operand, 0).is_some());
            if has_vector || onto_vectors.contains(id) {
                continue;
            }
            for (place, operand) in segment.iter().enumerate() {
                let Some(base) = operand.base(arena) else { continue };
                let uses = uses.entry(base).or_default();
                let beside = [place.checked_sub(1), Some(place + 1)];
                let beside: Vec<&Operand> = beside.into_iter().flatten().filter_map(|at| segment.get(at)).collect();
                if beside.is_empty() {
                    uses.alone += 1;
                } else if beside.iter().all(|operand| operand.shape(arena).is_square()) {
                    uses.by_square += 1;
                }
            }
        }
    }
    let is_computed = |(base, uses): &(ExprId, Uses)| (uses.alone > 0 || uses.by_square > 1) && !varying.contains(base);
    // A set of expressions, in whatever order.
    nodes.iter().filter_map(|id| Some((*id, *uses.get(id)?))).filter(is_computed).map(|(base, _)| base).collect()
}

fn is_negative_power(arena: &Arena, id: ExprId) -> bool {
    small_power(arena, id).is_some_and(|(_, exponent)| exponent < 0)
}

/// The terms of sums that are multiplied out as they stand beside a vector.
fn onto_vectors(arena: &Arena, shared: &FxHashSet<ExprId>, nodes: &[ExprId]) -> FxHashSet<ExprId> {
    let mut all = FxHashSet::default();
    for segment in nodes.iter().flat_map(|id| segments(arena, shared, *id)) {
        if segment.iter().all(|operand| operand.shape(arena).is_matrix()) {
            continue;
        }
        for operand in segment {
            if let Operand::Expr(id) = operand
                && !shared.contains(&id)
                && let Node::Add(terms) = arena.node(id)
            {
                all.extend(terms.iter().map(|(_, term)| *term).filter(|term| !shared.contains(term)));
            }
        }
    }
    all
}

/// The expressions that depend on an index.
fn varying(arena: &Arena, nodes: &[ExprId]) -> FxHashSet<ExprId> {
    let mut all = FxHashSet::default();
    for id in nodes {
        let node = arena.node(*id);
        if matches!(node, Node::Index(_)) || node.children().iter().any(|child| all.contains(child)) {
            all.insert(*id);
        }
    }
    all
}
