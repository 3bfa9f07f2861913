//! Forward mode: tangents from what is varied to the result. Each kernel has a row for its Jacobian. A tangent may be many at once: the axes
//! of the directions stand in front of its own.

use rustc_hash::FxHashMap;

use super::matrix;
use super::reverse::{active, share};
use super::slope::{slope, slopes};
use crate::plan::contraction::{Draft, Group};
use crate::plan::error::PlanError;
use crate::plan::graph::{Graph, Kernel};
use crate::plan::node::{Length, NodeId};

/// The tangent of a node where those of some others are given, each with axes of these lengths in front of its own.
///
/// # Errors
/// What has no derivative here.
pub fn forward(
    graph: &mut Graph,
    root: NodeId,
    extra: &[Length],
    given: &[(NodeId, NodeId)],
) -> Result<NodeId, PlanError> {
    let wrt: Vec<NodeId> = given.iter().map(|(node, _)| *node).collect();
    let order = graph.order(&[root]);
    let active = active(graph, &order, &wrt);
    let mut tangents: FxHashMap<NodeId, NodeId> = given.iter().copied().collect();
    for id in order.into_iter().filter(|id| active[id.place()]) {
        if !tangents.contains_key(&id)
            && let Some(tangent) = pushed(graph, id, extra, &|operand| tangents.get(&operand).copied())?
        {
            tangents.insert(id, tangent);
        }
    }
    Ok(match tangents.get(&root) {
        Some(tangent) => *tangent,
        None => {
            let lengths = [extra, graph.lengths(root)].concat();
            graph.filled(0.0, &lengths)
        }
    })
}

/// The tangent of a node from those of its operands; none where it is 0.
pub(super) fn pushed(
    graph: &mut Graph,
    id: NodeId,
    extra: &[Length],
    tangent: &dyn Fn(NodeId) -> Option<NodeId>,
) -> Result<Option<NodeId>, PlanError> {
    let mut terms: Vec<(f64, NodeId)> = Vec::new();
    match graph.kernel(id).clone() {
        Kernel::Input(_) | Kernel::Number(_) | Kernel::Size(_) | Kernel::Range(_) => {}
        Kernel::Map(map, x) => {
            if let Some(tangent) = tangent(x)
                && let Some(slope) = slope(graph, map, x, id)
            {
                terms.push((1.0, graph.entrywise(extra, &[(tangent, true), (slope, false)])));
            }
        }
        Kernel::Zip(zip, x, y) => {
            for (operand, slope) in [x, y].into_iter().zip(slopes(graph, zip, x, y, id)) {
                if let (Some(tangent), Some(slope)) = (tangent(operand), slope) {
                    terms.push((1.0, graph.entrywise(extra, &[(tangent, true), (slope, false)])));
                }
            }
        }
        Kernel::Sum(list) => {
            terms.extend(list.iter().filter_map(|(coeff, term)| Some((coeff.value(), tangent(*term)?))));
        }
        Kernel::Contract(contraction) => {
            for (place, (operand, groups)) in contraction.operands.iter().enumerate() {
                let Some(tangent) = tangent(*operand) else { continue };
                let mut draft = Draft::of(&contraction);
                let front: Vec<Group> = extra.iter().map(|length| vec![draft.label(length.clone())]).collect();
                draft.operands[place] = (tangent, [front.as_slice(), groups].concat());
                draft.result_of_groups([front.as_slice(), &contraction.output].concat());
                terms.push((1.0, graph.contract(draft)));
            }
        }
        Kernel::Fold(fold, x, axes) => {
            if let Some(tangent) = tangent(x) {
                let share = share(graph, fold, x, &axes, id);
                let products = graph.entrywise(extra, &[(tangent, true), (share, false)]);
                let axes: Vec<usize> = axes.iter().map(|axis| axis + extra.len()).collect();
                terms.push((1.0, graph.total(products, &axes)));
            }
        }
        Kernel::Others(x, axes) => {
            if let Some(tangent) = tangent(x) {
                // Σ over the others of what each changes in proportion.
                let below = graph.map(crate::plan::entry::Map::Reciprocal, x);
                let changes = graph.entrywise(extra, &[(tangent, true), (below, false)]);
                let lengths = graph.lengths(changes).to_vec();
                let moved: Vec<usize> = axes.iter().map(|axis| axis + extra.len()).collect();
                let total = graph.total(changes, &moved);
                let kept: Vec<usize> = (0..lengths.len()).filter(|axis| !moved.contains(axis)).collect();
                let total = graph.spread(total, &kept, &lengths);
                let rest = graph.minus(total, changes);
                terms.push((1.0, graph.entrywise(extra, &[(rest, true), (id, false)])));
            }
        }
        Kernel::Matrix(operation, operands) => {
            let tangents: Vec<Option<NodeId>> = operands.iter().map(|operand| tangent(*operand)).collect();
            if tangents.iter().any(Option::is_some) {
                matrix::pushed(graph, operation, &operands, &tangents, id, extra, &mut terms)?;
            }
        }
        Kernel::Stack(parts) => {
            if parts.iter().any(|part| tangent(*part).is_some()) {
                let mut all = Vec::new();
                for part in &parts {
                    all.push(match tangent(*part) {
                        Some(tangent) => tangent,
                        None => {
                            let lengths = [extra, graph.lengths(*part)].concat();
                            graph.filled(0.0, &lengths)
                        }
                    });
                }
                let stacked = graph.stack(&all);
                // The new axis is behind those of the directions.
                let count = graph.lengths(stacked).len();
                let order: Vec<usize> = (1..=extra.len()).chain([0]).chain(extra.len() + 1..count).collect();
                terms.push((1.0, graph.permuted(stacked, &order)));
            }
        }
        Kernel::Join(parts, axis) => {
            if parts.iter().any(|part| tangent(*part).is_some()) {
                let all: Vec<NodeId> = parts
                    .iter()
                    .map(|part| {
                        tangent(*part).unwrap_or_else(|| {
                            let lengths = [extra, graph.lengths(*part)].concat();
                            graph.filled(0.0, &lengths)
                        })
                    })
                    .collect();
                let whole = graph.lengths(id)[axis].clone();
                terms.push((1.0, graph.join(&all, extra.len() + axis, &whole)));
            }
        }
        Kernel::Take(array, positions) => {
            if let Some(tangent) = tangent(array) {
                let moved = graph.behind(tangent, extra.len(), positions.len());
                let taken = graph.take(moved, &positions);
                let count = graph.lengths(positions[0]).len();
                terms.push((1.0, graph.in_front(taken, count, extra.len())));
            }
        }
        Kernel::Scatter(parts, positions, first) => {
            if let Some(tangent) = tangent(parts) {
                let count = graph.lengths(positions[0]).len();
                let moved = graph.behind(tangent, extra.len(), count);
                let scattered = graph.scatter(moved, &positions, &first);
                terms.push((1.0, graph.in_front(scattered, first.len(), extra.len())));
            }
        }
    }
    terms.retain(|(_, term)| !graph.is_zero(*term));
    Ok(if terms.is_empty() { None } else { Some(graph.sum(&terms)) })
}

impl Graph {
    /// The first `extra` axes moved behind the next `count`.
    fn behind(&mut self, x: NodeId, extra: usize, count: usize) -> NodeId {
        let all = self.lengths(x).len();
        let order: Vec<usize> = (extra..extra + count).chain(0..extra).chain(extra + count..all).collect();
        self.permuted(x, &order)
    }

    /// The `extra` axes behind the first `count` moved to the front.
    fn in_front(&mut self, x: NodeId, count: usize, extra: usize) -> NodeId {
        let all = self.lengths(x).len();
        let order: Vec<usize> = (count..count + extra).chain(0..count).chain(count + extra..all).collect();
        self.permuted(x, &order)
    }
}
