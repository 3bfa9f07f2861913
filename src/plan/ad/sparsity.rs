//! Which entries of a node depend on which entries of another, whatever the numbers are: a set of bits for each entry, found by going
//! through the graph once.
//!
//! What an entry depends on follows from labels and axes: a function of entries has those of its operands, a product summed over labels
//! those of the factors' entries that meet in it, an operation on whole matrices all of them.

use rustc_hash::FxHashMap;

use super::reverse::active;
use crate::expr::Func;
use crate::plan::contraction::{Contraction, Group};
use crate::plan::entry::{Map, Zip};
use crate::plan::graph::{Graph, Kernel};
use crate::plan::node::NodeId;
use crate::plan::run::{Inputs, entries};

/// Words that are read at most: of more, dependence is not looked at.
const MOST_WORDS: usize = 200_000_000;
/// Words of one node's sets at most.
const MOST_OF_NODE: usize = 16_000_000;

/// For each entry of a node, row after row, the set of entries of another that it depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    words: usize,
    /// How many entries there are to depend on.
    pub columns: usize,
    sets: Vec<u64>,
}

impl Pattern {
    fn empty(rows: usize, columns: usize) -> Option<Self> {
        let words = columns.div_ceil(64);
        let count = rows.checked_mul(words).filter(|count| *count <= MOST_OF_NODE)?;
        Some(Self { words, columns, sets: vec![0; count] })
    }

    /// How many entries have a set.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.sets.len().checked_div(self.words).unwrap_or(0)
    }

    fn set(&self, row: usize) -> &[u64] {
        &self.sets[row * self.words..(row + 1) * self.words]
    }

    /// Adds what an entry of another depends on to an entry's set.
    fn add(&mut self, row: usize, other: &Self, from: usize) {
        let own = &mut self.sets[row * self.words..(row + 1) * self.words];
        own.iter_mut().zip(other.set(from)).for_each(|(own, other)| *own |= other);
    }

    /// Adds what any entry of another depends on to every set.
    fn add_all(&mut self, other: &Self) {
        let mut whole = vec![0; self.words];
        for row in 0..other.rows() {
            whole.iter_mut().zip(other.set(row)).for_each(|(whole, other)| *whole |= other);
        }
        for own in self.sets.chunks_mut(self.words.max(1)) {
            own.iter_mut().zip(&whole).for_each(|(own, whole)| *own |= whole);
        }
    }

    /// The entries that an entry depends on, from the first.
    pub fn of_row(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        let words = self.set(row).iter().enumerate();
        words.flat_map(|(place, word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| 64 * place + bit))
    }
}

/// Which entries of `wrt` each entry of `root` depends on; none where that is not found with a bounded effort.
#[must_use]
pub fn pattern(graph: &Graph, root: NodeId, wrt: NodeId) -> Option<Pattern> {
    let order = graph.order(&[root]);
    let active = active(graph, &order, &[wrt]);
    let columns = graph.node(wrt).count();
    let mut walk = Walk { graph, columns, found: FxHashMap::default(), left: MOST_WORDS };
    for id in order.into_iter().filter(|id| active[id.place()]) {
        let pattern = if id == wrt { walk.identity()? } else { walk.pattern(id)? };
        walk.found.insert(id, pattern);
    }
    match walk.found.remove(&root) {
        Some(pattern) => Some(pattern),
        None => Pattern::empty(graph.node(root).count(), columns),
    }
}

struct Walk<'a> {
    graph: &'a Graph,
    columns: usize,
    found: FxHashMap<NodeId, Pattern>,
    /// How many words may still be read.
    left: usize,
}

/// How far apart the entries along each axis are, row after row.
fn steps(lengths: &[usize]) -> Vec<usize> {
    let mut steps = vec![1; lengths.len()];
    for axis in (1..lengths.len()).rev() {
        steps[axis - 1] = steps[axis] * lengths[axis];
    }
    steps
}

impl Walk<'_> {
    fn identity(&self) -> Option<Pattern> {
        let mut pattern = Pattern::empty(self.columns, self.columns)?;
        for row in 0..self.columns {
            pattern.sets[row * pattern.words + row / 64] |= 1 << (row % 64);
        }
        Some(pattern)
    }

    fn lengths(&self, id: NodeId) -> Vec<usize> {
        self.graph.lengths(id).iter().map(|length| length.size).collect()
    }

    /// Takes so many sets from what may still be read.
    fn spend(&mut self, sets: usize) -> Option<()> {
        self.left = self.left.checked_sub(sets.checked_mul(self.columns.div_ceil(64).max(1))?)?;
        Some(())
    }

    fn pattern(&mut self, id: NodeId) -> Option<Pattern> {
        let count = self.graph.node(id).count();
        let mut pattern = Pattern::empty(count, self.columns)?;
        let kernel = self.graph.kernel(id).clone();
        let entrywise: Vec<NodeId> = match &kernel {
            Kernel::Input(_) | Kernel::Number(_) | Kernel::Size(_) | Kernel::Range(_) => return Some(pattern),
            Kernel::Map(Map::Factorial | Map::Truncate | Map::Func(Func::Sign | Func::Step | Func::IsZero), _)
            | Kernel::Zip(Zip::Equal, ..) => return Some(pattern),
            Kernel::Map(..) | Kernel::Zip(..) | Kernel::Sum(_) => kernel.operands(),
            Kernel::Contract(contraction) => {
                self.contraction(contraction, &mut pattern)?;
                return Some(pattern);
            }
            Kernel::Fold(_, x, axes) => {
                self.along(*x, axes, &mut pattern, false)?;
                return Some(pattern);
            }
            Kernel::Others(x, axes) => {
                self.along(*x, axes, &mut pattern, true)?;
                return Some(pattern);
            }
            Kernel::Matrix(_, operands) => {
                self.spend(count)?;
                for operand in operands.iter().filter_map(|operand| self.found.get(operand)) {
                    pattern.add_all(operand);
                }
                return Some(pattern);
            }
            Kernel::Stack(parts) => {
                self.spend(count)?;
                let each = count / parts.len().max(1);
                for (place, part) in parts.iter().enumerate() {
                    let Some(part) = self.found.get(part) else { continue };
                    (0..each).for_each(|row| pattern.add(place * each + row, part, row));
                }
                return Some(pattern);
            }
            Kernel::Join(parts, axis) => {
                self.spend(count)?;
                let whole = self.lengths(id);
                let inner: usize = whole[axis + 1..].iter().product();
                let (outer, row) = (whole[..*axis].iter().product::<usize>(), whole[*axis] * inner);
                let mut before = 0;
                for part in parts {
                    let own = self.lengths(*part)[*axis] * inner;
                    if let Some(found) = self.found.get(part) {
                        for at in (0..outer).flat_map(|line| (0..own).map(move |place| (line, place))) {
                            pattern.add(at.0 * row + before + at.1, found, at.0 * own + at.1);
                        }
                    }
                    before += own;
                }
                return Some(pattern);
            }
            Kernel::Take(array, positions) => {
                let first = self.lengths(*array)[..positions.len()].to_vec();
                self.moved(*array, (positions, &first), &mut pattern, false)?;
                return Some(pattern);
            }
            Kernel::Scatter(parts, positions, first) => {
                let first: Vec<usize> = first.iter().map(|length| length.size).collect();
                self.moved(*parts, (positions, &first), &mut pattern, true)?;
                return Some(pattern);
            }
        };
        self.spend(count * entrywise.len())?;
        for operand in entrywise.iter().filter_map(|operand| self.found.get(operand)) {
            (0..count).for_each(|row| pattern.add(row, operand, row));
        }
        Some(pattern)
    }

    /// A product: every combination of labels is visited.
    fn contraction(&mut self, contraction: &Contraction, pattern: &mut Pattern) -> Option<()> {
        let sizes: Vec<usize> = contraction.lengths.iter().map(|length| length.size).collect();
        let active: Vec<&(NodeId, Box<[Group]>)> =
            contraction.operands.iter().filter(|(operand, _)| self.found.contains_key(operand)).collect();
        let total = sizes.iter().try_fold(1_usize, |total, size| total.checked_mul(*size))?;
        self.spend(total.checked_mul(active.len())?)?;
        // How far the entry moves in each array where a label goes on by one.
        let moves = |groups: &[Group]| {
            let lengths: Vec<usize> =
                groups.iter().map(|group| group.iter().map(|label| sizes[*label as usize]).product()).collect();
            let mut moves = vec![0; sizes.len()];
            for (group, step) in groups.iter().zip(steps(&lengths)) {
                let mut step = step;
                for label in group.iter().rev() {
                    moves[*label as usize] += step;
                    step *= sizes[*label as usize];
                }
            }
            moves
        };
        let out = moves(&contraction.output);
        let operands: Vec<(&Pattern, Vec<usize>)> =
            active.iter().filter_map(|(operand, groups)| Some((self.found.get(operand)?, moves(groups)))).collect();
        let mut at = vec![0; sizes.len()];
        let place = |at: &[usize], moves: &[usize]| at.iter().zip(moves).map(|(at, step)| at * step).sum::<usize>();
        for _ in 0..total {
            let row = place(&at, &out);
            for (operand, moves) in &operands {
                pattern.add(row, operand, place(&at, moves));
            }
            for label in (0..sizes.len()).rev() {
                at[label] += 1;
                if at[label] < sizes[label] {
                    break;
                }
                at[label] = 0;
            }
        }
        Some(())
    }

    /// Entries along axes together; with `is_kept` the result has the axes still.
    fn along(&mut self, x: NodeId, axes: &[usize], pattern: &mut Pattern, is_kept: bool) -> Option<()> {
        let lengths = self.lengths(x);
        self.spend(lengths.iter().product::<usize>() * if is_kept { 2 } else { 1 })?;
        let Some(operand) = self.found.get(&x) else { return Some(()) };
        let kept: Vec<usize> = (0..lengths.len()).filter(|axis| !axes.contains(axis)).collect();
        let own: Vec<usize> = kept.iter().map(|axis| lengths[*axis]).collect();
        let (all, short) = (steps(&lengths), steps(&own));
        let row = |entry: usize| -> usize {
            kept.iter().zip(&short).map(|(axis, step)| entry / all[*axis] % lengths[*axis] * step).sum()
        };
        let count = lengths.iter().product();
        if !is_kept {
            (0..count).for_each(|entry| pattern.add(row(entry), operand, entry));
            return Some(());
        }
        let mut folded = Pattern::empty(own.iter().product(), self.columns)?;
        (0..count).for_each(|entry| folded.add(row(entry), operand, entry));
        (0..count).for_each(|entry| pattern.add(entry, &folded, row(entry)));
        Some(())
    }

    /// Parts at positions, which are counted along axes of these lengths; none where they depend on what is given.
    fn moved(
        &mut self,
        of: NodeId,
        (positions, first): (&[NodeId], &[usize]),
        pattern: &mut Pattern,
        is_scattered: bool,
    ) -> Option<()> {
        let count = if is_scattered { self.graph.node(of).count() } else { pattern.rows() };
        self.spend(count)?;
        let mut places: Vec<Vec<f64>> = Vec::with_capacity(positions.len());
        for position in positions {
            places.push(entries(self.graph, *position, &Inputs::default()).ok()?);
        }
        let Some(operand) = self.found.get(&of) else { return Some(()) };
        let parts = places.first().map_or(1, Vec::len);
        let rest = count / parts.max(1);
        let along = steps(first);
        for part in 0..parts {
            let mut start = Some(0);
            for ((place, step), length) in places.iter().zip(&along).zip(first) {
                let position = place[part].round();
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is tested")]
                let position = (position >= 0.0 && position < *length as f64).then_some(position as usize);
                start = start.zip(position).map(|(start, position)| start + position * step);
            }
            // There is nothing outside.
            let Some(start) = start else { continue };
            for entry in 0..rest {
                let (whole, one) = (start * rest + entry, part * rest + entry);
                if is_scattered {
                    pattern.add(whole, operand, one);
                } else {
                    pattern.add(one, operand, whole);
                }
            }
        }
        Some(())
    }
}
