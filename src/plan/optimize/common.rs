//! What some factors of a product make, written so that it is the same in every product that they stand in.

use rustc_hash::FxHashMap;

use crate::plan::contraction::{Contraction, Group, Label};
use crate::plan::graph::Graph;
use crate::plan::node::NodeId;

/// Of more ways to write the same factors only so many are compared.
const MOST_WAYS: usize = 32;

/// Factors with labels that are numbered as they occur, and the labels that are not summed over.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    factors: Vec<(NodeId, Vec<Group>)>,
    sizes: Vec<usize>,
    kept: Vec<Label>,
}

/// What a choice of factors makes where some labels are not summed over, and what each label of it is called in the product.
pub(super) fn key(graph: &Graph, product: &Contraction, choice: usize, kept: u128) -> (Key, Vec<Label>) {
    let chosen = product.operands.iter().enumerate().filter(|(place, _)| choice >> place & 1 == 1);
    let mut factors: Vec<(NodeId, &[Group])> = chosen.map(|(_, (id, groups))| (*id, &**groups)).collect();
    factors.sort();
    let ways = ways(graph, &factors);
    let named = ways.into_iter().map(|way| numbered(product, way, kept));
    named.min().unwrap_or_else(|| numbered(product, Vec::new(), kept))
}

/// The orders in which factors that are the same node can be written, and symmetric ones with their axes exchanged.
fn ways(graph: &Graph, factors: &[(NodeId, &[Group])]) -> Vec<Vec<(NodeId, Vec<Group>)>> {
    let mut ways: Vec<Vec<(NodeId, Vec<Group>)>> = vec![Vec::new()];
    for run in factors.chunk_by(|(one, _), (other, _)| one == other) {
        let mut next = Vec::new();
        for way in &ways {
            for order in orders(run.len()) {
                let more = order.into_iter().map(|place| (run[place].0, run[place].1.to_vec()));
                next.push(way.iter().cloned().chain(more).collect());
            }
        }
        next.truncate(MOST_WAYS);
        ways = next;
    }
    for place in 0..factors.len() {
        let count = factors[place].1.len();
        if count >= 2 && graph.is_symmetric(factors[place].0) && 2 * ways.len() <= MOST_WAYS {
            let mut exchanged = ways.clone();
            exchanged.iter_mut().for_each(|way| way[place].1.swap(count - 2, count - 1));
            ways.extend(exchanged);
        }
    }
    ways
}

/// The orders of a few things; of many the one that they have.
fn orders(count: usize) -> Vec<Vec<usize>> {
    match count {
        2 => vec![vec![0, 1], vec![1, 0]],
        3 => [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].map(Vec::from).to_vec(),
        _ => vec![(0..count).collect()],
    }
}

fn numbered(product: &Contraction, mut factors: Vec<(NodeId, Vec<Group>)>, kept: u128) -> (Key, Vec<Label>) {
    let mut numbers: FxHashMap<Label, Label> = FxHashMap::default();
    let mut names = Vec::new();
    for label in factors.iter_mut().flat_map(|(_, groups)| groups.iter_mut().flatten()) {
        let next = Label::try_from(names.len()).unwrap_or(Label::MAX);
        *label = *numbers.entry(*label).or_insert_with_key(|label| {
            names.push(*label);
            next
        });
    }
    let is_kept = |label: &Label| 1_u128.checked_shl(*label).is_some_and(|bit| kept & bit != 0);
    let kept = (0..).zip(&names).filter(|(_, name)| is_kept(name)).map(|(label, _)| label).collect();
    let sizes = names.iter().map(|name| product.lengths[*name as usize].size).collect();
    (Key { factors, sizes, kept }, names)
}
