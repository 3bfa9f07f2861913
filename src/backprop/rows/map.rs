//! Declared maps: x̄ = ȳ∇f(x), x̄ = J_F(x)ᵀȳ, t̄ = ⟨ȳ, F′(t)⟩.

use super::row::{NoRow, Parts};
use crate::expr::{Arena, ExprId, Map, MapDerivative};

/// The cotangent of the argument.
///
/// # Errors
/// A second derivative of a map of vectors, or values without a matrix of derivatives.
pub(super) fn map(
    arena: &mut Arena,
    Map { symbol, derivative }: Map,
    inner: ExprId,
    place: &[ExprId],
    bar: ExprId,
) -> Result<Parts, NoRow> {
    let x = arena.normalize(inner);
    let (arguments, values) = (arena.shape(x), arena.symbol(symbol).shape);
    let of = |arena: &mut Arena, derivative| arena.map(Map { symbol, derivative }, x, place);
    let cotangent = match derivative {
        MapDerivative::Prime(order) if arguments.is_scalar() => {
            let slope = of(arena, MapDerivative::Prime(order + 1));
            let turned = arena.transpose(slope);
            let product = arena.mul(&[turned, bar]);
            arena.trace(product)
        }
        MapDerivative::Prime(_) if values.is_scalar() => {
            let gradient = of(arena, MapDerivative::Gradient);
            arena.mul(&[bar, gradient])
        }
        MapDerivative::Prime(_) if values.is_column() && arguments.is_column() => {
            let jacobian = of(arena, MapDerivative::Jacobian);
            let turned = arena.transpose(jacobian);
            arena.mul(&[turned, bar])
        }
        MapDerivative::Gradient if arguments.is_column() => {
            let hessian = of(arena, MapDerivative::Hessian);
            arena.mul(&[hessian, bar])
        }
        _ => return Err(NoRow::of("a derivative of this declared map")),
    };
    Ok(vec![(inner, cotangent)])
}
