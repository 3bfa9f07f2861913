//! Sums of fractions over one denominator, and fractions within a denominator cleared.

use crate::expr::{Arena, ExprId, Node, Shape};
use crate::number::Coeff;

use super::cost::Costs;
use super::expand::expand;
use super::factor::factor;

/// Longest sum that is brought over one denominator.
const MAX_TERMS: usize = 6;
/// Most factors that such a denominator may have.
const MAX_DENOMINATORS: usize = 4;

/// Factors with the powers in which they divide.
type Denominators = Vec<(ExprId, Coeff)>;

/// What a term is divided by: entry by entry, or in its scalar factor.
fn denominators(arena: &mut Arena, term: ExprId, entrywise: bool) -> Denominators {
    let (scalar, rest) = arena.split_scalar(term);
    let divided = |id: ExprId| match arena.node(id) {
        Node::Hadamard(factors) => factors
            .iter()
            .filter_map(|(base, exponent)| {
                let power = arena.as_number(*exponent)?;
                (power.is_negative() && !arena.is_zero(*base)).then(|| (*base, power.neg()))
            })
            .collect(),
        _ => Vec::new(),
    };
    if entrywise { divided(rest) } else { divided(scalar) }
}

/// The least common denominator of the terms of a sum; nothing where there is none, or it would be long.
fn common(arena: &mut Arena, terms: &[(Coeff, ExprId)], entrywise: bool) -> Option<Denominators> {
    let mut found: Denominators = Vec::new();
    for (_, term) in terms {
        for (base, power) in denominators(arena, *term, entrywise) {
            match found.iter_mut().find(|(other, _)| *other == base) {
                Some((_, known)) if known.sub(&power).is_negative() => *known = power,
                Some(_) => {}
                None => found.push((base, power)),
            }
        }
    }
    (!found.is_empty() && found.len() <= MAX_DENOMINATORS).then_some(found)
}

fn product(arena: &mut Arena, denominators: &Denominators) -> ExprId {
    let shape = denominators.first().map_or(Shape::SCALAR, |(base, _)| arena.shape(*base));
    let factors: Vec<_> = denominators.iter().map(|(base, power)| (*base, arena.number(power.clone()))).collect();
    arena.hadamard_powers(&factors, shape)
}

/// The numerator, the shorter of as it is and multiplied out, and the denominator of a sum over its common denominator; `None` of what is
/// no sum of fractions, or of a long one.
pub fn over_one(arena: &mut Arena, id: ExprId) -> Option<(ExprId, ExprId)> {
    over_one_by(arena, id, &mut Costs::default())
}

fn over_one_by(arena: &mut Arena, id: ExprId, costs: &mut Costs) -> Option<(ExprId, ExprId)> {
    over_entries(arena, id, costs).or_else(|| over_common(arena, id, false, costs))
}

/// The same of an array, over what its terms are divided by entry by entry.
fn over_entries(arena: &mut Arena, id: ExprId, costs: &mut Costs) -> Option<(ExprId, ExprId)> {
    if arena.shape(id).is_scalar() { None } else { over_common(arena, id, true, costs) }
}

/// The same over what divides entry by entry, or over what divides in scalar factors.
fn over_common(arena: &mut Arena, id: ExprId, entrywise: bool, costs: &mut Costs) -> Option<(ExprId, ExprId)> {
    let Node::Add(terms) = arena.node(id).clone() else { return None };
    if terms.len() < 2 || terms.len() > MAX_TERMS {
        return None;
    }
    let denominators = common(arena, &terms, entrywise)?;
    let denominator = product(arena, &denominators);
    let numerators: Vec<(Coeff, ExprId)> =
        terms.iter().map(|(coeff, term)| (coeff.clone(), arena.hadamard(*term, denominator))).collect();
    let shape = arena.shape(id);
    let numerator = arena.add_terms(numerators, shape);
    arena.inherit_written(id, numerator, |arena, term| arena.hadamard(term, denominator));
    let expanded = expand(arena, numerator);
    let shorter = if costs.of(arena, numerator) < costs.of(arena, expanded) { numerator } else { expanded };
    Some((shorter, denominator))
}

/// 1/u − 1/(1 + u) as 1/(u(1 + u)), and 1⊘u − x⊘u∘u as (u − x)⊘u∘u; of scalars that divide arrays only where terms cancel, as Ax/u − sx/u²
/// reads better than (uAx − sx)/u².
pub(super) fn together(arena: &mut Arena, id: ExprId, costs: &mut Costs) -> Option<ExprId> {
    if arena.shape(id).is_scalar() {
        // Fractions may be within factors: 2x⁻¹c + (1 − 2x⁻²)s.
        let mut best = None;
        let expanded = expand(arena, id);
        for form in [Some(id), (expanded != id).then_some(expanded)].into_iter().flatten() {
            let Some((numerator, denominator)) = over_common(arena, form, false, costs) else { continue };
            let numerator = factor(arena, numerator, costs);
            let inverse = arena.recip(denominator);
            let fraction = arena.hadamard(numerator, inverse);
            if best.is_none_or(|best| costs.of(arena, fraction) < costs.of(arena, best)) {
                best = Some(fraction);
            }
        }
        return best;
    }
    let (numerator, denominator) = match over_entries(arena, id, costs) {
        Some(found) => found,
        None => over_common(arena, id, false, costs)
            .filter(|(numerator, _)| arena.terms(*numerator).len() < arena.terms(id).len())?,
    };
    let inverse = arena.recip(denominator);
    Some(arena.hadamard(numerator, inverse))
}

/// Which sums of fractions are cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cleared {
    /// Those in the denominator: 1/(ν(1 + u/ν)) as 1/(ν + u).
    Below,
    /// Those in the numerator, too: (s − p/r)/(n − q/r) as (rs − p)/(rn − q).
    Throughout,
}

/// A scalar, or the scalar factor of a product, with the fractions in its denominator cleared.
pub(super) fn cleared(arena: &mut Arena, id: ExprId, which: Cleared, costs: &mut Costs) -> Option<ExprId> {
    if let Node::Product(factors) = arena.node(id).clone() {
        let mut all = factors.to_vec();
        let mut changed = false;
        for factor in &mut all {
            let is_scalar = arena.shape(*factor).is_scalar();
            let found = if is_scalar { cleared(arena, *factor, which, costs) } else { inverse(arena, *factor, costs) };
            changed |= found.is_some();
            *factor = found.unwrap_or(*factor);
        }
        return changed.then(|| arena.mul(&all));
    }
    let Node::Hadamard(factors) = arena.node(id).clone() else { return None };
    let shape = arena.shape(id);
    let mut all = Vec::new();
    let mut changed = false;
    for (base, exponent) in &*factors {
        let divides = arena.as_number(*exponent).is_some_and(|p| p.is_negative() && p.is_integer());
        let multiplies = which == Cleared::Throughout && arena.is_one(*exponent);
        let parts = if divides || multiplies { over_one_by(arena, *base, costs) } else { None };
        match parts {
            Some((numerator, denominator)) => {
                all.push((numerator, *exponent));
                all.push((denominator, arena.neg(*exponent)));
                changed |= divides;
            }
            None => all.push((*base, *exponent)),
        }
    }
    changed.then(|| arena.hadamard_powers(&all, shape))
}

/// (M + N/s)⁻¹ of matrices as s(sM + N)⁻¹, which stands in a product with s below.
fn inverse(arena: &mut Arena, id: ExprId, costs: &mut Costs) -> Option<ExprId> {
    let Node::Power(base, exponent) = *arena.node(id) else { return None };
    arena.as_number(exponent).filter(|power| power.is_negative() && power.is_integer())?;
    let (numerator, denominator) = over_common(arena, base, false, costs)?;
    let outside = arena.neg(exponent);
    let (scalar, inverse) = (arena.pow(denominator, outside), arena.power(numerator, exponent));
    Some(arena.mul(&[scalar, inverse]))
}
