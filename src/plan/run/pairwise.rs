//! Sums in pairs.

use crate::kernel::Real;

/// A sum of many terms, added up in pairs: its rounding grows with the logarithm of their number.
#[derive(Clone, Copy)]
pub(super) struct Pairwise<T> {
    /// Sums of 2ᵏ terms, for the bits of their number.
    sums: [T; usize::BITS as usize],
    count: usize,
}

impl<T: Real> Default for Pairwise<T> {
    fn default() -> Self {
        Self { sums: [T::zero(); usize::BITS as usize], count: 0 }
    }
}

impl<T: Real> Pairwise<T> {
    pub(super) fn add(&mut self, mut term: T) {
        let full = self.count.trailing_ones() as usize;
        for sum in &self.sums[..full] {
            term += *sum;
        }
        self.sums[full] = term;
        self.count += 1;
    }

    pub(super) fn sum(&self) -> T {
        let bits = (0..usize::BITS as usize).filter(|bit| self.count >> bit & 1 == 1);
        bits.fold(T::zero(), |total, bit| total + self.sums[bit])
    }
}
