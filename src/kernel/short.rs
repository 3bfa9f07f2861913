//! Programs on short lines of numbers: many operations with one choice of the machine's vectors, each finding its lines by their places.
//!
//! Of a few numbers, a call for each operation takes longer than the operation.

use super::real::Real;
use super::reduce::short_sum;
use super::simd::{Simd, VectorLoop, in_vectors};
use super::vector::Dot;

/// Where a line of numbers, or one number, begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// In an array that is only read: its number, and the place there.
    Read(usize, usize),
    /// In the memory that is written.
    Memory(usize),
}

/// A coefficient times one number, where there is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Multiplier {
    /// The coefficient.
    pub coefficient: f64,
    /// Where the number is.
    pub number: Option<Start>,
}

/// What is computed of lines x and y; factors a and b are numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Short {
    /// ax
    Scale(Multiplier, Start),
    /// ax + by
    Combine([Multiplier; 2], [Start; 2]),
    /// ax + b
    Affine(Multiplier, Start, Multiplier),
    /// z + ax, z being what is there
    Add(Multiplier, Start),
    /// xy, entry by entry
    Multiply([Start; 2]),
    /// x/y, entry by entry
    Divide([Start; 2]),
    /// z + xᵀy, or xᵀy where it does not add
    Dot([Start; 2], bool),
    /// z + a Σx, or a Σx where it does not add
    Sum(f64, Start, bool),
}

/// An operation on lines of so many numbers, and where in memory its result begins. No line that it reads overlaps with the result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instruction {
    /// The operation.
    pub operation: Short,
    /// The length of its lines.
    pub count: usize,
    /// Where the result begins.
    pub into: usize,
}

/// The arrays that are read, and the memory around a result.
#[derive(Clone, Copy)]
struct Around<'a, T> {
    read: &'a [&'a [T]],
    before: &'a [T],
    after: &'a [T],
    end: usize,
}

impl<'a, T: Real> Around<'a, T> {
    #[inline(always)]
    fn line(&self, place: Start, count: usize) -> &'a [T] {
        match place {
            Start::Read(array, first) => &self.read[array][first..first + count],
            Start::Memory(first) if first < self.end => &self.before[first..first + count],
            Start::Memory(first) => &self.after[first - self.end..first - self.end + count],
        }
    }

    #[inline(always)]
    fn multiplier(&self, of: Multiplier) -> T {
        let coefficient = T::narrow(of.coefficient);
        match of.number {
            Some(place) => coefficient * self.line(place, 1)[0],
            None => coefficient,
        }
    }
}

struct Program<'a, T> {
    instructions: &'a [Instruction],
    read: &'a [&'a [T]],
    memory: &'a mut [T],
}

impl<T: Real> VectorLoop for Program<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Program { instructions, read, memory } = self;
        let mut next = 0;
        while next < instructions.len() {
            let Instruction { operation, count, into } = instructions[next];
            next += 1;
            let length = if matches!(operation, Short::Dot(..) | Short::Sum(..)) { 1 } else { count };
            let (before, rest) = memory.split_at_mut(into);
            let (out, after) = rest.split_at_mut(length);
            let around = Around { read, before, after, end: into + length };
            match operation {
                Short::Scale(a, x) => {
                    let (a, x, out) = (around.multiplier(a), &around.line(x, count)[..count], &mut out[..count]);
                    let mut at = 0;
                    while at < count {
                        out[at] = a * x[at];
                        at += 1;
                    }
                }
                Short::Combine([a, b], [x, y]) => {
                    let (a, b) = (around.multiplier(a), around.multiplier(b));
                    let (x, y) = (&around.line(x, count)[..count], &around.line(y, count)[..count]);
                    let out = &mut out[..count];
                    let mut at = 0;
                    while at < count {
                        out[at] = a * x[at] + b * y[at];
                        at += 1;
                    }
                }
                Short::Affine(a, x, b) => {
                    let (a, b) = (around.multiplier(a), around.multiplier(b));
                    let (x, out) = (&around.line(x, count)[..count], &mut out[..count]);
                    let mut at = 0;
                    while at < count {
                        out[at] = a * x[at] + b;
                        at += 1;
                    }
                }
                Short::Add(a, x) => {
                    let (a, x, out) = (around.multiplier(a), &around.line(x, count)[..count], &mut out[..count]);
                    let mut at = 0;
                    while at < count {
                        out[at] += a * x[at];
                        at += 1;
                    }
                }
                Short::Multiply([x, y]) => {
                    let (x, y) = (&around.line(x, count)[..count], &around.line(y, count)[..count]);
                    let out = &mut out[..count];
                    let mut at = 0;
                    while at < count {
                        out[at] = x[at] * y[at];
                        at += 1;
                    }
                }
                Short::Divide([x, y]) => {
                    let (x, y) = (&around.line(x, count)[..count], &around.line(y, count)[..count]);
                    let out = &mut out[..count];
                    let mut at = 0;
                    while at < count {
                        out[at] = x[at] / y[at];
                        at += 1;
                    }
                }
                Short::Dot([x, y], adds) => {
                    let dot = Dot(around.line(x, count), around.line(y, count)).run(simd);
                    out[0] = if adds { out[0] + dot } else { T::zero() + dot };
                }
                Short::Sum(a, x, adds) => {
                    let sum = T::narrow(a) * short_sum(around.line(x, count));
                    out[0] = if adds { out[0] + sum } else { T::zero() + sum };
                }
            }
        }
    }
}

/// Runs operations on short lines, one after the other. Those of one number cost little more than their arithmetic.
pub fn run_short<T: Real>(instructions: &[Instruction], read: &[&[T]], memory: &mut [T]) {
    in_vectors(Program { instructions, read, memory });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{near, sample};
    use super::*;

    #[test]
    fn every_operation_on_lines_of_every_length() {
        let plain = |coefficient| Multiplier { coefficient, number: None };
        for count in (1..20).chain([31, 64, 255, 256, 257, 300, 512]) {
            let (x, y) = (sample(count, 1), sample(count, 2));
            let mut memory = vec![0.5; 6 * count + 8];
            memory[..count].copy_from_slice(&y);
            let by = Multiplier { coefficient: 2.0, number: Some(Start::Read(0, 0)) };
            let (first, second) = (Start::Read(0, 0), Start::Memory(0));
            let at = |line: usize| count * (1 + line);
            let end = at(5);
            let all = [
                (Short::Combine([by, plain(-1.0)], [first, second]), at(0)),
                (Short::Affine(plain(3.0), second, by), at(1)),
                (Short::Multiply([first, Start::Memory(at(0))]), at(2)),
                (Short::Add(plain(0.5), first), at(2)),
                (Short::Scale(by, Start::Memory(at(2))), at(3)),
                (Short::Divide([first, second]), at(4)),
                (Short::Dot([first, Start::Memory(at(3))], false), end),
                (Short::Dot([second, second], true), end),
                (Short::Sum(-2.0, Start::Memory(at(1)), false), end + 1),
                (Short::Sum(1.0, first, true), end + 1),
            ];
            let program: Vec<Instruction> =
                all.into_iter().map(|(operation, into)| Instruction { operation, count, into }).collect();
            run_short(&program, &[&x], &mut memory);
            let combined: Vec<f64> = x.iter().zip(&y).map(|(a, b)| 2.0 * x[0] * a - b).collect();
            let affine: Vec<f64> = y.iter().map(|b| 3.0 * b + 2.0 * x[0]).collect();
            let product: Vec<f64> = x.iter().zip(&combined).map(|(a, b)| a * b + 0.5 * a).collect();
            let scaled: Vec<f64> = product.iter().map(|a| 2.0 * x[0] * a).collect();
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            near(&memory[at(0)..at(1)], &combined, 1e-15);
            near(&memory[at(1)..at(2)], &affine, 1e-15);
            near(&memory[at(3)..at(4)], &scaled, 1e-14);
            near(&memory[at(4)..end], &x.iter().zip(&y).map(|(a, b)| a / b).collect::<Vec<_>>(), 1e-15);
            near(&memory[end..=end], &[dot(&x, &scaled) + dot(&y, &y)], 1e-13);
            let sums = -2.0 * affine.iter().sum::<f64>() + x.iter().sum::<f64>();
            near(&memory[end + 1..end + 2], &[sums], 1e-12);
        }
    }
}
