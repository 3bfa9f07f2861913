//! What a loop computes of its operands: instructions on blocks of entries, between registers.

use super::super::entry::{self, Map, Zip};
use crate::kernel::{self, Binary, Unary};

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
}

/// An operation and the register of its value.
#[derive(Clone, Debug)]
pub(super) struct Instruction {
    pub(super) operation: Operation,
    pub(super) into: usize,
}

/// Instructions, of which the last one is the value of the loop and goes to no register.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub(super) instructions: Vec<Instruction>,
    pub(super) registers: usize,
}

/// Entries of a block, or one that all of them are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line<'a> {
    Many(&'a [f64]),
    One(f64),
}

impl Program {
    /// Runs all instructions but the last, which the loop runs itself.
    pub(super) fn prepare(&self, leaves: &[Line<'_>], registers: &mut [f64], count: usize) {
        let Some((_, all)) = self.instructions.split_last() else { return };
        for instruction in all {
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

    /// The last operation.
    pub(super) fn last(&self) -> Option<&Operation> {
        self.instructions.last().map(|instruction| &instruction.operation)
    }
}

/// The operand of an instruction for which all registers are there.
pub(super) fn read<'a>(from: From, leaves: &[Line<'a>], registers: &'a [f64], count: usize) -> Line<'a> {
    match from {
        From::Leaf(leaf) => leaves[leaf],
        From::Register(at) => Line::Many(&registers[at * BLOCK..at * BLOCK + count]),
    }
}

/// The value of an operation.
#[inline]
pub(super) fn apply<'a>(operation: &Operation, read: impl Fn(From) -> Line<'a>, out: &mut [f64]) {
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
            let f = |x: f64| entry::map(*map, x).unwrap_or(f64::NAN);
            match read(*x) {
                Line::Many(x) => out.iter_mut().zip(x).for_each(|(out, x)| *out = f(*x)),
                Line::One(x) => out.fill(f(x)),
            }
        }
        Operation::Zip(function, x, y) => match (read(*x), read(*y)) {
            (Line::Many(x), Line::Many(y)) => kernel::zip(*function, x, y, out),
            (Line::Many(x), Line::One(y)) => kernel::with_scalar(*function, x, y, out),
            (Line::One(x), Line::Many(y)) => kernel::of_scalar(*function, x, y, out),
            (Line::One(x), Line::One(y)) => {
                kernel::with_scalar(*function, &[x], y, &mut out[..1]);
                let value = out[0];
                out.fill(value);
            }
        },
        Operation::Two(zip, x, y) => {
            let (x, y) = (read(*x), read(*y));
            let at = |line: Line<'_>, place: usize| match line {
                Line::Many(all) => all[place],
                Line::One(one) => one,
            };
            out.iter_mut().enumerate().for_each(|(place, out)| *out = entry::zip(*zip, at(x, place), at(y, place)));
        }
        Operation::Sum(terms) => sum(terms, read, out),
    }
}

fn sum<'a>(terms: &[(f64, From)], read: impl Fn(From) -> Line<'a>, out: &mut [f64]) {
    let mut terms = terms.iter().map(|(coeff, from)| (*coeff, read(*from)));
    match (terms.next(), terms.next()) {
        (Some((a, Line::Many(x))), Some((b, Line::Many(y)))) => kernel::combine(a, x, b, y, out),
        (Some((a, Line::Many(x))), Some((b, Line::One(y)))) | (Some((b, Line::One(y))), Some((a, Line::Many(x)))) => {
            kernel::affine(a, x, b * y, out);
        }
        (Some((a, Line::One(x))), Some((b, Line::One(y)))) => out.fill(a * x + b * y),
        (Some((1.0, Line::Many(x))), None) => out.copy_from_slice(x),
        (Some((a, Line::Many(x))), None) => kernel::with_scalar(Binary::Multiply, x, a, out),
        (Some((a, Line::One(x))), None) => out.fill(a * x),
        (None, _) => out.fill(0.0),
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
        }
    }
}
