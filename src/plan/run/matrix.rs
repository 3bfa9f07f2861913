//! Operations on matrices. A matrix is factored once for all that is made of it.

use nalgebra::DMatrix;

use super::memory::Reading;
use super::place::Layout;
use super::tensor::Tensor;
use super::whole::tensor;
use crate::expr::{MatrixFunction, Ranked, Spectral};
use crate::kernel::{self, Cholesky, Lu, Real, Reduction, Svd, Triangular};
use crate::numeric::linalg::{ThinSvd, every_ranked, pinv_above, pinv_of_singular, thin_svd};
use crate::numeric::{Decompose as _, matrix_function};
use crate::plan::error::PlanError;
use crate::plan::matrix::{Factors, Matrix};

/// The pivots of a matrix that is far from being singular are no further apart than this power of the rounding: about 10⁻⁶ of doubles.
const CONDITION: f64 = 3.0 / 8.0;

/// An operation on the matrices of tensors.
#[derive(Clone, Debug)]
pub(super) struct OnMatrices {
    pub(super) operation: Matrix,
    /// Where the factors of its matrix are kept.
    pub(super) slot: usize,
    /// What its matrix is factored into.
    pub(super) factors: Factors,
    pub(super) operands: Vec<Layout>,
}

/// The factors of a matrix.
enum Factorization<T> {
    Lu(Lu<T>),
    Cholesky(Cholesky<T>),
    Triangular(Triangular<T>),
}

/// A matrix with its factors.
struct Factored<T> {
    n: usize,
    factors: Factorization<T>,
    /// Whether it is singular, as far as numbers of this precision tell: a pivot is what rounding leaves of the entries of its column.
    is_singular: bool,
    /// Whether it is far from being singular.
    is_well_conditioned: bool,
}

/// The factors of matrices, by their slot and the place of the matrix in its tensor. Each run forgets those of the one before, but not
/// their memory.
pub(super) struct Kept<T> {
    slots: Vec<Vec<Option<Factored<T>>>>,
    unused: Vec<Vec<T>>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), unused: Vec::new() }
    }
}

impl<T: Real> Kept<T> {
    /// Forgets all factors.
    pub(super) fn forget(&mut self) {
        for factored in self.slots.iter_mut().flatten().filter_map(Option::take) {
            self.unused.push(match factored.factors {
                Factorization::Lu(lu) => lu.into_entries(),
                Factorization::Cholesky(cholesky) => cholesky.into_entries(),
                Factorization::Triangular(triangular) => triangular.into_entries(),
            });
        }
    }

    fn of(&mut self, step: &OnMatrices, place: usize, matrix: &Tensor<'_, T>) -> Result<&Factored<T>, PlanError> {
        if self.slots.len() <= step.slot {
            self.slots.resize_with(step.slot + 1, Vec::new);
        }
        let slot = &mut self.slots[step.slot];
        if slot.len() <= place {
            slot.resize_with(place + 1, || None);
        }
        let known = &mut slot[place];
        if known.is_none() {
            let mut entries = self.unused.pop().unwrap_or_default();
            entries.resize(matrix.count(), T::zero());
            matrix.write(&mut entries);
            let n = matrix.lengths[0];
            *known = Some(match step.factors {
                Factors::Lu => general(n, entries),
                Factors::Cholesky => definite(n, entries)?,
                Factors::Lower | Factors::Upper => triangular(n, entries, step.factors == Factors::Lower),
            });
        }
        known.as_ref().ok_or(PlanError::Singular)
    }
}

fn definite<T: Real>(n: usize, entries: Vec<T>) -> Result<Factored<T>, PlanError> {
    let cholesky = Cholesky::new(n, entries).map_err(|_| PlanError::NotPositiveDefinite)?;
    Ok(Factored { n, factors: Factorization::Cholesky(cholesky), is_singular: false, is_well_conditioned: true })
}

fn triangular<T: Real>(n: usize, entries: Vec<T>, is_lower: bool) -> Factored<T> {
    let triangular = Triangular::new(n, entries, is_lower);
    let is_regular = triangular.diagonal().all(|pivot| pivot.abs() > T::zero());
    let is_well_conditioned = are_near(triangular.diagonal());
    Factored { n, factors: Factorization::Triangular(triangular), is_singular: !is_regular, is_well_conditioned }
}

/// Whether pivots are no further apart than those of a matrix that is far from being singular.
fn are_near<T: Real>(pivots: impl Iterator<Item = T> + Clone) -> bool {
    let most = pivots.clone().fold(T::zero(), |most: T, pivot| most.max(pivot.abs()));
    let apart = T::narrow(T::epsilon().widen().powf(CONDITION));
    let mut pivots = pivots;
    pivots.all(|pivot| pivot.abs() > apart * most)
}

fn general<T: Real>(n: usize, entries: Vec<T>) -> Factored<T> {
    // Pivots are chosen among columns, so that rows are what they are measured by.
    let sizes: Vec<T> = entries.chunks(n).map(|row| kernel::reduce(Reduction::NormInfinity, row)).collect();
    let lu = Lu::new(n, entries);
    let rounding = T::narrow(T::epsilon().widen() * n as f64);
    // So that a pivot that is not a number is none either.
    let is_regular = lu.diagonal().zip(&sizes).all(|(pivot, size)| pivot.abs() > rounding * *size);
    let is_well_conditioned = are_near(lu.diagonal());
    Factored { n, factors: Factorization::Lu(lu), is_singular: !is_regular, is_well_conditioned }
}

impl<T: Real> Factored<T> {
    /// The factors of a matrix that is not singular.
    fn regular(&self) -> Result<&Factorization<T>, PlanError> {
        if self.is_singular { Err(PlanError::Singular) } else { Ok(&self.factors) }
    }

    /// det A; 0 where a pivot is 0, as those after it say nothing.
    fn det(&self) -> T {
        match &self.factors {
            Factorization::Lu(lu) if lu.diagonal().any(|pivot| pivot.is_zero()) => T::zero(),
            Factorization::Lu(lu) => lu.det(),
            Factorization::Cholesky(cholesky) => cholesky.log_det().exp(),
            Factorization::Triangular(triangular) => {
                triangular.diagonal().fold(T::one(), |product, pivot| product * pivot)
            }
        }
    }

    /// log det A; no number where the determinant is negative, though log |det A| is one.
    fn log_det(&self) -> T {
        match &self.factors {
            Factorization::Lu(lu) if lu.diagonal().any(|pivot| pivot.is_zero()) => T::neg_infinity(),
            Factorization::Lu(lu) => match lu.sign_log_det() {
                (sign, _) if sign < T::zero() => T::nan(),
                (_, log) => log,
            },
            Factorization::Cholesky(cholesky) => cholesky.log_det(),
            Factorization::Triangular(triangular) => {
                let is_negative = triangular.diagonal().filter(|pivot| *pivot < T::zero()).count() % 2 == 1;
                let log = triangular.diagonal().fold(T::zero(), |sum, pivot| sum + pivot.abs().ln());
                if is_negative { T::nan() } else { log }
            }
        }
    }

    /// A⁻¹
    fn inverse(&self, out: &mut [T]) -> Result<(), PlanError> {
        match self.regular()? {
            Factorization::Lu(lu) => lu.inverse_into(out),
            Factorization::Cholesky(cholesky) => cholesky.inverse_into(out),
            Factorization::Triangular(triangular) => triangular.inverse_into(out),
        }
        Ok(())
    }

    /// X with AX = B or AᵀX = B, in the place of B.
    fn solve(&self, transposed: bool, b: &mut [T]) -> Result<(), PlanError> {
        let cols = b.len() / self.n.max(1);
        match self.regular()? {
            Factorization::Lu(lu) if transposed => lu.solve_transposed(b, cols),
            Factorization::Lu(lu) => lu.solve(b, cols),
            Factorization::Cholesky(cholesky) => cholesky.solve(b, cols),
            Factorization::Triangular(triangular) => triangular.solve(transposed, b, cols),
        }
        Ok(())
    }
}

/// A matrix as what has no kernel of its own takes it: in doubles.
fn dense<T: Real>(matrix: &Tensor<'_, T>) -> DMatrix<f64> {
    let entries = matrix.entries().into_iter().map(T::widen);
    DMatrix::from_row_iterator(matrix.lengths[0], matrix.lengths[1], entries)
}

/// An operation on every matrix of a tensor, row after row.
pub(super) fn run<T: Real>(
    step: &OnMatrices,
    out: &mut [T],
    reading: &Reading<'_, T>,
    factors: &mut Kept<T>,
) -> Result<(), PlanError> {
    let operands: Vec<Tensor<'_, T>> = step.operands.iter().map(|operand| tensor(operand, reading)).collect();
    let Some(first) = operands.first() else { return Err(PlanError::Unsupported("an operation without a matrix")) };
    let batch = first.lengths.len() - 2;
    if batch == 0 {
        return one(step, 0, &operands.iter().collect::<Vec<_>>(), out, factors);
    }
    let parts: Vec<Vec<Tensor<'_, T>>> =
        operands.iter().map(|operand| operand.parts(batch.min(operand.lengths.len()))).collect();
    let count = parts[0].len();
    if count == 0 || out.is_empty() {
        return Ok(());
    }
    for (place, out) in out.chunks_mut(out.len() / count).enumerate() {
        let own: Vec<&Tensor<'_, T>> = parts.iter().map(|parts| &parts[place.min(parts.len() - 1)]).collect();
        one(step, place, &own, out, factors)?;
    }
    Ok(())
}

fn one<T: Real>(
    step: &OnMatrices,
    place: usize,
    operands: &[&Tensor<'_, T>],
    out: &mut [T],
    factors: &mut Kept<T>,
) -> Result<(), PlanError> {
    let a = operands[0];
    match step.operation {
        Matrix::Solve { transposed } => {
            operands[1].write(out);
            factors.of(step, place, a)?.solve(transposed, out)?;
        }
        Matrix::Inverse => factors.of(step, place, a)?.inverse(out)?,
        Matrix::Det => out[0] = factors.of(step, place, a)?.det(),
        Matrix::LogDet => out[0] = factors.of(step, place, a)?.log_det(),
        Matrix::Adjugate => {
            let factors = factors.of(step, place, a)?;
            if factors.is_well_conditioned {
                factors.inverse(out)?;
                kernel::scale(factors.det(), out);
            } else {
                write(&adjugate(&dense(a), None)?, out);
            }
        }
        Matrix::AdjugateAlong => write(&adjugate(&dense(a), Some(&dense(operands[1])))?, out),
        Matrix::NormSpectral => out[0] = singular_values(a)?.first().copied().unwrap_or(T::nan()),
        Matrix::NormNuclear => out[0] = kernel::reduce(Reduction::Sum, &singular_values(a)?),
        Matrix::Every(which) => {
            let every = every_ranked(which, &dense(a))?;
            // There is room for more where the sizes are in another order than those that the plan was made for.
            out.fill(if matches!(which, Ranked::Eigenvalue | Ranked::SingularValue) { T::nan() } else { T::zero() });
            let room = out.get_mut(..every.len()).ok_or(PlanError::Unsupported("a matrix of these sizes"))?;
            write(&every, room);
        }
        _ => write(&rest(step.operation, operands)?, out),
    }
    Ok(())
}

/// The entries of a matrix, row after row.
fn write<T: Real>(matrix: &DMatrix<f64>, out: &mut [T]) {
    out.iter_mut().zip(&matrix.transpose()).for_each(|(out, entry)| *out = T::narrow(*entry));
}

fn singular_values<T: Real>(a: &Tensor<'_, T>) -> Result<Vec<T>, PlanError> {
    Svd::values((a.lengths[0], a.lengths[1]), &a.entries())
        .map_err(|_| PlanError::Unsupported("singular values that do not converge"))
}

/// What is made of whole matrices, without factors that others share.
fn rest<T: Real>(operation: Matrix, operands: &[&Tensor<'_, T>]) -> Result<DMatrix<f64>, PlanError> {
    let a = operands[0];
    let spectral = |which: Spectral| Ok(f64::spectral(which, &dense(a))?);
    match operation {
        // What counts as rounding is more of numbers of fewer digits.
        Matrix::Pinv(cutoff) => {
            let digits = T::epsilon().widen() / f64::EPSILON;
            let inverse = if operation.is_of_singular() { pinv_of_singular } else { pinv_above };
            Ok(inverse(&dense(a), cutoff.value() * digits)?)
        }
        Matrix::IntegerPower(power) => Ok(matrix_function::integer_power(&dense(a), power)),
        Matrix::Power => {
            let power =
                operands.get(1).and_then(|power| power.buffer().first()).map_or(f64::NAN, |power| power.widen());
            Ok(matrix_function::power(&dense(a), power))
        }
        Matrix::Function(MatrixFunction::User(..)) | Matrix::Frechet(MatrixFunction::User(..)) => {
            Err(PlanError::Unsupported("a declared function, which has no values"))
        }
        Matrix::Function(function) => Ok(f64::matrix_function(function, &dense(a))),
        Matrix::Frechet(function) => {
            let directions: Vec<DMatrix<f64>> = operands[1..].iter().map(|direction| dense(direction)).collect();
            let directions: Vec<&DMatrix<f64>> = directions.iter().collect();
            Ok(matrix_function::matrix_function(function, &dense(a), &directions)?)
        }
        Matrix::LambdaMax => spectral(Spectral::LambdaMax),
        Matrix::LambdaMin => spectral(Spectral::LambdaMin),
        Matrix::EigvecMax => spectral(Spectral::EigvecMax),
        Matrix::EigvecMin => spectral(Spectral::EigvecMin),
        Matrix::UMax => spectral(Spectral::UMax),
        Matrix::VMax => spectral(Spectral::VMax),
        Matrix::Polar => spectral(Spectral::Polar),
        _ => Err(PlanError::Unsupported("an operation on a matrix")),
    }
}

/// The adjugate of A, or its derivative along E, by the singular values: adj(UΣVᵀ) = det(U) det(V) V adj(Σ) Uᵀ, of singular matrices, too.
fn adjugate(a: &DMatrix<f64>, along: Option<&DMatrix<f64>>) -> Result<DMatrix<f64>, PlanError> {
    let n = a.nrows();
    let Some(ThinSvd { u, s: sigma, vt }) = thin_svd(a) else { return Ok(DMatrix::from_element(n, n, f64::NAN)) };
    let others = |left_out: &[usize]| -> f64 {
        (0..n).filter(|place| !left_out.contains(place)).map(|place| sigma[place]).product()
    };
    let middle = match along {
        None => DMatrix::from_fn(n, n, |row, col| if row == col { others(&[row]) } else { 0.0 }),
        Some(direction) => {
            let e = u.transpose() * direction * vt.transpose();
            DMatrix::from_fn(n, n, |row, col| {
                if row == col {
                    (0..n).filter(|place| *place != row).map(|place| e[(place, place)] * others(&[row, place])).sum()
                } else {
                    -e[(row, col)] * others(&[row, col])
                }
            })
        }
    };
    let sign = u.determinant() * vt.determinant();
    Ok(vt.transpose() * middle * u.transpose() * sign.signum())
}
