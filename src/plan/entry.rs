//! Functions of entries in doubles.

use super::graph::{Map, Zip};
use crate::expr::Func;
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
