//! The order in which a product of many tensors is taken, two at a time: the one with the fewest multiplications.

use crate::plan::contraction::{Contraction, Draft, Group, Label};
use crate::plan::graph::Graph;
use crate::plan::node::NodeId;

/// What reading and writing an entry takes, in multiplications.
pub(super) const MOVED: f64 = 1.5;

/// Up to so many factors all orders are compared; of more the cheapest next pair is taken.
pub(super) const MOST_COMPARED: usize = 9;

/// A factor, given or made on the way, with its labels.
#[derive(Clone, Debug)]
struct Factor {
    node: NodeId,
    groups: Vec<Group>,
}

impl Factor {
    fn labels(&self) -> u128 {
        self.groups.iter().flatten().fold(0, |labels, label| labels | bit(*label))
    }
}

fn bit(label: Label) -> u128 {
    1_u128.checked_shl(label).unwrap_or(0)
}

/// How many combinations of labels there are.
fn size(lengths: &[f64], labels: u128) -> f64 {
    (0..lengths.len()).filter(|label| labels >> label & 1 == 1).map(|label| lengths[label]).product()
}

/// The multiplications of a contraction of many factors in its best order.
#[must_use]
pub(super) fn cost(contraction: &Contraction) -> f64 {
    let lengths = lengths(contraction);
    let sets: Vec<u128> = contraction.operands.iter().map(|(_, groups)| labels_of(groups)).collect();
    let output = labels_of(&contraction.output);
    match sets.len() {
        0 => size(&lengths, output),
        1 => size(&lengths, sets[0] | output),
        count if count <= MOST_COMPARED => best(&lengths, &sets, output).0,
        _ => greedy(&lengths, &sets, output).1,
    }
}

fn lengths(contraction: &Contraction) -> Vec<f64> {
    contraction.lengths.iter().map(|length| length.size as f64).collect()
}

fn labels_of(groups: &[Group]) -> u128 {
    groups.iter().flatten().fold(0, |labels, label| labels | bit(*label))
}

/// The value of a product of many factors, taken two at a time.
pub(super) fn pairwise(graph: &mut Graph, contraction: &Contraction) -> NodeId {
    let lengths = lengths(contraction);
    let sets: Vec<u128> = contraction.operands.iter().map(|(_, groups)| labels_of(groups)).collect();
    let output = labels_of(&contraction.output);
    let merges =
        if sets.len() <= MOST_COMPARED { best(&lengths, &sets, output).1 } else { greedy(&lengths, &sets, output).0 };
    let mut factors: Vec<Option<Factor>> = contraction
        .operands
        .iter()
        .map(|(node, groups)| Some(Factor { node: *node, groups: groups.to_vec() }))
        .collect();
    let mut left = factors.len();
    for (first, second) in merges {
        let (Some(a), Some(b)) = (factors[first].take(), factors[second].take()) else { continue };
        left -= 1;
        let rest = factors.iter().flatten().fold(output, |labels, factor| labels | factor.labels());
        let mut draft = Draft::of(contraction);
        let kept: Vec<Group> = if left == 1 { contraction.output.to_vec() } else { kept(&a.groups, &b.groups, rest) };
        draft.operands = vec![(a.node, a.groups), (b.node, b.groups)];
        draft.result_of_groups(kept.clone());
        let node = graph.contract(draft);
        factors.push(Some(Factor { node, groups: kept }));
    }
    factors.into_iter().flatten().next().map_or_else(NodeId::default, |factor| factor.node)
}

/// The labels of the product of two factors that others need, an axis for each: those of both first, then the left one's.
pub(super) fn kept(a: &[Group], b: &[Group], rest: u128) -> Vec<Group> {
    let (of_a, of_b) = (labels_of(a), labels_of(b));
    let all: Vec<Label> = a.iter().chain(b).flatten().copied().collect();
    let mut kept: Vec<Label> = Vec::new();
    for wanted in [of_a & of_b, of_a & !of_b, of_b & !of_a] {
        for label in &all {
            if wanted & rest & bit(*label) != 0 && !kept.contains(label) {
                kept.push(*label);
            }
        }
    }
    kept.into_iter().map(|label| vec![label]).collect()
}

/// The cheapest order of a product: how each choice of its factors is taken as two, and the labels of it that others need.
#[derive(Clone, Debug)]
pub(super) struct Splits {
    pub(super) splits: Vec<usize>,
    pub(super) open: Vec<u128>,
    costs: Vec<f64>,
}

/// The cheapest order of a product of few factors where of each choice of factors it pays this part.
pub(super) fn splits(product: &Contraction, share: impl Fn(usize) -> f64) -> Splits {
    let (sets, output) = sets(product);
    cheapest(&lengths(product), &sets, output, share)
}

/// For each choice of the factors of a product the labels of it that others need.
pub(super) fn open(product: &Contraction) -> Vec<u128> {
    let (sets, output) = sets(product);
    open_labels(&sets, output)
}

/// The labels of each factor and those of the result.
fn sets(product: &Contraction) -> (Vec<u128>, u128) {
    (product.operands.iter().map(|(_, groups)| labels_of(groups)).collect(), labels_of(&product.output))
}

fn open_labels(sets: &[u128], output: u128) -> Vec<u128> {
    let count = sets.len();
    let all = (1_usize << count) - 1;
    let labels = |choice: usize| {
        (0..count).filter(|place| choice >> place & 1 == 1).fold(0, |labels, place| labels | sets[place])
    };
    let open = |choice: usize| {
        let rest = if choice.is_power_of_two() { u128::MAX } else { output | labels(all & !choice) };
        labels(choice) & rest
    };
    (0..=all).map(open).collect()
}

/// The cheapest order: its cost, and pairs of places, where a product gets the next place.
fn best(lengths: &[f64], sets: &[u128], output: u128) -> (f64, Vec<(usize, usize)>) {
    let Splits { splits, costs, .. } = cheapest(lengths, sets, output, |_| 1.0);
    let all = splits.len() - 1;
    let mut merges = Vec::new();
    let mut next = sets.len();
    merge(all, &splits, &mut next, &mut merges);
    (costs[all], merges)
}

fn cheapest(lengths: &[f64], sets: &[u128], output: u128, share: impl Fn(usize) -> f64) -> Splits {
    let all = (1_usize << sets.len()) - 1;
    let open = open_labels(sets, output);
    let mut costs = vec![f64::INFINITY; all + 1];
    let mut splits = vec![0; all + 1];
    for choice in 1..=all {
        if choice.is_power_of_two() {
            costs[choice] = 0.0;
            continue;
        }
        let mut part = (choice - 1) & choice;
        while part > 0 {
            let other = choice & !part;
            if part > other {
                let own = size(lengths, open[part] | open[other]) + 1e-3 * size(lengths, open[choice]);
                let cost = costs[part] + costs[other] + own;
                if cost < costs[choice] {
                    costs[choice] = cost;
                    splits[choice] = part;
                }
            }
            part = (part - 1) & choice;
        }
        costs[choice] *= share(choice);
    }
    Splits { splits, open, costs }
}

/// Adds the pairs of a choice of factors; the place of its product.
fn merge(choice: usize, splits: &[usize], next: &mut usize, merges: &mut Vec<(usize, usize)>) -> usize {
    if choice.is_power_of_two() {
        return choice.trailing_zeros() as usize;
    }
    let part = splits[choice];
    let (first, second) = (part.min(choice & !part), part.max(choice & !part));
    let first = merge(first, splits, next, merges);
    let second = merge(second, splits, next, merges);
    merges.push((first, second));
    *next += 1;
    *next - 1
}

/// The cheapest next pair again and again.
fn greedy(lengths: &[f64], sets: &[u128], output: u128) -> (Vec<(usize, usize)>, f64) {
    let mut sets: Vec<Option<u128>> = sets.iter().copied().map(Some).collect();
    let (mut merges, mut total) = (Vec::new(), 0.0);
    while sets.iter().flatten().count() > 1 {
        let mut cheapest: Option<(f64, usize, usize)> = None;
        let present: Vec<(usize, u128)> =
            sets.iter().enumerate().filter_map(|(place, set)| Some((place, (*set)?))).collect();
        for (at, (first, a)) in present.iter().enumerate() {
            for (second, b) in &present[at + 1..] {
                let cost = size(lengths, a | b);
                if cheapest.is_none_or(|(least, ..)| cost < least) {
                    cheapest = Some((cost, *first, *second));
                }
            }
        }
        let Some((cost, first, second)) = cheapest else { break };
        total += cost;
        let both = sets[first].take().unwrap_or(0) | sets[second].take().unwrap_or(0);
        let rest = sets.iter().flatten().fold(output, |labels, set| labels | set);
        sets.push(Some(both & rest));
        merges.push((first, second));
    }
    (merges, total)
}
