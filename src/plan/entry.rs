//! Functions of entries in doubles: of one, and the kernels for many.

use super::graph::{Map, Zip};
use crate::expr::Func;
use crate::kernel::{Binary, Unary};
use crate::numeric::Scalar as _;

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
        Zip::Equal => f64::from(u8::from(x == y)),
    }
}

/// The kernel of a function for many entries, where there is one.
pub(super) fn kernel(map: Map) -> Option<Unary> {
    Some(match map {
        Map::Sqrt => Unary::Sqrt,
        Map::Reciprocal => Unary::Reciprocal,
        Map::Log1p => Unary::Log1p,
        Map::Expm1 => Unary::Expm1,
        Map::LogExpit => Unary::LogSigmoid,
        Map::Factorial | Map::Truncate | Map::Func(Func::User(..)) => return None,
        Map::Func(func) => match func {
            Func::Exp => Unary::Exp,
            Func::Log => Unary::Ln,
            Func::Sin => Unary::Sin,
            Func::Cos => Unary::Cos,
            Func::Tan => Unary::Tan,
            Func::Asin => Unary::Asin,
            Func::Acos => Unary::Acos,
            Func::Atan => Unary::Atan,
            Func::Sinh => Unary::Sinh,
            Func::Cosh => Unary::Cosh,
            Func::Tanh => Unary::Tanh,
            Func::Asinh => Unary::Asinh,
            Func::Acosh => Unary::Acosh,
            Func::Atanh => Unary::Atanh,
            Func::Sigmoid => Unary::Sigmoid,
            Func::Softplus => Unary::Softplus,
            Func::Relu => Unary::Relu,
            Func::Erf => Unary::Erf,
            Func::Abs => Unary::Abs,
            Func::Sign => Unary::Sign,
            Func::Step => Unary::Step,
            Func::IsZero => Unary::IsZero,
            Func::User(..) => return None,
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
        Zip::Keep => return None,
    })
}
