//! Sums times what stands beside them, multiplied out where that takes less. Beside a vector it always does, as no matrix is made:
//! (A + Aᵀ)x is Ax + Aᵀx. Beside a matrix it does where terms of the sum are cheap to multiply but fill a matrix: diagonal and rank-one
//! matrices, multiples of the identity, inverses, and products of a tall matrix with a wide one. (diag(p) − ppᵀ)A is p scaling the rows of
//! A, less p times pᵀA; (T − UVᵀ)V is TV less U times VᵀV. A plan does all this itself, with the sizes at hand and in view of all that it
//! computes; for it sums are multiplied out only where an inverse becomes a solve by that.

use super::super::error::CodeError;
use super::super::tree::{Array, ArrayId};
use super::chain::plain;
use super::operand::{Factor, Operand, inverse_of, operands, outer_terms, small_power};
use super::{Lowering, Sums};
use crate::expr::{Arena, Dim, ExprId, Node, Shape};
use crate::number::Coeff;

/// On which side of a sum a factor stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Lowering<'_> {
    /// The factors of a product of arrays, in which sums are multiplied out by what stands beside them: by a vector where there is one.
    pub(super) fn factors_of(&mut self, mut all: Vec<Operand>) -> Result<Vec<Factor>, CodeError> {
        // (diag(p) − ppᵀ) between two matrices is multiplied by both.
        let outer = (0..all.len()).find_map(|at| {
            let diagonals = usize::from(at > 0 && at + 1 < all.len());
            let terms = outer_terms(self.arena, &self.shared, all[at], diagonals)?;
            (self.sums == Sums::MultipliedOut || self.has_inverse(&all, at)).then_some((at, terms))
        });
        if let Some((place, terms)) =
            outer.filter(|_| all.len() > 1 && all.iter().all(|one| is_matrix(self.arena, one)))
        {
            return Ok(vec![self.outer_products(&all, place, terms)?]);
        }
        let mut end = all.len();
        while let Some(place) = (0..end).rev().find(|at| self.is_multiplied_out(&all, *at)) {
            end = place;
            let shape = |at: usize| all[at].shape(self.arena);
            let column = (place + 1..all.len()).find(|at| shape(*at).is_column());
            let row = (0..place).rev().find(|at| shape(*at).is_row());
            let (side, beside) = match (column, row) {
                (Some(column), _) => (Side::Right, place + 1..column + 1),
                (None, Some(row)) => (Side::Left, row..place),
                (None, None) if place + 1 < all.len() => (Side::Right, place + 1..place + 2),
                (None, None) if place > 0 => (Side::Left, place - 1..place),
                (None, None) => continue,
            };
            // A multiple of the identity changes the diagonal of a matrix; it is not worth a second product.
            let is_matrix = column.is_none() && row.is_none();
            if is_matrix && !self.is_given(all[beside.start]) && !self.has_other_thin_terms(&all, place) {
                continue;
            }
            let other = match all[beside.clone()] {
                [only] => self.factor(only)?,
                ref several => {
                    let own = self.factors_of(several.to_vec())?;
                    let shape = Shape {
                        rows: several.first().map_or(Dim::Known(1), |first| first.shape(self.arena).rows),
                        cols: several.last().map_or(Dim::Known(1), |last| last.shape(self.arena).cols),
                    };
                    let (Some(value), _) = self.chain(&own) else { continue };
                    Factor::done(value, shape)
                }
            };
            let narrow = self.narrow(&all, place);
            let sum = all[place];
            let value = self.spread(sum, other, side, narrow)?;
            let (rows, cols) = match side {
                Side::Right => (sum.shape(self.arena).rows, other.shape.cols),
                Side::Left => (other.shape.rows, sum.shape(self.arena).cols),
            };
            let range = beside.start.min(place)..beside.end.max(place + 1);
            end = range.start;
            all.splice(range, [Operand::Done(Factor::done(value, Shape { rows, cols }))]);
        }
        all.into_iter().map(|operand| self.factor(operand)).collect()
    }

    /// A product of matrices with a sum of outer products among them: a sum of outer products of vectors.
    fn outer_products(
        &mut self,
        all: &[Operand],
        place: usize,
        terms: &[(Coeff, ExprId)],
    ) -> Result<Factor, CodeError> {
        let mut list = Vec::new();
        for (coeff, term) in terms {
            let (arrays, scalars) = self.factors(*term);
            let mut one = all[..place].to_vec();
            one.extend(operands(self.arena, &self.shared, &arrays, true));
            one.extend_from_slice(&all[place + 1..]);
            let factors = self.factors_of(one)?;
            let (array, numbers) = self.chain(&factors);
            let mut product = self.values(&scalars)?;
            product.extend(numbers);
            product.extend(array);
            let value = self.program.product(&product);
            list.push((coeff.is_negative(), self.multiple(&coeff.abs(), Some(value))?));
        }
        list.sort_by_key(|(is_subtracted, _)| *is_subtracted);
        let shape = Shape {
            rows: all.first().map_or(Dim::Known(1), |first| first.shape(self.arena).rows),
            cols: all.last().map_or(Dim::Known(1), |last| last.shape(self.arena).cols),
        };
        Ok(Factor::done(self.program.add(Array::Sum(list.into())), shape))
    }

    /// The product of a sum and what stands beside it, term by term.
    fn spread(
        &mut self,
        sum: Operand,
        other: Factor,
        side: Side,
        narrow: [Option<Dim>; 2],
    ) -> Result<ArrayId, CodeError> {
        let terms = match sum {
            Operand::Expr(id) => self.terms(id),
            _ => Vec::new(),
        };
        let is_vector = !other.shape.is_matrix();
        let (apart, together): (Vec<_>, Vec<_>) =
            terms.into_iter().partition(|(_, term)| is_vector || self.is_thin(*term, narrow));
        let mut list = Vec::new();
        match together.as_slice() {
            [] => {}
            [(coeff, term)] => {
                let value = self.term_times(*term, other, side)?;
                list.push((coeff.is_negative(), self.multiple(&coeff.abs(), Some(value))?));
            }
            _ => {
                let whole = Factor::done(self.sum(&together)?, sum.shape(self.arena));
                let pair = if side == Side::Right { [whole, other] } else { [other, whole] };
                list.push((false, self.chain(&pair).0.unwrap_or_default()));
            }
        }
        for (coeff, term) in &apart {
            let value = self.term_times(*term, other, side)?;
            list.push((coeff.is_negative(), self.multiple(&coeff.abs(), Some(value))?));
        }
        list.sort_by_key(|(is_subtracted, _)| *is_subtracted);
        Ok(self.program.add(Array::Sum(list.into())))
    }

    fn terms(&self, sum: ExprId) -> Vec<(Coeff, ExprId)> {
        match self.arena.node(sum) {
            Node::Add(terms) => terms.to_vec(),
            _ => Vec::new(),
        }
    }

    /// Whether it is a sum of matrices that is used once and has thin terms or a vector beside it.
    fn is_multiplied_out(&self, all: &[Operand], place: usize) -> bool {
        let Operand::Expr(id) = all[place] else { return false };
        let Node::Add(terms) = self.arena.node(id) else { return false };
        if !self.arena.shape(id).is_matrix() || self.shared.contains(&id) {
            return false;
        }
        if self.sums == Sums::Whole && !self.has_inverse(all, place) {
            return false;
        }
        let narrow = self.narrow(all, place);
        let is_vector = |operand: &Operand| !operand.shape(self.arena).is_matrix();
        // exp(x) − 1 is one function.
        all.iter().any(is_vector) && self.exp_minus_one(terms).is_none()
            || terms.iter().any(|(_, term)| self.is_thin(*term, narrow))
    }

    /// Whether an inverse stands beside a sum or in one of its terms.
    fn has_inverse(&self, all: &[Operand], sum: usize) -> bool {
        let is_inverse = |id: &ExprId| {
            let is_negative = small_power(self.arena, *id).is_some_and(|(_, exponent)| exponent < 0);
            inverse_of(self.arena, *id).is_some() || is_negative
        };
        let is_beside = all.iter().any(|operand| match operand {
            Operand::Inverse(_) => true,
            Operand::Expr(id) => is_inverse(id),
            Operand::Done(_) => false,
        });
        let Operand::Expr(id) = all[sum] else { return is_beside };
        is_beside || self.terms(id).iter().any(|(_, term)| self.factors(*term).0.iter().any(is_inverse))
    }

    /// The other size of the matrix on the left and on the right of a factor.
    fn narrow(&self, all: &[Operand], place: usize) -> [Option<Dim>; 2] {
        let matrix = |at: Option<usize>| {
            at.and_then(|at| all.get(at)).map(|operand| operand.shape(self.arena)).filter(|shape| shape.is_matrix())
        };
        let (left, right) = (matrix(place.checked_sub(1)), matrix(Some(place + 1)));
        [left.filter(|_| right.is_none()).map(|shape| shape.rows), right.map(|shape| shape.cols)]
    }

    /// Whether thin terms of a sum are others than multiples of the identity.
    fn has_other_thin_terms(&self, all: &[Operand], place: usize) -> bool {
        let Operand::Expr(id) = all[place] else { return false };
        let narrow = self.narrow(all, place);
        let terms = self.terms(id);
        terms.iter().any(|(_, term)| self.is_thin(*term, narrow) && !self.arena.is_multiple_of_identity(*term))
    }

    /// Whether it is an array that is given.
    fn is_given(&self, operand: Operand) -> bool {
        let Operand::Expr(id) = operand else { return false };
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

    /// Whether a term is a multiple of the identity, diagonal, an inverse that is solved with, of rank one, or of a rank that is the other
    /// size of what stands beside it.
    fn is_thin(&self, term: ExprId, narrow: [Option<Dim>; 2]) -> bool {
        let (matrices, _) = self.factors(term);
        let is_outer = |pair: &[ExprId]| self.arena.shape(pair[0]).is_column() && self.arena.shape(pair[1]).is_row();
        let is_solved = |id: ExprId| inverse_of(self.arena, id).is_some_and(|(base, _)| !self.inverses.contains(&base));
        match matrices.as_slice() {
            [only] => matches!(self.arena.node(*only), Node::Diag(_) | Node::Identity(_)) || is_solved(*only),
            [tall, _] if self.is_narrow(&matrices) => narrow.contains(&Some(self.arena.shape(*tall).cols)),
            _ => matrices.windows(2).any(is_outer),
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
        let (mut matrices, scalars) = self.factors(term);
        matrices.retain(|id| !matches!(self.arena.node(*id), Node::Identity(_)));
        let mut all = operands(self.arena, &self.shared, &matrices, !other.shape.is_matrix());
        all.insert(if side == Side::Right { all.len() } else { 0 }, Operand::Done(other));
        let factors = self.factors_of(all)?;
        let (array, numbers) = self.chain(&factors);
        let mut all = self.values(&scalars)?;
        all.extend(numbers);
        all.extend(array);
        if all.is_empty() {
            all.push(plain(self.program, other));
        }
        Ok(self.program.product(&all))
    }
}

fn is_matrix(arena: &Arena, operand: &Operand) -> bool {
    operand.shape(arena).is_matrix()
}
