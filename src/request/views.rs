//! A derivative in its views: the matrix where there is one, else the operator, the Kronecker form, the entries and the quadratic form.

use super::code;
use super::form::Form;
use super::format::Format;
use super::output;
use super::page::Page;
use super::shown::{How, Shown, text_format};
use super::{Request, View, json};
use crate::answer::{self, Finished, Part, Views};
use crate::check::CheckOptions;
use crate::codegen::Layout;
use crate::diagnostic::{Advice, Suggestion};
use crate::error::Error;
use crate::expr::{Shape, SymbolId};
use crate::problem::{Note, Problem};
use crate::render;

/// A derivative in its views with what it is the derivative of.
pub(super) struct ShownViews<'a> {
    pub(super) problem: &'a mut Problem,
    pub(super) views: &'a Views,
    pub(super) request: &'a Request,
    /// Shape of what was differentiated (for a Hessian, of the first variable).
    pub(super) output: Shape,
    /// The variables it was differentiated by: one for a Jacobian, two for a Hessian.
    pub(super) wrt: &'a [SymbolId],
    pub(super) heading: Option<String>,
    /// How to check what is taken of it.
    pub(super) checking: Option<&'a CheckOptions>,
    /// What is to be said of the input below this derivative.
    pub(super) notes: &'a [Note],
    pub(super) how: How<'a>,
}

/// Shows a derivative: the matrix where there is one, else all views, or the one that is asked for.
pub(super) fn show(page: &mut Page, shown: ShownViews<'_>, view: Option<View>) -> Result<(), Error> {
    let ShownViews { problem, views, request, output, wrt, heading, checking, notes, how } = shown;
    let (format, command) = (request.format, request.query.name());
    let last = wrt[wrt.len() - 1];
    let mut certificate = views.certificate.clone();
    let whole = views.matrix.or(views.kron);
    let main = match view {
        None => views.matrix,
        Some(View::Operator) => {
            views.operator.or_else(|| answer::applied(problem, views, last)).map(|(_, operator)| operator)
        }
        Some(View::Kron) => Some(views.of_vectors()),
        Some(View::Index) => Some(views.index.expr),
        Some(View::Form) => views.form,
        Some(View::Diag | View::Trace) => {
            let part = if view == Some(View::Diag) { Part::Diagonal } else { Part::Trace };
            let Some(answer) = answer::part(problem, views, part, checking) else {
                return Err(Error::Message(format!(
                    "this {command} is not a square matrix, so it has no diagonal and no trace\n  = help: leave out `--view`, or ask for --view index"
                )));
            };
            certificate = answer.certificate;
            Some(answer.expr)
        }
    };
    if view.is_some() && main.is_none() {
        let help = Advice::from("--view operator, kron or index, or ")
            .suggest(Suggestion::Command("diff", None))
            .words(" for the differential")
            .spelled(request.prompt);
        return Err(Error::Message(format!(
            "a {command} has no form in differentials; only a Hessian has one, d²f\n  = help: {help}"
        )));
    }
    let expr = main.or(whole).unwrap_or(views.index.expr);
    let answer = Finished { expr, conditions: views.conditions.clone(), certificate };
    let array = if how.vectorized.is_some() { expr } else { views.array };
    let of = problem.arena.symbol(last).shape;
    let shown = Shown { problem, answer: &answer, wrt: Some(last), request, vech: false, notes, how };
    let layout = Layout::Tensor { output, variable: of };
    if format.is_code() && view.is_none() && how.steps.is_none() {
        let coded = code::coded(page, request, problem, (array, &views.conditions), how.vectorized, &layout);
        output::code(page, &shown, &coded.map_err(|error| Error::Message(error.to_string()))?);
        return Ok(());
    }
    if format == Format::Json {
        let coded = match view {
            None => code::coded(page, request, problem, (array, &views.conditions), how.vectorized, &layout),
            Some(_) => code::of_answer(page, &shown),
        };
        page.fail_unless(answer.stands());
        page.document(&shown, json::views(&shown, views, wrt, &coded.unwrap_or_default()));
        return Ok(());
    }
    if main.is_some() || how.steps.is_some() || text_format(format).is_none() {
        if let (Some(heading), Format::Unicode) = (&heading, format) {
            page.line(format!("{heading}:"));
        }
        output::answer(page, &shown, format, None)?;
        return Ok(());
    }
    let Some(text_format) = text_format(format) else { return Ok(()) };
    let mut lines: Vec<String> = match text_format {
        render::Format::Latex | render::Format::Typst | render::Format::Mathml => Vec::new(),
        render::Format::Unicode | render::Format::Ascii => {
            heading.iter().map(|heading| format!("{heading}:")).collect()
        }
    };
    let (form, places) = form_of(&shown, views);
    form.fits()?;
    lines.extend(lines_of(shown.problem, views, (&form, &places), wrt, text_format));
    output::several(page, &shown, &form, &lines, format);
    Ok(())
}

/// All views of a derivative that is no matrix, a line each.
pub(super) fn lines_of(
    problem: &Problem,
    views: &Views,
    (form, places): (&Form<'_>, &Places),
    wrt: &[SymbolId],
    format: render::Format,
) -> Vec<String> {
    let text = |place: usize| form.text(place, format);
    let arrow = match format {
        render::Format::Unicode => "↦",
        render::Format::Ascii => "|->",
        render::Format::Latex | render::Format::Typst | render::Format::Mathml => "\\mapsto",
    };
    let mut lines = Vec::new();
    if let (Some((direction, _)), Some(place)) = (views.operator, places.operator) {
        let direction = render::render_name(&problem.arena, direction, format);
        lines.push(("operator", format!("{direction} {arrow} {}", text(place))));
    }
    lines.extend(places.kron.map(|place| ("kron", text(place))));
    let left = index_left(problem, wrt, views, format);
    lines.extend(places.index.map(|place| ("index", format!("{left} = {}", text(place)))));
    lines.extend(places.form.map(|place| ("form", text(place))));
    let label = |(label, text): (&str, String)| match format {
        render::Format::Latex | render::Format::Typst | render::Format::Mathml => {
            format!("\\text{{{label}}}\\quad & {text}")
        }
        render::Format::Unicode | render::Format::Ascii => format!("{label:<8}  {text}"),
    };
    lines.into_iter().map(label).collect()
}

/// Where in a form that holds [`Views::printed`] each of them stands.
pub(super) struct Places {
    operator: Option<usize>,
    kron: Option<usize>,
    index: Option<usize>,
    form: Option<usize>,
}

impl Places {
    /// The places after the first `start`.
    pub(super) fn from(views: &Views, start: usize) -> Self {
        let mut places = start..;
        if views.matrix.is_some() {
            return Self { operator: None, kron: None, index: None, form: None };
        }
        Self {
            operator: views.operator.and_then(|_| places.next()),
            kron: views.kron.and_then(|_| places.next()),
            index: places.next(),
            form: views.form.and_then(|_| places.next()),
        }
    }
}

/// All views with their parts named together, so that one `where` serves them all.
fn form_of<'a>(shown: &Shown<'a>, views: &Views) -> (Form<'a>, Places) {
    (shown.form_of(&views.printed()), Places::from(views, 0))
}

/// ∂Fᵢⱼ/∂Xₖₗ
fn index_left(problem: &Problem, wrt: &[SymbolId], views: &Views, format: render::Format) -> String {
    let variable = views.index.variables.concat();
    render::render_entry_derivative(&problem.arena, wrt, &views.index.output, &variable, format)
}
