//! Gradients in several variables: a line for each, and one `where` for all of them.

use super::Request;
use super::about::notes_of_all;
use super::form::{self, Form};
use super::format::Format;
use super::output;
use super::page::Page;
use super::read_back;
use super::shown::{How, Shown};
use crate::answer::{Finished, Gradients};
use crate::error::Error;
use crate::problem::{Note, Problem};
use crate::render;

/// Shows the gradients in a text format. In Unicode the parts that they repeat are named once for all; in every other format each stands by
/// itself.
pub(super) fn show(
    page: &mut Page,
    problem: &Problem,
    found: &Gradients,
    (request, notes, how): (&Request, &[Note], How<'_>),
    format: render::Format,
) -> Result<(), Error> {
    let answers: Vec<Finished> = (0..found.exprs.len()).map(|place| found.one(place)).collect();
    let shown = |(wrt, answer)| Shown { problem, answer, wrt: Some(wrt), request, vech: false, notes, how };
    let all: Vec<Shown<'_>> = problem.wrt.iter().copied().zip(&answers).map(shown).collect();
    let form = Form::of_equals(problem, &found.exprs, &found.conditions, &how.limits);
    if request.format == Format::Unicode {
        form.fits()?;
        let Some(written) = read_back::readable_form(page, problem, &form, request) else { return Ok(()) };
        for (place, wrt) in problem.wrt.iter().enumerate() {
            let name = render::spoken_name(&problem.arena, *wrt);
            page.line(format!("∇_{name}: {}", form.text(place, written)));
        }
        form::where_lines(&form.parts(written)).for_each(|text| page.line(text));
    } else {
        for shown in &all {
            output::formula(page, shown, &shown.form(), format)?;
        }
    }
    notes_of_all(page, &all, &form, request.format);
    Ok(())
}
