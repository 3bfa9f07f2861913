//! Stationary points for documents.

use serde_json::{Value, json};

use super::{answer, certificate, comparison, formula};
use crate::answer::derivation::Derivation;
use crate::answer::stationary::{Kind, Solution, Stationary};
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
        "kind": match solution.kind {
            Kind::Minimum => Some("minimum"),
            Kind::Maximum => Some("maximum"),
            Kind::LocalMinimum => Some("local_minimum"),
            Kind::LocalMaximum => Some("local_maximum"),
            Kind::Unknown => None,
        },
        "gradient": formula(found.gradient, &gradient),
        "complete": found.complete,
    });
    answer
}
