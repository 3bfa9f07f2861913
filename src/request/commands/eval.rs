//! `matcalc eval EXPR --set x=[1 2 3]`

use nalgebra::DMatrix;

use super::super::format::Format;
use super::super::{Kind, Page, Request, json, literal, shown};
use super::given::read_whole;
use crate::error::Error;
use crate::expr::{Dim, SymbolKind};
use crate::numeric::{self, Bindings, EvalError};
use crate::problem::{Given, Problem};
use crate::shape::Goal;

pub(super) fn run(request: &Request, values: &[(String, DMatrix<f64>)], page: &mut Page) -> Result<(), Error> {
    let (value, problem) = value(request, values)?;
    page.values.push(literal::exact_literal(&value));
    if request.format == Format::Json {
        page.gather(request, &problem, &problem.notes, json::value(&problem, &value));
    } else {
        literal::value_lines(&value).into_iter().for_each(|line| page.line(line));
        shown::note_lines(&problem.notes).into_iter().for_each(|text| page.about(text));
    }
    page.notes = problem.notes;
    Ok(())
}

/// The value of the expression, and how it was read.
pub(in super::super) fn value(
    request: &Request,
    values: &[(String, DMatrix<f64>)],
) -> Result<(DMatrix<f64>, Problem), Error> {
    let written = &request.declarations;
    // A symbol whose value is given has a value's shape, unless it is declared; the sizes follow from the expression.
    let mut declarations = written.clone();
    let declared: Vec<String> = crate::syntax::parse_declarations(written)
        .map(|all| all.into_iter().map(|one| one.name).collect())
        .unwrap_or_default();
    for (name, value) in values {
        if !declared.contains(name) {
            declarations.push_str(&format!("\n{name}: {}", Kind::of_value(value)));
        }
    }
    let given = [Given { origin: "expression".into(), text: request.text(), goal: Goal::Any }];
    let problem = read_whole(request, &given, &declarations, &[])?;
    let bindings = bind(&problem, values)?;
    let value = numeric::evaluate::<f64>(&problem.arena, problem.raw[0], &bindings).map_err(|error| message(&error))?;
    if value.iter().any(|entry| entry.is_infinite()) && !value.iter().any(|entry| entry.is_nan()) {
        return Err(Error::Message("the value is infinite, or too large for double precision".into()));
    }
    if value.iter().any(|entry| !entry.is_finite()) {
        return Err(Error::Message(
            "the expression has no finite value here: a matrix is singular, or an argument is outside a function's domain".into(),
        ));
    }
    Ok((value, problem))
}

/// Gives every symbol its value and every size the value that follows.
fn bind(problem: &Problem, values: &[(String, DMatrix<f64>)]) -> Result<Bindings<f64>, Error> {
    let arena = &problem.arena;
    let mut bindings = Bindings::default();
    let mut named_by: Vec<(u32, String)> = Vec::new();
    let mut fix = |dim: Dim, size: usize, name: &str| -> Result<(), Error> {
        match dim {
            Dim::Known(known) if known as usize != size => Err(Error::Message(format!(
                "the value of `{name}` has {size} rows or columns where {known} are needed"
            ))),
            Dim::Known(_) | Dim::Product(_) => Ok(()),
            Dim::Named(place) => match bindings.sizes.insert(place, size) {
                Some(before) if before != size => {
                    let size_name = &arena.size_names()[place as usize];
                    let first = named_by.iter().find(|(at, _)| *at == place).map_or("another", |(_, first)| first);
                    Err(Error::Message(format!(
                        "`{size_name}` is {before} in the value of `{first}` and {size} in that of `{name}`"
                    )))
                }
                _ => {
                    named_by.push((place, name.to_owned()));
                    Ok(())
                }
            },
        }
    };
    let mut found = Vec::new();
    for symbol in &problem.symbols {
        let info = arena.symbol(*symbol);
        if matches!(info.kind, SymbolKind::Function | SymbolKind::MatrixFunction) {
            continue;
        }
        let Some((_, value)) = values.iter().find(|(name, _)| *name == info.name) else {
            let mut text = format!("`{0}` has no value\n  = help: give one: --set '{0}=…'", info.name);
            if let Some((base, places)) = info.name.split_once('_')
                && values.iter().any(|(name, _)| name == base)
            {
                let places: Vec<String> = places.chars().map(String::from).collect();
                text.push_str(&format!(
                    "\n  = help: for an entry of `{base}` write `({base})_{{{}}}`",
                    places.join(",")
                ));
            }
            return Err(Error::Message(text));
        };
        if let SymbolKind::Family(count) = info.kind {
            fix(count, value.nrows(), &info.name)?;
            fix(info.shape.rows, value.ncols(), &info.name)?;
            found.push((
                *symbol,
                None,
                value
                    .row_iter()
                    .map(|row| row.transpose())
                    .map(|row| DMatrix::from_column_slice(row.len(), 1, row.as_slice()))
                    .collect(),
            ));
            continue;
        }
        fix(info.shape.rows, value.nrows(), &info.name)?;
        fix(info.shape.cols, value.ncols(), &info.name)?;
        if let Some(what) = numeric::missing(info, value) {
            return Err(Error::Message(format!("the value of `{}` is not {what}, as declared", info.name)));
        }
        found.push((*symbol, Some(value.clone()), Vec::new()));
    }
    for (symbol, value, members) in found {
        match value {
            Some(value) => {
                bindings.symbols.insert(symbol, value);
            }
            None => {
                bindings.families.insert(symbol, members);
            }
        }
    }
    Ok(bindings)
}

fn message(error: &EvalError) -> Error {
    Error::Message(format!("the expression has no value here: {error}"))
}
