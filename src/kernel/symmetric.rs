//! Symmetric products, of which half is computed.

use super::dense::{self, View};
use super::product::densely;
use super::real::Real;
use super::vector::scaled;

/// C = αAᵀA + βC, or αAᵀ diag(d) A + βC, of a k×n matrix A and a symmetric n×n matrix C. Half of it is computed, and the other half is
/// the same.
#[allow(clippy::too_many_arguments, reason = "those of `gemm`")]
pub fn gram<T: Real>(
    n: usize,
    k: usize,
    alpha: T,
    a: &[T],
    strides: [usize; 2],
    d: Option<&[T]>,
    beta: T,
    c: &mut [T],
) {
    assert_eq!(c.len(), n * n, "n² results");
    if n == 0 || k == 0 {
        return scaled(beta, c);
    }
    if beta != T::zero() {
        scaled(beta, c);
    }
    let mut copy = Vec::new();
    let right = densely(View { data: a, rows: k, cols: n, strides }, &mut copy);
    let [by_row, by_col] = right.strides;
    let Some(d) = d else {
        let left = View { rows: n, cols: k, strides: [by_col, by_row], ..right };
        dense::multiply_upper(alpha, left, right, beta != T::zero(), c);
        return mirror(n, c);
    };
    assert_eq!(d.len(), k, "as many weights as rows");
    // So many rows at a time that those with their weights stay in the second cache.
    let rows = (WEIGHTED / n).clamp(16, k.max(16));
    let mut weighted = Vec::with_capacity(rows.min(k) * n);
    for first in (0..k).step_by(rows) {
        let count = rows.min(k - first);
        let data = &right.data[first * by_row..];
        weighted.clear();
        if by_col == 1 || n == 1 {
            for (row, d) in d[first..first + count].iter().enumerate() {
                weighted.extend(data[row * by_row..row * by_row + n].iter().map(|entry| *d * *entry));
            }
        } else {
            for col in 0..n {
                let column = &data[col * by_col..];
                weighted
                    .extend(d[first..first + count].iter().zip(column.iter().step_by(by_row)).map(|(d, x)| *d * *x));
            }
        }
        let strides = if by_col == 1 || n == 1 { [1, n] } else { [count, 1] };
        let left = View { data: &weighted[..], rows: n, cols: count, strides };
        let right = View { data, rows: count, cols: n, strides: right.strides };
        dense::multiply_upper(alpha, left, right, beta != T::zero() || first > 0, c);
    }
    mirror(n, c);
}

/// Weighted entries that are made at once.
const WEIGHTED: usize = 1 << 16;

/// C = AB of an n×k and a k×n matrix whose product is symmetric: half of it is computed, and the other half is the same.
pub fn gemm_symmetric<T: Real>(
    [n, k]: [usize; 2],
    a: &[T],
    a_strides: [usize; 2],
    b: &[T],
    b_strides: [usize; 2],
    c: &mut [T],
) {
    assert_eq!(c.len(), n * n, "n² results");
    if n == 0 || k == 0 {
        return c.fill(T::zero());
    }
    let (mut a_copy, mut b_copy) = (Vec::new(), Vec::new());
    let a = densely(View { data: a, rows: n, cols: k, strides: a_strides }, &mut a_copy);
    let b = densely(View { data: b, rows: k, cols: n, strides: b_strides }, &mut b_copy);
    dense::multiply_upper(T::one(), a, b, false, c);
    mirror(n, c);
}

/// Rows and columns of the parts in which a triangle is mirrored: both a part and its mirror image stay in the first cache.
const PART: usize = 32;

/// Copies the entries above the diagonal of an n×n matrix to below it.
pub(super) fn mirror<T: Real>(n: usize, c: &mut [T]) {
    for top in (0..n).step_by(PART) {
        for left in (0..=top).step_by(PART) {
            for row in top..n.min(top + PART) {
                for col in left..row.min(left + PART) {
                    c[row * n + col] = c[col * n + row];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{near, sample};
    use super::*;

    #[test]
    fn symmetric_products() {
        for (n, k) in [(1, 1), (3, 5), (7, 2), (40, 70), (90, 33), (70, 2500)] {
            let (a, d) = (sample(n * k, 4), sample(k, 5));
            for strides in [[n, 1], [1, k]] {
                for d in [None, Some(&d[..])] {
                    let mut c: Vec<f64> = (0..n * n).map(|at| f64::from(u8::from(at % (n + 1) == 0))).collect();
                    gram(n, k, 2.0, &a, strides, d, 3.0, &mut c);
                    let at = |row: usize, col: usize| a[row * strides[0] + col * strides[1]];
                    let entry = |place: usize| {
                        let (i, j) = (place / n, place % n);
                        let sum: f64 = (0..k).map(|l| at(l, i) * d.map_or(1.0, |d| d[l]) * at(l, j)).sum();
                        2.0 * sum + if i == j { 3.0 } else { 0.0 }
                    };
                    near(&c, &(0..n * n).map(entry).collect::<Vec<_>>(), 1e-12);
                    let mut product = vec![f64::NAN; n * n];
                    let [by_row, by_col] = strides;
                    gemm_symmetric([n, k], &a, [by_col, by_row], &a, strides, &mut product);
                    let plain = |place: usize| (0..k).map(|l| at(l, place / n) * at(l, place % n)).sum::<f64>();
                    near(&product, &(0..n * n).map(plain).collect::<Vec<_>>(), 1e-12);
                    assert!((0..n * n).all(|at| c[at] == c[at % n * n + at / n]));
                }
            }
        }
    }
}
