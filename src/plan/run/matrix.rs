//! Operations on matrices. A matrix is factored once for all that is made of it.

use std::rc::Rc;

use nalgebra::{DMatrix, Dyn, LU};
use rustc_hash::FxHashMap;

use super::tensor::Tensor;
use crate::expr::{MatrixFunction, Spectral};
use crate::numeric::linalg::pinv_above;
use crate::numeric::{Decompose as _, matrix_function};
use crate::plan::error::PlanError;
use crate::plan::graph::NodeId;
use crate::plan::matrix::Matrix;

/// The pivots of a matrix that is far from being singular are no further apart.
const CONDITION: f64 = 1e-6;

/// A matrix with its factors.
struct Factored {
    lu: LU<f64, Dyn, Dyn>,
    /// Whether it is singular, as far as doubles tell: a pivot is what rounding leaves of the entries of its column.
    is_singular: bool,
    /// Whether it is far from being singular.
    is_well_conditioned: bool,
}

/// The factorizations of matrices, by the node and the place of the matrix in its tensor.
#[derive(Default)]
pub(super) struct Factors {
    known: FxHashMap<(NodeId, usize), Rc<Factored>>,
}

impl Factors {
    fn of(&mut self, node: NodeId, place: usize, matrix: &Tensor<'_>) -> Rc<Factored> {
        Rc::clone(self.known.entry((node, place)).or_insert_with(|| Rc::new(factored(dense(matrix)))))
    }
}

fn factored(matrix: DMatrix<f64>) -> Factored {
    let sizes: Vec<f64> = matrix.column_iter().map(|column| column.amax()).collect();
    let lu = LU::new(matrix);
    let pivots: Vec<f64> = lu.u().diagonal().iter().map(|pivot| pivot.abs()).collect();
    let rounding = f64::EPSILON * sizes.len() as f64;
    // So that a pivot that is not a number is none either.
    let is_regular = pivots.iter().zip(&sizes).all(|(pivot, size)| *pivot > rounding * size);
    let most = pivots.iter().copied().fold(0.0, f64::max);
    let is_well_conditioned = pivots.iter().all(|pivot| *pivot > CONDITION * most);
    Factored { lu, is_singular: !is_regular, is_well_conditioned }
}

impl Factored {
    /// X with AᵀX = B: with PA = LU it is Pᵀ L⁻ᵀ U⁻ᵀ B.
    fn solve_transposed(&self, mut b: DMatrix<f64>) -> Result<DMatrix<f64>, PlanError> {
        let lu = self.regular()?;
        let solved = lu.u().tr_solve_upper_triangular_mut(&mut b) && lu.l().tr_solve_lower_triangular_mut(&mut b);
        lu.p().inv_permute_rows(&mut b);
        if solved { Ok(b) } else { Err(PlanError::Singular) }
    }

    /// The factors of a matrix that is not singular.
    fn regular(&self) -> Result<&LU<f64, Dyn, Dyn>, PlanError> {
        if self.is_singular { Err(PlanError::Singular) } else { Ok(&self.lu) }
    }
}

fn dense(matrix: &Tensor<'_>) -> DMatrix<f64> {
    DMatrix::from_row_slice(matrix.lengths[0], matrix.lengths[1], &matrix.entries())
}

/// An operation on every matrix of a tensor.
pub(super) fn matrix<'a>(
    operation: Matrix,
    nodes: &[NodeId],
    operands: &[Tensor<'a>],
    lengths: Vec<usize>,
    factors: &mut Factors,
) -> Result<Tensor<'a>, PlanError> {
    let Some(first) = operands.first() else { return Err(PlanError::Unsupported("an operation without a matrix")) };
    let batch = first.lengths.len() - 2;
    let parts: Vec<Vec<Tensor<'a>>> =
        operands.iter().map(|operand| operand.parts(batch.min(operand.lengths.len()))).collect();
    let mut entries = Vec::with_capacity(lengths.iter().product());
    for place in 0..parts[0].len() {
        let own: Vec<&Tensor<'a>> = parts.iter().map(|parts| &parts[place.min(parts.len() - 1)]).collect();
        let value = one(operation, nodes[0], place, &own, factors)?;
        entries.extend_from_slice(value.transpose().as_slice());
    }
    Ok(Tensor::made(lengths, entries))
}

fn one(
    operation: Matrix,
    node: NodeId,
    place: usize,
    operands: &[&Tensor<'_>],
    factors: &mut Factors,
) -> Result<DMatrix<f64>, PlanError> {
    let a = operands[0];
    let number = |value: f64| Ok(DMatrix::from_element(1, 1, value));
    let spectral = |which: Spectral| Ok(f64::spectral(which, &dense(a))?);
    match operation {
        Matrix::Solve { transposed } => {
            let b = dense(operands[1]);
            if transposed {
                return factors.of(node, place, a).solve_transposed(b);
            }
            factors.of(node, place, a).regular()?.solve(&b).ok_or(PlanError::Singular)
        }
        Matrix::Inverse => factors.of(node, place, a).regular()?.try_inverse().ok_or(PlanError::Singular),
        Matrix::Det => number(factors.of(node, place, a).lu.determinant()),
        Matrix::LogAbsDet => {
            let factors = factors.of(node, place, a);
            number(factors.lu.u().diagonal().iter().map(|entry| entry.abs().ln()).sum())
        }
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
        Matrix::NormSpectral => number(f64::singular_values(&dense(a))?.first().copied().unwrap_or(f64::NAN)),
        Matrix::NormNuclear => number(f64::singular_values(&dense(a))?.iter().sum()),
        Matrix::Adjugate => {
            let factors = factors.of(node, place, a);
            if factors.is_well_conditioned
                && let Some(inverse) = factors.lu.try_inverse()
            {
                return Ok(inverse * factors.lu.determinant());
            }
            adjugate(&dense(a), None)
        }
        Matrix::AdjugateAlong => adjugate(&dense(a), Some(&dense(operands[1]))),
    }
}

/// The adjugate of A, or its derivative along E, by the singular values: adj(UΣVᵀ) = det(U) det(V) V adj(Σ) Uᵀ, of singular matrices, too.
fn adjugate(a: &DMatrix<f64>, along: Option<&DMatrix<f64>>) -> Result<DMatrix<f64>, PlanError> {
    let svd = a.clone().svd(true, true);
    let (Some(u), Some(vt)) = (svd.u, svd.v_t) else { return Err(PlanError::Singular) };
    let sigma = svd.singular_values;
    let n = sigma.len();
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
