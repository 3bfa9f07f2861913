//! Diagonal matrices in products.

use crate::expr::{Arena, ExprId, Node};
use crate::normal::identity::{Identity, Rule};

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "diagonal-product",
        says: "diag(v) diag(w) = diag(v ∘ w)",
        example: "diag(v) diag(w)",
        declare: "v: vector(n); w: vector(n)",
        want: "diag(v∘w)",
        rule: Rule::Neighbors(product),
    },
    Identity {
        id: "diagonal-times-vector",
        says: "diag(v) w = v ∘ w and wᵀdiag(v) = (v ∘ w)ᵀ",
        example: "diag(v) w",
        declare: "v: vector(n); w: vector(n)",
        want: "v∘w",
        rule: Rule::Neighbors(times_vector),
    },
];

/// diag(v) diag(w) = diag(v ∘ w)
fn product(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let (Node::Diag(v), Node::Diag(w)) = (arena.node(left), arena.node(right)) else { return None };
    let (v, w) = (*v, *w);
    let vector = arena.hadamard(v, w);
    Some(arena.diag(vector))
}

/// diag(v) w = v ∘ w and wᵀdiag(v) = (v ∘ w)ᵀ
fn times_vector(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    match (arena.node(left), arena.node(right)) {
        (Node::Diag(v), _) if arena.shape(right).is_column() => {
            let v = *v;
            Some(arena.hadamard(v, right))
        }
        (_, Node::Diag(v)) if arena.shape(left).is_row() => {
            let v = *v;
            let column = arena.transpose(left);
            let column = arena.hadamard(column, v);
            Some(arena.transpose(column))
        }
        _ => None,
    }
}
