//! A plan: the steps that compute some values, in order, with what each takes.

use rustc_hash::FxHashSet;

use super::cost::{Cost, Count, cost, factorization};
use super::graph::{Graph, Kernel};
use super::node::NodeId;
use super::optimize::optimize;

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
        let order = self.graph.order(&self.roots);
        let mut left = self.graph.uses(&self.roots);
        let (mut now, mut most) = (0.0, 0.0_f64);
        let size = |id: NodeId| match self.graph.kernel(id) {
            Kernel::Input(_) | Kernel::Number(_) | Kernel::Size(_) => 0.0,
            Kernel::Contract(contraction) if contraction.is_movement() && !contraction.has_diagonal() => 0.0,
            _ => 8.0 * self.graph.node(id).count() as f64,
        };
        for id in order {
            now += size(id);
            most = most.max(now);
            for operand in self.graph.kernel(id).operands() {
                left[operand.place()] -= 1;
                if left[operand.place()] == 0 {
                    now -= size(operand);
                }
            }
        }
        most
    }
}
