//! Sums and products over an index, and arrays tabulated over unit arrays, as operations on tensors with one more axis.

use super::batch::{Keyed, single};
use super::value::{Bound, Bounds, Builder, Key, Scope, Value};
use crate::codegen::{Array, ArrayId, Loop, Units};
use crate::expr::{Func, IndexId, SizeTerm, difference_of_terms, sum_of_terms};
use crate::plan::contraction::{Group, Label};
use crate::plan::entry::{Fold, Zip};
use crate::plan::error::PlanError;
use crate::plan::node::{Length, NodeId};

impl Builder<'_> {
    pub(super) fn add_up(
        &mut self,
        kind: Loop,
        index: IndexId,
        bounds: &Bounds,
        body: ArrayId,
        empty: &[Length],
        scope: &Scope,
    ) -> Result<Value, PlanError> {
        let upper = self.value(bounds.upper, scope)?;
        let lower = bounds.lower.map(|lower| self.value(lower, scope)).transpose()?;
        let highest = self.extreme(&upper, true)?;
        let lowest = lower.as_ref().map_or(Ok(0), |lower| self.extreme(lower, false))?;
        let count = if lower.is_some() { highest - lowest + 1 } else { highest };
        let Some(size) = usize::try_from(count).ok().filter(|count| *count > 0) else {
            return Ok(match kind {
                Loop::Sum => Value::plain(self.graph.filled(0.0, empty)),
                Loop::Product => self.number(1.0),
            });
        };
        // A range that is a size keeps its name.
        let named = self.length_between(bounds, lowest, scope);
        let is_number = |bound: &Value| self.graph.as_number(bound.node).is_some();
        let is_literal = is_number(&upper) && lower.as_ref().is_none_or(is_number);
        let length = named.filter(|length| length.size == size);
        let length = length.unwrap_or_else(|| if is_literal { Length::literal(size) } else { Length::number(size) });
        self.loops += 1;
        let key = Key::Loop(self.loops);
        let mut inner = scope.clone();
        inner.indices.insert(index, Bound { key, length: length.clone(), first: lowest });
        let body = self.value(body, &inner)?;
        let body = self.within(kind, body, index, &inner, &upper, lower.as_ref(), (lowest, highest))?;
        Ok(match kind {
            Loop::Sum => self.summed(&body, key, &length),
            Loop::Product => self.multiplied(&body, key, &length),
        })
    }

    /// The length of a range whose least index is that number: n − 1 of 2, …, n and of i + 1, …, n for all i.
    fn length_between(&self, bounds: &Bounds, lowest: i64, scope: &Scope) -> Option<Length> {
        let most = self.most(bounds.upper, scope)?;
        let before = if bounds.lower.is_some() { lowest - 1 } else { 0 };
        let count = sum_of_terms(most.into_iter().chain([(-before, Vec::new())]));
        self.length_of_terms(&count).ok()
    }

    /// The largest value of a bound, as a sum of terms of sizes: of an index the last one.
    fn most(&self, bound: ArrayId, scope: &Scope) -> Option<Vec<SizeTerm>> {
        match self.program.node(bound) {
            Array::Index(index) => {
                let bound = scope.indices.get(index)?;
                let [dim] = **bound.length.of.as_ref()? else { return None };
                let last = self.arena.size_terms(dim).into_iter().chain([(bound.first - 1, Vec::new())]);
                Some(sum_of_terms(last))
            }
            Array::Sum(terms) => {
                let mut sum = Vec::new();
                for (is_subtracted, term) in terms {
                    sum = if *is_subtracted {
                        difference_of_terms(&sum, &self.terms_of(*term).ok()?)
                    } else {
                        sum_of_terms([sum, self.most(*term, scope)?].concat())
                    };
                }
                Some(sum)
            }
            _ => self.terms_of(bound).ok(),
        }
    }

    /// Σ over a key.
    fn summed(&mut self, body: &Value, key: Key, length: &Length) -> Value {
        let own = self.own(body);
        let mut keyed = Keyed::default();
        let labels = keyed.draft.labels(&own);
        keyed.factor(self, body, &single(&labels));
        if !body.keys.contains(&key) {
            let times = Value::plain(self.graph.size(length.clone()));
            keyed.factor(self, &times, &[]);
        }
        keyed.finish(self, &single(&labels), Some(key))
    }

    /// Π over a key.
    fn multiplied(&mut self, body: &Value, key: Key, length: &Length) -> Value {
        match body.keys.iter().position(|known| *known == key) {
            Some(axis) => {
                let keys = body.keys.iter().copied().filter(|known| *known != key).collect();
                Value { node: self.graph.fold(Fold::Product, body.node, &[axis]), keys }
            }
            None => {
                let times = self.graph.size(length.clone());
                Value { node: self.graph.zip(Zip::Power, body.node, times), keys: body.keys.clone() }
            }
        }
    }

    /// The body, without effect where the index is beyond bounds that vary.
    #[allow(clippy::too_many_arguments, reason = "the bounds as values and as numbers")]
    fn within(
        &mut self,
        kind: Loop,
        body: Value,
        index: IndexId,
        scope: &Scope,
        upper: &Value,
        lower: Option<&Value>,
        (lowest, highest): (i64, i64),
    ) -> Result<Value, PlanError> {
        let at = self.index(index, scope);
        let mut mask: Option<Value> = None;
        // Below an upper bound that counts one further where the index counts from 0.
        let room = if lower.is_some() { 0.5 } else { -0.5 };
        let sides = [(Some(upper), 1.0, room, highest), (lower, -1.0, 0.5, lowest)];
        for (bound, sign, room, _) in
            sides.into_iter().filter(|(bound, ..)| bound.is_some_and(|bound| !bound.keys.is_empty()))
        {
            let Some(bound) = bound else { continue };
            let room = self.number(room);
            let distance = self.sum(&[bound.clone(), at.clone(), room], &[sign, -sign, 1.0]);
            let inside = Value { node: self.graph.func(Func::Step, distance.node), keys: distance.keys };
            mask = Some(match mask {
                Some(mask) => self.multiply(&mask, &inside),
                None => inside,
            });
        }
        let Some(mask) = mask else { return Ok(body) };
        let one = self.number(1.0);
        let body = if kind == Loop::Product { self.sum(&[body, one.clone()], &[1.0, -1.0]) } else { body };
        let (nodes, keys) = self.keyed_alike(&body, &mask);
        let kept = Value { node: self.graph.zip(Zip::Keep, nodes[0], nodes[1]), keys };
        Ok(if kind == Loop::Product { self.sum(&[kept, one], &[1.0, 1.0]) } else { kept })
    }

    /// A value and a scalar one, stretched to the same lengths.
    fn keyed_alike(&mut self, value: &Value, scalar: &Value) -> (Vec<NodeId>, Vec<Key>) {
        let own = self.own(value);
        let scalar = self.moved(scalar, &own, |labels| (Vec::new(), single(labels)));
        self.aligned(&[value.clone(), scalar])
    }

    /// The body for every unit array in the place of each differential: an axis for all of them, then the body's.
    pub(super) fn tabulate(&mut self, units: &[Units], body: ArrayId, scope: &Scope) -> Result<Value, PlanError> {
        let before = self.units.clone();
        let known: Vec<_> = self.memo.keys().cloned().collect();
        let mut all: Vec<(Key, Length)> = Vec::new();
        for (symbol, slot, axes) in units {
            let lengths = self.lengths_of(axes)?;
            let keys: Vec<(Key, Length)> =
                (0..).zip(lengths).map(|(axis, length)| (Key::Unit(*symbol, *slot, axis), length)).collect();
            all.extend(keys.iter().cloned());
            self.units.insert((*symbol, *slot), keys);
        }
        let value = self.value(body, scope)?;
        self.units = before;
        // What was built for unit arrays holds for them alone.
        if known.len() < self.memo.len() {
            let known: rustc_hash::FxHashSet<_> = known.into_iter().collect();
            self.memo.retain(|key, _| known.contains(key));
        }
        let own = self.own(&value);
        let mut keyed = Keyed::default();
        let first: Group = all.iter().map(|(key, length)| keyed.key(*key, length)).collect();
        let labels: Vec<Label> = keyed.draft.labels(&own);
        keyed.factor(self, &value, &single(&labels));
        let mut groups = vec![first];
        groups.extend(single(&labels));
        Ok(keyed.finish_plain(self, &groups))
    }
}
