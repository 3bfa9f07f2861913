//! Products of matrices as steps: stacks of them, and symmetric ones.

use super::memory::Reading;
use super::place::Place;
use crate::kernel::{self, Real};

/// Of so small symmetric products both halves are multiplied.
const SMALL: usize = 16;

/// A stack of matrices: where it begins, and how far apart matrices, rows and columns are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stack {
    pub(super) place: Place,
    pub(super) first: usize,
    pub(super) steps: [usize; 3],
}

/// C = AB for every matrix of two stacks, side by side in the whole of a buffer.
#[derive(Clone, Debug)]
pub(super) struct Product {
    pub(super) batch: usize,
    /// Rows, columns, and what is summed over.
    pub(super) sides: [usize; 3],
    pub(super) left: Stack,
    pub(super) right: Stack,
    /// Whether the products are symmetric by form.
    pub(super) is_symmetric: bool,
}

impl Product {
    pub(super) fn run<T: Real>(&self, out: &mut [T], reading: &Reading<'_, T>) {
        if out.is_empty() {
            return;
        }
        let [m, n, k] = self.sides;
        let (zero, one) = (T::zero(), T::one());
        let a = reading.at(self.left.place, self.left.first);
        let b = reading.at(self.right.place, self.right.first);
        let (by_a, by_b) = (self.left.steps, self.right.steps);
        if self.is_symmetric && m == n && m > SMALL {
            for (place, out) in out.chunks_mut(m * n).enumerate() {
                let (left, right) = (&a[place * by_a[0]..], &b[place * by_b[0]..]);
                kernel::gemm_symmetric([m, k], left, [by_a[1], by_a[2]], right, [by_b[1], by_b[2]], out);
            }
        } else if self.batch == 1 {
            kernel::gemm(m, n, k, one, a, [by_a[1], by_a[2]], b, [by_b[1], by_b[2]], zero, out);
        } else {
            kernel::gemm_batched(self.batch, m, n, k, one, a, by_a, b, by_b, zero, out);
        }
    }
}

/// XᵀDX with a diagonal D: the rows of X and how far apart they and their entries are, and the weights.
#[derive(Clone, Debug)]
pub(super) struct Gram {
    pub(super) sides: [usize; 2],
    pub(super) matrix: Stack,
    pub(super) weights: Place,
    pub(super) first: usize,
}

impl Gram {
    pub(super) fn run<T: Real>(&self, out: &mut [T], reading: &Reading<'_, T>) {
        let [n, k] = self.sides;
        let x = reading.at(self.matrix.place, self.matrix.first);
        let weights = &reading.at(self.weights, self.first)[..k];
        let [_, by_row, by_col] = self.matrix.steps;
        kernel::gram(n, k, T::one(), x, [by_row, by_col], Some(weights), T::zero(), out);
    }
}
