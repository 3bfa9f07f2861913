//! Verdicts on claims and on equality for documents.

use serde_json::{Value, json};

use super::super::certificate::sides_text;
use super::super::verdict::verdict_text;
use super::{answer, certificate, formula, symbol};
use crate::answer::{Claimed, Equality, Evidence};
use crate::check::{Numbers, Outcome, Verdict};
use crate::domain::Condition;
use crate::expr::SymbolId;
use crate::naming::Limits;
use crate::numeric::sample::Imposed;
use crate::problem::Problem;
use crate::render::{document_name, render_condition};

/// What is said of a claimed gradient; the result is the gradient.
pub(in super::super) fn claim(problem: &Problem, claimed: &Claimed, code: Option<&String>) -> Value {
    let Claimed { verdict, evidence, certificate, truth } = claimed;
    let right = certificate.as_ref().or(truth.certificate.as_ref());
    let mut answer = answer::empty();
    answer["wrt"] = answer::names(problem, &problem.wrt[..1]);
    answer["result"] = json!(truth.stands().then(|| {
        let mut line = formula::line(problem, truth.expr, &Limits::default());
        line["numpy"] = json!(code);
        line
    }));
    answer["shape"] = formula::shape(problem, problem.arena.shape(truth.expr));
    answer["conditions"] = json!(conditions(problem, &truth.conditions));
    answer["check"] = json!(right.map(certificate::check));
    let (mut factor, mut constant, mut properties) = (None, None, Vec::new());
    let (mut property, mut shapes, mut counterexample) = (None, None, None);
    let word = match verdict {
        Verdict::Right => "right",
        Verdict::WrongByFactor { factor: by, fraction } => {
            let exact = fraction.map(|(numerator, denominator)| [numerator, denominator]);
            factor = Some(json!({ "value": by, "fraction": exact }));
            "wrong_by_factor"
        }
        Verdict::WrongByExpression(_) => "wrong_by_expression",
        Verdict::WithoutFactor(_) => "without_factor",
        Verdict::WrongTerm { .. } => "wrong_term",
        Verdict::RightWhere(_) => "right_somewhere",
        Verdict::Transposed(needed) => {
            properties = self::properties(problem, needed);
            "transposed"
        }
        Verdict::HalfVectorized => "half_vectorized",
        Verdict::Unprojected(structure) => {
            property = symbol::structure(*structure);
            "unprojected"
        }
        Verdict::OffByConstant(by) => {
            constant = Some(by);
            "off_by_constant"
        }
        Verdict::OnlyUnder(needed) => {
            properties = self::properties(problem, needed);
            "right_under_properties"
        }
        Verdict::ShapeMismatch { expected, found } => {
            let shape = |shape| formula::shape(problem, shape);
            shapes = Some(json!({ "expected": shape(*expected), "found": shape(*found) }));
            "shape_mismatch"
        }
        Verdict::Counterexample(disagreement) => {
            counterexample = Some(certificate::counterexample(disagreement));
            "wrong"
        }
        Verdict::NotChecked(_) => "not_decided",
    };
    answer["claim"] = json!({
        "verdict": word,
        "text": verdict_text(problem, claimed),
        "evidence": (*verdict == Verdict::Right).then(|| self::evidence(*evidence)),
        "factor": factor,
        "constant": constant,
        "properties": properties,
        "ignored_property": property,
        "shapes": shapes,
        "counterexample": counterexample,
    });
    answer
}

/// What an agreement rests on.
fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Rules => "rules",
        Evidence::Residues(_) => "residues",
        Evidence::Numbers(_) => "numbers",
    }
}

/// Which symbols need which properties.
fn properties(problem: &Problem, needed: &[(SymbolId, Imposed)]) -> Vec<Value> {
    let property = |imposed: &Imposed| match imposed {
        Imposed::Structure(structure) => symbol::structure(*structure),
        Imposed::Positive => Some("positive"),
        Imposed::Integer => Some("integer"),
        Imposed::Tied => Some("tied"),
    };
    let one = |(symbol, imposed): &(SymbolId, Imposed)| json!({ "name": document_name(&problem.arena, *symbol), "property": property(imposed) });
    needed.iter().map(one).collect()
}

/// Whether two expressions are equal; the domains are that of each and that of both.
pub(in super::super) fn equality(
    problem: &Problem,
    equality: &Equality,
    (each, both): (&[Vec<Condition>; 2], &[Condition]),
) -> Value {
    let (verdict, evidence, difference, certificate) = match equality {
        Equality::Apart(difference) => ("not_equal", Some("rules"), Some(difference.to_string()), None),
        Equality::Equal(evidence, certificate) => ("equal", Some(self::evidence(*evidence)), None, Some(certificate)),
        Equality::Different(certificate, ..) => {
            let exact = certificate.numbers == Numbers::Residues;
            ("not_equal", Some(if exact { "residues" } else { "numbers" }), None, Some(certificate))
        }
        Equality::Unknown(certificate) => ("not_decided", None, None, Some(certificate)),
    };
    let mut answer = answer::empty();
    answer["shape"] = formula::shape(problem, problem.arena.shape(problem.raw[0]));
    answer["conditions"] = json!(conditions(problem, both));
    answer["check"] = json!(certificate.map(|certificate| {
        let mut check = certificate::check(certificate);
        if let Outcome::Failed(disagreement) = &certificate.outcome {
            check["detail"] = json!(sides_text(disagreement));
        }
        check
    }));
    answer["equality"] = json!({
        "verdict": verdict,
        "evidence": evidence,
        "difference": difference,
        "domains": each.each_ref().map(|one| conditions(problem, one)),
    });
    answer
}

/// Conditions, none twice.
pub(super) fn conditions(problem: &Problem, conditions: &[Condition]) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for condition in conditions {
        let texts = formula::texts(|format| render_condition(&problem.arena, *condition, format, &problem.style));
        if !found.contains(&texts) {
            found.push(texts);
        }
    }
    found
}
