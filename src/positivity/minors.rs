//! Matrices that are written by their entries: positive semidefinite by their pivots where the entries are numbers, by their principal
//! minors otherwise.

use super::pivots::by_pivots;
use super::polynomial::Polynomial;
use super::prover::Prover;
use crate::expr::{Arena, ExprId, Shape};
use crate::number::Coeff;

/// Largest matrix of which all principal minors are looked at.
const MAX_MINORS: usize = 5;

impl Prover<'_> {
    /// Whether a matrix of numbers is ±semidefinite, by its pivots.
    pub(super) fn literal(&mut self, shape: Shape, entries: &[ExprId], flipped: bool) -> Option<bool> {
        let n = self.arena.known_size(shape.rows)?;
        let mut rows: Vec<Vec<Coeff>> = Vec::with_capacity(n);
        for row in 0..n {
            let number = |arena: &Arena, col: usize| arena.as_number(entries[row * n + col]).cloned();
            rows.push((0..n).map(|col| number(self.arena, col)).collect::<Option<Vec<_>>>()?);
        }
        by_pivots(rows, flipped)
    }

    /// Whether a symmetric matrix is ±semidefinite: all its principal minors are nonnegative; definite where those that begin with the first
    /// entry are positive.
    pub(super) fn minors(&mut self, entries: &[ExprId], flipped: bool) -> Option<bool> {
        let n = entries.len().isqrt();
        if n * n != entries.len() || n > MAX_MINORS {
            return None;
        }
        let mut rows: Vec<Vec<Polynomial>> = Vec::with_capacity(n);
        for row in 0..n {
            let mut all = Vec::with_capacity(n);
            for col in 0..n {
                let entry = self.polynomial(entries[row * n + col])?;
                all.push(if flipped { entry.scaled(&Coeff::MINUS_ONE) } else { entry });
            }
            rows.push(all);
        }
        let pairs = (0..n).flat_map(|row| (0..row).map(move |col| (row, col)));
        for (row, col) in pairs {
            let mirrored = rows[col][row].clone().scaled(&Coeff::MINUS_ONE);
            let difference = rows[row][col].clone().plus(&mirrored);
            let bounds = self.sign_of(&difference);
            if !(bounds.is_nonnegative() && bounds.is_nonpositive()) {
                return None;
            }
        }
        let mut strict = true;
        for chosen in 1_usize..1 << n {
            let places: Vec<usize> = (0..n).filter(|place| chosen >> place & 1 == 1).collect();
            let minor = determinant(&rows, &places, &places)?;
            let bounds = self.sign_of(&minor);
            if !bounds.is_nonnegative() {
                return None;
            }
            // 1, 11, 111 …: those that begin with the first entry.
            if chosen & (chosen + 1) == 0 {
                strict &= bounds.is_positive();
            }
        }
        Some(strict)
    }
}

/// The determinant of the rows and columns, by the first row.
fn determinant(of: &[Vec<Polynomial>], rows: &[usize], cols: &[usize]) -> Option<Polynomial> {
    let [first, below @ ..] = rows else { return None };
    if below.is_empty() {
        return Some(of[*first][cols[0]].clone());
    }
    let mut sum = Polynomial::default();
    for (place, col) in cols.iter().enumerate() {
        if of[*first][*col].is_zero() {
            continue;
        }
        let rest: Vec<usize> = cols.iter().filter(|other| *other != col).copied().collect();
        let product = of[*first][*col].times(&determinant(of, below, &rest)?)?;
        sum = sum.plus(&if place % 2 == 0 { product } else { product.scaled(&Coeff::MINUS_ONE) });
    }
    Some(sum)
}
