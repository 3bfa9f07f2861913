//! Sums of exponentials, with weights and row by row, in logarithms and divisors: as exp(L) times what does not overflow, where L is log Σ exp
//! of the exponents, which has a function of its own.
//!
//! The likelihood of a mixture is Σᵢ log Σₖ wₖ exp(uᵢₖ). Where all uᵢₖ of an i are below −745, the logarithm of the sum is −∞ and its gradient
//! 0/0 in doubles.

use super::super::axes::Axes;
use super::super::tree::{Array, ArrayId, Binary, Program, Unary};
use super::factorize::rewritten;
use super::normalized::{exponent, exponent_of_total};
use crate::expr::{Arena, Func, Op, Reduction, SymbolId};

/// How many factors of a product are looked at for an exponential.
const MAX_DEPTH: u32 = 8;

/// exp(L)·rest; nothing is left of a plain sum.
struct Total {
    log: ArrayId,
    rest: Option<ArrayId>,
}

/// A result in which log T is L + log rest, and exp(v)/T is exp(v − L)/rest where T has a number for each row of exponents.
pub(super) fn stable(arena: &Arena, used: &[SymbolId], program: &mut Program, root: ArrayId) -> ArrayId {
    let mut axes = Axes::new(arena, used);
    rewritten(program, root, |program, _, node| match *node {
        Array::Unary(Unary::Elementwise(Func::Log), sum) => {
            let Total { log, rest } = total(program, &mut axes, sum)?;
            let Some(rest) = rest else { return Some(log) };
            let rest = program.unary(Unary::Elementwise(Func::Log), rest);
            Some(program.add(Array::Sum([(false, log), (false, rest)].into())))
        }
        Array::Binary(Binary::Divide, above, below) => {
            let Total { log, rest } = row_totals(program, &mut axes, below)?;
            let above = shifted(program, &mut axes, above, log, 1, MAX_DEPTH)?;
            Some(rest.map_or(above, |rest| program.binary(Binary::Divide, above, rest)))
        }
        Array::Binary(Binary::Matmul, matrix, quotient) => {
            let Array::Binary(Binary::Divide, above, below) = *program.node(quotient) else { return None };
            let Total { log, rest } = row_totals(program, &mut axes, below)?;
            let matrix = shifted(program, &mut axes, matrix, log, 2, MAX_DEPTH)?;
            let is_one = matches!(program.node(above), Array::Number(number) if number.is_one());
            Some(match rest {
                Some(rest) => {
                    let quotient = program.binary(Binary::Divide, above, rest);
                    program.binary(Binary::Matmul, matrix, quotient)
                }
                None if is_one => program.add(Array::Along(Unary::Reduce(Reduction::Sum), matrix, [1].into())),
                None => program.binary(Binary::Matmul, matrix, above),
            })
        }
        _ => None,
    })
}

/// A of exp(A).
fn plain_exponent(program: &Program, id: ArrayId) -> Option<ArrayId> {
    exponent(program, id).filter(|(_, is_transposed)| !is_transposed).map(|(of, _)| of)
}

/// The sum of exponentials of a vector, or of each row of a matrix, where it is one.
fn total(program: &mut Program, axes: &mut Axes<'_>, sum: ArrayId) -> Option<Total> {
    let logsumexp = Unary::Reduce(Reduction::LogSumExp);
    match program.node(sum).clone() {
        Array::Unary(Unary::Reduce(Reduction::Sum), _) => {
            let of = exponent_of_total(program, sum)?;
            Some(Total { log: program.unary(logsumexp, of), rest: None })
        }
        Array::Along(Unary::Reduce(Reduction::Sum), of, along) => {
            let of = plain_exponent(program, of)?;
            Some(Total { log: program.add(Array::Along(logsumexp, of, along)), rest: None })
        }
        Array::Binary(Binary::Matmul, x, y) => {
            let (of, weights, is_left) = match plain_exponent(program, x) {
                Some(of) => (of, y, true),
                None => (plain_exponent(program, y)?, x, false),
            };
            let (log, shares) = match (axes.count(program, of)?, axes.count(program, weights)?) {
                (1, 1) => (program.unary(logsumexp, of), Unary::Apply(Op::Softmax)),
                (2, 1) if is_left => (program.add(Array::Along(logsumexp, of, [1].into())), Unary::SoftmaxRows),
                _ => return None,
            };
            let shares = program.unary(shares, of);
            let (x, y) = if is_left { (shares, weights) } else { (weights, shares) };
            Some(Total { log, rest: Some(program.binary(Binary::Matmul, x, y)) })
        }
        _ => None,
    }
}

/// A [`Total`] with a number for each row.
fn row_totals(program: &mut Program, axes: &mut Axes<'_>, sum: ArrayId) -> Option<Total> {
    let total = total(program, axes, sum)?;
    (axes.count(program, total.log) == Some(1)).then_some(total)
}

/// A product entry by entry with so many axes, divided by exp(L), which an exponential among its factors takes up; L goes along the last axis.
/// So may a sum over the other axis of a matrix.
fn shifted(
    program: &mut Program,
    axes: &mut Axes<'_>,
    id: ArrayId,
    log: ArrayId,
    count: usize,
    depth: u32,
) -> Option<ArrayId> {
    let depth = depth.checked_sub(1)?;
    if axes.count(program, id) != Some(count) {
        return None;
    }
    match *program.node(id) {
        Array::Unary(operation @ Unary::Elementwise(Func::Exp), of) => {
            let less = program.add(Array::Sum([(false, of), (true, log)].into()));
            Some(program.unary(operation, less))
        }
        Array::Unary(Unary::Negative, of) => {
            let of = shifted(program, axes, of, log, count, depth)?;
            Some(program.unary(Unary::Negative, of))
        }
        Array::Binary(Binary::Multiply, x, y) => {
            if let Some(x) = shifted(program, axes, x, log, count, depth) {
                return Some(program.binary(Binary::Multiply, x, y));
            }
            let y = shifted(program, axes, y, log, count, depth)?;
            Some(program.binary(Binary::Multiply, x, y))
        }
        Array::Binary(Binary::Divide, x, y) => {
            let x = shifted(program, axes, x, log, count, depth)?;
            Some(program.binary(Binary::Divide, x, y))
        }
        Array::Along(Unary::Reduce(Reduction::Sum), of, ref along) if count == 1 => {
            let along = along.clone();
            let log = if *along == [1] { program.add(Array::Expand(log, [1].into())) } else { log };
            let of = shifted(program, axes, of, log, 2, depth)?;
            Some(program.add(Array::Along(Unary::Reduce(Reduction::Sum), of, along)))
        }
        Array::Binary(Binary::Matmul, x, y) if count == 1 => {
            if axes.count(program, x) == Some(2) {
                let log = program.add(Array::Expand(log, [1].into()));
                let x = shifted(program, axes, x, log, 2, depth)?;
                return Some(program.binary(Binary::Matmul, x, y));
            }
            let y = shifted(program, axes, y, log, 2, depth)?;
            Some(program.binary(Binary::Matmul, x, y))
        }
        _ => None,
    }
}
