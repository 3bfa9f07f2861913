//! Pages and errors to the standard streams.

use std::io::Write as _;

use crate::error::Error;
use crate::request::{Format, Page, Role};
use crate::statement::lines::Expression;

/// Prints a line to standard output.
pub(super) fn line(text: &str) {
    // A closed pipe is the reader's choice, not an error.
    let _ = writeln!(anstream::stdout(), "{text}");
}

/// Prints a line to standard error.
pub(super) fn note(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Prints a page. In every format but `unicode` standard output is the result alone, so that it can be piped on; warnings go to standard
/// error in all.
pub(super) fn page(page: &Page) {
    for one in &page.lines {
        match (one.role, page.format) {
            (Role::Result, _) | (Role::About, Format::Unicode) => line(&one.text),
            (Role::About | Role::Warning, _) => note(&one.text),
        }
    }
}

/// Prints why there is no answer. `first_line` gives the number of a text's first line where it was given; `line` is that of the
/// expression, where it is one of several.
pub(super) fn error(error: &Error, first_line: impl Fn(&str) -> usize, line: Option<usize>) {
    match (error, line) {
        (Error::Message(message), Some(line)) => note(&format!("error: line {line}: {message}")),
        _ => note(&error.text(first_line, true)),
    }
}

/// The width of the terminal behind standard output; nothing where there is none.
pub(super) fn columns() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(terminal_size::Width(columns), _)| usize::from(columns))
}

/// Longest expression in a header, in characters.
const MAX_HEADER: usize = 100;

/// Prints the line above the answer to one of several expressions.
pub(super) fn header(expression: &Expression, format: Format) {
    let mut text = expression.text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > MAX_HEADER {
        text = text.chars().take(MAX_HEADER - 1).chain(['…']).collect();
    }
    let header = format!("── line {}: {text}", expression.line);
    if format == Format::Unicode { line(&header) } else { note(&header) }
}
