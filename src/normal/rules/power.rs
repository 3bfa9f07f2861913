//! Powers and inverses of square matrices: those that meet in a product, and powers of what has a form of its own.

use std::sync::Arc;

use crate::expr::{Arena, ExprId, MatrixFunction, Node};
use crate::normal::MAX_NUMBER_BITS;
use crate::normal::chain::Chain;
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

use super::orthogonal::is_orthogonal;

/// Powers of products are written out up to this many factors.
const MAX_FACTORS_OF_POWER: usize = 32;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "powers-of-one-base",
        says: "XᵖX^q = Xᵖ⁺^q, and so XX⁻¹ = I",
        example: "X^3 X^(-5)",
        declare: "",
        want: "X⁻²",
        rule: Rule::Neighbors(powers_of_one_base),
    },
    Identity {
        id: "power-meets-product",
        says: "(AB)ᵖAB = (AB)ᵖ⁺¹ = AB(AB)ᵖ, and so (AB)⁻¹AB = I",
        example: "(A B)^(-1/2) A B",
        declare: "A: matrix(n,k)",
        want: "sqrtm(AB)",
        rule: Rule::Ending(power_meets_product),
    },
    Identity {
        id: "power-zero-or-one",
        says: "X⁰ = I and X¹ = X",
        example: "X^0 A",
        declare: "X: matrix(n,n); A: matrix(n,k)",
        want: "A",
        rule: Rule::Over(Head::Power, zero_or_one),
    },
    Identity {
        id: "power-of-constant",
        says: "Iᵖ = I, and 0ᵖ = 0 where p > 0",
        example: "eye(n)^(-1)",
        declare: "",
        want: "Iₙ",
        rule: Rule::Over(Head::Power, of_constant),
    },
    Identity {
        id: "power-of-power",
        says: "(Xᵖ)^q = Xᵖ^q where q is an integer, and for roots",
        example: "(X^(1/3))^2",
        declare: "X: matrix(n,n)",
        want: "X^(2/3)",
        rule: Rule::Over(Head::Power, of_power),
    },
    Identity {
        id: "power-of-exponential",
        says: "expm(X)ᵖ = expm(pX) where p is an integer",
        example: "expm(X)^(-1)",
        declare: "X: matrix(n,n)",
        want: "expm(−X)",
        rule: Rule::Over(Head::Power, of_exponential),
    },
    Identity {
        id: "power-of-multiple",
        says: "(cX)ᵖ = cᵖXᵖ where p is an integer",
        example: "(2 s X)^(-1)",
        declare: "X: matrix(n,n); s: scalar",
        want: "X⁻¹/(2s)",
        rule: Rule::Over(Head::Power, of_multiple),
    },
    Identity {
        id: "power-of-outer-product",
        says: "(uvᵀ)ᵏ = (vᵀu)ᵏ⁻¹uvᵀ where k ≥ 1",
        example: "(u v')^3",
        declare: "u: vector(n); v: vector(n)",
        want: "(uᵀv)²uvᵀ",
        rule: Rule::Over(Head::Power, of_outer_product),
    },
    Identity {
        id: "power-written-out",
        says: "(AB)² = ABAB, so that equal products are equal however they were written",
        example: "(A B)^2",
        declare: "A: matrix(m,n); B: matrix(n,m)",
        want: "ABAB",
        rule: Rule::Over(Head::Power, written_out),
    },
    Identity {
        id: "inverse-of-product",
        says: "(AB)⁻¹ = B⁻¹A⁻¹ for square matrices",
        example: "(A B)^(-1)",
        declare: "A: matrix(n,n); B: matrix(n,n)",
        want: "B⁻¹A⁻¹",
        rule: Rule::Over(Head::Power, inverse_of_product),
    },
    Identity {
        id: "power-of-diagonal",
        says: "diag(v)ᵖ = diag(vᵖ)",
        example: "diag(v)^(-1)",
        declare: "v: vector(n)",
        want: "diag(1⊘v)",
        rule: Rule::Over(Head::Power, of_diagonal),
    },
    Identity {
        id: "power-of-kron",
        says: "(A ⊗ B)ᵖ = Aᵖ ⊗ Bᵖ for square matrices where p is an integer",
        example: "kron(A, B)^(-1)",
        declare: "A: matrix(m,m); B: matrix(n,n)",
        want: "A⁻¹ ⊗ B⁻¹",
        rule: Rule::Over(Head::Power, of_kron),
    },
    Identity {
        id: "inverse-of-commutation",
        says: "Kₘₙ⁻¹ = Kₙₘ",
        example: "commutation(m, n)^(-1) vec(X)",
        declare: "X: matrix(n,m)",
        want: "vec(Xᵀ)",
        rule: Rule::Over(Head::Power, inverse_of_commutation),
    },
    Identity {
        id: "inverse-of-orthogonal",
        says: "Q⁻¹ = Qᵀ",
        example: "Q^(-1)",
        declare: "Q: orthogonal(n)",
        want: "Qᵀ",
        rule: Rule::Over(Head::Power, inverse_of_orthogonal),
    },
    Identity {
        id: "square-root",
        says: "X^½ = sqrtm(X)",
        example: "(X^(1/4))^2",
        declare: "X: matrix(n,n)",
        want: "sqrtm(X)",
        rule: Rule::Over(Head::Power, square_root),
    },
];

/// XᵖX^q = Xᵖ⁺^q
fn powers_of_one_base(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    if !arena.shape(left).is_square() || !arena.shape(right).is_square() {
        return None;
    }
    let ((base, p), (other, q)) = (arena.as_power(left), arena.as_power(right));
    (base == other).then(|| {
        let exponent = arena.plus(p, q);
        arena.power(base, exponent)
    })
}

/// The factors of a product whose power this is, a negative one or one that is no integer.
fn factors_of_base(arena: &mut Arena, power: ExprId) -> Option<Arc<[ExprId]>> {
    let (base, exponent) = arena.as_power(power);
    // A product's positive powers are written out as factors.
    if base == power || arena.as_number(exponent).and_then(Coeff::to_i64).is_some_and(|p| p > 0) {
        return None;
    }
    if let Node::Product(factors) = arena.node(base) { Some(factors.clone()) } else { None }
}

/// (AB)ᵖAB = (AB)ᵖ⁺¹ = AB(AB)ᵖ
fn power_meets_product(arena: &mut Arena, chain: &Chain) -> Option<(usize, Vec<ExprId>)> {
    for at in chain.powers() {
        let power = chain.factors()[at];
        let Some(factors) = factors_of_base(arena, power) else { continue };
        let (before, after) = (&chain.factors()[..at], &chain.factors()[at + 1..]);
        let meets = if after.is_empty() { before.ends_with(&factors) } else { *after == *factors };
        if meets {
            let (base, exponent) = arena.as_power(power);
            let one = arena.one();
            let raised = arena.plus(exponent, one);
            return Some((factors.len() + 1, vec![arena.power(base, raised)]));
        }
    }
    None
}

/// Base and exponent of what is a power before it is a node.
fn operands(node: &Node) -> Option<(ExprId, ExprId)> {
    if let Node::Power(base, exponent) = *node { Some((base, exponent)) } else { None }
}

/// The exponent where it is an integer that is known.
fn integer(arena: &Arena, exponent: ExprId) -> Option<i64> {
    arena.as_number(exponent).and_then(Coeff::to_i64)
}

fn is_inverse(arena: &Arena, exponent: ExprId) -> bool {
    integer(arena, exponent) == Some(-1)
}

/// X⁰ = I and X¹ = X
fn zero_or_one(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (base, exponent) = operands(node)?;
    match integer(arena, exponent)? {
        0 => Some(arena.identity(arena.shape(base).rows)),
        1 => Some(base),
        _ => None,
    }
}

/// Iᵖ = I, and 0ᵖ = 0 where p > 0
fn of_constant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (base, exponent) = operands(node)?;
    match arena.node(base) {
        Node::Identity(_) => Some(base),
        Node::Zeros(_) => arena.as_number(exponent).is_some_and(|p| !p.is_negative()).then_some(base),
        _ => None,
    }
}

/// (Xᵖ)^q = Xᵖ^q where q is an integer
fn of_power(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (base, exponent) = operands(node)?;
    let (inner, before) = match *arena.node(base) {
        Node::Power(inner, before) if arena.is_integer_valued(exponent) => (inner, before),
        Node::MatrixFunction(MatrixFunction::Sqrtm, ..) if integer(arena, exponent).is_some() => arena.as_power(base),
        _ => return None,
    };
    if inner == base {
        return None;
    }
    let product = arena.mul(&[before, exponent]);
    Some(arena.power(inner, product))
}

/// expm(X)ᵖ = expm(pX) where p is an integer
fn of_exponential(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (base, exponent) = operands(node)?;
    let Node::MatrixFunction(MatrixFunction::Expm, inner, ref directions) = *arena.node(base) else { return None };
    if !directions.is_empty() {
        return None;
    }
    integer(arena, exponent)?;
    let product = arena.mul(&[exponent, inner]);
    Some(arena.matrix_function(MatrixFunction::Expm, product, &[]))
}

/// (cX)ᵖ = cᵖXᵖ where p is an integer
fn of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (base, exponent) = operands(node)?;
    if !matches!(arena.node(base), Node::Add(_) | Node::Product(_)) {
        return None;
    }
    let p = integer(arena, exponent)?;
    let (content, primitive) = arena.split_content(base);
    let (scalar, rest) = arena.split_scalar(primitive);
    if rest == base {
        return None;
    }
    let content = content.pow(p, MAX_NUMBER_BITS)?;
    let scalar = arena.pow(scalar, exponent);
    let rest = arena.power(rest, exponent);
    let power = arena.mul(&[scalar, rest]);
    Some(arena.scale(&content, power))
}

/// (uvᵀ)ᵏ = (vᵀu)ᵏ⁻¹uvᵀ where k ≥ 1
fn of_outer_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (base, exponent) = operands(node)?;
    let Node::Product(ref factors) = *arena.node(base) else { return None };
    let less = integer(arena, exponent).filter(|k| *k >= 1)? - 1;
    let split = (1..factors.len()).find(|at| arena.shape(factors[*at]).rows.is_one())?;
    let mut rotated = factors.to_vec();
    rotated.rotate_left(split);
    let inner = arena.mul(&rotated);
    let inner = arena.pow_number(inner, &Coeff::integer(less));
    Some(arena.mul(&[inner, base]))
}

/// (AB)² = ABAB
fn written_out(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (base, exponent) = operands(node)?;
    let Node::Product(ref factors) = *arena.node(base) else { return None };
    let count = usize::try_from(integer(arena, exponent)?).ok()?;
    if count.saturating_mul(factors.len()) > MAX_FACTORS_OF_POWER {
        return None;
    }
    let repeated = factors.repeat(count);
    Some(arena.mul(&repeated))
}

/// (AB)⁻¹ = B⁻¹A⁻¹ for square matrices
fn inverse_of_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (base, exponent) = operands(node)?;
    let Node::Product(ref factors) = *arena.node(base) else { return None };
    if !is_inverse(arena, exponent) || !factors.iter().all(|factor| arena.shape(*factor).is_square()) {
        return None;
    }
    let factors = factors.clone();
    let inverses: Vec<ExprId> = factors.iter().rev().map(|factor| arena.power(*factor, exponent)).collect();
    Some(arena.mul(&inverses))
}

/// diag(v)ᵖ = diag(vᵖ)
fn of_diagonal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (base, exponent) = operands(node)?;
    let Node::Diag(vector) = *arena.node(base) else { return None };
    let vector = arena.pow(vector, exponent);
    Some(arena.diag(vector))
}

/// (A ⊗ B)ᵖ = Aᵖ ⊗ Bᵖ for square matrices where p is an integer
fn of_kron(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (base, exponent) = operands(node)?;
    let Node::Kron(left, right) = *arena.node(base) else { return None };
    integer(arena, exponent).filter(|_| arena.shape(left).is_square())?;
    let left = arena.power(left, exponent);
    let right = arena.power(right, exponent);
    Some(arena.kron(left, right))
}

/// Kₘₙ⁻¹ = Kₙₘ
fn inverse_of_commutation(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (base, exponent) = operands(node)?;
    let Node::Commutation(of) = *arena.node(base) else { return None };
    is_inverse(arena, exponent).then(|| arena.commutation(of.transposed()))
}

/// Q⁻¹ = Qᵀ
fn inverse_of_orthogonal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (base, exponent) = operands(node)?;
    (is_inverse(arena, exponent) && is_orthogonal(arena, base)).then(|| arena.transpose(base))
}

/// X^½ = sqrtm(X)
fn square_root(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (base, exponent) = operands(node)?;
    let is_half = arena.as_number(exponent) == Coeff::ratio(1, 2).as_ref();
    is_half.then(|| arena.matrix_function(MatrixFunction::Sqrtm, base, &[]))
}
