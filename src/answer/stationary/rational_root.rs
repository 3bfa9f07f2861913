//! Roots of polynomials with rational coefficients: rational ones are the quotients of divisors of the first and the last coefficient, and are
//! divided out; of what is left a quadratic is solved.

use super::equation::Equation;
use crate::expr::{ExprId, Shape};
use crate::number::Coeff;

/// Polynomials of higher degree are not looked at.
const MOST_DEGREE: i64 = 12;
/// Numbers that are above this when all denominators are multiplied away are not factored.
const MOST_SIZE: i64 = 1_000_000_000;
/// Candidates that are tried at most.
const MOST_CANDIDATES: usize = 2_000;

impl Equation<'_> {
    /// The real roots of a polynomial in a number of degree 3 and above, times a power of it; nothing where it has no rational one. What is
    /// left of it and was not solved stands with the other factors.
    pub(super) fn rational_roots(&mut self, expr: ExprId) -> Vec<ExprId> {
        if !self.arena.shape(self.variable).is_scalar() || !self.arena.shape(expr).is_scalar() {
            return Vec::new();
        }
        let Some((least, coefficients)) = self.polynomial(expr) else { return Vec::new() };
        let mut rest = coefficients;
        let mut roots: Vec<Coeff> = Vec::new();
        while rest.len() > 3 {
            let Some(root) = rational_root(&rest) else { break };
            rest = divided(&rest, &root);
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        if roots.is_empty() {
            return Vec::new();
        }
        let is_positive = crate::positivity::is_positive(self.arena, self.variable);
        if least > 0 {
            roots.push(Coeff::ZERO);
        }
        roots.retain(|root| !is_positive || !root.is_negative() && !root.is_zero());
        roots.sort_by(|one, other| one.to_f64().total_cmp(&other.to_f64()));
        let mut found: Vec<ExprId> = roots.into_iter().map(|root| self.arena.number(root)).collect();
        let rest = self.written(&rest);
        if self.depends(rest) && !crate::positivity::is_nonzero(self.arena, rest) {
            let others = self.solve_zero(rest, 1);
            if others.is_empty() && !self.has_no_root(rest) {
                self.others.push(rest);
            }
            found.extend(others.into_iter().filter(|other| !found.contains(other)).collect::<Vec<_>>());
        }
        found
    }

    /// The least power and the coefficients from there on; nothing where these are no rational numbers.
    fn polynomial(&mut self, expr: ExprId) -> Option<(i64, Vec<Coeff>)> {
        let by_power = self.by_power(expr)?;
        let mut powers = Vec::new();
        for (power, terms) in by_power {
            let mut sum = Coeff::ZERO;
            for (coeff, rest) in terms {
                sum = sum.add(&coeff.mul(self.arena.as_number(rest)?));
            }
            if !sum.is_zero() {
                powers.push((power.to_i64()?, sum));
            }
        }
        let least = powers.iter().map(|(power, _)| *power).min()?;
        let degree = powers.iter().map(|(power, _)| power.saturating_sub(least)).max()?;
        if !(3..=MOST_DEGREE).contains(&degree) {
            return None;
        }
        let of = |at: i64| powers.iter().find(|(power, _)| *power == least + at);
        Some((least, (0..=degree).map(|at| of(at).map_or(Coeff::ZERO, |(_, sum)| sum.clone())).collect()))
    }

    fn written(&mut self, coefficients: &[Coeff]) -> ExprId {
        let mut terms = Vec::new();
        for (power, coefficient) in (0..).zip(coefficients) {
            terms.push((coefficient.clone(), self.arena.pow_number(self.variable, &Coeff::integer(power))));
        }
        self.arena.add_terms(terms, Shape::SCALAR)
    }

    /// Whether a quadratic with rational coefficients is nowhere 0, by its discriminant.
    fn has_no_root(&mut self, expr: ExprId) -> bool {
        let Some(by_power) = self.by_power(expr) else { return false };
        let of = |at: i64| {
            let terms = by_power.iter().find(|(power, _)| power.to_i64() == Some(at)).map(|(_, terms)| terms.clone());
            terms.unwrap_or_default().into_iter().fold(Coeff::ZERO, |sum, (coeff, rest)| {
                sum.add(&coeff.mul(self.arena.as_number(rest).unwrap_or(&Coeff::ZERO)))
            })
        };
        let [c, b, a] = [of(0), of(1), of(2)];
        let is_quadratic = by_power.iter().all(|(power, _)| power.to_i64().is_some_and(|at| (0..=2).contains(&at)));
        is_quadratic && b.mul(&b).sub(&Coeff::from(4).mul(&a).mul(&c)).is_negative()
    }
}

/// A rational root of a polynomial with a constant term, coefficients from that on.
fn rational_root(coefficients: &[Coeff]) -> Option<Coeff> {
    let ratios: Vec<(i64, i64)> = coefficients.iter().map(Coeff::to_ratio).collect::<Option<_>>()?;
    let mut common = 1_i64;
    for (_, denominator) in &ratios {
        common = common.checked_mul(denominator / gcd(common, *denominator))?;
    }
    let integers: Vec<i64> = ratios
        .iter()
        .map(|(numerator, denominator)| numerator.checked_mul(common / denominator))
        .collect::<Option<_>>()?;
    let (first, last) = (integers.first()?.checked_abs()?, integers.last()?.checked_abs()?);
    let (above, below) = (divisors(first)?, divisors(last)?);
    let candidates = above.iter().flat_map(|p| below.iter().flat_map(move |q| [(*p, *q), (-*p, *q)]));
    for (p, q) in candidates.filter(|(p, q)| gcd(p.abs(), *q) == 1).take(MOST_CANDIDATES) {
        let candidate = Coeff::ratio(p, q)?;
        if coefficients.iter().rev().fold(Coeff::ZERO, |sum, one| sum.mul(&candidate).add(one)).is_zero() {
            return Some(candidate);
        }
    }
    None
}

/// The polynomial over x − root, coefficients from the constant one on, by Horner's rule.
fn divided(coefficients: &[Coeff], root: &Coeff) -> Vec<Coeff> {
    let mut quotient: Vec<Coeff> = coefficients
        .iter()
        .rev()
        .scan(Coeff::ZERO, |sum, one| {
            *sum = sum.mul(root).add(one);
            Some(sum.clone())
        })
        .collect();
    quotient.pop();
    quotient.reverse();
    quotient
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The divisors of a number from 1 on.
fn divisors(number: i64) -> Option<Vec<i64>> {
    if number <= 0 || number > MOST_SIZE {
        return None;
    }
    let small: Vec<i64> = (1..).take_while(|d| d * d <= number).filter(|d| number % d == 0).collect();
    let large: Vec<i64> = small.iter().rev().map(|d| number / d).filter(|d| !small.contains(d)).collect();
    Some([small, large].concat())
}
