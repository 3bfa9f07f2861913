//! Products with a sum, multiplied out where some of its terms are thin.

use super::Optimizer;
use super::order::{self, MOVED};
use crate::plan::contraction::{Contraction, Draft};
use crate::plan::graph::Kernel;
use crate::plan::node::NodeId;

impl Optimizer<'_> {
    /// The product with a sum multiplied out; none where that is not cheaper.
    pub(super) fn spread(&mut self, draft: &Draft) -> Option<NodeId> {
        for place in 0..draft.operands.len() {
            if let Some(value) = self.spread_at(draft, place) {
                return Some(value);
            }
        }
        None
    }

    fn spread_at(&mut self, draft: &Draft, place: usize) -> Option<NodeId> {
        let operand = draft.operands[place].0;
        let Kernel::Sum(terms) = self.after.kernel(operand).clone() else { return None };
        let count = self.after.node(operand).count() as f64;
        let is_shared = self.counts.get(&operand).copied().unwrap_or(0) > 1;
        // What making a sum takes, besides its terms.
        let making = |terms: usize| if terms < 2 { 0.0 } else { MOVED * count * (terms + 1) as f64 };
        // What making a term takes that nothing else uses.
        let made = |term: NodeId| {
            let form = self.form(term).filter(|_| self.counts.get(&term).copied().unwrap_or(0) <= 1);
            form.filter(|form| !form.is_movement()).map_or(0.0, |form| order::cost(&form))
        };
        let all_made: f64 = terms.iter().map(|(_, term)| made(*term)).sum();
        // Where all that use a sum are products, each has its part in the making.
        let products = self.products.get(&operand).copied().flatten().unwrap_or(0);
        let is_once = draft.operands.iter().filter(|(other, _)| *other == operand).count() == 1;
        let part = match (is_shared, products) {
            (false, _) => 1.0,
            (true, products) if products > 0 && is_once => 1.0 / f64::from(products),
            _ => 0.0,
        };
        let whole = self.cost(draft, place, None)?;
        let mut best = whole + part * (making(terms.len()) + all_made);
        // Each term either is thin, or is multiplied alone, or is part of a sum of the others.
        let mut alone = Vec::new();
        for (coeff, term) in &terms {
            let form = self.form(*term);
            let is_thin = form.as_ref().is_some_and(|form| self.is_thin(form));
            let inlined = if is_thin || self.counts.get(term).copied().unwrap_or(0) <= 1 { form } else { None };
            let cost = self.cost(draft, place, inlined.as_ref()).unwrap_or(whole);
            alone.push((coeff.value(), *term, is_thin, cost));
        }
        let mut chosen = None;
        for all_alone in [false, true] {
            let is_alone = |is_thin: bool| is_thin || all_alone;
            let rest = alone.iter().filter(|(.., is_thin, _)| !is_alone(*is_thin)).count();
            if rest == terms.len() {
                continue;
            }
            let apart: f64 = alone.iter().filter(|(.., is_thin, _)| is_alone(*is_thin)).map(|(.., cost)| cost).sum();
            let together = match rest {
                0 => 0.0,
                1 => alone.iter().filter(|(.., is_thin, _)| !is_alone(*is_thin)).map(|(.., cost)| cost).sum(),
                _ => {
                    let kept = alone.iter().filter(|(.., is_thin, _)| !is_alone(*is_thin));
                    whole + making(rest) + kept.map(|(_, term, ..)| made(*term)).sum::<f64>()
                }
            };
            if apart + together < best {
                best = apart + together;
                chosen = Some(all_alone);
            }
        }
        let all_alone = chosen?;
        self.is_spread |= is_shared && part > 0.0;
        let mut parts = Vec::new();
        let mut rest = Vec::new();
        for (coeff, term, is_thin, _) in alone {
            if is_thin || all_alone {
                let mut draft = draft.clone();
                draft.operands[place].0 = term;
                parts.push((
                    coeff,
                    if is_thin { self.multiplied_inlining(draft, place) } else { self.multiplied(draft) },
                ));
            } else {
                rest.push((coeff, term));
            }
        }
        if !rest.is_empty() {
            let (coeff, term) = if let [only] = rest.as_slice() { *only } else { (1.0, self.after.sum(&rest)) };
            let mut draft = draft.clone();
            draft.operands[place].0 = term;
            parts.push((coeff, self.multiplied(draft)));
        }
        Some(self.after.sum(&parts))
    }

    /// A product of which one factor is made part of it, however often it is used.
    fn multiplied_inlining(&mut self, mut draft: Draft, place: usize) -> NodeId {
        if let Some(form) = self.form(draft.operands[place].0) {
            draft.inline(place, &form);
        }
        self.multiplied(draft)
    }

    /// Whether a product has more entries than its factors together.
    fn is_thin(&self, product: &Contraction) -> bool {
        let entries: usize = product.output.iter().map(|group| product.length(group).size).product();
        let given: usize = product.operands.iter().map(|(operand, _)| self.after.node(*operand).count()).sum();
        product.is_without_sums() && entries > given
    }

    /// The multiplications of a product, with another product in the place of a factor.
    fn cost(&self, draft: &Draft, place: usize, inner: Option<&Contraction>) -> Option<f64> {
        let mut draft = draft.clone();
        if let Some(inner) = inner
            && !draft.inline(place, inner)
        {
            return None;
        }
        // Factors that only move entries cost nothing.
        let mut at = 0;
        while at < draft.operands.len() {
            match self.after.kernel(draft.operands[at].0) {
                Kernel::Number(_) | Kernel::Size(_) => drop(draft.operands.remove(at)),
                Kernel::Contract(inner) if inner.is_movement() && draft.inline(at, inner) => {}
                _ => at += 1,
            }
        }
        Some(order::cost(&draft.numbered()))
    }
}
