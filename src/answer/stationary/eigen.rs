//! Quadratic forms on a sphere: xᵀAx with xᵀBx = c is stationary at the eigenvectors of A, A x = ν B x, and between ν_min c and ν_max c
//! (Rayleigh and Ritz; Horn & Johnson, *Matrix Analysis*, §4.2).

use super::constraint::{Constraint, is_affine};
use super::equation::substitute;
use super::kind::{Kind, Nature, Why};
use super::system::Branch;
use crate::differential::differentiate;
use crate::expr::{Arena, ExprId, Spectral, SymbolId};
use crate::linear;
use crate::number::Coeff;
use crate::positivity::is_definite;
use crate::simplify::{expand, simplify};

/// An eigenvalue problem A x = ν B x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eigen {
    /// A, symmetric.
    pub matrix: ExprId,
    /// B, positive definite; `None` for the identity.
    pub metric: Option<ExprId>,
    /// Whether the multiplier is −ν, as the constraint is written with the other sign.
    pub is_turned: bool,
}

/// The eigenvalue problem that the equations are, where they are one, and the two points at which f is least and largest.
pub(super) fn eigen(
    arena: &mut Arena,
    (x, sides): (SymbolId, (ExprId, ExprId)),
    constraint: &Constraint,
) -> Option<(Eigen, [(Branch, Nature); 2])> {
    let shape = arena.symbol(x).shape;
    if !shape.is_column() || shape.is_scalar() || !arena.shape(constraint.difference).is_scalar() {
        return None;
    }
    let (variable, multiplier) = (arena.symbol_expr(x), arena.symbol_expr(constraint.multiplier));
    let one = arena.one();
    let right = substitute(arena, sides.1, multiplier, one);
    let matrix = form_of(arena, sides.0, x)?;
    let metric = form_of(arena, right, x)?;
    let identity = arena.identity(shape.rows);
    // A x = 2ν x
    let (content, primitive) = arena.split_content(metric);
    let (matrix, metric) = match content.abs().recip().filter(|_| primitive == identity) {
        Some(scale) => {
            let matrix = arena.scale(&scale, matrix);
            (simplify(arena, matrix), arena.scale(&scale, metric))
        }
        None => (matrix, metric),
    };
    // The constraint may be written with the other sign.
    let opposite = arena.neg(metric);
    let is_turned = opposite == identity || metric != identity && is_definite(arena, opposite);
    let metric = if is_turned { opposite } else { metric };
    if metric != identity && !is_definite(arena, metric) {
        return None;
    }
    let size = size(arena, constraint.difference, variable, metric)?;
    let (mut root, mut turned) = (None, matrix);
    if metric != identity {
        let half = arena.number(Coeff::ratio(-1, 2)?);
        let inverse = arena.power(metric, half);
        let product = arena.mul(&[inverse, matrix, inverse]);
        turned = simplify(arena, product);
        root = Some(inverse);
    }
    if !arena.is_symmetric(turned) {
        return None;
    }
    let length = arena.pow_number(size, &Coeff::ratio(1, 2)?);
    let mut branch = |vector, value, kind| {
        let vector = arena.spectral(vector, turned);
        let factors: Vec<ExprId> = [length].into_iter().chain(root).chain([vector]).collect();
        let point = arena.mul(&factors);
        let value = arena.spectral(value, turned);
        let value = if is_turned { arena.neg(value) } else { value };
        let values = vec![(constraint.multiplier, value), (x, point)];
        (Branch { values, ..Branch::default() }, Nature { kind, why: Why::Eigenvalues })
    };
    let points = [
        branch(Spectral::EigvecMin, Spectral::LambdaMin, Kind::Minimum),
        branch(Spectral::EigvecMax, Spectral::LambdaMax, Kind::Maximum),
    ];
    Some((Eigen { matrix, metric: (metric != identity).then_some(metric), is_turned }, points))
}

/// M where an expression is Mx.
pub(super) fn form_of(arena: &mut Arena, expr: ExprId, x: SymbolId) -> Option<ExprId> {
    let variable = arena.symbol_expr(x);
    let zero = arena.zero(arena.shape(variable));
    let constant = substitute(arena, expr, variable, zero);
    if !arena.is_zero(constant) || !is_affine(arena, expr, &[x]) {
        return None;
    }
    let slope = differentiate(arena, expr, x, 0).ok()?.expr;
    let expanded = expand(arena, slope);
    let matrix = linear::matrix(arena, expanded, x, 0).ok()?;
    let matrix = simplify(arena, matrix);
    (!arena.contains_symbol(matrix, x)).then_some(matrix)
}

/// c where the constraint is xᵀBx = c.
fn size(arena: &mut Arena, difference: ExprId, variable: ExprId, metric: ExprId) -> Option<ExprId> {
    let zero = arena.zero(arena.shape(variable));
    let constant = substitute(arena, difference, variable, zero);
    let constant = simplify(arena, constant);
    let product = arena.mul(&[metric, variable]);
    let square = arena.inner(variable, product);
    for ratio in [(1, 1), (1, 2), (2, 1), (-1, 1), (-1, 2), (-2, 1)] {
        let ratio = Coeff::ratio(ratio.0, ratio.1)?;
        let part = arena.scale(&ratio, square);
        let rest = arena.minus(difference, part);
        let rest = arena.minus(rest, constant);
        let rest = expand(arena, rest);
        let rest = simplify(arena, rest);
        if arena.is_zero(rest) {
            let scale = ratio.recip()?.neg();
            return Some(arena.scale(&scale, constant));
        }
    }
    None
}
