//! Raw nodes of reductions: of all entries, of the rows or of the columns of a matrix, and of variances.

use std::sync::Arc;

use super::Lowering;
use crate::expr::{BigOp, ExprId, Func, Node, Norm, Op, Reduction, Shape};
use crate::number::Coeff;
use crate::syntax::{Axis, Extent, NormSpelling, Reducer};

impl Lowering<'_, '_> {
    pub(super) fn reduce(&mut self, reduction: Reduction, inner: ExprId) -> ExprId {
        // Any reduction of one number is that number.
        if self.arena.shape(inner).is_scalar() {
            return inner;
        }
        self.arena.intern(Node::Reduce(reduction, inner))
    }

    pub(super) fn mean(&mut self, inner: ExprId) -> ExprId {
        if self.arena.shape(inner).is_scalar() {
            return inner;
        }
        let sum = self.reduce(Reduction::Sum, inner);
        let count = self.count(inner);
        self.over_count(sum, count)
    }

    /// ‖X − mean(X)11ᵀ‖²/(mn − k)
    pub(super) fn variance(&mut self, inner: ExprId, less: u8) -> ExprId {
        let norm = self.deviation(inner);
        let two = self.arena.integer(2);
        let square = self.arena.intern(Node::Hadamard(Arc::new([(norm, two)])));
        let count = self.divisor(inner, less);
        self.over_count(square, count)
    }

    /// ‖X − mean(X)11ᵀ‖/√(mn − k)
    pub(super) fn standard_deviation(&mut self, inner: ExprId, less: u8) -> ExprId {
        let norm = self.deviation(inner);
        let count = self.divisor(inner, less);
        let root = self.sqrt(count);
        self.divide(norm, root)
    }

    /// Lx with the lower triangle L of ones.
    pub(super) fn cumulative_sum(&mut self, inner: ExprId) -> ExprId {
        let shape = self.arena.shape(inner);
        if shape.is_scalar() {
            return inner;
        }
        let column = if shape.is_row() { self.transpose(inner) } else { inner };
        let ones = self.arena.intern(Node::Ones(Shape::square(self.arena.shape(column).rows)));
        let triangle = self.arena.intern(Node::Apply(Op::Tril, ones));
        let sums = self.arena.intern(Node::Product(Arc::new([triangle, column])));
        if shape.is_row() { self.transpose(sums) } else { sums }
    }

    fn deviation(&mut self, inner: ExprId) -> ExprId {
        let shape = self.arena.shape(inner);
        let mean = self.mean(inner);
        let mean = self.spread(mean, shape);
        let centered = self.difference(inner, mean);
        self.arena.intern(Node::Norm(Norm::Frobenius, centered))
    }

    /// The number of entries.
    fn count(&mut self, inner: ExprId) -> ExprId {
        let shape = self.arena.shape(inner);
        let count = self.arena.size_product(shape.rows, shape.cols);
        self.size_number(count)
    }

    /// How many rows, columns or entries there are.
    pub(super) fn extent(&mut self, extent: Extent, inner: ExprId) -> ExprId {
        let shape = self.arena.shape(inner);
        match extent {
            Extent::Rows => self.size_number(shape.rows),
            Extent::Columns => self.size_number(shape.cols),
            Extent::Entries | Extent::Length => self.count(inner),
        }
    }

    /// The number of entries less another.
    fn divisor(&mut self, inner: ExprId, less: u8) -> ExprId {
        let count = self.count(inner);
        self.less(count, less.into())
    }

    /// A size less a number.
    pub(super) fn less(&mut self, count: ExprId, less: u32) -> ExprId {
        self.plus_number(count, -i64::from(less))
    }

    /// A sum with its terms in the order of the normal form, by which the names of indices are known.
    pub(super) fn in_order(&mut self, sum: ExprId) -> ExprId {
        let Node::Add(terms) = self.arena.node(sum) else { return sum };
        let mut terms = terms.to_vec();
        terms.sort_by_key(|(_, term)| *term);
        self.arena.intern(Node::Add(terms.into()))
    }

    /// A scalar plus a whole number.
    pub(super) fn plus_number(&mut self, value: ExprId, number: i64) -> ExprId {
        if number == 0 {
            return value;
        }
        let added = Coeff::from(number);
        let one = self.arena.one();
        let mut terms = match self.arena.node(value) {
            Node::Number(known) => {
                let sum = known.add(&added);
                return self.arena.number(sum);
            }
            Node::Add(terms) if self.arena.shape(value).is_scalar() => terms.to_vec(),
            _ => vec![(Coeff::ONE, value)],
        };
        match terms.iter_mut().find(|(_, term)| *term == one) {
            Some((known, _)) => *known = known.add(&added),
            None => terms.push((added, one)),
        }
        terms.retain(|(coeff, _)| !coeff.is_zero());
        match terms.as_slice() {
            [(coeff, only)] if coeff.is_one() => *only,
            _ => self.arena.intern(Node::Add(terms.into())),
        }
    }

    pub(super) fn over_count(&mut self, value: ExprId, count: ExprId) -> ExprId {
        match self.arena.as_number(count).and_then(Coeff::recip) {
            Some(inverse) => self.scaled(inverse, value),
            None => self.divide(value, count),
        }
    }

    /// A reduction of each row or column.
    pub(super) fn along(&mut self, reducer: Reducer, axis: Axis, inner: ExprId) -> ExprId {
        if !self.arena.shape(inner).is_matrix() {
            return self.whole(reducer, inner);
        }
        let rows = match axis {
            Axis::Columns | Axis::ColumnsAsRow => self.transpose(inner),
            Axis::Rows | Axis::Last => inner,
        };
        let value = self.of_rows(reducer, rows);
        if axis == Axis::ColumnsAsRow { self.transpose(value) } else { value }
    }

    fn whole(&mut self, reducer: Reducer, inner: ExprId) -> ExprId {
        match reducer {
            Reducer::Sum => self.reduce(Reduction::Sum, inner),
            Reducer::Mean => self.mean(inner),
            Reducer::Prod => self.reduce(Reduction::Product, inner),
            Reducer::Max => self.reduce(Reduction::Max, inner),
            Reducer::Min => self.reduce(Reduction::Min, inner),
            Reducer::LogSumExp => self.reduce(Reduction::LogSumExp, inner),
            Reducer::Norm => self.norm(NormSpelling::Plain, inner),
            Reducer::NormOne => self.norm(NormSpelling::One, inner),
            Reducer::Var(less) => self.variance(inner, less),
            Reducer::Std(less) => self.standard_deviation(inner, less),
        }
    }

    /// The vector of what the rows of a matrix are reduced to.
    fn of_rows(&mut self, reducer: Reducer, x: ExprId) -> ExprId {
        let shape = self.arena.shape(x);
        let half = Coeff::ratio(1, 2).unwrap_or(Coeff::ONE);
        match reducer {
            Reducer::Sum => self.row_sums(x),
            Reducer::Mean => {
                let (sums, count) = (self.row_sums(x), self.size_number(shape.cols));
                self.over_count(sums, count)
            }
            Reducer::NormOne => {
                let sizes = self.arena.intern(Node::Elementwise(Func::Abs, x));
                self.row_sums(sizes)
            }
            Reducer::Norm => {
                let squares = self.power_of_entries(x, &Coeff::integer(2));
                let sums = self.row_sums(squares);
                self.power_of_entries(sums, &half)
            }
            Reducer::LogSumExp => {
                let exponentials = self.arena.intern(Node::Elementwise(Func::Exp, x));
                let sums = self.row_sums(exponentials);
                self.arena.intern(Node::Elementwise(Func::Log, sums))
            }
            Reducer::Var(less) | Reducer::Std(less) => {
                let means = self.of_rows(Reducer::Mean, x);
                let ones = self.arena.intern(Node::Ones(Shape::vector(shape.cols)));
                let ones = self.transpose(ones);
                let means = self.arena.intern(Node::Product(Arc::new([means, ones])));
                let centered = self.difference(x, means);
                let squares = self.power_of_entries(centered, &Coeff::integer(2));
                let sums = self.row_sums(squares);
                let count = self.size_number(shape.cols);
                let count = self.less(count, less.into());
                let variances = self.over_count(sums, count);
                match reducer {
                    Reducer::Std(_) => self.power_of_entries(variances, &half),
                    _ => variances,
                }
            }
            Reducer::Prod => self.each_row(Reduction::Product, x),
            Reducer::Max => self.each_row(Reduction::Max, x),
            Reducer::Min => self.each_row(Reduction::Min, x),
        }
    }

    /// X1
    fn row_sums(&mut self, x: ExprId) -> ExprId {
        let ones = self.arena.intern(Node::Ones(Shape::vector(self.arena.shape(x).cols)));
        self.arena.intern(Node::Product(Arc::new([x, ones])))
    }

    fn power_of_entries(&mut self, x: ExprId, power: &Coeff) -> ExprId {
        let power = self.arena.number(power.clone());
        self.arena.intern(Node::Hadamard(Arc::new([(x, power)])))
    }

    /// Σᵢ f(Xᵀeᵢ)eᵢ
    fn each_row(&mut self, reduction: Reduction, x: ExprId) -> ExprId {
        let rows = self.arena.shape(x).rows;
        let index = self.arena.fresh_index();
        let place = self.arena.intern(Node::Index(index));
        let unit = self.arena.intern(Node::Basis(rows, place));
        let transposed = self.transpose(x);
        let row = self.arena.intern(Node::Product(Arc::new([transposed, unit])));
        let value = self.arena.intern(Node::Reduce(reduction, row));
        let body = self.arena.intern(Node::Product(Arc::new([value, unit])));
        let (lower, upper) = (self.arena.one(), self.size_number(rows));
        self.arena.intern(Node::Indexed { op: BigOp::Sum, index, lower, upper, body })
    }
}
