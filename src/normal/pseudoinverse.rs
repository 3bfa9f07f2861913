//! The Moore–Penrose inverse, and where it cancels: XX⁺X = X, X⁺XX⁺ = X⁺ (Penrose 1955).

use crate::expr::{Arena, ExprId, Node};
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
}
