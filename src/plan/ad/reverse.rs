//! Reverse mode: cotangents from the result back to what it depends on. Each kernel has a row for its transposed Jacobian.

use rustc_hash::FxHashMap;

use super::matrix;
use super::slope::{slope, slopes};
use crate::plan::contraction::Draft;
use crate::plan::entry::{Fold, Zip};
use crate::plan::error::PlanError;
use crate::plan::graph::{Graph, Kernel};
use crate::plan::node::NodeId;

/// The cotangents of nodes: the derivatives of the result by them.
pub type Adjoints = FxHashMap<NodeId, NodeId>;

/// The cotangents of some nodes, where that of `root` is given.
///
/// # Errors
/// What has no derivative here.
pub fn reverse(graph: &mut Graph, root: NodeId, cotangent: NodeId, wrt: &[NodeId]) -> Result<Vec<NodeId>, PlanError> {
    let adjoints = adjoints(graph, root, cotangent, wrt)?;
    Ok(wrt
        .iter()
        .map(|node| match adjoints.get(node) {
            Some(adjoint) => *adjoint,
            None => {
                let lengths = graph.lengths(*node).to_vec();
                graph.filled(0.0, &lengths)
            }
        })
        .collect())
}

/// The cotangents of all nodes between some and the result.
///
/// # Errors
/// What has no derivative here.
pub fn adjoints(graph: &mut Graph, root: NodeId, cotangent: NodeId, wrt: &[NodeId]) -> Result<Adjoints, PlanError> {
    let order = graph.order(&[root]);
    let active = active(graph, &order, wrt);
    let mut waiting: FxHashMap<NodeId, Vec<(f64, NodeId)>> = FxHashMap::default();
    waiting.entry(root).or_default().push((1.0, cotangent));
    let mut adjoints = Adjoints::default();
    for id in order.into_iter().rev().filter(|id| active[id.place()]) {
        let Some(terms) = waiting.remove(&id) else { continue };
        let adjoint = graph.sum(&terms);
        adjoints.insert(id, adjoint);
        if wrt.contains(&id) && !matches!(graph.kernel(id), Kernel::Contract(_) | Kernel::Sum(_)) {
            // What it was made of is another question.
            continue;
        }
        let is_active = |operand: NodeId| active[operand.place()];
        for (operand, coeff, term) in pulled(graph, id, adjoint, &is_active)? {
            waiting.entry(operand).or_default().push((coeff, term));
        }
    }
    Ok(adjoints)
}

/// Which nodes depend on some.
pub(super) fn active(graph: &Graph, order: &[NodeId], wrt: &[NodeId]) -> Vec<bool> {
    let mut active = vec![false; graph.len()];
    for id in order {
        active[id.place()] =
            wrt.contains(id) || graph.kernel(*id).operands().iter().any(|operand| active[operand.place()]);
    }
    active
}

/// What a cotangent of a node adds to those of its operands, each with a number in front.
fn pulled(
    graph: &mut Graph,
    id: NodeId,
    adjoint: NodeId,
    is_active: &dyn Fn(NodeId) -> bool,
) -> Result<Vec<(NodeId, f64, NodeId)>, PlanError> {
    let mut all = Vec::new();
    match graph.kernel(id).clone() {
        Kernel::Input(_) | Kernel::Number(_) | Kernel::Size(_) | Kernel::Range(_) => {}
        Kernel::Map(map, x) => {
            if let Some(slope) = slope(graph, map, x, id) {
                all.push((x, 1.0, graph.times(adjoint, slope)));
            }
        }
        Kernel::Zip(Zip::Keep, x, mask) => {
            all.push((x, 1.0, graph.zip(Zip::Keep, adjoint, mask)));
        }
        Kernel::Zip(zip, x, y) => {
            for (operand, slope) in [x, y].into_iter().zip(slopes(graph, zip, x, y, id)) {
                if let Some(slope) = slope.filter(|_| is_active(operand)) {
                    all.push((operand, 1.0, graph.times(adjoint, slope)));
                }
            }
        }
        Kernel::Sum(terms) => all.extend(terms.iter().map(|(coeff, term)| (*term, coeff.value(), adjoint))),
        Kernel::Contract(contraction) => {
            for (place, (operand, groups)) in contraction.operands.iter().enumerate() {
                if !is_active(*operand) {
                    continue;
                }
                let mut draft = Draft::of(&contraction);
                draft.operands[place] = (adjoint, contraction.output.to_vec());
                draft.result_of_groups(groups.to_vec());
                all.push((*operand, 1.0, graph.contract(draft)));
            }
        }
        Kernel::Fold(fold, x, axes) => {
            let share = share(graph, fold, x, &axes, id);
            let adjoint = along(graph, adjoint, x, &axes);
            all.push((x, 1.0, graph.times(adjoint, share)));
        }
        Kernel::Others(x, axes) => {
            let products = graph.times(adjoint, id);
            let total = graph.total(products, &axes);
            let total = along(graph, total, x, &axes);
            let rest = graph.minus(total, products);
            all.push((x, 1.0, graph.zip(Zip::Divide, rest, x)));
        }
        Kernel::Matrix(operation, operands) => {
            matrix::pulled(graph, operation, &operands, id, adjoint, is_active, &mut all)?;
        }
        Kernel::Stack(parts) => {
            for (place, part) in parts.iter().enumerate() {
                let at = graph.number(place as f64);
                all.push((*part, 1.0, graph.take(adjoint, &[at])));
            }
        }
        Kernel::Join(parts, axis) => {
            let adjoints = graph.parted(adjoint, &parts, axis);
            all.extend(parts.iter().zip(adjoints).map(|(part, adjoint)| (*part, 1.0, adjoint)));
        }
        Kernel::Take(array, positions) => {
            let first = graph.lengths(array)[..positions.len()].to_vec();
            all.push((array, 1.0, graph.scatter(adjoint, &positions, &first)));
        }
        Kernel::Scatter(parts, positions, _) => all.push((parts, 1.0, graph.take(adjoint, &positions))),
    }
    all.retain(|(operand, ..)| is_active(*operand));
    Ok(all)
}

/// A tensor without some axes of another, the same along them.
pub(super) fn along(graph: &mut Graph, value: NodeId, of: NodeId, axes: &[usize]) -> NodeId {
    let lengths = graph.lengths(of).to_vec();
    let kept: Vec<usize> = (0..lengths.len()).filter(|axis| !axes.contains(axis)).collect();
    graph.spread(value, &kept, &lengths)
}

/// The derivative of entries along axes by each of them. Of several largest or smallest ones each has its share.
pub(super) fn share(graph: &mut Graph, fold: Fold, x: NodeId, axes: &[usize], value: NodeId) -> NodeId {
    match fold {
        Fold::Max | Fold::Min => {
            let best = along(graph, value, x, axes);
            let is_best = graph.zip(Zip::Equal, x, best);
            let count = graph.total(is_best, axes);
            let count = along(graph, count, x, axes);
            graph.zip(Zip::Divide, is_best, count)
        }
        Fold::Product => graph.others(x, axes),
        Fold::LogSumExp => {
            let all = along(graph, value, x, axes);
            let below = graph.minus(x, all);
            graph.func(crate::expr::Func::Exp, below)
        }
    }
}
