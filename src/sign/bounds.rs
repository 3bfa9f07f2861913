//! Bounds of every entry of an expression, by interval arithmetic over exact numbers, and with them its sign.

use crate::catalog::entrywise::{self, Range};
use crate::number::Coeff;

/// A bound and whether it is not attained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) at: Coeff,
    pub(crate) strict: bool,
}

impl End {
    fn new(at: Coeff, strict: bool) -> Self {
        Self { at, strict }
    }
}

/// An interval that holds every entry; an end that is missing is infinite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) low: Option<End>,
    pub(crate) high: Option<End>,
}

impl Bounds {
    pub(crate) const ANY: Self = Self { low: None, high: None };

    pub(crate) fn exactly(value: Coeff) -> Self {
        Self { low: Some(End::new(value.clone(), false)), high: Some(End::new(value, false)) }
    }

    /// [low, high] with the strictness of both ends.
    pub(crate) fn between(low: i64, high: i64, strict: bool) -> Self {
        let end = |at| Some(End::new(Coeff::integer(at), strict));
        Self { low: end(low), high: end(high) }
    }

    /// From `low` on.
    pub(crate) fn above(low: i64, strict: bool) -> Self {
        Self { low: Some(End::new(Coeff::integer(low), strict)), high: None }
    }

    /// Up to `high`.
    pub(crate) fn below(high: i64, strict: bool) -> Self {
        Self { low: None, high: Some(End::new(Coeff::integer(high), strict)) }
    }

    /// Between two numbers, neither of them attained; an end that is missing is infinite.
    pub(crate) fn within(low: Option<&Coeff>, high: Option<&Coeff>) -> Self {
        let end = |at: Option<&Coeff>| at.map(|at| End::new(at.clone(), true));
        Self { low: end(low), high: end(high) }
    }

    pub(crate) fn positive() -> Self {
        Self::above(0, true)
    }

    pub(crate) fn nonnegative() -> Self {
        Self::above(0, false)
    }

    pub(crate) fn is_nonnegative(&self) -> bool {
        self.low.as_ref().is_some_and(|end| !end.at.is_negative())
    }

    pub(crate) fn is_positive(&self) -> bool {
        self.low.as_ref().is_some_and(|end| !end.at.is_negative() && (end.strict || !end.at.is_zero()))
    }

    pub(crate) fn is_nonpositive(&self) -> bool {
        self.neg().is_nonnegative()
    }

    pub(crate) fn is_negative(&self) -> bool {
        self.neg().is_positive()
    }

    pub(crate) fn is_nonzero(&self) -> bool {
        self.is_positive() || self.is_negative()
    }

    /// Whether every entry is at least this.
    pub(crate) fn at_least(&self, value: &Coeff) -> bool {
        self.low.as_ref().is_some_and(|end| !end.at.sub(value).is_negative())
    }

    /// Whether no entry is above this.
    pub(crate) fn at_most(&self, value: &Coeff) -> bool {
        self.high.as_ref().is_some_and(|end| !value.sub(&end.at).is_negative())
    }

    pub(crate) fn neg(&self) -> Self {
        let flip = |end: &Option<End>| end.as_ref().map(|end| End::new(end.at.neg(), end.strict));
        Self { low: flip(&self.high), high: flip(&self.low) }
    }

    pub(crate) fn scale(&self, coeff: &Coeff) -> Self {
        if coeff.is_negative() {
            return self.neg().scale(&coeff.neg());
        }
        if coeff.is_zero() {
            return Self::exactly(Coeff::ZERO);
        }
        let times = |end: &Option<End>| end.as_ref().map(|end| End::new(end.at.mul(coeff), end.strict));
        Self { low: times(&self.low), high: times(&self.high) }
    }

    pub(crate) fn add(&self, other: &Self) -> Self {
        let sum = |a: &Option<End>, b: &Option<End>| match (a, b) {
            (Some(a), Some(b)) => Some(End::new(a.at.add(&b.at), a.strict || b.strict)),
            _ => None,
        };
        Self { low: sum(&self.low, &other.low), high: sum(&self.high, &other.high) }
    }

    /// Products of two numbers in them.
    pub(crate) fn mul(&self, other: &Self) -> Self {
        if self.is_nonpositive() && !self.is_nonnegative() {
            return self.neg().mul(other).neg();
        }
        if other.is_nonpositive() && !other.is_nonnegative() {
            return self.mul(&other.neg()).neg();
        }
        if self.is_nonnegative() && other.is_nonnegative() {
            let low = match (&self.low, &other.low) {
                (Some(a), Some(b)) => {
                    let at = a.at.mul(&b.at);
                    let strict =
                        if at.is_zero() { self.is_positive() && other.is_positive() } else { a.strict || b.strict };
                    Some(End::new(at, strict))
                }
                _ => None,
            };
            let high = match (&self.high, &other.high) {
                (Some(a), Some(b)) => {
                    let at = a.at.mul(&b.at);
                    let strict = !at.is_zero() && (a.strict || b.strict);
                    Some(End::new(at, strict))
                }
                _ => None,
            };
            return Self { low, high };
        }
        let (Some(a), Some(b), Some(c), Some(d)) = (&self.low, &self.high, &other.low, &other.high) else {
            return Self::ANY;
        };
        let mut corners = [a.at.mul(&c.at), a.at.mul(&d.at), b.at.mul(&c.at), b.at.mul(&d.at)].to_vec();
        corners.sort_by(|x, y| {
            let difference = x.sub(y);
            if difference.is_zero() {
                std::cmp::Ordering::Equal
            } else if difference.is_negative() {
                std::cmp::Ordering::Less
            } else {
                std::cmp::Ordering::Greater
            }
        });
        let end = |at: &Coeff| Some(End::new(at.clone(), false));
        Self { low: end(&corners[0]), high: end(&corners[3]) }
    }

    /// Squares of the numbers in it, or other even powers where only the sign is kept.
    pub(crate) fn even_power(&self, exponent: i64) -> Self {
        let nonzero = self.is_nonzero();
        let is_of_one_sign = self.is_nonnegative() || self.is_nonpositive();
        if exponent < 0 && !is_of_one_sign {
            return Self::positive();
        }
        if self.is_nonnegative() {
            return self.power(&Coeff::integer(exponent));
        }
        if self.is_nonpositive() {
            return self.neg().power(&Coeff::integer(exponent));
        }
        let mut result = if nonzero { Self::positive() } else { Self::nonnegative() };
        if let (Some(low), Some(high)) = (&self.low, &self.high) {
            let (low_size, high_size) = (low.at.abs(), high.at.abs());
            let larger = if low_size.sub(&high_size).is_negative() { high } else { low };
            let strict = low.strict && high.strict;
            result.high = larger.at.abs().pow(exponent, 512).map(|at| End::new(at, strict));
        }
        result
    }

    /// xᵖ for numbers x ≥ 0.
    pub(crate) fn power(&self, exponent: &Coeff) -> Self {
        let positive = self.is_positive();
        if exponent.is_negative() {
            let mut result = Self::positive();
            // x ≥ 1 gives xᵖ ≤ 1, and x ≤ 1 gives xᵖ ≥ 1.
            if self.at_least(&Coeff::ONE) {
                result.high = Some(End::new(Coeff::ONE, false));
            } else if self.at_most(&Coeff::ONE) {
                result.low = Some(End::new(Coeff::ONE, self.high.as_ref().is_some_and(|end| end.strict)));
            }
            if let Some(p) = exponent.to_i64() {
                let power = |end: &End| {
                    (!end.at.is_zero()).then(|| end.at.pow(p, 512).map(|at| End::new(at, end.strict))).flatten()
                };
                result.low = self.high.as_ref().and_then(power).or(result.low);
                result.high = self.low.as_ref().and_then(power).or(result.high);
            }
            return result;
        }
        let mut result = if positive { Self::positive() } else { Self::nonnegative() };
        if self.at_most(&Coeff::ONE) {
            result.high = Some(End::new(Coeff::ONE, self.high.as_ref().is_some_and(|end| end.strict)));
        }
        if self.at_least(&Coeff::ONE) {
            result.low = Some(End::new(Coeff::ONE, false));
        }
        if let Some(p) = exponent.to_i64() {
            let power = |end: &End| end.at.pow(p, 512).map(|at| End::new(at, end.strict));
            if let Some(high) = &self.high {
                result.high = power(high);
            }
            result.low = self.low.as_ref().and_then(power).or(result.low);
        }
        result
    }

    /// The ends of both together.
    pub(crate) fn meet(&self, other: &Self) -> Self {
        let low = match (&self.low, &other.low) {
            (Some(a), Some(b)) => {
                let difference = a.at.sub(&b.at);
                let first = if difference.is_zero() { a.strict } else { !difference.is_negative() };
                Some(if first { a.clone() } else { b.clone() })
            }
            (a, b) => a.clone().or_else(|| b.clone()),
        };
        let high = match (&self.high, &other.high) {
            (Some(a), Some(b)) => {
                let difference = b.at.sub(&a.at);
                let first = if difference.is_zero() { a.strict } else { !difference.is_negative() };
                Some(if first { a.clone() } else { b.clone() })
            }
            (a, b) => a.clone().or_else(|| b.clone()),
        };
        Self { low, high }
    }
}

impl From<Range> for Bounds {
    fn from(range: Range) -> Self {
        let end = |end| match end {
            entrywise::End::Infinite => None,
            entrywise::End::At(at) => Some(End::new(Coeff::integer(at), false)),
            entrywise::End::Beyond(at) => Some(End::new(Coeff::integer(at), true)),
        };
        Self { low: end(range.low), high: end(range.high) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_powers() {
        let unit = Bounds::between(-1, 1, true);
        assert_eq!(unit.even_power(2).high, Some(End::new(Coeff::ONE, true)));
        let rest = Bounds::exactly(Coeff::ONE).add(&unit.even_power(2).neg());
        assert!(rest.is_positive(), "1 − tanh² > 0");
        assert!(unit.mul(&unit).at_most(&Coeff::ONE));
        let square = Bounds::exactly(Coeff::ONE).mul(&unit.even_power(2));
        assert!(Bounds::exactly(Coeff::ONE).add(&square.neg()).is_positive());
        assert!(!Bounds::nonnegative().mul(&Bounds::positive()).is_positive());
        assert!(Bounds::positive().neg().mul(&Bounds::positive()).is_negative());
        assert!(Bounds::above(1, false).power(&Coeff::MINUS_ONE).at_most(&Coeff::ONE));
        let inverse = Bounds::above(2, true).power(&Coeff::MINUS_ONE);
        assert_eq!(inverse.high, Coeff::ratio(1, 2).map(|half| End::new(half, true)));
        assert!(Bounds::between(0, 1, true).even_power(-2).at_least(&Coeff::ONE), "1/tanh² > 1");
        assert!(!unit.even_power(-2).at_least(&Coeff::integer(2)));
    }
}
