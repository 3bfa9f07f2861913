//! Transposition, pushed to the leaves: (AB)ᵀ = BᵀAᵀ, (A + B)ᵀ = Aᵀ + Bᵀ, f(X)ᵀ = f(Xᵀ).

use crate::catalog::operator::Transpose;
use crate::expr::{Arena, BigOp, ExprId, Map, MapDerivative, Node, Op, Spectral, SymbolId};
use crate::number::Coeff;
use crate::structure::Structure;

impl Arena {
    /// Xᵀ. Symmetric and diagonal symbols are their own transpose; of a skew one it is −X.
    pub fn transpose(&mut self, id: ExprId) -> ExprId {
        if self.shape(id).is_scalar() {
            return id;
        }
        if self.memo.trace.is_some()
            && let Some(row) = self.transpose_identity(id)
        {
            self.fired(row);
        }
        if let Some(done) = self.memo.transposed.get(&id) {
            return *done;
        }
        let result = self.transpose_node(id);
        self.memo.transposed.insert(id, result);
        // What was interned as it was written, (Ax)ᵀ for xᵀAᵀ or A + A for 2A, is the transpose of nothing.
        if self.transpose_node(result) == id {
            self.memo.transposed.insert(result, id);
        }
        result
    }

    /// The row that says what the transpose is.
    fn transpose_identity(&self, id: ExprId) -> Option<&'static str> {
        Some(match self.node(id) {
            Node::Transpose(_) => "transpose-twice",
            Node::Symbol(symbol) | Node::Map(Map { symbol, derivative: MapDerivative::Prime(_) }, ..) => {
                match self.symbol(*symbol).structure {
                    Structure::General | Structure::Orthogonal | Structure::Lower | Structure::Upper => return None,
                    _ => "transpose-of-symmetric",
                }
            }
            Node::Add(_) => "transpose-of-sum",
            Node::Product(_) => "transpose-of-product",
            Node::Hadamard(_) | Node::Choose(..) | Node::Elementwise(..) => "transpose-entrywise",
            Node::Kron(..) => "transpose-of-kron",
            Node::Commutation(_) => "transpose-of-commutation",
            Node::Power(..) | Node::MatrixFunction(..) | Node::Pinv(_) | Node::Spectral(Spectral::Polar, _) => {
                "transpose-of-matrix-function"
            }
            Node::Apply(Op::Tril | Op::Triu, _) => "transpose-of-triangle",
            Node::Apply(op, _) if op.row().transpose != Transpose::Outside => "transpose-of-matrix-function",
            Node::Indexed { op: BigOp::Sum, .. } => "transpose-of-sum-over-index",
            _ => return None,
        })
    }

    fn transpose_node(&mut self, id: ExprId) -> ExprId {
        let shape = self.shape(id).transposed();
        match self.node(id).clone() {
            Node::Transpose(inner) => inner,
            Node::Symbol(symbol)
            | Node::Member(symbol, _)
            | Node::Differential(symbol, _)
            | Node::Map(Map { symbol, derivative: MapDerivative::Prime(_) }, ..) => self.transpose_symbol(id, symbol),
            Node::Identity(_) | Node::Diag(_) | Node::Map(Map { derivative: MapDerivative::Hessian, .. }, ..) => id,
            Node::Ones(_) => self.ones(shape),
            Node::Zeros(_) => self.zero(shape),
            Node::Commutation(of) => self.commutation(of.transposed()),
            Node::Selection(..) => self.intern(Node::Transpose(id)),
            // A sum of columns is transposed as a whole; a multiple of one passes the transposition on.
            Node::Add(terms) if shape.is_row() => match &*terms {
                [(coeff, term)] => {
                    let term = self.transpose(*term);
                    self.multiple(coeff, term)
                }
                _ => self.intern(Node::Transpose(id)),
            },
            Node::Add(terms) => {
                let terms: Vec<_> = terms.iter().map(|(coeff, term)| (coeff.clone(), self.transpose(*term))).collect();
                let sum = self.add_terms(terms, shape);
                self.inherit_from_transpose(id, sum);
                sum
            }
            Node::Product(factors) => {
                let mut reversed = Vec::with_capacity(factors.len());
                for factor in factors.iter().rev() {
                    reversed.push(self.transpose(*factor));
                }
                self.mul(&reversed)
            }
            Node::Choose(condition, then, otherwise) if self.shape(condition).is_scalar() => {
                let (then, otherwise) = (self.transpose(then), self.transpose(otherwise));
                self.choose(condition, then, otherwise)
            }
            Node::Hadamard(_) | Node::Choose(..) | Node::Elementwise(..) if shape.is_row() => {
                self.intern(Node::Transpose(id))
            }
            Node::Hadamard(factors) => {
                let factors: Vec<_> =
                    factors.iter().map(|(base, exponent)| (self.transpose(*base), *exponent)).collect();
                self.hadamard_powers(&factors, shape)
            }
            Node::Choose(condition, then, otherwise) => {
                let [condition, then, otherwise] = [condition, then, otherwise].map(|id| self.transpose(id));
                self.choose(condition, then, otherwise)
            }
            Node::Kron(left, right) => {
                let (left, right) = (self.transpose(left), self.transpose(right));
                self.kron(left, right)
            }
            Node::Power(base, exponent) => {
                let base = self.transpose(base);
                self.power(base, exponent)
            }
            Node::Elementwise(func, inner) => {
                let inner = self.transpose(inner);
                self.elementwise(func, inner)
            }
            Node::MatrixFunction(func, inner, directions) => {
                let inner = self.transpose(inner);
                let directions: Vec<_> = directions.iter().map(|direction| self.transpose(*direction)).collect();
                self.matrix_function(func, inner, &directions)
            }
            Node::Hat(_) => self.neg(id),
            Node::Apply(op, inner) => match op.row().transpose {
                Transpose::Inside(op) => {
                    let inner = self.transpose(inner);
                    self.apply(op, inner)
                }
                Transpose::Outside => self.intern(Node::Transpose(id)),
            },
            Node::Pinv(inner) => {
                let inner = self.transpose(inner);
                self.pinv(inner)
            }
            Node::Spectral(Spectral::Polar, inner) => {
                let inner = self.transpose(inner);
                self.spectral(Spectral::Polar, inner)
            }
            Node::Indexed { op: BigOp::Sum, index, lower, upper, body } => {
                let body = self.transpose(body);
                self.indexed(BigOp::Sum, index, lower, upper, body)
            }
            Node::Literal(of, entries) if of.is_matrix() => {
                let (Some(rows), Some(cols)) = (self.known_size(of.rows), self.known_size(of.cols)) else {
                    return self.intern(Node::Transpose(id));
                };
                let entries: Vec<_> = (0..cols)
                    .flat_map(|col| (0..rows).map(move |row| row * cols + col))
                    .map(|at| entries[at])
                    .collect();
                self.intern(Node::Literal(shape, entries.into()))
            }
            Node::Literal(..)
            | Node::Basis(..)
            | Node::Unvec(..)
            | Node::DiagPart(_)
            | Node::Axial(_)
            | Node::Vec(_)
            | Node::Map(..)
            | Node::Spectral(..)
            | Node::Ranked(..) => self.intern(Node::Transpose(id)),
            Node::Pending(inner, _) => {
                if self.is_symmetric(inner) {
                    return id;
                }
                self.intern(Node::Transpose(id))
            }
            // Scalars were returned above.
            Node::Number(_)
            | Node::Pi
            | Node::Size(_)
            | Node::Index(_)
            | Node::Entry(..)
            | Node::Trace(_)
            | Node::Det(_)
            | Node::Reduce(..)
            | Node::Norm(..)
            | Node::Factorial(_)
            | Node::Indexed { op: BigOp::Product, .. } => id,
        }
    }

    fn transpose_symbol(&mut self, id: ExprId, symbol: SymbolId) -> ExprId {
        match self.symbol(symbol).structure {
            Structure::Symmetric
            | Structure::PositiveDefinite
            | Structure::PositiveSemidefinite
            | Structure::Diagonal => id,
            Structure::Skew => self.scale(&Coeff::MINUS_ONE, id),
            Structure::General | Structure::Orthogonal | Structure::Lower | Structure::Upper => {
                self.intern(Node::Transpose(id))
            }
        }
    }

    /// Whether the transpose is the same expression.
    pub fn is_symmetric(&mut self, id: ExprId) -> bool {
        self.shape(id).is_square() && self.transpose(id) == id
    }

    /// Whether a matrix has entries that are 0 by its structure: one that is diagonal, triangular or skew-symmetric.
    pub fn has_structural_zeros(&mut self, id: ExprId) -> bool {
        if let Node::Hadamard(ref factors) = *self.node(id) {
            let factors = factors.clone();
            let is_root =
                |arena: &Self, p: ExprId| arena.as_number(p).is_some_and(|p| !p.is_zero() && !p.is_negative());
            return factors.iter().any(|(base, exponent)| is_root(self, *exponent) && self.has_structural_zeros(*base));
        }
        let is_triangular = |which| self.is_triangular(id, which);
        self.shape(id).is_matrix()
            && (is_triangular(Structure::Lower) || is_triangular(Structure::Upper) || self.is_skew(id))
    }

    /// Whether the transpose is the negative.
    pub(super) fn is_skew(&mut self, id: ExprId) -> bool {
        let shape = self.shape(id);
        if !shape.is_square() || shape.is_scalar() {
            return false;
        }
        match self.node(id).clone() {
            Node::Symbol(symbol)
            | Node::Member(symbol, _)
            | Node::Differential(symbol, _)
            | Node::Map(Map { symbol, derivative: MapDerivative::Prime(_) }, ..) => {
                self.symbol(symbol).structure == Structure::Skew
            }
            // Without a factor that changes its sign the product does not.
            Node::Product(factors) if !factors.iter().any(|factor| self.changes_sign(*factor)) => false,
            Node::Add(_)
            | Node::Product(_)
            | Node::Hadamard(_)
            | Node::Kron(..)
            | Node::Power(..)
            | Node::Elementwise(..) => {
                let transposed = self.transpose(id);
                let (content, primitive) = self.split_content(id);
                let (other, same) = self.split_content(transposed);
                // A skew matrix of odd size has no inverse, where 0 in the place of what has one would hide that.
                primitive == same && content == other.neg() && !self.has_inverse(id)
            }
            _ => false,
        }
    }

    /// Whether a power with a negative or unknown exponent is in it.
    pub(super) fn has_inverse(&self, id: ExprId) -> bool {
        self.post_order(id).iter().any(|node| match self.node(*node) {
            Node::Power(_, exponent) => self.as_number(*exponent).is_none_or(Coeff::is_negative),
            _ => false,
        })
    }

    /// Whether the transpose begins with another sign.
    fn changes_sign(&mut self, id: ExprId) -> bool {
        let transposed = self.transpose(id);
        transposed != id && self.split_content(id).0 != self.split_content(transposed).0
    }

    /// A square matrix without those of its terms that are skew; `None` where none is.
    pub(super) fn without_skew_terms(&mut self, id: ExprId) -> Option<ExprId> {
        if self.is_skew(id) {
            return Some(self.zero(self.shape(id)));
        }
        let Node::Add(terms) = self.node(id) else { return None };
        let terms = terms.clone();
        let kept: Vec<(Coeff, ExprId)> = terms.iter().filter(|(_, term)| !self.is_skew(*term)).cloned().collect();
        (kept.len() < terms.len()).then(|| self.add_terms(kept, self.shape(id)))
    }

    /// The value of a size that is a number.
    #[must_use]
    pub fn known_size(&self, dim: crate::expr::Dim) -> Option<usize> {
        if let crate::expr::Dim::Known(value) = dim { usize::try_from(value).ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::Node;
    use crate::problem::{self, Given};
    use crate::shape::Goal;

    /// What is written is not what its transpose is the transpose of: else Xᵀ would be the choice in which it stands twice.
    #[test]
    fn what_is_not_in_normal_form_is_the_transpose_of_nothing() {
        let given = [Given { origin: "expression".into(), text: "X'".into(), goal: Goal::Any }];
        let mut problem = problem::read(&given, "X: matrix(m,n)", &[]).expect("it is read");
        let (arena, turned) = (&mut problem.arena, problem.normal[0]);
        let Node::Transpose(x) = *arena.node(turned) else { panic!("{:?}", arena.node(turned)) };
        let one = arena.one();
        let written = arena.intern(Node::Choose(one, turned, turned));
        assert_eq!(arena.transpose(written), x);
        assert_eq!(arena.transpose(x), turned);
    }
}
