//! Linear equations L(X) = C in a matrix, a vector or a scalar.

use super::equation::Equation;
use crate::answer::entries::{by_entries, solved};
use crate::domain::{Condition, conditions, decided};
use crate::expr::{Dim, ExprId, Node, Shape};
use crate::linear;
use crate::number::Coeff;
use crate::simplify::{cost, expand, simplify};
use crate::structure::Structure;

/// One term c·L H R or c·L Hᵀ R of a linear map, the scalar in L.
struct Term {
    coeff: Coeff,
    left: ExprId,
    right: ExprId,
    transposed: bool,
}

impl Equation<'_> {
    /// The X with `expr` = 0 where `expr` is affine in the variable and of its shape, by inverses; nothing where it is not affine.
    ///
    /// Where the linear map is singular by its form, the solution of least norm, and `unique` is taken back.
    pub(super) fn solve_affine(&mut self, expr: ExprId, target: ExprId) -> Option<ExprId> {
        let slope = self.slope(expr)?;
        let zero = self.arena.zero(self.arena.shape(self.variable));
        let constant = self.with_variable(expr, zero);
        let right = self.arena.minus(target, constant);
        let right = simplify(self.arena, right);
        if self.arena.shape(self.variable).is_matrix() {
            return self.solve_matrix(slope, right);
        }
        let expanded = expand(self.arena, slope);
        let matrix = linear::matrix(self.arena, expanded, self.wrt, 0).ok()?;
        let matrix = by_entries(self.arena, matrix);
        let matrix = simplify(self.arena, matrix);
        if !self.arena.shape(matrix).is_square() || self.arena.is_zero(matrix) {
            return None;
        }
        if let Some(solution) = solved(self.arena, matrix, right) {
            return Some(solution);
        }
        let (matrix, right) = self.without_common_factor(matrix, right);
        if self.arena.shape(self.variable).is_column()
            && let Some(divisor) = self.diagonal_of_sum(matrix)
        {
            let quotient = self.arena.quotient(right, divisor);
            let needed = conditions(self.arena, quotient, quotient, &[]);
            self.conditions.extend(needed);
            return Some(simplify(self.arena, quotient));
        }
        let inverse = self.inverse(matrix);
        if let Some(solution) = self.product_by_entries(inverse, right) {
            return Some(solution);
        }
        let solution = self.arena.mul(&[inverse, right]);
        let factored = self.cancel(matrix, right);
        Some(factored.unwrap_or_else(|| simplify(self.arena, solution)))
    }

    /// L(dX) of an expression that is affine in X; nothing where it is not, or does not depend on X.
    fn slope(&mut self, expr: ExprId) -> Option<ExprId> {
        let differential = crate::differential::differentiate(self.arena, expr, self.wrt, 0).ok()?;
        for form in [differential.expr, expand(self.arena, differential.expr)] {
            let form = simplify(self.arena, form);
            if !self.depends(form) {
                return (!self.arena.is_zero(form)).then_some(form);
            }
        }
        None
    }

    /// KMx = Ku as Mx = u, where K is positive definite and the matrix is shorter without it.
    fn without_common_factor(&mut self, matrix: ExprId, right: ExprId) -> (ExprId, ExprId) {
        let (_, primitive) = self.arena.split_content(right);
        let (_, rest) = self.arena.split_scalar(primitive);
        let Node::Product(ref factors) = *self.arena.node(rest) else { return (matrix, right) };
        let common = factors[0];
        if !self.arena.shape(common).is_square() || !crate::positivity::is_definite(self.arena, common) {
            return (matrix, right);
        }
        let inverse = self.arena.inverse(common);
        let shape = self.arena.shape(matrix);
        let terms: Vec<(Coeff, ExprId)> = self
            .arena
            .terms(matrix)
            .into_iter()
            .map(|(coeff, term)| (coeff, self.arena.mul(&[inverse, term])))
            .collect();
        let divided = self.arena.add_terms(terms, shape);
        if cost(self.arena, divided) > cost(self.arena, matrix) {
            return (matrix, right);
        }
        (divided, self.arena.mul(&[inverse, right]))
    }

    /// s1 + v of a sum sI + diag(v) with at least one v.
    fn diagonal_of_sum(&mut self, matrix: ExprId) -> Option<ExprId> {
        let Node::Add(_) = *self.arena.node(matrix) else { return None };
        let shape = self.arena.shape(self.variable);
        let mut has_vector = false;
        let mut entries = Vec::new();
        for (coeff, term) in self.arena.terms(matrix) {
            let (scalar, rest) = self.arena.split_scalar(term);
            let part = match *self.arena.node(rest) {
                Node::Identity(_) => self.arena.ones(shape),
                Node::Diag(vector) => {
                    has_vector = true;
                    vector
                }
                _ => return None,
            };
            entries.push((coeff, self.arena.mul(&[scalar, part])));
        }
        has_vector.then(|| self.arena.add_terms(entries, shape))
    }

    /// M⁻¹Mu = u, with the right side multiplied out or factored.
    fn cancel(&mut self, matrix: ExprId, right: ExprId) -> Option<ExprId> {
        let (c, matrix) = self.arena.split_content(matrix);
        let (d, right) = self.arena.split_content(right);
        let ratio = d.mul(&c.recip()?);
        let Node::Product(factors) = self.arena.node(right).clone() else { return None };
        let (scalars, chain) =
            if self.arena.shape(factors[0]).is_scalar() { factors.split_at(1) } else { factors.split_at(0) };
        if *chain.first()? != matrix || chain.len() < 2 || self.is_least_norm && !self.has_inverse_by_form(matrix) {
            return None;
        }
        let mut rest = scalars.to_vec();
        rest.extend_from_slice(&chain[1..]);
        self.inverse(matrix);
        let rest = self.arena.mul(&rest);
        Some(self.arena.scale(&ratio, rest))
    }

    /// M⁻¹, or M⁺ where M is of rank one by its form, and where it may be singular and the solution of least norm is asked for.
    pub(super) fn inverse(&mut self, matrix: ExprId) -> ExprId {
        let (content, primitive) = self.arena.split_content(matrix);
        let (scalar, rest) = self.arena.split_scalar(primitive);
        if let Some((u, v)) = self.outer_product(rest) {
            // (uvᵀ)⁺ = vuᵀ/(‖u‖²‖v‖²)
            let (row, sizes) = (self.arena.transpose(u), [self.arena.inner(u, u), self.arena.inner(v, v), scalar]);
            let mut parts: Vec<ExprId> = sizes.iter().map(|size| self.arena.recip(*size)).collect();
            parts.extend([v, row]);
            let inverse = self.arena.mul(&parts);
            self.unique = false;
            self.singular = true;
            return content.recip().map_or(inverse, |content| self.arena.scale(&content, inverse));
        }
        if let Some(square) = self.square_of_rank_one(matrix)
            && let Some(factor) = square.recip()
        {
            (self.unique, self.singular) = (false, true);
            let transposed = self.arena.transpose(matrix);
            return self.arena.scale(&factor, transposed);
        }
        if self.is_least_norm && !self.has_inverse_by_form(matrix) {
            (self.unique, self.singular) = (false, true);
            return self.arena.pinv(matrix);
        }
        let inverse = self.arena.inverse(matrix);
        self.need(inverse);
        inverse
    }

    /// u and v of a matrix uvᵀ.
    fn outer_product(&mut self, matrix: ExprId) -> Option<(ExprId, ExprId)> {
        match self.arena.node(matrix).clone() {
            Node::Product(factors) => {
                let cut = (1..factors.len()).find(|at| self.arena.shape(factors[*at]).rows.is_one())?;
                let u = self.arena.mul(&factors[..cut]);
                let row = self.arena.mul(&factors[cut..]);
                Some((u, self.arena.transpose(row)))
            }
            Node::Ones(shape) if shape.is_matrix() => {
                Some((self.arena.ones(Shape::vector(shape.rows)), self.arena.ones(Shape::vector(shape.cols))))
            }
            _ => None,
        }
    }

    /// ‖M‖² of a square matrix of numbers of rank one, whose M⁺ is Mᵀ/‖M‖².
    fn square_of_rank_one(&self, matrix: ExprId) -> Option<Coeff> {
        let Node::Literal(shape, entries) = self.arena.node(matrix) else { return None };
        let Dim::Known(n) = shape.rows else { return None };
        let n = usize::try_from(n).ok().filter(|_| shape.is_square())?;
        let numbers: Vec<Coeff> =
            entries.iter().map(|entry| self.arena.as_number(*entry).cloned()).collect::<Option<_>>()?;
        let pivot = numbers.iter().position(|entry| !entry.is_zero())?;
        let is_multiple = |at: usize| {
            let across = numbers[at - at % n + pivot % n].mul(&numbers[pivot - pivot % n + at % n]);
            numbers[at].mul(&numbers[pivot]).sub(&across).is_zero()
        };
        let square = numbers.iter().fold(Coeff::ZERO, |sum, entry| sum.add(&entry.mul(entry)));
        (0..numbers.len()).all(is_multiple).then_some(square)
    }

    /// The entries of the product of a matrix and a vector that are given by theirs.
    fn product_by_entries(&mut self, matrix: ExprId, column: ExprId) -> Option<ExprId> {
        let (c, matrix) = self.arena.split_content(matrix);
        let (d, column) = self.arena.split_content(column);
        let Node::Literal(_, factors) = self.arena.node(matrix).clone() else { return None };
        let Node::Literal(shape, entries) = self.arena.node(column).clone() else { return None };
        if !shape.is_column() || entries.is_empty() {
            return None;
        }
        let mut product = Vec::new();
        for row in factors.chunks(entries.len()) {
            let terms: Vec<ExprId> =
                row.iter().zip(entries.iter()).map(|(factor, entry)| self.arena.mul(&[*factor, *entry])).collect();
            let sum = self.arena.sum_of(&terms, Shape::SCALAR);
            let sum = self.arena.scale(&c.mul(&d), sum);
            product.push(simplify(self.arena, sum));
        }
        let literal = self.arena.intern(Node::Literal(shape, product.into()));
        Some(self.arena.normalize(literal))
    }

    fn has_inverse_by_form(&mut self, matrix: ExprId) -> bool {
        self.arena.shape(matrix).is_scalar() || decided(self.arena, Condition::Invertible(matrix)) == Some(true)
    }

    /// Takes note of what an inverse needs, also where it cancels.
    fn need(&mut self, inverse: ExprId) {
        let needed = conditions(self.arena, inverse, inverse, &[]);
        self.conditions.extend(needed);
    }

    fn solve_matrix(&mut self, slope: ExprId, right: ExprId) -> Option<ExprId> {
        let expanded = expand(self.arena, slope);
        if let Some(solution) = self.solve_entrywise(expanded, right) {
            return Some(solution);
        }
        match self.bilinear_terms(expanded) {
            Some(terms) => self.solve_two_sided(&terms, right).or_else(|| self.solve_by_vec(expanded, right)),
            None => self.solve_by_vec(expanded, right),
        }
    }

    /// W∘X = C
    fn solve_entrywise(&mut self, slope: ExprId, right: ExprId) -> Option<ExprId> {
        let target = self.arena.differential(self.wrt, 0);
        let shape = self.arena.shape(target);
        let one = self.arena.one();
        let mut weights = Vec::new();
        let mut plain = true;
        for (coeff, term) in self.arena.terms(slope) {
            let (scalar, rest) = self.arena.split_scalar(term);
            let weight = if rest == target {
                self.arena.ones(shape)
            } else if let Node::Hadamard(factors) = self.arena.node(rest).clone() {
                plain = false;
                if factors.iter().filter(|(base, exponent)| *base == target && *exponent == one).count() != 1 {
                    return None;
                }
                let others: Vec<_> = factors.iter().filter(|(base, _)| *base != target).copied().collect();
                if others.iter().any(|(base, _)| self.arena.is_diagonal(*base)) {
                    return None;
                }
                self.arena.hadamard_powers(&others, shape)
            } else {
                return None;
            };
            weights.push((coeff, self.arena.mul(&[scalar, weight])));
        }
        if plain {
            return None;
        }
        let weight = self.arena.add_terms(weights, shape);
        let inverse = self.arena.recip(weight);
        self.need(inverse);
        let solution = self.arena.hadamard(right, inverse);
        Some(simplify(self.arena, solution))
    }

    fn bilinear_terms(&mut self, slope: ExprId) -> Option<Vec<Term>> {
        let target = self.arena.differential(self.wrt, 0);
        let mirrored = self.arena.transpose(target);
        let shape = self.arena.shape(target);
        let mut terms = Vec::new();
        for (coeff, term) in self.arena.terms(slope) {
            let factors = match self.arena.node(term).clone() {
                Node::Product(factors) => factors.to_vec(),
                _ => vec![term],
            };
            let mut places = (0..factors.len()).filter(|at| factors[*at] == target || factors[*at] == mirrored);
            let (Some(place), None) = (places.next(), places.next()) else { return None };
            let transposed = factors[place] != target;
            let inner = if transposed { shape.transposed() } else { shape };
            let side = |equation: &mut Self, factors: &[ExprId], size| {
                if factors.iter().all(|factor| equation.arena.shape(*factor).is_scalar()) {
                    let mut all = factors.to_vec();
                    all.push(equation.arena.identity(size));
                    equation.arena.mul(&all)
                } else {
                    equation.arena.mul(factors)
                }
            };
            let left = side(self, &factors[..place], inner.rows);
            let right = side(self, &factors[place + 1..], inner.cols);
            terms.push(Term { coeff, left, right, transposed });
        }
        Some(terms)
    }

    /// (Σ Lₖ) X R = C or L X (Σ Rₖ) = C, also for Xᵀ throughout.
    fn solve_two_sided(&mut self, terms: &[Term], target: ExprId) -> Option<ExprId> {
        let transposed = terms[0].transposed;
        if terms.iter().any(|term| term.transposed != transposed) {
            return None;
        }
        let unscaled = |equation: &mut Self, id: ExprId| {
            let (content, primitive) = equation.arena.split_content(id);
            let (scalar, rest) = equation.arena.split_scalar(primitive);
            (content, scalar, rest)
        };
        for sum_left in [true, false] {
            let mut sum = Vec::new();
            let mut shared: Option<ExprId> = None;
            let mut agree = true;
            for term in terms {
                let (summed, kept) = if sum_left { (term.left, term.right) } else { (term.right, term.left) };
                let (content, scalar, kept) = unscaled(self, kept);
                agree &= shared.is_none_or(|shared| shared == kept);
                shared = Some(kept);
                sum.push((term.coeff.mul(&content), self.arena.mul(&[scalar, summed])));
            }
            if !agree {
                continue;
            }
            let shape = self.arena.shape(sum[0].1);
            let sum = self.arena.add_terms(sum, shape);
            let sum = simplify(self.arena, sum);
            let shared = shared?;
            let (left, right) = if sum_left { (sum, shared) } else { (shared, sum) };
            if !self.arena.shape(left).is_square() || !self.arena.shape(right).is_square() || self.arena.is_zero(sum) {
                return None;
            }
            return Some(self.divide(left, target, right, transposed));
        }
        None
    }

    /// L⁻¹ C R⁻¹, transposed where Xᵀ stands in the equation.
    fn divide(&mut self, left: ExprId, target: ExprId, right: ExprId, transposed: bool) -> ExprId {
        let first = self.cancel(left, target);
        let solution = if let Some(rest) = first {
            rest
        } else {
            let inverse = self.inverse(left);
            self.arena.mul(&[inverse, target])
        };
        let (flipped, other) = (self.arena.transpose(solution), self.arena.transpose(right));
        let solution = if let Some(rest) = self.cancel(other, flipped) {
            self.arena.transpose(rest)
        } else {
            let inverse = self.inverse(right);
            self.arena.mul(&[solution, inverse])
        };
        let solution = simplify(self.arena, solution);
        if transposed { self.arena.transpose(solution) } else { solution }
    }

    /// X = unvec(M⁻¹ vec C) with vec L(X) = M vec X.
    fn solve_by_vec(&mut self, slope: ExprId, right: ExprId) -> Option<ExprId> {
        let matrix = linear::matrix(self.arena, slope, self.wrt, 0).ok()?;
        let matrix = simplify(self.arena, matrix);
        let shape: Shape = self.arena.shape(self.variable);
        // Of other spaces the Kronecker matrix knows nothing, and is singular outside of them.
        let whole = matches!(
            self.structure(),
            Structure::General | Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite
        );
        if !whole || !self.arena.shape(matrix).is_square() || self.arena.shape(right) != shape {
            return None;
        }
        let inverse = if self.structure() == Structure::General {
            self.inverse(matrix)
        } else {
            let inverse = self.arena.inverse(matrix);
            self.need(inverse);
            inverse
        };
        let column = self.arena.vec(right);
        let solution = self.arena.mul(&[inverse, column]);
        Some(self.arena.unvec(solution, shape))
    }
}
