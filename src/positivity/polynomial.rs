//! Sums of products of powers with exact coefficients, and what sign they have: by the signs of their terms once all stands over one
//! denominator, and as sums of squares.
//!
//! A generator is any expression whose sign may be known but that is not looked into: a symbol, exp(t), a norm, log(t), a sum that is
//! raised to a power below 0.

use std::collections::BTreeMap;

use super::prover::Prover;
use crate::expr::{ExprId, Func, Node};
use crate::number::Coeff;
use crate::sign::Bounds;

/// Exponents are counted in these parts of 1, so that halves of sixths are whole.
pub(super) const UNIT: i32 = 12;
/// Most terms that a sum may have.
const MAX_TERMS: usize = 300;
/// Most times that sums under powers are multiplied out.
const MAX_ROUNDS: usize = 8;
/// Largest power of a sum that is multiplied out.
const MAX_POWER: i32 = 8;
/// Most squares that a sum of squares is sought from.
const MAX_SQUARES: usize = 24;

/// Generators with exponents in parts of [`UNIT`], sorted.
type Monomial = Vec<(ExprId, i32)>;

/// Σ c·m; no coefficient is 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct Polynomial(BTreeMap<Monomial, Coeff>);

impl Polynomial {
    fn constant(value: Coeff) -> Self {
        let mut terms = BTreeMap::new();
        if !value.is_zero() {
            terms.insert(Vec::new(), value);
        }
        Self(terms)
    }

    fn generator(of: ExprId, exponent: i32) -> Self {
        Self(BTreeMap::from([(vec![(of, exponent)], Coeff::ONE)]))
    }

    fn add_term(&mut self, monomial: Monomial, coeff: Coeff) {
        let sum = self.0.get(&monomial).map_or(coeff.clone(), |known| known.add(&coeff));
        if sum.is_zero() {
            self.0.remove(&monomial);
        } else {
            self.0.insert(monomial, sum);
        }
    }

    pub(crate) fn plus(mut self, other: &Self) -> Self {
        for (monomial, coeff) in &other.0 {
            self.add_term(monomial.clone(), coeff.clone());
        }
        self
    }

    pub(crate) fn scaled(mut self, by: &Coeff) -> Self {
        if by.is_zero() {
            return Self::default();
        }
        self.0.values_mut().for_each(|coeff| *coeff = coeff.mul(by));
        self
    }

    pub(crate) fn times(&self, other: &Self) -> Option<Self> {
        let mut product = Self::default();
        for (left, c) in &self.0 {
            for (right, d) in &other.0 {
                product.add_term(joined(left, right), c.mul(d));
            }
            if product.0.len() > MAX_TERMS {
                return None;
            }
        }
        Some(product)
    }

    fn power(&self, exponent: i32) -> Option<Self> {
        let mut product = Self::constant(Coeff::ONE);
        for _ in 0..exponent {
            product = product.times(self)?;
        }
        Some(product)
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn generators(&self) -> Vec<ExprId> {
        let mut all: Vec<ExprId> = self.0.keys().flatten().map(|(of, _)| *of).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn exponents(&self, of: ExprId) -> impl Iterator<Item = i32> {
        self.0.keys().map(move |monomial| exponent(monomial, of))
    }

    /// The same with a product in the place of a generator.
    pub(super) fn replaced(&self, of: ExprId, by: &[(ExprId, i32)]) -> Self {
        let mut result = Self::default();
        for (monomial, coeff) in &self.0 {
            let power = exponent(monomial, of);
            let mut next = joined(monomial, &[(of, -power)]);
            for (other, e) in by {
                next = joined(&next, &[(*other, e * power / UNIT)]);
            }
            result.add_term(next, coeff.clone());
        }
        result
    }

    /// What a power of a generator is multiplied with; `None` where a higher one stands.
    pub(super) fn coefficient(&self, of: ExprId, power: i32) -> Option<Self> {
        let mut result = Self::default();
        for (monomial, coeff) in &self.0 {
            let found = exponent(monomial, of);
            if found > power || found < 0 {
                return None;
            }
            if found == power {
                result.add_term(joined(monomial, &[(of, -power)]), coeff.clone());
            }
        }
        Some(result)
    }

    /// The same without the terms that have a power of a generator.
    pub(super) fn without(&self, of: ExprId, power: i32) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(monomial, _)| exponent(monomial, of) != power)
                .map(|(m, c)| (m.clone(), c.clone()))
                .collect(),
        )
    }

    /// The same with ±1 in the place of a generator.
    pub(super) fn at(&self, of: ExprId, value: i32) -> Self {
        let mut result = Self::default();
        for (monomial, coeff) in &self.0 {
            let power = exponent(monomial, of);
            let negative = value < 0 && (power / UNIT) % 2 != 0;
            result.add_term(joined(monomial, &[(of, -power)]), if negative { coeff.neg() } else { coeff.clone() });
        }
        result
    }

    /// The same without a factor that all terms have.
    fn over(&self, of: ExprId, power: i32) -> Self {
        let factor = [(of, -power)];
        Self(self.0.iter().map(|(monomial, coeff)| (joined(monomial, &factor), coeff.clone())).collect())
    }
}

fn exponent(monomial: &Monomial, of: ExprId) -> i32 {
    monomial.iter().find(|(other, _)| *other == of).map_or(0, |(_, exponent)| *exponent)
}

/// The product of two monomials.
fn joined(left: &[(ExprId, i32)], right: &[(ExprId, i32)]) -> Monomial {
    let mut all = left.to_vec();
    for (of, exponent) in right {
        match all.binary_search_by_key(of, |(known, _)| *known) {
            Ok(place) => {
                all[place].1 += exponent;
                if all[place].1 == 0 {
                    all.remove(place);
                }
            }
            Err(_) if *exponent == 0 => {}
            Err(place) => all.insert(place, (*of, *exponent)),
        }
    }
    all
}

/// The sign that a product has.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Sign {
    negative: bool,
    strict: bool,
}

impl Prover<'_> {
    /// An expression as a sum of products of powers; of arrays every entry.
    pub(crate) fn polynomial(&mut self, id: ExprId) -> Option<Polynomial> {
        if !self.spend() {
            return None;
        }
        match self.arena.node(id).clone() {
            Node::Number(value) => Some(Polynomial::constant(value)),
            Node::Ones(_) => Some(Polynomial::constant(Coeff::ONE)),
            Node::Zeros(_) => Some(Polynomial::default()),
            Node::Add(terms) => {
                let mut sum = Polynomial::default();
                for (coeff, term) in terms.iter() {
                    sum = sum.plus(&self.polynomial(*term)?.scaled(coeff));
                    if sum.0.len() > MAX_TERMS {
                        return None;
                    }
                }
                Some(sum)
            }
            Node::Hadamard(factors) => {
                let mut product = Polynomial::constant(Coeff::ONE);
                for (base, exponent) in factors.iter() {
                    product = product.times(&self.power_of(*base, *exponent)?)?;
                }
                Some(product)
            }
            Node::Product(factors) if self.arena.shape(factors[0]).is_scalar() => {
                let rest = self.arena.mul(&factors[1..]);
                self.polynomial(factors[0])?.times(&self.polynomial(rest)?)
            }
            Node::Elementwise(Func::Exp, inner) => self.exponential(inner, UNIT),
            Node::Elementwise(Func::Cosh, inner) => {
                let sum = self.exponential(inner, UNIT)?.plus(&self.exponential(inner, -UNIT)?);
                Some(sum.scaled(&Coeff::ratio(1, 2)?))
            }
            Node::Elementwise(Func::Sinh, inner) => {
                let falling = self.exponential(inner, -UNIT)?.scaled(&Coeff::MINUS_ONE);
                Some(self.exponential(inner, UNIT)?.plus(&falling).scaled(&Coeff::ratio(1, 2)?))
            }
            // σ(t) = 1/(1 + exp(−t)) and tanh(t) = 2σ(2t) − 1
            Node::Elementwise(Func::Sigmoid, inner) => {
                let falling = self.one_plus_exp(inner, -1);
                Some(Polynomial::generator(falling, -UNIT))
            }
            Node::Elementwise(Func::Tanh, inner) => {
                let falling = self.one_plus_exp(inner, -2);
                let twice = Polynomial::generator(falling, -UNIT).scaled(&Coeff::integer(2));
                Some(twice.plus(&Polynomial::constant(Coeff::MINUS_ONE)))
            }
            _ => Some(Polynomial::generator(id, UNIT)),
        }
    }

    /// 1 + exp(ct)
    fn one_plus_exp(&mut self, inner: ExprId, times: i64) -> ExprId {
        let scaled = self.arena.scale(&Coeff::integer(times), inner);
        let exponential = self.arena.elementwise(Func::Exp, scaled);
        let shape = self.arena.shape(inner);
        let one = self.arena.ones(shape);
        self.arena.plus(one, exponential)
    }

    /// exp(±Σ cₖtₖ) as a product of powers of exp(tₖ).
    fn exponential(&mut self, inner: ExprId, sign: i32) -> Option<Polynomial> {
        let mut product = Polynomial::constant(Coeff::ONE);
        for (coeff, term) in self.arena.terms(inner) {
            let exponent = coeff.mul(&Coeff::integer(sign.into())).to_i64().and_then(|e| i32::try_from(e).ok());
            let (exponent, term) = match exponent {
                Some(exponent) => (exponent, term),
                None => (sign, self.arena.scale(&coeff, term)),
            };
            let base = self.arena.elementwise(Func::Exp, term);
            product = product.times(&Polynomial::generator(base, exponent))?;
        }
        Some(product)
    }

    fn power_of(&mut self, base: ExprId, exponent: ExprId) -> Option<Polynomial> {
        let parts = self
            .arena
            .as_number(exponent)
            .and_then(|p| p.mul(&Coeff::integer(UNIT.into())).to_i64())
            .and_then(|parts| i32::try_from(parts).ok());
        let Some(parts) = parts else {
            let whole = self.arena.pow(base, exponent);
            return Some(Polynomial::generator(whole, UNIT));
        };
        if matches!(self.arena.node(base), Node::Add(_))
            && !(parts > 0 && parts % UNIT == 0 && parts / UNIT <= MAX_POWER)
        {
            return Some(Polynomial::generator(base, parts));
        }
        let polynomial = self.polynomial(base)?;
        if parts > 0 && parts % UNIT == 0 && parts / UNIT <= MAX_POWER {
            return polynomial.power(parts / UNIT);
        }
        let is_whole = parts % UNIT == 0;
        if let Some((monomial, coeff)) = polynomial.0.first_key_value()
            && polynomial.0.len() == 1
            && (is_whole || (coeff.is_one() && monomial.iter().all(|(of, _)| self.bounds(*of).is_nonnegative())))
        {
            let coeff = if is_whole { coeff.pow((parts / UNIT).into(), 512)? } else { Coeff::ONE };
            let powers = monomial.iter().map(|(of, e)| (e * parts % UNIT == 0).then_some((*of, e * parts / UNIT)));
            if let Some(powers) = powers.collect::<Option<Monomial>>() {
                return Some(Polynomial(BTreeMap::from([(powers, coeff)])));
            }
        }
        Some(Polynomial::generator(base, parts))
    }

    /// What is known of its sign.
    pub(crate) fn sign_of(&mut self, polynomial: &Polynomial) -> Bounds {
        let bounds = self.sign_as_it_stands(polynomial, &[]);
        if bounds.is_nonnegative() || bounds.is_nonpositive() {
            return bounds;
        }
        for assumed in self.assumed_sums() {
            if let Some(other) = self.by_assumption(polynomial, assumed) {
                let bounds = self.sign_as_it_stands(&other, &[assumed]);
                if bounds.is_nonnegative() || bounds.is_nonpositive() {
                    return bounds;
                }
            }
        }
        Bounds::ANY
    }

    /// The same with the sum D, which is taken as positive, in the place of one of its terms: x = (D + z²)/y where D = xy − z².
    fn by_assumption(&mut self, polynomial: &Polynomial, sum: ExprId) -> Option<Polynomial> {
        let own = self.polynomial(sum)?;
        let known = polynomial.generators();
        let (monomial, coeff, x) = own.0.iter().find_map(|(monomial, coeff)| {
            let (x, _) = monomial.iter().find(|(x, e)| {
                *e == UNIT && known.contains(x) && own.0.keys().filter(|other| exponent(other, *x) != 0).count() == 1
            })?;
            let rest_is_positive = monomial.iter().all(|(other, _)| other == x || self.bounds(*other).is_positive());
            rest_is_positive.then(|| (monomial.clone(), coeff.clone(), *x))
        })?;
        // x = (D − rest)/(c·others)
        let mut rest = own.clone();
        rest.0.remove(&monomial);
        let factor: Monomial = joined(&monomial, &[(x, -UNIT)]).into_iter().map(|(of, e)| (of, -e)).collect();
        let inverse = Polynomial(BTreeMap::from([(factor, coeff.recip()?)]));
        let value = Polynomial::generator(sum, UNIT).plus(&rest.scaled(&Coeff::MINUS_ONE)).times(&inverse)?;
        let least = polynomial.exponents(x).min()?;
        // Powers of x are counted from the least: its sign is that of the value.
        let (least, sign_is_known) =
            if least < 0 { (least, self.bounds(x).is_nonnegative() || least % (2 * UNIT) == 0) } else { (0, true) };
        if !sign_is_known || polynomial.exponents(x).any(|e| (e - least) % UNIT != 0) {
            return None;
        }
        let mut result = Polynomial::default();
        for (monomial, coeff) in &polynomial.0 {
            let power = exponent(monomial, x);
            let rest = Polynomial(BTreeMap::from([(joined(monomial, &[(x, -power)]), coeff.clone())]));
            let whole = (power - least) / UNIT;
            (whole <= MAX_POWER).then_some(())?;
            result = result.plus(&rest.times(&value.power(whole)?)?);
            (result.0.len() <= MAX_TERMS).then_some(())?;
        }
        Some(result)
    }

    fn sign_as_it_stands(&mut self, polynomial: &Polynomial, keep: &[ExprId]) -> Bounds {
        let mut rest = polynomial.clone();
        let mut whole = Sign { negative: false, strict: true };
        for _ in 0..MAX_ROUNDS {
            if rest.is_zero() {
                return Bounds::exactly(Coeff::ZERO);
            }
            if !self.take_out(&mut rest, &mut whole) {
                return Bounds::ANY;
            }
            if let Some(sign) = self.sign_by_terms(&rest) {
                return bounds_of(Sign {
                    negative: whole.negative != sign.negative,
                    strict: whole.strict && sign.strict,
                });
            }
            match self.multiplied_out(&rest, keep) {
                Some(Some(next)) => rest = next,
                Some(None) => break,
                None => return Bounds::ANY,
            }
        }
        let Some((shifted, from_zero)) = self.from_bounds(&rest) else { return Bounds::ANY };
        for negative in [false, true] {
            let of = if negative { shifted.clone().scaled(&Coeff::MINUS_ONE) } else { shifted.clone() };
            if let Some(strict) = self.is_sum_of_squares(&of, &from_zero) {
                return bounds_of(Sign { negative: whole.negative != negative, strict: whole.strict && strict });
            }
        }
        Bounds::ANY
    }

    /// Takes the factors of known sign out that make all exponents 0 or more.
    fn take_out(&mut self, rest: &mut Polynomial, whole: &mut Sign) -> bool {
        for of in rest.generators() {
            let Some(least) = rest.exponents(of).min() else { return false };
            if least == 0 {
                continue;
            }
            let bounds = self.bounds(of);
            let power = if bounds.is_nonnegative() || least % (2 * UNIT) == 0 {
                least
            } else if bounds.is_nonpositive() && least % UNIT == 0 {
                whole.negative ^= (least / UNIT) % 2 != 0;
                least
            } else if least % UNIT == 0 && least < 0 {
                // Its square has a sign.
                least - UNIT
            } else if least < 0 {
                // A power that is no integer has a value where its base is not below 0.
                least
            } else {
                continue;
            };
            // A power below 0 has a value where its base is not 0.
            whole.strict &= power < 0 || bounds.is_nonzero();
            *rest = rest.over(of, power);
        }
        true
    }

    /// The sign that all terms have.
    fn sign_by_terms(&mut self, of: &Polynomial) -> Option<Sign> {
        let mut sign: Option<Sign> = None;
        for (monomial, coeff) in &of.0 {
            let mut bounds = Bounds::exactly(Coeff::ONE);
            for (generator, exponent) in monomial {
                let factor = self.bounds(*generator);
                let power = match exponent % UNIT {
                    0 if (exponent / UNIT) % 2 == 0 => factor.even_power((exponent / UNIT).into()),
                    0 if factor.is_nonpositive() && !factor.is_nonnegative() => Bounds::nonnegative()
                        .meet(&if factor.is_negative() { Bounds::positive() } else { Bounds::nonnegative() })
                        .neg(),
                    0 if !factor.is_nonnegative() => return None,
                    _ if factor.is_positive() => Bounds::positive(),
                    _ => Bounds::nonnegative(),
                };
                bounds = bounds.mul(&power);
            }
            let bounds = if coeff.is_negative() { bounds.neg() } else { bounds };
            let found = if bounds.is_nonnegative() {
                Sign { negative: false, strict: bounds.is_positive() }
            } else if bounds.is_nonpositive() {
                Sign { negative: true, strict: bounds.is_negative() }
            } else {
                return None;
            };
            sign = Some(match sign {
                None => found,
                Some(known) if known.negative == found.negative => {
                    Sign { strict: known.strict || found.strict, ..known }
                }
                Some(_) => return None,
            });
        }
        sign
    }

    /// The same with powers of sums multiplied out; `Some(None)` where there is none left, `None` where it becomes too long.
    #[allow(clippy::option_option, reason = "nothing to do and too much to do are different")]
    fn multiplied_out(&mut self, of: &Polynomial, keep: &[ExprId]) -> Option<Option<Polynomial>> {
        let sums: Vec<ExprId> = of
            .generators()
            .into_iter()
            .filter(|of| matches!(self.arena.node(*of), Node::Add(_)) && !keep.contains(of))
            .collect();
        let mut result = Polynomial::default();
        let mut changed = false;
        for (monomial, coeff) in &of.0 {
            let mut product = Polynomial::constant(coeff.clone());
            for (generator, exponent) in monomial {
                let factor = if sums.contains(generator) && *exponent >= UNIT {
                    changed = true;
                    let whole = (exponent / UNIT).min(MAX_POWER);
                    let sum = self.polynomial(*generator)?.power(whole)?;
                    if exponent - whole * UNIT == 0 {
                        sum
                    } else {
                        sum.times(&Polynomial::generator(*generator, exponent - whole * UNIT))?
                    }
                } else {
                    Polynomial::generator(*generator, *exponent)
                };
                product = product.times(&factor)?;
            }
            result = result.plus(&product);
            if result.0.len() > MAX_TERMS {
                return None;
            }
        }
        Some(changed.then_some(result))
    }

    /// The same in generators that are counted from their lower bounds, x ≥ 1 as 1 + x with x ≥ 0, and those that may then be 0.
    fn from_bounds(&mut self, of: &Polynomial) -> Option<(Polynomial, Vec<ExprId>)> {
        let mut result = of.clone();
        let mut from_zero = Vec::new();
        for generator in of.generators() {
            let whole = of.exponents(generator).all(|e| e % UNIT == 0);
            let Some(low) = self.bounds(generator).low else { continue };
            if !whole || low.at.is_zero() || low.at.is_negative() {
                continue;
            }
            if !low.strict {
                from_zero.push(generator);
            }
            let shifted = Polynomial::generator(generator, UNIT).plus(&Polynomial::constant(low.at));
            let mut next = Polynomial::default();
            for (monomial, coeff) in &result.0 {
                let power = exponent(monomial, generator);
                let rest = Polynomial(BTreeMap::from([(joined(monomial, &[(generator, -power)]), coeff.clone())]));
                next = next.plus(&rest.times(&shifted.power(power / UNIT)?)?);
            }
            result = next;
        }
        Some((result, from_zero))
    }

    /// Whether it is ≥ 0 as a sum of squares with a Gram matrix that its terms suggest, with `true` inside where > 0.
    fn is_sum_of_squares(&mut self, of: &Polynomial, from_zero: &[ExprId]) -> Option<bool> {
        let mut squares: Vec<(Monomial, Coeff)> = Vec::new();
        let mut others = Vec::new();
        for (monomial, coeff) in &of.0 {
            let halves: Option<Monomial> = monomial
                .iter()
                .map(|(of, e)| {
                    let fits = e % 2 == 0 && (e % (2 * UNIT) == 0 || self.bounds(*of).is_nonnegative());
                    fits.then_some((*of, e / 2))
                })
                .collect();
            match halves {
                Some(half) if !coeff.is_negative() => squares.push((half, coeff.clone())),
                _ => others.push((monomial.clone(), coeff.clone())),
            }
        }
        let n = squares.len();
        if n == 0 || n > MAX_SQUARES {
            return None;
        }
        let mut gram = vec![vec![Coeff::ZERO; n]; n];
        let mut alone = vec![true; n];
        for (place, (_, coeff)) in squares.iter().enumerate() {
            gram[place][place] = coeff.clone();
        }
        let half = Coeff::ratio(1, 2)?;
        for (monomial, coeff) in others {
            let pairs = (0..n).flat_map(|row| (0..row).map(move |col| (row, col)));
            let mut fitting: Vec<_> =
                pairs.filter(|(row, col)| joined(&squares[*row].0, &squares[*col].0) == monomial).collect();
            // The pair that bears most.
            fitting.sort_by(|a, b| {
                let bears = |(row, col): &(usize, usize)| squares[*row].1.mul(&squares[*col].1).to_f64();
                bears(b).total_cmp(&bears(a))
            });
            let (row, col) = *fitting.first()?;
            let entry = gram[row][col].add(&coeff.mul(&half));
            gram[row][col] = entry.clone();
            gram[col][row] = entry;
            (alone[row], alone[col]) = (false, false);
        }
        let definite = super::pivots::by_pivots(gram, false)?;
        // Above 0 where some square cannot vanish: all of them for a definite Gram matrix, and those that stand alone.
        let strict = squares.iter().zip(alone).any(|((half, _), alone)| {
            (definite || alone) && half.iter().all(|(of, _)| !from_zero.contains(of) && self.bounds(*of).is_nonzero())
        });
        Some(strict)
    }
}

fn bounds_of(sign: Sign) -> Bounds {
    let bounds = if sign.strict { Bounds::positive() } else { Bounds::nonnegative() };
    if sign.negative { bounds.neg() } else { bounds }
}
