//! Small vectors and matrices by their entries: of `x_1^2 x_2` the gradient in a vector x of two entries is (2x₁x₂, x₁²) rather than a sum of
//! unit vectors.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, BigOp, Dim, ExprId, Node, Shape};
use crate::number::Coeff;
use crate::simplify::simplify;

/// Vectors and matrices with more rows or columns are left as they are.
const MOST_ROWS: u32 = 4;

/// The entries of a small vector or matrix, where that leaves no unit vector and every entry is made of entries and scalars.
pub(in crate::answer) fn by_entries(arena: &mut Arena, expr: ExprId) -> ExprId {
    let shape = arena.shape(expr);
    let (Dim::Known(rows), Dim::Known(cols)) = (shape.rows, shape.cols) else { return expr };
    if shape.is_scalar() || rows.max(cols) > MOST_ROWS || has_whole_array(arena, expr) || !has_unit_vector(arena, expr)
    {
        return expr;
    }
    let expr_with_terms = with_terms(arena, expr);
    let mut entries = Vec::new();
    for (row, col) in (1..=rows).flat_map(|row| (1..=cols).map(move |col| (row, col))) {
        let (row, col) = (arena.integer(i64::from(row)), arena.integer(i64::from(col)));
        let entry = arena.entry(expr_with_terms, row, col);
        let entry = simplify(arena, entry);
        if !is_of_entries(arena, entry) {
            return expr;
        }
        entries.push(entry);
    }
    let literal = arena.intern(Node::Literal(shape, entries.into()));
    arena.normalize(literal)
}

/// Whether a unit vector stands in it.
pub(in crate::answer) fn has_unit_vector(arena: &Arena, expr: ExprId) -> bool {
    arena.post_order(expr).iter().any(|id| matches!(arena.node(*id), Node::Basis(..)))
}

/// Whether a vector or matrix stands in it as a whole, and not by an entry.
fn has_whole_array(arena: &Arena, expr: ExprId) -> bool {
    let is_array =
        |id: ExprId| matches!(arena.node(id), Node::Symbol(_) | Node::Member(..)) && !arena.shape(id).is_scalar();
    is_array(expr)
        || arena.post_order(expr).iter().any(|id| {
            let node = arena.node(*id);
            !matches!(node, Node::Entry(..)) && node.children().into_iter().any(is_array)
        })
}

/// Whether all in it is a scalar but the symbols whose entries it has.
fn is_of_entries(arena: &Arena, entry: ExprId) -> bool {
    arena
        .post_order(entry)
        .iter()
        .all(|id| arena.shape(*id).is_scalar() || matches!(arena.node(*id), Node::Symbol(_) | Node::Member(..)))
}

/// The expression with the terms of its short sums over an index written out.
fn with_terms(arena: &mut Arena, root: ExprId) -> ExprId {
    let mut map = FxHashMap::default();
    for id in arena.post_order(root) {
        let Node::Indexed { op: BigOp::Sum, index, lower, upper, body } = *arena.node(id) else { continue };
        let number = |arena: &Arena, bound: ExprId| arena.as_number(bound).and_then(Coeff::to_i64);
        let (Some(from), Some(to)) = (number(arena, lower), number(arena, upper)) else { continue };
        if to - from >= i64::from(MOST_ROWS) {
            continue;
        }
        let (shape, body) = (arena.shape(body), arena.rewrite(body, &mut map));
        let terms: Vec<ExprId> = (from..=to)
            .map(|at| {
                let at = arena.integer(at);
                arena.substitute_index(body, index, at)
            })
            .collect();
        let sum = arena.sum_of(&terms, shape);
        map.insert(id, sum);
    }
    if map.is_empty() { root } else { arena.rewrite(root, &mut map) }
}

/// The solution of a linear system with numbers as coefficients, by its entries; nothing of any other, and of a singular one.
pub(in crate::answer) fn solved(arena: &mut Arena, matrix: ExprId, right: ExprId) -> Option<ExprId> {
    let (Node::Literal(square, matrix), shape) = (arena.node(matrix).clone(), arena.shape(right)) else { return None };
    let n = arena.known_size(square.rows)?;
    let right = with_terms(arena, right);
    let right: Vec<ExprId> = (1..=n)
        .map(|row| {
            let (row, one) = (arena.integer(i64::try_from(row).unwrap_or(i64::MAX)), arena.one());
            arena.entry(right, row, one)
        })
        .collect();
    let mut rows: Vec<Vec<Coeff>> = matrix
        .chunks(n)
        .enumerate()
        .map(|(at, row)| {
            let unit = (0..n).map(|col| if col == at { Coeff::ONE } else { Coeff::ZERO });
            row.iter().map(|entry| arena.as_number(*entry).cloned()).chain(unit.map(Some)).collect::<Option<_>>()
        })
        .collect::<Option<_>>()?;
    // Gauss and Jordan: beside the matrix the identity becomes the inverse.
    for col in 0..n {
        let pivot = (col..n).find(|row| !rows[*row][col].is_zero())?;
        rows.swap(col, pivot);
        let by = rows[col][col].recip()?;
        rows[col].iter_mut().for_each(|entry| *entry = entry.mul(&by));
        let leading = rows[col].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != col) {
            let by = row[col].clone();
            row.iter_mut().zip(&leading).for_each(|(entry, other)| *entry = entry.sub(&other.mul(&by)));
        }
    }
    let entries: Vec<ExprId> = rows
        .iter()
        .map(|row| {
            let terms: Vec<_> = row[n..].iter().cloned().zip(right.iter().copied()).collect();
            let sum = arena.add_terms(terms, Shape::SCALAR);
            simplify(arena, sum)
        })
        .collect();
    let literal = arena.intern(Node::Literal(shape, entries.into()));
    Some(arena.normalize(literal))
}
