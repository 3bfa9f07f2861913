//! Numbers of about 31 digits that know how wrong they may be: what a check decides a disagreement with.
//!
//! A ball is hi + lo ± error, hi + lo a double-double (Dekker 1971; Joldes, Muller & Popescu 2017), and every operation adds
//! to the error what it may round away. A difference of two balls that is larger than its error is no rounding. A difference that is not
//! says nothing of what is smaller than the error, so a ball also knows the least size with which anything that went into it contributes
//! to it: 10⁴⁰ + y has that of y, tanh(100) next to none, as no change of the 100 can be seen. Operations are not inlined: they
//! are seldom reached, and every kernel would be many times as long.

use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use nalgebra::DMatrix;
use num_traits::{One, Zero};

use super::scalar::Scalar;

/// What an operation rounds away at most, relative to its result: 2⁻¹⁰⁰, some bits more than the bounds in the literature.
pub(super) const ROUNDOFF: f64 = 7.888_609_052_210_118e-31;
/// Products below this lose bits of their low part to underflow.
pub(super) const TINY: f64 = 1e-280;
/// What underflow loses at most, with room.
pub(super) const UNDERFLOW: f64 = 1e-300;

/// hi + lo ± error
#[derive(Clone, Copy, Debug)]
pub struct Ball {
    pub(super) hi: f64,
    pub(super) lo: f64,
    pub(super) error: f64,
    /// About the least size with which anything that went into the number contributes to it; infinite of an exact 0.
    pub(super) least: f64,
}

/// Equal numbers, whatever went into them.
impl PartialEq for Ball {
    fn eq(&self, other: &Self) -> bool {
        self.hi == other.hi && self.lo == other.lo && self.error == other.error
    }
}

/// a + b without loss; |a| ≥ |b|.
fn quick_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

/// a + b without loss.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// ab without loss.
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    (product, a.mul_add(b, -product))
}

impl Ball {
    /// hi + lo, known up to `error`.
    pub(super) fn new(hi: f64, lo: f64, error: f64) -> Self {
        if !hi.is_finite() {
            return Self { hi, lo: 0.0, error: f64::INFINITY, least: 0.0 };
        }
        let least = if hi == 0.0 && error == 0.0 { f64::INFINITY } else { hi.abs() };
        Self { hi, lo, error: if error.is_nan() { f64::INFINITY } else { error }, least }
    }

    /// hi + lo, rounded once, of parts that contribute with no less than this.
    fn rounded(hi: f64, lo: f64, error: f64, least: f64) -> Self {
        Self::new(hi, lo, error + ROUNDOFF * hi.abs()).reaching(least)
    }

    /// The same number, into which parts went that contribute to it with no less than this.
    pub(super) fn reaching(self, least: f64) -> Self {
        Self { least: if least.is_nan() { 0.0 } else { least }, ..self }
    }

    /// What is not known.
    pub(super) fn unknown() -> Self {
        Self { hi: f64::NAN, lo: 0.0, error: f64::INFINITY, least: 0.0 }
    }

    /// About the least size with which anything that went into the number contributes to it; infinite of an exact 0.
    #[must_use]
    pub fn least(self) -> f64 {
        self.least
    }

    /// With what parts of this contribute to its product with a number of that size. A factor that may vanish hides nothing but itself.
    fn least_times(self, other: Self, factor: f64) -> f64 {
        if other.may_vanish() { f64::INFINITY } else { self.least * factor.abs() }
    }

    /// The number in the middle, as if it were exact.
    pub(super) fn middle(self) -> Self {
        Self { error: 0.0, ..self }
    }

    /// The same with more doubt.
    pub(super) fn widened(self, by: f64) -> Self {
        Self::new(self.hi, self.lo, self.error + by).reaching(self.least)
    }

    /// How far from hi + lo the number may be.
    #[must_use]
    pub fn error(self) -> f64 {
        self.error
    }

    /// Whether it may be 0 without being exactly 0, so that its sign is not known.
    pub(super) fn may_vanish(self) -> bool {
        self.error > 0.0 && self.hi.abs() <= self.error * (1.0 + 1e-9)
    }

    /// The product with a power of two, or with another factor that is exact.
    pub(super) fn scaled(self, factor: f64) -> Self {
        Self::new(self.hi * factor, self.lo * factor, self.error * factor.abs()).reaching(self.least * factor.abs())
    }
}

impl Add for Ball {
    type Output = Self;
    #[inline(never)]
    fn add(self, other: Self) -> Self {
        let (hi, rest) = two_sum(self.hi, other.hi);
        let least = self.least.min(other.least);
        if self.lo == 0.0 && other.lo == 0.0 {
            // The sum of two doubles is not rounded.
            return Self::new(hi, rest, self.error + other.error).reaching(least);
        }
        let (low, last) = two_sum(self.lo, other.lo);
        let (hi, rest) = quick_two_sum(hi, rest + low);
        let (hi, lo) = quick_two_sum(hi, rest + last);
        Self::rounded(hi, lo, self.error + other.error, least)
    }
}

impl Neg for Ball {
    type Output = Self;
    fn neg(self) -> Self {
        Self { hi: -self.hi, lo: -self.lo, ..self }
    }
}

impl Sub for Ball {
    type Output = Self;
    #[inline(never)]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Ball {
    type Output = Self;
    #[inline(never)]
    fn mul(self, other: Self) -> Self {
        if self.is_zero() && other.is_finite() || other.is_zero() && self.is_finite() {
            return Self::zero();
        }
        let (hi, low) = two_product(self.hi, other.hi);
        let (hi, lo) = quick_two_sum(hi, low + (self.hi * other.lo + self.lo * other.hi));
        let spread = self.hi.abs() * other.error + other.hi.abs() * self.error + self.error * other.error;
        let lost = if hi.abs() < TINY { UNDERFLOW } else { 0.0 };
        let least = self.least_times(other, other.hi).min(other.least_times(self, self.hi));
        if self.lo == 0.0 && other.lo == 0.0 {
            // Nor is the product.
            return Self::new(hi, lo, spread * (1.0 + 1e-9) + lost).reaching(least);
        }
        Self::rounded(hi, lo, spread * (1.0 + 1e-9) + lost, least)
    }
}

impl Div for Ball {
    type Output = Self;
    #[inline(never)]
    fn div(self, other: Self) -> Self {
        if other.may_vanish() {
            return Self::unknown();
        }
        let first = self.hi / other.hi;
        if !first.is_finite() || other.hi == 0.0 {
            return Self::new(first, 0.0, f64::INFINITY);
        }
        if self.is_zero() && other.is_finite() {
            return Self::zero();
        }
        let (top, bottom) = (self.middle(), other.middle());
        let rest = top - bottom * Self::from_f64(first);
        let second = rest.hi / other.hi;
        let rest = rest - bottom * Self::from_f64(second);
        let (hi, low) = quick_two_sum(first, second);
        let (hi, lo) = quick_two_sum(hi, low + rest.hi / other.hi);
        let spread = (self.error + hi.abs() * other.error) / (other.hi.abs() - other.error);
        let lost = if hi.abs() < TINY { UNDERFLOW } else { 0.0 };
        let least = (self.least / other.hi.abs()).min(other.least_times(self, hi / other.hi));
        Self::rounded(hi, lo, spread * (1.0 + 1e-9) + lost, least)
    }
}

impl AddAssign for Ball {
    #[inline(never)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Ball {
    #[inline(never)]
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign for Ball {
    #[inline(never)]
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl DivAssign for Ball {
    #[inline(never)]
    fn div_assign(&mut self, other: Self) {
        *self = *self / other;
    }
}

impl Zero for Ball {
    fn zero() -> Self {
        Self { hi: 0.0, lo: 0.0, error: 0.0, least: f64::INFINITY }
    }
    fn is_zero(&self) -> bool {
        self.hi == 0.0 && self.error == 0.0
    }
}

impl One for Ball {
    fn one() -> Self {
        Self { hi: 1.0, lo: 0.0, error: 0.0, least: 1.0 }
    }
}

/// The largest error of an entry.
pub(super) fn largest_error(x: &DMatrix<Ball>) -> f64 {
    x.iter().fold(0.0, |largest, entry| f64::max(largest, entry.error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_keeps_31_digits() {
        let third = Ball::one() / Ball::from_f64(3.0);
        let rest = third * Ball::from_f64(3.0) - Ball::one();
        assert!(rest.hi.abs() <= rest.error && rest.error < 1e-29, "{rest:?}");
        // (1 + 10⁻²⁰) − 1
        let small = Ball::from_f64(1e-20);
        let left = (Ball::one() + small) - Ball::one();
        assert!((left - small).hi.abs() < 1e-30);
        let sum = Ball::from_f64(0.1) + Ball::from_f64(0.2);
        assert_eq!((sum - Ball::from_f64(0.1) - Ball::from_f64(0.2)).hi, 0.0);
    }

    #[test]
    fn errors_grow_with_cancellation_and_division() {
        let third = Ball::one() / Ball::from_f64(3.0);
        let zero = third - third;
        assert!(zero.may_vanish() && !zero.is_zero());
        assert!((Ball::one() / zero).error.is_infinite());
        assert!((Ball::zero() - Ball::zero()).is_zero());
        let wide = Ball::new(2.0, 0.0, 0.5);
        assert!((wide * wide).error >= 2.25 && (Ball::one() / wide).error >= 1.0 / 6.0);
    }

    #[test]
    fn infinity_is_unknown() {
        let huge = Ball::from_f64(1e200) * Ball::from_f64(1e200);
        assert!(!huge.is_finite() && !(huge - huge).is_finite());
        assert!(!(Ball::one() / Ball::zero()).is_finite());
    }
}
