//! Products of matrices and vectors.
//!
//! Matrices are given by strides: how far apart neighbors in a column and in a row are. [k, 1] is row-major, [1, m] its transpose. Results
//! are row-major.

use super::binary::{add_scaled, scale};
use super::dense::{self, View};
use super::real::Real;
use super::simd::{Loop, vectorized};

/// Products of fewer multiplications are made by plain loops.
const SMALL: usize = 64;
/// Sums that are kept side by side.
const LANES: usize = 16;

/// Σ xᵢyᵢ of the shorter length.
struct Dot<'a, T>(&'a [T], &'a [T]);

impl<T: Real> Loop for Dot<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run(self) -> T {
        let mut lanes = [T::zero(); LANES];
        let (x, y) = (self.0.chunks_exact(LANES), self.1.chunks_exact(LANES));
        let rest = x.remainder().iter().zip(y.remainder()).fold(T::zero(), |sum, (x, y)| sum + *x * *y);
        for (x, y) in x.zip(y) {
            for place in 0..LANES {
                lanes[place] += x[place] * y[place];
            }
        }
        let mut width = LANES / 2;
        while width > 0 {
            for place in 0..width {
                let other = lanes[place + width];
                lanes[place] += other;
            }
            width /= 2;
        }
        lanes[0] + rest
    }
}

/// xᵀy
#[must_use]
pub fn dot<T: Real>(x: &[T], y: &[T]) -> T {
    assert_eq!(x.len(), y.len(), "one length");
    vectorized(Dot(x, y))
}

/// A + αxyᵀ into a row-major A of as many rows as x.
pub fn rank_one<T: Real>(alpha: T, x: &[T], y: &[T], a: &mut [T]) {
    assert_eq!(a.len(), x.len() * y.len(), "as many entries as pairs");
    if y.is_empty() {
        return;
    }
    for (row, x) in a.chunks_exact_mut(y.len()).zip(x) {
        add_scaled(alpha * *x, y, row);
    }
}

/// βc, where a β of 0 leaves nothing of c, not even what is not a number.
fn scaled<T: Real>(beta: T, c: &mut [T]) {
    if beta == T::zero() {
        c.fill(T::zero());
    } else if beta != T::one() {
        scale(beta, c);
    }
}

struct RowDots<'a, T> {
    alpha: T,
    a: &'a [T],
    by_row: usize,
    x: &'a [T],
    y: &'a mut [T],
}

impl<T: Real> Loop for RowDots<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let n = self.x.len();
        for (row, y) in self.y.iter_mut().enumerate() {
            let start = row * self.by_row;
            *y += self.alpha * Dot(&self.a[start..start + n], self.x).run();
        }
    }
}

struct ColumnSums<'a, T> {
    alpha: T,
    a: &'a [T],
    by_col: usize,
    x: &'a [T],
    y: &'a mut [T],
}

impl<T: Real> Loop for ColumnSums<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let m = self.y.len();
        let column = |col: usize| &self.a[col * self.by_col..col * self.by_col + m];
        let fours = self.x.len() / 4 * 4;
        // Four columns at a time, so that y passes through memory less often.
        for col in (0..fours).step_by(4) {
            let [p, q, r, s] = [0, 1, 2, 3].map(|next| self.alpha * self.x[col + next]);
            let [a, b, c, d] = [column(col), column(col + 1), column(col + 2), column(col + 3)];
            for ((((y, a), b), c), d) in self.y.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                *y += (p * *a + q * *b) + (r * *c + s * *d);
            }
        }
        for col in fours..self.x.len() {
            let factor = self.alpha * self.x[col];
            for (y, a) in self.y.iter_mut().zip(column(col)) {
                *y += factor * *a;
            }
        }
    }
}

/// y = αAx + βy of an m×n matrix, m and n being the lengths of y and x.
pub fn gemv<T: Real>(alpha: T, a: &[T], strides: [usize; 2], x: &[T], beta: T, y: &mut [T]) {
    scaled(beta, y);
    let [by_row, by_col] = strides;
    let (m, n) = (y.len(), x.len());
    if m == 0 || n == 0 {
        return;
    }
    if by_col == 1 || n == 1 {
        vectorized(RowDots { alpha, a, by_row, x, y });
    } else if by_row == 1 || m == 1 {
        vectorized(ColumnSums { alpha, a, by_col, x, y });
    } else {
        for (row, y) in y.iter_mut().enumerate() {
            let sum = x.iter().enumerate().fold(T::zero(), |sum, (col, x)| sum + a[row * by_row + col * by_col] * *x);
            *y += alpha * sum;
        }
    }
}

/// The entries of a vector that are so far apart, side by side.
fn gathered<T: Real>(x: &[T], stride: usize, count: usize) -> std::borrow::Cow<'_, [T]> {
    if stride == 1 || count <= 1 {
        x[..count].into()
    } else {
        (0..count).map(|place| x[place * stride]).collect::<Vec<_>>().into()
    }
}

/// A matrix as faer takes it: a row-major copy where neither its rows nor its columns are whole.
fn densely<'a, T: Real>(view: View<'a, T>, copy: &'a mut Vec<T>) -> View<'a, T> {
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
        scaled(beta, c);
        return rank_one(alpha, &gathered(a, a_by_row, m), &gathered(b, b_by_col, n), c);
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
    let [by_row, by_col] = strides;
    if beta != T::zero() {
        scaled(beta, c);
    }
    let mut copy = Vec::new();
    let right = View { data: a, rows: k, cols: n, strides };
    let weighted;
    let left = if let Some(d) = d {
        assert_eq!(d.len(), k, "as many weights as rows");
        weighted = (0..k * n).map(|at| d[at / n] * a[at / n * by_row + at % n * by_col]).collect::<Vec<_>>();
        View { data: &weighted[..], rows: n, cols: k, strides: [1, n] }
    } else {
        View { data: a, rows: n, cols: k, strides: [by_col, by_row] }
    };
    let mut left_copy = Vec::new();
    let (left, right) = (densely(left, &mut left_copy), densely(right, &mut copy));
    dense::multiply_lower(alpha, left, right, beta != T::zero(), c);
    for row in 0..n {
        for col in 0..row {
            c[col * n + row] = c[row * n + col];
        }
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

    #[test]
    fn symmetric_products() {
        for (n, k) in [(1, 1), (3, 5), (7, 2), (40, 70), (90, 33)] {
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
                    assert!((0..n * n).all(|at| c[at] == c[at % n * n + at / n]));
                }
            }
        }
    }

    #[test]
    fn vectors() {
        for n in [0, 1, 5, 16, 17, 100, 1001] {
            let (x, y) = (sample(n, 6), sample(n, 7));
            near(&[dot(&x, &y)], &[x.iter().zip(&y).map(|(x, y)| x * y).sum()], 1e-13);
        }
        let mut a = vec![1.0_f32; 6];
        rank_one(2.0, &[1.0, 2.0], &[1.0, 2.0, 3.0], &mut a);
        assert_eq!(a, [3.0, 5.0, 7.0, 5.0, 9.0, 13.0]);
    }
}
