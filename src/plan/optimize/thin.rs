//! Products with a sum, multiplied out where some of its terms are thin.

use super::{Optimizer, order};
use crate::plan::contract::{Contraction, Draft};
use crate::plan::graph::{Kernel, NodeId};

impl Optimizer<'_> {
    /// The product with a sum multiplied out; none where that is not cheaper.
    pub(super) fn spread(&mut self, draft: &Draft) -> Option<NodeId> {
        for (place, (operand, _)) in draft.operands.iter().enumerate() {
            let Kernel::Sum(terms) = self.after.kernel(*operand).clone() else { continue };
            let (mut thin, mut full) = (Vec::new(), Vec::new());
            for (coeff, term) in &terms {
                match self.form(*term).filter(|form| self.is_thin(form)) {
                    Some(form) => thin.push((coeff.value(), *term, form)),
                    None => full.push((coeff.value(), *term)),
                }
            }
            if thin.is_empty() || terms.len() < 2 {
                continue;
            }
            let is_shared = self.counts.get(operand).copied().unwrap_or(0) > 1;
            let count = self.after.node(*operand).count() as f64;
            let whole = self.cost(draft, place, None)?;
            // What making the sum takes, where nothing else needs it.
            let making = if is_shared { 0.0 } else { count * terms.len() as f64 };
            let mut split = 0.0;
            for (.., form) in &thin {
                split += self.cost(draft, place, Some(form))?;
            }
            match full.as_slice() {
                [] => {}
                [(_, term)] => split += self.cost(draft, place, self.form(*term).as_ref()).unwrap_or(whole),
                _ => split += whole + if is_shared { 0.0 } else { count * full.len() as f64 },
            }
            if split >= whole + making {
                continue;
            }
            let mut parts = Vec::new();
            for (coeff, term, _) in &thin {
                let mut draft = draft.clone();
                draft.operands[place].0 = *term;
                parts.push((*coeff, self.multiplied_inlining(draft, place)));
            }
            if let [(coeff, term)] = full.as_slice() {
                let mut draft = draft.clone();
                draft.operands[place].0 = *term;
                parts.push((*coeff, self.multiplied(draft)));
            } else if !full.is_empty() {
                let rest = self.after.sum(&full);
                let mut draft = draft.clone();
                draft.operands[place].0 = rest;
                parts.push((1.0, self.multiplied(draft)));
            }
            return Some(self.after.sum(&parts));
        }
        None
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
        let mut scratch = self.after.clone();
        let id = scratch.contract(draft);
        let id = match scratch.kernel(id) {
            Kernel::Sum(terms) if terms.len() == 1 => terms[0].1,
            _ => id,
        };
        match scratch.kernel(id) {
            Kernel::Contract(contraction) => Some(order::cost(contraction)),
            _ => Some(0.0),
        }
    }
}
