//! The Moore–Penrose inverse, and what is known of declared matrices.

use super::identity::Head;
use crate::expr::{Arena, ExprId, Node};
use crate::structure::Structure;

impl Arena {
    /// The Moore–Penrose inverse; of a matrix that is known to be invertible the inverse.
    pub fn pinv(&mut self, id: ExprId) -> ExprId {
        let node = Node::Pinv(id);
        self.rewritten(Head::Pinv, &node).unwrap_or_else(|| self.intern(node))
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
    pub(crate) fn is_declared_symmetric(&self, id: ExprId) -> bool {
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
