//! The Moore–Penrose inverse, and where it cancels: XX⁺X = X, X⁺XX⁺ = X⁺ (Penrose 1955).

use crate::expr::{Arena, ExprId, Node};
use crate::number::Coeff;
use crate::structure::Structure;

impl Arena {
    /// The Moore–Penrose inverse; of a matrix that is declared to be invertible the inverse.
    pub fn pinv(&mut self, id: ExprId) -> ExprId {
        if let Node::Pinv(inner) = *self.node(id) {
            return inner;
        }
        let (content, primitive) = self.split_content(id);
        if let (false, Some(inverse)) = (content.is_one(), content.recip()) {
            let value = self.pinv(primitive);
            return self.scale(&inverse, value);
        }
        if self.shape(id).is_scalar() {
            return self.intern(Node::Pinv(id));
        }
        match self.declared_structure(id) {
            Some(Structure::PositiveDefinite) => return self.inverse(id),
            Some(Structure::Orthogonal) => return self.transpose(id),
            _ => {}
        }
        if matches!(self.node(id), Node::Identity(_)) {
            return id;
        }
        self.intern(Node::Pinv(id))
    }

    /// The structure that a symbol, or the symbol that is transposed, is declared with.
    pub(super) fn declared_structure(&self, id: ExprId) -> Option<Structure> {
        match *self.node(id) {
            Node::Symbol(symbol) | Node::Member(symbol, _) => Some(self.symbol(symbol).structure),
            Node::Transpose(inner) => match self.declared_structure(inner)? {
                Structure::Lower => Some(Structure::Upper),
                Structure::Upper => Some(Structure::Lower),
                other => Some(other),
            },
            _ => None,
        }
    }

    /// Whether it is a symbol that is declared symmetric, or more than that.
    pub(super) fn is_declared_symmetric(&self, id: ExprId) -> bool {
        matches!(
            self.declared_structure(id),
            Some(
                Structure::Symmetric
                    | Structure::PositiveDefinite
                    | Structure::PositiveSemidefinite
                    | Structure::Diagonal
            )
        )
    }

    /// Drops the last two factors of a chain that ends in XX⁺X or X⁺XX⁺.
    pub(super) fn cancel_pseudoinverse(&mut self, chain: &mut Vec<ExprId>) {
        let [.., first, middle, last] = **chain else { return };
        let is_inverse = |one: ExprId, other: ExprId| matches!(*self.node(one), Node::Pinv(inner) if inner == other);
        if first == last && (is_inverse(middle, first) || is_inverse(first, middle)) {
            chain.truncate(chain.len() - 2);
        }
    }

    /// XᵃX⁺ᵇ of a symmetric X, which commutes with X⁺: Xᵃ⁻ᵇ where a > b and X⁺ᵇ⁻ᵃ where a < b.
    pub(super) fn merge_pseudoinverse(&mut self, left: ExprId, right: ExprId) -> Option<ExprId> {
        let ((base, p), (other, q)) = (self.as_power(left), self.as_power(right));
        let ((x, a), (inverse, b)) = match (self.node(base), self.node(other)) {
            (_, Node::Pinv(inner)) if *inner == base => ((base, p), (other, q)),
            (Node::Pinv(inner), _) if *inner == other => ((other, q), (base, p)),
            _ => return None,
        };
        if !self.is_declared_symmetric(x) {
            return None;
        }
        let count = |arena: &Self, id: ExprId| arena.as_number(id).and_then(Coeff::to_i64).filter(|n| *n > 0);
        let difference = count(self, a)? - count(self, b)?;
        if difference == 0 {
            return None;
        }
        let power = self.integer(difference.abs());
        Some(self.power(if difference > 0 { x } else { inverse }, power))
    }
}
