//! Sums.

use super::super::error::CodeError;
use super::super::tree::{Array, ArrayId, Binary, Unary};
use super::{Lowering, Sums};
use crate::expr::{ExprId, Func, Node};
use crate::number::Coeff;

/// What a matrix of rank one repeats, where one of its factors is ones.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeated {
    /// x1ᵀ
    Column,
    /// 1yᵀ
    Row,
}

/// The size that the coefficients of several terms have, where that is one and not 1, and the terms without it, of which some are subtracted:
/// 2A − 2B is 2(A − B), which takes a pass over an array less.
fn of_one_size(terms: &[(&Coeff, Option<ArrayId>)]) -> Option<(Coeff, Vec<(bool, ArrayId)>)> {
    let size = terms.first()?.0.abs();
    if terms.len() < 2 || size.is_one() || terms.iter().any(|(coeff, _)| coeff.abs() != size) {
        return None;
    }
    let values = terms.iter().map(|(coeff, value)| Some((coeff.is_negative(), (*value)?)));
    Some((size, values.collect::<Option<_>>()?))
}

impl Lowering<'_> {
    /// What a term repeats in each row or column.
    fn repeated(&self, term: ExprId) -> Option<Repeated> {
        let Node::Product(factors) = self.arena.node(term) else { return None };
        if !self.arena.shape(term).is_matrix() || self.multiple_of_ones(term).is_some() {
            return None;
        }
        let arrays: Vec<ExprId> = factors.iter().filter(|id| !self.arena.shape(**id).is_scalar()).copied().collect();
        match *arrays.as_slice() {
            [ones, row] if self.arena.shape(row).is_row() && self.is_ones(ones) => Some(Repeated::Row),
            [column, ones] if self.arena.shape(column).is_column() && self.is_ones(ones) => Some(Repeated::Column),
            _ => None,
        }
    }

    /// The row or column that a term repeats, which stands in every row or column.
    fn once(&mut self, term: ExprId, repeated: Repeated) -> Result<ArrayId, CodeError> {
        let Node::Product(factors) = self.arena.node(term) else { return self.value(term) };
        let mut all = Vec::new();
        for factor in factors.iter() {
            let is_scalar = self.arena.shape(*factor).is_scalar();
            if !is_scalar && self.is_ones(*factor) {
                continue;
            }
            all.push(match (is_scalar, repeated) {
                (false, Repeated::Column) => self.unary(Unary::AsColumn, *factor)?,
                _ => self.value(*factor)?,
            });
        }
        Ok(self.program.product(&all))
    }

    /// Whether it is an array of ones.
    pub(super) fn is_ones(&self, id: ExprId) -> bool {
        match self.arena.node(id) {
            Node::Ones(_) => true,
            Node::Transpose(inner) => matches!(self.arena.node(*inner), Node::Ones(_)),
            _ => false,
        }
    }

    /// The scalar factors of a multiple of ones: none of ones themselves.
    pub(super) fn multiple_of_ones(&self, id: ExprId) -> Option<Vec<ExprId>> {
        if self.is_ones(id) {
            return Some(Vec::new());
        }
        let Node::Product(factors) = self.arena.node(id) else { return None };
        let is_scalar = |factor: &ExprId| self.arena.shape(*factor).is_scalar();
        let (scalars, arrays): (Vec<ExprId>, Vec<ExprId>) = factors.iter().partition(|factor| is_scalar(factor));
        matches!(arrays.as_slice(), [only] if self.is_ones(*only)).then_some(scalars)
    }

    /// Σ cₖXₖ; a multiple of ones beside other terms is the number alone, which stands in every entry.
    pub(super) fn sum(&mut self, terms: &[(Coeff, ExprId)]) -> Result<ArrayId, CodeError> {
        let (terms, joined) = self.joined(terms)?;
        let is_broadcast = !joined.is_empty()
            || terms
                .iter()
                .any(|(_, term)| !self.arena.shape(*term).is_scalar() && self.multiple_of_ones(*term).is_none());
        let repeated: Vec<Option<Repeated>> = terms.iter().map(|(_, term)| self.repeated(*term)).collect();
        // Where all entries are written out by another term, or rows by one and columns by another.
        let is_filled = is_broadcast
            && (terms.iter().zip(&repeated).any(|((_, term), repeated)| {
                repeated.is_none() && self.arena.shape(*term).is_matrix() && self.multiple_of_ones(*term).is_none()
            }) || repeated.contains(&Some(Repeated::Column)) && repeated.contains(&Some(Repeated::Row)));
        let mut sorted: Vec<(Coeff, ExprId)> = terms;
        sorted.sort_by_key(|(coeff, _)| coeff.is_negative());
        let dropped = self.exp_minus_one(&sorted);
        let mut list = Vec::new();
        for (place, (coeff, term)) in sorted.iter().enumerate() {
            if dropped.is_some_and(|(_, constant)| place == constant) {
                continue;
            }
            let value = if let Node::Elementwise(_, inner) = self.arena.node(*term)
                && dropped.is_some_and(|(exp, _)| place == exp)
            {
                Some(self.unary(Unary::Expm1, *inner)?)
            } else if self.arena.as_number(*term).is_some_and(Coeff::is_one) {
                None
            } else if is_broadcast && let Some(scalars) = self.multiple_of_ones(*term) {
                match self.values(&scalars)?.as_slice() {
                    [] => None,
                    scalars => Some(self.program.product(scalars)),
                }
            } else if let Some(repeated) = self.repeated(*term).filter(|_| is_filled) {
                Some(self.once(*term, repeated)?)
            } else {
                Some(self.value(*term)?)
            };
            list.push((coeff, value));
        }
        let are_arrays = sorted.iter().all(|(_, term)| !self.arena.shape(*term).is_scalar());
        if self.sums == Sums::MultipliedOut
            && are_arrays
            && joined.is_empty()
            && let Some((size, terms)) = of_one_size(&list)
        {
            let is_turned = terms.iter().all(|(is_subtracted, _)| *is_subtracted);
            let terms = terms.into_iter().map(|(is_subtracted, value)| (is_subtracted != is_turned, value)).collect();
            let whole = self.program.difference(terms);
            let value = self.multiple(&size, Some(whole))?;
            return Ok(if is_turned { self.program.unary(Unary::Negative, value) } else { value });
        }
        let multiples =
            list.iter().map(|(coeff, value)| Ok((coeff.is_negative(), self.multiple(&coeff.abs(), *value)?)));
        let mut list: Vec<(bool, ArrayId)> = multiples.collect::<Result<_, CodeError>>()?;
        list.extend(joined);
        list.sort_by_key(|(is_subtracted, _)| *is_subtracted);
        Ok(match *list.as_slice() {
            [(false, only)] => only,
            [(true, only)] => self.program.unary(Unary::Negative, only),
            _ => self.program.add(Array::Sum(list.into())),
        })
    }

    /// A positive multiple of a value, or the number alone.
    pub(super) fn multiple(&mut self, size: &Coeff, value: Option<ArrayId>) -> Result<ArrayId, CodeError> {
        let Some(value) = value else { return self.number(size) };
        if size.is_one() {
            return Ok(value);
        }
        super::in_range(size)?;
        let (numerator, denominator) = size.parts();
        // x/3 rather than 1/3*x
        if numerator == 1.into() && !super::super::number::is_short_decimal(size) {
            let below = self.number(&Coeff::from_big(denominator.into()))?;
            return Ok(self.program.binary(Binary::Divide, value, below));
        }
        let size = self.number(size)?;
        Ok(self.program.product(&[size, value]))
    }

    /// Where exp(x) and the constant that makes it exp(x) − 1 stand.
    pub(super) fn exp_minus_one(&self, terms: &[(Coeff, ExprId)]) -> Option<(usize, usize)> {
        let is_exp = |id: ExprId| matches!(self.arena.node(id), Node::Elementwise(Func::Exp, _));
        let is_one = |id: ExprId| self.is_ones(id) || self.arena.as_number(id).is_some_and(Coeff::is_one);
        let constant = terms.iter().position(|(_, term)| is_one(*term))?;
        let wanted = terms[constant].0.neg();
        let exp = terms.iter().position(|(coeff, term)| *coeff == wanted && is_exp(*term))?;
        Some((exp, constant))
    }
}
