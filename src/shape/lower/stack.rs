//! Blocks beside and below one another: Σ EᵢXFⱼᵀ with the selection matrices of their places.

use std::sync::Arc;

use super::Lowering;
use crate::expr::{Dim, ExprId, Node, Shape};
use crate::number::Coeff;
use crate::shape::clash::Ty;
use crate::syntax::{Ast, AstId, AstKind, Cut};

/// Where a block begins on an axis, and the length of the axis.
type Place = Option<(Dim, Dim)>;

impl Lowering<'_, '_> {
    pub(super) fn stack(&mut self, ast: &Ast, id: AstId, is_row: bool, blocks: &[AstId]) -> ExprId {
        let shape = self.shape_at(id);
        let scalars = blocks.iter().all(|block| self.arena.shape(self.get(*block)).is_scalar());
        if scalars && self.block_shapes(id).iter().all(|shape| shape.is_scalar()) {
            let entries = blocks.iter().map(|block| self.get(*block)).collect();
            return self.arena.intern(Node::Literal(shape, entries));
        }
        let mut terms = Vec::new();
        self.blocks(ast, id, (is_row, blocks), [None, None], &mut terms);
        match terms.as_slice() {
            [] => self.arena.intern(Node::Zeros(shape)),
            [only] => *only,
            _ => self.arena.intern(Node::Add(terms.into_iter().map(|term| (Coeff::ONE, term)).collect())),
        }
    }

    fn block_shapes(&mut self, id: AstId) -> Vec<Shape> {
        let types: Vec<Ty> = self.tried.blocks.get(&(self.text, id)).cloned().unwrap_or_default();
        types.into_iter().map(|ty| self.shape_of(ty)).collect()
    }

    /// The blocks at their places, those of a row below others one by one.
    fn blocks(
        &mut self,
        ast: &Ast,
        id: AstId,
        (is_row, blocks): (bool, &[AstId]),
        [rows, cols]: [Place; 2],
        terms: &mut Vec<ExprId>,
    ) {
        let shape = self.shape_at(id);
        let of = if is_row { shape.cols } else { shape.rows };
        let mut offset = Dim::Known(0);
        for (block, shape) in blocks.iter().zip(self.block_shapes(id)) {
            let length = if is_row { shape.cols } else { shape.rows };
            let places = if is_row { [rows, Some((offset, of))] } else { [Some((offset, of)), cols] };
            match &ast.node(*block).kind {
                AstKind::Stack { is_row: true, blocks } if !is_row => {
                    self.blocks(ast, *block, (true, blocks), places, terms);
                }
                AstKind::Number(value) if value.is_zero() => {}
                _ => {
                    let term = self.placed(self.get(*block), shape, places);
                    terms.push(term);
                }
            }
            offset = self.arena.size_sum(offset, length);
        }
    }

    /// Eᵀ X F with the selection matrices of the places that are taken.
    pub(super) fn slice(&mut self, id: AstId, of: AstId, cuts: &[Cut]) -> ExprId {
        let ranges = self.tried.stretches.get(&(self.text, id)).cloned().unwrap_or_default();
        let mut array = self.get(of);
        let shape = self.arena.shape(array);
        let axes = if shape.is_row() { vec![shape.cols] } else { vec![shape.rows, shape.cols] };
        for (axis, ((cut, range), size)) in cuts.iter().zip(&ranges).zip(axes).enumerate() {
            let unit = match (cut, range) {
                (Cut::Range(..) | Cut::Last(_), Some(stretch)) => {
                    // That there is something after the range is known of it as a size.
                    let [offset, length, _] = stretch.map(|size| self.dim(size));
                    self.selection(offset, Shape::new(size, length))
                }
                (Cut::At(at), _) => self.arena.intern(Node::Basis(size, self.get(*at))),
                _ => continue,
            };
            let factors = if axis == 1 || shape.is_row() { [array, unit] } else { [self.transpose(unit), array] };
            array = self.arena.intern(Node::Product(Arc::new(factors)));
        }
        // A row of a matrix is a column.
        if matches!(cuts, [Cut::At(_) | Cut::Last(_), _]) { self.transpose(array) } else { array }
    }

    /// The columns of the identity after the first `offset` ones: a unit vector, if it is one.
    pub(super) fn selection(&mut self, offset: Dim, shape: Shape) -> ExprId {
        if shape.cols.is_one() {
            let place = self.arena.size_sum(offset, Dim::ONE);
            let place = self.size_number(place);
            return self.arena.intern(Node::Basis(shape.rows, place));
        }
        self.arena.intern(Node::Selection(offset, shape))
    }

    /// E X Fᵀ
    fn placed(&mut self, block: ExprId, shape: Shape, [rows, cols]: [Place; 2]) -> ExprId {
        let mut factors = Vec::with_capacity(3);
        if let Some((offset, of)) = rows {
            factors.push(self.selection(offset, Shape::new(of, shape.rows)));
        }
        factors.push(block);
        if let Some((offset, of)) = cols {
            let selection = self.selection(offset, Shape::new(of, shape.cols));
            factors.push(self.arena.intern(Node::Transpose(selection)));
        }
        self.arena.intern(Node::Product(Arc::from(factors)))
    }
}
