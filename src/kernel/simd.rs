//! Loops compiled for the widest vectors that the machine has, chosen when the program runs.
//!
//! The one file that names `pulp`, whose dispatch makes `unsafe` code of our own unnecessary: what is inlined into a dispatched call is
//! compiled for AVX2 and FMA (or NEON) and vectorized by the compiler.

use pulp::{Arch, NullaryFnOnce};

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
