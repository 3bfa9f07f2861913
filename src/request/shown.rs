//! An answer with what it answers and how it is printed.

use super::certificate::reason_text;
use super::form::Form;
use super::format::Format;
use super::page::Page;
use super::question::{Query, Request};
use crate::answer::Finished;
use crate::answer::derivation::Derivation;
use crate::answer::form::Vectorized;
use crate::check::{Certificate, Outcome};
use crate::diagnostic::Prompt;
use crate::expr::{ExprId, Part, SymbolId};
use crate::naming::Limits;
use crate::problem::{Note, Problem};
use crate::render;

/// An answer with what it answers.
pub(super) struct Shown<'a> {
    pub(super) problem: &'a Problem,
    pub(super) answer: &'a Finished,
    pub(super) wrt: Option<SymbolId>,
    pub(super) request: &'a Request,
    pub(super) vech: bool,
    /// What is to be said of the input below this answer.
    pub(super) notes: &'a [Note],
    pub(super) how: How<'a>,
}

/// In which form an answer is printed.
#[derive(Clone, Copy, Default)]
pub(super) struct How<'a> {
    /// From which sizes on repeated parts are named.
    pub(super) limits: Limits,
    /// The matrices that stand for families, and the sums that are left.
    pub(super) vectorized: Option<&'a Vectorized>,
    /// The derivation that is printed in place of the answer.
    pub(super) steps: Option<&'a Derivation>,
    /// The member or entry by which it is the derivative.
    pub(super) part: Option<&'a Part>,
}

impl<'a> Shown<'a> {
    /// The answer and its conditions with their parts named.
    pub(super) fn form(&self) -> Form<'a> {
        self.form_of(&[self.answer.expr])
    }

    /// These expressions and the conditions with their parts named.
    pub(super) fn form_of(&self, exprs: &[ExprId]) -> Form<'a> {
        Form::new(self.problem, exprs, &self.answer.conditions, &self.how.limits)
    }

    /// The answer and its conditions written out.
    pub(super) fn whole(&self) -> Form<'a> {
        Form::new(self.problem, &[self.answer.expr], &self.answer.conditions, &Limits::NEVER)
    }
}

/// Says why what was found is not to be taken as an answer, where its check does not say that it is one.
pub(super) fn warn(page: &mut Page, what: &str, certificate: Option<&Certificate>, can_skip: bool) {
    match certificate.map(|certificate| &certificate.outcome) {
        None | Some(Outcome::Passed) => {}
        Some(Outcome::Failed(_)) => page.warn(format!(
            "error: this {what} did not pass its numeric check, so it is not to be trusted; please report it as a bug"
        )),
        Some(Outcome::NotChecked(reason)) => {
            let help = if can_skip { "\n  = help: `--no-check` prints it unchecked" } else { "" };
            page.warn(format!("error: this {what} could not be checked at any point: {}{help}", reason_text(reason)));
        }
    }
}

/// What stands before a formula that is not to be taken as an answer; empty for an answer.
pub(super) fn mark(certificate: Option<&Certificate>) -> &'static str {
    match certificate.map(|certificate| &certificate.outcome) {
        None | Some(Outcome::Passed) => "",
        Some(Outcome::Failed(_)) => "(failed its check) ",
        Some(Outcome::NotChecked(_)) => "(not checked) ",
    }
}

impl Shown<'_> {
    /// Says why this is no answer, where it is none.
    pub(super) fn warn(&self, page: &mut Page) {
        page.fail_unless(self.answer.stands());
        warn(page, "answer", self.answer.certificate.as_ref(), !matches!(self.request.query, Query::Check { .. }));
    }

    pub(super) fn mark(&self) -> &'static str {
        mark(self.answer.certificate.as_ref())
    }
}

/// The lines of notes.
pub(super) fn note_lines(prompt: Prompt, notes: &[Note]) -> Vec<String> {
    notes.iter().map(|note| format!("note: {}", note.message.spelled(prompt))).collect()
}

/// The text format of an output format, where it is one.
pub(super) fn text_format(format: Format) -> Option<render::Format> {
    match format {
        Format::Unicode => Some(render::Format::Unicode),
        Format::Ascii => Some(render::Format::Ascii),
        Format::Latex => Some(render::Format::Latex),
        Format::Typst => Some(render::Format::Typst),
        Format::Mathml => Some(render::Format::Mathml),
        Format::Json
        | Format::Numpy
        | Format::Jax
        | Format::Torch
        | Format::Julia
        | Format::Matlab
        | Format::Rust
        | Format::Cpp => None,
    }
}
