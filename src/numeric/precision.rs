//! How many digits the numbers have that values are computed with.

use crate::kernel::Real;

/// How many digits the numbers have that values are computed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Precision {
    /// Doubles, which have about 16 digits
    #[default]
    Double,
    /// Floats, which have about 7 digits, take half the memory and are up to twice as fast
    Single,
}

impl Precision {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Double => "double",
            Self::Single => "single",
        }
    }

    /// How far 1 is from the next larger number.
    #[must_use]
    pub fn epsilon(self) -> f64 {
        match self {
            Self::Double => f64::EPSILON,
            Self::Single => f32::EPSILON.widen(),
        }
    }

    /// The nearest number.
    #[must_use]
    pub fn nearest(self, value: f64) -> f64 {
        match self {
            Self::Double => value,
            Self::Single => f32::narrow(value).widen(),
        }
    }

    /// Whether the nearest number has the digits of this precision: of what is too large or too small it does not.
    #[must_use]
    pub fn holds(self, value: f64) -> bool {
        match self {
            Self::Double => f64::holds(value),
            Self::Single => f32::holds(value),
        }
    }

    /// The shortest text that is read as the same number of this precision; with an exponent where the digits before the point would not
    /// all be known.
    #[must_use]
    pub fn text(self, value: f64) -> String {
        let most = match self {
            Self::Double => 1e16,
            Self::Single => 1e8,
        };
        let is_plain = value == 0.0 || (1e-5..most).contains(&value.abs());
        match self {
            Self::Double if is_plain => format!("{value}"),
            Self::Double => format!("{value:e}"),
            Self::Single if is_plain => format!("{}", f32::narrow(value)),
            Self::Single => format!("{:e}", f32::narrow(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_the_digits_of_their_precision() {
        let third = 1.0 / 3.0;
        assert_eq!(Precision::Double.text(third), "0.3333333333333333");
        assert_eq!(Precision::Single.text(Precision::Single.nearest(third)), "0.33333334");
        assert_eq!(Precision::Single.text(f32::narrow(0.1).widen()), "0.1");
        assert_eq!(Precision::Single.text(12_345_678.0), "12345678");
        assert_eq!(Precision::Single.text(1e20), "1e20");
        assert_eq!(Precision::Double.text(1e8), "100000000");
    }

    #[test]
    fn what_is_too_large_or_too_small_is_not_held() {
        for value in [0.0, -0.1, 3e38, 1e-37, f32::MIN_POSITIVE.widen() / 4.0] {
            assert!(Precision::Single.holds(value), "{value}");
        }
        for value in [1e39, -1e300, 1.1e-40, 1e-60] {
            assert!(!Precision::Single.holds(value) && Precision::Double.holds(value), "{value}");
        }
    }
}
