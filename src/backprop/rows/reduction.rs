//! What brings all entries to a number: sums, extremes, norms, eigenvalues.

use super::matrix::inverse_transposed;
use super::row::{NoRow, Parts, Row};
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
            let at = where_equal(arena, x, extreme);
            arena.mul(&[row.bar, at])
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

/// 1 where an entry is this number, else 0.
fn where_equal(arena: &mut Arena, x: ExprId, value: ExprId) -> ExprId {
    let ones = arena.ones(arena.shape(x));
    let all = arena.mul(&[value, ones]);
    let difference = arena.minus(x, all);
    arena.elementwise(Func::IsZero, difference)
}

/// Norms.
pub(super) fn norm(arena: &mut Arena, norm: Norm, inner: ExprId, row: &Row<'_>) -> Result<Parts, NoRow> {
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
            let at = where_equal(arena, size, norm);
            let at = arena.hadamard(sign, at);
            arena.mul(&[row.bar, at])
        }
        // sign(x) ∘ |x|ᵖ⁻¹ / ‖x‖ᵖ⁻¹
        Norm::P(p) => {
            if row.is_active(p) {
                return Err(NoRow("the order of a norm"));
            }
            let p = arena.normalize(p);
            let one = arena.one();
            let (less, norm) = (arena.minus(p, one), arena.norm(Norm::P(p), x));
            let power = arena.pow(size, less);
            let above = arena.hadamard(sign, power);
            let minus = arena.neg(less);
            let below = arena.pow(norm, minus);
            arena.mul(&[row.bar, below, above])
        }
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
    Ok(vec![(inner, part)])
}

/// Eigenvalues.
pub(super) fn spectral(arena: &mut Arena, which: Spectral, inner: ExprId, row: &Row<'_>) -> Result<Parts, NoRow> {
    let x = arena.normalize(inner);
    let part = match which {
        Spectral::SumEig => {
            let identity = arena.identity(arena.shape(x).rows);
            arena.mul(&[row.bar, identity])
        }
        Spectral::ProdEig => {
            let (det, inverse) = (arena.det(x), inverse_transposed(arena, x));
            arena.mul(&[row.bar, det, inverse])
        }
        Spectral::LambdaMax | Spectral::LambdaMin => {
            let vector = if which == Spectral::LambdaMax { Spectral::EigvecMax } else { Spectral::EigvecMin };
            let v = arena.spectral(vector, x);
            let turned = arena.transpose(v);
            arena.mul(&[row.bar, v, turned])
        }
        Spectral::EigvecMax | Spectral::EigvecMin => return Err(NoRow("an eigenvector")),
        Spectral::UMax | Spectral::VMax => return Err(NoRow("a singular vector")),
        Spectral::Polar => return Err(NoRow("the polar factor")),
    };
    Ok(vec![(inner, part)])
}
