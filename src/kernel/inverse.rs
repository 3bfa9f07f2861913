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

/// V = U⁻ᵀ of an upper triangle of so many rows, which are so far apart, and B = (UᵀU)⁻¹, of which UB = V is solved from the last row on.
struct Triangle<'a, T> {
    rows: usize,
    u: &'a [T],
    apart: usize,
    v: &'a mut [[T; ROWS]; ROWS],
    b: &'a mut [[T; ROWS]; ROWS],
}

impl<T: Real> Loop for Triangle<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { rows, u, apart, v, b } = self;
        for row in 0..rows {
            let mut sums = [T::zero(); ROWS];
            for other in 0..row {
                for col in 0..ROWS {
                    sums[col] += u[other * apart + row] * v[other][col];
                }
            }
            let reciprocal = T::one() / u[row * apart + row];
            for col in 0..ROWS {
                v[row][col] = -reciprocal * sums[col];
            }
            v[row][row] = reciprocal;
        }
        for row in (0..rows).rev() {
            let mut sums = v[row];
            for other in row + 1..rows {
                for col in 0..ROWS {
                    sums[col] -= u[row * apart + other] * b[other][col];
                }
            }
            for col in 0..ROWS {
                b[row][col] = v[row][row] * sums[col];
            }
        }
    }
}

/// A⁻¹ of an n×n matrix A = UᵀU, given U in the upper triangle.
pub(super) fn of_cholesky<T: Real>(n: usize, u: &[T], out: &mut [T]) {
    let room = ROWS * n.saturating_sub(ROWS);
    let mut space = vec![T::zero(); 2 * room];
    let (w, products) = space.split_at_mut(room);
    let mut end = n;
    while end > 0 {
        // All blocks are whole but the last one.
        let top = (end - 1) / ROWS * ROWS;
        let (own, rest) = (end - top, n - end);
        let [mut v, mut corner] = [[[T::zero(); ROWS]; ROWS]; 2];
        vectorized(Triangle { rows: own, u: &u[top * n + top..], apart: n, v: &mut v, b: &mut corner });
        if rest > 0 {
            let (w, b) = (&mut w[..own * rest], &mut products[..rest * own]);
            gemm(own, rest, own, T::one(), v.as_flattened(), [1, ROWS], &u[top * n + end..], [n, 1], T::zero(), w);
            let known = View { data: &out[end * n + end..], rows: rest, cols: rest, strides: [n, 1] };
            // B₁₂ᵀ, as products are faster that have more rows than columns.
            let across = View { data: w, rows: rest, cols: own, strides: [1, rest] };
            dense::multiply(-T::one(), known, across, false, b);
            let mut bend = [T::zero(); ROWS * ROWS];
            let bend = &mut bend[..own * own];
            gemm(own, own, rest, T::one(), w, [rest, 1], b, [own, 1], T::zero(), bend);
            for (line, bend) in corner.iter_mut().zip(bend.chunks_exact(own)) {
                line.iter_mut().zip(bend).for_each(|(entry, bend)| *entry -= *bend);
            }
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
                out[(top + row) * n + top + col] = corner[row][col];
                out[(top + col) * n + top + row] = corner[row][col];
            }
        }
        end = top;
    }
}
