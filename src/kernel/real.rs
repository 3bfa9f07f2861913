//! The numbers that the kernels compute with: doubles and single-precision floats.

use std::fmt::Debug;
use std::ops::{AddAssign, DivAssign, MulAssign, SubAssign};

use num_traits::Float;

use super::dense::Field;
use super::simd::Packed;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f64 {}
    impl Sealed for f32 {}
}

/// `f64` or `f32`.
pub trait Real:
    sealed::Sealed + Field + Packed + Float + AddAssign + SubAssign + MulAssign + DivAssign + Debug + Send + Sync + 'static
{
    /// The same number as a double.
    fn widen(self) -> f64;
    /// The nearest number to a double.
    fn narrow(value: f64) -> Self;

    /// Whether the nearest number to a double has all its digits: of what is too large or too small it does not.
    #[must_use]
    fn holds(value: f64) -> bool {
        !value.is_finite() || (Self::narrow(value).widen() - value).abs() <= Self::epsilon().widen() * value.abs()
    }
}

impl Real for f64 {
    #[inline(always)]
    fn widen(self) -> f64 {
        self
    }

    #[inline(always)]
    fn narrow(value: f64) -> Self {
        value
    }
}

impl Real for f32 {
    #[inline(always)]
    fn widen(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "rounding is what is asked for")]
    fn narrow(value: f64) -> Self {
        value as f32
    }
}
