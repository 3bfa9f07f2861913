//! Smart constructors: every node they make of normal operands is in normal form.
//!
//! They are methods of [`Arena`], one file for each family of operators. No constructor expands a product
//! over a sum, so none makes an expression larger without bound.

mod chain;
mod choose;
mod commute;
mod cross;
mod entrywise_diagonal;
mod function;
mod hadamard;
pub mod identity;
mod index;
mod kron;
mod lift;
mod map;
mod matrix_function;
mod power;
mod product;
mod pseudoinverse;
mod rank;
mod rebuild;
mod rules;
mod structure;
mod sum;
mod trace;
mod transpose;
mod written;

use crate::expr::{Arena, Dim, ExprId, Node, Op, Shape, SymbolKind};
use crate::number::Coeff;
use crate::structure::Structure;

/// Largest size in bits of a number that powers of numbers are multiplied out to.
const MAX_NUMBER_BITS: u64 = 4096;

impl Arena {
    /// The number 1.
    pub fn one(&mut self) -> ExprId {
        debug_assert!(self.as_number(Self::ONE).is_some_and(Coeff::is_one), "1 is interned first");
        Self::ONE
    }

    /// The scalar 0 or the zero matrix of that shape.
    pub fn zero(&mut self, shape: Shape) -> ExprId {
        if shape.is_scalar() { self.integer(0) } else { self.intern(Node::Zeros(shape)) }
    }

    /// The number 1 or the matrix of ones of that shape; a row is a transposed column.
    pub fn ones(&mut self, shape: Shape) -> ExprId {
        if shape.is_scalar() {
            self.one()
        } else if shape.is_row() {
            let column = self.intern(Node::Ones(shape.transposed()));
            self.intern(Node::Transpose(column))
        } else {
            self.intern(Node::Ones(shape))
        }
    }

    /// Whether it is zero, of any shape.
    #[must_use]
    pub fn is_zero(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Number(value) => value.is_zero(),
            Node::Zeros(_) => true,
            _ => false,
        }
    }

    /// Whether it is a number times an identity, of a normal form.
    #[must_use]
    pub fn is_multiple_of_identity(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Identity(_) => true,
            Node::Add(terms) => matches!(&**terms, [(_, only)] if self.is_multiple_of_identity(*only)),
            Node::Product(factors) => factors
                .iter()
                .all(|factor| self.shape(*factor).is_scalar() || matches!(self.node(*factor), Node::Identity(_))),
            _ => false,
        }
    }

    /// Whether it is the number 1.
    #[must_use]
    pub fn is_one(&self, id: ExprId) -> bool {
        self.as_number(id).is_some_and(Coeff::is_one)
    }

    /// Whether it is all ones: the number 1, or a matrix, column or row of ones.
    #[must_use]
    pub fn is_ones(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Number(value) => value.is_one(),
            Node::Ones(_) => true,
            Node::Transpose(inner) => matches!(self.node(*inner), Node::Ones(_)),
            _ => false,
        }
    }

    /// Whether its entries are known to be not below 0 and of sum 1: a declared probability vector, a softmax, a unit vector.
    #[must_use]
    pub fn is_simplex(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Symbol(symbol) => self.symbol(*symbol).kind == SymbolKind::Simplex,
            Node::Apply(Op::Softmax, _) => self.shape(id).is_column(),
            Node::Basis(..) => true,
            _ => false,
        }
    }

    /// Whether every entry is known to be −1 or 1.
    #[must_use]
    pub fn is_signs(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Symbol(symbol) => self.symbol(*symbol).kind == SymbolKind::Signs,
            Node::Entry(inner, ..) | Node::Transpose(inner) => self.is_signs(*inner),
            Node::Det(inner) => self.declared_structure(*inner) == Some(Structure::Orthogonal),
            // uvᵀ
            Node::Product(factors) => match **factors {
                [u, v] => self.shape(u).is_column() && self.is_signs(u) && self.is_signs(v),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether every entry is known to be 0 or 1.
    #[must_use]
    pub fn is_binary(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Symbol(symbol) => self.symbol(*symbol).kind == SymbolKind::Binary,
            Node::Entry(inner, ..) | Node::Transpose(inner) => self.is_binary(*inner),
            _ => false,
        }
    }

    /// A size as a scalar.
    pub fn size(&mut self, dim: Dim) -> ExprId {
        match dim {
            Dim::Known(value) => self.integer(i64::from(value)),
            Dim::Named(_) => self.intern(Node::Size(dim)),
            Dim::Polynomial(_) => {
                let mut sum = Vec::new();
                for (value, names) in self.size_terms(dim) {
                    let mut factors = vec![self.integer(value)];
                    for name in names {
                        factors.push(self.intern(Node::Size(Dim::Named(name))));
                    }
                    sum.push((Coeff::ONE, self.mul(&factors)));
                }
                self.add_terms(sum, Shape::SCALAR)
            }
        }
    }
}
