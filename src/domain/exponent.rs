//! The least that an exponent made of integers can be where it stands: integer symbols and sizes are at least 1, an index is at least the
//! lower end of its range, and where k stands before a power it is not 0 there.
//!
//! So k(k − 1)x^(k − 2) has a value at x = 0, and x^(k − 2) by itself has none for k = 1.

use crate::expr::{Arena, ExprId, IndexId, Node};
use crate::number::Coeff;

/// What is known of integers where an expression stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// Indices with the ends of their ranges, the outermost first.
    ranges: Vec<(IndexId, ExprId, ExprId)>,
    /// Values that an integer does not have, as a factor would be 0.
    excluded: Vec<(ExprId, Coeff)>,
}

/// The contexts of an expression, each once.
pub(super) struct Contexts(Vec<Context>);

impl Contexts {
    pub(super) fn new() -> Self {
        Self(vec![Context::default()])
    }

    pub(super) fn get(&self, place: usize) -> &Context {
        &self.0[place]
    }

    /// The context of the operands of a node that stands in a context.
    pub(super) fn inside(&mut self, arena: &mut Arena, id: ExprId, outside: usize) -> usize {
        let mut context = self.0[outside].clone();
        match arena.node(id).clone() {
            Node::Indexed { index, lower, upper, .. } => {
                let (lower, upper) = (arena.normalize(lower), arena.normalize(upper));
                context.ranges.push((index, lower, upper));
            }
            Node::Product(factors) => {
                for factor in
                    factors.iter().filter(|factor| arena.shape(**factor).is_scalar()).copied().collect::<Vec<_>>()
                {
                    context.exclude(arena, factor);
                }
            }
            Node::Hadamard(_) if arena.shape(id).is_scalar() => context.exclude(arena, id),
            _ => return outside,
        }
        if let Some(known) = self.0.iter().position(|other| *other == context) {
            return known;
        }
        self.0.push(context);
        self.0.len() - 1
    }
}

impl Context {
    /// Notes where a scalar that is multiplied with is 0.
    fn exclude(&mut self, arena: &mut Arena, scalar: ExprId) {
        let factors = match arena.node(scalar) {
            Node::Hadamard(factors) => factors.to_vec(),
            _ => vec![(scalar, Arena::ONE)],
        };
        for (base, exponent) in factors {
            let (base, exponent) = (arena.normalize(base), arena.normalize(exponent));
            if arena.as_number(exponent).is_none_or(Coeff::is_negative) || !arena.is_integer_valued(base) {
                continue;
            }
            let terms = arena.terms(base);
            let moving: Vec<_> = terms.iter().filter(|(_, term)| !arena.is_one(*term)).collect();
            let constant = terms.iter().find(|(_, term)| arena.is_one(*term)).map_or(Coeff::ZERO, |(c, _)| c.clone());
            if let [(coeff, term)] = &*moving
                && let Some(scale) = coeff.recip()
            {
                self.excluded.push((*term, constant.neg().mul(&scale)));
            }
        }
    }

    /// The least of this and what follows it that an integer may be.
    fn from(&self, integer: ExprId, mut least: Coeff) -> Coeff {
        while self.excluded.iter().any(|(other, value)| *other == integer && *value == least) {
            least = least.add(&Coeff::ONE);
        }
        least
    }

    /// Whether an exponent of integers is below 0 for some of their values.
    pub(super) fn may_be_negative(&self, arena: &mut Arena, exponent: ExprId) -> bool {
        arena.is_integer_valued(exponent) && self.least(arena, exponent).is_none_or(|least| least.is_negative())
    }

    /// Whether what is made of integers is not 0 for any of their values.
    pub(super) fn is_nonzero_integer(&self, arena: &mut Arena, id: ExprId) -> bool {
        if arena.as_number(id).is_some() || !arena.is_integer_valued(id) {
            return false;
        }
        // k² is 0 where k is.
        if let Node::Hadamard(factors) = arena.node(id).clone() {
            return factors.iter().all(|(base, _)| self.is_nonzero_integer(arena, *base));
        }
        let is_positive = |least: Option<Coeff>| least.is_some_and(|least| !least.is_zero() && !least.is_negative());
        let negative = arena.neg(id);
        is_positive(self.least(arena, id)) || is_positive(self.least(arena, negative))
    }

    /// The least that it can be; `None` where no bound is known.
    fn least(&self, arena: &mut Arena, exponent: ExprId) -> Option<Coeff> {
        let mut sum = exponent;
        // The ends of a range are made of indices further out.
        for (index, lower, upper) in self.ranges.iter().rev() {
            let at = arena.index(*index);
            let terms = arena.terms(sum);
            let Some((coeff, _)) = terms.iter().find(|(_, term)| *term == at) else { continue };
            let end = if coeff.is_negative() { *upper } else { *lower };
            let end = match arena.as_number(end).cloned() {
                Some(number) if !coeff.is_negative() => {
                    let least = self.from(at, number);
                    arena.number(least)
                }
                _ => end,
            };
            sum = arena.substitute_index(sum, *index, end);
        }
        let mut least = Coeff::ZERO;
        for (coeff, term) in arena.terms(sum) {
            let part = match arena.node(term) {
                Node::Number(number) => number.clone(),
                Node::Symbol(_) | Node::Size(_) if !coeff.is_negative() => self.from(term, Coeff::ONE),
                // An index that nothing binds here is that of a member.
                Node::Index(index) if !coeff.is_negative() => {
                    let (lower, _) = arena.range(*index)?;
                    let lower = arena.as_number(lower).cloned()?;
                    self.from(term, lower)
                }
                // Products of integers from 1 on.
                Node::Hadamard(_) if !coeff.is_negative() && is_from_one(arena, term) => Coeff::ONE,
                _ => return None,
            };
            least = least.add(&coeff.mul(&part));
        }
        Some(least)
    }
}

/// Whether it is a product of integers that are at least 1.
fn is_from_one(arena: &Arena, id: ExprId) -> bool {
    match arena.node(id) {
        Node::Hadamard(factors) => factors.iter().all(|(base, exponent)| {
            matches!(arena.node(*base), Node::Symbol(_) | Node::Size(_))
                && arena.as_number(*exponent).is_some_and(|p| p.is_integer() && !p.is_negative())
        }),
        _ => false,
    }
}

/// Whether a node is a power that integers decide about: by its exponent, or as they are divided by.
pub(super) fn is_power_of_integers(arena: &Arena, id: ExprId) -> bool {
    let is_symbolic = |exponent: ExprId| arena.as_number(exponent).is_none();
    match arena.node(id) {
        Node::Power(_, exponent) => is_symbolic(*exponent),
        Node::Hadamard(factors) => factors.iter().any(|(base, exponent)| {
            is_symbolic(*exponent)
                || arena.as_number(*base).is_none()
                    && arena.is_integer_valued(*base)
                    && arena.as_number(*exponent).is_some_and(Coeff::is_negative)
        }),
        _ => false,
    }
}
