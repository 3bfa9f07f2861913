//! Operations on matrices. A matrix is factored once for all that is made of it.

use nalgebra::DMatrix;

use super::memory::Reading;
use super::place::Layout;
use super::tensor::Tensor;
use super::whole::tensor;
use crate::expr::{MatrixFunction, Ranked, Spectral};
use crate::kernel::{self, Cholesky, Lu, Reduction, Svd};
use crate::numeric::linalg::{ThinSvd, every_ranked, pinv_above, thin_svd};
use crate::numeric::{Decompose as _, matrix_function};
use crate::plan::error::PlanError;
use crate::plan::matrix::Matrix;

/// The pivots of a matrix that is far from being singular are no further apart.
const CONDITION: f64 = 1e-6;

/// An operation on the matrices of tensors.
#[derive(Clone, Debug)]
pub(super) struct OnMatrices {
    pub(super) operation: Matrix,
    /// Where the factors of its matrix are kept.
    pub(super) slot: usize,
    /// Whether its matrix is positive definite by declaration.
    pub(super) is_definite: bool,
    pub(super) operands: Vec<Layout>,
}

/// The factors of a matrix: of a positive definite one those of Cholesky.
enum Either {
    Lu(Lu<f64>),
    Cholesky(Cholesky<f64>),
}

/// A matrix with its factors.
struct Factored {
    n: usize,
    factors: Either,
    /// Whether it is singular, as far as doubles tell: a pivot is what rounding leaves of the entries of its column.
    is_singular: bool,
    /// Whether it is far from being singular.
    is_well_conditioned: bool,
}

/// The factors of matrices, by their slot and the place of the matrix in its tensor. Each run forgets those of the one before, but not
/// their memory.
#[derive(Default)]
pub(super) struct Factors {
    slots: Vec<Vec<Option<Factored>>>,
    unused: Vec<Vec<f64>>,
}

impl Factors {
    /// Forgets all factors.
    pub(super) fn forget(&mut self) {
        for factored in self.slots.iter_mut().flatten().filter_map(Option::take) {
            self.unused.push(match factored.factors {
                Either::Lu(lu) => lu.into_entries(),
                Either::Cholesky(cholesky) => cholesky.into_entries(),
            });
        }
    }

    fn of(&mut self, step: &OnMatrices, place: usize, matrix: &Tensor<'_>) -> Result<&Factored, PlanError> {
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
            entries.resize(matrix.count(), 0.0);
            matrix.write(&mut entries);
            let n = matrix.lengths[0];
            *known = Some(if step.is_definite { definite(n, entries)? } else { general(n, entries) });
        }
        known.as_ref().ok_or(PlanError::Singular)
    }
}

fn definite(n: usize, entries: Vec<f64>) -> Result<Factored, PlanError> {
    let cholesky = Cholesky::new(n, entries).map_err(|_| PlanError::NotPositiveDefinite)?;
    Ok(Factored { n, factors: Either::Cholesky(cholesky), is_singular: false, is_well_conditioned: true })
}

fn general(n: usize, entries: Vec<f64>) -> Factored {
    // Pivots are chosen among columns, so that rows are what they are measured by.
    let sizes: Vec<f64> = entries.chunks(n).map(|row| kernel::reduce(Reduction::NormInfinity, row)).collect();
    let lu = Lu::new(n, entries);
    let rounding = f64::EPSILON * n as f64;
    // So that a pivot that is not a number is none either.
    let is_regular = lu.diagonal().zip(&sizes).all(|(pivot, size)| pivot.abs() > rounding * size);
    let most = lu.diagonal().fold(0.0, |most: f64, pivot| most.max(pivot.abs()));
    let is_well_conditioned = lu.diagonal().all(|pivot| pivot.abs() > CONDITION * most);
    Factored { n, factors: Either::Lu(lu), is_singular: !is_regular, is_well_conditioned }
}

impl Factored {
    /// The factors of a matrix that is not singular.
    fn regular(&self) -> Result<&Either, PlanError> {
        if self.is_singular { Err(PlanError::Singular) } else { Ok(&self.factors) }
    }

    /// det A; 0 where a pivot is 0, as those after it say nothing.
    fn det(&self) -> f64 {
        match &self.factors {
            Either::Lu(lu) if lu.diagonal().any(|pivot| pivot == 0.0) => 0.0,
            Either::Lu(lu) => lu.det(),
            Either::Cholesky(cholesky) => cholesky.log_det().exp(),
        }
    }

    /// log det A; no number where the determinant is negative, though log |det A| is one.
    fn log_det(&self) -> f64 {
        match &self.factors {
            Either::Lu(lu) if lu.diagonal().any(|pivot| pivot == 0.0) => f64::NEG_INFINITY,
            Either::Lu(lu) => match lu.sign_log_det() {
                (sign, _) if sign < 0.0 => f64::NAN,
                (_, log) => log,
            },
            Either::Cholesky(cholesky) => cholesky.log_det(),
        }
    }

    /// A⁻¹
    fn inverse(&self, out: &mut [f64]) -> Result<(), PlanError> {
        match self.regular()? {
            Either::Lu(lu) => lu.inverse_into(out),
            Either::Cholesky(cholesky) => cholesky.inverse_into(out),
        }
        Ok(())
    }

    /// X with AX = B or AᵀX = B, in the place of B.
    fn solve(&self, transposed: bool, b: &mut [f64]) -> Result<(), PlanError> {
        let cols = b.len() / self.n.max(1);
        match self.regular()? {
            Either::Lu(lu) if transposed => lu.solve_transposed(b, cols),
            Either::Lu(lu) => lu.solve(b, cols),
            Either::Cholesky(cholesky) => cholesky.solve(b, cols),
        }
        Ok(())
    }
}

fn dense(matrix: &Tensor<'_>) -> DMatrix<f64> {
    DMatrix::from_row_slice(matrix.lengths[0], matrix.lengths[1], &matrix.entries())
}

/// An operation on every matrix of a tensor, row after row.
pub(super) fn run(
    step: &OnMatrices,
    out: &mut [f64],
    reading: &Reading<'_>,
    factors: &mut Factors,
) -> Result<(), PlanError> {
    let operands: Vec<Tensor<'_>> = step.operands.iter().map(|operand| tensor(operand, reading)).collect();
    let Some(first) = operands.first() else { return Err(PlanError::Unsupported("an operation without a matrix")) };
    let batch = first.lengths.len() - 2;
    if batch == 0 {
        return one(step, 0, &operands.iter().collect::<Vec<_>>(), out, factors);
    }
    let parts: Vec<Vec<Tensor<'_>>> =
        operands.iter().map(|operand| operand.parts(batch.min(operand.lengths.len()))).collect();
    let count = parts[0].len();
    if count == 0 || out.is_empty() {
        return Ok(());
    }
    for (place, out) in out.chunks_mut(out.len() / count).enumerate() {
        let own: Vec<&Tensor<'_>> = parts.iter().map(|parts| &parts[place.min(parts.len() - 1)]).collect();
        one(step, place, &own, out, factors)?;
    }
    Ok(())
}

fn one(
    step: &OnMatrices,
    place: usize,
    operands: &[&Tensor<'_>],
    out: &mut [f64],
    factors: &mut Factors,
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
        Matrix::NormSpectral => out[0] = singular_values(a)?.first().copied().unwrap_or(f64::NAN),
        Matrix::NormNuclear => out[0] = singular_values(a)?.into_iter().sum(),
        Matrix::Every(which) => {
            let every = every_ranked(which, &dense(a))?;
            // There is room for more where the sizes are in another order than those that the plan was made for.
            out.fill(if matches!(which, Ranked::Eigenvalue | Ranked::SingularValue) { f64::NAN } else { 0.0 });
            let room = out.get_mut(..every.len()).ok_or(PlanError::Unsupported("a matrix of these sizes"))?;
            write(&every, room);
        }
        _ => write(&rest(step.operation, operands)?, out),
    }
    Ok(())
}

/// The entries of a matrix, row after row.
fn write(matrix: &DMatrix<f64>, out: &mut [f64]) {
    out.copy_from_slice(matrix.transpose().as_slice());
}

fn singular_values(a: &Tensor<'_>) -> Result<Vec<f64>, PlanError> {
    Svd::values((a.lengths[0], a.lengths[1]), &a.entries())
        .map_err(|_| PlanError::Unsupported("singular values that do not converge"))
}

/// What is made of whole matrices, without factors that others share.
fn rest(operation: Matrix, operands: &[&Tensor<'_>]) -> Result<DMatrix<f64>, PlanError> {
    let a = operands[0];
    let spectral = |which: Spectral| Ok(f64::spectral(which, &dense(a))?);
    match operation {
        Matrix::Pinv(cutoff) => Ok(pinv_above(&dense(a), cutoff.value())?),
        Matrix::IntegerPower(power) => Ok(matrix_function::integer_power(&dense(a), power)),
        Matrix::Power => {
            let power = operands.get(1).and_then(|power| power.buffer().first().copied()).unwrap_or(f64::NAN);
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
