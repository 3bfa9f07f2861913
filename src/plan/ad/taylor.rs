//! Taylor mode: the coefficients of t ↦ f(x + tv) in one pass for each order.
//!
//! With ẏ = J(x)ẋ the coefficients of y follow from those of ẏ, one order lower: k yₖ = [ẏ]ₖ₋₁. So the rows of forward mode are enough;
//! products are convolutions.

use rustc_hash::FxHashMap;

use super::forward::pushed;
use crate::plan::contraction::Draft;
use crate::plan::error::PlanError;
use crate::plan::graph::{Graph, Kernel};
use crate::plan::node::{NodeId, Source};

/// The first number of the stand-ins for tangents.
const FIRST_TANGENT: u32 = 1 << 24;

/// The Taylor coefficients of nodes along a direction.
#[derive(Debug, Default)]
pub struct Taylor {
    /// The coefficients that are known; none of 0.
    known: FxHashMap<(NodeId, usize), Option<NodeId>>,
    /// The first order of what is varied: x + tv.
    directions: FxHashMap<NodeId, NodeId>,
    /// The stand-in of a node's tangent, the node of a stand-in, and the tangent of a node in terms of stand-ins.
    stand_ins: FxHashMap<NodeId, NodeId>,
    nodes: FxHashMap<NodeId, NodeId>,
    tangents: FxHashMap<NodeId, Option<NodeId>>,
    /// Whether a stand-in is below a node.
    standing: FxHashMap<NodeId, bool>,
}

impl Taylor {
    /// The coefficients along these directions, each of a node that is varied.
    #[must_use]
    pub fn along(directions: &[(NodeId, NodeId)]) -> Self {
        Self { directions: directions.iter().copied().collect(), ..Self::default() }
    }

    /// The k-th coefficient of a node, 1/k! times its k-th derivative along the directions; none where it is 0.
    ///
    /// # Errors
    /// What has no derivative here.
    pub fn coefficient(&mut self, graph: &mut Graph, id: NodeId, order: usize) -> Result<Option<NodeId>, PlanError> {
        if let Some(node) = self.nodes.get(&id).copied() {
            // ẏ has the coefficients (k + 1) yₖ₊₁.
            let next = self.coefficient(graph, node, order + 1)?;
            return Ok(next.map(|next| graph.scale((order + 1) as f64, next)));
        }
        if order == 0 && !self.has_stand_ins(graph, id) {
            return Ok(Some(id).filter(|id| !graph.is_zero(*id)));
        }
        if let Some(direction) = self.directions.get(&id) {
            return Ok(Some(*direction).filter(|_| order == 1));
        }
        if let Some(known) = self.known.get(&(id, order)) {
            return Ok(*known);
        }
        let value = self.computed(graph, id, order)?;
        self.known.insert((id, order), value);
        Ok(value)
    }

    /// Whether a stand-in is below a node.
    fn has_stand_ins(&mut self, graph: &Graph, id: NodeId) -> bool {
        if let Some(known) = self.standing.get(&id) {
            return *known;
        }
        let found = self.nodes.contains_key(&id)
            || graph.kernel(id).operands().into_iter().any(|operand| self.has_stand_ins(graph, operand));
        self.standing.insert(id, found);
        found
    }

    fn computed(&mut self, graph: &mut Graph, id: NodeId, order: usize) -> Result<Option<NodeId>, PlanError> {
        match graph.kernel(id).clone() {
            Kernel::Input(_) | Kernel::Number(_) | Kernel::Size(_) | Kernel::Range(_) => Ok(None),
            Kernel::Sum(terms) => {
                let mut all = Vec::new();
                for (coeff, term) in &terms {
                    all.extend(self.coefficient(graph, *term, order)?.map(|term| (coeff.value(), term)));
                }
                Ok(if all.is_empty() { None } else { Some(graph.sum(&all)) })
            }
            Kernel::Contract(contraction) => {
                let mut all = Vec::new();
                for orders in compositions(order, contraction.operands.len()) {
                    let mut draft = Draft::of(&contraction);
                    let mut vanishes = false;
                    for (place, (operand, order)) in contraction.operands.iter().zip(&orders).enumerate() {
                        match self.coefficient(graph, operand.0, *order)? {
                            Some(coefficient) => draft.operands[place].0 = coefficient,
                            None => vanishes = true,
                        }
                    }
                    if !vanishes {
                        all.push((1.0, graph.contract(draft)));
                    }
                }
                Ok(if all.is_empty() { None } else { Some(graph.sum(&all)) })
            }
            kernel if order == 0 => {
                let mut operands = FxHashMap::default();
                for operand in kernel.operands() {
                    let value = match self.coefficient(graph, operand, 0)? {
                        Some(value) => value,
                        None => {
                            let lengths = graph.lengths(operand).to_vec();
                            graph.filled(0.0, &lengths)
                        }
                    };
                    operands.insert(operand, value);
                }
                let lengths = graph.lengths(id).into();
                Ok(Some(graph.add(kernel.on(|operand| operands[&operand]), lengths)))
            }
            _ => {
                let Some(tangent) = self.tangent(graph, id)? else { return Ok(None) };
                let coefficient = self.coefficient(graph, tangent, order - 1)?;
                Ok(coefficient.map(|coefficient| graph.scale(1.0 / order as f64, coefficient)))
            }
        }
    }

    /// The tangent of a node in terms of those of its operands.
    fn tangent(&mut self, graph: &mut Graph, id: NodeId) -> Result<Option<NodeId>, PlanError> {
        if let Some(known) = self.tangents.get(&id) {
            return Ok(*known);
        }
        for operand in graph.kernel(id).operands() {
            if self.stand_ins.contains_key(&operand) || self.coefficient(graph, operand, 1)?.is_none() {
                continue;
            }
            let number = FIRST_TANGENT + u32::try_from(self.nodes.len()).unwrap_or(0);
            let lengths = graph.lengths(operand).into();
            let stand_in = graph.input(Source::Direction(number), lengths);
            self.stand_ins.insert(operand, stand_in);
            self.nodes.insert(stand_in, operand);
        }
        let stand_ins = &self.stand_ins;
        let tangent = pushed(graph, id, &[], &|operand| stand_ins.get(&operand).copied())?;
        self.tangents.insert(id, tangent);
        Ok(tangent)
    }
}

/// The ways to write a number as a sum of so many.
fn compositions(total: usize, count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return if total == 0 { vec![Vec::new()] } else { Vec::new() };
    }
    (0..=total)
        .flat_map(|first| {
            compositions(total - first, count - 1).into_iter().map(move |rest| {
                let mut all = vec![first];
                all.extend(rest);
                all
            })
        })
        .collect()
}
