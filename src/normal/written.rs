//! Sums and inner products as the writer wrote them: the order of the terms, which printing keeps, the sign, which a difference keeps wherever
//! it stands, the end from which aᵀx was written, and the rotation in
//! which tr(XᵀBX) was.

use crate::expr::{Arena, ExprId, Node, Terms};
use crate::number::Coeff;

/// Longest sum whose order is kept, and most factors that are looked at for the end from which they were written.
const MAX_TERMS: usize = 64;

impl Arena {
    /// Whether decimal fractions were written and stay what they are.
    pub(crate) fn keeps_decimals(&self) -> bool {
        self.memo.keeps_decimals
    }

    /// Keeps decimal fractions as they are, from here on. These were written, and others are quotients of them.
    pub fn keep_decimals(&mut self, written: Vec<Coeff>) {
        self.memo.keeps_decimals = true;
        self.memo.decimals = written;
    }

    /// A number as a quotient of decimals, over a power of one that was written: 2.4/1.055 for 480/211.
    pub(crate) fn quotient_of_written(&self, number: &Coeff) -> Option<(Coeff, Coeff)> {
        let powers = self.memo.decimals.iter().flat_map(|written| (1..=3).map(move |power| (written, power)));
        powers.filter_map(|(written, power)| written.pow(power, super::MAX_NUMBER_BITS)).find_map(|below| {
            let above = number.mul(&below);
            (above.decimal().is_some() && below.decimal().is_some()).then_some((above, below))
        })
    }

    /// Brings an expression into normal form as [`Arena::normalize`] does, and remembers how its sums were written.
    pub fn normalize_written(&mut self, root: ExprId) -> ExprId {
        let mut map = std::mem::take(&mut self.memo.normal);
        let normal = self.rewrite_each(root, &mut map, |arena, map, id, rebuilt| {
            if matches!(arena.node(id), Node::Product(_)) && arena.shape(id).is_scalar() {
                let rows =
                    arena.rows_in(id).into_iter().map(|row| map.get(&row).copied().unwrap_or(row)).collect::<Vec<_>>();
                return arena.remember_ends(&rows, rebuilt);
            }
            if let Node::Trace(inner) = *arena.node(id) {
                return arena.remember_rotation(map.get(&inner).copied().unwrap_or(inner), rebuilt);
            }
            let Node::Add(terms) = arena.node(id) else { return };
            let raw: Vec<ExprId> = terms.iter().map(|(_, term)| *term).collect();
            let written: Vec<ExprId> = raw.iter().map(|term| map.get(term).copied().unwrap_or(*term)).collect();
            arena.memo.of_transpose.remove(&rebuilt);
            arena.remember_written(&written, rebuilt);
            if rebuilt != id && raw.len() <= MAX_TERMS {
                arena.memo.written.insert(id, raw.into());
            }
        });
        self.memo.normal = map;
        normal
    }

    /// The terms of a sum in the order in which they were written, where that is known.
    #[must_use]
    pub fn written_order(&self, sum: ExprId) -> Option<&[ExprId]> {
        self.memo.written.get(&sum).map(|order| &**order)
    }

    /// Whether a sum was written itself, and not only its transpose.
    #[must_use]
    pub fn is_written(&self, sum: ExprId) -> bool {
        self.memo.written.contains_key(&sum) && !self.memo.of_transpose.contains(&sum)
    }

    /// The terms of a sum in the order of its transpose, where that was written, with these signs or turned, and the sum was not: those of
    /// Bᵀ − Aᵀ where A − B was.
    #[must_use]
    pub fn written_transposed(&self, sum: ExprId) -> Option<&[ExprId]> {
        let forms = [Some(sum), self.known_negative(sum)];
        if forms.into_iter().flatten().any(|form| self.is_written(form)) {
            return None;
        }
        forms.into_iter().flatten().find_map(|form| self.written_order(form))
    }

    /// A written sum of which a sum is a multiple, by its order, and the number that it is taken times: −5 of 12.5y − 15 − 7.5x where
    /// 3 − 2.5y + 1.5x was written. A difference of two terms takes no minus: 2(3x − 2) where 2 − 3x was written.
    #[must_use]
    pub fn times_written(&self, sum: ExprId) -> Option<(Coeff, &[ExprId])> {
        if self.memo.primitives.is_empty() {
            return None;
        }
        let (number, terms) = self.without_sign(sum)?;
        let (of_written, written) = self.memo.primitives.get(&terms)?;
        let number = number.mul(&of_written.recip()?);
        let is_difference = terms.len() == 2 && terms[1].0.is_negative();
        let number = if is_difference { number.abs() } else { number };
        Some((number, self.written_order(*written)?))
    }

    /// Whether the sum of these terms is a multiple of one that was written.
    #[must_use]
    pub fn is_multiple_of_written(&self, terms: &[(Coeff, ExprId)]) -> bool {
        without_number_and_sign(terms).is_some_and(|(_, terms)| self.memo.primitives.contains_key(&terms))
    }

    /// A sum as a number times terms without a common number, the first of them positive.
    fn without_sign(&self, sum: ExprId) -> Option<(Coeff, Terms)> {
        let Node::Add(terms) = self.node(sum) else { return None };
        without_number_and_sign(terms)
    }

    /// The negative of a sum, where it has been built.
    fn known_negative(&self, sum: ExprId) -> Option<ExprId> {
        let Node::Add(terms) = self.node(sum) else { return None };
        self.known_negative_of(terms)
    }

    /// The sum of the negatives of these terms, where it has been built.
    fn known_negative_of(&self, terms: &[(Coeff, ExprId)]) -> Option<ExprId> {
        self.find(&Node::Add(terms.iter().map(|(coeff, term)| (coeff.neg(), *term)).collect()))
    }

    /// Whether a product of these matrices, whose value is a number, was written from its other end, where it was written: xᵀa for aᵀx.
    #[must_use]
    pub fn is_written_reversed(&self, matrices: &[ExprId]) -> Option<bool> {
        self.memo.reversed.get(matrices).copied()
    }

    /// The product under a trace as it was written: XᵀBX for XXᵀB, whose trace is the same.
    #[must_use]
    pub fn written_rotation(&self, product: ExprId) -> ExprId {
        self.memo.rotated.get(&product).copied().unwrap_or(product)
    }

    /// Remembers of which rotation of its product a trace was written.
    fn remember_rotation(&mut self, written: ExprId, trace: ExprId) {
        let Node::Trace(product) = *self.node(trace) else { return };
        // Of several spellings that of the normal form stays.
        if written == product {
            self.memo.rotated.insert(product, product);
            return;
        }
        let (Node::Product(factors), Node::Product(rotated)) = (self.node(product), self.node(written)) else { return };
        let is_rotation = |by: usize| factors[by..].iter().chain(&factors[..by]).eq(rotated.iter());
        if factors.len() == rotated.len() && factors.len() <= MAX_TERMS && (1..factors.len()).any(is_rotation) {
            self.memo.rotated.entry(product).or_insert(written);
        }
    }

    /// The rows among the first factors of a product as it was written: aᵀ of aᵀx.
    fn rows_in(&self, product: ExprId) -> Vec<ExprId> {
        let (mut rows, mut open) = (Vec::new(), vec![product]);
        for _ in 0..MAX_TERMS {
            let Some(id) = open.pop() else { break };
            match self.node(id) {
                Node::Product(factors) => open.extend(factors.iter().take(MAX_TERMS).rev().copied()),
                _ if self.shape(id).is_row() => rows.push(id),
                _ => {}
            }
        }
        rows
    }

    /// Remembers with which of these rows in front the products of matrices in a number were written. Of a form between vectors, as yᵀAx,
    /// the direction with fewer transposes stays.
    fn remember_ends(&mut self, rows: &[ExprId], number: ExprId) {
        let [(_, number)] = self.terms(number)[..] else { return };
        let factors = match self.node(number).clone() {
            Node::Hadamard(factors) => factors.iter().map(|(base, _)| *base).collect(),
            _ => vec![number],
        };
        for factor in factors {
            let Node::Product(factors) = self.node(factor) else { continue };
            let matrices: Box<[ExprId]> =
                factors.iter().copied().filter(|factor| !self.shape(*factor).is_scalar()).collect();
            let [first, between @ .., last] = &*matrices else { continue };
            let is_reversed = !rows.contains(first);
            if is_reversed && !rows.contains(&self.transpose(*last)) {
                continue;
            }
            let turned: Vec<ExprId> = between.iter().map(|matrix| self.transpose(*matrix)).collect();
            let marks =
                |all: &[ExprId]| all.iter().filter(|matrix| matches!(self.node(**matrix), Node::Transpose(_))).count();
            let is_reversed = is_reversed && marks(&turned) <= marks(between);
            self.memo.reversed.entry(matrices).or_insert(is_reversed);
        }
    }

    /// Remembers that a sum was written as the sum of these terms, each in normal form, in this order.
    pub(in crate::normal) fn remember_written(&mut self, written: &[ExprId], sum: ExprId) {
        let Node::Add(terms) = self.node(sum) else { return };
        if terms.len() < 2 || self.memo.written.contains_key(&sum) {
            return;
        }
        let mut of_sum: Vec<ExprId> = terms.iter().map(|(_, term)| *term).collect();
        let mut order: Vec<ExprId> = Vec::with_capacity(of_sum.len());
        for term in written {
            let parts = match self.written_order(*term) {
                Some(order) => order.to_vec(),
                None => self.terms(*term).into_iter().map(|(_, part)| part).collect(),
            };
            for part in parts {
                if !order.contains(&part) {
                    order.push(part);
                }
            }
            // Long sums have no order worth a quadratic search.
            if order.len() > MAX_TERMS {
                return;
            }
        }
        let mut sorted = order.clone();
        sorted.sort_unstable();
        of_sum.sort_unstable();
        if sorted == of_sum {
            self.set_written(sum, order.into());
        }
    }

    /// Hands what is known of how a sum was written on to the sum that it became when its terms were replaced.
    pub(crate) fn inherit_written(
        &mut self,
        from: ExprId,
        to: ExprId,
        mut replaced: impl FnMut(&mut Self, ExprId) -> ExprId,
    ) {
        if from == to {
            return;
        }
        let Some(order) = self.memo.written.get(&from).cloned() else { return };
        let written: Vec<ExprId> = order.iter().map(|term| replaced(self, *term)).collect();
        self.remember_written(&written, to);
    }

    /// The same of a sum that is the transpose of one.
    pub(super) fn inherit_from_transpose(&mut self, from: ExprId, to: ExprId) {
        if !self.memo.written.contains_key(&to) && self.memo.written.contains_key(&from) {
            self.memo.of_transpose.insert(to);
        }
        self.inherit_written(from, to, Self::transpose);
    }

    fn set_written(&mut self, sum: ExprId, order: Box<[ExprId]>) {
        let primitive = self.without_number(sum);
        if primitive != sum {
            self.memo.written.entry(primitive).or_insert_with(|| order.clone());
        }
        if let Some((number, terms)) = self.without_sign(sum) {
            self.memo.primitives.entry(terms).or_insert((number, sum));
        }
        self.orient(primitive);
        self.memo.written.insert(sum, order);
    }

    /// The sum over the common number of its terms, with its signs as they are.
    fn without_number(&mut self, sum: ExprId) -> ExprId {
        let Node::Add(terms) = self.node(sum).clone() else { return sum };
        let content = self.content(&terms);
        match content.recip() {
            Some(inverse) if !content.is_one() => self.scale(&inverse, sum),
            _ => sum,
        }
    }

    /// Makes of a sum and its negative this one the form that stands in products and powers, where neither has been used yet.
    fn orient(&mut self, sum: ExprId) {
        let Node::Add(terms) = self.node(sum) else { return };
        if !terms[0].0.is_negative() || terms.iter().all(|(coeff, _)| coeff.is_negative()) {
            return;
        }
        let head = (terms[0].1, terms.len());
        if self.known_negative(sum).is_none() {
            self.memo.oriented.insert(sum);
            self.memo.oriented_heads.insert(head);
        }
    }

    /// Whether a sum whose first coefficient is positive stands in products and powers as its negative, because that was written.
    pub(super) fn is_turned(&self, terms: &[(Coeff, ExprId)]) -> bool {
        if !self.memo.oriented_heads.contains(&(terms[0].1, terms.len())) {
            return false;
        }
        self.known_negative_of(terms).is_some_and(|negative| self.memo.oriented.contains(&negative))
    }
}

/// Terms as a number times terms without a common number, the first of them positive.
fn without_number_and_sign(terms: &[(Coeff, ExprId)]) -> Option<(Coeff, Terms)> {
    if terms.len() > MAX_TERMS {
        return None;
    }
    let content = terms.iter().fold(Coeff::ZERO, |content, (coeff, _)| content.gcd(coeff)).abs();
    let number = if terms.first()?.0.is_negative() { content.neg() } else { content };
    let over = number.recip()?;
    Some((number, terms.iter().map(|(coeff, term)| (coeff.mul(&over), *term)).collect()))
}
