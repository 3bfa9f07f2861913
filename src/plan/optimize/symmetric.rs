//! Factors that are symmetric, written one way: Sx and Sᵀx are one product.

use crate::plan::contraction::{Draft, Group};
use crate::plan::graph::Graph;

/// Puts the last two axes of each symmetric factor in an order that depends on what they are multiplied with: the one that the result has
/// first, or the one that the first of the other factors has. A transpose alone is dropped only where the factor is symmetric to the last
/// bit: what is left of rounding in S + Sᵀ is the same on both sides of the diagonal, so that entries of it can be compared.
pub(super) fn arranged(graph: &Graph, draft: &mut Draft) {
    draft.operands.sort_by_key(|(id, _)| *id);
    for place in 0..draft.operands.len() {
        let (id, groups) = &draft.operands[place];
        let count = groups.len();
        let is_alone = draft.operands.len() == 1;
        if count < 2 || !if is_alone { graph.is_exactly_symmetric(*id) } else { graph.is_symmetric(*id) } {
            continue;
        }
        let rank = |group: &Group| {
            let has = |groups: &[Group]| groups.iter().position(|other| other.iter().any(|one| group.contains(one)));
            let others = draft.operands.iter().enumerate().filter(|(other, _)| *other != place);
            let first = others.filter_map(|(other, (_, groups))| Some((other, has(groups)?))).min();
            (has(&draft.output).unwrap_or(usize::MAX), first.unwrap_or((usize::MAX, 0)))
        };
        if rank(&groups[count - 1]) < rank(&groups[count - 2]) {
            draft.operands[place].1.swap(count - 2, count - 1);
        }
    }
}
