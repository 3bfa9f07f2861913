//! Verdicts on convexity for documents.

use serde_json::{Value, json};

use super::{answer, certificate, comparison, formula};
use crate::answer::convexity::{Claim, Finding, Line, Role, Strength, Verdict, claim_text};
use crate::answer::derivation::Derivation;
use crate::check::{Bend, Evidence, Witness};
use crate::naming::Limits;
use crate::problem::Problem;

/// A finding with its argument.
pub(in super::super) fn convexity(
    problem: &Problem,
    finding: &Finding,
    steps: Option<&Derivation>,
    limits: &Limits,
) -> Value {
    let arena = &problem.arena;
    let is_scalar = problem.wrt.len() == 1 && arena.symbol(problem.wrt[0]).shape.is_scalar();
    let claim = |claim: &Claim| formula::texts(|format| claim_text(arena, claim, is_scalar, format, &problem.style));
    let line = |line: &Line| json!({ "claim": claim(&line.claim), "because": line.because });
    let names = finding.names.iter().map(|name| {
        json!({
            "name": formula::line(problem, name.symbol, &Limits::NEVER),
            "value": formula::line(problem, name.part, &Limits::default()),
            "role": match name.role {
                Role::Part => "part",
                Role::Eigenvalue => "eigenvalue",
            },
        })
    });
    let strength = match finding.verdict {
        Verdict::Is(_, Strength::Strict) => Some("strict"),
        Verdict::Is(_, Strength::Strong) => Some("strong"),
        _ => None,
    };
    let verdict = match finding.verdict {
        Verdict::Is(kind, _) => kind.word().to_owned(),
        Verdict::OnParts(kind) => format!("locally_{}", kind.word()),
        Verdict::Where(kind) => format!("{}_where_definite", kind.word()),
        Verdict::Neither => "neither".to_owned(),
        Verdict::Unknown => "unknown".to_owned(),
    };
    let is_unchecked = !finding.stands() && !finding.failed();
    let conditions: Vec<_> = finding.conditions.iter().chain(&finding.parts).copied().collect();
    let mut answer = answer::empty();
    answer["wrt"] = answer::names(problem, &problem.wrt);
    answer["shape"] = formula::shape(problem, arena.shape(problem.raw[0]));
    answer["conditions"] = json!(comparison::conditions(problem, &conditions));
    answer["check"] = json!(finding.certificate.as_ref().map(certificate::check));
    answer["steps"] = json!(steps.map(|steps| answer::rule_steps(problem, steps, limits)));
    answer["convexity"] = json!({
        "verdict": finding.stands().then_some(&verdict),
        "unchecked": is_unchecked.then_some(&verdict),
        "strength": strength,
        "argument": finding.lines.iter().map(line).collect::<Vec<_>>(),
        "parts": names.collect::<Vec<_>>(),
        "open": finding.open.as_ref().map(claim),
        "convex_if": finding.convex_if.as_ref().map(claim),
        "concave_if": finding.concave_if.as_ref().map(claim),
        "only_if": finding.convex_if.as_ref().map(|_| finding.is_exact),
        "hint": finding.hint.map(|hint| json!({ "verdict": hint.kind.word(), "positive_definite": arena.symbol(hint.symbol).name })),
        "witness": finding.witness.as_ref().map(witness),
    });
    answer
}

/// The numbers behind `neither`.
fn witness(witness: &Witness) -> Value {
    let bend = |bend: &Bend| {
        json!({
            "point": certificate::values(&bend.point),
            "direction": certificate::values(&bend.direction),
            "second_derivative": match bend.evidence {
                Evidence::Second(second) => Some(second),
                Evidence::Chord { .. } => None,
            },
            "chord": match bend.evidence {
                Evidence::Second(_) => Value::Null,
                Evidence::Chord { at, value, chord } => json!({ "at": at, "value": value, "chord": chord }),
            },
        })
    };
    json!({
        "sizes": certificate::sizes(&witness.sizes),
        "values": certificate::values(&witness.values),
        "up": bend(&witness.up),
        "down": bend(&witness.down),
    })
}
