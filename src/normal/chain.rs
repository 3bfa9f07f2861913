//! A product of matrices while its factors come in.

use crate::expr::ExprId;

/// Factors in their order, with the places of those that later factors may be merged with from afar.
pub(super) struct Chain {
    factors: Vec<ExprId>,
    /// The places of powers and pseudo-inverses of products, (AB)ᵖ and (AB)⁺, whose own factors may follow.
    powers: Vec<usize>,
}

impl Chain {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { factors: Vec::with_capacity(capacity), powers: Vec::new() }
    }

    pub(super) fn push(&mut self, factor: ExprId, is_power_of_product: bool) {
        if is_power_of_product {
            self.powers.push(self.factors.len());
        }
        self.factors.push(factor);
    }

    pub(super) fn pop(&mut self) {
        self.factors.pop();
        if self.powers.last() == Some(&self.factors.len()) {
            self.powers.pop();
        }
    }

    pub(super) fn last(&self) -> Option<ExprId> {
        self.factors.last().copied()
    }

    pub(super) fn factors(&self) -> &[ExprId] {
        &self.factors
    }

    /// The places of powers of products, from the last one on.
    pub(super) fn powers(&self) -> impl Iterator<Item = usize> {
        self.powers.iter().rev().copied()
    }

    pub(super) fn into_factors(self) -> Vec<ExprId> {
        self.factors
    }
}
