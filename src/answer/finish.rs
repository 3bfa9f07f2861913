//! The one way in which an answer is finished: its form, the conditions under which it holds, its check.
//!
//! Each kind of answer derives an expression and hands it here as [`Derived`]; what it is checked against is the one thing that it adds.

use super::entries::by_entries;
use super::refusal;
use crate::check::{Certificate, CheckOptions, Outcome, check_equal};
use crate::domain::{Condition, conditions, conditions_through, impossible, reduced};
use crate::expr::{Arena, ExprId};
use crate::problem::{Problem, Report};
use crate::simplify::{shortest, simplify};

/// A finished answer: its form and what is known about it.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The answer in its simplest form found.
    pub expr: ExprId,
    /// Conditions under which it holds.
    pub conditions: Vec<Condition>,
    /// The outcome of the numeric check; `None` where it was switched off.
    pub certificate: Option<Certificate>,
}

impl Finished {
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

/// The form that a derived expression is brought to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// That in which it was derived.
    AsDerived,
    /// The simplest.
    Simplest,
    /// The shortest of the simplest forms as it is and multiplied out.
    Shortest,
}

impl Form {
    /// The expression in this form.
    pub(super) fn of(self, arena: &mut Arena, expr: ExprId) -> ExprId {
        match self {
            Self::AsDerived => expr,
            Self::Simplest => simplify(arena, expr),
            Self::Shortest => shortest(arena, expr),
        }
    }
}

/// An expression that was derived from the first of a problem, and what its conditions come from.
pub(super) struct Derived<'a> {
    /// The expression.
    pub(super) expr: ExprId,
    /// The form that it is brought to.
    pub(super) form: Form,
    /// The derivatives before it, whose domains it shares.
    pub(super) before: &'a [ExprId],
    /// What the rules that were applied ask.
    pub(super) rules: &'a [Condition],
}

/// Makes an answer of a derived expression: its form, its conditions, and its check unless `options` is `None`. The check takes the
/// first expression as it was written and the answer. Where the derivative of what was written is nowhere to be had, as that of min(b, b)
/// at the kink where it always is, the check takes the normal form, once both were found equal.
///
/// # Errors
/// A condition that never holds, or that holds at none of the points at which the input has a value: there is nothing that the answer says.
pub(super) fn finish(
    problem: &mut Problem,
    derived: &Derived<'_>,
    options: Option<&CheckOptions>,
    check: impl Fn(&mut Arena, ExprId, ExprId, &CheckOptions) -> Certificate,
) -> Result<Finished, Report> {
    let (arena, raw, normal) = (&mut problem.arena, problem.raw[0], problem.normal[0]);
    let is_constant = !problem.wrt.iter().any(|wrt| arena.contains_symbol(normal, *wrt));
    let expr = derived.form.of(arena, derived.expr);
    let expr = by_entries(arena, expr);
    let mut all = derived.before.to_vec();
    all.push(expr);
    let conditions = conditions_through(arena, raw, &all, derived.rules);
    let finished = certified(arena, expr, conditions, options, |arena, _, options| {
        let certificate = check(arena, raw, expr, options);
        // Where a value is 0 because all cancels, rounding is all that is left of its derivative.
        if !certificate.found_no_derivative() || raw == normal {
            return certificate;
        }
        let equal = check_equal(arena, raw, normal, options);
        if !equal.passed() {
            return certificate;
        }
        if arena.is_zero(expr) && is_constant {
            return equal;
        }
        let of_normal = check(arena, normal, expr, options);
        if of_normal.reason().is_some() { certificate } else { of_normal }
    });
    let finished = finished.map_err(|never| refusal::holds_nowhere(problem, never))?;
    let never = refusal::fails_everywhere(problem, &finished.conditions, finished.certificate.as_ref(), options);
    never.map_or(Ok(finished), Err)
}

/// Makes one answer of expressions that were derived from the first of a problem, already in their form: the conditions under which all of
/// them hold, and the check of all, which takes the first expression as it was written. `None` where a condition never holds.
pub(super) fn finish_together(
    problem: &mut Problem,
    exprs: &[ExprId],
    rules: &[Condition],
    options: Option<&CheckOptions>,
    check: impl FnOnce(&mut Arena, ExprId, &CheckOptions) -> Certificate,
) -> Option<(Vec<Condition>, Option<Certificate>)> {
    let (arena, raw) = (&mut problem.arena, problem.raw[0]);
    let conditions = conditions_through(arena, raw, exprs, rules);
    if impossible(arena, &conditions).is_some() {
        return None;
    }
    let certificate = options.map(|options| check(arena, raw, options));
    Some((conditions, certificate))
}

/// Makes an answer of a point at which something holds of the input, already in its form, with all that this needs: of the point itself, of
/// the input there, and of the way to it. The check takes the conditions as they are printed.
///
/// # Errors
/// The condition that never holds.
pub(super) fn finish_point(
    arena: &mut Arena,
    point: ExprId,
    needed: Vec<Condition>,
    options: Option<&CheckOptions>,
    check: impl FnOnce(&mut Arena, &[Condition], &CheckOptions) -> Certificate,
) -> Result<Finished, Condition> {
    let conditions = reduced(arena, needed);
    certified(arena, point, conditions, options, check)
}

/// The conditions under which an expression has a value, as it was written and in its normal form: those of an answer that says something
/// of the input and derives no other expression.
pub(super) fn domain_of(arena: &mut Arena, raw: ExprId, normal: ExprId) -> Vec<Condition> {
    conditions(arena, raw, normal, &[])
}

/// The last step to every answer: its conditions can hold, and it is checked.
fn certified(
    arena: &mut Arena,
    expr: ExprId,
    conditions: Vec<Condition>,
    options: Option<&CheckOptions>,
    check: impl FnOnce(&mut Arena, &[Condition], &CheckOptions) -> Certificate,
) -> Result<Finished, Condition> {
    if let Some(never) = impossible(arena, &conditions) {
        return Err(never);
    }
    let certificate = options.map(|options| check(arena, &conditions, options));
    Ok(Finished { expr, conditions, certificate })
}

/// Lower derivatives of more operands than this are not simplified for what they need.
const MOST_LINKS: usize = 2_000;

/// The lower derivatives on the way to a higher one, each in its simplest form; long ones are left out.
pub(super) fn on_the_way(arena: &mut Arena, derivatives: Vec<ExprId>) -> Vec<ExprId> {
    let short = derivatives.into_iter().filter(|root| arena.links_below(*root) <= MOST_LINKS).collect::<Vec<_>>();
    short.into_iter().map(|root| simplify(arena, root)).collect()
}
