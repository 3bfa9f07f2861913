//! The numeric kernels of functions applied entry by entry: a row holds the value as a double, the value as a ball, the slope, and
//! the value where balls do not reach.
//!
//! Slopes are stated generically, so that dual numbers of any order use them. They are not those of `catalog`, which the rules use: the
//! one checks the other. Power series have recurrences of their own, in `ad/series.rs`.

use super::ball::Ball;
use super::ball_function::{PI, atan, erf, exact, exp, exp_m1, ln_1p, log, one, sin_cos, sqrt};
use super::extended::Extended;
use super::gamma;
use super::scalar::Scalar;
use crate::expr::{Func, SymbolId};

/// Four functions of the same rows: `double`, `ball`, `large` and [`derivative`].
macro_rules! kernels {
    ($($name:ident($x:ident) { double: $double:expr, ball: $ball:expr, slope: $slope:expr, large: $large:expr, })*) => {
        /// f(x); NaN outside the domain.
        pub(super) fn double(f: Func, x: f64) -> f64 {
            match f {
                $(Func::$name => {
                    let $x = x;
                    $double
                })*
                Func::Polygamma(order) => gamma::polygamma_of_double(order, x),
                Func::User(symbol, order) => test_function(symbol, order, x),
            }
        }

        /// f(x) of an exact number inside the domain; of a function that looks at the sign, f(x) of any ball.
        pub(super) fn ball(f: Func, x: Ball) -> Ball {
            match f {
                $(Func::$name => {
                    let $x = x;
                    $ball
                })*
                Func::Polygamma(order) => gamma::polygamma_of_ball(order, x),
                Func::User(symbol, order) => test_function(symbol, order, x),
            }
        }

        /// f(x) of an x for which its row of balls has no value: of nearly any size; nothing where it is not known there.
        #[allow(unused_variables, reason = "some are not known")]
        pub(super) fn large(f: Func, x: Extended) -> Option<Extended> {
            match f {
                $(Func::$name => {
                    let $x = x;
                    $large
                })*
                Func::Polygamma(order) => gamma::large_polygamma(order, x),
                Func::User(..) => None,
            }
        }

        /// f′(x).
        ///
        /// ```
        /// use matcalc::{expr::Func, numeric::derivative};
        /// assert_eq!(derivative(Func::Exp, 0.0), 1.0);
        /// ```
        #[allow(unused_variables, reason = "some slopes are 0")]
        pub fn derivative<T: Scalar>(f: Func, x: T) -> T {
            match f {
                $(Func::$name => {
                    let $x = x;
                    $slope
                })*
                Func::Polygamma(order) => x.apply(Func::Polygamma(order + 1)),
                Func::User(symbol, order) => x.apply(Func::User(symbol, order + 1)),
            }
        }
    };
}

kernels! {
    Exp(x) {
        double: f64::exp(x),
        ball: exp(x),
        slope: x.exp(),
        large: Some(x.exponential()),
    }
    Log(x) {
        double: f64::ln(x),
        ball: log(x),
        slope: T::one() / x,
        large: Some(x.logarithm()),
    }
    Sin(x) {
        double: f64::sin(x),
        ball: sin_cos(x).0,
        slope: x.apply(Func::Cos),
        large: None,
    }
    Cos(x) {
        double: f64::cos(x),
        ball: sin_cos(x).1,
        slope: -x.apply(Func::Sin),
        large: None,
    }
    Tan(x) {
        double: f64::tan(x),
        ball: {
            let (sin, cos) = sin_cos(x);
            sin / cos
        },
        slope: {
            let cos = x.apply(Func::Cos);
            T::one() / (cos * cos)
        },
        large: None,
    }
    Asin(x) {
        double: f64::asin(x),
        ball: arc_sine(x),
        slope: T::one() / ((T::one() - x) * (T::one() + x)).sqrt(),
        large: None,
    }
    Acos(x) {
        double: f64::acos(x),
        ball: if x.hi > 0.5 {
            arc_sine(sqrt((one() - x).scaled(0.5))).scaled(2.0)
        } else {
            PI.scaled(0.5) - arc_sine(x)
        },
        slope: -(T::one() / ((T::one() - x) * (T::one() + x)).sqrt()),
        large: None,
    }
    Atan(x) {
        double: f64::atan(x),
        ball: atan(x),
        slope: T::one() / (T::one() + x * x),
        large: Some(x.sign() * Extended::nearly(PI.scaled(0.5))),
    }
    Sinh(x) {
        double: f64::sinh(x),
        ball: {
            let p = exp_m1(size(x));
            sign(x) * (p + p / (one() + p)).scaled(0.5)
        },
        slope: x.apply(Func::Cosh),
        large: Some(x.sign() * x.size().exponential() * Extended::from_f64(0.5)),
    }
    Cosh(x) {
        double: f64::cosh(x),
        ball: (exp(x) + exp(-x)).scaled(0.5),
        slope: x.apply(Func::Sinh),
        large: Some(x.size().exponential() * Extended::from_f64(0.5)),
    }
    Tanh(x) {
        double: f64::tanh(x),
        ball: {
            let small = exp_m1(-size(x).scaled(2.0));
            -(sign(x) * small) / (exact(2.0) + small)
        },
        slope: {
            let cosh = x.apply(Func::Cosh);
            T::one() / (cosh * cosh)
        },
        large: Some(x.sign() * Extended::nearly(one())),
    }
    Asinh(x) {
        double: f64::asinh(x),
        ball: {
            let (size, square) = (size(x), x * x);
            let rest = size + square / (one() + sqrt(square + one()));
            sign(x) * ln_1p(rest.middle()).widened(rest.error)
        },
        slope: T::one() / (T::one() + x * x).sqrt(),
        large: Some(x.sign() * (x.size() + x.size()).logarithm()),
    }
    Acosh(x) {
        double: f64::acosh(x),
        ball: {
            let above = x - one();
            let rest = above + sqrt(above * (x + one()));
            ln_1p(rest.middle()).widened(rest.error)
        },
        slope: T::one() / ((x - T::one()) * (x + T::one())).sqrt(),
        large: Some((x + x).logarithm()),
    }
    Atanh(x) {
        double: f64::atanh(x),
        ball: {
            let size = size(x);
            let ratio = size.scaled(2.0) / (one() - size);
            // The slope of log(1 + r) is at most that at the least r.
            let slope = 1.0 / (1.0 + (ratio.hi - ratio.error).max(0.0));
            (sign(x) * ln_1p(ratio.middle()).widened(ratio.error * slope)).scaled(0.5)
        },
        slope: T::one() / ((T::one() - x) * (T::one() + x)),
        large: None,
    }
    Sigmoid(x) {
        // Of the two forms the one whose exponential does not overflow.
        double: if x >= 0.0 {
            1.0 / (1.0 + f64::exp(-x))
        } else {
            let e = f64::exp(x);
            e / (1.0 + e)
        },
        ball: {
            let small = exp(-size(x));
            if x.hi < 0.0 { small / (one() + small) } else { one() / (one() + small) }
        },
        slope: x.apply(Func::Sigmoid) * (-x).apply(Func::Sigmoid),
        large: Some(if x.is_positive() { Extended::nearly(one()) } else { x.exponential().rounded() }),
    }
    Softplus(x) {
        // log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|)
        double: positive_part(x) + f64::ln_1p(f64::exp(-f64::abs(x))),
        ball: {
            let positive = if x.hi > 0.0 { x } else { exact(0.0) };
            positive + ln_1p(exp(-size(x)))
        },
        slope: x.apply(Func::Sigmoid),
        large: Some(if x.is_positive() { x.rounded() } else { x.exponential().rounded() }),
    }
    Relu(x) {
        double: positive_part(x),
        ball: if x.hi > 0.0 {
            x
        } else if x.may_vanish() {
            // The sign is unknown, up to the error.
            Ball::new(0.0, 0.0, x.error)
        } else {
            exact(0.0)
        },
        slope: x.apply(Func::Step),
        large: Some(if x.is_positive() { x } else { Extended::from_f64(0.0) }),
    }
    Erf(x) {
        double: libm::erf(x),
        ball: erf(x),
        slope: T::from_f64(2.0) / T::pi().sqrt() * (-(x * x)).exp(),
        large: Some(x.sign() * Extended::nearly(one())),
    }
    NormCdf(x) {
        // The complement keeps the digits of small values.
        double: 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2),
        ball: if x.hi < TAIL {
            ball(Func::NormPdf, x) / tail_ratio(-x)
        } else {
            let scaled = x / sqrt(exact(2.0));
            // The slope of erf is below 2/√π.
            (one() + erf(scaled.middle()).widened(2.0 * scaled.error)).scaled(0.5)
        },
        slope: x.apply(Func::NormPdf),
        large: match x.is_positive() {
            true => Some(Extended::nearly(one())),
            false => large(Func::NormPdf, x).map(|density| density / tail_ratio(-x)),
        },
    }
    NormPdf(x) {
        double: f64::exp(-0.5 * x * x) / std::f64::consts::TAU.sqrt(),
        ball: {
            let exponent = (x * x).scaled(-0.5);
            let value = exp(exponent.middle());
            value.widened(2.0 * value.hi * exponent.error) / sqrt(PI.scaled(2.0))
        },
        slope: -(x * x.apply(Func::NormPdf)),
        large: {
            let root = Extended::nearly(sqrt(PI.scaled(2.0)));
            Some((x * x * Extended::from_f64(-0.5)).exponential().rounded() / root)
        },
    }
    Gamma(x) {
        double: if x > 0.0 { libm::tgamma(x) } else { f64::NAN },
        ball: gamma::log_gamma(x).apply(Func::Exp),
        slope: x.apply(Func::Gamma) * x.apply(Func::Polygamma(0)),
        large: gamma::large_gamma(x),
    }
    LogGamma(x) {
        double: if x > 0.0 { libm::lgamma(x) } else { f64::NAN },
        ball: gamma::log_gamma(x),
        slope: x.apply(Func::Polygamma(0)),
        large: gamma::large_log_gamma(x),
    }
    Abs(x) {
        double: f64::abs(x),
        ball: size(x),
        slope: x.apply(Func::Sign),
        large: Some(x.size()),
    }
    Sign(x) {
        double: if x == 0.0 {
            0.0
        } else if x.is_nan() {
            x
        } else {
            f64::signum(x)
        },
        ball: if x.may_vanish() {
            Ball::unknown()
        } else if x.hi == 0.0 {
            exact(0.0)
        } else {
            sign(x)
        },
        slope: T::zero(),
        large: Some(x.sign()),
    }
    Step(x) {
        double: if x.is_nan() { x } else { f64::from(u8::from(x > 0.0)) },
        ball: if x.may_vanish() { Ball::unknown() } else { exact(f64::from(u8::from(x.hi > 0.0))) },
        slope: T::zero(),
        large: Some(Extended::from_f64(if x.is_positive() { 1.0 } else { 0.0 })),
    }
    IsZero(x) {
        double: if x.is_nan() { x } else { f64::from(u8::from(x == 0.0)) },
        // What fell below the smallest double is not known to be 0.
        ball: if x.hi == 0.0 && x.doubt() > 0.0 && x.doubt() < 1e-200 {
            Ball::unknown()
        } else {
            exact(f64::from(u8::from(x.hi == 0.0 || x.may_vanish())))
        },
        slope: T::zero(),
        large: Some(Extended::from_f64(0.0)),
    }
}

/// Below this Φ is small enough for the continued fraction of its tail to have all digits of a ball.
const TAIL: f64 = -3.0;

/// Terms of that fraction, which leave out less than 1e−38 of it.
const TAIL_TERMS_OF_BALL: u32 = 250;

/// φ(t)/Φ(−t) = t + 1/(t + 2/(t + …)) from 3 on (Abramowitz & Stegun, 26.2.14).
fn tail_ratio<T: Scalar>(t: T) -> T {
    (1..=TAIL_TERMS_OF_BALL).rev().fold(t, |below, k| T::from_f64(f64::from(k)) / below + t)
}

/// Terms of the continued fraction of the tail of Φ.
const TAIL_TERMS: u32 = 100;

/// log Φ(x) of a double. Below −3 it is log φ(x) − log(t + 1/(t + 2/(t + …))) with t = −x (Abramowitz & Stegun, 26.2.14).
pub(crate) fn log_norm_cdf(x: f64) -> f64 {
    if x > 0.0 {
        return f64::ln_1p(-double(Func::NormCdf, -x));
    }
    if x.is_nan() || x > -3.0 {
        return double(Func::NormCdf, x).ln();
    }
    -0.5 * x * x - (norm_ratio(x) * std::f64::consts::TAU.sqrt()).ln()
}

/// φ(x)/Φ(x) of a double. Below −3 it is t + 1/(t + 2/(t + …)) with t = −x (Abramowitz & Stegun, 26.2.14).
pub(crate) fn norm_ratio(x: f64) -> f64 {
    if x.is_nan() || x > -3.0 {
        return double(Func::NormPdf, x) / double(Func::NormCdf, x);
    }
    (1..=TAIL_TERMS).rev().fold(-x, |below, k| f64::from(k) / below - x)
}

/// max(x, 0), NaN of NaN.
fn positive_part(x: f64) -> f64 {
    if x > 0.0 || x.is_nan() { x } else { 0.0 }
}

/// |x|
fn size(x: Ball) -> Ball {
    if x.hi < 0.0 { -x } else { x }
}

/// The sign of the middle, 1 of 0.
fn sign(x: Ball) -> Ball {
    exact(if x.hi < 0.0 { -1.0 } else { 1.0 })
}

/// asin of an exact number between −1 and 1. Near these the distance to them has more digits: asin x = π/2 − 2 asin √((1 − x)/2).
fn arc_sine(x: Ball) -> Ball {
    if x.hi.abs() > 0.5 {
        let rest = arc_sine(sqrt((one() - size(x)).scaled(0.5)));
        return sign(x) * (PI.scaled(0.5) - rest.scaled(2.0));
    }
    let cos = sqrt((one() - x) * (one() + x));
    let quotient = x / cos;
    atan(quotient.middle()).widened(quotient.error)
}

/// The test function that stands for a declared function, and its derivatives:
/// φ(x) = sin(ax + b) + ½ cos(cx + d) with a, b, c, d by the symbol, so that no derivative is a multiple of
/// another.
pub(super) fn test_function<T: Scalar>(symbol: SymbolId, order: u32, x: T) -> T {
    let [a, b, c, d] = test_numbers(symbol).map(T::from_f64);
    let n = i32::try_from(order).unwrap_or(i32::MAX);
    // sin and cos, a quarter turn further with each derivative.
    let (left, right) = (a * x + b, c * x + d);
    let (sin, cos) = match order % 4 {
        0 => (left.apply(Func::Sin), right.apply(Func::Cos)),
        1 => (left.apply(Func::Cos), -right.apply(Func::Sin)),
        2 => (-left.apply(Func::Sin), -right.apply(Func::Cos)),
        _ => (-left.apply(Func::Cos), right.apply(Func::Sin)),
    };
    a.powi(n) * sin + T::from_f64(0.5) * c.powi(n) * cos
}

/// The numbers a, b, c, d of a symbol's test function.
pub(super) fn test_numbers(symbol: SymbolId) -> [f64; 4] {
    let id = f64::from(symbol.0 % 7);
    [1.1 + 0.07 * id, 0.3 + 0.11 * id, 0.6 + 0.05 * id, 0.2]
}

#[cfg(test)]
mod tests {
    use super::super::testing::points;
    use super::*;
    use crate::expr::{Arena, Shape, Symbol, SymbolKind};
    use crate::structure::Structure;

    fn phi() -> SymbolId {
        Arena::new().add_symbol(Symbol {
            name: "φ".into(),
            shape: Shape::SCALAR,
            kind: SymbolKind::Function,
            structure: Structure::General,
            declared: true,
        })
    }

    #[test]
    fn derivatives_agree_with_central_differences() {
        let phi = phi();
        for (f, x) in points().chain([(Func::User(phi, 0), 0.7), (Func::User(phi, 3), 0.7)]) {
            let h = 1e-5;
            let difference = ((x + h).apply(f) - (x - h).apply(f)) / (2.0 * h);
            assert!((derivative(f, x) - difference).abs() < 1e-8 * difference.abs().max(1.0), "{f:?}");
        }
    }

    #[test]
    fn sigmoid_and_softplus_do_not_overflow() {
        assert_eq!(1000.0.apply(Func::Sigmoid), 1.0);
        assert_eq!((-1000.0).apply(Func::Sigmoid), 0.0);
        assert_eq!(1000.0.apply(Func::Softplus), 1000.0);
        assert_eq!((-50.0).apply(Func::Softplus), f64::exp(-50.0));
    }

    #[test]
    fn erf_is_accurate() {
        // Abramowitz & Stegun, table 7.1
        assert!((0.5.apply(Func::Erf) - 0.520_499_877_813_046_5).abs() < 2e-16);
        assert!((2.0.apply(Func::Erf) - 0.995_322_265_018_952_7).abs() < 2e-16);
    }

    #[test]
    fn the_tail_of_the_normal_distribution_is_accurate() {
        // SciPy's log_ndtr
        for (x, value) in
            [(-40.0, -804.608_442_013_753_9), (-3.0, -6.607_726_221_510_349), (2.0, -0.023_012_909_328_963_488)]
        {
            assert!((log_norm_cdf(x) / value - 1.0).abs() < 1e-14, "{x}: {}", log_norm_cdf(x));
        }
        for (x, value) in [(-40.0, 40.024_968_847_207_26), (-1e9, 1e9), (0.0, 0.797_884_560_802_865_4), (40.0, 0.0)] {
            assert!((norm_ratio(x) - value).abs() <= 1e-13 * value.max(1e-300), "{x}: {}", norm_ratio(x));
        }
        assert!((f64::exp(log_norm_cdf(-3.5)) / (-3.5).apply(Func::NormCdf) - 1.0).abs() < 1e-13);
    }

    #[test]
    fn an_exact_zero_has_the_sign_0() {
        let relu = <Ball as Scalar>::from_f64(-1.0).apply(Func::Relu);
        for (func, value) in [(Func::Sign, 0.0), (Func::Step, 0.0), (Func::IsZero, 1.0), (Func::Abs, 0.0)] {
            assert_eq!(relu.apply(func), <Ball as Scalar>::from_f64(value), "{func:?}");
        }
    }

    #[test]
    fn outside_the_domain_is_nan() {
        assert!((-1.0).apply(Func::Log).is_nan());
        assert!(2.0.apply(Func::Asin).is_nan());
        assert!(f64::NAN.apply(Func::Relu).is_nan());
        assert!(Scalar::powf(-1.0, 0.5).is_nan());
    }
}
