//! Points at which several entries are the largest or the smallest.
//!
//! A formula by the entry that is the largest holds where there is one; where two are equal and move alike there is a derivative too, which
//! the formula need not be.

use crate::expr::{Arena, ExprId, Node, Norm, Reduction};
use crate::numeric::{Bindings, evaluate};

/// How far apart equal entries may be, relative to the largest.
const NEAR: f64 = 1e-12;

/// Whether an expression has a maximum, minimum or maximum norm that several entries attain at a point.
pub(super) fn is_at_tie(arena: &Arena, root: ExprId, point: &Bindings<f64>) -> bool {
    arena.post_order(root).into_iter().any(|id| {
        let (of, sign) = match *arena.node(id) {
            Node::Reduce(Reduction::Max, of) => (of, Some(1.0)),
            Node::Reduce(Reduction::Min, of) => (of, Some(-1.0)),
            Node::Norm(Norm::Infinity, of) => (of, None),
            _ => return false,
        };
        // Beneath a sum an index has no value here.
        let Ok(value) = evaluate(arena, of, point) else { return false };
        let signed = |entry: &f64| sign.map_or(entry.abs(), |sign| sign * entry);
        let most = value.iter().map(signed).fold(f64::NEG_INFINITY, f64::max);
        let near = NEAR * value.amax();
        value.iter().filter(|entry| signed(entry) >= most - near).count() > 1
    })
}
