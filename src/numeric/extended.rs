//! Balls times powers of two: numbers of about 31 digits of nearly any size, in which `eval` computes.
//!
//! What a double is too small or too large for, exp(1000), 200!, the determinant of a matrix of large entries, is a number here like any
//! other, and comes out as a double where the result is one again: log(1 + exp(1000)) = 1000.

use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use nalgebra::DMatrix;
use num_traits::{One, Signed as _, ToPrimitive as _, Zero};

use super::ball::{Ball, ROUNDOFF};
use super::ball_function::{LN_2, PI};
use super::bindings::EvalError;
use super::function;
use super::scalar::{Decompose, Scalar, power_by_squaring};
use crate::catalog::entrywise::{Differentiable, Domain};
use crate::expr::{Func, MatrixFunction};
use crate::number::Coeff;

/// Balls up to this size or down to its inverse are stored as they are, so that usual numbers are not scaled.
const PLAIN: f64 = 1e100;
/// Exponents beyond this are none that anyone asks for.
const MAX_EXPONENT: i64 = 1 << 50;
/// A value that is 0 up to this is one that a ball is too coarse for.
const NEXT_TO_NOTHING: f64 = 1e-270;
/// Arguments of exp beyond this are given to it in two parts.
const LARGE_ARGUMENT: f64 = 600.0;
/// Of an argument below its inverse no function but its slope is seen.
const SMALL_EXPONENT: i64 = -200;

/// ball · 2^exponent
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extended {
    ball: Ball,
    exponent: i64,
}

/// 2^k, 0 far below and infinite far above the doubles.
#[allow(clippy::cast_possible_truncation, reason = "clamped")]
fn power_of_two(k: i64) -> f64 {
    f64::exp2(k.clamp(-2000, 2000) as f64)
}

impl Extended {
    /// The number with a ball of moderate size.
    #[allow(clippy::cast_possible_truncation, reason = "the logarithm of a double is small")]
    fn new(ball: Ball, exponent: i64) -> Self {
        let size = ball.hi.abs();
        if !ball.is_finite() || exponent.abs() > MAX_EXPONENT {
            return Self { ball: Ball::unknown(), exponent: 0 };
        }
        if size == 0.0 || (exponent == 0 && (1.0 / PLAIN..PLAIN).contains(&size)) {
            let exponent = if ball.is_zero() { 0 } else { exponent };
            return Self { ball, exponent };
        }
        if (0.25..4.0).contains(&size) {
            return Self { ball, exponent };
        }
        let shift = size.log2().floor() as i64;
        // In two steps, as half of the doubles' inverses are none.
        let half = shift / 2;
        let ball = ball.scaled(power_of_two(-half)).scaled(power_of_two(half - shift));
        Self { ball, exponent: exponent + shift }.plain()
    }

    /// With the exponent 0 where the ball is then of moderate size.
    fn plain(self) -> Self {
        let log = self.log_size();
        if self.exponent != 0 && log.abs() < PLAIN.log2() - 1.0 {
            return Self { ball: self.ball.scaled(power_of_two(self.exponent)), exponent: 0 };
        }
        self
    }

    /// The binary logarithm of the size.
    #[allow(clippy::cast_precision_loss, reason = "only the size is asked for")]
    #[must_use]
    pub fn log_size(self) -> f64 {
        self.ball.hi.abs().log2() + self.exponent as f64
    }

    /// Over another power of two, as it is added to a number with that one.
    fn over(self, exponent: i64) -> Ball {
        let factor = power_of_two(self.exponent - exponent);
        let ball = self.ball.scaled(factor);
        let lost = factor == 0.0 && !self.ball.is_zero();
        if lost { ball.widened(f64::MIN_POSITIVE) } else { ball }
    }

    /// How wrong the number may be, relative to its size; 0 of an exact 0.
    #[must_use]
    pub fn relative_error(self) -> f64 {
        if self.ball.is_zero() { 0.0 } else { self.ball.error / self.ball.hi.abs() }
    }

    /// About the size that the number has at most.
    #[must_use]
    pub fn bound(self) -> Self {
        Self::new(Ball::from_f64(self.ball.hi.abs() + self.ball.error), self.exponent)
    }

    /// The nearest double, 0 where the number is smaller than all of them and infinite where it is larger.
    #[must_use]
    pub fn to_double(self) -> f64 {
        let half = self.exponent.clamp(-4000, 4000) / 2;
        self.ball.hi * power_of_two(half) * power_of_two(self.exponent.clamp(-4000, 4000) - half)
    }

    /// The number as `1.97e434`, with a few digits.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a few digits are asked for")]
    pub fn text(self) -> String {
        let log = self.log_size() * std::f64::consts::LOG10_2;
        let (mut whole, mut rest) = (log.floor(), 10_f64.powf(log - log.floor()));
        if rest > 9.995 {
            (whole, rest) = (whole + 1.0, 1.0);
        }
        let sign = if self.ball.hi < 0.0 { "-" } else { "" };
        format!("{sign}{rest:.2}e{whole}")
    }

    /// The number up to rounding.
    pub(super) fn rounded(self) -> Self {
        Self::new(self.ball.widened(ROUNDOFF * self.ball.hi.abs()), self.exponent)
    }

    /// What a function comes to as nearly as balls tell.
    pub(super) fn nearly(limit: Ball) -> Self {
        Self::new(limit.widened(ROUNDOFF), 0)
    }

    /// Whether it is above 0.
    pub(super) fn is_positive(self) -> bool {
        self.ball.hi > 0.0
    }

    /// |x|
    pub(super) fn size(self) -> Self {
        if self.is_positive() { self } else { -self }
    }

    /// 1 or −1 by the sign.
    pub(super) fn sign(self) -> Self {
        Self::from_f64(if self.is_positive() { 1.0 } else { -1.0 })
    }

    /// exp of a number of any size.
    pub(super) fn exponential(self) -> Self {
        let x = self.plain();
        if x.exponent == 0 && x.ball.hi.abs() < LARGE_ARGUMENT {
            return Self::new(x.ball.apply(Func::Exp), 0);
        }
        if x.log_size() < 0.0 {
            return Self::one() + x;
        }
        #[allow(clippy::cast_precision_loss, reason = "compared only")]
        if x.log_size() > 40.0 {
            return Self { ball: Ball::unknown(), exponent: 0 };
        }
        let turns = (x.ball.hi / LN_2.hi).round();
        let rest = x.ball - LN_2 * Ball::from_f64(turns);
        #[allow(clippy::cast_possible_truncation, reason = "below 2^41")]
        Self::new(rest.apply(Func::Exp), turns as i64)
    }

    /// log of a number of any size.
    #[allow(clippy::cast_precision_loss, reason = "exponents are far below 2^53")]
    pub(super) fn logarithm(self) -> Self {
        if self.exponent == 0 {
            return Self::new(self.ball.apply(Func::Log), 0);
        }
        Self::new(self.ball.apply(Func::Log) + LN_2 * Ball::from_f64(self.exponent as f64), 0)
    }

    /// A function of a number so small that nothing but f(0) and the slope there is seen.
    fn of_small(self, f: Func) -> Self {
        let zero = Ball::zero();
        Self::new(zero.apply(f), 0) + Self::new(function::derivative(f, zero), 0) * self
    }
}

impl Add for Extended {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        if self.exponent == 0 && other.exponent == 0 {
            return Self::new(self.ball + other.ball, 0);
        }
        if self.ball.is_zero() {
            return other;
        }
        if other.ball.is_zero() {
            return self;
        }
        let (large, small) = if self.log_size() >= other.log_size() { (self, other) } else { (other, self) };
        // The larger with its ball near 1.
        #[allow(clippy::cast_possible_truncation, reason = "the logarithm of a double is small")]
        let shift = large.ball.hi.abs().log2().floor() as i64;
        let exponent = large.exponent + shift;
        Self::new(large.over(exponent) + small.over(exponent), exponent)
    }
}

impl Neg for Extended {
    type Output = Self;
    fn neg(self) -> Self {
        Self { ball: -self.ball, exponent: self.exponent }
    }
}

impl Sub for Extended {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Extended {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::new(self.ball * other.ball, self.exponent + other.exponent)
    }
}

impl Div for Extended {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        Self::new(self.ball / other.ball, self.exponent - other.exponent)
    }
}

impl AddAssign for Extended {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Extended {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign for Extended {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl DivAssign for Extended {
    fn div_assign(&mut self, other: Self) {
        *self = *self / other;
    }
}

impl Zero for Extended {
    fn zero() -> Self {
        Self { ball: Ball::zero(), exponent: 0 }
    }
    fn is_zero(&self) -> bool {
        self.ball.is_zero()
    }
}

impl One for Extended {
    fn one() -> Self {
        Self { ball: Ball::one(), exponent: 0 }
    }
}

impl Scalar for Extended {
    const ORDER: usize = 0;
    const EPSILON: f64 = ROUNDOFF;
    const WORK: u64 = 20;

    fn from_f64(value: f64) -> Self {
        Self::new(Ball::from_f64(value), 0)
    }

    fn from_coeff(value: &Coeff) -> Self {
        let (n, d) = value.parts();
        let bits = |x: &num_bigint::BigInt| x.bits().to_i64().unwrap_or(0);
        let exponent = if n.is_negative() || n.is_positive() { bits(&n) - bits(&d) } else { 0 };
        if exponent.abs() < 900 {
            return Self::new(Ball::from_coeff(value), 0);
        }
        let scale = Coeff::integer(2).pow(-exponent, u64::MAX);
        scale.map_or(Self::new(Ball::unknown(), 0), |scale| Self::new(Ball::from_coeff(&value.mul(&scale)), exponent))
    }

    fn pi() -> Self {
        Self::new(PI, 0)
    }

    fn real(self) -> f64 {
        self.to_double()
    }

    fn doubt(self) -> f64 {
        self.ball.error * power_of_two(self.exponent)
    }

    fn middle(self) -> Self {
        Self { ball: self.ball.middle(), exponent: self.exponent }
    }

    fn is_constant(self) -> bool {
        true
    }

    fn is_finite(self) -> bool {
        self.ball.is_finite()
    }

    fn apply(self, f: Func) -> Self {
        let x = self.plain();
        if !x.is_finite() {
            return x;
        }
        let by_ball = if x.exponent == 0 { x.ball.apply(f) } else { Ball::unknown() };
        if by_ball.is_finite() && !by_ball.may_vanish() {
            return Self::new(by_ball, 0);
        }
        let row = f.row();
        let is_smooth_at_zero = row.differentiable == Differentiable::Everywhere && row.domain != Domain::Positive;
        if x.exponent < SMALL_EXPONENT && is_smooth_at_zero {
            return x.of_small(f);
        }
        // Of a small number in the middle of the domain the ball is right that nothing but its size is known, unless it is too large for one.
        let is_underflow = by_ball.hi == 0.0 && by_ball.error > 0.0 && by_ball.error < NEXT_TO_NOTHING;
        if x.exponent == 0 && x.ball.hi.abs() < LARGE_ARGUMENT && !by_ball.hi.is_infinite() && !is_underflow {
            return Self::new(by_ball, 0);
        }
        function::large(f, x).unwrap_or_else(|| Self::new(by_ball, 0))
    }

    fn powi(self, n: i32) -> Self {
        power_by_squaring(self, n)
    }

    fn ln_1p(self) -> Self {
        match self.plain() {
            x if x.exponent == 0 => Self::new(x.ball.ln_1p(), 0),
            x if x.exponent < 0 => x.rounded(),
            x => (Self::one() + x).log(),
        }
    }

    fn exp_m1(self) -> Self {
        match self.plain() {
            x if x.exponent == 0 && x.ball.hi.abs() < LARGE_ARGUMENT => Self::new(x.ball.exp_m1(), 0),
            x if x.exponent < 0 => x.rounded(),
            x => x.exponential() - Self::one(),
        }
    }

    fn sqrt(self) -> Self {
        let odd = self.exponent.rem_euclid(2);
        let ball = if odd == 1 { self.ball.scaled(2.0) } else { self.ball };
        Self::new(ball.sqrt(), (self.exponent - odd) / 2)
    }

    fn powf(self, p: Self) -> Self {
        let (x, p) = (self.plain(), p.plain());
        if x.exponent == 0 && p.exponent == 0 {
            let power = x.ball.powf(p.ball);
            if power.is_finite() && !power.may_vanish() || x.ball.is_zero() {
                return Self::new(power, 0);
            }
        }
        (p * x.logarithm()).exponential()
    }
}

/// A matrix of balls, where all entries are of moderate size.
fn balls(x: &DMatrix<Extended>) -> DMatrix<Ball> {
    x.map(|entry| if entry.exponent == 0 { entry.ball } else { Ball::unknown() })
}

fn extended(x: &DMatrix<Ball>) -> DMatrix<Extended> {
    x.map(|entry| Extended::new(entry, 0))
}

impl Decompose for Extended {
    fn symmetric_eigen(a: &DMatrix<Self>) -> Result<(Vec<Self>, DMatrix<Self>), EvalError> {
        let (values, vectors) = Ball::symmetric_eigen(&balls(a))?;
        Ok((values.into_iter().map(|value| Self::new(value, 0)).collect(), extended(&vectors)))
    }

    fn pinv(a: &DMatrix<Self>) -> Result<DMatrix<Self>, EvalError> {
        Ok(extended(&Ball::pinv(&balls(a))?))
    }

    fn matrix_function(f: MatrixFunction, x: &DMatrix<Self>) -> DMatrix<Self> {
        extended(&Ball::matrix_function(f, &balls(x)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(x: Extended, expected: f64) {
        let found = x.to_double();
        assert!((found - expected).abs() <= 1e-15 * expected.abs(), "{x:?} {expected}");
        assert!(x.relative_error() < 1e-25, "{x:?}");
    }

    fn number(value: f64) -> Extended {
        Extended::from_f64(value)
    }

    #[test]
    fn what_a_double_is_too_small_or_too_large_for() {
        near((Extended::one() + number(1000.0).exp()).log(), 1000.0);
        near(number(-1000.0).apply(Func::Sigmoid).log(), -1000.0);
        near(number(-1000.0).apply(Func::Softplus).log(), -1000.0);
        near(number(1e200) * number(1e200) / number(1e300), 1e100);
        near((number(1e-200) * number(1e-200)).sqrt(), 1e-200);
        near(number(1e300).powi(7).powf(number(1.0) / number(7.0)), 1e300);
        near(number(800.0).apply(Func::Sinh).log() + number(2.0).log(), 800.0);
        near(Extended::from_coeff(&Coeff::factorial(200)) / Extended::from_coeff(&Coeff::factorial(199)), 200.0);
        near((number(1e4).exp() + number(1.0)) / number(1e4).exp(), 1.0);
        assert_eq!(number(1000.0).exp().text(), "1.97e434");
        assert_eq!((-number(-1000.0).exp()).text(), "-5.08e-435");
        assert_eq!(number(-1000.0).exp().to_double(), 0.0);
        assert!(number(1000.0).exp().to_double().is_infinite());
    }

    #[test]
    fn what_is_lost_is_known() {
        let rest = number(1e40) + number(1.0) / number(3.0) - number(1e40);
        assert!(rest.relative_error() > 1.0 || rest.ball.may_vanish(), "{rest:?}");
        near(number(1e20) + number(1.0) - number(1e20), 1.0);
        assert!(!(number(1.0) / Extended::zero()).is_finite());
        assert!(!number(-1.0).log().is_finite());
        assert!(!number(1e300).powi(3).apply(Func::Sin).is_finite());
    }
}
