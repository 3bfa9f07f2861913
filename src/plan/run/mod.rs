//! The value of a graph in doubles or floats.
//!
//! A [`Schedule`] is made once from a graph, the nodes that are wanted and arrays that are laid out as those of all runs: every step has its
//! axes worked out and its place in one array of memory, which runs keep. A run reads what is given, and writes that array.

mod compile;
mod contract;
mod exact;
mod inputs;
mod lines;
mod looped;
mod matrix;
mod memory;
mod merged;
mod pairwise;
mod place;
mod plane;
mod product;
mod program;
mod sweep;
mod swept;
mod tape;
mod taped;
mod tensor;
mod whole;

use super::error::PlanError;
use super::graph::Graph;
use super::node::NodeId;
use crate::kernel::Real;
use compile::{Action, Compiler, Given, Step};
use inputs::Arrangement;
pub use inputs::Inputs;
pub(in crate::plan) use lines::MOST_LEAVES;
use matrix::Kept;
use memory::{BYTES, Life, Map, Reading, line};
use place::{Layout, Place};
pub use tensor::Tensor;
use tensor::Walk;

/// Arrays that a run finds without asking for memory.
const FEW: usize = 8;

/// The steps that compute some values, with the memory that they need.
pub struct Schedule<T: Real = f64> {
    steps: Vec<Step>,
    given: Vec<Given>,
    roots: Vec<Layout>,
    map: Map,
    memory: Vec<T>,
    /// Where the array begins in it: at a line of the cache.
    first: usize,
    scratch: Vec<T>,
    factors: Kept<T>,
    /// Arrays that lie otherwise than the schedule was made for, by their number.
    copies: Vec<(usize, Vec<T>)>,
    /// An arrangement of arrays as the schedule was made for, and their positions in it.
    known: Option<(Arrangement, Vec<usize>)>,
    /// Where each value stands in the memory row after row, and its number of entries; none where it does not.
    plain: Vec<Option<(usize, usize)>>,
}

impl<T: Real> Schedule<T> {
    /// The steps for some nodes, where arrays lie as these do.
    ///
    /// # Errors
    /// What is not given or has other sizes, what has no values, what numbers of this precision do not hold.
    pub fn new(graph: &Graph, roots: &[NodeId], inputs: &Inputs<'_, T>) -> Result<Self, PlanError> {
        exact::check::<T>(graph, roots)?;
        let compiler = Compiler::run(graph, roots, inputs)?;
        let roots = roots.iter().map(|root| compiler.layout(*root)).collect::<Result<Vec<_>, _>>()?;
        let Compiler { mut buffers, steps, given, constants, .. } = compiler;
        let is_kept = |buffer: usize| roots.iter().any(|root| root.place == Place::Made(buffer));
        let mut steps = merged::merged(swept::swept(steps), is_kept);
        for step in &mut steps {
            if let Action::Lines(lines) = &step.action
                && let Some(product) = lines.outer_product()
                && buffers[step.out] == product.sides[0] * product.sides[1]
            {
                step.action = Action::Product(product);
            }
        }
        let mut steps = taped::taped(steps, |entries| {
            buffers.push(entries);
            buffers.len() - 1
        });
        let unused = Life { entries: 0, first: usize::MAX, last: 0 };
        let mut lives: Vec<Life> = buffers.iter().map(|entries| Life { entries: *entries, ..unused }).collect();
        let end = steps.len();
        for (place, step) in steps.iter().enumerate() {
            let made = step.reads().into_iter().filter_map(|place| match place {
                Place::Made(buffer) => Some(buffer),
                Place::Given(_) => None,
            });
            for buffer in made.chain(step.writes()) {
                let life = &mut lives[buffer];
                (life.first, life.last) = (life.first.min(place), life.last.max(place));
            }
        }
        for root in &roots {
            if let Place::Made(buffer) = root.place {
                lives[buffer].last = end;
            }
        }
        // What never changes is there from the first step to the last of all runs.
        for (buffer, _) in &constants {
            (lives[*buffer].first, lives[*buffer].last) = (0, end);
        }
        let map = Map::new(&lives, end, line::<T>());
        for step in &mut steps {
            if let Action::Tape(tape) = &mut step.action {
                tape.settle(&map);
            }
        }
        let mut memory = vec![T::zero(); map.size + line::<T>()];
        let first = memory.as_ptr().align_offset(BYTES).min(line::<T>());
        for (buffer, entries) in constants {
            let (place, count) = map.place(buffer);
            let own = &mut memory[first + place..first + place + count];
            own.iter_mut().zip(entries).for_each(|(own, entry)| *own = T::narrow(entry));
        }
        let scratch = vec![T::zero(); steps.iter().map(Step::scratch).max().unwrap_or(0)];
        let plain = |root: &Layout| match root.place {
            Place::Made(buffer) if root.is_dense() => Some((map.place(buffer).0 + root.first, root.count())),
            _ => None,
        };
        let plain = roots.iter().map(plain).collect();
        let (factors, copies, known) = (Kept::default(), Vec::new(), None);
        Ok(Self { steps, given, roots, map, memory, first, scratch, factors, copies, known, plain })
    }

    /// The values where these arrays are given. They stand in the schedule's memory until it runs again.
    ///
    /// # Errors
    /// What is not given or has other sizes than the schedule was made for, matrices that cannot be factored.
    pub fn run<'m>(&'m mut self, inputs: &'m Inputs<'_, T>) -> Result<Values<'m, T>, PlanError> {
        let mut few = [&[][..]; FEW];
        let mut many = Vec::new();
        let count = self.given.len();
        let arrays = if count <= FEW {
            &mut few[..count]
        } else {
            many.resize(count, &[][..]);
            many.as_mut_slice()
        };
        match &self.known {
            Some((arrangement, positions)) if *arrangement == inputs.arrangement() => {
                for (array, position) in arrays.iter_mut().zip(positions) {
                    *array = inputs.at(*position);
                }
            }
            _ => {
                self.copies.clear();
                for (place, (array, given)) in arrays.iter_mut().zip(&self.given).enumerate() {
                    let whole = inputs.whole(given.source)?;
                    if whole.lengths == given.whole[0] && whole.steps == given.whole[1] {
                        *array = whole.buffer();
                    } else {
                        self.copies.push((place, copied(given, inputs)?));
                    }
                }
                for (place, copy) in &self.copies {
                    arrays[*place] = copy;
                }
                let positions = || self.given.iter().map(|given| inputs.position(given.source)).collect::<Option<_>>();
                let is_known = self.copies.is_empty();
                self.known = if is_known { positions().map(|all| (inputs.arrangement(), all)) } else { None };
            }
        }
        self.factors.forget();
        let memory = &mut self.memory[self.first..];
        for step in &self.steps {
            let (map, scratch) = (&self.map, &mut self.scratch);
            let opened = |memory| Reading::opened(map, arrays, memory, step.out);
            match &step.action {
                Action::Lines(lines) => lines.run(map, arrays, memory, scratch),
                Action::Tape(tape) => tape.run(arrays, memory),
                Action::Sweep(sweep) => sweep.run(step.out, map, arrays, memory, scratch),
                Action::Product(product) => {
                    let (out, reading) = opened(memory);
                    product.run(out, &reading);
                }
                Action::Gram(gram) => {
                    let (out, reading) = opened(memory);
                    gram.run(out, &reading);
                }
                Action::Whole(whole, operands, lengths) => {
                    let (out, reading) = opened(memory);
                    whole.run(operands, (out, lengths), &reading);
                }
                Action::OnMatrices(step) => {
                    let (out, reading) = opened(memory);
                    matrix::run(step, out, &reading, &mut self.factors)?;
                }
            }
        }
        Ok(Values { schedule: self, inputs })
    }

    /// Writes the entries of the values, each row after row, one value after the other, where these arrays are given.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_into(&mut self, inputs: &Inputs<'_, T>, out: &mut [T]) -> Result<(), PlanError> {
        let values = self.run(inputs)?;
        let mut rest = out;
        let schedule = values.schedule;
        for (root, plain) in schedule.roots.iter().zip(&schedule.plain) {
            let own = match *plain {
                Some((first, count)) => {
                    let own = rest.split_off_mut(..count).unwrap_or_default();
                    let from = &schedule.memory[schedule.first + first..][..count];
                    match (&mut *own, from) {
                        ([own], [from]) => *own = *from,
                        (own, from) => own.copy_from_slice(from),
                    }
                    continue;
                }
                None => rest.split_off_mut(..root.count()).unwrap_or_default(),
            };
            if root.is_dense() {
                own.copy_from_slice(&values.buffer(root)[..own.len()]);
            } else {
                values.of(root).write(own);
            }
        }
        Ok(())
    }

    /// The entries of the values, as [`Self::run_into`] writes them.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn entries(&mut self, inputs: &Inputs<'_, T>) -> Result<Vec<T>, PlanError> {
        let mut entries = vec![T::zero(); self.count()];
        self.run_into(inputs, &mut entries)?;
        Ok(entries)
    }

    /// How many entries the values have together.
    #[must_use]
    pub fn count(&self) -> usize {
        self.roots.iter().map(Layout::count).sum()
    }
}

/// The values of a run.
pub struct Values<'m, T: Real = f64> {
    schedule: &'m Schedule<T>,
    inputs: &'m Inputs<'m, T>,
}

impl<T: Real> Values<'_, T> {
    /// The values as views of the schedule's memory or of the arrays that were given.
    #[must_use]
    pub fn tensors(&self) -> Vec<Tensor<'_, T>> {
        self.schedule.roots.iter().map(|root| self.of(root)).collect()
    }

    /// All entries from the first of a value on.
    fn buffer(&self, root: &Layout) -> &[T] {
        let schedule = self.schedule;
        let buffer = match root.place {
            Place::Made(buffer) => {
                let (first, entries) = schedule.map.place(buffer);
                &schedule.memory[schedule.first + first..][..entries]
            }
            Place::Given(input) => match schedule.copies.iter().find(|(place, _)| *place == input) {
                Some((_, copy)) => copy,
                // That it is there was seen in the run.
                None => self.inputs.whole(schedule.given[input].source).map_or(&[][..], Tensor::buffer),
            },
        };
        &buffer[root.first..]
    }

    fn of(&self, root: &Layout) -> Tensor<'_, T> {
        Tensor::given(self.buffer(root), root.lengths.clone(), root.steps.clone())
    }
}

/// A copy of an array, so that it lies as those do that the schedule was made for.
fn copied<T: Real>(given: &Given, inputs: &Inputs<'_, T>) -> Result<Vec<T>, PlanError> {
    let own = inputs.get(given.source, &given.lengths)?;
    let buffer = own.buffer();
    // Where the last entry stands.
    let last: usize =
        given.lengths.iter().zip(&given.steps).map(|(length, step)| length.saturating_sub(1) * step).sum();
    let mut copy = vec![T::zero(); last + 1];
    Walk::new(&given.lengths, [&own.steps, &given.steps]).rows(|[from, to], count, [by_from, by_to]| {
        (0..count).for_each(|place| copy[to + place * by_to] = buffer[from + place * by_from]);
    });
    Ok(copy)
}

/// The values of some nodes.
///
/// # Errors
/// As [`Schedule::new`] and [`Schedule::run`].
pub fn run<T: Real>(
    graph: &Graph,
    roots: &[NodeId],
    inputs: &Inputs<'_, T>,
) -> Result<Vec<Tensor<'static, T>>, PlanError> {
    let mut schedule = Schedule::new(graph, roots, inputs)?;
    let values = schedule.run(inputs)?;
    Ok(values.tensors().into_iter().map(|value| Tensor::made(value.lengths.clone(), value.entries())).collect())
}

/// The entries of a node's value, row after row.
///
/// # Errors
/// As [`run`].
pub fn entries<T: Real>(graph: &Graph, root: NodeId, inputs: &Inputs<'_, T>) -> Result<Vec<T>, PlanError> {
    Schedule::new(graph, &[root], inputs)?.entries(inputs)
}
