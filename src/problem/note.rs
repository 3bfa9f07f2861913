//! Notes: what a reader of an answer has to know about how the input was read, or about an answer that may surprise.

use super::Source;
use crate::diagnostic::Advice;
use crate::span::Span;
use crate::syntax::Remark;

/// A remark on the input that stands below the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What kind of note it is: a stable name such as `zero-derivative`.
    pub row: &'static str,
    /// Which text of the request it is about, by its position.
    pub source: usize,
    /// The place in that text.
    pub span: Span,
    /// The piece of input that it is about; may be empty.
    pub text: String,
    /// What is to be said, the other spelling included: lower case, no full stop, identifiers in backquotes.
    pub message: Advice,
    /// The other spelling by itself, for whoever meant something else.
    pub other: Option<String>,
}

impl Note {
    /// A note on a value rather than on a text.
    #[must_use]
    pub fn of_value(message: String) -> Self {
        Self {
            row: "value",
            source: 0,
            span: Span::default(),
            text: String::new(),
            message: message.into(),
            other: None,
        }
    }

    /// A note of the reader.
    pub(super) fn of_reading(source: usize, remark: &Remark, sources: &[Source]) -> Self {
        let text = sources.get(source).and_then(|source| source.text.get(remark.span.start..remark.span.end));
        Self {
            row: remark.row,
            source,
            span: remark.span,
            text: text.unwrap_or_default().to_owned(),
            message: remark.message.clone(),
            other: remark.other.clone(),
        }
    }
}
