//! What an evaluator needs of its numbers, and the linear algebra that depends on them: two traits, which each kind of number implements,
//! `f64` here and in `linalg.rs`, dual numbers and power series in `ad`.
//!
//! Comparisons, pivots and stopping tests look at the real part alone.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use nalgebra::DMatrix;
use num_traits::{One, Zero};

use super::bindings::EvalError;
use super::elimination;
use super::function;
use super::matrix_function;
use super::spectral;
use crate::expr::{Func, MatrixFunction, Spectral};
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
    /// About how many multiplications of doubles one of its own takes.
    const WORK: u64;
    /// How many of them are done in the time of one where they stand side by side, in products and decompositions of matrices.
    const DENSE: u64 = 1;

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
    /// The size of its largest infinitesimal part; NaN where one is not a number.
    fn motion(self) -> f64 {
        0.0
    }
    /// f(self). Outside the domain of f the result is NaN.
    fn apply(self, f: Func) -> Self;
    /// k! as exactly as can be.
    fn factorial(k: u64) -> Self {
        Self::from_coeff(&Coeff::factorial(k))
    }
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
    /// log(1 + self), of a small self with all digits where the number knows how.
    fn ln_1p(self) -> Self {
        (Self::one() + self).log()
    }
    /// exp(self) − 1, likewise.
    fn exp_m1(self) -> Self {
        self.exp() - Self::one()
    }
}

/// The linear algebra that depends on the scalar. Matrices passed in are square where the operation
/// needs it, and not empty. What is given here serves every scalar that has the eigenvectors of symmetric matrices.
pub trait Decompose: Sized {
    /// X with AX = B; `None` of a singular A.
    fn solve(a: &DMatrix<Self>, b: &DMatrix<Self>) -> Option<DMatrix<Self>>
    where
        Self: Scalar,
    {
        elimination::solve(a, b)
    }

    /// det A
    fn det(a: &DMatrix<Self>) -> Self
    where
        Self: Scalar,
    {
        elimination::det(a)
    }

    /// The eigenvalues of a symmetric matrix, largest first, and orthonormal eigenvectors as columns.
    ///
    /// # Errors
    /// Where an iteration does not converge.
    fn symmetric_eigen(a: &DMatrix<Self>) -> Result<(Vec<Self>, DMatrix<Self>), EvalError>;

    /// A spectral function; NaN outside its domain.
    ///
    /// # Errors
    /// Where an iteration does not converge.
    fn spectral(which: Spectral, a: &DMatrix<Self>) -> Result<DMatrix<Self>, EvalError>
    where
        Self: Scalar,
    {
        spectral::spectral(which, a)
    }

    /// The singular values, largest first.
    ///
    /// # Errors
    /// As [`Decompose::spectral`].
    fn singular_values(a: &DMatrix<Self>) -> Result<Vec<Self>, EvalError>
    where
        Self: Scalar,
    {
        spectral::singular_values(a)
    }

    /// The pseudo-inverse.
    ///
    /// # Errors
    /// As [`Decompose::spectral`]; [`EvalError::Unsupported`] where the scalar has none for a matrix of deficient rank.
    fn pinv(a: &DMatrix<Self>) -> Result<DMatrix<Self>, EvalError>;

    /// A function of a square matrix; NaN where it is not defined.
    fn matrix_function(f: MatrixFunction, x: &DMatrix<Self>) -> DMatrix<Self>
    where
        Self: Scalar,
    {
        matrix_function::computed(f, x)
    }

    /// The Fréchet derivative of a function of a square matrix along one direction or more.
    fn frechet(f: MatrixFunction, x: &DMatrix<Self>, directions: &[&DMatrix<Self>]) -> DMatrix<Self>
    where
        Self: Scalar,
    {
        matrix_function::frechet(f, x, directions)
    }

    /// How many times less work this takes than its multiplications in these numbers: more than once where it is found in the numbers that
    /// they are made of.
    fn frechet_saves(_x: &DMatrix<Self>, _directions: &[&DMatrix<Self>]) -> u64 {
        1
    }
}

/// The larger of two sizes; NaN where one is not a number.
pub(crate) fn larger(one: f64, other: f64) -> f64 {
    if one.is_nan() || other.is_nan() { f64::NAN } else { one.max(other) }
}

/// x to an integer power by squaring, where the numbers have no quicker way.
pub(crate) fn power_by_squaring<T: Scalar>(x: T, n: i32) -> T {
    let (mut left, mut base, mut result) = (n.unsigned_abs(), x, T::one());
    while left > 0 {
        if left & 1 == 1 {
            result *= base;
        }
        left >>= 1;
        if left > 0 {
            base *= base;
        }
    }
    if n < 0 { T::one() / result } else { result }
}

impl Scalar for f64 {
    const ORDER: usize = 0;
    const EPSILON: f64 = f64::EPSILON;
    const WORK: u64 = 1;
    const DENSE: u64 = 8;

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
        function::double(f, self)
    }

    fn powi(self, n: i32) -> Self {
        f64::powi(self, n)
    }

    fn ln_1p(self) -> Self {
        f64::ln_1p(self)
    }

    fn exp_m1(self) -> Self {
        f64::exp_m1(self)
    }

    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }

    fn powf(self, p: Self) -> Self {
        // powf(−∞, ½) is +∞ where the square root is NaN; the square root is also exact.
        if p == 0.5 { f64::sqrt(self) } else { f64::powf(self, p) }
    }
}
