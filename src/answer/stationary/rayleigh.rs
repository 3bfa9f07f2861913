//! Rayleigh quotients xᵀAx/(xᵀBx) with B ≻ 0, and their roots ‖Ax‖/‖x‖: stationary at the eigenvectors of A v = ν B v, and between the least and
//! the largest eigenvalue (Horn & Johnson, *Matrix Analysis*, §4.2).

use super::eigen::{Eigen, form_of};
use super::kind::{Kind, Nature, Why};
use crate::differential::differentiate;
use crate::expr::{Arena, ExprId, Node, Shape, Spectral, SymbolId};
use crate::linear;
use crate::number::Coeff;
use crate::positivity::{is_definite, is_nonnegative};
use crate::simplify::{expand, simplify};

/// The eigenvalue problem whose eigenvectors are the stationary points, and the two at which f is least and largest.
pub(super) fn extremes(arena: &mut Arena, value: ExprId, x: SymbolId) -> Option<(Eigen, [(ExprId, Nature); 2])> {
    let shape = arena.symbol(x).shape;
    if !shape.is_column() || shape.is_scalar() {
        return None;
    }
    // Where a nonnegative function is least its square is.
    let square = is_nonnegative(arena, value).then(|| arena.pow_number(value, &Coeff::integer(2)));
    let (above, below) = [Some(value), square].into_iter().flatten().find_map(|of| {
        let (above, below) = quotient(arena, of, x)?;
        Some((quadratic(arena, above, x)?, quadratic(arena, below, x)?))
    })?;
    let identity = arena.identity(shape.rows);
    let (content, primitive) = arena.split_content(below);
    let turns = content.is_negative();
    let below = if turns { arena.neg(below) } else { below };
    let above = if turns { arena.neg(above) } else { above };
    let (matrix, metric) = if primitive == identity {
        let scaled = arena.scale(&content.abs().recip()?, above);
        (simplify(arena, scaled), None)
    } else {
        (above, is_definite(arena, below).then_some(below).map(Some)?)
    };
    let (mut root, mut turned) = (None, matrix);
    if let Some(metric) = metric {
        let half = arena.number(Coeff::ratio(-1, 2)?);
        let inverse = arena.power(metric, half);
        let product = arena.mul(&[inverse, matrix, inverse]);
        turned = simplify(arena, product);
        root = Some(inverse);
    }
    if !arena.is_symmetric(turned) || matrix == identity {
        return None;
    }
    let points = [(Spectral::EigvecMin, Kind::Minimum), (Spectral::EigvecMax, Kind::Maximum)].map(|(which, kind)| {
        let vector = arena.spectral(which, turned);
        let factors: Vec<ExprId> = root.into_iter().chain([vector]).collect();
        (arena.mul(&factors), Nature { kind, why: Why::Eigenvalues })
    });
    Some((Eigen { matrix, metric, is_turned: false }, points))
}

/// u and v of a quotient u/v in both of which the variable stands.
fn quotient(arena: &mut Arena, of: ExprId, x: SymbolId) -> Option<(ExprId, ExprId)> {
    let Node::Hadamard(factors) = arena.node(of).clone() else { return None };
    let is_below = |arena: &Arena, power: ExprId| arena.as_number(power).is_some_and(Coeff::is_negative);
    let (below, above): (Vec<_>, Vec<_>) =
        factors.iter().copied().partition(|(base, power)| is_below(arena, *power) && arena.contains_symbol(*base, x));
    let (above, below) = (arena.hadamard_powers(&above, Shape::SCALAR), arena.hadamard_powers(&below, Shape::SCALAR));
    let below = arena.recip(below);
    (arena.contains_symbol(above, x) && arena.contains_symbol(below, x)).then_some((above, below))
}

/// The symmetric M of xᵀMx.
fn quadratic(arena: &mut Arena, of: ExprId, x: SymbolId) -> Option<ExprId> {
    let differential = differentiate(arena, of, x, 0).ok()?;
    let gradient = linear::gradient(arena, differential.expr, x, 0).ok()?;
    let expanded = expand(arena, gradient);
    let doubled = form_of(arena, expanded, x)?;
    // A quadratic function whose derivative vanishes at 0 may have a constant.
    let (variable, zero) = (arena.symbol_expr(x), arena.zero(arena.symbol(x).shape));
    let constant = super::equation::substitute(arena, of, variable, zero);
    let half = arena.scale(&Coeff::ratio(1, 2)?, doubled);
    arena.is_zero(constant).then(|| simplify(arena, half))
}
