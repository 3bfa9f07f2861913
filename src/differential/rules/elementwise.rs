//! Functions applied entry by entry, and softmax.

use super::Context;
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Func, Shape};
use crate::number::Coeff;

/// d f(z) = f′(z) ∘ dz
pub(super) fn elementwise(cx: &mut Context<'_>, func: Func, inner: ExprId) -> Option<ExprId> {
    let differential = cx.of(inner)?;
    match func {
        Func::Abs | Func::Sign | Func::Step | Func::Relu => cx.require(Condition::EntriesNonZero(inner)),
        Func::IsZero => cx.require(Condition::PatternConstant(inner)),
        Func::Exp
        | Func::Log
        | Func::Sin
        | Func::Cos
        | Func::Tan
        | Func::Asin
        | Func::Acos
        | Func::Atan
        | Func::Sinh
        | Func::Cosh
        | Func::Tanh
        | Func::Asinh
        | Func::Acosh
        | Func::Atanh
        | Func::Sigmoid
        | Func::Softplus
        | Func::Erf
        | Func::User(..) => {}
    }
    let derivative = derivative(cx.arena, func, inner)?;
    Some(cx.arena.hadamard(derivative, differential))
}

/// f′(z) entry by entry; `None` where it is zero wherever it exists.
pub fn derivative(arena: &mut Arena, func: Func, z: ExprId) -> Option<ExprId> {
    Some(match func {
        Func::Exp => arena.elementwise(Func::Exp, z),
        Func::Log => arena.recip(z),
        Func::Sin => arena.elementwise(Func::Cos, z),
        Func::Cos => {
            let sine = arena.elementwise(Func::Sin, z);
            arena.neg(sine)
        }
        Func::Tan => one_plus_square(arena, Func::Tan, z, 1),
        Func::Asin => quadratic_power(arena, z, 1, -1, (-1, 2)),
        Func::Acos => {
            let value = quadratic_power(arena, z, 1, -1, (-1, 2));
            arena.neg(value)
        }
        Func::Atan => quadratic_power(arena, z, 1, 1, (-1, 1)),
        Func::Sinh => arena.elementwise(Func::Cosh, z),
        Func::Cosh => arena.elementwise(Func::Sinh, z),
        Func::Tanh => one_plus_square(arena, Func::Tanh, z, -1),
        Func::Asinh => quadratic_power(arena, z, 1, 1, (-1, 2)),
        Func::Acosh => quadratic_power(arena, z, -1, 1, (-1, 2)),
        Func::Atanh => quadratic_power(arena, z, 1, -1, (-1, 1)),
        Func::Sigmoid => {
            // σ′(z) = σ(z)σ(−z)
            let minus = arena.neg(z);
            let left = arena.elementwise(Func::Sigmoid, z);
            let right = arena.elementwise(Func::Sigmoid, minus);
            arena.hadamard(left, right)
        }
        Func::Softplus => arena.elementwise(Func::Sigmoid, z),
        Func::Relu => arena.elementwise(Func::Step, z),
        Func::Erf => {
            // erf′(z) = 2/√π exp(−z²)
            let square = arena.pow_number(z, &Coeff::integer(2));
            let square = arena.neg(square);
            let exponential = arena.elementwise(Func::Exp, square);
            let pi = arena.intern(crate::expr::Node::Pi);
            let root = arena.pow_number(pi, &half(-1));
            let scaled = arena.mul(&[root, exponential]);
            arena.scale(&Coeff::integer(2), scaled)
        }
        Func::Abs => arena.elementwise(Func::Sign, z),
        Func::Sign | Func::Step | Func::IsZero => return None,
        Func::User(symbol, order) => arena.elementwise(Func::User(symbol, order + 1), z),
    })
}

fn half(numerator: i64) -> Coeff {
    Coeff::ratio(numerator, 2).unwrap_or(Coeff::ONE)
}

/// 1 + s·f(z)²
fn one_plus_square(arena: &mut Arena, func: Func, z: ExprId, sign: i64) -> ExprId {
    let shape = arena.shape(z);
    let ones = arena.ones(shape);
    let value = arena.elementwise(func, z);
    let square = arena.pow_number(value, &Coeff::integer(2));
    arena.add_terms([(Coeff::ONE, ones), (Coeff::integer(sign), square)], shape)
}

/// (a + b z²)^p
fn quadratic_power(arena: &mut Arena, z: ExprId, a: i64, b: i64, (numerator, denominator): (i64, i64)) -> ExprId {
    let shape = arena.shape(z);
    let ones = arena.ones(shape);
    let square = arena.pow_number(z, &Coeff::integer(2));
    let sum = arena.add_terms([(Coeff::integer(a), ones), (Coeff::integer(b), square)], shape);
    arena.pow_number(sum, &Coeff::ratio(numerator, denominator).unwrap_or(Coeff::ONE))
}

/// Of a vector d p = p ∘ dx − p(pᵀdx); of a matrix, row by row, dP = P∘dX − diag((P∘dX)1)P.
pub(super) fn softmax(cx: &mut Context<'_>, id: ExprId, inner: ExprId) -> Option<ExprId> {
    let differential = cx.of(inner)?;
    let arena = &mut *cx.arena;
    let shape = arena.shape(id);
    let product = arena.hadamard(id, differential);
    let correction = if shape.is_column() {
        let inner = arena.inner(id, differential);
        arena.mul(&[id, inner])
    } else {
        let ones = arena.ones(Shape::vector(shape.cols));
        let sums = arena.mul(&[product, ones]);
        let sums = arena.diag(sums);
        arena.mul(&[sums, id])
    };
    Some(arena.minus(product, correction))
}
