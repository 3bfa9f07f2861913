//! The size of what is printed, in symbols: the one measure that decides between forms.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, ExprId, Func, Node, Norm};
use crate::number::Coeff;

/// Costs of nodes that were asked for, each computed once.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    known: FxHashMap<ExprId, u64>,
    /// Sums with the factored form found.
    factored: FxHashMap<ExprId, ExprId>,
    /// How many more sums may be factored for the sake of the present one.
    factorings: usize,
}

/// The number of symbols in the written-out form of an expression.
#[must_use]
pub fn cost(arena: &Arena, id: ExprId) -> u64 {
    Costs::default().of(arena, id)
}

impl Costs {
    /// The number of symbols in the written-out form (saturating; shared parts count each time they are written).
    pub fn of(&mut self, arena: &Arena, root: ExprId) -> u64 {
        if let Some(cost) = self.known.get(&root) {
            return *cost;
        }
        let mut stack = vec![root];
        while let Some(id) = stack.last().copied() {
            if self.known.contains_key(&id) {
                stack.pop();
                continue;
            }
            let before = stack.len();
            arena.node(id).for_each_child(|child| {
                if !self.known.contains_key(&child) {
                    stack.push(child);
                }
            });
            if stack.len() == before {
                stack.pop();
                let cost = self.node(arena, id);
                self.known.insert(id, cost);
            }
        }
        self.known.get(&root).copied().unwrap_or(0)
    }

    /// Grants that many factorings for the sake of one sum.
    pub(super) fn grant_factorings(&mut self, count: usize) {
        self.factorings = count;
    }

    /// Whether one more sum may be factored, which counts as so many.
    pub(super) fn spend_factorings(&mut self, count: usize) -> bool {
        let is_granted = self.factorings >= count;
        self.factorings = self.factorings.saturating_sub(count);
        is_granted
    }

    pub(super) fn factored(&self, sum: ExprId) -> Option<ExprId> {
        self.factored.get(&sum).copied()
    }

    pub(super) fn note_factored(&mut self, sum: ExprId, form: ExprId) {
        self.factored.insert(sum, form);
    }

    fn get(&self, id: ExprId) -> u64 {
        self.known.get(&id).copied().unwrap_or(0)
    }

    /// The cost where a sum needs brackets.
    fn factor(&self, arena: &Arena, id: ExprId) -> u64 {
        let brackets = match arena.node(id) {
            Node::Add(terms) if terms.len() > 1 => 1,
            _ => 0,
        };
        self.get(id).saturating_add(brackets)
    }

    fn node(&self, arena: &Arena, id: ExprId) -> u64 {
        let sum = |ids: &[ExprId]| ids.iter().fold(0u64, |total, id| total.saturating_add(self.get(*id)));
        match arena.node(id) {
            Node::Number(value) => number(arena, value),
            Node::Pi
            | Node::Size(_)
            | Node::Index(_)
            | Node::Symbol(_)
            | Node::Identity(_)
            | Node::Commutation(_)
            | Node::Selection(..)
            | Node::Ones(_)
            | Node::Zeros(_) => 1,
            Node::Differential(..) | Node::Basis(..) => 2,
            Node::Member(_, index) => self.get(*index).saturating_add(1),
            Node::Literal(_, entries) => sum(entries).saturating_add(entries.len() as u64 + 1),
            Node::Add(terms) => match arena.as_squared_secant(terms) {
                // One function, sec²x, in other letters.
                Some(inner) => self.get(inner).saturating_add(5),
                None => self.sum(arena, terms),
            },
            Node::Product(factors) => {
                let mut total = 0u64;
                for factor in factors.iter() {
                    total = total.saturating_add(self.factor(arena, *factor));
                }
                total
            }
            Node::Hadamard(factors) => self.hadamard(arena, id, factors),
            Node::Kron(left, right) => {
                self.factor(arena, *left).saturating_add(self.factor(arena, *right)).saturating_add(1)
            }
            Node::Transpose(inner) => self.factor(arena, *inner).saturating_add(1),
            Node::Power(base, exponent) => {
                let transposed = u64::from(
                    matches!(arena.node(*base), Node::Transpose(_))
                        && arena.as_number(*exponent) != Some(&Coeff::MINUS_ONE),
                ) * 2;
                self.factor(arena, *base).saturating_add(self.get(*exponent)).saturating_add(transposed)
            }
            Node::Entry(of, row, col) => self
                .factor(arena, *of)
                .saturating_add(self.get(*row))
                .saturating_add(if arena.shape(*of).is_column() { 0 } else { self.get(*col) }),
            Node::Indexed { lower, upper, body, .. } => {
                let bounds = if arena.is_one(*lower) { 0 } else { self.get(*lower).saturating_add(self.get(*upper)) };
                self.factor(arena, *body).saturating_add(2).saturating_add(bounds)
            }
            Node::Choose(condition, then, otherwise) => sum(&[*condition, *then, *otherwise]).saturating_add(2),
            Node::Elementwise(func, inner) => self.get(*inner).saturating_add(match func {
                Func::Sigmoid | Func::Abs => 3,
                _ => 4,
            }),
            Node::MatrixFunction(_, inner, directions) => {
                self.get(*inner).saturating_add(sum(directions)).saturating_add(4 + directions.len() as u64)
            }
            Node::Map(_, inner, place) => self.get(*inner).saturating_add(sum(place)).saturating_add(4),
            Node::Norm(norm, inner) => self.get(*inner).saturating_add(match norm {
                Norm::Frobenius if !arena.shape(*inner).is_matrix() => 2,
                Norm::P(p) => 2u64.saturating_add(self.get(*p)),
                _ => 3,
            }),
            Node::Trace(inner)
            | Node::Det(inner)
            | Node::Reduce(_, inner)
            | Node::Spectral(_, inner)
            | Node::Apply(_, inner)
            | Node::Diag(inner)
            | Node::DiagPart(inner)
            | Node::Hat(inner)
            | Node::Axial(inner)
            | Node::Vec(inner)
            | Node::Unvec(inner, _)
            | Node::Pinv(inner)
            | Node::Pending(inner, _) => self.get(*inner).saturating_add(4),
            Node::Ranked(_, inner, place) => self.get(*inner).saturating_add(self.get(*place)).saturating_add(4),
            Node::Factorial(inner) => self.get(*inner).saturating_add(1),
        }
    }

    fn sum(&self, arena: &Arena, terms: &[(Coeff, ExprId)]) -> u64 {
        // A common factor of the coefficients is printed once, in front of a bracket.
        let content = arena.content(terms);
        let inverse = content.recip().unwrap_or(Coeff::ONE);
        let mut total = terms.len() as u64 - 1;
        if !content.is_one() && terms.len() > 1 {
            total += number(arena, &content) + 1;
        }
        let mut leading_minus = true;
        for (coeff, term) in terms {
            let coeff = if terms.len() > 1 { coeff.mul(&inverse) } else { coeff.clone() };
            leading_minus &= coeff.is_negative();
            let magnitude = coeff.abs();
            if !magnitude.is_one() {
                total = total.saturating_add(number(arena, &magnitude));
                total = total.saturating_add(self.factor(arena, *term));
            } else {
                total = total.saturating_add(self.get(*term));
            }
        }
        // −L(z − x) is printed as L(x − z).
        let is_absorbed = matches!(terms, [(_, term)] if has_difference(arena, *term));
        total + u64::from(leading_minus && !is_absorbed)
    }

    fn hadamard(&self, arena: &Arena, id: ExprId, factors: &[(ExprId, ExprId)]) -> u64 {
        let scalar = arena.shape(id).is_scalar();
        let mut total = if scalar { 0 } else { factors.len() as u64 - 1 };
        let mut below = 0u64;
        for (base, exponent) in factors {
            let negative = arena.is_negative_throughout(*exponent);
            let one = match arena.as_number(*exponent) {
                Some(p) => p.abs().is_one(),
                None => false,
            };
            if negative {
                below += 1;
            }
            total = total.saturating_add(self.factor(arena, *base));
            if !one {
                total = total.saturating_add(self.get(*exponent).saturating_sub(u64::from(negative)));
            }
        }
        // A fraction bar, and brackets around a denominator of several factors.
        total.saturating_add(match below {
            0 => 0,
            1 => 1,
            _ => 3,
        })
    }
}

/// Whether a difference of two is among the factors of a product of matrices.
fn has_difference(arena: &Arena, id: ExprId) -> bool {
    let Node::Product(factors) = arena.node(id) else { return false };
    factors.iter().any(|factor| matches!(arena.node(*factor), Node::Add(terms) if terms.len() == 2))
}

fn number(arena: &Arena, value: &Coeff) -> u64 {
    let (numerator, denominator) = value.parts();
    let digits = |n: &num_bigint::BigInt| n.to_string().trim_start_matches('-').len() as u64;
    let sign = u64::from(value.is_negative());
    if value.is_integer() {
        return sign + if value.abs().is_one() { 1 } else { digits(&numerator) };
    }
    if digits(&numerator) == 1 && digits(&denominator) == 1 {
        return sign + 1;
    }
    let fraction = digits(&numerator) + digits(&denominator) + 1;
    let decimal = |value: &Coeff| value.decimal().map(|(decimal, _)| digits(&decimal) + 1);
    let as_decimal = if arena.keeps_decimals() { decimal(value) } else { None };
    let below = if arena.keeps_decimals() { value.recip().and_then(|below| decimal(&below)) } else { None };
    sign + as_decimal.or(below.map(|below| below + 1)).map_or(fraction, |shorter| shorter.min(fraction))
}
