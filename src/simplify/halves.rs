//! Long sums of products that have most of their factors in common, as derivatives of long products are: Σᵢ cᵢ Πⱼ≠ᵢ fⱼ of k terms has k²
//! symbols. Half of its terms share the factors that only the other half lacks, so that it is F Σᵢ cᵢ Πⱼ≠ᵢ gⱼ + G Σᵢ cᵢ Πⱼ≠ᵢ fⱼ with the
//! products F of the fⱼ and G of the gⱼ, and half by half it has k log k.

use super::Costs;
use super::factor::common_scalar;
use super::group::by_common_powers;
use crate::expr::{Arena, ExprId};
use crate::number::Coeff;

/// Sums of fewer terms are factored in the ways in which a reader would.
pub(super) const LEAST_TERMS: usize = 16;

/// The sum with the common factors of both halves of its terms taken out, and so on in each half; `None` where they have none, or the sum
/// does not become much shorter.
pub(super) fn by_halves(
    arena: &mut Arena,
    id: ExprId,
    terms: &[(Coeff, ExprId)],
    costs: &mut Costs,
    depth: usize,
) -> Option<ExprId> {
    if terms.len() < LEAST_TERMS {
        return None;
    }
    let mut halves = Vec::with_capacity(2);
    for half in terms.chunks(terms.len().div_ceil(2)) {
        halves.push(common(arena, half, costs, depth)?);
    }
    let shape = arena.shape(id);
    let sum = arena.sum_of(&halves, shape);
    (costs.of(arena, sum) <= costs.of(arena, id) / 2).then_some(sum)
}

/// The terms with the scalar factors or the entrywise factors that all of them share in front; halving ends by itself, so it takes nothing of
/// the depth to which other ways go.
fn common(arena: &mut Arena, terms: &[(Coeff, ExprId)], costs: &mut Costs, depth: usize) -> Option<ExprId> {
    if let Some(found) = common_scalar(arena, terms, costs, depth + 1) {
        return Some(found);
    }
    if arena.shape(terms[0].1).is_scalar() {
        return None;
    }
    by_common_powers(arena, terms, costs, depth + 1)
}
