//! What each operation computes. Sums are taken from the first entry to the last.

use nalgebra::DMatrix;

use super::super::tree::{Binary, Unary};
use super::fault::Fault;
use super::nd::NdArray;
use super::product;
use crate::expr::{Func, MatrixFunction, Op, Ranked, Reduction, Spectral};
use crate::numeric::linalg::{every_ranked, pinv_of_singular};
use crate::numeric::{Decompose, Scalar, elimination, log_norm_cdf, matrix_function, norm_ratio};

/// What `rcond` is of [`Unary::PinvSingular`].
const SINGULAR_CUTOFF: f64 = 1e-12;

pub(crate) fn unary(operation: Unary, x: &NdArray) -> Result<NdArray, Fault> {
    let number = |value: f64| Ok(NdArray::scalar(value));
    match operation {
        Unary::Elementwise(func) => Ok(x.map(|entry| entry.apply(func))),
        Unary::Negative => Ok(x.map(|entry| -entry)),
        Unary::Sqrt => Ok(x.map(f64::sqrt)),
        Unary::Log1p => Ok(x.map(f64::ln_1p)),
        Unary::Expm1 => Ok(x.map(f64::exp_m1)),
        Unary::LogExpit => Ok(x.map(|entry| -(-entry).apply(Func::Softplus))),
        Unary::LogNormCdf => Ok(x.map(log_norm_cdf)),
        Unary::NormRatio => Ok(x.map(norm_ratio)),
        Unary::Apply(op) => operator(op, x),
        Unary::SoftmaxRows => by_rows(x, softmax),
        Unary::LogSoftmax => Ok(log_softmax(x)),
        Unary::LogSoftmaxRows => by_rows(x, log_softmax),
        Unary::Transpose => Ok(NdArray::matrix(&x.as_matrix()?.transpose())),
        Unary::Trace => number(x.as_square()?.trace()),
        Unary::Det => number(f64::det(&x.as_square()?)),
        Unary::LogAbsDet => number(f64::det(&x.as_square()?).abs().ln()),
        Unary::Inverse => Ok(NdArray::matrix(&matrix_function::inverse(&x.as_square()?))),
        Unary::Pinv => Ok(NdArray::matrix(&f64::pinv(&x.as_matrix()?)?)),
        Unary::PinvSingular => Ok(NdArray::matrix(&pinv_of_singular(&x.as_matrix()?, SINGULAR_CUTOFF)?)),
        Unary::PinvVector => {
            let row = NdArray { lengths: vec![1, x.entries.len()], entries: x.entries.clone() };
            Ok(NdArray::vector(f64::pinv(&row.as_matrix()?)?.as_slice().to_vec()))
        }
        Unary::Others if x.lengths.len() == 1 => {
            let product = |at: usize| {
                let others = x.entries.iter().enumerate().filter(|(place, _)| *place != at);
                others.fold(1.0, |product, (_, entry)| product * entry)
            };
            Ok(NdArray::vector((0..x.entries.len()).map(product).collect()))
        }
        Unary::Others => Err(Fault::Lengths),
        Unary::Reduce(reduction) => number(reduce(reduction, x)),
        Unary::Norm => number(x.entries.iter().fold(0.0, |sum, entry| sum + entry * entry).sqrt()),
        Unary::NormOne => number(x.entries.iter().fold(0.0, |sum, entry| sum + entry.abs())),
        Unary::NormInfinity => number(reduce(Reduction::Max, &x.map(f64::abs))),
        Unary::NormSpectral => number(f64::singular_values(&x.as_matrix()?)?.first().copied().unwrap_or(f64::NAN)),
        Unary::NormNuclear => number(f64::singular_values(&x.as_matrix()?)?.iter().sum()),
        Unary::Diag if x.lengths.len() == 1 => {
            let diagonal = DMatrix::from_diagonal(&nalgebra::DVector::from_column_slice(&x.entries));
            Ok(NdArray::matrix(&diagonal))
        }
        Unary::Diag => Err(Fault::Lengths),
        Unary::DiagPart => Ok(NdArray::vector(x.as_square()?.diagonal().as_slice().to_vec())),
        Unary::Vec => Ok(NdArray::vector(x.as_matrix()?.as_slice().to_vec())),
        Unary::AsColumn | Unary::AsRow if x.lengths.len() != 1 => Err(Fault::Lengths),
        Unary::AsColumn => x.clone().reshaped(vec![x.entries.len(), 1]),
        Unary::AsRow => x.clone().reshaped(vec![1, x.entries.len()]),
        Unary::LambdaMax => spectral(Spectral::LambdaMax, x, 0),
        Unary::LambdaMin => spectral(Spectral::LambdaMin, x, 0),
        Unary::EigvecMax => spectral(Spectral::EigvecMax, x, 1),
        Unary::EigvecMin => spectral(Spectral::EigvecMin, x, 1),
        // The parts of a decomposition are found from what is decomposed.
        Unary::Svd => Ok(NdArray::matrix(&x.as_matrix()?)),
        Unary::Lu | Unary::Cholesky => Ok(NdArray::matrix(&x.as_square()?)),
        Unary::FirstLeft => spectral(Spectral::UMax, x, 1),
        Unary::FirstRight => spectral(Spectral::VMax, x, 1),
        Unary::Every(which) => {
            let of = if which.is_of_symmetric() { x.as_square()? } else { x.as_matrix()? };
            let axes = if matches!(which, Ranked::Eigenvalue | Ranked::SingularValue) { 1 } else { 2 };
            Ok(NdArray::with_axes(&every_ranked(which, &of)?, axes))
        }
        Unary::Polar => spectral(Spectral::Polar, x, 2),
        Unary::MatrixFunction(function) => Ok(NdArray::matrix(&f64::matrix_function(function, &x.as_square()?))),
        Unary::Factorial => {
            let value = x.number()?;
            number((1..).map(f64::from).take_while(|factor| *factor <= value.min(171.0)).product())
        }
        Unary::Int => number(x.number()?.trunc()),
    }
}

/// The entries along these axes reduced by an operation.
pub(crate) fn along(operation: Unary, array: &NdArray, axes: &[usize]) -> Result<NdArray, Fault> {
    let count = array.lengths.len();
    if axes.iter().any(|axis| *axis >= count) {
        return Err(Fault::Lengths);
    }
    let kept: Vec<usize> = (0..count).filter(|axis| !axes.contains(axis)).collect();
    let order: Vec<usize> = kept.iter().chain(axes).copied().collect();
    let lengths: Vec<usize> = kept.iter().map(|axis| array.lengths[*axis]).collect();
    let own: Vec<usize> = axes.iter().map(|axis| array.lengths[*axis]).collect();
    let sorted = array.permuted(&order)?;
    let length: usize = own.iter().product();
    let results: usize = lengths.iter().product();
    let mut entries = Vec::new();
    for place in 0..results {
        let part =
            NdArray { lengths: own.clone(), entries: sorted.entries[place * length..(place + 1) * length].to_vec() };
        entries.push(unary(operation, &part)?.number()?);
    }
    Ok(NdArray { lengths, entries })
}

fn spectral(which: Spectral, x: &NdArray, axes: usize) -> Result<NdArray, Fault> {
    let x =
        if matches!(which, Spectral::UMax | Spectral::VMax | Spectral::Polar) { x.as_matrix() } else { x.as_square() };
    Ok(NdArray::with_axes(&f64::spectral(which, &x?)?, axes))
}

fn operator(op: Op, x: &NdArray) -> Result<NdArray, Fault> {
    match op {
        Op::Softmax => Ok(softmax(x)),
        Op::Tril => Ok(NdArray::matrix(&x.as_matrix()?.lower_triangle())),
        Op::Triu => Ok(NdArray::matrix(&x.as_matrix()?.upper_triangle())),
        Op::Adjugate => Ok(NdArray::matrix(&elimination::adjugate(&x.as_square()?))),
    }
}

fn reduce(reduction: Reduction, x: &NdArray) -> f64 {
    let entries = x.entries.iter().copied();
    let better = |sign: f64| {
        let pick = move |best: f64, entry: f64| if entry * sign > best * sign || entry.is_nan() { entry } else { best };
        entries.clone().reduce(pick).unwrap_or(f64::NAN)
    };
    match reduction {
        Reduction::Sum => entries.fold(0.0, |sum, entry| sum + entry),
        Reduction::Product => entries.fold(1.0, |product, entry| product * entry),
        Reduction::Max => better(1.0),
        Reduction::Min => better(-1.0),
        Reduction::LogSumExp => {
            let most = better(1.0);
            most + entries.fold(0.0, |sum, entry| sum + (entry - most).exp()).ln()
        }
    }
}

fn softmax(x: &NdArray) -> NdArray {
    let most = reduce(Reduction::Max, x);
    let exp = x.map(|entry| (entry - most).exp());
    let sum = reduce(Reduction::Sum, &exp);
    exp.map(|entry| entry / sum)
}

fn log_softmax(x: &NdArray) -> NdArray {
    let all = reduce(Reduction::LogSumExp, x);
    x.map(|entry| entry - all)
}

fn by_rows(x: &NdArray, f: impl Fn(&NdArray) -> NdArray) -> Result<NdArray, Fault> {
    let [_, cols] = *x.lengths else { return Err(Fault::Lengths) };
    let rows = x.entries.chunks(cols.max(1)).map(|row| f(&NdArray::vector(row.to_vec())).entries);
    Ok(NdArray { lengths: x.lengths.clone(), entries: rows.flatten().collect() })
}

pub(crate) fn binary(operation: Binary, x: &NdArray, y: &NdArray) -> Result<NdArray, Fault> {
    match operation {
        Binary::Multiply => x.zip(y, |a, b| a * b),
        Binary::Divide => x.zip(y, |a, b| a / b),
        Binary::Power => x.zip(y, f64::powf),
        Binary::Keep => x.zip(y, |a, b| if b == 0.0 { 0.0 } else { a }),
        Binary::Maximum => x.zip(y, |a, b| if a > b || a.is_nan() { a } else { b }),
        Binary::Minimum => x.zip(y, |a, b| if a < b || a.is_nan() { a } else { b }),
        Binary::Equal => x.zip(y, |a, b| f64::from(u8::from(a == b))),
        Binary::LogAddExp => x.zip(y, |a, b| a.max(b) + (-(a - b).abs()).exp().ln_1p()),
        Binary::Xlogy => x.zip(y, |a, b| if a == 0.0 && !b.is_nan() { 0.0 } else { a * b.ln() }),
        Binary::Matmul => product::matmul(x, y),
        Binary::Outer => {
            let column = NdArray { lengths: vec![x.entries.len(), 1], entries: x.entries.clone() };
            column.zip(&NdArray::vector(y.entries.clone()), |a, b| a * b)
        }
        Binary::Kron => Ok(kron(x, y)),
        Binary::Solve | Binary::LuSolve | Binary::LuSolveTransposed | Binary::CholeskySolve => {
            let (a, is_vector) = (x.as_square()?, y.lengths.len() == 1);
            let b = if is_vector { y.clone().reshaped(vec![y.entries.len(), 1])? } else { y.clone() }.as_matrix()?;
            if a.nrows() != b.nrows() {
                return Err(Fault::Lengths);
            }
            let a = if operation == Binary::LuSolveTransposed { a.transpose() } else { a };
            let solved = f64::solve(&a, &b);
            let solved = solved.unwrap_or_else(|| DMatrix::from_element(b.nrows(), b.ncols(), f64::NAN));
            Ok(NdArray::with_axes(&solved, if is_vector { 1 } else { 2 }))
        }
        Binary::NormP => {
            let p = y.number()?;
            let sum = x.entries.iter().fold(0.0, |sum, entry| sum + entry.abs().powf(p));
            Ok(NdArray::scalar(sum.powf(1.0 / p)))
        }
        Binary::MatrixPower => Ok(NdArray::matrix(&matrix_function::integer_power(&x.as_square()?, y.whole()?))),
        Binary::FractionalPower => Ok(NdArray::matrix(&matrix_function::power(&x.as_square()?, y.number()?))),
        Binary::ExpmFrechet => frechet(MatrixFunction::Expm, x, std::slice::from_ref(y)),
    }
}

fn kron(x: &NdArray, y: &NdArray) -> NdArray {
    let axes = x.lengths.len().max(y.lengths.len());
    let padded = |array: &NdArray| {
        let mut lengths = vec![1; axes - array.lengths.len()];
        lengths.extend(&array.lengths);
        lengths
    };
    let (left, right) = (padded(x), padded(y));
    let lengths: Vec<usize> = left.iter().zip(&right).map(|(a, b)| a * b).collect();
    let mut result = NdArray::filled(lengths, 0.0);
    for entry in 0..result.entries.len() {
        let (mut rest, mut at_left, mut at_right, mut by_left, mut by_right) = (entry, 0, 0, 1, 1);
        for axis in (0..axes).rev() {
            let at = rest % result.lengths[axis];
            rest /= result.lengths[axis];
            at_left += at / right[axis] * by_left;
            at_right += at % right[axis] * by_right;
            by_left *= left[axis];
            by_right *= right[axis];
        }
        result.entries[entry] = x.entries[at_left] * y.entries[at_right];
    }
    result
}

/// The Fréchet derivative by blocks: f of [[X, E], [0, X]] has L(X; E) at the upper right.
pub(super) fn frechet(function: MatrixFunction, at: &NdArray, directions: &[NdArray]) -> Result<NdArray, Fault> {
    let at = at.as_square()?;
    let n = at.nrows();
    let (mut block, mut scale) = (at, 1.0);
    for (place, direction) in directions.iter().enumerate() {
        // The derivative is linear in each direction; large ones would cost digits.
        let direction = direction.as_square()?;
        let size = direction.amax();
        let direction = if size > 0.0 && size.is_finite() { direction / size } else { direction };
        scale *= if size > 0.0 { size } else { 1.0 };
        let copies = DMatrix::<f64>::identity(1 << place, 1 << place);
        let side = copies.kronecker(&direction);
        let size = block.nrows();
        if side.nrows() != size {
            return Err(Fault::Lengths);
        }
        let mut wider = DMatrix::zeros(2 * size, 2 * size);
        wider.view_mut((0, 0), (size, size)).copy_from(&block);
        wider.view_mut((size, size), (size, size)).copy_from(&block);
        wider.view_mut((0, size), (size, size)).copy_from(&side);
        block = wider;
    }
    let value = f64::matrix_function(function, &block);
    Ok(NdArray::matrix(&(value.view((0, value.ncols() - n), (n, n)) * scale)))
}
