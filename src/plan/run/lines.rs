//! Loops over the entries of arrays that lie in memory by steps, a block at a time.
//!
//! The axis along which most arrays run by ones is innermost, and axes that all arrays walk through as one are one. What runs otherwise
//! along the innermost axis, as a transposed matrix does, is brought into a tile first, which reads whole lines of the cache.

use std::ops::Range;

use super::memory::Reading;
use super::pairwise::Pairwise;
use super::place::Place;
use super::program::{self, BLOCK, From, Line, Operation, Program};
use crate::kernel::{self, Binary, Reduction};

/// Most operands of a loop.
pub(in crate::plan) const MOST_LEAVES: usize = 12;
/// The rows and columns of a tile.
const TILE: [usize; 2] = [16, 128];

/// An operand: where it begins, and its step for each axis of the loop.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) place: Place,
    pub(super) first: usize,
    pub(super) steps: Vec<usize>,
}

/// A loop.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    lengths: Vec<usize>,
    /// The value: a step of 0 along an axis over which it is added up.
    out: Leaf,
    leaves: Vec<Leaf>,
    program: Program,
    /// Whether values are added to what is there.
    adds: bool,
    /// Whether all is 0 at first.
    clears: bool,
    /// Operands that are brought into tiles.
    tiled: Vec<usize>,
}

/// A loop as it is put together: axes are labels in any order.
pub(super) struct Draft {
    pub(super) sizes: Vec<usize>,
    pub(super) out: Leaf,
    pub(super) leaves: Vec<Leaf>,
    pub(super) program: Program,
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
        let Draft { sizes, out, leaves, program, adds, clears } = draft;
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
        let is_tiled = |leaf: &Leaf| leaf.steps.last().is_some_and(|step| *step > 1);
        let tiled = (0..leaves.len()).filter(|place| is_tiled(&leaves[*place])).collect();
        Self { lengths, out, leaves, program, adds, clears, tiled }
    }

    /// How many doubles a run needs beside.
    pub(super) fn scratch(&self) -> usize {
        (self.program.registers + 1) * BLOCK + self.tiled.len() * TILE[0] * TILE[1]
    }

    /// The number of turns of a loop over one axis that stores a value for each.
    pub(super) fn single_axis(&self) -> Option<usize> {
        let is_plain = !self.adds && self.out.steps == [1] && self.tiled.is_empty();
        is_plain.then(|| self.lengths[0])
    }

    /// Runs some turns of a loop over one axis.
    pub(super) fn run_part(&self, turns: Range<usize>, out: &mut [f64], reading: &Reading<'_>, scratch: &mut [f64]) {
        let mut data = [&[][..]; MOST_LEAVES];
        for (data, leaf) in data.iter_mut().zip(&self.leaves) {
            *data = reading.at(leaf.place, leaf.first);
        }
        let mut plane = Plane { lines: self, data, total: None, at: 0, from: [0; MOST_LEAVES] };
        let (registers, tiles) = scratch.split_at_mut((self.program.registers + 1) * BLOCK);
        let out = &mut out[self.out.first..];
        for left in turns.clone().step_by(BLOCK) {
            plane.line([0, 0, left], BLOCK.min(turns.end - left), out, registers, tiles);
        }
    }

    /// Runs the loop.
    pub(super) fn run(&self, out: &mut [f64], reading: &Reading<'_>, scratch: &mut [f64]) {
        if self.clears {
            out.fill(0.0);
        }
        if self.lengths.contains(&0) {
            return;
        }
        let mut data = [&[][..]; MOST_LEAVES];
        for (data, leaf) in data.iter_mut().zip(&self.leaves) {
            *data = reading.at(leaf.place, leaf.first);
        }
        let out = &mut out[self.out.first..];
        let mut plane = Plane { lines: self, data, total: None, at: 0, from: [0; MOST_LEAVES] };
        if self.out.steps.iter().all(|step| *step == 0) {
            plane.total = Some(Pairwise::default());
        }
        let outer = self.lengths.len().saturating_sub(2);
        let mut place = vec![0; outer];
        'planes: loop {
            plane.run(out, scratch);
            let mut axis = outer;
            loop {
                if axis == 0 {
                    break 'planes;
                }
                axis -= 1;
                place[axis] += 1;
                plane.advance(axis, 1);
                if place[axis] < self.lengths[axis] {
                    break;
                }
                place[axis] = 0;
                plane.retreat(axis);
            }
        }
        if let Some(total) = plane.total {
            out[0] += total.sum();
        }
    }
}

/// The last two axes of a loop.
struct Plane<'a> {
    lines: &'a Lines,
    data: [&'a [f64]; MOST_LEAVES],
    /// The sum of all, where the loop makes one number.
    total: Option<Pairwise>,
    /// Where the plane begins in the value and in each operand.
    at: usize,
    from: [usize; MOST_LEAVES],
}

impl Plane<'_> {
    fn advance(&mut self, axis: usize, by: usize) {
        self.at += self.lines.out.steps[axis] * by;
        for (from, leaf) in self.from.iter_mut().zip(&self.lines.leaves) {
            *from += leaf.steps[axis] * by;
        }
    }

    fn retreat(&mut self, axis: usize) {
        let length = self.lines.lengths[axis];
        self.at -= self.lines.out.steps[axis] * length;
        for (from, leaf) in self.from.iter_mut().zip(&self.lines.leaves) {
            *from -= leaf.steps[axis] * length;
        }
    }

    fn run(&mut self, out: &mut [f64], scratch: &mut [f64]) {
        let lines = self.lines;
        let axes = lines.lengths.len();
        let cols = lines.lengths[axes - 1];
        let rows = if axes > 1 { lines.lengths[axes - 2] } else { 1 };
        let [tall, wide] = if lines.tiled.is_empty() { [1, BLOCK] } else { TILE };
        let (registers, tiles) = scratch.split_at_mut((lines.program.registers + 1) * BLOCK);
        for top in (0..rows).step_by(tall) {
            let height = tall.min(rows - top);
            for left in (0..cols).step_by(wide) {
                let width = wide.min(cols - left);
                for (tile, leaf) in tiles.chunks_mut(TILE[0] * TILE[1]).zip(&lines.tiled) {
                    self.bring(*leaf, [top, left], [height, width], tile);
                }
                for row in 0..height {
                    self.line([top, row, left], width, out, registers, tiles);
                }
            }
        }
    }

    /// The step of an array along the rows of the plane.
    fn by_row(&self, leaf: &Leaf) -> usize {
        self.lines.lengths.len().checked_sub(2).map_or(0, |axis| leaf.steps[axis])
    }

    fn by_col(leaf: &Leaf) -> usize {
        leaf.steps.last().copied().unwrap_or(0)
    }

    /// Copies a part of an operand into a tile.
    fn bring(&self, leaf: usize, [top, left]: [usize; 2], [height, width]: [usize; 2], tile: &mut [f64]) {
        let own = &self.lines.leaves[leaf];
        let (by_row, by_col) = (self.by_row(own), Self::by_col(own));
        let data = &self.data[leaf][self.from[leaf] + top * by_row + left * by_col..];
        // The lines of the cache that hold one row hold the next ones, too.
        for (row, tile) in tile.chunks_mut(TILE[1]).take(height).enumerate() {
            let line = data[row * by_row..].iter().step_by(by_col);
            tile[..width].iter_mut().zip(line).for_each(|(tile, entry)| *tile = *entry);
        }
    }

    fn line(
        &mut self,
        [top, row, left]: [usize; 3],
        count: usize,
        out: &mut [f64],
        registers: &mut [f64],
        tiles: &[f64],
    ) {
        let lines = self.lines;
        let mut operands = [Line::One(0.0); MOST_LEAVES];
        for (place, leaf) in lines.leaves.iter().enumerate() {
            let first = self.from[place] + (top + row) * self.by_row(leaf);
            operands[place] = match Self::by_col(leaf) {
                0 => Line::One(self.data[place][first]),
                1 => Line::Many(&self.data[place][first + left..first + left + count]),
                _ => {
                    let tile = lines.tiled.iter().position(|tiled| *tiled == place).unwrap_or(0);
                    let first = tile * TILE[0] * TILE[1] + row * TILE[1];
                    Line::Many(&tiles[first..first + count])
                }
            };
        }
        lines.program.prepare(&operands, registers, count);
        let Some(last) = lines.program.last() else { return };
        let step = Self::by_col(&lines.out);
        let at = self.at + (top + row) * self.by_row(&lines.out) + left * step;
        if step == 1 && !lines.adds {
            return program::apply(
                last,
                |from| program::read(from, &operands, registers, count),
                &mut out[at..at + count],
            );
        }
        let (registers, value) = registers.split_at_mut(lines.program.registers * BLOCK);
        let value = &mut value[..count];
        let read = |from: From| program::read(from, &operands, registers, count);
        if step == 0 {
            let sum = added(last, read, value);
            match &mut self.total {
                Some(total) => total.add(sum),
                None => out[at] += sum,
            }
            return;
        }
        program::apply(last, read, value);
        match (step, lines.adds) {
            (1, _) => kernel::add_scaled(1.0, value, &mut out[at..at + count]),
            (_, true) => value.iter().enumerate().for_each(|(place, value)| out[at + place * step] += value),
            (_, false) => value.iter().enumerate().for_each(|(place, value)| out[at + place * step] = *value),
        }
    }
}

/// The sum of a block of an operation's values; products are added up as they are made.
fn added<'a>(operation: &Operation, read: impl Fn(From) -> Line<'a>, value: &mut [f64]) -> f64 {
    if let Operation::Zip(Binary::Multiply, x, y) = operation
        && let (Line::Many(x), Line::Many(y)) = (read(*x), read(*y))
    {
        return kernel::dot(x, y);
    }
    if let Operation::Sum(terms) = operation
        && let [(coeff, x)] = &**terms
        && let Line::Many(x) = read(*x)
    {
        return coeff * kernel::reduce(Reduction::Sum, x);
    }
    program::apply(operation, read, value);
    kernel::reduce(Reduction::Sum, value)
}

impl Lines {
    /// The places that it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = Place> {
        self.leaves.iter().map(|leaf| leaf.place)
    }

    /// Whether a loop over one axis reads of a buffer, in each turn, the entry of that turn.
    pub(super) fn follows(&self, buffer: usize) -> bool {
        let own = |leaf: &&Leaf| leaf.place == Place::Made(buffer);
        self.leaves.iter().filter(own).all(|leaf| leaf.first == 0 && leaf.steps == [1])
    }
}
