//! Entries, members and unit vectors.

use super::batch::Keyed;
use super::value::{Builder, Key, Scope, Value};
use crate::codegen::{Array, ArrayId, Binary};
use crate::expr::IndexId;
use crate::plan::contraction::{Draft, Group};
use crate::plan::entry::Zip;
use crate::plan::error::PlanError;
use crate::plan::node::{Length, NodeId, Source};

impl Builder<'_> {
    /// The value of an index.
    pub(super) fn index(&mut self, index: IndexId, scope: &Scope) -> Value {
        let Some(bound) = scope.indices.get(&index) else {
            return Value::plain(self.graph.input(Source::Index(index), Box::default()));
        };
        let range = self.graph.range(bound.length.clone());
        let node = if bound.first == 0 {
            range
        } else {
            let first = self.graph.filled(bound.first as f64, std::slice::from_ref(&bound.length));
            self.graph.plus(range, first)
        };
        Value { node, keys: vec![bound.key] }
    }

    /// The key whose positions these are, all of an axis of that length.
    fn whole_axis(&self, position: ArrayId, axis: &Length, scope: &Scope) -> Option<(Key, Length)> {
        let Array::Index(index) = self.program.node(position) else { return None };
        let bound = scope.indices.get(index)?;
        (bound.first == 0 && bound.length.size == axis.size).then(|| (bound.key, bound.length.clone()))
    }

    /// The part of an array at positions of its first axes.
    pub(super) fn item(&mut self, array: ArrayId, positions: &[ArrayId], scope: &Scope) -> Result<Value, PlanError> {
        if let (Array::Eye(n), [position]) = (self.program.node(array), positions) {
            let n = self.length_of(*n)?;
            return self.unit_vector(&n, *position, scope);
        }
        let value = self.value(array, scope)?;
        let own = self.own(&value);
        if positions.len() > own.len() {
            return Err(PlanError::Unsupported("an entry of an array with fewer axes"));
        }
        let whole: Vec<Option<(Key, Length)>> =
            positions.iter().zip(&own).map(|(position, axis)| self.whole_axis(*position, axis, scope)).collect();
        if let Some(keys) = whole.into_iter().collect::<Option<Vec<_>>>() {
            let mut keyed = Keyed::default();
            let mut groups: Vec<Group> = keys.iter().map(|(key, length)| vec![keyed.key(*key, length)]).collect();
            let rest: Vec<Group> =
                own[positions.len()..].iter().map(|length| vec![keyed.draft.label(length.clone())]).collect();
            groups.extend(rest.iter().cloned());
            keyed.factor(self, &value, &groups);
            return Ok(keyed.finish(self, &rest, None));
        }
        let positions = positions.iter().map(|position| self.value(*position, scope)).collect::<Result<Vec<_>, _>>()?;
        Ok(self.taken(&value, &positions))
    }

    /// The part of a value at positions of its first axes.
    pub(super) fn taken(&mut self, value: &Value, positions: &[Value]) -> Value {
        let mut at = self.in_step(value);
        at.extend_from_slice(positions);
        let (nodes, keys) = self.aligned(&at);
        Value { node: self.graph.take(value.node, &nodes), keys }
    }

    /// The positions along the axes that a value varies with: they are taken in step.
    pub(super) fn in_step(&mut self, value: &Value) -> Vec<Value> {
        let lengths = self.graph.lengths(value.node).to_vec();
        let keyed = value.keys.iter().zip(lengths);
        keyed.map(|(key, length)| Value { node: self.graph.range(length), keys: vec![*key] }).collect()
    }

    /// The columns of the identity after an offset.
    pub(super) fn selection(
        &mut self,
        offset: ArrayId,
        [rows, cols]: [ArrayId; 2],
        scope: &Scope,
    ) -> Result<Value, PlanError> {
        let (rows, cols) = (self.length_of(rows)?, self.length_of(cols)?);
        let (all, taken) = (Value::plain(self.graph.range(rows)), Value::plain(self.graph.range(cols)));
        let offset = self.value(offset, scope)?;
        let taken = self.sum(&[taken, offset], &[1.0, 1.0]);
        let all = self.expanded(&all, &[1]);
        self.binary(Binary::Equal, &all, &taken)
    }

    /// eᵢ
    fn unit_vector(&mut self, n: &Length, position: ArrayId, scope: &Scope) -> Result<Value, PlanError> {
        if let Some((key, length)) = self.whole_axis(position, n, scope) {
            let mut keyed = Keyed::default();
            let label = keyed.key(key, &length);
            return Ok(keyed.finish(self, &[vec![label]], None));
        }
        let at = self.value(position, scope)?;
        let all = Value::plain(self.graph.range(n.clone()));
        let lengths = [n.clone()];
        let at = self.moved(&at, &lengths, |labels| (Vec::new(), vec![vec![labels[0]]]));
        let (nodes, keys) = self.aligned(&[all, at]);
        Ok(Value { node: self.graph.zip(Zip::Equal, nodes[0], nodes[1]), keys })
    }

    /// Every unit array, along keys for its axes.
    pub(super) fn unit(&mut self, keys: &[(Key, Length)]) -> Value {
        let mut draft = Draft::default();
        let mut sorted = keys.to_vec();
        sorted.sort_unstable_by_key(|(key, _)| *key);
        let labels: Vec<(Key, u32)> = sorted.iter().map(|(key, length)| (*key, draft.label(length.clone()))).collect();
        let own = keys.iter().filter_map(|(key, _)| labels.iter().find(|(known, _)| known == key));
        let result: Vec<u32> = labels.iter().chain(own).map(|(_, label)| *label).collect();
        draft.result(&result);
        let node: NodeId = self.graph.contract(draft);
        Value { node, keys: sorted.into_iter().map(|(key, _)| key).collect() }
    }
}
