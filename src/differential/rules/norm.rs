//! Norms of vectors and matrices.

use super::{Context, NotDifferentiable, reduction};
use crate::domain::Condition;
use crate::expr::{ExprId, Func, Norm, Spectral};

/// The differential of a norm.
pub(super) fn norm(
    cx: &mut Context<'_>,
    id: ExprId,
    norm: Norm,
    inner: ExprId,
) -> Result<Option<ExprId>, NotDifferentiable> {
    if let Norm::P(p) = norm
        && cx.of(p).is_some()
    {
        return Err(NotDifferentiable { expr: id, reason: "the order p of a p-norm cannot vary" });
    }
    let Some(differential) = cx.of(inner) else { return Ok(None) };
    let arena = &mut *cx.arena;
    let value = match norm {
        Norm::Frobenius => {
            let product = arena.hadamard(inner, differential);
            let total = arena.total(product);
            let value = arena.quotient(total, id);
            cx.require(Condition::NonZero(inner));
            value
        }
        Norm::One => {
            let sign = arena.elementwise(Func::Sign, inner);
            let product = arena.hadamard(sign, differential);
            let value = arena.total(product);
            cx.require(Condition::EntriesNonZero(inner));
            value
        }
        Norm::Infinity => {
            let absolute = arena.elementwise(Func::Abs, inner);
            let sign = arena.elementwise(Func::Sign, inner);
            let signed = arena.hadamard(sign, differential);
            let value = reduction::at_extreme(arena, absolute, id, signed);
            cx.require(Condition::UniqueExtreme(id));
            value
        }
        Norm::P(p) => {
            let one = arena.one();
            let less = arena.minus(p, one);
            let absolute = arena.elementwise(Func::Abs, inner);
            let powers = arena.pow(absolute, less);
            let sign = arena.elementwise(Func::Sign, inner);
            let product = arena.hadamard(powers, sign);
            let product = arena.hadamard(product, differential);
            let total = arena.total(product);
            let exponent = arena.minus(one, p);
            let scale = arena.pow(id, exponent);
            let value = arena.mul(&[scale, total]);
            cx.require(Condition::EntriesNonZero(inner));
            value
        }
        Norm::Spectral => {
            let left = arena.spectral(Spectral::UMax, inner);
            let right = arena.spectral(Spectral::VMax, inner);
            let left = arena.transpose(left);
            let value = arena.mul(&[left, differential, right]);
            cx.require(Condition::SimpleSingularValue(inner));
            value
        }
        Norm::Nuclear => {
            let polar = arena.spectral(Spectral::Polar, inner);
            let polar = arena.transpose(polar);
            let product = arena.mul(&[polar, differential]);
            let value = arena.trace(product);
            cx.require(Condition::FullRank(inner));
            value
        }
    };
    Ok(Some(value))
}
