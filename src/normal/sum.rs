//! Sums and rational multiples: flat, like terms collected, sorted by id.

use std::sync::Arc;

use crate::expr::{Arena, ExprId, Node, Shape};
use crate::number::Coeff;

/// Decimal fractions of which one is more than so many times the common factor keep it: 0.1 and 0.9 do, 0.2 and 0.4 do not.
const MOST_TIMES: i64 = 2;

/// The common factor beside decimal fractions: that of the integers, where the rest are decimal fractions over it, too; without integers
/// `content`, unless it is taken too often; else what they were divided by, (x − 0.3)/0.7.
fn decimal_content(arena: &Arena, terms: &[(Coeff, ExprId)], content: Coeff) -> Coeff {
    let quotient = || {
        let is_number = |(_, term): &&(Coeff, ExprId)| arena.is_ones(*term);
        let (numbers, others): (Vec<_>, Vec<_>) = terms.iter().partition(is_number);
        Coeff::quotient_of_decimals(others.iter().chain(&numbers).map(|(coeff, _)| coeff)).unwrap_or(Coeff::ONE)
    };
    let integers = terms.iter().filter(|(coeff, _)| coeff.is_integer());
    let whole = integers.fold(Coeff::ZERO, |gcd, (coeff, _)| gcd.gcd(coeff)).abs();
    let Some(over) = whole.recip() else {
        let most = content.mul(&Coeff::integer(MOST_TIMES));
        return if terms.iter().all(|(coeff, _)| coeff.abs() <= most) { content } else { quotient() };
    };
    let stay = terms.iter().all(|(coeff, _)| coeff.mul(&over).decimal().is_some());
    if stay { whole } else { quotient() }
}

impl Arena {
    /// The sum of the terms, all of the given shape.
    pub fn add_terms(&mut self, terms: impl IntoIterator<Item = (Coeff, ExprId)>, shape: Shape) -> ExprId {
        if shape.is_row() {
            // A sum of rows is a transposed sum of columns; a multiple of one row stays one.
            let terms: Vec<(Coeff, ExprId)> =
                terms.into_iter().filter(|(coeff, term)| !coeff.is_zero() && !self.is_zero(*term)).collect();
            if let [(coeff, term)] = &*terms {
                return self.multiple(coeff, *term);
            }
            let columns: Vec<(Coeff, ExprId)> =
                terms.into_iter().map(|(coeff, term)| (coeff, self.transpose(term))).collect();
            let column = self.add_terms(columns, shape.transposed());
            return self.transpose(column);
        }
        let mut flat: Vec<(Coeff, ExprId)> = Vec::new();
        for (coeff, term) in terms {
            debug_assert!(self.shape(term) == shape, "terms of a sum have one shape");
            if coeff.is_zero() || self.is_zero(term) {
                continue;
            }
            match self.node(term) {
                Node::Add(inner) => flat.extend(inner.iter().map(|(c, t)| (c.mul(&coeff), *t))),
                Node::Number(value) => {
                    let value = value.mul(&coeff);
                    let one = self.one();
                    flat.push((value, one));
                }
                _ => flat.push((coeff, term)),
            }
        }
        self.collect(flat, shape)
    }

    /// c·X for a row or what it was transposed to, without going by its column: of a skew K the column (uᵀK)ᵀ is a multiple again.
    pub(super) fn multiple(&mut self, coeff: &Coeff, row: ExprId) -> ExprId {
        if coeff.is_one() || self.is_zero(row) {
            return row;
        }
        match self.node(row).clone() {
            Node::Add(terms) => {
                let terms: Vec<_> = terms.iter().map(|(c, term)| (c.mul(coeff), *term)).collect();
                self.intern_terms(terms, self.shape(row))
            }
            Node::Transpose(column) if matches!(self.node(column), Node::Add(_)) => {
                let column = self.scale(coeff, column);
                self.transpose(column)
            }
            _ => self.intern(Node::Add(Arc::new([(coeff.clone(), row)]))),
        }
    }

    /// Collects flat terms, none of them a sum or a number other than 1.
    fn collect(&mut self, mut flat: Vec<(Coeff, ExprId)>, shape: Shape) -> ExprId {
        flat.sort_by_key(|(_, term)| *term);
        let mut terms: Vec<(Coeff, ExprId)> = Vec::with_capacity(flat.len());
        for (coeff, term) in flat {
            match terms.last_mut() {
                Some((sum, last)) if *last == term => {
                    *sum = sum.add(&coeff);
                    self.fired("like-terms");
                }
                _ => {
                    if terms.last().is_some_and(|(c, _)| c.is_zero()) {
                        terms.pop();
                    }
                    terms.push((coeff, term));
                }
            }
        }
        if terms.last().is_some_and(|(c, _)| c.is_zero()) {
            terms.pop();
        }
        if terms.len() > 1
            && let Some(change) = self.term_identity(&terms)
        {
            return self.add_terms(terms.into_iter().chain(change), shape);
        }
        self.intern_terms(terms, shape)
    }

    fn intern_terms(&mut self, mut terms: Vec<(Coeff, ExprId)>, shape: Shape) -> ExprId {
        match terms.len() {
            0 => self.zero(shape),
            1 => {
                let (coeff, term) = terms.remove(0);
                if coeff.is_one() {
                    term
                } else if self.is_one(term) {
                    self.number(coeff)
                } else {
                    self.intern(Node::Add(Arc::new([(coeff, term)])))
                }
            }
            _ => self.intern(Node::Add(terms.into())),
        }
    }

    /// Σ of expressions of one shape.
    pub fn sum_of(&mut self, terms: &[ExprId], shape: Shape) -> ExprId {
        self.add_terms(terms.iter().map(|term| (Coeff::ONE, *term)), shape)
    }

    /// a + b
    pub fn plus(&mut self, a: ExprId, b: ExprId) -> ExprId {
        let shape = self.shape(a);
        self.sum_of(&[a, b], shape)
    }

    /// a − b
    pub fn minus(&mut self, a: ExprId, b: ExprId) -> ExprId {
        let shape = self.shape(a);
        self.add_terms([(Coeff::ONE, a), (Coeff::MINUS_ONE, b)], shape)
    }

    /// c·a
    pub fn scale(&mut self, coeff: &Coeff, a: ExprId) -> ExprId {
        if coeff.is_one() {
            return a;
        }
        let shape = self.shape(a);
        let scaled = self.add_terms([(coeff.clone(), a)], shape);
        if !coeff.is_negative() {
            self.inherit_written(a, scaled, |_, term| term);
        }
        scaled
    }

    /// −a
    pub fn neg(&mut self, a: ExprId) -> ExprId {
        self.scale(&Coeff::MINUS_ONE, a)
    }

    /// The terms of a sum; any other expression is its own only term, and a number is a multiple of 1.
    pub fn terms(&mut self, id: ExprId) -> Vec<(Coeff, ExprId)> {
        match self.node(id) {
            Node::Add(terms) => terms.to_vec(),
            Node::Number(value) => {
                let value = value.clone();
                vec![(value, self.one())]
            }
            _ => vec![(Coeff::ONE, id)],
        }
    }

    /// The common factor of the coefficients of a sum, positive; 1 where decimal fractions were written that would not be recognized.
    pub(crate) fn content(&self, terms: &[(Coeff, ExprId)]) -> Coeff {
        let mut content = terms[0].0.abs();
        for (coeff, _) in &terms[1..] {
            if content.is_one() && coeff.is_integer() {
                continue;
            }
            content = content.gcd(coeff);
        }
        if self.memo.keeps_decimals && !content.is_integer() {
            return decimal_content(self, terms, content);
        }
        content
    }

    /// Splits off the rational content: `id = c·e` where the coefficients of e have no common factor and the first one is
    /// positive. A number is `c·1`.
    pub fn split_content(&mut self, id: ExprId) -> (Coeff, ExprId) {
        match self.node(id) {
            Node::Number(value) => {
                let value = value.clone();
                (value, self.one())
            }
            Node::Add(terms) => {
                if let [(coeff, term)] = &**terms {
                    return (coeff.clone(), *term);
                }
                if self.memo.oriented.contains(&id) {
                    return (Coeff::ONE, id);
                }
                let mut content = self.content(terms);
                if terms[0].0.is_negative() {
                    content = content.neg();
                }
                let Some(inverse) = content.recip() else { return (Coeff::ONE, id) };
                if content.is_one() && !self.is_turned(terms) {
                    return (Coeff::ONE, id);
                }
                let rest: Vec<_> = terms.iter().map(|(c, t)| (c.mul(&inverse), *t)).collect();
                if self.is_turned(&rest) {
                    let rest: Arc<[_]> = rest.into_iter().map(|(c, t)| (c.neg(), t)).collect();
                    return (content.neg(), self.intern(Node::Add(rest)));
                }
                (content, self.intern(Node::Add(rest.into())))
            }
            Node::Transpose(inner) if self.shape(id).is_row() => {
                let inner = *inner;
                let (content, primitive) = self.split_content(inner);
                if content.is_one() { (content, id) } else { (content, self.transpose(primitive)) }
            }
            _ => (Coeff::ONE, id),
        }
    }

    /// Whether every coefficient is negative, so that −id prints shorter.
    #[must_use]
    pub fn is_negative_throughout(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Number(value) => value.is_negative(),
            Node::Add(terms) => terms.iter().all(|(coeff, _)| coeff.is_negative()),
            _ => false,
        }
    }
}
