//! The answers of a document: derivatives and other expressions, with views and derivations.

use serde_json::{Value, json};

use super::super::about::remarks;
use super::super::code::Coded;
use super::super::part::part_indices;
use super::super::shown::Shown;
use super::super::steps;
use super::{certificate, formula};
use crate::answer::Views;
use crate::answer::derivation::{Derivation, Reason};
use crate::expr::SymbolId;
use crate::naming::Limits;
use crate::problem::Problem;
use crate::render::{self, document_name, render_entry_derivative, render_name};

/// An answer that says nothing yet: every field is there.
pub(super) fn empty() -> Value {
    json!({
        "wrt": [],
        "indices": [],
        "result": null,
        "unchecked": null,
        "shape": null,
        "parts": [],
        "rows": [],
        "conditions": [],
        "remarks": [],
        "check": null,
        "steps": null,
        "views": null,
        "claim": null,
        "equality": null,
        "convexity": null,
        "stationary": null,
        "reading": null,
        "value": null,
        "minimum": null,
        "searches": null,
        "comparison": null,
        "slopes": null,
        "computation": null,
        "plan": null,
        "code": null,
    })
}

/// The names of variables.
pub(super) fn names(problem: &Problem, wrt: &[SymbolId]) -> Value {
    json!(wrt.iter().map(|symbol| document_name(&problem.arena, *symbol)).collect::<Vec<_>>())
}

/// An expression as an answer, with its code.
pub(in super::super) fn derived(shown: &Shown<'_>, coded: &Coded) -> Value {
    let (problem, form) = (shown.problem, shown.form());
    let arena = &problem.arena;
    let found = || formula::with_code(|format| form.line(0, format), coded.text.clone());
    let is_unchecked = shown.answer.certificate.as_ref().is_some_and(|certificate| certificate.reason().is_some());
    let mut answer = empty();
    match shown.how.part {
        Some(part) => {
            answer["wrt"] = json!([render::render(arena, part.expr, render::Format::Ascii, &problem.style)]);
            answer["indices"] = json!(part_indices(problem, part, render::Format::Ascii));
        }
        None => answer["wrt"] = names(problem, shown.wrt.as_slice()),
    }
    answer["result"] = json!(shown.answer.stands().then(found));
    answer["unchecked"] = json!(is_unchecked.then(found));
    answer["shape"] = formula::shape(problem, arena.shape(shown.answer.expr));
    answer["parts"] = json!(formula::parts(|format| form.parts(format)));
    answer["rows"] = json!(rows(shown));
    answer["conditions"] = json!(formula::lists(|format| form.conditions(format)));
    answer["remarks"] = json!([remarks(shown), coded.remarks.clone()].concat());
    answer["check"] = json!(shown.answer.certificate.as_ref().map(certificate::check));
    answer["steps"] = json!(shown.how.steps.map(|steps| rule_steps(problem, steps, &shown.how.limits)));
    answer
}

/// The matrices whose rows are the members of a family.
fn rows(shown: &Shown<'_>) -> Vec<Value> {
    let name = |symbol| document_name(&shown.problem.arena, symbol);
    let rows = shown.how.vectorized.map(|vectorized| vectorized.rows.as_slice()).unwrap_or_default();
    rows.iter().map(|rows| json!({ "matrix": name(rows.matrix), "family": name(rows.family) })).collect()
}

/// A derivative with its views, each on one line with its own parts. `wrt` are the variables: one, or of a Hessian that of its rows and
/// that of its columns.
pub(in super::super) fn views(shown: &Shown<'_>, views: &Views, wrt: &[SymbolId], coded: &Coded) -> Value {
    let mut answer = derived(shown, coded);
    let problem = shown.problem;
    answer["wrt"] = names(problem, wrt);
    if !shown.answer.stands() {
        return answer;
    }
    let line = |expr| formula::line(problem, expr, &shown.how.limits);
    let variable = views.index.variables.concat();
    let left = |format| render_entry_derivative(&problem.arena, wrt, &views.index.output, &variable, format);
    answer["views"] = json!({
        "matrix": views.matrix.map(line),
        "operator": views.operator.map(|(direction, value)| json!({
            "direction": formula::texts(|format| render_name(&problem.arena, direction, format)),
            "value": line(value),
        })),
        "kron": views.kron.map(line),
        "index": { "left": formula::texts(left), "value": line(views.index.expr) },
        "form": views.form.map(line),
    });
    answer
}

/// A derivation: its lines, and the names of parts in them.
pub(super) fn rule_steps(problem: &Problem, steps: &Derivation, limits: &Limits) -> Value {
    let texts = render::Format::ALL.map(|format| (format, steps.text(&problem.arena, format, &problem.style, limits)));
    let of = |format| texts.iter().find(|(one, _)| *one == format).map(|(_, text)| text);
    let lines: Vec<Value> = steps
        .lines
        .iter()
        .enumerate()
        .map(|(place, line)| {
            let text = |pick: &dyn Fn(&crate::answer::derivation::LineText) -> &String| {
                formula::texts(|format| of(format).map(|text| pick(&text.lines[place]).clone()).unwrap_or_default())
            };
            let rule = match &line.reason {
                Reason::Rules(applied) => applied.first().map(|applied| {
                    json!({ "id": applied.rule.id, "name": applied.rule.name, "formula": applied.rule.formula })
                }),
                _ => None,
            };
            json!({
                "left": text(&|line| &line.left),
                "relation": text(&|line| &line.relation),
                "right": text(&|line| &line.right),
                "reason": text(&|line| &line.reason),
                "rule": rule,
                "identities": match &line.reason {
                    Reason::Rewrite(ids) | Reason::Simplify(ids) => ids.as_slice(),
                    _ => &[],
                },
                "check": line.certificate.as_ref().map(|certificate| certificate::status(&certificate.outcome)),
            })
        })
        .collect();
    let parts = formula::parts(|format| of(format).map(|text| text.parts.clone()).unwrap_or_default());
    json!({ "lines": lines, "parts": parts, "summary": steps::summary(steps) })
}
