//! `matcalc backprop EXPR --wrt w,b --set …`

use super::super::columns::Table;
use super::super::format::Format;
use super::super::tape::{NodeText, Writer, value_text};
use super::super::{Page, Request, about, json, shown};
use super::at;
use super::eval::{bind, once, rows_are_members, with_kinds, without_families};
use super::given::{checking, read_texts};
use super::note::take_notes;
use crate::answer::backprop::{Backprop, MOST_NODES, NoBackprop, backprop};
use crate::backprop::{Stopped, Values, values};
use crate::diagnostic::Prompt;
use crate::error::Error;
use crate::expr::{Part, SymbolId, SymbolKind};
use crate::naming::Limits;
use crate::numeric::SharedMatrix;
use crate::problem::{self, Given, Note, Problem};
use crate::render;
use crate::shape::Goal;

/// A computation that was read, with its backward pass and, where values are given, its numbers.
pub(super) struct Computation {
    pub(super) problem: Problem,
    pub(super) found: Backprop,
    pub(super) values: Option<Values>,
}

pub(super) fn run(
    request: &Request,
    given: &[(String, SharedMatrix<f64>)],
    remarks: &[String],
    page: &mut Page,
) -> Result<(), Error> {
    let format = match request.format {
        Format::Unicode | Format::Json => render::Format::Unicode,
        Format::Ascii => render::Format::Ascii,
        Format::Latex => render::Format::Latex,
        _ => {
            return Err(Error::Message(
                "a table has no form as code\n  = help: its formats are unicode, ascii, latex, typst, mathml and json; `code` writes the gradient as a function"
                    .into(),
            ));
        }
    };
    let mut computation = computation(request, given, remarks)?;
    let notes = take_notes(&mut computation.problem, &[]);
    let Computation { problem, found, values } = &computation;
    let how = shown::How { limits: Limits::NEVER, ..shown::How::default() };
    let shown = shown::Shown { problem, answer: &found.finished, wrt: None, request, vech: false, notes: &notes, how };
    if request.format == Format::Json {
        page.fail_unless(found.finished.stands());
        page.document(&shown, json::tape(&shown, found, values.as_ref()));
        page.values.clear();
        return Ok(());
    }
    shown.warn(page);
    let texts = Writer { problem, found, format }.nodes();
    let table = table(&texts, values.as_ref());
    if format == render::Format::Latex {
        if found.finished.stands() {
            page.line(table.latex());
        }
    } else {
        if !found.finished.stands() {
            page.line(shown.mark().trim_end());
        }
        table.lines(format == render::Format::Ascii).into_iter().for_each(|line| page.line(line));
    }
    about::notes(page, &shown, &shown.whole(), request.format);
    page.values.clear();
    Ok(())
}

/// The table of both passes: a row for each node that takes part in the backward pass, and for each other operation.
fn table(texts: &[NodeText], values: Option<&Values>) -> Table {
    let mut headings = vec!["node".to_owned()];
    if values.is_some() {
        headings.push("value".to_owned());
    }
    headings.extend(["local derivatives".to_owned(), "backward".to_owned()]);
    if values.is_some() {
        headings.push("value".to_owned());
    }
    let mut rows = Vec::new();
    for (place, node) in texts.iter().enumerate() {
        if node.formula.is_none() && node.bar.is_none() {
            continue;
        }
        let of = |formula: &String| format!("{} = {formula}", node.name);
        let mut row = vec![vec![node.formula.as_ref().map_or_else(|| node.name.clone(), of)]];
        row.extend(values.map(|values| vec![value_text(&values.nodes[place])]));
        row.push(node.locals.iter().map(|local| format!("{}{}", local.left, local.right)).collect());
        row.push(node.bar.iter().map(|(name, formula)| format!("{name} = {formula}")).collect());
        row.extend(values.map(|values| values.bars[place].iter().map(value_text).collect()));
        rows.push(row);
    }
    Table { headings, rows }
}

/// Reads a request for a computation and runs both passes.
pub(super) fn computation(
    request: &Request,
    given: &[(String, SharedMatrix<f64>)],
    remarks: &[String],
) -> Result<Computation, Error> {
    let (mut problem, wrt) = read(request, given)?;
    let options = checking(request);
    let found = backprop(&mut problem, &wrt, options.as_ref()).map_err(|error| refused(request, error))?;
    for remark in remarks {
        problem.notes.push(Note::of_value(remark.clone()));
    }
    // In a session some of the symbols may have values, and others not.
    let is_open = |id: &SymbolId| !given.iter().any(|(name, _)| *name == problem.arena.symbol(*id).name);
    let values = match given {
        [] => None,
        _ if request.prompt == Prompt::Session && problem.symbols.iter().any(is_open) => None,
        _ => {
            let point = bind(&problem, (given, &[]), request.prompt)?;
            let numbers = values(&problem.arena, &found.tape, &found.bars, &point);
            let numbers = numbers.map_err(|stopped| where_stopped(&problem, &found, &stopped))?;
            at::meets(&problem, &found.finished, &point)?;
            Some(numbers)
        }
    };
    Ok(Computation { problem, found, values })
}

/// The problem and its variables: those that are named, those that the expression names itself, or all.
fn read(request: &Request, given: &[(String, SharedMatrix<f64>)]) -> Result<(Problem, Vec<SymbolId>), Error> {
    once((given, &[]))?;
    let report = match read_as(request, given, given) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    let Some((others, names)) = without_families(&request.text(), given) else { return Err(report) };
    let Ok((mut problem, wrt)) = read_as(request, given, &others) else { return Err(report) };
    problem.notes.push(Note::of_value(rows_are_members(&names)));
    Ok((problem, wrt))
}

/// The same where only some of the values say what their names are.
fn read_as(
    request: &Request,
    given: &[(String, SharedMatrix<f64>)],
    kinds: &[(String, SharedMatrix<f64>)],
) -> Result<(Problem, Vec<SymbolId>), Error> {
    let declarations = with_kinds(&request.declarations, kinds);
    let text = request.text();
    let named = match request.wrt.as_slice() {
        [] => problem::named_variables(&text, &declarations).unwrap_or_default(),
        names => names.to_vec(),
    };
    let names: Vec<&str> = named.iter().map(String::as_str).collect();
    let with = |goal| {
        let texts = [Given { origin: "expression".into(), text: text.clone(), goal }];
        // Members of families may be variables, entries not.
        let problem = read_texts(request, &texts, &declarations, &names)?;
        let is_family = |part: &Part| matches!(problem.arena.symbol(part.symbol).kind, SymbolKind::Family(_));
        if problem.parts.iter().flatten().all(is_family) { Ok(problem) } else { problem::whole(problem) }
    };
    // What is no number is said to be none.
    let problem = with(Goal::Scalar).map_err(|report| match with(Goal::Any) {
        Ok(problem) if !problem.arena.shape(problem.raw[0]).is_scalar() => no_number(request, &problem),
        _ => report.into(),
    })?;
    let arena = &problem.arena;
    let known = |name: &str| {
        arena.size_names().iter().any(|size| size == name)
            || problem.symbols.iter().any(|symbol| arena.symbol(*symbol).name == *name)
    };
    if let Some((name, _)) = given.iter().find(|(name, _)| request.prompt == Prompt::Shell && !known(name)) {
        let names: Vec<&str> = problem.symbols.iter().map(|symbol| arena.symbol(*symbol).name.as_str()).collect();
        return Err(Error::Message(format!(
            "`{name}` is given a value and does not occur in the expression\n  = help: its names are {}",
            names.join(", ")
        )));
    }
    let wrt = if named.is_empty() {
        let is_variable = |id: &SymbolId| matches!(arena.symbol(*id).kind, SymbolKind::Plain | SymbolKind::Positive);
        problem.symbols.iter().copied().filter(is_variable).collect()
    } else {
        problem.wrt.clone()
    };
    if wrt.is_empty() {
        return Err(Error::Message(format!("`{}` needs an expression with a variable", request.query.name())));
    }
    Ok((problem, wrt))
}

/// That the result is no number.
fn no_number(request: &Request, problem: &Problem) -> Error {
    let message = format!("`{}` needs a scalar expression", request.query.name());
    let label = format!("this is {}", about::kind_of(problem, problem.raw[0]));
    let help = "for a vector–Jacobian product use `vjp`, for all partial derivatives `jacobian`";
    problem.refusal("S0107", &message, &label, Some(help.to_owned())).into()
}

fn refused(request: &Request, error: NoBackprop) -> Error {
    let command = request.query.name();
    match error {
        NoBackprop::NoRow(row) if row.is_nowhere => Error::Message(format!("there is no derivative of {}", row.what)),
        NoBackprop::NoRow(row) => Error::Message(format!(
            "`{command}` knows no vector–Jacobian product of {}\n  = help: `grad` finds the derivative by rules",
            row.what
        )),
        NoBackprop::TooLarge(count) => Error::Message(format!(
            "this computation has {count} nodes, more than the {MOST_NODES} that are written\n  = help: name parts of it, `z = W x + b; …`: each name is then one node"
        )),
        NoBackprop::Nowhere(report) => Error::Input(report),
    }
}

/// The node at which the numbers stop, with the values that it is computed from.
fn where_stopped(problem: &Problem, found: &Backprop, stopped: &Stopped) -> Error {
    let writer = Writer { problem, found, format: render::Format::Unicode };
    let node = &found.tape.nodes[stopped.place];
    let (name, formula) = match (stopped.is_backward, found.bars[stopped.place]) {
        (true, Some(bar)) => (writer.name(bar.symbol), Some(writer.expr(bar.shown))),
        _ => (writer.name(node.symbol), node.normal.map(|formula| writer.expr(formula))),
    };
    let what = formula.map_or_else(|| name.clone(), |formula| format!("{name} = {formula}"));
    let why = match &stopped.error {
        Some(error) => format!(": {error}"),
        None => String::new(),
    };
    let mut uses = found.tape.operands(&problem.arena, node);
    if stopped.is_backward {
        uses = vec![stopped.place];
    }
    let point: Vec<String> = uses
        .iter()
        .filter_map(|place| {
            let symbol = found.tape.nodes[*place].symbol;
            Some(format!("{} = {}", writer.name(symbol), value_text(stopped.before.get(*place)?)))
        })
        .collect();
    let at = if point.is_empty() { String::new() } else { format!(" at {}", point.join(", ")) };
    Error::Message(format!("the first node without a finite value is `{what}`{at}{why}"))
}
