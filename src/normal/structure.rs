//! Operators that move entries: vec, diag, triangles, entries; and the adjugate.

use super::identity::Head;
use crate::expr::{Arena, Dim, ExprId, Map, MapDerivative, Node, Op, Shape, StandIn, SymbolId};
use crate::structure::Structure;

impl Arena {
    /// K with K vec(X) = vec(Xᵀ) for X of that shape; the identity for vectors.
    pub fn commutation(&mut self, of: Shape) -> ExprId {
        if of.is_matrix() {
            return self.intern(Node::Commutation(of));
        }
        let size = self.size_product(of.rows, of.cols);
        self.identity(size)
    }

    /// The selection matrix of that shape: the columns of the identity after the first `offset` ones.
    pub fn selection(&mut self, offset: Dim, shape: Shape) -> ExprId {
        if shape.cols.is_one() {
            let place = self.size_sum(offset, Dim::ONE);
            let place = self.size(place);
            return self.basis(shape.rows, place);
        }
        if shape.is_square() { self.identity(shape.rows) } else { self.intern(Node::Selection(offset, shape)) }
    }

    /// The diagonal matrix of a column.
    pub fn diag(&mut self, vector: ExprId) -> ExprId {
        let shape = self.shape(vector);
        if shape.is_scalar() {
            return vector;
        }
        if self.is_zero(vector) {
            return self.zero(Shape::square(shape.rows));
        }
        let (content, primitive) = self.split_content(vector);
        let (scalar, primitive) = self.split_scalar(primitive);
        if primitive != vector {
            self.fired("diagonal-of-multiple");
        }
        let node = Node::Diag(primitive);
        let matrix = self.rewritten(Head::Diag, &node).unwrap_or_else(|| self.intern(node));
        let matrix = self.mul(&[scalar, matrix]);
        self.scale(&content, matrix)
    }

    /// A + B of a vector diag(A) + diag(B).
    pub(super) fn sum_with_diagonal(&mut self, vector: ExprId) -> Option<ExprId> {
        let Node::Add(terms) = self.node(vector).clone() else { return None };
        if terms.len() < 2 {
            return None;
        }
        let mut sum = Vec::with_capacity(terms.len());
        for (coeff, term) in terms.iter() {
            let (scalar, part) = self.split_scalar(*term);
            let Node::DiagPart(matrix) = *self.node(part) else { return None };
            sum.push((coeff.clone(), self.mul(&[scalar, matrix])));
        }
        let square = Shape::square(self.shape(vector).rows);
        Some(self.add_terms(sum, square))
    }

    /// The diagonal of a square matrix: diag(uvᵀ) = u ∘ v, linear otherwise.
    pub fn diag_part(&mut self, id: ExprId) -> ExprId {
        if self.shape(id).is_scalar() {
            return id;
        }
        if let Some(value) = self.rewritten(Head::DiagPart, &Node::DiagPart(id)) {
            return value;
        }
        let canonical = self.canonical_transpose(id);
        if canonical != id {
            self.fired("diagonal-part-of-transposed-product");
        }
        self.intern(Node::DiagPart(canonical))
    }

    /// Whether it is diagonal by its form.
    #[must_use]
    pub fn is_diagonal(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Identity(_) | Node::Diag(_) => true,
            Node::Symbol(symbol)
            | Node::Member(symbol, _)
            | Node::Differential(symbol, _)
            | Node::Map(Map { symbol, derivative: MapDerivative::Prime(_) }, ..) => {
                self.symbol(*symbol).structure == Structure::Diagonal
            }
            Node::Add(terms) => terms.iter().all(|(_, term)| self.is_diagonal(*term)),
            Node::Product(factors) => {
                factors.iter().all(|factor| self.shape(*factor).is_scalar() || self.is_diagonal(*factor))
            }
            Node::Hadamard(factors) => {
                let is_root =
                    |exponent: ExprId| self.as_number(exponent).is_some_and(|p| !p.is_zero() && !p.is_negative());
                factors.iter().any(|(base, exponent)| is_root(*exponent) && self.is_diagonal(*base))
            }
            Node::Elementwise(func, inner) => func.fixes_zero() && self.is_diagonal(*inner),
            Node::Power(base, _) => self.is_diagonal(*base),
            Node::MatrixFunction(_, base, directions) => {
                self.is_diagonal(*base) && directions.iter().all(|direction| self.is_diagonal(*direction))
            }
            _ => false,
        }
    }

    /// Whether it is lower or upper triangular by its form.
    #[must_use]
    pub fn is_triangular(&self, id: ExprId, which: Structure) -> bool {
        let opposite = if which == Structure::Lower { Structure::Upper } else { Structure::Lower };
        match self.node(id) {
            Node::Zeros(_) => true,
            Node::Symbol(symbol)
            | Node::Member(symbol, _)
            | Node::Differential(symbol, _)
            | Node::Map(Map { symbol, derivative: MapDerivative::Prime(_) }, ..) => {
                let structure = self.symbol(*symbol).structure;
                structure == which || structure == Structure::Diagonal
            }
            Node::Apply(Op::Tril, _) => which == Structure::Lower,
            Node::Apply(Op::Triu, _) => which == Structure::Upper,
            Node::Transpose(inner) => self.is_triangular(*inner, opposite),
            Node::Add(terms) => terms.iter().all(|(_, term)| self.is_triangular(*term, which)),
            Node::Product(factors) => {
                factors.iter().all(|factor| self.shape(*factor).is_scalar() || self.is_triangular(*factor, which))
            }
            Node::Hadamard(factors) => factors.iter().any(|(factor, exponent)| {
                self.as_number(*exponent).is_some_and(|p| !p.is_negative()) && self.is_triangular(*factor, which)
            }),
            Node::Elementwise(func, inner) => func.fixes_zero() && self.is_triangular(*inner, which),
            Node::Power(base, _) => self.is_triangular(*base, which),
            Node::MatrixFunction(_, base, directions) => {
                self.is_triangular(*base, which)
                    && directions.iter().all(|direction| self.is_triangular(*direction, which))
            }
            _ => self.is_diagonal(id),
        }
    }

    /// The columns stacked.
    pub fn vec(&mut self, id: ExprId) -> ExprId {
        let shape = self.shape(id);
        if shape.cols.is_one() {
            return id;
        }
        if shape.is_row() {
            return self.transpose(id);
        }
        let node = Node::Vec(id);
        self.rewritten(Head::Vec, &node).unwrap_or_else(|| self.intern(node))
    }

    /// The matrix of the given shape whose columns, stacked, are the vector.
    pub fn unvec(&mut self, id: ExprId, shape: Shape) -> ExprId {
        if shape.cols.is_one() {
            return id;
        }
        if shape.is_row() {
            return self.transpose(id);
        }
        let node = Node::Unvec(id, shape);
        self.rewritten(Head::Unvec, &node).unwrap_or_else(|| self.intern(node))
    }

    /// The lower triangle with the diagonal.
    pub fn tril(&mut self, id: ExprId) -> ExprId {
        self.triangle(id, Structure::Lower)
    }

    /// The upper triangle with the diagonal.
    pub fn triu(&mut self, id: ExprId) -> ExprId {
        self.triangle(id, Structure::Upper)
    }

    fn triangle(&mut self, id: ExprId, which: Structure) -> ExprId {
        let (content, primitive) = self.split_content(id);
        let (scalar, primitive) = self.split_scalar(primitive);
        if primitive != id {
            self.fired("triangle-of-multiple");
        }
        let node =
            if which == Structure::Lower { Node::Apply(Op::Tril, primitive) } else { Node::Apply(Op::Triu, primitive) };
        let value = self.rewritten(Head::Triangle, &node).unwrap_or_else(|| self.intern(node));
        let value = self.mul(&[scalar, value]);
        self.scale(&content, value)
    }

    /// F(X) of an operator in the table.
    pub fn apply(&mut self, op: Op, id: ExprId) -> ExprId {
        match op {
            Op::Softmax => self.softmax(id),
            Op::Tril => self.tril(id),
            Op::Triu => self.triu(id),
            Op::Adjugate => self.adjugate(id),
        }
    }

    /// The adjugate.
    pub fn adjugate(&mut self, id: ExprId) -> ExprId {
        let node = Node::Apply(Op::Adjugate, id);
        self.rewritten(Head::Adjugate, &node).unwrap_or_else(|| self.intern(node))
    }

    /// Member of a family.
    pub fn member(&mut self, family: SymbolId, index: ExprId) -> ExprId {
        self.intern(Node::Member(family, index))
    }

    /// The i-th standard basis vector; 1 where it has one entry.
    pub fn basis(&mut self, size: Dim, index: ExprId) -> ExprId {
        if size.is_one() {
            return self.one();
        }
        self.intern(Node::Basis(size, index))
    }

    /// Entry (row, col) of a matrix, or of a column with col = 1. Entries pass through sums, multiples,
    /// transposes, outer products and entrywise operators.
    pub fn entry(&mut self, id: ExprId, row: ExprId, col: ExprId) -> ExprId {
        let shape = self.shape(id);
        if shape.is_scalar() {
            return id;
        }
        if shape.is_matrix() {
            let transposed = self.transpose(id);
            // With skew factors the transpose may be a multiple, whose own transpose would be preferred in turn.
            let same_content = self.split_content(transposed).0 == self.split_content(id).0;
            if same_content && self.transposes_in(transposed) < self.transposes_in(id) {
                self.fired("entry-of-transpose");
                return self.entry(transposed, col, row);
            }
        }
        if let Some(value) = self.rewritten(Head::Entry, &Node::Entry(id, row, col)) {
            return value;
        }
        self.entry_of_matrix(id, row, col)
    }

    /// Entry of a symmetric symbol with the smaller id as its row; of others as it is.
    pub(super) fn entry_of_matrix(&mut self, id: ExprId, row: ExprId, col: ExprId) -> ExprId {
        if matches!(self.node(id), Node::Symbol(_)) && self.shape(id).is_matrix() && col < row && self.is_symmetric(id)
        {
            self.fired("entry-of-symmetric");
            return self.intern(Node::Entry(id, col, row));
        }
        self.intern(Node::Entry(id, row, col))
    }

    /// Whether two entries are equal at special points only: made of symbols without structure by operations that do not copy entries.
    pub fn has_independent_entries(&mut self, id: ExprId) -> bool {
        if self.shape(id).is_scalar() {
            return true;
        }
        if self.is_symmetric(id) {
            return false;
        }
        match self.node(id).clone() {
            // What stands for a variable has its values in the end.
            Node::Symbol(symbol) | Node::Member(symbol, _) => {
                self.symbol(symbol).structure == Structure::General
                    && !matches!(self.stands_for(symbol), Some(StandIn::Free(_)))
            }
            Node::Transpose(inner) => self.has_independent_entries(inner),
            // A sum may be constant where its terms are not, and one free vector alone may make it free.
            Node::Add(terms) => {
                terms.iter().any(|(_, term)| !self.is_spread(*term))
                    && terms.iter().all(|(_, term)| self.is_spread(*term) || self.has_independent_entries(*term))
            }
            Node::Product(factors) => factors.iter().all(|factor| self.has_independent_entries(*factor)),
            Node::Hadamard(factors) => factors.iter().all(|(base, _)| self.has_independent_entries(*base)),
            Node::Apply(Op::Softmax, inner) => self.has_independent_entries(inner),
            Node::Elementwise(func, inner) => !func.row().has_plateau && self.has_independent_entries(inner),
            _ => false,
        }
    }
}
