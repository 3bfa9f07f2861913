//! Sums: how they are collected.

use crate::expr::{Arena, BigOp, ExprId, IndexId, Node};
use crate::normal::identity::{Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "like-terms",
        says: "aX + bX = (a + b)X of numbers a and b",
        example: "2 X + Y - 3 X",
        declare: "X: matrix(m,n); Y: matrix(m,n)",
        want: "Y − X",
        rule: Rule::Canonical,
    },
    Identity {
        id: "sums-over-ranges-that-meet",
        says: "Σᵢ₌₁ᵏ f(i) + Σᵢ₌ₖ₊₁ⁿ f(i) = Σᵢ₌₁ⁿ f(i), and where f(k) is left out between them and has a value, less f(k)",
        example: "sum_{i=1}^k x^i + y + sum_{i=k+1}^{k+n} x^i",
        declare: "x: scalar; y: scalar; k: integer; n: integer",
        want: "Σ_{i=1}^{k+n} xⁱ + y",
        rule: Rule::Terms(over_ranges_that_meet),
    },
];

/// Longest sum in which a partner is looked for.
const MOST_TERMS: usize = 1_000;

/// Σᵢ₌ₐᶜ f(i) + Σᵢ₌꜀₊₁ᵇ f(i) = Σᵢ₌ₐᵇ f(i) and Σᵢ₌ₐᶜ⁻¹ f(i) + Σᵢ₌꜀₊₁ᵇ f(i) = Σᵢ₌ₐᵇ f(i) − f(c), where neither range ends more than one
/// before it begins.
fn over_ranges_that_meet(
    arena: &mut Arena,
    (coeff, term): &(Coeff, ExprId),
    terms: &[(Coeff, ExprId)],
) -> Option<Vec<(Coeff, ExprId)>> {
    let Node::Indexed { op: BigOp::Sum, index, lower, upper, body } = *arena.node(*term) else { return None };
    if terms.len() > MOST_TERMS {
        return None;
    }
    terms.iter().find_map(|(of_other, other)| {
        let Node::Indexed { op: BigOp::Sum, lower: next, upper: end, body: same, .. } = *arena.node(*other) else {
            return None;
        };
        if same != body || of_other != coeff || other == term {
            return None;
        }
        let gap = arena.minus(next, upper);
        let gap = arena.as_number(gap).and_then(Coeff::to_i64).filter(|gap| matches!(gap, 1 | 2))?;
        if !is_range(arena, lower, upper) || !is_range(arena, next, end) {
            return None;
        }
        let whole = arena.indexed(BigOp::Sum, index, lower, end, body);
        let mut added = vec![(coeff.neg(), *term), (coeff.neg(), *other), (coeff.clone(), whole)];
        if gap == 2 {
            let one = arena.one();
            let between = arena.minus(next, one);
            if !arena.has_value_at(body, index, between) {
                return None;
            }
            added.push((coeff.neg(), arena.substitute_index(body, index, between)));
        }
        Some(added)
    })
}

/// Of a term up to this many free indices are tried as the one that a sum leaves out.
const MAX_FREE: usize = 4;

impl Arena {
    /// Whether a body divides by nothing that is 0 at a value of its index, and takes no function of 0 that has no value there: 1/‖xᵢ − xⱼ‖
    /// has none where j is i.
    pub(crate) fn has_value_at(&mut self, body: ExprId, index: IndexId, value: ExprId) -> bool {
        self.post_order(body).into_iter().all(|id| {
            let is_open = |arena: &Self, exponent: ExprId| arena.as_number(exponent).is_none_or(Coeff::is_negative);
            let asked: Vec<ExprId> = match self.node(id) {
                Node::Hadamard(factors) => {
                    factors.iter().filter(|factor| is_open(self, factor.1)).map(|factor| factor.0).collect()
                }
                Node::Elementwise(func, inner) if func.is_undefined_at_zero() => vec![*inner],
                Node::Power(base, exponent) if is_open(self, *exponent) => vec![*base],
                _ => Vec::new(),
            };
            asked.into_iter().all(|id| {
                let at_value = self.substitute_index(id, index, value);
                !self.is_zero(at_value)
            })
        })
    }

    /// Whether an index that no sign binds stands in an expression.
    pub(crate) fn has_free_index(&self, id: ExprId) -> bool {
        self.post_order(id).into_iter().any(|id| self.is_free_index(id))
    }

    /// The free i of Σⱼ f(j) − f(i), which is the sum over j ≠ i: where the other term is the body at i.
    pub(crate) fn left_out(&mut self, index: IndexId, body: ExprId, other: ExprId) -> Option<ExprId> {
        let mut free: Vec<ExprId> = self.post_order(other).into_iter().filter(|id| self.is_free_index(*id)).collect();
        free.truncate(MAX_FREE);
        free.into_iter().find(|value| self.substitute_index(body, index, *value) == other)
    }
}

/// Whether a range ends at most one before it begins, whatever the sizes and free indices are.
fn is_range(arena: &mut Arena, lower: ExprId, upper: ExprId) -> bool {
    let one = arena.one();
    let last = arena.plus(upper, one);
    let count = arena.minus(last, lower);
    let least = arena.at_least(count);
    arena.is_nonnegative(least)
}
