//! Products of matrices and vectors.
//!
//! Matrices are given by strides: how far apart neighbors in a column and in a row are. [k, 1] is row-major, [1, m] its transpose. Results
//! are row-major.

use super::dense::{self, View};
use super::gemv::gemv;
use super::real::Real;
use super::vector::{rank_one, scaled};

/// Products of fewer multiplications are made by plain loops.
const SMALL: usize = 64;

/// The entries of a vector that are so far apart, side by side.
fn gathered<T: Real>(x: &[T], stride: usize, count: usize) -> std::borrow::Cow<'_, [T]> {
    if stride == 1 || count <= 1 {
        x[..count].into()
    } else {
        (0..count).map(|place| x[place * stride]).collect::<Vec<_>>().into()
    }
}

/// A matrix as faer takes it: a row-major copy where neither its rows nor its columns are whole.
pub(super) fn densely<'a, T: Real>(view: View<'a, T>, copy: &'a mut Vec<T>) -> View<'a, T> {
    if view.is_dense() {
        return view;
    }
    let [by_row, by_col] = view.strides;
    copy.reserve_exact(view.rows * view.cols);
    for row in 0..view.rows {
        copy.extend((0..view.cols).map(|col| view.data[row * by_row + col * by_col]));
    }
    View::rows(copy, view.rows, view.cols)
}

/// C = αAB + βC of an m×k and a k×n matrix, into a row-major m×n matrix. With β = 0 what C held does not matter.
#[allow(clippy::too_many_arguments, reason = "the arguments that the operation has had since BLAS")]
pub fn gemm<T: Real>(
    m: usize,
    n: usize,
    k: usize,
    alpha: T,
    a: &[T],
    a_strides: [usize; 2],
    b: &[T],
    b_strides: [usize; 2],
    beta: T,
    c: &mut [T],
) {
    assert_eq!(c.len(), m * n, "m × n results");
    if m == 0 || n == 0 || k == 0 {
        return scaled(beta, c);
    }
    let ([a_by_row, a_by_col], [b_by_row, b_by_col]) = (a_strides, b_strides);
    if n == 1 {
        return gemv(alpha, a, a_strides, &gathered(b, b_by_row, k), beta, c);
    }
    if m == 1 {
        // cᵀ = αBᵀaᵀ
        return gemv(alpha, b, [b_by_col, b_by_row], &gathered(a, a_by_col, k), beta, c);
    }
    if k == 1 {
        return rank_one(alpha, &gathered(a, a_by_row, m), &gathered(b, b_by_col, n), beta, c);
    }
    if m * n * k <= SMALL {
        scaled(beta, c);
        for row in 0..m {
            for col in 0..n {
                let term = |at: usize| a[row * a_by_row + at * a_by_col] * b[at * b_by_row + col * b_by_col];
                c[row * n + col] += alpha * (0..k).fold(T::zero(), |sum, at| sum + term(at));
            }
        }
        return;
    }
    if beta != T::zero() {
        scaled(beta, c);
    }
    let (mut a_copy, mut b_copy) = (Vec::new(), Vec::new());
    let a = densely(View { data: a, rows: m, cols: k, strides: a_strides }, &mut a_copy);
    let b = densely(View { data: b, rows: k, cols: n, strides: b_strides }, &mut b_copy);
    dense::multiply(alpha, a, b, beta != T::zero(), c);
}

/// Products of many matrices at once: strides begin with how far apart neighboring matrices are, 0 for one that all share.
#[allow(clippy::too_many_arguments, reason = "those of `gemm` and one")]
pub fn gemm_batched<T: Real>(
    batch: usize,
    m: usize,
    n: usize,
    k: usize,
    alpha: T,
    a: &[T],
    [a_by_matrix, a_by_row, a_by_col]: [usize; 3],
    b: &[T],
    [b_by_matrix, b_by_row, b_by_col]: [usize; 3],
    beta: T,
    c: &mut [T],
) {
    assert_eq!(c.len(), batch * m * n, "m × n results for each");
    if c.is_empty() {
        return;
    }
    // Matrices one above the other, times one that all share, are one tall matrix.
    if b_by_matrix == 0 && (a_by_matrix == m * a_by_row || batch == 1) {
        return gemm(batch * m, n, k, alpha, a, [a_by_row, a_by_col], b, [b_by_row, b_by_col], beta, c);
    }
    for (place, c) in c.chunks_exact_mut(m * n).enumerate() {
        let (a, b) = (&a[place * a_by_matrix..], &b[place * b_by_matrix..]);
        gemm(m, n, k, alpha, a, [a_by_row, a_by_col], b, [b_by_row, b_by_col], beta, c);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{near, sample};
    use super::*;

    struct Case {
        m: usize,
        n: usize,
        k: usize,
        a_strides: [usize; 2],
        b_strides: [usize; 2],
    }

    fn check(case: &Case, alpha: f64, beta: f64) {
        let Case { m, n, k, a_strides, b_strides } = *case;
        let length = |rows: usize, cols: usize, s: [usize; 2]| (rows - 1) * s[0] + (cols - 1) * s[1] + 1;
        let (a, b) = (sample(length(m, k, a_strides), 1), sample(length(k, n, b_strides), 2));
        let before = sample(m * n, 3);
        let mut c = before.clone();
        if beta == 0.0 {
            c.fill(f64::NAN);
        }
        gemm(m, n, k, alpha, &a, a_strides, &b, b_strides, beta, &mut c);
        let entry = |at: usize| {
            let (row, col) = (at / n, at % n);
            let term = |l: usize| a[row * a_strides[0] + l * a_strides[1]] * b[l * b_strides[0] + col * b_strides[1]];
            let kept = if beta == 0.0 { 0.0 } else { beta * before[at] };
            alpha * (0..k).map(term).sum::<f64>() + kept
        };
        near(&c, &(0..m * n).map(entry).collect::<Vec<_>>(), 1e-12);
    }

    #[test]
    fn products_of_every_layout() {
        for (m, n, k) in
            [(1, 1, 1), (3, 4, 5), (1, 9, 4), (9, 1, 4), (6, 7, 1), (20, 30, 17), (70, 65, 80), (64, 2, 90)]
        {
            for a_strides in [[k, 1], [1, m], [k + 3, 1], [1, m + 2], [2 * k + 1, 2], [0, 1], [0, 0]] {
                for b_strides in [[n, 1], [1, k], [n + 1, 1], [3 * n, 3], [1, 0]] {
                    for (alpha, beta) in [(1.0, 0.0), (-0.5, 1.0), (2.0, 0.3)] {
                        check(&Case { m, n, k, a_strides, b_strides }, alpha, beta);
                    }
                }
            }
        }
        let mut c = vec![1.0; 6];
        gemm::<f64>(2, 3, 0, 1.0, &[], [0, 1], &[], [3, 1], 2.0, &mut c);
        assert_eq!(c, [2.0; 6]);
        gemm::<f64>(0, 3, 2, 1.0, &[], [2, 1], &[0.0; 6], [3, 1], 0.0, &mut []);
    }

    #[test]
    fn short_and_long_vectors() {
        for m in 1..70 {
            for k in [1, 2, 3, 11] {
                for a_strides in [[k, 1], [1, m], [k + 2, 1], [1, m + 3]] {
                    check(&Case { m, n: 1, k, a_strides, b_strides: [1, 1] }, -0.5, 0.3);
                }
            }
        }
    }

    #[test]
    fn many_at_once() {
        let (batch, m, n, k) = (5, 4, 6, 3);
        let (a, b) = (sample(batch * m * k, 1), sample(batch * k * n, 2));
        for (a_by, b_by) in [(m * k, k * n), (0, k * n), (m * k, 0), (0, 0)] {
            let mut c = vec![0.0; batch * m * n];
            gemm_batched(batch, m, n, k, 1.0, &a, [a_by, k, 1], &b, [b_by, n, 1], 0.0, &mut c);
            for place in 0..batch {
                let mut one = vec![0.0; m * n];
                gemm(m, n, k, 1.0, &a[place * a_by..], [k, 1], &b[place * b_by..], [n, 1], 0.0, &mut one);
                near(&c[place * m * n..(place + 1) * m * n], &one, 1e-14);
            }
        }
    }
}
