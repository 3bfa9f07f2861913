//! The page that answers a request.

use nalgebra::DMatrix;

use super::commands;
use super::format::Format;
use super::json::{self, json_text};
use super::numbers::{Unwatched, Watch};
use super::page::{Answered, Line, Page, Role};
use super::question::{Query, Request};
use crate::diagnostic::Prompt;
use crate::error::Error;
use crate::interrupt::{Exhausted, MOST_STEPS, steps_taken, within_steps};
use crate::numeric::SharedMatrix;
use crate::render;
use crate::syntax::letter_styles;

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
    let mut page = match &request.at {
        Some(values) => at_values(request, values),
        None => answer_itself(request, watch),
    }?;
    // An answer in LaTeX sets its letters as the question does.
    if request.format == Format::Latex {
        let styles = letter_styles(&request.expression);
        for line in page.lines.iter_mut().filter(|line| line.role == Role::Result) {
            line.text = render::with_letters(&line.text, &styles);
        }
    }
    Ok(page)
}

/// Answers a request whose value is not asked for, or not yet.
fn answer_itself(request: &Request, watch: &mut dyn Watch) -> Result<Page, Error> {
    // Typst and MathML are set from the LaTeX of the whole.
    let set = match request.format {
        Format::Typst => Some(render::Format::Typst),
        Format::Mathml => Some(render::Format::Mathml),
        _ => None,
    };
    if let Some(set) = set {
        let mut page = answer_itself(&Request { format: Format::Latex, ..request.clone() }, watch)?;
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
fn at_values(request: &Request, at: &Query) -> Result<Page, Error> {
    let Query::Eval { values, families, remarks } = at else { return answer_itself(request, &mut Unwatched) };
    let given: commands::eval::Values<'_> = (values, families);
    commands::eval::once(given)?;
    if !matches!(request.format, Format::Unicode | Format::Json) {
        return Err(Error::Message(format!(
            "`{0} --set` gives numbers, whose formats are unicode and json\n  = help: leave out `--set` for the formula, or `-f` for its value",
            request.query.name()
        )));
    }
    let derive = |values: &[(String, SharedMatrix<f64>)]| {
        let declarations = commands::eval::with_kinds(&request.declarations, values);
        let plain = Request { declarations, format: Format::Unicode, keeps_facts: true, ..request.clone() };
        answer_itself(&plain, &mut Unwatched)
    };
    let mut all_remarks = remarks.clone();
    let mut derived = match derive(values) {
        Ok(derived) => derived,
        Err(error) => {
            let Some((others, names)) = commands::eval::without_families(&request.text(), values) else {
                return Err(error);
            };
            all_remarks.insert(0, commands::eval::rows_are_members(&names));
            derive(&others).map_err(|_| error)?
        }
    };
    let remarks = &all_remarks;
    // A name that is no symbol is that of a size, and a symbol of that name would take it from the size.
    let is_symbol = |page: &Page, name: &str| page.symbols.iter().any(|symbol| symbol == name);
    let lacks = values.iter().any(|(name, _)| !is_symbol(&derived, name));
    if lacks || derived.values.is_empty() {
        let plain = derive(&[]);
        let known = plain.as_ref().unwrap_or(&derived);
        let symbols: Vec<_> = values.iter().filter(|(name, _)| is_symbol(known, name)).cloned().collect();
        derived = derive(&symbols).unwrap_or(derived);
    }
    let has_several = derived.answered.iter().any(|answered| answered.problem.wrt.len() > 1);
    let is_block = matches!(request.query, Query::Hessian { .. }) && has_several;
    let several = derived.values.len() > 1;
    let by_variable = matches!(request.query, Query::Gradient { .. } | Query::Jacobian { .. });
    if derived.values.is_empty() || is_block || (several && !by_variable) {
        return Err(Error::Message(format!(
            "`{}` has no single expression here whose value could be computed\n  = help: ask for one variable; `eval` takes any expression",
            request.query.name()
        )));
    }
    let mut page = Page { format: request.format, ..Page::default() };
    let has_directions = matches!(request.query, Query::Differential { .. } | Query::Taylor { .. });
    let answers = std::mem::take(&mut derived.answered);
    let is_whole = answers.len() == derived.values.len() && !answers.iter().any(Answered::has_free_index);
    for (place, text) in derived.values.iter().enumerate() {
        let asked = Request {
            expression: text.clone(),
            format: request.format,
            prompt: request.prompt,
            line: request.line,
            precision: request.precision,
            ..Request::new(at.clone(), "")
        };
        let remarks: &[String] = if place == 0 { remarks } else { &[] };
        if is_whole && !has_directions {
            let prefix = if several { answers[place].prefix() } else { String::new() };
            commands::at::run(&asked, &answers[place], (given, remarks, &prefix), &mut page)?;
            continue;
        }
        if let Some(answered) = answers.get(place) {
            commands::at::holds(&asked, answered, given)?;
        }
        let declarations = declared_again(request, values, &derived, has_directions);
        commands::run(&Request { declarations, ..asked }, &mut page, &mut Unwatched)?;
    }
    page.failed |= derived.failed;
    if request.format == Format::Json {
        let asked = Request { line: request.line, ..Request::new(at.clone(), derived.values[0].clone()) };
        let document = json::document(&asked, &mut page);
        page.line(json_text(&document, request.line.is_some()));
        return Ok(page);
    }
    let is_one_line = derived.lines.iter().filter(|line| line.role == Role::Result).count() == 1;
    let name = |text: String| if is_one_line { format!("{} = {text}", request.query.name()) } else { text };
    let is_of_vectors = matches!(request.query, Query::Jacobian { view: None } | Query::Hessian { view: None });
    if is_of_vectors && !several && !is_one_line && derived.lines.iter().any(|line| line.text.starts_with("kron ")) {
        let text = "the value is that of the form `kron`, by which vec(dX) is multiplied".to_owned();
        page.lines.push(Line { text, role: Role::About });
    }
    let lines = derived.lines.into_iter();
    page.lines.extend(lines.map(|line| match line.role {
        Role::Result => Line { text: name(line.text), role: Role::About },
        Role::About | Role::Warning => line,
    }));
    Ok(page)
}

/// The declarations with which an answer that was derived is read: of its symbols as they were understood, and of their differentials.
fn declared_again(
    request: &Request,
    values: &[(String, SharedMatrix<f64>)],
    derived: &Page,
    has_directions: bool,
) -> String {
    let mut declarations = commands::eval::with_kinds(&request.declarations, values);
    let declared = crate::syntax::parse_declarations(&declarations).unwrap_or_default();
    for (name, kind) in &derived.kinds {
        if !declared.iter().any(|known| known.name == *name) {
            declarations.push_str(&format!("\n{name}: {kind}"));
        }
        let direction = format!("d{name}");
        if has_directions && request.wrt.contains(name) && !declared.iter().any(|known| known.name == direction) {
            declarations.push_str(&format!("\n{direction}: {kind}"));
        }
    }
    declarations
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
pub(crate) fn value(request: &Request, values: &[(String, SharedMatrix<f64>)]) -> Result<DMatrix<f64>, Error> {
    commands::eval::value(request, (values, &[])).map(|(value, _)| value.value)
}

/// Refuses values at which the formulas of the answers of a page do not hold. What has no value among them says nothing.
pub(crate) fn holds_at(page: &Page, values: &[(String, SharedMatrix<f64>)], prompt: Prompt) -> Result<(), Error> {
    let request = Request { prompt, ..Request::new(Query::Simplify, "") };
    page.answered.iter().try_for_each(|answered| commands::at::holds(&request, answered, (values, &[])))
}
