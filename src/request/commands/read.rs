//! `matcalc read EXPR`

use rustc_hash::FxHashSet;

use super::super::format::Format;
use super::super::{Page, Request, about, json, shown};
use super::given::read_texts;
use crate::error::Error;
use crate::expr::{BigOp, Node, SymbolKind};
use crate::problem::{Given, Problem, Report};
use crate::reading::bracketed::Signs;
use crate::reading::cost::kind_reason;
use crate::render::{self, render_declaration};
use crate::shape::Goal;

/// The expression as it is read. With a variable, and where it is a sum over data, it is read as `grad` reads it, where that can be.
fn problem(request: &Request) -> Result<Problem, Report> {
    let wrt: Vec<&str> = request.wrt.iter().map(String::as_str).collect();
    let read = |goal| {
        let given = [Given { origin: "expression".into(), text: request.text(), goal }];
        read_texts(request, &given, &request.declarations, &wrt)
    };
    if !wrt.is_empty() {
        return read(Goal::Scalar).or_else(|_| read(Goal::Any));
    }
    match read(Goal::Any) {
        Ok(problem) if adds_up(&problem) => Ok(read(Goal::Scalar).ok().filter(has_data).unwrap_or(problem)),
        Ok(problem) => Ok(problem),
        Err(report) => read(Goal::Scalar).map_err(|_| report),
    }
}

/// Whether a sum over an index that is no scalar is a term or factor of the expression: `C sum_i y_i w'x_i`.
fn adds_up(problem: &Problem) -> bool {
    let arena = &problem.arena;
    if arena.shape(problem.raw[0]).is_scalar() {
        return false;
    }
    let (mut parts, mut seen) = (vec![problem.raw[0]], FxHashSet::default());
    while let Some(part) = parts.pop() {
        if !seen.insert(part) {
            continue;
        }
        match arena.node(part) {
            Node::Indexed { op: BigOp::Sum, .. } => return true,
            Node::Add(terms) => parts.extend(terms.iter().map(|(_, term)| *term)),
            Node::Product(factors) => parts.extend(factors.iter()),
            _ => {}
        }
    }
    false
}

/// Whether there is a family of vectors or matrices.
fn has_data(problem: &Problem) -> bool {
    problem.symbols.iter().any(|symbol| matches!(problem.arena.symbol(*symbol).kind, SymbolKind::Family(_)))
}

pub(super) fn run(request: &Request, page: &mut Page) -> Result<(), Error> {
    let problem = problem(request)?;
    let signs = match request.format {
        Format::Unicode | Format::Json => Signs::Unicode,
        Format::Ascii => Signs::Ascii,
        Format::Latex | Format::Typst | Format::Mathml => Signs::Latex,
        _ => {
            return Err(Error::Message(
                "a reading has no form as code; use unicode, ascii, latex, typst, mathml or json".into(),
            ));
        }
    };
    let reading = problem.reading.text(0, signs);
    page.knows_symbols(request, &problem);
    let kind = about::kind_of(&problem, problem.raw[0]);
    page.notes.clone_from(&problem.notes);
    page.values.push(problem.reading.text(0, Signs::Ascii));
    if request.format == Format::Json {
        page.gather(request, &problem, &problem.notes, json::reading(&problem));
        return Ok(());
    }
    page.line(format!(
        "{reading}{}",
        if request.format == Format::Unicode { format!("   {kind}") } else { String::new() }
    ));
    let format = if request.format == Format::Latex {
        render::Format::Latex
    } else {
        shown::text_format(request.format).unwrap_or(render::Format::Unicode)
    };
    let rows = symbols(&problem, format);
    let width = rows.iter().map(|row| row.0.chars().count()).max().unwrap_or(0);
    page.kind = Some(kind);
    for (declaration, why) in rows {
        let blanks = " ".repeat(width - declaration.chars().count());
        page.about(format!("  {declaration}{blanks}   {why}"));
    }
    for note in shown::note_lines(request.prompt, &problem.notes) {
        page.about(note);
    }
    Ok(())
}

/// Each symbol with the set it is from and why.
fn symbols(problem: &Problem, format: render::Format) -> Vec<(String, &'static str)> {
    problem
        .symbols
        .iter()
        .map(|symbol| {
            let name = &problem.arena.symbol(*symbol).name;
            let row = problem.reading.kinds.iter().find(|kind| kind.0 == *name);
            (render_declaration(&problem.arena, *symbol, format), row.map_or("declared", |row| kind_reason(row.1)))
        })
        .collect()
}
