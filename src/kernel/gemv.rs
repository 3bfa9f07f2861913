//! Products of a matrix and a vector.

use super::real::Real;
use super::simd::{Loop, vectorized};
use super::vector::{Dot, joined, scaled};

/// y + αAx, where neighbors in a row or in a column stand side by side, and the others so far apart.
struct Product<'a, T> {
    alpha: T,
    a: &'a [T],
    apart: usize,
    x: &'a [T],
    y: &'a mut [T],
}

/// Every row times x.
struct RowDots<'a, T>(Product<'a, T>);

impl<T: Real> RowDots<'_, T> {
    /// Four rows at a time, so that their sums do not wait for one another and x is read less often, with N sums side by side for each.
    #[inline(always)]
    fn fours<const N: usize>(self) {
        let Product { alpha, a, apart, x, y } = self.0;
        let n = x.len();
        let row = |row: usize| &a[row * apart..row * apart + n];
        let (turns, rest) = x.as_chunks::<N>();
        let fours = y.len() / 4 * 4;
        for first in (0..fours).step_by(4) {
            let rows = [row(first), row(first + 1), row(first + 2), row(first + 3)];
            let chunks = rows.map(|row| &row.as_chunks::<N>().0[..turns.len()]);
            let mut lanes = [[T::zero(); N]; 4];
            for (at, x) in turns.iter().enumerate() {
                for (lanes, chunks) in lanes.iter_mut().zip(chunks) {
                    for place in 0..N {
                        lanes[place] += chunks[at][place] * x[place];
                    }
                }
            }
            for ((y, lanes), row) in y[first..first + 4].iter_mut().zip(lanes).zip(rows) {
                let ends = row[n - rest.len()..].iter().zip(rest);
                let sum = ends.fold(joined(lanes, |sum, other| sum + other), |sum, (a, x)| sum + *a * *x);
                *y += alpha * sum;
            }
        }
        for (at, y) in y.iter_mut().enumerate().skip(fours) {
            *y += alpha * Dot(row(at), x).run();
        }
    }
}

impl<T: Real> Loop for RowDots<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // As many sums as there are numbers in a vector of the machine: with more than one such vector for each of four rows none would be
        // left for the rows themselves.
        if size_of::<T>() == size_of::<f64>() { self.fours::<4>() } else { self.fours::<8>() }
    }
}

/// The columns, each times an entry of x.
struct ColumnSums<'a, T>(Product<'a, T>);

impl<T: Real> Loop for ColumnSums<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Product { alpha, a, apart, x, y } = self.0;
        let m = y.len();
        let column = |col: usize| &a[col * apart..col * apart + m];
        let factor = |col: usize| alpha * x[col];
        let (eights, fours) = (x.len() / 8 * 8, x.len() / 4 * 4);
        // Eight columns at a time, then four, so that y passes through memory less often.
        for col in (0..eights).step_by(8) {
            let [p, q, r, s] = [0, 1, 2, 3].map(|next| factor(col + next));
            let [t, u, v, w] = [4, 5, 6, 7].map(|next| factor(col + next));
            let [a, b, c, d] = [0, 1, 2, 3].map(|next| column(col + next));
            let [e, f, g, h] = [4, 5, 6, 7].map(|next| column(col + next));
            let first = a.iter().zip(b).zip(c).zip(d);
            let second = e.iter().zip(f).zip(g).zip(h);
            for ((y, (((a, b), c), d)), (((e, f), g), h)) in y.iter_mut().zip(first).zip(second) {
                *y += ((p * *a + q * *b) + (r * *c + s * *d)) + ((t * *e + u * *f) + (v * *g + w * *h));
            }
        }
        for col in (eights..fours).step_by(4) {
            let [p, q, r, s] = [0, 1, 2, 3].map(|next| factor(col + next));
            let [a, b, c, d] = [0, 1, 2, 3].map(|next| column(col + next));
            for ((((y, a), b), c), d) in y.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                *y += (p * *a + q * *b) + (r * *c + s * *d);
            }
        }
        for col in fours..x.len() {
            let factor = factor(col);
            for (y, a) in y.iter_mut().zip(column(col)) {
                *y += factor * *a;
            }
        }
    }
}

/// Entries that are computed at once.
const WIDTH: usize = 8;
/// Vectors of at most so many entries stay in registers, some at a time, while all columns pass.
const SHORT: usize = 32;

/// The same as [`ColumnSums`] for a short y.
struct ShortSums<'a, T>(Product<'a, T>);

impl<T: Real> ShortSums<'_, T> {
    /// Of N entries from `top` on those from `new` on.
    #[inline(always)]
    fn strip<const N: usize>(&mut self, top: usize, new: usize) {
        let Product { alpha, a, apart, x, ref mut y } = self.0;
        // Two sums each, which do not wait for one another.
        let mut sums = [[T::zero(); N]; 2];
        let even = x.len() / 2 * 2;
        for col in (0..even).step_by(2) {
            for (next, sums) in sums.iter_mut().enumerate() {
                let start = (col + next) * apart + top;
                let (column, factor) = (&a[start..start + N], x[col + next]);
                for place in 0..N {
                    sums[place] += factor * column[place];
                }
            }
        }
        if even < x.len() {
            let column = &a[even * apart + top..even * apart + top + N];
            for place in 0..N {
                sums[0][place] += x[even] * column[place];
            }
        }
        for place in new - top..N {
            y[top + place] += alpha * (sums[0][place] + sums[1][place]);
        }
    }
}

impl<T: Real> Loop for ShortSums<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        let m = self.0.y.len();
        let mut top = 0;
        while top + WIDTH <= m {
            self.strip::<WIDTH>(top, top);
            top += WIDTH;
        }
        // The last strip begins before what is left where that is no whole one.
        match m - top {
            0 => {}
            5.. if m >= WIDTH => self.strip::<WIDTH>(m - WIDTH, top),
            _ if m >= 4 => {
                if m - top > 4 {
                    self.strip::<4>(top, top);
                    top += 4;
                }
                self.strip::<4>(m - 4, top);
            }
            _ => (top..m).for_each(|row| self.strip::<1>(row, row)),
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
        vectorized(RowDots(Product { alpha, a, apart: by_row, x, y }));
    } else if by_row == 1 || m == 1 {
        let product = Product { alpha, a, apart: by_col, x, y };
        if m <= SHORT { vectorized(ShortSums(product)) } else { vectorized(ColumnSums(product)) }
    } else {
        for (row, y) in y.iter_mut().enumerate() {
            let sum = x.iter().enumerate().fold(T::zero(), |sum, (col, x)| sum + a[row * by_row + col * by_col] * *x);
            *y += alpha * sum;
        }
    }
}
