//! Short loops as one list of instructions: of a few entries, finding out where they lie takes longer than computing with them.
//!
//! Every operand is known by its place in the memory of the run, or in an array that is given. What is linear, bilinear or a quotient runs
//! as programs of the kernels, anything else operation by operation.

use super::lines::{Leaf, Lines, Value};
use super::memory::Map;
use super::place::Place;
use super::plane::added;
use super::program::{From, Line, Operation, apply};
use crate::kernel::{self, Binary, Instruction, Multiplier, Real, Short};

/// An operand: where it begins, and whether it is one number for all entries.
#[derive(Clone, Copy, Debug)]
struct Operand {
    at: kernel::Start,
    is_number: bool,
}

/// An operation that is no [`Short`] one: on so many entries, and where in memory they are computed. Its operands are those of the tape.
#[derive(Clone, Debug)]
struct Other {
    operation: Operation,
    count: usize,
    into: usize,
    /// Where its sum goes, if it is added up, and whether it is added to what is there.
    sum: Option<(usize, bool)>,
}

/// What runs at once.
#[derive(Clone, Debug)]
enum Part {
    Short(Vec<Instruction>),
    Other(Other),
}

/// Loops over one axis that are one block each, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Tape {
    loops: Vec<Lines>,
    /// Buffers for registers, all of the longest loop's length.
    registers: Vec<usize>,
    operands: Vec<Operand>,
    parts: Vec<Part>,
}

/// Whether a loop is short, and stores or adds up what it computes.
pub(super) fn is_short(lines: &Lines) -> bool {
    let is_plain = |value: &Value| match *value.steps {
        [0] => value.adds,
        [1] => !value.clears,
        _ => false,
    };
    lines.single_block().is_some() && lines.values.iter().all(is_plain)
}

impl Tape {
    /// The tape of one loop.
    pub(super) fn of(lines: Lines) -> Self {
        Self { loops: vec![lines], registers: Vec::new(), operands: Vec::new(), parts: Vec::new() }
    }

    /// Adds a loop that follows.
    pub(super) fn follow(&mut self, lines: Lines) {
        self.loops.push(lines);
    }

    /// Asks for the buffers of its registers, by their entries.
    pub(super) fn ask_for_registers(&mut self, mut buffer: impl FnMut(usize) -> usize) {
        let count = self.loops.iter().filter_map(Lines::single_block).max().unwrap_or(0);
        // One more, for what is added up.
        let registers = self.loops.iter().map(|lines| lines.program.registers + 1).max().unwrap_or(0);
        self.registers = (0..registers).map(|_| buffer(count)).collect();
    }

    /// The places that it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = Place> {
        self.loops.iter().flat_map(Lines::reads)
    }

    /// The buffers that it writes.
    pub(super) fn writes(&self) -> impl Iterator<Item = usize> {
        self.loops.iter().flat_map(Lines::writes).chain(self.registers.iter().copied())
    }

    /// Finds out where everything lies.
    pub(super) fn settle(&mut self, map: &Map) {
        let start = |buffer: usize| map.place(buffer).0;
        let registers: Vec<usize> = self.registers.iter().map(|buffer| start(*buffer)).collect();
        (self.operands, self.parts) = (Vec::new(), Vec::new());
        for lines in std::mem::take(&mut self.loops) {
            let Some(count) = lines.single_block() else { continue };
            let leaf = |leaf: &Leaf| Operand {
                at: match leaf.place {
                    Place::Given(input) => kernel::Start::Read(input, leaf.first),
                    Place::Made(buffer) => kernel::Start::Memory(start(buffer) + leaf.first),
                },
                is_number: count == 1 || leaf.steps == [0],
            };
            let register = |at: &usize| Operand { at: kernel::Start::Memory(*at), is_number: count == 1 };
            let first = self.operands.len();
            let after = first + lines.leaves.len();
            self.operands.extend(lines.leaves.iter().map(leaf).chain(registers.iter().map(register)));
            let moved = |from: From| match from {
                From::Leaf(leaf) => From::Leaf(first + leaf),
                From::Register(register) => From::Leaf(after + register),
            };
            for (operation, register) in lines.program.instructions() {
                self.push(operation.clone().on(moved), count, registers[register], None);
            }
            let aside = registers.last().copied().unwrap_or(0);
            for (value, operation) in lines.values.iter().zip(&lines.program.values) {
                let (at, operation) = (start(value.buffer) + value.first, operation.clone().on(moved));
                if value.steps != [1] {
                    self.push(operation, count, aside, Some((at, !value.clears)));
                } else if value.adds {
                    self.push(operation, count, aside, None);
                    let one = Multiplier { coefficient: 1.0, number: None };
                    self.push_short(Short::Add(one, kernel::Start::Memory(aside)), count, at);
                } else {
                    self.push(operation, count, at, None);
                }
            }
            self.loops.push(lines);
        }
    }

    fn push_short(&mut self, operation: Short, count: usize, into: usize) {
        let instruction = Instruction { operation, count, into };
        match self.parts.last_mut() {
            Some(Part::Short(all)) => all.push(instruction),
            _ => self.parts.push(Part::Short(vec![instruction])),
        }
    }

    /// Adds an operation on entries that are computed from a place on, or are added up.
    fn push(&mut self, operation: Operation, count: usize, into: usize, sum: Option<(usize, bool)>) {
        if let Some((at, adds)) = sum
            && let Some(short) = self.summed(&operation, count, adds)
        {
            return self.push_short(short, count, at);
        }
        let Some(all) = self.shorts(&operation, count) else {
            return self.parts.push(Part::Other(Other { operation, count, into, sum }));
        };
        all.into_iter().for_each(|short| self.push_short(short, count, into));
        if let Some((at, adds)) = sum {
            self.push_short(Short::Sum(1.0, kernel::Start::Memory(into), adds), count, at);
        }
    }

    fn operand(&self, from: From) -> Operand {
        let (From::Leaf(at) | From::Register(at)) = from;
        self.operands[at]
    }

    /// Where a line of so many entries begins, if it is one; a number is a line of one entry.
    fn line(&self, from: From, count: usize) -> Option<kernel::Start> {
        let operand = self.operand(from);
        (count == 1 || !operand.is_number).then_some(operand.at)
    }

    /// The sum of an operation's entries.
    fn summed(&self, operation: &Operation, count: usize, adds: bool) -> Option<Short> {
        match operation {
            Operation::Zip(Binary::Multiply, x, y) => {
                Some(Short::Dot([self.line(*x, count)?, self.line(*y, count)?], adds))
            }
            Operation::Sum(terms) => match **terms {
                [(coefficient, x)] => Some(Short::Sum(coefficient, self.line(x, count)?, adds)),
                _ => None,
            },
            _ => None,
        }
    }

    /// An operation by short ones, where it is linear, bilinear or a quotient of lines.
    fn shorts(&self, operation: &Operation, count: usize) -> Option<Vec<Short>> {
        let terms: Vec<(f64, Option<From>, From)> = match operation {
            Operation::Zip(Binary::Multiply, x, y) => match (self.line(*x, count), self.line(*y, count)) {
                (Some(x), Some(y)) => return Some(vec![Short::Multiply([x, y])]),
                (Some(_), None) => vec![(1.0, Some(*y), *x)],
                (None, Some(_)) => vec![(1.0, Some(*x), *y)],
                (None, None) => return None,
            },
            Operation::Zip(Binary::Divide, x, y) => {
                return Some(vec![Short::Divide([self.line(*x, count)?, self.line(*y, count)?])]);
            }
            Operation::Sum(terms) => terms.iter().map(|(coefficient, x)| (*coefficient, None, *x)).collect(),
            Operation::Weighted(terms) => terms.to_vec(),
            _ => return None,
        };
        let factor = |(coefficient, by, _): &(f64, Option<From>, From)| Multiplier {
            coefficient: *coefficient,
            number: by.map(|by| self.operand(by).at),
        };
        if let [one, other] = &*terms
            && let (x, None) | (None, x) = (self.line(one.2, count), self.line(other.2, count))
        {
            // One line and one number.
            let (term, number) = if self.line(one.2, count).is_some() { (one, other) } else { (other, one) };
            if number.1.is_some() {
                return None;
            }
            let b = Multiplier { coefficient: number.0, number: Some(self.operand(number.2).at) };
            return Some(vec![Short::Affine(factor(term), x?, b)]);
        }
        let lines: Vec<kernel::Start> = terms.iter().map(|term| self.line(term.2, count)).collect::<Option<_>>()?;
        let mut all = vec![match (&*terms, &*lines) {
            ([one], [x]) => Short::Scale(factor(one), *x),
            ([one, other, ..], [x, y, ..]) => Short::Combine([factor(one), factor(other)], [*x, *y]),
            _ => return None,
        }];
        all.extend(terms.iter().zip(&lines).skip(2).map(|(term, x)| Short::Add(factor(term), *x)));
        Some(all)
    }

    pub(super) fn run<T: Real>(&self, given: &[&[T]], memory: &mut [T]) {
        for part in &self.parts {
            match part {
                Part::Short(instructions) => kernel::run_short(instructions, given, memory),
                Part::Other(other) => self.other(other, given, memory),
            }
        }
    }

    fn other<T: Real>(&self, other: &Other, given: &[&[T]], memory: &mut [T]) {
        let Other { ref operation, count, into, sum } = *other;
        let (before, rest) = memory.split_at_mut(into);
        let (own, after) = rest.split_at_mut(count);
        let (before, after) = (&*before, &*after);
        let read = |from: From| {
            let Operand { at, is_number } = self.operand(from);
            let entries = match at {
                kernel::Start::Read(input, first) => &given[input][first..],
                kernel::Start::Memory(first) if first < into => &before[first..],
                kernel::Start::Memory(first) => &after[first - into - count..],
            };
            if is_number { Line::One(entries[0]) } else { Line::Many(&entries[..count]) }
        };
        match sum {
            None => apply(operation, read, own),
            Some((at, adds)) => {
                let sum = added(operation, read, own);
                memory[at] = if adds { memory[at] + sum } else { T::zero() + sum };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::entry::Zip;
    use super::super::super::graph::Graph;
    use super::super::super::node::{Length, Source};
    use super::super::compile::Action;
    use super::super::{Inputs, Schedule, Tensor};
    use super::Part;
    use crate::plan::{NodeId, Plan, ad};

    /// The roots of a graph of x, y and a number w, and the inputs.
    fn graph(count: usize) -> (Graph, Vec<NodeId>, Inputs<'static>) {
        let (mut graph, mut inputs) = (Graph::default(), Inputs::default());
        let of = |number: u32| (0..count).map(|at| f64::from(number + 1) * (at as f64).cos()).collect::<Vec<_>>();
        let mut given = |number: u32, lengths: &[usize], entries: Vec<f64>, graph: &mut Graph| {
            inputs.give(Source::Direction(number), Tensor::made(lengths.to_vec(), entries));
            let lengths: Vec<Length> = lengths.iter().copied().map(Length::number).collect();
            graph.input(Source::Direction(number), lengths.into())
        };
        let x = given(0, &[count], of(0), &mut graph);
        let y = given(1, &[count], of(2), &mut graph);
        let w = given(2, &[], vec![2.5], &mut graph);
        let wx = graph.times(w, x);
        let r = graph.sum(&[(1.0, wx), (-1.0, y), (0.5, x)]);
        let (rr, rx) = (graph.dot(r, r), graph.dot(r, x));
        let slope = graph.sum(&[(2.0 / count as f64, rx), (-1.0, w)]);
        let quotient = graph.zip(Zip::Divide, rr, w);
        (graph, vec![quotient, slope, r], inputs)
    }

    #[test]
    fn a_search_for_a_slope_is_one_program() {
        for count in [1, 3, 10, 300] {
            let (graph, roots, inputs) = graph(count);
            let mut schedule = Schedule::new(&graph, &roots, &inputs).expect("it has values");
            let [step] = &*schedule.steps else { panic!("{} steps", schedule.steps.len()) };
            let Action::Tape(tape) = &step.action else { panic!("no short loop") };
            assert!(matches!(*tape.parts, [Part::Short(_)]), "{:?}", tape.parts);
            let found = schedule.entries(&inputs).expect("it has values");
            // r = 2.5x − 3x + ½x
            assert!(
                found.iter().enumerate().all(|(at, entry)| (entry + if at == 1 { 2.5 } else { 0.0 }).abs() < 1e-12)
            );
        }
    }

    #[test]
    fn the_backward_pass_of_a_mean_is_one_program() {
        let (mut graph, mut inputs) = (Graph::default(), Inputs::default());
        inputs.give(Source::Direction(0), Tensor::made(vec![3], vec![1.0, -2.0, 4.0]));
        inputs.give(Source::Direction(1), Tensor::made(Vec::new(), vec![0.5]));
        let x = graph.input(Source::Direction(0), [Length::number(3)].into());
        let w = graph.input(Source::Direction(1), [].into());
        let wx = graph.times(w, x);
        let (squares, count) = (graph.dot(wx, wx), graph.size(Length::number(3)));
        let mean = graph.zip(Zip::Divide, squares, count);
        let gradient = ad::gradient(&mut graph, mean, &[w]).expect("it has a gradient");
        let plan = Plan::new(&graph, &[mean, gradient[0]]);
        let mut schedule = plan.schedule(&inputs).expect("it has values");
        let parts = schedule.steps.iter().map(|step| match &step.action {
            Action::Tape(tape) => tape.parts.as_slice(),
            _ => panic!("no short loop"),
        });
        let parts: Vec<&[Part]> = parts.collect();
        assert!(matches!(*parts, [[Part::Short(_)]]), "{parts:?}");
        // w² (1 + 4 + 16)/3 and 2w (1 + 4 + 16)/3
        assert_eq!(schedule.entries(&inputs).expect("it has values"), [1.75, 7.0]);
    }

    #[test]
    fn arrays_may_lie_otherwise_in_a_later_run() {
        let (graph, roots, mut inputs) = graph(4);
        let mut schedule = Schedule::new(&graph, &roots, &inputs).expect("it has values");
        let mut sum = |inputs: &Inputs<'_>| schedule.entries(inputs).expect("it has values")[2..].iter().sum::<f64>();
        assert!(sum(&inputs).abs() < 1e-12);
        inputs.write(Source::Direction(1), &[0.0; 4]);
        let without_y = sum(&inputs);
        inputs.write(Source::Direction(2), &[0.5]);
        assert!((sum(&inputs) - without_y / 3.0).abs() < 1e-12);
        let spread = [1.0, 9.0, 2.0, 9.0, 3.0, 9.0, 4.0];
        let mut other = inputs.clone();
        other.give(Source::Direction(0), Tensor::given(&spread, vec![4], vec![2]));
        assert!((sum(&other) - 10.0).abs() < 1e-12);
        assert!((sum(&inputs) - without_y / 3.0).abs() < 1e-12);
        other.write(Source::Direction(2), &[1.5]);
        assert!((sum(&other) - 20.0).abs() < 1e-12);
    }
}
