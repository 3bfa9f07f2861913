//! Powers of square matrices that meet in a product.

use std::sync::Arc;

use crate::expr::{Arena, ExprId, Node};
use crate::normal::chain::Chain;
use crate::normal::identity::{Identity, Rule};
use crate::number::Coeff;

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
