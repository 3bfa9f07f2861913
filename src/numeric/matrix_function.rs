//! Functions of square matrices: powers, expm, logm, sqrtm and their Fréchet derivatives, for any [`Scalar`].
//!
//! Only sums, products and solves are used, so dual numbers pass through. Where a function is not defined
//! (log of a matrix with eigenvalues ≤ 0) the iteration does not converge and the result is NaN.
//! Sources: Higham, Functions of Matrices (2008), §6.3 (Denman–Beavers), §10.3 (scaling and squaring),
//! §11.5 (inverse scaling and squaring); Higham & Relton 2014 for higher Fréchet derivatives.

use nalgebra::DMatrix;

use super::bindings::EvalError;
use super::function::test_numbers;
use super::scalar::Scalar;
use crate::expr::{MatrixFunction, SymbolId};

/// Steps of the Denman–Beavers iteration; it converges quadratically.
const MAX_ROOT_STEPS: usize = 60;
/// Square roots that logm takes before it gives up.
const MAX_ROOTS: usize = 60;
/// Degrees of the Taylor polynomial of exp for arguments of norm up to ½: ½^19/19! < 1e−22, ½^28/28! < 1e−37. Each power of an
/// infinitesimal adds one.
const EXP_DEGREES: [usize; 2] = [18, 27];
/// Terms of the series of artanh for arguments of norm up to about 1/7.
const LOG_TERMS: [usize; 2] = [14, 20];
/// Squarings of expm; norms beyond 2^64 give NaN.
const MAX_SQUARINGS: i32 = 64;
/// Highest order of a Fréchet derivative: the block matrix has up to 2^order times the rows.
pub const MAX_FRECHET_ORDER: usize = 5;

/// Most rows of a matrix whose square root is differentiated by linear systems.
const ROWS_OF_ROOTS: usize = 8;
/// Products of matrices that a function of a matrix takes, about.
const WORK_OF_A_FUNCTION: u64 = 100;

/// Whether the numbers have more digits than a double.
fn is_long<T: Scalar>() -> bool {
    T::EPSILON < 1e-20
}

fn nan<T: Scalar>(n: usize) -> DMatrix<T> {
    DMatrix::from_element(n, n, T::from_f64(f64::NAN))
}

fn identity<T: Scalar>(n: usize) -> DMatrix<T> {
    DMatrix::identity(n, n)
}

fn scaled<T: Scalar>(a: &DMatrix<T>, factor: f64) -> DMatrix<T> {
    let factor = T::from_f64(factor);
    a.map(|entry| entry * factor)
}

/// The largest column sum of the sizes of the real parts.
fn norm_one<T: Scalar>(a: &DMatrix<T>) -> f64 {
    // f64::max would lose NaN.
    a.column_iter()
        .map(|column| column.iter().map(|entry| entry.real().abs()).sum::<f64>())
        .fold(0.0, |best, sum: f64| if sum > best || sum.is_nan() { sum } else { best })
}

/// X⁻¹; NaN of a singular X.
pub fn inverse<T: Scalar>(x: &DMatrix<T>) -> DMatrix<T> {
    T::solve(x, &identity(x.nrows())).unwrap_or_else(|| nan(x.nrows()))
}

/// Xᵏ by repeated squaring; of a negative k the power of X⁻¹.
pub fn integer_power<T: Scalar>(x: &DMatrix<T>, k: i64) -> DMatrix<T> {
    let mut base = if k < 0 { inverse(x) } else { x.clone() };
    let mut left = k.unsigned_abs();
    let mut result: Option<DMatrix<T>> = None;
    while left > 0 {
        if left & 1 == 1 {
            result = Some(result.map_or_else(|| base.clone(), |product| product * &base));
        }
        left >>= 1;
        if left > 0 {
            base = &base * &base;
        }
    }
    result.unwrap_or_else(|| identity(x.nrows()))
}

/// X^p: integers by repeated squaring, ±½ by square roots, else exp(p log X).
pub fn power<T: Scalar>(x: &DMatrix<T>, p: T) -> DMatrix<T> {
    let real = p.real();
    if p.is_constant() {
        #[allow(clippy::cast_possible_truncation, reason = "the range is tested first")]
        if real.fract() == 0.0 && real.abs() < 9e15 {
            return integer_power(x, real as i64);
        }
        if real == 0.5 {
            return T::matrix_function(MatrixFunction::Sqrtm, x);
        }
        if real == -0.5 {
            return inverse(&T::matrix_function(MatrixFunction::Sqrtm, x));
        }
    }
    let log = T::matrix_function(MatrixFunction::Logm, x);
    T::matrix_function(MatrixFunction::Expm, &log.map(|entry| entry * p))
}

/// About the multiplications that a power of an n×n matrix takes.
#[must_use]
pub fn work_of_power<T: Scalar>(n: usize, p: T) -> u64 {
    let cube = (n as u64).saturating_pow(3);
    let exponent = p.real();
    if p.is_constant() && exponent.fract() == 0.0 && exponent.abs() < 9e15 {
        // An inverse takes a factorization and n solutions.
        let inverse = if exponent < 0.0 { cube.saturating_add(cube / 3) } else { 0 };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is tested")]
        let factors = exponent.abs() as u64;
        let products = (factors.max(1).ilog2() + factors.count_ones().saturating_sub(1)).into();
        return inverse.saturating_add(cube.saturating_mul(products));
    }
    cube.saturating_mul(50)
}

/// How often a matrix of that norm is halved until a Taylor polynomial serves; `None` where it is too large or no number.
fn doublings(norm: f64) -> Option<i32> {
    if !norm.is_finite() {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, reason = "the logarithm of a finite double is below 1024")]
    let doublings = if norm > 0.5 { norm.log2().ceil() as i32 + 1 } else { 0 };
    (doublings <= MAX_SQUARINGS).then_some(doublings)
}

/// exp(X) by scaling and squaring of a Taylor polynomial.
pub fn expm<T: Scalar>(x: &DMatrix<T>) -> DMatrix<T> {
    let n = x.nrows();
    let Some(squarings) = doublings(norm_one(x)) else { return nan(n) };
    let small = scaled(x, f64::powi(0.5, squarings));
    let mut sum = identity(n);
    for k in (1..=EXP_DEGREES[usize::from(is_long::<T>())] + T::ORDER).rev() {
        // Horner: 1 + X/1 (1 + X/2 (1 + …))
        #[allow(clippy::cast_precision_loss, reason = "a small number")]
        let k = T::from_f64(k as f64);
        let step = (&small * &sum).map(|entry| entry / k);
        sum = identity(n) + step;
    }
    for _ in 0..squarings {
        sum = &sum * &sum;
    }
    sum
}

/// The principal square root, by the product form of the Denman–Beavers iteration with scaling by the
/// determinant while it is far from convergence.
pub fn sqrtm<T: Scalar>(x: &DMatrix<T>) -> DMatrix<T> {
    let n = x.nrows();
    let one = identity::<T>(n);
    // M → I, Y → X^½; M₊ = ½(I + (μ²M + (μ²M)⁻¹)/2), Y₊ = ½ μ Y (I + (μ²M)⁻¹)
    let (mut m, mut y) = (x.clone(), x.clone());
    let mut extra = 0;
    for _ in 0..MAX_ROOT_STEPS + T::ORDER {
        let distance = norm_one(&(&m - &one));
        if !distance.is_finite() {
            return nan(n);
        }
        if distance < 20.0 * T::EPSILON * n as f64 || (extra > 0) {
            // The blocks of Fréchet derivatives follow a step behind, and so does every power of an infinitesimal.
            if extra > T::ORDER {
                return with_doubt(y, x);
            }
            extra += 1;
        }
        if distance > 1e-2 {
            #[allow(clippy::cast_precision_loss, reason = "a small number")]
            let mu = T::det(&m).real().abs().powf(-0.5 / n as f64);
            // A power of two, so that scaling rounds nothing.
            let mu = f64::exp2(mu.log2().round());
            if mu.is_finite() && mu > 0.0 {
                m = scaled(&m, mu * mu);
                y = scaled(&y, mu);
            }
        }
        let inverse = inverse(&m);
        // Each step mends what the ones before rounded, so that their doubts do not add up.
        y = scaled(&(&y * (&one + &inverse)), 0.5).map(T::middle);
        m = scaled(&(&one + scaled(&(m + inverse), 0.5)), 0.5).map(T::middle);
    }
    // Rounding may keep M from I by a little more than the test above allows.
    if norm_one(&(&m - &one)) < 5e5 * T::EPSILON { with_doubt(y, x) } else { nan(n) }
}

/// A root by one step of Newton's iteration more, ½(Y + Y⁻¹X), which brings in what is not known of X and what was rounded.
fn with_doubt<T: Scalar>(y: DMatrix<T>, x: &DMatrix<T>) -> DMatrix<T> {
    if !is_long::<T>() {
        return y;
    }
    let Some(other) = T::solve(&y, x) else { return nan(y.nrows()) };
    scaled(&(y + other), 0.5)
}

/// The principal logarithm, by inverse scaling and squaring: log X = 2^s log X^(1/2^s), the latter by
/// log Y = 2 artanh((Y − I)(Y + I)⁻¹).
pub fn logm<T: Scalar>(x: &DMatrix<T>) -> DMatrix<T> {
    let n = x.nrows();
    let one = identity::<T>(n);
    let mut root = x.clone();
    let mut roots = 0;
    while norm_one(&(&root - &one)) > 0.25 {
        if roots == MAX_ROOTS {
            return nan(n);
        }
        root = sqrtm(&root);
        roots += 1;
    }
    if !norm_one(&root).is_finite() {
        return nan(n);
    }
    // (Y − I) and (Y + I)⁻¹ commute.
    let Some(z) = T::solve(&(&root + &one), &(&root - &one)) else { return nan(n) };
    let square = &z * &z;
    let mut sum = DMatrix::zeros(n, n);
    for k in (0..LOG_TERMS[usize::from(is_long::<T>())] + T::ORDER).rev() {
        #[allow(clippy::cast_precision_loss, reason = "a small number")]
        let term = one.map(|entry| entry / T::from_f64((2 * k + 1) as f64));
        sum = &square * &sum + term;
    }
    scaled(&(z * sum), f64::powi(2.0, roots as i32 + 1))
}

/// f(X) by the series and iterations above.
pub(super) fn computed<T: Scalar>(f: MatrixFunction, x: &DMatrix<T>) -> DMatrix<T> {
    match f {
        MatrixFunction::Expm => expm(x),
        MatrixFunction::Logm => logm(x),
        MatrixFunction::Sqrtm => sqrtm(x),
        MatrixFunction::User(symbol, order) => test_function(symbol, order, x),
    }
}

/// The test function of [`super::function::test_function`], of a matrix.
fn test_function<T: Scalar>(symbol: SymbolId, order: u32, x: &DMatrix<T>) -> DMatrix<T> {
    let [a, b, c, d] = test_numbers(symbol);
    let one = identity::<T>(x.nrows());
    let (cos_left, sin_left) = cos_and_sin(&(scaled(x, a) + scaled(&one, b)));
    let (cos_right, sin_right) = cos_and_sin(&(scaled(x, c) + scaled(&one, d)));
    // A quarter turn further with each derivative.
    let (left, right) = match order % 4 {
        0 => (sin_left, cos_right),
        1 => (cos_left, -sin_right),
        2 => (-sin_left, -cos_right),
        _ => (-cos_left, sin_right),
    };
    let n = i32::try_from(order).unwrap_or(i32::MAX);
    let (of_left, of_right) = (T::from_f64(a).powi(n), T::from_f64(0.5) * T::from_f64(c).powi(n));
    left.map(|entry| entry * of_left) + right.map(|entry| entry * of_right)
}

/// cos X and sin X by Taylor polynomials of a small multiple, and cos 2X = cos²X − sin²X, sin 2X = 2 sin X cos X.
fn cos_and_sin<T: Scalar>(x: &DMatrix<T>) -> (DMatrix<T>, DMatrix<T>) {
    let n = x.nrows();
    let Some(doublings) = doublings(norm_one(x)) else { return (nan(n), nan(n)) };
    let small = scaled(x, f64::powi(0.5, doublings));
    let square = &small * &small;
    let (mut cos, mut sin) = (identity(n), identity(n));
    for k in (1..=EXP_DEGREES[usize::from(is_long::<T>())] + T::ORDER).rev().filter(|k| k % 2 == 1) {
        // Horner: 1 − X²/(1·2) (1 − X²/(3·4) (1 − …)), and with 2·3, 4·5, …
        #[allow(clippy::cast_precision_loss, reason = "a small number")]
        let [low, middle, high] = [k, k + 1, k + 2].map(|k| k as f64);
        let step = |sum: &DMatrix<T>, by: f64| identity(n) - (&square * sum).map(|entry| entry / T::from_f64(by));
        (cos, sin) = (step(&cos, low * middle), step(&sin, middle * high));
    }
    sin = small * sin;
    for _ in 0..doublings {
        let product = &sin * &cos;
        (cos, sin) = (&cos * &cos - &sin * &sin, &product + &product);
    }
    (cos, sin)
}

/// The directions that differ, each with how often it occurs.
fn counted<'a, T: Scalar>(directions: &[&'a DMatrix<T>]) -> Vec<(&'a DMatrix<T>, usize)> {
    let mut found: Vec<(&DMatrix<T>, usize)> = Vec::new();
    for direction in directions {
        match found.iter_mut().find(|(known, _)| known == direction) {
            Some((_, count)) => *count += 1,
            None => found.push((direction, 1)),
        }
    }
    found
}

/// Whether a derivative of the square root of an n×n matrix is found by linear systems in all its entries.
fn is_root_of_few_rows(f: MatrixFunction, n: usize) -> bool {
    f == MatrixFunction::Sqrtm && n <= ROWS_OF_ROOTS
}

/// About the multiplications that a Fréchet derivative of a function of an n×n matrix takes.
pub(super) fn work_of_frechet<T: Scalar>(f: MatrixFunction, n: usize, directions: &[&DMatrix<T>]) -> u64 {
    let cube = |rows: usize| (rows as u64).saturating_pow(3);
    if is_root_of_few_rows(f, n) {
        // The root, and for each number of directions a factorization; directions are few.
        let parts = 3_u64.saturating_pow(u32::try_from(directions.len()).unwrap_or(u32::MAX));
        let systems = cube(n * n).saturating_mul(directions.len() as u64);
        return systems.saturating_add(cube(n).saturating_mul(parts.saturating_add(WORK_OF_A_FUNCTION)));
    }
    // Those of the matrix that has the derivative in it, of n Π(kᵢ + 1) rows for directions that occur kᵢ times.
    let rows = counted(directions).iter().fold(n, |rows, (_, count)| rows.saturating_mul(count + 1));
    cube(rows).saturating_mul(WORK_OF_A_FUNCTION)
}

/// f(X), or the Fréchet derivative L_f(X; E₁, …, E_k).
///
/// # Errors
/// [`EvalError::Unsupported`] for more than [`MAX_FRECHET_ORDER`] directions.
pub fn matrix_function<T: Scalar>(
    f: MatrixFunction,
    x: &DMatrix<T>,
    directions: &[&DMatrix<T>],
) -> Result<DMatrix<T>, EvalError> {
    if directions.len() > MAX_FRECHET_ORDER {
        return Err(EvalError::Unsupported("a Fréchet derivative of an order this high"));
    }
    Ok(if directions.is_empty() { T::matrix_function(f, x) } else { T::frechet(f, x, directions) })
}

/// L_f(X; E₁, …, E_k), of the square root of a small matrix by linear systems, else by blocks.
pub(crate) fn frechet<T: Scalar>(f: MatrixFunction, x: &DMatrix<T>, directions: &[&DMatrix<T>]) -> DMatrix<T> {
    if is_root_of_few_rows(f, x.nrows()) { frechet_of_root(x, directions) } else { frechet_by_blocks(f, x, directions) }
}

/// L(X; E₁, …, E_k) of the square root S: the derivative of S² = X along a set D of directions is S L_D + L_D S + Σ L_A L_B = X_D, the sum
/// over all ways to divide D into A and B; X_D is E for one direction E, and 0 for more.
fn frechet_of_root<T: Scalar>(x: &DMatrix<T>, directions: &[&DMatrix<T>]) -> DMatrix<T> {
    let n = x.nrows();
    let (root, one) = (T::matrix_function(MatrixFunction::Sqrtm, x), identity::<T>(n));
    let system = one.kronecker(&root) + root.transpose().kronecker(&one);
    let all = (1_usize << directions.len()) - 1;
    // By the bits of a number, the directions of a set.
    let mut along = vec![DMatrix::zeros(n, n); all + 1];
    for (count, _) in (1..).zip(directions) {
        let sets: Vec<usize> = (1..=all).filter(|set| set.count_ones() == count).collect();
        let right = sets.iter().map(|set| {
            let mut right = DMatrix::zeros(n, n);
            if count == 1 {
                right += directions[set.trailing_zeros() as usize];
            }
            let mut part = (set - 1) & set;
            while part > 0 {
                right -= &along[part] * &along[set & !part];
                part = (part - 1) & set;
            }
            right
        });
        let columns: Vec<T> = right.flat_map(|right| right.as_slice().to_vec()).collect();
        let Some(found) = T::solve(&system, &DMatrix::from_column_slice(n * n, sets.len(), &columns)) else {
            return nan(n);
        };
        for (set, column) in sets.iter().zip(found.column_iter()) {
            along[*set] = DMatrix::from_iterator(n, n, column.iter().copied());
        }
    }
    along.pop().unwrap_or(root)
}

/// L_f(X; E₁, …, E_k) by f([X E; 0 X]) = [f(X) L; 0 f(X)], nested for directions that differ. For one that occurs k times the blocks are
/// those of a truncated power series in t, X + tE up to tᵏ, and L is k! times the last coefficient.
fn frechet_by_blocks<T: Scalar>(f: MatrixFunction, x: &DMatrix<T>, directions: &[&DMatrix<T>]) -> DMatrix<T> {
    let n = x.nrows();
    let mut block = x.clone();
    // Linear in each direction: a long one would be scaled down together with X until nothing is left of X.
    let mut factor = T::one();
    for (direction, count) in counted(directions) {
        let norm = norm_one(direction);
        // A power of two, so that scaling there and back is exact in every arithmetic.
        #[allow(clippy::cast_possible_truncation, reason = "the logarithm of a finite double is below 1075")]
        let exponent = if norm > 0.0 && norm.is_finite() { norm.log2().round() as i32 } else { 0 };
        let norm = f64::powi(2.0, exponent.clamp(-1000, 1000));
        let direction = scaled(direction, 1.0 / norm);
        let size = block.nrows();
        let mut next = DMatrix::zeros((count + 1) * size, (count + 1) * size);
        for power in 0..=count {
            let start = power * size;
            next.view_mut((start, start), (size, size)).copy_from(&block);
            if power > 0 {
                for place in (0..size).step_by(n) {
                    next.view_mut((start - size + place, start + place), (n, n)).copy_from(&direction);
                }
                #[allow(clippy::cast_precision_loss, reason = "orders are small")]
                let number = T::from_f64(power as f64);
                factor *= T::from_f64(norm) * number;
            }
        }
        block = next;
    }
    let value = T::matrix_function(f, &block);
    let size = value.nrows();
    value.view((0, size - n), (n, n)).map(|entry| entry * factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ad::Dual;

    fn spd() -> DMatrix<f64> {
        let b = DMatrix::from_row_slice(3, 3, &[1.0, 0.2, -0.5, 0.3, -1.0, 0.4, 0.5, 0.1, 0.7]);
        &b * b.transpose() + DMatrix::identity(3, 3) * 0.5
    }

    #[test]
    fn what_is_no_number_has_no_value() {
        for entry in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e300] {
            let x = DMatrix::from_element(2, 2, entry);
            let (cos, sin) = cos_and_sin(&x);
            assert!([expm(&x), cos, sin].iter().all(|value| value.iter().all(|entry| entry.is_nan())), "{entry}");
        }
    }

    fn general() -> DMatrix<f64> {
        DMatrix::from_row_slice(3, 3, &[1.3, 0.2, -0.5, 0.3, 1.1, 0.4, 0.5, 0.1, 0.9])
    }

    #[test]
    fn roots_and_logarithms_undo_powers_and_exponentials() {
        for x in [spd(), general()] {
            let root = sqrtm(&x);
            assert!((&root * &root - &x).norm() < 1e-13);
            assert!((expm(&logm(&x)) - &x).norm() < 1e-12);
            assert!((logm(&expm(&x)) - &x).norm() < 1e-12);
            assert!((power(&x, 1.5) - &x * &root).norm() < 1e-12);
            assert!((power(&x, -2.0) * &x * &x - DMatrix::identity(3, 3)).norm() < 1e-12);
            assert!((power(&x, -0.5) * &root - DMatrix::identity(3, 3)).norm() < 1e-12);
        }
    }

    #[test]
    fn declared_functions_are_those_of_the_eigenvalues() {
        let symbol = SymbolId(3);
        let v = general();
        let values = [0.4, -1.3, 2.1];
        for order in 0..5 {
            let x = &v * DMatrix::from_diagonal(&values.to_vec().into()) * inverse(&v);
            let f = values.map(|value| super::super::function::test_function(symbol, order, value));
            let expected = &v * DMatrix::from_diagonal(&f.to_vec().into()) * inverse(&v);
            let found = computed(MatrixFunction::User(symbol, order), &x);
            assert!((&found - &expected).norm() < 1e-12 * expected.norm(), "{order} {found} {expected}");
        }
    }

    #[test]
    fn exponential_of_a_rotation() {
        let x = DMatrix::from_row_slice(2, 2, &[0.0, -30.0, 30.0, 0.0]);
        assert!((expm(&x)[(0, 0)] - f64::cos(30.0)).abs() < 1e-12);
    }

    #[test]
    fn no_real_root_is_nan() {
        let x = -DMatrix::<f64>::identity(2, 2);
        assert!(sqrtm(&x).iter().any(|entry| entry.is_nan()));
        assert!(logm(&x).iter().any(|entry| entry.is_nan()));
    }

    #[test]
    fn long_directions_lose_nothing() {
        let (x, e) = (general(), spd());
        for f in
            [MatrixFunction::Expm, MatrixFunction::Logm, MatrixFunction::Sqrtm, MatrixFunction::User(SymbolId(2), 1)]
        {
            let plain = matrix_function(f, &x, &[&e, &e]).unwrap();
            let long = matrix_function(f, &x, &[&(&e * 1e18), &(&e * 1e-15)]).unwrap();
            assert!((&long - &plain * 1e3).norm() < 1e-9 * long.norm(), "{f:?} {long} {plain}");
        }
    }

    #[test]
    fn derivatives_of_roots_by_systems_are_those_by_blocks() {
        let x = general();
        let directions = [spd(), general().transpose(), &x * 0.3 - spd()];
        for chosen in [vec![0], vec![0, 0], vec![0, 1], vec![2, 1, 0], vec![1, 1, 2, 1], vec![0, 1, 2, 0, 1]] {
            let chosen: Vec<&DMatrix<f64>> = chosen.iter().map(|place| &directions[*place]).collect();
            let by_blocks = frechet_by_blocks(MatrixFunction::Sqrtm, &x, &chosen);
            let by_systems = frechet_of_root(&x, &chosen);
            assert!((&by_systems - &by_blocks).norm() < 1e-11 * by_blocks.norm(), "{by_systems} {by_blocks}");
        }
    }

    #[test]
    fn frechet_derivatives_agree_with_dual_numbers() {
        let x = general();
        let e = spd();
        let h = general().transpose();
        for f in
            [MatrixFunction::Expm, MatrixFunction::Logm, MatrixFunction::Sqrtm, MatrixFunction::User(SymbolId(2), 1)]
        {
            let frechet = matrix_function(f, &x, &[&e]).unwrap();
            let dual = matrix_function(f, &x.zip_map(&e, Dual::new), &[]).unwrap().map(|entry| entry.eps);
            assert!((&frechet - &dual).norm() < 1e-11 * dual.norm(), "{f:?} {frechet} {dual}");
            // L²(X; E, H) = d/dt L(X + tH; E)
            let second = matrix_function(f, &x, &[&e, &h]).unwrap();
            let e = e.map(Dual::from_f64);
            let dual = matrix_function(f, &x.zip_map(&h, Dual::new), &[&e]).unwrap().map(|entry| entry.eps);
            assert!((&second - &dual).norm() < 1e-10 * dual.norm(), "{f:?} {second} {dual}");
        }
    }

    #[test]
    fn frechet_derivatives_along_equal_directions_are_those_along_directions_that_hardly_differ() {
        let (x, e, h) = (general(), spd(), general().transpose());
        let near = &e * (1.0 + f64::EPSILON);
        for f in
            [MatrixFunction::Expm, MatrixFunction::Logm, MatrixFunction::Sqrtm, MatrixFunction::User(SymbolId(2), 1)]
        {
            for (equal, other) in [(vec![&e, &e, &e], vec![&e, &e, &near]), (vec![&e, &h, &e], vec![&e, &h, &near])] {
                let work = |directions| work_of_frechet(MatrixFunction::Expm, 3, directions);
                assert!(work(&equal) < work(&other));
                let found = matrix_function(f, &x, &equal).unwrap();
                let expected = matrix_function(f, &x, &other).unwrap();
                assert!((&found - &expected).norm() < 1e-11 * expected.norm(), "{f:?} {found} {expected}");
            }
        }
    }
}
