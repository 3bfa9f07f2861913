//! Numbers modulo two primes at once, p = 2⁶¹ − 1 and q = 2⁶² − 57: what rational functions are compared in exactly.
//!
//! Two rational functions that differ agree at a random point modulo p by chance alone, less likely than a hardware fault (Schwartz 1980);
//! the second prime is for coefficients that p itself divides. A function that is not rational is a symbol here: each argument has a
//! value of its own, the same for the same argument. So what agrees is equal whatever these functions are, and what differs may be equal
//! all the same where one of them occurs. What has no value, such as a quotient by 0, is [`Residue::UNKNOWN`], and so is all that is made of it.

use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use nalgebra::DMatrix;
use num_bigint::BigInt;
use num_traits::{One, Signed as _, ToPrimitive as _, Zero};

use super::bindings::EvalError;
use super::scalar::{Decompose, Scalar};
use crate::expr::{Func, MatrixFunction};
use crate::number::Coeff;

/// Each modulus is 2ᵏ − c: the pair (k, c).
const MODULI: [(u32, u64); 2] = [(61, 1), (62, 57)];
/// Integers up to this size are told from other residues: one that is none agrees with an integer in both residues by chance alone.
const MOST_INTEGER: u64 = 1 << 53;

/// A residue modulo each of the primes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Residue([u64; 2]);

const fn modulus((bits, c): (u32, u64)) -> u64 {
    (1 << bits) - c
}

/// x mod 2ᵏ − c, as 2ᵏ ≡ c.
#[allow(clippy::cast_possible_truncation, reason = "the sum is folded until it fits")]
const fn reduced(x: u128, place: usize) -> u64 {
    let (bits, c) = MODULI[place];
    let mask = (1_u128 << bits) - 1;
    let once = (x >> bits) * c as u128 + (x & mask);
    let twice = ((once >> bits) * c as u128 + (once & mask)) as u64;
    let p = modulus(MODULI[place]);
    let thrice = if twice >= p { twice - p } else { twice };
    if thrice >= p { thrice - p } else { thrice }
}

/// Of residues, or of one and a modulus.
const fn sum(a: u64, b: u64, place: usize) -> u64 {
    let (sum, p) = (a + b, modulus(MODULI[place]));
    if sum >= p { sum - p } else { sum }
}

const fn product(a: u64, b: u64, place: usize) -> u64 {
    reduced(a as u128 * b as u128, place)
}

fn raised(mut base: u64, mut exponent: u64, place: usize) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = product(result, base, place);
        }
        base = product(base, base, place);
        exponent >>= 1;
    }
    result
}

/// Well mixed bits of two numbers (SplitMix64).
pub(super) fn mixed(a: u64, b: u64) -> u64 {
    let mut z = a.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(b ^ 0xd1b5_4a32_d192_ed03);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Residue {
    /// What has no value.
    const UNKNOWN: Self = Self([u64::MAX; 2]);

    fn is_known(self) -> bool {
        self != Self::UNKNOWN
    }

    /// By an operation modulo each prime.
    fn by(self, other: Self, f: impl Fn(u64, u64, usize) -> u64) -> Self {
        if !self.is_known() || !other.is_known() {
            return Self::UNKNOWN;
        }
        Self(std::array::from_fn(|place| f(self.0[place], other.0[place], place)))
    }

    fn integer(value: u64) -> Self {
        Self(std::array::from_fn(|place| reduced(value.into(), place)))
    }

    fn big(value: &BigInt) -> Self {
        let size = Self(std::array::from_fn(|place| {
            (value.magnitude() % modulus(MODULI[place])).to_u64().unwrap_or(u64::MAX)
        }));
        if value.is_negative() { -size } else { size }
    }

    fn inverse(self) -> Self {
        if self.is_one() {
            return self;
        }
        if !self.is_known() || self.0.contains(&0) {
            return Self::UNKNOWN;
        }
        Self(std::array::from_fn(|place| raised(self.0[place], modulus(MODULI[place]) - 2, place)))
    }

    /// 2 to an integer power, whose inverse is known: half of p + 1.
    fn power_of_two(exponent: i64) -> Self {
        let base = |place: usize| if exponent < 0 { modulus(MODULI[place]) / 2 + 1 } else { 2 };
        Self(std::array::from_fn(|place| raised(base(place), exponent.unsigned_abs(), place)))
    }

    /// self to an integer power.
    fn power(self, exponent: i64) -> Self {
        let base = if exponent < 0 { self.inverse() } else { self };
        if !base.is_known() {
            return Self::UNKNOWN;
        }
        Self(std::array::from_fn(|place| raised(base.0[place], exponent.unsigned_abs(), place)))
    }

    /// The integer that this is, where it is one of moderate size.
    pub(super) fn as_integer(self) -> Option<i64> {
        let signed = |place: usize| {
            let (value, p) = (self.0[place], modulus(MODULI[place]));
            let size = value.min(p.wrapping_sub(value));
            let size = i64::try_from(size).ok().filter(|_| size < MOST_INTEGER)?;
            Some(if value > p / 2 { -size } else { size })
        };
        let first = signed(0).filter(|_| self.is_known())?;
        (signed(1)? == first).then_some(first)
    }

    /// The value of a function that is a symbol here, with its number among these.
    fn symbolic(self, function: u64) -> Self {
        if !self.is_known() {
            return Self::UNKNOWN;
        }
        let seed = mixed(mixed(function, self.0[0]), self.0[1]);
        Self(std::array::from_fn(|place| reduced(mixed(seed, place as u64).into(), place)))
    }
}

/// The number of a function among those that are symbols here.
fn number_of(f: Func) -> u64 {
    match f {
        Func::User(symbol, order) => return mixed(u64::from(symbol.0) + 1, u64::from(order)) | 1 << 63,
        Func::Polygamma(order) => return POLYGAMMA + u64::from(order),
        _ => {}
    }
    Func::ALL.iter().position(|other| *other == f).map_or(0, |place| place as u64 + 1)
}

/// The numbers of √ and π.
const ROOT: u64 = 1 << 32;
const PI: u64 = 1 << 33;
/// The number of the first polygamma function.
const POLYGAMMA: u64 = 1 << 34;

impl Add for Residue {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.by(other, sum)
    }
}

impl Neg for Residue {
    type Output = Self;
    fn neg(self) -> Self {
        Self::zero() - self
    }
}

impl Sub for Residue {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.by(other, |a, b, place| sum(a, modulus(MODULI[place]) - b, place))
    }
}

impl Mul for Residue {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.by(other, product)
    }
}

impl Div for Residue {
    type Output = Self;
    #[allow(clippy::suspicious_arithmetic_impl, reason = "division is multiplication with the inverse")]
    fn div(self, other: Self) -> Self {
        self * other.inverse()
    }
}

impl AddAssign for Residue {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Residue {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign for Residue {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl DivAssign for Residue {
    fn div_assign(&mut self, other: Self) {
        *self = *self / other;
    }
}

impl Zero for Residue {
    fn zero() -> Self {
        Self([0; 2])
    }
    fn is_zero(&self) -> bool {
        self.0 == [0; 2]
    }
}

impl One for Residue {
    fn one() -> Self {
        Self([1; 2])
    }
}

impl Scalar for Residue {
    const ORDER: usize = 0;
    const EPSILON: f64 = 0.0;
    const WORK: u64 = 2;

    /// Every finite double is an integer times a power of two.
    fn from_f64(value: f64) -> Self {
        if !value.is_finite() {
            return Self::UNKNOWN;
        }
        let bits = value.to_bits();
        let (exponent, fraction) = ((bits >> 52 & 0x7ff).cast_signed(), bits & ((1 << 52) - 1));
        let (mantissa, exponent) =
            if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
        let size = Self::integer(mantissa) * Self::power_of_two(exponent);
        if value < 0.0 { -size } else { size }
    }

    fn from_coeff(value: &Coeff) -> Self {
        let (n, d) = value.parts();
        Self::big(&n) / Self::big(&d)
    }

    fn pi() -> Self {
        Self::one().symbolic(PI)
    }

    /// The number where it is an integer of moderate size, else NaN: other residues have no size.
    #[allow(clippy::cast_precision_loss, reason = "integers below 2^53 are exact")]
    fn real(self) -> f64 {
        self.as_integer().map_or(f64::NAN, |value| value as f64)
    }

    fn factorial(k: u64) -> Self {
        (2..=k).fold(Self::one(), |product, factor| product * Self::integer(factor))
    }

    fn is_constant(self) -> bool {
        true
    }

    fn is_finite(self) -> bool {
        self.is_known()
    }

    fn apply(self, f: Func) -> Self {
        self.symbolic(number_of(f))
    }

    fn powi(self, n: i32) -> Self {
        self.power(n.into())
    }

    fn sqrt(self) -> Self {
        self.symbolic(ROOT)
    }

    fn powf(self, p: Self) -> Self {
        match (p.as_integer(), (p + p).as_integer()) {
            (Some(exponent), _) => self.power(exponent),
            (None, Some(halves)) => self.sqrt().power(halves),
            (None, None) => Self::UNKNOWN,
        }
    }
}

impl Decompose for Residue {
    fn symmetric_eigen(_: &DMatrix<Self>) -> Result<(Vec<Self>, DMatrix<Self>), EvalError> {
        Err(EvalError::Unsupported("eigenvalues modulo a prime"))
    }

    fn pinv(_: &DMatrix<Self>) -> Result<DMatrix<Self>, EvalError> {
        Err(EvalError::Unsupported("the pseudo-inverse modulo a prime"))
    }

    fn matrix_function(_: MatrixFunction, x: &DMatrix<Self>) -> DMatrix<Self> {
        x.map(|_| Self::UNKNOWN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_is_that_of_the_field() {
        let third = Residue::from_coeff(&Coeff::ratio(1, 3).unwrap());
        assert_eq!(third + third + third, Residue::one());
        assert_eq!(Residue::from_f64(0.75) * Residue::from_f64(4.0), Residue::from_f64(3.0));
        assert_eq!(Residue::from_f64(-1e-3) * Residue::from_f64(1e-3).inverse(), -Residue::one());
        assert_eq!(Residue::from_f64(f64::MIN_POSITIVE / 8.0) / Residue::from_f64(2.0).power(-1025), Residue::one());
        assert!(!(Residue::one() / Residue::zero()).is_finite());
        assert!(!(Residue::UNKNOWN * Residue::zero()).is_finite());
        let x = Residue::from_f64(0.1);
        assert_eq!(x.power(-3) * x.power(5), x * x);
        assert_eq!(Residue::factorial(30) / Residue::factorial(29), Residue::from_f64(30.0));
    }

    #[test]
    fn integers_are_told() {
        for value in [0.0_f64, 1.0, -1.0, 12_345.0, -9e15] {
            assert_eq!(Residue::from_f64(value).real().to_bits(), value.to_bits(), "{value}");
        }
        assert!(Residue::from_f64(0.5).real().is_nan());
        assert!(Residue::from_f64(1e17).real().is_nan());
        assert!(Residue::UNKNOWN.real().is_nan());
    }

    #[test]
    fn a_multiple_of_the_first_prime_is_not_0() {
        let p = Coeff::integer((1 << 61) - 1);
        assert!(!Residue::from_coeff(&p).is_zero());
        assert!(!(Residue::from_coeff(&Coeff::integer(1 << 61)) - Residue::one()).is_zero());
    }

    #[test]
    fn functions_are_symbols() {
        let x = Residue::from_f64(0.3);
        assert_eq!(x.exp(), x.exp());
        assert!(x.exp() != (x + Residue::one()).exp() && x.exp() != x.log() && x.sqrt() != x.exp());
    }
}
