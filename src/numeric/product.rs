//! Products of many matrices: associated in the cheapest order, inverses applied as solves.

use std::borrow::Cow;

use nalgebra::DMatrix;

use super::bindings::EvalError;
use super::matrix_function::inverse;
use super::scalar::Scalar;

/// Longest product whose order is found by dynamic programming; longer ones are folded from the end
/// that is a vector.
const MAX_ORDERED: usize = 24;

/// A factor of a product.
#[derive(Clone)]
pub(super) enum Factor<'a, T: Scalar> {
    /// X
    Plain(Cow<'a, DMatrix<T>>),
    /// X⁻¹, given X
    Inverse(&'a DMatrix<T>),
}

impl<T: Scalar> Factor<'_, T> {
    fn shape(&self) -> (usize, usize) {
        match self {
            Self::Plain(x) => x.shape(),
            Self::Inverse(x) => x.shape(),
        }
    }

    /// The matrix itself.
    pub(super) fn into_matrix(self) -> DMatrix<T> {
        match self {
            Self::Plain(x) => x.into_owned(),
            Self::Inverse(x) => inverse(x),
        }
    }
}

/// AB. A factor that is 1×1 scales.
fn pair<'a, T: Scalar>(a: Factor<'_, T>, b: Factor<'_, T>) -> Result<Factor<'a, T>, EvalError> {
    let ((rows, inner), (next, cols)) = (a.shape(), b.shape());
    if inner != next {
        return Err(EvalError::Shape { expected: (inner, cols), found: (next, cols) });
    }
    let product = match (a, b) {
        (Factor::Plain(a), Factor::Plain(b)) => multiply(&a, &b),
        (Factor::Inverse(a), b) => {
            let b = b.into_matrix();
            T::solve(a, &b).unwrap_or_else(|| DMatrix::from_element(rows, cols, T::from_f64(f64::NAN)))
        }
        // A B⁻¹ = (B⁻ᵀ Aᵀ)ᵀ
        (Factor::Plain(a), Factor::Inverse(b)) => T::solve(&b.transpose(), &a.transpose())
            .map_or_else(|| DMatrix::from_element(rows, cols, T::from_f64(f64::NAN)), |x| x.transpose()),
    };
    Ok(Factor::Plain(Cow::Owned(product)))
}

fn multiply<T: Scalar>(a: &DMatrix<T>, b: &DMatrix<T>) -> DMatrix<T> {
    a * b
}

/// About the multiplications of a chain in the order from the left; an upper bound for the best order.
pub(super) fn work<T: Scalar>(factors: &[Factor<'_, T>]) -> u64 {
    let mut total = 0_u64;
    for window in factors.windows(2) {
        let ((rows, inner), (_, cols)) = (window[0].shape(), window[1].shape());
        total = total.saturating_add((rows as u64).saturating_mul(inner as u64).saturating_mul(cols as u64));
    }
    total
}

/// The product of a chain in which each factor fits the next.
pub(super) fn chain<T: Scalar>(factors: Vec<Factor<'_, T>>) -> Result<DMatrix<T>, EvalError> {
    let count = factors.len();
    if count <= 2 || count > MAX_ORDERED {
        return fold(factors).map(Factor::into_matrix);
    }
    let mut sizes: Vec<u64> = factors.iter().map(|factor| factor.shape().0 as u64).collect();
    sizes.push(factors[count - 1].shape().1 as u64);
    // cost[i][j] of factors i..=j and where to split them (Cormen et al., §15.2).
    let mut cost = vec![vec![0_u64; count]; count];
    let mut split = vec![vec![0_usize; count]; count];
    for length in 2..=count {
        for first in 0..=count - length {
            let last = first + length - 1;
            cost[first][last] = u64::MAX;
            for middle in first..last {
                let here = sizes[first].saturating_mul(sizes[middle + 1]).saturating_mul(sizes[last + 1]);
                let total = cost[first][middle].saturating_add(cost[middle + 1][last]).saturating_add(here);
                if total < cost[first][last] {
                    (cost[first][last], split[first][last]) = (total, middle);
                }
            }
        }
    }
    ordered(&factors, &split, 0, count - 1).map(Factor::into_matrix)
}

/// The depth is at most [`MAX_ORDERED`].
fn ordered<'a, T: Scalar>(
    factors: &[Factor<'a, T>],
    split: &[Vec<usize>],
    first: usize,
    last: usize,
) -> Result<Factor<'a, T>, EvalError> {
    if first == last {
        return Ok(factors[first].clone());
    }
    let middle = split[first][last];
    pair(ordered(factors, split, first, middle)?, ordered(factors, split, middle + 1, last)?)
}

fn fold<'a, T: Scalar>(mut factors: Vec<Factor<'a, T>>) -> Result<Factor<'a, T>, EvalError> {
    let from_right = factors.last().is_some_and(|last| last.shape().1 == 1);
    if !from_right {
        factors.reverse();
    }
    let Some(mut product) = factors.pop() else {
        return Ok(Factor::Plain(Cow::Owned(DMatrix::identity(1, 1))));
    };
    while let Some(next) = factors.pop() {
        product = if from_right { pair(next, product)? } else { pair(product, next)? };
    }
    Ok(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_and_solves() {
        let a = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 3.0, 5.0]);
        let b = DMatrix::from_row_slice(2, 3, &[1.0, 0.0, 2.0, 3.0, 1.0, 1.0]);
        let x = DMatrix::from_row_slice(3, 1, &[1.0, -1.0, 2.0]);
        let plain = |m: &DMatrix<f64>| Factor::Plain(Cow::Owned(m.clone()));
        let product = chain(vec![plain(&a), Factor::Inverse(&a), plain(&b), plain(&x)]).unwrap();
        assert!((product - &b * &x).norm() < 1e-13);
        let row = x.transpose() * b.transpose();
        let product = chain(vec![plain(&row), Factor::Inverse(&a), Factor::Inverse(&a)]).unwrap();
        assert!((product * &a * &a - row).norm() < 1e-12);
        assert!(chain(vec![plain(&b), plain(&b)]).is_err());
    }

    #[test]
    fn long_chains() {
        let a = DMatrix::from_row_slice(2, 2, &[0.0, 1.0, -1.0, 0.0]);
        let factors = (0..4001).map(|_| Factor::Plain(Cow::Borrowed(&a))).collect();
        assert_eq!(chain(factors).unwrap(), a);
    }
}
