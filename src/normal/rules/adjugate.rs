//! Adjugates (Horn & Johnson 2013, §0.8.2).
//!
//! adj(adj(X)) = det(X)ⁿ⁻²X is not a row: of size 1 it is 1 where the right side has no value at X = 0. The adjugate of a diagonal matrix
//! has products of all other entries on its diagonal, which is longer.

use crate::expr::{Arena, ExprId, Node, Op};
use crate::normal::identity::{Head, Identity, Rule};

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "adjugate-product",
        says: "X adj(X) = adj(X) X = det(X) I",
        example: "adj(X) X A",
        declare: "X: matrix(n,n); A: matrix(n,k)",
        want: "det(X)A",
        rule: Rule::Neighbors(product),
    },
    Identity {
        id: "adjugate-of-identity",
        says: "adj(I) = I",
        example: "adj(eye(n)) A",
        declare: "A: matrix(n,k)",
        want: "A",
        rule: Rule::Over(Head::Adjugate, of_identity),
    },
    Identity {
        id: "adjugate-of-multiple",
        says: "adj(cX) = cⁿ⁻¹adj(X)",
        example: "adj(2 s X)",
        declare: "X: matrix(3,3); s: scalar",
        want: "4s²adj(X)",
        rule: Rule::Over(Head::Adjugate, of_multiple),
    },
    Identity {
        id: "adjugate-of-product",
        says: "adj(AB) = adj(B) adj(A) for square matrices",
        example: "adj(A B)",
        declare: "A: matrix(n,n); B: matrix(n,n)",
        want: "adj(B)adj(A)",
        rule: Rule::Over(Head::Adjugate, of_product),
    },
];

/// X adj(X) = adj(X) X = det(X) I
fn product(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let is_adjugate_of = |one: ExprId, x: ExprId| matches!(*arena.node(one), Node::Apply(Op::Adjugate, of) if of == x);
    let x = if is_adjugate_of(left, right) {
        right
    } else if is_adjugate_of(right, left) {
        left
    } else {
        return None;
    };
    let det = arena.det(x);
    let identity = arena.identity(arena.shape(x).rows);
    Some(arena.mul(&[det, identity]))
}

/// Whose adjugate it is.
fn operand(node: &Node) -> Option<ExprId> {
    if let Node::Apply(Op::Adjugate, of) = *node { Some(of) } else { None }
}

/// adj(I) = I
fn of_identity(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let of = operand(node)?;
    matches!(arena.node(of), Node::Identity(_)).then_some(of)
}

/// adj(cX) = cⁿ⁻¹adj(X)
fn of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let of = operand(node)?;
    if !matches!(arena.node(of), Node::Add(_) | Node::Product(_)) {
        return None;
    }
    let (content, primitive) = arena.split_content(of);
    let (scalar, rest) = arena.split_scalar(primitive);
    if rest == of {
        return None;
    }
    let number = arena.number(content);
    let factor = arena.mul(&[number, scalar]);
    let (size, one) = (arena.size(arena.shape(of).rows), arena.one());
    let exponent = arena.minus(size, one);
    let factor = arena.pow(factor, exponent);
    let adjugate = arena.adjugate(rest);
    Some(arena.mul(&[factor, adjugate]))
}

/// adj(AB) = adj(B) adj(A) for square matrices
fn of_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Product(ref factors) = *arena.node(operand(node)?) else { return None };
    if !factors.iter().all(|factor| arena.shape(*factor).is_square()) {
        return None;
    }
    let factors = factors.clone();
    let adjugates: Vec<ExprId> = factors.iter().rev().map(|factor| arena.adjugate(*factor)).collect();
    Some(arena.mul(&adjugates))
}
