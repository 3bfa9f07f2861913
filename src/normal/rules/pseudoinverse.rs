//! Pseudo-inverses (Penrose 1955), of what has a form of its own and beside what they cancel with.
//!
//! x⁺ = xᵀ/‖x‖² and (uvᵀ)⁺ = vuᵀ/(‖u‖²‖v‖²) are not rows: the left sides are 0 at 0, where the right sides have no value. Nor are
//! (AB)⁺ = B⁺A⁺, which holds of few matrices (Greville 1966), and diag(v)⁺, whose entries have no name where v has zeros.

use crate::expr::{Arena, ExprId, Node};
use crate::normal::chain::Chain;
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;
use crate::structure::Structure;

use super::orthogonal::is_orthogonal;

pub(super) const ROWS: &[Identity] = &[
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
        says: "XᵃX⁺ᵇ = Xᵃ⁻ᵇ where a > b, and X⁺ᵇ⁻ᵃ where a < b, for a symmetric X",
        example: "pinv(S) S^3",
        declare: "S: symmetric(n)",
        want: "S²",
        rule: Rule::Neighbors(of_symmetric),
    },
    Identity {
        id: "pseudo-inverse-of-gram-of-product",
        says: "(XᵀX)⁺Xᵀ = X⁺ and X(XᵀX)⁺ = (X⁺)ᵀ for a product X = AB",
        example: "pinv(B' A' A B) B' A'",
        declare: "A: matrix(m,n); B: matrix(n,k)",
        want: "pinv(AB)",
        rule: Rule::Ending(of_gram_of_product),
    },
    Identity {
        id: "pseudo-inverse-twice",
        says: "(X⁺)⁺ = X",
        example: "pinv(pinv(A))",
        declare: "A: matrix(m,n)",
        want: "A",
        rule: Rule::Over(Head::Pinv, twice),
    },
    Identity {
        id: "pseudo-inverse-of-multiple",
        says: "(cX)⁺ = c⁻¹X⁺ for a number c, and for a positive scalar",
        example: "pinv(2 λ A)",
        declare: "A: matrix(m,n); λ: positive",
        want: "pinv(A)/(2λ)",
        rule: Rule::Over(Head::Pinv, of_multiple),
    },
    Identity {
        id: "pseudo-inverse-of-zero",
        says: "0⁺ = 0ᵀ",
        example: "pinv(zeros(m, n))",
        declare: "",
        want: "zeros(n, m)",
        rule: Rule::Over(Head::Pinv, of_zero),
    },
    Identity {
        id: "pseudo-inverse-of-invertible",
        says: "X⁺ = X⁻¹ for a matrix that is known to be invertible",
        example: "pinv(S^2)",
        declare: "S: spd(n)",
        want: "S⁻²",
        rule: Rule::Over(Head::Pinv, of_invertible),
    },
    Identity {
        id: "pseudo-inverse-of-orthogonal-product",
        says: "(QA)⁺ = A⁺Qᵀ and (AQ)⁺ = QᵀA⁺ for an orthogonal Q",
        example: "pinv(Q A)",
        declare: "Q: orthogonal(n); A: matrix(n,k)",
        want: "pinv(A)Qᵀ",
        rule: Rule::Over(Head::Pinv, of_orthogonal_product),
    },
    Identity {
        id: "pseudo-inverse-of-kron",
        says: "(A ⊗ B)⁺ = A⁺ ⊗ B⁺",
        example: "pinv(kron(A, B))",
        declare: "A: matrix(m,n); B: matrix(p,q)",
        want: "pinv(A) ⊗ pinv(B)",
        rule: Rule::Over(Head::Pinv, of_kron),
    },
];

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

/// XᵃX⁺ᵇ for a symmetric X, which commutes with X⁺: Xᵃ⁻ᵇ where a > b and X⁺ᵇ⁻ᵃ where a < b.
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

/// The factors of X, a product, where the factor is X⁺.
pub(super) fn factors_under_pinv(arena: &Arena, id: ExprId) -> Option<&[ExprId]> {
    let Node::Pinv(inner) = *arena.node(id) else { return None };
    if let Node::Product(factors) = arena.node(inner) { Some(factors) } else { None }
}

/// (XᵀX)⁺Xᵀ = X⁺ and X(XᵀX)⁺ = (X⁺)ᵀ for a product X
fn of_gram_of_product(arena: &mut Arena, chain: &Chain) -> Option<(usize, Vec<ExprId>)> {
    for at in chain.powers() {
        let pinv = chain.factors()[at];
        let Some(factors) = factors_under_pinv(arena, pinv) else { continue };
        let half = factors.len() / 2;
        if half < 2 || !factors.len().is_multiple_of(2) {
            continue;
        }
        let (first, second) = factors.split_at(half);
        let (before, after) = (&chain.factors()[..at], &chain.factors()[at + 1..]);
        let rest = match () {
            () if *after == *first => second.to_vec(),
            () if after.is_empty() && before.ends_with(second) => first.to_vec(),
            () => continue,
        };
        let factors = factors.to_vec();
        if !(0..half).all(|place| arena.transpose(factors[place]) == factors[factors.len() - 1 - place]) {
            continue;
        }
        let matrix = arena.mul(&rest);
        return Some((half + 1, vec![arena.pinv(matrix)]));
    }
    None
}

/// What X⁺ is the pseudo-inverse of.
fn operand(node: &Node) -> Option<ExprId> {
    if let Node::Pinv(inner) = *node { Some(inner) } else { None }
}

/// (X⁺)⁺ = X
fn twice(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    if let Node::Pinv(inner) = *arena.node(operand(node)?) { Some(inner) } else { None }
}

/// (cX)⁺ = c⁻¹X⁺ for a number c, and for a positive scalar
fn of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    if !matches!(arena.node(inner), Node::Add(_) | Node::Product(_) | Node::Number(_)) {
        return None;
    }
    let (content, primitive) = arena.split_content(inner);
    let (scalar, rest) = match arena.split_scalar(primitive) {
        (scalar, rest) if arena.is_positive(scalar) => (scalar, rest),
        _ => (arena.one(), primitive),
    };
    if rest == inner {
        return None;
    }
    let content = content.recip()?;
    let scalar = arena.recip(scalar);
    let pinv = arena.pinv(rest);
    let value = arena.mul(&[scalar, pinv]);
    Some(arena.scale(&content, value))
}

/// 0⁺ = 0ᵀ
fn of_zero(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    arena.is_zero(inner).then(|| arena.zero(arena.shape(inner).transposed()))
}

/// X⁺ = X⁻¹ for a matrix that is known to be invertible
fn of_invertible(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    is_known_invertible(arena, inner).then(|| arena.inverse(inner))
}

fn is_known_invertible(arena: &Arena, id: ExprId) -> bool {
    match arena.node(id) {
        Node::Identity(_) | Node::Commutation(_) => true,
        Node::Number(value) => !value.is_zero(),
        Node::Symbol(_) | Node::Member(..) | Node::Transpose(_) => {
            matches!(arena.declared_structure(id), Some(Structure::PositiveDefinite | Structure::Orthogonal))
        }
        Node::Power(base, _) => is_known_invertible(arena, *base),
        Node::Diag(vector) => arena.is_positive(*vector),
        _ => false,
    }
}

/// (QA)⁺ = A⁺Qᵀ and (AQ)⁺ = QᵀA⁺ for an orthogonal Q
fn of_orthogonal_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Product(ref factors) = *arena.node(operand(node)?) else { return None };
    let [first, .., last] = **factors else { return None };
    if is_orthogonal(arena, first) {
        let rest = factors[1..].to_vec();
        let rest = arena.mul(&rest);
        let (pinv, transposed) = (arena.pinv(rest), arena.transpose(first));
        return Some(arena.mul(&[pinv, transposed]));
    }
    if is_orthogonal(arena, last) {
        let rest = factors[..factors.len() - 1].to_vec();
        let rest = arena.mul(&rest);
        let (pinv, transposed) = (arena.pinv(rest), arena.transpose(last));
        return Some(arena.mul(&[transposed, pinv]));
    }
    None
}

/// (A ⊗ B)⁺ = A⁺ ⊗ B⁺
fn of_kron(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Kron(left, right) = *arena.node(operand(node)?) else { return None };
    let left = arena.pinv(left);
    let right = arena.pinv(right);
    Some(arena.kron(left, right))
}
