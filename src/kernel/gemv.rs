//! Products of a matrix and a vector.

use super::real::Real;
use super::simd::{Loop, Simd, VectorLoop, in_vectors, vectorized};
use super::vector::{Dot, scaled};

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

impl<T: Real> VectorLoop for RowDots<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Product { alpha, a, apart, x, y } = self.0;
        let n = x.len();
        let row = |row: usize| &a[row * apart..row * apart + n];
        let (xs, rest) = T::vectors::<S>(x);
        let (count, zero) = (xs.len(), T::splat(simd, T::zero()));
        // Four rows at a time, so that x is read less often, with two sums for each, which do not wait for one another. They are a quarter of
        // the matrix apart: each of the four goes on where it ended, as memory is read fastest.
        let quarter = y.len() / 4;
        let mut first = 0;
        while first < quarter {
            let (a, a_rest) = T::vectors::<S>(row(first));
            let (b, b_rest) = T::vectors::<S>(row(first + quarter));
            let (c, c_rest) = T::vectors::<S>(row(first + 2 * quarter));
            let (d, d_rest) = T::vectors::<S>(row(first + 3 * quarter));
            let (a, b, c, d) = (&a[..count], &b[..count], &c[..count], &d[..count]);
            let (mut p, mut q, mut r, mut s) = (zero, zero, zero, zero);
            let (mut t, mut u, mut v, mut w) = (zero, zero, zero, zero);
            let mut at = 0;
            while at + 2 <= count {
                let (x, z) = (xs[at], xs[at + 1]);
                p = T::multiply_add(simd, a[at], x, p);
                q = T::multiply_add(simd, b[at], x, q);
                r = T::multiply_add(simd, c[at], x, r);
                s = T::multiply_add(simd, d[at], x, s);
                t = T::multiply_add(simd, a[at + 1], z, t);
                u = T::multiply_add(simd, b[at + 1], z, u);
                v = T::multiply_add(simd, c[at + 1], z, v);
                w = T::multiply_add(simd, d[at + 1], z, w);
                at += 2;
            }
            if at < count {
                let x = xs[at];
                p = T::multiply_add(simd, a[at], x, p);
                q = T::multiply_add(simd, b[at], x, q);
                r = T::multiply_add(simd, c[at], x, r);
                s = T::multiply_add(simd, d[at], x, s);
            }
            let mut sums = [
                T::total(simd, T::plus(simd, p, t)),
                T::total(simd, T::plus(simd, q, u)),
                T::total(simd, T::plus(simd, r, v)),
                T::total(simd, T::plus(simd, s, w)),
            ];
            let ends = [a_rest, b_rest, c_rest, d_rest];
            let mut own = 0;
            while own < 4 {
                let mut place = 0;
                while place < rest.len() {
                    sums[own] += ends[own][place] * rest[place];
                    place += 1;
                }
                y[first + own * quarter] += alpha * sums[own];
                own += 1;
            }
            first += 1;
        }
        for (at, y) in y.iter_mut().enumerate().skip(4 * quarter) {
            *y += alpha * Dot(row(at), x).run(simd);
        }
    }
}

/// The columns, each times an entry of x.
struct ColumnSums<'a, T>(Product<'a, T>);

impl<T: Real> ColumnSums<'_, T> {
    /// Adds N columns, from one on every so many.
    #[inline(always)]
    fn some<S: Simd, const N: usize>(&mut self, simd: S, first: usize, every: usize) {
        let Product { alpha, a, apart, x, ref mut y } = self.0;
        let m = y.len();
        let factors: [T; N] = std::array::from_fn(|own| alpha * x[first + own * every]);
        let (ys, y_rest) = T::vectors_mut::<S>(y);
        let count = ys.len();
        let columns: [_; N] = std::array::from_fn(|own| {
            let start = (first + own * every) * apart;
            let (column, rest) = T::vectors::<S>(&a[start..start + m]);
            (&column[..count], &rest[..y_rest.len()])
        });
        let spread: [T::Vector<S>; N] = std::array::from_fn(|own| T::splat(simd, factors[own]));
        let mut at = 0;
        while at < count {
            // Two sums, which do not wait for one another.
            let mut sums = [ys[at], T::splat(simd, T::zero())];
            let mut own = 0;
            while own < N {
                sums[own % 2] = T::multiply_add(simd, spread[own], columns[own].0[at], sums[own % 2]);
                own += 1;
            }
            ys[at] = T::plus(simd, sums[0], sums[1]);
            at += 1;
        }
        let mut place = 0;
        while place < y_rest.len() {
            let mut own = 0;
            while own < N {
                y_rest[place] += factors[own] * columns[own].1[place];
                own += 1;
            }
            place += 1;
        }
    }
}

impl<T: Real> VectorLoop for ColumnSums<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let cols = self.0.x.len();
        let (eights, fours) = (cols / 8 * 8, cols / 4 * 4);
        // Eight columns at a time, then four, so that y passes through memory less often: as far apart as rows are there.
        (0..cols / 8).for_each(|first| self.some::<S, 8>(simd, first, cols / 8));
        (eights..fours).step_by(4).for_each(|first| self.some::<S, 4>(simd, first, 1));
        (fours..cols).for_each(|first| self.some::<S, 1>(simd, first, 1));
    }
}

/// Rows that pass together where they are multiplied twice.
const TOGETHER: usize = 4;

/// y = Ax and w + Aᵀz, where neighbors in a row stand side by side: every row is read once.
struct Pair<'a, T> {
    a: &'a [T],
    apart: usize,
    x: &'a [T],
    y: &'a mut [T],
    z: &'a [T],
    w: &'a mut [T],
}

impl<T: Real> VectorLoop for Pair<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Pair { a, apart, x, y, z, w } = self;
        let n = x.len();
        let (xs, x_rest) = T::vectors::<S>(x);
        let (ws, w_rest) = T::vectors_mut::<S>(&mut w[..n]);
        let (count, zero) = (xs.len(), T::splat(simd, T::zero()));
        let ws = &mut ws[..count];
        // As far apart as rows are there that are multiplied once.
        let quarter = y.len() / TOGETHER;
        let mut first = 0;
        while first < quarter {
            let mut sums = [zero; TOGETHER];
            let factors: [T; TOGETHER] = std::array::from_fn(|own| z[first + own * quarter]);
            let spread: [T::Vector<S>; TOGETHER] = std::array::from_fn(|own| T::splat(simd, factors[own]));
            let rows: [_; TOGETHER] = std::array::from_fn(|own| {
                let (row, rest) = T::vectors::<S>(&a[(first + own * quarter) * apart..][..n]);
                (&row[..count], &rest[..x_rest.len()])
            });
            let mut at = 0;
            while at < count {
                let x = xs[at];
                // Two sums, which do not wait for one another.
                let mut parts = [ws[at], zero];
                let mut own = 0;
                while own < TOGETHER {
                    let entries = rows[own].0[at];
                    sums[own] = T::multiply_add(simd, entries, x, sums[own]);
                    parts[own % 2] = T::multiply_add(simd, spread[own], entries, parts[own % 2]);
                    own += 1;
                }
                ws[at] = T::plus(simd, parts[0], parts[1]);
                at += 1;
            }
            let mut own = 0;
            while own < TOGETHER {
                let mut sum = T::total(simd, sums[own]);
                let mut place = 0;
                while place < x_rest.len() {
                    sum += rows[own].1[place] * x_rest[place];
                    w_rest[place] += factors[own] * rows[own].1[place];
                    place += 1;
                }
                y[first + own * quarter] = sum;
                own += 1;
            }
            first += 1;
        }
    }
}

/// y = Ax and w = w + Aᵀz of a row-major m×n matrix whose rows are so far apart, m and n being the lengths of y and z, and of x and w.
pub fn gemv_pair<T: Real>(a: &[T], apart: usize, x: &[T], y: &mut [T], z: &[T], w: &mut [T]) {
    assert_eq!(y.len(), z.len(), "as many entries as rows");
    assert_eq!(x.len(), w.len(), "as many entries as columns");
    if x.is_empty() {
        return y.fill(T::zero());
    }
    let whole = y.len() / TOGETHER * TOGETHER;
    let (rest, [above, below]) = (&a[(whole * apart).min(a.len())..], [&z[..whole], &z[whole..]]);
    in_vectors(Pair { a, apart, x, y: &mut y[..whole], z: above, w });
    if !below.is_empty() {
        gemv(T::one(), rest, [apart, 1], x, T::zero(), &mut y[whole..]);
        gemv(T::one(), rest, [1, apart], below, T::one(), w);
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
        in_vectors(RowDots(Product { alpha, a, apart: by_row, x, y }));
    } else if by_row == 1 || m == 1 {
        let product = Product { alpha, a, apart: by_col, x, y };
        if m <= SHORT { vectorized(ShortSums(product)) } else { in_vectors(ColumnSums(product)) }
    } else {
        for (row, y) in y.iter_mut().enumerate() {
            let sum = x.iter().enumerate().fold(T::zero(), |sum, (col, x)| sum + a[row * by_row + col * by_col] * *x);
            *y += alpha * sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{near, sample};
    use super::*;

    #[test]
    fn two_products_at_once_are_the_two() {
        for (m, n) in [(1, 1), (3, 5), (4, 9), (8, 16), (13, 37), (70, 100), (5, 0)] {
            for apart in [n, n + 3] {
                let (a, x, z) = (sample(m * apart, 1), sample(n, 2), sample(m, 3));
                let mut at_once = (vec![f64::NAN; m], sample(n, 4));
                let mut apart_from_another = (vec![0.0; m], sample(n, 4));
                gemv_pair(&a, apart, &x, &mut at_once.0, &z, &mut at_once.1);
                gemv(1.0, &a, [apart, 1], &x, 0.0, &mut apart_from_another.0);
                gemv(1.0, &a, [1, apart], &z, 1.0, &mut apart_from_another.1);
                near(&at_once.0, &apart_from_another.0, 1e-13);
                near(&at_once.1, &apart_from_another.1, 1e-13);
            }
        }
    }
}
