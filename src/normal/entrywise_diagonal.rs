//! Entrywise products with a diagonal matrix, of which the diagonals alone count.

use crate::expr::{Arena, ExprId, Node, Shape};
use crate::number::Coeff;

impl Arena {
    /// (1⊘I)∘(1⊘X) = 1⊘diag(diag(X)), as the product of the divisors is written.
    pub(super) fn with_one_diagonal_divisor(
        &mut self,
        powers: Vec<(ExprId, ExprId)>,
        shape: Shape,
    ) -> Vec<(ExprId, ExprId)> {
        let is_divisor =
            |this: &Self, exponent: ExprId| this.as_number(exponent).and_then(Coeff::to_i64).is_some_and(|n| n < 0);
        let (below, mut above): (Vec<_>, Vec<_>) =
            powers.iter().copied().partition(|(_, exponent)| is_divisor(self, *exponent));
        let diagonal = |this: &Self, id: ExprId| matches!(this.node(id), Node::Identity(_) | Node::Diag(_));
        let minus_one = self.integer(-1);
        let is_single = matches!(*below, [(_, exponent)] if exponent == minus_one);
        if is_single || !below.iter().any(|(base, _)| diagonal(self, *base)) {
            return powers;
        }
        let divisors: Vec<_> = below.iter().map(|(base, exponent)| (*base, self.neg(*exponent))).collect();
        let divisor = self.hadamard_powers(&divisors, shape);
        match self.node(divisor) {
            Node::Diag(_) => above.push((divisor, minus_one)),
            // I∘Xᵀ = I∘X
            Node::Hadamard(inner) if inner.iter().all(|(_, exponent)| self.is_one(*exponent)) => {
                above.extend(inner.iter().map(|(base, _)| (*base, minus_one)));
            }
            _ => return powers,
        }
        above.sort_by_key(|(base, _)| *base);
        above
    }

    /// I ∘ X = diag(diag(X)) where the diagonal has a form of its own, and diag(v) ∘ X = diag(v ∘ diag(X)); what is divided by stays.
    pub(super) fn hadamard_with_diagonal(&mut self, powers: &[(ExprId, ExprId)], shape: Shape) -> Option<ExprId> {
        let one = self.one();
        let (below, above): (Vec<_>, Vec<_>) =
            powers.iter().copied().partition(|(_, exponent)| self.as_number(*exponent).is_some_and(Coeff::is_negative));
        let of = |this: &Self, wanted: fn(&Node) -> bool| {
            above.iter().position(|(base, exponent)| *exponent == one && wanted(this.node(*base)))
        };
        let place = of(self, |node| matches!(node, Node::Diag(_)))
            .or_else(|| of(self, |node| matches!(node, Node::Identity(_))))?;
        if !below.is_empty() {
            if above.len() == 1 {
                return None;
            }
            let diagonal = self.hadamard_with_diagonal(&above, shape)?;
            let (content, diagonal) = self.split_content(diagonal);
            let mut factors = below;
            match self.node(diagonal) {
                Node::Hadamard(inner) => factors.extend(inner.iter().copied()),
                _ => factors.push((diagonal, one)),
            }
            factors.sort_by_key(|(base, _)| *base);
            let product = self.intern(Node::Hadamard(factors.into()));
            return Some(self.scale(&content, product));
        }
        let powers = above;
        let base = powers[place].0;
        let mut vector = Vec::new();
        let identity = matches!(self.node(base), Node::Identity(_));
        if !identity {
            vector.push((self.diag_part(base), one));
        }
        for (at, (other, exponent)) in powers.iter().enumerate() {
            if at == place {
                continue;
            }
            let diagonal = self.diag_part(*other);
            if identity
                && powers.len() == 2
                && *exponent == one
                && let Some(sum) = self.sum_with_diagonal(diagonal)
            {
                // I∘(A + Bᵀ) = I∘(A + B), in one of the two ways.
                let (content, sum) = self.split_content(sum);
                let mut pair = [(base, one), (sum, one)];
                pair.sort_by_key(|(base, _)| *base);
                let product = self.intern(Node::Hadamard(pair.into()));
                return Some(self.scale(&content, product));
            }
            if let (true, Node::DiagPart(inner)) = (identity, self.node(diagonal)) {
                // I∘Xᵀ = I∘X, in one of the two ways.
                let inner = *inner;
                return (powers.len() == 2 && *exponent == one && inner != *other).then(|| {
                    let mut pair = [(base, one), (inner, one)];
                    pair.sort_by_key(|(base, _)| *base);
                    self.intern(Node::Hadamard(pair.into()))
                });
            }
            vector.push((diagonal, *exponent));
        }
        let vector = self.hadamard_powers(&vector, Shape::vector(shape.rows));
        Some(self.diag(vector))
    }
}
