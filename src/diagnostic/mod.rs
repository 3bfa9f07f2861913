//! What is told to the user when input cannot be used: one type, made by every stage, rendered in one place. What
//! is advised is data until it is shown ([`Advice`]).

mod advice;
pub mod code;
mod render;
pub mod suggest;

pub use advice::{Advice, Prompt, Suggestion};
pub use render::{render, render_all, render_all_from};

use crate::span::Span;

/// A remark on a place of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there; empty for a bare underline.
    pub text: String,
}

/// One error: what is wrong, where, and a way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code such as `P0003`.
    pub code: &'static str,
    /// What is wrong: lower case, no full stop, identifiers in backquotes.
    pub message: String,
    /// Places; the first is the primary one.
    pub labels: Vec<Label>,
    /// Facts that explain it.
    pub notes: Vec<String>,
    /// Ways out, each one that works when followed.
    pub help: Vec<Advice>,
    /// Where shapes are wrong, the shape of each operand as it stands in the text, from the left: `m×n`, `a scalar`.
    pub shapes: Vec<String>,
}

impl Diagnostic {
    /// An error with a message and its primary place.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            labels: vec![Label { span, text: label.into() }],
            notes: Vec::new(),
            help: Vec::new(),
            shapes: Vec::new(),
        }
    }

    /// Adds a place.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds the shapes of the operands.
    #[must_use]
    pub fn with_shapes(mut self, shapes: Vec<String>) -> Self {
        self.shapes = shapes;
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<Advice>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Moves its places: the text that they point into stands so many bytes after the beginning of a longer one.
    pub(crate) fn shift(&mut self, bytes: usize) {
        for label in &mut self.labels {
            label.span = Span::new(label.span.start + bytes, label.span.end + bytes);
        }
    }
}

/// The errors found in one pass; never empty where it is an `Err`.
pub type Diagnostics = Vec<Diagnostic>;
