//! Eigenvalues and eigenvectors of symmetric matrices, singular vectors (Magnus & Neudecker 2019, §8.9), the polar factor.

use super::{Context, NotDifferentiable};
use crate::domain::Condition;
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
            let square = arena.pow_number(norm, &crate::number::Coeff::integer(2));
            let resolvent = resolvent(arena, square, gram);
            let value = arena.mul(&[resolvent, d_gram, id]);
            cx.require(Condition::SimpleSingularValue(inner));
            value
        }
        Spectral::Polar => {
            let value = polar(arena, id, inner, differential);
            cx.require(Condition::FullRank(inner));
            value
        }
    };
    Ok(Some(value))
}

/// dP = P unvec(M⁺ vec(Pᵀ(dX) − (dX)ᵀP)) + (I − PPᵀ)(dX) X⁺P with M = I ⊗ S + Sᵀ ⊗ I and S = PᵀX, for X of full rank.
///
/// With X = PS, Ω = PᵀdP on the range of S solves SΩ + ΩS = Pᵀ(dX) − (dX)ᵀP (a Sylvester equation; Higham 2008, §8.1); of a wide X the
/// pseudo-inverse leaves out what P maps to 0. Of a square X the last term vanishes and M is invertible.
fn polar(arena: &mut Arena, polar: ExprId, x: ExprId, dx: ExprId) -> ExprId {
    let shape = arena.shape(x);
    let (pt, dxt) = (arena.transpose(polar), arena.transpose(dx));
    let s = arena.mul(&[pt, x]);
    let st = arena.transpose(s);
    let identity = arena.identity(shape.cols);
    let (left, right) = (arena.kron(identity, s), arena.kron(st, identity));
    let kron_shape = arena.shape(left);
    let sylvester = arena.sum_of(&[left, right], kron_shape);
    let (first, second) = (arena.mul(&[pt, dx]), arena.mul(&[dxt, polar]));
    let skew = arena.minus(first, second);
    let skew = arena.vec(skew);
    let inverse = if shape.is_square() { arena.inverse(sylvester) } else { arena.pinv(sylvester) };
    let omega = arena.mul(&[inverse, skew]);
    let omega = arena.unvec(omega, crate::expr::Shape::square(shape.cols));
    let turned = arena.mul(&[polar, omega]);
    if shape.is_square() {
        return turned;
    }
    let identity = arena.identity(shape.rows);
    let range = arena.mul(&[polar, pt]);
    let complement = arena.minus(identity, range);
    let pinv = arena.pinv(x);
    let outside = arena.mul(&[complement, dx, pinv, polar]);
    arena.sum_of(&[turned, outside], shape)
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
