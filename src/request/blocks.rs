//! The block Hessian in several variables: how the blocks lie, each block above the diagonal once, and for code all of them.

use super::Request;
use super::code::{self, Coded};
use super::format::Format;
use super::json;
use super::output;
use super::page::Page;
use super::shown::{How, Shown, text_format};
use super::views::{self, Places};
use crate::answer::{Finished, Views};
use crate::check::{Certificate, Outcome};
use crate::codegen::Layout;
use crate::error::Error;
use crate::expr::{ExprId, SymbolId};
use crate::problem::{Note, Problem};
use crate::render;

/// The blocks with rows ≤ columns, each with its two variables.
pub(super) type Blocks = [(SymbolId, SymbolId, Views)];

/// Shows the layout and the blocks.
pub(super) fn show(
    page: &mut Page,
    problem: &mut Problem,
    blocks: &Blocks,
    (request, notes): (&Request, &[Note]),
    how: How<'_>,
) -> Result<(), Error> {
    let (answer, format) = (whole(blocks), request.format);
    if format.is_code() {
        let coded = code(page, request, problem, blocks)?;
        output::code(page, &shown(problem, &answer, request, (notes, how)), &coded);
        return Ok(());
    }
    if format == Format::Json {
        // What is said of the input is said once.
        let mut notes = notes;
        for (row, col, views) in blocks {
            let answer = Finished {
                expr: views.main(),
                conditions: views.conditions.clone(),
                certificate: views.certificate.clone(),
            };
            let shapes = [*row, *col].map(|name| problem.arena.symbol(name).shape);
            let layout = Layout::Tensor { output: shapes[0], variable: shapes[1] };
            let coded = code::coded(page, request, problem, (views.array, &views.conditions), None, &layout)
                .unwrap_or_default();
            let shown = shown(problem, &answer, request, (std::mem::take(&mut notes), how));
            page.document(&shown, json::views(&shown, views, &[*row, *col], &coded));
        }
        page.fail_unless(answer.stands());
        return Ok(());
    }
    let text_format = text_format(format).unwrap_or(render::Format::Unicode);
    let mut lines = vec![layout(problem, text_format)];
    let shown = shown(problem, &answer, request, (notes, how));
    // One `where` for all blocks.
    let exprs: Vec<ExprId> = blocks.iter().flat_map(|(_, _, views)| views.printed()).collect();
    let form = shown.form_of(&exprs);
    let mut place = 0;
    for (row, col, views) in blocks {
        let label = label(problem, *row, *col, text_format);
        let equal = equal(text_format);
        if problem.arena.is_zero(views.main()) {
            lines.push(format!("{label} {equal} 0"));
        } else if views.matrix.is_some() {
            lines.push(format!("{label} {equal} {}", form.text(place, text_format)));
        } else {
            let mark = if text_format == render::Format::Latex { "&:" } else { ":" };
            lines.push(format!("{label}{mark}"));
            let places = Places::from(views, place);
            lines.extend(views::lines_of(problem, views, (&form, &places), &[*row, *col], text_format));
        }
        place += views.printed().len();
    }
    output::several(page, &shown, &form, &lines, format);
    Ok(())
}

fn shown<'a>(
    problem: &'a Problem,
    answer: &'a Finished,
    request: &'a Request,
    (notes, how): (&'a [Note], How<'a>),
) -> Shown<'a> {
    Shown { problem, answer, wrt: problem.wrt.first().copied(), request, vech: false, notes, how }
}

/// What holds of all blocks: every condition, and the worst of the certificates.
fn whole(blocks: &Blocks) -> Finished {
    let mut conditions = Vec::new();
    let mut certificate: Option<Certificate> = None;
    for (_, _, views) in blocks {
        for condition in &views.conditions {
            if !conditions.contains(condition) {
                conditions.push(*condition);
            }
        }
        let Some(next) = &views.certificate else { continue };
        let severity = |certificate: &Certificate| match certificate.outcome {
            Outcome::Failed(_) => 2,
            Outcome::NotChecked(_) => 1,
            Outcome::Passed => 0,
        };
        certificate = Some(match certificate {
            None => next.clone(),
            Some(known) => {
                let error = known.largest_error.max(next.largest_error);
                let points = known.points.min(next.points);
                let worst = if severity(next) > severity(&known) { next.clone() } else { known };
                Certificate { largest_error: error, points, ..worst }
            }
        });
    }
    let expr = blocks[0].2.main();
    Finished { expr, conditions, certificate }
}

/// The sign between the sides of an equation, in LaTeX with the mark of its column.
fn equal(format: render::Format) -> &'static str {
    if format == render::Format::Latex { "&=" } else { "=" }
}

fn symbol(problem: &Problem, symbol: SymbolId, format: render::Format) -> String {
    render::render_name(&problem.arena, symbol, format)
}

/// `H_xy`
fn label(problem: &Problem, row: SymbolId, col: SymbolId, format: render::Format) -> String {
    let names = [row, col].map(|name| symbol(problem, name, format));
    let long = names.iter().any(|name| name.chars().count() > 1) && format != render::Format::Latex;
    let name = names.join(if long { "," } else { "" });
    if format == render::Format::Latex || long { format!("H_{{{name}}}") } else { format!("H_{name}") }
}

/// `∇²f = [H_xx  H_xy; H_xyᵀ  H_yy]`
fn layout(problem: &Problem, format: render::Format) -> String {
    let wrt = &problem.wrt;
    let (transpose, between, next) = match format {
        render::Format::Unicode => ("ᵀ", "  ", "; "),
        render::Format::Ascii => ("^T", ", ", "; "),
        render::Format::Latex | render::Format::Typst | render::Format::Mathml => ("^\\top", " & ", " \\\\ "),
    };
    let rows: Vec<String> = (0..wrt.len())
        .map(|row| {
            let cells: Vec<String> = (0..wrt.len())
                .map(|col| {
                    let are_numbers =
                        [row, col].iter().all(|place| problem.arena.symbol(wrt[*place]).shape.is_scalar());
                    match (row <= col, label(problem, wrt[row.min(col)], wrt[row.max(col)], format)) {
                        (false, label) if !are_numbers => format!("{label}{transpose}"),
                        (_, label) => label,
                    }
                })
                .collect();
            cells.join(between)
        })
        .collect();
    let rows = rows.join(next);
    match format {
        render::Format::Unicode => format!("∇²f = [{rows}]"),
        render::Format::Ascii => format!("H = [{rows}]"),
        render::Format::Latex | render::Format::Typst | render::Format::Mathml => {
            format!("\\nabla^2 f &= \\begin{{bmatrix}} {rows} \\end{{bmatrix}}")
        }
    }
}

/// Rows of arrays, `[[∂²f/∂x∂x, ∂²f/∂x∂y], [∂²f/∂y∂x, ∂²f/∂y∂y]]`: a block's axes are those of its row's variable, then those of its column's.
fn code(page: &mut Page, request: &Request, problem: &mut Problem, blocks: &Blocks) -> Result<Coded, Error> {
    let wrt = problem.wrt.clone();
    let (mut rows, mut remarks, mut is_whole) = (Vec::new(), Vec::new(), true);
    for row in &wrt {
        let mut cells = Vec::new();
        for col in &wrt {
            let found = blocks.iter().find(|(first, second, _)| (first, second) == (row, col));
            let turned = blocks.iter().find(|(first, second, _)| (first, second) == (col, row));
            let (matrix, conditions, output, variable) = match (found, turned) {
                (Some((_, _, views)), _) => (views.array, &views.conditions, *row, *col),
                (None, Some((_, _, views))) => (problem.arena.transpose(views.array), &views.conditions, *row, *col),
                (None, None) => continue,
            };
            let shapes = [output, variable].map(|name| problem.arena.symbol(name).shape);
            let layout = Layout::Tensor { output: shapes[0], variable: shapes[1] };
            let coded = code::coded(page, request, problem, (matrix, conditions), None, &layout)
                .map_err(|error| Error::Message(error.to_string()))?;
            is_whole &= coded.text.is_some();
            cells.extend(coded.text);
            for remark in coded.remarks {
                if !remarks.contains(&remark) {
                    remarks.push(remark);
                }
            }
        }
        rows.push(format!("[{}]", cells.join(", ")));
    }
    Ok(Coded { text: is_whole.then(|| format!("[{}]", rows.join(", "))), remarks })
}
