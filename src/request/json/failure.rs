//! Errors as documents.

use serde_json::{Value, json};

use super::super::Request;
use super::{empty, place};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::problem::Source;

/// The document of a request that has no answer. `inputs` are the expression and the text besides it, as far as they could be read;
/// `first_line` gives the number of a text's first line where it was given.
#[must_use]
pub fn failure_json(
    request: &Request,
    inputs: [Option<&str>; 2],
    error: &Error,
    first_line: impl Fn(&str) -> usize,
) -> Value {
    let mut document = empty(request, "error", inputs);
    document["error"] = match error {
        Error::Stopped => of_message("stopped"),
        Error::Message(message) => of_message(message),
        Error::Input(report) => {
            let all = report.errors.iter().flat_map(|(source, found)| found.iter().map(move |one| (source, one)));
            let mut errors = all.map(|(source, one)| {
                let first = first_line(&source.origin);
                of_diagnostic(source, one, &request.definitions, first)
            });
            let mut first = errors.next().unwrap_or_else(|| of_message("there is no answer"));
            first["others"] = Value::Array(errors.collect());
            first
        }
    };
    document
}

/// An error that points at no place. The lines after the first say how to go on.
fn of_message(message: &str) -> Value {
    let mut lines = message.lines();
    let first = lines.next().unwrap_or_default();
    let help: Vec<&str> = lines.map(|line| line.trim_start().trim_start_matches("= help: ")).collect();
    json!({
        "code": null,
        "message": first,
        "source": null,
        "start": null,
        "end": null,
        "line": null,
        "column": null,
        "notes": [],
        "help": help,
        "shapes": [],
        "labels": [],
        "others": [],
    })
}

fn of_diagnostic(source: &Source, diagnostic: &Diagnostic, definitions: &str, first_line: usize) -> Value {
    let at = diagnostic.labels.first().map(|label| place(&source.origin, &source.text, label.span, definitions));
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| {
            let (origin, _, span) = place(&source.origin, &source.text, label.span, definitions);
            json!({ "source": origin, "start": span.start, "end": span.end, "text": label.text })
        })
        .collect();
    let position = at.map(|(origin, text, span)| {
        let first_line = if origin == source.origin { first_line } else { 1 };
        let before = text.get(..span.start).unwrap_or(text);
        let line = before.matches('\n').count() + first_line;
        (line, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
    });
    json!({
        "code": diagnostic.code,
        "message": diagnostic.message,
        "source": at.map_or(source.origin.as_str(), |(origin, ..)| origin),
        "start": at.map(|(.., span)| span.start),
        "end": at.map(|(.., span)| span.end),
        "line": position.map(|(line, _)| line),
        "column": position.map(|(_, column)| column),
        "notes": diagnostic.notes,
        "help": diagnostic.help.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "shapes": diagnostic.shapes,
        "labels": labels,
        "others": [],
    })
}
