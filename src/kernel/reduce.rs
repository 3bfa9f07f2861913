//! Sums and other reductions of a slice, and along an axis of an array.
//!
//! Sums are pairwise: their rounding grows with the logarithm of the number of terms (Higham, Accuracy and Stability, §4.2).

use super::real::Real;
use super::simd::{Loop, vectorized};
use super::unary::{Unary, map_in_place};
use super::vector::joined;

/// Terms that are added up without halving.
const BLOCK: usize = 256;
/// Sums that are kept side by side.
const LANES: usize = 16;
/// Squares within these bounds neither overflow nor vanish, nor does the sum of as many as fit into memory.
const SAFE: std::ops::Range<f64> = 1e-140..1e140;
/// The same for floats.
const SAFE_SINGLE: std::ops::Range<f64> = 1e-15..1e15;

/// What becomes of the numbers along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Σx
    Sum,
    /// Πx
    Product,
    /// The largest; `NaN` where there is one.
    Max,
    /// The smallest; `NaN` where there is one.
    Min,
    /// log Σ exp x
    LogSumExp,
    /// Σ|x|
    NormOne,
    /// √Σx²
    Norm,
    /// max |x|
    NormInfinity,
    /// Σx²
    SumOfSquares,
}

impl Reduction {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Sum,
        Self::Product,
        Self::Max,
        Self::Min,
        Self::LogSumExp,
        Self::NormOne,
        Self::Norm,
        Self::NormInfinity,
        Self::SumOfSquares,
    ];
}

/// How terms are made and put together, as a type.
trait Fold {
    fn start<T: Real>() -> T;
    fn term<T: Real>(x: T) -> T;
    fn join<T: Real>(x: T, y: T) -> T;
}

macro_rules! folds {
    ($($name:ident: $start:expr, |$x:ident| $term:expr, |$a:ident, $b:ident| $join:expr;)*) => {$(
        struct $name;
        impl Fold for $name {
            #[inline(always)]
            fn start<T: Real>() -> T { $start }
            #[inline(always)]
            fn term<T: Real>($x: T) -> T { $term }
            #[inline(always)]
            fn join<T: Real>($a: T, $b: T) -> T { $join }
        }
    )*};
}

folds! {
    Sum: T::zero(), |x| x, |a, b| a + b;
    SumAbs: T::zero(), |x| x.abs(), |a, b| a + b;
    SumSquare: T::zero(), |x| x * x, |a, b| a + b;
    Product: T::one(), |x| x, |a, b| a * b;
    Max: T::neg_infinity(), |x| x, |a, b| if b > a || b.is_nan() { b } else { a };
    MaxAbs: T::zero(), |x| x.abs(), |a, b| if b > a || b.is_nan() { b } else { a };
    Min: T::infinity(), |x| x, |a, b| if b < a || b.is_nan() { b } else { a };
}

/// One block, in lanes that are joined at the end.
struct Block<'a, F, T>(&'a [T], std::marker::PhantomData<F>);

impl<F: Fold, T: Real> Loop for Block<'_, F, T> {
    type Output = T;

    #[inline(always)]
    fn run(self) -> T {
        let mut lanes = [F::start::<T>(); LANES];
        let chunks = self.0.chunks_exact(LANES);
        let rest = chunks.remainder();
        for chunk in chunks {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                *lane = F::join(*lane, F::term(*x));
            }
        }
        let total = rest.iter().fold(F::start(), |total, x| F::join(total, F::term(*x)));
        F::join(joined(lanes, F::join), total)
    }
}

fn fold<F: Fold, T: Real>(x: &[T]) -> T {
    if x.len() <= BLOCK {
        return vectorized(Block::<F, T>(x, std::marker::PhantomData));
    }
    let half = (x.len() / 2).next_multiple_of(BLOCK);
    let (first, second) = x.split_at(half);
    F::join(fold::<F, T>(first), fold::<F, T>(second))
}

/// Σx of at most so many numbers as two blocks have, as [`reduce`] adds them up.
#[inline(always)]
pub(super) fn short_sum<T: Real>(x: &[T]) -> T {
    let (first, second) = x.split_at(x.len().min(BLOCK));
    let sum = |part| Block::<Sum, T>(part, std::marker::PhantomData).run();
    if second.is_empty() { sum(first) } else { sum(first) + sum(second) }
}

/// The reduction of all numbers of a slice; of none what neither adds nor multiplies, and −∞ or ∞ for an extreme.
#[must_use]
pub fn reduce<T: Real>(reduction: Reduction, x: &[T]) -> T {
    match reduction {
        Reduction::Sum => fold::<Sum, T>(x),
        Reduction::Product => fold::<Product, T>(x),
        Reduction::Max => fold::<Max, T>(x),
        Reduction::Min => fold::<Min, T>(x),
        Reduction::NormOne => fold::<SumAbs, T>(x),
        Reduction::NormInfinity => fold::<MaxAbs, T>(x),
        Reduction::SumOfSquares => fold::<SumSquare, T>(x),
        Reduction::Norm => norm(x),
        Reduction::LogSumExp => log_sum_exp(x),
    }
}

/// √Σx², of scaled numbers where the sum of squares would overflow or vanish.
fn norm<T: Real>(x: &[T]) -> T {
    let plain = fold::<SumSquare, T>(x).sqrt();
    let safe = if size_of::<T>() == size_of::<f64>() { SAFE } else { SAFE_SINGLE };
    let largest = fold::<MaxAbs, T>(x);
    if safe.contains(&plain.widen()) || largest == T::zero() || !largest.is_finite() {
        return if largest.is_infinite() && !plain.is_nan() { T::infinity() } else { plain };
    }
    // By a power of two nothing is rounded.
    let most = if size_of::<T>() == size_of::<f64>() { 1000.0 } else { 120.0 };
    let power = T::narrow(largest.widen().log2().floor().clamp(-most, most).exp2());
    let scaled: Vec<T> = x.iter().map(|x| *x / power).collect();
    power * fold::<SumSquare, T>(&scaled).sqrt()
}

/// m + log Σ exp(x − m) with m = max x.
fn log_sum_exp<T: Real>(x: &[T]) -> T {
    let most = fold::<Max, T>(x);
    if !most.is_finite() {
        return most;
    }
    let mut terms = [T::zero(); BLOCK];
    let mut total = T::zero();
    for chunk in x.chunks(BLOCK) {
        let terms = &mut terms[..chunk.len()];
        terms.iter_mut().zip(chunk).for_each(|(term, x)| *term = *x - most);
        map_in_place(Unary::Exp, terms);
        total += fold::<Sum, T>(terms);
    }
    most + total.ln()
}

/// The place of the largest number, the first of several, or of the first `NaN`; none of an empty slice.
#[must_use]
pub fn arg_max<T: Real>(x: &[T]) -> Option<usize> {
    let most = fold::<Max, T>(x);
    x.iter().position(|x| *x == most || x.is_nan() && most.is_nan())
}

/// The reduction along the middle axis of an array of outer × length × inner numbers: outer × inner results.
pub fn reduce_axis<T: Real>(reduction: Reduction, [outer, length, inner]: [usize; 3], x: &[T], out: &mut [T]) {
    assert!(x.len() == outer * length * inner && out.len() == outer * inner, "lengths as the axes say");
    if out.is_empty() {
        return;
    }
    if inner == 1 {
        for (place, out) in out.iter_mut().enumerate() {
            *out = reduce(reduction, &x[place * length..(place + 1) * length]);
        }
        return;
    }
    for (place, out) in out.chunks_mut(inner).enumerate() {
        let x = &x[place * length * inner..(place + 1) * length * inner];
        match reduction {
            Reduction::Sum => columns::<Sum, T>(x, inner, out),
            Reduction::Product => columns::<Product, T>(x, inner, out),
            Reduction::Max => columns::<Max, T>(x, inner, out),
            Reduction::Min => columns::<Min, T>(x, inner, out),
            Reduction::NormOne => columns::<SumAbs, T>(x, inner, out),
            Reduction::NormInfinity => columns::<MaxAbs, T>(x, inner, out),
            Reduction::SumOfSquares => columns::<SumSquare, T>(x, inner, out),
            // What looks at its numbers twice has them side by side.
            Reduction::Norm | Reduction::LogSumExp => {
                let mut column = vec![T::zero(); length];
                for (place, out) in out.iter_mut().enumerate() {
                    column.iter_mut().zip(x[place..].iter().step_by(inner)).for_each(|(to, from)| *to = *from);
                    *out = reduce(reduction, &column);
                }
            }
        }
    }
}

struct Row<'a, F, T>(&'a [T], &'a mut [T], std::marker::PhantomData<F>);

impl<F: Fold, T: Real> Loop for Row<'_, F, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for row in self.0.chunks_exact(self.1.len()) {
            for (total, x) in self.1.iter_mut().zip(row) {
                *total = F::join(*total, F::term(*x));
            }
        }
    }
}

/// The fold of each column of a matrix with so many columns, halved until few rows are left.
fn columns<F: Fold, T: Real>(x: &[T], cols: usize, out: &mut [T]) {
    let rows = x.len() / cols;
    out.fill(F::start());
    if rows <= BLOCK {
        return vectorized(Row::<F, T>(x, out, std::marker::PhantomData));
    }
    let (first, second) = x.split_at(rows / 2 * cols);
    let mut other = vec![F::start(); cols];
    columns::<F, T>(first, cols, out);
    columns::<F, T>(second, cols, &mut other);
    out.iter_mut().zip(other).for_each(|(out, other)| *out = F::join(*out, other));
}

#[cfg(test)]
mod tests {
    use super::super::testing::{near, sample};
    use super::*;

    fn plain(reduction: Reduction, x: &[f64]) -> f64 {
        let x = x.iter().copied();
        match reduction {
            Reduction::Sum => x.sum(),
            Reduction::Product => x.product(),
            Reduction::Max => x.fold(f64::NEG_INFINITY, f64::max),
            Reduction::Min => x.fold(f64::INFINITY, f64::min),
            Reduction::LogSumExp => x.map(f64::exp).sum::<f64>().ln(),
            Reduction::NormOne => x.map(f64::abs).sum(),
            Reduction::Norm => x.map(|x| x * x).sum::<f64>().sqrt(),
            Reduction::NormInfinity => x.map(f64::abs).fold(0.0, f64::max),
            Reduction::SumOfSquares => x.map(|x| x * x).sum(),
        }
    }

    #[test]
    fn slices_of_every_length() {
        for length in (1..70).chain([255, 256, 257, 1000, 5000]) {
            let x = sample(length, length as u64);
            for reduction in Reduction::ALL {
                near(&[reduce(*reduction, &x)], &[plain(*reduction, &x)], 1e-12);
            }
            assert_eq!(x[arg_max(&x).unwrap()], plain(Reduction::Max, &x));
        }
        assert_eq!(reduce::<f64>(Reduction::Sum, &[]), 0.0);
        assert_eq!(arg_max::<f64>(&[]), None);
    }

    #[test]
    fn along_each_axis() {
        let (lengths, x) = ([3, 5, 7], sample(105, 9));
        for reduction in Reduction::ALL {
            let mut out = vec![0.0; 21];
            reduce_axis(*reduction, lengths, &x, &mut out);
            for (at, out) in out.iter().enumerate() {
                let line: Vec<f64> = (0..5).map(|j| x[at / 7 * 35 + j * 7 + at % 7]).collect();
                near(&[*out], &[plain(*reduction, &line)], 1e-14);
            }
        }
        let (x, mut out) = (sample(2 * 1000, 3), vec![0.0; 2]);
        reduce_axis(Reduction::Sum, [1, 1000, 2], &x, &mut out);
        near(&out, &[x.iter().step_by(2).sum(), x.iter().skip(1).step_by(2).sum()], 1e-12);
    }

    #[test]
    fn sums_keep_their_digits() {
        let x = vec![0.1_f32; 2_000_000];
        let sum = reduce(Reduction::Sum, &x);
        assert!((sum - 2e5).abs() < 0.1, "{sum}");
    }

    #[test]
    fn extremes_and_norms_of_what_is_not_usual() {
        let nan = [1.0, f64::NAN, 3.0];
        assert!(reduce(Reduction::Max, &nan).is_nan() && reduce(Reduction::Min, &nan).is_nan());
        assert!(reduce(Reduction::Norm, &nan).is_nan());
        assert_eq!(arg_max(&nan), Some(1));
        for size in [1e200_f64, 1e-200, 1e-307] {
            assert!((reduce(Reduction::Norm, &[3.0 * size, 4.0 * size]) / (5.0 * size) - 1.0).abs() < 1e-15);
        }
        assert!((reduce(Reduction::Norm, &[3e25_f32, 4e25]) / 5e25 - 1.0).abs() < 1e-6);
        assert_eq!(reduce(Reduction::Norm, &[f64::NEG_INFINITY, 1.0]), f64::INFINITY);
        assert_eq!(reduce(Reduction::Norm, &[0.0; 4]), 0.0);
        assert_eq!(reduce(Reduction::LogSumExp, &[1000.0, 1000.0]), 1000.0 + 2_f64.ln());
        assert_eq!(reduce(Reduction::LogSumExp, &[f64::NEG_INFINITY; 2]), f64::NEG_INFINITY);
    }
}
