//! Linear combinations of arrays.

use super::real::Real;
use super::simd::{Loop, vectorized};

struct AddScaled<'a, T>(T, &'a [T], &'a mut [T]);

impl<T: Real> Loop for AddScaled<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (y, x) in self.2.iter_mut().zip(self.1) {
            *y += self.0 * *x;
        }
    }
}

/// y = y + ax
pub fn add_scaled<T: Real>(a: T, x: &[T], y: &mut [T]) {
    assert_eq!(x.len(), y.len(), "one length");
    vectorized(AddScaled(a, x, y));
}

struct Combine<'a, T>([T; 2], &'a [T], &'a [T], &'a mut [T]);

impl<T: Real> Loop for Combine<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let [a, b] = self.0;
        for ((out, x), y) in self.3.iter_mut().zip(self.1).zip(self.2) {
            *out = a * *x + b * *y;
        }
    }
}

/// z = ax + by
pub fn combine<T: Real>(a: T, x: &[T], b: T, y: &[T], z: &mut [T]) {
    assert!(x.len() == z.len() && y.len() == z.len(), "one length");
    vectorized(Combine([a, b], x, y, z));
}

struct Affine<'a, T>(T, &'a [T], T, &'a mut [T]);

impl<T: Real> Loop for Affine<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (out, x) in self.3.iter_mut().zip(self.1) {
            *out = self.0 * *x + self.2;
        }
    }
}

/// z = ax + b with a number b.
pub fn affine<T: Real>(a: T, x: &[T], b: T, z: &mut [T]) {
    assert_eq!(x.len(), z.len(), "one length");
    vectorized(Affine(a, x, b, z));
}

struct MultiplyAdd<'a, T>(&'a [T], &'a [T], &'a [T], &'a mut [T]);

impl<T: Real> Loop for MultiplyAdd<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (((out, a), x), y) in self.3.iter_mut().zip(self.0).zip(self.1).zip(self.2) {
            *out = *a * *x + *y;
        }
    }
}

/// z = ax + y, entry by entry.
pub fn multiply_add<T: Real>(a: &[T], x: &[T], y: &[T], z: &mut [T]) {
    assert!(a.len() == z.len() && x.len() == z.len() && y.len() == z.len(), "one length");
    vectorized(MultiplyAdd(a, x, y, z));
}

struct Scale<'a, T>(T, &'a mut [T]);

impl<T: Real> Loop for Scale<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.1.iter_mut().for_each(|x| *x *= self.0);
    }
}

/// x = ax
pub fn scale<T: Real>(a: T, x: &mut [T]) {
    vectorized(Scale(a, x));
}

#[cfg(test)]
mod tests {
    use super::super::testing::{near, sample};
    use super::*;

    #[test]
    fn fused_operations() {
        let (a, x, y) = (sample(17, 5), sample(17, 6), sample(17, 7));
        let mut z = vec![0.0; 17];
        let all = |f: &dyn Fn(usize) -> f64| (0..17).map(f).collect::<Vec<_>>();
        multiply_add(&a, &x, &y, &mut z);
        near(&z, &all(&|at| a[at] * x[at] + y[at]), 1e-15);
        add_scaled(2.0, &x, &mut z);
        scale(3.0, &mut z);
        near(&z, &all(&|at| 3.0 * (a[at] * x[at] + y[at] + 2.0 * x[at])), 1e-14);
        combine(2.0, &x, -0.5, &y, &mut z);
        near(&z, &all(&|at| 2.0 * x[at] - 0.5 * y[at]), 1e-15);
        affine(2.0, &x, -0.5, &mut z);
        near(&z, &all(&|at| 2.0 * x[at] - 0.5), 1e-15);
    }
}
