//! The values of what stands under the index: a scalar as the vector of its values, a column as the matrix of its values as rows.

use super::{Lift, Segments};
use crate::expr::{BigOp, ExprId, Func, Node, Norm, Op, Reduction, Shape};
use crate::number::Coeff;

impl Lift<'_, '_> {
    /// The vector of the values of a scalar that depends on the index.
    pub(super) fn values(&mut self, id: ExprId) -> Option<ExprId> {
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let values = self.values_of_node(id);
        self.known.insert(id, values);
        values
    }

    fn values_of_node(&mut self, id: ExprId) -> Option<ExprId> {
        let column = Shape::vector(self.size);
        match self.arena.node(id).clone() {
            Node::Entry(of, row, col) => self.entries(of, row, col),
            Node::Add(terms) => {
                let mut sum = Vec::with_capacity(terms.len());
                for (coeff, term) in terms.iter() {
                    let values = if self.depends(*term) {
                        self.values(*term)?
                    } else {
                        let ones = self.ones();
                        self.arena.mul(&[*term, ones])
                    };
                    sum.push((coeff.clone(), values));
                }
                Some(self.arena.add_terms(sum, column))
            }
            Node::Hadamard(factors) => {
                let mut powers = Vec::with_capacity(factors.len());
                for (base, exponent) in factors.iter() {
                    if self.depends(*exponent) {
                        return None;
                    }
                    powers.push(if !self.depends(*base) {
                        (*base, *exponent)
                    } else if let Node::Norm(Norm::Frobenius, inner) = *self.arena.node(*base) {
                        if self.rows_of.is_none() && self.arena.as_number(*exponent).and_then(Coeff::to_i64) != Some(2)
                        {
                            return None;
                        }
                        let half = self.arena.number(Coeff::ratio(1, 2)?);
                        (self.squares(inner)?, self.arena.mul(&[half, *exponent]))
                    } else {
                        (self.values(*base)?, *exponent)
                    });
                }
                Some(self.arena.hadamard_powers(&powers, column))
            }
            Node::Choose(condition, then, otherwise) => {
                let ones = self.ones();
                let mut parts = [condition, then, otherwise];
                for (place, part) in parts.iter_mut().enumerate() {
                    if self.depends(*part) {
                        *part = self.values(*part)?;
                    } else if place > 0 {
                        *part = self.arena.mul(&[*part, ones]);
                    }
                }
                let [condition, then, otherwise] = parts;
                Some(self.arena.choose(condition, then, otherwise))
            }
            Node::Elementwise(func, inner) => {
                let inner = self.values(inner)?;
                Some(self.arena.elementwise(func, inner))
            }
            Node::Product(factors) => {
                if let Some(sum) = self.distributed(&factors) {
                    return self.values(sum);
                }
                let Segments { scalars, .. } = self.segments(&factors);
                if let [only] = *scalars {
                    return if only == id { self.form(&factors) } else { self.values(only) };
                }
                self.product_of(&scalars)?
            }
            Node::Norm(..) | Node::Reduce(Reduction::LogSumExp, _) if self.rows_of.is_none() => None,
            Node::Norm(Norm::Frobenius, inner) => {
                let squares = self.squares(inner)?;
                Some(self.arena.pow_number(squares, &Coeff::ratio(1, 2)?))
            }
            Node::Norm(Norm::One, inner) => {
                let rows = self.rows(inner)?;
                let absolute = self.arena.elementwise(Func::Abs, rows);
                Some(self.row_sums(absolute))
            }
            Node::Reduce(Reduction::Sum, inner) => {
                let rows = self.rows(inner)?;
                Some(self.row_sums(rows))
            }
            Node::Reduce(Reduction::LogSumExp, inner) => {
                let rows = self.rows(inner)?;
                let powers = self.arena.elementwise(Func::Exp, rows);
                let sums = self.row_sums(powers);
                Some(self.arena.elementwise(Func::Log, sums))
            }
            Node::Indexed { op: BigOp::Sum, index, lower, upper, body } => {
                let (inner, body) = self.arena.open(index, (lower, upper), body);
                let values = self.values(body)?;
                Some(self.arena.indexed(BigOp::Sum, inner, lower, upper, values))
            }
            _ => None,
        }
    }

    /// A scalar product of factors, multiplied out over the one sum among them that depends on the index: unit vectors pick entries of it.
    fn distributed(&mut self, factors: &[ExprId]) -> Option<ExprId> {
        let mut varying = Vec::new();
        for (place, factor) in factors.iter().enumerate() {
            if self.depends(*factor) {
                varying.push(place);
            }
        }
        let [place] = *varying else { return None };
        let (sum, is_row) = match *self.arena.node(factors[place]) {
            Node::Transpose(inner) => (inner, true),
            _ => (factors[place], false),
        };
        let Node::Add(terms) = self.arena.node(sum).clone() else { return None };
        let mut parts = Vec::with_capacity(terms.len());
        for (coeff, term) in terms.iter() {
            let mut varied = factors.to_vec();
            varied[place] = if is_row { self.arena.transpose(*term) } else { *term };
            parts.push((coeff.clone(), self.arena.mul(&varied)));
        }
        Some(self.arena.add_terms(parts, Shape::SCALAR))
    }

    pub(super) fn row_sums(&mut self, matrix: ExprId) -> ExprId {
        let cols = self.arena.shape(matrix).cols;
        let ones = self.arena.ones(Shape::vector(cols));
        self.arena.mul(&[matrix, ones])
    }

    /// (R∘R)1, the squared norms of the values of a column.
    fn squares(&mut self, column: ExprId) -> Option<ExprId> {
        if !self.arena.shape(column).is_column() {
            return None;
        }
        let rows = self.rows(column)?;
        let squares = self.arena.hadamard(rows, rows);
        Some(self.row_sums(squares))
    }

    fn entries(&mut self, of: ExprId, row: ExprId, col: ExprId) -> Option<ExprId> {
        let shape = self.arena.shape(of);
        let (at_row, at_col) = (self.is_index(row), self.is_index(col));
        if self.depends(of) {
            if shape.is_column() && at_row && shape.rows == self.size {
                let rows = self.rows(of)?;
                return Some(self.arena.diag_part(rows));
            }
            if !shape.is_column() || self.depends(row) {
                return None;
            }
            let (rows, basis) = (self.rows(of)?, self.arena.basis(shape.rows, row));
            return Some(self.arena.mul(&[rows, basis]));
        }
        if shape.is_column() {
            return (at_row && shape.rows == self.size).then_some(of);
        }
        if at_row && at_col && shape.is_square() && shape.rows == self.size {
            return Some(self.arena.diag_part(of));
        }
        if at_row && shape.rows == self.size && !self.depends(col) {
            let basis = self.arena.basis(shape.cols, col);
            return Some(self.arena.mul(&[of, basis]));
        }
        if at_col && shape.cols == self.size && !self.depends(row) {
            let (basis, turned) = (self.arena.basis(shape.rows, row), self.arena.transpose(of));
            return Some(self.arena.mul(&[turned, basis]));
        }
        None
    }

    /// uᵢᵀMvᵢ: R(u)Mv where v is constant, (R(u)M∘R(v))1 where it is not.
    fn form(&mut self, factors: &[ExprId]) -> Option<ExprId> {
        let turned: Vec<ExprId> = factors.iter().rev().map(|factor| self.arena.transpose(*factor)).collect();
        let first = self.first_varying(factors)?;
        let last = factors.len() - 1 - self.first_varying(&turned)?;
        let end = factors.len() - 1;
        if first > 0 && last == end && first == last {
            return self.form(&turned);
        }
        if first == 0 && last == 0 {
            let row = self.arena.transpose(factors[0]);
            let rows = self.rows(row)?;
            let mut chain = vec![rows];
            chain.extend_from_slice(&factors[1..]);
            return Some(self.arena.mul(&chain));
        }
        // uᵀdiag(d)v = (u∘d)ᵀv
        let inner = (1..end).find(|place| self.depends(factors[*place]));
        if let Some(place) = inner {
            let Node::Diag(inner) = *self.arena.node(factors[place]) else { return None };
            let before = self.arena.mul(&factors[..place]);
            let before = self.arena.transpose(before);
            let after = self.arena.mul(&factors[place + 1..]);
            let (rows, scales, others) = (self.rows(before)?, self.rows(inner)?, self.rows(after)?);
            let product = self.arena.hadamard(rows, scales);
            let product = self.arena.hadamard(product, others);
            return Some(self.row_sums(product));
        }
        if first != 0 || last != end {
            return None;
        }
        let row = self.arena.transpose(factors[0]);
        let mut left = vec![self.rows(row)?];
        left.extend_from_slice(&factors[1..end]);
        let left = self.arena.mul(&left);
        let right = self.rows(factors[end])?;
        let product = self.arena.hadamard(left, right);
        Some(self.row_sums(product))
    }

    /// The matrix whose rows are the values of a column.
    pub(super) fn rows(&mut self, id: ExprId) -> Option<ExprId> {
        let shape = self.arena.shape(id);
        if !shape.is_column() || shape.is_scalar() {
            return None;
        }
        if !self.depends(id) {
            let (ones, row) = (self.ones(), self.arena.transpose(id));
            return Some(self.arena.mul(&[ones, row]));
        }
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let rows = self.rows_of_node(id);
        self.known.insert(id, rows);
        rows
    }

    fn rows_of_node(&mut self, id: ExprId) -> Option<ExprId> {
        let all = Shape::new(self.size, self.arena.shape(id).rows);
        match self.arena.node(id).clone() {
            Node::Member(family, at) if self.is_index(at) => {
                let rows_of = self.rows_of.as_mut()?;
                rows_of(self.arena, family, self.size)
            }
            Node::Basis(size, at) if self.is_index(at) && size == self.size => Some(self.arena.identity(size)),
            Node::Add(terms) => {
                let mut sum = Vec::with_capacity(terms.len());
                for (coeff, term) in terms.iter() {
                    sum.push((coeff.clone(), self.rows(*term)?));
                }
                Some(self.arena.add_terms(sum, all))
            }
            Node::Hadamard(factors) => {
                let mut powers = Vec::with_capacity(factors.len());
                for (base, exponent) in factors.iter() {
                    if self.depends(*exponent) {
                        return None;
                    }
                    powers.push((self.rows(*base)?, *exponent));
                }
                Some(self.arena.hadamard_powers(&powers, all))
            }
            Node::Elementwise(func, inner) => {
                let rows = self.rows(inner)?;
                Some(self.arena.elementwise(func, rows))
            }
            Node::Apply(Op::Softmax, inner) => {
                let rows = self.rows(inner)?;
                Some(self.arena.softmax(rows))
            }
            Node::Product(factors) => {
                let Segments { scalars, first, .. } = self.segments(&factors);
                let (left, column) = self.constant_front(&first)?;
                let mut chain = Vec::with_capacity(left.len() + 2);
                if let Some(weights) = self.product_of(&scalars)? {
                    chain.push(self.arena.diag(weights));
                }
                chain.push(self.rows(column)?);
                for factor in left.iter().rev() {
                    chain.push(self.arena.transpose(*factor));
                }
                Some(self.arena.mul(&chain))
            }
            Node::Indexed { op: BigOp::Sum, index, lower, upper, body } => {
                let (inner, body) = self.arena.open(index, (lower, upper), body);
                let rows = self.rows(body)?;
                Some(self.arena.indexed(BigOp::Sum, inner, lower, upper, rows))
            }
            _ => None,
        }
    }
}
