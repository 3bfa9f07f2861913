//! Products of matrices and of entries, of which one factor may have the axes of directions in front of its own.

use crate::plan::contraction::{Draft, Label};
use crate::plan::graph::Graph;
use crate::plan::node::{Length, NodeId};

/// A factor of a product.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) node: NodeId,
    /// Whether the axes of directions stand in front of its own.
    pub(super) is_tangent: bool,
    /// Whether its last two axes are exchanged.
    pub(super) is_transposed: bool,
}

impl Part {
    pub(super) fn of(node: NodeId) -> Self {
        Self { node, is_tangent: false, is_transposed: false }
    }

    pub(super) fn tangent(node: NodeId) -> Self {
        Self { is_tangent: true, ..Self::of(node) }
    }

    pub(super) fn t(self) -> Self {
        Self { is_transposed: !self.is_transposed, ..self }
    }
}

impl Graph {
    /// The axes in another order.
    pub fn permuted(&mut self, x: NodeId, order: &[usize]) -> NodeId {
        let mut draft = Draft::default();
        let labels = draft.labels(self.lengths(x));
        draft.factor(x, &labels);
        let result: Vec<Label> = order.iter().map(|axis| labels[*axis]).collect();
        draft.result(&result);
        self.contract(draft)
    }

    /// Every unit tensor of these lengths, along axes of the same lengths in front.
    pub fn units(&mut self, lengths: &[Length]) -> NodeId {
        let mut draft = Draft::default();
        let labels = draft.labels(lengths);
        draft.result(&[labels.as_slice(), &labels].concat());
        self.contract(draft)
    }

    /// A product entry by entry of tensors of the same own lengths; the result has the axes of directions where a factor has them.
    pub(super) fn entrywise(&mut self, extra: &[Length], parts: &[(NodeId, bool)]) -> NodeId {
        let mut draft = Draft::default();
        let directions = draft.labels(extra);
        let own = parts
            .iter()
            .map(|(node, is_tangent)| self.lengths(*node)[if *is_tangent { extra.len() } else { 0 }..].to_vec());
        let own = own.max_by_key(Vec::len).unwrap_or_default();
        let labels = draft.labels(&own);
        let mut result = Vec::new();
        for (node, is_tangent) in parts {
            let front: &[Label] = if *is_tangent { &directions } else { &[] };
            let is_number = self.lengths(*node).len() == front.len();
            draft.factor(*node, &[front, if is_number { &[] } else { &labels }].concat());
            if *is_tangent {
                result.clone_from(&directions);
            }
        }
        result.extend(&labels);
        draft.result(&result);
        self.contract(draft)
    }

    /// The product of matrices that stand behind the same axes; `closed` is its trace.
    pub(super) fn chain(&mut self, extra: &[Length], parts: &[Part], closed: bool) -> NodeId {
        let mut draft = Draft::default();
        let directions = draft.labels(extra);
        let Some(first) = parts.first() else { return self.number(1.0) };
        let skip = |part: &Part| if part.is_tangent { extra.len() } else { 0 };
        let own = self.lengths(first.node)[skip(first)..].to_vec();
        let batch = draft.labels(&own[..own.len() - 2]);
        let pair = |graph: &Self, part: &Part| {
            let lengths = graph.lengths(part.node);
            let [a, b] = [lengths[lengths.len() - 2].clone(), lengths[lengths.len() - 1].clone()];
            if part.is_transposed { (b, a) } else { (a, b) }
        };
        let start = draft.label(pair(self, first).0);
        let mut left = start;
        let mut is_tangent = false;
        for (place, part) in parts.iter().enumerate() {
            let right = if closed && place + 1 == parts.len() { start } else { draft.label(pair(self, part).1) };
            let front: &[Label] = if part.is_tangent { &directions } else { &[] };
            let own = if part.is_transposed { [right, left] } else { [left, right] };
            draft.factor(part.node, &[front, &batch, &own].concat());
            is_tangent |= part.is_tangent;
            left = right;
        }
        let mut result = if is_tangent { directions } else { Vec::new() };
        result.extend(&batch);
        if !closed {
            result.extend([start, left]);
        }
        draft.result(&result);
        self.contract(draft)
    }

    /// A number for each matrix times the matrix.
    pub(super) fn scaled_matrix(&mut self, extra: &[Length], number: (NodeId, bool), matrix: (NodeId, bool)) -> NodeId {
        let mut draft = Draft::default();
        let directions = draft.labels(extra);
        let own = self.lengths(matrix.0)[if matrix.1 { extra.len() } else { 0 }..].to_vec();
        let labels = draft.labels(&own);
        let front = |is_tangent: bool| if is_tangent { directions.clone() } else { Vec::new() };
        draft.factor(number.0, &[front(number.1).as_slice(), &labels[..own.len() - 2]].concat());
        draft.factor(matrix.0, &[front(matrix.1).as_slice(), &labels].concat());
        draft.result(&[front(number.1 || matrix.1).as_slice(), &labels].concat());
        self.contract(draft)
    }

    /// A vector as a matrix of one column, behind the same axes.
    pub(super) fn column(&mut self, x: NodeId) -> NodeId {
        let mut draft = Draft::default();
        let labels = draft.labels(self.lengths(x));
        draft.factor(x, &labels);
        let mut groups: Vec<Vec<Label>> = labels.iter().map(|label| vec![*label]).collect();
        groups.push(Vec::new());
        draft.result_of_groups(groups);
        self.contract(draft)
    }

    /// A matrix of one column as a vector.
    pub(super) fn uncolumn(&mut self, x: NodeId) -> NodeId {
        let axis = self.lengths(x).len() - 1;
        self.total(x, &[axis])
    }

    /// cI for every matrix of a tensor less the tensor, where c is a number for each.
    pub(super) fn shifted(&mut self, c: NodeId, matrix: NodeId) -> NodeId {
        let lengths = self.lengths(matrix).to_vec();
        let mut draft = Draft::default();
        let labels = draft.labels(&lengths[..lengths.len() - 1]);
        draft.factor(c, &labels[..labels.len() - 1]);
        let last = labels[labels.len() - 1];
        draft.result(&[labels.as_slice(), &[last]].concat());
        let diagonal = self.contract(draft);
        self.minus(diagonal, matrix)
    }

    /// The identity for every matrix of a tensor of square ones.
    pub(super) fn eyes(&mut self, lengths: &[Length]) -> NodeId {
        let mut draft = Draft::default();
        let labels = draft.labels(&lengths[..lengths.len() - 1]);
        let last = labels[labels.len() - 1];
        draft.result(&[labels.as_slice(), &[last]].concat());
        self.contract(draft)
    }
}
