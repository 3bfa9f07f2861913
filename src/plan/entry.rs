//! Functions of entries in doubles: of one, and the kernels for many.

use crate::expr::Func;
use crate::kernel::{Binary, Unary};
use crate::numeric::{Scalar as _, log_norm_cdf, norm_ratio};

/// Functions entry by entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Map {
    /// A function of the language.
    Func(Func),
    /// √x
    Sqrt,
    /// 1/x
    Reciprocal,
    /// log(1 + x)
    Log1p,
    /// exp(x) − 1
    Expm1,
    /// log σ(x)
    LogExpit,
    /// log Φ(x)
    LogNormCdf,
    /// φ(x)/Φ(x), the slope of log Φ(x)
    NormRatio,
    /// x!
    Factorial,
    /// The integer part.
    Truncate,
}

/// Functions of two entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Zip {
    /// x/y
    Divide,
    /// xʸ
    Power,
    /// log(exp x + exp y)
    LogAddExp,
    /// x log y, 0 where x = 0.
    Xlogy,
    /// 1 where x = y, else 0.
    Equal,
    /// x where y ≠ 0, else 0.
    Keep,
    /// The larger of x and y.
    Maximum,
    /// The smaller of x and y.
    Minimum,
}

/// What entries along axes are brought to, other than their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fold {
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// The product.
    Product,
    /// log Σ exp
    LogSumExp,
}

/// The largest number whose factorial is a double.
const MOST_FACTORIAL: f64 = 170.0;

/// f(x); none of a declared function, which has no values.
pub(super) fn map(map: Map, x: f64) -> Option<f64> {
    Some(match map {
        Map::Func(Func::User(..)) => return None,
        Map::Func(func) => x.apply(func),
        Map::Sqrt => x.sqrt(),
        Map::Reciprocal => 1.0 / x,
        Map::Log1p => x.ln_1p(),
        Map::Expm1 => x.exp_m1(),
        Map::LogExpit => -(-x).apply(Func::Softplus),
        Map::LogNormCdf => log_norm_cdf(x),
        Map::NormRatio => norm_ratio(x),
        Map::Factorial if x > MOST_FACTORIAL => f64::INFINITY,
        Map::Factorial => (1..).map(f64::from).take_while(|factor| *factor <= x).product(),
        Map::Truncate => x.trunc(),
    })
}

/// f(x, y)
pub(super) fn zip(zip: Zip, x: f64, y: f64) -> f64 {
    match zip {
        Zip::Divide => x / y,
        Zip::Power => x.powf(y),
        Zip::LogAddExp => x.max(y) + (-(x - y).abs()).exp().ln_1p(),
        Zip::Xlogy if x == 0.0 && !y.is_nan() => 0.0,
        Zip::Xlogy => x * y.ln(),
        Zip::Keep if y == 0.0 => 0.0,
        Zip::Keep => x,
        Zip::Maximum => {
            if x > y || x.is_nan() {
                x
            } else {
                y
            }
        }
        Zip::Minimum => {
            if x < y || x.is_nan() {
                x
            } else {
                y
            }
        }
        Zip::Equal => f64::from(u8::from(x == y)),
    }
}

/// The kernel of a function for many entries, where it has one of its own.
pub(super) fn kernel(map: Map) -> Option<Unary> {
    Some(match map {
        Map::Sqrt => Unary::Sqrt,
        Map::Reciprocal => Unary::Reciprocal,
        Map::Log1p => Unary::Log1p,
        Map::Expm1 => Unary::Expm1,
        Map::LogExpit => Unary::LogSigmoid,
        Map::LogNormCdf | Map::NormRatio | Map::Factorial | Map::Truncate | Map::Func(Func::User(..)) => return None,
        Map::Func(func) => match func {
            Func::Exp => Unary::Exp,
            Func::Log => Unary::Ln,
            Func::Sin => Unary::Sin,
            Func::Cos => Unary::Cos,
            Func::Tanh => Unary::Tanh,
            Func::Sigmoid => Unary::Sigmoid,
            Func::Softplus => Unary::Softplus,
            Func::Relu => Unary::Relu,
            Func::Erf => Unary::Erf,
            Func::Abs => Unary::Abs,
            Func::Sign => Unary::Sign,
            Func::Step => Unary::Step,
            Func::IsZero => Unary::IsZero,
            _ => return None,
        },
    })
}

/// The kernel of a function of two entries, where there is one.
pub(super) fn kernel_of_two(zip: Zip) -> Option<Binary> {
    Some(match zip {
        Zip::Divide => Binary::Divide,
        Zip::Power => Binary::Power,
        Zip::LogAddExp => Binary::LogAddExp,
        Zip::Xlogy => Binary::XLogY,
        Zip::Equal => Binary::Equal,
        Zip::Maximum => Binary::Max,
        Zip::Minimum => Binary::Min,
        Zip::Keep => return None,
    })
}
