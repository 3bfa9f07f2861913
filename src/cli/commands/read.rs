//! `matcalc read EXPR`

use serde_json::json;

use super::super::args::Read;
use super::super::format::Format;
use super::super::{Failure, exit_code, output};
use super::Texts;
use crate::reading::bracketed::Signs;
use crate::reading::cost::kind_reason;
use crate::render::{self, render_declaration};
use crate::session::{self, Given, Problem};
use crate::shape::Goal;

pub(super) fn run(args: &Read, texts: &Texts<'_>) -> Result<u8, Failure> {
    let text = texts.expression().to_owned();
    let given = |goal| [Given { origin: "expression".into(), text: text.clone(), goal }];
    let wrt: Vec<&str> = args.wrt.iter().map(String::as_str).collect();
    // With a variable it is read as `grad` reads it, where that can be.
    let goal = if wrt.is_empty() { Goal::Any } else { Goal::Scalar };
    let problem = session::read_by_parts(&given(goal), texts.declarations, &wrt).or_else(|report| {
        if wrt.is_empty() { Err(report) } else { session::read_by_parts(&given(Goal::Any), texts.declarations, &wrt) }
    })?;
    let signs = match args.format {
        Format::Unicode | Format::Json => Signs::Unicode,
        Format::Ascii => Signs::Ascii,
        Format::Latex => Signs::Latex,
        Format::Numpy => {
            return Err(Failure::Message("a reading has no NumPy form; use unicode, ascii, latex or json".into()));
        }
    };
    let reading = problem.reading.text(0, signs);
    if args.format == Format::Json {
        output::json_documents(vec![document(&problem, &text, &reading)], texts.line());
        return Ok(exit_code::OK);
    }
    output::line(&format!(
        "{reading}{}",
        if args.format == Format::Unicode { kind_of_whole(&problem) } else { String::new() }
    ));
    let below = output::below(args.format);
    let format = if args.format == Format::Latex {
        render::Format::Latex
    } else {
        output::text_format(args.format).unwrap_or(render::Format::Unicode)
    };
    let rows = symbols(&problem, format);
    let width = rows.iter().map(|row| row.0.chars().count()).max().unwrap_or(0);
    for (declaration, why) in rows {
        let blanks = " ".repeat(width - declaration.chars().count());
        below(&format!("  {declaration}{blanks}   {why}"));
    }
    for note in output::note_lines(&problem.notes) {
        below(&note);
    }
    Ok(exit_code::OK)
}

/// What the whole expression is.
fn kind_of_whole(problem: &Problem) -> String {
    let shape = problem.arena.shape(problem.raw[0]);
    let shown = render::render_shape(&problem.arena, shape, render::Format::Unicode);
    if shape.is_scalar() {
        "   a scalar".to_owned()
    } else if shape.is_column() {
        format!("   a vector in {shown}")
    } else {
        format!("   a matrix in {shown}")
    }
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

fn document(problem: &Problem, input: &str, reading: &str) -> serde_json::Value {
    let arena = &problem.arena;
    let shape = arena.shape(problem.raw[0]);
    let size = |dim| render::size_text(arena, render::Format::Ascii, dim);
    let symbols: Vec<serde_json::Value> = problem
        .symbols
        .iter()
        .map(|symbol| {
            let info = arena.symbol(*symbol);
            let row = problem.reading.kinds.iter().find(|kind| kind.0 == info.name);
            json!({
                "name": info.name,
                "declaration": render_declaration(arena, *symbol, render::Format::Ascii),
                "shape": [size(info.shape.rows), size(info.shape.cols)],
                "why": row.map_or("declared", |row| kind_reason(row.1)),
                "row": row.map(|row| row.1.row().id),
            })
        })
        .collect();
    json!({
        "version": output::JSON_VERSION,
        "command": "read",
        "input": input,
        "reading": reading,
        "shape": [size(shape.rows), size(shape.cols)],
        "symbols": symbols,
        "notes": output::notes_json(&problem.notes),
    })
}
