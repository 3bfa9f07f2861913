//! The inverse of a positive definite matrix from its Cholesky factor, by blocks of rows from the last to the first.
//!
//! With A = UᵀU, U = (U₁₁ U₁₂; 0 U₂₂), B = A⁻¹ and W = U₁₁⁻¹U₁₂ it is B₁₂ = −WB₂₂ and B₁₁ = U₁₁⁻¹U₁₁⁻ᵀ − WB₁₂ᵀ, where
//! B₂₂ = (U₂₂ᵀU₂₂)⁻¹ is known from the blocks before. So nearly all of its 2n³/3 operations are in products of matrices.

use super::dense::{self, View};
use super::product::gemm;
use super::real::Real;
use super::simd::{Loop, vectorized};

/// Rows of a block: so few that little is done outside of products.
const ROWS: usize = 16;

/// V = U⁻¹ of a small upper triangle, with ones on the diagonal where it has fewer rows.
struct Triangle<'a, T>(&'a [[T; ROWS]; ROWS], &'a mut [[T; ROWS]; ROWS]);

impl<T: Real> Loop for Triangle<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self(u, v) = self;
        for row in (0..ROWS).rev() {
            let mut sums = [T::zero(); ROWS];
            for other in row + 1..ROWS {
                for col in 0..ROWS {
                    sums[col] += u[row][other] * v[other][col];
                }
            }
            let reciprocal = T::one() / u[row][row];
            for col in 0..ROWS {
                v[row][col] = -reciprocal * sums[col];
            }
            v[row][row] = reciprocal;
        }
    }
}

/// A⁻¹ of an n×n matrix A = UᵀU, given U in the upper triangle.
pub(super) fn of_cholesky<T: Real>(n: usize, u: &[T], out: &mut [T]) {
    let mut space = vec![T::zero(); 2 * ROWS * n];
    let (w, products) = space.split_at_mut(ROWS * n);
    let mut end = n;
    while end > 0 {
        // All blocks are whole but the last one.
        let top = (end - 1) / ROWS * ROWS;
        let (own, rest) = (end - top, n - end);
        let mut triangle = [[T::zero(); ROWS]; ROWS];
        for (row, line) in triangle.iter_mut().enumerate() {
            line[row] = T::one();
            if row < own {
                line[row..own].copy_from_slice(&u[(top + row) * n + top + row..(top + row) * n + end]);
            }
        }
        let mut inverse = [[T::zero(); ROWS]; ROWS];
        vectorized(Triangle(&triangle, &mut inverse));
        let v = inverse.as_flattened();
        let mut corner = [T::zero(); ROWS * ROWS];
        let corner = &mut corner[..own * own];
        gemm(own, own, own, T::one(), v, [ROWS, 1], v, [1, ROWS], T::zero(), corner);
        if rest > 0 {
            let (w, b) = (&mut w[..own * rest], &mut products[..rest * own]);
            gemm(own, rest, own, T::one(), v, [ROWS, 1], &u[top * n + end..], [n, 1], T::zero(), w);
            let known = View { data: &out[end * n + end..], rows: rest, cols: rest, strides: [n, 1] };
            // B₁₂ᵀ, as products are faster that have more rows than columns.
            let across = View { data: w, rows: rest, cols: own, strides: [1, rest] };
            dense::multiply(-T::one(), known, across, false, b);
            gemm(own, own, rest, -T::one(), w, [rest, 1], b, [own, 1], T::one(), corner);
            for (line, entries) in out[end * n..].chunks_exact_mut(n).zip(b.chunks_exact(own)) {
                line[top..end].copy_from_slice(entries);
            }
            for (row, line) in out[top * n..end * n].chunks_exact_mut(n).enumerate() {
                for (entry, entries) in line[end..].iter_mut().zip(b.chunks_exact(own)) {
                    *entry = entries[row];
                }
            }
        }
        // Both halves are the same to the last bit.
        for row in 0..own {
            for col in row..own {
                out[(top + row) * n + top + col] = corner[row * own + col];
                out[(top + col) * n + top + row] = corner[row * own + col];
            }
        }
        end = top;
    }
}
