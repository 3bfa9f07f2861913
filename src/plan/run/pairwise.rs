//! Sums in pairs.

/// A sum of many terms, added up in pairs: its rounding grows with the logarithm of their number.
#[derive(Clone, Copy)]
pub(super) struct Pairwise {
    /// Sums of 2ᵏ terms, for the bits of their number.
    sums: [f64; usize::BITS as usize],
    count: usize,
}

impl Default for Pairwise {
    fn default() -> Self {
        Self { sums: [0.0; usize::BITS as usize], count: 0 }
    }
}

impl Pairwise {
    pub(super) fn add(&mut self, mut term: f64) {
        let full = self.count.trailing_ones() as usize;
        for sum in &self.sums[..full] {
            term += sum;
        }
        self.sums[full] = term;
        self.count += 1;
    }

    pub(super) fn sum(&self) -> f64 {
        let bits = (0..usize::BITS as usize).filter(|bit| self.count >> bit & 1 == 1);
        bits.fold(0.0, |total, bit| total + self.sums[bit])
    }
}
