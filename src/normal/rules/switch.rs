//! Steps 1[x > 0], relu(x) = max(x, 0) and 1[x = 0], alone, of multiples, and beside what they switch on.
//!
//! 1 − 1[x > 0] is not 1[−x > 0]: both are 0 at x = 0.

use super::{argument, whole};
use crate::expr::{Arena, ExprId, Func, Node};
use crate::normal::identity::{Exchange, Head, Identity, Rule, coefficient_of, power_of};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "switch-of-positive",
        says: "sign x = 1[x > 0] = 1 and 1[x = 0] = 0 for x > 0, relu(x) = x for x ≥ 0",
        example: "relu(exp(x) + y^2) + sign(exp(x))",
        declare: "x: scalar; y: scalar",
        want: "exp(x) + y² + 1",
        rule: Rule::Over(Head::Elementwise, of_positive),
    },
    Identity {
        id: "switch-of-negative",
        says: "sign x = −1 and 1[x = 0] = 0 for x < 0, 1[x > 0] = relu(x) = 0 for x ≤ 0",
        example: "relu(-exp(x)) + sign(-y^2 - 2) + 1[-abs(x) > 0]",
        declare: "x: scalar; y: scalar",
        want: "−1",
        rule: Rule::Over(Head::Elementwise, of_negative),
    },
    Identity {
        id: "zero-test-of-signs",
        says: "1[y = 0] = 0 for y = ±1",
        example: "x 1[y_1 = 0]",
        declare: "y: signs(n); x: scalar",
        want: "0",
        rule: Rule::Over(Head::Elementwise, zero_test_of_signs),
    },
    Identity {
        id: "switch-of-multiple",
        says: "sign(cx) = sign x, 1[cx > 0] = 1[x > 0] and relu(cx) = c relu(x) of c > 0",
        example: "relu(2 λ x)",
        declare: "x: vector(n); λ: positive",
        want: "2λ relu(x)",
        rule: Rule::Over(Head::Elementwise, of_multiple),
    },
    Identity {
        id: "switch-of-switch",
        says: "sign(sign x) = sign x, and sign, step and relu of relu(x) or 1[x > 0]",
        example: "sign(relu(x)) relu(x)",
        declare: "x: scalar",
        want: "relu(x)",
        rule: Rule::Over(Head::Elementwise, of_switch),
    },
    Identity {
        id: "step-times-power",
        says: "1[x > 0]xᵏ = relu(x)ᵏ, k ≥ 1, and likewise for |x| and relu(x)",
        example: "y .* 1[x > 0] .* x",
        declare: "x: vector(n); y: vector(n)",
        want: "y∘relu(x)",
        rule: Rule::PowersOf(&[Func::Step], step_times_power),
    },
    Identity {
        id: "relu-times-power",
        says: "relu(x)xᵏ = relu(x)ᵏ⁺¹, k ≥ 1, and likewise for |x|",
        example: "y relu(x) abs(x)",
        declare: "x: scalar; y: scalar",
        want: "y relu²(x)",
        rule: Rule::PowersOf(&[Func::Relu], relu_times_power),
    },
    Identity {
        id: "switch-times-sign",
        says: "1[x > 0]sign(x) = 1[x > 0] and relu(x)sign(x) = relu(x)",
        example: "relu(x) .* sign(x) .* y",
        declare: "x: vector(n); y: vector(n)",
        want: "y∘relu(x)",
        rule: Rule::PowersOf(&[Func::Step, Func::Relu], times_sign),
    },
    Identity {
        id: "step-times-sum",
        says: "1[x > 0](relu(x) + y) = 1[x > 0](x + y)",
        example: "1[x > 0] .* (2 relu(x) + y)",
        declare: "x: vector(n); y: vector(n)",
        want: "(2x + y)∘1[x > 0]",
        rule: Rule::PowersOf(&[Func::Step], step_times_sum),
    },
];

/// sign x = 1[x > 0] = 1 and 1[x = 0] = 0 for x > 0, relu(x) = x for x ≥ 0
fn of_positive(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func, z) = *node else { return None };
    match func {
        Func::Relu => arena.is_nonnegative(z).then_some(z),
        Func::Sign | Func::Step if arena.is_positive(z) => Some(arena.ones(arena.shape(z))),
        Func::IsZero if arena.is_positive(z) => Some(arena.zero(arena.shape(z))),
        _ => None,
    }
}

/// sign x = −1 and 1[x = 0] = 0 for x < 0, 1[x > 0] = relu(x) = 0 for x ≤ 0
fn of_negative(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func, z) = *node else { return None };
    let shape = arena.shape(z);
    match func {
        Func::Relu | Func::Step if arena.is_nonpositive(z) => Some(arena.zero(shape)),
        Func::IsZero if arena.is_negative(z) => Some(arena.zero(shape)),
        Func::Sign if arena.is_negative(z) => {
            let ones = arena.ones(shape);
            Some(arena.neg(ones))
        }
        _ => None,
    }
}

/// 1[y = 0] = 0 for y = ±1
fn zero_test_of_signs(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::IsZero)?;
    arena.is_signs(z).then(|| arena.zero(arena.shape(z)))
}

/// A positive factor, and of a sign or a test of 0 any number, changes neither sign nor step, and comes out of relu.
fn of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func, z) = *node else { return None };
    if !matches!(func, Func::Sign | Func::Step | Func::Relu | Func::IsZero) {
        return None;
    }
    let (content, mut rest) = arena.split_content(z);
    let factor = match *arena.node(rest) {
        Node::Product(ref factors) if arena.shape(factors[0]).is_scalar() && arena.is_positive(factors[0]) => {
            let (scalar, matrix) = arena.split_scalar(rest);
            rest = matrix;
            Some(scalar)
        }
        Node::Hadamard(ref factors) if factors.iter().any(|(base, _)| arena.is_positive(*base)) => {
            let (positive, others): (Vec<_>, Vec<_>) =
                factors.iter().copied().partition(|(base, _)| arena.is_positive(*base));
            let shape = arena.shape(rest);
            rest = arena.hadamard_powers(&others, shape);
            Some(arena.hadamard_powers(&positive, shape))
        }
        _ => None,
    };
    if content.abs().is_one() && factor.is_none() {
        return None;
    }
    let rest = if content.is_negative() { arena.neg(rest) } else { rest };
    let value = arena.elementwise(func, rest);
    if func != Func::Relu {
        return Some(value);
    }
    let value = match factor {
        Some(factor) if arena.shape(factor).is_scalar() => arena.mul(&[factor, value]),
        Some(factor) => arena.hadamard(factor, value),
        None => value,
    };
    Some(arena.scale(&content.abs(), value))
}

/// sign(sign x) = sign x, relu(relu x) = relu x; sign, step and relu of 1[x > 0], and step and relu of sign x, are 1[x > 0], as are sign
/// and step of relu x.
fn of_switch(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func @ (Func::Sign | Func::Step | Func::Relu), z) = *node else { return None };
    let Node::Elementwise(inner, x) = *arena.node(z) else { return None };
    match (func, inner) {
        (Func::Sign, Func::Sign) | (_, Func::Step) | (Func::Relu, Func::Relu) => Some(z),
        (Func::Step | Func::Relu, Func::Sign) | (Func::Sign | Func::Step, Func::Relu) => {
            Some(arena.elementwise(Func::Step, x))
        }
        _ => None,
    }
}

/// The argument of the function at that place, as c·x̃ with c = ±1.
fn switched_at(
    arena: &mut Arena,
    at: usize,
    powers: &[(ExprId, ExprId)],
    func: Func,
) -> Option<(ExprId, Coeff, ExprId)> {
    let x = argument(arena.node(powers[at].0), func)?;
    if powers.len() < 2 || whole(arena, powers[at].1).is_none_or(|n| n < 1) {
        return None;
    }
    let (content, primitive) = arena.split_content(x);
    Some((x, content, primitive))
}

/// A factor that the switch makes a power of relu(x): xᵏ with a whole number k ≥ 1, |x|ᵏ or relu(x)ᵏ with k > 0; its place, the
/// exponent, and the sign in front.
fn powered(
    arena: &mut Arena,
    powers: &[(ExprId, ExprId)],
    (x, content, primitive): (ExprId, &Coeff, ExprId),
    with_relu: bool,
) -> Option<(usize, ExprId, ExprId)> {
    if let Some((place, k)) = power_of(powers, primitive)
        && whole(arena, k).is_some_and(|k| k >= 1)
    {
        return Some((place, k, arena.number(content.clone())));
    }
    let relu = arena.find(&Node::Elementwise(Func::Relu, x)).filter(|_| with_relu);
    let absolute = arena.find(&Node::Elementwise(Func::Abs, primitive));
    let (place, k) = [relu, absolute].into_iter().flatten().find_map(|base| power_of(powers, base))?;
    arena.as_number(k).is_some_and(|k| !k.is_negative()).then(|| (place, k, arena.one()))
}

/// 1[x > 0]xᵏ = relu(x)ᵏ
fn step_times_power(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (x, content, primitive) = switched_at(arena, at, powers, Func::Step)?;
    let (place, k, sign) = powered(arena, powers, (x, &content, primitive), true)?;
    let relu = arena.elementwise(Func::Relu, x);
    Some(Exchange { places: vec![at, place], by: vec![(relu, k), (sign, k)] })
}

/// relu(x)xᵏ = relu(x)ᵏ⁺¹
fn relu_times_power(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (x, content, primitive) = switched_at(arena, at, powers, Func::Relu)?;
    let (place, k, sign) = powered(arena, powers, (x, &content, primitive), false)?;
    let raised = arena.plus(powers[at].1, k);
    Some(Exchange { places: vec![at, place], by: vec![(powers[at].0, raised), (sign, k)] })
}

/// 1[x > 0]sign(x) = 1[x > 0] and relu(x)sign(x) = relu(x)
fn times_sign(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let Node::Elementwise(func @ (Func::Step | Func::Relu), _) = *arena.node(powers[at].0) else { return None };
    let (x, _, _) = switched_at(arena, at, powers, func)?;
    // sign(−x) is written −sign(x).
    let (base, negative) = match arena.find(&Node::Elementwise(Func::Sign, x)) {
        Some(sign) => (sign, false),
        None => {
            let minus = arena.neg(x);
            (arena.find(&Node::Elementwise(Func::Sign, minus))?, true)
        }
    };
    let (place, n) = power_of(powers, base)?;
    let n = whole(arena, n).filter(|n| *n >= 1)?;
    let sign = arena.integer(if negative && n % 2 == 1 { -1 } else { 1 });
    Some(Exchange { places: vec![place], by: vec![(sign, arena.one())] })
}

/// 1[x > 0](relu(x) + y) = 1[x > 0](x + y)
fn step_times_sum(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (x, _, _) = switched_at(arena, at, powers, Func::Step)?;
    let relu = arena.find(&Node::Elementwise(Func::Relu, x))?;
    let (place, terms) = powers.iter().enumerate().find_map(|(place, (base, exponent))| {
        let Node::Add(terms) = arena.node(*base) else { return None };
        (arena.is_one(*exponent) && coefficient_of(terms, relu).is_some()).then(|| (place, terms.clone()))
    })?;
    let shape = arena.shape(powers[place].0);
    let on = terms.iter().map(|(coeff, term)| (coeff.clone(), if *term == relu { x } else { *term }));
    let sum = arena.add_terms(on.collect::<Vec<_>>(), shape);
    Some(Exchange { places: vec![place], by: vec![(sum, arena.one())] })
}
