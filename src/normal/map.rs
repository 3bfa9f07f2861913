//! Declared maps and their derivatives.

use crate::expr::{Arena, BigOp, Dim, ExprId, Map, MapDerivative, Node, Shape, SymbolId, SymbolKind};

impl Arena {
    /// A declared map, or one of its derivatives, at a point; that of the entry at a place, where one is given.
    pub fn map(&mut self, map: Map, inner: ExprId, place: &[ExprId]) -> ExprId {
        self.intern(Node::Map(map, inner, place.into()))
    }

    /// The shape of the arguments of a declared map.
    #[must_use]
    pub fn domain_of_map(&self, symbol: SymbolId) -> Option<Shape> {
        match self.symbol(symbol).kind {
            SymbolKind::Map(domain) => Some(domain),
            _ => None,
        }
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

    /// Σᵢ of the body over an index that runs from 1 to a size.
    pub(crate) fn sum_over(&mut self, size: Dim, body: impl FnOnce(&mut Self, ExprId) -> ExprId) -> ExprId {
        let index = self.fresh_index();
        let place = self.index(index);
        let body = body(self, place);
        let (one, size) = (self.one(), self.size(size));
        self.indexed(BigOp::Sum, index, one, size, body)
    }
}
