//! Functions applied entry by entry, and softmax.

use super::Context;
use crate::catalog::entrywise::{Differentiable, Formula};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Func, Node, Shape};
use crate::number::Coeff;

/// d f(z) = f′(z) ∘ dz
pub(super) fn elementwise(cx: &mut Context<'_>, func: Func, inner: ExprId) -> Option<ExprId> {
    let differential = cx.of(inner)?;
    match func.row().differentiable {
        Differentiable::Everywhere => {}
        Differentiable::AwayFromZero => cx.require(Condition::EntriesNonZero(inner)),
        Differentiable::WhileZerosStay => cx.require(Condition::PatternConstant(inner)),
    }
    let derivative = derivative(cx.arena, func, inner)?;
    Some(cx.arena.hadamard(derivative, differential))
}

/// dX where c, else dY. The condition does not vary but where it jumps, which its own rules ask to be left out.
pub(super) fn choice(cx: &mut Context<'_>, condition: ExprId, then: ExprId, otherwise: ExprId) -> Option<ExprId> {
    let shape = cx.arena.shape(then);
    let parts = [cx.of(then), cx.of(otherwise)];
    if parts == [None, None] {
        return None;
    }
    let [then, otherwise] = parts.map(|part| part.unwrap_or_else(|| cx.arena.zero(shape)));
    Some(cx.arena.choose(condition, then, otherwise))
}

/// f′(z) entry by entry; `None` where it is zero wherever it exists.
pub fn derivative(arena: &mut Arena, func: Func, z: ExprId) -> Option<ExprId> {
    match &func.row().derivative {
        Formula::Integer(0) => None,
        formula => Some(value(arena, func, formula, z)),
    }
}

/// The value of a formula in the derivative of `func`, entry by entry; numbers that are not summed are scalars.
fn value(arena: &mut Arena, func: Func, formula: &Formula, z: ExprId) -> ExprId {
    match formula {
        Formula::Z => z,
        Formula::Integer(number) => arena.integer(*number),
        Formula::Pi => arena.intern(Node::Pi),
        Formula::Of(outer, inner) => {
            let inner = value(arena, func, inner, z);
            arena.elementwise(*outer, inner)
        }
        Formula::Sum([(coeff, only)]) => {
            let only = value(arena, func, only, z);
            arena.scale(&Coeff::integer(*coeff), only)
        }
        Formula::Sum(terms) => {
            let shape = arena.shape(z);
            let terms: Vec<_> = terms
                .iter()
                .map(|(coeff, term)| {
                    let term = match term {
                        Formula::Integer(1) => arena.ones(shape),
                        term => value(arena, func, term, z),
                    };
                    (Coeff::integer(*coeff), term)
                })
                .collect();
            arena.add_terms(terms, shape)
        }
        Formula::Product(left, right) => {
            let (left, right) = (value(arena, func, left, z), value(arena, func, right, z));
            if arena.shape(left) == arena.shape(right) {
                arena.hadamard(left, right)
            } else {
                arena.mul(&[left, right])
            }
        }
        Formula::Power(base, p, q) => {
            let base = value(arena, func, base, z);
            arena.pow_number(base, &Coeff::ratio(*p, *q).unwrap_or(Coeff::ONE))
        }
        Formula::Next => match func.next() {
            Some(next) => arena.elementwise(next, z),
            None => unreachable!("{func:?} has a formula of its own"),
        },
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric;
    use crate::numeric::testing::{Build, points};

    #[test]
    fn formulas_are_the_slopes_that_numbers_have() {
        for (func, x) in points() {
            let mut build = Build::new();
            let value = build.arena.number(Coeff::ratio((x * 10.0).round() as i64, 10).unwrap());
            let found = derivative(&mut build.arena, func, value);
            let found = found.map_or(0.0, |found| {
                numeric::evaluate(&build.arena, found, &numeric::Bindings::<f64>::default()).unwrap()[0]
            });
            assert!((found - numeric::derivative(func, x)).abs() < 1e-12, "{func:?}({x}): {found}");
        }
    }
}
