//! Two expressions against each other: whether they are equal, and whether what a user claims is the gradient. The rules decide where they
//! can; numbers alone are said to be numbers alone.

use rustc_hash::FxHashMap;

use super::finish::Answer;
use super::gradient::gradient;
use crate::check::{self, Certificate, CheckOptions, Outcome, Verdict};
use crate::domain::{Condition, conditions, reduced};
use crate::expr::{Arena, ExprId, Node, Op};
use crate::linear::Convention;
use crate::number::Coeff;
use crate::problem::{Problem, Report};
use crate::simplify::{expand, simplify};

/// What is known about the equality of two expressions.
#[derive(Clone, Debug)]
pub enum Equality {
    /// The difference is this number, however small.
    Apart(Coeff),
    /// Equal by the rules, and at all points tried.
    Proved(Certificate),
    /// Equal at all points tried; the rules do not show it.
    Numeric(Certificate),
    /// Not equal, with a point where they differ.
    Different(Certificate),
    /// Equal by the rules, but no point was found where both have a value; or nothing is known.
    Unknown(Certificate),
}

/// Whether the first two expressions are equal.
#[must_use]
pub fn equality(problem: &mut Problem, options: &CheckOptions) -> Equality {
    let difference = difference(&mut problem.arena, problem.normal[0], problem.normal[1]);
    let by_rules = problem.arena.is_zero(difference);
    if let Some(apart) = problem.arena.as_number(difference).filter(|_| !by_rules) {
        return Equality::Apart(apart.clone());
    }
    // What the rules do not show is looked at in more places.
    let options = CheckOptions { wide: !by_rules, ..options.clone() };
    let certificate = check::check_equal(&problem.arena, problem.raw[0], problem.raw[1], &options);
    match certificate.outcome {
        Outcome::Failed { .. } => Equality::Different(certificate),
        Outcome::NotChecked(_) => Equality::Unknown(certificate),
        Outcome::Passed if by_rules => Equality::Proved(certificate),
        Outcome::Passed => Equality::Numeric(certificate),
    }
}

/// Where each of the first two expressions has a value, and where both have.
#[must_use]
pub fn domains(problem: &mut Problem) -> ([Vec<Condition>; 2], Vec<Condition>) {
    let each = [0, 1].map(|place| conditions(&mut problem.arena, problem.raw[place], problem.normal[place], &[]));
    let both = reduced(&mut problem.arena, each.concat());
    (each, both)
}

/// What is said of a claimed gradient.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Whether it is right, or how it is wrong.
    pub verdict: Verdict,
    /// Whether the rules show that a right one is right; numbers alone may be equal by chance.
    pub by_rules: bool,
    /// The gradient.
    pub truth: Answer,
}

/// The second expression as the gradient of the first, a scalar, in the first variable.
///
/// # Errors
/// A message where the first expression has no derivative.
pub fn claimed(problem: &mut Problem, options: &CheckOptions) -> Result<Claimed, Report> {
    let truth = gradient(problem, 0, Convention::Projected, Some(options))?;
    let arena = &mut problem.arena;
    let claim = problem.normal[1];
    if arena.shape(claim) == arena.shape(truth.expr) && !truth.failed() {
        let difference = difference(arena, claim, truth.expr);
        if arena.is_zero(difference) {
            return Ok(Claimed { verdict: Verdict::Right, by_rules: true, truth });
        }
    }
    let options = CheckOptions { wide: true, ..options.clone() };
    let verdict = check::diagnose(&problem.arena, problem.raw[0], problem.wrt[0], problem.raw[1], &options);
    Ok(Claimed { verdict, by_rules: false, truth })
}

/// The difference of two expressions of one shape, in its simplest form.
fn difference(arena: &mut Arena, left: ExprId, right: ExprId) -> ExprId {
    let difference = arena.minus(left, right);
    let plain = simplify(arena, difference);
    if arena.is_zero(plain) {
        return plain;
    }
    let expanded = expand(arena, difference);
    let expanded = simplify(arena, expanded);
    if arena.is_zero(expanded) {
        return expanded;
    }
    let inverses = with_inverses(arena, difference);
    simplify(arena, inverses)
}

/// The expression with det(X)X⁻¹ for adj(X): what is equal for invertible X is equal for every X, as both sides are continuous.
fn with_inverses(arena: &mut Arena, id: ExprId) -> ExprId {
    let mut map = FxHashMap::default();
    for node in arena.post_order(id) {
        if let Node::Apply(Op::Adjugate, inner) = *arena.node(node) {
            let inner = arena.rewrite(inner, &mut map);
            let (det, inverse) = (arena.det(inner), arena.inverse(inner));
            let product = arena.mul(&[det, inverse]);
            map.insert(node, product);
        }
    }
    arena.rewrite(id, &mut map)
}
