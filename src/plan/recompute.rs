//! Plans in which values that are needed again much later are computed anew instead of kept: checkpoints.
//!
//! Reverse mode needs what the function's own steps computed, the first of them last. Where the bytes in use would exceed a budget, the
//! value that is cheap to have again, large and not needed for long is given back (Belady 1966; Kirisame et al. 2021, Dynamic tensor
//! rematerialization), and computed again, with what it needs, where it is used. The same operations run on the same operands, so that the
//! answer is the same to the last bit.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::cost::cost;
use super::graph::{Graph, Kernel};
use super::node::NodeId;

/// How much more work than without checkpoints there is at most, where no budget is given: about the function once more.
const MORE_WORK: f64 = 4.0 / 3.0;
/// The same where a budget is given.
const MOST_WORK: f64 = 30.0;
/// How many budgets are tried where none is given.
const TRIES: usize = 10;

/// What is computed, one after the other, the same more than once, and the bytes that it takes.
#[derive(Clone, Debug, Default, PartialEq)]
struct Order {
    steps: Vec<NodeId>,
    memory: f64,
}

/// Each step once.
fn plain(graph: &Graph, roots: &[NodeId]) -> Order {
    Planner::new(graph, roots, f64::INFINITY, f64::INFINITY).planned(roots).unwrap_or_default()
}

/// A graph of the same values in which nodes stand again where they are computed again, because more bytes than these would be in use. The
/// budget may be exceeded: what a step needs must be there. Without a budget as few bytes as about one more evaluation of the function
/// allows.
#[must_use]
pub(super) fn checkpointed(graph: &Graph, roots: &[NodeId], budget: Option<f64>) -> (Graph, Vec<NodeId>) {
    graph.in_order(&ordered(graph, roots, budget).steps, roots)
}

fn ordered(graph: &Graph, roots: &[NodeId], budget: Option<f64>) -> Order {
    let plain = plain(graph, roots);
    if budget.is_some_and(|budget| plain.memory <= budget) {
        return plain;
    }
    let total: f64 = graph.order(roots).into_iter().map(|id| work(graph, id)).sum();
    let more = if budget.is_some() { MOST_WORK } else { MORE_WORK };
    let within = |budget: f64| Planner::new(graph, roots, budget, more * total).planned(roots);
    let mut best = plain;
    if let Some(found) = budget.and_then(within).filter(|found| found.memory < best.memory) {
        best = found;
        if budget.is_some_and(|budget| best.memory <= budget) {
            return best;
        }
    }
    // The least budget that can be held, by halving.
    let (mut low, mut high) = (0.0, best.memory);
    for _ in 0..TRIES {
        let middle = f64::midpoint(low, high);
        match within(middle) {
            Some(found) => {
                high = middle;
                if found.memory < best.memory {
                    best = found;
                }
            }
            None => low = middle,
        }
    }
    // Less than can be held makes work for nothing.
    within(best.memory).filter(|found| found.memory <= best.memory).unwrap_or(best)
}

/// About how long a step takes, in operations.
fn work(graph: &Graph, id: NodeId) -> f64 {
    let cost = cost(graph, id);
    cost.flops.value + cost.bytes.value / 8.0
}

/// Puts the steps in order.
struct Planner<'a> {
    graph: &'a Graph,
    budget: f64,
    most_work: f64,
    /// For each node the places of its uses in the plain order, and one after all of them for a result.
    uses: Vec<Vec<usize>>,
    work_of: Vec<f64>,
    /// In whose buffer each value is that is there now.
    present: Vec<Option<NodeId>>,
    /// The values in the buffer of each owner that has one.
    buffers: BTreeMap<NodeId, Vec<NodeId>>,
    /// How many of the steps that wait need a value.
    pinned: Vec<usize>,
    /// The last walk that came to a node.
    walked: RefCell<(usize, Vec<usize>)>,
    now: f64,
    work: f64,
    order: Order,
}

impl<'a> Planner<'a> {
    fn new(graph: &'a Graph, roots: &'a [NodeId], budget: f64, most_work: f64) -> Self {
        let mut uses: Vec<Vec<usize>> = vec![Vec::new(); graph.len()];
        let mut work_of = vec![0.0; graph.len()];
        for (place, id) in graph.order(roots).into_iter().enumerate() {
            work_of[id.place()] = work(graph, id);
            for operand in graph.kernel(id).operands() {
                let known = &mut uses[operand.place()];
                if known.last() != Some(&place) {
                    known.push(place);
                }
            }
        }
        roots.iter().for_each(|root| uses[root.place()].push(usize::MAX));
        Self {
            graph,
            budget,
            most_work,
            uses,
            work_of,
            present: vec![None; graph.len()],
            buffers: BTreeMap::new(),
            pinned: vec![0; graph.len()],
            walked: RefCell::new((0, vec![0; graph.len()])),
            now: 0.0,
            work: 0.0,
            order: Order::default(),
        }
    }

    /// The order; none where it takes too much work.
    fn planned(mut self, roots: &[NodeId]) -> Option<Order> {
        for (place, id) in self.graph.order(roots).into_iter().enumerate() {
            self.make(id, place)?;
        }
        Some(self.order)
    }

    fn is_present(&self, id: NodeId) -> bool {
        self.present[id.place()].is_some()
    }

    /// Computes a value, with what it needs that is not there.
    fn make(&mut self, id: NodeId, place: usize) -> Option<()> {
        let mut stack = vec![(id, self.graph.kernel(id).operands())];
        stack[0].1.iter().for_each(|operand| self.pinned[operand.place()] += 1);
        while let Some((top, operands)) = stack.last() {
            // One after the other, so that what the others need is not there meanwhile.
            let missing = operands.iter().copied().find(|operand| !self.is_present(*operand));
            if let Some(missing) = missing {
                let operands = self.graph.kernel(missing).operands();
                operands.iter().for_each(|operand| self.pinned[operand.place()] += 1);
                stack.push((missing, operands));
                continue;
            }
            self.compute(*top, place)?;
            let (_, operands) = stack.pop()?;
            operands.iter().for_each(|operand| self.pinned[operand.place()] -= 1);
            // What nothing needs any more.
            for operand in operands {
                if self.pinned[operand.place()] == 0 && self.next_use(operand, place).is_none() {
                    self.drop_value(operand);
                }
            }
        }
        Some(())
    }

    fn compute(&mut self, id: NodeId, place: usize) -> Option<()> {
        let owner = self.owner(id);
        let is_new = owner == id && !self.buffers.contains_key(&owner);
        let size = if is_new { self.size(id) } else { 0.0 };
        while self.now + size > self.budget {
            let Some(victim) = self.victim(place) else { break };
            for value in self.buffers.get(&victim).cloned().unwrap_or_default() {
                self.drop_value(value);
            }
        }
        self.now += size;
        self.order.memory = self.order.memory.max(self.now);
        self.present[id.place()] = Some(owner);
        self.buffers.entry(owner).or_default().push(id);
        self.work += self.work_of[id.place()];
        self.order.steps.push(id);
        (self.work <= self.most_work).then_some(())
    }

    /// The next use in the plain order after a place; of a result there is always one.
    fn next_use(&self, id: NodeId, place: usize) -> Option<usize> {
        let uses = &self.uses[id.place()];
        uses.get(uses.partition_point(|at| *at <= place)).copied()
    }

    fn drop_value(&mut self, id: NodeId) {
        let Some(owner) = self.present[id.place()].take() else { return };
        if let Some(values) = self.buffers.get_mut(&owner) {
            values.retain(|value| *value != id);
            if values.is_empty() {
                self.buffers.remove(&owner);
                self.now -= self.size(owner);
            }
        }
    }

    /// Whose buffer a value is in: a view is in that of what it is a view of.
    fn owner(&self, id: NodeId) -> NodeId {
        self.graph.viewed(id).map_or(id, |of| self.present[of.place()].unwrap_or(of))
    }

    fn size(&self, id: NodeId) -> f64 {
        match self.graph.kernel(id) {
            Kernel::Input(_) | Kernel::Number(_) | Kernel::Size(_) => 0.0,
            _ => 8.0 * self.graph.node(id).count() as f64,
        }
    }

    /// The buffer that is best given back: much memory for long, for little work.
    fn victim(&self, place: usize) -> Option<NodeId> {
        let mut best: Option<(f64, NodeId)> = None;
        for (owner, values) in &self.buffers {
            let size = self.size(*owner);
            let next = values.iter().filter_map(|id| self.next_use(*id, place)).min();
            // A result stays, and so does what a step waits for.
            let is_result = values.iter().any(|id| self.uses[id.place()].last() == Some(&usize::MAX));
            if size == 0.0 || is_result || values.iter().any(|id| self.pinned[id.place()] > 0) {
                continue;
            }
            let score = next.map_or(0.0, |next| (1.0 + self.again(*owner)) / (size * (next - place) as f64));
            if best.is_none_or(|(least, _)| score < least) {
                best = Some((score, *owner));
            }
        }
        best.map(|(_, owner)| owner)
    }

    /// The work that computing a value again takes, with what is not there of what it needs.
    fn again(&self, id: NodeId) -> f64 {
        let mut walked = self.walked.borrow_mut();
        let (walk, seen) = &mut *walked;
        *walk += 1;
        let (mut stack, mut total) = (vec![id], 0.0);
        while let Some(one) = stack.pop() {
            if std::mem::replace(&mut seen[one.place()], *walk) == *walk {
                continue;
            }
            total += self.work_of[one.place()];
            let operands = self.graph.kernel(one).operands();
            stack.extend(operands.into_iter().filter(|operand| !self.is_present(*operand)));
        }
        total
    }
}
