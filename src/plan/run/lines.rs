//! Loops over the entries of arrays that lie in memory by steps, a block at a time.
//!
//! The axis along which most arrays run by ones is innermost, and axes that all arrays walk through as one are one. What runs otherwise
//! along the innermost axis, as a transposed matrix does, is brought into a tile first, which reads whole lines of the cache.

use super::place::Place;
use super::product::{Product, Stack};
use super::program::{BLOCK, Formula, From, Operation, Program};
use crate::kernel::Binary;

/// Most operands of a loop.
pub(in crate::plan) const MOST_LEAVES: usize = 12;
/// The rows and columns of a tile.
pub(super) const TILE: [usize; 2] = [16, 128];

/// An operand: where it begins, and its step for each axis of the loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) place: Place,
    pub(super) first: usize,
    pub(super) steps: Vec<usize>,
}

/// A value: where it goes, with a step of 0 along an axis over which it is added up.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) buffer: usize,
    pub(super) first: usize,
    pub(super) steps: Vec<usize>,
    /// Whether it is added to what is there.
    pub(super) adds: bool,
    /// Whether all is 0 at first.
    pub(super) clears: bool,
}

/// A loop.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    pub(super) lengths: Vec<usize>,
    pub(super) leaves: Vec<Leaf>,
    pub(super) values: Vec<Value>,
    /// What the values are of the operands.
    pub(super) formula: Formula,
    pub(super) program: Program,
    /// Operands that are brought into tiles.
    pub(super) tiled: Vec<usize>,
}

/// A loop with one value as it is put together: axes are labels in any order.
pub(super) struct Draft {
    pub(super) sizes: Vec<usize>,
    pub(super) out: Leaf,
    pub(super) leaves: Vec<Leaf>,
    pub(super) formula: Formula,
    pub(super) adds: bool,
    pub(super) clears: bool,
}

/// The label that is best innermost: the one along which most arrays run by ones.
pub(super) fn innermost<'a>(sizes: &[usize], all: impl Iterator<Item = &'a [usize]> + Clone) -> Option<usize> {
    let votes = |label: usize| all.clone().filter(|steps| steps[label] == 1).count();
    // Of several the last.
    (0..sizes.len()).filter(|label| sizes[*label] != 1).max_by_key(|label| votes(*label))
}

impl Lines {
    pub(super) fn new(draft: Draft) -> Self {
        let Draft { sizes, out, leaves, formula, adds, clears } = draft;
        let steps = || leaves.iter().map(|leaf| leaf.steps.as_slice()).chain([out.steps.as_slice(); 2]);
        let inner = innermost(&sizes, steps());
        let mut order: Vec<usize> =
            (0..sizes.len()).filter(|label| sizes[*label] != 1 && Some(*label) != inner).collect();
        order.sort_by_key(|label| std::cmp::Reverse(steps().map(|steps| steps[*label]).sum::<usize>()));
        order.extend(inner);
        // Labels that all walk through as one are one.
        let mut groups: Vec<(usize, usize)> = Vec::new();
        for label in order {
            match groups.last_mut() {
                Some((last, length)) if steps().all(|steps| steps[*last] == steps[label] * sizes[label]) => {
                    (*last, *length) = (label, *length * sizes[label]);
                }
                _ => groups.push((label, sizes[label])),
            }
        }
        let lengths: Vec<usize> = if groups.is_empty() { vec![1] } else { groups.iter().map(|(_, n)| *n).collect() };
        let turned = |leaf: &Leaf, one: usize| {
            let own = groups.iter().map(|(label, _)| leaf.steps[*label]);
            let steps = if groups.is_empty() { vec![one] } else { own.collect() };
            Leaf { steps, ..leaf.clone() }
        };
        let (out, leaves): (Leaf, Vec<Leaf>) = (turned(&out, 1), leaves.iter().map(|leaf| turned(leaf, 0)).collect());
        let Place::Made(buffer) = out.place else { unreachable!("what is given is not written") };
        let value = Value { buffer, first: out.first, steps: out.steps, adds, clears };
        Self::of(lengths, leaves, vec![value], formula)
    }

    pub(super) fn of(lengths: Vec<usize>, leaves: Vec<Leaf>, values: Vec<Value>, formula: Formula) -> Self {
        let is_tiled = |leaf: &Leaf| leaf.steps.last().is_some_and(|step| *step > 1);
        let tiled = (0..leaves.len()).filter(|place| is_tiled(&leaves[*place])).collect();
        let is_number = |from: From| matches!(from, From::Leaf(at) if leaves[at].steps.last() == Some(&0));
        let program = formula.folded(is_number).program();
        Self { lengths, leaves, values, program, formula, tiled }
    }

    /// How many numbers a run needs beside.
    pub(super) fn scratch(&self) -> usize {
        (self.program.registers + 1) * BLOCK + self.tiled.len() * TILE[0] * TILE[1]
    }

    /// The number of turns of a loop over one axis that stores one value for each.
    pub(super) fn single_axis(&self) -> Option<usize> {
        let [value] = self.values.as_slice() else { return None };
        let is_plain = !value.adds && value.steps == [1] && self.tiled.is_empty();
        is_plain.then(|| self.lengths[0])
    }

    /// The product xyᵀ, row after row, that a loop over two axes is.
    pub(super) fn outer_product(&self) -> Option<Product> {
        let (&[m, n], [value]) = (self.lengths.as_slice(), self.values.as_slice()) else { return None };
        let ([x, y], [Operation::Zip(Binary::Multiply, From::Leaf(left), From::Leaf(right))]) =
            (self.leaves.as_slice(), self.formula.operations.as_slice())
        else {
            return None;
        };
        let is_plain = !value.adds && value.first == 0 && *value.steps == [n, 1] && left != right;
        let (x, y) = if x.steps[1] == 0 { (x, y) } else { (y, x) };
        let stack = |leaf: &Leaf, steps| Stack { place: leaf.place, first: leaf.first, steps };
        (is_plain && x.steps[1] == 0 && y.steps[0] == 0 && x.steps[0] != 0).then(|| Product {
            batch: 1,
            sides: [m, n, 1],
            left: stack(x, [0, x.steps[0], 1]),
            right: stack(y, [0, 1, y.steps[1]]),
            is_symmetric: false,
        })
    }

    /// The number of turns of a loop over one axis that is one block.
    pub(super) fn single_block(&self) -> Option<usize> {
        let [count] = *self.lengths else { return None };
        ((1..=BLOCK).contains(&count) && self.tiled.is_empty()).then_some(count)
    }
}

impl Lines {
    /// The places that it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = Place> {
        self.leaves.iter().map(|leaf| leaf.place)
    }

    /// The buffers that it writes.
    pub(super) fn writes(&self) -> impl Iterator<Item = usize> {
        self.values.iter().map(|value| value.buffer)
    }

    /// Whether a loop over one axis reads of a buffer, in each turn, the entry of that turn.
    pub(super) fn follows(&self, buffer: usize) -> bool {
        let own = |leaf: &&Leaf| leaf.place == Place::Made(buffer);
        self.leaves.iter().filter(own).all(|leaf| leaf.first == 0 && leaf.steps == [1])
    }
}
