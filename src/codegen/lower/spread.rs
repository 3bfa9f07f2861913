//! Sums times what stands beside them, where terms of the sum are cheap to multiply but fill a matrix: diagonal and rank-one matrices,
//! multiples of the identity, inverses, and products of a tall matrix with a wide one. (diag(p) − ppᵀ)A is p scaling the rows of A, less p
//! times pᵀA; (T − UVᵀ)V is TV less U times VᵀV.

use super::super::error::CodeError;
use super::super::tree::{Array, ArrayId, Binary};
use super::Lowering;
use super::chain::{Factor, Form, Kind, chain};
use crate::expr::{Dim, ExprId, Node};
use crate::number::Coeff;

/// On which side of a sum a factor stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Lowering<'_> {
    /// The factors of a product of arrays, in which sums with thin terms are multiplied term by term by what stands beside them: by a vector
    /// where there is one.
    pub(super) fn factors_of(&mut self, arrays: &[ExprId]) -> Result<Vec<Factor>, CodeError> {
        let Some(place) = (0..arrays.len()).rev().find(|at| self.has_thin_terms(arrays, *at)) else {
            return arrays.iter().map(|id| self.factor(*id)).collect();
        };
        let shape = |at: usize| self.arena.shape(arrays[at]);
        let column = (place + 1..arrays.len()).find(|at| shape(*at).is_column());
        let row = (0..place).rev().find(|at| shape(*at).is_row());
        let (side, beside) = match (column, row) {
            (Some(column), _) => (Side::Right, place + 1..column + 1),
            (None, Some(row)) => (Side::Left, row..place),
            (None, None) if place + 1 < arrays.len() => (Side::Right, place + 1..place + 2),
            (None, None) if place > 0 => (Side::Left, place - 1..place),
            (None, None) => return arrays.iter().map(|id| self.factor(*id)).collect(),
        };
        let kind = match (column, row) {
            (Some(_), _) => Kind::Column,
            (None, Some(_)) => Kind::Row,
            (None, None) => Kind::Matrix,
        };
        // A multiple of the identity changes the diagonal of a matrix; it is not worth a second product.
        if kind == Kind::Matrix && !self.is_given(arrays[beside.start]) && !self.has_other_thin_terms(arrays, place) {
            return arrays.iter().map(|id| self.factor(*id)).collect();
        }
        let own = self.factors_of(&arrays[beside.clone()])?;
        let other = match (own.as_slice(), chain(self.program, &own)) {
            ([only], _) => *only,
            (_, (Some(value), _)) => Factor { kind, value, form: Form::Plain },
            (_, (None, _)) => return arrays.iter().map(|id| self.factor(*id)).collect(),
        };
        let narrow = self.narrow(arrays, place);
        let value = self.spread(arrays[place], other, side, narrow)?;
        let (start, end) = (beside.start.min(place), beside.end.max(place + 1));
        let mut all = self.factors_of(&arrays[..start])?;
        all.push(Factor { kind, value, form: Form::Plain });
        all.extend(self.factors_of(&arrays[end..])?);
        Ok(all)
    }

    /// The product of a sum and what stands beside it, term by term.
    fn spread(
        &mut self,
        sum: ExprId,
        other: Factor,
        side: Side,
        narrow: [Option<Dim>; 2],
    ) -> Result<ArrayId, CodeError> {
        let terms = match self.arena.node(sum) {
            Node::Add(terms) => terms.to_vec(),
            _ => Vec::new(),
        };
        let (thin, full): (Vec<_>, Vec<_>) = terms.into_iter().partition(|(_, term)| self.is_thin(*term, narrow));
        let mut list = Vec::new();
        match full.as_slice() {
            [] => {}
            [(coeff, term)] => {
                let value = self.term_times(*term, other, side)?;
                list.push((coeff.is_negative(), self.multiple(&coeff.abs(), Some(value))?));
            }
            _ => {
                let full = Factor { kind: Kind::Matrix, value: self.sum(&full)?, form: Form::Plain };
                let pair = if side == Side::Right { [full, other] } else { [other, full] };
                let value = chain(self.program, &pair).0.unwrap_or_default();
                list.push((false, value));
            }
        }
        for (coeff, term) in &thin {
            let value = self.term_times(*term, other, side)?;
            list.push((coeff.is_negative(), self.multiple(&coeff.abs(), Some(value))?));
        }
        list.sort_by_key(|(is_subtracted, _)| *is_subtracted);
        Ok(self.program.add(Array::Sum(list.into())))
    }

    /// Whether it is a sum of matrices that is used once and has thin terms.
    fn has_thin_terms(&self, arrays: &[ExprId], place: usize) -> bool {
        let id = arrays[place];
        let Node::Add(terms) = self.arena.node(id) else { return false };
        let narrow = self.narrow(arrays, place);
        self.arena.shape(id).is_matrix()
            && !self.shared.contains(&id)
            && terms.iter().any(|(_, term)| self.is_thin(*term, narrow))
    }

    /// The other size of the matrix on the left and on the right of a factor.
    fn narrow(&self, arrays: &[ExprId], place: usize) -> [Option<Dim>; 2] {
        let matrix = |at: Option<usize>| {
            at.and_then(|at| arrays.get(at)).map(|id| self.arena.shape(*id)).filter(|shape| shape.is_matrix())
        };
        let (left, right) = (matrix(place.checked_sub(1)), matrix(Some(place + 1)));
        [left.filter(|_| right.is_none()).map(|shape| shape.rows), right.map(|shape| shape.cols)]
    }

    /// Whether thin terms of a sum are others than multiples of the identity.
    fn has_other_thin_terms(&self, arrays: &[ExprId], place: usize) -> bool {
        let Node::Add(terms) = self.arena.node(arrays[place]) else { return false };
        let narrow = self.narrow(arrays, place);
        terms.iter().any(|(_, term)| self.is_thin(*term, narrow) && !self.is_multiple_of_identity(*term))
    }

    /// Whether it is an array that is given.
    fn is_given(&self, id: ExprId) -> bool {
        match self.arena.node(id) {
            Node::Symbol(_) => true,
            Node::Transpose(inner) => matches!(self.arena.node(*inner), Node::Symbol(_)),
            _ => false,
        }
    }

    /// The factors of a term that are not scalars, and those that are.
    fn factors(&self, term: ExprId) -> (Vec<ExprId>, Vec<ExprId>) {
        match self.arena.node(term) {
            Node::Product(factors) => factors.iter().partition(|factor| !self.arena.shape(**factor).is_scalar()),
            _ => (vec![term], Vec::new()),
        }
    }

    /// Whether a term is a multiple of the identity, diagonal, an inverse, of rank one, or of a rank that is the other size of what stands
    /// beside it.
    fn is_thin(&self, term: ExprId, narrow: [Option<Dim>; 2]) -> bool {
        let (matrices, _) = self.factors(term);
        let is_outer = |pair: &[ExprId]| self.arena.shape(pair[0]).is_column() && self.arena.shape(pair[1]).is_row();
        match matrices.as_slice() {
            [only] => matches!(self.arena.node(*only), Node::Diag(_) | Node::Identity(_)) || self.is_inverse(*only),
            [tall, _] if self.is_narrow(&matrices) => narrow.contains(&Some(self.arena.shape(*tall).cols)),
            _ => matrices.windows(2).any(is_outer),
        }
    }

    fn is_inverse(&self, id: ExprId) -> bool {
        match self.arena.node(id) {
            Node::Power(_, exponent) => self.arena.as_number(*exponent) == Some(&Coeff::MINUS_ONE),
            Node::Transpose(inner) => !matches!(self.arena.node(*inner), Node::Transpose(_)) && self.is_inverse(*inner),
            _ => false,
        }
    }

    /// Whether it is a tall matrix times a wide one, as far as names of sizes tell.
    fn is_narrow(&self, matrices: &[ExprId]) -> bool {
        let [tall, wide] = matrices else { return false };
        let (tall, wide) = (self.arena.shape(*tall), self.arena.shape(*wide));
        tall.is_matrix() && wide.is_matrix() && tall.rows != tall.cols && wide.rows != wide.cols
    }

    /// A term times what stands beside the sum.
    fn term_times(&mut self, term: ExprId, other: Factor, side: Side) -> Result<ArrayId, CodeError> {
        let (matrices, scalars) = self.factors(term);
        let mut factors = Vec::new();
        for id in matrices {
            if !matches!(self.arena.node(id), Node::Identity(_)) {
                factors.push(self.factor(id)?);
            }
        }
        let mut all = self.values(&scalars)?;
        if let ([tall, wide], Kind::Matrix) = (factors.as_slice(), other.kind)
            && [tall, wide].iter().all(|factor| factor.kind == Kind::Matrix && factor.form == Form::Plain)
        {
            // The small product first.
            let value = match side {
                Side::Right => {
                    let small = self.program.binary(Binary::Matmul, wide.value, other.value);
                    self.program.binary(Binary::Matmul, tall.value, small)
                }
                Side::Left => {
                    let small = self.program.binary(Binary::Matmul, other.value, tall.value);
                    self.program.binary(Binary::Matmul, small, wide.value)
                }
            };
            all.push(value);
            return Ok(self.program.product(&all));
        }
        factors.insert(if side == Side::Right { factors.len() } else { 0 }, other);
        let (array, numbers) = chain(self.program, &factors);
        all.extend(numbers);
        all.extend(array);
        Ok(self.program.product(&all))
    }
}
