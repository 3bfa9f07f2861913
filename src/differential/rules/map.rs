//! Declared maps: d f(x) = ⟨∇f(x), dx⟩, d ∇f(x) = ∇²f(x) dx, d F(x) = J_F(x) dx, d F(t) = F′(t) dt; of values without a matrix of their
//! own, entry by entry.

use super::{Context, NotDifferentiable};
use crate::expr::{ExprId, Map, MapDerivative};

pub(super) fn map(
    cx: &mut Context<'_>,
    id: ExprId,
    map: Map,
    inner: ExprId,
    place: &[ExprId],
) -> Result<Option<ExprId>, NotDifferentiable> {
    let Some(differential) = cx.of(inner) else { return Ok(None) };
    let arena = &mut *cx.arena;
    let Map { symbol, derivative } = map;
    let arguments = arena.shape(inner);
    let along = |derivative| Map { symbol, derivative };
    Ok(Some(match derivative {
        MapDerivative::Prime(0) => arena.map_along(symbol, inner, differential),
        MapDerivative::Prime(order) => {
            let slope = arena.map(along(MapDerivative::Prime(order.saturating_add(1))), inner, place);
            arena.mul(&[slope, differential])
        }
        MapDerivative::Gradient if arguments.is_column() => {
            let hessian = arena.map(along(MapDerivative::Hessian), inner, place);
            arena.mul(&[hessian, differential])
        }
        MapDerivative::Jacobian => {
            // Row i is (∇²Fᵢ(x) dx)ᵀ.
            let (size, row) = (arena.symbol(symbol).shape.rows, arena.transpose(differential));
            arena.sum_over(size, |arena, place| {
                let unit = arena.basis(size, place);
                let hessian = arena.map(along(MapDerivative::Hessian), inner, &[place]);
                arena.mul(&[unit, row, hessian])
            })
        }
        MapDerivative::Gradient => {
            return Err(NotDifferentiable {
                expr: id,
                reason: "the second derivative of a declared map of matrices has no matrix form",
            });
        }
        MapDerivative::Hessian => {
            return Err(NotDifferentiable {
                expr: id,
                reason: "the third derivative of a declared map of vectors has no matrix form",
            });
        }
    }))
}
