//! What only one factor of a product is summed over is added up before the factor is multiplied: Σᵢⱼ yᵢxⱼ is Σᵢyᵢ times Σⱼxⱼ.

use crate::plan::contraction::{Draft, Group, Label};
use crate::plan::graph::Graph;

/// The same product, with every factor added up along the axes that neither the result nor another factor has.
pub(super) fn added_up(graph: &mut Graph, draft: &mut Draft) {
    if draft.operands.len() < 2 {
        return;
    }
    for place in 0..draft.operands.len() {
        let others = draft.operands.iter().enumerate().filter(|(other, _)| *other != place);
        let beside: Vec<Label> =
            others.flat_map(|(_, (_, groups))| groups).chain(&draft.output).flatten().copied().collect();
        let (node, groups) = draft.operands[place].clone();
        if groups.iter().flatten().all(|label| beside.contains(label)) {
            continue;
        }
        let kept = groups.iter().map(|group| group.iter().copied().filter(|label| beside.contains(label)).collect());
        let kept: Vec<Group> = kept.filter(|group: &Group| !group.is_empty()).collect();
        let mut total = draft.clone();
        total.operands = vec![(node, groups)];
        total.orphans.clear();
        total.result_of_groups(kept.clone());
        draft.operands[place] = (graph.contract(total), kept);
    }
}
