//! Sums, products, entrywise products and powers.

use super::row::{Parts, Row};
use crate::expr::{Arena, ExprId, Func};
use crate::number::Coeff;

/// Y = Σ cₖXₖ: X̄ₖ = cₖȲ.
pub(super) fn sum(arena: &mut Arena, terms: &[(Coeff, ExprId)], row: &Row<'_>) -> Parts {
    terms.iter().map(|(coeff, term)| (*term, arena.scale(coeff, row.bar))).collect()
}

/// Y = X₁X₂…Xₖ: X̄ᵢ = (X₁…Xᵢ₋₁)ᵀ Ȳ (Xᵢ₊₁…Xₖ)ᵀ; of a factor s that is a number s̄ = ⟨Ȳ, Y/s⟩.
pub(super) fn product(arena: &mut Arena, factors: &[ExprId], row: &Row<'_>) -> Parts {
    let normal: Vec<ExprId> = factors.iter().map(|factor| arena.normalize(*factor)).collect();
    let is_number = |arena: &Arena, id: ExprId| arena.shape(id).is_scalar();
    let mut parts = Vec::new();
    for (place, factor) in factors.iter().enumerate() {
        if !row.is_active(*factor) {
            continue;
        }
        let others = |arena: &Arena, range: std::ops::Range<usize>, numbers: bool| {
            let range = range.filter(|at| *at != place && is_number(arena, normal[*at]) == numbers);
            range.map(|at| normal[at]).collect::<Vec<_>>()
        };
        let numbers = others(arena, 0..normal.len(), true);
        let all: Vec<ExprId> = if is_number(arena, *factor) {
            let rest = others(arena, 0..normal.len(), false);
            let along = if rest.is_empty() {
                row.bar
            } else {
                let rest = arena.mul(&rest);
                inner(arena, row.bar, rest)
            };
            [vec![along], numbers].concat()
        } else {
            let left = others(arena, 0..place, false);
            let right = others(arena, place + 1..normal.len(), false);
            let turned = |arena: &mut Arena, list: &[ExprId]| {
                list.iter().rev().map(|one| arena.transpose(*one)).collect::<Vec<_>>()
            };
            let (left, right) = (turned(arena, &left), turned(arena, &right));
            [numbers, left, vec![row.bar], right].concat()
        };
        parts.push((*factor, arena.mul(&all)));
    }
    parts
}

/// ⟨A, B⟩
pub(in super::super) fn inner(arena: &mut Arena, a: ExprId, b: ExprId) -> ExprId {
    let shape = arena.shape(a);
    if shape.is_scalar() {
        return arena.mul(&[a, b]);
    }
    if shape.is_column() {
        return arena.inner(a, b);
    }
    let turned = arena.transpose(a);
    let product = arena.mul(&[turned, b]);
    arena.trace(product)
}

/// Y = Π Xₖ^pₖ entry by entry: X̄ₖ = pₖ Ȳ ∘ Xₖ^(pₖ−1) ∘ the other factors, and p̄ₖ = ⟨Ȳ, Y ∘ log Xₖ⟩.
pub(super) fn entrywise_product(arena: &mut Arena, factors: &[(ExprId, ExprId)], row: &Row<'_>) -> Parts {
    let shape = arena.shape(row.bar);
    let normal: Vec<(ExprId, ExprId)> =
        factors.iter().map(|(base, power)| (arena.normalize(*base), arena.normalize(*power))).collect();
    let one = arena.one();
    let mut parts = Vec::new();
    for (place, (base, power)) in factors.iter().enumerate() {
        let (x, p) = normal[place];
        if row.is_active(*base) {
            let less = arena.minus(p, one);
            let mut all = vec![(row.bar, one)];
            all.extend(normal.iter().enumerate().map(|(at, (y, q))| (*y, if at == place { less } else { *q })));
            let product = arena.hadamard_powers(&all, shape);
            parts.push((*base, arena.mul(&[p, product])));
        }
        if row.is_active(*power) {
            let log = arena.elementwise(Func::Log, x);
            let mut all = vec![(row.bar, one), (log, one)];
            all.extend(&normal);
            let product = arena.hadamard_powers(&all, shape);
            parts.push((*power, arena.total(product)));
        }
    }
    parts
}
