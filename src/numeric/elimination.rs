//! Gaussian elimination for any [`Scalar`], with partial pivoting by the size of the real part.
//!
//! Dual numbers go through it unchanged, so solutions and determinants come out with their derivatives.
//! For `f64` the kernels of `linalg.rs` are used instead. Also the adjugate, by cofactors.

use nalgebra::DMatrix;

use super::scalar::Scalar;

/// Row of the largest real part in column `col`, from row `col` on; `None` where all of them are 0 or may be.
fn pivot<T: Scalar>(a: &DMatrix<T>, col: usize) -> Option<usize> {
    let mut best = None;
    let mut size = 0.0_f64;
    for row in col..a.nrows() {
        let candidate = a[(row, col)].real().abs();
        // NaN counts as a pivot: the result is NaN, not "singular".
        if candidate > size.max(a[(row, col)].doubt()) || candidate.is_nan() {
            (best, size) = (Some(row), candidate);
        }
    }
    best
}

/// Pivots below this many times n·ε, relative to the largest entries of their row and column, are rounding.
const PIVOT_MARGIN: f64 = 8.0;

/// Whether pivots are what rounding leaves of a singular matrix. `rows` are the places of the rows that the pivots were found in.
/// Scaling of rows or columns does not change the answer.
pub(super) fn is_singular<T: Scalar>(a: &DMatrix<T>, pivots: impl Iterator<Item = f64>, rows: &[usize]) -> bool {
    let n = a.nrows();
    #[allow(clippy::cast_precision_loss, reason = "a small number")]
    let margin = PIVOT_MARGIN * n as f64 * T::EPSILON;
    let largest = |entries: &mut dyn Iterator<Item = &T>| entries.map(|x| x.real().abs()).fold(0.0, f64::max);
    pivots.zip(rows).enumerate().any(|(col, (pivot, row))| {
        let (in_row, in_col) = (largest(&mut a.row(*row).iter()), largest(&mut a.column(col).iter()));
        pivot.abs() <= margin * in_row.min(in_col)
    })
}

/// X with AX = B; `None` where the real part of A is singular up to rounding.
#[must_use]
pub fn solve<T: Scalar>(a: &DMatrix<T>, b: &DMatrix<T>) -> Option<DMatrix<T>> {
    let n = a.nrows();
    let given = a;
    let (mut a, mut x) = (a.clone(), b.clone());
    let mut rows: Vec<usize> = (0..n).collect();
    for col in 0..n {
        let row = pivot(&a, col)?;
        a.swap_rows(col, row);
        x.swap_rows(col, row);
        rows.swap(col, row);
        let divide = by(a[(col, col)]);
        for below in col + 1..n {
            let factor = divide(a[(below, col)]);
            if factor.is_zero() {
                continue;
            }
            for k in col + 1..n {
                let change = factor * a[(col, k)];
                a[(below, k)] -= change;
            }
            for k in 0..x.ncols() {
                let change = factor * x[(col, k)];
                x[(below, k)] -= change;
            }
        }
    }
    if is_singular(given, (0..n).map(|place| a[(place, place)].real()), &rows) {
        return None;
    }
    for row in (0..n).rev() {
        let divide = by(a[(row, row)]);
        for k in 0..x.ncols() {
            let mut sum = x[(row, k)];
            for col in row + 1..n {
                sum -= a[(row, col)] * x[(col, k)];
            }
            x[(row, k)] = divide(sum);
        }
    }
    Some(x)
}

/// Division by a pivot. Where nothing is rounded it is multiplication with the inverse, which takes long to find.
fn by<T: Scalar>(pivot: T) -> impl Fn(T) -> T {
    let inverse = (T::EPSILON == 0.0).then(|| T::one() / pivot);
    move |entry| inverse.map_or_else(|| entry / pivot, |inverse| entry * inverse)
}

/// det A. Where a column of the real part vanishes under elimination the expansion by that column's
/// infinitesimal parts is left to `det_by_minors`, as the derivative there is not 0.
#[must_use]
pub fn det<T: Scalar>(a: &DMatrix<T>) -> T {
    let n = a.nrows();
    let mut m = a.clone();
    let mut product = T::one();
    for col in 0..n {
        let Some(row) = pivot(&m, col) else {
            let rest = m.view((col, col), (n - col, n - col)).into_owned();
            return product * det_by_minors(&rest);
        };
        if row != col {
            m.swap_rows(col, row);
            product = -product;
        }
        let top = m[(col, col)];
        product *= top;
        let divide = by(top);
        for below in col + 1..n {
            let factor = divide(m[(below, col)]);
            for k in col + 1..n {
                let change = factor * m[(col, k)];
                m[(below, k)] -= change;
            }
        }
    }
    product
}

/// det A by expansion along the first column, without a division. Only reached with singular real part;
/// sizes above [`MAX_MINORS`] give the number 0, exact in the real part.
fn det_by_minors<T: Scalar>(a: &DMatrix<T>) -> T {
    let n = a.nrows();
    if n == 1 {
        return a[(0, 0)];
    }
    if n > MAX_MINORS {
        return T::from_f64(f64::NAN);
    }
    let mut sum = T::zero();
    for row in 0..n {
        let entry = a[(row, 0)];
        if entry.is_zero() {
            continue;
        }
        let minor = a.clone().remove_row(row).remove_column(0);
        let term = entry * det(&minor);
        if row % 2 == 0 {
            sum += term;
        } else {
            sum -= term;
        }
    }
    sum
}

/// Largest singular matrix whose determinant is expanded by minors.
const MAX_MINORS: usize = 8;

/// adj A, by cofactors: adj(A)ᵢⱼ = (−1)^(i+j) det A₍ⱼᵢ₎, also of a singular A.
#[must_use]
pub fn adjugate<T: Scalar>(a: &DMatrix<T>) -> DMatrix<T> {
    let n = a.nrows();
    if n == 1 {
        return DMatrix::from_element(1, 1, T::one());
    }
    DMatrix::from_fn(n, n, |row, col| {
        let minor = a.clone().remove_row(col).remove_column(row);
        let det = T::det(&minor);
        if (row + col) % 2 == 0 { det } else { -det }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::Decompose;

    #[test]
    fn solves_and_expands() {
        let a = DMatrix::from_row_slice(3, 3, &[0.0, 2.0, 1.0, 1.0, -1.0, 3.0, 2.0, 0.5, -1.0]);
        let b = DMatrix::from_row_slice(3, 1, &[1.0, 2.0, 3.0]);
        let x = solve(&a, &b).unwrap();
        assert!((&a * x - b).norm() < 1e-14);
        assert!((det(&a) - a.determinant()).abs() < 1e-13);
        let product = &a * adjugate(&a);
        assert!((product - DMatrix::identity(3, 3) * det(&a)).norm() < 1e-12);
    }

    #[test]
    fn singular_matrices() {
        let a = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 2.0, 4.0]);
        assert_eq!(solve(&a, &a), None);
        assert_eq!(det(&a), 0.0);
        assert_eq!(adjugate(&a), DMatrix::from_row_slice(2, 2, &[4.0, -2.0, -2.0, 1.0]));
    }

    #[test]
    fn singular_up_to_rounding() {
        let u = DMatrix::from_row_slice(3, 1, &[0.1, 0.7, -1.3]);
        let outer = &u * u.transpose();
        assert_eq!(solve(&outer, &u), None);
        assert_eq!(f64::solve(&outer, &u), None);
        let skew = DMatrix::from_row_slice(3, 3, &[0.0, 0.1, 0.7, -0.1, 0.0, 1.3, -0.7, -1.3, 0.0]);
        assert_eq!(solve(&skew, &u), None);
        assert_eq!(f64::solve(&skew, &u), None);
        // Badly scaled is not singular.
        let scaled = DMatrix::from_row_slice(2, 2, &[1e-20, 2e-20, 3.0, 5.0]);
        let b = DMatrix::from_row_slice(2, 1, &[1.0, 1.0]);
        assert!(solve(&scaled, &b).is_some() && f64::solve(&scaled, &b).is_some());
        assert!(f64::solve(&scaled.transpose(), &b).is_some());
    }

    #[test]
    fn derivative_of_the_determinant_of_a_singular_matrix() {
        use crate::ad::Dual;
        // d det(A) = tr(adj(A) dA)
        let a = DMatrix::from_row_slice(2, 2, &[0.0, 2.0, 0.0, 4.0]);
        let da = DMatrix::from_row_slice(2, 2, &[1.0, 5.0, 3.0, 7.0]);
        let expected = (adjugate(&a) * &da).trace();
        assert_eq!(det(&a.zip_map(&da, Dual::new)), Dual::new(0.0, expected));
    }
}
