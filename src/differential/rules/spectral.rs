//! Eigenvalues and eigenvectors of symmetric matrices, singular vectors (Magnus & Neudecker 2019, §8.9), the polar factor.

use super::{Context, NotDifferentiable};
use crate::domain::{Condition, has_zero_extreme};
use crate::expr::{Arena, ExprId, Ranked, Spectral};

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
            let largest = which == Spectral::LambdaMax;
            let is_zero = has_zero_extreme(arena, inner, largest);
            cx.require(Condition::Symmetric(inner));
            if !is_zero {
                cx.require(Condition::SimpleEigenvalue(inner, largest));
            }
            value
        }
        Spectral::EigvecMax | Spectral::EigvecMin => {
            let value = if which == Spectral::EigvecMax { Spectral::LambdaMax } else { Spectral::LambdaMin };
            let value = arena.spectral(value, inner);
            let value = eigenvector(arena, (id, value), (inner, differential));
            cx.require(Condition::Symmetric(inner));
            cx.require(Condition::SimpleEigenvalue(inner, which == Spectral::EigvecMax));
            value
        }
        Spectral::UMax | Spectral::VMax => {
            let norm = arena.norm(crate::expr::Norm::Spectral, inner);
            let value = singular_vector(arena, which == Spectral::UMax, (id, norm), (inner, differential));
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

/// The differential of what is read off one eigenvalue or singular value of a matrix at a place.
pub(super) fn ranked(
    cx: &mut Context<'_>,
    id: ExprId,
    which: Ranked,
    (inner, place): (ExprId, ExprId),
) -> Option<ExprId> {
    let differential = cx.of(inner)?;
    let arena = &mut *cx.arena;
    let of = if which.is_of_symmetric() { Ranked::Eigenvalue } else { Ranked::SingularValue };
    let value = arena.ranked(of, inner, place);
    let result = match which {
        Ranked::Eigenvalue | Ranked::SingularValue => {
            let vectors = match which {
                Ranked::Eigenvalue => [Ranked::Eigenvector, Ranked::Eigenvector],
                _ => [Ranked::LeftVector, Ranked::RightVector],
            };
            let [left, right] = vectors.map(|vector| arena.ranked(vector, inner, place));
            let row = arena.transpose(left);
            arena.mul(&[row, differential, right])
        }
        Ranked::Eigenvector => eigenvector(arena, (id, value), (inner, differential)),
        Ranked::LeftVector | Ranked::RightVector => {
            singular_vector(arena, which == Ranked::LeftVector, (id, value), (inner, differential))
        }
    };
    if which.is_of_symmetric() {
        cx.require(Condition::Symmetric(inner));
    }
    cx.require(Condition::Simple(value));
    Some(result)
}

/// With A = XXᵀ (or XᵀX) a singular vector is the eigenvector of the eigenvalue σ².
fn singular_vector(
    arena: &mut Arena,
    is_left: bool,
    (vector, sigma): (ExprId, ExprId),
    (x, dx): (ExprId, ExprId),
) -> ExprId {
    let (x, dx) = if is_left { (x, dx) } else { (arena.transpose(x), arena.transpose(dx)) };
    let (xt, dxt) = (arena.transpose(x), arena.transpose(dx));
    let gram = arena.mul(&[x, xt]);
    let shape = arena.shape(gram);
    let (first, second) = (arena.mul(&[dx, xt]), arena.mul(&[x, dxt]));
    let d_gram = arena.sum_of(&[first, second], shape);
    let square = arena.pow_number(sigma, &crate::number::Coeff::integer(2));
    let resolvent = resolvent(arena, square, gram);
    arena.mul(&[resolvent, d_gram, vector])
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
fn eigenvector(
    arena: &mut Arena,
    (vector, value): (ExprId, ExprId),
    (matrix, differential): (ExprId, ExprId),
) -> ExprId {
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
