//! Chains of operations entry by entry, each computed in one pass over memory.
//!
//! A node is a *member* of the loop of another, its *head*, where everything that uses it is in that loop and it has as many entries as the
//! loop has turns: its values never stand in memory. A head that adds all its factors up, as Σᵢ aᵢbᵢ does, takes its members along, too.
//! A diagonal that is a term of a sum is added to the sum's value, and the zeros beside it are never written; DX of a product XᵀDX is made
//! some rows at a time.

use super::contraction::{Contraction, Group, Label};
use super::graph::{Graph, Kernel};
use super::node::NodeId;
use super::run::MOST_LEAVES;

/// Most members of a loop.
const MOST_MEMBERS: usize = 24;

/// How a node is part of a loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// The node that the loop computes.
    pub(super) head: NodeId,
    /// The labels of the loop that each of its axes runs over.
    pub(super) axes: Vec<Group>,
    /// What becomes of it.
    pub(super) role: Role,
}

/// What becomes of a member's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// They are operands of another member or of the head.
    Operand,
    /// They are a diagonal that is added to the head's value in the end.
    Diagonal,
    /// They are DX of a head XᵀDX, made some rows at a time.
    Weighted,
}

/// Which nodes are computed together.
#[derive(Clone, Debug, Default)]
pub(super) struct Fusion {
    members: Vec<Option<Member>>,
    /// The members of each head, operands first.
    of: Vec<Vec<NodeId>>,
}

impl Fusion {
    /// The loops of the nodes that some need.
    pub(super) fn new(graph: &Graph, roots: &[NodeId]) -> Self {
        let order = graph.order(roots);
        let mut users: Vec<Vec<NodeId>> = vec![Vec::new(); graph.len()];
        for id in &order {
            for operand in graph.kernel(*id).operands() {
                if users[operand.place()].last() != Some(id) {
                    users[operand.place()].push(*id);
                }
            }
        }
        let mut fusion = Self { members: vec![None; graph.len()], of: vec![Vec::new(); graph.len()] };
        for id in order.iter().rev() {
            if roots.contains(id) {
                continue;
            }
            let Some(member) = fusion.membership(graph, *id, &users[id.place()]) else { continue };
            let head = member.head;
            fusion.of[head.place()].push(*id);
            fusion.members[id.place()] = Some(member);
            let is_full = fusion.members(head).len() > MOST_MEMBERS;
            if is_full || fusion.operands(graph, head) > MOST_LEAVES {
                fusion.of[head.place()].pop();
                fusion.members[id.place()] = None;
            }
        }
        fusion.of.iter_mut().for_each(|members| members.reverse());
        fusion
    }

    /// How a node is part of a loop; none of a head.
    pub(super) fn member(&self, id: NodeId) -> Option<&Member> {
        self.members[id.place()].as_ref()
    }

    /// The members of a head's loop, operands first.
    pub(super) fn members(&self, head: NodeId) -> &[NodeId] {
        &self.of[head.place()]
    }

    /// What a loop reads: operands of the head and of members that are none themselves, each once.
    pub(super) fn leaves(&self, graph: &Graph, head: NodeId) -> Vec<NodeId> {
        let mut leaves = Vec::new();
        for id in self.members(head).iter().chain([&head]) {
            for operand in graph.kernel(*id).operands() {
                if self.member(operand).is_none() && !leaves.contains(&operand) {
                    leaves.push(operand);
                }
            }
        }
        leaves
    }

    /// How many operands a loop has: a node is one for each way in which its axes run.
    pub(super) fn operands(&self, graph: &Graph, head: NodeId) -> usize {
        let mut all: Vec<(NodeId, Vec<Group>)> = Vec::new();
        for id in self.members(head).iter().chain([&head]) {
            let axes = match self.member(*id) {
                Some(member) if member.role == Role::Operand => Some(member.axes.clone()),
                Some(_) => None,
                None => axes_of_head(graph, *id),
            };
            let Some(axes) = axes else { continue };
            let operands = graph.kernel(*id).operands();
            if operands.is_empty() {
                all.push((*id, Vec::new()));
            }
            for operand in operands.into_iter().filter(|operand| self.member(*operand).is_none()) {
                for axes in operand_axes(graph, *id, &axes, operand, *id == head).unwrap_or_default() {
                    if !all.contains(&(operand, axes.clone())) {
                        all.push((operand, axes));
                    }
                }
            }
        }
        all.len()
    }

    fn membership(&self, graph: &Graph, id: NodeId, users: &[NodeId]) -> Option<Member> {
        let node = graph.node(id);
        let is_diagonal = match &node.kernel {
            Kernel::Map(..) | Kernel::Zip(..) | Kernel::Sum(_) => false,
            Kernel::Contract(own) if own.operands.len() <= 2 && own.is_without_sums() => own.has_diagonal(),
            _ => return None,
        };
        let mut found: Option<Member> = None;
        for user in users {
            let head = self.member(*user).map_or(*user, |member| member.head);
            let axes = match self.member(*user) {
                Some(member) if member.role != Role::Operand => return None,
                Some(member) => member.axes.clone(),
                None if weights(graph, *user).is_some_and(|(weighted, ..)| weighted == id) && users.len() == 1 => {
                    return Some(Member { head, axes: Vec::new(), role: Role::Weighted });
                }
                None => axes_of_head(graph, *user)?,
            };
            if is_diagonal {
                let is_term = head == *user && users.len() == 1 && matches!(graph.kernel(*user), Kernel::Sum(_));
                return is_term.then_some(Member { head, axes, role: Role::Diagonal });
            }
            if loop_size(graph, head) != node.count() {
                return None;
            }
            for axes in operand_axes(graph, *user, &axes, id, head == *user)? {
                if let Kernel::Contract(own) = &node.kernel {
                    matched(own, &axes, false)?;
                }
                let member = Member { head, axes, role: Role::Operand };
                if found.as_ref().is_some_and(|found| *found != member) {
                    return None;
                }
                found = Some(member);
            }
        }
        found
    }
}

/// The factors of a head XᵀDX with a diagonal D: the node DX, X and the entries of D, and the axis of X that is summed over.
pub(super) fn weights(graph: &Graph, head: NodeId) -> Option<(NodeId, NodeId, NodeId, usize)> {
    let Kernel::Contract(outer) = graph.kernel(head) else { return None };
    let [one, other] = &*outer.operands else { return None };
    if outer.output.len() != 2 || outer.lengths.len() != 3 || !graph.is_symmetric_product(outer) {
        return None;
    }
    for ((product, groups), (matrix, _)) in [(one, other), (other, one)] {
        let Kernel::Contract(inner) = graph.kernel(*product) else { continue };
        let [first, second] = &*inner.operands else { continue };
        let is_plain = inner.is_without_sums() && !inner.has_diagonal() && inner.output.len() == 2;
        for ((weights, of_weights), (factor, of_factor)) in [(first, second), (second, first)] {
            let ([own], [rows, cols]) = (&**of_weights, &**of_factor) else { continue };
            if !is_plain || factor != matrix || own.len() != 1 || rows.len() != 1 || cols.len() != 1 {
                continue;
            }
            // The axis of DX that the weights run along is the one that is summed over.
            let Some(place) = inner.output.iter().position(|group| group == own) else { continue };
            if outer.output.contains(&groups[place]) {
                continue;
            }
            return Some((*product, *matrix, *weights, usize::from(cols == own)));
        }
    }
    None
}

/// Whether a contraction is one loop: of a product without sums, or of factors that have the same labels.
pub(super) fn is_loop(contraction: &Contraction) -> bool {
    if contraction.is_without_sums() {
        return contraction.operands.len() <= 2;
    }
    let labels = |groups: &[Group]| -> Vec<Label> {
        let mut labels: Vec<Label> = groups.iter().flatten().copied().collect();
        labels.sort_unstable();
        labels.dedup();
        labels
    };
    match &*contraction.operands {
        [_] => true,
        [(_, left), (_, right)] => labels(left) == labels(right),
        _ => false,
    }
}

/// The axes of a head in labels of its loop: those of a contraction, or one for each axis; none of what is no loop.
pub(super) fn axes_of_head(graph: &Graph, id: NodeId) -> Option<Vec<Group>> {
    match graph.kernel(id) {
        Kernel::Map(..) | Kernel::Zip(..) | Kernel::Sum(_) => {
            Some((0..).take(graph.lengths(id).len()).map(|label| vec![label]).collect())
        }
        Kernel::Contract(contraction) if is_loop(contraction) => Some(contraction.output.to_vec()),
        _ => None,
    }
}

/// The lengths of the labels of a head's loop.
pub(super) fn loop_lengths(graph: &Graph, id: NodeId) -> Vec<usize> {
    match graph.kernel(id) {
        Kernel::Contract(contraction) => contraction.lengths.iter().map(|length| length.size).collect(),
        _ => graph.lengths(id).iter().map(|length| length.size).collect(),
    }
}

/// How many turns a head's loop has.
fn loop_size(graph: &Graph, id: NodeId) -> usize {
    loop_lengths(graph, id).iter().product()
}

/// The axes of an operand in labels of the loop that its user is part of, for each time that it is used; none where they do not fit.
fn operand_axes(
    graph: &Graph,
    user: NodeId,
    axes: &[Group],
    operand: NodeId,
    is_head: bool,
) -> Option<Vec<Vec<Group>>> {
    let Kernel::Contract(contraction) = graph.kernel(user) else { return Some(vec![axes.to_vec()]) };
    let labels = matched(contraction, axes, is_head)?;
    let all = contraction.operands.iter().filter(|(id, _)| *id == operand);
    Some(all.map(|(_, groups)| groups.iter().map(|group| resolved(group, &labels)).collect()).collect())
}

/// The labels of the loop that stand for each label of a contraction in it; a head's labels are those of the loop.
pub(super) fn matched(contraction: &Contraction, axes: &[Group], is_head: bool) -> Option<Vec<Group>> {
    if is_head {
        return Some((0..).take(contraction.lengths.len()).map(|label| vec![label]).collect());
    }
    let mut labels: Vec<Group> = vec![Group::new(); contraction.lengths.len()];
    let mut is_known = vec![false; contraction.lengths.len()];
    for (group, axis) in contraction.output.iter().zip(axes) {
        match group.as_slice() {
            [only] if !std::mem::replace(&mut is_known[*only as usize], true) => {
                labels[*only as usize].clone_from(axis);
            }
            [] => {}
            // An axis of several labels is one for members as it is for the head.
            _ => return None,
        }
    }
    is_known.iter().all(|known| *known).then_some(labels)
}

/// The labels of the loop for those of a group.
pub(super) fn resolved(group: &[Label], labels: &[Group]) -> Group {
    group.iter().flat_map(|label| labels[*label as usize].iter().copied()).collect()
}
