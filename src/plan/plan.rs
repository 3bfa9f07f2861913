//! A plan: the steps that compute some values, in order, with what each takes.

use rustc_hash::FxHashSet;

use super::cost::{Cost, Count, factorization, fused};
use super::error::PlanError;
use super::fuse::Fusion;
use super::graph::{Graph, Kernel};
use super::matrix::Factors;
use super::node::NodeId;
use super::optimize::optimize;
use super::recompute;
use super::run::{Inputs, Schedule};
use crate::kernel::Real;

/// A step of a plan.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The factors of a matrix, for all that is made of it.
    Factor(NodeId),
    /// The value of a node, with all that is computed in its loop.
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
    /// What is computed in one loop.
    pub(super) fusion: Fusion,
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
        if budget.is_some_and(|budget| self.memory() <= budget) {
            return self.clone();
        }
        let (graph, roots) = recompute::checkpointed(&self.graph, &self.roots, budget);
        let again = Self::of(graph, roots);
        // What is computed in loops was never kept, and may have to be where it is computed twice.
        if again.memory() < self.memory() { again } else { self.clone() }
    }

    /// The steps of a graph as it is.
    fn of(graph: Graph, roots: Vec<NodeId>) -> Self {
        let fusion = Fusion::new(&graph, &roots);
        let mut steps = Vec::new();
        let mut factored = FxHashSet::default();
        for id in graph.order(&roots) {
            match graph.kernel(id) {
                _ if fusion.member(id).is_some() || graph.is_ones(id) && !roots.contains(&id) => continue,
                Kernel::Input(_) | Kernel::Number(_) | Kernel::Size(_) | Kernel::Range(_) => continue,
                Kernel::Matrix(matrix, operands)
                    if matrix.row().is_factored
                        && matches!(graph.factors(operands[0]), Factors::Lu | Factors::Cholesky)
                        && factored.insert(operands[0]) =>
                {
                    steps.push((Step::Factor(operands[0]), factorization(&graph, operands[0])));
                }
                _ => {}
            }
            let cost = fused(&graph, &fusion, id);
            steps.push((Step::Value(id), cost));
        }
        Self { graph, roots, steps, fusion }
    }

    /// What runs the plan where arrays lie as these do.
    ///
    /// # Errors
    /// As [`Schedule::new`].
    pub fn schedule<T: Real>(&self, inputs: &Inputs<'_, T>) -> Result<Schedule<T>, PlanError> {
        Schedule::new(&self.graph, &self.roots, inputs)
    }

    /// The arithmetic operations of all steps.
    #[must_use]
    pub fn flops(&self) -> Count {
        self.total(|cost| &cost.flops)
    }

    /// The operations of steps that are computed entry by entry: of one a processor does far fewer in a second than of products.
    #[must_use]
    pub fn looped(&self) -> f64 {
        let is_looped = |id: NodeId| match self.graph.kernel(id) {
            Kernel::Matrix(..) => false,
            Kernel::Contract(contraction) => contraction.operands.len() != 2 || !self.fusion.members(id).is_empty(),
            _ => true,
        };
        let looped = self.steps.iter().filter(|(step, _)| matches!(step, Step::Value(id) if is_looped(*id)));
        looped.map(|(_, cost)| cost.flops.value).sum()
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
        let order: Vec<NodeId> =
            self.graph.order(&self.roots).into_iter().filter(|id| self.fusion.member(*id).is_none()).collect();
        // The last step that reads each buffer; what is wanted stays.
        let mut last = vec![0; self.graph.len()];
        for (place, id) in order.iter().enumerate() {
            for leaf in self.fusion.leaves(&self.graph, *id) {
                last[self.base(leaf).place()] = place;
            }
        }
        for root in &self.roots {
            last[self.base(*root).place()] = order.len();
        }
        let mut ends: Vec<f64> = vec![0.0; order.len() + 1];
        let (mut now, mut most) = (0.0, 0.0_f64);
        for (place, id) in order.iter().enumerate() {
            let is_made = self.base(*id) == *id && !matches!(self.graph.kernel(*id), Kernel::Input(_));
            if is_made {
                let size = 8.0 * self.graph.node(*id).count() as f64;
                now += size;
                ends[last[id.place()].max(place)] += size;
            }
            most = most.max(now);
            now -= ends[place];
        }
        most
    }

    /// The node whose buffer a value is a view of.
    fn base(&self, mut id: NodeId) -> NodeId {
        while let Some(operand) = self.graph.viewed(id).filter(|_| self.fusion.members(id).is_empty()) {
            id = operand;
        }
        id
    }
}
