//! Sums times what is given, where terms of the sum are cheap to multiply but fill a matrix: diagonal and rank-one matrices and multiples of
//! the identity. (diag(p) − ppᵀ)A is p scaling the rows of A, less p times pᵀA.

use super::super::error::CodeError;
use super::super::tree::{Array, ArrayId, Binary};
use super::Lowering;
use super::chain::chain;
use crate::expr::{ExprId, Node};

impl Lowering<'_> {
    /// The product of a sum and an array that is given, term by term; none where no term is cheaper so.
    pub(super) fn spread(&mut self, sum: ExprId, right: ExprId) -> Result<Option<ArrayId>, CodeError> {
        let Node::Add(terms) = self.arena.node(sum) else { return Ok(None) };
        if self.shared.contains(&sum) || !self.is_given(right) {
            return Ok(None);
        }
        let (thin, full): (Vec<_>, Vec<_>) = terms.iter().cloned().partition(|(_, term)| self.is_thin(*term));
        if thin.is_empty() {
            return Ok(None);
        }
        let mut list = Vec::new();
        match full.as_slice() {
            [] => {}
            [(coeff, term)] => {
                let value = self.term_times(*term, right)?;
                list.push((coeff.is_negative(), self.multiple(&coeff.abs(), Some(value))?));
            }
            _ => {
                let (full, right) = (self.sum(&full)?, self.value(right)?);
                list.push((false, self.program.binary(Binary::Matmul, full, right)));
            }
        }
        for (coeff, term) in &thin {
            let value = self.term_times(*term, right)?;
            list.push((coeff.is_negative(), self.multiple(&coeff.abs(), Some(value))?));
        }
        list.sort_by_key(|(is_subtracted, _)| *is_subtracted);
        Ok(Some(self.program.add(Array::Sum(list.into()))))
    }

    /// Whether it is an array that is given.
    fn is_given(&self, id: ExprId) -> bool {
        match self.arena.node(id) {
            Node::Symbol(_) => true,
            Node::Transpose(inner) => matches!(self.arena.node(*inner), Node::Symbol(_)),
            _ => false,
        }
    }

    /// The factors of a term that are not scalars, and those that are.
    fn factors(&self, term: ExprId) -> (Vec<ExprId>, Vec<ExprId>) {
        match self.arena.node(term) {
            Node::Product(factors) => factors.iter().partition(|factor| !self.arena.shape(**factor).is_scalar()),
            _ => (vec![term], Vec::new()),
        }
    }

    /// Whether a term is a multiple of the identity, diagonal, or of rank one.
    fn is_thin(&self, term: ExprId) -> bool {
        let (matrices, _) = self.factors(term);
        let is_outer = |pair: &[ExprId]| self.arena.shape(pair[0]).is_column() && self.arena.shape(pair[1]).is_row();
        match matrices.as_slice() {
            [only] => matches!(self.arena.node(*only), Node::Diag(_) | Node::Identity(_)),
            _ => matrices.windows(2).any(is_outer),
        }
    }

    /// A term times an array.
    fn term_times(&mut self, term: ExprId, right: ExprId) -> Result<ArrayId, CodeError> {
        let (matrices, scalars) = self.factors(term);
        let mut factors = Vec::new();
        for id in matrices {
            if !matches!(self.arena.node(id), Node::Identity(_)) {
                factors.push(self.factor(id)?);
            }
        }
        factors.push(self.factor(right)?);
        let mut all = self.values(&scalars)?;
        let (array, numbers) = chain(self.program, &factors);
        all.extend(numbers);
        all.extend(array);
        Ok(self.program.product(&all))
    }
}
