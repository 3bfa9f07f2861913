//! Answers as they are shown.

use super::about::notes;
use super::certificate::{point, sizes_text};
use super::code::{self, Coded};
use super::form::{self, Form};
use super::format::Format;
use super::json;
use super::page::Page;
use super::part::part_name;
use super::read_back;
use super::shown::{Shown, text_format};
use super::steps;
use crate::check::Outcome;
use crate::error::Error;
use crate::expr::SymbolId;
use crate::render;

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
        let formats = [render::Format::Unicode, render::Format::Ascii, render::Format::Latex];
        let form = shown.form();
        form.fits()?;
        let stands = shown.answer.stands()
            && read_back::holds(page, shown, formats.map(|format| (format, form.line(0, format))));
        page.fail_unless(stands);
        let coded = code::of_answer(page, shown).unwrap_or_default();
        page.document(shown, json::derived(shown, &coded));
        return Ok(());
    }
    if let Some(steps) = shown.how.steps {
        let heading = heading.map(|symbol| format!("in {}:", render::spoken_name(&problem.arena, symbol)));
        return steps::show(page, shown, steps, format, heading.as_deref());
    }
    let prefix = heading.map(|symbol| match shown.how.part {
        Some(part) => format!("∇_{{{}}}: ", part_name(problem, part)),
        None => format!("∇_{}: ", render::spoken_name(&problem.arena, symbol)),
    });
    let prefix = prefix.unwrap_or_default();
    shown.warn(page);
    let Some(text_format) = text_format(format) else {
        let coded = code::of_answer(page, shown).map_err(|error| Error::Message(error.to_string()))?;
        lines_of_code(page, shown, &coded);
        return Ok(());
    };
    let shape = shown.form();
    headed(page, shown, &shape, text_format, &prefix)?;
    notes(page, shown, &shape, format);
    Ok(())
}

/// Shows the formula of an answer in a text format, without what stands below it.
pub(super) fn formula(
    page: &mut Page,
    shown: &Shown<'_>,
    shape: &Form<'_>,
    text_format: render::Format,
) -> Result<(), Error> {
    headed(page, shown, shape, text_format, "")
}

/// The same after a prefix, which stands before it in Unicode.
fn headed(
    page: &mut Page,
    shown: &Shown<'_>,
    shape: &Form<'_>,
    text_format: render::Format,
    prefix: &str,
) -> Result<(), Error> {
    shape.fits()?;
    let stands = shown.answer.stands();
    let text = |format| shape.rendered(0, format).to_line(format);
    let written = if stands { read_back::readable(page, shown, text_format, text) } else { Some(text_format) };
    if text_format == render::Format::Unicode {
        // What has no text that says it is not printed.
        if let Some(written) = written {
            let rendered = shape.rendered(0, written);
            page.line(format!("{}{prefix}{}", shown.mark(), rendered.main));
            form::where_lines(&rendered.parts).for_each(|text| page.line(text));
        }
    } else if stands && written.is_some() {
        let text = text(text_format);
        page.line(if text_format == render::Format::Latex { render::break_latex(&text, LATEX_WIDTH) } else { text });
    }
    Ok(())
}

/// Shows code that stands for an answer, and its notes.
pub(super) fn code(page: &mut Page, shown: &Shown<'_>, coded: &Coded) {
    shown.warn(page);
    lines_of_code(page, shown, coded);
}

fn lines_of_code(page: &mut Page, shown: &Shown<'_>, coded: &Coded) {
    if let Some(text) = &coded.text
        && shown.answer.stands()
    {
        page.line(text);
    }
    notes(page, shown, &shown.whole(), Format::Numpy);
    coded.remarks.iter().for_each(|remark| page.about(remark));
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
        let parts = text_format(format).map(|format| form.parts(format)).unwrap_or_default();
        form::where_lines(&parts).for_each(|text| page.line(text));
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
        point(page, disagreement);
    }
    Ok(())
}
