//! What a request is answered with: lines, each a part of the result or about it.

use nalgebra::DMatrix;
use serde_json::Value;

use super::format::Format;
use super::kind::{Kind, ResultKind};
use super::numbers::Figure;
use crate::answer::Finished;
use crate::check::Certificate;
use crate::expr::SymbolId;
use crate::minimize::Step;
use crate::problem::{Note, Problem};
use crate::render::spoken_name;

/// What a line of a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Part of the result.
    Result,
    /// About it: shapes and conditions, notes, the check.
    About,
    /// Why the result is not to be taken as an answer.
    Warning,
}

/// A line of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The text; a derivation is one text of several lines.
    pub text: String,
    /// What it is.
    pub role: Role,
}

/// The answer to a request as it is shown.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The format of the result.
    pub format: Format,
    /// The lines, from the top.
    pub lines: Vec<Line>,
    /// Whether a check or a claim failed, so that this is no answer.
    pub failed: bool,
    /// Whether the result is a document, which nothing else may stand beside, though its format is that of a reader.
    pub is_document: bool,
    /// The check of the result, where there is one result and it was checked.
    pub certificate: Option<Certificate>,
    /// The conditions under which the result holds.
    pub conditions: Vec<String>,
    /// The symbols as they were understood: `A ∈ ℝᵐˣⁿ`.
    pub declarations: Vec<String>,
    /// The variables in LaTeX.
    pub latex_variables: Vec<String>,
    /// The symbols as they were understood, and the conditions, in LaTeX.
    pub latex_facts: Vec<String>,
    /// The names of the symbols, but of functions.
    pub symbols: Vec<String>,
    /// The symbols with their kinds, as they can be declared; none of what was declared as more than that.
    pub kinds: Vec<(String, Kind)>,
    /// What the result is.
    pub kind: Option<ResultKind>,
    /// What is said of how the input was read.
    pub notes: Vec<Note>,
    /// The expressions or values of the result, each as a text that is read back as the same.
    pub values: Vec<String>,
    /// The value of an expression, where the request asks for it as numbers.
    pub value: Option<DMatrix<f64>>,
    /// The values that a search found, each with its name.
    pub results: Vec<(String, DMatrix<f64>)>,
    /// The iterations of a search.
    pub trace: Vec<Step>,
    /// What can be drawn.
    pub figure: Option<Figure>,
    /// How many steps of work the answer took: see [`crate::interrupt::MOST_STEPS`].
    pub steps: u64,
    /// The answers, where the request keeps its facts: what their values rest on.
    pub(super) answered: Vec<Answered>,
    /// What the JSON document says.
    pub(super) gathered: Gathered,
}

impl Page {
    fn push(&mut self, text: impl Into<String>, role: Role) {
        self.lines.push(Line { text: text.into(), role });
    }

    /// Adds a line of the result.
    pub(super) fn line(&mut self, text: impl Into<String>) {
        self.push(text, Role::Result);
    }

    /// Adds a line about the result.
    pub(super) fn about(&mut self, text: impl Into<String>) {
        self.push(text, Role::About);
    }

    /// Adds a warning.
    pub(super) fn warn(&mut self, text: impl Into<String>) {
        self.push(text, Role::Warning);
    }

    /// Says that a check or a claim failed, unless it did not.
    pub(super) fn fail_unless(&mut self, stands: bool) {
        self.failed |= !stands;
    }

    /// The lines of the result alone.
    #[must_use]
    pub fn result(&self) -> String {
        let lines: Vec<&str> =
            self.lines.iter().filter(|line| line.role == Role::Result).map(|line| line.text.as_str()).collect();
        lines.join("\n")
    }
}

impl std::fmt::Display for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let texts: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        f.write_str(&texts.join("\n"))
    }
}

/// An answer whose value is asked for, with what it answers.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    pub(super) problem: Problem,
    pub(super) answer: Finished,
    /// By what it is the derivative.
    pub(super) wrt: Option<SymbolId>,
}

impl Answered {
    /// Whether it is one for each value of an index.
    pub(super) fn has_free_index(&self) -> bool {
        let mut places = self.problem.parts.iter().flatten().flat_map(|part| &part.at);
        places.any(|at| self.problem.arena.is_free_index(*at))
    }

    /// `∇_x: `
    pub(super) fn prefix(&self) -> String {
        self.wrt.map_or_else(String::new, |wrt| format!("∇_{}: ", spoken_name(&self.problem.arena, wrt)))
    }
}

/// What the commands have to say in a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    pub(super) declarations: Vec<Value>,
    pub(super) answers: Vec<Value>,
    pub(super) notes: Vec<Value>,
}
