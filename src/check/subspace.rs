//! Checks that a function of the X with XᵀX = I is least and largest where the columns of X are eigenvectors of a matrix, those of the smallest
//! and those of the largest eigenvalues.

use nalgebra::DMatrix;

use super::point::{Comparison, Pair, Trial, size};
use super::search::at_points;
use super::{Cause, Certificate, CheckOptions, Method, Reason};
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::linalg::symmetric_eigen;
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};

/// Other matrices with orthonormal columns at each point.
const OTHERS: usize = 6;
/// Rounding of values that are compared, as eigenvectors are those of doubles.
const ROUNDING: f64 = 1e-9;

/// Checks it against values at random matrices with orthonormal columns.
#[must_use]
pub fn check_subspace(
    arena: &Arena,
    input: ExprId,
    (x, matrix): (SymbolId, ExprId),
    options: &CheckOptions,
) -> Certificate {
    if !arena.shape(input).is_scalar() || !arena.shape(matrix).is_square() {
        return Certificate::not_checked(Reason::Shape, options);
    }
    at_points(arena, &[input, matrix], &[x], Method::Values, options, |point| {
        let (n, k) = point.bindings.symbols.get(&x).map_or((0, 0), DMatrix::shape);
        if k > n {
            return Ok(Trial::Outside);
        }
        let value = evaluate(arena, matrix, &point.bindings)?;
        let Some(eigen) = symmetric_eigen((&value + value.transpose()) * 0.5) else { return Ok(Trial::Outside) };
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|a, b| eigen.eigenvalues[*a].total_cmp(&eigen.eigenvalues[*b]));
        let columns = |chosen: &[usize]| DMatrix::from_fn(n, k, |row, col| eigen.eigenvectors[(row, chosen[col])]);
        let (least, largest) = (columns(&order[..k]), columns(&order[n - k..]));
        let others = (0..OTHERS).map(|_| point.rng.normal_matrix(n, k).qr().q()).collect();
        point.compare(&Extremes { arena, input, x, least, largest, others })
    })
}

struct Extremes<'a> {
    arena: &'a Arena,
    input: ExprId,
    x: SymbolId,
    least: DMatrix<f64>,
    largest: DMatrix<f64>,
    others: Vec<DMatrix<f64>>,
}

impl Comparison for Extremes<'_> {
    fn is_beyond_residues(&self) -> bool {
        true
    }

    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let at = |x: &DMatrix<f64>| {
            let mut there = point.clone();
            there.symbols.insert(self.x, x.map(T::from_f64));
            evaluate(self.arena, self.input, &there)
        };
        let (least, largest) = (at(&self.least)?, at(&self.largest)?);
        let mut pairs = Vec::new();
        for other in &self.others {
            let value = at(other)?;
            let slack = ROUNDING * (1.0 + size(&value));
            for (extreme, change) in [(&least, value[0] - least[0]), (&largest, largest[0] - value[0])] {
                let passes = change.real() >= -slack;
                let found = if passes { extreme.clone() } else { value.clone() };
                pairs.push(Pair { expected: extreme.clone(), found, scale: size(extreme), cause: Cause::Value });
            }
        }
        Ok(pairs)
    }
}
