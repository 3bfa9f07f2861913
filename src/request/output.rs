//! What is shown: answers, certificates, verdicts, messages.

use nalgebra::DMatrix;
use serde_json::Value;

use super::form::{self, Form};
use super::format::Format;
use super::json;
use super::kind::{Kind, ResultKind};
use super::page::Page;
use super::steps;
use super::verdict::{self, disagreement_text};
use super::{Query, Request};
use crate::answer::Answer;
use crate::answer::derivation::Derivation;
use crate::answer::form::Vectorized;
use crate::check::{Certificate, Method, Outcome, Reason};
use crate::error::Error;
use crate::expr::{Arena, ExprId, Node, Part, SymbolId, SymbolKind};
use crate::naming::Limits;
use crate::number::Coeff;
use crate::problem::{Note, Problem};
use crate::render::{self, render_declaration};
use crate::structure::Structure;

/// An answer with what it answers.
pub(super) struct Shown<'a> {
    pub(super) problem: &'a Problem,
    pub(super) answer: &'a Answer,
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

/// The lines of notes.
pub(super) fn note_lines(notes: &[Note]) -> Vec<String> {
    notes.iter().map(|note| format!("note: {}", note.message)).collect()
}

impl Shown<'_> {
    /// Says why this is no answer, where it is none.
    pub(super) fn warn(&self, page: &mut Page) {
        page.fail_unless(self.answer.stands());
        warn(page, "answer", self.answer.certificate.as_ref(), !matches!(self.request.query, Query::Check { .. }));
    }

    fn mark(&self) -> &'static str {
        mark(self.answer.certificate.as_ref())
    }
}

/// The text format of an output format, where it is one.
pub(super) fn text_format(format: Format) -> Option<render::Format> {
    match format {
        Format::Unicode => Some(render::Format::Unicode),
        Format::Ascii => Some(render::Format::Ascii),
        Format::Latex => Some(render::Format::Latex),
        Format::Typst => Some(render::Format::Typst),
        Format::Mathml => Some(render::Format::Mathml),
        Format::Json | Format::Numpy => None,
    }
}

/// Widest line of a formula in LaTeX, in symbols: about that of a page in one column.
const LATEX_WIDTH: usize = 50;

/// Shows an answer. In every format but `unicode` the result is the answer alone.
pub(super) fn answer(
    page: &mut Page,
    shown: &Shown<'_>,
    format: Format,
    heading: Option<SymbolId>,
) -> Result<(), Error> {
    let problem = shown.problem;
    if format == Format::Json {
        page.fail_unless(shown.answer.stands());
        page.document(shown, json::derived(shown, None));
        return Ok(());
    }
    if let Some(steps) = shown.how.steps {
        let heading = heading.map(|symbol| format!("in {}:", render::document_name(&problem.arena, symbol)));
        return steps::show(page, shown, steps, format, heading.as_deref());
    }
    let prefix = heading.map(|symbol| match shown.how.part {
        Some(part) => format!("∇_{{{}}}: ", part_name(problem, part)),
        None => format!("∇_{}: ", render::document_name(&problem.arena, symbol)),
    });
    let prefix = prefix.unwrap_or_default();
    shown.warn(page);
    let Some(text_format) = text_format(format) else {
        let code = form::numpy(problem, shown.answer.expr, shown.how.vectorized)
            .map_err(|error| Error::Message(error.to_string()))?;
        if shown.answer.stands() {
            page.line(code);
        }
        notes(page, shown, &shown.whole(), format);
        return Ok(());
    };
    let shape = shown.form();
    if format == Format::Unicode {
        page.line(format!("{}{prefix}{}", shown.mark(), shape.text(0, text_format)));
        shape.where_lines(text_format).into_iter().for_each(|text| page.line(text));
    } else if shown.answer.stands() {
        let text = shape.line(0, text_format);
        page.line(if text_format == render::Format::Latex { render::break_latex(&text, LATEX_WIDTH) } else { text });
    }
    notes(page, shown, &shape, format);
    Ok(())
}

/// Shows code that stands for an answer, and its notes.
pub(super) fn code(page: &mut Page, shown: &Shown<'_>, code: &str) {
    shown.warn(page);
    if shown.answer.stands() {
        page.line(code);
    }
    notes(page, shown, &shown.whole(), Format::Numpy);
}

impl Page {
    /// Adds an answer to the document.
    pub(super) fn document(&mut self, shown: &Shown<'_>, answer: Value) {
        self.knows(shown);
        self.gather(shown.request, shown.problem, shown.notes, answer);
    }

    /// Keeps the check and the notes of an answer and, where the request wants them, its facts.
    fn knows(&mut self, shown: &Shown<'_>) {
        self.certificate.clone_from(&shown.answer.certificate);
        self.notes.extend_from_slice(shown.notes);
        if !shown.request.keeps_facts {
            return;
        }
        let whole = shown.whole();
        self.knows_symbols(shown.request, shown.problem);
        add_new(&mut self.conditions, whole.conditions(render::Format::Unicode));
        if self.format == Format::Latex {
            add_new(&mut self.latex_facts, whole.conditions(render::Format::Latex));
        }
        self.kind = Some(kind_of(shown.problem, shown.answer.expr));
        if shown.answer.stands() {
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
        let is_function = |kind| matches!(kind, SymbolKind::Function | SymbolKind::MatrixFunction);
        self.symbols = info.filter(|info| !is_function(info.kind)).map(|info| info.name.clone()).collect();
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

/// What an expression is.
pub(super) fn kind_of(problem: &Problem, expr: ExprId) -> ResultKind {
    ResultKind::of(&problem.arena, problem.arena.shape(expr))
}

/// The symbols as they were understood: `A ∈ ℝᵐˣⁿ`.
pub(crate) fn declarations_text(problem: &Problem) -> Vec<String> {
    let text = |symbol: &SymbolId| render_declaration(&problem.arena, *symbol, render::Format::Unicode);
    problem.symbols.iter().map(text).collect()
}

/// The lines below an answer: shapes, conditions, convention, notes, check.
pub(super) fn notes(page: &mut Page, shown: &Shown<'_>, form: &Form<'_>, format: Format) {
    page.knows(shown);
    let facts = facts(shown, form);
    if !facts.is_empty() {
        page.about(format!("where {}", facts.join(", ")));
    }
    for text in remarks(shown).into_iter().chain(note_lines(shown.notes)) {
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
            None => render::document_name(&problem.arena, wrt),
        };
        match problem.arena.symbol(wrt).structure {
            Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite if shown.vech => {
                remarks.push(
                    "half-vectorised convention: G + Gᵀ − G∘I, by the entries on and below the diagonal".to_owned(),
                );
            }
            Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
                remarks.push(format!(
                    "the gradient among symmetric matrices, df = ⟨∇f, d{name}⟩ (--vech gives G + Gᵀ − G∘I)"
                ));
            }
            Structure::Diagonal => remarks.push("the gradient among diagonal matrices".to_owned()),
            Structure::Skew => remarks.push("the gradient among skew-symmetric matrices".to_owned()),
            Structure::Lower => remarks.push("the gradient among lower triangular matrices".to_owned()),
            Structure::Upper => remarks.push("the gradient among upper triangular matrices".to_owned()),
            Structure::Orthogonal => {
                remarks.push(format!("the gradient in the tangent space of the orthogonal matrices at {name}"));
            }
            Structure::General => {}
        }
    }
    remarks.extend(render::sets_glossary(&problem.arena, &problem.symbols).into_iter().map(str::to_owned));
    remarks.extend(form::left_remarks(problem, shown.how.vectorized));
    remarks.extend(render::glossary(&problem.arena, shown.answer.expr));
    remarks
}

/// `μₖ`
fn part_name(problem: &Problem, part: &Part) -> String {
    render::render(&problem.arena, part.expr, render::Format::Unicode, &problem.style)
}

/// Of which member or entry the derivative is, where its place is any, and for which places it holds.
fn part_remark(problem: &Problem, part: &Part) -> Option<String> {
    let indices = part_indices(problem, part, render::Format::Unicode);
    let what = if problem.arena.shape(part.expr).is_scalar() { "derivative" } else { "gradient" };
    let name = part_name(problem, part);
    let (starts, ends, others) = part_bounds(problem, part);
    let each = match (indices.as_slice(), starts.as_slice(), ends.as_slice(), others.as_slice()) {
        ([], ..) => None,
        ([index], [start], [end], []) => Some(format!("for each {index} from {start} to {end}")),
        ([index], [start], [], []) => Some(format!("for each {index} from {start} on")),
        ([index], [], [end], []) => Some(format!("for each {index} up to {end}")),
        _ => Some(format!("for each {}", indices.join(", "))),
    };
    let where_ = (!others.is_empty()).then(|| format!("where {}", others.join(" and ")));
    let said: Vec<String> = each.into_iter().chain(where_).collect();
    (!said.is_empty()).then(|| format!("the {what} in {name}, {}", said.join(", ")))
}

/// From where and up to where the one free index of a part goes for its derivative to hold, and what else has to be.
fn part_bounds(problem: &Problem, part: &Part) -> (Vec<String>, Vec<String>, Vec<String>) {
    let mut arena = problem.arena.clone();
    let (mut starts, mut ends, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let text = |arena: &Arena, id| render::render(arena, id, render::Format::Unicode, &problem.style);
    for bound in &part.within {
        let free = part.at.iter().filter(|at| matches!(problem.arena.node(**at), Node::Index(_)));
        let free: Vec<ExprId> = free.copied().collect();
        match free.as_slice() {
            // k − s ≥ 0 or e − k ≥ 0
            [at] => {
                let falls = arena.terms(*bound).iter().any(|(coeff, term)| term == at && coeff.is_negative());
                if falls {
                    let end = arena.plus(*bound, *at);
                    ends.push(text(&arena, end));
                } else {
                    let start = arena.minus(*at, *bound);
                    starts.push(text(&arena, start));
                }
            }
            _ => {
                // What has letters on the left, its number on the right.
                let one = arena.one();
                let terms = arena.terms(*bound);
                let number = terms.into_iter().find(|(_, term)| *term == one).map(|(coeff, _)| coeff);
                let number = arena.number(number.unwrap_or(Coeff::ZERO));
                let letters = arena.minus(*bound, number);
                let least = arena.scale(&Coeff::MINUS_ONE, number);
                others.push(format!("{} ≥ {}", text(&arena, letters), text(&arena, least)));
            }
        }
    }
    (starts, ends, others)
}

/// The free indices of a part.
pub(super) fn part_indices(problem: &Problem, part: &Part, format: render::Format) -> Vec<String> {
    let free = part.at.iter().filter(|at| matches!(problem.arena.node(**at), Node::Index(_)));
    free.map(|at| render::render(&problem.arena, *at, format, &problem.style)).collect()
}

/// `n = 2, m = 3`
pub(super) fn sizes_text(sizes: &[(String, usize)]) -> String {
    let sizes: Vec<String> = sizes.iter().map(|(name, size)| format!("{name} = {size}")).collect();
    sizes.join(", ")
}

/// The sizes at the first point of a check, ` (n = 2 first)`.
pub(super) fn first_sizes(certificate: &Certificate) -> String {
    let sizes = certificate.sizes.first().map(|sizes| sizes_text(sizes)).unwrap_or_default();
    if sizes.is_empty() { sizes } else { format!(" ({sizes} first)") }
}

/// The one line that sums a check up.
pub(crate) fn certificate_line(certificate: &Certificate) -> String {
    certificate_line_of(certificate, "✓ checked against")
}

/// The same, where what passed is said with these words before the method.
pub(super) fn certificate_line_of(certificate: &Certificate, passed: &str) -> String {
    match &certificate.outcome {
        Outcome::Passed => {
            let sizes = first_sizes(certificate);
            let with = match certificate.method {
                Method::Values => "values",
                Method::DualNumbers => "dual numbers",
                Method::PowerSeries => "power series",
            };
            format!(
                "{passed} {with} at {} points{sizes}, largest relative error {:.1e}",
                certificate.points, certificate.largest_error
            )
        }
        Outcome::Failed(disagreement) => format!("✗ check failed: {}", disagreement_text(disagreement)),
        Outcome::NotChecked(reason) => format!("not checked: {}", reason_text(reason)),
    }
}

pub(super) fn reason_text(reason: &Reason) -> String {
    match reason {
        Reason::NoPoint => "no random point was found at which the expression and its derivative have a value".into(),
        Reason::Evaluation(error) => format!("it cannot be evaluated: {error}"),
        Reason::Family => "the variable is a family".into(),
        Reason::NotDifferentiable => "the variable is not continuous".into(),
        Reason::VaryingDirection => "the direction depends on the variable".into(),
        Reason::Order(order) => format!("no check for derivatives of order {order}"),
        Reason::Shape => "the shapes do not fit".into(),
    }
}

/// Shows an answer that has several lines, and its notes; in LaTeX one `aligned` environment, whose lines have their column marks.
pub(super) fn several(page: &mut Page, shown: &Shown<'_>, form: &Form<'_>, lines: &[String], format: Format) {
    shown.warn(page);
    if !shown.answer.stands() {
        if format != Format::Unicode {
            notes(page, shown, form, format);
            return;
        }
        page.line(shown.mark().trim_end());
    }
    if format == Format::Latex {
        let parts = form.parts(render::Format::Latex);
        let lead = |place| if place == 0 { "\\text{where } " } else { "" };
        let parts = parts.iter().enumerate().map(|(place, (name, part))| format!("{}{name} &= {part}", lead(place)));
        let all: Vec<String> = lines.iter().cloned().chain(parts).collect();
        page.line(format!("\\begin{{aligned}}\n{}\n\\end{{aligned}}", all.join(" \\\\\n")));
    } else {
        lines.iter().for_each(|text| page.line(text));
        let parts = text_format(format).map(|format| form.where_lines(format)).unwrap_or_default();
        parts.into_iter().for_each(|text| page.line(text));
    }
    notes(page, shown, form, format);
}

/// Shows an answer with everything that its check found.
pub(super) fn details(page: &mut Page, shown: &Shown<'_>) -> Result<(), Error> {
    answer(page, shown, shown.request.format, None)?;
    if shown.request.format == Format::Json {
        return Ok(());
    }
    let Some(certificate) = &shown.answer.certificate else { return Ok(()) };
    for (place, sizes) in certificate.sizes.iter().enumerate() {
        if !sizes.is_empty() {
            page.about(format!("  point {}: {}", place + 1, sizes_text(sizes)));
        }
    }
    page.about(format!("  seed {}", certificate.seed));
    if certificate.symmetric_squares {
        page.about("  square matrices had to be symmetric for a point to be found");
    }
    if let Outcome::Failed(disagreement) = &certificate.outcome {
        verdict::point(page, disagreement);
    }
    Ok(())
}

/// The shortest text that is read as the same double; with an exponent where the digits before the point would not all be known.
fn number(value: f64) -> String {
    if value == 0.0 || (1e-5..1e16).contains(&value.abs()) { format!("{value}") } else { format!("{value:e}") }
}

/// A value in lines: a scalar, a vector on one line, a matrix row by row.
pub(crate) fn value_lines(value: &DMatrix<f64>) -> Vec<String> {
    if value.shape() == (1, 1) {
        return vec![number(value[(0, 0)])];
    }
    let entry = |row: usize, col: usize| number(value[(row, col)]);
    if value.ncols() == 1 {
        let entries: Vec<String> = (0..value.nrows()).map(|row| entry(row, 0)).collect();
        return vec![format!("[{}]", entries.join(" "))];
    }
    let widths: Vec<usize> =
        (0..value.ncols()).map(|col| (0..value.nrows()).map(|row| entry(row, col).len()).max().unwrap_or(0)).collect();
    let line = |row: usize| {
        let entries: Vec<String> =
            (0..value.ncols()).map(|col| format!("{:>width$}", entry(row, col), width = widths[col])).collect();
        let (open, close) = (if row == 0 { "[" } else { " " }, if row + 1 == value.nrows() { "]" } else { ";" });
        format!("{open}{}{close}", entries.join(" "))
    };
    (0..value.nrows()).map(line).collect()
}
