//! Slices and stacked blocks, by the positions of their entries.

use super::value::{Builder, Scope, Value};
use crate::codegen::{ArrayId, Range};
use crate::expr::rest_of_terms;
use crate::plan::error::PlanError;
use crate::plan::node::Length;

impl Builder<'_> {
    /// The entries in ranges of the first axes.
    pub(super) fn slice(
        &mut self,
        array: ArrayId,
        ranges: &[Option<Range>],
        scope: &Scope,
    ) -> Result<Value, PlanError> {
        let mut value = self.value(array, scope)?;
        for (axis, range) in ranges.iter().enumerate() {
            let Some((from, to)) = *range else { continue };
            let length = self.difference(from, to)?;
            let (positions, from) = (Value::plain(self.graph.range(length)), self.value(from, scope)?);
            let positions = self.sum(&[positions, from], &[1.0, 1.0]);
            value =
                self.along_axis(&value, axis, |this, value| Ok(this.taken(value, std::slice::from_ref(&positions))))?;
        }
        Ok(value)
    }

    /// The length between two positions.
    fn difference(&self, from: ArrayId, to: ArrayId) -> Result<Length, PlanError> {
        let (from, to) = (self.terms_of(from)?, self.terms_of(to)?);
        let terms = rest_of_terms(&to, &from).ok_or(PlanError::Unsupported("a slice that ends before it begins"))?;
        self.length_of_terms(&terms)
    }

    /// What is done along the first axis, along another.
    fn along_axis(
        &mut self,
        value: &Value,
        axis: usize,
        apply: impl FnOnce(&mut Self, &Value) -> Result<Value, PlanError>,
    ) -> Result<Value, PlanError> {
        if axis == 0 {
            return apply(self, value);
        }
        let swapped = self.axes(value, &[1, 0]);
        let value = apply(self, &swapped)?;
        Ok(self.axes(&value, &[1, 0]))
    }

    /// Blocks row by row, so many in each; a number is a block of one entry.
    pub(super) fn blocks(
        &mut self,
        cols: usize,
        blocks: &[ArrayId],
        lengths: &[ArrayId],
        scope: &Scope,
    ) -> Result<Value, PlanError> {
        let whole = self.lengths_of(lengths)?;
        let axes = whole.len();
        let values = blocks.iter().map(|block| self.value(*block, scope)).collect::<Result<Vec<_>, _>>()?;
        let values: Vec<Value> = values
            .into_iter()
            .map(|value| if self.own(&value).is_empty() { self.expanded(&value, &[0, 1][..axes]) } else { value })
            .collect();
        if axes == 1 {
            return Ok(self.joined(&values, 0, &whole));
        }
        let rows: Vec<Value> = values
            .chunks(cols.max(1))
            .map(|row| {
                let height = self.own(&row[0])[0].clone();
                self.joined(row, 1, &[height, whole[1].clone()])
            })
            .collect();
        Ok(self.joined(&rows, 0, &whole))
    }

    /// Values one after the other along an axis, as one of these lengths.
    fn joined(&mut self, values: &[Value], axis: usize, whole: &[Length]) -> Value {
        let keys = self.keys(values);
        let mut parts = Vec::with_capacity(values.len());
        for value in values {
            let mut own = whole.to_vec();
            own[axis] = self.own(value)[axis].clone();
            parts.push(self.widened(value, &keys, &own));
        }
        let node = self.graph.join(&parts, keys.len() + axis, &whole[axis]);
        Value { node, keys: keys.into_iter().map(|(key, _)| key).collect() }
    }
}
