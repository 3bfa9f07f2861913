//! Conditions that hold whatever the symbols are, and conditions that never hold: by declarations, by forms, and of constants by numbers
//! that know their error.

use std::cmp::Ordering;

use super::condition::Condition;
use super::table::has_one_value;
use crate::expr::{Arena, ExprId, Func, Node, Norm, Ranked, Spectral};
use crate::number::Coeff;
use crate::numeric::{Ball, Bindings, Scalar, evaluate};
use crate::positivity::Prover;

/// Constants of more nodes are not evaluated.
const MAX_NODES: usize = 200;

/// The work that the value of a constant may take.
const MAX_WORK: u64 = 1_000_000;

/// Whether a condition always holds (true) or never does (false); `None` where it depends on the symbols or is not known.
#[must_use]
pub fn decided(arena: &mut Arena, condition: Condition) -> Option<bool> {
    decided_by(&mut Prover::new(arena), condition)
}

/// Adds a condition to those that are needed, unless it always holds; `None` where it never does.
pub fn require(arena: &mut Arena, condition: Condition, needed: &mut Vec<Condition>) -> Option<()> {
    match decided(arena, condition) {
        Some(false) => return None,
        Some(true) => {}
        None => needed.push(condition),
    }
    Some(())
}

/// The first of the conditions that never holds.
#[must_use]
pub fn impossible(arena: &mut Arena, conditions: &[Condition]) -> Option<Condition> {
    let mut prover = Prover::new(arena);
    conditions.iter().copied().find(|condition| {
        prover.take_up_another();
        decided_by(&mut prover, *condition) == Some(false)
    })
}

/// Whether the largest or the smallest eigenvalue of a matrix is 0 whatever the symbols are, as that of a singular and semidefinite one is:
/// such an eigenvalue has a derivative also where it is repeated.
#[must_use]
pub fn has_zero_extreme(arena: &mut Arena, matrix: ExprId, largest: bool) -> bool {
    arena.is_singular(matrix) && Prover::new(arena).semidefinite(matrix, largest).is_some()
}

/// Whether a condition holds, given what a prover assumes.
pub(super) fn decided_by(prover: &mut Prover<'_>, condition: Condition) -> Option<bool> {
    if always_holds(prover, condition) {
        Some(true)
    } else if never_holds(prover, condition) {
        Some(false)
    } else {
        None
    }
}

/// Whether a condition follows from declarations, from forms and from what the prover assumes.
pub(super) fn always_holds(prover: &mut Prover<'_>, condition: Condition) -> bool {
    if let Node::Choose(decides, then, otherwise) = *prover.arena.node(condition.expr())
        && (prover.arena.shape(decides).is_scalar()
            || matches!(condition, Condition::EntriesNonZero(_) | Condition::Positive(_)))
    {
        return [(then, true), (otherwise, false)].into_iter().all(|(value, holds)| {
            let mut there = prover.nested();
            assume(&mut there, decides, holds);
            always_holds(&mut there, condition.with(value))
        });
    }
    match condition {
        Condition::Invertible(id) | Condition::FullRank(id) | Condition::ConstantRank(id) => {
            prover.is_invertible(id)
                || prover.semidefinite(id, false) == Some(true)
                || prover.semidefinite(id, true) == Some(true)
        }
        Condition::NonZero(id) | Condition::EntriesNonZero(id) => {
            prover.bounds(id).is_nonzero()
                || prover.has_assumed_nonzero_entries(id)
                || matches!(condition, Condition::NonZero(_)) && prover.is_assumed_nonzero(id)
                || has_positive_size(prover, id)
                || matches!(condition, Condition::NonZero(_))
                    && (has_length(prover, id) || !prover.arena.shape(id).is_scalar() && prover.is_invertible(id))
                || matches!(sign_of_constant(prover.arena, id), Some(Ordering::Less | Ordering::Greater))
        }
        Condition::Positive(id) => {
            prover.bounds(id).is_positive() || sign_of_constant(prover.arena, id) == Some(Ordering::Greater)
        }
        Condition::Definite(id) | Condition::NoNegativeEigenvalues(id) => prover.semidefinite(id, false) == Some(true),
        Condition::Semidefinite(id) => prover.semidefinite(id, false).is_some(),
        Condition::Symmetric(id) => prover.arena.is_symmetric(id),
        Condition::FullRowRank(_)
        | Condition::SimpleEigenvalue(..)
        | Condition::SimpleSingularValue(_)
        | Condition::Simple(_)
        | Condition::UniqueExtreme(_)
        | Condition::PatternConstant(_) => false,
    }
}

/// Whether |u| is above 0 by what is known of it.
fn has_positive_size(prover: &mut Prover<'_>, id: ExprId) -> bool {
    let (_, primitive) = prover.arena.split_content(id);
    let size = prover.arena.find(&Node::Elementwise(Func::Abs, primitive));
    size.is_some_and(|size| prover.bounds(size).is_positive())
}

/// Takes a condition of a choice for granted, or its contrary.
fn assume(prover: &mut Prover<'_>, decides: ExprId, holds: bool) {
    for part in prover.arena.parts_of_condition(decides, holds) {
        let contrary = prover.arena.contrary(part);
        let holds = holds != contrary.is_some();
        let Node::Elementwise(func, of) = *prover.arena.node(contrary.unwrap_or(part)) else { continue };
        match func {
            Func::Step if holds => prover.assume_positive(of),
            Func::Step => {
                let opposite = prover.arena.neg(of);
                if prover.has_assumed_nonzero_entries(of) {
                    prover.assume_positive(opposite);
                } else {
                    prover.assume_nonnegative(opposite);
                }
            }
            Func::IsZero if !holds => prover.assume_entries_nonzero(of),
            _ => {}
        }
    }
}

/// Whether a vector or matrix cannot vanish by its form: unit eigenvectors, softmax, and what an invertible matrix makes of them.
fn has_length(prover: &mut Prover<'_>, id: ExprId) -> bool {
    match prover.arena.node(id).clone() {
        Node::Spectral(
            Spectral::EigvecMax | Spectral::EigvecMin | Spectral::UMax | Spectral::VMax | Spectral::Polar,
            _,
        )
        | Node::Ranked(Ranked::Eigenvector | Ranked::LeftVector | Ranked::RightVector, ..) => true,
        Node::Transpose(inner) => has_length(prover, inner),
        Node::Product(factors) => factors.split_last().is_some_and(|(last, others)| {
            has_length(prover, *last)
                && others.iter().all(|factor| {
                    let is_scalar = prover.arena.shape(*factor).is_scalar();
                    let always = if is_scalar { Condition::NonZero(*factor) } else { Condition::Invertible(*factor) };
                    always_holds(prover, always)
                })
        }),
        _ if !prover.arena.shape(id).is_scalar() => {
            let length = prover.arena.find(&Node::Norm(Norm::Frobenius, id));
            length.is_some_and(|length| prover.bounds(length).is_positive())
        }
        _ => false,
    }
}

/// Whether a condition asks for what is not so, whatever the symbols are; where a choice decides, wherever it is asked for.
fn never_holds(prover: &mut Prover<'_>, condition: Condition) -> bool {
    if let Condition::EntriesNonZero(_) | Condition::Positive(_) = condition {
        let asked = condition.chosen(prover.arena).map_or(condition, |(_, there)| there);
        if prover.arena.has_structural_zeros(asked.expr()) {
            return true;
        }
    }
    match condition {
        Condition::Invertible(id) => prover.arena.is_singular(id) || prover.arena.is_zero(id),
        Condition::NonZero(id) | Condition::EntriesNonZero(id) => is_nowhere_nonzero(prover, id),
        Condition::Positive(id) => {
            prover.bounds(id).is_nonpositive()
                || matches!(sign_of_constant(prover.arena, id), Some(Ordering::Less | Ordering::Equal))
        }
        Condition::Definite(id) => prover.arena.is_singular(id) || prover.semidefinite(id, true).is_some(),
        Condition::NoNegativeEigenvalues(id) => prover.arena.is_zero(id) || prover.semidefinite(id, true).is_some(),
        Condition::Semidefinite(id) => prover.semidefinite(id, true) == Some(true),
        Condition::SimpleEigenvalue(id, _) | Condition::SimpleSingularValue(id) => has_one_value(prover.arena, id),
        Condition::Simple(id) => {
            matches!(*prover.arena.node(id), Node::Ranked(_, matrix, _) if has_one_value(prover.arena, matrix))
        }
        Condition::Symmetric(_)
        | Condition::FullRank(_)
        | Condition::FullRowRank(_)
        | Condition::ConstantRank(_)
        | Condition::UniqueExtreme(_)
        | Condition::PatternConstant(_) => false,
    }
}

/// Whether it is 0, or has an entry that is.
fn is_nowhere_nonzero(prover: &mut Prover<'_>, id: ExprId) -> bool {
    let bounds = prover.bounds(id);
    if prover.arena.is_zero(id) || bounds.is_nonnegative() && bounds.is_nonpositive() {
        return true;
    }
    sign_of_constant(prover.arena, id) == Some(Ordering::Equal)
}

/// The sign of a scalar without symbols; `None` where it is none, or too close to 0 to be told from it.
pub(super) fn sign_of_constant(arena: &Arena, id: ExprId) -> Option<Ordering> {
    if let Some(number) = arena.as_number(id) {
        return Some(match (number.is_zero(), number.is_negative()) {
            (true, _) => Ordering::Equal,
            (_, true) => Ordering::Less,
            _ => Ordering::Greater,
        });
    }
    if !arena.shape(id).is_scalar() {
        return None;
    }
    if let Node::Elementwise(Func::Cos, inner) = *arena.node(id)
        && is_odd_multiple_of_right_angle(arena, inner)
    {
        return Some(Ordering::Equal);
    }
    let nodes = arena.post_order(id);
    let varies = |node: &ExprId| {
        matches!(
            arena.node(*node),
            Node::Symbol(_)
                | Node::Member(..)
                | Node::Differential(..)
                | Node::Pending(..)
                | Node::Index(_)
                | Node::Indexed { .. }
                | Node::Size(_)
        ) || arena.node(*node).declared_function().is_some()
    };
    if nodes.len() > MAX_NODES || nodes.iter().any(varies) {
        return None;
    }
    let bindings = Bindings::<Ball> { work_limit: MAX_WORK, ..Bindings::default() };
    let value = evaluate(arena, id, &bindings).ok()?[0];
    let (middle, error) = (value.real(), value.error());
    if !middle.is_finite() || !error.is_finite() || middle.abs() <= error {
        None
    } else if middle > 0.0 {
        Some(Ordering::Greater)
    } else {
        Some(Ordering::Less)
    }
}

/// Whether it is ½π, −½π, 1½π and so on, where the cosine is 0.
pub(super) fn is_odd_multiple_of_right_angle(arena: &Arena, id: ExprId) -> bool {
    let Node::Add(terms) = arena.node(id) else { return false };
    let [(coeff, term)] = &**terms else { return false };
    let doubled = coeff.mul(&Coeff::integer(2));
    matches!(arena.node(*term), Node::Pi) && doubled.is_integer() && !coeff.is_integer()
}
