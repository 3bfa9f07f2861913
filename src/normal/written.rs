//! Sums as the writer wrote them: the order of their terms, which printing keeps, and their sign, which a difference keeps wherever it stands.

use std::sync::Arc;

use crate::expr::{Arena, ExprId, Node};
use crate::number::Coeff;

/// Longest sum whose order is kept.
const MAX_TERMS: usize = 64;

impl Arena {
    /// Brings an expression into normal form as [`Arena::normalize`] does, and remembers how its sums were written.
    pub fn normalize_written(&mut self, root: ExprId) -> ExprId {
        let mut map = std::mem::take(&mut self.memo.normal);
        let normal = self.rewrite_each(root, &mut map, |arena, map, id, rebuilt| {
            let Node::Add(terms) = arena.node(id) else { return };
            let raw: Vec<ExprId> = terms.iter().map(|(_, term)| *term).collect();
            let written: Vec<ExprId> = raw.iter().map(|term| map.get(term).copied().unwrap_or(*term)).collect();
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

    /// Remembers that a sum was written as the sum of these terms, each in normal form, in this order.
    pub(in crate::normal) fn remember_written(&mut self, written: &[ExprId], sum: ExprId) {
        let Node::Add(terms) = self.node(sum) else { return };
        if terms.len() < 2 || self.memo.written.contains_key(&sum) {
            return;
        }
        let mut of_sum: Vec<ExprId> = terms.iter().map(|(_, term)| *term).collect();
        let mut order: Vec<ExprId> = Vec::with_capacity(of_sum.len());
        for term in written {
            for (_, part) in self.terms(*term) {
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

    fn set_written(&mut self, sum: ExprId, order: Box<[ExprId]>) {
        let primitive = self.without_number(sum);
        if primitive != sum {
            self.memo.written.entry(primitive).or_insert_with(|| order.clone());
        }
        self.orient(primitive);
        self.memo.written.insert(sum, order);
    }

    /// The sum over the common number of its terms, with its signs as they are.
    fn without_number(&mut self, sum: ExprId) -> ExprId {
        let Node::Add(terms) = self.node(sum).clone() else { return sum };
        let content = terms.iter().fold(Coeff::ZERO, |gcd, (coeff, _)| gcd.gcd(coeff)).abs();
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
        let (first, count) = (terms[0].1, terms.len());
        let negative: Arc<[_]> = terms.iter().map(|(coeff, term)| (coeff.neg(), *term)).collect();
        if self.find(&Node::Add(negative)).is_none() {
            self.memo.oriented.insert(sum);
            self.memo.oriented_heads.insert((first, count));
        }
    }

    /// Whether a sum whose first coefficient is positive stands in products and powers as its negative, because that was written.
    pub(super) fn is_turned(&self, terms: &[(Coeff, ExprId)]) -> bool {
        if !self.memo.oriented_heads.contains(&(terms[0].1, terms.len())) {
            return false;
        }
        let negative: Arc<[_]> = terms.iter().map(|(coeff, term)| (coeff.neg(), *term)).collect();
        self.find(&Node::Add(negative)).is_some_and(|id| self.memo.oriented.contains(&id))
    }
}
