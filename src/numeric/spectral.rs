//! Eigenvalues and singular values for every [`Scalar`], from the eigenvectors of a symmetric matrix.
//!
//! Singular values and vectors are read off [0 A; Aᵀ 0], whose eigenvalues are ±σ with eigenvectors (u; ±v)/√2 (Golub & Van Loan
//! 2013, §8.6.1). Balls get their eigenvectors by Jacobi's method (ibid., §8.5), and their error from the theorem of Weyl.

use nalgebra::DMatrix;
use num_traits::{One, Zero};

use super::ball::{Ball, ROUNDOFF, TINY, largest_error};
use super::bindings::EvalError;
use super::elimination;
use super::matrix_function;
use super::scalar::{Decompose, Scalar, larger};
use crate::expr::{MatrixFunction, Ranked, Spectral};

/// Entries of X − Xᵀ up to this, relative to the size of X, are rounding.
const SYMMETRY_TOLERANCE: f64 = 1e-9;
/// Sweeps of Jacobi's method; it converges quadratically.
const MAX_SWEEPS: usize = 60;
/// Rotations with a cotangent above this are rounding.
const STEEP: f64 = 1e60;
/// What the rotations of Jacobi's method round, in units of the last digit for each row.
const JACOBI_MARGIN: f64 = 64.0;
/// Singular values with a larger error, relative to the largest one, may be anything up to it.
const FAINT: f64 = 1e-20;
/// Singular values up to so many times their error are 0.
const ZERO_MARGIN: f64 = 16.0;
/// Relative size of the change that tells how a matrix function passes errors on.
const NUDGE: f64 = 8.673_617_379_884_035e-19;
/// The same of a change that tells whether the function is close to linear on the way.
const SMALL_NUDGE: f64 = 8.271_806_125_530_277e-25;
/// How much more a small change may do, relative to its size, than a large one.
const MOST_BENT: f64 = 4.0;
/// How much worse than these changes another may be.
const NUDGE_MARGIN: f64 = 64.0;
/// Rounds in which rows and columns are scaled to be of one size.
const SCALING_ROUNDS: usize = 8;

fn size<T: Scalar>(x: &DMatrix<T>) -> f64 {
    x.iter().map(|entry| entry.real().abs()).fold(0.0, f64::max)
}

fn nan<T: Scalar>(rows: usize, cols: usize) -> DMatrix<T> {
    DMatrix::from_element(rows, cols, T::from_f64(f64::NAN))
}

/// Eigenvalues nearer to each other than this, relative to the largest, count as one.
pub(crate) fn repeated<T: Scalar>() -> f64 {
    T::EPSILON.powf(0.6)
}

/// Whether two of the eigenvalues are different.
pub(crate) fn differ<T: Scalar>(values: &[T], i: usize, j: usize) -> bool {
    let largest = values.iter().map(|value| value.real().abs()).fold(0.0, f64::max);
    (values[i].real() - values[j].real()).abs() > repeated::<T>() * largest
}

/// Which eigenvalues are repeated and do not stay so under a perturbation VᵀEV: within the group it is no multiple of I.
pub(crate) fn splits<T: Scalar>(values: &[T], perturbation: &DMatrix<T>) -> Vec<bool> {
    let size = |entry: T| (entry.real().abs() - entry.doubt()).max(entry.motion());
    let largest = perturbation.iter().map(|entry| entry.real().abs().max(entry.motion())).fold(0.0, f64::max);
    let is_large = |entry: T| size(entry) > repeated::<T>() * largest;
    (0..values.len())
        .map(|j| {
            let group = (0..values.len()).filter(|i| *i != j && !differ(values, *i, j));
            group
                .into_iter()
                .any(|i| is_large(perturbation[(i, j)]) || is_large(perturbation[(i, i)] - perturbation[(j, j)]))
        })
        .collect()
}

/// −1 where the entry of largest size is negative, so that a vector's sign is a function of its line.
pub(super) fn orientation<'a, T: Scalar>(vector: impl Iterator<Item = &'a T>) -> f64 {
    let largest = vector
        .map(|entry| entry.real())
        .fold(0.0_f64, |best, entry| if entry.abs() > best.abs() * (1.0 + 1e-9) { entry } else { best });
    if largest < 0.0 { -1.0 } else { 1.0 }
}

/// Eigenvalues and eigenvectors with the eigenvalues falling.
pub(super) fn falling<T: Scalar>(values: &[T], vectors: &DMatrix<T>) -> (Vec<T>, DMatrix<T>) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|i, j| values[*j].real().total_cmp(&values[*i].real()));
    let sorted = DMatrix::from_fn(vectors.nrows(), order.len(), |row, col| vectors[(row, order[col])]);
    (order.iter().map(|place| values[*place]).collect(), sorted)
}

/// The largest or smallest eigenvalue of a symmetric matrix, or its eigenvector.
pub(super) fn extreme<T: Scalar>(which: Spectral, a: &DMatrix<T>) -> Result<DMatrix<T>, EvalError> {
    let is_largest = matches!(which, Spectral::LambdaMax | Spectral::EigvecMax);
    let is_vector = matches!(which, Spectral::EigvecMax | Spectral::EigvecMin);
    symmetric(a, if is_largest { 0 } else { a.nrows() - 1 }, is_vector)
}

/// Eigenvalues, and their vectors as columns.
type Eigen<T> = (Vec<T>, DMatrix<T>);

/// Eigenvalues of a symmetric matrix in falling order, and their vectors; nothing of any other, nor of one that does not stay symmetric.
pub(super) fn of_symmetric<T: Scalar>(a: &DMatrix<T>) -> Result<Option<Eigen<T>>, EvalError> {
    let change = |x: &DMatrix<T>| x.iter().map(|entry| entry.motion()).fold(0.0, larger);
    let skew = a - a.transpose();
    let is_symmetric =
        size(&skew) <= SYMMETRY_TOLERANCE * size(a) && change(&skew) <= SYMMETRY_TOLERANCE * (size(a) + change(a));
    if !is_symmetric || !a.iter().all(|entry| entry.is_finite()) {
        return Ok(None);
    }
    let half = T::from_f64(0.5);
    T::symmetric_eigen(&(a + a.transpose()).map(|entry| entry * half)).map(Some)
}

/// The eigenvalue of a symmetric matrix at a place of the falling list, or its eigenvector. The derivative is not known where the
/// eigenvalue is repeated and splits, nor is the eigenvector where it is repeated.
fn symmetric<T: Scalar>(a: &DMatrix<T>, place: usize, is_vector: bool) -> Result<DMatrix<T>, EvalError> {
    let n = a.nrows();
    let Some((values, vectors)) = of_symmetric(a)? else { return Ok(nan(if is_vector { n } else { 1 }, 1)) };
    let is_simple = is_simple(&values, place);
    if !is_vector {
        let known = is_simple || stays_together(&values, &vectors, place);
        return Ok(DMatrix::from_element(1, 1, if known { values[place] } else { T::from_f64(f64::NAN) }));
    }
    if !is_simple && T::EPSILON < f64::EPSILON {
        return Ok(nan(n, 1));
    }
    let column = vectors.column(place);
    let sign = T::from_f64(orientation(column.iter()));
    Ok(DMatrix::from_fn(n, 1, |row, _| sign * column[row]))
}

/// Whether the value at a place of a falling list is none of its neighbors.
fn is_simple<T: Scalar>(values: &[T], place: usize) -> bool {
    (place == 0 || differ(values, place, place - 1)) && (place + 1 >= values.len() || differ(values, place, place + 1))
}

/// Whether a repeated value has a derivative all the same: it is constant, or those that are equal move alike, so that each of them is all
/// of them. Vectors of a value that splits are not numbers.
fn stays_together<T: Scalar>(values: &[T], vectors: &DMatrix<T>, place: usize) -> bool {
    values[place].is_constant() || vectors.column(place).iter().all(|entry| entry.is_finite())
}

/// What is read off the eigenvalue or singular value at a place, from 0 on. Derivatives are not known where it is repeated and splits, or is
/// 0 and does not stay so; vectors where it is repeated or 0.
pub(crate) fn ranked<T: Scalar>(which: Ranked, a: &DMatrix<T>, place: usize) -> Result<DMatrix<T>, EvalError> {
    let (rows, cols) = a.shape();
    let (start, length) = match which {
        Ranked::Eigenvalue | Ranked::Eigenvector => return symmetric(a, place, which == Ranked::Eigenvector),
        Ranked::SingularValue => (0, 1),
        Ranked::LeftVector => (0, rows),
        Ranked::RightVector => (rows, cols),
    };
    if !a.iter().all(|entry| entry.is_finite()) {
        return Ok(nan(length, 1));
    }
    let (mut values, vectors) = paired(a)?;
    values.truncate(rows.min(cols));
    let is_known = is_simple(&values, place) && values[place].real() > repeated::<T>() * values[0].real();
    if which == Ranked::SingularValue {
        let known = is_known || stays_together(&values, &vectors, place);
        return Ok(DMatrix::from_element(1, 1, if known { values[place] } else { T::from_f64(f64::NAN) }));
    }
    if !is_known {
        return Ok(nan(length, 1));
    }
    let column = vectors.column(place);
    let sign = T::from_f64(orientation(column.iter().skip(rows))) * T::from_f64(2.0).sqrt();
    Ok(DMatrix::from_fn(length, 1, |row, _| sign * column[start + row]))
}

/// The eigenvalues and eigenvectors of [0 A; Aᵀ 0].
fn paired<T: Scalar>(a: &DMatrix<T>) -> Result<(Vec<T>, DMatrix<T>), EvalError> {
    let (rows, cols) = a.shape();
    let mut block = DMatrix::zeros(rows + cols, rows + cols);
    block.view_mut((0, rows), (rows, cols)).copy_from(a);
    block.view_mut((rows, 0), (cols, rows)).copy_from(&a.transpose());
    T::symmetric_eigen(&block)
}

/// The singular values, largest first. The derivative of one that is 0 is not known where it does not stay so. Those of equal ones are known
/// together: their sum is.
pub(crate) fn singular_values<T: Scalar>(a: &DMatrix<T>) -> Result<Vec<T>, EvalError> {
    let count = a.nrows().min(a.ncols());
    if !a.iter().all(|entry| entry.is_finite()) {
        return Ok(vec![T::from_f64(f64::NAN); count]);
    }
    let (values, vectors) = paired(a)?;
    let top = values[0].real();
    let of = |place: usize| {
        let known = values[place].real() > repeated::<T>() * top || stays_together(&values, &vectors, place);
        if known { values[place] } else { T::from_f64(f64::NAN) }
    };
    Ok((0..count).map(of).collect())
}

/// A spectral function by the eigenvectors of a symmetric matrix; the sum and the product of the eigenvalues as trace and determinant.
pub(crate) fn spectral<T: Scalar>(which: Spectral, a: &DMatrix<T>) -> Result<DMatrix<T>, EvalError> {
    let (rows, cols) = a.shape();
    let scalar = |value| Ok(DMatrix::from_element(1, 1, value));
    let two = T::from_f64(2.0);
    match which {
        Spectral::SumEig => scalar(a.diagonal().iter().fold(T::zero(), |sum, entry| sum + *entry)),
        Spectral::ProdEig => scalar(elimination::det(a)),
        Spectral::LambdaMax | Spectral::LambdaMin | Spectral::EigvecMax | Spectral::EigvecMin => extreme(which, a),
        Spectral::UMax | Spectral::VMax | Spectral::Polar if !a.iter().all(|entry| entry.is_finite()) => {
            Ok(match which {
                Spectral::UMax => nan(rows, 1),
                Spectral::VMax => nan(cols, 1),
                _ => nan(rows, cols),
            })
        }
        Spectral::UMax | Spectral::VMax => {
            let (values, vectors) = paired(a)?;
            let (start, length) = if which == Spectral::UMax { (0, rows) } else { (rows, cols) };
            if rows.min(cols) > 1 && !differ(&values, 0, 1) {
                return Ok(nan(length, 1));
            }
            let column = vectors.column(0);
            let sign = T::from_f64(orientation(column.iter().skip(rows))) * two.sqrt();
            Ok(DMatrix::from_fn(length, 1, |row, _| sign * column[start + row]))
        }
        Spectral::Polar => {
            let (values, vectors) = paired(a)?;
            let count = rows.min(cols);
            if values[count - 1].real() <= repeated::<T>() * values[0].real() {
                return Ok(nan(rows, cols));
            }
            let (u, v) = (vectors.view((0, 0), (rows, count)), vectors.view((rows, 0), (cols, count)));
            Ok((u * v.transpose()).map(|entry| two * entry))
        }
    }
}

/// Jacobi's method on the middles: eigenvalues on the diagonal, and the rotations.
fn jacobi(a: &DMatrix<Ball>) -> Result<(Vec<Ball>, DMatrix<Ball>), EvalError> {
    let n = a.nrows();
    let mut a = a.map(Ball::middle);
    let mut vectors = DMatrix::identity(n, n);
    let small = ROUNDOFF * size(&a);
    for _ in 0..MAX_SWEEPS {
        let mut done = true;
        for p in 0..n {
            for q in p + 1..n {
                let off = a[(p, q)];
                if off.real().abs() <= small {
                    continue;
                }
                done = false;
                let cotangent = ((a[(q, q)] - a[(p, p)]) / off.scaled(2.0)).middle();
                let sign = Ball::from_f64(if cotangent.hi < 0.0 { -1.0 } else { 1.0 });
                let steep = cotangent.hi.abs() > STEEP;
                let root = if steep { cotangent * sign } else { (cotangent * cotangent + Ball::one()).sqrt() };
                let tangent = sign / (cotangent * sign + root);
                let cos = (Ball::one() / (tangent * tangent + Ball::one()).sqrt()).middle();
                let sin = (tangent * cos).middle();
                for k in 0..n {
                    let (x, y) = (a[(k, p)], a[(k, q)]);
                    (a[(k, p)], a[(k, q)]) = ((cos * x - sin * y).middle(), (sin * x + cos * y).middle());
                }
                for k in 0..n {
                    let (x, y) = (a[(p, k)], a[(q, k)]);
                    (a[(p, k)], a[(q, k)]) = ((cos * x - sin * y).middle(), (sin * x + cos * y).middle());
                    let (x, y): (Ball, Ball) = (vectors[(k, p)], vectors[(k, q)]);
                    (vectors[(k, p)], vectors[(k, q)]) = ((cos * x - sin * y).middle(), (sin * x + cos * y).middle());
                }
            }
        }
        if done {
            return Ok(falling(a.diagonal().as_slice(), &vectors));
        }
    }
    Err(EvalError::NoConvergence("the eigenvalue decomposition"))
}

/// About how far the computed eigenvalues are from the true ones at most.
#[allow(clippy::cast_precision_loss, reason = "matrix sizes are small")]
fn eigenvalue_error(a: &DMatrix<Ball>) -> f64 {
    a.nrows() as f64 * (largest_error(a) + JACOBI_MARGIN * ROUNDOFF * size(a))
}

impl Decompose for Ball {
    fn symmetric_eigen(a: &DMatrix<Ball>) -> Result<(Vec<Ball>, DMatrix<Ball>), EvalError> {
        let n = a.nrows();
        if !a.iter().all(|entry| entry.is_finite()) {
            return Ok((vec![Ball::unknown(); n], nan(n, n)));
        }
        let error = eigenvalue_error(a);
        let (values, mut vectors) = jacobi(a)?;
        for (place, mut column) in vectors.column_iter_mut().enumerate() {
            let gap = (0..n)
                .filter(|other| *other != place && differ(&values, place, *other))
                .map(|other| (values[other].hi - values[place].hi).abs())
                .fold(f64::INFINITY, f64::min);
            column.apply(|entry| *entry = entry.widened(4.0 * error / gap + JACOBI_MARGIN * ROUNDOFF));
        }
        let least = least(a);
        let vectors = vectors.map(|entry| entry.reaching(least / size(a)));
        Ok((values.into_iter().map(|value| value.widened(error).reaching(least)).collect(), vectors))
    }

    /// Σ σᵢ⁻¹ vᵢ uᵢᵀ over what is not 0 up to its error; NaN where that is not clear.
    fn pinv(a: &DMatrix<Ball>) -> Result<DMatrix<Ball>, EvalError> {
        let (rows, cols) = a.shape();
        if !a.iter().all(|entry| entry.is_finite()) {
            return Ok(nan(cols, rows));
        }
        let (values, vectors) = paired(a)?;
        let zero = ZERO_MARGIN * values[0].error();
        let count = rows.min(cols);
        let rank = values.iter().take(count).filter(|value| value.hi > zero).count();
        if rank > 0 && values[rank - 1].hi <= repeated::<Ball>() * values[0].hi {
            return Ok(nan(cols, rows));
        }
        // What is 0 up to its error is 0 where that is rounding, and neither a part nor a scale of rows and columns disappears in it.
        let is_rounding = zero <= FAINT * values[0].hi && least(a) > zero;
        let vanishes = a.iter().all(Zero::is_zero);
        if rank < count && !vanishes && !(is_rounding && rank_of_scaled(a)? == Some(rank)) {
            return Ok(nan(cols, rows));
        }
        let mut sum = DMatrix::zeros(cols, rows);
        for (place, value) in values.iter().take(rank).enumerate() {
            let (u, v) = (vectors.view((0, place), (rows, 1)), vectors.view((rows, place), (cols, 1)));
            let factor = Ball::from_f64(2.0) / *value;
            sum += (v * u.transpose()).map(|entry| entry * factor);
        }
        Ok(sum)
    }

    /// At the middles, with the error that small changes of the matrix show.
    fn matrix_function(f: MatrixFunction, x: &DMatrix<Ball>) -> DMatrix<Ball> {
        let middle = x.map(Ball::middle);
        let value = matrix_function::computed(f, &middle);
        if !size(&value).is_finite() || !size(x).is_finite() || size(x) == 0.0 {
            return value;
        }
        // A value that has lost its digits to underflow has no error that a change would show.
        if f == MatrixFunction::Expm && size(&value) < TINY {
            return value.map(|_| Ball::unknown());
        }
        let rise =
            |(step, nudge)| size(&(matrix_function::computed(f, &nudged(&middle, step, nudge)) - &value)) / nudge;
        let [first, second, small] =
            [(7, NUDGE), (4, NUDGE), (7, SMALL_NUDGE)].map(|(step, nudge)| rise((step, nudge * size(x))));
        // Where a smaller change does more for its size, still smaller ones may do more again.
        let noise = JACOBI_MARGIN * ROUNDOFF * size(&value) / (SMALL_NUDGE * size(x));
        if !(small <= MOST_BENT * first + noise && second.is_finite()) {
            return value.map(|_| Ball::unknown());
        }
        #[allow(clippy::cast_precision_loss, reason = "matrix sizes are small")]
        let doubt =
            largest_error(x) + JACOBI_MARGIN * ROUNDOFF * x.nrows() as f64 * size(x) + residual(f, &value, &middle);
        let error = NUDGE_MARGIN * (first.max(second).max(small) * doubt + JACOBI_MARGIN * ROUNDOFF * size(&value));
        // What vanishes by underflow hides the entries that it is made of, what is 0 by structure hides nothing.
        let least = least(x) * size(&value) / size(x);
        value.zip_map(x, |entry, of| {
            let entry_least = match entry.hi == 0.0 {
                true if of.hi == 0.0 => f64::INFINITY,
                _ => entry.hi.abs(),
            };
            entry.middle().widened(error).reaching(least.min(entry_least))
        })
    }
}

/// The matrix with every entry that is not 0 changed, by up to so much, with changing signs and sizes; zeros are there by structure.
fn nudged(x: &DMatrix<Ball>, step: u32, change: f64) -> DMatrix<Ball> {
    let mut place = 0_u32;
    x.map(|entry| {
        place += 1;
        let factor = f64::from(place * step % 11) - 5.5;
        if entry.is_zero() { entry } else { entry + Ball::from_f64(change * factor / 5.5) }
    })
}

/// How far a root or logarithm that was found is from being one of the matrix; 0 of what is no inverse function.
fn residual(f: MatrixFunction, value: &DMatrix<Ball>, x: &DMatrix<Ball>) -> f64 {
    let value = value.map(Ball::middle);
    let back = match f {
        MatrixFunction::Sqrtm => &value * &value,
        MatrixFunction::Logm => matrix_function::computed(MatrixFunction::Expm, &value),
        MatrixFunction::Expm | MatrixFunction::User(..) => return 0.0,
    };
    size(&(back - x))
}

/// How many singular values are not 0 up to their error once all rows and columns are of one size, which leaves the rank as it is; `None`
/// where that is not clear.
fn rank_of_scaled(a: &DMatrix<Ball>) -> Result<Option<usize>, EvalError> {
    let mut scaled = a.clone();
    let largest =
        |entries: &mut dyn Iterator<Item = &Ball>| entries.fold(0.0, |most, entry| f64::max(most, entry.hi.abs()));
    // A power of two, so that nothing is rounded.
    let factor = |size: f64| if size > 0.0 { f64::exp2(-size.log2().round()) } else { 1.0 };
    for _ in 0..SCALING_ROUNDS {
        for row in 0..a.nrows() {
            let by = factor(largest(&mut scaled.row(row).iter()));
            scaled.row_mut(row).apply(|entry| *entry = entry.scaled(by));
        }
        for col in 0..a.ncols() {
            let by = factor(largest(&mut scaled.column(col).iter()));
            scaled.column_mut(col).apply(|entry| *entry = entry.scaled(by));
        }
    }
    let values = paired(&scaled)?.0;
    let zero = ZERO_MARGIN * values[0].error();
    let rank = values.iter().take(a.nrows().min(a.ncols())).filter(|value| value.hi > zero).count();
    Ok((rank == 0 || values[rank - 1].hi > repeated::<Ball>() * values[0].hi).then_some(rank))
}

/// The least size with which anything contributes to an entry.
fn least(a: &DMatrix<Ball>) -> f64 {
    a.iter().map(|entry| entry.least).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balls(rows: usize, cols: usize, entries: &[f64]) -> DMatrix<Ball> {
        DMatrix::from_row_slice(rows, cols, entries).map(Ball::from_f64)
    }

    fn is_known(x: &DMatrix<Ball>) -> bool {
        x.iter().all(|entry| entry.is_finite())
    }

    #[test]
    fn the_rank_of_a_pseudo_inverse_is_known_or_said_not_to_be() {
        // Rank 1, of any scale
        for scale in [1.0, 1e-40, 1e30] {
            let found = Ball::pinv(&balls(2, 2, &[1.0, 2.0, 2.0, 4.0]).map(|entry| entry.scaled(scale))).unwrap();
            assert!((found[(1, 1)].hi * scale - 4.0 / 25.0).abs() < 1e-15, "{found:?}");
        }
        // Singular values that span 35 digits, in the open and by scale, and a part of 40 digits less
        assert!(!is_known(&Ball::pinv(&balls(2, 2, &[1.0, 0.0, 0.0, 1e-35])).unwrap()));
        assert!(!is_known(&Ball::pinv(&balls(2, 2, &[1.0, 1e-11, 1e-11, 1e-22 + 1e-34])).unwrap()));
        let unsure = balls(2, 2, &[1.0, 0.0, 0.0, 1e-14]).map(|entry| entry.widened(1e-15));
        assert!(!is_known(&Ball::pinv(&unsure).unwrap()));
        let faint = balls(2, 2, &[1.0, 1.0, 1.0, 1.0]) + balls(2, 2, &[0.0, 0.0, 0.0, 1e-40]);
        assert!(!is_known(&Ball::pinv(&faint).unwrap()));
        assert!(is_known(&Ball::pinv(&balls(2, 2, &[1.0, 0.0, 0.0, 1e-15])).unwrap()));
    }

    #[test]
    fn roots_of_badly_scaled_matrices_know_their_error() {
        // RᵀR = X of symmetric R
        for small in [1.0, 1e-4, 1e-8, 1e-10, 1e-12, 1e-13, 1e-14, 1e-15] {
            let v = balls(2, 2, &[0.6, -0.8, 0.8, 0.6]);
            let root = &v * DMatrix::from_diagonal(&vec![Ball::one(), Ball::from_f64(small)].into()) * v.transpose();
            let x = &root * &root;
            let found = Ball::matrix_function(MatrixFunction::Sqrtm, &x);
            for (found, expected) in found.iter().zip(&root) {
                let difference = (*found - *expected).hi.abs();
                assert!(!found.is_finite() || difference <= found.error(), "{small} {found:?} {expected:?}");
            }
            assert!(small < 1e-6 || is_known(&found), "{small}");
        }
    }
}
