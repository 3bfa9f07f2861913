//! Orthogonal matrices: QᵀQ = QQᵀ = I.

use crate::expr::{Arena, ExprId, Node};
use crate::normal::identity::{Identity, Rule};
use crate::structure::Structure;

pub(super) const ROWS: &[Identity] = &[Identity {
    id: "orthogonal-product",
    says: "QᵀQ = QQᵀ = I, and likewise for powers of Q and Qᵀ",
    example: "Q' Q A",
    declare: "Q: orthogonal(n)",
    want: "A",
    rule: Rule::Neighbors(product),
}];

/// QᵀQ = I
fn product(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let shape = arena.shape(left);
    if !shape.is_square() || !arena.shape(right).is_square() {
        return None;
    }
    let ((base, _), (other, _)) = (arena.as_power(left), arena.as_power(right));
    if !is_orthogonal(arena, base) && !is_orthogonal(arena, other) {
        return None;
    }
    (arena.transpose(left) == right).then(|| arena.identity(shape.rows))
}

/// Whether it is declared orthogonal, or the transpose of what is.
pub(super) fn is_orthogonal(arena: &Arena, id: ExprId) -> bool {
    match arena.node(id) {
        Node::Symbol(_) | Node::Member(..) | Node::Transpose(_) => {
            arena.declared_structure(id) == Some(Structure::Orthogonal)
        }
        _ => false,
    }
}
