//! Vectors: products of two, and what is left of an array times a number.

use super::linear::scale;
use super::real::Real;
use super::simd::{Loop, Simd, VectorLoop, in_vectors, vectorized};

/// The last of these are joined in order.
const IN_ORDER: usize = 8;

/// Σ xᵢyᵢ of the shorter length.
pub(super) struct Dot<'a, T>(pub(super) &'a [T], pub(super) &'a [T]);

impl<T: Real> VectorLoop for Dot<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> T {
        let count = self.0.len().min(self.1.len());
        let ((x, x_rest), (y, y_rest)) = (T::vectors::<S>(&self.0[..count]), T::vectors::<S>(&self.1[..count]));
        let y = &y[..x.len()];
        // Sums that do not wait for one another.
        let mut sums = [T::splat(simd, T::zero()); 4];
        let whole = x.len() / 4 * 4;
        let mut at = 0;
        while at < whole {
            sums[0] = T::multiply_add(simd, x[at], y[at], sums[0]);
            sums[1] = T::multiply_add(simd, x[at + 1], y[at + 1], sums[1]);
            sums[2] = T::multiply_add(simd, x[at + 2], y[at + 2], sums[2]);
            sums[3] = T::multiply_add(simd, x[at + 3], y[at + 3], sums[3]);
            at += 4;
        }
        while at < x.len() {
            sums[0] = T::multiply_add(simd, x[at], y[at], sums[0]);
            at += 1;
        }
        let sum = T::plus(simd, T::plus(simd, sums[0], sums[1]), T::plus(simd, sums[2], sums[3]));
        let (mut total, mut at) = (T::total(simd, sum), 0);
        while at < x_rest.len() {
            total += x_rest[at] * y_rest[at];
            at += 1;
        }
        total
    }
}

/// One of what is kept side by side, as many as a power of 2: by halves, and the last few in order. By halves to the end, a compiler would
/// keep all of them in vectors of half the length that the machine has.
#[inline(always)]
pub(super) fn joined<T: Copy, const N: usize>(mut lanes: [T; N], join: impl Fn(T, T) -> T) -> T {
    let mut width = N / 2;
    while width >= IN_ORDER {
        for place in 0..width {
            lanes[place] = join(lanes[place], lanes[place + width]);
        }
        width /= 2;
    }
    let mut one = lanes[0];
    for other in &lanes[1..N.min(IN_ORDER)] {
        one = join(one, *other);
    }
    one
}

/// xᵀy
#[must_use]
pub fn dot<T: Real>(x: &[T], y: &[T]) -> T {
    assert_eq!(x.len(), y.len(), "one length");
    in_vectors(Dot(x, y))
}

/// αxyᵀ, or A + αxyᵀ, row after row.
struct Outer<'a, T, const ADDS: bool>(T, &'a [T], &'a [T], &'a mut [T]);

impl<T: Real, const ADDS: bool> Loop for Outer<'_, T, ADDS> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self(alpha, x, y, a) = self;
        for (row, x) in a.chunks_exact_mut(y.len()).zip(x) {
            let factor = alpha * *x;
            for (entry, y) in row.iter_mut().zip(y) {
                let product = factor * *y;
                *entry = if ADDS { *entry + product } else { product };
            }
        }
    }
}

/// A = αxyᵀ + βA into a row-major A of as many rows as x. With β = 0 what A held does not matter: it is written, and not read.
pub fn rank_one<T: Real>(alpha: T, x: &[T], y: &[T], beta: T, a: &mut [T]) {
    assert_eq!(a.len(), x.len() * y.len(), "as many entries as pairs");
    if y.is_empty() {
        return;
    }
    if beta == T::zero() {
        vectorized(Outer::<T, false>(alpha, x, y, a));
    } else {
        scaled(beta, a);
        vectorized(Outer::<T, true>(alpha, x, y, a));
    }
}

/// βc, where a β of 0 leaves nothing of c, not even what is not a number.
pub(super) fn scaled<T: Real>(beta: T, c: &mut [T]) {
    if beta == T::zero() {
        c.fill(T::zero());
    } else if beta != T::one() {
        scale(beta, c);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{near, sample};
    use super::*;

    #[test]
    fn vectors() {
        for n in [0, 1, 5, 16, 17, 100, 1001] {
            let (x, y) = (sample(n, 6), sample(n, 7));
            near(&[dot(&x, &y)], &[x.iter().zip(&y).map(|(x, y)| x * y).sum()], 1e-13);
        }
        let mut a = vec![1.0_f32; 6];
        rank_one(2.0, &[1.0, 2.0], &[1.0, 2.0, 3.0], 1.0, &mut a);
        assert_eq!(a, [3.0, 5.0, 7.0, 5.0, 9.0, 13.0]);
        a[0] = f32::NAN;
        rank_one(2.0, &[1.0, 2.0], &[1.0, 2.0, 3.0], 0.0, &mut a);
        assert_eq!(a, [2.0, 4.0, 6.0, 4.0, 8.0, 12.0]);
    }
}
