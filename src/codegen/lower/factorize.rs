//! Matrices with which several systems are solved are factored once: by Cholesky where they are positive definite as their symbols
//! are declared, else by LU.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::tree::{Array, ArrayId, Binary, Program, Unary, symbol_axes};
use super::super::varying::varying;
use crate::expr::{Arena, SymbolKind};
use crate::structure::Structure;

/// How far below a matrix its structure is looked for.
pub(super) const MAX_DEPTH: u32 = 4;

/// Puts factorizations in the place of solves with one matrix.
pub(super) fn factorize(arena: &Arena, program: &mut Program, root: ArrayId) -> ArrayId {
    let root = with_one_side(arena, program, root);
    program.root = root;
    let order = program.order();
    let varying = varying(program, &order);
    let mut uses: FxHashMap<ArrayId, u32> = FxHashMap::default();
    let mut solved = FxHashSet::default();
    for id in &order {
        if let Some((matrix, is_solve)) = solve(program, *id)
            && !varying.contains_key(&matrix)
        {
            *uses.entry(matrix).or_insert(0) += 1;
            if is_solve {
                solved.insert(matrix);
            }
        }
    }
    let is_shared = |matrix: ArrayId| solved.contains(&matrix) && uses.get(&matrix).is_some_and(|count| *count > 1);
    if !order.iter().any(|id| is_shared(*id)) {
        return root;
    }
    rewritten(program, root, |program, id, node| {
        let (matrix, _) = solve(program, id).filter(|(matrix, _)| is_shared(*matrix))?;
        // The operands as they have been rewritten.
        let (of, right) = match *node {
            Array::Binary(Binary::Solve, of, right) => (of, Some(right)),
            Array::Unary(Unary::Inverse, of) => (of, None),
            _ => return None,
        };
        let (of, is_transposed) = match *program.node(of) {
            Array::Unary(Unary::Transpose, inner) => (inner, true),
            _ => (of, false),
        };
        let right = match right {
            Some(right) => right,
            None => {
                let n = size(arena, program, of)?;
                program.add(Array::Eye(n))
            }
        };
        if is_definite(arena, program, matrix, MAX_DEPTH) {
            let factors = program.unary(Unary::Cholesky, of);
            return Some(program.binary(Binary::CholeskySolve, factors, right));
        }
        let factors = program.unary(Unary::Lu, of);
        let operation = if is_transposed { Binary::LuSolveTransposed } else { Binary::LuSolve };
        Some(program.binary(operation, factors, right))
    })
}

/// Symmetric matrices in the place of their transposes where systems are solved.
fn with_one_side(arena: &Arena, program: &mut Program, root: ArrayId) -> ArrayId {
    rewritten(program, root, |program, _, node| {
        let Array::Binary(Binary::Solve, matrix, right) = *node else { return None };
        let Array::Unary(Unary::Transpose, inner) = *program.node(matrix) else { return None };
        is_symmetric(arena, program, inner, MAX_DEPTH).then(|| program.binary(Binary::Solve, inner, right))
    })
}

/// A result with other operations in the place of some; these are given the node and the node on what its operands became.
pub(super) fn rewritten(
    program: &mut Program,
    root: ArrayId,
    mut of: impl FnMut(&mut Program, ArrayId, &Array) -> Option<ArrayId>,
) -> ArrayId {
    program.root = root;
    let mut moved: FxHashMap<ArrayId, ArrayId> = FxHashMap::default();
    for id in program.order() {
        let node = program.node(id).clone().map(|operand| moved.get(&operand).copied().unwrap_or(operand));
        let found = of(program, id, &node).unwrap_or_else(|| program.add(node));
        moved.insert(id, found);
    }
    moved.get(&root).copied().unwrap_or(root)
}

/// The matrix, not transposed, with which a system is solved or that is inverted, and which of the two.
fn solve(program: &Program, id: ArrayId) -> Option<(ArrayId, bool)> {
    let (matrix, is_solve) = match *program.node(id) {
        Array::Binary(Binary::Solve, matrix, _) => (matrix, true),
        Array::Unary(Unary::Inverse, matrix) => (matrix, false),
        _ => return None,
    };
    match *program.node(matrix) {
        Array::Unary(Unary::Transpose, inner) => Some((inner, is_solve)),
        _ => Some((matrix, is_solve)),
    }
}

/// The structure that a symbol is declared with.
fn structure(arena: &Arena, program: &Program, id: ArrayId) -> Option<Structure> {
    match program.node(id) {
        Array::Symbol(symbol) if !matches!(arena.symbol(*symbol).kind, SymbolKind::Family(_)) => {
            Some(arena.symbol(*symbol).structure)
        }
        _ => None,
    }
}

/// Whether a matrix is symmetric, rounding apart, as its symbols are declared and by its form.
pub(super) fn is_symmetric(arena: &Arena, program: &Program, id: ArrayId, depth: u32) -> bool {
    let within = |id: ArrayId| depth > 0 && is_symmetric(arena, program, id, depth - 1);
    match program.node(id) {
        Array::Eye(_) => true,
        Array::Sum(terms) => terms.iter().all(|(_, term)| within(*term)),
        Array::Binary(Binary::Multiply, number, matrix) => is_number(arena, program, *number) && within(*matrix),
        _ if is_gram(program, id) => true,
        _ => matches!(
            structure(arena, program, id),
            Some(
                Structure::Symmetric
                    | Structure::PositiveDefinite
                    | Structure::PositiveSemidefinite
                    | Structure::Diagonal
            )
        ),
    }
}

/// Whether a matrix is positive definite: one that is declared so, the identity, positive multiples of these, and sums of them and of Gram
/// matrices.
fn is_definite(arena: &Arena, program: &Program, id: ArrayId, depth: u32) -> bool {
    let within = |id: ArrayId| depth > 0 && is_definite(arena, program, id, depth - 1);
    match program.node(id) {
        Array::Sum(terms) => {
            let (grams, others): (Vec<_>, Vec<_>) = terms.iter().partition(|(_, term)| is_gram(program, *term));
            !others.is_empty()
                && grams.iter().all(|(minus, _)| !minus)
                && others.iter().all(|(minus, term)| !minus && within(*term))
        }
        Array::Binary(Binary::Multiply, number, matrix) => is_positive(arena, program, *number) && within(*matrix),
        Array::Binary(Binary::Divide, matrix, number) => is_positive(arena, program, *number) && within(*matrix),
        Array::Eye(_) => true,
        _ => structure(arena, program, id) == Some(Structure::PositiveDefinite),
    }
}

/// Whether it is a number that is positive as it is written or declared.
fn is_positive(arena: &Arena, program: &Program, id: ArrayId) -> bool {
    match program.node(id) {
        Array::Number(value) => !value.is_negative() && !value.is_zero(),
        Array::Symbol(symbol) => arena.symbol(*symbol).kind == SymbolKind::Positive && is_number(arena, program, id),
        _ => false,
    }
}

/// Whether it is a product of a matrix with its transpose.
fn is_gram(program: &Program, id: ArrayId) -> bool {
    let is_transpose =
        |x: ArrayId, y: ArrayId| matches!(*program.node(x), Array::Unary(Unary::Transpose, inner) if inner == y);
    match *program.node(id) {
        Array::Binary(Binary::Matmul, x, y) => is_transpose(x, y) || is_transpose(y, x),
        Array::Binary(Binary::Outer, x, y) => x == y,
        _ => false,
    }
}

/// Whether it is a number that is given or written.
fn is_number(arena: &Arena, program: &Program, id: ArrayId) -> bool {
    match program.node(id) {
        Array::Number(_) | Array::Length(..) => true,
        Array::Symbol(symbol) => symbol_axes(arena, *symbol).is_empty(),
        _ => false,
    }
}

/// The size of a square matrix.
fn size(arena: &Arena, program: &mut Program, matrix: ArrayId) -> Option<ArrayId> {
    super::super::axes::Axes::new(arena, &[]).of(program, matrix)?.first().copied()
}
