//! Eigenvalues and eigenvectors of symmetric matrices, singular vectors, the polar factor.

use super::matrix::inverse_transposed;
use super::row::{Parts, Row};
use crate::expr::{Arena, ExprId, Norm, Ranked, Shape, Spectral};
use crate::number::Coeff;

/// Functions of eigenvalues and singular values, and of their vectors.
pub(super) fn spectral(arena: &mut Arena, which: Spectral, inner: ExprId, row: &Row<'_>) -> Parts {
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
        Spectral::EigvecMax | Spectral::EigvecMin => {
            let value = if which == Spectral::EigvecMax { Spectral::LambdaMax } else { Spectral::LambdaMin };
            let pair = (arena.spectral(value, x), arena.spectral(which, x));
            eigenvector(arena, pair, x, row.bar)
        }
        Spectral::UMax | Spectral::VMax => {
            let pair = (arena.norm(Norm::Spectral, x), arena.spectral(which, x));
            singular_vector(arena, which == Spectral::UMax, pair, x, row.bar)
        }
        Spectral::Polar => polar(arena, x, row.bar),
    };
    vec![(inner, part)]
}

/// What is read off one eigenvalue or singular value.
pub(super) fn ranked(arena: &mut Arena, which: Ranked, (inner, place): (ExprId, ExprId), row: &Row<'_>) -> Parts {
    let (x, place) = (arena.normalize(inner), arena.normalize(place));
    let value = if which.is_of_symmetric() { Ranked::Eigenvalue } else { Ranked::SingularValue };
    let mut of = |which| arena.ranked(which, x, place);
    let part = match which {
        Ranked::Eigenvalue => {
            let v = of(Ranked::Eigenvector);
            let turned = arena.transpose(v);
            arena.mul(&[row.bar, v, turned])
        }
        Ranked::SingularValue => {
            let (u, v) = (of(Ranked::LeftVector), of(Ranked::RightVector));
            let turned = arena.transpose(v);
            arena.mul(&[row.bar, u, turned])
        }
        Ranked::Eigenvector => {
            let pair = (of(value), of(which));
            eigenvector(arena, pair, x, row.bar)
        }
        Ranked::LeftVector | Ranked::RightVector => {
            let pair = (of(value), of(which));
            singular_vector(arena, which == Ranked::LeftVector, pair, x, row.bar)
        }
    };
    vec![(inner, part)]
}

/// (λI − A)⁺v̄
fn resolved(arena: &mut Arena, lambda: ExprId, a: ExprId, bar: ExprId) -> ExprId {
    let identity = arena.identity(arena.shape(a).rows);
    let shifted = arena.mul(&[lambda, identity]);
    let shifted = arena.minus(shifted, a);
    let inverse = arena.pinv(shifted);
    arena.mul(&[inverse, bar])
}

/// Av = λv with ‖v‖ = 1: Ā = (λI − A)⁺v̄vᵀ (Giles 2008).
fn eigenvector(arena: &mut Arena, (lambda, v): (ExprId, ExprId), a: ExprId, bar: ExprId) -> ExprId {
    let moved = resolved(arena, lambda, a, bar);
    let turned = arena.transpose(v);
    arena.mul(&[moved, turned])
}

/// XXᵀu = σ²u: with w = (σ²I − XXᵀ)⁺ū, X̄ = (wuᵀ + uwᵀ)X; XᵀXv = σ²v: with w = (σ²I − XᵀX)⁺v̄, X̄ = X(wvᵀ + vwᵀ).
fn singular_vector(
    arena: &mut Arena,
    is_left: bool,
    (sigma, vector): (ExprId, ExprId),
    x: ExprId,
    bar: ExprId,
) -> ExprId {
    let turned = arena.transpose(x);
    let gram = arena.mul(&if is_left { [x, turned] } else { [turned, x] });
    let square = arena.pow_number(sigma, &Coeff::integer(2));
    let w = resolved(arena, square, gram, bar);
    let mut terms = Vec::new();
    for (left, right) in [(w, vector), (vector, w)] {
        let right = arena.transpose(right);
        terms.push((Coeff::ONE, arena.mul(&if is_left { [left, right, x] } else { [x, left, right] })));
    }
    let shape = arena.shape(x);
    arena.add_terms(terms, shape)
}

/// X = PS with PᵀP = I and S = PᵀX positive definite. PᵀdP = Ω solves SΩ + ΩS = Pᵀ(dX) − (dX)ᵀP, and outside the range of P it is
/// (dX)S⁻¹. So, with SY + YS = PᵀP̄, X̄ = P(Y − Yᵀ) + (I − PPᵀ)P̄(X⁺P)ᵀ. Of a wide X, Y is the shortest solution.
fn polar(arena: &mut Arena, x: ExprId, bar: ExprId) -> ExprId {
    let shape = arena.shape(x);
    let p = arena.spectral(Spectral::Polar, x);
    let pt = arena.transpose(p);
    let (s, along) = (arena.mul(&[pt, x]), arena.mul(&[pt, bar]));
    let identity = arena.identity(shape.cols);
    let (left, right) = (arena.kron(identity, s), arena.kron(s, identity));
    let both = arena.plus(left, right);
    let inverse = if shape.is_square() { arena.inverse(both) } else { arena.pinv(both) };
    let along = arena.vec(along);
    let y = arena.mul(&[inverse, along]);
    let y = arena.unvec(y, Shape::square(shape.cols));
    let yt = arena.transpose(y);
    let skew = arena.minus(y, yt);
    let within = arena.mul(&[p, skew]);
    if shape.is_square() {
        return within;
    }
    let identity = arena.identity(shape.rows);
    let range = arena.mul(&[p, pt]);
    let rest = arena.minus(identity, range);
    let pinv = arena.pinv(x);
    let scale = arena.mul(&[pinv, p]);
    let scale = arena.transpose(scale);
    let outside = arena.mul(&[rest, bar, scale]);
    arena.plus(within, outside)
}
