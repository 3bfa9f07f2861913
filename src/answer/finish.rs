//! Answers, and the form in which they leave: the shortest.

use crate::check::{Certificate, Outcome};
use crate::domain::{Condition, conditions_through};
use crate::expr::{Arena, ExprId};
use crate::simplify::{cost, expand, simplify};

/// An answer and what is known about it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The answer in its simplest form found.
    pub expr: ExprId,
    /// Conditions under which it holds.
    pub conditions: Vec<Condition>,
    /// The outcome of the numeric check; `None` where it was switched off.
    pub certificate: Option<Certificate>,
}

impl Answer {
    /// Whether a check was made and failed.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.certificate.as_ref().is_some_and(|certificate| matches!(certificate.outcome, Outcome::Failed { .. }))
    }

    /// Whether it may be given as an answer: it passed its check, or no check was asked for.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.certificate.as_ref().is_none_or(Certificate::passed)
    }
}

/// The shorter of the simplified form and the one multiplied out before.
pub(super) fn best_form(arena: &mut Arena, root: ExprId) -> ExprId {
    let plain = simplify(arena, root);
    let expanded = expand(arena, root);
    let expanded = simplify(arena, expanded);
    if cost(arena, expanded) < cost(arena, plain) { expanded } else { plain }
}

/// Lower derivatives of more operands than this are not simplified for what they need.
const MOST_LINKS: usize = 2_000;

/// The conditions of a derivative with those of the derivatives before it, each in its simplest form as long as it is short.
pub(super) fn conditions_on_the_way(
    arena: &mut Arena,
    input: ExprId,
    before: Vec<ExprId>,
    last: ExprId,
    rules: &[Condition],
) -> Vec<Condition> {
    let short = before.into_iter().filter(|root| arena.links_below(*root) <= MOST_LINKS).collect::<Vec<_>>();
    let mut all: Vec<ExprId> = short.into_iter().map(|root| simplify(arena, root)).collect();
    all.push(last);
    conditions_through(arena, input, &all, rules)
}
