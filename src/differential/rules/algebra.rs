//! Sums, products (matrix, entrywise, Kronecker), and sums and products over an index.

use super::{Context, NotDifferentiable};
use crate::domain::Condition;
use crate::expr::{BigOp, ExprId, Func, IndexId};
use crate::number::Coeff;

/// d(Σ cₖXₖ) = Σ cₖ dXₖ
pub(super) fn sum(cx: &mut Context<'_>, id: ExprId, terms: &[(Coeff, ExprId)]) -> Option<ExprId> {
    let shape = cx.arena.shape(id);
    let terms: Vec<_> = terms.iter().filter_map(|(coeff, term)| Some((coeff.clone(), cx.of(*term)?))).collect();
    Some(cx.arena.add_terms(terms, shape))
}

/// d(X₁…Xₖ) = Σⱼ X₁…dXⱼ…Xₖ
pub(super) fn product(cx: &mut Context<'_>, id: ExprId, factors: &[ExprId]) -> Option<ExprId> {
    let shape = cx.arena.shape(id);
    let mut terms = Vec::new();
    let mut varied = factors.to_vec();
    for (place, factor) in factors.iter().enumerate() {
        if let Some(differential) = cx.of(*factor) {
            varied[place] = differential;
            terms.push(cx.arena.mul(&varied));
            varied[place] = *factor;
        }
    }
    Some(cx.arena.sum_of(&terms, shape))
}

/// d(Π xₖ^pₖ) = Σⱼ (pⱼ xⱼ^(pⱼ−1) ∘ dxⱼ + xⱼ^pⱼ ∘ log xⱼ dpⱼ) ∘ Π_{k≠j} xₖ^pₖ
pub(super) fn hadamard(cx: &mut Context<'_>, id: ExprId, factors: &[(ExprId, ExprId)]) -> Option<ExprId> {
    let shape = cx.arena.shape(id);
    let one = cx.arena.one();
    let mut terms = Vec::new();
    for (place, (base, exponent)) in factors.iter().enumerate() {
        if let Some(differential) = cx.of(*base) {
            let mut varied = factors.to_vec();
            varied[place] = (*base, cx.arena.minus(*exponent, one));
            varied.push((*exponent, one));
            varied.push((differential, one));
            terms.push(cx.arena.hadamard_powers(&varied, shape));
        }
        if let Some(differential) = cx.of(*exponent) {
            cx.require(Condition::Positive(*base));
            let logarithm = cx.arena.elementwise(Func::Log, *base);
            let mut varied = factors.to_vec();
            varied.push((logarithm, one));
            varied.push((differential, one));
            terms.push(cx.arena.hadamard_powers(&varied, shape));
        }
    }
    Some(cx.arena.sum_of(&terms, shape))
}

/// d(X ⊗ Y) = dX ⊗ Y + X ⊗ dY
pub(super) fn kronecker(cx: &mut Context<'_>, id: ExprId, left: ExprId, right: ExprId) -> Option<ExprId> {
    let shape = cx.arena.shape(id);
    let mut terms = Vec::new();
    if let Some(differential) = cx.of(left) {
        terms.push(cx.arena.kron(differential, right));
    }
    if let Some(differential) = cx.of(right) {
        terms.push(cx.arena.kron(left, differential));
    }
    Some(cx.arena.sum_of(&terms, shape))
}

/// d Σᵢ Xᵢ = Σᵢ dXᵢ; d Πᵢ fᵢ = Πᵢ fᵢ Σᵢ dfᵢ/fᵢ where no factor vanishes.
pub(super) fn indexed(
    cx: &mut Context<'_>,
    id: ExprId,
    op: BigOp,
    index: IndexId,
    lower: ExprId,
    upper: ExprId,
    body: ExprId,
) -> Result<Option<ExprId>, NotDifferentiable> {
    if cx.of(lower).is_some() || cx.of(upper).is_some() {
        return Err(NotDifferentiable { expr: id, reason: "the bounds of a sum or product over an index cannot vary" });
    }
    let (fresh, body, differential) = cx.under_binder(index, (lower, upper), body)?;
    let Some(differential) = differential else { return Ok(None) };
    Ok(Some(match op {
        BigOp::Sum => cx.arena.indexed(BigOp::Sum, fresh, lower, upper, differential),
        BigOp::Product => {
            cx.require(Condition::NonZero(body));
            let relative = cx.arena.quotient(differential, body);
            let sum = cx.arena.indexed(BigOp::Sum, fresh, lower, upper, relative);
            cx.arena.mul(&[id, sum])
        }
    }))
}
