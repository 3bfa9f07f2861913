//! A small deterministic generator of random numbers: xoshiro256++ seeded by SplitMix64
//! (Blackman & Vigna 2019), so that every check can be repeated from its seed.

use nalgebra::DMatrix;

/// A stream of random numbers, the same for the same seed on every machine.
#[derive(Clone, Debug)]
pub struct Rng([u64; 4]);

impl Rng {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut state = seed;
        Self(std::array::from_fn(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        }))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Uniform in [0, 1).
    #[allow(clippy::cast_precision_loss, reason = "53 bits are exact")]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform among 0 … count − 1.
    #[allow(clippy::cast_possible_truncation, reason = "the remainder is below count")]
    pub fn below(&mut self, count: usize) -> usize {
        (self.bits() % count.max(1) as u64) as usize
    }

    /// Standard normal, by Box and Muller.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// A matrix of standard normal entries.
    pub fn normal_matrix(&mut self, rows: usize, cols: usize) -> DMatrix<f64> {
        DMatrix::from_fn(rows, cols, |_, _| self.normal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_repetition() {
        let (mut a, mut b) = (Rng::new(7), Rng::new(7));
        let mut sum = (0.0, 0.0);
        for _ in 0..20_000 {
            let x = a.normal();
            assert_eq!(x, b.normal());
            sum = (sum.0 + x, sum.1 + x * x);
        }
        assert!((sum.0 / 20_000.0).abs() < 0.03);
        assert!((sum.1 / 20_000.0 - 1.0).abs() < 0.05);
    }
}
