//! A node with other operands in the places of its own, as it was written: nothing is brought into normal form.

use super::node::{ExprId, Node, Norm};

impl Node {
    /// The same operator on other operands.
    #[must_use]
    pub fn with_children(&self, to: impl Fn(ExprId) -> ExprId) -> Self {
        match self {
            Self::Number(_)
            | Self::Pi
            | Self::Size(_)
            | Self::Index(_)
            | Self::Symbol(_)
            | Self::Differential(..)
            | Self::Identity(_)
            | Self::Ones(_)
            | Self::Zeros(_)
            | Self::Commutation(_)
            | Self::Selection(..) => self.clone(),
            Self::Member(symbol, index) => Self::Member(*symbol, to(*index)),
            Self::Pending(inner, slot) => Self::Pending(to(*inner), *slot),
            Self::Basis(size, index) => Self::Basis(*size, to(*index)),
            Self::Literal(shape, entries) => Self::Literal(*shape, entries.iter().map(|id| to(*id)).collect()),
            Self::Add(terms) => Self::Add(terms.iter().map(|(coeff, term)| (coeff.clone(), to(*term))).collect()),
            Self::Product(factors) => Self::Product(factors.iter().map(|id| to(*id)).collect()),
            Self::Hadamard(factors) => {
                Self::Hadamard(factors.iter().map(|(base, exponent)| (to(*base), to(*exponent))).collect())
            }
            Self::Kron(left, right) => Self::Kron(to(*left), to(*right)),
            Self::Transpose(inner) => Self::Transpose(to(*inner)),
            Self::Power(base, exponent) => Self::Power(to(*base), to(*exponent)),
            Self::Entry(of, row, col) => Self::Entry(to(*of), to(*row), to(*col)),
            Self::Indexed { op, index, lower, upper, body } => {
                Self::Indexed { op: *op, index: *index, lower: to(*lower), upper: to(*upper), body: to(*body) }
            }
            Self::Choose(condition, then, otherwise) => Self::Choose(to(*condition), to(*then), to(*otherwise)),
            Self::Elementwise(func, inner) => Self::Elementwise(*func, to(*inner)),
            Self::MatrixFunction(func, inner, directions) => {
                Self::MatrixFunction(*func, to(*inner), directions.iter().map(|id| to(*id)).collect())
            }
            Self::Map(map, inner, place) => Self::Map(*map, to(*inner), place.iter().map(|id| to(*id)).collect()),
            Self::Trace(inner) => Self::Trace(to(*inner)),
            Self::Det(inner) => Self::Det(to(*inner)),
            Self::Reduce(reduction, inner) => Self::Reduce(*reduction, to(*inner)),
            Self::Norm(Norm::P(p), inner) => Self::Norm(Norm::P(to(*p)), to(*inner)),
            Self::Norm(norm, inner) => Self::Norm(*norm, to(*inner)),
            Self::Spectral(which, inner) => Self::Spectral(*which, to(*inner)),
            Self::Ranked(which, inner, place) => Self::Ranked(*which, to(*inner), to(*place)),
            Self::Apply(op, inner) => Self::Apply(*op, to(*inner)),
            Self::Diag(inner) => Self::Diag(to(*inner)),
            Self::Hat(inner) => Self::Hat(to(*inner)),
            Self::Axial(inner) => Self::Axial(to(*inner)),
            Self::DiagPart(inner) => Self::DiagPart(to(*inner)),
            Self::Vec(inner) => Self::Vec(to(*inner)),
            Self::Unvec(inner, shape) => Self::Unvec(to(*inner), *shape),
            Self::Pinv(inner) => Self::Pinv(to(*inner)),
            Self::Factorial(inner) => Self::Factorial(to(*inner)),
        }
    }
}
