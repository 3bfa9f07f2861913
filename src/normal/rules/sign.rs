//! Signs and absolute values: what they are of, and what they make together.

use super::{argument, whole};
use crate::expr::{Arena, ExprId, Func, Node};
use crate::normal::identity::{Exchange, Head, Identity, Rule, power_of};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "absolute-value-of-nonnegative",
        says: "|x| = x for x ≥ 0",
        example: "abs(exp(x) + y^2)",
        declare: "x: scalar; y: scalar",
        want: "exp(x) + y²",
        rule: Rule::Over(Head::Elementwise, absolute_of_nonnegative),
    },
    Identity {
        id: "absolute-value-of-signs",
        says: "|y| = 1 for y = ±1",
        example: "abs(y) .* x",
        declare: "x: vector(n); y: signs(n)",
        want: "x",
        rule: Rule::Over(Head::Elementwise, absolute_of_signs),
    },
    Identity {
        id: "absolute-value-of-multiple",
        says: "|cx| = |c||x|",
        example: "abs(2 y - 4 x)",
        declare: "x: vector(n); y: vector(n)",
        want: "2|y − 2x|",
        rule: Rule::Over(Head::Elementwise, absolute_of_multiple),
    },
    Identity {
        id: "absolute-value-of-product",
        says: "|xy| = |x||y| and |xᵖ| = |x|ᵖ",
        example: "abs(x .* exp(y))",
        declare: "x: vector(n); y: vector(n)",
        want: "exp(y)∘|x|",
        rule: Rule::Over(Head::Elementwise, absolute_of_product),
    },
    Identity {
        id: "sign-of-signs",
        says: "sign y = y for y = ±1",
        example: "sign(y)' x",
        declare: "x: vector(n); y: signs(n)",
        want: "yᵀx",
        rule: Rule::Over(Head::Elementwise, sign_of_signs),
    },
    Identity {
        id: "signs-squared",
        says: "y² = 1 for y = ±1",
        example: "x .* y .^ 3",
        declare: "x: vector(n); y: signs(n)",
        want: "x∘y",
        rule: Rule::Powers(signs_squared),
    },
    Identity {
        id: "binary-powers",
        says: "yᵖ = y for y = 0 or 1, p > 0",
        example: "x .* y .^ 3",
        declare: "x: vector(n); y: binary(n)",
        want: "x∘y",
        rule: Rule::Powers(binary_power),
    },
    Identity {
        id: "sign-cubed",
        says: "sign³ x = sign x",
        example: "sign(x)^5 y",
        declare: "x: scalar; y: scalar",
        want: "y sign(x)",
        rule: Rule::PowersOf(&[Func::Sign], sign_cubed),
    },
    Identity {
        id: "sign-below",
        says: "1/sign x = sign x where x ≠ 0",
        example: "y/sign(x)",
        declare: "x: scalar; y: scalar",
        want: "y sign(x)",
        rule: Rule::PowersOf(&[Func::Sign], sign_below),
    },
    Identity {
        id: "sign-times-absolute-value",
        says: "sign(x)|x|ᵏ = x|x|ᵏ⁻¹, and so sign(x)|x| = x",
        example: "y sign(x) abs(x)",
        declare: "x: scalar; y: scalar",
        want: "yx",
        rule: Rule::PowersOf(&[Func::Sign], sign_times_absolute),
    },
    Identity {
        id: "sign-times-power",
        says: "sign(x)xᵏ = |x|xᵏ⁻¹, k ≥ 1",
        example: "sign(b - a) .* (a - b) .* y",
        declare: "a: vector(n); b: vector(n); y: vector(n)",
        want: "−y∘|b − a|",
        rule: Rule::PowersOf(&[Func::Sign], sign_times_power),
    },
    Identity {
        id: "absolute-value-squared",
        says: "|x|²ᵏ = x²ᵏ",
        example: "abs(x) .^ 4",
        declare: "x: vector(n)",
        want: "x.^4",
        rule: Rule::PowersOf(&[Func::Abs], absolute_squared),
    },
    Identity {
        id: "absolute-value-times-square",
        says: "x²|x|ᵖ = |x|ᵖ⁺²",
        example: "x^2 y abs(x)",
        declare: "x: scalar; y: scalar",
        want: "y|x|³",
        rule: Rule::PowersOf(&[Func::Abs], absolute_times_square),
    },
];

/// |x| = x for x ≥ 0
fn absolute_of_nonnegative(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Abs)?;
    arena.is_nonnegative(z).then_some(z)
}

/// |y| = 1 for y = ±1
fn absolute_of_signs(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Abs)?;
    arena.is_signs(z).then(|| arena.ones(arena.shape(z)))
}

/// |cx| = |c||x| for a number c, and |sx| = s|x| for a scalar s ≥ 0 times a matrix
fn absolute_of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Abs)?;
    let (content, primitive) = arena.split_content(z);
    if !content.is_one() {
        let value = arena.elementwise(Func::Abs, primitive);
        return Some(arena.scale(&content.abs(), value));
    }
    let Node::Product(ref factors) = *arena.node(z) else { return None };
    let scalar = factors[0];
    if !arena.shape(scalar).is_scalar() || !arena.is_nonnegative(scalar) {
        return None;
    }
    let (scalar, matrix) = arena.split_scalar(z);
    let value = arena.elementwise(Func::Abs, matrix);
    Some(arena.mul(&[scalar, value]))
}

/// |xᵃyᵇ| = |x|ᵃ|y|ᵇ
fn absolute_of_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Abs)?;
    let Node::Hadamard(ref factors) = *arena.node(z) else { return None };
    let mut factors = factors.to_vec();
    for factor in &mut factors {
        factor.0 = arena.elementwise(Func::Abs, factor.0);
    }
    Some(arena.hadamard_powers(&factors, arena.shape(z)))
}

/// sign y = y for y = ±1
fn sign_of_signs(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Sign)?;
    arena.is_signs(z).then_some(z)
}

/// y² = 1 for y = ±1
fn signs_squared(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (base, exponent) = powers[at];
    let n = whole(arena, exponent).filter(|n| *n != 1)?;
    arena.is_signs(base).then(|| Exchange { places: vec![at], by: vec![(base, arena.integer(n.rem_euclid(2)))] })
}

/// yⁿ = y, n ≥ 1, for y = 0 or 1
fn binary_power(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (base, exponent) = powers[at];
    whole(arena, exponent).filter(|n| *n > 1)?;
    arena.is_binary(base).then(|| Exchange { places: vec![at], by: vec![(base, arena.integer(1))] })
}

/// signⁿ x = signⁿ⁻² x, n ≥ 3, and so below the line
fn sign_cubed(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (base, exponent) = powers[at];
    argument(arena.node(base), Func::Sign)?;
    let n = whole(arena, exponent).filter(|n| n.abs() >= 3)?;
    let least = if n % 2 == 0 { 2 } else { 1 };
    Some(Exchange { places: vec![at], by: vec![(base, arena.integer(least * n.signum()))] })
}

/// sign⁻ⁿ x = signⁿ x
fn sign_below(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (base, exponent) = powers[at];
    argument(arena.node(base), Func::Sign)?;
    let n = whole(arena, exponent).filter(|n| *n < 0)?;
    Some(Exchange { places: vec![at], by: vec![(base, arena.integer(n.checked_neg()?))] })
}

/// The argument x of sign(x)ⁿ at that place, n ≥ 1, as c·x̃ with c = ±1; n.
fn sign_at(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<(ExprId, Coeff, ExprId, i64)> {
    let (base, exponent) = powers[at];
    let x = argument(arena.node(base), Func::Sign)?;
    if powers.len() < 2 {
        return None;
    }
    let n = whole(arena, exponent).filter(|n| *n >= 1)?;
    let (content, primitive) = arena.split_content(x);
    Some((x, content, primitive, n))
}

/// sign(x)|x|ᵏ = x|x|ᵏ⁻¹, where the power on the right has a value wherever that on the left has one
fn sign_times_absolute(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (x, _, primitive, n) = sign_at(arena, at, powers)?;
    let (place, k) = power_of(powers, arena.find(&Node::Elementwise(Func::Abs, primitive))?)?;
    if arena.as_number(k).is_some_and(|k| !k.is_negative() && k.sub(&Coeff::ONE).is_negative()) {
        return None;
    }
    let one = arena.one();
    let less = arena.minus(k, one);
    let by = vec![(powers[at].0, arena.integer(n - 1)), (x, one), (powers[place].0, less)];
    Some(Exchange { places: vec![at, place], by })
}

/// sign(x)xᵏ = |x|xᵏ⁻¹, k ≥ 1
fn sign_times_power(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (x, content, primitive, n) = sign_at(arena, at, powers)?;
    let (place, exponent) = power_of(powers, primitive)?;
    let k = whole(arena, exponent).filter(|k| *k >= 1)?;
    let absolute = arena.elementwise(Func::Abs, x);
    let (one, content) = (arena.one(), arena.number(content));
    let by =
        vec![(powers[at].0, arena.integer(n - 1)), (content, one), (absolute, one), (primitive, arena.integer(k - 1))];
    Some(Exchange { places: vec![at, place], by })
}

/// |x|²ᵏ = x²ᵏ
fn absolute_squared(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (base, exponent) = powers[at];
    let x = argument(arena.node(base), Func::Abs)?;
    whole(arena, exponent).filter(|n| n % 2 == 0)?;
    Some(Exchange { places: vec![at], by: vec![(x, exponent)] })
}

/// x²ᵏ|x|ᵖ = |x|ᵖ⁺²ᵏ, and of an odd power all but one factor
fn absolute_times_square(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (base, exponent) = powers[at];
    let x = argument(arena.node(base), Func::Abs)?;
    let (place, n) = power_of(powers, x)?;
    let n = whole(arena, n)?;
    let even = n - n % 2;
    if even == 0 || whole(arena, exponent).is_some_and(|p| p % 2 == 0) {
        return None;
    }
    let more = arena.integer(even);
    let raised = arena.plus(exponent, more);
    Some(Exchange { places: vec![at, place], by: vec![(base, raised), (x, arena.integer(n % 2))] })
}
