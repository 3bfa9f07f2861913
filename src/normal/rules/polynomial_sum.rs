//! Sums of polynomials in the index in closed form: Σᵢ₌ₗᵘ Σₖ cₖiᵏ = Σₖ cₖ(Fₖ(u) − Fₖ(l − 1)) with Fₖ(n) = Σᵢ₌₁ⁿ iᵏ, which is a polynomial in n
//! (Faulhaber; Graham, Knuth & Patashnik 1994, §6.5).

use crate::expr::{Arena, BigOp, ExprId, IndexId, Node, Norm, Shape};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[Identity {
    id: "sum-of-polynomial",
    says: "Σᵢ₌₁ⁿ i = ½n(n + 1), Σᵢ₌₁ⁿ i² = n(n + 1)(2n + 1)/6 and so on: sums of polynomials in the index, between numbers or from a number to a size",
    example: "sum_{k=1}^n k x",
    declare: "x: scalar",
    want: "½nx(n + 1)",
    rule: Rule::Over(Head::Indexed, closed),
}];

/// The highest degree between bounds that are numbers.
const MAX_DEGREE: usize = 64;
/// The highest degree otherwise, where the closed form grows with it.
const MAX_SYMBOLIC_DEGREE: usize = 4;
/// Most nodes of a body that are looked at.
const MAX_NODES: usize = 200;

/// The coefficients of a polynomial in an index, from the constant one on.
type Polynomial = Vec<ExprId>;

/// Σᵢ₌ₗᵘ p(i)
fn closed(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Indexed { op: BigOp::Sum, index, lower, upper, body } = *node else { return None };
    if !arena.depends_on_index(body, index) {
        return None;
    }
    let first = arena.as_number(lower).filter(|number| number.is_integer())?.clone();
    let last = arena.as_number(upper).cloned();
    let most = if last.is_some() { MAX_DEGREE } else { MAX_SYMBOLIC_DEGREE };
    // Below a sum of no terms the polynomial goes on.
    let before = arena.number(first.sub(&Coeff::ONE));
    let count = arena.minus(upper, before);
    if !arena.is_nonnegative(count) {
        return None;
    }
    let coefficients = Search { index, most, left: MAX_NODES }.polynomial(arena, body)?;
    let shape = arena.shape(body);
    let mut terms = Vec::new();
    for (power, coefficient) in coefficients.iter().enumerate() {
        if arena.is_zero(*coefficient) {
            continue;
        }
        let sums = power_sum(power);
        let from = arena.number(value(&sums, &first.sub(&Coeff::ONE)));
        let to = match &last {
            Some(last) => arena.number(value(&sums, last)),
            None => in_factors(arena, sums, upper),
        };
        let sum = arena.minus(to, from);
        terms.push(if arena.shape(*coefficient).is_scalar() {
            arena.hadamard(*coefficient, sum)
        } else {
            arena.mul(&[sum, *coefficient])
        });
    }
    Some(arena.sum_of(&terms, shape))
}

/// What of a body is looked at.
struct Search {
    index: IndexId,
    most: usize,
    left: usize,
}

impl Search {
    /// An expression as a polynomial in the index; `None` where it is none, or of a high degree.
    fn polynomial(&mut self, arena: &mut Arena, id: ExprId) -> Option<Polynomial> {
        if !arena.depends_on_index(id, self.index) {
            return Some(vec![id]);
        }
        self.left = self.left.checked_sub(1)?;
        match arena.node(id).clone() {
            Node::Index(_) => Some(vec![arena.integer(0), arena.one()]),
            Node::Add(terms) => {
                let shape = arena.shape(id);
                let mut sum: Polynomial = Vec::new();
                for (coeff, term) in terms.iter() {
                    for (power, part) in self.polynomial(arena, *term)?.into_iter().enumerate() {
                        let part = arena.scale(coeff, part);
                        match sum.get_mut(power) {
                            Some(known) => *known = arena.plus(*known, part),
                            None => {
                                sum.resize(power, arena.zero(shape));
                                sum.push(part);
                            }
                        }
                    }
                }
                Some(sum)
            }
            Node::Product(factors) => {
                let mut product = self.polynomial(arena, factors[0])?;
                for factor in &factors[1..] {
                    let factor = self.polynomial(arena, *factor)?;
                    product = self.times(arena, &product, &factor, |arena, left, right| arena.mul(&[left, right]))?;
                }
                Some(product)
            }
            Node::Hadamard(factors) => {
                let mut product = vec![arena.ones(arena.shape(id))];
                for (base, exponent) in factors.iter() {
                    let power = arena.as_number(*exponent).and_then(Coeff::to_i64)?;
                    let power = usize::try_from(power).ok().filter(|power| *power <= self.most)?;
                    let (base, power) = self.squared(arena, *base, power)?;
                    for _ in 0..power {
                        product = self.times(arena, &product, &base, Arena::hadamard)?;
                    }
                }
                Some(product)
            }
            Node::Transpose(inner) => {
                let inner = self.polynomial(arena, inner)?;
                Some(inner.into_iter().map(|coefficient| arena.transpose(coefficient)).collect())
            }
            _ => None,
        }
    }

    /// The base of a power and its exponent, ‖x‖² as xᵀx.
    fn squared(&mut self, arena: &mut Arena, base: ExprId, power: usize) -> Option<(Polynomial, usize)> {
        match *arena.node(base) {
            Node::Norm(Norm::Frobenius, inner) if power.is_multiple_of(2) && arena.shape(inner).is_column() => {
                let column = self.polynomial(arena, inner)?;
                Some((self.times(arena, &column, &column, Arena::inner)?, power / 2))
            }
            _ => Some((self.polynomial(arena, base)?, power)),
        }
    }

    fn times(
        &self,
        arena: &mut Arena,
        left: &Polynomial,
        right: &Polynomial,
        product: impl Fn(&mut Arena, ExprId, ExprId) -> ExprId,
    ) -> Option<Polynomial> {
        let mut all: Polynomial = Vec::new();
        if left.len() + right.len() > self.most + 2 {
            return None;
        }
        for power in 0..left.len() + right.len() - 1 {
            let mut parts = Vec::new();
            for (place, part) in left.iter().enumerate() {
                if let Some(other) = power.checked_sub(place).and_then(|other| right.get(other)) {
                    parts.push(product(arena, *part, *other));
                }
            }
            let shape = arena.shape(*parts.first()?);
            all.push(arena.sum_of(&parts, shape));
        }
        Some(all)
    }
}

/// The coefficients of Fₖ, by (n + 1)ᵏ⁺¹ − 1 = Σⱼ (k + 1 over j) Fⱼ(n).
fn power_sum(power: usize) -> Vec<Coeff> {
    let mut known: Vec<Vec<Coeff>> = Vec::new();
    for k in 0..=power {
        let row = binomials(k + 1);
        let mut sum = row.clone();
        sum[0] = Coeff::ZERO;
        for (lower, times) in known.iter().zip(&row) {
            for (place, coeff) in lower.iter().enumerate() {
                sum[place] = sum[place].sub(&coeff.mul(times));
            }
        }
        let part = row[k].recip().unwrap_or(Coeff::ONE);
        known.push(sum.iter().map(|coeff| coeff.mul(&part)).collect());
    }
    known.pop().unwrap_or_default()
}

/// A row of Pascal's triangle.
fn binomials(n: usize) -> Vec<Coeff> {
    let mut row = vec![Coeff::ONE];
    for _ in 0..n {
        let mut next = vec![Coeff::ONE];
        next.extend(row.windows(2).map(|pair| pair[0].add(&pair[1])));
        next.push(Coeff::ONE);
        row = next;
    }
    row
}

/// The value of a polynomial.
fn value(coefficients: &[Coeff], at: &Coeff) -> Coeff {
    coefficients.iter().rev().fold(Coeff::ZERO, |sum, coeff| sum.mul(at).add(coeff))
}

/// Fₖ(n) with its factors n, n + 1 and 2n + 1 apart.
fn in_factors(arena: &mut Arena, mut rest: Vec<Coeff>, n: ExprId) -> ExprId {
    let half = Coeff::ratio(-1, 2).unwrap_or(Coeff::ZERO);
    let mut factors = Vec::new();
    for root in [Coeff::ZERO, Coeff::MINUS_ONE, half, Coeff::ZERO, Coeff::MINUS_ONE] {
        if rest.len() > 1 && value(&rest, &root).is_zero() {
            // Horner's rule leaves the quotient.
            let mut quotient = vec![Coeff::ZERO; rest.len() - 1];
            let mut carry = Coeff::ZERO;
            for place in (0..quotient.len()).rev() {
                carry = carry.mul(&root).add(&rest[place + 1]);
                quotient[place] = carry.clone();
            }
            rest = quotient;
            let shift = arena.number(root.neg());
            let factor = arena.plus(n, shift);
            arena.remember_written(&[n, shift], factor);
            factors.push(factor);
        }
    }
    let mut terms = Vec::new();
    for (power, coeff) in rest.iter().enumerate() {
        let exponent = arena.integer(i64::try_from(power).unwrap_or(i64::MAX));
        terms.push((coeff.clone(), arena.pow(n, exponent)));
    }
    let written: Vec<ExprId> = terms.iter().rev().map(|(_, term)| *term).collect();
    let quotient = arena.add_terms(terms, Shape::SCALAR);
    arena.remember_written(&written, quotient);
    factors.push(quotient);
    arena.mul(&factors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_powers() {
        for power in 0..12 {
            let polynomial = power_sum(power);
            let mut sum = Coeff::ZERO;
            for n in 1..20 {
                let term = Coeff::integer(n).pow(i64::try_from(power).unwrap(), 1 << 12).unwrap();
                sum = sum.add(&term);
                assert_eq!(value(&polynomial, &Coeff::integer(n)), sum, "{power} {n}");
            }
        }
    }
}
