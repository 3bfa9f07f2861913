//! Functions in a programming language for documents.

use serde_json::{Value, json};

use super::{certificate, comparison, reading};
use crate::check::Certificate;
use crate::domain::Condition;
use crate::emit::Language;
use crate::problem::Problem;

/// A function: its language, what it is called, what it returns in that order, and the file; `None` where it did not pass its check. The
/// check is the first of its derivatives' that does not pass, else the first.
pub(in super::super) fn code(
    problem: &Problem,
    language: Language,
    (name, returns): (&str, &[&str]),
    text: Option<&str>,
    (conditions, checks): (&[Condition], &[&Certificate]),
) -> Value {
    let mut answer = reading::numbers(problem);
    answer["conditions"] = json!(comparison::conditions(problem, conditions));
    let check = checks.iter().find(|check| !check.passed()).or(checks.first());
    answer["check"] = json!(check.map(|check| certificate::check(check)));
    answer["code"] = json!({
        "language": language.name(),
        "name": name,
        "returns": returns,
        "text": text,
    });
    answer
}
