//! Equations that are not linear: factors that do not vanish are left out, an inverse of the variable is multiplied away, and what
//! operates on the variable invertibly is undone from the outside in.

use std::cmp::Ordering::{Greater, Less};

use super::equation::{Equation, divisors};
use crate::catalog::entrywise::{Domain, Inverse};
use crate::domain::{Condition, decided, require};
use crate::expr::{BigOp, ExprId, Func, MatrixFunction, Node, Reduction, Spectral};
use crate::number::Coeff;
use crate::simplify::{expand, over_one, simplify};
use crate::structure::Structure;

/// A power of the unknown with the terms that it stands in, without it.
pub(super) type ByPower = (Coeff, Vec<(Coeff, ExprId)>);

/// Square factors up to the square of this are taken out of a root.
const MOST_FACTOR: i64 = 100;

/// How deep operators on the variable are undone.
const MAX_DEPTH: usize = 24;

impl Equation<'_> {
    /// The solutions found of `expr` = 0; none where no way leads to one.
    pub(super) fn solve_zero(&mut self, expr: ExprId, depth: usize) -> Vec<ExprId> {
        if depth > MAX_DEPTH || !self.depends(expr) {
            return Vec::new();
        }
        let zero = self.arena.zero(self.arena.shape(expr));
        if self.arena.shape(expr) == self.arena.shape(self.variable)
            && let Some(solution) = self.solve_affine(expr, zero)
        {
            return vec![solution];
        }
        // What is 0 where that is: ‖u‖, sign(u), polar(U).
        if let Some(inner) = self.vanishes_with(expr) {
            return self.solve_zero(inner, depth + 1);
        }
        if let Some(parts) = self.factors(expr) {
            let mut all: Vec<ExprId> = Vec::new();
            for part in parts {
                let found = self.solve_zero(part, depth + 1);
                if found.is_empty() {
                    self.others.push(part);
                }
                all.extend(found.iter().filter(|point| !all.contains(point)).copied().collect::<Vec<_>>());
            }
            if !all.is_empty() {
                return all;
            }
        }
        if let Some(solution) = self.multiplied(expr) {
            return vec![solution];
        }
        if let Some(solution) = self.of_definite(expr) {
            return vec![solution];
        }
        if self.arena.shape(self.variable).is_scalar() {
            let apart = super::pull::pulled(self.arena, expr, &[self.wrt]);
            if apart != expr {
                return self.solve_zero(apart, depth + 1);
            }
        }
        if let Some(solution) = self.quadratic_by_entries(expr) {
            return vec![solution];
        }
        let angles = self.periodic(expr);
        if !angles.is_empty() {
            return angles;
        }
        let powers = self.two_powers(expr);
        if !powers.is_empty() {
            return powers;
        }
        let roots = self.quadratic(expr);
        if !roots.is_empty() {
            return roots;
        }
        let roots = self.rational_roots(expr);
        if !roots.is_empty() {
            return roots;
        }
        if self.arena.shape(self.variable).is_scalar() {
            let found = self.through_affine(expr, depth);
            if !found.is_empty() {
                return found;
            }
        }
        // m/p − k/(1 − p) = 0 where m(1 − p) − kp = 0
        if let Some((numerator, denominator)) = over_one(self.arena, expr)
            && self.depends(denominator)
        {
            let (before, numerator) = (self.conditions.len(), simplify(self.arena, numerator));
            let found = self.solve_zero(numerator, depth + 1);
            if !found.is_empty() {
                return found;
            }
            self.conditions.truncate(before);
        }
        if let Some(without) = self.without_logarithms(expr) {
            let before = self.conditions.len();
            let found = self.solve_zero(without, depth + 1);
            if !found.is_empty() {
                return found;
            }
            self.conditions.truncate(before);
        }
        for form in [expr, expand(self.arena, expr)] {
            let before = self.conditions.len();
            if let Some(solution) = self.undo(form, zero, depth) {
                return vec![solution];
            }
            self.conditions.truncate(before);
        }
        Vec::new()
    }

    /// What vanishes exactly where an expression does, where that is no formula of it.
    fn vanishes_with(&self, expr: ExprId) -> Option<ExprId> {
        match *self.arena.node(expr) {
            Node::Norm(_, inner) | Node::Elementwise(Func::Sign | Func::Abs, inner) => Some(inner),
            Node::Spectral(Spectral::Polar, inner) => Some(inner),
            _ => None,
        }
    }

    /// The factors of a product of which at least one has to vanish, without those that cannot; nothing where it is no product.
    fn factors(&mut self, expr: ExprId) -> Option<Vec<ExprId>> {
        let (_, expr) = self.arena.split_content(expr);
        let (scalar, rest) = self.arena.split_scalar(expr);
        let mut parts = Vec::new();
        if self.arena.shape(expr).is_scalar() || matches!(self.arena.node(expr), Node::Hadamard(_)) {
            let Node::Hadamard(factors) = self.arena.node(expr).clone() else { return None };
            let scalar = self.arena.shape(expr).is_scalar();
            for (base, exponent) in &*factors {
                // No power of what is positive is 0: xˣ.
                if self.never_zero(*base) && crate::positivity::is_positive(self.arena, *base) {
                    continue;
                }
                // A power that may be any number has a value only where its base is above 0.
                if self.arena.as_number(*exponent).is_none() && !self.arena.is_integer_valued(*exponent) {
                    continue;
                }
                // λⁿ beside n/λ
                if divisors(self.arena, expr).contains(base) {
                    continue;
                }
                // 0 to a power by a letter is not known to be 0.
                let negative = self.arena.as_number(*exponent)?.is_negative();
                if negative || self.never_zero(*base) {
                    continue;
                }
                // 1[|x| = ‖x‖_∞] is not 0 in all entries, and may be in some.
                if !scalar && self.depends(*base) && self.has_entry(*base) {
                    self.unique = false;
                    continue;
                }
                if self.depends(*base) {
                    parts.push(*base);
                } else if scalar {
                    self.conditions.push(Condition::NonZero(*base));
                } else {
                    self.conditions.push(Condition::EntriesNonZero(*base));
                }
            }
            // Entry by entry another factor may vanish in another entry.
            if !scalar && parts.len() > 1 {
                self.unique = false;
            }
            return (!parts.is_empty() && parts != [expr]).then_some(parts);
        }
        let chain = match self.arena.node(rest).clone() {
            Node::Product(factors) => factors.to_vec(),
            _ => vec![rest],
        };
        let mut inside = &*chain;
        while let [first, others @ ..] = inside {
            if others.is_empty() || !self.invertible(*first) {
                break;
            }
            inside = others;
        }
        while let [others @ .., last] = inside {
            if others.is_empty() || !self.invertible(*last) {
                break;
            }
            inside = others;
        }
        if self.arena.is_one(scalar) && inside.len() == chain.len() {
            return None;
        }
        if !self.arena.is_one(scalar) && !self.never_zero(scalar) {
            if self.depends(scalar) {
                for part in self.scalar_factors(scalar) {
                    parts.push(part);
                }
            } else {
                self.conditions.push(Condition::NonZero(scalar));
            }
        }
        let inside = self.arena.mul(inside);
        parts.insert(0, inside);
        Some(parts)
    }

    /// The bases of a scalar product that can vanish.
    fn scalar_factors(&mut self, scalar: ExprId) -> Vec<ExprId> {
        let factors = match self.arena.node(scalar).clone() {
            Node::Hadamard(factors) => factors.to_vec(),
            _ => vec![(scalar, self.arena.one())],
        };
        let mut parts = Vec::new();
        for (base, exponent) in factors {
            let negative = self.arena.as_number(exponent).is_none_or(Coeff::is_negative);
            if !negative && !self.never_zero(base) && self.depends(base) {
                parts.push(base);
            }
        }
        parts
    }

    /// Whether a factor is square and invertible wherever the equation has a value.
    fn invertible(&mut self, id: ExprId) -> bool {
        if !self.arena.shape(id).is_matrix() || !self.arena.shape(id).is_square() {
            return false;
        }
        let inverse = match *self.arena.node(id) {
            Node::Power(_, exponent) => self.arena.as_number(exponent).is_some_and(Coeff::is_negative),
            _ => false,
        };
        inverse || crate::positivity::is_definite(self.arena, id)
    }

    /// Whether the sum of the entries is not 0, so that not all of these are.
    fn has_entry(&mut self, id: ExprId) -> bool {
        let sum = self.arena.reduce(Reduction::Sum, id);
        crate::positivity::is_nonzero(self.arena, sum)
    }

    /// Whether a factor is not 0 wherever the equation has a value; so a product of powers by any numbers, whose bases are above 0.
    fn never_zero(&mut self, id: ExprId) -> bool {
        let of = match *self.arena.node(id) {
            Node::Reduce(Reduction::Product, of) => of,
            Node::Indexed { op: BigOp::Product, body, .. } => body,
            _ => return crate::positivity::is_nonzero(self.arena, id),
        };
        let Node::Hadamard(factors) = self.arena.node(of).clone() else { return self.never_zero(of) };
        factors.iter().all(|(base, exponent)| {
            self.arena.as_number(*exponent).is_none() && !self.arena.is_integer_valued(*exponent)
                || self.never_zero(*base)
        })
    }

    /// The equation multiplied by X or Xᵀ from one or both sides, where that leaves an affine one: X is invertible there, as its inverse
    /// stands in the equation.
    fn multiplied(&mut self, expr: ExprId) -> Option<ExprId> {
        let shape = self.arena.shape(self.variable);
        if !shape.is_square() || shape.is_scalar() || self.arena.shape(expr) != shape || !self.has_inverse(expr) {
            return None;
        }
        let x = self.variable;
        let t = self.arena.transpose(x);
        let zero = self.arena.zero(shape);
        let mut sides: Vec<(Option<ExprId>, Option<ExprId>)> = Vec::new();
        for side in [x, t] {
            sides.extend([(Some(side), None), (None, Some(side)), (Some(side), Some(side))]);
        }
        for (left, right) in sides {
            let terms = {
                let whole = expand(self.arena, expr);
                self.arena.terms(whole)
            };
            let mut product = Vec::new();
            for (coeff, term) in terms {
                let factors: Vec<ExprId> = left.into_iter().chain([term]).chain(right).collect();
                product.push((coeff, self.arena.mul(&factors)));
            }
            let product = self.arena.add_terms(product, shape);
            let product = simplify(self.arena, product);
            if let Some(solution) = self.solve_affine(product, zero) {
                return Some(solution);
            }
        }
        None
    }

    fn has_inverse(&self, expr: ExprId) -> bool {
        self.arena.post_order(expr).iter().any(|id| match self.arena.node(*id) {
            Node::Power(base, exponent) => {
                self.depends(*base) && self.arena.as_number(*exponent).is_some_and(Coeff::is_negative)
            }
            _ => false,
        })
    }

    /// The terms of a sum by their powers of a scalar unknown; nothing where one is no power.
    pub(super) fn by_power(&mut self, expr: ExprId) -> Option<Vec<ByPower>> {
        let expanded = expand(self.arena, expr);
        let mut all: Vec<ByPower> = Vec::new();
        for (coeff, term) in self.arena.terms(expanded) {
            let (power, rest) = self.power_of_variable(term)?;
            match all.iter_mut().find(|(p, _)| *p == power) {
                Some((_, list)) => list.push((coeff, rest)),
                None => all.push((power, vec![(coeff, rest)])),
            }
        }
        Some(all)
    }

    /// xᵖ(ax² + bx + c) = 0 in a scalar: x = (−b ± √(b² − 4ac))/(2a).
    fn quadratic(&mut self, expr: ExprId) -> Vec<ExprId> {
        if self.is_of_system || !self.arena.shape(self.variable).is_scalar() || !self.arena.shape(expr).is_scalar() {
            return Vec::new();
        }
        let Some(mut by_power) = self.by_power(expr) else { return Vec::new() };
        by_power.sort_by(|(p, _), (q, _)| if p.sub(q).is_negative() { Less } else { Greater });
        let [(least, c), (middle, b), (most, a)] = &*by_power else { return Vec::new() };
        if middle.sub(least) != Coeff::ONE || most.sub(middle) != Coeff::ONE {
            return Vec::new();
        }
        let least = least.clone();
        let [a, b, c] = [a, b, c].map(|terms| self.arena.add_terms(terms.clone(), crate::expr::Shape::SCALAR));
        let (square, product) = (self.arena.mul(&[b, b]), self.arena.mul(&[a, c]));
        let discriminant =
            self.arena.add_terms(vec![(Coeff::ONE, square), (Coeff::from(-4), product)], crate::expr::Shape::SCALAR);
        let discriminant = simplify(self.arena, discriminant);
        if decided(self.arena, Condition::Positive(discriminant)) == Some(false) && !self.arena.is_zero(discriminant) {
            return Vec::new();
        }
        let Some(half) = Coeff::ratio(1, 2) else { return Vec::new() };
        let is_positive = crate::positivity::is_positive(self.arena, self.variable);
        let (below, twice) = (self.arena.neg(b), self.arena.scale(&Coeff::from(2), a));
        let mut roots = Vec::new();
        if self.arena.is_zero(discriminant) {
            roots.push(self.arena.quotient(below, twice));
        } else {
            let root = self.root_of_number(discriminant).unwrap_or_else(|| self.arena.pow_number(discriminant, &half));
            let opposite = self.arena.neg(product);
            let opposite = simplify(self.arena, opposite);
            // Of roots of opposite signs one is positive.
            let one_is_positive = is_positive && crate::positivity::is_positive(self.arena, opposite);
            let above = !one_is_positive || crate::positivity::is_positive(self.arena, a);
            let minus = self.arena.neg(a);
            let under = !one_is_positive || crate::positivity::is_positive(self.arena, minus);
            for (is_root, term) in [(above || !under, root), (under || !above, self.arena.neg(root))] {
                if is_root {
                    let numerator = self.arena.plus(below, term);
                    roots.push(self.arena.quotient(numerator, twice));
                }
            }
            if one_is_positive && roots.len() == 1 {
                let root = simplify(self.arena, roots[0]);
                self.positive.push(root);
            }
            self.conditions.push(Condition::Positive(discriminant));
        }
        self.conditions.push(Condition::NonZero(a));
        if !least.is_negative() && !least.is_zero() && !is_positive {
            roots.push(self.arena.integer(0));
        }
        roots.into_iter().map(|root| simplify(self.arena, root)).collect()
    }

    /// a∘x + b + c⊘x = 0 in an array above 0, where ac < 0: x = (−b + √(b² − 4ac))⊘(2a), entry by entry.
    fn quadratic_by_entries(&mut self, expr: ExprId) -> Option<ExprId> {
        let shape = self.arena.shape(self.variable);
        if self.is_of_system
            || shape.is_scalar()
            || self.arena.shape(expr) != shape
            || !crate::positivity::is_positive(self.arena, self.variable)
        {
            return None;
        }
        let ones = self.arena.ones(shape);
        let (mut a, mut b, mut c) = (Vec::new(), Vec::new(), Vec::new());
        let expanded = expand(self.arena, expr);
        for (coeff, term) in self.arena.terms(expanded) {
            if !self.depends(term) {
                b.push((coeff, term));
                continue;
            }
            let (scalar, rest) = self.arena.split_scalar(term);
            let (list, factor) = match self.arena.node(rest).clone() {
                _ if rest == self.variable => (&mut a, ones),
                Node::Hadamard(factors) => {
                    let place = factors.iter().position(|(base, _)| *base == self.variable)?;
                    let power = self.arena.as_number(factors[place].1)?.to_i64()?;
                    let mut others = factors.to_vec();
                    others.remove(place);
                    let factor = self.arena.hadamard_powers(&others, shape);
                    match power {
                        1 => (&mut a, factor),
                        -1 => (&mut c, factor),
                        _ => return None,
                    }
                }
                _ => return None,
            };
            if self.depends(scalar) || self.depends(factor) {
                return None;
            }
            list.push((coeff, self.arena.mul(&[scalar, factor])));
        }
        if a.is_empty() || c.is_empty() {
            return None;
        }
        let [a, b, c] = [a, b, c].map(|terms| self.arena.add_terms(terms, shape));
        let (square, product) = (self.arena.hadamard(b, b), self.arena.hadamard(a, c));
        let opposite = self.arena.neg(product);
        let opposite = simplify(self.arena, opposite);
        for positive in [opposite, a] {
            require(self.arena, Condition::Positive(positive), &mut self.conditions)?;
        }
        let inside = self.arena.add_terms(vec![(Coeff::ONE, square), (Coeff::from(4), opposite)], shape);
        let root = self.arena.pow_number(inside, &Coeff::ratio(1, 2)?);
        let numerator = self.arena.minus(root, b);
        let twice = self.arena.scale(&Coeff::from(2), a);
        let solution = self.arena.quotient(numerator, twice);
        let solution = simplify(self.arena, solution);
        self.positive.push(solution);
        Some(solution)
    }

    /// a·xᵖ + b·x^q = 0 in a scalar: x^(q − p) = −a/b.
    fn two_powers(&mut self, expr: ExprId) -> Vec<ExprId> {
        if !self.arena.shape(self.variable).is_scalar() || !self.arena.shape(expr).is_scalar() {
            return Vec::new();
        }
        let Some(by_power) = self.by_power(expr) else { return Vec::new() };
        let [(p, first), (q, second)] = &*by_power else { return Vec::new() };
        let (p, q) = (p.clone(), q.clone());
        let shape = crate::expr::Shape::SCALAR;
        let a = self.arena.add_terms(first.clone(), shape);
        let b = self.arena.add_terms(second.clone(), shape);
        let (low, high, difference) = if q.sub(&p).is_negative() { (b, a, p.sub(&q)) } else { (a, b, q.sub(&p)) };
        let least = if q.sub(&p).is_negative() { q } else { p };
        let ratio = self.arena.quotient(low, high);
        let ratio = self.arena.neg(ratio);
        let ratio = simplify(self.arena, ratio);
        let mut solutions = Vec::new();
        let positive = crate::positivity::is_positive(self.arena, self.variable);
        match difference.to_i64() {
            Some(1) => solutions.push(ratio),
            Some(n) => {
                let Some(exponent) = Coeff::ratio(1, n) else { return Vec::new() };
                if n % 2 != 0 && !positive {
                    solutions.push(self.odd_root(ratio, &exponent));
                } else {
                    let root = self.root(ratio, &exponent);
                    // Where the ratio is 0 so is the unknown, which may be the point of another equation.
                    self.unique &=
                        !self.is_of_system || least.is_negative() || crate::positivity::is_nonzero(self.arena, ratio);
                    self.conditions.push(Condition::Positive(ratio));
                    solutions.push(root);
                    if !positive {
                        solutions.push(self.arena.neg(root));
                    }
                }
            }
            None => {
                let Some(exponent) = difference.recip() else { return Vec::new() };
                self.conditions.push(Condition::Positive(ratio));
                solutions.push(self.arena.pow_number(ratio, &exponent));
            }
        }
        if !least.is_negative() && !least.is_zero() && !positive {
            solutions.push(self.arena.integer(0));
        }
        solutions
    }

    /// The one real root of an odd power, t^(1/n) = sign(t)|t|^(1/n), entry by entry.
    fn odd_root(&mut self, target: ExprId, exponent: &Coeff) -> ExprId {
        let target = simplify(self.arena, target);
        let opposite = self.arena.neg(target);
        if crate::positivity::is_nonnegative(self.arena, target) {
            return self.root(target, exponent);
        }
        if crate::positivity::is_nonnegative(self.arena, opposite) {
            let root = self.root(opposite, exponent);
            return self.arena.neg(root);
        }
        let (sign, size) = (self.arena.elementwise(Func::Sign, target), self.arena.elementwise(Func::Abs, target));
        let root = self.arena.pow_number(size, exponent);
        self.arena.hadamard(sign, root)
    }

    /// The root above 0 of what is above 0, t^(1/n), with those powers in front that have one: (2σ⁶)^(1/6) = 2^(1/6)|σ|, and of s1 that of s.
    fn root(&mut self, target: ExprId, exponent: &Coeff) -> ExprId {
        if Coeff::ratio(1, 2).as_ref() == Some(exponent)
            && let Some(root) = self.root_of_number(target)
        {
            return root;
        }
        if self.arena.as_number(target).is_some() {
            return self.arena.pow_number(target, exponent);
        }
        let (content, primitive) = self.arena.split_content(target);
        if self.arena.is_ones(primitive) {
            let number = self.arena.number(content);
            let root = self.root(number, exponent);
            return self.arena.mul(&[root, primitive]);
        }
        let (scalar, rest) = self.arena.split_scalar(primitive);
        if !self.arena.shape(target).is_scalar() && self.arena.is_ones(rest) {
            let scalar = self.arena.scale(&content, scalar);
            let root = self.root(scalar, exponent);
            return self.arena.mul(&[root, rest]);
        }
        let whole = self.arena.pow_number(target, exponent);
        let Node::Hadamard(factors) = self.arena.node(primitive).clone() else { return whole };
        let shape = self.arena.shape(target);
        let (mut outside, mut inside) = (Vec::new(), Vec::new());
        for (base, power) in factors.iter() {
            let power_of_root = self.arena.as_number(*power).filter(|power| power.is_integer());
            match power_of_root.map(|power| power.mul(exponent)).filter(Coeff::is_integer) {
                Some(left) => {
                    let size = self.arena.elementwise(Func::Abs, *base);
                    outside.push((size, self.arena.number(left)));
                }
                None => inside.push((*base, *power)),
            }
        }
        if outside.is_empty() {
            return whole;
        }
        let inside = self.arena.hadamard_powers(&inside, shape);
        let inside = self.arena.scale(&content, inside);
        let (outside, inside) = (self.arena.hadamard_powers(&outside, shape), self.arena.pow_number(inside, exponent));
        self.arena.hadamard(outside, inside)
    }

    /// The square root of a rational number as a rational multiple of the root of an integer without square factors: √(½) = ½√2.
    fn root_of_number(&mut self, target: ExprId) -> Option<ExprId> {
        let (numerator, denominator) = self.arena.as_number(target)?.to_ratio()?;
        let mut inside = numerator.checked_mul(denominator).filter(|product| *product > 0)?;
        let mut outside = 1;
        for factor in 2..=MOST_FACTOR {
            while inside % (factor * factor) == 0 {
                (inside, outside) = (inside / (factor * factor), outside * factor);
            }
        }
        let number = self.arena.integer(inside);
        let root = self.arena.pow_number(number, &Coeff::ratio(1, 2)?);
        Some(self.arena.scale(&Coeff::ratio(outside, denominator)?, root))
    }

    /// p and c with term = c·xᵖ, c free of x.
    fn power_of_variable(&mut self, term: ExprId) -> Option<(Coeff, ExprId)> {
        if !self.depends(term) {
            return Some((Coeff::ZERO, term));
        }
        if term == self.variable {
            return Some((Coeff::ONE, self.arena.one()));
        }
        let Node::Hadamard(factors) = self.arena.node(term).clone() else { return None };
        let place = factors.iter().position(|(base, _)| *base == self.variable)?;
        let power = self.arena.as_number(factors[place].1)?.clone();
        let rest: Vec<_> = factors.iter().filter(|(base, _)| *base != self.variable).copied().collect();
        let rest = self.arena.hadamard_powers(&rest, crate::expr::Shape::SCALAR);
        (!self.depends(rest)).then_some((power, rest))
    }

    /// c log u − c log v + k = 0 as u − v exp(−k/c) = 0, entry by entry; that u and v are above 0 is asked of the point, as of all of the domain.
    fn without_logarithms(&mut self, expr: ExprId) -> Option<ExprId> {
        let expanded = expand(self.arena, expr);
        let (moving, fixed): (Vec<_>, Vec<_>) =
            self.arena.terms(expanded).into_iter().partition(|(_, term)| self.depends(*term));
        let [(first, u), (second, v)] = moving.as_slice() else { return None };
        let parts = [*u, *v].map(|term| self.logarithm_in(term));
        let [Some((factor, u)), Some((other, v))] = parts else { return None };
        if first.add(second) != Coeff::ZERO || factor != other || self.depends(factor) {
            return None;
        }
        let shape = self.arena.shape(expr);
        let fixed = self.arena.add_terms(fixed, shape);
        let (scale, divisor) = (first.recip()?.neg(), self.arena.recip(factor));
        let fixed = self.arena.mul(&[divisor, fixed]);
        let fixed = self.arena.scale(&scale, fixed);
        let fixed = simplify(self.arena, fixed);
        if !self.arena.is_one(factor) && !self.never_zero(factor) {
            self.conditions.push(Condition::NonZero(factor));
        }
        let growth = self.arena.elementwise(Func::Exp, fixed);
        let right = self.arena.hadamard(v, growth);
        let difference = self.arena.minus(u, right);
        Some(simplify(self.arena, difference))
    }

    /// c and u of c log u.
    fn logarithm_in(&mut self, term: ExprId) -> Option<(ExprId, ExprId)> {
        let (factor, rest) = match self.arena.node(term).clone() {
            Node::Hadamard(factors) if self.arena.shape(term).is_scalar() => {
                let one = self.arena.one();
                let is_logarithm = |base: ExprId| matches!(self.arena.node(base), Node::Elementwise(Func::Log, _));
                let place = factors.iter().position(|(base, power)| *power == one && is_logarithm(*base))?;
                let mut others = factors.to_vec();
                let (logarithm, _) = others.remove(place);
                (self.arena.hadamard_powers(&others, crate::expr::Shape::SCALAR), logarithm)
            }
            Node::Elementwise(..) => (self.arena.one(), term),
            _ => self.arena.split_scalar(term),
        };
        match *self.arena.node(rest) {
            Node::Elementwise(Func::Log, inner) => Some((factor, inner)),
            _ => None,
        }
    }

    /// The X with `expr` = `target`, where one chain of invertible operators leads from X to `expr`.
    fn undo(&mut self, expr: ExprId, target: ExprId, depth: usize) -> Option<ExprId> {
        if depth > MAX_DEPTH {
            return None;
        }
        if expr == self.variable {
            return Some(simplify(self.arena, target));
        }
        if self.arena.shape(expr) == self.arena.shape(self.variable)
            && let Some(solution) = self.solve_affine(expr, target)
        {
            return Some(solution);
        }
        match self.arena.node(expr).clone() {
            Node::Add(terms) => {
                let (moving, fixed): (Vec<_>, Vec<_>) =
                    terms.iter().cloned().partition(|(_, term)| self.depends(*term));
                let [(coeff, term)] = &*moving else { return None };
                let shape = self.arena.shape(expr);
                let fixed = self.arena.add_terms(fixed, shape);
                let rest = self.arena.minus(target, fixed);
                let rest = self.arena.scale(&coeff.recip()?, rest);
                self.undo(*term, rest, depth + 1)
            }
            Node::Transpose(inner) => {
                let target = self.arena.transpose(target);
                self.undo(inner, target, depth + 1)
            }
            Node::Vec(inner) => {
                let shape = self.arena.shape(inner);
                let target = self.arena.unvec(target, shape);
                self.undo(inner, target, depth + 1)
            }
            Node::Power(base, exponent) => {
                let p = self.arena.as_number(exponent)?.clone();
                if p != Coeff::MINUS_ONE {
                    // Roots are unique among positive definite matrices only.
                    if self.structure() != Structure::PositiveDefinite {
                        return None;
                    }
                    self.conditions.push(Condition::Definite(target));
                }
                let inverse = self.arena.number(p.recip()?);
                let target = self.arena.power(target, inverse);
                self.undo(base, target, depth + 1)
            }
            Node::Elementwise(func, inner) => {
                let target = self.undo_function(func, target)?;
                self.undo(inner, target, depth + 1)
            }
            Node::MatrixFunction(func, inner, directions)
                if directions.is_empty() && self.arena.is_symmetric(inner) =>
            {
                let target = match func {
                    MatrixFunction::Expm => {
                        self.conditions.push(Condition::Definite(target));
                        self.arena.matrix_function(MatrixFunction::Logm, target, &[])
                    }
                    MatrixFunction::Logm => self.arena.matrix_function(MatrixFunction::Expm, target, &[]),
                    MatrixFunction::Sqrtm => {
                        self.conditions.push(Condition::Definite(target));
                        let two = self.arena.integer(2);
                        self.arena.power(target, two)
                    }
                    MatrixFunction::User(..) => return None,
                };
                self.undo(inner, target, depth + 1)
            }
            Node::Hadamard(factors) => self.undo_powers(expr, &factors, target, depth),
            Node::Product(factors) => self.undo_product(&factors, target, depth),
            _ => None,
        }
    }

    fn undo_function(&mut self, func: Func, target: ExprId) -> Option<ExprId> {
        if func == Func::Sigmoid {
            // z = log c − log(1 − c)
            let ones = self.arena.ones(self.arena.shape(target));
            let rest = self.arena.minus(ones, target);
            self.conditions.push(Condition::Positive(target));
            self.conditions.push(Condition::Positive(rest));
            let (above, below) = (self.arena.elementwise(Func::Log, target), self.arena.elementwise(Func::Log, rest));
            return Some(self.arena.minus(above, below));
        }
        let Inverse::Whole(inverse) = func.row().inverse else { return None };
        if inverse.row().domain == Domain::Positive {
            self.conditions.push(Condition::Positive(target));
        }
        Some(self.arena.elementwise(inverse, target))
    }

    fn undo_powers(
        &mut self,
        expr: ExprId,
        factors: &[(ExprId, ExprId)],
        target: ExprId,
        depth: usize,
    ) -> Option<ExprId> {
        let shape = self.arena.shape(expr);
        let (moving, fixed): (Vec<_>, Vec<_>) = factors.iter().copied().partition(|(base, _)| self.depends(*base));
        let [(base, exponent)] = *moving else { return None };
        let fixed = self.arena.hadamard_powers(&fixed, shape);
        let target = self.arena.quotient(target, fixed);
        let p = self.arena.as_number(exponent)?.clone();
        let inverse = p.recip()?;
        if p != Coeff::ONE && p != Coeff::MINUS_ONE {
            // Of an even power the root above 0 is the only one where the base cannot be below 0.
            let odd = p.to_i64().is_some_and(|p| p % 2 != 0);
            if p.is_integer() && !odd && !crate::positivity::is_positive(self.arena, base) {
                return None;
            }
            if odd && !p.is_negative() && !crate::positivity::is_positive(self.arena, base) {
                let target = self.odd_root(target, &inverse);
                return self.undo(base, target, depth + 1);
            }
            self.unique &= !odd || crate::positivity::is_positive(self.arena, base);
            self.conditions.push(Condition::Positive(target));
        }
        let target = self.arena.pow_number(target, &inverse);
        self.undo(base, target, depth + 1)
    }

    fn undo_product(&mut self, factors: &[ExprId], target: ExprId, depth: usize) -> Option<ExprId> {
        let places: Vec<usize> = (0..factors.len()).filter(|at| self.depends(factors[*at])).collect();
        let [place] = *places else { return None };
        let moving = factors[place];
        if self.arena.shape(moving).is_scalar() {
            return None;
        }
        let mut target = target;
        for factor in &factors[..place] {
            let shape = self.arena.shape(*factor);
            if shape.is_scalar() {
                target = {
                    let inverse = self.arena.recip(*factor);
                    self.arena.mul(&[inverse, target])
                };
            } else if shape.is_square() {
                let inverse = self.arena.inverse(*factor);
                target = self.arena.mul(&[inverse, target]);
            } else {
                return None;
            }
        }
        for factor in factors[place + 1..].iter().rev() {
            if !self.arena.shape(*factor).is_square() {
                return None;
            }
            let inverse = self.arena.inverse(*factor);
            target = self.arena.mul(&[target, inverse]);
        }
        self.undo(moving, target, depth + 1)
    }
}
