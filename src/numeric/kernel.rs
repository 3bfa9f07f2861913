//! The kernel of every operator: the value of a node by the values of its operands.

use std::borrow::Cow;
use std::rc::Rc;

use nalgebra::DMatrix;

use super::bindings::EvalError;
use super::elimination;
use super::eval::{Evaluator, integer, inverted, untransposed};
use super::map::test_map;
use super::matrix_function::{self, matrix_function, power};
use super::polynomial::even_power_of_norm;
use super::product::{self, Factor};
use super::scalar::{Scalar, larger};
use super::spectral;
use crate::catalog::entrywise::Domain;
use crate::expr::{Arena, ExprId, Func, Node, Norm, Op, Ranked, Reduction, Spectral};
use crate::number::Coeff;
use crate::structure::Structure;

/// What the rounding of its terms may leave of a sum that is 0, relative to their size.
const ROUNDING: f64 = 1e-11;
/// Entries above this leave no digits to a determinant that comes out as 0.
const HUGE_ENTRY: f64 = 1e4;
/// Matrices larger than this get their adjugate from their inverse where they have one.
const MAX_COFACTORS: usize = 12;

/// The factorial of a larger number has more digits than are computed; the largest that is a double is 170!.
const MAX_FACTORIAL: f64 = 10_000.0;

type Matrix<T> = DMatrix<T>;

/// What rounding leaves of a sum that is 0, relative to its terms, for a kind of number.
fn rounding<T: Scalar>() -> f64 {
    ROUNDING / f64::EPSILON * T::EPSILON
}

/// Multiplications that an n×n decomposition or matrix function takes, about.
fn cubic(n: usize, factor: u64) -> u64 {
    (n as u64).saturating_pow(3).saturating_mul(factor)
}

/// An error unless the value has that shape.
pub(super) fn same_shape<T>(value: &Matrix<T>, expected: (usize, usize)) -> Result<(), EvalError> {
    if value.shape() == expected { Ok(()) } else { Err(EvalError::Shape { expected, found: value.shape() }) }
}

fn square<T>(value: &Matrix<T>) -> Result<usize, EvalError> {
    same_shape(value, (value.nrows(), value.nrows()))?;
    Ok(value.nrows())
}

fn scalar<T: Scalar>(value: T) -> Matrix<T> {
    DMatrix::from_element(1, 1, value)
}

fn place(index: i64, length: usize) -> Result<usize, EvalError> {
    usize::try_from(index)
        .ok()
        .and_then(|index| index.checked_sub(1))
        .filter(|place| *place < length)
        .ok_or(EvalError::OutOfRange { index, length })
}

impl<T: Scalar> Evaluator<'_, T> {
    /// The rows and columns of a node's shape, refused where they are none or too many.
    fn dimensions(&self, id: ExprId) -> Result<(usize, usize), EvalError> {
        let (rows, cols) = self.bindings.shape(self.arena, self.arena.shape(id))?;
        match rows.checked_mul(cols) {
            Some(0) => Err(EvalError::Shape { expected: (1, 1), found: (rows, cols) }),
            Some(entries) if entries <= self.bindings.most_entries => Ok((rows, cols)),
            _ => Err(EvalError::TooLarge),
        }
    }

    /// 1 where an entry is 0, else 0. A sum is 0 where nothing but the rounding of its terms is left: 1[x = max(x)]
    /// must not depend on the order in which the terms of x are added.
    fn is_zero(&self, inner: ExprId) -> Result<Matrix<T>, EvalError> {
        let value = self.value(inner)?;
        let sum = untransposed(self.arena, inner);
        let Node::Add(terms) = self.arena.node(sum) else {
            return Ok(value.map(|entry| entry.apply(Func::IsZero)));
        };
        let (rows, cols) = if sum == inner { value.shape() } else { (value.ncols(), value.nrows()) };
        let mut size = DMatrix::<f64>::zeros(rows, cols);
        for (coefficient, term) in terms.iter() {
            let factor = coefficient.to_f64();
            size.zip_apply(&*self.value(*term)?, |total, entry| *total += (factor * entry.real()).abs());
        }
        if sum != inner {
            size = size.transpose();
        }
        Ok(value.zip_map(&size, |entry, size| {
            let vanishes = size.is_finite() && size > 0.0 && entry.real().abs() <= rounding::<T>() * size;
            if vanishes { T::one() } else { entry.apply(Func::IsZero) }
        }))
    }

    /// The x of 1 + x where it is small in every entry.
    fn beyond_one(&self, sum: ExprId) -> Result<Option<Matrix<T>>, EvalError> {
        let Node::Add(terms) = self.arena.node(sum) else { return Ok(None) };
        // Of an expression as it was written, several terms may be 1, as in log(1 + x + 1).
        let Some(one) = terms.iter().position(|(coefficient, term)| is_one(self.arena, coefficient, *term)) else {
            return Ok(None);
        };
        let mut rest = self.value(sum)?.map(|_| T::zero());
        for (coefficient, term) in terms[..one].iter().chain(&terms[one + 1..]) {
            let factor = T::from_coeff(coefficient);
            rest.zip_apply(&*self.value(*term)?, |total, entry| *total += factor * entry);
        }
        Ok(rest.iter().all(|entry| entry.real().abs() < 0.5).then_some(rest))
    }

    /// The c and the x of c(exp(x) − 1) where x is small in every entry.
    fn exp_less_one(&self, terms: &[(Coeff, ExprId)]) -> Option<(T, Rc<Matrix<T>>)> {
        let [first, second] = terms else { return None };
        for ((factor, power), (coefficient, one)) in [(first, second), (second, first)] {
            if let Node::Elementwise(Func::Exp, inner) = self.arena.node(*power)
                && is_one(self.arena, &coefficient.neg().mul(&factor.recip().unwrap_or(Coeff::ZERO)), *one)
                && let Some(x) = self.known(*inner).filter(|x| x.iter().all(|entry| entry.real().abs() < 0.5))
            {
                return Some((T::from_coeff(factor), Rc::clone(x)));
            }
        }
        None
    }

    /// c(1 − erf x) or c(1 + erf x) where little is left of it in every entry, with all digits: 2c Φ(∓√2x).
    fn erf_complement(&self, terms: &[(Coeff, ExprId)]) -> Option<Matrix<T>> {
        let [first, second] = terms else { return None };
        for ((factor, function), (coefficient, one)) in [(first, second), (second, first)] {
            let Node::Elementwise(Func::Erf, inner) = self.arena.node(*function) else { continue };
            let ratio = coefficient.mul(&factor.recip().unwrap_or(Coeff::ZERO));
            // The sign that makes it small.
            let sign = [T::one(), -T::one()][usize::from(ratio.is_negative())];
            let x = self.known(*inner)?;
            if is_one(self.arena, &ratio.abs(), *one) && x.iter().all(|entry| (sign * *entry).real() < -1.0) {
                let twice = T::from_coeff(coefficient) * T::from_f64(2.0);
                let root = T::from_f64(2.0).sqrt() * sign;
                return Some(x.map(|entry| twice * (root * entry).apply(Func::NormCdf)));
            }
        }
        None
    }

    /// The value of a node whose operands have been evaluated.
    pub(super) fn compute(&mut self, id: ExprId) -> Result<Rc<Matrix<T>>, EvalError> {
        let arena = self.arena;
        let expected = self.dimensions(id)?;
        let (rows, cols) = expected;
        let value = match arena.node(id) {
            Node::Number(number) => scalar(T::from_coeff(number)),
            Node::Pi => scalar(T::pi()),
            #[allow(clippy::cast_precision_loss, reason = "sizes are far below 2^53")]
            Node::Size(dim) => scalar(T::from_f64(self.bindings.size(arena, *dim)? as f64)),
            #[allow(clippy::cast_precision_loss, reason = "indices are far below 2^53")]
            Node::Index(index) => scalar(T::from_f64(self.index(*index)? as f64)),
            Node::Symbol(symbol) => {
                self.bindings.symbols.get(symbol).cloned().ok_or(EvalError::UnboundSymbol(*symbol))?
            }
            Node::Member(symbol, index) => {
                let family = self.bindings.families.get(symbol).ok_or(EvalError::UnboundSymbol(*symbol))?;
                family[place(integer(&*self.value(*index)?)?, family.len())?].clone()
            }
            Node::Differential(symbol, slot) => self
                .bindings
                .differentials
                .get(&(*symbol, *slot))
                .cloned()
                .ok_or(EvalError::UnboundDifferential(*symbol, *slot))?,
            Node::Pending(..) => return Err(EvalError::Unsupported("differentials that are not worked out")),
            Node::Identity(_) => DMatrix::identity(rows, cols),
            Node::Commutation(of) => {
                // Column i + j·m of vec(X) is row j + i·n of vec(Xᵀ).
                let (m, n) = self.bindings.shape(self.arena, *of)?;
                let mut matrix = DMatrix::zeros(rows, cols);
                for i in 0..m {
                    for j in 0..n {
                        matrix[(j + i * n, i + j * m)] = T::one();
                    }
                }
                matrix
            }
            Node::Selection(offset, _) => {
                let offset = self.bindings.size(self.arena, *offset)?;
                DMatrix::from_fn(rows, cols, |row, col| if row == offset + col { T::one() } else { T::zero() })
            }
            Node::Ones(_) => DMatrix::from_element(rows, cols, T::one()),
            Node::Zeros(_) => DMatrix::zeros(rows, cols),
            Node::Basis(_, index) => {
                let mut vector = DMatrix::zeros(rows, 1);
                vector[place(integer(&*self.value(*index)?)?, rows)?] = T::one();
                vector
            }
            Node::Literal(_, entries) => {
                let entries: Vec<T> =
                    entries.iter().map(|entry| Ok(self.value(*entry)?[0])).collect::<Result<_, EvalError>>()?;
                if entries.len() != rows * cols {
                    return Err(EvalError::Shape { expected, found: (entries.len(), 1) });
                }
                DMatrix::from_row_slice(rows, cols, &entries)
            }
            Node::Add(terms) if let Some((factor, exponent)) = self.exp_less_one(terms) => {
                exponent.map(|entry| factor * entry.exp_m1())
            }
            Node::Add(terms) if let Some(small) = self.erf_complement(terms) => small,
            Node::Add(terms) => {
                let mut sum = DMatrix::zeros(rows, cols);
                for (coefficient, term) in terms.iter() {
                    let term = self.value(*term)?;
                    same_shape(&term, expected)?;
                    let factor = T::from_coeff(coefficient);
                    if coefficient.is_one() {
                        sum += &*term;
                    } else {
                        sum.zip_apply(&*term, |total, entry| *total += factor * entry);
                    }
                }
                sum
            }
            Node::Product(factors) => self.product(factors)?,
            Node::Hadamard(factors) => {
                let mut product = DMatrix::from_element(rows, cols, T::one());
                for (base, exponent) in factors.iter() {
                    let is_number = matches!(arena.node(*exponent), Node::Number(_));
                    // The root of ‖x‖² would only be squared again.
                    if let Some(squares) = self.power_of_squares(*base, *exponent) {
                        product.apply(|total| *total *= squares);
                        continue;
                    }
                    let (base, exponent) = (self.value(*base)?, self.value(*exponent)?[0]);
                    same_shape(&base, expected)?;
                    // 0^p jumps at p = 0.
                    if self.bindings.refuse_rounding
                        && !is_number
                        && exponent.real().abs() < ROUNDING
                        && base.iter().any(|entry| entry.real() == 0.0)
                    {
                        return Ok(Rc::new(DMatrix::from_element(rows, cols, T::from_f64(f64::NAN))));
                    }
                    product.zip_apply(&*base, |total, entry| *total *= entry_power(entry, exponent));
                }
                product
            }
            Node::Kron(left, right) => self.value(*left)?.kronecker(&*self.value(*right)?),
            Node::Transpose(inner) => self.value(*inner)?.transpose(),
            Node::Power(base, exponent) => {
                let (base, exponent) = (self.value(*base)?, self.value(*exponent)?[0]);
                self.spend_dense(matrix_function::work_of_power(square(&base)?, exponent))?;
                power(&base, exponent)
            }
            Node::Entry(inner, row, col) => {
                let (inner, row, col) = (self.value(*inner)?, self.value(*row)?, self.value(*col)?);
                let (row, col) = (place(integer(&row)?, inner.nrows())?, place(integer(&col)?, inner.ncols())?);
                scalar(inner[(row, col)])
            }
            Node::Choose(condition, then, otherwise) => {
                let (condition, then, otherwise) =
                    (self.value(*condition)?, self.value(*then)?, self.value(*otherwise)?);
                same_shape(&then, expected)?;
                same_shape(&otherwise, expected)?;
                let is_scalar = condition.len() == 1;
                DMatrix::from_fn(rows, cols, |row, col| {
                    let decides = if is_scalar { condition[0] } else { condition[(row, col)] }.real();
                    if decides == 1.0 {
                        then[(row, col)]
                    } else if decides == 0.0 {
                        otherwise[(row, col)]
                    } else {
                        T::from_f64(f64::NAN)
                    }
                })
            }
            // Evaluated by the evaluator itself, which binds the index.
            Node::Indexed { .. } => return Err(EvalError::Unsupported("a sum out of order")),
            Node::Elementwise(Func::IsZero, inner) => self.is_zero(*inner)?,
            Node::Elementwise(f @ (Func::Sign | Func::Step), inner) if self.bindings.refuse_rounding => {
                self.value(*inner)?.map(|entry| {
                    let size = entry.real().abs();
                    if size > 0.0 && size < ROUNDING { T::from_f64(f64::NAN) } else { entry.apply(*f) }
                })
            }
            // At ±1 the slope is infinite, and rounding decides on which side the argument is.
            Node::Elementwise(f, inner)
                if self.bindings.refuse_rounding
                    && matches!(f.row().domain, Domain::UpToOneInSize | Domain::BelowOneInSize | Domain::FromOne) =>
            {
                self.value(*inner)?.map(|entry| {
                    let edge = (entry.real().abs() - 1.0).abs() < ROUNDING;
                    if edge { T::from_f64(f64::NAN) } else { entry.apply(*f) }
                })
            }
            Node::Elementwise(Func::Log, inner) if let Some(rest) = self.beyond_one(*inner)? => rest.map(Scalar::ln_1p),
            Node::Elementwise(f, inner) => self.value(*inner)?.map(|entry| entry.apply(*f)),
            Node::MatrixFunction(f, inner, directions) => {
                let inner = self.value(*inner)?;
                let n = square(&inner)?;
                let directions: Vec<_> =
                    directions.iter().map(|direction| self.value(*direction)).collect::<Result<_, _>>()?;
                for direction in &directions {
                    same_shape(direction, (n, n))?;
                }
                let directions: Vec<_> = directions.iter().map(|direction| &**direction).collect();
                let work = matrix_function::work_of_frechet(*f, n, &directions);
                self.spend_dense(work / T::frechet_saves(&inner, &directions))?;
                matrix_function(*f, &inner, &directions)?
            }
            Node::Map(map, inner, at) => {
                let symbol = arena.symbol(map.symbol);
                let (rows, cols) =
                    (self.bindings.size(arena, symbol.shape.rows)?, self.bindings.size(arena, symbol.shape.cols)?);
                let mut of = (0, 0);
                if let Some(row) = at.first() {
                    of.0 = place(integer(&*self.value(*row)?)?, rows)?;
                }
                if let Some(col) = at.get(1) {
                    of.1 = place(integer(&*self.value(*col)?)?, cols)?;
                }
                let inner = self.value(*inner)?;
                self.spend((rows * cols * inner.len()) as u64)?;
                test_map(symbol, (rows, cols), map.derivative, of, &inner)
            }
            Node::Trace(inner) => {
                let inner = self.value(*inner)?;
                square(&inner)?;
                scalar(inner.diagonal().iter().fold(T::zero(), |sum, entry| sum + *entry))
            }
            Node::Det(inner) => {
                let inner = self.value(*inner)?;
                self.spend_dense(cubic(square(&inner)?, 1) / 3)?;
                let det = T::det(&inner);
                // Of a huge matrix that is singular up to rounding the determinant is unknown, not 0.
                let unknown = self.bindings.refuse_rounding
                    && det.real() == 0.0
                    && inner.iter().any(|entry| entry.real().abs() > HUGE_ENTRY);
                scalar(if unknown { T::from_f64(f64::NAN) } else { det })
            }
            Node::Reduce(reduction @ (Reduction::Max | Reduction::Min), inner) if is_mirrored(arena, *inner) => {
                // Entries that mirror each other are one.
                let inner = self.value(*inner)?;
                let half = (0..inner.ncols()).flat_map(|col| (col..inner.nrows()).map(move |row| (row, col)));
                let half: Vec<T> = half.map(|place| inner[place]).collect();
                scalar(reduce(*reduction, &DMatrix::from_vec(half.len(), 1, half)))
            }
            Node::Reduce(reduction, inner) => scalar(reduce(*reduction, &*self.value(*inner)?)),
            Node::Norm(norm, inner) => {
                // Of a matrix of rank 1 all singular values but the largest are 0 and stay 0.
                let is_thin = *norm == Norm::Nuclear && self.arena.leads_through_vector(*inner);
                let norm = if is_thin { Norm::Spectral } else { *norm };
                let inner = self.value(*inner)?;
                self.norm(norm, &inner)?
            }
            Node::Spectral(which, inner) => {
                let inner = self.value(*inner)?;
                match which {
                    Spectral::SumEig
                    | Spectral::ProdEig
                    | Spectral::LambdaMax
                    | Spectral::LambdaMin
                    | Spectral::EigvecMax
                    | Spectral::EigvecMin => {
                        square(&inner)?;
                    }
                    Spectral::UMax | Spectral::VMax | Spectral::Polar => {}
                }
                self.spend_dense(cubic(inner.nrows().max(inner.ncols()), 30))?;
                T::spectral(*which, &inner)?
            }
            Node::Ranked(which, inner, at) => {
                let (inner, at) = (self.value(*inner)?, integer(&*self.value(*at)?)?);
                if which.is_of_symmetric() {
                    square(&inner)?;
                }
                let at = place(at, inner.nrows().min(inner.ncols()))?;
                self.spend_dense(cubic(inner.nrows().max(inner.ncols()), 30))?;
                spectral::ranked(*which, &inner, at)?
            }
            Node::Apply(Op::Softmax, inner) => {
                let whole = arena.shape(*inner).cols.is_one();
                softmax(&*self.value(*inner)?, whole)
            }
            Node::Diag(inner) => {
                let inner = self.value(*inner)?;
                same_shape(&inner, (rows, 1))?;
                DMatrix::from_fn(rows, rows, |row, col| if row == col { inner[row] } else { T::zero() })
            }
            Node::Hat(inner) => {
                let a = self.value(*inner)?;
                same_shape(&a, (3, 1))?;
                let zero = T::zero();
                DMatrix::from_row_slice(3, 3, &[zero, -a[2], a[1], a[2], zero, -a[0], -a[1], a[0], zero])
            }
            Node::Axial(inner) => {
                let g = self.value(*inner)?;
                same_shape(&g, (3, 3))?;
                let entries = [g[(2, 1)] - g[(1, 2)], g[(0, 2)] - g[(2, 0)], g[(1, 0)] - g[(0, 1)]];
                DMatrix::from_column_slice(3, 1, &entries)
            }
            Node::DiagPart(inner) => {
                let inner = self.value(*inner)?;
                square(&inner)?;
                DMatrix::from_fn(rows, 1, |row, _| inner[(row, row)])
            }
            Node::Vec(inner) => reshaped(&*self.value(*inner)?, expected)?,
            Node::Unvec(inner, _) => reshaped(&*self.value(*inner)?, expected)?,
            Node::Apply(Op::Tril, inner) => self.value(*inner)?.lower_triangle(),
            Node::Apply(Op::Triu, inner) => self.value(*inner)?.upper_triangle(),
            Node::Pinv(inner) => {
                let inner = self.value(*inner)?;
                self.spend_dense(cubic(rows.max(cols), 30))?;
                T::pinv(&inner)?
            }
            Node::Apply(Op::Adjugate, inner) => {
                let inner = self.value(*inner)?;
                let n = square(&inner)?;
                self.spend_dense(cubic(n, if n > MAX_COFACTORS { 2 } else { (n * n) as u64 }))?;
                adjugate(&inner)
            }
            Node::Factorial(inner) => scalar(factorial(self.value(*inner)?[0])?),
        };
        same_shape(&value, expected)?;
        Ok(Rc::new(value))
    }

    /// Scalars scale; the rest is cut into chains of matrices, each of which but one is a scalar
    /// such as xᵀAx, and every chain is associated in its cheapest order.
    fn product(&mut self, factors: &[ExprId]) -> Result<Matrix<T>, EvalError> {
        let arena = self.arena;
        let values: Vec<_> = factors
            .iter()
            .map(|factor| {
                let inner = inverted(arena, *factor);
                Ok((inner.is_some(), self.value(inner.unwrap_or(*factor))?))
            })
            .collect::<Result<_, EvalError>>()?;
        let mut scale = T::one();
        let mut matrix: Option<Matrix<T>> = None;
        let mut open: Vec<Factor<'_, T>> = Vec::new();
        let mut first_rows_are_one = false;
        let mut chains: Vec<Vec<Factor<'_, T>>> = Vec::new();
        for (factor, (invert, value)) in factors.iter().zip(&values) {
            let shape = arena.shape(*factor);
            if shape.is_scalar() {
                scale *= if *invert { T::one() / value[0] } else { value[0] };
                continue;
            }
            if open.is_empty() {
                first_rows_are_one = shape.rows.is_one();
            }
            if *invert {
                square(value)?;
                self.spend_dense(cubic(value.nrows(), 1) / 3)?;
            }
            open.push(if *invert { Factor::Inverse(value) } else { Factor::Plain(Cow::Borrowed(&**value)) });
            if first_rows_are_one && shape.cols.is_one() {
                chains.push(std::mem::take(&mut open));
            }
        }
        if !open.is_empty() {
            chains.push(open);
        }
        for chain in chains {
            self.spend_dense(product::work(&chain))?;
            let value = product::chain(chain)?;
            if value.shape() == (1, 1) {
                scale *= value[0];
            } else if matrix.replace(value).is_some() {
                return Err(EvalError::Unsupported("a product of sizes that do not fit"));
            }
        }
        Ok(match matrix {
            Some(matrix) if scale.is_one() => matrix,
            Some(matrix) => matrix.map(|entry| entry * scale),
            None => scalar(scale),
        })
    }

    /// The power of the sum of squares that ‖x‖²ᵏ is, where the powers of its entries neither overflow nor vanish.
    fn power_of_squares(&self, base: ExprId, exponent: ExprId) -> Option<T> {
        let (inner, half) = even_power_of_norm(self.arena, base, exponent)?;
        let x = self.known(inner)?;
        let largest = x.iter().map(|entry| entry.real().abs()).fold(0.0, f64::max);
        let is_safe = largest == 0.0 || (1e-140..1e140).contains(&largest);
        let sum = || x.iter().fold(T::zero(), |sum, entry| sum + *entry * *entry);
        is_safe.then(|| if half == 1 { sum() } else { sum().powi(half) })
    }

    fn norm(&mut self, norm: Norm, x: &Matrix<T>) -> Result<Matrix<T>, EvalError> {
        let largest = x.iter().map(|entry| entry.real().abs()).fold(0.0, f64::max);
        let value = match norm {
            Norm::Frobenius => root_of_squares(x, largest),
            Norm::One => x.iter().fold(T::zero(), |sum, entry| sum + entry.abs()),
            Norm::Infinity => extreme(x.map(|entry| entry.abs()).iter(), 1.0),
            Norm::P(p) => {
                let p = self.value(p)?[0];
                if largest == 0.0 || !largest.is_finite() {
                    root_of_squares(x, largest)
                } else {
                    // The sum is of numbers up to 1, so that no power overflows.
                    let largest = power_of_two(largest);
                    let shrink = T::from_f64(1.0 / largest);
                    let sum = x.iter().fold(T::zero(), |sum, entry| sum + entry_power(entry.abs() * shrink, p));
                    T::from_f64(largest) * entry_power(sum, T::one() / p)
                }
            }
            Norm::Spectral | Norm::Nuclear => {
                self.spend_dense(cubic(x.nrows().max(x.ncols()), 30))?;
                if norm == Norm::Spectral {
                    spectral::ranked(Ranked::SingularValue, x, 0)?[0]
                } else {
                    T::singular_values(x)?.iter().fold(T::zero(), |sum, entry| sum + *entry)
                }
            }
        };
        Ok(scalar(value))
    }
}

/// Whether a term is the number 1, or 1 in every entry.
fn is_one(arena: &Arena, coefficient: &Coeff, term: ExprId) -> bool {
    match arena.node(term) {
        Node::Number(number) => coefficient.mul(number).is_one(),
        Node::Ones(_) => coefficient.is_one(),
        _ => false,
    }
}

/// The power of two below a number above 0: multiplying with it and dividing by it round nothing.
fn power_of_two(x: f64) -> f64 {
    f64::powi(2.0, x.log2().floor().clamp(-1000.0, 1000.0) as i32)
}

/// √(Σ xᵢⱼ²), scaled so that squares neither overflow nor vanish.
fn root_of_squares<T: Scalar>(x: &Matrix<T>, largest: f64) -> T {
    let safe = largest == 0.0 || !largest.is_finite() || (1e-140..1e140).contains(&largest);
    let grow = if safe { 1.0 } else { power_of_two(largest) };
    let shrink = 1.0 / grow;
    let shrink = T::from_f64(shrink);
    let sum = x.iter().fold(T::zero(), |sum, entry| {
        let entry = *entry * shrink;
        sum + entry * entry
    });
    T::from_f64(grow) * sum.sqrt()
}

/// base^exponent, integers by multiplication.
fn entry_power<T: Scalar>(base: T, exponent: T) -> T {
    let real = exponent.real();
    if exponent.is_constant() && real.fract() == 0.0 && real.abs() <= 1024.0 {
        #[allow(clippy::cast_possible_truncation, reason = "the range was tested")]
        return base.powi(real as i32);
    }
    base.powf(exponent)
}

/// The largest (sign 1) or smallest (sign −1) by the real part; NaN if there is one, and where entries that move apart are equal up to
/// rounding: there is no derivative then. Entries that are equal and move alike are one.
fn extreme<'a, T: Scalar>(entries: impl Iterator<Item = &'a T> + Clone, sign: f64) -> T {
    let best = largest(entries.clone(), sign);
    if is_tied(entries, best) { T::from_f64(f64::NAN) } else { best }
}

/// The largest (sign 1) or smallest (sign −1) by the real part, the first of several.
fn largest<'a, T: Scalar>(mut entries: impl Iterator<Item = &'a T>, sign: f64) -> T {
    let Some(mut best) = entries.next().copied() else { return T::from_f64(f64::NAN) };
    for entry in entries {
        let (here, top) = (entry.real() * sign, best.real() * sign);
        // Numbers of more digits than a double may differ where their real parts are equal.
        if here > top || here.is_nan() || here == top && (*entry - best).real() * sign > 0.0 {
            best = *entry;
        }
    }
    best
}

/// Whether another entry equals the extreme one up to what the largest entry may have lost by rounding, and moves away from it.
fn is_tied<'a, T: Scalar>(entries: impl Iterator<Item = &'a T> + Clone, extreme: T) -> bool {
    let size = entries.clone().map(|entry| entry.real().abs()).fold(0.0, f64::max);
    let near =
        |entry: &&T| (entry.real() - extreme.real()).abs() <= rounding::<T>() * size + entry.doubt() + extreme.doubt();
    let motion = entries.clone().filter(near).map(|entry| entry.motion()).fold(0.0, larger);
    let moves_alike = |entry: &T| (*entry - extreme).motion() <= rounding::<T>() * motion;
    !entries.filter(near).all(moves_alike)
}

/// Whether a matrix is symmetric by the declarations of what it is made of.
fn is_mirrored(arena: &Arena, id: ExprId) -> bool {
    match arena.node(id) {
        Node::Symbol(symbol) => matches!(
            arena.symbol(*symbol).structure,
            Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite
        ),
        Node::Power(base, _) => is_mirrored(arena, *base),
        Node::MatrixFunction(_, inner, directions) => directions.is_empty() && is_mirrored(arena, *inner),
        _ => false,
    }
}

fn reduce<T: Scalar>(reduction: Reduction, x: &Matrix<T>) -> T {
    match reduction {
        Reduction::Sum => x.iter().fold(T::zero(), |sum, entry| sum + *entry),
        Reduction::Product => x.iter().fold(T::one(), |product, entry| product * *entry),
        Reduction::Max => extreme(x.iter(), 1.0),
        Reduction::Min => extreme(x.iter(), -1.0),
        Reduction::LogSumExp => {
            // log Σ exp(x − m) + m with the constant m = max x
            let shift = T::from_f64(largest(x.iter(), 1.0).real());
            if !shift.is_finite() {
                return shift;
            }
            shift + x.iter().fold(T::zero(), |sum, entry| sum + (*entry - shift).apply(Func::Exp)).log()
        }
    }
}

/// exp(x − m)/Σ exp(x − m), of the whole or of each row.
fn softmax<T: Scalar>(x: &Matrix<T>, whole: bool) -> Matrix<T> {
    let mut result = x.clone();
    let normalize = |entries: Vec<&mut T>| {
        let values: Vec<T> = entries.iter().map(|entry| **entry).collect();
        let shift = T::from_f64(largest(values.iter(), 1.0).real());
        let exps: Vec<T> = values.iter().map(|entry| (*entry - shift).exp()).collect();
        let sum = exps.iter().fold(T::zero(), |sum, entry| sum + *entry);
        for (entry, exp) in entries.into_iter().zip(exps) {
            *entry = exp / sum;
        }
    };
    if whole {
        normalize(result.iter_mut().collect());
    } else {
        for mut row in result.row_iter_mut() {
            normalize(row.iter_mut().collect());
        }
    }
    result
}

/// The same entries in column order in another shape.
fn reshaped<T: Scalar>(x: &Matrix<T>, (rows, cols): (usize, usize)) -> Result<Matrix<T>, EvalError> {
    if x.len() != rows * cols {
        return Err(EvalError::Shape { expected: (rows, cols), found: x.shape() });
    }
    Ok(DMatrix::from_column_slice(rows, cols, x.as_slice()))
}

fn adjugate<T: Scalar>(x: &Matrix<T>) -> Matrix<T> {
    if x.nrows() > MAX_COFACTORS
        && let Some(inverse) = T::solve(x, &DMatrix::identity(x.nrows(), x.nrows()))
    {
        let det = T::det(x);
        return inverse.map(|entry| entry * det);
    }
    elimination::adjugate(x)
}

fn factorial<T: Scalar>(x: T) -> Result<T, EvalError> {
    let real = x.real();
    if real < 0.0 || real.fract() != 0.0 {
        return Err(EvalError::Factorial(real));
    }
    if !x.is_constant() {
        return Err(EvalError::Unsupported("the derivative of a factorial"));
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is tested")]
    Ok(if real <= MAX_FACTORIAL { T::factorial(real as u64) } else { T::from_f64(f64::INFINITY) })
}
