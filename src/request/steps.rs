//! What is shown with `--steps`.

use super::about::notes;
use super::format::Format;
use super::page::Page;
use super::shown::{self, Shown, text_format};
use crate::answer::derivation::Derivation;
use crate::error::Error;
use crate::naming::Limits;
use crate::problem::Problem;
use crate::render;

/// The format that a derivation is printed in.
fn written(format: Format) -> Result<render::Format, Error> {
    text_format(format)
        .ok_or_else(|| Error::Message("--steps has no form as code; use unicode, ascii, latex or json".into()))
}

/// Shows the derivation of what a verdict or a solution is about to be read off; false where a line of it failed its check.
pub(super) fn before(
    page: &mut Page,
    problem: &Problem,
    derivation: &Derivation,
    format: Format,
    limits: &Limits,
) -> Result<bool, Error> {
    let text_format = written(format)?;
    let passed = derivation.failed().is_none();
    if passed {
        page.line(derivation.text(&problem.arena, text_format, &problem.style, limits).page());
    }
    page.fail_unless(passed);
    if let Some(text) = summary(derivation) {
        page.about(text);
    }
    Ok(passed)
}

/// Shows a derivation in place of the answer that it ends with.
pub(super) fn show(
    page: &mut Page,
    shown: &Shown<'_>,
    derivation: &Derivation,
    format: Format,
    heading: Option<&str>,
) -> Result<(), Error> {
    let problem = shown.problem;
    let text_format = written(format)?;
    let stands = shown.answer.stands() && derivation.failed().is_none();
    page.fail_unless(stands);
    let lines = derivation.text(&problem.arena, text_format, &problem.style, &shown.how.limits).page();
    if derivation.failed().is_some() {
        page.warn(
            "error: this derivation did not pass its numeric check, so it is not to be trusted; please report it as a bug",
        );
    } else {
        shown::warn(page, "derivation", shown.answer.certificate.as_ref(), true);
    }
    if let (Some(heading), Format::Unicode) = (heading, format) {
        page.line(heading);
    }
    let mark = shown::mark(shown.answer.certificate.as_ref()).trim_end();
    if format == Format::Unicode && !mark.is_empty() {
        page.line(mark);
    }
    if stands || format == Format::Unicode {
        page.line(lines);
    }
    notes(page, shown, &shown.whole(), format);
    if let Some(text) = summary(derivation) {
        page.about(text);
    }
    Ok(())
}

/// What the checks of the lines found.
pub(super) fn summary(derivation: &Derivation) -> Option<String> {
    let (passed, all) = derivation.checked();
    if let Some(place) = derivation.failed() {
        return Some(format!("✗ line {} does not follow from the one before", place + 1));
    }
    match (passed, all) {
        (_, 0) => None,
        (passed, all) if passed == all => Some(format!("✓ each of {all} lines checked against the one before")),
        (passed, all) => {
            Some(format!("{passed} of {all} lines checked against the one before, no point was found for the others"))
        }
    }
}
