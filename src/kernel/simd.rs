//! Loops compiled for the widest vectors that the machine has, chosen when the program runs.
//!
//! The one file that names `pulp`, whose dispatch makes `unsafe` code of our own unnecessary: what is inlined into a dispatched call is
//! compiled for AVX2 and FMA (or NEON). A [`Loop`] is vectorized by the compiler, as far as it is asked to optimize; a [`VectorLoop`] is
//! written in vectors.

pub(super) use pulp::Simd;
use pulp::{Arch, NullaryFnOnce, WithSimd};

/// A loop that is compiled once for each set of instructions; [`Loop::run`] must be inlined.
pub(super) trait Loop {
    /// What it computes.
    type Output;
    /// The loop itself.
    fn run(self) -> Self::Output;
}

struct Inlined<L>(L);

impl<L: Loop> NullaryFnOnce for Inlined<L> {
    type Output = L::Output;

    #[inline(always)]
    fn call(self) -> Self::Output {
        self.0.run()
    }
}

/// Runs a loop with the vector instructions of this machine.
#[inline]
pub(super) fn vectorized<L: Loop>(body: L) -> L::Output {
    Arch::new().dispatch(Inlined(body))
}

/// Whether the machine multiplies and adds in one instruction; where it does not, each such operation is a call.
#[inline]
pub(super) fn has_fused_multiply_add() -> bool {
    !matches!(Arch::new(), Arch::Scalar)
}

/// A loop that is written in vectors; [`VectorLoop::run`] must be inlined. Its loops count: what iterators inline last is not always
/// compiled for the same machine, and a call would bring the vectors into memory.
pub(super) trait VectorLoop {
    /// What it computes.
    type Output;
    /// The loop itself.
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

struct InVectors<L>(L);

impl<L: VectorLoop> WithSimd for InVectors<L> {
    type Output = L::Output;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        self.0.run(simd)
    }
}

/// Runs a loop with the vectors of this machine.
#[inline]
pub(super) fn in_vectors<L: VectorLoop>(body: L) -> L::Output {
    Arch::new().dispatch(InVectors(body))
}

/// Numbers that stand side by side in vectors.
pub trait Packed: Copy {
    /// A vector.
    type Vector<S: Simd>: Copy;
    /// A slice as vectors, and what fills none.
    fn vectors<S: Simd>(numbers: &[Self]) -> (&[Self::Vector<S>], &[Self]);
    /// The same of a slice that is written.
    fn vectors_mut<S: Simd>(numbers: &mut [Self]) -> (&mut [Self::Vector<S>], &mut [Self]);
    /// A number everywhere.
    fn splat<S: Simd>(simd: S, number: Self) -> Self::Vector<S>;
    /// ab + c, rounded once or twice, whichever is faster.
    fn multiply_add<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>, c: Self::Vector<S>) -> Self::Vector<S>;
    /// a + b
    fn plus<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    /// The sum of the numbers of a vector.
    fn total<S: Simd>(simd: S, a: Self::Vector<S>) -> Self;
}

macro_rules! packed {
    ($number:ident: $vector:ident, $vectors:ident, $vectors_mut:ident, $splat:ident, $fused:ident, $plus:ident, $total:ident) => {
        impl Packed for $number {
            type Vector<S: Simd> = S::$vector;

            #[inline(always)]
            fn vectors<S: Simd>(numbers: &[Self]) -> (&[S::$vector], &[Self]) {
                S::$vectors(numbers)
            }

            #[inline(always)]
            fn vectors_mut<S: Simd>(numbers: &mut [Self]) -> (&mut [S::$vector], &mut [Self]) {
                S::$vectors_mut(numbers)
            }

            #[inline(always)]
            fn splat<S: Simd>(simd: S, number: Self) -> S::$vector {
                simd.$splat(number)
            }

            #[inline(always)]
            fn multiply_add<S: Simd>(simd: S, a: S::$vector, b: S::$vector, c: S::$vector) -> S::$vector {
                simd.$fused(a, b, c)
            }

            #[inline(always)]
            fn plus<S: Simd>(simd: S, a: S::$vector, b: S::$vector) -> S::$vector {
                simd.$plus(a, b)
            }

            #[inline(always)]
            fn total<S: Simd>(simd: S, a: S::$vector) -> Self {
                simd.$total(a)
            }
        }
    };
}

packed!(f64: f64s, as_simd_f64s, as_mut_simd_f64s, splat_f64s, mul_add_e_f64s, add_f64s, reduce_sum_f64s);
packed!(f32: f32s, as_simd_f32s, as_mut_simd_f32s, splat_f32s, mul_add_e_f32s, add_f32s, reduce_sum_f32s);
