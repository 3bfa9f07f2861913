//! Entrywise functions, reductions, norms and softmax.

use super::identity::Head;
use crate::expr::{Arena, Dim, ExprId, Func, IndexId, Node, Norm, Op, Reduction, SymbolId};
use crate::number::Coeff;

impl Arena {
    /// f(z), entry by entry.
    pub fn elementwise(&mut self, func: Func, z: ExprId) -> ExprId {
        let shape = self.shape(z);
        if shape.is_row() {
            // A function of a row is a transposed one of a column.
            let column = self.transpose(z);
            let value = self.elementwise(func, column);
            return self.transpose(value);
        }
        let node = Node::Elementwise(func, z);
        self.rewritten(Head::Elementwise, &node).unwrap_or_else(|| self.intern(node))
    }

    /// A reduction of all entries.
    pub fn reduce(&mut self, reduction: Reduction, inner: ExprId) -> ExprId {
        let shape = self.shape(inner);
        if shape.is_scalar() {
            return inner;
        }
        if reduction == Reduction::Sum {
            return self.total(inner);
        }
        let node = Node::Reduce(reduction, inner);
        self.rewritten(Head::Reduce, &node).unwrap_or_else(|| self.intern(node))
    }

    /// A norm; of X and Xᵀ the same one.
    pub fn norm(&mut self, norm: Norm, inner: ExprId) -> ExprId {
        let shape = self.shape(inner);
        if shape.is_scalar() {
            return self.elementwise(Func::Abs, inner);
        }
        let node = Node::Norm(norm, self.canonical_transpose(inner));
        self.rewritten(Head::Norm, &node).unwrap_or_else(|| self.intern(node))
    }

    /// The one of X and Xᵀ that stands for both where a function does not tell them apart.
    pub fn canonical_transpose(&mut self, id: ExprId) -> ExprId {
        let other = self.transpose(id);
        // With skew factors the transpose may be a multiple, whose own transpose would be preferred in turn.
        if !self.shape(id).is_row() && self.split_content(other).0 != self.split_content(id).0 {
            return id;
        }
        if self.shape(id).is_row()
            || (!self.shape(other).is_row() && self.transposes_in(other) < self.transposes_in(id))
        {
            return other;
        }
        if self.transposes_in(other) == self.transposes_in(id) && other < id && !self.shape(other).is_row() {
            other
        } else {
            id
        }
    }

    /// Number of transposed matrices among the factors.
    pub(crate) fn transposes_in(&self, id: ExprId) -> usize {
        match self.node(id) {
            Node::Product(factors) => factors.iter().filter(|factor| self.is_transposed_factor(**factor)).count(),
            _ => usize::from(self.is_transposed_factor(id)),
        }
    }

    /// x of 1 − tanh²x = sech²x and 1 + tan²x = sec²x.
    pub(crate) fn as_squared_secant(&self, terms: &[(Coeff, ExprId)]) -> Option<ExprId> {
        let [(first, one), (second, square)] = terms else { return None };
        if !first.is_one() || !(self.is_one(*one) || self.is_ones(*one)) {
            return None;
        }
        let Node::Hadamard(factors) = self.node(*square) else { return None };
        let [(base, exponent)] = **factors else { return None };
        let Node::Elementwise(func, inner) = *self.node(base) else { return None };
        let fits = match func {
            Func::Tanh => *second == Coeff::MINUS_ONE,
            Func::Tan => second.is_one(),
            _ => false,
        };
        (fits && self.as_number(exponent) == Some(&Coeff::integer(2))).then_some(inner)
    }

    /// Whether a factor prints with a transposition: of a matrix, not of a vector.
    pub(super) fn is_transposed_factor(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Transpose(_) => self.shape(id).is_matrix(),
            Node::Power(base, _) => matches!(self.node(*base), Node::Transpose(_)),
            Node::Hadamard(factors) => factors.iter().all(|(base, _)| self.is_transposed_factor(*base)),
            Node::Elementwise(_, inner) => self.is_transposed_factor(*inner),
            Node::Add(terms) => terms.iter().all(|(_, term)| self.is_transposed_factor(*term)),
            Node::Product(factors) => {
                matches!(**factors, [scalar, matrix] if self.shape(scalar).is_scalar() && self.is_transposed_factor(matrix))
            }
            _ => false,
        }
    }

    /// softmax(z); of a matrix row by row.
    pub fn softmax(&mut self, z: ExprId) -> ExprId {
        let node = Node::Apply(Op::Softmax, z);
        self.rewritten(Head::Softmax, &node).unwrap_or_else(|| self.intern(node))
    }

    /// A symbol.
    pub fn symbol_expr(&mut self, symbol: SymbolId) -> ExprId {
        self.intern(Node::Symbol(symbol))
    }

    /// The differential dX of a symbol in its slot.
    pub fn differential(&mut self, symbol: SymbolId, slot: u32) -> ExprId {
        self.intern(Node::Differential(symbol, slot))
    }

    /// d(X), still to be worked out.
    pub fn pending(&mut self, inner: ExprId, slot: u32) -> ExprId {
        self.intern(Node::Pending(inner, slot))
    }

    /// A bound index as a number.
    pub fn index(&mut self, index: IndexId) -> ExprId {
        self.intern(Node::Index(index))
    }

    /// The identity.
    pub fn identity(&mut self, size: Dim) -> ExprId {
        if size.is_one() { self.one() } else { self.intern(Node::Identity(size)) }
    }
}
