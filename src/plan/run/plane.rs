//! Walks through the entries of a loop: planes of its last two axes, and in these rows, a block or a tile at a time.

use std::ops::Range;

use super::lines::{Lines, MOST_LEAVES, TILE};
use super::memory::{MOST_VALUES, Map, Reading};
use super::pairwise::Pairwise;
use super::program::{self, BLOCK, From, Line, Operation};
use crate::kernel::{self, Binary, Real, Reduction};

impl Lines {
    /// Runs some turns of a loop over one axis.
    pub(super) fn run_part<T: Real>(
        &self,
        turns: Range<usize>,
        map: &Map,
        given: &[&[T]],
        memory: &mut [T],
        scratch: &mut [T],
    ) {
        let (mut outs, reading) = Reading::opened_all(map, given, memory, self.writes());
        let mut plane = Plane::new(self, &reading);
        let (registers, tiles) = scratch.split_at_mut((self.program.registers + 1) * BLOCK);
        for left in turns.clone().step_by(BLOCK) {
            plane.line([0, 0, left], BLOCK.min(turns.end - left), &mut outs, registers, tiles);
        }
    }

    /// Runs the loop.
    pub(super) fn run<T: Real>(&self, map: &Map, given: &[&[T]], memory: &mut [T], scratch: &mut [T]) {
        let (mut outs, reading) = Reading::opened_all(map, given, memory, self.writes());
        for (out, value) in outs.iter_mut().zip(&self.values) {
            if value.clears {
                out.fill(T::zero());
            }
        }
        if let Some(count) = self.single_block() {
            let mut operands = [Line::One(T::zero()); MOST_LEAVES];
            for (operand, leaf) in operands.iter_mut().zip(&self.leaves) {
                let data = reading.at(leaf.place, leaf.first);
                *operand = if leaf.steps[0] == 0 { Line::One(data[0]) } else { Line::Many(&data[..count]) };
            }
            let mut at = [0; MOST_VALUES];
            at.iter_mut().zip(&self.values).for_each(|(at, value)| *at = value.first);
            return self.block(&operands, count, scratch, &mut outs, at, &mut []);
        }
        if !self.lengths.contains(&0) {
            Plane::new(self, &reading).run_all(&mut outs, scratch);
        }
    }

    /// The values of a block, which begin at these places; sums of all go to the totals, where there are some.
    #[inline]
    fn block<T: Real>(
        &self,
        operands: &[Line<'_, T>],
        count: usize,
        registers: &mut [T],
        outs: &mut [&mut [T]],
        at: [usize; MOST_VALUES],
        totals: &mut [Option<Pairwise<T>>],
    ) {
        self.program.prepare(operands, registers, count);
        let (registers, block) = registers.split_at_mut(self.program.registers * BLOCK);
        let block = &mut block[..count];
        let read = |from: From| program::read(from, operands, registers, count);
        for (place, (value, operation)) in self.values.iter().zip(&self.program.values).enumerate() {
            let (out, at) = (&mut *outs[place], at[place]);
            match (value.steps.last().copied().unwrap_or(0), value.adds) {
                (1, false) => program::apply(operation, read, &mut out[at..at + count]),
                (0, _) => {
                    let sum = added(operation, read, block);
                    match totals.get_mut(place) {
                        Some(Some(total)) => total.add(sum),
                        _ => out[at] += sum,
                    }
                }
                (step, adds) => {
                    program::apply(operation, read, block);
                    match (step, adds) {
                        (1, _) => kernel::add_scaled(T::one(), block, &mut out[at..at + count]),
                        (_, true) => block.iter().enumerate().for_each(|(turn, value)| out[at + turn * step] += *value),
                        (_, false) => block.iter().enumerate().for_each(|(turn, value)| out[at + turn * step] = *value),
                    }
                }
            }
        }
    }
}

/// The sum of a block of an operation's values; products are added up as they are made.
pub(super) fn added<'a, T: Real>(operation: &Operation, read: impl Fn(From) -> Line<'a, T>, value: &mut [T]) -> T {
    if let Operation::Zip(Binary::Multiply, x, y) = operation
        && let (Line::Many(x), Line::Many(y)) = (read(*x), read(*y))
    {
        return kernel::dot(x, y);
    }
    if let Operation::Sum(terms) = operation
        && let [(coeff, x)] = &**terms
        && let Line::Many(x) = read(*x)
    {
        return T::narrow(*coeff) * kernel::reduce(Reduction::Sum, x);
    }
    program::apply(operation, read, value);
    kernel::reduce(Reduction::Sum, value)
}

/// The last two axes of a loop.
struct Plane<'a, T> {
    lines: &'a Lines,
    data: [&'a [T]; MOST_LEAVES],
    /// The sum of all, of values that are one number.
    totals: [Option<Pairwise<T>>; MOST_VALUES],
    /// Where the plane begins in each value and in each operand.
    at: [usize; MOST_VALUES],
    from: [usize; MOST_LEAVES],
}

impl<'a, T: Real> Plane<'a, T> {
    fn new(lines: &'a Lines, reading: &Reading<'a, T>) -> Self {
        let mut data = [&[][..]; MOST_LEAVES];
        for (data, leaf) in data.iter_mut().zip(&lines.leaves) {
            *data = reading.at(leaf.place, leaf.first);
        }
        let mut at = [0; MOST_VALUES];
        at.iter_mut().zip(&lines.values).for_each(|(at, value)| *at = value.first);
        Self { lines, data, totals: [None; MOST_VALUES], at, from: [0; MOST_LEAVES] }
    }

    /// Runs the loop, plane after plane.
    fn run_all(mut self, outs: &mut [&mut [T]], scratch: &mut [T]) {
        let lines = self.lines;
        for (total, value) in self.totals.iter_mut().zip(&lines.values) {
            if value.steps.iter().all(|step| *step == 0) {
                *total = Some(Pairwise::default());
            }
        }
        let outer = lines.lengths.len().saturating_sub(2);
        let mut place = vec![0; outer];
        'planes: loop {
            self.run(outs, scratch);
            let mut axis = outer;
            loop {
                if axis == 0 {
                    break 'planes;
                }
                axis -= 1;
                place[axis] += 1;
                self.advance(axis, 1);
                if place[axis] < lines.lengths[axis] {
                    break;
                }
                place[axis] = 0;
                self.retreat(axis);
            }
        }
        for ((total, value), out) in self.totals.iter().zip(&lines.values).zip(outs) {
            if let Some(total) = total {
                out[value.first] += total.sum();
            }
        }
    }

    fn advance(&mut self, axis: usize, by: usize) {
        for (at, value) in self.at.iter_mut().zip(&self.lines.values) {
            *at += value.steps[axis] * by;
        }
        for (from, leaf) in self.from.iter_mut().zip(&self.lines.leaves) {
            *from += leaf.steps[axis] * by;
        }
    }

    fn retreat(&mut self, axis: usize) {
        let length = self.lines.lengths[axis];
        for (at, value) in self.at.iter_mut().zip(&self.lines.values) {
            *at -= value.steps[axis] * length;
        }
        for (from, leaf) in self.from.iter_mut().zip(&self.lines.leaves) {
            *from -= leaf.steps[axis] * length;
        }
    }

    fn run(&mut self, outs: &mut [&mut [T]], scratch: &mut [T]) {
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
                    self.line([top, row, left], width, outs, registers, tiles);
                }
            }
        }
    }

    /// The step of an array along the rows of the plane.
    fn by_row(&self, steps: &[usize]) -> usize {
        self.lines.lengths.len().checked_sub(2).map_or(0, |axis| steps[axis])
    }

    fn by_col(steps: &[usize]) -> usize {
        steps.last().copied().unwrap_or(0)
    }

    /// Copies a part of an operand into a tile.
    fn bring(&self, leaf: usize, [top, left]: [usize; 2], [height, width]: [usize; 2], tile: &mut [T]) {
        let own = &self.lines.leaves[leaf];
        let (by_row, by_col) = (self.by_row(&own.steps), Self::by_col(&own.steps));
        let data = &self.data[leaf][self.from[leaf] + top * by_row + left * by_col..];
        // The lines of the cache that hold one row hold the next ones, too.
        for (row, tile) in tile.chunks_mut(TILE[1]).take(height).enumerate() {
            let line = data[row * by_row..].iter().step_by(by_col);
            tile[..width].iter_mut().zip(line).for_each(|(tile, entry)| *tile = *entry);
        }
    }

    /// A block of a row of the plane, or of a tile of it.
    fn line(
        &mut self,
        [top, row, left]: [usize; 3],
        count: usize,
        outs: &mut [&mut [T]],
        registers: &mut [T],
        tiles: &[T],
    ) {
        let lines = self.lines;
        let mut operands = [Line::One(T::zero()); MOST_LEAVES];
        for (place, leaf) in lines.leaves.iter().enumerate() {
            let first = self.from[place] + (top + row) * self.by_row(&leaf.steps);
            operands[place] = match Self::by_col(&leaf.steps) {
                0 => Line::One(self.data[place][first]),
                1 => Line::Many(&self.data[place][first + left..first + left + count]),
                _ => {
                    let tile = lines.tiled.iter().position(|tiled| *tiled == place).unwrap_or(0);
                    let first = tile * TILE[0] * TILE[1] + row * TILE[1];
                    Line::Many(&tiles[first..first + count])
                }
            };
        }
        let mut at = [0; MOST_VALUES];
        for ((at, first), value) in at.iter_mut().zip(self.at).zip(&lines.values) {
            *at = first + (top + row) * self.by_row(&value.steps) + left * Self::by_col(&value.steps);
        }
        lines.block(&operands, count, registers, outs, at, &mut self.totals);
    }
}
