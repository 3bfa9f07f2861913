//! Slices and stacked blocks, by the positions of their entries.

use super::value::{Builder, Scope, Value};
use crate::codegen::{ArrayId, Binary, Range};
use crate::expr::{Func, rest_of_terms};
use crate::plan::entry::Map;
use crate::plan::error::PlanError;
use crate::plan::node::Length;

/// Where a block stands on an axis.
struct Place {
    /// The number of entries before it.
    offset: Value,
    length: Length,
}

impl Builder<'_> {
    fn function(&mut self, func: Func, x: &Value) -> Value {
        Value { node: self.graph.map(Map::Func(func), x.node), keys: x.keys.clone() }
    }

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
        let values = blocks.iter().map(|block| self.value(*block, scope)).collect::<Result<Vec<_>, _>>()?;
        let is_vector = whole.len() == 1;
        let side = |this: &Self, value: &Value, axis: usize| {
            this.own(value).get(axis).cloned().unwrap_or_else(|| Length::literal(1))
        };
        let heads: Vec<Value> = if is_vector { values.clone() } else { values.iter().step_by(cols).cloned().collect() };
        let heights = heads.iter().map(|value| side(self, value, 0)).collect();
        let rows = self.places(heights);
        let widths =
            if is_vector { Vec::new() } else { values.iter().take(cols).map(|value| side(self, value, 1)).collect() };
        let across = self.places(widths);
        let mut terms = Vec::with_capacity(values.len());
        for (place, value) in values.iter().enumerate() {
            let number = self.own(value).is_empty();
            let value =
                if number { self.expanded(value, if is_vector { &[0] } else { &[0, 1] }) } else { value.clone() };
            let row = if is_vector { place } else { place / cols };
            let mut placed = self.placed(&value, 0, &rows[row], &whole[0], rows.len() == 1)?;
            if let Some(column) = across.get(place % cols).filter(|_| !is_vector) {
                placed = self.placed(&placed, 1, column, &whole[1], across.len() == 1)?;
            }
            terms.push(placed);
        }
        Ok(self.sum(&terms, &vec![1.0; terms.len()]))
    }

    fn places(&mut self, lengths: Vec<Length>) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::with_capacity(lengths.len());
        let mut before = self.number(0.0);
        for length in lengths {
            let own = Value::plain(self.graph.size(length.clone()));
            let offset = std::mem::replace(&mut before, own);
            before = self.sum(&[offset.clone(), before], &[1.0, 1.0]);
            places.push(Place { offset, length });
        }
        places
    }

    /// A block among zeros along an axis: the entry at i is that at i − offset where there is one.
    fn placed(
        &mut self,
        value: &Value,
        axis: usize,
        place: &Place,
        of: &Length,
        alone: bool,
    ) -> Result<Value, PlanError> {
        if alone {
            return Ok(value.clone());
        }
        if place.length.size == 1 {
            let all = Value::plain(self.graph.range(of.clone()));
            let here = self.binary(Binary::Equal, &all, &place.offset)?;
            let axes = self.own(value).len();
            let here = if axis + 1 < axes { self.expanded(&here, &[1]) } else { here };
            return self.binary(Binary::Multiply, &here, value);
        }
        let (one, half) = (self.number(1.0), self.number(0.5));
        let length = Value::plain(self.graph.size(place.length.clone()));
        let all = Value::plain(self.graph.range(of.clone()));
        let from = self.sum(&[all, place.offset.clone()], &[1.0, -1.0]);
        // min(max(i − offset, 0), length − 1)
        let last = self.sum(&[length.clone(), one], &[1.0, -1.0]);
        let positive = self.function(Func::Relu, &from);
        let left = self.sum(&[last.clone(), positive], &[1.0, -1.0]);
        let left = self.function(Func::Relu, &left);
        let position = self.sum(&[last, left], &[1.0, -1.0]);
        let begins = self.sum(&[from.clone(), half.clone()], &[1.0, 1.0]);
        let ends = self.sum(&[length, from, half], &[1.0, -1.0, -1.0]);
        let (begins, ends) = (self.function(Func::Step, &begins), self.function(Func::Step, &ends));
        let inside = self.multiply(&begins, &ends);
        self.along_axis(value, axis, |this, value| {
            let taken = this.taken(value, std::slice::from_ref(&position));
            let inside = if this.own(&taken).len() > 1 { this.expanded(&inside, &[1]) } else { inside.clone() };
            this.binary(Binary::Multiply, &taken, &inside)
        })
    }
}
