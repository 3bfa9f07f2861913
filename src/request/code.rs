//! Code of answers, which is checked before it is printed: what its operations compute against the expression that it stands for.

use super::Request;
use super::certificate::{disagreement_text, reason_text};
use super::form::with_family_names;
use super::page::Page;
use super::shown::Shown;
use crate::answer::form::Vectorized;
use crate::check::{CheckOptions, Outcome, check_code};
use crate::codegen::{self, CodeError, Layout};
use crate::expr::ExprId;
use crate::problem::Problem;

/// Code, and what is to be said of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Coded {
    /// The code; none where it failed its check.
    pub(super) text: Option<String>,
    /// Names that it takes besides the arrays, and why it was not checked.
    pub(super) remarks: Vec<String>,
}

/// The code of an answer's expression.
pub(super) fn of_answer(page: &mut Page, shown: &Shown<'_>) -> Result<Coded, CodeError> {
    coded(page, shown.request, shown.problem, shown.answer.expr, shown.how.vectorized, &Layout::Value)
}

/// The code of an expression, checked unless checks are switched off. Where it fails the page says so, and is no answer.
pub(super) fn coded(
    page: &mut Page,
    request: &Request,
    problem: &Problem,
    expr: ExprId,
    vectorized: Option<&Vectorized>,
    layout: &Layout,
) -> Result<Coded, CodeError> {
    let renamed = vectorized
        .filter(|vectorized| !vectorized.rows.is_empty())
        .map(|vectorized| with_family_names(problem, expr, Some(vectorized)));
    let (arena, expr) = renamed.as_ref().map_or((&problem.arena, expr), |(arena, expr)| (arena, *expr));
    let program = codegen::lower_as(arena, expr, layout)?;
    let text = codegen::spell(arena, &program)?;
    let sizes = codegen::numpy_sizes(arena, &program);
    let mut remarks: Vec<String> =
        sizes.iter().map(|name| format!("the code takes `{name}`, a size that no array has, as a number")).collect();
    if !request.is_checked {
        return Ok(Coded { text: Some(text), remarks });
    }
    let options = CheckOptions { seed: request.seed, ..CheckOptions::default() };
    let certificate =
        check_code(arena, expr, &options, |point| codegen::value_as(arena, expr, layout, &program, point));
    match &certificate.outcome {
        Outcome::Passed => {}
        Outcome::Failed(disagreement) => {
            page.fail_unless(false);
            page.warn(format!(
                "error: the code of this answer did not pass its numeric check, so it is not printed; please report it as a bug\n  = note: {}",
                disagreement_text(disagreement)
            ));
            return Ok(Coded { text: None, remarks: Vec::new() });
        }
        Outcome::NotChecked(reason) => remarks.push(format!("the code was not checked: {}", reason_text(reason))),
    }
    Ok(Coded { text: Some(text), remarks })
}
