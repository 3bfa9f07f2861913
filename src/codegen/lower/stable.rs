//! Functions that lose no digits where their plain form does: log1p, logaddexp, log σ, log Φ, log softmax, log |det X|.

use super::super::error::CodeError;
use super::super::tree::{Array, ArrayId, Binary, Unary};
use super::Lowering;
use crate::expr::{ExprId, Func, Node, Op, Reduction};
use crate::number::Coeff;

impl Lowering<'_> {
    /// The logarithm of an expression.
    pub(super) fn log(&mut self, inner: ExprId) -> Result<ArrayId, CodeError> {
        let arena = self.arena;
        match arena.node(inner) {
            Node::Transpose(of) if arena.shape(*of).is_matrix() => {
                let log = self.log(*of)?;
                return Ok(self.program.transposed(log));
            }
            Node::Det(matrix) => return self.unary(Unary::LogAbsDet, *matrix),
            // The sums of the rows of exponentials.
            Node::Product(factors) if let Some(of) = self.exponentials_summed(factors) => {
                let of = self.value(of)?;
                return Ok(self.program.add(Array::Along(Unary::Reduce(Reduction::LogSumExp), of, [1].into())));
            }
            Node::Elementwise(Func::Sigmoid, of) => return self.unary(Unary::LogExpit, *of),
            Node::Elementwise(Func::NormCdf, of) => return self.unary(Unary::LogNormCdf, *of),
            // cosh x is infinite where its logarithm is |x|.
            Node::Elementwise(Func::Cosh, of) => {
                let x = self.value(*of)?;
                let negative = self.program.unary(Unary::Negative, x);
                let both = self.program.binary(Binary::LogAddExp, x, negative);
                let two = self.log_of_two();
                return Ok(self.program.add(Array::Sum([(false, both), (true, two)].into())));
            }
            Node::Add(terms) if let Some((u, is_added)) = self.erf_and_one(terms) => {
                let x = self.normal_of_erf(u, is_added)?;
                let log = self.program.unary(Unary::LogNormCdf, x);
                let two = self.log_of_two();
                return Ok(self.program.add(Array::Sum([(false, two), (false, log)].into())));
            }
            Node::Apply(Op::Softmax, of) if arena.shape(inner).is_matrix() => {
                return self.unary(Unary::LogSoftmaxRows, *of);
            }
            Node::Apply(Op::Softmax, of) => return self.unary(Unary::LogSoftmax, *of),
            Node::Add(terms) => {
                let is_one = |id: ExprId| self.is_ones(id) || arena.as_number(id).is_some_and(Coeff::is_one);
                let is_unit = |(coeff, term): &&(Coeff, ExprId)| coeff.is_one() && is_one(*term);
                let rest: Vec<(Coeff, ExprId)> = terms.iter().filter(|term| !is_unit(term)).cloned().collect();
                let has_one = rest.len() < terms.len();
                if let Some(exponents) = self.exponents(&rest) {
                    let mut exponents = self.values(&exponents)?;
                    if has_one {
                        exponents.insert(0, self.program.integer(0));
                    }
                    if let [first, others @ ..] = exponents.as_slice() {
                        let join = |all, next: &ArrayId| self.program.binary(Binary::LogAddExp, all, *next);
                        return Ok(others.iter().fold(*first, join));
                    }
                }
                if has_one && !rest.is_empty() {
                    let rest = self.sum(&rest)?;
                    return Ok(self.program.unary(Unary::Log1p, rest));
                }
            }
            _ => {}
        }
        self.unary(Unary::Elementwise(Func::Log), inner)
    }

    fn log_of_two(&mut self) -> ArrayId {
        let two = self.program.integer(2);
        self.program.unary(Unary::Elementwise(Func::Log), two)
    }

    /// u of 1 + erf u or 1 − erf u, and whether it is the first.
    pub(super) fn erf_and_one(&self, terms: &[(Coeff, ExprId)]) -> Option<(ExprId, bool)> {
        let is_one = |(coeff, id): &(Coeff, ExprId)| {
            coeff.is_one() && (self.is_ones(*id) || self.arena.as_number(*id).is_some_and(Coeff::is_one))
        };
        let [first, second] = terms else { return None };
        let (one, (coeff, erf)) = if is_one(first) { (first, second) } else { (second, first) };
        match *self.arena.node(*erf) {
            Node::Elementwise(Func::Erf, u) if is_one(one) && coeff.abs().is_one() => Some((u, !coeff.is_negative())),
            _ => None,
        }
    }

    /// ±√2u, so that 1 ± erf u = 2Φ(±√2u).
    pub(super) fn normal_of_erf(&mut self, u: ExprId, is_added: bool) -> Result<ArrayId, CodeError> {
        let (u, two) = (self.value(u)?, self.program.integer(2));
        let root = self.program.unary(Unary::Sqrt, two);
        let x = self.program.product(&[root, u]);
        Ok(if is_added { x } else { self.program.unary(Unary::Negative, x) })
    }

    /// X of exp(X)1.
    fn exponentials_summed(&self, factors: &[ExprId]) -> Option<ExprId> {
        match *factors {
            [matrix, ones] if self.is_ones(ones) && self.arena.shape(matrix).is_matrix() => {
                match *self.arena.node(matrix) {
                    Node::Elementwise(Func::Exp, of) => Some(of),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The exponents where every term is exp of one.
    fn exponents(&self, terms: &[(Coeff, ExprId)]) -> Option<Vec<ExprId>> {
        let exponent = |(coeff, term): &(Coeff, ExprId)| match self.arena.node(*term) {
            Node::Elementwise(Func::Exp, inner) if coeff.is_one() => Some(*inner),
            _ => None,
        };
        terms.iter().map(exponent).collect()
    }
}
