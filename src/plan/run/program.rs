//! What a loop computes of its operands: instructions on blocks of entries, between registers.
//!
//! A [`Formula`] is what is written, with a register for every operation; a [`Program`] is what runs, with as few as it needs.

use super::super::entry::{self, Map, Zip};
use crate::kernel::{self, Binary, Real, Unary};

/// Entries that an instruction works on at once: the registers of a loop stay in the first cache.
pub(super) const BLOCK: usize = 512;

/// Where an instruction finds entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum From {
    /// An operand of the loop.
    Leaf(usize),
    /// A register.
    Register(usize),
}

impl From {
    /// The register, where it is one.
    fn register(self) -> Option<usize> {
        match self {
            Self::Leaf(_) => None,
            Self::Register(at) => Some(at),
        }
    }
}

/// An operation on entries.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operation {
    /// A function that has a kernel.
    Map(Unary, From),
    /// Any other.
    Func(Map, From),
    /// A function of two that has a kernel.
    Zip(Binary, From, From),
    /// Any other.
    Two(Zip, From, From),
    /// Σ cₖxₖ
    Sum(Box<[(f64, From)]>),
    /// Σ cₖaₖxₖ, where each aₖ is one number along a line.
    Weighted(Box<[(f64, Option<From>, From)]>),
}

/// An operation and the register that it goes to.
#[derive(Clone, Debug)]
struct Instruction {
    operation: Operation,
    into: usize,
}

/// Operations, each with a register of its own, and which of them are the values of a loop.
#[derive(Clone, Debug, Default)]
pub(super) struct Formula {
    pub(super) operations: Vec<Operation>,
    pub(super) values: Vec<usize>,
}

/// Instructions, and the values of the loop, which go to no register.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    instructions: Vec<Instruction>,
    pub(super) values: Vec<Operation>,
    pub(super) registers: usize,
}

/// Entries of a block, or one that all of them are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line<'a, T> {
    Many(&'a [T]),
    One(T),
}

impl Formula {
    /// One operation.
    pub(super) fn single(operation: Operation) -> Self {
        Self { operations: vec![operation], values: vec![0] }
    }

    /// Adds the operations and values of another formula, whose operands are these.
    pub(super) fn append(&mut self, next: &Self, operands: &[From]) {
        let before = self.operations.len();
        let moved = |from: From| match from {
            From::Leaf(leaf) => operands[leaf],
            From::Register(at) => From::Register(before + at),
        };
        self.operations.extend(next.operations.iter().map(|operation| operation.clone().on(moved)));
        self.values.extend(next.values.iter().map(|at| before + at));
    }

    /// The same with products by a number, one along a line, made part of the sums that they are terms of: wx − y is one operation.
    pub(super) fn folded(&self, is_number: impl Fn(From) -> bool) -> Self {
        let mut operations = self.operations.clone();
        let uses = self.uses();
        for operation in &mut operations {
            let Operation::Sum(terms) = &*operation else { continue };
            let factors = |from: From| match self.operations.get(from.register()?)? {
                Operation::Zip(Binary::Multiply, x, y) if uses[from.register()?] == 1 => {
                    match (is_number(*x), is_number(*y)) {
                        (true, false) => Some((*x, *y)),
                        (false, true) => Some((*y, *x)),
                        _ => None,
                    }
                }
                _ => None,
            };
            if terms.iter().all(|(_, from)| factors(*from).is_none()) {
                continue;
            }
            let weighted = terms.iter().map(|(coeff, from)| match factors(*from) {
                Some((number, x)) => (*coeff, Some(number), x),
                None => (*coeff, None, *from),
            });
            *operation = Operation::Weighted(weighted.collect());
        }
        Self { operations, values: self.values.clone() }
    }

    /// How many times each operation is used; as a value of the loop once more.
    fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.operations.len()];
        let used = self.operations.iter().flat_map(Operation::operands);
        used.for_each(|from| from.register().into_iter().for_each(|at| uses[at] += 1));
        self.values.iter().for_each(|at| uses[*at] += 1);
        uses
    }

    /// The operations with as few registers as they need: that of an operation which is not used any more is free again.
    pub(super) fn program(&self) -> Program {
        let uses = self.uses();
        // A value that nothing else uses goes where it is wanted; of any other it is a copy.
        let is_last = |at: usize| uses[at] == 1 && self.values.contains(&at);
        let plain: Vec<usize> = (0..self.operations.len()).filter(|at| uses[*at] > 0 && !is_last(*at)).collect();
        let copy = |at: usize| Operation::Sum([(1.0, From::Register(at))].into());
        let value = |at: &usize| if is_last(*at) { self.operations[*at].clone() } else { copy(*at) };
        let values: Vec<Operation> = self.values.iter().map(value).collect();
        let mut last = vec![0; self.operations.len()];
        let users = plain.iter().map(|at| &self.operations[*at]).chain(&values);
        for (place, operation) in users.enumerate() {
            operation.operands().into_iter().filter_map(From::register).for_each(|at| last[at] = place);
        }
        let mut homes = vec![0; self.operations.len()];
        let (mut free, mut registers): (Vec<usize>, usize) = (Vec::new(), 0);
        let at_home = |operation: &Operation, homes: &[usize]| {
            operation.clone().on(|from| from.register().map_or(from, |at| From::Register(homes[at])))
        };
        let mut instructions = Vec::new();
        for (place, at) in plain.iter().enumerate() {
            let operation = at_home(&self.operations[*at], &homes);
            // What it reads last is free only after it: an instruction never writes what it reads.
            homes[*at] = free.pop().unwrap_or_else(|| {
                registers += 1;
                registers - 1
            });
            instructions.push(Instruction { operation, into: homes[*at] });
            let mut done: Vec<usize> = self.operations[*at].operands().into_iter().filter_map(From::register).collect();
            done.retain(|used| last[*used] == place);
            done.sort_unstable();
            done.dedup();
            free.extend(done.into_iter().map(|used| homes[used]));
        }
        let values = values.iter().map(|operation| at_home(operation, &homes)).collect();
        Program { instructions, values, registers }
    }
}

impl Program {
    /// The operations with the register that each goes to.
    pub(super) fn instructions(&self) -> impl Iterator<Item = (&Operation, usize)> {
        self.instructions.iter().map(|instruction| (&instruction.operation, instruction.into))
    }

    /// Runs all instructions; the values are computed by the loop itself.
    pub(super) fn prepare<T: Real>(&self, leaves: &[Line<'_, T>], registers: &mut [T], count: usize) {
        for instruction in &self.instructions {
            let (before, rest) = registers.split_at_mut(instruction.into * BLOCK);
            let (own, after) = rest.split_at_mut(BLOCK);
            let read = |from: From| match from {
                From::Leaf(leaf) => leaves[leaf],
                From::Register(at) if at < instruction.into => Line::Many(&before[at * BLOCK..at * BLOCK + count]),
                From::Register(at) => {
                    let first = (at - instruction.into - 1) * BLOCK;
                    Line::Many(&after[first..first + count])
                }
            };
            apply(&instruction.operation, read, &mut own[..count]);
        }
    }
}

/// The operand of an instruction for which all registers are there.
pub(super) fn read<'a, T: Real>(from: From, leaves: &[Line<'a, T>], registers: &'a [T], count: usize) -> Line<'a, T> {
    match from {
        From::Leaf(leaf) => leaves[leaf],
        From::Register(at) => Line::Many(&registers[at * BLOCK..at * BLOCK + count]),
    }
}

/// The value of an operation.
#[inline]
pub(super) fn apply<'a, T: Real>(operation: &Operation, read: impl Fn(From) -> Line<'a, T>, out: &mut [T]) {
    match operation {
        Operation::Map(function, x) => match read(*x) {
            Line::Many(x) => kernel::map(*function, x, out),
            Line::One(x) => {
                kernel::map(*function, &[x], &mut out[..1]);
                let value = out[0];
                out.fill(value);
            }
        },
        // That a function has values was asked before.
        Operation::Func(map, x) => {
            let f = |x: T| T::narrow(entry::map(*map, x.widen()).unwrap_or(f64::NAN));
            match read(*x) {
                Line::Many(x) => out.iter_mut().zip(x).for_each(|(out, x)| *out = f(*x)),
                Line::One(x) => out.fill(f(x)),
            }
        }
        Operation::Zip(function, x, y) => match (read(*x), read(*y)) {
            (Line::Many(x), Line::Many(y)) => kernel::zip(*function, x, y, out),
            (Line::Many(x), Line::One(y)) => kernel::with_scalar(*function, x, y, out),
            (Line::One(x), Line::Many(y)) => kernel::of_scalar(*function, x, y, out),
            (Line::One(x), Line::One(y)) => out.fill(function.at(x, y)),
        },
        Operation::Two(zip, x, y) => {
            let (x, y) = (read(*x), read(*y));
            let at = |line: Line<'_, T>, place: usize| match line {
                Line::Many(all) => all[place],
                Line::One(one) => one,
            };
            let f = |x: T, y: T| T::narrow(entry::zip(*zip, x.widen(), y.widen()));
            out.iter_mut().enumerate().for_each(|(place, out)| *out = f(at(x, place), at(y, place)));
        }
        Operation::Sum(terms) => sum(terms.iter().map(|(coeff, from)| (T::narrow(*coeff), read(*from))), out),
        Operation::Weighted(terms) => {
            let number = |from: &Option<From>| match from.map(&read) {
                Some(Line::One(number)) => number,
                Some(Line::Many(all)) => all[0],
                None => T::one(),
            };
            sum(terms.iter().map(|(coeff, by, from)| (T::narrow(*coeff) * number(by), read(*from))), out);
        }
    }
}

fn sum<'a, T: Real>(mut terms: impl Iterator<Item = (T, Line<'a, T>)>, out: &mut [T]) {
    match (terms.next(), terms.next()) {
        (Some((a, Line::Many(x))), Some((b, Line::Many(y)))) => kernel::combine(a, x, b, y, out),
        (Some((a, Line::Many(x))), Some((b, Line::One(y)))) | (Some((b, Line::One(y))), Some((a, Line::Many(x)))) => {
            kernel::affine(a, x, b * y, out);
        }
        (Some((a, Line::One(x))), Some((b, Line::One(y)))) => out.fill(a * x + b * y),
        (Some((a, Line::Many(x))), None) if a == T::one() => out.copy_from_slice(x),
        (Some((a, Line::Many(x))), None) => kernel::with_scalar(Binary::Multiply, x, a, out),
        (Some((a, Line::One(x))), None) => out.fill(a * x),
        (None, _) => out.fill(T::zero()),
    }
    for (coeff, term) in terms {
        match term {
            Line::Many(x) => kernel::add_scaled(coeff, x, out),
            Line::One(x) => out.iter_mut().for_each(|out| *out += coeff * x),
        }
    }
}

impl Operation {
    /// Its operands.
    pub(super) fn operands(&self) -> Vec<From> {
        match self {
            Self::Map(_, x) | Self::Func(_, x) => vec![*x],
            Self::Zip(_, x, y) | Self::Two(_, x, y) => vec![*x, *y],
            Self::Sum(terms) => terms.iter().map(|(_, from)| *from).collect(),
            Self::Weighted(terms) => terms.iter().flat_map(|(_, by, from)| by.iter().copied().chain([*from])).collect(),
        }
    }

    /// The same on other operands.
    pub(super) fn on(self, of: impl Fn(From) -> From) -> Self {
        match self {
            Self::Map(function, x) => Self::Map(function, of(x)),
            Self::Func(map, x) => Self::Func(map, of(x)),
            Self::Zip(function, x, y) => Self::Zip(function, of(x), of(y)),
            Self::Two(zip, x, y) => Self::Two(zip, of(x), of(y)),
            Self::Sum(terms) => Self::Sum(terms.iter().map(|(coeff, from)| (*coeff, of(*from))).collect()),
            Self::Weighted(terms) => {
                Self::Weighted(terms.iter().map(|(coeff, by, from)| (*coeff, by.map(&of), of(*from))).collect())
            }
        }
    }
}
