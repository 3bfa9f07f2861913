//! Dual numbers a + bε with ε² = 0, nestable: `Dual<Dual<f64>>` carries two infinitesimals and so
//! second derivatives.
//!
//! f(a + bε) = f(a) + f′(a) b ε, with f′ from [`derivative`]. A zero infinitesimal part stays zero also
//! where f′(a) is infinite, as the constants of an expression have no derivative to spoil.

use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use nalgebra::DMatrix;
use num_traits::{One, Zero};

use crate::expr::{Func, MatrixFunction};
use crate::number::Coeff;
use crate::numeric::{Decompose, EvalError, Scalar, derivative, larger, spectral};

/// a + bε
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<T> {
    /// a
    pub re: T,
    /// b
    pub eps: T,
}

impl<T> Dual<T> {
    /// a + bε
    #[must_use]
    pub fn new(re: T, eps: T) -> Self {
        Self { re, eps }
    }
}

impl<T: Scalar> Add for Dual<T> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.re + other.re, self.eps + other.eps)
    }
}

impl<T: Scalar> Sub for Dual<T> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.re - other.re, self.eps - other.eps)
    }
}

impl<T: Scalar> Mul for Dual<T> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::new(self.re * other.re, self.re * other.eps + self.eps * other.re)
    }
}

impl<T: Scalar> Div for Dual<T> {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let re = self.re / other.re;
        Self::new(re, (self.eps - re * other.eps) / other.re)
    }
}

impl<T: Scalar> Neg for Dual<T> {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.re, -self.eps)
    }
}

impl<T: Scalar> AddAssign for Dual<T> {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<T: Scalar> SubAssign for Dual<T> {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl<T: Scalar> MulAssign for Dual<T> {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl<T: Scalar> DivAssign for Dual<T> {
    fn div_assign(&mut self, other: Self) {
        *self = *self / other;
    }
}

impl<T: Scalar> Zero for Dual<T> {
    fn zero() -> Self {
        Self::new(T::zero(), T::zero())
    }
    fn is_zero(&self) -> bool {
        self.re.is_zero() && self.eps.is_zero()
    }
}

impl<T: Scalar> One for Dual<T> {
    fn one() -> Self {
        Self::new(T::one(), T::zero())
    }
}

impl<T: Scalar> Dual<T> {
    /// f(a) + slope·b ε, where a zero b stays zero.
    fn chain(self, value: T, slope: impl FnOnce() -> T) -> Self {
        let eps = if self.eps.is_zero() { T::zero() } else { slope() * self.eps };
        Self::new(value, eps)
    }
}

impl<T: Scalar> Scalar for Dual<T> {
    const ORDER: usize = T::ORDER + 1;
    const EPSILON: f64 = T::EPSILON;
    const WORK: u64 = 2 * T::WORK;

    fn from_f64(value: f64) -> Self {
        Self::new(T::from_f64(value), T::zero())
    }

    fn from_coeff(value: &Coeff) -> Self {
        Self::new(T::from_coeff(value), T::zero())
    }

    fn pi() -> Self {
        Self::new(T::pi(), T::zero())
    }

    fn doubt(self) -> f64 {
        self.re.doubt()
    }

    fn middle(self) -> Self {
        Self::new(self.re.middle(), self.eps.middle())
    }

    fn real(self) -> f64 {
        self.re.real()
    }

    fn is_constant(self) -> bool {
        self.eps.is_zero() && self.re.is_constant()
    }

    fn is_finite(self) -> bool {
        self.re.is_finite() && self.eps.is_finite()
    }

    fn motion(self) -> f64 {
        larger(self.re.motion(), larger(self.eps.real().abs(), self.eps.motion()))
    }

    fn apply(self, f: Func) -> Self {
        self.chain(self.re.apply(f), || derivative(f, self.re))
    }

    fn powi(self, n: i32) -> Self {
        self.chain(self.re.powi(n), || {
            if n == 0 { T::zero() } else { T::from_f64(f64::from(n)) * self.re.powi(n.saturating_sub(1)) }
        })
    }

    fn sqrt(self) -> Self {
        let root = self.re.sqrt();
        self.chain(root, || T::one() / (root + root))
    }

    fn powf(self, p: Self) -> Self {
        let value = self.re.powf(p.re);
        let base = self.chain(value, || if p.re.is_zero() { T::zero() } else { p.re * self.re.powf(p.re - T::one()) });
        // ∂(a^p)/∂p = a^p log a, which is 0 at a = 0 for p > 0.
        let exponent = if p.eps.is_zero() || (self.re.is_zero() && p.real() > 0.0) {
            T::zero()
        } else {
            value * self.re.log() * p.eps
        };
        Self::new(base.re, base.eps + exponent)
    }
}

impl<T: Scalar> Decompose for Dual<T> {
    /// With AV = V diag(λ): λ′ = diag(M) and V′ = V W for M = VᵀA′V, Wᵢⱼ = Mᵢⱼ/(λⱼ − λᵢ) (Magnus & Neudecker 2019, §9.11).
    /// Within a repeated eigenvalue the basis does not turn, unless the eigenvalue splits: then the derivative of the basis is not known.
    fn symmetric_eigen(a: &DMatrix<Self>) -> Result<(Vec<Self>, DMatrix<Self>), EvalError> {
        let (values, vectors) = T::symmetric_eigen(&a.map(|entry| entry.re))?;
        let turned = vectors.transpose() * a.map(|entry| entry.eps) * &vectors;
        let n = values.len();
        let turn = DMatrix::from_fn(n, n, |i, j| {
            let repeated = i == j || !spectral::differ(&values, i, j);
            if repeated { T::zero() } else { turned[(i, j)] / (values[j] - values[i]) }
        });
        let mut moved = &vectors * turn;
        for (j, _) in spectral::splits(&values, &turned).iter().enumerate().filter(|(_, splits)| **splits) {
            moved.column_mut(j).fill(T::from_f64(f64::NAN));
        }
        let values = values.into_iter().enumerate().map(|(i, value)| Self::new(value, turned[(i, i)])).collect();
        Ok((values, vectors.zip_map(&moved, Self::new)))
    }

    /// dP = −P dA P + P Pᵀ dAᵀ (I − AP) + (I − PA) dAᵀ Pᵀ P where the rank stays (Golub & Pereyra 1973); where it does not, there is no
    /// derivative.
    fn pinv(a: &DMatrix<Self>) -> Result<DMatrix<Self>, EvalError> {
        let (re, eps) = (a.map(|entry| entry.re), a.map(|entry| entry.eps));
        let p = T::pinv(&re)?;
        let (rows, cols) = a.shape();
        let (left, right) = (DMatrix::identity(rows, rows) - &re * &p, DMatrix::identity(cols, cols) - &p * &re);
        let (pt, epst) = (p.transpose(), eps.transpose());
        let size = |x: &DMatrix<T>| x.iter().map(|entry| entry.real().abs()).fold(0.0, f64::max);
        if size(&(&left * &eps * &right)) > spectral::repeated::<T>() * size(&eps) {
            return Ok(p.map(|_| Self::from_f64(f64::NAN)));
        }
        let moved = &p * &pt * &epst * left + right * epst * &pt * &p - &p * eps * &p;
        Ok(p.zip_map(&moved, Self::new))
    }

    /// f([X E; 0 X]) = [f(X) L_f(X; E); 0 f(X)] (Higham 2008, §3.2).
    fn matrix_function(f: MatrixFunction, x: &DMatrix<Self>) -> DMatrix<Self> {
        let n = x.nrows();
        let re = x.map(|entry| entry.re);
        if x.iter().all(|entry| entry.eps.is_zero()) {
            return T::matrix_function(f, &re).map(|entry| Self::new(entry, T::zero()));
        }
        let mut block = DMatrix::zeros(2 * n, 2 * n);
        block.view_mut((0, 0), (n, n)).copy_from(&re);
        block.view_mut((n, n), (n, n)).copy_from(&re);
        block.view_mut((0, n), (n, n)).copy_from(&x.map(|entry| entry.eps));
        let value = T::matrix_function(f, &block);
        DMatrix::from_fn(n, n, |row, col| Self::new(value[(row, col)], value[(row, n + col)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn x(re: f64) -> Dual<Dual<f64>> {
        Dual::new(Dual::new(re, 1.0), Dual::new(1.0, 0.0))
    }

    #[track_caller]
    fn second(value: Dual<Dual<f64>>, expected: f64) {
        assert!((value.eps.eps - expected).abs() < 1e-12 * expected.abs().max(1.0), "{value:?}");
    }

    #[test]
    fn second_derivatives() {
        second(x(0.7).exp(), f64::exp(0.7));
        second(x(0.7).log(), -1.0 / 0.49);
        second(x(0.7).powi(5), 20.0 * f64::powi(0.7, 3));
        second(x(0.7).powi(1), 0.0);
        second(x(0.7) / (x(0.7) * x(0.7)), 2.0 / f64::powi(0.7, 3));
        second(x(0.7).sqrt(), -0.25 * f64::powf(0.7, -1.5));
        second(x(0.7).apply(Func::Tanh), -2.0 * f64::tanh(0.7) * (1.0 - f64::powi(f64::tanh(0.7), 2)));
        // (xˣ)″ = xˣ ((log x + 1)² + 1/x)
        let expected = f64::powf(0.7, 0.7) * (f64::powi(f64::ln(0.7) + 1.0, 2) + 1.0 / 0.7);
        second(x(0.7).powf(x(0.7)), expected);
    }

    #[test]
    fn powers_at_zero() {
        let p = Dual::from_f64(2.0);
        assert_eq!(Dual::new(0.0, 1.0).powf(p), Dual::new(0.0, 0.0));
        assert_eq!(Dual::new(0.0, 0.0).powf(Dual::from_f64(0.3)), Dual::new(0.0, 0.0));
        assert_eq!(Dual::new(-2.0, 1.0).powf(Dual::from_f64(3.0)), Dual::new(-8.0, 12.0));
    }
}
