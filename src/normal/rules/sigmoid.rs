//! Exponentials over sums of two exponentials, and sigmoids σ(x) = 1/(1 + e⁻ˣ) in products.

use crate::expr::{Arena, ExprId, Func, Node};
use crate::normal::identity::{Exchange, Identity, Rule, power_of};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "sigmoid-of-quotient",
        says: "eᵃ/(eᵃ + eᵇ) = σ(a − b), and 1/(eᵃ + eᵇ) = e⁻ᵃσ(a − b)",
        example: "y exp(a) / (exp(a) + exp(b))",
        declare: "a: scalar; b: scalar; y: scalar",
        want: "yσ(a − b)",
        rule: Rule::Powers(of_quotient),
    },
    Identity {
        id: "sigmoid-times-exponential",
        says: "e⁻ˣσ(x) = σ(−x)",
        example: "exp(-2 x) .* σ(x) .^ 3",
        declare: "x: vector(n)",
        want: "σ(x)∘σ(−x).^2",
        rule: Rule::PowersOf(&[Func::Exp], times_exponential),
    },
    Identity {
        id: "sigmoid-odds",
        says: "σ(x)/σ(−x) = eˣ",
        example: "σ(x)^2 / σ(-x)",
        declare: "x: scalar",
        want: "σ(x)exp(x)",
        rule: Rule::PowersOf(&[Func::Sigmoid], odds),
    },
];

/// (eᵃ + eᵇ)⁻ᵏ = e⁻ᵏᵃσ(a − b)ᵏ, with a the exponent of which e^(ka) stands beside it.
fn of_quotient(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (base, exponent) = powers[at];
    let Node::Add(ref terms) = *arena.node(base) else { return None };
    let [(ref c, first), (ref d, second)] = **terms else { return None };
    if !c.is_one() || !d.is_one() {
        return None;
    }
    let k = arena.as_number(exponent).and_then(Coeff::to_i64).filter(|n| *n < 0)?;
    let is_summand = |term| arena.is_ones(term) || matches!(arena.node(term), Node::Elementwise(Func::Exp, _));
    if !is_summand(first) || !is_summand(second) {
        return None;
    }
    let (a, b) = (exponent_of(arena, first), exponent_of(arena, second));
    let numerator = powers.iter().find_map(|(base, _)| match *arena.node(*base) {
        Node::Elementwise(Func::Exp, z) => Some(z),
        _ => None,
    });
    let k_times_b = arena.scale(&Coeff::integer(-k), b);
    let is_b = numerator.map_or_else(|| arena.is_zero(b), |z| z == k_times_b);
    let (a, b) = if is_b { (b, a) } else { (a, b) };
    let difference = arena.minus(a, b);
    let sigmoid = arena.elementwise(Func::Sigmoid, difference);
    let mut by = vec![(sigmoid, arena.integer(-k))];
    if !arena.is_zero(a) {
        by.push((arena.elementwise(Func::Exp, a), exponent));
    }
    Some(Exchange { places: vec![at], by })
}

/// z of eᶻ; 1 is e⁰.
fn exponent_of(arena: &mut Arena, id: ExprId) -> ExprId {
    match *arena.node(id) {
        Node::Elementwise(Func::Exp, z) => z,
        _ => arena.zero(arena.shape(id)),
    }
}

/// e⁻ʲˣσ(x)ᵏ = σ(x)ᵏ⁻ʲσ(−x)ʲ, 1 ≤ j ≤ k
fn times_exponential(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let Node::Elementwise(Func::Exp, z) = *arena.node(powers[at].0) else { return None };
    for (place, (base, exponent)) in powers.iter().enumerate() {
        let Node::Elementwise(Func::Sigmoid, x) = *arena.node(*base) else { continue };
        let Some(k) = arena.as_number(*exponent).and_then(Coeff::to_i64).filter(|k| *k > 0) else { continue };
        let ((c, of_x), (d, of_z)) = (arena.split_content(x), arena.split_content(z));
        let Some(ratio) = c.recip().map(|inverse| d.mul(&inverse).neg()) else { continue };
        let Some(j) = ratio.to_i64().filter(|j| of_x == of_z && 1 <= *j && *j <= k) else { continue };
        let minus = arena.neg(x);
        let flipped = arena.elementwise(Func::Sigmoid, minus);
        let by = vec![(*base, arena.integer(k - j)), (flipped, arena.integer(j))];
        return Some(Exchange { places: vec![at, place], by });
    }
    None
}

/// σ(x)ᵖσ(−x)⁻ᵠ = σ(x)ᵖ⁻ᵐσ(−x)ᵐ⁻ᵠeᵐˣ with the smaller one m of p and q
fn odds(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (base, exponent) = powers[at];
    let Node::Elementwise(Func::Sigmoid, x) = *arena.node(base) else { return None };
    let p = arena.as_number(exponent).and_then(Coeff::to_i64).filter(|p| *p > 0)?;
    if powers.len() < 2 {
        return None;
    }
    let minus = arena.neg(x);
    let (place, divisor) = power_of(powers, arena.find(&Node::Elementwise(Func::Sigmoid, minus))?)?;
    let q = arena.as_number(divisor).and_then(Coeff::to_i64).filter(|q| *q < 0)?;
    let common = p.min(-q);
    let exponential = arena.elementwise(Func::Exp, x);
    let by = vec![
        (base, arena.integer(p - common)),
        (powers[place].0, arena.integer(q + common)),
        (exponential, arena.integer(common)),
    ];
    Some(Exchange { places: vec![at, place], by })
}
