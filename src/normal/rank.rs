//! Square matrices that are singular by their form: products through a smaller dimension, skew matrices of odd size, triangles with a zero
//! on the diagonal, and sums that map a known vector to 0.

use crate::expr::{Arena, BigOp, Dim, ExprId, Node, Shape};
use crate::number::Coeff;
use crate::structure::Structure;

/// How deep a form is looked into.
const MAX_DEPTH: u32 = 12;

/// Sums of more terms, and literals of more rows, are not looked into.
const MAX_TERMS: usize = 24;

impl Arena {
    /// Whether a square matrix has no inverse, whatever its symbols are. A named size is never 1.
    pub fn is_singular(&mut self, id: ExprId) -> bool {
        self.is_singular_to(id, MAX_DEPTH)
    }

    /// Whether it is singular for its rank of 1 alone, which says nothing where its size, a letter, is 1.
    pub fn is_singular_from_two_rows_on(&mut self, id: ExprId) -> bool {
        matches!(self.shape(id).rows, Dim::Named(_)) && self.rank_at_most(id, MAX_DEPTH) == Some(1)
    }

    fn is_singular_to(&mut self, id: ExprId, depth: u32) -> bool {
        let shape = self.shape(id);
        if !shape.is_square() || shape.is_scalar() || depth == 0 {
            return false;
        }
        let rank = self.rank_at_most(id, depth);
        let is_below = match shape.rows {
            Dim::Known(size) => rank.is_some_and(|rank| rank < u64::from(size)),
            Dim::Named(_) | Dim::Polynomial(_) => rank.is_some_and(|rank| rank <= 1),
        };
        is_below || self.is_skew_of_odd_size(id) || self.is_singular_by_operands(id, shape, depth - 1)
    }

    /// Whether the transpose is the negative and the size is odd.
    fn is_skew_of_odd_size(&mut self, id: ExprId) -> bool {
        matches!(self.shape(id).rows, Dim::Known(size) if size % 2 == 1) && self.is_skew(id)
    }

    fn is_singular_by_operands(&mut self, id: ExprId, shape: Shape, depth: u32) -> bool {
        match self.node(id).clone() {
            Node::Transpose(inner) | Node::Pinv(inner) => self.is_singular_to(inner, depth),
            Node::Power(base, exponent) => {
                self.as_number(exponent).is_some_and(|p| !p.is_negative() && !p.is_zero())
                    && self.is_singular_to(base, depth)
            }
            Node::Product(factors) => {
                factors.iter().any(|factor| self.shape(*factor) == shape && self.is_singular_to(*factor, depth))
            }
            Node::Kron(left, right) => {
                self.shape(left).is_square() && (self.is_singular_to(left, depth) || self.is_singular_to(right, depth))
            }
            Node::Diag(vector) => matches!(self.node(vector), Node::Basis(..) | Node::Zeros(_)),
            Node::Add(terms) if terms.len() == 1 => self.is_singular_to(terms[0].1, depth),
            Node::Add(terms) => {
                self.has_zero_diagonal_in_triangle(id) || terms.len() <= MAX_TERMS && self.has_null_vector(id)
            }
            Node::Literal(_, entries) => self.has_dependent_lines(shape, &entries),
            Node::Choose(_, then, otherwise) => {
                self.is_singular_to(then, depth) && self.is_singular_to(otherwise, depth)
            }
            _ => false,
        }
    }

    /// A bound of the rank; `None` where no number is known.
    fn rank_at_most(&mut self, id: ExprId, depth: u32) -> Option<u64> {
        let shape = self.shape(id);
        if shape.rows.is_one() || shape.cols.is_one() {
            return Some(u64::from(!self.is_zero(id)));
        }
        let known = |dim: Dim| if let Dim::Known(size) = dim { Some(u64::from(size)) } else { None };
        let by_shape = known(shape.rows).into_iter().chain(known(shape.cols)).min();
        let by_form = if depth == 0 { None } else { self.rank_by_operands(id, depth - 1) };
        by_shape.into_iter().chain(by_form).min()
    }

    fn rank_by_operands(&mut self, id: ExprId, depth: u32) -> Option<u64> {
        match self.node(id).clone() {
            Node::Zeros(_) => Some(0),
            Node::Ones(_) => Some(1),
            Node::Transpose(inner) | Node::Pinv(inner) => self.rank_at_most(inner, depth),
            Node::Power(base, exponent) if self.as_number(exponent).is_some_and(|p| !p.is_negative()) => {
                self.rank_at_most(base, depth)
            }
            Node::Product(factors) => {
                let mut least = None;
                for factor in
                    factors.iter().filter(|factor| !self.shape(**factor).is_scalar()).copied().collect::<Vec<_>>()
                {
                    least = least.into_iter().chain(self.rank_at_most(factor, depth)).min();
                }
                least
            }
            Node::Add(terms) if terms.len() <= MAX_TERMS => {
                let terms: Vec<ExprId> = terms.iter().map(|(_, term)| *term).collect();
                let [left, right] = [false, true].map(|is_right| self.outer_factors(&terms, is_right));
                let of_each = |parts: Vec<ExprId>| {
                    parts.into_iter().try_fold(0_u64, |sum, part| sum.checked_add(self.rank_at_most(part, depth)?))
                };
                [terms, left, right].map(of_each).into_iter().flatten().min()
            }
            Node::Kron(left, right) => self.rank_at_most(left, depth)?.checked_mul(self.rank_at_most(right, depth)?),
            Node::Choose(_, then, otherwise) => {
                Some(self.rank_at_most(then, depth)?.max(self.rank_at_most(otherwise, depth)?))
            }
            // The rank of A∘B is at most the product of the ranks.
            Node::Hadamard(factors) => {
                let mut product = 1_u64;
                for (base, exponent) in factors.iter() {
                    if !self.as_number(*exponent).is_some_and(Coeff::is_one) {
                        return None;
                    }
                    product = product.checked_mul(self.rank_at_most(*base, depth)?)?;
                }
                Some(product)
            }
            Node::Indexed { op: BigOp::Sum, lower, upper, body, .. } => {
                let first = self.as_number(lower).and_then(Coeff::to_i64)?;
                let last = self.as_number(upper).and_then(Coeff::to_i64)?;
                let count = u64::try_from(last.checked_sub(first)?.checked_add(1)?).unwrap_or(0);
                count.checked_mul(self.rank_at_most(body, depth)?)
            }
            _ => None,
        }
    }

    /// The factors with which terms begin or end, each once: the rank of A₁B + A₂B is at most that of B.
    fn outer_factors(&self, terms: &[ExprId], is_right: bool) -> Vec<ExprId> {
        let mut found = Vec::new();
        for term in terms {
            let factor = match self.node(*term) {
                Node::Product(factors) => {
                    let mut matrices = factors.iter().filter(|factor| !self.shape(**factor).is_scalar());
                    if is_right { matrices.next_back() } else { matrices.next() }
                }
                _ => None,
            };
            let factor = factor.copied().unwrap_or(*term);
            if !found.contains(&factor) {
                found.push(factor);
            }
        }
        found
    }

    /// Whether it is triangular and its diagonal is 0.
    fn has_zero_diagonal_in_triangle(&mut self, id: ExprId) -> bool {
        if ![Structure::Lower, Structure::Upper].iter().any(|which| self.is_triangular(id, *which)) {
            return false;
        }
        let diagonal = self.diag_part(id);
        self.is_zero(diagonal)
    }

    /// Whether a sum or its transpose maps a vector or matrix that is not 0 to 0: the ones, or what a term ends with and divides by.
    fn has_null_vector(&mut self, id: ExprId) -> bool {
        let transposed = self.transpose(id);
        [id, transposed].into_iter().any(|sum| {
            let terms = self.terms(sum);
            let ones = self.ones(Shape::vector(self.shape(sum).rows));
            let mut candidates = vec![ones];
            for (_, term) in &terms {
                candidates.extend(self.divided_by_last_factor(*term));
            }
            candidates.into_iter().any(|vector| {
                let images: Vec<_> =
                    terms.iter().map(|(coeff, term)| (coeff.clone(), self.mul(&[*term, vector]))).collect();
                let shape = Shape::new(self.shape(sum).rows, self.shape(vector).cols);
                let image = self.add_terms(images, shape);
                self.is_zero(image)
            })
        })
    }

    /// Fᵀ of a term …F that has a value only where F is not 0: uuᵀ/‖u‖², A(AᵀA)⁻¹Aᵀ.
    fn divided_by_last_factor(&mut self, term: ExprId) -> Option<ExprId> {
        let (scalar, rest) = self.split_scalar(term);
        let Node::Product(factors) = self.node(rest).clone() else { return None };
        let vector = self.transpose(*factors.last()?);
        let is_negative = |arena: &Self, exponent: ExprId| arena.as_number(exponent).is_some_and(Coeff::is_negative);
        let mut divisors = Vec::new();
        for factor in factors.iter().chain([&scalar]) {
            match self.node(*factor) {
                Node::Power(base, exponent) if is_negative(self, *exponent) => divisors.push(*base),
                Node::Hadamard(powers) => {
                    divisors.extend(powers.iter().filter(|(_, p)| is_negative(self, *p)).map(|(base, _)| *base));
                }
                _ => {}
            }
        }
        divisors.into_iter().any(|divisor| self.vanishes_with(divisor, vector)).then_some(vector)
    }

    /// Whether it is 0 where the vector or matrix is: a norm of it, or a product that ends with it.
    fn vanishes_with(&self, divisor: ExprId, vector: ExprId) -> bool {
        match self.node(divisor) {
            Node::Norm(_, inner) => *inner == vector,
            Node::Product(factors) => factors.last() == Some(&vector),
            _ => false,
        }
    }

    /// Whether a literal has two equal rows or columns, one of zeros, or, of numbers alone, a rank below its size.
    fn has_dependent_lines(&mut self, shape: Shape, entries: &[ExprId]) -> bool {
        let Some(n) = self.known_size(shape.rows).filter(|n| *n <= MAX_TERMS && n * n == entries.len()) else {
            return false;
        };
        let rows: Vec<Vec<ExprId>> = entries.chunks(n).map(<[ExprId]>::to_vec).collect();
        let columns: Vec<Vec<ExprId>> = (0..n).map(|col| rows.iter().map(|row| row[col]).collect()).collect();
        let depends = |lines: &[Vec<ExprId>]| {
            (0..n).any(|at| lines[..at].contains(&lines[at]) || lines[at].iter().all(|entry| self.is_zero(*entry)))
        };
        if depends(&rows) || depends(&columns) {
            return true;
        }
        let numbers = rows.iter().map(|row| row.iter().map(|entry| self.as_number(*entry).cloned()).collect());
        numbers.collect::<Option<Vec<Vec<Coeff>>>>().is_some_and(has_no_pivot)
    }
}

/// Whether a square matrix of numbers has a rank below its size, by elimination.
fn has_no_pivot(mut rows: Vec<Vec<Coeff>>) -> bool {
    for pivot in 0..rows.len() {
        let Some(found) = (pivot..rows.len()).find(|row| !rows[*row][pivot].is_zero()) else { return true };
        rows.swap(pivot, found);
        let (done, below) = rows.split_at_mut(pivot + 1);
        let Some(inverse) = done[pivot][pivot].recip() else { return true };
        for row in below {
            let factor = row[pivot].mul(&inverse);
            for (entry, above) in row.iter_mut().zip(&done[pivot]) {
                *entry = entry.sub(&factor.mul(above));
            }
        }
    }
    false
}
