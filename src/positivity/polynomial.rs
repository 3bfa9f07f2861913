//! Sums of products of powers with exact coefficients.
//!
//! A generator is any expression whose sign may be known but that is not looked into: a symbol, exp(t), a norm, log(t), a sum that is
//! raised to a power below 0.

use std::collections::BTreeMap;

use crate::expr::ExprId;
use crate::number::Coeff;

/// Exponents are counted in these parts of 1, so that halves of sixths are whole.
pub(super) const UNIT: i32 = 12;
/// Most terms that a sum may have.
pub(super) const MAX_TERMS: usize = 300;
/// Largest power of a sum that is multiplied out.
pub(super) const MAX_POWER: i32 = 8;

/// Generators with exponents in parts of [`UNIT`], sorted.
pub(super) type Monomial = Vec<(ExprId, i32)>;

/// Σ c·m; no coefficient is 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct Polynomial(pub(super) BTreeMap<Monomial, Coeff>);

impl Polynomial {
    pub(super) fn constant(value: Coeff) -> Self {
        let mut terms = BTreeMap::new();
        if !value.is_zero() {
            terms.insert(Vec::new(), value);
        }
        Self(terms)
    }

    pub(super) fn generator(of: ExprId, exponent: i32) -> Self {
        Self(BTreeMap::from([(vec![(of, exponent)], Coeff::ONE)]))
    }

    pub(super) fn add_term(&mut self, monomial: Monomial, coeff: Coeff) {
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
        crate::interrupt::spend((self.0.len() * other.0.len()) as u64 / 2);
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

    pub(super) fn power(&self, exponent: i32) -> Option<Self> {
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

    pub(super) fn exponents(&self, of: ExprId) -> impl Iterator<Item = i32> {
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
    pub(super) fn over(&self, of: ExprId, power: i32) -> Self {
        let factor = [(of, -power)];
        Self(self.0.iter().map(|(monomial, coeff)| (joined(monomial, &factor), coeff.clone())).collect())
    }
}

pub(super) fn exponent(monomial: &Monomial, of: ExprId) -> i32 {
    monomial.iter().find(|(other, _)| *other == of).map_or(0, |(_, exponent)| *exponent)
}

/// The product of two monomials.
pub(super) fn joined(left: &[(ExprId, i32)], right: &[(ExprId, i32)]) -> Monomial {
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
