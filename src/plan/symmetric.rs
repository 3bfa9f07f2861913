//! Products that are symmetric matrices by form: AᵀA, AᵀDA.

use super::contraction::{Contraction, Draft, Group, Label};
use super::graph::{Graph, Kernel};
use super::node::NodeId;

impl Graph {
    /// Whether the last two axes of a product of two tensors can be exchanged, because that exchanges the factors only.
    #[must_use]
    pub fn is_symmetric_product(&self, contraction: &Contraction) -> bool {
        let [.., row, col] = &*contraction.output else { return false };
        let (&[row], &[col]) = (row.as_slice(), col.as_slice()) else { return false };
        let sizes = [row, col].map(|label| contraction.lengths[label as usize].size);
        if row == col || sizes[0] != sizes[1] || contraction.operands.len() != 2 || contraction.is_without_sums() {
            return false;
        }
        let mut draft = Draft::of(contraction);
        for place in (0..2).rev() {
            if let Kernel::Contract(inner) = self.kernel(draft.operands[place].0)
                && inner.is_without_sums()
            {
                let inner = inner.clone();
                if !draft.inline(place, &inner) {
                    return false;
                }
            }
        }
        let Some((row, col)) = (match draft.output.as_slice() {
            [.., row, col] => row.first().copied().zip(col.first().copied()),
            _ => None,
        }) else {
            return false;
        };
        let exchanged = |group: &Group| -> Group {
            let exchange = |label: &Label| match *label {
                label if label == row => col,
                label if label == col => row,
                label => label,
            };
            group.iter().map(exchange).collect()
        };
        let mut factors: Vec<(NodeId, Vec<Group>)> = draft.operands.clone();
        let mut others: Vec<(NodeId, Vec<Group>)> =
            draft.operands.iter().map(|(node, groups)| (*node, groups.iter().map(exchanged).collect())).collect();
        factors.sort();
        others.sort();
        factors == others
    }
}
