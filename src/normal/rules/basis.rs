//! Unit vectors: what they pick.

use crate::expr::{Arena, ExprId, Node};
use crate::normal::identity::{Identity, Rule};

pub(super) const ROWS: &[Identity] = &[Identity {
    id: "unit-vector-picks",
    says: "eᵢᵀx = xᵢ = xᵀeᵢ",
    example: "e_2' x y",
    declare: "x: vector(n); y: vector(n)",
    want: "x₂y",
    rule: Rule::Neighbors(pick),
}];

/// eᵢᵀx = xᵢ = xᵀeᵢ
fn pick(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    match (arena.node(left), arena.node(right)) {
        (Node::Transpose(v), _) if arena.shape(right).is_column() => {
            let Node::Basis(_, index) = *arena.node(*v) else { return None };
            let one = arena.one();
            Some(arena.entry(right, index, one))
        }
        (_, Node::Basis(_, index)) if arena.shape(left).is_row() => {
            let index = *index;
            let column = arena.transpose(left);
            let one = arena.one();
            Some(arena.entry(column, index, one))
        }
        _ => None,
    }
}
