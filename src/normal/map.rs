//! Declared maps and their derivatives.

use crate::expr::{Arena, ExprId, Map, MapDerivative, Node, SymbolId};

impl Arena {
    /// A declared map, or one of its derivatives, at a point; that of the entry at a place, where one is given.
    pub fn map(&mut self, map: Map, inner: ExprId, place: &[ExprId]) -> ExprId {
        self.intern(Node::Map(map, inner, place.into()))
    }

    /// The differential of a declared map in a direction, written with ∇f, J_F or F′.
    pub fn map_along(&mut self, symbol: SymbolId, inner: ExprId, direction: ExprId) -> ExprId {
        let (values, arguments) = (self.symbol(symbol).shape, self.shape(inner));
        if arguments.is_scalar() {
            let slope = self.map(Map { symbol, derivative: MapDerivative::Prime(1) }, inner, &[]);
            return self.mul(&[slope, direction]);
        }
        if values.is_column() && arguments.is_column() && !values.is_scalar() {
            let jacobian = self.map(Map { symbol, derivative: MapDerivative::Jacobian }, inner, &[]);
            return self.mul(&[jacobian, direction]);
        }
        let gradient = Map { symbol, derivative: MapDerivative::Gradient };
        let along = move |arena: &mut Self, place: &[ExprId]| {
            let gradient = arena.map(gradient, inner, place);
            let turned = arena.transpose(gradient);
            let product = arena.mul(&[turned, direction]);
            arena.trace(product)
        };
        if values.is_scalar() {
            return along(self, &[]);
        }
        // Σᵢⱼ ⟨∇Fᵢⱼ(x), E⟩ eᵢeⱼᵀ
        self.sum_over(values.rows, |arena, row| {
            let unit = arena.basis(values.rows, row);
            if values.is_column() {
                let value = along(arena, &[row]);
                return arena.mul(&[value, unit]);
            }
            arena.sum_over(values.cols, |arena, col| {
                let other = arena.basis(values.cols, col);
                let other = arena.transpose(other);
                let value = along(arena, &[row, col]);
                arena.mul(&[value, unit, other])
            })
        })
    }
}
