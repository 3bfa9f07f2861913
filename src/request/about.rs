//! What stands below an answer: shapes, conditions, conventions, notes, the check; and what the page keeps of them.

use indexmap::IndexSet;
use serde_json::Value;

use super::certificate::certificate_line;
use super::form::{self, Form};
use super::format::Format;
use super::kind::{Kind, ResultKind};
use super::page::{Answered, Page};
use super::part::{part_name, part_remark};
use super::question::{Query, Request};
use super::shown::{Shown, note_lines};
use crate::answer::AlongKind;
use crate::expr::{ExprId, SymbolId, SymbolKind};
use crate::naming::is_too_long;
use crate::problem::Problem;
use crate::render::{self, render_declaration};
use crate::structure::Structure;

/// The lines below an answer: shapes, conditions, convention, notes, check.
pub(super) fn notes(page: &mut Page, shown: &Shown<'_>, form: &Form<'_>, format: Format) {
    notes_of_all(page, std::slice::from_ref(shown), form, format);
}

/// The lines below answers in one form, which have their conditions and their check in common.
pub(super) fn notes_of_all(page: &mut Page, all: &[Shown<'_>], form: &Form<'_>, format: Format) {
    all.iter().for_each(|shown| page.knows(shown));
    let Some(shown) = all.first() else { return };
    page.notes.extend_from_slice(shown.notes);
    let facts = facts(shown, form);
    if !facts.is_empty() {
        page.about(format!("where {}", facts.join(", ")));
    }
    let remarks: IndexSet<String> = all.iter().flat_map(remarks).collect();
    for text in remarks.into_iter().chain(note_lines(shown.request.prompt, shown.notes)) {
        page.about(text);
    }
    // Apart from the result the reason stands in the warning already.
    if let Some(certificate) = &shown.answer.certificate
        && (format == Format::Unicode || certificate.reason().is_none())
    {
        page.about(certificate_line(certificate));
    }
}

/// Declarations as understood and conditions.
fn facts(shown: &Shown<'_>, shape: &Form<'_>) -> Vec<String> {
    let problem = shown.problem;
    let mut facts = declarations_text(problem);
    facts.extend(form::rows_facts(problem, shown.how.vectorized));
    facts.extend(shape.conditions(render::Format::Unicode));
    facts
}

/// Explanations of conventions and of functions that are not in every textbook.
pub(super) fn remarks(shown: &Shown<'_>) -> Vec<String> {
    let problem = shown.problem;
    let mut remarks = Vec::new();
    if let Some(wrt) = shown.wrt.filter(|_| matches!(shown.request.query, Query::Gradient { .. } | Query::Check { .. }))
    {
        remarks.extend(shown.how.part.and_then(|part| part_remark(problem, part)));
        let name = match shown.how.part {
            Some(part) => part_name(problem, part),
            None => render::spoken_name(&problem.arena, wrt),
        };
        match problem.arena.symbol(wrt).structure {
            Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite if shown.vech => {
                remarks.push(
                    "half-vectorized convention: G + Gᵀ − G∘I, by the entries on and below the diagonal".to_owned(),
                );
            }
            Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
                remarks.push(format!(
                    "the gradient in the space of symmetric matrices, df = ⟨∇f, d{name}⟩ (--vech gives G + Gᵀ − G∘I)"
                ));
            }
            Structure::Diagonal => remarks.push("the gradient in the space of diagonal matrices".to_owned()),
            Structure::Skew => remarks.push("the gradient in the space of skew-symmetric matrices".to_owned()),
            Structure::Lower => remarks.push("the gradient in the space of lower triangular matrices".to_owned()),
            Structure::Upper => remarks.push("the gradient in the space of upper triangular matrices".to_owned()),
            Structure::Orthogonal => {
                remarks.push(format!("the gradient in the tangent space of the orthogonal matrices at {name}"));
            }
            Structure::General => {}
        }
    }
    let second = matches!(shown.request.query, Query::Hessian { .. } | Query::Along { kind: AlongKind::Hvp, .. });
    if let Some(wrt) = shown.wrt.filter(|wrt| second && problem.arena.symbol(*wrt).structure == Structure::Orthogonal) {
        let name = render::spoken_name(&problem.arena, wrt);
        remarks.push(format!(
            "the Riemannian Hessian on the orthogonal matrices at {name}: P(d∇f), with P the projection on the tangent space"
        ));
    }
    remarks.extend(render::sets_glossary(&problem.arena, &problem.symbols).into_iter().map(str::to_owned));
    remarks.extend(form::left_remarks(problem, shown.how.vectorized));
    // Code has no names of its own.
    if shown.request.format != Format::Numpy {
        remarks.extend(render::glossary(&problem.arena, shown.answer.expr));
    }
    remarks
}

/// The symbols as they were understood: `A ∈ ℝᵐˣⁿ`.
pub(crate) fn declarations_text(problem: &Problem) -> Vec<String> {
    let text = |symbol: &SymbolId| render_declaration(&problem.arena, *symbol, render::Format::Unicode);
    problem.symbols.iter().map(text).collect()
}

/// What an expression is.
pub(super) fn kind_of(problem: &Problem, expr: ExprId) -> ResultKind {
    ResultKind::of(&problem.arena, problem.arena.shape(expr))
}

impl Page {
    /// Adds an answer to the document.
    pub(super) fn document(&mut self, shown: &Shown<'_>, answer: Value) {
        self.knows(shown);
        self.notes.extend_from_slice(shown.notes);
        self.gather(shown.request, shown.problem, shown.notes, answer);
    }

    /// Keeps the check of an answer and, where the request wants them, its facts.
    fn knows(&mut self, shown: &Shown<'_>) {
        self.certificate.clone_from(&shown.answer.certificate);
        if !shown.request.keeps_facts {
            return;
        }
        let whole = shown.whole();
        self.knows_symbols(shown.request, shown.problem);
        if shown.answer.stands() {
            let (problem, answer) = (shown.problem.clone(), shown.answer.clone());
            self.answered.push(Answered { problem, answer, wrt: shown.wrt });
        }
        add_new(&mut self.conditions, whole.conditions(render::Format::Unicode));
        if self.format == Format::Latex {
            add_new(&mut self.latex_facts, whole.conditions(render::Format::Latex));
        }
        self.kind = Some(kind_of(shown.problem, shown.answer.expr));
        if shown.answer.stands() && !is_too_long(&shown.problem.arena, &[shown.answer.expr]) {
            self.values.push(whole.text(0, render::Format::Ascii));
        }
    }

    /// Keeps how the symbols of a problem were understood, where the request wants it.
    pub(super) fn knows_symbols(&mut self, request: &Request, problem: &Problem) {
        if !request.keeps_facts {
            return;
        }
        self.declarations = declarations_text(problem);
        if self.format == Format::Latex {
            let latex = render::Format::Latex;
            let name = |symbol: &SymbolId| render::render_name(&problem.arena, *symbol, latex);
            self.latex_variables = problem.wrt.iter().map(name).collect();
            let fact = |symbol: &SymbolId| render_declaration(&problem.arena, *symbol, latex);
            add_new(&mut self.latex_facts, problem.symbols.iter().map(fact));
        }
        let info = problem.symbols.iter().map(|symbol| problem.arena.symbol(*symbol));
        self.symbols = info.filter(|info| !info.kind.is_function()).map(|info| info.name.clone()).collect();
        self.kinds = kinds(problem);
    }
}

/// Adds the texts that are not there yet.
fn add_new(texts: &mut Vec<String>, more: impl IntoIterator<Item = String>) {
    for text in more {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
}

/// The symbols with their kinds, but for what has more to it than its shape: structures, families, functions.
fn kinds(problem: &Problem) -> Vec<(String, Kind)> {
    let infos = problem.symbols.iter().map(|symbol| problem.arena.symbol(*symbol));
    let plain = infos.filter(|info| info.kind == SymbolKind::Plain && info.structure == Structure::General);
    plain.map(|info| (info.name.clone(), Kind::of(info.shape))).collect()
}
