//! What a function of one number is of −x, of 0 and of its inverse.
//!
//! asin(sin x), acos(cos x) and atan(tan x) are x on one branch only, and stay.

use crate::catalog::entrywise::{AtZero, Inverse, Parity};
use crate::expr::{Arena, ExprId, Func, Node};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "odd-function",
        says: "f(−x) = −f(x) of sin, tan, asin, atan, sinh, tanh, asinh, atanh, erf and sign",
        example: "tanh(-2 x)",
        declare: "x: vector(n)",
        want: "−tanh(2x)",
        rule: Rule::Over(Head::Elementwise, odd),
    },
    Identity {
        id: "even-function",
        says: "f(−x) = f(x) of cos, cosh, the absolute value and 1[x = 0]",
        example: "cos(-X)",
        declare: "X: matrix(m,n)",
        want: "cos(X)",
        rule: Rule::Over(Head::Elementwise, even),
    },
    Identity {
        id: "function-at-zero",
        says: "f(0) = 0 or 1, σ(0) = ½",
        example: "cos(0 x) + sigmoid(0 x)",
        declare: "x: vector(n)",
        want: "(3/2)ones(n)",
        rule: Rule::Over(Head::Elementwise, at_zero),
    },
    Identity {
        id: "function-of-inverse",
        says: "f(g(x)) = x where g is the inverse of f or f that of g: log and exp, the circular and the hyperbolic functions",
        example: "sin(asin(x)) + atanh(tanh(y))",
        declare: "x: vector(n); y: vector(n)",
        want: "x + y",
        rule: Rule::Over(Head::Elementwise, of_inverse),
    },
    Identity {
        id: "inverse-of-hyperbolic-cosine",
        says: "acosh(cosh x) = |x|",
        example: "acosh(cosh(x))",
        declare: "x: vector(n)",
        want: "|x|",
        rule: Rule::Over(Head::Elementwise, of_hyperbolic_cosine),
    },
];

/// f(−x) = −f(x)
fn odd(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func, z) = *node else { return None };
    (func.row().parity == Parity::Odd && arena.is_negative_throughout(z)).then(|| {
        let positive = arena.neg(z);
        let value = arena.elementwise(func, positive);
        arena.neg(value)
    })
}

/// f(−x) = f(x)
fn even(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func, z) = *node else { return None };
    (func.row().parity == Parity::Even && arena.is_negative_throughout(z)).then(|| {
        let positive = arena.neg(z);
        arena.elementwise(func, positive)
    })
}

/// f(0)
fn at_zero(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func, z) = *node else { return None };
    if !arena.is_zero(z) {
        return None;
    }
    let ones = arena.ones(arena.shape(z));
    match (func.row().at_zero, func) {
        (AtZero::Zero, _) => Some(z),
        (AtZero::One, _) => Some(ones),
        (AtZero::Other, Func::Sigmoid | Func::NormCdf) => Some(arena.scale(&Coeff::ratio(1, 2)?, ones)),
        (AtZero::Other, _) => None,
    }
}

/// f(g(x)) = x where f undoes g on all values that g has: where g has no value the conditions of the input say so.
fn of_inverse(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func, z) = *node else { return None };
    let Node::Elementwise(inner, x) = *arena.node(z) else { return None };
    match func.row().inverse {
        Inverse::Whole(inverse) | Inverse::Branch(inverse) => (inverse == inner).then_some(x),
        Inverse::None => None,
    }
}

/// acosh(cosh x) = |x|
fn of_hyperbolic_cosine(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(Func::Acosh, z) = *node else { return None };
    let Node::Elementwise(Func::Cosh, x) = *arena.node(z) else { return None };
    Some(arena.elementwise(Func::Abs, x))
}
