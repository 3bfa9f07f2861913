//! Stationary points for documents.

use serde_json::{Value, json};

use super::{answer, certificate, comparison, formula};
use crate::answer::derivation::Derivation;
use crate::answer::stationary::{Joint, JointSolution, Kind, Solution, Stationary};
use crate::expr::{ExprId, SymbolId};
use crate::naming::Limits;
use crate::problem::Problem;

/// One of the points found.
pub(in super::super) fn solution(
    (problem, found): (&Problem, &Stationary),
    solution: &Solution,
    [code, gradient]: [Option<String>; 2],
    remarks: &[String],
    (steps, limits): (Option<&Derivation>, &Limits),
) -> Value {
    let formula = |expr, code: &Option<String>| {
        let mut line = formula::line(problem, expr, &Limits::default());
        line["numpy"] = json!(code);
        line
    };
    let certificate = solution.point.certificate.as_ref();
    let stands = certificate.is_none_or(|certificate| certificate.passed());
    let is_unchecked = certificate.is_some_and(|certificate| certificate.reason().is_some());
    let mut answer = answer::empty();
    answer["wrt"] = answer::names(problem, &problem.wrt[..1]);
    answer["result"] = json!(stands.then(|| formula(solution.point.expr, &code)));
    answer["unchecked"] = json!(is_unchecked.then(|| formula(solution.point.expr, &code)));
    answer["shape"] = formula::shape(problem, problem.arena.shape(solution.point.expr));
    answer["conditions"] = json!(comparison::conditions(problem, &solution.point.conditions));
    answer["remarks"] = json!(remarks);
    answer["check"] = json!(certificate.map(certificate::check));
    answer["steps"] = json!(steps.map(|steps| answer::rule_steps(problem, steps, limits)));
    answer["stationary"] = json!({
        "kind": kind(solution.nature.kind),
        "gradient": formula(found.gradient, &gradient),
        "complete": found.complete,
        "solution": place(found.solutions.iter().map(|other| other.point.expr), solution.point.expr),
        "lagrangian": null,
        "equations": [],
    });
    answer
}

fn kind(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Minimum => Some("minimum"),
        Kind::Maximum => Some("maximum"),
        Kind::LocalMinimum => Some("local_minimum"),
        Kind::LocalMaximum => Some("local_maximum"),
        Kind::Saddle => Some("saddle"),
        Kind::Unknown => None,
    }
}

/// The number of a solution among all, from 1 on.
fn place(mut all: impl Iterator<Item = ExprId>, one: ExprId) -> usize {
    all.position(|other| other == one).map_or(1, |place| place + 1)
}

/// One of the unknowns or multipliers of one of the points found.
pub(in super::super) fn joint(
    (problem, found): (&Problem, &Joint),
    solution: &JointSolution,
    (symbol, value): (SymbolId, ExprId),
    [code, gradient]: [Option<String>; 2],
    (remarks, equations): (&[String], &[String]),
    steps: Option<(&Derivation, &Limits)>,
) -> Value {
    let formula = |expr, code: &Option<String>| {
        let mut line = formula::line(problem, expr, &Limits::default());
        line["numpy"] = json!(code);
        line
    };
    let certificate = solution.point.certificate.as_ref();
    let stands = certificate.is_none_or(|certificate| certificate.passed());
    let is_unchecked = certificate.is_some_and(|certificate| certificate.reason().is_some());
    let mut answer = answer::empty();
    answer["wrt"] = answer::names(problem, &[symbol]);
    answer["result"] = json!(stands.then(|| formula(value, &code)));
    answer["unchecked"] = json!(is_unchecked.then(|| formula(value, &code)));
    answer["shape"] = formula::shape(problem, problem.arena.shape(value));
    answer["conditions"] = json!(comparison::conditions(problem, &solution.point.conditions));
    answer["remarks"] = json!(remarks);
    answer["check"] = json!(certificate.map(certificate::check));
    answer["steps"] = json!(steps.map(|(steps, limits)| answer::rule_steps(problem, steps, limits)));
    let unknown = found.unknowns.iter().find(|unknown| unknown.symbol == symbol);
    answer["stationary"] = json!({
        "kind": kind(solution.nature.kind),
        "gradient": unknown.map(|unknown| formula(unknown.gradient, &gradient)),
        "complete": found.complete,
        "solution": place(found.solutions.iter().map(|other| other.point.expr), solution.point.expr),
        "lagrangian": found.lagrangian.map(|lagrangian| formula::line(problem, lagrangian, &Limits::default())),
        "equations": equations,
    });
    answer
}

/// The equations where they were not solved.
pub(in super::super) fn open(problem: &Problem, found: &Joint, remarks: &[String], equations: &[String]) -> Value {
    let mut answer = answer::empty();
    answer["wrt"] = answer::names(problem, &problem.wrt);
    answer["shape"] = formula::shape(problem, problem.arena.symbol(problem.wrt[0]).shape);
    answer["remarks"] = json!(remarks);
    answer["stationary"] = json!({
        "kind": null,
        "gradient": null,
        "complete": false,
        "solution": null,
        "lagrangian": found.lagrangian.map(|lagrangian| formula::line(problem, lagrangian, &Limits::default())),
        "equations": equations,
    });
    answer
}
