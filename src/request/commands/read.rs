//! `matcalc read EXPR`

use super::super::format::Format;
use super::super::{Page, Request, about, json, shown};
use super::given::read_texts;
use crate::error::Error;
use crate::problem::{Given, Problem};
use crate::reading::bracketed::Signs;
use crate::reading::cost::kind_reason;
use crate::render::{self, render_declaration};
use crate::shape::Goal;

pub(super) fn run(request: &Request, page: &mut Page) -> Result<(), Error> {
    let given = |goal| [Given { origin: "expression".into(), text: request.text(), goal }];
    let wrt: Vec<&str> = request.wrt.iter().map(String::as_str).collect();
    // With a variable it is read as `grad` reads it, where that can be.
    let goal = if wrt.is_empty() { Goal::Any } else { Goal::Scalar };
    let problem = read_texts(request, &given(goal), &request.declarations, &wrt).or_else(|report| {
        if wrt.is_empty() { Err(report) } else { read_texts(request, &given(Goal::Any), &request.declarations, &wrt) }
    })?;
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
