//! What brings all entries to a number: sums, extremes, norms.

use super::arithmetic::inner as product;
use super::row::{Parts, Row};
use crate::expr::{Arena, ExprId, Func, Norm, Reduction, Spectral};
use crate::number::Coeff;

/// Reductions of all entries.
pub(super) fn reduce(arena: &mut Arena, reduction: Reduction, inner: ExprId, row: &Row<'_>) -> Parts {
    let x = arena.normalize(inner);
    let shape = arena.shape(x);
    let part = match reduction {
        Reduction::Sum => {
            let ones = arena.ones(shape);
            arena.mul(&[row.bar, ones])
        }
        Reduction::Product => {
            let product = arena.reduce(reduction, x);
            let below = arena.pow_number(x, &Coeff::MINUS_ONE);
            arena.mul(&[row.bar, product, below])
        }
        Reduction::Max | Reduction::Min => {
            let extreme = arena.reduce(reduction, x);
            let weights = weights_at(arena, x, extreme);
            arena.mul(&[row.bar, weights])
        }
        Reduction::LogSumExp => {
            let weights = if shape.is_column() {
                arena.softmax(x)
            } else {
                let all = arena.reduce(reduction, x);
                let ones = arena.ones(shape);
                let all = arena.mul(&[all, ones]);
                let below = arena.minus(x, all);
                arena.elementwise(Func::Exp, below)
            };
            arena.mul(&[row.bar, weights])
        }
    };
    vec![(inner, part)]
}

/// 1 where an entry is this number, else 0; where entries may be equal whatever the variables are (x symmetric, say), such that the sum is 1.
fn weights_at(arena: &mut Arena, x: ExprId, value: ExprId) -> ExprId {
    let ones = arena.ones(arena.shape(x));
    let all = arena.mul(&[value, ones]);
    let difference = arena.minus(x, all);
    let indicator = arena.elementwise(Func::IsZero, difference);
    if arena.has_independent_entries(x) {
        return indicator;
    }
    let count = arena.total(indicator);
    let share = arena.recip(count);
    arena.mul(&[share, indicator])
}

/// Norms.
pub(super) fn norm(arena: &mut Arena, norm: Norm, inner: ExprId, row: &Row<'_>) -> Parts {
    let x = arena.normalize(inner);
    let sign = arena.elementwise(Func::Sign, x);
    let size = arena.elementwise(Func::Abs, x);
    let part = match norm {
        Norm::Frobenius => {
            let norm = arena.norm(norm, x);
            let below = arena.recip(norm);
            arena.mul(&[row.bar, below, x])
        }
        Norm::One => arena.mul(&[row.bar, sign]),
        Norm::Infinity => {
            let norm = arena.norm(norm, x);
            let weights = weights_at(arena, size, norm);
            let signed = arena.hadamard(sign, weights);
            arena.mul(&[row.bar, signed])
        }
        Norm::P(p) => return norm_of_order(arena, p, (inner, size, sign), row),
        Norm::Spectral => {
            let (u, v) = (arena.spectral(Spectral::UMax, x), arena.spectral(Spectral::VMax, x));
            let turned = arena.transpose(v);
            arena.mul(&[row.bar, u, turned])
        }
        Norm::Nuclear => {
            let polar = arena.spectral(Spectral::Polar, x);
            arena.mul(&[row.bar, polar])
        }
    };
    vec![(inner, part)]
}

/// y = ‖x‖ₚ: x̄ = ȳ sign(x) ∘ |x|ᵖ⁻¹ / yᵖ⁻¹, and p̄ = ȳ (⟨|x|ᵖ, log |x|⟩ / yᵖ − log y) y/p.
fn norm_of_order(arena: &mut Arena, p: ExprId, (of, size, sign): (ExprId, ExprId, ExprId), row: &Row<'_>) -> Parts {
    let (x, order) = (arena.normalize(of), arena.normalize(p));
    let one = arena.one();
    let (less, norm) = (arena.minus(order, one), arena.norm(Norm::P(order), x));
    let mut parts = Vec::new();
    if row.is_active(of) {
        let power = arena.pow(size, less);
        let above = arena.hadamard(sign, power);
        let minus = arena.neg(less);
        let below = arena.pow(norm, minus);
        parts.push((of, arena.mul(&[row.bar, below, above])));
    }
    if row.is_active(p) {
        let (power, log) = (arena.pow(size, order), arena.elementwise(Func::Log, size));
        let above = product(arena, power, log);
        let minus = arena.neg(order);
        let below = arena.pow(norm, minus);
        let mean = arena.mul(&[above, below]);
        let log = arena.elementwise(Func::Log, norm);
        let difference = arena.minus(mean, log);
        let over = arena.recip(order);
        parts.push((p, arena.mul(&[row.bar, norm, over, difference])));
    }
    parts
}
