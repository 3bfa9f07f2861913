//! Equations in one sine, cosine or tangent: sin u = t where u = asin t or u = π − asin t, and where a multiple of 2π is added to either.

use super::equation::Equation;
use crate::domain::{Condition, decided};
use crate::expr::{ExprId, Func, Node, Shape, SymbolKind};
use crate::number::Coeff;
use crate::simplify::simplify;

/// By how many periods a solution is moved to where its unknown lies.
const MOST_PERIODS: usize = 8;

impl Equation<'_> {
    /// The solutions of c·T(u) + d = 0 in one period of a scalar unknown, where T is the sine, the cosine or the tangent and u is affine in
    /// it; and those of c sin u + d cos u = 0, where tan u = −d/c.
    pub(super) fn periodic(&mut self, expr: ExprId) -> Vec<ExprId> {
        if self.is_of_system || !self.arena.shape(self.variable).is_scalar() || !self.arena.shape(expr).is_scalar() {
            return Vec::new();
        }
        let terms = self.arena.terms(expr);
        let (mut moving, mut fixed) = (Vec::new(), Vec::new());
        for (coeff, term) in terms {
            if !self.depends(term) {
                fixed.push((coeff, term));
                continue;
            }
            let Some((factor, func, inner)) = self.function_of_angle(term) else { return Vec::new() };
            moving.push((self.arena.scale(&coeff, factor), func, inner));
        }
        let fixed = self.arena.add_terms(fixed, Shape::SCALAR);
        let (angle, values) = match *moving {
            [(factor, func, angle)] => {
                let ratio = self.arena.quotient(fixed, factor);
                let ratio = self.arena.neg(ratio);
                let target = simplify(self.arena, ratio);
                let Some(values) = self.angles(func, target) else { return Vec::new() };
                self.nonzero(factor);
                (angle, values)
            }
            [(one, first, angle), (other, second, again)]
                if angle == again && self.arena.is_zero(fixed) && first != second =>
            {
                let (sine, cosine) = match (first, second) {
                    (Func::Sin, Func::Cos) => (one, other),
                    (Func::Cos, Func::Sin) => (other, one),
                    _ => return Vec::new(),
                };
                let ratio = self.arena.quotient(cosine, sine);
                let ratio = self.arena.neg(ratio);
                let target = simplify(self.arena, ratio);
                let value = self.arena.elementwise(Func::Atan, target);
                let half = self.arena.intern(Node::Pi);
                self.nonzero(sine);
                (angle, vec![value, self.arena.plus(value, half)])
            }
            _ => return Vec::new(),
        };
        let Some(period) = self.period_of(angle) else { return Vec::new() };
        let mut found = Vec::new();
        for value in values {
            let equation = self.arena.minus(angle, value);
            let zero = self.arena.zero(Shape::SCALAR);
            let Some(solution) = self.solve_affine(equation, zero) else { return Vec::new() };
            let solution = self.moved_inside(solution, period);
            self.periods.push((solution, period));
            found.push(solution);
        }
        found
    }

    /// The first of the solutions that differ by a period which is above 0, where the unknown is declared as positive, or not below 0.
    fn moved_inside(&mut self, solution: ExprId, period: ExprId) -> ExprId {
        let kind = self.arena.symbol(self.wrt).kind;
        let mut moved = solution;
        for _ in 0..MOST_PERIODS {
            let is_outside = match kind {
                SymbolKind::Positive => decided(self.arena, Condition::Positive(moved)) == Some(false),
                SymbolKind::Nonnegative => {
                    let opposite = self.arena.neg(moved);
                    decided(self.arena, Condition::Positive(opposite)) == Some(true)
                }
                _ => false,
            };
            if !is_outside {
                return moved;
            }
            moved = self.arena.plus(moved, period);
            moved = simplify(self.arena, moved);
        }
        solution
    }

    /// c, T and u of c·T(u).
    fn function_of_angle(&mut self, term: ExprId) -> Option<(ExprId, Func, ExprId)> {
        let one = self.arena.one();
        let factors = match self.arena.node(term).clone() {
            Node::Hadamard(factors) => factors.to_vec(),
            _ => vec![(term, one)],
        };
        let (mut found, mut rest) = (None, Vec::new());
        for (base, exponent) in factors {
            if !self.depends(base) && !self.depends(exponent) {
                rest.push((base, exponent));
                continue;
            }
            let Node::Elementwise(func @ (Func::Sin | Func::Cos | Func::Tan), inner) = *self.arena.node(base) else {
                return None;
            };
            if exponent != one || found.is_some() {
                return None;
            }
            found = Some((func, inner));
        }
        let (func, inner) = found?;
        Some((self.arena.hadamard_powers(&rest, Shape::SCALAR), func, inner))
    }

    /// The angles in one period at which a function has this value, each once.
    fn angles(&mut self, func: Func, target: ExprId) -> Option<Vec<ExprId>> {
        let pi = self.arena.intern(Node::Pi);
        let half = self.arena.scale(&Coeff::ratio(1, 2)?, pi);
        let zero = self.arena.zero(Shape::SCALAR);
        let number = self.arena.as_number(target).cloned();
        if func == Func::Tan {
            let angle = self.arena.elementwise(Func::Atan, target);
            return Some(vec![angle, self.arena.plus(angle, pi)]);
        }
        // At 1 and −1 there is one such angle.
        if let Some(t) = number.filter(|t| t.abs().is_one()) {
            return Some(vec![match (func, t.is_negative()) {
                (Func::Sin, false) => half,
                (Func::Sin, true) => self.arena.neg(half),
                (_, false) => zero,
                (_, true) => pi,
            }]);
        }
        // −1 < t < 1
        let (one, square) = (self.arena.one(), self.arena.pow_number(target, &Coeff::integer(2)));
        let within = self.arena.minus(one, square);
        let within = simplify(self.arena, within);
        match decided(self.arena, Condition::Positive(within)) {
            Some(true) => {}
            Some(false) => return None,
            None => self.conditions.push(Condition::Positive(within)),
        }
        Some(if func == Func::Sin {
            let angle = self.arena.elementwise(Func::Asin, target);
            vec![angle, self.arena.minus(pi, angle)]
        } else {
            let angle = self.arena.elementwise(Func::Acos, target);
            vec![angle, self.arena.neg(angle)]
        })
    }

    /// 2π/a of an angle ax + b.
    fn period_of(&mut self, angle: ExprId) -> Option<ExprId> {
        let step = self.arena.differential(self.wrt, 0);
        let differential = crate::differential::differentiate(self.arena, angle, self.wrt, 0).ok()?.expr;
        let one = self.arena.one();
        let slope = super::equation::substitute(self.arena, differential, step, one);
        let slope = simplify(self.arena, slope);
        if self.depends(slope) {
            return None;
        }
        let (content, primitive) = self.arena.split_content(slope);
        let slope = self.arena.scale(&content.abs(), primitive);
        let pi = self.arena.intern(Node::Pi);
        let whole = self.arena.scale(&Coeff::integer(2), pi);
        Some(self.arena.quotient(whole, slope))
    }

    fn nonzero(&mut self, factor: ExprId) {
        if decided(self.arena, Condition::NonZero(factor)) != Some(true) {
            self.conditions.push(Condition::NonZero(factor));
        }
    }
}
