//! Signs moved into differences: −Xᵀ(y − p) is Xᵀ(p − y), which takes a pass over an array less.

use rustc_hash::FxHashMap;

use super::super::tree::{Array, ArrayId, Binary, Program, Unary};
use super::factorize::rewritten;

/// A result in which no product with a difference is negated, where the difference serves nothing else.
pub(super) fn without_negatives(program: &mut Program, root: ArrayId) -> ArrayId {
    program.root = root;
    let order = program.order();
    let is_negative = |id: &ArrayId| matches!(program.node(*id), Array::Unary(Unary::Negative, _));
    if !order.iter().any(is_negative) {
        return root;
    }
    let mut uses: FxHashMap<ArrayId, u32> = FxHashMap::default();
    for operand in order.iter().flat_map(|id| program.node(*id).operands()) {
        *uses.entry(operand).or_insert(0) += 1;
    }
    rewritten(program, root, |program, id, node| {
        let Array::Unary(Unary::Negative, moved) = *node else { return None };
        let Array::Unary(Unary::Negative, x) = *program.node(id) else { return None };
        // What has been rewritten below has other uses than are known.
        (moved == x).then(|| negated(program, x, &uses)).flatten()
    })
}

/// The negative of a value with no sign before it, where the turned difference serves nothing else.
fn negated(program: &mut Program, id: ArrayId, uses: &FxHashMap<ArrayId, u32>) -> Option<ArrayId> {
    if uses.get(&id).is_some_and(|count| *count > 1) {
        return None;
    }
    match program.node(id).clone() {
        Array::Sum(terms) if terms.iter().any(|(minus, _)| *minus) => {
            let mut turned: Vec<(bool, ArrayId)> = terms.iter().map(|(minus, term)| (!minus, *term)).collect();
            turned.sort_by_key(|(minus, _)| *minus);
            Some(program.add(Array::Sum(turned.into())))
        }
        Array::Binary(operation @ (Binary::Multiply | Binary::Matmul | Binary::Outer), x, y) => {
            if let Some(x) = negated(program, x, uses) {
                return Some(program.binary(operation, x, y));
            }
            negated(program, y, uses).map(|y| program.binary(operation, x, y))
        }
        Array::Binary(Binary::Divide, x, y) => {
            if let Some(x) = negated(program, x, uses) {
                return Some(program.binary(Binary::Divide, x, y));
            }
            negated(program, y, uses).map(|y| program.binary(Binary::Divide, x, y))
        }
        Array::Unary(Unary::Negative, x) => Some(x),
        Array::Unary(Unary::Transpose, x) => negated(program, x, uses).map(|x| program.transposed(x)),
        _ => None,
    }
}
