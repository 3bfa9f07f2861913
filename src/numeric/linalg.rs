//! The one file that names nalgebra's decompositions: LU, symmetric eigen, Schur and singular values, for `f64`.
//!
//! Iterations are bounded and their input is finite, so that none runs for ever. [`Decompose`] has what serves the
//! other scalars.

use nalgebra::{Complex, DMatrix, DVector, Dyn, LU, SVD, Schur, SymmetricEigen};

use super::bindings::EvalError;
use super::elimination;
use super::scalar::Decompose;
use super::spectral;
use crate::expr::{Ranked, Spectral};

/// Iterations of the eigenvalue and singular value algorithms, for each row.
const MAX_SWEEPS: usize = 200;

/// Values this close, relative to the largest, are not told apart: an eigenvector or singular vector of theirs is any of many.
const SIMPLE_TOLERANCE: f64 = 1e-10;

/// Thin X = U diag(s) Vᵀ with s falling.
pub(crate) struct ThinSvd {
    pub(crate) u: DMatrix<f64>,
    pub(crate) s: Vec<f64>,
    pub(crate) vt: DMatrix<f64>,
}

/// The eigenvalues and eigenvectors of a symmetric matrix, in no order; `None` where an entry is not finite, or the iteration does not end.
pub(crate) fn symmetric_eigen(a: DMatrix<f64>) -> Option<SymmetricEigen<f64, Dyn>> {
    let sweeps = MAX_SWEEPS * a.nrows();
    is_finite(&a).then(|| SymmetricEigen::try_new(a, f64::EPSILON, sweeps))?
}

/// The eigenvalues of a square matrix; `None` where an entry is not finite, or the iteration does not end.
pub(crate) fn complex_eigenvalues(a: &DMatrix<f64>) -> Option<DVector<Complex<f64>>> {
    let sweeps = MAX_SWEEPS * a.nrows();
    let schur = is_finite(a).then(|| Schur::try_new(a.clone(), f64::EPSILON, sweeps))??;
    Some(schur.complex_eigenvalues())
}

/// The thin singular value decomposition; `None` where an entry is not finite, or no iteration ends.
pub(crate) fn thin_svd(a: &DMatrix<f64>) -> Option<ThinSvd> {
    is_finite(a).then(|| svd(a).ok())?
}

/// Where the iteration does not end, as it may not for a singular matrix, it is tried again with less to ask for and on the transpose, and
/// last by Jacobi's rotations; what is found has to give the matrix again.
fn svd(a: &DMatrix<f64>) -> Result<ThinSvd, EvalError> {
    let transposed = a.transpose();
    for looser in [1.0, 8.0, 64.0] {
        if let Some(found) = svd_to(a, looser * f64::EPSILON) {
            return Ok(found);
        }
        if let Some(ThinSvd { u, s, vt }) = svd_to(&transposed, looser * f64::EPSILON) {
            return Ok(ThinSvd { u: vt.transpose(), s, vt: u.transpose() });
        }
    }
    jacobi(a).ok_or(EvalError::NoConvergence("the singular value decomposition"))
}

/// The decomposition by rotations of two columns at a time until all are orthogonal, which end for every matrix, but take longer (one-sided
/// Jacobi; Golub & Van Loan, Matrix Computations, 4th ed., §8.6.3).
fn jacobi(a: &DMatrix<f64>) -> Option<ThinSvd> {
    if a.nrows() < a.ncols() {
        let ThinSvd { u, s, vt } = jacobi(&a.transpose())?;
        return Some(ThinSvd { u: vt.transpose(), s, vt: u.transpose() });
    }
    let scale = a.amax();
    let cols = a.ncols();
    let mut v = DMatrix::identity(cols, cols);
    let mut u = if scale > 0.0 { a / scale } else { a.clone() };
    let negligible = (f64::EPSILON * u.norm()).powi(2);
    let is_done = (0..MAX_SWEEPS).any(|_| {
        let mut is_orthogonal = true;
        for p in 0..cols {
            for q in p + 1..cols {
                let (of_p, of_q) = (u.column(p).norm_squared(), u.column(q).norm_squared());
                let product = u.column(p).dot(&u.column(q));
                if product.abs() <= (8.0 * f64::EPSILON * (of_p * of_q).sqrt()).max(negligible) {
                    continue;
                }
                is_orthogonal = false;
                let cotangent = (of_q - of_p) / (2.0 * product);
                let tangent = cotangent.signum() / (cotangent.abs() + cotangent.hypot(1.0));
                let cosine = 1.0 / tangent.hypot(1.0);
                for matrix in [&mut u, &mut v] {
                    for row in 0..matrix.nrows() {
                        let (x, y) = (matrix[(row, p)], matrix[(row, q)]);
                        matrix[(row, p)] = cosine * (x - tangent * y);
                        matrix[(row, q)] = cosine * (tangent * x + y);
                    }
                }
            }
        }
        is_orthogonal
    });
    if !is_done {
        return None;
    }
    let norms: Vec<f64> = u.column_iter().map(|column| column.norm()).collect();
    let mut order: Vec<usize> = (0..cols).collect();
    order.sort_by(|p, q| norms[*q].total_cmp(&norms[*p]));
    let mut left = DMatrix::zeros(a.nrows(), cols);
    for (place, of) in order.iter().enumerate() {
        let is_zero = norms[*of] <= f64::EPSILON * norms[order[0]];
        let found = if is_zero { orthogonal_to(&left, place)? } else { u.column(*of) / norms[*of] };
        left.set_column(place, &found);
    }
    let s = order.iter().map(|place| norms[*place] * scale).collect();
    let vt = DMatrix::from_fn(cols, cols, |row, col| v[(col, order[row])]);
    Some(ThinSvd { u: left, s, vt })
}

/// A unit vector that is orthogonal to the first columns of a matrix.
fn orthogonal_to(columns: &DMatrix<f64>, count: usize) -> Option<DVector<f64>> {
    (0..columns.nrows()).find_map(|place| {
        let mut unit = DVector::zeros(columns.nrows());
        unit[place] = 1.0;
        // Twice, so that nothing is left of them by rounding.
        for _ in 0..2 {
            for column in columns.column_iter().take(count) {
                let along = column.dot(&unit);
                unit -= column * along;
            }
        }
        let norm = unit.norm();
        (norm * norm > 0.5 / columns.nrows() as f64).then(|| unit / norm)
    })
}

/// The decomposition with this much left beside the diagonal.
fn svd_to(a: &DMatrix<f64>, precision: f64) -> Option<ThinSvd> {
    let sweeps = MAX_SWEEPS * (a.nrows() + a.ncols());
    let svd = SVD::try_new(a.clone(), true, true, precision, sweeps)?;
    let (u, vt) = (svd.u?, svd.v_t?);
    let residual = &u * DMatrix::from_diagonal(&svd.singular_values) * &vt - a;
    if residual.norm() > 1e-10 * a.norm().max(f64::MIN_POSITIVE) {
        return None;
    }
    Some(ThinSvd { u, s: svd.singular_values.iter().copied().collect(), vt })
}

fn is_finite(a: &DMatrix<f64>) -> bool {
    a.iter().all(|entry| entry.is_finite())
}

fn nan(rows: usize, cols: usize) -> DMatrix<f64> {
    DMatrix::from_element(rows, cols, f64::NAN)
}

/// Whether the largest singular value is simple.
fn is_simple(s: &[f64]) -> bool {
    match s {
        [first, second, ..] => first - second > SIMPLE_TOLERANCE * first,
        [only] => *only > 0.0,
        [] => false,
    }
}

/// Whether a matrix is singular up to rounding.
fn is_singular(a: &DMatrix<f64>, lu: &LU<f64, Dyn, Dyn>) -> bool {
    let n = a.nrows();
    let mut rows = DMatrix::from_fn(n, 1, |row, _| row);
    lu.p().permute_rows(&mut rows);
    let upper = lu.u();
    elimination::is_singular(a, (0..n).map(|place| upper[(place, place)]), rows.as_slice())
}

impl Decompose for f64 {
    fn solve(a: &DMatrix<f64>, b: &DMatrix<f64>) -> Option<DMatrix<f64>> {
        let lu = a.clone().lu();
        if is_singular(a, &lu) {
            return None;
        }
        lu.solve(b)
    }

    fn det(a: &DMatrix<f64>) -> f64 {
        let lu = a.clone().lu();
        if is_singular(a, &lu) { 0.0 } else { lu.determinant() }
    }

    fn symmetric_eigen(a: &DMatrix<f64>) -> Result<(Vec<f64>, DMatrix<f64>), EvalError> {
        let eigen = symmetric_eigen(a.clone()).ok_or(EvalError::NoConvergence("the eigenvalue decomposition"))?;
        Ok(spectral::falling(eigen.eigenvalues.as_slice(), &eigen.eigenvectors))
    }

    fn spectral(which: Spectral, a: &DMatrix<f64>) -> Result<DMatrix<f64>, EvalError> {
        let (rows, cols) = a.shape();
        if !is_finite(a) {
            return Ok(match which {
                Spectral::SumEig | Spectral::ProdEig | Spectral::LambdaMax | Spectral::LambdaMin => nan(1, 1),
                Spectral::EigvecMax | Spectral::EigvecMin | Spectral::UMax => nan(rows, 1),
                Spectral::VMax => nan(cols, 1),
                Spectral::Polar => nan(rows, cols),
            });
        }
        Ok(match which {
            Spectral::SumEig | Spectral::ProdEig => {
                let values = complex_eigenvalues(a).ok_or(EvalError::NoConvergence("the eigenvalues of a matrix"))?;
                let value = if which == Spectral::SumEig {
                    values.iter().map(|value| value.re).sum()
                } else {
                    values.iter().product::<Complex<f64>>().re
                };
                DMatrix::from_element(1, 1, value)
            }
            Spectral::LambdaMax | Spectral::LambdaMin | Spectral::EigvecMax | Spectral::EigvecMin => {
                spectral::extreme(which, a)?
            }
            Spectral::UMax => {
                let ThinSvd { u, s, vt } = svd(a)?;
                if !is_simple(&s) {
                    return Ok(nan(rows, 1));
                }
                let sign = spectral::orientation(vt.row(0).iter());
                DMatrix::from_fn(rows, 1, |row, _| sign * u[(row, 0)])
            }
            Spectral::VMax => {
                let ThinSvd { s, vt, .. } = svd(a)?;
                if !is_simple(&s) {
                    return Ok(nan(cols, 1));
                }
                let sign = spectral::orientation(vt.row(0).iter());
                DMatrix::from_fn(cols, 1, |row, _| sign * vt[(0, row)])
            }
            Spectral::Polar => {
                let ThinSvd { u, s, vt } = svd(a)?;
                // Of deficient rank UVᵀ is not unique.
                let (first, last) = (s.first().copied().unwrap_or(0.0), s.last().copied().unwrap_or(0.0));
                if last <= SIMPLE_TOLERANCE * first { nan(rows, cols) } else { u * vt }
            }
        })
    }

    fn singular_values(a: &DMatrix<f64>) -> Result<Vec<f64>, EvalError> {
        if !is_finite(a) {
            return Ok(vec![f64::NAN]);
        }
        Ok(svd(a)?.s)
    }

    fn pinv(a: &DMatrix<f64>) -> Result<DMatrix<f64>, EvalError> {
        // The usual cutoff for what counts as a zero singular value (NumPy, MATLAB).
        #[allow(clippy::cast_precision_loss, reason = "matrix sizes are small")]
        let cutoff = f64::EPSILON * a.nrows().max(a.ncols()) as f64;
        pinv_above(a, cutoff)
    }
}

/// What is read off every eigenvalue of a symmetric matrix, or every singular value, in falling order: the values as a column, and vectors
/// as rows. Not numbers where the matrix is none of these.
pub(crate) fn every_ranked(which: Ranked, a: &DMatrix<f64>) -> Result<DMatrix<f64>, EvalError> {
    let (rows, cols) = a.shape();
    let count = rows.min(cols);
    let unknown = match which {
        Ranked::Eigenvalue | Ranked::SingularValue => nan(count, 1),
        Ranked::Eigenvector | Ranked::LeftVector => nan(count, rows),
        Ranked::RightVector => nan(count, cols),
    };
    if which.is_of_symmetric() {
        return Ok(match spectral::of_symmetric(a)? {
            None => unknown,
            Some((values, _)) if which == Ranked::Eigenvalue => DMatrix::from_vec(count, 1, values),
            Some((_, vectors)) => {
                let signs: Vec<f64> =
                    vectors.column_iter().map(|vector| spectral::orientation(vector.iter())).collect();
                DMatrix::from_fn(count, count, |place, row| signs[place] * vectors[(row, place)])
            }
        });
    }
    if !is_finite(a) {
        return Ok(unknown);
    }
    let ThinSvd { u, s, vt } = svd(a)?;
    let signs: Vec<f64> = vt.row_iter().map(|vector| spectral::orientation(vector.iter())).collect();
    Ok(match which {
        Ranked::LeftVector => DMatrix::from_fn(count, rows, |place, row| signs[place] * u[(row, place)]),
        Ranked::RightVector => DMatrix::from_fn(count, cols, |place, col| signs[place] * vt[(place, col)]),
        _ => DMatrix::from_vec(count, 1, s),
    })
}

/// The pseudo-inverse of what is singular by construction, A − λI: with one row it is 0, whatever is left of it is rounding.
pub(crate) fn pinv_of_singular(a: &DMatrix<f64>, cutoff: f64) -> Result<DMatrix<f64>, EvalError> {
    pinv_above(a, if a.len() == 1 { 1.0 } else { cutoff })
}

/// The pseudo-inverse, in which singular values up to the cutoff, relative to the largest, count as 0.
pub(crate) fn pinv_above(a: &DMatrix<f64>, cutoff: f64) -> Result<DMatrix<f64>, EvalError> {
    let (rows, cols) = a.shape();
    if !is_finite(a) {
        return Ok(nan(cols, rows));
    }
    let ThinSvd { u, s, vt } = svd(a)?;
    let cutoff = s.first().copied().unwrap_or(0.0) * cutoff;
    let mut scaled = vt.transpose();
    for (place, mut column) in scaled.column_iter_mut().enumerate() {
        column *= if s[place] > cutoff { 1.0 / s[place] } else { 0.0 };
    }
    Ok(scaled * u.transpose())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a() -> DMatrix<f64> {
        DMatrix::from_row_slice(3, 3, &[1.0, 2.0, -0.5, 0.3, -1.0, 4.0, 2.5, 0.1, 0.7])
    }

    #[test]
    fn rotations_decompose_every_matrix() {
        let square = a();
        let outer = square.column(0) * square.row(1);
        let singular = &square * square.transpose() - DMatrix::identity(3, 3) * jacobi(&square).unwrap().s[0].powi(2);
        let wide = square.rows(0, 2).into_owned();
        let (zero, tiny) = (DMatrix::zeros(3, 2), &square * 1e-200);
        for matrix in [square, outer, singular, wide.transpose(), wide, zero, tiny] {
            let ThinSvd { u, s, vt } = jacobi(&matrix).unwrap();
            let again = &u * DMatrix::from_diagonal(&DVector::from_vec(s.clone())) * &vt;
            assert!((again - &matrix).amax() <= 1e-14 * matrix.amax(), "{matrix}");
            let one = DMatrix::identity(s.len(), s.len());
            assert!((u.transpose() * &u - &one).amax() < 1e-13 && (&vt * vt.transpose() - one).amax() < 1e-13);
            assert!(s.windows(2).all(|pair| pair[0] >= pair[1]));
        }
    }

    #[test]
    fn decompositions_of_what_is_not_finite_end() {
        for entry in [f64::NAN, f64::INFINITY] {
            for at in 0..9 {
                let mut matrix = a();
                matrix[at] = entry;
                assert!(thin_svd(&matrix).is_none());
                assert!(symmetric_eigen(matrix.clone()).is_none());
                assert!(complex_eigenvalues(&matrix).is_none());
            }
        }
    }

    #[test]
    fn eigenvalues_sum_to_the_trace_and_multiply_to_the_determinant() {
        let sum = f64::spectral(Spectral::SumEig, &a()).unwrap();
        let product = f64::spectral(Spectral::ProdEig, &a()).unwrap();
        assert!((sum[0] - a().trace()).abs() < 1e-13);
        assert!((product[0] - f64::det(&a())).abs() < 1e-12);
    }

    #[test]
    fn extreme_eigenvectors() {
        let s = a() + a().transpose();
        for (value, vector) in [(Spectral::LambdaMax, Spectral::EigvecMax), (Spectral::LambdaMin, Spectral::EigvecMin)]
        {
            let (value, vector) = (f64::spectral(value, &s).unwrap()[0], f64::spectral(vector, &s).unwrap());
            assert!((&s * &vector - &vector * value).norm() < 1e-12);
            assert!((vector.norm() - 1.0).abs() < 1e-13);
        }
        assert!(f64::spectral(Spectral::LambdaMax, &a()).unwrap()[0].is_nan());
    }

    #[test]
    fn singular_vectors_and_the_polar_factor() {
        let x = a().remove_row(2);
        let (u, v) = (f64::spectral(Spectral::UMax, &x).unwrap(), f64::spectral(Spectral::VMax, &x).unwrap());
        let s = f64::singular_values(&x).unwrap();
        assert!((&x * &v - &u * s[0]).norm() < 1e-12);
        let polar = f64::spectral(Spectral::Polar, &x).unwrap();
        assert!((&polar * polar.transpose() - DMatrix::identity(2, 2)).norm() < 1e-12);
        assert!(((polar.transpose() * &x).trace() - s.iter().sum::<f64>()).abs() < 1e-12);
    }

    #[test]
    fn pseudo_inverse_of_deficient_rank() {
        let x = DMatrix::from_row_slice(3, 2, &[1.0, 2.0, 2.0, 4.0, 3.0, 6.0]);
        let p = f64::pinv(&x).unwrap();
        assert!((&x * &p * &x - &x).norm() < 1e-12);
        assert!((&p * &x * &p - &p).norm() < 1e-12);
    }

    #[test]
    fn nothing_runs_for_ever_on_nan() {
        let x = DMatrix::from_element(3, 3, f64::NAN);
        assert!(f64::spectral(Spectral::SumEig, &x).unwrap()[0].is_nan());
        assert!(f64::pinv(&x).unwrap()[0].is_nan());
        assert!(f64::singular_values(&x).unwrap()[0].is_nan());
    }
}
