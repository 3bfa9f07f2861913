//! Symmetric matrices of numbers by their pivots.

use crate::number::Coeff;

/// Whether ± a symmetric matrix of numbers is semidefinite, with `true` inside where definite.
pub(super) fn by_pivots(mut rows: Vec<Vec<Coeff>>, flipped: bool) -> Option<bool> {
    let n = rows.len();
    if (0..n).any(|row| (0..row).any(|col| rows[row][col] != rows[col][row])) {
        return None;
    }
    let mut strict = true;
    for pivot in 0..n {
        let value = if flipped { rows[pivot][pivot].neg() } else { rows[pivot][pivot].clone() };
        if value.is_negative() {
            return None;
        }
        if value.is_zero() {
            strict = false;
            if (pivot..n).any(|col| !rows[pivot][col].is_zero()) {
                return None;
            }
            continue;
        }
        let inverse = rows[pivot][pivot].recip()?;
        let (done, below) = rows.split_at_mut(pivot + 1);
        for row in below {
            let factor = row[pivot].mul(&inverse);
            for (entry, above) in row.iter_mut().zip(&done[pivot]) {
                *entry = entry.sub(&factor.mul(above));
            }
        }
    }
    Some(strict)
}
