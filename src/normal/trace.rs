//! Traces, and sums of all entries.

use std::cmp::Ordering;
use std::sync::Arc;

use super::identity::Head;
use crate::expr::{Arena, ExprId, MatrixFunction, Node, Reduction};

impl Arena {
    /// tr X, one representative for all rotations and transpositions of a product.
    pub fn trace(&mut self, id: ExprId) -> ExprId {
        if self.shape(id).is_scalar() {
            return id;
        }
        if let Some(value) = self.rewritten(Head::Trace, &Node::Trace(id)) {
            return value;
        }
        if let Node::Product(factors) = self.node(id) {
            let factors = factors.clone();
            return self.trace_of_cycle(id, &factors);
        }
        let canonical = self.canonical_transpose(id);
        if canonical != id {
            self.fired("trace-of-transpose");
        }
        self.intern(Node::Trace(canonical))
    }

    /// The trace of a product that no row knows: the best of its rotations, or of those of its transpose.
    fn trace_of_cycle(&mut self, id: ExprId, factors: &[ExprId]) -> ExprId {
        let (content, mut reversed) = self.transposed_chain(factors);
        self.sort_ends(&mut reversed);
        let transposes =
            |arena: &Self, chain: &[ExprId]| chain.iter().filter(|factor| arena.is_transposed_factor(**factor)).count();
        let (mine, other) = (transposes(self, factors), transposes(self, &reversed));
        let forward = self.best_rotation(factors);
        let backward = self.best_rotation(&reversed);
        if forward == backward && content.is_negative() && !factors.iter().any(|factor| self.has_inverse(*factor)) {
            self.fired("trace-of-antisymmetric-product");
            return self.integer(0);
        }
        // Of equals the one that ends in dX, and not in dXᵀ.
        let key = |arena: &Self, chain: &[ExprId]| {
            matches!(chain.last().map(|last| arena.node(*last)), Some(Node::Transpose(_)))
                && chain.iter().any(|factor| arena.differential_of(*factor).is_some())
        };
        let (mine, other) = ((mine, key(self, &forward), &forward), (other, key(self, &backward), &backward));
        if other < mine {
            self.fired("trace-of-transpose");
            let product = self.intern(Node::Product(backward.into()));
            let trace = self.intern(Node::Trace(product));
            return self.scale(&content, trace);
        }
        let product = self.intern(Node::Product(forward.into()));
        if product != id {
            self.fired("trace-cyclic");
        }
        self.intern(Node::Trace(product))
    }

    /// Rotates a product under a trace until its last factor and its first one, where they commute, stand in their order.
    fn sort_ends(&self, factors: &mut [ExprId]) {
        for _ in 0..factors.len() {
            let [first, .., last] = *factors else { return };
            if !self.is_out_of_order(last, first) {
                return;
            }
            factors.rotate_right(1);
            self.sort_commuting(factors);
        }
    }

    /// The rotation that ends in a differential, the latest one, where there is one; else the least.
    fn best_rotation(&self, factors: &[ExprId]) -> Vec<ExprId> {
        let differential = |at: &usize| self.differential_of(factors[*at]).is_some();
        let Some(last) = (0..factors.len()).filter(differential).max_by_key(|at| factors[*at]) else {
            return least_rotation(factors);
        };
        factors[last + 1..].iter().chain(&factors[..=last]).copied().collect()
    }

    /// Which differential it is, or is the transpose of; `None` of what is neither.
    fn differential_of(&self, id: ExprId) -> Option<u32> {
        match self.node(id) {
            Node::Transpose(inner) => self.differential_slot(*inner),
            _ => self.differential_slot(id),
        }
    }

    /// The sum of all entries, 1ᵀX1.
    pub fn total(&mut self, id: ExprId) -> ExprId {
        if self.shape(id).is_scalar() {
            return id;
        }
        let node = Node::Reduce(Reduction::Sum, id);
        if let Some(value) = self.rewritten(Head::Total, &node) {
            return value;
        }
        let canonical = if self.shape(id).is_matrix() { self.canonical_transpose(id) } else { id };
        if canonical == id { self.intern(node) } else { self.total(canonical) }
    }

    /// Whether it is a scalar times ones.
    #[must_use]
    pub fn is_spread(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Product(factors) => {
                matches!(**factors, [scalar, ones] if self.shape(scalar).is_scalar() && self.is_ones(ones))
            }
            _ => self.is_ones(id),
        }
    }

    /// ⟨A, B⟩, as it is written: nothing in it is worked out.
    pub fn written_inner(&mut self, left: ExprId, right: ExprId) -> ExprId {
        if self.shape(left).is_scalar() {
            return self.mul(&[left, right]);
        }
        let one = self.one();
        let product = self.intern(Node::Hadamard(Arc::new([(left, one), (right, one)])));
        self.intern(Node::Reduce(Reduction::Sum, product))
    }

    /// f(X) for tr f(X) and its kin: whether the argument is a matrix function without directions.
    #[must_use]
    pub fn is_matrix_function(&self, id: ExprId, wanted: MatrixFunction) -> bool {
        matches!(self.node(id), Node::MatrixFunction(func, _, directions) if *func == wanted && directions.is_empty())
    }
}

/// The rotation of the list that comes first in the order of ids.
///
/// Of two candidates the one that loses a comparison takes all starts that it went through with it, so the time is linear (Shiloach 1981).
fn least_rotation(list: &[ExprId]) -> Vec<ExprId> {
    let count = list.len();
    let (mut best, mut other, mut equal) = (0, 1, 0);
    while best < count && other < count && equal < count {
        match list[(best + equal) % count].cmp(&list[(other + equal) % count]) {
            Ordering::Equal => {
                equal += 1;
                continue;
            }
            Ordering::Greater => best += equal + 1,
            Ordering::Less => other += equal + 1,
        }
        if best == other {
            other += 1;
        }
        equal = 0;
    }
    let mut rotated = list.to_vec();
    rotated.rotate_left(best.min(other));
    rotated
}

#[cfg(test)]
mod tests {
    use super::least_rotation;
    use crate::expr::ExprId;

    #[test]
    fn the_least_rotation_comes_before_all_others() {
        for code in 0..3_u32.pow(7) {
            for count in 1..8 {
                let list: Vec<ExprId> = (0..count).map(|place| ExprId(code / 3_u32.pow(place) % 3)).collect();
                let every = (0..list.len()).map(|start| [&list[start..], &list[..start]].concat());
                assert_eq!(Some(least_rotation(&list)), every.min(), "{list:?}");
            }
        }
    }
}
