//! Operations on whole matrices: inverses, determinants, traces, arrangements.

use super::arithmetic::inner;
use super::row::{NoRow, Parts, Row};
use crate::expr::{Arena, ExprId, Node, Op, Shape, StandIn};
use crate::linear;
use crate::number::Coeff;

/// d = det X: X̄ = d̄ det(X) X⁻ᵀ.
pub(super) fn determinant(arena: &mut Arena, inner: ExprId, row: &Row<'_>) -> Parts {
    let x = arena.normalize(inner);
    let det = arena.det(x);
    let inverse = inverse_transposed(arena, x);
    vec![(inner, arena.mul(&[row.bar, det, inverse]))]
}

/// X⁻ᵀ
pub(super) fn inverse_transposed(arena: &mut Arena, x: ExprId) -> ExprId {
    let inverse = arena.inverse(x);
    arena.transpose(inverse)
}

/// t = tr X: X̄ = t̄ I.
pub(super) fn trace(arena: &mut Arena, inner: ExprId, row: &Row<'_>) -> Parts {
    let identity = arena.identity(arena.shape(inner).rows);
    vec![(inner, arena.mul(&[row.bar, identity]))]
}

/// Y = X⁺, with P = X⁺: X̄ = −PᵀȲPᵀ + (I − XP)ȲᵀPPᵀ + PᵀPȲᵀ(I − PX) (Golub & Pereyra 1973).
pub(super) fn pseudoinverse(arena: &mut Arena, inner: ExprId, row: &Row<'_>) -> Parts {
    let x = arena.normalize(inner);
    let p = arena.pinv(x);
    let (pt, bt) = (arena.transpose(p), arena.transpose(row.bar));
    let shape = arena.shape(x);
    let rest = |arena: &mut Arena, size, factors: [ExprId; 2]| {
        let identity = arena.identity(size);
        let product = arena.mul(&factors);
        arena.minus(identity, product)
    };
    let (left, right) = (rest(arena, shape.rows, [x, p]), rest(arena, shape.cols, [p, x]));
    let terms = [
        (Coeff::MINUS_ONE, arena.mul(&[pt, row.bar, pt])),
        (Coeff::ONE, arena.mul(&[left, bt, p, pt])),
        (Coeff::ONE, arena.mul(&[pt, p, bt, right])),
    ];
    vec![(inner, arena.add_terms(terms, shape))]
}

/// Operators that keep the shape.
pub(super) fn operator(arena: &mut Arena, op: Op, of: ExprId, row: &Row<'_>) -> Result<Parts, NoRow> {
    let x = arena.normalize(of);
    let part = match op {
        // Row by row, where it is no column: P ∘ Ȳ − diag((P ∘ Ȳ)1)P.
        Op::Softmax => {
            let p = arena.apply(op, x);
            let product = arena.hadamard(row.bar, p);
            let lost = if arena.shape(x).is_column() {
                let along = arena.inner(p, row.bar);
                arena.mul(&[along, p])
            } else {
                let ones = arena.ones(Shape::vector(arena.shape(x).cols));
                let along = arena.mul(&[product, ones]);
                let along = arena.diag(along);
                arena.mul(&[along, p])
            };
            arena.minus(product, lost)
        }
        Op::Tril | Op::Triu => match op.row().adjoint {
            Some(adjoint) => arena.apply(adjoint, row.bar),
            None => return Err(NoRow::of("this operator")),
        },
        // adj X = det(X) X⁻¹
        Op::Adjugate => {
            let (det, inverse) = (arena.det(x), arena.inverse(x));
            let turned = arena.transpose(inverse);
            let along = inner(arena, row.bar, inverse);
            let first = arena.mul(&[along, det, turned]);
            let second = arena.mul(&[det, turned, row.bar, turned]);
            arena.minus(first, second)
        }
    };
    Ok(vec![(of, part)])
}

/// The matrix that the row of an operation inverts, though the operation has a value where it is singular.
pub(in crate::backprop) fn inverted(node: &Node) -> Option<ExprId> {
    match *node {
        Node::Det(of) | Node::Apply(Op::Adjugate, of) => Some(of),
        _ => None,
    }
}

/// Y = A ⊗ B, by the adjoint of what is linear in either.
pub(super) fn kron(arena: &mut Arena, left: ExprId, right: ExprId, row: &Row<'_>) -> Result<Parts, NoRow> {
    let (a, b) = (arena.normalize(left), arena.normalize(right));
    let mut parts = Vec::new();
    for (place, (operand, shape)) in [(left, arena.shape(a)), (right, arena.shape(b))].into_iter().enumerate() {
        if !row.is_active(operand) {
            continue;
        }
        let stand_in = arena.stand_in(StandIn::Constant(shape));
        let change = arena.differential(stand_in, 0);
        let product = if place == 0 { arena.kron(change, b) } else { arena.kron(a, change) };
        let part =
            linear::pull_back(arena, product, row.bar, stand_in, 0).map_err(|_| NoRow::of("this Kronecker product"))?;
        parts.push((operand, part));
    }
    Ok(parts)
}

/// y = Xᵢⱼ: X̄ = ȳ eᵢeⱼᵀ.
pub(super) fn entry(arena: &mut Arena, of: ExprId, places: [ExprId; 2], row: &Row<'_>) -> Parts {
    let shape = arena.shape(of);
    let [i, j] = places.map(|place| arena.normalize(place));
    let mut factors = vec![row.bar];
    if !shape.rows.is_one() {
        factors.push(arena.basis(shape.rows, i));
    }
    if !shape.cols.is_one() {
        let col = arena.basis(shape.cols, j);
        factors.push(arena.transpose(col));
    }
    vec![(of, arena.mul(&factors))]
}

/// A matrix written by its entries: each has that of the cotangent.
pub(super) fn literal(arena: &mut Arena, shape: Shape, entries: &[ExprId], row: &Row<'_>) -> Result<Parts, NoRow> {
    let Some(cols) = arena.known_size(shape.cols) else { return Err(NoRow::of("this matrix of entries")) };
    let mut parts = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        let number = |arena: &mut Arena, at: usize| arena.integer(i64::try_from(at).unwrap_or(i64::MAX));
        let (i, j) = (number(arena, place / cols + 1), number(arena, place % cols + 1));
        let part = if shape.is_scalar() { row.bar } else { arena.entry(row.bar, i, j) };
        parts.push((*entry, part));
    }
    Ok(parts)
}
