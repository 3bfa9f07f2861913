//! What is printed: answers, certificates, verdicts, messages.

use std::io::Write as _;

use nalgebra::DMatrix;
use serde_json::{Value, json};

use super::args::{Format, View};
use super::{Failure, exit_code};
use crate::check::{Cause, Certificate, Disagreement, Method, Outcome, Reason, Verdict};
use crate::codegen;
use crate::diagnostic::render_all;
use crate::expr::{Shape, SymbolId};
use crate::render::{self, Limits, render_condition, render_declaration, render_shape, render_with_parts};
use crate::session::{Answer, Problem};
use crate::tensor::Views;

/// Version of the JSON documents; see docs/json.md.
const JSON_VERSION: u32 = 1;

/// An answer with what it answers.
pub(super) struct Shown<'a> {
    pub(super) problem: &'a Problem,
    pub(super) answer: &'a Answer,
    pub(super) command: &'static str,
    pub(super) wrt: Option<SymbolId>,
    pub(super) input: &'a str,
    pub(super) vech: bool,
}

/// Prints a line to standard output.
pub(super) fn line(text: &str) {
    // A closed pipe is the reader's choice, not an error.
    let _ = writeln!(anstream::stdout(), "{text}");
}

fn note(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Prints why there is no answer.
pub(super) fn failure(failure: &Failure) {
    match failure {
        Failure::Message(message) => note(&format!("error: {message}")),
        Failure::Input(report) => {
            for (source, diagnostics) in &report.errors {
                note(render_all(diagnostics, &source.text, &source.origin, true).trim_end());
            }
        }
    }
}

fn text_format(format: Format) -> Option<render::Format> {
    match format {
        Format::Unicode => Some(render::Format::Unicode),
        Format::Ascii => Some(render::Format::Ascii),
        Format::Latex => Some(render::Format::Latex),
        Format::Json | Format::Numpy => None,
    }
}

/// Prints an answer. In every format but `unicode` standard output is the result alone.
pub(super) fn answer(shown: &Shown<'_>, format: Format, heading: Option<SymbolId>) -> Result<(), Failure> {
    let problem = shown.problem;
    let prefix = heading.map(|symbol| format!("∇_{}: ", problem.arena.symbol(symbol).name)).unwrap_or_default();
    if shown.answer.failed() {
        note(
            "error: this answer did not pass its numeric check, so it is not to be trusted; please report it as a bug",
        );
    }
    let Some(text_format) = text_format(format) else {
        let code =
            codegen::numpy(&problem.arena, shown.answer.expr).map_err(|error| Failure::Message(error.to_string()))?;
        if !shown.answer.failed() {
            line(&code);
        }
        notes(shown, note);
        return Ok(());
    };
    let rendered =
        render_with_parts(&problem.arena, shown.answer.expr, text_format, &problem.style, &Limits::default());
    let failed = if shown.answer.failed() { "(failed its check) " } else { "" };
    if format == Format::Unicode {
        line(&format!("{failed}{prefix}{}", rendered.main));
        for (place, (name, text)) in rendered.parts.iter().enumerate() {
            line(&format!("{} {name} = {text}", if place == 0 { "where" } else { "     " }));
        }
        notes(shown, line);
    } else {
        if !shown.answer.failed() {
            line(&rendered.to_line(text_format));
        }
        notes(shown, note);
    }
    Ok(())
}

/// The lines below an answer: shapes, conditions, convention, check.
fn notes(shown: &Shown<'_>, print: fn(&str)) {
    let facts = facts(shown);
    if !facts.is_empty() {
        print(&format!("where {}", facts.join(", ")));
    }
    for remark in remarks(shown) {
        print(&remark);
    }
    if let Some(certificate) = &shown.answer.certificate {
        print(&certificate_line(certificate));
    }
}

/// Declarations as understood and conditions.
fn facts(shown: &Shown<'_>) -> Vec<String> {
    let problem = shown.problem;
    let mut facts: Vec<String> = problem
        .symbols
        .iter()
        .map(|symbol| render_declaration(&problem.arena, *symbol, render::Format::Unicode))
        .collect();
    facts.extend(conditions(shown, render::Format::Unicode));
    facts
}

fn conditions(shown: &Shown<'_>, format: render::Format) -> Vec<String> {
    let problem = shown.problem;
    shown
        .answer
        .conditions
        .iter()
        .map(|condition| render_condition(&problem.arena, *condition, format, &problem.style))
        .collect()
}

/// Explanations of conventions and of functions that are not in every textbook.
fn remarks(shown: &Shown<'_>) -> Vec<String> {
    let problem = shown.problem;
    let mut remarks = Vec::new();
    if let Some(wrt) = shown.wrt.filter(|_| matches!(shown.command, "grad" | "check")) {
        use crate::expr::Structure;
        let name = &problem.arena.symbol(wrt).name;
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
    remarks.extend(crate::render::glossary(&problem.arena, shown.answer.expr).into_iter().map(str::to_owned));
    remarks
}

/// The one line that sums a check up.
fn certificate_line(certificate: &Certificate) -> String {
    match &certificate.outcome {
        Outcome::Passed => {
            let sizes: Vec<String> = certificate
                .sizes
                .first()
                .map(|sizes| sizes.iter().map(|(name, size)| format!("{name} = {size}")).collect())
                .unwrap_or_default();
            let sizes = if sizes.is_empty() { String::new() } else { format!(" ({} first)", sizes.join(", ")) };
            let with = match certificate.method {
                Method::Values => "values",
                Method::DualNumbers => "dual numbers",
            };
            format!(
                "✓ checked against {with} at {} points{sizes}, largest relative error {:.1e}",
                certificate.points, certificate.largest_error
            )
        }
        Outcome::Failed(disagreement) => format!("✗ check failed: {}", disagreement_text(disagreement)),
        Outcome::NotChecked(reason) => format!("not checked: {}", reason_text(reason)),
    }
}

fn disagreement_text(disagreement: &Disagreement) -> String {
    let sizes: Vec<String> = disagreement.sizes.iter().map(|(name, size)| format!("{name} = {size}")).collect();
    let at = if sizes.is_empty() { String::new() } else { format!(" with {}", sizes.join(", ")) };
    match disagreement.cause {
        Cause::Value => format!(
            "entry ({}, {}) should be {:.6} and is {:.6}{at}",
            disagreement.entry.0, disagreement.entry.1, disagreement.expected, disagreement.found
        ),
        Cause::Space(structure) => format!("the answer does not lie in the space of its variable ({structure:?}){at}"),
    }
}

fn reason_text(reason: &Reason) -> String {
    match reason {
        Reason::NoPoint => "no random point was found at which the expression and its derivative have a value".into(),
        Reason::Evaluation(error) => format!("it cannot be evaluated: {error}"),
        Reason::Family => "the variable is a family".into(),
        Reason::NotDifferentiable => "the variable is not continuous".into(),
        Reason::Order(order) => format!("no check for derivatives of order {order}"),
        Reason::Shape => "the shapes do not fit".into(),
    }
}

/// A derivative in its views with what it is the derivative of.
pub(super) struct ShownViews<'a> {
    pub(super) problem: &'a mut Problem,
    pub(super) views: &'a Views,
    pub(super) command: &'static str,
    pub(super) input: &'a str,
    /// Shape of what was differentiated (for a Hessian, of the first variable).
    pub(super) output: Shape,
    /// The variable it was differentiated by last.
    pub(super) wrt: SymbolId,
    pub(super) heading: Option<String>,
    /// 1 for a Jacobian, 2 for a Hessian.
    pub(super) order: u32,
}

/// Prints a derivative: the matrix where there is one, else all views, or the one that is asked for. The exit status.
pub(super) fn views(shown: ShownViews<'_>, format: Format, view: Option<View>) -> Result<u8, Failure> {
    let ShownViews { problem, views, command, input, output, wrt, heading, order } = shown;
    let whole = views.matrix.or(views.kron);
    let main = match view {
        None => views.matrix,
        Some(View::Operator) => views.operator.map(|(_, operator)| operator).or(views.matrix),
        Some(View::Kron) => whole,
        Some(View::Index) => Some(views.index.expr),
        Some(View::Form) => views.form,
        Some(View::Diag) => whole.map(|matrix| {
            let diagonal = problem.arena.diag_part(matrix);
            crate::simplify::simplify(&mut problem.arena, diagonal)
        }),
        Some(View::Trace) => whole.map(|matrix| {
            let trace = problem.arena.trace(matrix);
            crate::simplify::simplify(&mut problem.arena, trace)
        }),
    };
    if view.is_some() && main.is_none() {
        return Err(Failure::Message(format!("a {command} has no such view")));
    }
    if matches!(view, Some(View::Diag | View::Trace)) {
        let square = whole.is_some_and(|matrix| problem.arena.shape(matrix).is_square());
        if !square {
            return Err(Failure::Message("only a square matrix has a diagonal".into()));
        }
    }
    let expr = main.or(whole).unwrap_or(views.index.expr);
    let answer = Answer { expr, conditions: views.conditions.clone(), certificate: views.certificate.clone() };
    let status = if answer.failed() { exit_code::FAILED } else { exit_code::OK };
    if format == Format::Numpy && view.is_none() {
        let of = problem.arena.symbol(wrt).shape;
        let code = codegen::numpy_tensor(&mut problem.arena, expr, output, of)
            .map_err(|error| Failure::Message(error.to_string()))?;
        if !answer.failed() {
            line(&code);
        }
        let shown = Shown { problem, answer: &answer, command, wrt: Some(wrt), input, vech: false };
        notes(&shown, note);
        return Ok(status);
    }
    let shown = Shown { problem, answer: &answer, command, wrt: Some(wrt), input, vech: false };
    if format == Format::Json {
        let mut document = json(&shown);
        let text = |expr| {
            render_with_parts(
                &shown.problem.arena,
                expr,
                render::Format::Unicode,
                &shown.problem.style,
                &Limits::default(),
            )
            .to_line(render::Format::Unicode)
        };
        document["views"] = json!({
            "matrix": views.matrix.map(text),
            "operator": views.operator.map(|(direction, operator)| json!({ "direction": shown.problem.arena.symbol(direction).name, "value": text(operator) })),
            "kron": views.kron.map(text),
            "index": { "left": index_left(&shown, views, order), "value": text(views.index.expr) },
            "form": views.form.map(text),
        });
        json_documents(vec![document]);
        return Ok(status);
    }
    if main.is_some() || text_format(format).is_none() {
        if let (Some(heading), Format::Unicode) = (&heading, format) {
            line(&format!("{heading}:"));
        }
        super::output::answer(&shown, format, None)?;
        return Ok(status);
    }
    let Some(text_format) = text_format(format) else { return Ok(status) };
    if let Some(heading) = &heading {
        line(&format!("{heading}:"));
    }
    let text = |expr| {
        render_with_parts(&shown.problem.arena, expr, text_format, &shown.problem.style, &Limits::default())
            .to_line(text_format)
    };
    let arrow = match text_format {
        render::Format::Unicode => "↦",
        render::Format::Ascii => "|->",
        render::Format::Latex => "\\mapsto",
    };
    if answer.failed() {
        note(
            "error: this answer did not pass its numeric check, so it is not to be trusted; please report it as a bug",
        );
    } else {
        if let Some((direction, operator)) = views.operator {
            line(&format!("operator  {} {arrow} {}", shown.problem.arena.symbol(direction).name, text(operator)));
        }
        if let Some(kron) = views.kron {
            line(&format!("kron      {}", text(kron)));
        }
        if text_format != render::Format::Latex {
            line(&format!("index     {} = {}", index_left(&shown, views, order), text(views.index.expr)));
        } else {
            line(&format!("index     {}", text(views.index.expr)));
        }
        if let Some(form) = views.form {
            line(&format!("form      {}", text(form)));
        }
    }
    notes(&shown, if format == Format::Unicode { line } else { note });
    Ok(status)
}

/// ∂Fᵢⱼ/∂Xₖₗ
fn index_left(shown: &Shown<'_>, views: &Views, order: u32) -> String {
    let output = views.index.output.concat();
    let variable: Vec<String> = views.index.variables.iter().map(|indices| indices.concat()).collect();
    let name = shown.wrt.map(|symbol| shown.problem.arena.symbol(symbol).name.clone()).unwrap_or_default();
    let under =
        |name: &str, indices: &str| if indices.is_empty() { name.to_owned() } else { format!("{name}_{indices}") };
    if order == 2 {
        format!("∂²f/∂{}∂{}", under(&name, &output), under(&name, &variable.concat()))
    } else {
        format!("∂{}/∂{}", under("F", &output), under(&name, &variable.concat()))
    }
}

/// Prints the line of symbols as they were understood.
pub(super) fn where_line(problem: &Problem) {
    if !problem.symbols.is_empty() {
        line(&render::where_line(&problem.arena, &problem.symbols, render::Format::Unicode));
    }
}

/// Prints a check's line, and the point where it failed.
pub(super) fn certificate(problem: &Problem, certificate: &Certificate) {
    let _ = problem;
    line(&certificate_line(certificate));
    if let Outcome::Failed(disagreement) = &certificate.outcome {
        point(disagreement);
    }
}

fn point(disagreement: &Disagreement) {
    for (name, value) in &disagreement.values {
        line(&format!("  {name} = {}", literal(value)));
    }
}

fn literal(value: &DMatrix<f64>) -> String {
    if value.shape() == (1, 1) {
        return format!("{:.4}", value[(0, 0)]);
    }
    let rows: Vec<String> = if value.ncols() == 1 {
        vec![value.iter().map(|entry| format!("{entry:.4}")).collect::<Vec<_>>().join(" ")]
    } else {
        value
            .row_iter()
            .map(|row| row.iter().map(|entry| format!("{entry:.4}")).collect::<Vec<_>>().join(" "))
            .collect()
    };
    format!("[{}]", rows.join("; "))
}

/// Prints an answer with everything that its check found.
pub(super) fn details(shown: &Shown<'_>) -> Result<(), Failure> {
    answer(shown, Format::Unicode, None)?;
    let Some(certificate) = &shown.answer.certificate else { return Ok(()) };
    for (place, sizes) in certificate.sizes.iter().enumerate() {
        let sizes: Vec<String> = sizes.iter().map(|(name, size)| format!("{name} = {size}")).collect();
        if !sizes.is_empty() {
            line(&format!("  point {}: {}", place + 1, sizes.join(", ")));
        }
    }
    line(&format!("  seed {}", certificate.seed));
    if certificate.symmetric_squares {
        line("  square matrices had to be symmetric for a point to be found");
    }
    if let Outcome::Failed(disagreement) = &certificate.outcome {
        point(disagreement);
    }
    Ok(())
}

/// Prints what is to be said of a claim; the exit status.
pub(super) fn verdict(problem: &Problem, verdict: &Verdict, truth: &Answer) -> u8 {
    let style = &problem.style;
    let gradient = render_with_parts(&problem.arena, truth.expr, render::Format::Unicode, style, &Limits::default())
        .to_line(render::Format::Unicode);
    let shape = |shape| render_shape(&problem.arena, shape, render::Format::Unicode);
    let text = match verdict {
        Verdict::Right => "right".to_owned(),
        Verdict::WrongByFactor { factor, fraction } => match fraction {
            Some((-1, 1)) => "wrong: off by the factor −1".to_owned(),
            Some((numerator, 1)) => format!("wrong: it is {numerator} times the gradient"),
            Some((numerator, denominator)) => format!("wrong: it is {numerator}/{denominator} of the gradient"),
            None => format!("wrong: it is {factor:.6} times the gradient"),
        },
        Verdict::Transposed => "wrong: it is the transpose of the gradient".to_owned(),
        Verdict::HalfVectorized => {
            "right in the half-vectorised convention G + Gᵀ − G∘I, not as ⟨∇f, dX⟩ among symmetric matrices".to_owned()
        }
        Verdict::Unprojected(structure) => {
            format!("wrong here: it is the gradient that ignores that the variable is {}", structure_word(*structure))
        }
        Verdict::OffByConstant(constant) => format!("wrong: off by {constant:.6} in every entry"),
        Verdict::OnlyUnder(properties) => {
            let properties: Vec<String> = properties
                .iter()
                .map(|(symbol, imposed)| {
                    format!("{} is {}", problem.arena.symbol(*symbol).name, imposed_word(*imposed))
                })
                .collect();
            format!("wrong in general: right only if {}", properties.join(" and "))
        }
        Verdict::ShapeMismatch { expected, found } => {
            format!("wrong: its shape is {}, the gradient's is {}", shape(*found), shape(*expected))
        }
        Verdict::Counterexample(disagreement) => format!("wrong: {}", disagreement_text(disagreement)),
        Verdict::NotChecked(reason) => format!("not decided: {}", reason_text(reason)),
    };
    line(&text);
    if let Verdict::Counterexample(disagreement) = verdict {
        point(disagreement);
    }
    if *verdict != Verdict::Right && !truth.failed() {
        line(&format!("the gradient is {gradient}"));
    }
    where_line(problem);
    if *verdict == Verdict::Right { exit_code::OK } else { exit_code::FAILED }
}

fn structure_word(structure: crate::expr::Structure) -> &'static str {
    use crate::expr::Structure;
    match structure {
        Structure::General => "a matrix",
        Structure::Symmetric => "symmetric",
        Structure::PositiveDefinite => "positive definite",
        Structure::PositiveSemidefinite => "positive semidefinite",
        Structure::Skew => "skew-symmetric",
        Structure::Diagonal => "diagonal",
        Structure::Orthogonal => "orthogonal",
        Structure::Lower => "lower triangular",
        Structure::Upper => "upper triangular",
    }
}

fn imposed_word(imposed: crate::numeric::sample::Imposed) -> &'static str {
    use crate::numeric::sample::Imposed;
    match imposed {
        Imposed::Structure(structure) => structure_word(structure),
        Imposed::Positive => "positive",
    }
}

/// Prints a value: a scalar, a vector on one line, a matrix row by row.
pub(super) fn value(value: &DMatrix<f64>) {
    if value.shape() == (1, 1) {
        line(&format!("{}", value[(0, 0)]));
        return;
    }
    let entry = |row: usize, col: usize| format!("{}", value[(row, col)]);
    if value.ncols() == 1 {
        let entries: Vec<String> = (0..value.nrows()).map(|row| entry(row, 0)).collect();
        line(&format!("[{}]", entries.join(" ")));
        return;
    }
    let widths: Vec<usize> =
        (0..value.ncols()).map(|col| (0..value.nrows()).map(|row| entry(row, col).len()).max().unwrap_or(0)).collect();
    for row in 0..value.nrows() {
        let entries: Vec<String> =
            (0..value.ncols()).map(|col| format!("{:>width$}", entry(row, col), width = widths[col])).collect();
        let (open, close) = (if row == 0 { "[" } else { " " }, if row + 1 == value.nrows() { "]" } else { ";" });
        line(&format!("{open}{}{close}", entries.join(" ")));
    }
}

/// Everything known about an answer as a JSON object.
pub(super) fn json(shown: &Shown<'_>) -> Value {
    let problem = shown.problem;
    let arena = &problem.arena;
    let text = |format| {
        render_with_parts(arena, shown.answer.expr, format, &problem.style, &Limits::default()).to_line(format)
    };
    let declarations: Vec<Value> = problem
        .symbols
        .iter()
        .map(|symbol| {
            let info = arena.symbol(*symbol);
            json!({
                "name": info.name,
                "declaration": render_declaration(arena, *symbol, render::Format::Ascii),
                "shape": render_shape(arena, info.shape, render::Format::Ascii),
                "declared": info.declared,
            })
        })
        .collect();
    let result = if shown.answer.failed() {
        Value::Null
    } else {
        json!({
            "unicode": text(render::Format::Unicode),
            "ascii": text(render::Format::Ascii),
            "latex": text(render::Format::Latex),
            "numpy": codegen::numpy(arena, shown.answer.expr).ok(),
        })
    };
    json!({
        "version": JSON_VERSION,
        "command": shown.command,
        "input": shown.input,
        "wrt": shown.wrt.map(|symbol| arena.symbol(symbol).name.clone()),
        "declarations": declarations,
        "result": result,
        "shape": render_shape(arena, arena.shape(shown.answer.expr), render::Format::Ascii),
        "conditions": conditions(shown, render::Format::Ascii),
        "remarks": remarks(shown),
        "check": shown.answer.certificate.as_ref().map(check_json),
    })
}

fn check_json(certificate: &Certificate) -> Value {
    let (status, detail) = match &certificate.outcome {
        Outcome::Passed => ("passed", None),
        Outcome::Failed(disagreement) => ("failed", Some(disagreement_text(disagreement))),
        Outcome::NotChecked(reason) => ("not checked", Some(reason_text(reason))),
    };
    let sizes: Vec<Value> = certificate
        .sizes
        .iter()
        .map(|sizes| Value::Object(sizes.iter().map(|(name, size)| (name.clone(), json!(size))).collect()))
        .collect();
    json!({
        "status": status,
        "detail": detail,
        "points": certificate.points,
        "sizes": sizes,
        "largest_relative_error": certificate.largest_error,
        "method": match certificate.method {
            Method::Values => "values",
            Method::DualNumbers => "dual numbers",
        },
        "seed": certificate.seed,
    })
}

/// Prints one document, or several as an array.
pub(super) fn json_documents(mut documents: Vec<Value>) {
    let document = if documents.len() == 1 { documents.remove(0) } else { Value::Array(documents) };
    line(&serde_json::to_string_pretty(&document).unwrap_or_default());
}
