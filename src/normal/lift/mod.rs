//! From what stands under a sum over an index to the vector or matrix of all its values.
//!
//! With A the matrix of the rows aᵢᵀ: a scalar that depends on the index becomes the vector of its values, aᵢᵀx becomes Ax and
//! aᵢᵀMaᵢ becomes (AM∘A)1; a column becomes the matrix of its values as rows, f(Maᵢ) becomes f(AMᵀ); and
//! Σᵢ pᵢ L aᵢ bᵢᵀ R becomes L Aᵀ diag(p) B R. What has no such form gives `None`.

mod values;

use rustc_hash::FxHashMap;

use crate::expr::{Arena, BigOp, Dim, ExprId, IndexId, Node, Reduction, Shape, SymbolId};

/// The matrix whose rows are the members of a family of that size, where there is one.
pub(super) type RowsOf<'a> = dyn FnMut(&mut Arena, SymbolId, Dim) -> Option<ExprId> + 'a;

/// What has fewer nodes is not so deep that the stack would end.
const MIN_NODES_TO_PREPARE: usize = 256;

/// One index that runs over all of a size.
struct Lift<'a, 'b> {
    arena: &'a mut Arena,
    /// The matrices of families; without them norms and sums of exponentials stay under the index.
    rows_of: Option<&'a mut RowsOf<'b>>,
    index: IndexId,
    size: Dim,
    /// The vectors of values of scalars and the matrices of values of columns that were found already.
    known: FxHashMap<ExprId, Option<ExprId>>,
}

impl Arena {
    /// Σ or Π of the body as a whole, where the index runs over all of a size, from 1 on.
    pub(crate) fn lifted(
        &mut self,
        op: BigOp,
        index: IndexId,
        size: Dim,
        body: ExprId,
        rows_of: Option<&mut RowsOf<'_>>,
    ) -> Option<ExprId> {
        let mut lift = Lift { arena: self, rows_of, index, size, known: FxHashMap::default() };
        lift.prepare(body);
        let result = match op {
            BigOp::Sum => lift.sum(body)?,
            BigOp::Product => {
                let values = lift.values(body)?;
                self.reduce(Reduction::Product, values)
            }
        };
        // What still has the index in it is no form of the whole.
        (!self.depends_on_index(result, index)).then_some(result)
    }
}

/// A product with scalar value, split where a column meets a row.
struct Segments {
    /// The scalar in front and the scalars in the middle.
    scalars: Vec<ExprId>,
    /// What begins the product and ends in a column, where it is not all scalar.
    first: Vec<ExprId>,
    /// What begins with a row and ends the product.
    last: Vec<ExprId>,
}

impl Lift<'_, '_> {
    /// Finds the values of what nests deep from the inside out.
    fn prepare(&mut self, body: ExprId) {
        let nodes = self.arena.post_order(body);
        if nodes.len() < MIN_NODES_TO_PREPARE {
            return;
        }
        for id in nodes {
            if !matches!(self.arena.node(id), Node::Add(_) | Node::Hadamard(_) | Node::Elementwise(..))
                || !self.depends(id)
            {
                continue;
            }
            if self.arena.shape(id).is_scalar() {
                self.values(id);
            } else {
                self.rows(id);
            }
        }
    }

    fn depends(&mut self, id: ExprId) -> bool {
        self.arena.depends_on_index(id, self.index)
    }

    fn is_index(&self, id: ExprId) -> bool {
        matches!(self.arena.node(id), Node::Index(index) if *index == self.index)
    }

    fn ones(&mut self) -> ExprId {
        self.arena.ones(Shape::vector(self.size))
    }

    /// Σᵢ of a body of any shape.
    fn sum(&mut self, body: ExprId) -> Option<ExprId> {
        let shape = self.arena.shape(body);
        if !self.depends(body) {
            let count = self.arena.size(self.size);
            return Some(self.arena.mul(&[count, body]));
        }
        match self.arena.node(body).clone() {
            Node::Add(terms) => {
                let mut sums = Vec::with_capacity(terms.len());
                for (coeff, term) in terms.iter() {
                    sums.push((coeff.clone(), self.sum(*term)?));
                }
                Some(self.arena.add_terms(sums, shape))
            }
            _ if shape.is_scalar() => {
                let values = self.values(body)?;
                Some(self.total(values))
            }
            Node::Product(factors) => self.sum_of_product(body, &factors),
            // A row that only a transposition makes a column comes back from it as it was.
            Node::Transpose(inner) if !shape.is_column() => {
                let sum = self.sum(inner)?;
                Some(self.arena.transpose(sum))
            }
            Node::Diag(inner) => {
                let sum = self.sum(inner)?;
                Some(self.arena.diag(sum))
            }
            _ if shape.is_column() => self.weighted(&[], body, &[]),
            _ if shape.is_row() => {
                let column = self.arena.transpose(body);
                let sum = self.sum(column)?;
                Some(self.arena.transpose(sum))
            }
            _ => None,
        }
    }

    /// The sum of a vector's entries; of (P∘Q)1 that of the matrix's.
    fn total(&mut self, values: ExprId) -> ExprId {
        if let Node::Product(factors) = self.arena.node(values)
            && let [matrix, ones] = **factors
            && self.arena.is_ones(ones)
            && self.arena.shape(matrix).is_matrix()
        {
            return self.arena.total(matrix);
        }
        self.arena.total(values)
    }

    /// L Rᵀ s: Σᵢ sᵢ L rᵢ of a column rᵢ, with constant matrices in front.
    fn weighted(&mut self, scalars: &[ExprId], column: ExprId, left: &[ExprId]) -> Option<ExprId> {
        let rows = self.rows(column)?;
        let weights = self.product_of(scalars)?;
        let mut chain = left.to_vec();
        chain.push(self.arena.transpose(rows));
        let ones = self.ones();
        chain.push(weights.unwrap_or(ones));
        Some(self.arena.mul(&chain))
    }

    /// The entrywise product of the values of scalars; `None` inside where there are none.
    fn product_of(&mut self, scalars: &[ExprId]) -> Option<Option<ExprId>> {
        let one = self.arena.one();
        let mut factors = Vec::new();
        for scalar in scalars {
            let values = if self.depends(*scalar) { self.values(*scalar)? } else { *scalar };
            factors.push((values, one));
        }
        if factors.is_empty() {
            return Some(None);
        }
        let shape = Shape::vector(self.size);
        let ones = self.ones();
        if !factors.iter().any(|(values, _)| self.arena.shape(*values).is_column() && *values != ones) {
            factors.push((ones, one));
        }
        Some(Some(self.arena.hadamard_powers(&factors, shape)))
    }

    fn sum_of_product(&mut self, body: ExprId, factors: &[ExprId]) -> Option<ExprId> {
        let shape = self.arena.shape(body);
        if shape.is_row() {
            let column = self.arena.transpose(body);
            let sum = self.sum(column)?;
            return Some(self.arena.transpose(sum));
        }
        let Segments { scalars, first, last } = self.segments(factors);
        if shape.is_column() {
            let (left, column) = self.constant_front(&first)?;
            return self.weighted(&scalars, column, &left);
        }
        if last.is_empty() {
            return self.sum_of_diagonals(&scalars, &first);
        }
        let (mut chain, column) = self.constant_front(&first)?;
        let turned: Vec<ExprId> = last.iter().rev().map(|factor| self.arena.transpose(*factor)).collect();
        let (right, row) = self.constant_front(&turned)?;
        let (columns, rows) = (self.rows(column)?, self.rows(row)?);
        chain.push(self.arena.transpose(columns));
        if let Some(weights) = self.product_of(&scalars)? {
            chain.push(self.arena.diag(weights));
        }
        chain.push(rows);
        for factor in right.iter().rev() {
            chain.push(self.arena.transpose(*factor));
        }
        Some(self.arena.mul(&chain))
    }

    /// Σᵢ sᵢ L diag(dᵢ) R = L diag(Dᵀs) R.
    fn sum_of_diagonals(&mut self, scalars: &[ExprId], factors: &[ExprId]) -> Option<ExprId> {
        let mut varying = Vec::new();
        for (place, factor) in factors.iter().enumerate() {
            if self.depends(*factor) {
                varying.push(place);
            }
        }
        let mut chain = factors.to_vec();
        match *varying {
            [] => {
                let weights = self.product_of(scalars)??;
                chain.insert(0, self.total(weights));
            }
            [place] => {
                let Node::Diag(inner) = *self.arena.node(factors[place]) else { return None };
                let sum = self.weighted(scalars, inner, &[])?;
                chain[place] = self.arena.diag(sum);
            }
            _ => return None,
        }
        Some(self.arena.mul(&chain))
    }

    /// The factors with their scalars apart, split at the first and the last place where a column meets a row.
    fn segments(&mut self, factors: &[ExprId]) -> Segments {
        let mut scalars = Vec::new();
        let mut factors = factors;
        if self.arena.shape(factors[0]).is_scalar() {
            scalars.push(factors[0]);
            factors = &factors[1..];
        }
        let mut pieces: Vec<Vec<ExprId>> = vec![Vec::new()];
        for (place, factor) in factors.iter().enumerate() {
            let starts = place > 0
                && self.arena.shape(*factor).rows.is_one()
                && self.arena.shape(factors[place - 1]).cols.is_one();
            if starts {
                pieces.push(Vec::new());
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push(*factor);
            }
        }
        let (mut first, mut last) = (Vec::new(), Vec::new());
        let count = pieces.len();
        for (place, piece) in pieces.into_iter().enumerate() {
            let value = self.arena.mul(&piece);
            if self.arena.shape(value).is_scalar() {
                scalars.push(value);
            } else if place == 0 {
                first = piece;
            } else if place + 1 == count {
                last = piece;
            }
        }
        Segments { scalars, first, last }
    }

    /// The constant matrices in front of a column that depends on the index, and the column: f(d)·v under a diagonal is d∘v.
    fn constant_front(&mut self, factors: &[ExprId]) -> Option<(Vec<ExprId>, ExprId)> {
        let place = self.first_varying(factors).unwrap_or(factors.len() - 1);
        let (left, rest) = factors.split_at(place);
        if rest.len() == 1 {
            return Some((left.to_vec(), rest[0]));
        }
        let Node::Diag(inner) = *self.arena.node(rest[0]) else { return None };
        let column = self.arena.mul(&rest[1..]);
        Some((left.to_vec(), self.arena.hadamard(inner, column)))
    }

    fn first_varying(&mut self, factors: &[ExprId]) -> Option<usize> {
        (0..factors.len()).find(|place| self.depends(factors[*place]))
    }
}
