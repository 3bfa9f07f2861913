//! One file for each kind of question.

mod check;
mod convexity;
mod derived;
mod equal;
pub(super) mod eval;
mod gradient;
mod read;
mod simplify;
mod solve;
mod tensor;

use super::{FormOptions, NameParts, Page, Query, Request};
use crate::answer;
use crate::answer::derivation::Derivation;
use crate::check::CheckOptions;
use crate::error::Error;
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::naming::Limits;
use crate::problem::{self, Given, Note, Problem, Report};
use crate::shape::Goal;

/// Answers a request.
pub(super) fn run(request: &Request, page: &mut Page) -> Result<(), Error> {
    match &request.query {
        Query::Gradient { vech } => gradient::run(request, *vech, page),
        Query::Check { claim } => check::run(request, claim.as_deref(), page),
        Query::Convexity => convexity::run(request, page),
        Query::Solve => solve::run(request, page),
        Query::Simplify => simplify::run(request, page),
        Query::Read => read::run(request, page),
        Query::Equal { other } => equal::run(request, other, page),
        Query::Eval { values } => eval::run(request, values, page),
        Query::Differential { order } => tensor::differential(request, *order, page),
        Query::Jacobian { view } => tensor::jacobian(request, *view, page),
        Query::Hessian { view } => tensor::hessian(request, *view, page),
        Query::Derivative { order } => tensor::derivative(request, *order, page),
        Query::Along { kind, direction } => tensor::along(request, (*kind, direction), page),
        Query::Taylor { order } => tensor::taylor(request, *order, page),
    }
}

/// The notes that are still to be printed: those on how the input was read, once for a request, and one for each of these variables whose
/// first derivative is identically zero.
fn take_notes(problem: &mut Problem, vanishing: &[usize]) -> Vec<Note> {
    let mut notes = std::mem::take(&mut problem.notes);
    notes.extend(vanishing.iter().filter_map(|place| answer::zero_derivative(problem, *place)));
    notes
}

/// The variables, by position, whose differential does not occur in a differential.
fn absent(problem: &Problem, differential: ExprId) -> Vec<usize> {
    let occurs = |arena: &Arena, wrt: SymbolId| {
        let is_its = |id: &ExprId| matches!(arena.node(*id), Node::Differential(symbol, _) if *symbol == wrt);
        arena.post_order(differential).iter().any(is_its)
    };
    (0..problem.wrt.len()).filter(|place| !occurs(&problem.arena, problem.wrt[*place])).collect()
}

/// Whether a derivation has a line that does not follow.
fn failed(steps: Option<&Derivation>) -> bool {
    steps.is_some_and(|steps| steps.failed().is_some())
}

/// From which sizes on parts are named.
fn limits(form: &FormOptions) -> Limits {
    match form.name_parts {
        NameParts::Always => Limits::ALWAYS,
        NameParts::Long => Limits::default(),
        NameParts::Never => Limits::NEVER,
    }
}

/// Reads the texts of a request. Of definitions that were added to a text nothing is said where it does not use them.
fn read_texts(request: &Request, given: &[Given], declarations: &str, wrt: &[&str]) -> Result<Problem, Report> {
    let mut problem = problem::read_by_parts(given, declarations, wrt)?;
    if !request.definitions.is_empty() {
        let written = |source: usize| given.get(source).map_or(0, |one| one.text.len() - request.definitions.len());
        problem.notes.retain(|note| note.row != "unused-definition" || note.span.start < written(note.source));
    }
    Ok(problem)
}

/// [`read_texts`] where the variables are whole symbols.
fn read_whole(request: &Request, given: &[Given], declarations: &str, wrt: &[&str]) -> Result<Problem, Report> {
    problem::whole(read_texts(request, given, declarations, wrt)?)
}

/// The problem of a request with a variable; `more` stands behind the expression.
fn read(request: &Request, goal: Goal, more: Vec<Given>) -> Result<Problem, Error> {
    let wrt = variables(request, &goal)?;
    let mut given = vec![Given { origin: "expression".into(), text: request.text(), goal }];
    given.extend(more);
    let wrt: Vec<&str> = wrt.iter().map(String::as_str).collect();
    Ok(read_whole(request, &given, &request.declarations, &wrt)?)
}

/// The variables: those that are named, or those that the expression names itself. Where there is none the message lists the names of
/// the expression, as far as it can be read.
fn variables(request: &Request, goal: &Goal) -> Result<Vec<String>, Error> {
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
fn checking(request: &Request) -> Option<CheckOptions> {
    request.is_checked.then(|| options(request))
}

fn options(request: &Request) -> CheckOptions {
    CheckOptions { seed: request.seed, ..CheckOptions::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_on_the_reading_are_taken_once() {
        let given = [Given { origin: "expression".into(), text: "x'y".into(), goal: Goal::Scalar }];
        let mut problem = problem::read(&given, "", &["x", "y"]).unwrap_or_else(|_| unreachable!("it can be read"));
        problem.notes.push(Note {
            row: "reading",
            source: 0,
            span: crate::span::Span::new(0, 3),
            text: "x'y".into(),
            message: "read as an inner product; write `x y'` for the outer one".into(),
            other: Some("x y'".into()),
        });
        let first = take_notes(&mut problem, &[]);
        assert_eq!(
            super::super::output::note_lines(&first),
            ["note: read as an inner product; write `x y'` for the outer one"]
        );
        assert_eq!(take_notes(&mut problem, &[]), []);
    }
}
