//! Stacked blocks, and the parts that are picked out of what is made of them.

use matcalc::expr::{Dim, ExprId, Func, Node, Norm, Reduction, Shape};
use matcalc::number::Coeff;

use super::Generator;

/// The lengths of two blocks on an axis.
type Split = [Dim; 2];

impl Generator {
    fn whole(&mut self, [first, second]: Split) -> Dim {
        self.arena.size_sum(first, second)
    }

    /// The columns of the identity at the place of a block.
    fn selection(&mut self, split: Split, place: usize) -> ExprId {
        let whole = self.whole(split);
        let offset = if place == 0 { Dim::Known(0) } else { split[0] };
        if split[place].is_one() {
            let place = self.arena.size_sum(offset, Dim::ONE);
            let place = self.node(if let Dim::Known(at) = place {
                Node::Number(Coeff::integer(at.into()))
            } else {
                Node::Size(place)
            });
            return self.node(Node::Basis(whole, place));
        }
        self.node(Node::Selection(offset, Shape::new(whole, split[place])))
    }

    /// [a; b]
    fn stack(&mut self, split: Split, depth: usize) -> ExprId {
        let mut terms = Vec::new();
        for (place, size) in split.into_iter().enumerate() {
            let block = self.gen_of(Shape::vector(size), depth);
            let selection = self.selection(split, place);
            terms.push((Coeff::ONE, self.product(&[selection, block])));
        }
        self.sum(&terms)
    }

    /// [A, B; C, D], now and then with a block of zeros.
    fn grid(&mut self, rows: Split, cols: Split, depth: usize) -> ExprId {
        let mut terms = Vec::new();
        for (row, height) in rows.into_iter().enumerate() {
            for (col, width) in cols.into_iter().enumerate() {
                if row != col && self.chance(25) {
                    continue;
                }
                let block = self.gen_of(Shape::new(height, width), depth / 2);
                let (left, right) = (self.selection(rows, row), self.selection(cols, col));
                let right = self.t(right);
                terms.push((Coeff::ONE, self.product(&[left, block, right])));
            }
        }
        self.sum(&terms)
    }

    fn split_of(&mut self, first: Dim) -> Split {
        let second = if self.chance(30) { Dim::ONE } else { self.size() };
        if self.chance(50) { [first, second] } else { [second, first] }
    }

    /// An expression of a shape that goes through blocks.
    pub(super) fn stacked(&mut self, shape: Shape, depth: usize) -> ExprId {
        if shape.is_scalar() {
            let size = self.size();
            let split = self.split_of(size);
            return match self.pick(&[0, 1, 2, 3]) {
                0 => {
                    let stack = self.stack(split, depth);
                    self.node(Node::Norm(Norm::Frobenius, stack))
                }
                1 => {
                    let stack = self.stack(split, depth);
                    self.node(Node::Reduce(Reduction::LogSumExp, stack))
                }
                2 => {
                    let grid = self.grid(split, split, depth);
                    self.node(Node::Trace(grid))
                }
                _ => {
                    let grid = self.grid(split, split, depth);
                    self.node(Node::Det(grid))
                }
            };
        }
        if shape.is_row() {
            let column = self.stacked(shape.transposed(), depth);
            return self.t(column);
        }
        let rows = self.split_of(shape.rows);
        let place = usize::from(rows[0] != shape.rows);
        let picked = self.selection(rows, place);
        let picked = self.t(picked);
        if shape.is_column() {
            let inside = self.size();
            let cols = self.split_of(inside);
            let stack = self.stack(cols, depth);
            let value = if self.chance(50) {
                let grid = self.grid(rows, cols, depth);
                self.product(&[grid, stack])
            } else {
                let stack = self.stack(rows, depth);
                self.node(Node::Elementwise(Func::Tanh, stack))
            };
            return self.product(&[picked, value]);
        }
        let cols = self.split_of(shape.cols);
        let taken = self.selection(cols, usize::from(cols[0] != shape.cols));
        let grid = self.grid(rows, cols, depth);
        if rows == cols && self.chance(40) {
            let minus = self.int(-1);
            let inverse = self.node(Node::Power(grid, minus));
            return self.product(&[picked, inverse, taken]);
        }
        self.product(&[picked, grid, taken])
    }
}
