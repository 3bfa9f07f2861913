//! Entrywise functions, reductions, norms and softmax.

use crate::catalog::entrywise::{AtZero, Parity};
use crate::expr::{Arena, Dim, ExprId, Func, IndexId, Node, Norm, Op, Reduction, Shape, Spectral, SymbolId};
use crate::number::Coeff;
use crate::structure::Structure;

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
        let row = func.row();
        if row.parity != Parity::Neither && self.is_negative_throughout(z) {
            let positive = self.neg(z);
            let value = self.elementwise(func, positive);
            return if row.parity == Parity::Odd { self.neg(value) } else { value };
        }
        if row.at_zero != AtZero::Other && self.is_zero(z) {
            return if row.at_zero == AtZero::Zero { z } else { self.ones(shape) };
        }
        let special = match func {
            Func::Log => self.log_of(z, shape),
            Func::Abs => self.abs_of(z, shape),
            Func::Exp => self.exp_of(z),
            Func::Sign if self.is_signs(z) => Some(z),
            Func::IsZero if self.is_signs(z) => Some(self.zero(shape)),
            Func::Sign | Func::Step if self.is_positive(z) => Some(self.ones(shape)),
            Func::Relu if self.is_nonnegative(z) => Some(z),
            Func::Sign | Func::Step | Func::Relu | Func::IsZero => {
                let (content, primitive) = self.split_content(z);
                // A positive factor changes neither sign nor step, and comes out of relu.
                if content.abs().is_one() {
                    None
                } else {
                    let primitive = if content.is_negative() { self.neg(primitive) } else { primitive };
                    let value = self.elementwise(func, primitive);
                    Some(if func == Func::Relu { self.scale(&content.abs(), value) } else { value })
                }
            }
            _ => None,
        };
        special.unwrap_or_else(|| self.intern(Node::Elementwise(func, z)))
    }

    /// exp(log u) = u, exp of a scalar sum with c·log u terms = uᶜ·exp(rest).
    fn exp_of(&mut self, z: ExprId) -> Option<ExprId> {
        match self.node(z) {
            Node::Elementwise(Func::Log, u) => Some(*u),
            Node::Add(terms) => {
                let found = terms.iter().find_map(|(coeff, term)| match self.node(*term) {
                    Node::Elementwise(Func::Log, u) if coeff.is_integer() => Some((coeff.clone(), *term, *u)),
                    _ => None,
                })?;
                let (coeff, term, u) = found;
                let logarithm = self.scale(&coeff, term);
                let rest = self.minus(z, logarithm);
                let rest = self.elementwise(Func::Exp, rest);
                let power = self.pow_number(u, &coeff);
                Some(self.hadamard(power, rest))
            }
            _ => None,
        }
    }

    /// log 1 = 0, log eᶻ = z, log softmax(z) = z − lse(z), log Σeᶻ = lse(z), log(1 + eᶻ) = softplus(z), and
    /// exponentials taken out of a product under the logarithm.
    fn log_of(&mut self, z: ExprId, shape: Shape) -> Option<ExprId> {
        if self.is_ones(z) {
            return Some(self.zero(shape));
        }
        match self.node(z).clone() {
            Node::Elementwise(Func::Exp, inner) => Some(inner),
            Node::Apply(Op::Softmax, inner) if !shape.is_matrix() => {
                let total = self.reduce(Reduction::LogSumExp, inner);
                let ones = self.ones(shape);
                let total = self.mul(&[total, ones]);
                Some(self.minus(inner, total))
            }
            Node::Reduce(Reduction::Sum, inner) => match *self.node(inner) {
                Node::Elementwise(Func::Exp, exponent) => Some(self.reduce(Reduction::LogSumExp, exponent)),
                _ => None,
            },
            Node::Add(terms) => {
                let [(c, first), (d, second)] = &*terms else { return None };
                if !c.is_one() || !d.is_one() {
                    return None;
                }
                match (self.is_ones(*first), self.node(*second), self.is_ones(*second), self.node(*first)) {
                    (true, Node::Elementwise(Func::Exp, exponent), _, _)
                    | (_, _, true, Node::Elementwise(Func::Exp, exponent)) => {
                        let exponent = *exponent;
                        Some(self.elementwise(Func::Softplus, exponent))
                    }
                    _ => None,
                }
            }
            // log(b^p) = p log b of a base that is not below 0.
            Node::Hadamard(factors)
                if shape.is_scalar()
                    && factors.len() == 1
                    && self.as_number(factors[0].1).is_some()
                    && self.is_nonnegative(factors[0].0) =>
            {
                let (base, exponent) = factors[0];
                let log = self.elementwise(Func::Log, base);
                Some(self.mul(&[exponent, log]))
            }
            Node::Hadamard(factors) => {
                let place = factors.iter().position(|(base, _)| {
                    matches!(self.node(*base), Node::Elementwise(Func::Exp, _) | Node::Apply(Op::Softmax, _))
                })?;
                let (base, exponent) = factors[place];
                let rest: Vec<_> =
                    factors.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, factor)| *factor).collect();
                let taken = self.elementwise(Func::Log, base);
                let taken = self.mul(&[exponent, taken]);
                let rest = self.hadamard_powers(&rest, shape);
                let rest = self.elementwise(Func::Log, rest);
                Some(self.plus(taken, rest))
            }
            Node::Product(factors) => {
                let scalar = factors[0];
                if !self.shape(scalar).is_scalar() {
                    return None;
                }
                let rest = self.mul(&factors[1..]);
                if !matches!(self.node(rest), Node::Elementwise(Func::Exp, _) | Node::Apply(Op::Softmax, _)) {
                    return None;
                }
                let log_scalar = self.elementwise(Func::Log, scalar);
                let ones = self.ones(shape);
                let log_scalar = self.mul(&[log_scalar, ones]);
                let log_rest = self.elementwise(Func::Log, rest);
                Some(self.plus(log_scalar, log_rest))
            }
            _ => None,
        }
    }

    fn abs_of(&mut self, z: ExprId, shape: Shape) -> Option<ExprId> {
        if let Some(value) = self.as_number(z) {
            let value = value.abs();
            return Some(self.number(value));
        }
        if self.is_nonnegative(z) {
            return Some(z);
        }
        if self.is_signs(z) {
            return Some(self.ones(shape));
        }
        let (content, primitive) = self.split_content(z);
        if !content.is_one() {
            let value = self.elementwise(Func::Abs, primitive);
            return Some(self.scale(&content.abs(), value));
        }
        if let Node::Hadamard(factors) = self.node(z) {
            let mut factors = factors.to_vec();
            for factor in &mut factors {
                factor.0 = self.elementwise(Func::Abs, factor.0);
            }
            return Some(self.hadamard_powers(&factors, shape));
        }
        None
    }

    /// A reduction of all entries.
    pub fn reduce(&mut self, reduction: Reduction, inner: ExprId) -> ExprId {
        let shape = self.shape(inner);
        if shape.is_scalar() {
            return inner;
        }
        if let Node::Transpose(inner) = *self.node(inner) {
            return self.reduce(reduction, inner);
        }
        match reduction {
            Reduction::Sum => self.total(inner),
            Reduction::Product => {
                if self.is_ones(inner) {
                    return self.one();
                }
                self.intern(Node::Reduce(reduction, inner))
            }
            Reduction::Max | Reduction::Min => self.intern(Node::Reduce(reduction, inner)),
            Reduction::LogSumExp => {
                if self.is_zero(inner) {
                    let size = self.size_product(shape.rows, shape.cols);
                    let size = self.size(size);
                    return self.elementwise(Func::Log, size);
                }
                self.intern(Node::Reduce(reduction, inner))
            }
        }
    }

    /// A norm. ‖cx‖ = |c|‖x‖, ‖Xᵀ‖ = ‖X‖, and of an outer product ‖uvᵀ‖ = ‖u‖‖v‖ (Frobenius, spectral, nuclear).
    pub fn norm(&mut self, norm: Norm, inner: ExprId) -> ExprId {
        let shape = self.shape(inner);
        if shape.is_scalar() {
            return self.elementwise(Func::Abs, inner);
        }
        if self.is_zero(inner) {
            return self.integer(0);
        }
        let inner = self.canonical_transpose(inner);
        let norm = match norm {
            Norm::Spectral | Norm::Nuclear if !self.shape(inner).is_matrix() => Norm::Frobenius,
            Norm::P(p) => match self.as_number(p).and_then(Coeff::to_i64) {
                Some(1) => Norm::One,
                Some(2) => Norm::Frobenius,
                _ => norm,
            },
            Norm::Frobenius | Norm::One | Norm::Infinity | Norm::Spectral | Norm::Nuclear => norm,
        };
        if let Some(value) = self.norm_of_structure(norm, inner) {
            return value;
        }
        // Every norm of a unit vector is 1.
        if let Node::Basis(..) = self.node(inner) {
            return self.one();
        }
        if norm == Norm::One && self.is_simplex(inner) {
            return self.one();
        }
        if let Some(value) = self.norm_with_signs(norm, inner) {
            return value;
        }
        let (content, primitive) = self.split_content(inner);
        if !content.is_one() {
            let value = self.norm(norm, primitive);
            return self.scale(&content.abs(), value);
        }
        match self.node(inner).clone() {
            Node::Product(factors) => {
                if self.shape(factors[0]).is_scalar() {
                    let rest = self.mul(&factors[1..]);
                    let value = self.norm(norm, rest);
                    let scalar = self.elementwise(Func::Abs, factors[0]);
                    return self.mul(&[scalar, value]);
                }
                if let Some(split) = (1..factors.len()).find(|at| self.shape(factors[*at]).rows.is_one())
                    && matches!(norm, Norm::Frobenius | Norm::Spectral | Norm::Nuclear)
                {
                    let left = self.mul(&factors[..split]);
                    let right = self.mul(&factors[split..]);
                    let left = self.norm(Norm::Frobenius, left);
                    let right = self.norm(Norm::Frobenius, right);
                    return self.mul(&[left, right]);
                }
            }
            Node::Vec(matrix) if norm == Norm::Frobenius => return self.norm(norm, matrix),
            _ => {}
        }
        self.intern(Node::Norm(norm, inner))
    }

    /// The nuclear norm of a positive semidefinite matrix is its trace and the spectral one its largest eigenvalue; the singular values of
    /// an orthogonal matrix are 1.
    fn norm_of_structure(&mut self, norm: Norm, inner: ExprId) -> Option<ExprId> {
        let size = self.shape(inner).rows;
        match (self.declared_structure(inner)?, norm) {
            (Structure::PositiveDefinite | Structure::PositiveSemidefinite, Norm::Nuclear) => Some(self.trace(inner)),
            (Structure::PositiveDefinite | Structure::PositiveSemidefinite, Norm::Spectral) => {
                Some(self.spectral(Spectral::LambdaMax, inner))
            }
            (Structure::Orthogonal, Norm::Spectral) => Some(self.one()),
            (Structure::Orthogonal, Norm::Nuclear) => Some(self.size(size)),
            (Structure::Orthogonal, Norm::Frobenius) => {
                let size = self.size(size);
                Some(self.pow_number(size, &Coeff::ratio(1, 2)?))
            }
            _ => None,
        }
    }

    /// ‖y‖ = √n of signs, and ‖y∘x‖ = ‖x‖, in every norm that knows the sizes of the entries alone.
    fn norm_with_signs(&mut self, norm: Norm, inner: ExprId) -> Option<ExprId> {
        let shape = self.shape(inner);
        let root = match norm {
            Norm::Frobenius => self.number(Coeff::ratio(1, 2)?),
            Norm::One => self.one(),
            Norm::Infinity => self.integer(0),
            Norm::P(p) => self.recip(p),
            Norm::Spectral | Norm::Nuclear => return None,
        };
        if self.is_signs(inner) {
            let count = self.size_product(shape.rows, shape.cols);
            let count = self.size(count);
            return Some(self.pow(count, root));
        }
        let Node::Hadamard(factors) = self.node(inner).clone() else { return None };
        let rest: Vec<_> =
            factors.iter().copied().filter(|(base, power)| !(self.is_one(*power) && self.is_signs(*base))).collect();
        if rest.len() == factors.len() {
            return None;
        }
        let rest = self.hadamard_powers(&rest, shape);
        Some(self.norm(norm, rest))
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

    /// Whether a factor prints with a transposition: of a matrix, not of a vector.
    pub(super) fn is_transposed_factor(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Transpose(_) => self.shape(id).is_matrix(),
            Node::Power(base, _) => matches!(self.node(*base), Node::Transpose(_)),
            Node::Hadamard(factors) => factors.iter().all(|(base, _)| self.is_transposed_factor(*base)),
            Node::Elementwise(_, inner) => self.is_transposed_factor(*inner),
            Node::Add(terms) => terms.iter().all(|(_, term)| self.is_transposed_factor(*term)),
            _ => false,
        }
    }

    /// softmax(z); of a matrix row by row.
    pub fn softmax(&mut self, z: ExprId) -> ExprId {
        self.intern(Node::Apply(Op::Softmax, z))
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
