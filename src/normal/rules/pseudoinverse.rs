//! Pseudo-inverses in products (Penrose 1955): XX⁺ and X⁺X are the orthogonal projections on the ranges of X and Xᵀ.

use crate::expr::{Arena, ExprId, Node};
use crate::normal::chain::Chain;
use crate::normal::identity::{Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "pseudo-inverse-projection",
        says: "XX⁺X = X, X⁺XX⁺ = X⁺, XᵀXX⁺ = Xᵀ and X⁺XXᵀ = Xᵀ",
        example: "B A' A pinv(A)",
        declare: "A: matrix(m,n)",
        want: "BAᵀ",
        rule: Rule::Ending(projection),
    },
    Identity {
        id: "pseudo-inverse-symmetric-projection",
        says: "(X⁺)ᵀXᵀ = XX⁺ and Xᵀ(X⁺)ᵀ = X⁺X",
        example: "A' pinv(A)' B",
        declare: "A: matrix(m,n)",
        want: "pinv(A)AB",
        rule: Rule::Neighbors(symmetric_projection),
    },
    Identity {
        id: "pseudo-inverse-of-gram",
        says: "(XᵀX)⁺Xᵀ = X⁺ and X(XᵀX)⁺ = (X⁺)ᵀ",
        example: "pinv(A' A) A' B",
        declare: "A: matrix(m,n)",
        want: "pinv(A)B",
        rule: Rule::Neighbors(of_gram),
    },
    Identity {
        id: "pseudo-inverse-of-symmetric",
        says: "XᵃX⁺ᵇ = Xᵃ⁻ᵇ where a > b, and X⁺ᵇ⁻ᵃ where a < b, of a symmetric X",
        example: "pinv(S) S^3",
        declare: "S: symmetric(n)",
        want: "S²",
        rule: Rule::Neighbors(of_symmetric),
    },
];

fn is_pinv_of(arena: &Arena, id: ExprId, of: ExprId) -> bool {
    matches!(*arena.node(id), Node::Pinv(inner) if inner == of)
}

fn is_pair(arena: &Arena, left: ExprId, right: ExprId) -> bool {
    is_pinv_of(arena, left, right) || is_pinv_of(arena, right, left)
}

/// PQN = N and NPQ = N for the projection PQ and what lies in its range.
fn projection(arena: &mut Arena, chain: &Chain) -> Option<(usize, Vec<ExprId>)> {
    let [.., first, middle, last] = *chain.factors() else { return None };
    if is_pair(arena, first, middle) && (last == first || arena.transpose(middle) == last) {
        return Some((3, vec![last]));
    }
    if is_pair(arena, middle, last) && (first == last || arena.transpose(middle) == first) {
        return Some((3, vec![first]));
    }
    None
}

/// (X⁺)ᵀXᵀ = XX⁺: both factors transposed, the other way round.
fn symmetric_projection(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    if !is_pair(arena, left, right) {
        return None;
    }
    let transposed = |arena: &Arena, id: ExprId| match *arena.node(id) {
        Node::Pinv(inner) => arena.is_transposed_factor(inner),
        _ => arena.is_transposed_factor(id),
    };
    if !transposed(arena, left) || !transposed(arena, right) {
        return None;
    }
    let (first, second) = (arena.transpose(right), arena.transpose(left));
    Some(arena.mul(&[first, second]))
}

/// (XᵀX)⁺Xᵀ = X⁺ and X(XᵀX)⁺ = (X⁺)ᵀ
fn of_gram(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let gram = |arena: &mut Arena, id: ExprId| -> Option<(ExprId, ExprId)> {
        let Node::Pinv(inner) = *arena.node(id) else { return None };
        let Node::Product(ref factors) = *arena.node(inner) else { return None };
        let [first, second] = **factors else { return None };
        (arena.transpose(second) == first).then_some((first, second))
    };
    if let Some((first, second)) = gram(arena, left)
        && first == right
    {
        return Some(arena.pinv(second));
    }
    if let Some((first, second)) = gram(arena, right)
        && second == left
    {
        return Some(arena.pinv(first));
    }
    None
}

/// XᵃX⁺ᵇ of a symmetric X, which commutes with X⁺: Xᵃ⁻ᵇ where a > b and X⁺ᵇ⁻ᵃ where a < b.
fn of_symmetric(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    if !arena.shape(left).is_square() || !arena.shape(right).is_square() {
        return None;
    }
    let ((base, p), (other, q)) = (arena.as_power(left), arena.as_power(right));
    let ((x, a), (inverse, b)) = match (arena.node(base), arena.node(other)) {
        (_, Node::Pinv(inner)) if *inner == base => ((base, p), (other, q)),
        (Node::Pinv(inner), _) if *inner == other => ((other, q), (base, p)),
        _ => return None,
    };
    if !arena.is_declared_symmetric(x) {
        return None;
    }
    let count = |arena: &Arena, id: ExprId| arena.as_number(id).and_then(Coeff::to_i64).filter(|n| *n > 0);
    let difference = count(arena, a)? - count(arena, b)?;
    if difference == 0 {
        return None;
    }
    let power = arena.integer(difference.abs());
    Some(arena.power(if difference > 0 { x } else { inverse }, power))
}
