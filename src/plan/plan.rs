//! A plan: the steps that compute some values, in order, with what each takes.

use rustc_hash::FxHashSet;

use super::cost::{Cost, Count, cost, factorization};
use super::graph::{Graph, Kernel};
use super::node::NodeId;
use super::optimize::optimize;
use super::recompute;

/// A step of a plan.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The factors of a matrix, for all that is made of it.
    Factor(NodeId),
    /// The value of a node.
    Value(NodeId),
}

/// The steps that compute some values.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The operations.
    pub graph: Graph,
    /// The nodes of the values.
    pub roots: Vec<NodeId>,
    /// The steps with what they take; what is given is none.
    pub steps: Vec<(Step, Cost)>,
}

impl Plan {
    /// The cheapest plan for some nodes.
    #[must_use]
    pub fn new(graph: &Graph, roots: &[NodeId]) -> Self {
        let (graph, roots) = optimize(graph, roots);
        Self::of(graph, roots)
    }

    /// The same values with some computed again rather than kept, so that no more bytes than these are in use at once, or as few as about one
    /// more evaluation of a function allows beside its gradient.
    #[must_use]
    pub fn checkpointed(&self, budget: Option<f64>) -> Self {
        let (graph, roots) = recompute::checkpointed(&self.graph, &self.roots, budget);
        Self::of(graph, roots)
    }

    /// The steps of a graph as it is.
    fn of(graph: Graph, roots: Vec<NodeId>) -> Self {
        let mut steps = Vec::new();
        let mut factored = FxHashSet::default();
        for id in graph.order(&roots) {
            match graph.kernel(id) {
                Kernel::Input(_) | Kernel::Number(_) | Kernel::Size(_) | Kernel::Range(_) => continue,
                Kernel::Matrix(matrix, operands) if matrix.row().is_factored && factored.insert(operands[0]) => {
                    steps.push((Step::Factor(operands[0]), factorization(&graph, operands[0])));
                }
                _ => {}
            }
            let cost = cost(&graph, id);
            steps.push((Step::Value(id), cost));
        }
        Self { graph, roots, steps }
    }

    /// The arithmetic operations of all steps.
    #[must_use]
    pub fn flops(&self) -> Count {
        self.total(|cost| &cost.flops)
    }

    /// The bytes that all steps read and write.
    #[must_use]
    pub fn bytes(&self) -> Count {
        self.total(|cost| &cost.bytes)
    }

    fn total(&self, of: impl Fn(&Cost) -> &Count) -> Count {
        let mut counts = self.steps.iter().map(|(_, cost)| of(cost));
        let first = counts.next().cloned().unwrap_or_default();
        counts.fold(first, |total, count| total.plus(count))
    }

    /// The most bytes of buffers that are in use at once, besides what is given.
    #[must_use]
    pub fn memory(&self) -> f64 {
        recompute::memory(&self.graph, &self.roots)
    }
}
