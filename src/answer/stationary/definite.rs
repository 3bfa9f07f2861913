//! Equations in a positive definite matrix and its inverse: quadratic ones, and XAX = B, whose solution is the geometric mean of A⁻¹ and B
//! (Bhatia, *Positive Definite Matrices*, §4.1).

use super::equation::Equation;
use crate::domain::{Condition, require};
use crate::expr::{ExprId, MatrixFunction, Node};
use crate::number::Coeff;
use crate::simplify::{expand, simplify};
use crate::structure::Structure;

/// A term by what stands in it of the unknown.
enum Part {
    /// sX
    Unknown,
    /// sX⁻¹
    Inverse,
    /// M
    Constant,
    /// sX⁻¹MX⁻¹
    Between(ExprId),
}

impl Equation<'_> {
    /// The one positive definite X with aX + B + cX⁻¹ = 0 or A − X⁻¹BX⁻¹ = 0.
    pub(super) fn of_definite(&mut self, expr: ExprId) -> Option<ExprId> {
        if self.structure() != Structure::PositiveDefinite || self.arena.shape(expr) != self.arena.shape(self.variable)
        {
            return None;
        }
        let shape = self.arena.shape(expr);
        let expanded = expand(self.arena, expr);
        let (mut a, mut c, mut constant) = (Vec::new(), Vec::new(), Vec::new());
        let mut between = None;
        for (coeff, term) in self.arena.terms(expanded) {
            let (scalar, rest) = self.arena.split_scalar(term);
            if self.depends(scalar) {
                return None;
            }
            match self.part_of(rest)? {
                Part::Unknown => a.push((coeff, scalar)),
                Part::Inverse => c.push((coeff, scalar)),
                Part::Constant => constant.push((coeff, term)),
                Part::Between(matrix) => {
                    let matrix = self.arena.mul(&[scalar, matrix]);
                    let matrix = self.arena.scale(&coeff, matrix);
                    if between.replace(matrix).is_some() {
                        return None;
                    }
                }
            }
        }
        let constant = self.arena.add_terms(constant, shape);
        if !self.arena.is_symmetric(constant) {
            return None;
        }
        match between {
            Some(between) if a.is_empty() && c.is_empty() => self.mean(constant, between),
            None if !a.is_empty() && !c.is_empty() => {
                let [a, c] = [a, c].map(|terms| self.arena.add_terms(terms, crate::expr::Shape::SCALAR));
                self.quadratic_of_matrix(a, constant, c)
            }
            _ => None,
        }
    }

    fn part_of(&self, term: ExprId) -> Option<Part> {
        if !self.depends(term) {
            return Some(Part::Constant);
        }
        if term == self.variable {
            return Some(Part::Unknown);
        }
        if self.is_inverse(term) {
            return Some(Part::Inverse);
        }
        let Node::Product(factors) = self.arena.node(term) else { return None };
        match **factors {
            [first, middle, last] if self.is_inverse(first) && self.is_inverse(last) && !self.depends(middle) => {
                Some(Part::Between(middle))
            }
            _ => None,
        }
    }

    fn is_inverse(&self, id: ExprId) -> bool {
        matches!(*self.arena.node(id), Node::Power(base, exponent)
            if base == self.variable && self.arena.as_number(exponent).is_some_and(|p| *p == Coeff::MINUS_ONE))
    }

    /// X commutes with B = −aX − cX⁻¹, so that X = (−B + (B² − 4acI)^(1/2))/(2a) where ac < 0.
    fn quadratic_of_matrix(&mut self, a: ExprId, b: ExprId, c: ExprId) -> Option<ExprId> {
        let minus = self.arena.neg(a);
        let [a, b, c] = match crate::positivity::is_positive(self.arena, minus) {
            true => [a, b, c].map(|part| self.arena.neg(part)),
            false => [a, b, c],
        };
        let product = self.arena.mul(&[a, c]);
        let opposite = self.arena.neg(product);
        let opposite = simplify(self.arena, opposite);
        require(self.arena, Condition::Positive(opposite), &mut self.conditions)?;
        if !crate::positivity::is_positive(self.arena, a) {
            self.conditions.push(Condition::Positive(a));
        }
        let shape = self.arena.shape(b);
        let square = self.arena.mul(&[b, b]);
        let identity = self.arena.identity(shape.rows);
        let fourfold = self.arena.mul(&[opposite, identity]);
        let inside = self.arena.add_terms(vec![(Coeff::ONE, square), (Coeff::from(4), fourfold)], shape);
        let root = self.arena.matrix_function(MatrixFunction::Sqrtm, inside, &[]);
        let numerator = self.arena.minus(root, b);
        let half = Coeff::ratio(1, 2)?;
        let inverse = self.arena.recip(a);
        let solution = self.arena.mul(&[inverse, numerator]);
        let solution = self.arena.scale(&half, solution);
        let solution = simplify(self.arena, solution);
        self.definite.push(solution);
        Some(solution)
    }

    /// X⁻¹BX⁻¹ = A: X = A^(−1/2)(A^(1/2)BA^(1/2))^(1/2)A^(−1/2), where A, B ≻ 0.
    fn mean(&mut self, a: ExprId, between: ExprId) -> Option<ExprId> {
        let b = self.arena.neg(between);
        let (a, b) =
            if crate::positivity::is_definite(self.arena, between) { (self.arena.neg(a), between) } else { (a, b) };
        if !self.arena.is_symmetric(b) {
            return None;
        }
        for part in [a, b] {
            require(self.arena, Condition::Definite(part), &mut self.conditions)?;
        }
        let half = Coeff::ratio(1, 2)?;
        let (half, minus) = (self.arena.number(half.clone()), self.arena.number(half.neg()));
        let (root, inverse) = (self.arena.power(a, half), self.arena.power(a, minus));
        let inside = self.arena.mul(&[root, b, root]);
        let middle = self.arena.power(inside, half);
        let solution = self.arena.mul(&[inverse, middle, inverse]);
        let solution = simplify(self.arena, solution);
        self.definite.extend([inside, solution]);
        Some(solution)
    }
}
