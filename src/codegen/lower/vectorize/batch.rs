//! One operation for each value of an index at once.

use super::super::super::tree::{Array, ArrayId, Binary, Unary};
use super::super::is_extreme;
use super::{Batch, MAX_AXES};
use crate::expr::{Op, Reduction};

impl Batch<'_, '_> {
    /// The array that holds the values of an operation for each value of the index, along its first axis.
    pub(super) fn array(&mut self, id: ArrayId, node: &Array) -> Option<ArrayId> {
        let axes = self.count(id)?;
        if axes >= MAX_AXES {
            return None;
        }
        match node {
            Array::Index(_) => Some(self.program.add(Array::Range(self.upper))),
            Array::Item(array, positions) => self.item(*array, positions),
            Array::Sum(terms) => {
                let terms = terms.iter().map(|(minus, term)| Some((*minus, self.aligned(*term, axes)?)));
                let terms = terms.collect::<Option<_>>()?;
                Some(self.program.add(Array::Sum(terms)))
            }
            Array::Unary(operation, x) => self.unary(*operation, *x),
            Array::Binary(operation, x, y) => self.binary(*operation, *x, *y, axes),
            Array::Expand(x, places) => {
                let array = self.values(*x)?;
                Some(self.expanded(array, places.iter().map(|place| place + 1).collect()))
            }
            Array::Along(operation, x, along) => {
                let array = self.values(*x)?;
                Some(self.program.add(Array::Along(*operation, array, along.iter().map(|axis| axis + 1).collect())))
            }
            Array::Einsum(subscripts, factors) => self.einsum(subscripts, factors),
            _ => None,
        }
    }

    /// An operand of an entrywise operation whose result has this many axes, as one with the index's axis before them.
    fn aligned(&mut self, id: ArrayId, axes: usize) -> Option<ArrayId> {
        if !self.varies(id) {
            return Some(id);
        }
        let (array, own) = (self.values(id)?, self.count(id)?);
        Some(self.expanded(array, (1..=axes - own).collect()))
    }

    /// An array with axes of length 1 at these places.
    pub(super) fn expanded(&mut self, array: ArrayId, places: Vec<usize>) -> ArrayId {
        match places.as_slice() {
            [] => array,
            [1] if self.count(array) == Some(1) => self.program.unary(Unary::AsColumn, array),
            _ => self.program.add(Array::Expand(array, places.into())),
        }
    }

    /// The part of an array at positions of which one or two are the index. The index must go through their axes from end to end.
    fn item(&mut self, array: ArrayId, positions: &[ArrayId]) -> Option<ArrayId> {
        if self.varies(array) {
            return None;
        }
        let lengths = self.axes.of(self.program, array)?;
        let is_index =
            |batch: &Self, at: ArrayId| matches!(batch.program.node(at), Array::Index(found) if *found == batch.index);
        for (at, length) in positions.iter().zip(&lengths) {
            if self.varies(*at) && !(is_index(self, *at) && *length == self.upper) {
                return None;
            }
        }
        let place = positions.iter().position(|at| self.varies(*at))?;
        let (before, after) = (&positions[..place], &positions[place + 1..]);
        let array = if before.is_empty() {
            array
        } else {
            self.program.add(Array::Item(array, before.iter().copied().collect()))
        };
        let rest = lengths.len() - place;
        match after {
            [] => Some(array),
            [at] if rest == 2 && self.varies(*at) => Some(self.program.unary(Unary::DiagPart, array)),
            [at] if rest == 2 => {
                let transposed = self.program.transposed(array);
                Some(self.program.add(Array::Item(transposed, [*at].into())))
            }
            _ => None,
        }
    }

    fn unary(&mut self, operation: Unary, x: ArrayId) -> Option<ArrayId> {
        let (array, axes) = (self.values(x)?, self.count(x)?);
        match operation {
            Unary::Elementwise(_)
            | Unary::Negative
            | Unary::Sqrt
            | Unary::Log1p
            | Unary::Expm1
            | Unary::LogExpit
            | Unary::LogNormCdf
            | Unary::NormRatio => Some(self.program.unary(operation, array)),
            Unary::Apply(Op::Softmax) if axes == 1 => Some(self.program.unary(Unary::SoftmaxRows, array)),
            Unary::LogSoftmax if axes == 1 => Some(self.program.unary(Unary::LogSoftmaxRows, array)),
            Unary::Transpose if axes == 2 => Some(self.program.add(Array::Axes(array, [0, 2, 1].into()))),
            Unary::Reduce(_) | Unary::Norm if axes > 0 => {
                Some(self.program.add(Array::Along(operation, array, (1..=axes).collect())))
            }
            Unary::Trace => Some(self.program.add(Array::Einsum("ijj->i".into(), [array].into()))),
            Unary::DiagPart => Some(self.program.add(Array::Einsum("ijj->ij".into(), [array].into()))),
            Unary::AsColumn => Some(self.expanded(array, vec![2])),
            Unary::AsRow => Some(self.expanded(array, vec![1])),
            _ => None,
        }
    }

    fn binary(&mut self, operation: Binary, x: ArrayId, y: ArrayId, axes: usize) -> Option<ArrayId> {
        match operation {
            // What is compared with its own largest entry is compared where it stands.
            Binary::Equal if matches!(self.program.node(y), Array::Unary(operation, _) if is_extreme(*operation)) => {
                None
            }
            Binary::Multiply
            | Binary::Divide
            | Binary::Power
            | Binary::LogAddExp
            | Binary::Xlogy
            | Binary::Equal
            | Binary::Keep
            | Binary::Maximum
            | Binary::Minimum => {
                let (x, y) = (self.aligned(x, axes)?, self.aligned(y, axes)?);
                Some(self.program.binary(operation, x, y))
            }
            Binary::Outer => {
                let [left, right] = [x, y].map(|side| if self.varies(side) { self.values(side) } else { Some(side) });
                let (left, right) = (left?, right?);
                let left = match self.varies(x) {
                    true => self.expanded(left, vec![2]),
                    false => self.expanded(left, vec![1]),
                };
                let right = if self.varies(y) { self.expanded(right, vec![1]) } else { right };
                Some(self.program.binary(Binary::Multiply, left, right))
            }
            Binary::Matmul => self.matmul(x, y),
            Binary::Solve if !self.varies(x) && self.count(y) == Some(1) => {
                let columns = self.values(y)?;
                let columns = self.program.transposed(columns);
                let solved = self.program.binary(Binary::Solve, x, columns);
                Some(self.program.transposed(solved))
            }
            _ => None,
        }
    }

    fn matmul(&mut self, x: ArrayId, y: ArrayId) -> Option<ArrayId> {
        let of = (self.count(x)?, self.count(y)?);
        let (left, right) = match (self.varies(x), self.varies(y)) {
            (true, false) => match self.transposed(x).filter(|_| of.1 == 1) {
                Some(inner) => (y, inner),
                None => (self.values(x)?, y),
            },
            (false, true) => match (of, self.transposed(y)) {
                ((1, 1), _) => (self.values(y)?, x),
                ((2, 1), _) => (self.values(y)?, self.program.transposed(x)),
                ((1, _), Some(inner)) => (inner, x),
                _ => (x, self.values(y)?),
            },
            _ => {
                let (left, right) = (self.values(x)?, self.values(y)?);
                match of {
                    (1, 1) => {
                        let product = self.program.binary(Binary::Multiply, left, right);
                        let sum = Unary::Reduce(Reduction::Sum);
                        return Some(self.program.add(Array::Along(sum, product, [1].into())));
                    }
                    (2, 2) => (left, right),
                    _ => {
                        let ((x, left), (y, right)) = (self.subscripts(x, of.0, "jk"), self.subscripts(y, of.1, "kl"));
                        let to = if of.0 == 2 { "ij" } else { "il" };
                        let subscripts = format!("i{left},i{right}->{to}");
                        return Some(self.program.add(Array::Einsum(subscripts.into(), [x?, y?].into())));
                    }
                }
            }
        };
        Some(self.program.binary(Binary::Matmul, left, right))
    }

    /// The values of what a node is the transpose of.
    fn transposed(&self, id: ArrayId) -> Option<ArrayId> {
        match *self.program.node(id) {
            Array::Unary(Unary::Transpose, inner) => self.values(inner),
            _ => None,
        }
    }

    /// The values of a factor of a product, with a letter for each of its axes. A transpose is in the order of the letters.
    pub(super) fn subscripts(&self, id: ArrayId, axes: usize, letters: &str) -> (Option<ArrayId>, String) {
        match *self.program.node(id) {
            Array::Unary(Unary::Transpose, inner) => (self.values(inner), letters.chars().rev().collect()),
            // Of a vector the axis that is summed over.
            _ if axes == 1 => (self.values(id), "k".to_owned()),
            _ => (self.values(id), letters.to_owned()),
        }
    }

    fn einsum(&mut self, subscripts: &str, factors: &[ArrayId]) -> Option<ArrayId> {
        let new = ('i'..='z').find(|letter| !subscripts.contains(*letter))?;
        let (from, to) = subscripts.split_once("->")?;
        let (mut lists, mut arrays) = (Vec::new(), Vec::new());
        for (letters, factor) in from.split(',').zip(factors) {
            let varies = self.varies(*factor);
            lists.push(if varies { format!("{new}{letters}") } else { letters.to_owned() });
            arrays.push(if varies { self.values(*factor)? } else { *factor });
        }
        let subscripts = format!("{}->{new}{to}", lists.join(","));
        Some(self.program.add(Array::Einsum(subscripts.into(), arrays.into())))
    }
}
