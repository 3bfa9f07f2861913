//! Matrix powers and inverses, determinants, adjugates, pseudo-inverses, matrix functions.
//!
//! Sources: Magnus & Neudecker 2019, chapter 8; Golub & Pereyra 1973 for the pseudo-inverse; Higham 2008, chapter 3 for Fréchet derivatives.

use super::{Context, NotDifferentiable};
use crate::domain::Condition;
use crate::expr::{Arena, BigOp, ExprId, MatrixFunction, Norm};
use crate::number::Coeff;

/// Powers up to this one are differentiated term by term, higher ones by a sum over an index.
const MAX_WRITTEN_POWER: i64 = 8;

/// d(X^p): −X⁻¹(dX)X⁻¹ for p = −1, Σᵣ Xʳ(dX)X^(p−1−r) for integers, by the square root for halves, and
/// otherwise by X^p = expm(p logm X).
pub(super) fn power(
    cx: &mut Context<'_>,
    id: ExprId,
    base: ExprId,
    exponent: ExprId,
) -> Result<Option<ExprId>, NotDifferentiable> {
    let shape = cx.arena.shape(id);
    let mut terms = Vec::new();
    if let Some(differential) = cx.of(exponent) {
        // d(X^p) = X^p logm(X) dp, the two matrices commute.
        let logarithm = cx.arena.matrix_function(MatrixFunction::Logm, base, &[]);
        terms.push(cx.arena.mul(&[differential, id, logarithm]));
    }
    if let Some(differential) = cx.of(base) {
        let number = cx.arena.as_number(exponent).cloned();
        if let Some(n) = number.as_ref().and_then(Coeff::to_i64) {
            terms.push(integer_power(cx.arena, base, differential, n));
        } else if cx.arena.is_integer_valued(exponent) {
            terms.push(any_symbolic_power(cx.arena, base, differential, exponent));
        } else if let Some(twice) = number.as_ref().and_then(|p| p.mul(&Coeff::integer(2)).to_i64()) {
            let root = cx.arena.matrix_function(MatrixFunction::Sqrtm, base, &[]);
            let differential = cx.arena.matrix_function(MatrixFunction::Sqrtm, base, &[differential]);
            terms.push(integer_power(cx.arena, root, differential, twice));
        } else {
            // d expm(p logm X) = L_expm(p logm X, p L_logm(X, dX))
            let logarithm = cx.arena.matrix_function(MatrixFunction::Logm, base, &[]);
            let inner = cx.arena.matrix_function(MatrixFunction::Logm, base, &[differential]);
            let scaled = cx.arena.mul(&[exponent, logarithm]);
            let direction = cx.arena.mul(&[exponent, inner]);
            terms.push(cx.arena.matrix_function(MatrixFunction::Expm, scaled, &[direction]));
        }
    }
    Ok(Some(cx.arena.sum_of(&terms, shape)))
}

fn integer_power(arena: &mut Arena, base: ExprId, differential: ExprId, n: i64) -> ExprId {
    let shape = arena.shape(base);
    if n.abs() > MAX_WRITTEN_POWER {
        let exponent = arena.integer(n.abs());
        let inner = symbolic_power(arena, base, differential, exponent);
        if n > 0 {
            return inner;
        }
        let exponent = arena.integer(n);
        let power = arena.power(base, exponent);
        let product = arena.mul(&[power, inner, power]);
        return arena.neg(product);
    }
    let (range, total, sign) = if n > 0 { (0..n, n - 1, Coeff::ONE) } else { (n..0, n - 1, Coeff::MINUS_ONE) };
    let mut terms = Vec::new();
    for r in range {
        let left = arena.integer(r);
        let left = arena.power(base, left);
        let right = arena.integer(total - r);
        let right = arena.power(base, right);
        terms.push((sign.clone(), arena.mul(&[left, differential, right])));
    }
    arena.add_terms(terms, shape)
}

/// d(X^p) for an integer p made of symbols, which stand for integers from 1 on: by the sum for p ≥ 0, by d(X^p) = −X^p d(X^−p) X^p for p ≤ 0, and
/// by the product rule over the terms of a p that may have either sign (k − 3, 2 − k).
fn any_symbolic_power(arena: &mut Arena, base: ExprId, differential: ExprId, exponent: ExprId) -> ExprId {
    if let Some(n) = arena.as_number(exponent).and_then(Coeff::to_i64) {
        return integer_power(arena, base, differential, n);
    }
    if arena.is_at_least_zero(exponent) {
        return symbolic_power(arena, base, differential, exponent);
    }
    let positive = arena.neg(exponent);
    if arena.is_at_least_zero(positive) {
        let inner = symbolic_power(arena, base, differential, positive);
        let power = arena.power(base, exponent);
        let product = arena.mul(&[power, inner, power]);
        return arena.neg(product);
    }
    let terms = arena.terms(exponent);
    let parts: Vec<ExprId> = terms.iter().map(|(coeff, term)| arena.scale(coeff, *term)).collect();
    let mut sum = Vec::with_capacity(parts.len());
    for (place, part) in parts.iter().enumerate() {
        let mut factors: Vec<ExprId> = parts.iter().map(|part| arena.power(base, *part)).collect();
        factors[place] = any_symbolic_power(arena, base, differential, *part);
        sum.push(arena.mul(&factors));
    }
    let shape = arena.shape(base);
    arena.sum_of(&sum, shape)
}

/// Σ_{r=0}^{k−1} Xʳ (dX) X^(k−1−r)
fn symbolic_power(arena: &mut Arena, base: ExprId, differential: ExprId, exponent: ExprId) -> ExprId {
    let index = arena.fresh_index();
    let r = arena.index(index);
    let one = arena.one();
    let upper = arena.minus(exponent, one);
    arena.suggest_index_name(upper, "r", usize::MAX);
    let remaining = arena.minus(upper, r);
    let left = arena.power(base, r);
    let right = arena.power(base, remaining);
    let body = arena.mul(&[left, differential, right]);
    let zero = arena.integer(0);
    arena.indexed(BigOp::Sum, index, zero, upper, body)
}

/// d(det X) = det(X) tr(X⁻¹ dX)
pub(super) fn determinant(cx: &mut Context<'_>, id: ExprId, inner: ExprId) -> Option<ExprId> {
    let differential = cx.of(inner)?;
    cx.require(Condition::Invertible(inner));
    let inverse = cx.arena.inverse(inner);
    let product = cx.arena.mul(&[inverse, differential]);
    let trace = cx.arena.trace(product);
    Some(cx.arena.mul(&[id, trace]))
}

/// Whether the determinant of a matrix is 0 whatever its symbols are, where its adjugate need not be.
pub(super) fn is_never_invertible(arena: &mut Arena, id: ExprId) -> bool {
    let det = arena.det(id);
    arena.is_zero(det)
}

/// d adj(X) = det(X)(tr(X⁻¹dX)X⁻¹ − X⁻¹(dX)X⁻¹)
pub(super) fn adjugate(cx: &mut Context<'_>, _: ExprId, inner: ExprId) -> Option<ExprId> {
    let differential = cx.of(inner)?;
    cx.require(Condition::Invertible(inner));
    let arena = &mut *cx.arena;
    let det = arena.det(inner);
    let inverse = arena.inverse(inner);
    let product = arena.mul(&[inverse, differential]);
    let trace = arena.trace(product);
    let first = arena.mul(&[trace, inverse]);
    let second = arena.mul(&[inverse, differential, inverse]);
    let difference = arena.minus(first, second);
    Some(arena.mul(&[det, difference]))
}

/// dX⁺ = −X⁺(dX)X⁺ + X⁺X⁺ᵀ(dX)ᵀ(I − XX⁺) + (I − X⁺X)(dX)ᵀX⁺ᵀX⁺, while the rank stays the same.
pub(super) fn pseudoinverse(cx: &mut Context<'_>, id: ExprId, inner: ExprId) -> Option<ExprId> {
    let differential = cx.of(inner)?;
    cx.require(Condition::ConstantRank(inner));
    let arena = &mut *cx.arena;
    let shape = arena.shape(id);
    let (transposed, pinv_transposed) = (arena.transpose(differential), arena.transpose(id));
    let first = arena.mul(&[id, differential, id]);
    let left_projector = arena.mul(&[inner, id]);
    let identity = arena.identity(shape.cols);
    let left_projector = arena.minus(identity, left_projector);
    let second = arena.mul(&[id, pinv_transposed, transposed, left_projector]);
    let right_projector = arena.mul(&[id, inner]);
    let identity = arena.identity(shape.rows);
    let right_projector = arena.minus(identity, right_projector);
    let third = arena.mul(&[right_projector, transposed, pinv_transposed, id]);
    Some(arena.add_terms([(Coeff::MINUS_ONE, first), (Coeff::ONE, second), (Coeff::ONE, third)], shape))
}

/// dX⁺ = (dX)ᵀ/‖X‖² − 2⟨X, dX⟩Xᵀ/‖X‖⁴ of a matrix of rank 1, where X⁺ = Xᵀ/‖X‖².
pub(super) fn pseudoinverse_of_rank_one(cx: &mut Context<'_>, id: ExprId, inner: ExprId) -> Option<ExprId> {
    let differential = cx.of(inner)?;
    let arena = &mut *cx.arena;
    let shape = arena.shape(id);
    let norm = arena.norm(Norm::Frobenius, inner);
    let (second, fourth) = (Coeff::integer(-2), Coeff::integer(-4));
    let (square, fourth) = (arena.pow_number(norm, &second), arena.pow_number(norm, &fourth));
    let (transposed, turned) = (arena.transpose(inner), arena.transpose(differential));
    let product = arena.mul(&[transposed, differential]);
    let inner_product = arena.trace(product);
    let first = arena.mul(&[square, turned]);
    let along = arena.mul(&[inner_product, fourth, transposed]);
    Some(arena.add_terms([(Coeff::ONE, first), (second, along)], shape))
}

/// d L_f(X; E₁, …) = L_f(X; E₁, …, dX) + Σⱼ L_f(X; …, dEⱼ, …)
pub(super) fn matrix_function(
    cx: &mut Context<'_>,
    id: ExprId,
    func: MatrixFunction,
    inner: ExprId,
    directions: &[ExprId],
) -> Option<ExprId> {
    let shape = cx.arena.shape(id);
    let mut terms = Vec::new();
    if let Some(differential) = cx.of(inner) {
        let mut more = directions.to_vec();
        more.push(differential);
        terms.push(cx.arena.matrix_function(func, inner, &more));
    }
    for (place, direction) in directions.iter().enumerate() {
        if let Some(differential) = cx.of(*direction) {
            let mut varied = directions.to_vec();
            varied[place] = differential;
            terms.push(cx.arena.matrix_function(func, inner, &varied));
        }
    }
    Some(cx.arena.sum_of(&terms, shape))
}
