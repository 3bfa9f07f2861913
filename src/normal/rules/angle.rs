//! Circular functions of known angles, of angles with half turns in them, and of one another's inverses.

use crate::expr::{Arena, ExprId, Func, Node, Shape};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "circular-function-of-known-angle",
        says: "sin(π/6) = ½, sin(π/4) = √2/2, sin(π/3) = √3/2, sin(π/2) = 1, and so in the other quadrants, of cos and of tan",
        example: "sin(pi/6) + cos(3 pi)",
        declare: "",
        want: "−½",
        rule: Rule::Over(Head::Elementwise, of_known_angle),
    },
    Identity {
        id: "circular-function-shifted",
        says: "sin(x + π) = −sin x, sin(x + π/2) = cos x, and so of every multiple of π/2 and of cos; tan(x + π) = tan x",
        example: "sin(x + pi) + cos(pi/2 - x)",
        declare: "x: scalar",
        want: "0",
        rule: Rule::Over(Head::Elementwise, shifted),
    },
    Identity {
        id: "circular-function-of-another-inverse",
        says: "sin(acos x) = √(1 − x²) = cos(asin x), sin(atan x) = x/√(1 + x²), cos(atan x) = 1/√(1 + x²)",
        example: "cos(asin(x)) - sin(acos(x))",
        declare: "x: scalar",
        want: "0",
        rule: Rule::Over(Head::Elementwise, of_another_inverse),
    },
    Identity {
        id: "inverse-circular-function-of-known-value",
        says: "asin 1 = π/2, asin ½ = π/6, acos 0 = π/2, acos ½ = π/3, atan 1 = π/4",
        example: "asin(1/2) - atan(1)",
        declare: "",
        want: "−π/12",
        rule: Rule::Over(Head::Elementwise, of_known_value),
    },
];

/// An angle in twelfths of π; `None` of any other.
fn twelfths(arena: &Arena, angle: ExprId) -> Option<i64> {
    let coeff = match arena.node(angle) {
        Node::Pi => Coeff::ONE,
        Node::Add(terms) => match &**terms {
            [(coeff, term)] if matches!(arena.node(*term), Node::Pi) => coeff.clone(),
            _ => return None,
        },
        _ => return None,
    };
    coeff.mul(&Coeff::integer(12)).to_i64()
}

/// The sine of so many twelfths of π: a rational number and what it is the root of.
fn sine(angle: i64) -> Option<(Coeff, i64)> {
    let turn = angle.rem_euclid(24);
    let (is_negative, half) = (turn >= 12, turn % 12);
    let (above, root) = match half.min(12 - half) {
        0 => (0, 1),
        2 => (1, 1),
        3 => (1, 2),
        4 => (1, 3),
        6 => (2, 1),
        _ => return None,
    };
    Some((Coeff::ratio(if is_negative { -above } else { above }, 2)?, root))
}

fn rooted(arena: &mut Arena, (coeff, root): (Coeff, i64)) -> Option<ExprId> {
    let root = arena.integer(root);
    let root = arena.pow_number(root, &Coeff::ratio(1, 2)?);
    Some(arena.scale(&coeff, root))
}

/// sin(π/6) = ½
fn of_known_angle(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func @ (Func::Sin | Func::Cos | Func::Tan), angle) = *node else { return None };
    let angle = twelfths(arena, angle)?;
    match func {
        Func::Sin => rooted(arena, sine(angle)?),
        Func::Cos => rooted(arena, sine(angle.checked_add(6)?)?),
        _ => {
            let (above, below) = (sine(angle)?, sine(angle.checked_add(6)?)?);
            if below.0.is_zero() {
                return None;
            }
            let (above, below) = (rooted(arena, above)?, rooted(arena, below)?);
            Some(arena.quotient(above, below))
        }
    }
}

/// sin(x + π) = −sin x
fn shifted(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func @ (Func::Sin | Func::Cos | Func::Tan), angle) = *node else { return None };
    let terms = arena.terms(angle);
    let (coeff, pi) = terms.iter().find(|(_, term)| matches!(arena.node(*term), Node::Pi))?.clone();
    if terms.len() < 2 {
        return None;
    }
    let step = if func == Func::Tan { 1 } else { 2 };
    let quarters = coeff.mul(&Coeff::integer(step)).to_i64()?.checked_mul(2 / step)?;
    let rest: Vec<_> = terms.into_iter().filter(|(_, term)| *term != pi).collect();
    let rest = arena.add_terms(rest, Shape::SCALAR);
    // A cosine is a sine a quarter turn on.
    let quarters = (quarters.rem_euclid(4) + i64::from(func == Func::Cos)) % 4;
    if func == Func::Tan {
        return Some(arena.elementwise(func, rest));
    }
    let of = if quarters % 2 == 0 { Func::Sin } else { Func::Cos };
    let value = arena.elementwise(of, rest);
    Some(if quarters >= 2 { arena.neg(value) } else { value })
}

/// sin(acos x) = √(1 − x²)
fn of_another_inverse(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func @ (Func::Sin | Func::Cos), angle) = *node else { return None };
    let Node::Elementwise(inverse, x) = *arena.node(angle) else { return None };
    let half = Coeff::ratio(1, 2)?;
    let ones = arena.ones(arena.shape(x));
    let square = arena.pow_number(x, &Coeff::integer(2));
    match (func, inverse) {
        (Func::Sin, Func::Acos) | (Func::Cos, Func::Asin) => {
            let inside = arena.minus(ones, square);
            Some(arena.pow_number(inside, &half))
        }
        (_, Func::Atan) => {
            let inside = arena.plus(ones, square);
            let below = arena.pow_number(inside, &half.neg());
            Some(if func == Func::Cos { below } else { arena.hadamard(x, below) })
        }
        _ => None,
    }
}

/// asin ½ = π/6
fn of_known_value(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func @ (Func::Asin | Func::Acos | Func::Atan), x) = *node else { return None };
    if !arena.shape(x).is_scalar() {
        return None;
    }
    let value = arena.as_number(x)?.clone();
    let of = |above: i64, below: i64| Coeff::ratio(above, below);
    let asin = if value.is_one() || value == Coeff::MINUS_ONE {
        value.mul(&of(1, 2)?)
    } else if value.abs() == of(1, 2)? {
        value.mul(&of(1, 3)?)
    } else if value.is_zero() {
        Coeff::ZERO
    } else {
        return None;
    };
    let times = match func {
        Func::Asin => asin,
        Func::Acos => of(1, 2)?.sub(&asin),
        _ if value.abs().is_one() => value.mul(&of(1, 4)?),
        _ if value.is_zero() => Coeff::ZERO,
        _ => return None,
    };
    let pi = arena.intern(Node::Pi);
    Some(arena.scale(&times, pi))
}
