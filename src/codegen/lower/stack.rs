//! Stacked blocks as one array, and the parts that selection matrices pick as slices.

use super::{Lowering, length};
use crate::codegen::error::CodeError;
use crate::codegen::tree::{Array, ArrayId, Range, Unary};
use crate::expr::{Arena, Dim, ExprId, Node, Placed, Places, Shape, SizeTerm, Strip, strips, sum_of_terms};
use crate::number::Coeff;

/// A term of stacked blocks with its coefficient.
type Cell = (Coeff, Placed);

/// The range of a selection matrix of several columns, or of a transposed one.
fn places(arena: &Arena, id: ExprId, is_transposed: bool) -> Option<Places> {
    match arena.node(id) {
        Node::Transpose(inner) if is_transposed => arena.selected_range(*inner),
        Node::Selection(..) if !is_transposed => arena.selected_range(id),
        _ => None,
    }
    .filter(|_| arena.is_selection(id))
}

impl Lowering<'_> {
    /// A sum of blocks as one array, to which its other terms are added; nothing of any other sum.
    pub(super) fn stacked(&mut self, id: ExprId, terms: &[(Coeff, ExprId)]) -> Result<Option<ArrayId>, CodeError> {
        let arena = self.arena;
        if !arena.may_stack(terms) {
            return Ok(None);
        }
        let (mut cells, mut rest): (Vec<Cell>, Vec<(Coeff, ExprId)>) = (Vec::new(), Vec::new());
        for (coeff, term) in terms {
            match arena.placed(*term) {
                Some(placed) => cells.push((coeff.clone(), placed)),
                None => rest.push((coeff.clone(), *term)),
            }
        }
        if !rest.is_empty() && cells.len() < 2 {
            return Ok(None);
        }
        let Some(block) = self.block(&cells, arena.shape(id))? else { return Ok(None) };
        if rest.is_empty() {
            return Ok(Some(block));
        }
        let rest = self.sum(&rest)?;
        let others = match self.program.node(rest) {
            Array::Sum(terms) => terms.to_vec(),
            Array::Unary(Unary::Negative, x) => vec![(true, *x)],
            _ => vec![(false, rest)],
        };
        let all: Vec<(bool, ArrayId)> = std::iter::once((false, block)).chain(others).collect();
        Ok(Some(self.program.add(Array::Sum(all.into()))))
    }

    fn block(&mut self, cells: &[Cell], shape: Shape) -> Result<Option<ArrayId>, CodeError> {
        let sides = |(_, cell): &Cell| (cell.rows.is_some(), cell.cols.is_some());
        let is_alike = cells.iter().all(|cell| sides(cell) == sides(&cells[0]));
        let is_distinct = (0..cells.len()).all(|at| {
            let places = |(_, cell): &Cell| (cell.rows.clone(), cell.cols.clone());
            cells[..at].iter().all(|other| places(other) != places(&cells[at]))
        });
        if !is_alike || !is_distinct {
            return Ok(None);
        }
        let (has_rows, has_cols) = sides(&cells[0]);
        let axis = |has: bool, ranges: Vec<Places>, of: Vec<SizeTerm>| match has {
            true => strips(self.arena, ranges, &of),
            false => Some(vec![Strip { places: None, length: of }]),
        };
        let rows = cells.iter().filter_map(|(_, cell)| cell.rows.clone()).collect();
        let cols = cells.iter().filter_map(|(_, cell)| cell.cols.clone()).collect();
        let (rows, cols) = (
            axis(has_rows, rows, self.arena.size_terms(shape.rows)),
            axis(has_cols, cols, self.arena.size_terms(shape.cols)),
        );
        let (Some(rows), Some(cols)) = (rows, cols) else { return Ok(None) };
        let mut blocks = Vec::with_capacity(rows.len() * cols.len());
        for row in &rows {
            for col in &cols {
                let found = cells.iter().find(|(_, cell)| cell.rows == row.places && cell.cols == col.places);
                let is_gap = has_rows && row.places.is_none() || has_cols && col.places.is_none();
                let extents = [&row.length, &col.length].map(|length| self.length_of(length));
                let value = match found.filter(|_| !is_gap) {
                    Some(cell) => self.cell(cell, [&row.length, &col.length], shape.is_matrix())?,
                    None if shape.is_matrix() => self.program.add(Array::Zeros(extents.into())),
                    None => self.program.add(Array::Zeros([extents[usize::from(shape.is_row())]].into())),
                };
                blocks.push(value);
            }
        }
        let lengths = self.lengths(shape);
        Ok(Some(self.program.add(Array::Block(cols.len(), blocks.into(), lengths))))
    }

    /// The value of a block, with as many axes as the whole has, or a number.
    fn cell(
        &mut self,
        (coeff, cell): &Cell,
        [height, width]: [&Vec<SizeTerm>; 2],
        in_matrix: bool,
    ) -> Result<ArrayId, CodeError> {
        let is_one = |length: &[SizeTerm]| matches!(length, [(1, names)] if names.is_empty());
        let arrays = cell.factors.iter().any(|factor| !self.arena.shape(*factor).is_scalar());
        let mut scalars = Vec::new();
        if !coeff.is_one() {
            scalars.push(self.number(coeff)?);
        }
        let value = if arrays {
            self.product_of(&cell.factors)?
        } else {
            for factor in &cell.factors {
                scalars.push(self.value(*factor)?);
            }
            if is_one(height) && is_one(width) {
                return Ok(self.program.product(&scalars));
            }
            let length = self.length_of(height);
            self.program.add(Array::Eye(length))
        };
        scalars.push(value);
        let value = self.program.product(&scalars);
        Ok(match (is_one(height), is_one(width)) {
            (false, true) if in_matrix => self.program.add(Array::Expand(value, [1].into())),
            (true, false) if in_matrix => self.program.add(Array::Expand(value, [0].into())),
            _ => value,
        })
    }

    /// A sum of terms of sizes as an operation.
    pub(super) fn length_of(&mut self, terms: &[SizeTerm]) -> ArrayId {
        length::of_terms(self.arena, self.program, &self.used, terms)
    }

    /// A product that begins or ends with selection matrices: the rows and columns that they pick, or zeros around a block.
    pub(super) fn selected(&mut self, id: ExprId, factors: &[ExprId]) -> Result<Option<ArrayId>, CodeError> {
        let arena = self.arena;
        if !arena.has_selection(id) {
            return Ok(None);
        }
        if let Some(found) = arena.placed(id)
            && let Some(value) = self.block(&[(Coeff::ONE, found)], arena.shape(id))?
        {
            return Ok(Some(value));
        }
        let mut middle = factors.to_vec();
        let Some(first) = middle.iter().position(|factor| !arena.shape(*factor).is_scalar()) else { return Ok(None) };
        let rows = places(arena, middle[first], true);
        if rows.is_some() {
            middle.remove(first);
        }
        let cols = middle.last().and_then(|last| places(arena, *last, false));
        if cols.is_some() {
            middle.pop();
        }
        let Some(first) = middle.iter().find(|factor| !arena.shape(**factor).is_scalar()) else { return Ok(None) };
        if rows.is_none() && cols.is_none() {
            return Ok(None);
        }
        let (height, width) =
            (arena.shape(*first).rows, middle.last().map_or(Dim::ONE, |last| arena.shape(*last).cols));
        let whole = self.product_of(&middle)?;
        let mut cuts: Vec<Option<Range>> = Vec::new();
        for (side, size) in [(rows, height), (cols, width)] {
            if size.is_one() {
                continue;
            }
            cuts.push(side.map(|[offset, length]| {
                let end = sum_of_terms([offset.clone(), length].concat());
                (self.length_of(&offset), self.length_of(&end))
            }));
        }
        while cuts.last() == Some(&None) {
            cuts.pop();
        }
        Ok(Some(self.program.add(Array::Slice(whole, cuts.into()))))
    }
}
