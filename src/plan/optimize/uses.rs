//! What sums are used for: in products alone, or for themselves, too.

use rustc_hash::FxHashMap;

use crate::plan::graph::{Graph, Kernel};
use crate::plan::node::NodeId;

/// For each node that is used in products alone, by how many of them; what a node is scaled or moved to counts as the node. A product of a
/// node with itself is no such use: a sum of squares multiplied out would lose digits where the squares are small.
pub(super) fn products(graph: &Graph, roots: &[NodeId]) -> FxHashMap<NodeId, u32> {
    let order = graph.order(roots);
    let mut users: FxHashMap<NodeId, Vec<NodeId>> = FxHashMap::default();
    for id in &order {
        for operand in graph.kernel(*id).operands() {
            users.entry(operand).or_default().push(*id);
        }
    }
    let mut products: FxHashMap<NodeId, u32> = FxHashMap::default();
    for id in order.iter().rev().filter(|id| !roots.contains(id)) {
        let count = |user: &NodeId| match graph.kernel(*user) {
            Kernel::Sum(terms) if terms.len() == 1 => products.get(user).copied(),
            Kernel::Contract(product) if product.is_movement() => products.get(user).copied(),
            Kernel::Contract(product) if product.operands.iter().filter(|(operand, _)| operand == id).count() == 1 => {
                Some(1)
            }
            _ => None,
        };
        let all: Option<u32> = users.get(id).into_iter().flatten().map(count).sum();
        if let Some(all) = all {
            products.insert(*id, all);
        }
    }
    products
}
