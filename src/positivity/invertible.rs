//! Which square matrices are invertible by their form and by declarations.

use super::prover::Prover;
use crate::expr::{ExprId, MatrixFunction, Node};
use crate::number::Coeff;
use crate::structure::Structure;

impl Prover<'_> {
    /// Whether a square matrix is known to be invertible by its form.
    pub(crate) fn is_invertible(&mut self, id: ExprId) -> bool {
        if !self.arena.shape(id).is_square() || !self.spend() {
            return false;
        }
        match self.arena.node(id).clone() {
            Node::Identity(_) | Node::Commutation(_) => true,
            Node::Symbol(_) | Node::Member(..) | Node::Map(..) => {
                matches!(self.structure(id), Some(Structure::PositiveDefinite | Structure::Orthogonal))
            }
            Node::Transpose(inner) => self.is_invertible(inner),
            Node::Power(base, exponent) => {
                self.arena.as_number(exponent).is_some_and(Coeff::is_negative) || self.is_invertible(base)
            }
            Node::MatrixFunction(MatrixFunction::Expm, _, directions) => directions.is_empty(),
            Node::MatrixFunction(MatrixFunction::Sqrtm, inner, directions) => {
                directions.is_empty() && self.is_invertible(inner)
            }
            Node::Diag(vector) => self.bounds(vector).is_nonzero(),
            Node::Kron(left, right) => self.is_invertible(left) && self.is_invertible(right),
            Node::Product(factors) => factors.iter().all(|factor| {
                if self.arena.shape(*factor).is_scalar() {
                    self.bounds(*factor).is_nonzero()
                } else {
                    self.is_invertible(*factor)
                }
            }),
            // Of numbers it is known.
            Node::Literal(_, entries) => {
                entries.iter().all(|entry| self.arena.as_number(*entry).is_some()) && !self.arena.is_singular(id)
            }
            Node::Add(terms) if terms.len() == 1 => self.is_invertible(terms[0].1),
            Node::Add(_) => self.has_definite_symmetric_part(id),
            _ => false,
        }
    }

    /// Whether xᵀMx is above 0, or below 0, for every x ≠ 0: M + Mᵀ is definite, as of I + K with K skew.
    fn has_definite_symmetric_part(&mut self, id: ExprId) -> bool {
        let transposed = self.arena.transpose(id);
        if transposed == id {
            return false;
        }
        let sum = self.arena.plus(id, transposed);
        self.quietly(|prover| {
            prover.semidefinite(sum, false) == Some(true) || prover.semidefinite(sum, true) == Some(true)
        })
    }
}
