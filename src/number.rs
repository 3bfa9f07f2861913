//! Exact rational coefficients: a pair of `i64` while it fits, big integers when it does not.

use std::cmp::Ordering;
use std::fmt;

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_rational::{BigRational, Ratio};
use num_traits::{CheckedAdd, CheckedMul, One, Pow as _, Signed as _, ToPrimitive as _, Zero};

/// The most digits of a decimal fraction that is recognized.
const MAX_DECIMAL_DIGITS: usize = 16;
/// Of so many numbers it is asked whether the others are decimals over them.
const MOST_DIVISORS: usize = 8;

/// An exact rational number in lowest terms with a positive denominator.
///
/// The small form is used whenever both parts fit `i64`, so equal numbers have equal forms.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Coeff(Repr);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Repr {
    Small(i64, i64),
    Big(Box<BigRational>),
}

impl Coeff {
    /// 0
    pub const ZERO: Self = Self(Repr::Small(0, 1));
    /// 1
    pub const ONE: Self = Self(Repr::Small(1, 1));
    /// −1
    pub const MINUS_ONE: Self = Self(Repr::Small(-1, 1));

    /// The integer `value`.
    #[must_use]
    pub fn integer(value: i64) -> Self {
        Self(Repr::Small(value, 1))
    }

    /// The fraction `numerator / denominator`; `None` for a denominator of 0.
    #[must_use]
    pub fn ratio(numerator: i64, denominator: i64) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        Some(Self::from_big(BigRational::new(numerator.into(), denominator.into())))
    }

    /// From big integers.
    #[must_use]
    pub fn from_big(value: BigRational) -> Self {
        match (value.numer().to_i64(), value.denom().to_i64()) {
            // i64::MIN is left to the big form so that negation never overflows.
            (Some(n), Some(d)) if n != i64::MIN => Self(Repr::Small(n, d)),
            _ => Self(Repr::Big(Box::new(value))),
        }
    }

    fn from_small(value: Ratio<i64>) -> Self {
        if *value.numer() == i64::MIN {
            return Self::from_big(BigRational::new((*value.numer()).into(), (*value.denom()).into()));
        }
        Self(Repr::Small(*value.numer(), *value.denom()))
    }

    /// k!
    #[must_use]
    pub fn factorial(k: u64) -> Self {
        let product = (2..=k).fold(BigInt::one(), |product, factor| product * factor);
        Self::from_big(BigRational::from(product))
    }

    /// The number that a double is; `None` of one that is not finite.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        BigRational::from_float(value).map(Self::from_big)
    }

    /// As big integers.
    #[must_use]
    pub fn to_big(&self) -> BigRational {
        match &self.0 {
            Repr::Small(n, d) => BigRational::new_raw((*n).into(), (*d).into()),
            Repr::Big(value) => (**value).clone(),
        }
    }

    /// Numerator and denominator.
    #[must_use]
    pub fn parts(&self) -> (BigInt, BigInt) {
        match &self.0 {
            Repr::Small(n, d) => ((*n).into(), (*d).into()),
            Repr::Big(value) => (value.numer().clone(), value.denom().clone()),
        }
    }

    /// The nearest `f64`.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            #[allow(clippy::cast_precision_loss, reason = "rounding to the nearest double is what is asked for")]
            Repr::Small(n, d) => *n as f64 / *d as f64,
            Repr::Big(value) => value.to_f64().unwrap_or(f64::NAN),
        }
    }

    /// Numerator and denominator where both fit an `i64`.
    #[must_use]
    pub fn to_ratio(&self) -> Option<(i64, i64)> {
        match &self.0 {
            Repr::Small(n, d) => Some((*n, *d)),
            Repr::Big(_) => None,
        }
    }

    /// The value as an `i64` where it is an integer that fits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(n, 1) => Some(*n),
            Repr::Small(..) | Repr::Big(_) => None,
        }
    }

    /// Whether it is 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Small(0, _))
    }

    /// Whether it is 1.
    #[must_use]
    pub fn is_one(&self) -> bool {
        matches!(self.0, Repr::Small(1, 1))
    }

    /// Whether it is an integer.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small(_, d) => *d == 1,
            Repr::Big(value) => value.is_integer(),
        }
    }

    /// Whether it is below 0.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small(n, _) => *n < 0,
            Repr::Big(value) => value.is_negative(),
        }
    }

    /// The sum.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        if let (Repr::Small(a, b), Repr::Small(c, d)) = (&self.0, &other.0) {
            if *b == 1 && *d == 1 {
                if let Some(n) = a.checked_add(c) {
                    return Self::from_small(Ratio::new_raw(n, 1));
                }
            } else if let Some(sum) = Ratio::new_raw(*a, *b).checked_add(&Ratio::new_raw(*c, *d)) {
                return Self::from_small(sum);
            }
        }
        if let Some((a, b)) = self.big_integers(other) {
            return Self::from_integer(a + b);
        }
        Self::from_big(self.to_big() + other.to_big())
    }

    /// The product.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Self {
        if self.is_one() {
            return other.clone();
        }
        if other.is_one() {
            return self.clone();
        }
        if let (Repr::Small(a, b), Repr::Small(c, d)) = (&self.0, &other.0)
            && let Some(product) = Ratio::new_raw(*a, *b).checked_mul(&Ratio::new_raw(*c, *d))
        {
            return Self::from_small(product);
        }
        if let Some((a, b)) = self.big_integers(other) {
            return Self::from_integer(a * b);
        }
        Self::from_big(self.to_big() * other.to_big())
    }

    /// Both as integers, where they are: these have no common factors to look for.
    fn big_integers(&self, other: &Self) -> Option<(BigInt, BigInt)> {
        (self.is_integer() && other.is_integer()).then(|| (self.parts().0, other.parts().0))
    }

    fn from_integer(value: BigInt) -> Self {
        Self::from_big(BigRational::new_raw(value, BigInt::one()))
    }

    /// −self
    #[must_use]
    pub fn neg(&self) -> Self {
        match &self.0 {
            Repr::Small(n, d) => Self(Repr::Small(-n, *d)),
            Repr::Big(value) => Self::from_big(-(**value).clone()),
        }
    }

    /// self − other
    #[must_use]
    pub fn sub(&self, other: &Self) -> Self {
        self.add(&other.neg())
    }

    /// 1/self; `None` of 0.
    #[must_use]
    pub fn recip(&self) -> Option<Self> {
        if self.is_zero() {
            return None;
        }
        Some(match &self.0 {
            Repr::Small(n, d) if *n > 0 => Self(Repr::Small(*d, *n)),
            Repr::Small(n, d) => Self(Repr::Small(-d, -n)),
            Repr::Big(value) => Self::from_big(value.recip()),
        })
    }

    /// |self|
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.is_negative() { self.neg() } else { self.clone() }
    }

    /// self to an integer power; `None` for 0 to a negative power, or where the result would
    /// have more than about `max_bits` bits.
    #[must_use]
    pub fn pow(&self, exponent: i64, max_bits: u64) -> Option<Self> {
        let base = if exponent < 0 { self.recip()? } else { self.clone() };
        let exponent = exponent.unsigned_abs();
        let (n, d) = base.parts();
        let trivial = n.magnitude().bits() <= 1 && d.is_one();
        if !trivial && n.bits().max(d.bits()).saturating_mul(exponent) > max_bits {
            return None;
        }
        if trivial {
            let odd = exponent.is_odd();
            let one = exponent == 0 || (n.is_negative() && !odd);
            return Some(if one { Self::ONE } else { base });
        }
        Some(Self::from_big(base.to_big().pow(u32::try_from(exponent).ok()?)))
    }

    /// The greatest common divisor of numerators over the least common multiple of denominators,
    /// positive: the content of a list of coefficients. Zero where both are zero.
    #[must_use]
    pub fn gcd(&self, other: &Self) -> Self {
        if let (Repr::Small(a, 1), Repr::Small(c, 1)) = (&self.0, &other.0) {
            return Self(Repr::Small(a.gcd(c), 1));
        }
        if let Some((a, b)) = self.big_integers(other) {
            return Self::from_integer(a.gcd(&b));
        }
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        let denominator = b.lcm(&d);
        if denominator.is_zero() {
            return Self::ZERO;
        }
        Self::from_big(BigRational::new(a.gcd(&c), denominator))
    }

    /// The digits of a decimal fraction that ends, and how many of them stand behind the point: 25 and 2 of 1/4. `None` of any other number,
    /// and where more than 16 digits are needed.
    #[must_use]
    pub fn decimal(&self) -> Option<(BigInt, u32)> {
        let (numerator, mut denominator) = self.parts();
        let mut count = |prime: u32| {
            let mut times = 0_u32;
            while (&denominator % prime).is_zero() {
                denominator /= prime;
                times += 1;
            }
            times
        };
        let places = count(2).max(count(5));
        if !denominator.is_one() {
            return None;
        }
        let digits = numerator * BigInt::from(10).pow(places) / self.parts().1;
        (digits.magnitude().to_string().len() <= MAX_DECIMAL_DIGITS).then_some((digits, places))
    }

    /// The first among the first few numbers over which all are decimals: 10/7 of 10/7 and −3/7, over which they are 1 and −0.3. `None` where
    /// all are decimals as they are, and where there is none.
    #[must_use]
    pub fn quotient_of_decimals<'a>(numbers: impl Iterator<Item = &'a Self> + Clone) -> Option<Self> {
        let are_decimals = |over: &Self| numbers.clone().all(|number| number.mul(over).decimal().is_some());
        if are_decimals(&Self::ONE) {
            return None;
        }
        numbers
            .clone()
            .take(MOST_DIVISORS)
            .map(Self::abs)
            .find(|number| number.recip().is_some_and(|over| are_decimals(&over)))
    }

    /// Parses a decimal such as `12`, `0.25`, `1e-3` exactly; `None` where it is no such number or
    /// its exponent is beyond `max_exponent` in size.
    #[must_use]
    pub fn parse_decimal(text: &str, max_exponent: i64) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((m, e)) => (m, e.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let digits: BigInt = format!("{whole}{fraction}").parse().ok()?;
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        if exponent.abs() > max_exponent {
            return None;
        }
        let scale = BigInt::from(10).pow(u32::try_from(exponent.unsigned_abs()).ok()?);
        Some(Self::from_big(if exponent < 0 {
            BigRational::new(digits, scale)
        } else {
            BigRational::from(digits * scale)
        }))
    }
}

impl From<i64> for Coeff {
    fn from(value: i64) -> Self {
        if value == i64::MIN { Self::from_big(BigRational::from(BigInt::from(value))) } else { Self::integer(value) }
    }
}

impl PartialOrd for Coeff {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Coeff {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Small(a, b), Repr::Small(c, d)) => {
                (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b)))
            }
            _ => self.to_big().cmp(&other.to_big()),
        }
    }
}

impl fmt::Display for Coeff {
    /// `3`, `-1/2`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, d) = self.parts();
        if d.is_one() { write!(f, "{n}") } else { write!(f, "{n}/{d}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_fractions_end() {
        for (text, digits, places) in
            [("0.25", 25, 2), ("-1.5", -15, 1), ("3", 3, 0), ("1e-12", 1, 12), ("120", 120, 0)]
        {
            let number = Coeff::parse_decimal(text, 20);
            assert_eq!(number.and_then(|number| number.decimal()), Some((BigInt::from(digits), places)), "{text}");
        }
        assert_eq!(Coeff::ratio(1, 3).and_then(|third| third.decimal()), None);
        assert_eq!(Coeff::ratio(1, 1 << 30).and_then(|small| small.decimal()), None);
    }

    #[test]
    fn arithmetic_moves_to_big_integers_and_back() {
        let big = Coeff::integer(i64::MAX);
        let twice = big.add(&big);
        assert_eq!(twice.to_string(), "18446744073709551614");
        assert_eq!(twice.sub(&big), big);
        assert_eq!(big.mul(&big).mul(&big.recip().unwrap()), big);
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(Coeff::parse_decimal("0.25", 100), Coeff::ratio(1, 4));
        assert_eq!(Coeff::parse_decimal("1e-3", 100), Coeff::ratio(1, 1000));
        assert_eq!(Coeff::parse_decimal("1e999999999", 1000), None);
        assert_eq!(Coeff::parse_decimal(".", 100), None);
    }

    #[test]
    fn powers_are_bounded() {
        assert_eq!(Coeff::integer(2).pow(-2, 1000), Coeff::ratio(1, 4));
        assert_eq!(Coeff::integer(2).pow(1 << 40, 1000), None);
        assert_eq!(Coeff::MINUS_ONE.pow(1 << 40, 10), Some(Coeff::ONE));
        assert_eq!(Coeff::ZERO.pow(-1, 10), None);
    }

    #[test]
    fn content_of_halves_and_thirds() {
        let content = Coeff::ratio(3, 2).unwrap().gcd(&Coeff::ratio(9, 4).unwrap());
        assert_eq!(content, Coeff::ratio(3, 4).unwrap());
    }
}
