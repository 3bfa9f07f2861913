//! Products of one matrix with two vectors, Ax and Aᵀy: the matrix is read once, some rows at a time.
//!
//! y may be made of Ax entry by entry, as in Aᵀ(Ax − b): then the steps between the two products run some rows at a time, too.

use super::lines::Lines;
use super::memory::{Map, Reading};
use super::place::Place;
use crate::kernel::{self, Real};

/// Entries of the rows that are worked on at once, and the fewest rows where those stand side by side.
const ENTRIES: usize = 1 << 15;
const LEAST_ROWS: usize = 64;

/// A vector: where it begins and how far apart its entries are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vector {
    pub(super) place: Place,
    pub(super) first: usize,
    pub(super) step: usize,
}

/// A matrix: where it begins, rows and columns, and how far apart neighbors in a column and in a row are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Matrix {
    pub(super) place: Place,
    pub(super) first: usize,
    pub(super) sides: [usize; 2],
    pub(super) strides: [usize; 2],
}

impl Matrix {
    pub(super) fn transposed(self) -> Self {
        let ([m, n], [by_row, by_col]) = (self.sides, self.strides);
        Self { sides: [n, m], strides: [by_col, by_row], ..self }
    }
}

/// The two products, with the buffer of the first and the loops between them.
#[derive(Clone, Debug)]
pub(super) struct Sweep {
    pub(super) matrix: Matrix,
    pub(super) across: Vector,
    pub(super) product: usize,
    pub(super) lines: Vec<Lines>,
    pub(super) down: Vector,
}

impl Sweep {
    /// The places that it reads.
    pub(super) fn reads(&self) -> Vec<Place> {
        let mut places = vec![self.matrix.place, self.across.place, self.down.place];
        places.extend(self.lines.iter().flat_map(Lines::reads));
        places
    }

    /// The buffers that it writes.
    pub(super) fn writes(&self, out: usize) -> Vec<usize> {
        self.lines.iter().flat_map(Lines::writes).chain([self.product, out]).collect()
    }

    /// Whether neither product needs the other.
    pub(super) fn is_independent(&self) -> bool {
        self.lines.is_empty() && ![self.across.place, self.down.place].contains(&Place::Made(self.product))
    }

    /// Both products in one pass over the rows that stand side by side; whether these do.
    fn in_one_pass<T: Real>(&self, out: usize, map: &Map, given: &[&[T]], memory: &mut [T]) -> bool {
        let ([m, n], [by_row, by_col]) = (self.matrix.sides, self.matrix.strides);
        if !self.is_independent() || [self.across.step, self.down.step] != [1, 1] || by_row.min(by_col) != 1 {
            return false;
        }
        let ([product, out, ..], reading) = Reading::opened_all(map, given, memory, [self.product, out].into_iter());
        let a = reading.at(self.matrix.place, self.matrix.first);
        let x = &reading.at(self.across.place, self.across.first)[..n];
        let y = &reading.at(self.down.place, self.down.first)[..m];
        if by_col == 1 {
            out.fill(T::zero());
            kernel::gemv_pair(a, by_row, x, product, y, out);
        } else {
            product.fill(T::zero());
            kernel::gemv_pair(a, by_col, y, out, x, product);
        }
        true
    }

    /// How many numbers it needs beside.
    pub(super) fn scratch(&self) -> usize {
        self.lines.iter().map(Lines::scratch).max().unwrap_or(0)
    }

    pub(super) fn run<T: Real>(&self, out: usize, map: &Map, given: &[&[T]], memory: &mut [T], scratch: &mut [T]) {
        if self.in_one_pass(out, map, given, memory) {
            return;
        }
        let ([m, n], [by_row, by_col]) = (self.matrix.sides, self.matrix.strides);
        let (zero, one) = (T::zero(), T::one());
        let least = if by_col == 1 { 4 } else { LEAST_ROWS };
        let rows = (ENTRIES / n.max(1)).next_multiple_of(8).max(least);
        Reading::opened(map, given, memory, out).0.fill(T::zero());
        for top in (0..m).step_by(rows) {
            let turns = top..m.min(top + rows);
            let count = turns.len();
            let (own, reading) = Reading::opened(map, given, memory, self.product);
            let a = reading.at(self.matrix.place, self.matrix.first + top * by_row);
            let x = reading.at(self.across.place, self.across.first);
            let own = &mut own[turns.clone()];
            kernel::gemm(count, 1, n, one, a, [by_row, by_col], x, [self.across.step, 1], zero, own);
            for lines in &self.lines {
                lines.run_part(turns.clone(), map, given, memory, scratch);
            }
            let (own, reading) = Reading::opened(map, given, memory, out);
            let a = reading.at(self.matrix.place, self.matrix.first + top * by_row);
            let y = reading.at(self.down.place, self.down.first + top * self.down.step);
            kernel::gemm(n, 1, count, one, a, [by_col, by_row], y, [self.down.step, 1], one, own);
        }
    }
}
