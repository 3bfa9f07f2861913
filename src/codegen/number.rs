//! Exact numbers as doubles and as decimals.

use num_bigint::BigInt;
use num_traits::{One as _, ToPrimitive as _, Zero as _};

use crate::number::Coeff;

/// Decimal places of the longest decimal that is written instead of a quotient.
const MAX_PLACES: u32 = 4;
/// Digits of the longest number that is named in a message in full.
const MAX_DIGITS: usize = 24;

/// The nearest double, infinite where there is none.
pub(super) fn double(value: &Coeff) -> f64 {
    value.to_big().to_f64().unwrap_or(f64::NAN)
}

/// Whether it is an integer or a decimal of few places.
pub(super) fn is_short_decimal(value: &Coeff) -> bool {
    let (_, denominator) = value.parts();
    (BigInt::from(10).pow(MAX_PLACES) % denominator).is_zero()
}

/// About how large a number is: `10^400`.
pub(super) fn magnitude(value: &Coeff) -> String {
    let (numerator, denominator) = value.abs().parts();
    let digits = |number: &BigInt| number.to_string().len();
    if value.is_integer() && digits(&numerator) <= MAX_DIGITS {
        return value.parts().0.to_string();
    }
    let sign = if value.is_negative() { "−" } else { "" };
    let power = |number: &BigInt| {
        let text = number.to_string();
        let is_power = text.starts_with('1') && text[1..].bytes().all(|digit| digit == b'0');
        if is_power { format!("10^{}", text.len() - 1) } else { format!("a number of {} digits", text.len()) }
    };
    match (numerator.is_one(), denominator.is_one()) {
        (_, true) => format!("{sign}{}", power(&numerator)),
        (true, false) => format!("{sign}1/{}", power(&denominator)),
        (false, false) => format!("{sign}({})/({})", power(&numerator), power(&denominator)),
    }
}
