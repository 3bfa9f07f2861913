//! Operators that move entries: vec, diag, triangles, entries; and the pseudo-inverse.

use crate::expr::{Arena, Dim, ExprId, Node, Op, Shape, SymbolId};
use crate::number::Coeff;
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
        let matrix = match *self.node(primitive) {
            Node::Ones(_) => self.identity(shape.rows),
            Node::DiagPart(inner) if self.is_diagonal(inner) => inner,
            // f(X) of a diagonal X with f(0) = 0
            Node::Elementwise(func, inner) if func.fixes_zero() && self.is_diagonal_of_diagonal(inner) => {
                let matrix = self.diag(inner);
                self.elementwise(func, matrix)
            }
            Node::DiagPart(inner) => {
                let identity = self.identity(shape.rows);
                self.hadamard(identity, inner)
            }
            _ => match self.diag_of_diagonals(primitive) {
                Some(matrix) => matrix,
                None => self.intern(Node::Diag(primitive)),
            },
        };
        let matrix = self.mul(&[scalar, matrix]);
        self.scale(&content, matrix)
    }

    /// diag(diag(A) + diag(B)) = (A + B)∘I, and diag(diag(A)∘diag(B)) = A∘B∘I.
    fn diag_of_diagonals(&mut self, vector: ExprId) -> Option<ExprId> {
        let square = Shape::square(self.shape(vector).rows);
        let inside = |arena: &Self, id: ExprId| match *arena.node(id) {
            Node::DiagPart(inner) => Some(inner),
            _ => None,
        };
        match self.node(vector).clone() {
            Node::Add(_) => {
                let sum = self.sum_with_diagonal(vector)?;
                let identity = self.identity(square.rows);
                Some(self.hadamard(identity, sum))
            }
            Node::Hadamard(factors) => {
                let mut product = Vec::with_capacity(factors.len() + 1);
                for (base, exponent) in factors.iter() {
                    self.as_number(*exponent).filter(|p| p.is_integer() && !p.is_negative())?;
                    let matrix = inside(self, *base)?;
                    product.push((matrix, *exponent));
                }
                product.push((self.identity(square.rows), self.one()));
                Some(self.hadamard_powers(&product, square))
            }
            _ => None,
        }
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

    fn is_diagonal_of_diagonal(&self, id: ExprId) -> bool {
        matches!(*self.node(id), Node::DiagPart(inner) if self.is_diagonal(inner))
    }

    /// The diagonal of a square matrix: diag(uvᵀ) = u ∘ v, linear otherwise.
    pub fn diag_part(&mut self, id: ExprId) -> ExprId {
        let shape = self.shape(id);
        if shape.is_scalar() {
            return id;
        }
        let column = Shape::vector(shape.rows);
        match self.node(id).clone() {
            Node::Identity(_) | Node::Ones(_) => self.ones(column),
            Node::Zeros(_) => self.zero(column),
            Node::Diag(vector) => vector,
            Node::Transpose(inner) => self.diag_part(inner),
            Node::Add(terms) => {
                let terms: Vec<(Coeff, ExprId)> =
                    terms.iter().map(|(coeff, term)| (coeff.clone(), self.diag_part(*term))).collect();
                self.add_terms(terms, column)
            }
            Node::Hadamard(factors) => {
                if matches!(self.node(factors[0].0), Node::Identity(_)) {
                    let rest = self.hadamard_powers(&factors[1..], shape);
                    return self.diag_part(rest);
                }
                let factors: Vec<_> =
                    factors.iter().map(|(base, exponent)| (self.diag_part(*base), *exponent)).collect();
                self.hadamard_powers(&factors, column)
            }
            Node::Product(factors) => {
                if self.shape(factors[0]).is_scalar() {
                    let rest = self.mul(&factors[1..]);
                    let diagonal = self.diag_part(rest);
                    return self.mul(&[factors[0], diagonal]);
                }
                if let Some(split) = (1..factors.len()).find(|at| self.shape(factors[*at]).rows.is_one()) {
                    let left = self.mul(&factors[..split]);
                    let right = self.mul(&factors[split..]);
                    let right = self.transpose(right);
                    return self.hadamard(left, right);
                }
                // diag(XYᵀ) = (X∘Y)1 where factors of the entrywise product cancel
                if let [left, right] = *factors {
                    let right = self.transpose(right);
                    let product = self.hadamard(left, right);
                    if self.entrywise_factors(product) < self.entrywise_factors(left) + self.entrywise_factors(right) {
                        let ones = self.ones(Shape::vector(self.shape(product).cols));
                        return self.mul(&[product, ones]);
                    }
                }
                // diag(diag(v) M) = v ∘ diag(M) = diag(M diag(v))
                if self.is_diagonal(factors[0]) {
                    let vector = self.diag_part(factors[0]);
                    let rest = self.mul(&factors[1..]);
                    let diagonal = self.diag_part(rest);
                    return self.hadamard(vector, diagonal);
                }
                if self.is_diagonal(factors[factors.len() - 1]) {
                    let vector = self.diag_part(factors[factors.len() - 1]);
                    let rest = self.mul(&factors[..factors.len() - 1]);
                    let diagonal = self.diag_part(rest);
                    return self.hadamard(vector, diagonal);
                }
                // diag(AB) = diag(A)∘diag(B) of triangular matrices
                let triangular = |which| factors.iter().all(|factor| self.is_triangular(*factor, which));
                if triangular(Structure::Lower) || triangular(Structure::Upper) {
                    let one = self.one();
                    let parts: Vec<_> = factors.iter().map(|factor| (self.diag_part(*factor), one)).collect();
                    return self.hadamard_powers(&parts, column);
                }
                // diag(A diag(u) B) = (A∘Bᵀ)u
                if let Some((place, vector)) = factors.iter().enumerate().find_map(|(place, factor)| {
                    if let Node::Diag(vector) = *self.node(*factor) { Some((place, vector)) } else { None }
                }) {
                    let left = self.mul(&factors[..place]);
                    let right = self.mul(&factors[place + 1..]);
                    let right = self.transpose(right);
                    let product = self.hadamard(left, right);
                    return self.mul(&[product, vector]);
                }
                self.intern_diag_part(id)
            }
            Node::Elementwise(func, inner) => {
                let inner = self.diag_part(inner);
                self.elementwise(func, inner)
            }
            Node::Apply(Op::Tril, inner) | Node::Apply(Op::Triu, inner) => self.diag_part(inner),
            _ => self.intern_diag_part(id),
        }
    }

    fn entrywise_factors(&self, id: ExprId) -> usize {
        if let Node::Hadamard(factors) = self.node(id) { factors.len() } else { 1 }
    }

    fn intern_diag_part(&mut self, id: ExprId) -> ExprId {
        let id = self.canonical_transpose(id);
        self.intern(Node::DiagPart(id))
    }

    /// Whether it is diagonal by its form.
    #[must_use]
    pub fn is_diagonal(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Identity(_) | Node::Diag(_) => true,
            Node::Symbol(symbol) | Node::Member(symbol, _) | Node::Differential(symbol, _) => {
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
            Node::Symbol(symbol) | Node::Member(symbol, _) | Node::Differential(symbol, _) => {
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
        let size = self.size_product(shape.rows, shape.cols);
        if self.is_zero(id) {
            return self.zero(Shape::vector(size));
        }
        if matches!(self.node(id), Node::Ones(_)) {
            return self.ones(Shape::vector(size));
        }
        if let Node::Unvec(vector, _) = *self.node(id) {
            return vector;
        }
        let (content, primitive) = self.split_content(id);
        let (scalar, primitive) = self.split_scalar(primitive);
        let value = match self.as_outer(primitive) {
            _ if primitive != id => self.vec(primitive),
            // vec(uvᵀ) = v ⊗ u
            Some((u, v)) => self.kron(v, u),
            None => self.intern(Node::Vec(primitive)),
        };
        let value = self.mul(&[scalar, value]);
        self.scale(&content, value)
    }

    /// The matrix of the given shape whose columns, stacked, are the vector.
    pub fn unvec(&mut self, id: ExprId, shape: Shape) -> ExprId {
        if shape.cols.is_one() {
            return id;
        }
        if shape.is_row() {
            return self.transpose(id);
        }
        if self.is_zero(id) {
            return self.zero(shape);
        }
        match self.node(id).clone() {
            Node::Ones(_) => return self.ones(shape),
            Node::Vec(inner) if self.shape(inner) == shape => return inner,
            Node::Kron(left, right) if self.shape(left).rows == shape.cols && self.shape(right).rows == shape.rows => {
                // unvec(a ⊗ b) = baᵀ
                let left = self.transpose(left);
                return self.mul(&[right, left]);
            }
            Node::Add(terms) => {
                let terms: Vec<(Coeff, ExprId)> =
                    terms.iter().map(|(coeff, term)| (coeff.clone(), self.unvec(*term, shape))).collect();
                return self.add_terms(terms, shape);
            }
            Node::Product(factors) if self.shape(factors[0]).is_scalar() => {
                let rest = self.mul(&factors[1..]);
                let rest = self.unvec(rest, shape);
                return self.mul(&[factors[0], rest]);
            }
            Node::Hadamard(factors) => {
                let factors: Vec<_> =
                    factors.iter().map(|(base, exponent)| (self.unvec(*base, shape), *exponent)).collect();
                return self.hadamard_powers(&factors, shape);
            }
            Node::Elementwise(func, inner) => {
                let inner = self.unvec(inner, shape);
                return self.elementwise(func, inner);
            }
            _ => {}
        }
        self.intern(Node::Unvec(id, shape))
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
        let (mut scalar, primitive) = self.split_scalar(primitive);
        let unit = self.as_outer(primitive).and_then(|(u, v)| Some((self.as_basis(u)?, self.as_basis(v)?)));
        if let Some((row, col)) = unit {
            // tril(eᵢeⱼᵀ) is eᵢeⱼᵀ or 0.
            let ones = self.ones(self.shape(primitive));
            let triangle = self.triangle(ones, which);
            let mask = self.entry(triangle, row, col);
            scalar = self.mul(&[scalar, mask]);
            let value = self.mul(&[scalar, primitive]);
            return self.scale(&content, value);
        }
        let already = self.is_triangular(primitive, which);
        let opposite = if which == Structure::Lower { Structure::Upper } else { Structure::Lower };
        let value = if already {
            primitive
        } else if self.is_triangular(primitive, opposite) {
            let identity = self.identity(self.shape(primitive).rows);
            self.hadamard(identity, primitive)
        } else if which == Structure::Lower {
            self.intern(Node::Apply(Op::Tril, primitive))
        } else {
            self.intern(Node::Apply(Op::Triu, primitive))
        };
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
        if matches!(self.node(id), Node::Identity(_)) {
            return id;
        }
        self.intern(Node::Apply(Op::Adjugate, id))
    }

    /// Member of a family.
    pub fn member(&mut self, family: SymbolId, index: ExprId) -> ExprId {
        self.intern(Node::Member(family, index))
    }

    /// The i-th standard basis vector.
    pub fn basis(&mut self, size: Dim, index: ExprId) -> ExprId {
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
                return self.entry(transposed, col, row);
            }
        }
        match self.node(id).clone() {
            Node::Ones(_) => self.one(),
            Node::Zeros(_) => self.integer(0),
            Node::Transpose(inner) => {
                let inner_shape = self.shape(inner);
                // A transposed column is a row, whose column index is the vector's place.
                if inner_shape.is_column() {
                    self.entry(inner, col, row)
                } else {
                    self.entry_of_matrix(inner, col, row)
                }
            }
            Node::Add(terms) => {
                let terms: Vec<(Coeff, ExprId)> =
                    terms.iter().map(|(coeff, term)| (coeff.clone(), self.entry(*term, row, col))).collect();
                self.add_terms(terms, Shape::SCALAR)
            }
            Node::Hadamard(factors) => {
                let factors: Vec<_> =
                    factors.iter().map(|(base, exponent)| (self.entry(*base, row, col), *exponent)).collect();
                self.hadamard_powers(&factors, Shape::SCALAR)
            }
            Node::Elementwise(func, inner) => {
                let inner = self.entry(inner, row, col);
                self.elementwise(func, inner)
            }
            Node::Product(factors) => {
                let (head, last) = (factors[0], factors[factors.len() - 1]);
                if let (false, Node::Basis(_, index)) = (self.shape(head).is_scalar(), self.node(last)) {
                    // (Aeⱼ)ᵢ = Aᵢⱼ
                    let index = *index;
                    let rest = self.mul(&factors[..factors.len() - 1]);
                    return self.entry(rest, row, index);
                }
                if self.shape(factors[0]).is_scalar() {
                    let rest = self.mul(&factors[1..]);
                    let value = self.entry(rest, row, col);
                    return self.mul(&[factors[0], value]);
                }
                // (diag(u)A)ᵢⱼ = uᵢAᵢⱼ, and from the right
                if shape.is_matrix() && self.is_diagonal(head) {
                    let (diagonal, rest) = (self.diag_part(head), self.mul(&factors[1..]));
                    let one = self.one();
                    let (left, right) = (self.entry(diagonal, row, one), self.entry(rest, row, col));
                    return self.mul(&[left, right]);
                }
                if shape.is_matrix() && self.is_diagonal(last) {
                    let (diagonal, rest) = (self.diag_part(last), self.mul(&factors[..factors.len() - 1]));
                    let one = self.one();
                    let (left, right) = (self.entry(rest, row, col), self.entry(diagonal, col, one));
                    return self.mul(&[left, right]);
                }
                if let (true, Some(split)) =
                    (shape.is_matrix(), (1..factors.len()).find(|at| self.shape(factors[*at]).rows.is_one()))
                {
                    let left = self.mul(&factors[..split]);
                    let right = self.mul(&factors[split..]);
                    let right = self.transpose(right);
                    let one = self.one();
                    let left = self.entry(left, row, one);
                    let right = self.entry(right, col, one);
                    return self.mul(&[left, right]);
                }
                self.intern(Node::Entry(id, row, col))
            }
            Node::Literal(of, entries) => {
                let place = |arena: &Self, id: ExprId| {
                    arena.as_number(id).and_then(Coeff::to_i64).and_then(|n| usize::try_from(n - 1).ok())
                };
                if let (Some(row), Some(col), Some(cols)) =
                    (place(self, row), place(self, col), self.known_size(of.cols))
                    && let Some(entry) = entries.get(row * cols + col).filter(|_| col < cols)
                {
                    return *entry;
                }
                self.intern(Node::Entry(id, row, col))
            }
            Node::Basis(_, index) => {
                if index == row {
                    return self.one();
                }
                match (self.as_number(index), self.as_number(row)) {
                    (Some(_), Some(_)) => self.integer(0),
                    _ => self.intern(Node::Entry(id, row, col)),
                }
            }
            Node::Diag(vector) => {
                let one = self.one();
                let value = self.entry(vector, row, one);
                let identity = self.identity(shape.rows);
                let place = self.entry(identity, row, col);
                self.mul(&[value, place])
            }
            Node::Apply(Op::Tril, inner) | Node::Apply(Op::Triu, inner) => self.entry_of_triangle(id, inner, row, col),
            Node::Identity(_) if row == col => self.one(),
            Node::Identity(size) => {
                // Iᵢⱼ = (eⱼ)ᵢ
                let basis = self.basis(size, col);
                let one = self.one();
                self.entry(basis, row, one)
            }
            Node::Symbol(_) => self.entry_of_matrix(id, row, col),
            _ => self.intern(Node::Entry(id, row, col)),
        }
    }

    /// Entry of a triangle: that of the whole, times one of the triangle of ones where the places are not known.
    fn entry_of_triangle(&mut self, id: ExprId, inner: ExprId, row: ExprId, col: ExprId) -> ExprId {
        let lower = matches!(self.node(id), Node::Apply(Op::Tril, _));
        if let (Some(i), Some(j)) = (self.as_number(row), self.as_number(col)) {
            let below = if lower { i.sub(j) } else { j.sub(i) };
            return if below.is_negative() { self.integer(0) } else { self.entry(inner, row, col) };
        }
        if row == col {
            return self.entry(inner, row, col);
        }
        let value = self.entry(inner, row, col);
        let ones = self.ones(self.shape(inner));
        let triangle = if lower { self.tril(ones) } else { self.triu(ones) };
        let mask = self.intern(Node::Entry(triangle, row, col));
        self.mul(&[value, mask])
    }

    /// Entry of a symmetric symbol with the smaller id as its row; of others as it is.
    fn entry_of_matrix(&mut self, id: ExprId, row: ExprId, col: ExprId) -> ExprId {
        let (row, col) =
            if self.shape(id).is_matrix() && col < row && self.is_symmetric(id) { (col, row) } else { (row, col) };
        self.intern(Node::Entry(id, row, col))
    }
}
