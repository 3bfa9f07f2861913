//! Powers of square matrices, inverses, determinants.

use super::identity::Head;
use crate::expr::{Arena, ExprId, Node};

impl Arena {
    /// X^p of a square matrix; of a scalar the ordinary power.
    pub fn power(&mut self, base: ExprId, exponent: ExprId) -> ExprId {
        let shape = self.shape(base);
        if shape.is_scalar() {
            return self.pow(base, exponent);
        }
        let node = Node::Power(base, exponent);
        self.rewritten(Head::Power, &node).unwrap_or_else(|| self.intern(node))
    }

    /// Whether a scalar takes integer values only: sums and products of integer symbols, indices and sizes.
    #[must_use]
    pub fn is_integer_valued(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Number(value) => value.is_integer(),
            Node::Size(_) | Node::Index(_) => true,
            Node::Symbol(symbol) => self.is_integer_symbol(*symbol),
            Node::Add(terms) => terms.iter().all(|(coeff, term)| coeff.is_integer() && self.is_integer_valued(*term)),
            Node::Hadamard(factors) => factors.iter().all(|(base, exponent)| {
                self.is_integer_valued(*base)
                    && self.as_number(*exponent).is_some_and(|p| p.is_integer() && !p.is_negative())
            }),
            _ => false,
        }
    }

    /// X⁻¹
    pub fn inverse(&mut self, id: ExprId) -> ExprId {
        let minus_one = self.integer(-1);
        self.power(id, minus_one)
    }

    /// det X: multiplicative over square factors, blind to transposition, det(cX) = cⁿ det X.
    pub fn det(&mut self, id: ExprId) -> ExprId {
        if self.shape(id).is_scalar() {
            return id;
        }
        if let Some(value) = self.rewritten(Head::Det, &Node::Det(id)) {
            return value;
        }
        let transposed = self.canonical_transpose(id);
        self.intern(Node::Det(transposed))
    }
}
