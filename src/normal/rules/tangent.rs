//! Circular and hyperbolic functions of one argument that meet in a product.
//!
//! cos x/sin x is not 1/tan x, which has no value where cos x = 0.

use crate::expr::{Arena, ExprId, Func, Node};
use crate::normal::identity::{Exchange, Identity, Rule, power_of};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "sine-over-cosine",
        says: "sin x/cos x = tan x",
        example: "sin(x)^3 / cos(x)^2",
        declare: "x: scalar",
        want: "sin(x)tan²(x)",
        rule: Rule::PowersOf(&[Func::Sin], |arena, at, powers| {
            quotient(arena, at, powers, (Func::Sin, Func::Cos), (Func::Tan, 1))
        }),
    },
    Identity {
        id: "tangent-times-cosine",
        says: "tan x cos x = sin x",
        example: "tan(x) .* y .* cos(x)",
        declare: "x: vector(n); y: vector(n)",
        want: "y∘sin(x)",
        rule: Rule::PowersOf(&[Func::Tan], |arena, at, powers| {
            product(arena, at, powers, (Func::Tan, Func::Cos), Func::Sin)
        }),
    },
    Identity {
        id: "sine-over-tangent",
        says: "sin x/tan x = cos x",
        example: "y sin(x) / tan(x)",
        declare: "x: scalar; y: scalar",
        want: "y cos(x)",
        rule: Rule::PowersOf(&[Func::Sin], |arena, at, powers| {
            quotient(arena, at, powers, (Func::Sin, Func::Tan), (Func::Cos, 1))
        }),
    },
    Identity {
        id: "hyperbolic-sine-over-cosine",
        says: "sinh x/cosh x = tanh x",
        example: "sinh(x) ./ cosh(x) .* y",
        declare: "x: vector(n); y: vector(n)",
        want: "y∘tanh(x)",
        rule: Rule::PowersOf(&[Func::Sinh], |arena, at, powers| {
            quotient(arena, at, powers, (Func::Sinh, Func::Cosh), (Func::Tanh, 1))
        }),
    },
    Identity {
        id: "hyperbolic-cosine-over-sine",
        says: "cosh x/sinh x = 1/tanh x",
        example: "y cosh(x) / sinh(x)",
        declare: "x: scalar; y: scalar",
        want: "y/tanh(x)",
        rule: Rule::PowersOf(&[Func::Cosh], |arena, at, powers| {
            quotient(arena, at, powers, (Func::Cosh, Func::Sinh), (Func::Tanh, -1))
        }),
    },
    Identity {
        id: "hyperbolic-tangent-times-cosine",
        says: "tanh x cosh x = sinh x",
        example: "tanh(x)^2 cosh(x) y",
        declare: "x: scalar; y: scalar",
        want: "y tanh(x)sinh(x)",
        rule: Rule::PowersOf(&[Func::Tanh], |arena, at, powers| {
            product(arena, at, powers, (Func::Tanh, Func::Cosh), Func::Sinh)
        }),
    },
    Identity {
        id: "hyperbolic-tangent-over-sine",
        says: "tanh x/sinh x = 1/cosh x",
        example: "y tanh(x) / sinh(x)",
        declare: "x: scalar; y: scalar",
        want: "y/cosh(x)",
        rule: Rule::PowersOf(&[Func::Tanh], |arena, at, powers| {
            quotient(arena, at, powers, (Func::Tanh, Func::Sinh), (Func::Cosh, -1))
        }),
    },
    Identity {
        id: "hyperbolic-sine-over-tangent",
        says: "sinh x/tanh x = cosh x",
        example: "y sinh(x) / tanh(x)",
        declare: "x: scalar; y: scalar",
        want: "y cosh(x)",
        rule: Rule::PowersOf(&[Func::Sinh], |arena, at, powers| {
            quotient(arena, at, powers, (Func::Sinh, Func::Tanh), (Func::Cosh, 1))
        }),
    },
];

/// f(x)ᵖg(x)⁻ᵠ = f(x)ᵖ⁻ᵐg(x)ᵐ⁻ᵠh(x)^(±m) with the smaller one m of p and q, where f/g is h or 1/h.
fn quotient(
    arena: &mut Arena,
    at: usize,
    powers: &[(ExprId, ExprId)],
    (f, g): (Func, Func),
    (h, sign): (Func, i64),
) -> Option<Exchange> {
    let (x, p, place, q) = pair(arena, at, powers, f, g)?;
    let common = p.min(-q);
    (common > 0).then(|| exchange(arena, powers, (at, p - common), (place, q + common), (h, x, sign * common)))
}

/// f(x)ᵖg(x)^q = f(x)ᵖ⁻ᵐg(x)^(q−m)h(x)ᵐ with the smaller one m of p and q, where fg = h.
fn product(
    arena: &mut Arena,
    at: usize,
    powers: &[(ExprId, ExprId)],
    (f, g): (Func, Func),
    h: Func,
) -> Option<Exchange> {
    let (x, p, place, q) = pair(arena, at, powers, f, g)?;
    let common = p.min(q);
    (common > 0).then(|| exchange(arena, powers, (at, p - common), (place, q - common), (h, x, common)))
}

/// The argument of f(x)ᵖ at that place, p > 0, and the place and exponent of g(x).
fn pair(arena: &Arena, at: usize, powers: &[(ExprId, ExprId)], f: Func, g: Func) -> Option<(ExprId, i64, usize, i64)> {
    let (base, exponent) = powers[at];
    let Node::Elementwise(func, x) = *arena.node(base) else { return None };
    if func != f {
        return None;
    }
    let whole = |exponent| arena.as_number(exponent).and_then(Coeff::to_i64);
    let p = whole(exponent).filter(|p| *p > 0)?;
    let (place, exponent) = power_of(powers, arena.find(&Node::Elementwise(g, x))?)?;
    Some((x, p, place, whole(exponent)?))
}

fn exchange(
    arena: &mut Arena,
    powers: &[(ExprId, ExprId)],
    (at, p): (usize, i64),
    (place, q): (usize, i64),
    (h, x, m): (Func, ExprId, i64),
) -> Exchange {
    let joined = arena.elementwise(h, x);
    let by = vec![(powers[at].0, arena.integer(p)), (powers[place].0, arena.integer(q)), (joined, arena.integer(m))];
    Exchange { places: vec![at, place], by }
}
