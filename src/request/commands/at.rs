//! The value of a derived answer at a point, which has to meet the answer's conditions.

use nalgebra::DMatrix;

use super::super::format::Format;
use super::super::page::Answered;
use super::super::{Page, Request, json, literal, shown};
use super::computed::computed;
use super::eval::{Values, bind};
use crate::answer::Finished;
use crate::check::project;
use crate::domain::{Condition, value_at, violated};
use crate::error::Error;
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::Bindings;
use crate::numeric::random::Rng;
use crate::numeric::sample::symbols_of;
use crate::problem::{Note, Problem};
use crate::render::{self, render_condition};

/// How far a point nearby lies, relative to the entries.
const NEARBY: f64 = 1e-3;

/// Shows the value of an answer after a prefix, and keeps it.
pub(in super::super) fn run(
    request: &Request,
    answered: &Answered,
    (values, remarks, prefix): (Values<'_>, &[String], &str),
    page: &mut Page,
) -> Result<(), Error> {
    let Answered { problem, answer, .. } = answered;
    let point = point(problem, &[answer.expr], values, request)?;
    meets(problem, answer, &point)?;
    let of = of_exprs(problem, &[answer.expr]);
    let value = computed(&of, point, request.precision)?;
    let said = value.remarks.into_iter().chain(remarks.iter().cloned());
    let notes: Vec<Note> = said.map(Note::of_value).collect();
    if request.format == Format::Json {
        page.gather(request, problem, &notes, json::value(&of, &value.value, request.precision));
    } else {
        let blank = " ".repeat(prefix.chars().count());
        for (place, line) in literal::value_lines(&value.value, request.precision).into_iter().enumerate() {
            page.line(format!("{}{line}", if place == 0 { prefix } else { &blank }));
        }
        shown::note_lines(request.prompt, &notes).into_iter().for_each(|text| page.about(text));
    }
    page.values.push(literal::exact_literal(&value.value, request.precision));
    page.notes.extend(notes);
    Ok(())
}

/// Refuses values at which a condition of an answer does not hold. What has no value among them says nothing.
pub(in super::super) fn holds(request: &Request, answered: &Answered, values: Values<'_>) -> Result<(), Error> {
    let Answered { problem, answer, .. } = answered;
    match point(problem, &[], values, request) {
        Ok(point) => meets(problem, answer, &point),
        Err(_) => Ok(()),
    }
}

/// The values of the symbols of some expressions, and of all others that are given.
fn point(problem: &Problem, exprs: &[ExprId], values: Values<'_>, request: &Request) -> Result<Bindings<f64>, Error> {
    let used = symbols_of(&problem.arena, exprs);
    let is_given = |symbol: &SymbolId| {
        let name = &problem.arena.symbol(*symbol).name;
        values.0.iter().any(|(given, _)| given == name) || values.1.iter().any(|(given, _)| given == name)
    };
    let symbols = problem.symbols.iter().copied().filter(|symbol| used.contains(symbol) || is_given(symbol)).collect();
    let mut of = of_exprs(problem, exprs);
    (of.symbols, of.wrt) = (symbols, Vec::new());
    bind(&of, values, request.prompt)
}

/// The problem of other expressions in the same symbols.
fn of_exprs(problem: &Problem, exprs: &[ExprId]) -> Problem {
    let mut of = problem.clone();
    (of.raw, of.normal) = (exprs.to_vec(), exprs.to_vec());
    of
}

/// Refuses a point at which an answer does not hold: a condition is not met, or what was differentiated has no value.
pub(super) fn meets(problem: &Problem, answer: &Finished, point: &Bindings<f64>) -> Result<(), Error> {
    let arena = &problem.arena;
    let nearby = nearby(arena, &problem.wrt, point);
    if let Some(condition) = violated(arena, &answer.conditions, point, &nearby) {
        let is = is_there(problem, condition, point).map_or_else(String::new, |is| format!(", and {is}"));
        let needs = render_condition(arena, condition, render::Format::Unicode, &problem.style);
        return Err(Error::Message(format!(
            "the formula of the derivative does not hold at these values: it needs {needs}{is}\n  = help: give values where this holds"
        )));
    }
    let is_missing = |root: &ExprId| value_at(arena, *root, point).is_some_and(|found| found.is_missing());
    if problem.raw.first().is_some_and(is_missing) {
        return Err(Error::Message(
            "the expression has no value at these values of its symbols\n  = help: give values at which it has one"
                .to_owned(),
        ));
    }
    Ok(())
}

/// `x is -1`: the value of what has to have another sign.
fn is_there(problem: &Problem, condition: Condition, point: &Bindings<f64>) -> Option<String> {
    if !matches!(condition, Condition::NonZero(_) | Condition::EntriesNonZero(_) | Condition::Positive(_)) {
        return None;
    }
    let value = value_at(&problem.arena, condition.expr(), point)?.value;
    let text = render::render(&problem.arena, condition.expr(), render::Format::Unicode, &problem.style);
    let is_short = value.len() <= 8 && value.iter().all(|entry| entry.is_finite());
    is_short.then(|| format!("{text} is {}", super::super::tape::value_text(&value)))
}

/// A random point nearby, at which the variables alone are moved, within their structures.
fn nearby(arena: &Arena, wrt: &[SymbolId], point: &Bindings<f64>) -> Bindings<f64> {
    let (mut point, mut rng) = (point.clone(), Rng::new(1));
    for symbol in wrt {
        if let Some(value) = point.symbols.get_mut(symbol) {
            let step: DMatrix<f64> = rng.normal_matrix(value.nrows(), value.ncols());
            let step = project(arena.symbol(*symbol).structure, value, &step);
            *value += step * (NEARBY * value.amax().max(1.0));
        }
    }
    point
}
