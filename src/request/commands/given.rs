//! What a request gives: texts, variables, options.

use super::super::{FormOptions, NameParts, Request};
use crate::check::CheckOptions;
use crate::error::Error;
use crate::naming::Limits;
use crate::problem::{self, Given, Problem, Report};
use crate::shape::Goal;

/// Reads the texts of a request. Of definitions that were added to a text nothing is said where it does not use them.
pub(super) fn read_texts(
    request: &Request,
    given: &[Given],
    declarations: &str,
    wrt: &[&str],
) -> Result<Problem, Report> {
    let mut problem = problem::read_by_parts(given, declarations, wrt)?;
    if !request.definitions.is_empty() {
        let written = |source: usize| given.get(source).map_or(0, |one| one.text.len() - request.definitions.len());
        problem.notes.retain(|note| note.row != "unused-definition" || note.span.start < written(note.source));
    }
    Ok(problem)
}

/// [`read_texts`] where the variables are whole symbols.
pub(super) fn read_whole(
    request: &Request,
    given: &[Given],
    declarations: &str,
    wrt: &[&str],
) -> Result<Problem, Report> {
    problem::whole(read_texts(request, given, declarations, wrt)?)
}

/// The problem of a request with a variable; `more` stands after the expression.
pub(super) fn read(request: &Request, goal: Goal, more: Vec<Given>) -> Result<Problem, Error> {
    let wrt = variables(request, &goal)?;
    let mut given = vec![Given { origin: "expression".into(), text: request.text(), goal }];
    given.extend(more);
    let wrt: Vec<&str> = wrt.iter().map(String::as_str).collect();
    Ok(read_whole(request, &given, &request.declarations, &wrt)?)
}

/// The variables: those that are named, or those that the expression names itself. Where there is none the message lists the names of
/// the expression, as far as it can be read.
pub(super) fn variables(request: &Request, goal: &Goal) -> Result<Vec<String>, Error> {
    if !request.wrt.is_empty() {
        return Ok(request.wrt.clone());
    }
    let text = request.text();
    // What is wrong with a definition comes before what is missing.
    let defines = ["=", "↦", "\\mapsto", "min", "max"].iter().any(|sign| text.contains(sign));
    match problem::named_variables(&text, &request.declarations) {
        Ok(named) if !named.is_empty() => return Ok(named),
        Err(report) if defines => return Err(report.into()),
        Ok(_) | Err(_) => {}
    }
    let given = [Given { origin: "expression".into(), text, goal: goal.clone() }];
    let names: Vec<String> = problem::read(&given, &request.declarations, &[])
        .map(|problem| problem.symbols.iter().map(|symbol| problem.arena.symbol(*symbol).name.clone()).collect())
        .unwrap_or_default();
    let help = match names.as_slice() {
        [] => String::new(),
        [one] => format!("\n  = help: the only name in the expression is {one}: --wrt {one}"),
        [first, ..] => format!("\n  = help: the names in the expression are {}, as in --wrt {first}", names.join(", ")),
    };
    Err(Error::Message(format!("`{}` needs a variable, named with --wrt{help}", request.query.name())))
}

/// How to check, unless checks are switched off.
pub(super) fn checking(request: &Request) -> Option<CheckOptions> {
    request.is_checked.then(|| options(request))
}

pub(super) fn options(request: &Request) -> CheckOptions {
    CheckOptions { seed: request.seed, ..CheckOptions::default() }
}

/// From which sizes on parts are named.
pub(super) fn limits(form: &FormOptions) -> Limits {
    match form.name_parts {
        NameParts::Always => Limits::ALWAYS,
        NameParts::Long => Limits::default(),
        NameParts::Never => Limits::NEVER,
    }
}
