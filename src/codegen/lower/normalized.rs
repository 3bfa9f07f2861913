//! Exponentials that are divided by their sum, without overflow: what does not change where exp(A) is multiplied by a number is computed with
//! the softmax of a vector A, whose sum is 1, and with exp(A − max A) of a matrix.
//!
//! The gradient of log Σ exp(aᵢᵀx) is Aᵀe/Σe with e = exp(Ax), which is ∞/∞ in doubles where an exponent is above 709.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::super::axes::Axes;
use super::super::tree::{Array, ArrayId, Binary, Program, Unary};
use super::factorize::rewritten;
use crate::expr::{Arena, Func, Op, Reduction, SymbolId};

/// A result whose exponentials over their sums do not overflow.
pub(super) fn normalized(arena: &Arena, used: &[SymbolId], program: &mut Program, mut root: ArrayId) -> ArrayId {
    program.root = root;
    let order = program.order();
    let totals = order.iter().filter_map(|id| exponent_of_total(program, *id));
    let mut exponents: BTreeSet<ArrayId> = totals.collect();
    let weighed: Vec<ArrayId> = order.iter().filter_map(|id| exponent_weighed(program, *id)).collect();
    let mut axes = Axes::new(arena, used);
    exponents.extend(weighed.into_iter().filter(|of| axes.count(program, *of) == Some(1)));
    for exponent in exponents {
        program.root = root;
        if degree_of_root(program, exponent) == Some(0) {
            let is_vector = Axes::new(arena, used).count(program, exponent) == Some(1);
            root = if is_vector { by_softmax(program, root, exponent) } else { shifted(program, root, exponent) };
        }
    }
    root
}

/// A of exp(A) and of exp(Aᵀ), and whether it is transposed there.
pub(super) fn exponent(program: &Program, id: ArrayId) -> Option<(ArrayId, bool)> {
    let Array::Unary(Unary::Elementwise(Func::Exp), inner) = *program.node(id) else { return None };
    match *program.node(inner) {
        Array::Unary(Unary::Transpose, of) => Some((of, true)),
        _ => Some((inner, false)),
    }
}

/// A of the sum of all entries of exp(A).
pub(super) fn exponent_of_total(program: &Program, id: ArrayId) -> Option<ArrayId> {
    let Array::Unary(Unary::Reduce(Reduction::Sum), of) = *program.node(id) else { return None };
    exponent(program, of).map(|(exponent, _)| exponent)
}

/// A of a product with exp(A), which is a sum of its entries with weights where both are vectors.
fn exponent_weighed(program: &Program, id: ArrayId) -> Option<ArrayId> {
    let Array::Binary(Binary::Matmul, x, y) = *program.node(id) else { return None };
    [x, y].into_iter().find_map(|factor| exponent(program, factor)).map(|(exponent, _)| exponent)
}

/// By which power of a number the result changes where exp(A) is multiplied by it, where that is a power.
fn degree_of_root(program: &Program, of: ArrayId) -> Option<i64> {
    let mut degrees: FxHashMap<ArrayId, Option<i64>> = FxHashMap::default();
    for id in program.order() {
        let degree = match exponent(program, id) {
            Some((exponent, _)) if exponent == of => Some(1),
            _ => degree(program, program.node(id), |id| degrees.get(&id).copied().flatten()),
        };
        degrees.insert(id, degree);
    }
    degrees.get(&program.root).copied().flatten()
}

/// That of a node by those of its operands.
fn degree(program: &Program, node: &Array, of: impl Fn(ArrayId) -> Option<i64>) -> Option<i64> {
    match node {
        Array::Sum(terms) => {
            let (_, first) = terms.first()?;
            let degree = of(*first)?;
            terms.iter().all(|(_, term)| of(*term) == Some(degree)).then_some(degree)
        }
        Array::Binary(Binary::Multiply | Binary::Matmul | Binary::Outer | Binary::Kron, x, y) => {
            of(*x)?.checked_add(of(*y)?)
        }
        Array::Binary(Binary::Divide, x, y) => of(*x)?.checked_sub(of(*y)?),
        Array::Binary(Binary::Power, base, exponent) => match (of(*base)?, program.node(*exponent)) {
            (0, _) => of(*exponent).filter(|degree| *degree == 0),
            (degree, Array::Number(power)) => degree.checked_mul(power.to_i64()?),
            _ => None,
        },
        Array::Binary(Binary::Solve, matrix, x) if of(*matrix) == Some(0) => of(*x),
        Array::Einsum(_, factors) => factors.iter().try_fold(0_i64, |sum, factor| sum.checked_add(of(*factor)?)),
        Array::Unary(operation, x) if operation.is_linear() => of(*x),
        Array::Along(Unary::Reduce(Reduction::Sum), x, _) | Array::Axes(x, _) | Array::Expand(x, _) => of(*x),
        Array::Item(x, _) | Array::Slice(x, _) | Array::Reshape(x, _) | Array::Unvec(x, _) => of(*x),
        _ => node.operands().into_iter().all(|operand| of(operand) == Some(0)).then_some(0),
    }
}

/// The result with softmax(a) in the place of exp(a), whose sum is 1.
fn by_softmax(program: &mut Program, root: ArrayId, of: ArrayId) -> ArrayId {
    let one = program.integer(1);
    let is_one = |program: &Program, id: ArrayId| matches!(program.node(id), Array::Number(number) if number.is_one());
    rewritten(program, root, |program, id, node| {
        if exponent_of_total(program, id) == Some(of) {
            return Some(one);
        }
        if exponent(program, id) == Some((of, false)) {
            return Some(program.unary(Unary::Apply(Op::Softmax), of));
        }
        match *node {
            Array::Binary(Binary::Divide | Binary::Multiply | Binary::Power, x, y) if is_one(program, y) => Some(x),
            Array::Binary(Binary::Multiply, x, y) if is_one(program, x) => Some(y),
            Array::Binary(Binary::Power, x, y) if is_one(program, x) && matches!(program.node(y), Array::Number(_)) => {
                Some(one)
            }
            _ => None,
        }
    })
}

/// The result with exp(A − max A) in the place of exp(A).
fn shifted(program: &mut Program, root: ArrayId, of: ArrayId) -> ArrayId {
    let largest = program.unary(Unary::Reduce(Reduction::Max), of);
    rewritten(program, root, |program, id, node| {
        exponent(program, id).filter(|(exponent, _)| *exponent == of)?;
        let Array::Unary(operation, inner) = *node else { return None };
        let less = program.add(Array::Sum([(false, inner), (true, largest)].into()));
        Some(program.unary(operation, less))
    })
}
