//! Long sums of products that have most of their factors in common, as derivatives of long products are: Σᵢ cᵢ Πⱼ≠ᵢ fⱼ of k terms has k²
//! symbols. Half of its terms share the factors that only the other half lacks, so that it is F Σᵢ cᵢ Πⱼ≠ᵢ gⱼ + G Σᵢ cᵢ Πⱼ≠ᵢ fⱼ with the
//! products F of the fⱼ and G of the gⱼ, and half by half it has k log k.

use super::Costs;
use super::factor::{factor_to, shared_scalar};
use super::group::shared_powers;
use crate::expr::{Arena, ExprId};
use crate::number::Coeff;

/// Shorter sums are factored in the ways in which a reader would.
const LEAST_TERMS: usize = 24;
/// Sums that halving has made are halved down to here.
const LEAST_LEFT: usize = 4;

type Terms = [(Coeff, ExprId)];

/// The sum with the common factors of both halves of its terms taken out, and so on in each half; `None` where they have none, or the sum
/// does not become much shorter.
pub(super) fn by_halves(
    arena: &mut Arena,
    id: ExprId,
    terms: &Terms,
    costs: &mut Costs,
    depth: usize,
) -> Option<ExprId> {
    if terms.len() < LEAST_TERMS {
        return None;
    }
    let sum = halved(arena, terms, costs, depth)?;
    (costs.of(arena, sum) <= costs.of(arena, id) / 2).then_some(sum)
}

fn halved(arena: &mut Arena, terms: &Terms, costs: &mut Costs, depth: usize) -> Option<ExprId> {
    let shape = arena.shape(terms[0].1);
    let mut halves = Vec::with_capacity(2);
    for half in terms.chunks(terms.len().div_ceil(2)) {
        halves.push(common(arena, half, costs, depth)?);
    }
    Some(arena.sum_of(&halves, shape))
}

/// The terms with the scalar factors or the entrywise factors that all of them share in front.
fn common(arena: &mut Arena, terms: &Terms, costs: &mut Costs, depth: usize) -> Option<ExprId> {
    let shape = arena.shape(terms[0].1);
    if let Some((scalar, rest)) = shared_scalar(arena, terms, costs) {
        let rest = within(arena, rest, costs, depth);
        return Some(arena.mul(&[scalar, rest]));
    }
    if shape.is_scalar() {
        return None;
    }
    let (mut powers, rest) = shared_powers(arena, terms)?;
    let rest = within(arena, rest, costs, depth);
    powers.push((rest, arena.one()));
    Some(arena.hadamard_powers(&powers, shape))
}

/// What is left of a half: halved again, or factored in another way where it has no common factors.
fn within(arena: &mut Arena, terms: Vec<(Coeff, ExprId)>, costs: &mut Costs, depth: usize) -> ExprId {
    if terms.len() >= LEAST_LEFT
        && let Some(found) = halved(arena, &terms, costs, depth)
    {
        return found;
    }
    let (shape, is_long) = (arena.shape(terms[0].1), terms.len() >= LEAST_LEFT);
    let sum = arena.add_terms(terms, shape);
    if is_long { factor_to(arena, sum, costs, depth - 1) } else { sum }
}
