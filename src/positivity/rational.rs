//! Expressions as sums of products of powers, functions of exponentials as rational functions of these.

use std::collections::BTreeMap;

use super::polynomial::{MAX_POWER, MAX_TERMS, Monomial, Polynomial, UNIT};
use super::prover::Prover;
use crate::expr::{ExprId, Func, Node};
use crate::number::Coeff;

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
}
