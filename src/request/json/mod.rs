//! The JSON document: one shape for every command, for one variable and for several, for answers and for errors.
//!
//! Commands gather answers, declarations and notes on the page; [`document`] puts them together once the command has run. docs/json.md
//! describes the fields, docs/json.schema.json states them.

mod answer;
mod certificate;
mod code;
mod comparison;
mod convexity;
mod failure;
mod formula;
mod plan;
mod reading;
mod stationary;
mod symbol;
mod tape;

use serde_json::{Value, json};

pub(super) use answer::{derived, views};
pub(super) use certificate::array;
pub(super) use code::code;
pub(super) use comparison::{claim, equality};
pub(super) use convexity::convexity;
pub use failure::failure_json;
pub(super) use plan::plan;
pub(super) use reading::{numbers, reading, value};
pub(super) use stationary::{joint, open, solution};
pub(super) use tape::tape;

use super::page::{Gathered, Page};
use super::question::Request;
use crate::problem::{Note, Problem};
use crate::span::Span;

/// Version of the document.
const VERSION: u32 = 2;

impl Page {
    /// Gathers an answer for the document, with the notes that are said with it.
    pub(super) fn gather(&mut self, request: &Request, problem: &Problem, notes: &[Note], answer: Value) {
        self.gathered.declarations = symbol::declarations(problem);
        self.gathered.answers.push(answer);
        self.gathered.notes.extend(notes.iter().map(|one| note(request, problem, one)));
    }
}

/// A document that says nothing yet.
fn empty(request: &Request, status: &str, [input, other]: [Option<&str>; 2]) -> Value {
    json!({
        "version": VERSION,
        "command": request.query.name(),
        "status": status,
        "input": input,
        "other_input": other,
        "line": request.line,
        "declarations": [],
        "answers": [],
        "notes": [],
        "error": null,
    })
}

/// The document of a request that was answered.
pub(super) fn document(request: &Request, page: &mut Page) -> Value {
    let status = if page.failed { "failed" } else { "ok" };
    let mut document = empty(request, status, [Some(&request.expression), request.query.other_text()]);
    let Gathered { declarations, answers, notes } = std::mem::take(&mut page.gathered);
    document["declarations"] = Value::Array(declarations);
    document["answers"] = Value::Array(answers);
    document["notes"] = Value::Array(notes);
    document
}

/// The text of a document: on one line where the expression comes from a file or from standard input, which may hold several.
#[must_use]
pub fn json_text(document: &Value, is_line: bool) -> String {
    if is_line { document.to_string() } else { format!("{document:#}") }
}

fn note(request: &Request, problem: &Problem, note: &Note) -> Value {
    let source = problem.source(note.source);
    let (origin, text) = source.map_or(("expression", ""), |source| (source.origin.as_str(), source.text.as_str()));
    let (origin, _, span) = place(origin, text, note.span, &request.definitions);
    json!({
        "id": note.row,
        "source": origin,
        "start": span.start,
        "end": span.end,
        "text": note.text,
        "message": note.message.spelled(request.prompt),
        "other": note.other,
    })
}

/// A place as the user typed it: in the text itself, or in the definitions that stand after it.
fn place<'a>(origin: &'a str, text: &'a str, span: Span, definitions: &str) -> (&'a str, &'a str, Span) {
    let Some(typed) = text.strip_suffix(definitions).and_then(|text| text.strip_suffix('\n')) else {
        return (origin, text, span);
    };
    if definitions.is_empty() {
        return (origin, text, span);
    }
    let behind = typed.len() + 1;
    if span.start >= behind {
        return ("definitions", &text[behind..], Span::new(span.start - behind, span.end - behind));
    }
    (origin, typed, Span::new(span.start, span.end.min(typed.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_what_was_typed() {
        let text = "r'r + 1\nr = A x";
        let at = |start, end| place("expression", text, Span::new(start, end), "r = A x");
        assert_eq!(at(0, 3), ("expression", "r'r + 1", Span::new(0, 3)));
        assert_eq!(at(0, text.len()), ("expression", "r'r + 1", Span::new(0, 7)));
        assert_eq!(at(12, 15), ("definitions", "r = A x", Span::new(4, 7)));
        assert_eq!(place("claim", "x\n", Span::new(0, 1), ""), ("claim", "x\n", Span::new(0, 1)));
    }
}
