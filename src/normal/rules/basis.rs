//! Unit vectors: what they pick.

use crate::expr::{Arena, BigOp, ExprId, Node};
use crate::normal::identity::{Identity, Rule};

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "unit-vector-picks",
        says: "eᵢᵀx = xᵢ = xᵀeᵢ",
        example: "e_2' x y",
        declare: "x: vector(n); y: vector(n)",
        want: "x₂y",
        rule: Rule::Neighbors(pick),
    },
    Identity {
        id: "unit-vectors-pick-in-sum",
        says: "(Σᵢ aᵢeᵢᵀ)x = Σᵢ xᵢaᵢ and xᵀ(Σᵢ eᵢaᵢᵀ) = Σᵢ xᵢaᵢᵀ",
        example: "(sum_{i=1}^n a_i e_i') x",
        declare: "a: family(n) of vector(m); x: vector(n)",
        want: "Σᵢ xᵢaᵢ",
        rule: Rule::Neighbors(pick_in_sum),
    },
];

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

/// (Σᵢ aᵢeᵢᵀ)x = Σᵢ xᵢaᵢ and xᵀ(Σᵢ eᵢaᵢᵀ) = Σᵢ xᵢaᵢᵀ
fn pick_in_sum(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let of_left = arena.shape(right).is_column();
    if !of_left && !arena.shape(left).is_row() {
        return None;
    }
    let Node::Indexed { op: BigOp::Sum, index, lower, upper, body } = *arena.node(if of_left { left } else { right })
    else {
        return None;
    };
    let Node::Product(factors) = arena.node(body) else { return None };
    let end =
        if of_left { *factors.last()? } else { *factors.iter().find(|factor| !arena.shape(**factor).is_scalar())? };
    let unit = if of_left { arena.as_basis_row(end)? } else { arena.as_basis(end)? };
    if *arena.node(unit) != Node::Index(index) {
        return None;
    }
    let (fresh, body) = arena.open(index, (lower, upper), body);
    let picked = if of_left { arena.mul(&[body, right]) } else { arena.mul(&[left, body]) };
    Some(arena.indexed(BigOp::Sum, fresh, lower, upper, picked))
}
