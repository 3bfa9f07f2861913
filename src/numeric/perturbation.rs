//! Eigenvalues, singular values, polar factors and pseudo-inverses of matrices with infinitesimal parts.
//!
//! Each is found from the equations that define it, by Newton's method begun at the decomposition of the real part; a step makes
//! one more order right. Nothing is taken from the rules of differentiation. Where the real part has no full rank the result jumps or
//! depends on the direction, and is [`EvalError::Unsupported`].

use nalgebra::DMatrix;

use super::bindings::EvalError;
use super::linalg::{Decompose, singular_values};
use super::scalar::Scalar;
use crate::expr::Spectral;

/// Parts of A − Aᵀ up to this, relative to A, are rounding.
const SYMMETRY_TOLERANCE: f64 = 1e-9;
/// Singular values below this, relative to the largest, count as zero.
const RANK_TOLERANCE: f64 = 1e-9;
/// Relative difference between the sum of eigenvalues and the trace, their product and the determinant, that is rounding.
const VIETA_TOLERANCE: f64 = 1e-6;
/// Steps of the iteration for the polar factor; it converges quadratically.
const MAX_POLAR_STEPS: usize = 80;

fn real<T: Scalar>(a: &DMatrix<T>) -> DMatrix<f64> {
    a.map(Scalar::real)
}

/// A matrix without infinitesimal parts, for which the real kernels do.
fn constant<T: Scalar>(a: &DMatrix<T>) -> Option<DMatrix<f64>> {
    a.iter().all(|entry| entry.is_constant()).then(|| real(a))
}

fn nan<T: Scalar>(rows: usize, cols: usize) -> DMatrix<T> {
    DMatrix::from_element(rows, cols, T::from_f64(f64::NAN))
}

fn largest<T: Scalar>(a: &DMatrix<T>) -> f64 {
    a.iter().map(|entry| entry.magnitude()).fold(0.0, f64::max)
}

/// A spectral function of a matrix with infinitesimal parts.
///
/// # Errors
/// [`EvalError::Unsupported`] where the real part is deficient; as for real matrices otherwise.
pub(super) fn spectral<T: Scalar>(which: Spectral, a: &DMatrix<T>) -> Result<DMatrix<T>, EvalError> {
    if let Some(a) = constant(a) {
        return Ok(f64::spectral(which, &a)?.map(T::from_f64));
    }
    let scalar = |value: T| DMatrix::from_element(1, 1, value);
    Ok(match which {
        // λ₁ + … + λₙ = tr A and λ₁⋯λₙ = det A (Vieta), held against the eigenvalues themselves.
        Spectral::SumEig | Spectral::ProdEig => {
            let values = f64::spectral(which, &real(a))?[0];
            let sum = || a.diagonal().iter().fold(T::zero(), |sum, entry| sum + *entry);
            let value = if which == Spectral::SumEig { sum() } else { T::det(a) };
            let scale = largest(&real(a)).max(1.0) * values.abs().max(1.0);
            let agree = (value.real() - values).abs() <= VIETA_TOLERANCE * scale;
            scalar(if agree { value } else { T::from_f64(f64::NAN) })
        }
        Spectral::LambdaMax | Spectral::LambdaMin => {
            eigenpair(a, which == Spectral::LambdaMax)?.map_or_else(|| nan(1, 1), |(value, _)| scalar(value))
        }
        Spectral::EigvecMax | Spectral::EigvecMin => {
            eigenpair(a, which == Spectral::EigvecMax)?.map_or_else(|| nan(a.nrows(), 1), |(_, vector)| vector)
        }
        Spectral::UMax => {
            leading_singular(a)?.map_or_else(|| nan(a.nrows(), 1), |(value, v)| (a * v).map(|entry| entry / value))
        }
        Spectral::VMax => leading_singular(a)?.map_or_else(|| nan(a.ncols(), 1), |(_, v)| v),
        Spectral::Polar => polar(a)?,
    })
}

/// λ and v with Av = λv and vᵀv = 1, the eigenvalue being the largest or smallest and simple; `None` where it is not, or A is not
/// symmetric.
fn eigenpair<T: Scalar>(a: &DMatrix<T>, largest_value: bool) -> Result<Option<(T, DMatrix<T>)>, EvalError> {
    let n = a.nrows();
    if largest(&(a - a.transpose())) > SYMMETRY_TOLERANCE * largest(a) {
        return Ok(None);
    }
    let (value, vector) = if largest_value {
        (Spectral::LambdaMax, Spectral::EigvecMax)
    } else {
        (Spectral::LambdaMin, Spectral::EigvecMin)
    };
    let start = real(a);
    let mut value = T::from_f64(f64::spectral(value, &start)?[0]);
    let mut vector = f64::spectral(vector, &start)?.map(T::from_f64);
    let half = T::from_f64(0.5);
    for _ in 0..=T::ORDER {
        // (A − λI  −v; vᵀ  0) is the Jacobian of (Av − λv, ½(vᵀv − 1)), regular where λ is simple.
        let mut jacobian = DMatrix::zeros(n + 1, n + 1);
        let mut residual = DMatrix::zeros(n + 1, 1);
        let image = a * &vector;
        let mut square = T::zero();
        for row in 0..n {
            for col in 0..n {
                jacobian[(row, col)] = a[(row, col)];
            }
            jacobian[(row, row)] -= value;
            jacobian[(row, n)] = -vector[row];
            jacobian[(n, row)] = vector[row];
            residual[row] = image[row] - value * vector[row];
            square += vector[row] * vector[row];
        }
        residual[n] = half * (square - T::one());
        let Some(step) = T::solve(&jacobian, &residual) else { return Ok(None) };
        for row in 0..n {
            vector[row] -= step[row];
        }
        value -= step[n];
    }
    Ok(Some((value, vector)))
}

/// σ₁ and v₁, by the largest eigenvalue σ₁² of AᵀA.
fn leading_singular<T: Scalar>(a: &DMatrix<T>) -> Result<Option<(T, DMatrix<T>)>, EvalError> {
    Ok(eigenpair(&(a.transpose() * a), true)?.map(|(square, v)| (square.sqrt(), v)))
}

/// The largest singular value; NaN where it is not simple.
///
/// # Errors
/// As [`spectral`].
pub(super) fn spectral_norm<T: Scalar>(a: &DMatrix<T>) -> Result<T, EvalError> {
    if let Some(a) = constant(a) {
        return Ok(T::from_f64(f64::spectral_norm(&a)?));
    }
    // The smaller of the two Gram matrices.
    let gram = if a.nrows() < a.ncols() { a * a.transpose() } else { a.transpose() * a };
    Ok(eigenpair(&gram, true)?.map_or_else(|| T::from_f64(f64::NAN), |(square, _)| square.sqrt()))
}

/// ⟨UVᵀ, A⟩ with the polar factor UVᵀ.
///
/// # Errors
/// As [`spectral`].
pub(super) fn nuclear_norm<T: Scalar>(a: &DMatrix<T>) -> Result<T, EvalError> {
    if let Some(a) = constant(a) {
        return Ok(T::from_f64(f64::nuclear_norm(&a)?));
    }
    let polar = polar(a)?;
    Ok(polar.iter().zip(a.iter()).fold(T::zero(), |sum, (p, entry)| sum + *p * *entry))
}

/// Whether the real part has full rank; an error says that it has not.
fn full_rank<T: Scalar>(a: &DMatrix<T>, reason: &'static str) -> Result<(), EvalError> {
    let values = singular_values(&real(a))?;
    let (first, last) = (values.first().copied().unwrap_or(0.0), values.last().copied().unwrap_or(0.0));
    if last > RANK_TOLERANCE * first || first.is_nan() { Ok(()) } else { Err(EvalError::Unsupported(reason)) }
}

/// The orthonormal factor of A = PS: the limit of P ← ½P(I + (PᵀP)⁻¹) (Higham 2008, §8.3).
fn polar<T: Scalar>(a: &DMatrix<T>) -> Result<DMatrix<T>, EvalError> {
    let (rows, cols) = a.shape();
    if rows < cols {
        return Ok(polar(&a.transpose())?.transpose());
    }
    full_rank(a, "the polar factor of a matrix of deficient rank with infinitesimal parts")?;
    let identity = DMatrix::<T>::identity(cols, cols);
    let half = T::from_f64(0.5);
    #[allow(clippy::cast_precision_loss, reason = "a small number")]
    let scale = T::from_f64((cols as f64).sqrt() / real(a).norm());
    let mut polar = a.map(|entry| entry * scale);
    let mut left = T::ORDER + 1;
    for _ in 0..MAX_POLAR_STEPS {
        let Some(inverse) = T::solve(&(polar.transpose() * &polar), &identity) else { break };
        let next = (&polar * (&identity + inverse)).map(|entry| half * entry);
        let change = (real(&next) - real(&polar)).amax();
        polar = next;
        if change < 1e-12 {
            left -= 1;
            if left == 0 {
                return Ok(polar);
            }
        }
    }
    Ok(nan(rows, cols))
}

/// (AᵀA)⁻¹Aᵀ or Aᵀ(AAᵀ)⁻¹.
///
/// # Errors
/// As [`spectral`].
pub(super) fn pinv<T: Scalar>(a: &DMatrix<T>) -> Result<DMatrix<T>, EvalError> {
    if let Some(a) = constant(a) {
        return Ok(f64::pinv(&a)?.map(T::from_f64));
    }
    let (rows, cols) = a.shape();
    full_rank(a, "the pseudo-inverse of a matrix of deficient rank with infinitesimal parts")?;
    let at = a.transpose();
    let found = if rows >= cols {
        T::solve(&(&at * a), &at)
    } else {
        T::solve(&(a * &at), a).map(|transposed| transposed.transpose())
    };
    Ok(found.unwrap_or_else(|| nan(cols, rows)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ad::Dual;
    use crate::numeric::random::Rng;

    /// Each function's derivative along a direction against central differences of its real kernel.
    #[test]
    fn derivatives_agree_with_differences() {
        let mut rng = Rng::new(3);
        let (tall, wide) = (rng.normal_matrix(4, 3), rng.normal_matrix(3, 4));
        let square = rng.normal_matrix(3, 3);
        let symmetric = &square + square.transpose();
        type Real = fn(&DMatrix<f64>) -> DMatrix<f64>;
        type Extended = fn(&DMatrix<Dual<f64>>) -> DMatrix<Dual<f64>>;
        macro_rules! both {
            ($f:expr) => {
                ($f as Real, $f as Extended)
            };
        }
        let functions: Vec<(&str, (Real, Extended), bool)> = vec![
            ("pinv", both!(|a| Decompose::pinv(a).unwrap()), false),
            ("polar", both!(|a| Decompose::spectral(Spectral::Polar, a).unwrap()), false),
            ("u", both!(|a| Decompose::spectral(Spectral::UMax, a).unwrap()), false),
            ("v", both!(|a| Decompose::spectral(Spectral::VMax, a).unwrap()), false),
            ("spectral norm", both!(|a| DMatrix::from_element(1, 1, Decompose::spectral_norm(a).unwrap())), false),
            ("nuclear norm", both!(|a| DMatrix::from_element(1, 1, Decompose::nuclear_norm(a).unwrap())), false),
            ("largest eigenvalue", both!(|a| Decompose::spectral(Spectral::LambdaMax, a).unwrap()), true),
            ("eigenvector", both!(|a| Decompose::spectral(Spectral::EigvecMin, a).unwrap()), true),
            ("sum of eigenvalues", both!(|a| Decompose::spectral(Spectral::SumEig, a).unwrap()), true),
            ("product of eigenvalues", both!(|a| Decompose::spectral(Spectral::ProdEig, a).unwrap()), true),
        ];
        for (name, (f, extended), of_symmetric) in functions {
            let points = if of_symmetric { vec![&symmetric] } else { vec![&tall, &wide, &square] };
            for x in points {
                let h = rng.normal_matrix(x.nrows(), x.ncols());
                let h = if of_symmetric { &h + h.transpose() } else { h };
                let t = 1e-5;
                let numeric = (f(&(x + &h * t)) - f(&(x - &h * t))) / (2.0 * t);
                let value = extended(&x.zip_map(&h, Dual::new));
                let (re, eps) = (value.map(|entry| entry.re), value.map(|entry| entry.eps));
                assert!((re - f(x)).amax() < 1e-10, "{name}");
                assert!((&eps - &numeric).amax() < 1e-7 * eps.amax().max(1.0), "{name} {eps} {numeric}");
            }
        }
    }

    #[test]
    fn deficient_rank_is_refused() {
        let outer = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 2.0, 4.0]).map(|entry| Dual::new(entry, 1.0));
        assert!(pinv(&outer).is_err() && polar(&outer).is_err());
    }
}
