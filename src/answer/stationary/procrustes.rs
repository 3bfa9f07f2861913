//! Functions that are affine on the orthogonal matrices, such as ‖AX − B‖²: ⟨M, X⟩ is largest at the polar factor of M and least at its
//! opposite (Golub & Van Loan, *Matrix Computations*, §6.4.1).

use super::constraint::{Constraint, inner};
use super::equation::substitute;
use super::kind::{Kind, Nature, Why};
use super::system::Branch;
use crate::differential::differentiate;
use crate::expr::{Arena, ExprId, Node, Spectral, StandIn, SymbolId};
use crate::linear;
use crate::number::Coeff;
use crate::positivity::is_positive;
use crate::simplify::{expand, simplify};

/// The points at which f is least and largest, the one that is written without a minus first; nothing where f is not shown to be affine on
/// the orthogonal matrices.
pub(super) fn extremes(arena: &mut Arena, value: ExprId, wrt: SymbolId) -> Option<[(ExprId, Nature); 2]> {
    // Where a norm is least its square is.
    let value = match *arena.node(value) {
        Node::Norm(crate::expr::Norm::Frobenius, of) => inner(arena, of, of),
        _ => value,
    };
    let free = arena.stand_in(StandIn::Free(wrt));
    let (variable, x) = (arena.symbol_expr(wrt), arena.symbol_expr(free));
    let written = substitute(arena, value, variable, x);
    let slope = constant_slope(arena, written, free)?;
    Some(polar_factors(arena, slope))
}

/// The same where XᵀX = I is a constraint, with the multiplier Λ of ∇f = ±2XΛ for each. Beside X the gradient of the Lagrangian.
pub(super) fn extremes_under(
    arena: &mut Arena,
    value: ExprId,
    (wrt, gradient): (SymbolId, ExprId),
    constraint: &Constraint,
) -> Option<[(Branch, Nature); 2]> {
    let (x, multiplier) = (arena.symbol_expr(wrt), arena.symbol_expr(constraint.multiplier));
    let shape = arena.shape(x);
    if !shape.is_matrix() {
        return None;
    }
    let (transposed, identity) = (arena.transpose(x), arena.identity(shape.cols));
    let square = arena.mul(&[transposed, x]);
    let difference = arena.minus(square, identity);
    let opposite = arena.neg(difference);
    let scale = match constraint.difference {
        written if written == difference => Coeff::ratio(1, 2)?,
        written if written == opposite => Coeff::ratio(-1, 2)?,
        _ => return None,
    };
    let slope = constant_slope(arena, value, wrt)?;
    let zero = arena.zero(arena.shape(multiplier));
    let gradient = substitute(arena, gradient, multiplier, zero);
    let product = arena.mul(&[transposed, gradient]);
    let product = arena.scale(&scale, product);
    let multiplier = simplify(arena, product);
    Some(polar_factors(arena, slope).map(|(point, nature)| {
        let values = vec![(wrt, point), (constraint.multiplier, multiplier)];
        (Branch { values, ..Branch::default() }, nature)
    }))
}

/// ± the polar factor of C, with what each is for f = ⟨C, X⟩.
fn polar_factors(arena: &mut Arena, slope: ExprId) -> [(ExprId, Nature); 2] {
    let (content, primitive) = arena.split_content(slope);
    let (scalar, rest) = arena.split_scalar(primitive);
    let matrix = if is_positive(arena, scalar) { rest } else { primitive };
    let polar = arena.spectral(Spectral::Polar, matrix);
    let opposite = arena.neg(polar);
    let nature = |kind| Nature { kind, why: Why::Polar(matrix) };
    let kinds = if content.is_negative() { [Kind::Minimum, Kind::Maximum] } else { [Kind::Maximum, Kind::Minimum] };
    [(polar, nature(kinds[0])), (opposite, nature(kinds[1]))]
}

/// C where f is ⟨C, X⟩ up to a constant on the orthogonal matrices: of the gradient, SX and XS with a symmetric S are left out, which come
/// of ½tr(XᵀSX) = ½tr(S) and its kin.
fn constant_slope(arena: &mut Arena, value: ExprId, free: SymbolId) -> Option<ExprId> {
    let x = arena.symbol_expr(free);
    let is_square = arena.shape(x).is_square();
    let value = simplify(arena, value);
    let differential = differentiate(arena, value, free, 0).ok()?;
    let gradient = linear::gradient(arena, differential.expr, free, 0).ok()?;
    let shape = arena.shape(gradient);
    let expanded = expand(arena, gradient);
    let mut kept = Vec::new();
    for (coeff, term) in arena.terms(expanded) {
        if !arena.contains_symbol(term, free) {
            kept.push((coeff, term));
            continue;
        }
        let (scalar, rest) = arena.split_scalar(term);
        let factors = match arena.node(rest).clone() {
            Node::Product(factors) => factors.to_vec(),
            _ => vec![rest],
        };
        let side = match factors.as_slice() {
            [only] if *only == x => Vec::new(),
            // Of a tall X, tr(XᵀSX) is not constant.
            [others @ .., last] if *last == x && is_square => others.to_vec(),
            [first, others @ ..] if *first == x => others.to_vec(),
            _ => return None,
        };
        let is_constant = |arena: &Arena, id: &ExprId| !arena.contains_symbol(*id, free);
        if !is_constant(arena, &scalar) || !side.iter().all(|factor| is_constant(arena, factor)) {
            return None;
        }
        if !side.is_empty() {
            let side = arena.mul(&side);
            if !arena.is_symmetric(side) {
                return None;
            }
        }
    }
    let slope = arena.add_terms(kept, shape);
    let slope = simplify(arena, slope);
    (!arena.is_zero(slope)).then_some(slope)
}
