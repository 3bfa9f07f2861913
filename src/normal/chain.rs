//! A product of matrices while its factors come in.

use crate::expr::ExprId;

/// Factors in their order, with the places of those that later factors may be merged with from afar.
pub(super) struct Chain {
    factors: Vec<ExprId>,
    /// The places of powers and pseudo-inverses of products, (AB)ᵖ and (AB)⁺, whose own factors may follow, with how many those are.
    powers: Vec<(usize, usize)>,
}

impl Chain {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { factors: Vec::with_capacity(capacity), powers: Vec::new() }
    }

    /// Appends a factor; of a power or pseudo-inverse of a product with how many factors that has.
    pub(super) fn push(&mut self, factor: ExprId, factors_inside: Option<usize>) {
        if let Some(count) = factors_inside {
            self.powers.push((self.factors.len(), count));
        }
        self.factors.push(factor);
    }

    pub(super) fn pop(&mut self) {
        self.factors.pop();
        if self.powers.last().is_some_and(|(place, _)| *place == self.factors.len()) {
            self.powers.pop();
        }
    }

    pub(super) fn last(&self) -> Option<ExprId> {
        self.factors.last().copied()
    }

    /// Whether there are powers or pseudo-inverses of products.
    pub(super) fn has_powers(&self) -> bool {
        !self.powers.is_empty()
    }

    pub(super) fn factors(&self) -> &[ExprId] {
        &self.factors
    }

    /// The places of powers and pseudo-inverses of products, from the last one on, where what follows can be a half of their own factors, or
    /// these once or twice.
    pub(super) fn powers(&self) -> impl Iterator<Item = usize> {
        let last = self.factors.len().saturating_sub(1);
        let meets = move |&&(place, count): &&(usize, usize)| {
            let after = last - place;
            after == 0 || after == count || after == 2 * count || 2 * after == count
        };
        self.powers.iter().rev().filter(meets).map(|(place, _)| *place)
    }

    pub(super) fn into_factors(self) -> Vec<ExprId> {
        self.factors
    }
}
