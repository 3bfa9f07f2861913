//! Operators of an input that have no value whatever its symbols are: 0/(x − x), (−8)^(1/3), log(−x²), the inverse of uvᵀ.
//!
//! Other than in the table of domains the ends of a domain belong to it here: √0 and asin(1) have values.

use std::cmp::Ordering;

use super::decide::{is_odd_multiple_of_right_angle, sign_of_constant};
use super::exponent::Context;
use crate::catalog::entrywise::Domain;
use crate::expr::{Arena, ExprId, MatrixFunction, Node};
use crate::number::Coeff;
use crate::positivity::Prover;

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is divided by, and is 0.
    Zero,
    /// A matrix that is inverted is singular.
    Singular,
    /// A root, or a power with an exponent that is no integer, is taken of what is below 0.
    Negative,
    /// A power with an exponent that may be any number is taken of what is not above 0.
    NotPositive,
    /// A function has no value where its argument is.
    Outside,
}

/// An operand for which its operator has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nowhere {
    /// The operand as it was written.
    pub operand: ExprId,
    /// The operator as it was written.
    pub operator: ExprId,
    /// What is wrong with it.
    pub reason: Reason,
}

/// The first operator below an expression as it was written that never has a value.
#[must_use]
pub fn without_value(arena: &mut Arena, root: ExprId) -> Option<Nowhere> {
    let open: Vec<(ExprId, Need)> = {
        let order = arena.post_order(root);
        order.into_iter().flat_map(|id| needs(arena, id).into_iter().map(move |need| (id, need))).collect()
    };
    if open.is_empty() {
        return None;
    }
    arena.normalize(root);
    let mut prover = Prover::new(arena);
    open.into_iter().find_map(|(operator, need)| {
        let reason = failure(&mut prover, need)?;
        Some(Nowhere { operand: need.operand(), operator, reason })
    })
}

/// What may have no value.
#[derive(Clone, Copy)]
enum Need {
    Power(ExprId, ExprId),
    Inverse(ExprId, ExprId),
    Function(Domain, ExprId),
    Logarithm(ExprId),
}

impl Need {
    fn operand(self) -> ExprId {
        match self {
            Self::Power(operand, _)
            | Self::Inverse(operand, _)
            | Self::Function(_, operand)
            | Self::Logarithm(operand) => operand,
        }
    }
}

/// What a node as it was written needs.
fn needs(arena: &Arena, id: ExprId) -> Vec<Need> {
    let is_power = |exponent: ExprId| arena.as_number(exponent).is_some_and(|p| p.is_integer() && !p.is_negative());
    match arena.node(id) {
        Node::Hadamard(factors) => factors
            .iter()
            .filter(|(_, exponent)| !is_power(*exponent))
            .map(|(base, exponent)| Need::Power(*base, *exponent))
            .collect(),
        Node::Power(base, exponent) if !is_power(*exponent) => vec![Need::Inverse(*base, *exponent)],
        Node::Elementwise(func, inner) if func.row().domain != Domain::Real => {
            vec![Need::Function(func.row().domain, *inner)]
        }
        Node::MatrixFunction(MatrixFunction::Logm, inner, _) => vec![Need::Logarithm(*inner)],
        _ => Vec::new(),
    }
}

/// Why there is no value, where there is none.
fn failure(prover: &mut Prover<'_>, need: Need) -> Option<Reason> {
    match need {
        Need::Power(base, exponent) => {
            let (base, exponent) = (prover.arena.normalize(base), prover.arena.normalize(exponent));
            failure_of_power(prover, base, exponent)
        }
        Need::Inverse(base, exponent) => {
            let (base, exponent) = (prover.arena.normalize(base), prover.arena.normalize(exponent));
            let is_inverse = always_negative(prover.arena, exponent);
            (is_inverse && prover.arena.is_singular(base)).then_some(Reason::Singular)
        }
        Need::Function(domain, inner) => {
            let inner = prover.arena.normalize(inner);
            is_outside(prover, domain, inner).then_some(Reason::Outside)
        }
        Need::Logarithm(inner) => {
            let inner = prover.arena.normalize(inner);
            (prover.arena.is_singular(inner) || prover.arena.is_zero(inner)).then_some(Reason::Singular)
        }
    }
}

/// Whether an exponent is below 0, whatever integers its symbols are.
fn always_negative(arena: &mut Arena, exponent: ExprId) -> bool {
    if let Some(number) = arena.as_number(exponent) {
        return number.is_negative();
    }
    // Below 0 where −p − 1 is at least 0.
    let (negative, one) = (arena.neg(exponent), arena.one());
    let less = arena.minus(negative, one);
    arena.is_integer_valued(exponent) && !Context::default().may_be_negative(arena, less)
}

fn failure_of_power(prover: &mut Prover<'_>, base: ExprId, exponent: ExprId) -> Option<Reason> {
    let number = prover.arena.as_number(exponent).cloned();
    let is_integer = match &number {
        Some(p) => p.is_integer(),
        None => prover.arena.is_integer_valued(exponent),
    };
    if is_integer {
        let is_pole = always_negative(prover.arena, exponent);
        return (is_pole && has_zero(prover, base)).then_some(Reason::Zero);
    }
    let below = sign(prover, base);
    match number {
        Some(_) if below == Some(Ordering::Less) => Some(Reason::Negative),
        Some(p) if p.is_negative() && has_zero(prover, base) => Some(Reason::Zero),
        None if matches!(below, Some(Ordering::Less | Ordering::Equal)) => Some(Reason::NotPositive),
        _ => None,
    }
}

/// Whether it is 0, or has an entry that is.
fn has_zero(prover: &mut Prover<'_>, id: ExprId) -> bool {
    if let Node::Literal(_, entries) = prover.arena.node(id).clone() {
        return entries.iter().any(|entry| prover.arena.is_zero(*entry));
    }
    sign(prover, id) == Some(Ordering::Equal)
}

/// The sign of every entry, where it is the same one whatever the symbols are; what is 0 or less counts as 0 where it can be 0.
fn sign(prover: &mut Prover<'_>, id: ExprId) -> Option<Ordering> {
    let bounds = prover.bounds(id);
    if prover.arena.is_zero(id) || bounds.is_nonnegative() && bounds.is_nonpositive() {
        Some(Ordering::Equal)
    } else if bounds.is_negative() {
        Some(Ordering::Less)
    } else if bounds.is_positive() {
        Some(Ordering::Greater)
    } else {
        sign_of_constant(prover.arena, id)
    }
}

/// Whether every entry is outside of a domain.
fn is_outside(prover: &mut Prover<'_>, domain: Domain, inner: ExprId) -> bool {
    let bounds = prover.bounds(inner);
    let compared = |prover: &mut Prover<'_>, limit: &Coeff| {
        let limit = prover.arena.number(limit.clone());
        if !prover.arena.shape(inner).is_scalar() {
            return None;
        }
        let difference = prover.arena.minus(inner, limit);
        sign(prover, difference)
    };
    match domain {
        Domain::Real => false,
        Domain::CosineNonZero => is_odd_multiple_of_right_angle(prover.arena, inner),
        Domain::Positive => {
            bounds.is_nonpositive() || matches!(sign(prover, inner), Some(Ordering::Less | Ordering::Equal))
        }
        Domain::FromOne => compared(prover, &Coeff::ONE) == Some(Ordering::Less),
        Domain::UpToOneInSize => {
            compared(prover, &Coeff::ONE) == Some(Ordering::Greater)
                || compared(prover, &Coeff::MINUS_ONE) == Some(Ordering::Less)
        }
        Domain::BelowOneInSize => {
            matches!(compared(prover, &Coeff::ONE), Some(Ordering::Greater | Ordering::Equal))
                || matches!(compared(prover, &Coeff::MINUS_ONE), Some(Ordering::Less | Ordering::Equal))
        }
    }
}
