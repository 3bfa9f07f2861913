//! Values that vary with indices: tensors whose first axes are those of the indices.

use super::value::{Builder, Key, Value};
use crate::plan::contraction::{Draft, Group, Label};
use crate::plan::node::{Length, NodeId};

/// A contraction of values: a label for every key, and others for their own axes.
#[derive(Default)]
pub(super) struct Keyed {
    pub(super) draft: Draft,
    keys: Vec<(Key, Label)>,
}

impl Keyed {
    /// The label of a key.
    pub(super) fn key(&mut self, key: Key, length: &Length) -> Label {
        match self.keys.iter().find(|(known, _)| *known == key) {
            Some((_, label)) => *label,
            None => {
                let label = self.draft.label(length.clone());
                self.keys.push((key, label));
                label
            }
        }
    }

    /// A factor with these labels on its own axes.
    pub(super) fn factor(&mut self, builder: &Builder<'_>, value: &Value, own: &[Group]) {
        let lengths = builder.graph.lengths(value.node).to_vec();
        let mut groups: Vec<Group> =
            value.keys.iter().zip(&lengths).map(|(key, length)| vec![self.key(*key, length)]).collect();
        groups.extend(own.iter().cloned());
        self.draft.factor_of_groups(value.node, groups);
    }

    /// The value with these groups on its own axes, summed over what neither they nor the keys have.
    pub(super) fn finish(mut self, builder: &mut Builder<'_>, own: &[Group], without: Option<Key>) -> Value {
        self.keys.sort_unstable();
        self.keys.retain(|(key, _)| Some(*key) != without);
        let mut groups: Vec<Group> = self.keys.iter().map(|(_, label)| vec![*label]).collect();
        groups.extend(own.iter().cloned());
        self.draft.result_of_groups(groups);
        let node = builder.graph.contract(self.draft);
        Value { node, keys: self.keys.into_iter().map(|(key, _)| key).collect() }
    }

    /// The value with these groups on its axes, those of the keys among them.
    pub(super) fn finish_plain(mut self, builder: &mut Builder<'_>, groups: &[Group]) -> Value {
        self.draft.result_of_groups(groups.to_vec());
        Value::plain(builder.graph.contract(self.draft))
    }
}

/// A group for each label.
pub(super) fn single(labels: &[Label]) -> Vec<Group> {
    labels.iter().map(|label| vec![*label]).collect()
}

impl Builder<'_> {
    /// The lengths of a value's own axes.
    pub(super) fn own(&self, value: &Value) -> Vec<Length> {
        self.graph.lengths(value.node)[value.keys.len()..].to_vec()
    }

    /// One value rearranged: `groups` says the labels of its own axes and those of the result, given labels of these lengths.
    pub(super) fn moved(
        &mut self,
        value: &Value,
        lengths: &[Length],
        groups: impl FnOnce(&[Label]) -> (Vec<Group>, Vec<Group>),
    ) -> Value {
        let mut keyed = Keyed::default();
        let labels = keyed.draft.labels(lengths);
        let (own, result) = groups(&labels);
        keyed.factor(self, value, &own);
        keyed.finish(self, &result, None)
    }

    /// The lengths that values have together, as arrays are stretched: missing axes and axes of length 1 to those of the others.
    pub(super) fn common(&self, values: &[Value]) -> Vec<Length> {
        let all: Vec<Vec<Length>> = values.iter().map(|value| self.own(value)).collect();
        let axes = all.iter().map(Vec::len).max().unwrap_or(0);
        (0..axes)
            .map(|axis| {
                let at = |own: &Vec<Length>| (axis + own.len()).checked_sub(axes).map(|place| own[place].clone());
                let lengths = all.iter().filter_map(at);
                lengths.reduce(|a, b| if a.size == 1 || (a.of.is_none() && b.size == a.size) { b } else { a })
            })
            .map(|length| length.unwrap_or_else(|| Length::literal(1)))
            .collect()
    }

    /// What values vary with together, in order, with the lengths.
    pub(super) fn keys(&self, values: &[Value]) -> Vec<(Key, Length)> {
        let mut keys: Vec<(Key, Length)> = Vec::new();
        for value in values {
            for (key, length) in value.keys.iter().zip(self.graph.lengths(value.node)) {
                if !keys.iter().any(|(known, _)| known == key) {
                    keys.push((*key, length.clone()));
                }
            }
        }
        keys.sort_unstable_by_key(|(key, _)| *key);
        keys
    }

    /// Values with the same keys and lengths.
    pub(super) fn aligned(&mut self, values: &[Value]) -> (Vec<NodeId>, Vec<Key>) {
        let common = self.common(values);
        let keys = self.keys(values);
        let nodes = values.iter().map(|value| self.widened(value, &keys, &common)).collect();
        (nodes, keys.into_iter().map(|(key, _)| key).collect())
    }

    /// A value stretched to these keys and lengths.
    pub(super) fn widened(&mut self, value: &Value, keys: &[(Key, Length)], common: &[Length]) -> NodeId {
        let mut keyed = Keyed::default();
        for (key, length) in keys {
            keyed.key(*key, length);
        }
        let labels = keyed.draft.labels(common);
        let own = self.own(value);
        let groups: Vec<Group> = own
            .iter()
            .zip(&labels[labels.len() - own.len()..])
            .map(|(length, label)| if length.size == 1 { Vec::new() } else { vec![*label] })
            .collect();
        keyed.factor(self, value, &groups);
        keyed.finish(self, &single(&labels), None).node
    }
}
