//! The page that answers a request.

use nalgebra::DMatrix;

use super::commands;
use super::format::Format;
use super::json::{self, json_text};
use super::numbers::{Unwatched, Watch};
use super::page::{Line, Page, Role};
use super::question::{Query, Request};
use crate::error::Error;
use crate::interrupt::{Exhausted, MOST_STEPS, steps_taken, within_steps};
use crate::render;

/// Answers a request. Deep input needs a large stack: see [`crate::stack::on_large_stack`].
///
/// # Errors
/// What cannot be read, has no shape, cannot be differentiated, or is asked of the wrong thing.
pub fn answer(request: &Request) -> Result<Page, Error> {
    answer_watched(request, &mut Unwatched)
}

/// Answers a request while somebody looks on.
///
/// # Errors
/// As [`answer`].
pub fn answer_watched(request: &Request, watch: &mut dyn Watch) -> Result<Page, Error> {
    if let Some(values) = &request.at {
        return at_values(request, values);
    }
    // Typst and MathML are set from the LaTeX of the whole.
    let set = match request.format {
        Format::Typst => Some(render::Format::Typst),
        Format::Mathml => Some(render::Format::Mathml),
        _ => None,
    };
    if let Some(set) = set {
        let mut page = answer_watched(&Request { format: Format::Latex, ..request.clone() }, watch)?;
        page.format = request.format;
        for line in page.lines.iter_mut().filter(|line| line.role == Role::Result) {
            line.text = render::typeset(&line.text, set);
        }
        return Ok(page);
    }
    let mut page = Page { format: request.format, ..Page::default() };
    let run = || {
        commands::run(request, &mut page, watch)?;
        page.steps = steps_taken();
        Ok(())
    };
    within_steps(run).unwrap_or_else(|Exhausted| Err(too_much()))?;
    if request.format == Format::Json {
        let document = json::document(request, &mut page);
        page.line(json_text(&document, request.line.is_some()));
    }
    Ok(page)
}

/// The value of an answer: its formula is about it.
fn at_values(request: &Request, values: &Query) -> Result<Page, Error> {
    let declarations = match values {
        Query::Eval { values, .. } => commands::eval::with_kinds(&request.declarations, values),
        _ => request.declarations.clone(),
    };
    let plain = Request { at: None, format: Format::Unicode, keeps_facts: true, ..request.clone() };
    let derived = answer(&Request { declarations: declarations.clone(), ..plain })?;
    let [text] = derived.values.as_slice() else {
        return Err(Error::Message(format!(
            "`{}` has no single expression here whose value could be computed\n  = help: ask for one variable; `eval` takes any expression",
            request.query.name()
        )));
    };
    let mut declarations = declarations;
    let declared = crate::syntax::parse_declarations(&declarations).unwrap_or_default();
    let has_directions = matches!(request.query, Query::Differential { .. } | Query::Taylor { .. });
    for (name, kind) in &derived.kinds {
        if !declared.iter().any(|known| known.name == *name) {
            declarations.push_str(&format!("\n{name}: {kind}"));
        }
        let direction = format!("d{name}");
        if has_directions && request.wrt.contains(name) && !declared.iter().any(|known| known.name == direction) {
            declarations.push_str(&format!("\n{direction}: {kind}"));
        }
    }
    let asked = Request {
        expression: text.clone(),
        definitions: String::new(),
        declarations,
        format: request.format,
        ..Request::new(values.clone(), "")
    };
    let mut page = Page { format: request.format, ..Page::default() };
    commands::run(&asked, &mut page, &mut Unwatched)?;
    page.failed |= derived.failed;
    if request.format == Format::Json {
        let document = json::document(request, &mut page);
        page.line(json_text(&document, request.line.is_some()));
        return Ok(page);
    }
    let lines = derived.lines.into_iter();
    page.lines.extend(lines.map(|line| match line.role {
        Role::Result => Line { text: format!("{} = {}", request.query.name(), line.text), role: Role::About },
        Role::About | Role::Warning => line,
    }));
    Ok(page)
}

/// Why a question was given up.
fn too_much() -> Error {
    Error::Message(format!(
        "this takes too much work: more than {} million steps\n  = help: ask for a lower order, of a smaller expression, or without its check (`--no-check`)",
        MOST_STEPS / 1_000_000
    ))
}

/// The value of a request's expression; the values of its symbols are given.
///
/// # Errors
/// A symbol without a value, sizes that do not fit, a point where the expression has no value.
pub(crate) fn value(request: &Request, values: &[(String, DMatrix<f64>)]) -> Result<DMatrix<f64>, Error> {
    commands::eval::value(request, (values, &[])).map(|(value, _)| value.value)
}
