//! Eigenvalues and eigenvectors of symmetric matrices, singular vectors (Magnus & Neudecker 2019, §8.9).

use super::super::condition::Condition;
use super::{Context, NotDifferentiable};
use crate::expr::{Arena, ExprId, Spectral};

/// The differential of a spectral function.
pub(super) fn spectral(
    cx: &mut Context<'_>,
    id: ExprId,
    which: Spectral,
    inner: ExprId,
) -> Result<Option<ExprId>, NotDifferentiable> {
    let Some(differential) = cx.of(inner) else { return Ok(None) };
    let arena = &mut *cx.arena;
    let value = match which {
        Spectral::SumEig => arena.trace(differential),
        Spectral::ProdEig => return Ok(None),
        Spectral::LambdaMax | Spectral::LambdaMin => {
            let vector = arena
                .spectral(if which == Spectral::LambdaMax { Spectral::EigvecMax } else { Spectral::EigvecMin }, inner);
            let row = arena.transpose(vector);
            let value = arena.mul(&[row, differential, vector]);
            cx.require(Condition::Symmetric(inner));
            cx.require(Condition::SimpleEigenvalue(inner, which == Spectral::LambdaMax));
            value
        }
        Spectral::EigvecMax | Spectral::EigvecMin => {
            let value = eigenvector(arena, which == Spectral::EigvecMax, inner, differential);
            cx.require(Condition::Symmetric(inner));
            cx.require(Condition::SimpleEigenvalue(inner, which == Spectral::EigvecMax));
            value
        }
        Spectral::UMax | Spectral::VMax => {
            // With A = XXᵀ (or XᵀX) the singular vector is the eigenvector of the largest eigenvalue σ².
            let (x, dx) = if which == Spectral::UMax {
                (inner, differential)
            } else {
                (arena.transpose(inner), arena.transpose(differential))
            };
            let (xt, dxt) = (arena.transpose(x), arena.transpose(dx));
            let gram = arena.mul(&[x, xt]);
            let shape = arena.shape(gram);
            let (first, second) = (arena.mul(&[dx, xt]), arena.mul(&[x, dxt]));
            let d_gram = arena.sum_of(&[first, second], shape);
            let norm = arena.norm(crate::expr::Norm::Spectral, inner);
            let square = arena.pow_number(norm, &crate::expr::Coeff::integer(2));
            let resolvent = resolvent(arena, square, gram);
            let value = arena.mul(&[resolvent, d_gram, id]);
            cx.require(Condition::SimpleSingularValue(inner));
            value
        }
        Spectral::Polar => {
            return Err(NotDifferentiable {
                expr: id,
                reason: "the polar factor of the nuclear norm's gradient has no rule yet",
            });
        }
    };
    Ok(Some(value))
}

/// dv = (λI − A)⁺ (dA) v
fn eigenvector(arena: &mut Arena, largest: bool, matrix: ExprId, differential: ExprId) -> ExprId {
    let value = arena.spectral(if largest { Spectral::LambdaMax } else { Spectral::LambdaMin }, matrix);
    let vector = arena.spectral(if largest { Spectral::EigvecMax } else { Spectral::EigvecMin }, matrix);
    let resolvent = resolvent(arena, value, matrix);
    arena.mul(&[resolvent, differential, vector])
}

/// (λI − A)⁺
fn resolvent(arena: &mut Arena, value: ExprId, matrix: ExprId) -> ExprId {
    let rows = arena.shape(matrix).rows;
    let identity = arena.identity(rows);
    let shifted = arena.mul(&[value, identity]);
    let shifted = arena.minus(shifted, matrix);
    arena.pinv(shifted)
}
