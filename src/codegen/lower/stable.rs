//! Functions that lose no digits where their plain form does: log1p, logaddexp, log σ, log Φ, log softmax, log |det X|.

use super::super::error::CodeError;
use super::super::tree::{Array, ArrayId, Binary, Unary};
use super::Lowering;
use crate::expr::{ExprId, Func, Node, Op, Reduction};
use crate::number::Coeff;

/// Terms of a sum with their coefficients.
type Terms = Vec<(Coeff, ExprId)>;

/// Of how many numbers log Σ exp is written by the function of two.
const MAX_NUMBERS: usize = 4;

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
                if let Some((exponents, constants)) = self.exponents(terms) {
                    let mut exponents = self.shifted_by_logs(&exponents)?;
                    if let [only] = constants.as_slice()
                        && self.is_unit(only)
                    {
                        exponents.insert(0, self.program.integer(0));
                    } else if !constants.is_empty() {
                        let constant = self.sum(&constants)?;
                        exponents.insert(0, self.program.unary(Unary::Elementwise(Func::Log), constant));
                    }
                    return Ok(self.log_add_exp(&exponents));
                }
                let rest: Vec<(Coeff, ExprId)> = terms.iter().filter(|term| !self.is_unit(term)).cloned().collect();
                if rest.len() < terms.len() && !rest.is_empty() {
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
        let [first, second] = terms else { return None };
        let (one, (coeff, erf)) = if self.is_unit(first) { (first, second) } else { (second, first) };
        match *self.arena.node(*erf) {
            Node::Elementwise(Func::Erf, u) if self.is_unit(one) && coeff.abs().is_one() => {
                Some((u, !coeff.is_negative()))
            }
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

    /// Whether a term is 1, or ones.
    fn is_unit(&self, (coeff, term): &(Coeff, ExprId)) -> bool {
        coeff.is_one() && (self.is_ones(*term) || self.arena.as_number(*term).is_some_and(Coeff::is_one))
    }

    /// u + log c of each c and u.
    fn shifted_by_logs(&mut self, exponents: &[(Coeff, ExprId)]) -> Result<Vec<ArrayId>, CodeError> {
        let mut all = Vec::with_capacity(exponents.len());
        for (coeff, exponent) in exponents {
            let mut value = self.value(*exponent)?;
            if !coeff.is_one() {
                let number = self.number(coeff)?;
                let log = self.program.unary(Unary::Elementwise(Func::Log), number);
                value = self.program.add(Array::Sum([(false, value), (false, log)].into()));
            }
            all.push(value);
        }
        Ok(all)
    }

    /// c and u of the terms c exp(u), and the other terms, where all are positive.
    fn exponents(&self, terms: &[(Coeff, ExprId)]) -> Option<(Terms, Terms)> {
        let (mut exponents, mut constants) = (Vec::new(), Vec::new());
        for (coeff, term) in terms {
            match self.arena.node(*term) {
                Node::Elementwise(Func::Exp, inner) if !coeff.is_negative() => exponents.push((coeff.clone(), *inner)),
                _ if !coeff.is_negative() && self.arena.is_positive(*term) => constants.push((coeff.clone(), *term)),
                _ => return None,
            }
        }
        (!exponents.is_empty()).then_some((exponents, constants))
    }

    /// log Σ exp of arrays entry by entry.
    fn log_add_exp(&mut self, exponents: &[ArrayId]) -> ArrayId {
        let (first, others) = exponents.split_first().map_or((ArrayId::default(), exponents), |(a, b)| (*a, b));
        others.iter().fold(first, |all, next| self.program.binary(Binary::LogAddExp, all, *next))
    }

    /// A reduction of all entries; log Σ exp of a few numbers by the function of two.
    pub(super) fn reduction(&mut self, reduction: Reduction, of: ExprId) -> Result<ArrayId, CodeError> {
        match self.arena.node(of) {
            Node::Literal(_, entries) if reduction == Reduction::LogSumExp && entries.len() <= MAX_NUMBERS => {
                let entries = self.values(entries)?;
                Ok(self.log_add_exp(&entries))
            }
            _ => self.unary(Unary::Reduce(reduction), of),
        }
    }
}
