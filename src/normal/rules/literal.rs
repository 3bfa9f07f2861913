//! Literal matrices: what numbers alone decide is worked out.

use crate::expr::{Arena, Dim, ExprId, Node, Shape};
use crate::normal::identity::{Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "literal-sum",
        says: "[a b] + [c d] = [a + c  b + d]",
        example: "Y + 2 [2 1; 0 3] - [1 x; 3 1]",
        declare: "Y: matrix(2,2); x: scalar",
        want: "Y + [3, 2 − x; −3, 5]",
        rule: Rule::Terms(sum),
    },
    Identity {
        id: "literal-product",
        says: "a product of literal matrices of numbers is a literal matrix",
        example: "[1 2; 3 4] [0 1; 1 0] A",
        declare: "A: matrix(2,n)",
        want: "[2, 1; 4, 3]A",
        rule: Rule::Neighbors(product),
    },
    Identity {
        id: "literal-times-vector",
        says: "a literal matrix, or a row, times the vector of some entries is the vector of sums",
        example: "[2 1; 0 3] [x, y]",
        declare: "x: scalar; y: scalar",
        want: "[2x + y, 3y]",
        rule: Rule::Neighbors(times_vector),
    },
];

/// c·[aᵢⱼ] + d·[bᵢⱼ] = [c·aᵢⱼ + d·bᵢⱼ]
fn sum(arena: &mut Arena, (coeff, term): &(Coeff, ExprId), terms: &[(Coeff, ExprId)]) -> Option<Vec<(Coeff, ExprId)>> {
    let Node::Literal(shape, entries) = arena.node(*term).clone() else { return None };
    let (other_coeff, other, others) = terms.iter().find_map(|(coeff, other)| match arena.node(*other) {
        Node::Literal(_, entries) if other != term => Some((coeff.clone(), *other, entries.clone())),
        _ => None,
    })?;
    let added: Vec<ExprId> = entries
        .iter()
        .zip(others.iter())
        .map(|(a, b)| arena.add_terms([(coeff.clone(), *a), (other_coeff.clone(), *b)], Shape::SCALAR))
        .collect();
    let whole = literal(arena, shape, added);
    Some(vec![(coeff.neg(), *term), (other_coeff.neg(), other), (Coeff::ONE, whole)])
}

/// (AB)ᵢⱼ = Σₖ AᵢₖBₖⱼ of numbers
fn product(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let (Node::Literal(a, of_left), Node::Literal(b, of_right)) = (arena.node(left), arena.node(right)) else {
        return None;
    };
    let (a, b) = (*a, *b);
    let numbers = |entries: &[ExprId]| -> Option<Vec<Coeff>> {
        entries.iter().map(|entry| arena.as_number(*entry).cloned()).collect()
    };
    let (of_left, of_right) = (numbers(of_left)?, numbers(of_right)?);
    let (rows, inner, cols) = (arena.known_size(a.rows)?, arena.known_size(a.cols)?, arena.known_size(b.cols)?);
    let mut entries = Vec::with_capacity(rows * cols);
    for row in 0..rows {
        for col in 0..cols {
            let value = (0..inner)
                .fold(Coeff::ZERO, |sum, at| sum.add(&of_left[row * inner + at].mul(&of_right[at * cols + col])));
            entries.push(arena.number(value));
        }
    }
    let shape = Shape::new(a.rows, b.cols);
    if shape.is_scalar() { entries.pop() } else { Some(literal(arena, shape, entries)) }
}

/// Most entries of the vector that a product of literals becomes, and of the vector that is multiplied.
const MOST_ENTRIES: usize = 4;

/// Av and uᵀA of a literal matrix and a vector of entries, and uᵀv of two vectors
fn times_vector(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let row = match arena.node(left) {
        Node::Transpose(of) => Some(*of),
        _ => None,
    };
    let (Node::Literal(a, of_left), Node::Literal(b, of_right)) = (arena.node(row.unwrap_or(left)), arena.node(right))
    else {
        return None;
    };
    let is_row = row.is_some() && a.is_column();
    if !is_row && (row.is_some() || !b.is_column()) {
        return None;
    }
    let (rows, inner) = if is_row { (Dim::Known(1), a.rows) } else { (a.rows, a.cols) };
    let (cols, of_left, of_right) = (b.cols, of_left.to_vec(), of_right.to_vec());
    let known = [rows, inner, cols].map(|size| arena.known_size(size).filter(|size| *size <= MOST_ENTRIES));
    let [Some(height), Some(inner), Some(width)] = known else { return None };
    let mut entries = Vec::with_capacity(height * width);
    for row in 0..height {
        for col in 0..width {
            let product =
                |arena: &mut Arena, at: usize| arena.mul(&[of_left[row * inner + at], of_right[at * width + col]]);
            let terms: Vec<(Coeff, ExprId)> = (0..inner).map(|at| (Coeff::ONE, product(arena, at))).collect();
            entries.push(arena.add_terms(terms, Shape::SCALAR));
        }
    }
    if entries.len() == 1 {
        return entries.pop();
    }
    let column = literal(arena, Shape::vector(if is_row { cols } else { rows }), entries);
    Some(if is_row { arena.transpose(column) } else { column })
}

/// The literal of these entries; a row is a transposed column, and of zeros alone there is none.
pub(super) fn literal(arena: &mut Arena, shape: Shape, entries: Vec<ExprId>) -> ExprId {
    if entries.iter().all(|entry| arena.is_zero(*entry)) {
        return arena.zero(shape);
    }
    arena.intern(Node::Literal(shape, entries.into()))
}
