//! Signs of exponential polynomials, Σ cⱼₖ xʲ exp(kx), on either side of 0.
//!
//! A function that is ≥ 0 at 0, with a derivative ≥ 0 above 0, is ≥ 0 above 0. Times an exponential, so that the least exponent is 0, the
//! sum has a derivative with one power of x less there: after as many derivatives as it has terms and powers nothing is left to be shown.
//! So sinh(x) ≥ x, x coth(x) ≥ 1 and their like are decided, and those of log(x) and x = exp(log(x)) on either side of 1.

use std::collections::BTreeMap;

use super::polynomial::{Polynomial, UNIT, exponent};
use super::prover::Prover;
use crate::expr::{ExprId, Func, Node};
use crate::number::Coeff;
use crate::sign::Bounds;

/// Most derivatives that are taken.
const MOST_DERIVATIVES: usize = 40;
/// Highest power of the variable.
const HIGHEST_POWER: usize = 12;

/// Polynomials, lowest power first, by the exponents k of the exponentials exp(kx) that they multiply.
type Terms = BTreeMap<Coeff, Vec<Coeff>>;

/// What a generator is of the variable.
#[derive(Clone)]
enum Part {
    /// The variable itself.
    Variable,
    /// exp(kx)
    Exponential(Coeff),
    /// tanh(kx)
    Tangent(Coeff),
}

impl Prover<'_> {
    /// What sign a sum has that consists of powers of one expression whose sign is known, and of exponentials and hyperbolic tangents of it.
    pub(super) fn sign_of_exponentials(&mut self, of: &Polynomial) -> Option<Bounds> {
        let mut variable: Option<ExprId> = None;
        let mut parts: Vec<(ExprId, Part)> = Vec::new();
        let generators = of.generators();
        // Of log(x) and x the variable is log(x).
        let logarithm = generators.iter().find_map(|id| match *self.arena.node(*id) {
            Node::Elementwise(Func::Log, inner) => Some((*id, inner)),
            _ => None,
        });
        for generator in generators {
            if let Some((log, base)) = logarithm.filter(|(_, base)| *base == generator) {
                if *variable.get_or_insert(log) != log {
                    return None;
                }
                parts.push((base, Part::Exponential(Coeff::ONE)));
                continue;
            }
            let (func, inner) = match *self.arena.node(generator) {
                Node::Elementwise(func @ (Func::Exp | Func::Tanh), inner) => (Some(func), inner),
                _ => (None, generator),
            };
            let terms = self.arena.terms(inner);
            let [(times, of)] = &*terms else { return None };
            if *variable.get_or_insert(*of) != *of {
                return None;
            }
            let part = match func {
                Some(Func::Exp) => Part::Exponential(times.clone()),
                Some(_) => Part::Tangent(times.clone()),
                None if times.is_one() => Part::Variable,
                None => return None,
            };
            parts.push((generator, part));
        }
        let bounds = self.bounds(variable?);
        let falls = bounds.is_nonpositive();
        if parts.iter().all(|(_, part)| matches!(part, Part::Variable)) || !(falls || bounds.is_nonnegative()) {
            return None;
        }
        // tanh(kx) = (E − 1)/(E + 1) with E = exp(2kx): all times the highest power of E + 1.
        let highest = |generator| of.exponents(generator).max().unwrap_or(0);
        let mut terms = Terms::new();
        for (monomial, coeff) in &of.0 {
            let mut product = Terms::from([(Coeff::ZERO, vec![coeff.clone()])]);
            for (generator, part) in &parts {
                let exponent = exponent(monomial, *generator);
                match part {
                    Part::Variable => product = times_power(product, whole(exponent)?, falls),
                    Part::Exponential(times) => {
                        let times = times.mul(&Coeff::ratio(exponent.into(), UNIT.into())?);
                        product = times_exponential(product, &if falls { times.neg() } else { times });
                    }
                    Part::Tangent(times) => {
                        let (power, rest) = (whole(exponent)?, whole(highest(*generator))? - whole(exponent)?);
                        let twice = times.mul(&Coeff::integer(if falls { -2 } else { 2 }));
                        for sign in
                            std::iter::repeat_n(Coeff::MINUS_ONE, power).chain(std::iter::repeat_n(Coeff::ONE, rest))
                        {
                            let shifted = times_exponential(product.clone(), &twice);
                            product.values_mut().flatten().for_each(|coeff| *coeff = coeff.mul(&sign));
                            product = plus(product, shifted);
                        }
                    }
                }
            }
            terms = plus(terms, product);
        }
        for negative in [false, true] {
            let mut signed = terms.clone();
            if negative {
                signed.values_mut().flatten().for_each(|coeff| *coeff = coeff.neg());
            }
            if let Some(strict) = is_nonnegative_above_zero(signed) {
                let strict = strict && bounds.is_nonzero();
                let sign = if strict { Bounds::positive() } else { Bounds::nonnegative() };
                return Some(if negative { sign.neg() } else { sign });
            }
        }
        None
    }
}

/// A power that is whole and not too high.
fn whole(exponent: i32) -> Option<usize> {
    usize::try_from(exponent / UNIT).ok().filter(|power| exponent % UNIT == 0 && *power <= HIGHEST_POWER)
}

/// The terms times xʲ, or (−x)ʲ.
fn times_power(terms: Terms, power: usize, falls: bool) -> Terms {
    let sign = if falls && !power.is_multiple_of(2) { Coeff::MINUS_ONE } else { Coeff::ONE };
    let moved = |powers: Vec<Coeff>| {
        std::iter::repeat_n(Coeff::ZERO, power).chain(powers.iter().map(|coeff| coeff.mul(&sign))).collect()
    };
    terms.into_iter().map(|(times, powers)| (times, moved(powers))).collect()
}

/// The terms times exp(kx).
fn times_exponential(terms: Terms, k: &Coeff) -> Terms {
    terms.into_iter().map(|(times, powers)| (times.add(k), powers)).collect()
}

fn plus(mut terms: Terms, other: Terms) -> Terms {
    for (times, powers) in other {
        let known = terms.entry(times).or_default();
        known.resize(known.len().max(powers.len()), Coeff::ZERO);
        for (sum, coeff) in known.iter_mut().zip(powers) {
            *sum = sum.add(&coeff);
        }
    }
    terms
}

/// Whether the sum is ≥ 0 for x > 0 by its derivatives at 0, with `true` inside where > 0.
fn is_nonnegative_above_zero(mut terms: Terms) -> Option<bool> {
    let mut starts_above = false;
    for _ in 0..MOST_DERIVATIVES {
        terms.retain(|_, powers| {
            while powers.last().is_some_and(Coeff::is_zero) {
                powers.pop();
            }
            !powers.is_empty()
        });
        if terms.is_empty() {
            return Some(starts_above);
        }
        if terms.values().flatten().all(|coeff| !coeff.is_negative()) {
            return Some(true);
        }
        let least = terms.keys().next()?.clone();
        terms = terms.into_iter().map(|(times, powers)| (times.sub(&least), powers)).collect();
        let start = terms.values().fold(Coeff::ZERO, |sum, powers| sum.add(&powers[0]));
        if start.is_negative() {
            return None;
        }
        starts_above |= !start.is_zero();
        for (times, powers) in &mut terms {
            let slopes = (1_i64..).zip(&powers[1..]).map(|(power, coeff)| coeff.mul(&Coeff::integer(power)));
            let slopes: Vec<Coeff> = slopes.chain([Coeff::ZERO]).collect();
            *powers = powers.iter().zip(slopes).map(|(coeff, slope)| coeff.mul(times).add(&slope)).collect();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(all: &[(i64, &[i64])]) -> Terms {
        let powers = |of: &[i64]| of.iter().copied().map(Coeff::integer).collect();
        all.iter().map(|(times, of)| (Coeff::integer(*times), powers(of))).collect()
    }

    #[test]
    fn derivatives_at_zero_show_the_sign() {
        // x eˣ + x − 2eˣ + 2, eˣ − 1 − x − x²/2 (doubled), (x − 1)eˣ + 1
        for convex in
            [&[(1, &[-2, 1][..]), (0, &[2, 1])][..], &[(1, &[2]), (0, &[-2, -2, -1])], &[(1, &[-1, 1]), (0, &[1])]]
        {
            assert_eq!(is_nonnegative_above_zero(terms(convex)), Some(true));
        }
        // eˣ − 2 is below 0 first, and 3 − eˣ last
        for other in [&[(1, &[1][..]), (0, &[-2])][..], &[(1, &[-1]), (0, &[3])]] {
            assert_eq!(is_nonnegative_above_zero(terms(other)), None);
        }
    }
}
