//! log Γ and its derivatives ψ⁽ᵐ⁾ of arguments above 0: by Γ(x + 1) = xΓ(x) up to an argument that is large enough for Stirling's series
//! (Abramowitz & Stegun 6.1.40, 6.4.11), of which the first term that is left out bounds the rest.

use super::ball::{Ball, ROUNDOFF};
use super::ball_function::PI;
use super::extended::Extended;
use super::scalar::Scalar;
use crate::expr::Func;

/// The Bernoulli numbers B₂, B₄, … as numerators and denominators; the last one is for the bound alone.
const BERNOULLI: [(f64, f64); 16] = [
    (1.0, 6.0),
    (-1.0, 30.0),
    (1.0, 42.0),
    (-1.0, 30.0),
    (5.0, 66.0),
    (-691.0, 2730.0),
    (7.0, 6.0),
    (-3617.0, 510.0),
    (43_867.0, 798.0),
    (-174_611.0, 330.0),
    (854_513.0, 138.0),
    (-236_364_091.0, 2730.0),
    (8_553_103.0, 6.0),
    (-23_749_461_029.0, 870.0),
    (8_615_841_276_005.0, 14_322.0),
    (-7_709_321_041_217.0, 510.0),
];

/// From where on the series has the digits of a ball, and those of a double.
const LEAST_OF_BALL: f64 = 24.0;
const LEAST_OF_DOUBLE: f64 = 10.0;

fn int<T: Scalar>(value: u32) -> T {
    T::from_f64(f64::from(value))
}

/// ψ⁽ᵐ⁾(x), and what the series leaves out at most: (−1)ᵐ⁺¹ψ⁽ᵐ⁾(x)/m! is
/// Σ_{x + n < z} 1/(x + n)ᵐ⁺¹ + 1/(mzᵐ) + 1/(2zᵐ⁺¹) + Σₖ B₂ₖ (2k + m − 1)!/((2k)! m!) /z²ᵏ⁺ᵐ, with −log z for 1/(mzᵐ) where m = 0.
fn polygamma<T: Scalar>(order: u32, x: T, least: f64) -> (T, f64) {
    // Of high orders the series begins to grow earlier.
    let least = least + 2.0 * f64::from(order);
    let exponent = i32::try_from(order).unwrap_or(i32::MAX);
    let (mut shifted, mut z) = (T::zero(), x);
    while z.real() < least {
        shifted += (T::one() / z).powi(exponent + 1);
        z += T::one();
    }
    let below = T::one() / z;
    let square = below * below;
    // (2k + m − 1)!/((2k)! m!) /z²ᵏ, from (m − 1)!/m! at k = 0 on, without the factor that is infinite there where m = 0.
    let mut coefficient = int::<T>(order + 1) / T::from_f64(2.0) * square;
    let (mut sum, mut left_out) = (T::zero(), 0.0);
    for (k, (numerator, denominator)) in (1..).zip(BERNOULLI) {
        let term = coefficient * T::from_f64(numerator) / T::from_f64(denominator);
        if k == BERNOULLI.len() as u32 {
            left_out = term.real().abs();
        } else {
            sum += term;
        }
        coefficient *=
            int::<T>(2 * k + order) * int(2 * k + order + 1) / (int::<T>(2 * k + 1) * int(2 * k + 2)) * square;
    }
    let power = below.powi(exponent);
    let first = if order == 0 { -z.log() } else { power / int(order) };
    let factorial = (1..=order).fold(T::one(), |product, k| product * int(k));
    let value = (shifted + first + power * (below / T::from_f64(2.0) + sum)) * factorial;
    let left_out = (left_out * (power * factorial).real()).abs();
    (if order % 2 == 1 { value } else { -value }, left_out)
}

/// ψ⁽ᵐ⁾(x); NaN unless x > 0.
pub(super) fn polygamma_of_double(order: u32, x: f64) -> f64 {
    if x > 0.0 { polygamma(order, x, LEAST_OF_DOUBLE).0 } else { f64::NAN }
}

/// ψ⁽ᵐ⁾ of an exact number above 0.
pub(super) fn polygamma_of_ball(order: u32, x: Ball) -> Ball {
    let (value, left_out) = polygamma(order, x, LEAST_OF_BALL);
    value.widened(left_out)
}

/// log Γ of an exact number above 0: (z − ½)log z − z + ½log 2π + Σ B₂ₖ/(2k(2k − 1)z²ᵏ⁻¹) − log ∏_{x + n < z} (x + n).
pub(super) fn log_gamma(x: Ball) -> Ball {
    let (mut product, mut z) = (Ball::from_f64(1.0), x);
    while z.hi < LEAST_OF_BALL {
        product *= z;
        z += Ball::from_f64(1.0);
    }
    let half = Ball::from_f64(0.5);
    let log = z.log();
    let mut value = (z - half) * log - z + half * (PI.scaled(2.0)).log();
    let below = Ball::from_f64(1.0) / z;
    let (square, mut power) = (below * below, below);
    for (k, (numerator, denominator)) in (1..).zip(BERNOULLI) {
        let term = power * Ball::from_f64(numerator) / (Ball::from_f64(denominator) * int(2 * k * (2 * k - 1)));
        if k == BERNOULLI.len() as u32 {
            value = value.widened(term.hi.abs());
        } else {
            value += term;
        }
        power *= square;
    }
    value - product.log()
}

/// Γ of a very small or large number above 0.
pub(super) fn large_gamma(x: Extended) -> Option<Extended> {
    if is_small(x, 0) == Some(true) {
        return Some((Extended::from_f64(1.0) / x).rounded());
    }
    x.is_positive().then(|| x.apply(Func::LogGamma).exponential())
}

/// log Γ(x), up to rounding −log x or x(log x − 1).
pub(super) fn large_log_gamma(x: Extended) -> Option<Extended> {
    let log = x.logarithm();
    Some(if is_small(x, 0)? { -log } else { x * (log - Extended::from_f64(1.0)) }.rounded())
}

/// ψ⁽ᵐ⁾(x), up to rounding ∓m!/xᵐ⁺¹ or ∓(m − 1)!/xᵐ, and log x of ψ.
pub(super) fn large_polygamma(order: u32, x: Extended) -> Option<Extended> {
    let exponent = i32::try_from(order).ok()?;
    let factorial = |n: u32| (1..=n).fold(Extended::from_f64(1.0), |product, k| product * int(k));
    let size = if is_small(x, order)? {
        factorial(order) * x.powi(-exponent - 1)
    } else if order == 0 {
        return Some(x.logarithm().rounded());
    } else {
        factorial(order - 1) * x.powi(-exponent)
    };
    Some(if order % 2 == 1 { size } else { -size }.rounded())
}

/// Whether a number above 0 is small; nothing where it is neither that nor large, so that more than the first term is seen.
fn is_small(x: Extended, order: u32) -> Option<bool> {
    let bits = 2.0 * f64::from(order + 1).log2() - ROUNDOFF.log2();
    (x.is_positive() && x.log_size().abs() > bits).then_some(x.log_size() < 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::derivative;

    fn exact(x: f64) -> Ball {
        Ball::from_f64(x)
    }

    #[track_caller]
    fn vanishes(x: Ball, bound: f64) {
        assert!(x.hi.abs() <= x.error && x.error < bound, "{x:?}");
    }

    const POINTS: [f64; 9] = [1e-3, 0.3, 0.5, 1.0, 1.46, 2.0, 7.7, 31.0, 160.0];

    #[test]
    fn known_values() {
        // −ψ(1) is Euler's constant, 0.57721566490153286060651209008240243…
        let euler = Ball::new(0.577_215_664_901_532_9, -4.942_915_152_430_645e-18, 1e-32);
        vanishes(exact(1.0).apply(Func::Polygamma(0)) + euler, 1e-28);
        vanishes(exact(1.0).apply(Func::Polygamma(1)) - PI * PI / exact(6.0), 1e-28);
        vanishes(exact(0.5).apply(Func::Gamma).powi(2) - PI, 1e-25);
        vanishes(exact(5.0).apply(Func::Gamma) - exact(24.0), 1e-25);
        // ψ‴(1) = π⁴/15
        vanishes(exact(1.0).apply(Func::Polygamma(3)) - PI.powi(4) / exact(15.0), 1e-27);
    }

    #[test]
    fn functions_satisfy_their_equations() {
        for x in POINTS {
            let (x, next) = (exact(x), exact(x) + exact(1.0));
            vanishes(next.apply(Func::LogGamma) - x.apply(Func::LogGamma) - x.log(), 1e-25);
            for order in 0..12_u32 {
                let f = Func::Polygamma(order);
                // ψ⁽ᵐ⁾(x + 1) − ψ⁽ᵐ⁾(x) = (−1)ᵐ m!/xᵐ⁺¹
                let exponent = i32::try_from(order).unwrap();
                let size = (1..=order).fold(exact(1.0), |product, k| product * int(k)) / x.powi(exponent + 1);
                let difference = next.apply(f) - x.apply(f);
                let rest = if order % 2 == 0 { difference - size } else { difference + size };
                vanishes(rest, 1e-25 * size.hi.max(1.0));
                // ψ⁽ᵐ⁾(2x) = [m = 0] log 2 + (ψ⁽ᵐ⁾(x) + ψ⁽ᵐ⁾(x + ½))/2ᵐ⁺¹
                let both = (x.apply(f) + (x + exact(0.5)).apply(f)) / exact(2.0).powi(exponent + 1);
                let both = if order == 0 { both + exact(2.0).log() } else { both };
                vanishes(x.scaled(2.0).apply(f) - both, 1e-25 * size.hi.max(1.0));
            }
        }
    }

    #[test]
    fn doubles_are_near_balls() {
        let all = [Func::Gamma, Func::LogGamma].into_iter().chain((0..12).map(Func::Polygamma));
        for f in all {
            for x in POINTS {
                let (found, wanted) = (x.apply(f), exact(x).apply(f));
                let size = wanted.hi.abs().max(0.1);
                assert!((found - wanted.hi).abs() <= 2e-14 * size, "{f:?}({x}) = {found}, not {wanted:?}");
            }
        }
    }

    #[test]
    fn numbers_of_extreme_size() {
        let number = Extended::from_f64;
        let near = |x: Extended, wanted: Extended| {
            let rest = ((x - wanted) / wanted).to_double();
            assert!(rest.abs() < 1e-25, "{x:?}, not {wanted:?}");
        };
        // 200! = Γ(201)
        let factorial = Extended::from_coeff(&crate::number::Coeff::factorial(200));
        near(number(201.0).apply(Func::Gamma), factorial);
        near(number(1e-200).apply(Func::Gamma), number(1.0) / number(1e-200));
        near(number(1e-200).apply(Func::Polygamma(1)), number(1e-200).powi(-2));
        near(number(1e200).apply(Func::Polygamma(0)), number(1e200).log());
        near(number(1e200).apply(Func::LogGamma), number(1e200) * (number(1e200).log() - number(1.0)));
        assert!(!number(-1e200).apply(Func::Gamma).is_finite());
        assert!(derivative(Func::LogGamma, -0.5).is_nan());
    }
}
