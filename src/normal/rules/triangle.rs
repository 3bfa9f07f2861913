//! Lower and upper triangles with the diagonal.

use crate::expr::{Arena, ExprId, Node, Op};
use crate::normal::identity::{Head, Identity, Rule};
use crate::structure::Structure;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "triangle-of-multiple",
        says: "tril(cX) = c tril(X)",
        example: "tril(2 s X)",
        declare: "X: matrix(n,n); s: scalar",
        want: "2s tril(X)",
        rule: Rule::Canonical,
    },
    Identity {
        id: "triangle-of-unit-matrix",
        says: "tril(eᵢeⱼᵀ) = eᵢeⱼᵀ where i ≥ j, else 0",
        example: "tril(e_1 e_2') + X",
        declare: "X: matrix(n,n)",
        want: "X",
        rule: Rule::Over(Head::Triangle, of_unit_matrix),
    },
    Identity {
        id: "triangle-of-triangular",
        says: "tril(L) = L for a lower triangular L",
        example: "tril(L L)",
        declare: "L: lower(n)",
        want: "L²",
        rule: Rule::Over(Head::Triangle, of_triangular),
    },
    Identity {
        id: "triangle-of-opposite",
        says: "tril(U) = I ∘ U for an upper triangular U",
        example: "tril(U)",
        declare: "U: upper(n)",
        want: "U∘I",
        rule: Rule::Over(Head::Triangle, of_opposite),
    },
];

/// What the triangle is taken of, and which it is.
fn operand(node: &Node) -> Option<(ExprId, Structure)> {
    match *node {
        Node::Apply(Op::Tril, inner) => Some((inner, Structure::Lower)),
        Node::Apply(Op::Triu, inner) => Some((inner, Structure::Upper)),
        _ => None,
    }
}

/// tril(eᵢeⱼᵀ) = eᵢeⱼᵀ where i ≥ j, else 0
fn of_unit_matrix(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (inner, which) = operand(node)?;
    let (u, v) = arena.as_outer(inner)?;
    let (row, col) = (arena.as_basis(u)?, arena.as_basis(v)?);
    let ones = arena.ones(arena.shape(inner));
    let triangle = if which == Structure::Lower { arena.tril(ones) } else { arena.triu(ones) };
    let mask = arena.entry(triangle, row, col);
    Some(arena.mul(&[mask, inner]))
}

/// tril(L) = L for a lower triangular L
fn of_triangular(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (inner, which) = operand(node)?;
    arena.is_triangular(inner, which).then_some(inner)
}

/// tril(U) = I ∘ U for an upper triangular U
fn of_opposite(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (inner, which) = operand(node)?;
    let opposite = if which == Structure::Lower { Structure::Upper } else { Structure::Lower };
    arena.is_triangular(inner, opposite).then(|| {
        let identity = arena.identity(arena.shape(inner).rows);
        arena.hadamard(identity, inner)
    })
}
