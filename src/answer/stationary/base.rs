//! c·(t − a)ᵖ = d: an equation in an affine function of a number, which is solved for that function first.

use rustc_hash::FxHashMap;

use super::equation::Equation;
use crate::expr::{ExprId, Node, StandIn};
use crate::number::Coeff;

/// The number of the part that stands for the affine function; no other part is in use while an equation is solved.
const PART: usize = 7_919;

impl Equation<'_> {
    /// The solutions of an equation in a number that depends on it through one affine function alone; none where it does not.
    pub(super) fn through_affine(&mut self, expr: ExprId, depth: usize) -> Vec<ExprId> {
        let Some(base) = self.affine_base(expr) else { return Vec::new() };
        let part = self.arena.stand_in(StandIn::Part(PART));
        let stand_in = self.arena.symbol_expr(part);
        let mut map = FxHashMap::default();
        map.insert(base, stand_in);
        let outer = self.arena.rewrite(expr, &mut map);
        if self.depends(outer) || self.arena.contains_symbol(expr, part) {
            return Vec::new();
        }
        let mut inner = Equation::new(self.arena, part);
        let values = inner.solve_zero(outer, depth + 1);
        let Equation { conditions, others, unique, singular, .. } = inner;
        if singular || !others.is_empty() {
            return Vec::new();
        }
        let found: Option<Vec<ExprId>> = values.into_iter().map(|value| self.solve_affine(base, value)).collect();
        let Some(found) = found.filter(|found| !found.is_empty()) else { return Vec::new() };
        if conditions.iter().any(|condition| self.arena.contains_symbol(condition.expr(), part)) {
            return Vec::new();
        }
        self.conditions.extend(conditions);
        self.unique &= unique;
        found
    }

    /// The one affine function, not the number itself, under a power.
    fn affine_base(&mut self, expr: ExprId) -> Option<ExprId> {
        let mut found = None;
        for id in self.arena.post_order(expr) {
            let Node::Hadamard(factors) = self.arena.node(id).clone() else { continue };
            for (base, exponent) in factors.iter() {
                if !self.depends(*base) {
                    continue;
                }
                let is_power = self.arena.as_number(*exponent).is_some_and(|p| *p != Coeff::ONE);
                let is_sum = matches!(self.arena.node(*base), Node::Add(_));
                if !is_power
                    || !is_sum
                    || !self.arena.shape(*base).is_scalar()
                    || found.is_some_and(|known| known != *base)
                {
                    return None;
                }
                found = Some(*base);
            }
        }
        found
    }
}
