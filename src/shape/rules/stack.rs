//! Blocks beside and below one another.

use crate::shape::check::Try;
use crate::shape::clash::{Problem, Ty};
use crate::shape::size::{SizeId, Sizes};
use crate::syntax::{Ast, AstId, AstKind};

impl Try<'_> {
    /// Blocks in a row have one height and add up their widths; below one another it is the other way round.
    pub(in crate::shape) fn stack(&mut self, ast: &Ast, id: AstId, is_row: bool, blocks: &[AstId]) -> Ty {
        let is_zero = |block: AstId| matches!(&ast.node(block).kind, AstKind::Number(value) if value.is_zero());
        let sides = |ty: Ty| if is_row { (ty.rows, ty.cols) } else { (ty.cols, ty.rows) };
        self.align(ast, is_row, blocks);
        let filled: Vec<AstId> = blocks.iter().copied().filter(|block| !is_zero(*block)).collect();
        let mut poison = false;
        let mut common: Option<AstId> = None;
        for block in &filled {
            let ty = self.ty(*block);
            if ty.poison {
                poison = true;
                continue;
            }
            let Some(first) = common else {
                common = Some(*block);
                continue;
            };
            let (one, other) = (sides(self.ty(first)).0, sides(ty).0);
            if self.sizes.kinds_clash(one, other) || self.sizes.unify(one, other).is_err() {
                let (first, other) = (self.operand(ast, first), self.operand(ast, *block));
                let problem = Problem::Stack { is_row, first: first.clone(), other: other.clone() };
                return self.clash(id, problem, &[&first, &other]);
            }
        }
        if poison {
            return Self::poison();
        }
        let across = common.map_or(Sizes::ONE, |first| sides(self.ty(first)).0);
        // Zeros beside numbers alone are numbers.
        let is_scalar = filled.iter().all(|block| self.is_scalar(self.ty(*block)));
        let mut shapes = Vec::with_capacity(blocks.len());
        let mut along: Vec<SizeId> = Vec::with_capacity(blocks.len());
        for block in blocks {
            let length = match is_zero(*block) {
                true if is_scalar && !self.stands_in_column(ast, id) => Sizes::ONE,
                true => self.sizes.of_zeros(),
                false => sides(self.ty(*block)).1,
            };
            along.push(length);
            shapes.push(if is_row { Self::plain(across, length) } else { Self::plain(length, across) });
        }
        let total = self.sizes.sum(along);
        self.blocks.insert((self.text, id), shapes);
        if is_row { Self::plain(across, total) } else { Self::plain(total, across) }
    }

    /// In a matrix of blocks, rows of as many blocks each, zeros are as wide as what stands above or below them; of columns beside one
    /// another likewise. Where two blocks of a column are known to differ in width, it is no such matrix.
    fn align(&mut self, ast: &Ast, is_row: bool, lines: &[AstId]) {
        let is_across =
            |line: &AstId| matches!(ast.node(*line).kind, AstKind::Stack { is_row: of, .. } if of != is_row);
        if !lines.iter().all(is_across) {
            return;
        }
        let length = |ty: &Ty| if is_row { ty.rows } else { ty.cols };
        let lengths = |line: &AstId| Some(self.blocks.get(&(self.text, *line))?.iter().map(length).collect());
        let Some(grid) = lines.iter().map(lengths).collect::<Option<Vec<Vec<SizeId>>>>() else { return };
        let [first, rest @ ..] = grid.as_slice() else { return };
        if rest.iter().any(|line| line.len() != first.len()) {
            return;
        }
        let zeros = self.sizes.open_zeros();
        let mut pairs = Vec::new();
        for place in 0..first.len() {
            let (open, filled): (Vec<SizeId>, Vec<SizeId>) =
                grid.iter().map(|line| line[place]).partition(|length| zeros.contains(length));
            let mut known = filled.iter().filter(|length| self.sizes.is_known(**length));
            if let Some(one) = known.next()
                && known.any(|other| !self.sizes.same(*one, *other))
            {
                return;
            }
            if let Some(like) = filled.first().or(open.first()) {
                pairs.extend(open.iter().map(|length| (*length, *like)));
            }
        }
        for (length, like) in pairs {
            // Below a number stands a zero of its width.
            let like = if self.sizes.is_one(like) { self.sizes.known(1) } else { like };
            // An open length takes any size.
            self.sizes.unify(length, like).unwrap_or_default();
        }
    }

    /// Whether a row stands in a matrix of blocks, whose other rows say how wide its zeros are.
    fn stands_in_column(&self, ast: &Ast, id: AstId) -> bool {
        let parent = self.input.texts[self.text].parents[id.0 as usize];
        parent.is_some_and(|parent| matches!(ast.node(parent).kind, AstKind::Stack { is_row: false, .. }))
    }

    /// A 0 whose size nothing says is a number, or reaches as far as a range of places does.
    pub(in crate::shape) fn close_blocks(&mut self) {
        for after in self.sizes.open_beyond() {
            let none = self.sizes.known(0);
            // A free size takes any number.
            self.sizes.unify(after, none).unwrap_or_default();
        }
        for length in self.sizes.open_zeros() {
            let one = self.sizes.known(1);
            // A free size takes any number.
            self.sizes.unify(length, one).unwrap_or_default();
        }
    }
}
