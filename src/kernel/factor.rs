//! Factorizations: LU with partial pivoting, Cholesky, eigenvalues of symmetric matrices, singular values.

use super::dense::{self, Pivots};
use super::error::{NotConverged, NotPositiveDefinite};
use super::inverse;
use super::real::Real;

/// The LU factorization of a square matrix, of Aᵀ in fact, so that pivots are chosen among columns.
pub struct Lu<T> {
    n: usize,
    factors: Vec<T>,
    pivots: Pivots,
}

impl<T: Real> Lu<T> {
    /// Factors an n×n matrix; what is 0 or infinite on the diagonal shows in [`Lu::diagonal`].
    #[must_use]
    pub fn new(n: usize, mut a: Vec<T>) -> Self {
        assert_eq!(a.len(), n * n, "n² entries");
        let pivots = dense::lu(n, &mut a);
        Self { n, factors: a, pivots }
    }

    /// The pivots, in the order in which they were found.
    pub fn diagonal(&self) -> impl Iterator<Item = T> + Clone {
        self.factors.iter().step_by(self.n + 1).copied()
    }

    /// The column of the matrix that each pivot was found in; its row is its place.
    #[must_use]
    pub fn columns(&self) -> &[usize] {
        self.pivots.columns()
    }

    /// The sign of the determinant and the logarithm of its size; 0 and −∞ where a pivot is 0.
    #[must_use]
    pub fn sign_log_det(&self) -> (T, T) {
        let odd = self.pivots.transpositions % 2 == 1;
        let start = if odd { -T::one() } else { T::one() };
        self.diagonal().fold((start, T::zero()), |(sign, log), pivot| {
            let own = if pivot == T::zero() { T::zero() } else { pivot.signum() };
            (sign * own, log + pivot.abs().ln())
        })
    }

    /// The determinant.
    #[must_use]
    pub fn det(&self) -> T {
        let odd = self.pivots.transpositions % 2 == 1;
        self.diagonal().fold(if odd { -T::one() } else { T::one() }, |product, pivot| product * pivot)
    }

    /// B = A⁻¹B of a B with so many columns.
    pub fn solve(&self, b: &mut [T], cols: usize) {
        assert_eq!(b.len(), self.n * cols, "as many rows as the matrix");
        dense::lu_solve(self.n, &self.factors, &self.pivots, false, b, cols);
    }

    /// B = A⁻ᵀB of a B with so many columns.
    pub fn solve_transposed(&self, b: &mut [T], cols: usize) {
        assert_eq!(b.len(), self.n * cols, "as many rows as the matrix");
        dense::lu_solve(self.n, &self.factors, &self.pivots, true, b, cols);
    }

    /// A⁻¹
    #[must_use]
    pub fn inverse(&self) -> Vec<T> {
        let mut out = vec![T::zero(); self.n * self.n];
        self.inverse_into(&mut out);
        out
    }

    /// A⁻¹ into n² numbers.
    pub fn inverse_into(&self, out: &mut [T]) {
        assert_eq!(out.len(), self.n * self.n, "n² results");
        dense::lu_inverse(self.n, &self.factors, &self.pivots, out);
    }

    /// The numbers that the factors stood in.
    #[must_use]
    pub fn into_entries(self) -> Vec<T> {
        self.factors
    }
}

/// The Cholesky factorization A = LLᵀ of a symmetric positive definite matrix.
pub struct Cholesky<T> {
    n: usize,
    /// Lᵀ above and on the diagonal; below it what was there.
    factor: Vec<T>,
}

impl<T: Real> Cholesky<T> {
    /// Factors a symmetric n×n matrix, of which the upper triangle is read.
    ///
    /// # Errors
    /// [`NotPositiveDefinite`]
    pub fn new(n: usize, mut a: Vec<T>) -> Result<Self, NotPositiveDefinite> {
        assert_eq!(a.len(), n * n, "n² entries");
        dense::cholesky(n, &mut a)?;
        // Of what is not a number nothing is said there.
        match a.iter().step_by(n + 1).position(|pivot| !pivot.is_finite()) {
            Some(row) => Err(NotPositiveDefinite { row: row + 1 }),
            None => Ok(Self { n, factor: a }),
        }
    }

    /// L, with zeros above the diagonal.
    #[must_use]
    pub fn lower(&self) -> Vec<T> {
        let n = self.n;
        let mut lower = vec![T::zero(); n * n];
        for row in 0..n {
            for col in 0..=row {
                lower[row * n + col] = self.factor[col * n + row];
            }
        }
        lower
    }

    /// log det A
    #[must_use]
    pub fn log_det(&self) -> T {
        let half = self.factor.iter().step_by(self.n + 1).fold(T::zero(), |sum, pivot| sum + pivot.ln());
        half + half
    }

    /// B = A⁻¹B of a B with so many columns.
    pub fn solve(&self, b: &mut [T], cols: usize) {
        assert_eq!(b.len(), self.n * cols, "as many rows as the matrix");
        dense::cholesky_solve(self.n, &self.factor, b, cols);
    }

    /// A⁻¹
    #[must_use]
    pub fn inverse(&self) -> Vec<T> {
        let mut out = vec![T::zero(); self.n * self.n];
        self.inverse_into(&mut out);
        out
    }

    /// A⁻¹ into n² numbers.
    pub fn inverse_into(&self, out: &mut [T]) {
        assert_eq!(out.len(), self.n * self.n, "n² results");
        inverse::of_cholesky(self.n, &self.factor, out);
    }

    /// The numbers that the factor stood in.
    #[must_use]
    pub fn into_entries(self) -> Vec<T> {
        self.factor
    }
}

/// A triangular matrix, which is its own factor.
pub struct Triangular<T> {
    n: usize,
    entries: Vec<T>,
    is_lower: bool,
}

impl<T: Real> Triangular<T> {
    /// An n×n matrix, of which one triangle and the diagonal are read.
    #[must_use]
    pub fn new(n: usize, entries: Vec<T>, is_lower: bool) -> Self {
        assert_eq!(entries.len(), n * n, "n² entries");
        Self { n, entries, is_lower }
    }

    /// The entries on the diagonal.
    pub fn diagonal(&self) -> impl Iterator<Item = T> + Clone {
        self.entries.iter().step_by(self.n + 1).copied()
    }

    /// B = A⁻¹B, or A⁻ᵀB, of a B with so many columns.
    pub fn solve(&self, transposed: bool, b: &mut [T], cols: usize) {
        assert_eq!(b.len(), self.n * cols, "as many rows as the matrix");
        dense::triangular_solve(self.n, &self.entries, self.is_lower, transposed, b, cols);
    }

    /// A⁻¹ into n² numbers.
    pub fn inverse_into(&self, out: &mut [T]) {
        assert_eq!(out.len(), self.n * self.n, "n² results");
        dense::triangular_inverse(self.n, &self.entries, self.is_lower, out);
    }

    /// The numbers that the matrix stood in.
    #[must_use]
    pub fn into_entries(self) -> Vec<T> {
        self.entries
    }
}

/// A = Σ λₖvₖvₖᵀ of a symmetric matrix.
pub struct SymmetricEigen<T> {
    /// The eigenvalues, smallest first.
    pub values: Vec<T>,
    /// The eigenvectors, one in each row, orthonormal; empty where only values were asked for.
    pub vectors: Vec<T>,
}

impl<T: Real> SymmetricEigen<T> {
    /// The eigenvalues and eigenvectors of a symmetric n×n matrix.
    ///
    /// # Errors
    /// [`NotConverged`]
    pub fn new(n: usize, a: &[T]) -> Result<Self, NotConverged> {
        let mut vectors = vec![T::zero(); n * n];
        let values = eigenvalues(n, a, Some(&mut vectors))?;
        Ok(Self { values, vectors })
    }

    /// The eigenvalues alone.
    ///
    /// # Errors
    /// [`NotConverged`]
    pub fn values(n: usize, a: &[T]) -> Result<Vec<T>, NotConverged> {
        eigenvalues(n, a, None)
    }
}

fn eigenvalues<T: Real>(n: usize, a: &[T], vectors: Option<&mut [T]>) -> Result<Vec<T>, NotConverged> {
    assert_eq!(a.len(), n * n, "n² entries");
    finite(a)?;
    let mut values = vec![T::zero(); n];
    dense::symmetric_eigen(n, a, &mut values, vectors)?;
    Ok(values)
}

fn finite<T: Real>(a: &[T]) -> Result<(), NotConverged> {
    if a.iter().all(|entry| entry.is_finite()) { Ok(()) } else { Err(NotConverged) }
}

/// A = Σ σₖuₖvₖᵀ
pub struct Svd<T> {
    /// The singular values, largest first: as many as the shorter side has.
    pub values: Vec<T>,
    /// The left singular vectors, one in each row.
    pub left: Vec<T>,
    /// The right singular vectors, one in each row.
    pub right: Vec<T>,
}

impl<T: Real> Svd<T> {
    /// The singular values and vectors of a matrix.
    ///
    /// # Errors
    /// [`NotConverged`]
    pub fn new((rows, cols): (usize, usize), a: &[T]) -> Result<Self, NotConverged> {
        let count = rows.min(cols);
        let (mut left, mut right) = (vec![T::zero(); count * rows], vec![T::zero(); count * cols]);
        let values = singular_values((rows, cols), a, Some((&mut left, &mut right)))?;
        Ok(Self { values, left, right })
    }

    /// The singular values alone.
    ///
    /// # Errors
    /// [`NotConverged`]
    pub fn values(shape: (usize, usize), a: &[T]) -> Result<Vec<T>, NotConverged> {
        singular_values(shape, a, None)
    }
}

fn singular_values<T: Real>(
    (rows, cols): (usize, usize),
    a: &[T],
    vectors: Option<(&mut [T], &mut [T])>,
) -> Result<Vec<T>, NotConverged> {
    assert_eq!(a.len(), rows * cols, "rows times columns entries");
    finite(a)?;
    let mut values = vec![T::zero(); rows.min(cols)];
    dense::singular((rows, cols), a, &mut values, vectors)?;
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::super::product::gemm;
    use super::super::symmetric::gram;
    use super::super::testing::{near, sample};
    use super::*;

    fn product(m: usize, n: usize, k: usize, a: &[f64], b: &[f64]) -> Vec<f64> {
        let mut c = vec![0.0; m * n];
        gemm(m, n, k, 1.0, a, [k, 1], b, [n, 1], 0.0, &mut c);
        c
    }

    fn identity(n: usize) -> Vec<f64> {
        (0..n * n).map(|at| f64::from(u8::from(at % (n + 1) == 0))).collect()
    }

    fn transposed(a: &[f64], rows: usize, cols: usize) -> Vec<f64> {
        (0..rows * cols).map(|at| a[at % rows * cols + at / rows]).collect()
    }

    #[test]
    fn lu_solves_and_inverts() {
        for n in [1, 2, 3, 8, 33, 70] {
            let (a, x) = (sample(n * n, n as u64), sample(n * 3, 77));
            let lu = Lu::new(n, a.clone());
            let mut b = product(n, 3, n, &a, &x);
            lu.solve(&mut b, 3);
            near(&b, &x, 1e-9);
            let mut b = product(n, 3, n, &transposed(&a, n, n), &x);
            lu.solve_transposed(&mut b, 3);
            near(&b, &x, 1e-9);
            near(&product(n, n, n, &a, &lu.inverse()), &identity(n), 1e-9);
            let (sign, log) = lu.sign_log_det();
            near(&[sign * log.exp()], &[lu.det()], 1e-12);
            let wanted = nalgebra::DMatrix::from_row_slice(n, n, &a).determinant();
            near(&[lu.det()], &[wanted], 1e-10);
        }
        let singular = Lu::new(2, vec![1.0, 2.0, 2.0, 4.0]);
        assert_eq!(singular.sign_log_det(), (0.0, f64::NEG_INFINITY));
        assert_eq!(Lu::new(2, vec![0.0_f32, 1.0, 1.0, 0.0]).sign_log_det(), (-1.0, 0.0));
    }

    #[test]
    fn pivots_are_found_where_they_are_said_to_be() {
        let lu = Lu::new(2, vec![1e-20, 3.0, 2.0, 5.0]);
        assert_eq!(lu.columns(), [1, 0]);
        near(&lu.diagonal().collect::<Vec<_>>(), &[3.0, 2.0], 1e-15);
    }

    #[test]
    fn triangular_matrices_are_solved_and_inverted() {
        for n in [1, 2, 5, 40, 90] {
            for is_lower in [true, false] {
                let all = sample(n * n, n as u64);
                let is_inside = |at: usize| at / n == at % n || (at % n < at / n) == is_lower;
                let a: Vec<f64> = (0..n * n)
                    .map(|at| if is_inside(at) { all[at] / n as f64 + 2.0 * f64::from(at / n == at % n) } else { 0.0 })
                    .collect();
                // What stands in the other triangle is not read.
                let held = (0..n * n).map(|at| if is_inside(at) { a[at] } else { f64::NAN }).collect();
                let triangular = Triangular::new(n, held, is_lower);
                let x = sample(n * 3, 7);
                let mut b = product(n, 3, n, &a, &x);
                triangular.solve(false, &mut b, 3);
                near(&b, &x, 1e-10);
                let mut b = product(n, 3, n, &transposed(&a, n, n), &x);
                triangular.solve(true, &mut b, 3);
                near(&b, &x, 1e-10);
                let mut inverse = vec![f64::NAN; n * n];
                triangular.inverse_into(&mut inverse);
                near(&product(n, n, n, &a, &inverse), &identity(n), 1e-10);
            }
        }
    }

    #[test]
    fn cholesky_solves_and_inverts() {
        for n in [1, 2, 5, 40, 90] {
            let g = sample(2 * n * n, n as u64);
            let mut a = vec![0.0; n * n];
            gram(n, 2 * n, 1.0, &g, [n, 1], None, 0.0, &mut a);
            let cholesky = Cholesky::new(n, a.clone()).unwrap();
            let lower = cholesky.lower();
            near(&product(n, n, n, &lower, &transposed(&lower, n, n)), &a, 1e-11);
            near(&product(n, n, n, &a, &cholesky.inverse()), &identity(n), 1e-8);
            near(&[cholesky.log_det()], &[Lu::new(n, a.clone()).sign_log_det().1], 1e-10);
            let x = sample(n * 2, 5);
            let mut b = product(n, 2, n, &a, &x);
            cholesky.solve(&mut b, 2);
            near(&b, &x, 1e-8);
        }
    }

    #[test]
    fn what_is_not_positive_definite_says_in_which_row() {
        let mut a = identity(5);
        a[3 * 6] = -1.0;
        assert_eq!(Cholesky::new(5, a.clone()).err(), Some(NotPositiveDefinite { row: 4 }));
        a[3 * 6] = 0.0;
        assert_eq!(Cholesky::new(5, a.clone()).err(), Some(NotPositiveDefinite { row: 4 }));
        a[3 * 6] = f64::NAN;
        assert!(Cholesky::new(5, a).is_err());
        let mut a = identity(130);
        a[120 * 131] = -1.0;
        assert_eq!(Cholesky::new(130, a).err(), Some(NotPositiveDefinite { row: 121 }));
    }

    #[test]
    fn symmetric_matrices_are_sums_of_their_eigenvectors() {
        for n in [1, 2, 3, 20, 60] {
            let g = sample(n * n, n as u64);
            let a: Vec<f64> = (0..n * n).map(|at| g[at] + g[at % n * n + at / n]).collect();
            let eigen = SymmetricEigen::new(n, &a).unwrap();
            let scaled: Vec<f64> = (0..n * n).map(|at| eigen.values[at / n] * eigen.vectors[at]).collect();
            near(&product(n, n, n, &transposed(&eigen.vectors, n, n), &scaled), &a, 1e-12);
            assert!(eigen.values.is_sorted());
            near(&SymmetricEigen::values(n, &a).unwrap(), &eigen.values, 1e-12);
        }
        assert!(SymmetricEigen::new(2, &[f64::NAN, 0.0, 0.0, 1.0]).is_err());
    }

    #[test]
    fn matrices_are_sums_of_their_singular_vectors() {
        for (rows, cols) in [(1, 1), (3, 3), (5, 2), (2, 7), (40, 30), (1, 4), (90, 6)] {
            let a = sample(rows * cols, 8);
            let svd = Svd::new((rows, cols), &a).unwrap();
            let count = rows.min(cols);
            let scaled: Vec<f64> = (0..count * cols).map(|at| svd.values[at / cols] * svd.right[at]).collect();
            near(&product(rows, cols, count, &transposed(&svd.left, count, rows), &scaled), &a, 1e-13);
            near(&Svd::values((rows, cols), &a).unwrap(), &svd.values, 1e-13);
        }
        assert!(Svd::new((1, 2), &[f64::INFINITY, 0.0]).is_err());
        let single: Vec<f32> = sample(12, 4).iter().map(|x| f32::narrow(*x)).collect();
        assert!(Svd::new((3, 4), &single).is_ok());
    }
}
