//! What an evaluator needs of its numbers: `f64` here, dual numbers and power series in `ad`.
//!
//! Comparisons, pivots and stopping tests look at the real part alone. The derivative of every elementwise
//! function is stated once, generically, in [`derivative`]; dual numbers of any order use it.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use num_traits::{One, Zero};

use super::linalg::Decompose;
use crate::expr::{Func, SymbolId};
use crate::number::Coeff;

/// A number that expressions can be evaluated in.
pub trait Scalar:
    Copy
    + Debug
    + PartialEq
    + 'static
    + Zero
    + One
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + Decompose
{
    /// How many powers of infinitesimals a number carries: 0 for `f64`. Iterations take this many more steps after their real part has
    /// converged.
    const ORDER: usize;
    /// What an operation rounds away, relative to its result.
    const EPSILON: f64;

    /// The number without infinitesimal part.
    fn from_f64(value: f64) -> Self;
    /// A rational number, as exactly as can be.
    fn from_coeff(value: &Coeff) -> Self;
    /// π
    fn pi() -> Self;
    /// The real part.
    fn real(self) -> f64;
    /// How far the real part is known to be from the true one at most; 0 where the number does not know.
    fn doubt(self) -> f64 {
        0.0
    }
    /// The number without what it knows of its doubt.
    fn middle(self) -> Self {
        self
    }
    /// Whether every infinitesimal part is exactly 0.
    fn is_constant(self) -> bool;
    /// Whether every part is finite.
    fn is_finite(self) -> bool;
    /// f(self). Outside the domain of f the result is NaN.
    fn apply(self, f: Func) -> Self;
    /// self to an integer power.
    fn powi(self, n: i32) -> Self;
    /// √self
    fn sqrt(self) -> Self;

    /// self to a power that may be an infinitesimal away from a number: integers as in [`Scalar::powi`],
    /// ½ as a square root, else exp(p log self), continued to self = 0.
    fn powf(self, p: Self) -> Self;

    /// |self|, by the sign of the real part.
    fn abs(self) -> Self {
        self.apply(Func::Abs)
    }
    /// exp(self)
    fn exp(self) -> Self {
        self.apply(Func::Exp)
    }
    /// log(self)
    fn log(self) -> Self {
        self.apply(Func::Log)
    }
}

/// f′(x).
///
/// ```
/// use matcalc::{expr::Func, numeric::derivative};
/// assert_eq!(derivative(Func::Exp, 0.0), 1.0);
/// ```
pub fn derivative<T: Scalar>(f: Func, x: T) -> T {
    let one = T::one();
    match f {
        Func::Exp => x.exp(),
        Func::Log => one / x,
        Func::Sin => x.apply(Func::Cos),
        Func::Cos => -x.apply(Func::Sin),
        Func::Tan => {
            let cos = x.apply(Func::Cos);
            one / (cos * cos)
        }
        Func::Asin => one / ((one - x) * (one + x)).sqrt(),
        Func::Acos => -(one / ((one - x) * (one + x)).sqrt()),
        Func::Atan => one / (one + x * x),
        Func::Sinh => x.apply(Func::Cosh),
        Func::Cosh => x.apply(Func::Sinh),
        Func::Tanh => {
            let cosh = x.apply(Func::Cosh);
            one / (cosh * cosh)
        }
        Func::Asinh => one / (one + x * x).sqrt(),
        Func::Acosh => one / ((x - one) * (x + one)).sqrt(),
        Func::Atanh => one / ((one - x) * (one + x)),
        Func::Sigmoid => x.apply(Func::Sigmoid) * (-x).apply(Func::Sigmoid),
        Func::Softplus => x.apply(Func::Sigmoid),
        Func::Relu => x.apply(Func::Step),
        Func::Erf => T::from_f64(2.0) / T::pi().sqrt() * (-(x * x)).exp(),
        Func::Abs => x.apply(Func::Sign),
        Func::Sign | Func::Step | Func::IsZero => T::zero(),
        Func::User(symbol, order) => x.apply(Func::User(symbol, order + 1)),
    }
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

impl Scalar for f64 {
    const ORDER: usize = 0;
    const EPSILON: f64 = f64::EPSILON;

    fn from_f64(value: f64) -> Self {
        value
    }

    fn from_coeff(value: &Coeff) -> Self {
        value.to_f64()
    }

    fn pi() -> Self {
        std::f64::consts::PI
    }

    fn real(self) -> f64 {
        self
    }

    fn is_constant(self) -> bool {
        true
    }

    fn is_finite(self) -> bool {
        f64::is_finite(self)
    }

    fn apply(self, f: Func) -> Self {
        match f {
            Func::Exp => f64::exp(self),
            Func::Log => f64::ln(self),
            Func::Sin => f64::sin(self),
            Func::Cos => f64::cos(self),
            Func::Tan => f64::tan(self),
            Func::Asin => f64::asin(self),
            Func::Acos => f64::acos(self),
            Func::Atan => f64::atan(self),
            Func::Sinh => f64::sinh(self),
            Func::Cosh => f64::cosh(self),
            Func::Tanh => f64::tanh(self),
            Func::Asinh => f64::asinh(self),
            Func::Acosh => f64::acosh(self),
            Func::Atanh => f64::atanh(self),
            // Of the two forms of σ the one whose exponential does not overflow.
            Func::Sigmoid if self >= 0.0 => 1.0 / (1.0 + f64::exp(-self)),
            Func::Sigmoid => {
                let e = f64::exp(self);
                e / (1.0 + e)
            }
            // log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|)
            Func::Softplus => positive_part(self) + f64::ln_1p(f64::exp(-f64::abs(self))),
            Func::Relu => positive_part(self),
            Func::Erf => libm::erf(self),
            Func::Abs => f64::abs(self),
            Func::Sign if self == 0.0 => 0.0,
            Func::Sign if self.is_nan() => self,
            Func::Sign => f64::signum(self),
            Func::Step if self.is_nan() => self,
            Func::Step => f64::from(u8::from(self > 0.0)),
            Func::IsZero if self.is_nan() => self,
            Func::IsZero => f64::from(u8::from(self == 0.0)),
            Func::User(symbol, order) => test_function(symbol, order, self),
        }
    }

    fn powi(self, n: i32) -> Self {
        f64::powi(self, n)
    }

    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }

    fn powf(self, p: Self) -> Self {
        // powf(−∞, ½) is +∞ where the square root is NaN; the square root is also exact.
        if p == 0.5 { f64::sqrt(self) } else { f64::powf(self, p) }
    }
}

/// max(x, 0), NaN of NaN.
fn positive_part(x: f64) -> f64 {
    if x > 0.0 || x.is_nan() { x } else { 0.0 }
}

#[cfg(test)]
mod tests {
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
        let all = [
            (Func::Exp, 0.7),
            (Func::Log, 0.7),
            (Func::Sin, 0.7),
            (Func::Cos, 0.7),
            (Func::Tan, 0.7),
            (Func::Asin, 0.4),
            (Func::Acos, 0.4),
            (Func::Atan, 0.7),
            (Func::Sinh, 0.7),
            (Func::Cosh, 0.7),
            (Func::Tanh, 0.7),
            (Func::Asinh, 0.7),
            (Func::Acosh, 1.7),
            (Func::Atanh, 0.4),
            (Func::Sigmoid, -0.7),
            (Func::Softplus, 0.7),
            (Func::Relu, 0.7),
            (Func::Relu, -0.7),
            (Func::Erf, 0.4),
            (Func::Abs, -0.7),
            (Func::Sign, 0.7),
            (Func::Step, 0.7),
            (Func::IsZero, 0.7),
            (Func::User(phi(), 0), 0.7),
            (Func::User(phi(), 3), 0.7),
        ];
        for (f, x) in all {
            let h = 1e-5;
            let difference = ((x + h).apply(f) - (x - h).apply(f)) / (2.0 * h);
            assert!((derivative(f, x) - difference).abs() < 1e-8, "{f:?}");
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
    fn outside_the_domain_is_nan() {
        assert!((-1.0).apply(Func::Log).is_nan());
        assert!(2.0.apply(Func::Asin).is_nan());
        assert!(f64::NAN.apply(Func::Relu).is_nan());
        assert!(Scalar::powf(-1.0, 0.5).is_nan());
    }
}
