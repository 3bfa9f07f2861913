//! Automatic differentiation of graphs: derivatives as further nodes, so that they share what the value computes and are planned with it.
//!
//! Every kernel has a row for its Jacobian times a tangent ([`forward`]) and one for its transpose times a cotangent ([`reverse`]);
//! [`Taylor`] needs the first alone. The symbolic rules are used nowhere: what is found here is a second opinion on them.

mod chain;
mod color;
mod forward;
mod matrix;
mod reverse;
mod slope;
mod sparsity;
mod taylor;

pub use color::{Colored, Coloring, colored};
pub use forward::forward;
pub use reverse::{Adjoints, adjoints, reverse};
pub use sparsity::{Pattern, pattern};
pub use taylor::Taylor;

use super::error::PlanError;
use super::graph::Graph;
use super::node::NodeId;

/// The gradient of a scalar by some nodes.
///
/// # Errors
/// What has no derivative here.
pub fn gradient(graph: &mut Graph, root: NodeId, wrt: &[NodeId]) -> Result<Vec<NodeId>, PlanError> {
    let one = graph.number(1.0);
    reverse(graph, root, one, wrt)
}

/// The Hessian of a scalar by a node, with the axes of the node twice: its gradient differentiated in all directions at once.
///
/// # Errors
/// As [`gradient`].
pub fn hessian(graph: &mut Graph, root: NodeId, wrt: NodeId) -> Result<NodeId, PlanError> {
    let gradient = gradient(graph, root, &[wrt])?[0];
    let jacobian = jacobian(graph, gradient, wrt)?;
    Ok(jacobian)
}

/// The Jacobian of a tensor by a node: the axes of the tensor, then those of the node. By columns, all at once.
///
/// # Errors
/// As [`gradient`].
pub fn jacobian(graph: &mut Graph, root: NodeId, wrt: NodeId) -> Result<NodeId, PlanError> {
    let (of, by) = (graph.lengths(root).to_vec(), graph.lengths(wrt).to_vec());
    // In front of the value's axes stand those of the direction.
    let units = graph.units(&by);
    let tangent = forward(graph, root, &by, &[(wrt, units)])?;
    let order: Vec<usize> = (by.len()..by.len() + of.len()).chain(0..by.len()).collect();
    Ok(graph.permuted(tangent, &order))
}

/// The Hessian of a scalar times a direction.
///
/// # Errors
/// As [`gradient`].
pub fn hessian_vector(graph: &mut Graph, root: NodeId, wrt: NodeId, direction: NodeId) -> Result<NodeId, PlanError> {
    let gradient = gradient(graph, root, &[wrt])?[0];
    forward(graph, gradient, &[], &[(wrt, direction)])
}
