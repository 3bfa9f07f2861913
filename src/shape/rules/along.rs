//! Shapes of reductions along an axis: the rows or the columns of a matrix, each to a number.

use crate::shape::check::Try;
use crate::shape::clash::{Demand, Problem, Ty};
use crate::shape::size::Sizes;
use crate::syntax::{Ast, AstId, Axis};

impl Try<'_> {
    /// The shape of a reduction along an axis. A vector has one axis, so that what is left is a number.
    pub(in crate::shape) fn along(&mut self, ast: &Ast, id: AstId, axis: Axis, inner: AstId) -> Ty {
        if !self.demand(ast, id, inner, Demand::Array("a reduction along an axis")) {
            return Self::poison();
        }
        let ty = self.ty(inner);
        let one = Ty { rows: Sizes::ONE, cols: Sizes::ONE, ..ty };
        match axis {
            Axis::Columns if self.is_matrix(ty) => Ty { rows: ty.cols, cols: Sizes::ONE, ..ty },
            Axis::ColumnsAsRow if self.is_matrix(ty) => Ty { rows: Sizes::ONE, ..ty },
            Axis::Rows | Axis::Last if self.is_matrix(ty) => Ty { cols: Sizes::ONE, ..ty },
            Axis::Columns | Axis::ColumnsAsRow if self.sizes.is_one(ty.rows) => self.no_axis(ast, id, inner),
            Axis::Rows if self.sizes.is_one(ty.cols) => self.no_axis(ast, id, inner),
            Axis::Columns | Axis::ColumnsAsRow | Axis::Rows | Axis::Last => one,
        }
    }

    fn no_axis(&mut self, ast: &Ast, id: AstId, inner: AstId) -> Ty {
        let operand = self.operand(ast, inner);
        self.clash(id, Problem::NoAxis(operand.clone()), &[&operand])
    }
}
