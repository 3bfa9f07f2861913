//! The sum over an index, taken as deep inside products as it can be: Σᵢ pᵢ aᵢaᵢᵀ is `a.T @ (p[:, None]*a)`, and what does not depend on the
//! index is multiplied once.

use super::super::super::tree::{Array, ArrayId, Binary, Unary};
use super::Batch;
use crate::expr::Reduction;

/// Factors above and below the line.
#[derive(Default)]
struct Factors {
    above: Vec<ArrayId>,
    below: Vec<ArrayId>,
}

impl Batch<'_, '_> {
    /// Σᵢ wᵢvᵢ, or Σᵢ vᵢ; the weights are an array with the index's axis alone.
    pub(super) fn sum(&mut self, v: ArrayId, weights: Option<ArrayId>) -> Option<ArrayId> {
        let axes = self.count(v)?;
        if !self.varies(v) {
            let times = match weights {
                None => self.upper,
                Some(weights) => self.program.unary(Unary::Reduce(Reduction::Sum), weights),
            };
            return Some(self.program.product(&[times, v]));
        }
        let inside = match self.program.node(v).clone() {
            Array::Unary(operation, x) => self.sum_of_linear(operation, x, weights),
            // Differences of vectors are taken before they are added up, which loses no digits.
            Array::Sum(terms) if axes == 2 || axes == 1 && self.are_products(&terms) => {
                let terms = terms.iter().map(|(minus, term)| Some((*minus, self.sum(*term, weights)?)));
                let terms: Option<Vec<_>> = terms.collect();
                terms.map(|terms| self.program.add(Array::Sum(terms.into())))
            }
            Array::Binary(Binary::Multiply | Binary::Divide, ..) => self.sum_of_product(v, weights),
            Array::Binary(Binary::Outer, x, y) => self.sum_of_outer(x, y, weights),
            Array::Binary(Binary::Matmul, x, y) => self.sum_of_matmul(x, y, weights),
            Array::Binary(Binary::Solve, x, y) if !self.varies(x) => {
                let inside = self.sum(y, weights)?;
                Some(self.program.binary(Binary::Solve, x, inside))
            }
            _ => None,
        };
        inside.or_else(|| self.sum_of_values(v, axes, weights))
    }

    /// The sum of an array that has been made.
    fn sum_of_values(&mut self, v: ArrayId, axes: usize, weights: Option<ArrayId>) -> Option<ArrayId> {
        let array = self.values(v)?;
        Some(match (axes, weights) {
            (0, None) => self.program.unary(Unary::Reduce(Reduction::Sum), array),
            (_, None) => self.program.add(Array::Along(Unary::Reduce(Reduction::Sum), array, [0].into())),
            (0, Some(weights)) => self.program.matmul(weights, array),
            (1, Some(weights)) => {
                let transposed = self.program.transposed(array);
                self.program.matmul(transposed, weights)
            }
            (2, Some(weights)) => self.program.add(Array::Einsum("i,ijk->jk".into(), [weights, array].into())),
            _ => return None,
        })
    }

    /// Whether terms are products, which a sum goes into.
    fn are_products(&self, terms: &[(bool, ArrayId)]) -> bool {
        terms.iter().all(|(_, term)| {
            let node = self.program.node(*term);
            self.varies(*term)
                && matches!(node, Array::Binary(Binary::Multiply | Binary::Divide | Binary::Matmul | Binary::Solve, ..))
        })
    }

    fn sum_of_linear(&mut self, operation: Unary, x: ArrayId, weights: Option<ArrayId>) -> Option<ArrayId> {
        match operation {
            Unary::Transpose => {
                let inside = self.sum(x, weights)?;
                Some(self.program.transposed(inside))
            }
            Unary::Negative
            | Unary::Trace
            | Unary::Diag
            | Unary::DiagPart
            | Unary::Vec
            | Unary::AsColumn
            | Unary::AsRow => {
                let inside = self.sum(x, weights)?;
                Some(self.program.unary(operation, inside))
            }
            Unary::Reduce(Reduction::Sum) if weights.is_none() => {
                let all = self.values(x)?;
                Some(self.program.unary(operation, all))
            }
            _ => None,
        }
    }

    /// The factors of an entrywise product.
    fn factors(&self, id: ArrayId, top: bool, all: &mut Factors) {
        match *self.program.node(id) {
            Array::Binary(Binary::Multiply, x, y) => {
                self.factors(x, top, all);
                self.factors(y, top, all);
            }
            Array::Binary(Binary::Divide, x, y) => {
                self.factors(x, top, all);
                self.factors(y, !top, all);
            }
            _ => if top { &mut all.above } else { &mut all.below }.push(id),
        }
    }

    fn sum_of_product(&mut self, v: ArrayId, weights: Option<ArrayId>) -> Option<ArrayId> {
        let mut all = Factors::default();
        self.factors(v, true, &mut all);
        let (mut fixed, mut scalars, mut arrays) = (Factors::default(), Factors::default(), Factors::default());
        for (list, is_above) in [(&all.above, true), (&all.below, false)] {
            for factor in list {
                let to = match self.varies(*factor) {
                    false => &mut fixed,
                    true if self.count(*factor)? == 0 => &mut scalars,
                    true => &mut arrays,
                };
                if is_above { &mut to.above } else { &mut to.below }.push(*factor);
            }
        }
        let inside = match (arrays.above.as_slice(), arrays.below.as_slice()) {
            ([], []) => self.sum_of_scalars(&scalars, weights)?,
            ([only], []) => {
                let weights = self.weights(&scalars, weights)?;
                self.sum(*only, weights)?
            }
            // An entrywise product of several is one array.
            _ if fixed.above.is_empty()
                && fixed.below.is_empty()
                && scalars.above.is_empty()
                && scalars.below.is_empty() =>
            {
                return None;
            }
            _ => {
                let array = self.quotient(&arrays.above, &arrays.below);
                self.make(array);
                let (axes, weights) = (self.count(array)?, self.weights(&scalars, weights)?);
                self.sum_of_values(array, axes, weights)?
            }
        };
        let (mut above, below) = (fixed.above, fixed.below);
        // Numbers before arrays.
        let place = above.iter().position(|factor| self.axes.count(self.program, *factor) != Some(0));
        above.insert(
            if self.axes.count(self.program, inside) == Some(0) { place } else { None }.unwrap_or(above.len()),
            inside,
        );
        Some(self.quotient(&above, &below))
    }

    /// Finds the values of a product that is new.
    fn make(&mut self, id: ArrayId) {
        let node = self.program.node(id).clone();
        if let Array::Binary(Binary::Multiply | Binary::Divide, x, y) = node
            && !self.varies(id)
        {
            self.make(x);
            self.make(y);
            if self.varies(x) || self.varies(y) {
                let values = self.array(id, &node);
                self.batched.insert(id, values);
            }
        }
    }

    /// The product of factors over that of others.
    fn quotient(&mut self, above: &[ArrayId], below: &[ArrayId]) -> ArrayId {
        let above = self.program.product(above);
        if below.is_empty() {
            return above;
        }
        let below = self.program.product(below);
        self.program.binary(Binary::Divide, above, below)
    }

    /// The weights times scalar factors.
    fn weights(&mut self, scalars: &Factors, weights: Option<ArrayId>) -> Option<Option<ArrayId>> {
        let values = |ids: &[ArrayId], batch: &Self| ids.iter().map(|id| batch.values(*id)).collect::<Option<Vec<_>>>();
        let (above, below) = (values(&scalars.above, self)?, values(&scalars.below, self)?);
        let above: Vec<ArrayId> = weights.into_iter().chain(above).collect();
        Some((!above.is_empty() || !below.is_empty()).then(|| self.quotient(&above, &below)))
    }

    fn sum_of_scalars(&mut self, scalars: &Factors, weights: Option<ArrayId>) -> Option<ArrayId> {
        match (scalars.above.as_slice(), scalars.below.as_slice(), weights) {
            ([], [], _) => None,
            // Where what is left is itself a sum inside, such as of a product with a vector.
            ([only], [], _) => self.sum(*only, weights),
            ([x, y], [], None) => {
                let (x, y) = (self.values(*x)?, self.values(*y)?);
                Some(self.program.matmul(x, y))
            }
            _ => {
                let all = self.weights(scalars, None)??;
                Some(match weights {
                    None => self.program.unary(Unary::Reduce(Reduction::Sum), all),
                    Some(weights) => self.program.matmul(weights, all),
                })
            }
        }
    }

    fn sum_of_outer(&mut self, x: ArrayId, y: ArrayId, weights: Option<ArrayId>) -> Option<ArrayId> {
        if !self.varies(x) {
            let inside = self.sum(y, weights)?;
            return Some(self.program.binary(Binary::Outer, x, inside));
        }
        if !self.varies(y) {
            let inside = self.sum(x, weights)?;
            return Some(self.program.binary(Binary::Outer, inside, y));
        }
        let (left, mut right) = (self.values(x)?, self.values(y)?);
        if let Some(weights) = weights {
            let column = self.expanded(weights, vec![1]);
            right = self.program.times(column, right);
        }
        let left = self.program.transposed(left);
        Some(self.program.matmul(left, right))
    }

    fn sum_of_matmul(&mut self, x: ArrayId, y: ArrayId, weights: Option<ArrayId>) -> Option<ArrayId> {
        let of = (self.count(x)?, self.count(y)?);
        match (self.varies(x), self.varies(y)) {
            // The product has to be made for other places, too.
            (true, false) | (false, true) if of == (1, 1) && weights.is_some() => None,
            (true, false) => {
                let inside = self.sum(x, weights)?;
                Some(self.program.matmul(inside, y))
            }
            (false, true) => {
                let inside = self.sum(y, weights)?;
                Some(self.program.matmul(x, inside))
            }
            _ if of == (1, 1) && weights.is_none() => {
                let (left, right) = (self.values(x)?, self.values(y)?);
                let product = self.program.binary(Binary::Multiply, left, right);
                Some(self.program.unary(Unary::Reduce(Reduction::Sum), product))
            }
            _ if of == (1, 1) => None,
            _ => {
                let ((x, left), (y, right)) = (self.subscripts(x, of.0, "jk"), self.subscripts(y, of.1, "kl"));
                let (x, y) = (x?, y?);
                let result: String =
                    [(of.0, 'j'), (of.1, 'l')].iter().filter(|(axes, _)| *axes == 2).map(|(_, one)| *one).collect();
                let subscripts = format!("i{left},i{right}->{result}");
                Some(match weights {
                    None => self.program.add(Array::Einsum(subscripts.into(), [x, y].into())),
                    Some(weights) => {
                        self.program.add(Array::Einsum(format!("i,{subscripts}").into(), [weights, x, y].into()))
                    }
                })
            }
        }
    }
}
