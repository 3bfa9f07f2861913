//! Polynomials in a function whose derivative is a polynomial in it: tanh′ = 1 − tanh², tan′ = 1 + tan², σ′ = σ(1 − σ).

use super::Costs;
use crate::expr::{Arena, ExprId, Func, Node};
use crate::number::Coeff;

/// The highest power that is divided.
const MAX_DEGREE: usize = 24;
/// The signs of a product of three arrays.
const SIGNS: u64 = 2;

/// The polynomial as a power of 1 − tanh², 1 + tan² or 1 − σ times what is left, where it can be divided by it.
/// It costs no more, or in an array, where each product has a sign, no more than two signs more.
pub(super) fn divided(arena: &mut Arena, id: ExprId, costs: &mut Costs) -> Option<ExprId> {
    let form = product(arena, id).filter(|form| *form != id)?;
    let slack = if arena.shape(form).is_scalar() { 0 } else { SIGNS };
    (costs.of(arena, form) <= costs.of(arena, id) + slack).then_some(form)
}

fn product(arena: &mut Arena, id: ExprId) -> Option<ExprId> {
    let Node::Add(terms) = arena.node(id) else { return None };
    let (base, mut left) = coefficients(arena, terms)?;
    let Node::Elementwise(func, inner) = *arena.node(base) else { return None };
    let shape = arena.shape(id);
    let divisor: &[i64] = match func {
        Func::Tanh => &[1, 0, -1],
        Func::Tan => &[1, 0, 1],
        Func::Sigmoid => &[1, -1],
        _ => return None,
    };
    let mut times = 0;
    while left.len() > divisor.len()
        && let Some(quotient) = exact_quotient(&left, divisor)
    {
        left = quotient;
        times += 1;
    }
    if times == 0 {
        return None;
    }
    let factor = if func == Func::Sigmoid {
        let negative = arena.neg(inner);
        arena.elementwise(Func::Sigmoid, negative)
    } else {
        polynomial(arena, base, &divisor.iter().map(|c| Coeff::integer(*c)).collect::<Vec<_>>())
    };
    // σ − 2σ² is σ(1 − 2σ).
    let lowest = left.iter().position(|c| !c.is_zero())?;
    let rest = polynomial(arena, base, &left[lowest..]);
    let (times, one) = (arena.integer(times), arena.one());
    let lowest = arena.integer(i64::try_from(lowest).ok()?);
    Some(arena.hadamard_powers(&[(base, lowest), (factor, times), (rest, one)], shape))
}

/// The one function that all terms are powers of, and their coefficients from that of the power 0 on.
fn coefficients(arena: &Arena, terms: &[(Coeff, ExprId)]) -> Option<(ExprId, Vec<Coeff>)> {
    let (mut base, mut found) = (None, Vec::new());
    for (coeff, term) in terms {
        let (of, power) = match arena.node(*term) {
            _ if arena.is_ones(*term) || arena.is_one(*term) => (None, 0),
            Node::Elementwise(..) => (Some(*term), 1),
            Node::Hadamard(factors) => {
                let [(of, exponent)] = **factors else { return None };
                let power = arena.as_number(exponent).and_then(Coeff::to_i64)?;
                (Some(of), usize::try_from(power).ok()?)
            }
            _ => return None,
        };
        if power > MAX_DEGREE || (of.is_some() && base.is_some() && of != base) {
            return None;
        }
        base = base.or(of);
        if found.len() <= power {
            found.resize(power + 1, Coeff::ZERO);
        }
        found[power] = found[power].add(coeff);
    }
    Some((base?, found))
}

/// Dividend over divisor, both from the power 0 on, where nothing remains.
fn exact_quotient(dividend: &[Coeff], divisor: &[i64]) -> Option<Vec<Coeff>> {
    let (mut left, degree) = (dividend.to_vec(), divisor.len() - 1);
    let lead = Coeff::integer(*divisor.last()?).recip()?;
    let mut quotient = vec![Coeff::ZERO; dividend.len().checked_sub(degree)?];
    for at in (0..quotient.len()).rev() {
        let factor = left[at + degree].mul(&lead);
        for (place, c) in divisor.iter().enumerate() {
            left[at + place] = left[at + place].sub(&factor.mul(&Coeff::integer(*c)));
        }
        quotient[at] = factor;
    }
    left.iter().all(Coeff::is_zero).then_some(quotient)
}

/// Σₖ cₖtᵏ
fn polynomial(arena: &mut Arena, t: ExprId, coeffs: &[Coeff]) -> ExprId {
    let shape = arena.shape(t);
    let mut terms = Vec::with_capacity(coeffs.len());
    for (power, coeff) in coeffs.iter().enumerate() {
        let power = arena.integer(i64::try_from(power).unwrap_or(i64::MAX));
        terms.push((coeff.clone(), arena.hadamard_powers(&[(t, power)], shape)));
    }
    arena.add_terms(terms, shape)
}
