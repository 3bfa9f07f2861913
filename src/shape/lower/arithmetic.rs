//! Raw nodes of sums, products, powers and inner products.

use std::sync::Arc;

use super::Lowering;
use crate::expr::{ExprId, Func, MatrixFunction, Node, Shape};
use crate::number::Coeff;
use crate::syntax::{AstId, ProductOp, Sign};

impl Lowering<'_, '_> {
    /// A sum; where it is no scalar its scalar terms stand in every entry.
    pub(super) fn sum(&mut self, terms: &[(Sign, AstId)]) -> ExprId {
        let mut shape = Shape::SCALAR;
        for (_, term) in terms {
            let next = self.arena.shape(self.get(*term));
            if !next.is_scalar() {
                shape = next;
                break;
            }
        }
        let terms: Vec<(Coeff, ExprId)> = terms
            .iter()
            .map(|(sign, term)| {
                let coeff = if *sign == Sign::Plus { Coeff::ONE } else { Coeff::MINUS_ONE };
                let mut expr = self.get(*term);
                if self.arena.shape(expr).is_scalar() {
                    expr = self.spread(expr, shape);
                }
                (coeff, expr)
            })
            .collect();
        match terms.as_slice() {
            [(coeff, only)] if coeff.is_one() => *only,
            _ => self.arena.intern(Node::Add(terms.into())),
        }
    }

    /// a − b of one shape.
    pub(super) fn difference(&mut self, a: ExprId, b: ExprId) -> ExprId {
        if self.arena.as_number(b).is_some_and(Coeff::is_zero) {
            return a;
        }
        self.arena.intern(Node::Add(Arc::new([(Coeff::ONE, a), (Coeff::MINUS_ONE, b)])))
    }

    /// c·X with a number c.
    pub(super) fn scaled(&mut self, coeff: Coeff, expr: ExprId) -> ExprId {
        if coeff.is_one() {
            return expr;
        }
        self.arena.intern(Node::Add(Arc::new([(coeff, expr)])))
    }

    /// A product; a part that has become a scalar is a factor of its own, so that the factors are
    /// associative.
    pub(super) fn product(&mut self, first: AstId, rest: &[(ProductOp, AstId)]) -> ExprId {
        let mut done = self.get(first);
        let mut open: Vec<ExprId> = Vec::new();
        let mut open_shape = Shape::SCALAR;
        for (op, factor_id) in rest {
            let factor = self.get(*factor_id);
            if op.is_product() {
                if open.is_empty() {
                    open_shape = self.arena.shape(done);
                    open.push(done);
                }
                let shape = self.arena.shape(factor);
                open.push(factor);
                if open_shape.is_scalar() {
                    open_shape = shape;
                } else if !shape.is_scalar() {
                    open_shape = Shape::new(open_shape.rows, shape.cols);
                    if open_shape.is_scalar() {
                        let part = self.arena.intern(Node::Product(std::mem::take(&mut open).into()));
                        open.push(part);
                    }
                }
                continue;
            }
            done = self.close(done, &mut open);
            done = match op {
                ProductOp::Times | ProductOp::Dot | ProductOp::Star | ProductOp::At => done,
                ProductOp::Divide => match self.constant(*factor_id).and_then(Coeff::recip) {
                    Some(inverse) => self.scaled(inverse, done),
                    None => self.divide(done, factor),
                },
                ProductOp::Hadamard => self.hadamard(done, factor),
                ProductOp::HadamardDivide => match self.constant(*factor_id).and_then(Coeff::recip) {
                    Some(inverse) => self.scaled(inverse, done),
                    None => self.divide(done, factor),
                },
                ProductOp::Kronecker => self.arena.intern(Node::Kron(done, factor)),
            };
        }
        self.close(done, &mut open)
    }

    fn close(&mut self, done: ExprId, open: &mut Vec<ExprId>) -> ExprId {
        match open.as_slice() {
            [] => done,
            [only] => {
                let only = *only;
                open.clear();
                only
            }
            _ => self.arena.intern(Node::Product(std::mem::take(open).into())),
        }
    }

    /// a ∘ b, where a scalar scales.
    pub(super) fn hadamard(&mut self, a: ExprId, b: ExprId) -> ExprId {
        let (left, right) = (self.arena.shape(a).is_scalar(), self.arena.shape(b).is_scalar());
        if left != right {
            return self.arena.intern(Node::Product(Arc::new([a, b])));
        }
        let one = self.arena.integer(1);
        self.arena.intern(Node::Hadamard(Arc::new([(a, one), (b, one)])))
    }

    /// a / b entry by entry, where scalars stand for every entry.
    pub(super) fn divide(&mut self, a: ExprId, b: ExprId) -> ExprId {
        let (left, right) = (self.arena.shape(a).is_scalar(), self.arena.shape(b).is_scalar());
        let (one, minus) = (self.arena.integer(1), self.arena.integer(-1));
        if left == right {
            if self.arena.as_number(a).is_some_and(Coeff::is_one) {
                return self.arena.intern(Node::Hadamard(Arc::new([(b, minus)])));
            }
            return self.arena.intern(Node::Hadamard(Arc::new([(a, one), (b, minus)])));
        }
        let inverse = self.arena.intern(Node::Hadamard(Arc::new([(b, minus)])));
        if left && self.arena.as_number(a).is_some_and(Coeff::is_one) {
            return inverse;
        }
        self.arena.intern(Node::Product(Arc::new([a, inverse])))
    }

    /// Both in one shape: a scalar beside an array stands in every entry.
    pub(super) fn same_shape(&mut self, a: ExprId, b: ExprId) -> (ExprId, ExprId) {
        let (left, right) = (self.arena.shape(a), self.arena.shape(b));
        let spread = |this: &mut Self, scalar: ExprId, shape: Shape| {
            if this.arena.as_number(scalar).is_some_and(Coeff::is_zero) { scalar } else { this.spread(scalar, shape) }
        };
        match (left.is_scalar(), right.is_scalar()) {
            (true, false) => {
                let zero = self.arena.as_number(a).is_some_and(Coeff::is_zero);
                (if zero { self.arena.intern(Node::Zeros(right)) } else { self.spread(a, right) }, b)
            }
            // A subtracted zero is left out.
            (false, true) => (a, spread(self, b, left)),
            _ => (a, b),
        }
    }

    /// x^p, X^k, e^x, e^X.
    pub(super) fn power(&mut self, euler: bool, base: AstId, exponent: AstId) -> ExprId {
        let (base, power) = (self.get(base), self.get(exponent));
        if euler {
            return if self.arena.shape(power).is_matrix() {
                self.arena.intern(Node::MatrixFunction(MatrixFunction::Expm, power, Arc::default()))
            } else {
                self.arena.intern(Node::Elementwise(Func::Exp, power))
            };
        }
        if self.arena.shape(base).is_scalar() {
            return self.arena.intern(Node::Hadamard(Arc::new([(base, power)])));
        }
        self.matrix_power(base, power, self.constant(exponent).cloned())
    }

    /// Integers and integer symbols are powers; halves go through the square root; any other
    /// exponent p means exp(p log X).
    fn matrix_power(&mut self, base: ExprId, power: ExprId, constant: Option<Coeff>) -> ExprId {
        match constant {
            Some(value) if value.is_integer() => return self.arena.intern(Node::Power(base, power)),
            Some(value) => {
                let doubled = value.add(&value);
                if doubled.is_integer() {
                    let root = self.matrix_function(MatrixFunction::Sqrtm, base);
                    if doubled.is_one() {
                        return root;
                    }
                    let times = self.arena.number(doubled);
                    return self.arena.intern(Node::Power(root, times));
                }
            }
            None if self.is_integer(power) => return self.arena.intern(Node::Power(base, power)),
            None => {}
        }
        let log = self.matrix_function(MatrixFunction::Logm, base);
        let scaled = self.arena.intern(Node::Product(Arc::new([power, log])));
        self.matrix_function(MatrixFunction::Expm, scaled)
    }

    /// f(X) of a square matrix; of a scalar the function of numbers.
    pub(super) fn matrix_function(&mut self, function: MatrixFunction, inner: ExprId) -> ExprId {
        if !self.arena.shape(inner).is_scalar() {
            return self.arena.intern(Node::MatrixFunction(function, inner, Arc::default()));
        }
        match function {
            MatrixFunction::Expm => self.arena.intern(Node::Elementwise(Func::Exp, inner)),
            MatrixFunction::Logm => self.arena.intern(Node::Elementwise(Func::Log, inner)),
            MatrixFunction::Sqrtm => self.sqrt(inner),
            MatrixFunction::User(..) => self.arena.intern(Node::MatrixFunction(function, inner, Arc::default())),
        }
    }

    /// √ entry by entry.
    pub(super) fn sqrt(&mut self, inner: ExprId) -> ExprId {
        let half = self.arena.number(Coeff::ratio(1, 2).unwrap_or(Coeff::ONE));
        self.arena.intern(Node::Hadamard(Arc::new([(inner, half)])))
    }

    /// Whether a scalar is made of integers by +, −, ·.
    fn is_integer(&self, root: ExprId) -> bool {
        let mut open = vec![root];
        let mut left = crate::reading::limit::CLASH_NODES;
        while let Some(id) = open.pop() {
            left -= 1;
            if left == 0 {
                return false;
            }
            match self.arena.node(id) {
                Node::Number(value) if value.is_integer() => {}
                Node::Size(_) | Node::Index(_) => {}
                Node::Symbol(symbol) if self.arena.is_integer_symbol(*symbol) => {}
                Node::Add(terms) if terms.iter().all(|(coeff, _)| coeff.is_integer()) => {
                    open.extend(terms.iter().map(|(_, term)| *term));
                }
                Node::Product(factors) => open.extend(factors.iter().copied()),
                _ => return false,
            }
        }
        true
    }

    /// Xᵀ; of a scalar itself.
    pub(super) fn transpose(&mut self, inner: ExprId) -> ExprId {
        if self.arena.shape(inner).is_scalar() { inner } else { self.arena.intern(Node::Transpose(inner)) }
    }

    /// aᵀb of columns, abᵀ of rows, tr(AᵀB) of matrices.
    pub(super) fn inner(&mut self, a: ExprId, b: ExprId) -> ExprId {
        let shape = self.arena.shape(a);
        if shape.is_scalar() {
            return self.arena.intern(Node::Product(Arc::new([a, b])));
        }
        if shape.is_row() {
            let right = self.transpose(b);
            return self.arena.intern(Node::Product(Arc::new([a, right])));
        }
        let left = self.transpose(a);
        let product = self.arena.intern(Node::Product(Arc::new([left, b])));
        if shape.is_column() { product } else { self.arena.intern(Node::Trace(product)) }
    }
}
