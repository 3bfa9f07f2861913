//! Elementary functions of balls, by argument reduction and series, of which `function.rs` makes the others. Each is evaluated at the middle, where the arithmetic tells how much
//! it rounded, and the error of the argument is passed on by the derivative.

use super::ball::{Ball, ROUNDOFF, TINY, UNDERFLOW};
use super::function::{self, derivative};
use super::scalar::{Scalar, power_by_squaring};
use crate::catalog::entrywise::{Differentiable, Domain};
use crate::expr::Func;
use crate::number::Coeff;

/// π = hi + lo, up to 3e−33.
pub(super) const PI: Ball =
    Ball { hi: std::f64::consts::PI, lo: 1.224_646_799_147_353_2e-16, error: 3e-33, least: std::f64::consts::PI };
/// log 2 = hi + lo, up to 1e−33.
pub(super) const LN_2: Ball =
    Ball { hi: std::f64::consts::LN_2, lo: 2.319_046_813_846_299_6e-17, error: 1e-33, least: std::f64::consts::LN_2 };
/// Halvings of the argument of exp before its series.
const HALVINGS: i32 = 8;
/// Terms of that series: (log 2/2⁹)¹⁵/15! < 1e−50.
const EXP_TERMS: i32 = 14;
/// Terms of the series of sin and cos for arguments up to π/4: (π/4)³⁰/30! < 3e−36.
const SINE_TERMS: i32 = 15;
/// Terms of the series of artanh for arguments up to 0.006: 0.006²⁰ < 1e−44.
const LOG_TERMS: i32 = 10;
/// Quarter turns that are reduced; beyond, π is not known well enough.
const MAX_TURNS: f64 = 1e12;
/// Integers below this are doubles: 2⁵³.
const MOST_INTEGER: f64 = 9_007_199_254_740_992.0;
/// So near to ±1 the slope of an inverse function is not that at the nearest double.
const NEAR_POLE: f64 = 1e-8;
/// Beyond this erf is ±1 up to 1e−36.
const ERF_END: f64 = 9.0;
/// Terms of the series of erf up to there.
const ERF_TERMS: i32 = 400;

pub(super) fn exact(value: f64) -> Ball {
    Ball::from_f64(value)
}

fn int(value: i32) -> Ball {
    exact(f64::from(value))
}

pub(super) fn one() -> Ball {
    exact(1.0)
}

/// exp of an exact number.
pub(super) fn exp(x: Ball) -> Ball {
    if x.hi > 709.0 {
        return exact(f64::INFINITY);
    }
    if x.hi < -640.0 {
        // Beyond, low parts are below the smallest double.
        return Ball::new(0.0, 0.0, 1e-277);
    }
    let turns = (x.hi / LN_2.hi).round();
    let p = short_exp_m1(x - LN_2 * exact(turns));
    #[allow(clippy::cast_possible_truncation, reason = "at most 1023 in size")]
    let turns = turns as i32;
    // In two steps, as 2¹⁰²⁴ is no number.
    (one() + p).scaled(f64::powi(2.0, turns / 2)).scaled(f64::powi(2.0, turns - turns / 2))
}

/// exp(x) − 1 of a number up to ½ log 2 in size, with all digits however small it is: by Horner's rule at x/2⁸, then 1 + p is squared.
fn short_exp_m1(x: Ball) -> Ball {
    let rest = x.scaled(f64::powi(0.5, HALVINGS));
    let mut p = rest / int(EXP_TERMS);
    for k in (1..EXP_TERMS).rev() {
        p = (rest / int(k)) * (one() + p);
    }
    for _ in 0..HALVINGS {
        p = p.scaled(2.0) + p * p;
    }
    p
}

/// exp(x) − 1 of an exact number.
pub(super) fn exp_m1(x: Ball) -> Ball {
    if x.hi.abs() < 0.3 { short_exp_m1(x) } else { exp(x) - one() }
}

/// log(1 + x), with all digits however small x is: 2 artanh(x/(2 + x)).
pub(super) fn ln_1p(x: Ball) -> Ball {
    if x.hi.abs() > 0.01 {
        return log(one() + x);
    }
    let z = x / (exact(2.0) + x);
    let square = z * z;
    let mut sum = exact(0.0);
    for k in (1..LOG_TERMS).rev() {
        sum = (sum + one() / int(2 * k + 1)) * square;
    }
    (z * (one() + sum)).scaled(2.0)
}

/// log of an exact number above 0, by Halley's step from the nearest double.
pub(super) fn log(x: Ball) -> Ball {
    if (x.hi - 1.0).abs() < 0.01 {
        return ln_1p(x - one());
    }
    let guess = f64::ln(x.hi);
    let ratio = x * exp(exact(-guess));
    exact(guess) + ((ratio - one()) / (ratio + one())).scaled(2.0)
}

/// sin and cos of an exact number.
pub(super) fn sin_cos(x: Ball) -> (Ball, Ball) {
    let half_pi = PI.scaled(0.5);
    let turns = (x.hi / half_pi.hi).round();
    if turns.abs() > MAX_TURNS {
        return (Ball::unknown(), Ball::unknown());
    }
    let rest = x - half_pi * exact(turns);
    let square = -(rest * rest);
    let (mut sin, mut cos) = (one(), one());
    for k in (1..SINE_TERMS).rev() {
        sin = one() + sin * square / int(2 * k * (2 * k + 1));
        cos = one() + cos * square / int(2 * k * (2 * k - 1));
    }
    sin *= rest;
    match turns.rem_euclid(4.0) {
        0.0 => (sin, cos),
        1.0 => (cos, -sin),
        2.0 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

/// atan of an exact number: atan x = y + δ with tan δ = (x cos y − sin y)/(cos y + x sin y), δ of the size of rounding.
pub(super) fn atan(x: Ball) -> Ball {
    let guess = f64::atan(x.hi);
    let (sin, cos) = sin_cos(exact(guess));
    exact(guess) + (x * cos - sin) / (cos + x * sin)
}

/// 2/√π e^(−x²) Σ 2ⁿ x²ⁿ⁺¹/(2n+1)!!, all terms of one sign.
pub(super) fn erf(x: Ball) -> Ball {
    if x.hi.abs() > ERF_END {
        return Ball::new(f64::signum(x.hi), 0.0, 1e-35);
    }
    let double = (x * x).scaled(2.0);
    let (mut term, mut sum) = (x, x);
    for n in 1..ERF_TERMS {
        term = term * double / int(2 * n + 1);
        sum += term;
        if term.hi.abs() < 1e-36 * sum.hi.abs() {
            break;
        }
    }
    sum * exp(-(x * x).middle()) * exact(2.0) / sqrt(PI)
}

pub(super) fn sqrt(x: Ball) -> Ball {
    if x.is_exact_zero() {
        return x;
    }
    if x.hi <= 2.0 * x.error {
        return Ball::unknown();
    }
    let root = f64::sqrt(x.hi);
    let correction = (x.middle() - exact(root) * exact(root)) / exact(2.0 * root);
    let value = exact(root) + correction;
    // The next term of the series is below correction²/root.
    value.widened(x.error / root + correction.hi * correction.hi / root)
}

/// Whether the function has no value, or no slope, within twice the error of the argument.
fn at_the_edge(f: Func, x: Ball) -> bool {
    let margin = 2.0 * x.error;
    // 1 − 10⁻²⁰ is 1 in its larger part.
    let below_one = (1.0 - x.hi.abs()) - x.lo * x.hi.signum();
    match f.row().domain {
        Domain::Real | Domain::CosineNonZero => false,
        Domain::Positive => x.hi <= margin,
        Domain::UpToOneInSize | Domain::BelowOneInSize => below_one <= margin,
        Domain::FromOne => (x.hi - 1.0) + x.lo <= margin,
    }
}

/// The size of the smallest of the terms that a value is the sum of far off 0, where its slope does not show it: e⁻ˣ/2 of sinh x = eˣ/2 − e⁻ˣ/2,
/// and e⁻ˣ of softplus(x) = x + e⁻ˣ − ….
fn smallest_term(f: Func, x: f64) -> f64 {
    match f {
        Func::Sinh | Func::Cosh => (-x.abs()).exp() / 2.0,
        Func::Softplus if x > 0.0 => (-x).exp(),
        Func::Softplus | Func::Sigmoid if x < 0.0 => (2.0 * x).exp(),
        _ => f64::INFINITY,
    }
}

impl Ball {
    fn is_exact_zero(self) -> bool {
        self.hi == 0.0 && self.error == 0.0
    }
}

impl Scalar for Ball {
    const ORDER: usize = 0;
    const EPSILON: f64 = ROUNDOFF;
    const WORK: u64 = 20;

    fn from_f64(value: f64) -> Self {
        Self::new(value, 0.0, 0.0)
    }

    fn from_coeff(value: &Coeff) -> Self {
        let hi = value.to_f64();
        if value.to_i64().is_some() && hi.abs() < MOST_INTEGER {
            return exact(hi);
        }
        let Some(rest) = Coeff::from_f64(hi).map(|hi| value.sub(&hi)) else { return Self::unknown() };
        if rest.is_zero() {
            return exact(hi);
        }
        let lo = rest.to_f64();
        let lost = if hi.abs() < TINY { UNDERFLOW } else { 0.0 };
        Self::new(hi, lo, ROUNDOFF * hi.abs() + lost)
    }

    fn pi() -> Self {
        PI
    }

    fn real(self) -> f64 {
        self.hi
    }

    fn middle(self) -> Self {
        Ball::middle(self)
    }

    fn doubt(self) -> f64 {
        self.error
    }

    fn is_constant(self) -> bool {
        true
    }

    fn is_finite(self) -> bool {
        self.hi.is_finite() && self.error.is_finite()
    }

    fn apply(self, f: Func) -> Self {
        if !self.is_finite() {
            return Self::unknown();
        }
        if f.row().differentiable != Differentiable::Everywhere {
            let value = function::ball(f, self);
            // Of the sign of a number no more is seen than the sign.
            let least = if f == Func::Abs || f == Func::Relu && value.hi > 0.0 { self.least } else { value.least };
            return value.reaching(least);
        }
        if at_the_edge(f, self) {
            return Self::unknown();
        }
        let value = function::ball(f, self.middle());
        let is_near_pole =
            matches!(f, Func::Asin | Func::Acos | Func::Acosh | Func::Atanh) && (self.hi.abs() - 1.0).abs() < NEAR_POLE;
        let slope = if is_near_pole { derivative(f, self.middle()).hi } else { derivative(f, self.hi) }.abs();
        let value = if self.error == 0.0 { value } else { value.widened(2.0 * slope * self.error) };
        if value.is_exact_zero() {
            return exact(0.0);
        }
        let least = if value.may_vanish() { f64::INFINITY } else { value.hi.abs() };
        value.reaching(least.min(slope * self.least).min(smallest_term(f, self.hi)))
    }

    fn powi(self, n: i32) -> Self {
        power_by_squaring(self, n)
    }

    fn ln_1p(self) -> Self {
        let sum = one() + self;
        if self.hi.abs() > 0.01 || self.error > 0.01 {
            return sum.log();
        }
        ln_1p(self.middle()).widened(2.0 * self.error).reaching(self.least)
    }

    fn exp_m1(self) -> Self {
        if self.hi.abs() > 0.3 || self.error > 0.1 {
            return self.exp() - one();
        }
        exp_m1(self.middle()).widened(2.0 * self.error).reaching(self.least)
    }

    fn sqrt(self) -> Self {
        let root = sqrt(self);
        root.reaching(if root.is_exact_zero() { f64::INFINITY } else { self.least / (2.0 * root.hi) })
    }

    fn powf(self, p: Self) -> Self {
        if p == exact(0.5) {
            return self.sqrt();
        }
        if p.error == 0.0 && p.lo == 0.0 && p.hi.fract() == 0.0 && p.hi.abs() <= 1024.0 {
            #[allow(clippy::cast_possible_truncation, reason = "the range was tested")]
            return self.powi(p.hi as i32);
        }
        if self.is_exact_zero() && p.hi > p.error {
            return self;
        }
        (p * self.apply(Func::Log)).apply(Func::Exp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn vanishes(x: Ball, bound: f64) {
        assert!(x.hi.abs() <= x.error && x.error < bound, "{x:?}");
    }

    #[test]
    fn functions_satisfy_their_equations() {
        for x in [-8.3, -2.0, -0.71, -1e-9, 1e-9, 0.3, 0.99, 1.7, 5.5, 31.0] {
            let x = exact(x) / exact(3.0);
            let f = |f: Func| x.apply(f);
            vanishes(f(Func::Exp).log() - x, 1e-20);
            let (sin, cos) = (f(Func::Sin), f(Func::Cos));
            vanishes(sin * sin + cos * cos - one(), 1e-20);
            vanishes(f(Func::Tan).apply(Func::Atan).apply(Func::Tan) - sin / cos, 1e-20);
            vanishes(f(Func::Sinh).apply(Func::Asinh) - x, 1e-20);
            vanishes(f(Func::Cosh) - f(Func::Sinh) - (-x).exp(), 1e-20);
            vanishes(f(Func::Sigmoid) + (-x).apply(Func::Sigmoid) - one(), 1e-20);
            vanishes(f(Func::Softplus) - (-x).apply(Func::Softplus) - x, 1e-20);
            vanishes(f(Func::Erf) + (-x).apply(Func::Erf), 1e-20);
            let tanh = f(Func::Tanh);
            if tanh.hi.abs() < 0.9 {
                vanishes(tanh.apply(Func::Atanh) - x, 1e-20);
                vanishes(tanh.apply(Func::Asin).apply(Func::Sin) - tanh, 1e-20);
                vanishes(tanh.apply(Func::Acos).apply(Func::Cos) - tanh, 1e-20);
            }
            let one_and = one() + x * x;
            if x.hi.abs() > 1e-3 {
                vanishes(one_and.apply(Func::Acosh).apply(Func::Cosh) - one_and, 1e-20);
            }
            vanishes(one_and.sqrt() * one_and.sqrt() - one_and, 1e-20);
            vanishes(one_and.powf(x) * one_and.powf(-x) - one(), 1e-20);
        }
    }

    #[test]
    fn small_terms_of_a_value_are_known() {
        for (f, x) in [(Func::Sinh, 90.0), (Func::Cosh, -90.0), (Func::Softplus, 90.0), (Func::Softplus, -90.0)] {
            let value = exact(x).apply(f);
            assert!(value.least() < 1e-30 * value.hi.abs(), "{f:?}");
            let near = exact(x / 90.0).apply(f);
            assert!(near.least() > 1e-2 * near.hi.abs(), "{f:?}");
        }
        assert!(exact(-90.0).apply(Func::Sigmoid).least() < 1e-70);
    }

    #[test]
    fn what_is_exactly_0_hides_nothing() {
        let odd =
            [Func::Sin, Func::Tan, Func::Asin, Func::Atan, Func::Sinh, Func::Tanh, Func::Asinh, Func::Atanh, Func::Erf];
        let zero = exact(0.0);
        for zero in odd.map(|f| zero.apply(f)).into_iter().chain([zero / exact(3.0), zero.sqrt()]) {
            assert!(zero.is_exact_zero() && zero.least() == f64::INFINITY, "{zero:?}");
        }
    }

    #[test]
    fn known_digits() {
        // e, sin 1, erf 1 to 32 digits, as hi + lo.
        let near = |x: Ball, hi: f64, lo: f64| vanishes(x - Ball::new(hi, lo, 2e-32), 1e-28);
        near(exact(1.0).exp(), std::f64::consts::E, 1.445_646_891_729_250_2e-16);
        vanishes(PI.apply(Func::Sin), 1e-28);
        vanishes(exact(2.0).log() - LN_2, 1e-28);
        vanishes(exact(1.0).apply(Func::Atan).scaled(4.0) - PI, 1e-28);
        for x in [0.5_f64, 1.0, 2.0, 3.5] {
            assert!((exact(x).apply(Func::Erf).hi - libm::erf(x)).abs() < 1e-15);
        }
    }

    #[test]
    fn what_is_not_known_is_said() {
        let third = one() / exact(3.0);
        let zero = third - third;
        assert!(!zero.apply(Func::Sign).is_finite());
        assert!(!zero.log().is_finite() && !zero.sqrt().is_finite());
        assert_eq!(zero.apply(Func::IsZero), one());
        assert!(!exact(-1.0).log().is_finite());
        assert!(!exact(2.0).apply(Func::Asin).is_finite());
        assert!(!exact(1e30).apply(Func::Sin).is_finite());
        // 1 − tanh² where tanh is 1 up to rounding: nothing but the error is left.
        let tanh = exact(40.0).apply(Func::Tanh);
        let rest = one() - tanh * tanh;
        assert!(rest.may_vanish(), "{rest:?}");
    }
}
