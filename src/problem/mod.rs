//! Problems: expressions that were read, with shapes, in the symbols that they share.
//!
//! [`read`] takes texts and declarations through the first stages, up to the normal form. What is asked of a [`Problem`] stands in
//! [`crate::answer`].

mod call;
mod entry;
mod letter_sum;
mod note;
mod nowhere;
mod numbered;
mod open_sign;
mod read;
mod style;
mod variable;

pub use note::Note;
pub use read::{named_variables, read, read_again, read_by_parts, read_each_in, read_in, whole};

use rustc_hash::FxHashSet;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::{Arena, ExprId, Part, SymbolId};
use crate::reading::bracketed::{Signs, bracketed};
use crate::reading::cost::RowId;
use crate::render::{Format, Style, render};
use crate::shape::Goal;
use crate::span::Span;
use crate::syntax::Ast;

/// A text that was given, for messages that point into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What the text is: `expression`, `declarations`, `claim`.
    pub origin: String,
    /// The text.
    pub text: String,
}

/// Why there is no answer: messages, each with the text that it points into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The texts with the errors found in each.
    pub errors: Vec<(Source, Diagnostics)>,
}

impl Report {
    fn of(source: &Source, diagnostics: Diagnostics) -> Self {
        Self { errors: vec![(source.clone(), diagnostics)] }
    }
}

/// What messages call a direction of a variable.
pub(crate) const DIRECTION: &str = "direction";

/// An expression to read and what it has to be.
#[derive(Clone, Debug)]
pub struct Given {
    /// What messages call it.
    pub origin: String,
    /// The text.
    pub text: String,
    /// The shape it must have.
    pub goal: Goal,
}

/// How the texts were read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The trees.
    pub asts: Vec<Ast>,
    /// Which of their nodes are scalars.
    pub scalars: Vec<Vec<bool>>,
    /// The row of the table of costs by which each symbol has its kind.
    pub kinds: Vec<(String, RowId)>,
}

impl Reading {
    /// An expression with every grouping in brackets.
    #[must_use]
    pub fn text(&self, place: usize, signs: Signs) -> String {
        self.asts.get(place).map(|ast| bracketed(ast, &self.scalars[place], signs)).unwrap_or_default()
    }
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The expressions' store.
    pub arena: Arena,
    /// The expressions as they were written, in the order given.
    pub raw: Vec<ExprId>,
    /// The same in normal form.
    pub normal: Vec<ExprId>,
    /// The parts that the first expression names, as they were written, each after those that it uses.
    pub named: Vec<(String, ExprId)>,
    /// The symbols that occur, in the order of first appearance.
    pub symbols: Vec<SymbolId>,
    /// The variables.
    pub wrt: Vec<SymbolId>,
    /// Of each variable the part by which is differentiated, a member of a family or an entry; `None` where it is the whole.
    pub parts: Vec<Option<Part>>,
    /// How the input writes inner products and norms.
    pub style: Style,
    /// What is to be said of how it was read.
    pub notes: Vec<Note>,
    /// How the texts were read.
    pub reading: Reading,
    sources: Vec<Source>,
}

impl Problem {
    /// The text at this position of what was given.
    #[must_use]
    pub fn source(&self, place: usize) -> Option<&Source> {
        self.sources.get(place)
    }

    /// A message about the first expression as a whole.
    #[must_use]
    pub fn refusal(&self, code: &'static str, message: &str, label: &str, help: Option<String>) -> Report {
        let source = &self.sources[0];
        let span = Span::new(0, source.text.len());
        let diagnostic = Diagnostic::new(code, message, span, label);
        Report::of(source, vec![help.into_iter().fold(diagnostic, Diagnostic::with_help)])
    }

    /// That the first expression is to be maximized, where its text says so: what looks for a minimum takes the negative.
    #[must_use]
    pub fn maximum(&self) -> Option<Report> {
        let (span, start) = self.reading.asts.first()?.heading.maximum?;
        let source = self.sources.first()?;
        let body = source.text.get(start..)?.split('\n').next()?.split(" where ").next()?;
        let body = body.trim().trim_end_matches(['$', '.']).trim_end();
        let message = "`minimize` looks for a minimum, and this asks for a maximum";
        let diagnostic = Diagnostic::new("P0016", message, span, "a maximum");
        let help = format!("a maximum is the minimum of the negative, -({body}), with the sign of its value changed");
        Some(Report::of(source, vec![diagnostic.with_help(help)]))
    }

    /// A problem of expressions that were made and not read.
    #[must_use]
    pub fn of_expressions(mut arena: Arena, raw: Vec<ExprId>, wrt: Vec<SymbolId>) -> Self {
        let normal = raw.iter().map(|root| arena.normalize(*root)).collect();
        let text = |root: &ExprId| render(&arena, *root, Format::Unicode, &Style::default());
        let source = |root| Source { origin: "expression".into(), text: text(root) };
        let sources = raw.iter().map(source).collect();
        let mut symbols: Vec<SymbolId> = raw.iter().flat_map(|root| arena.symbols_in(*root)).collect();
        let mut seen = FxHashSet::default();
        symbols.retain(|symbol| seen.insert(*symbol));
        let parts = vec![None; wrt.len()];
        Self {
            arena,
            raw,
            normal,
            named: Vec::new(),
            symbols,
            wrt,
            parts,
            style: Style::default(),
            notes: Vec::new(),
            reading: Reading::default(),
            sources,
        }
    }
}
