//! `matcalc eval EXPR --set x=[1 2 3]`

use nalgebra::DMatrix;

use super::super::format::Format;
use super::super::{Kind, Page, Request, json, literal, shown};
use super::computed::{Computed, computed};
use super::given::read_whole;
use crate::diagnostic::{Advice, Prompt, Suggestion};
use crate::error::Error;
use crate::expr::{Dim, Node, SymbolKind};
use crate::numeric::{self, Bindings};
use crate::problem::{Given, Note, Problem};
use crate::shape::Goal;

pub(super) fn run(
    request: &Request,
    values: &[(String, DMatrix<f64>)],
    remarks: &[String],
    page: &mut Page,
) -> Result<(), Error> {
    let (value, mut problem) = value(request, values)?;
    for remark in value.remarks.into_iter().chain(remarks.iter().cloned()) {
        problem.notes.push(Note::of_value(remark));
    }
    let value = value.value;
    page.values.push(literal::exact_literal(&value));
    if request.format == Format::Json {
        page.gather(request, &problem, &problem.notes, json::value(&problem, &value));
    } else {
        literal::value_lines(&value).into_iter().for_each(|line| page.line(line));
        shown::note_lines(request.prompt, &problem.notes).into_iter().for_each(|text| page.about(text));
    }
    page.notes = problem.notes;
    Ok(())
}

/// The value of the expression, and how it was read.
pub(in super::super) fn value(
    request: &Request,
    values: &[(String, DMatrix<f64>)],
) -> Result<(Computed, Problem), Error> {
    let declarations = with_kinds(request, values)?;
    let given = [Given { origin: "expression".into(), text: request.text(), goal: Goal::Any }];
    let problem = read_whole(request, &given, &declarations, &[])?;
    let bindings = bind(&problem, values, request.prompt)?;
    let value = computed(&problem, &bindings)?;
    Ok((value, problem))
}

/// The declarations of a request with those of the symbols whose values are given: each has a value's shape, unless it is declared; the
/// sizes follow from the expression.
pub(super) fn with_kinds(request: &Request, values: &[(String, DMatrix<f64>)]) -> Result<String, Error> {
    for (place, (name, _)) in values.iter().enumerate() {
        if values[..place].iter().any(|(other, _)| other == name) {
            return Err(Error::Message(format!("`{name}` is given two values\n  = help: write `--set {name}=…` once")));
        }
    }
    let mut declarations = request.declarations.clone();
    let declared: Vec<String> = crate::syntax::parse_declarations(&declarations)
        .map(|all| all.into_iter().map(|one| one.name).collect())
        .unwrap_or_default();
    for (name, value) in values {
        if !declared.contains(name) {
            declarations.push_str(&format!("\n{name}: {}", Kind::of_value(value)));
        }
    }
    Ok(declarations)
}

/// Gives every symbol its value and every size the value that follows.
pub(super) fn bind(
    problem: &Problem,
    values: &[(String, DMatrix<f64>)],
    prompt: Prompt,
) -> Result<Bindings<f64>, Error> {
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
            let help = Advice::from("give one: ").suggest_bare(Suggestion::setting(&info.name, "…")).spelled(prompt);
            let mut text = format!("`{}` has no value\n  = help: {help}", info.name);
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
    sizes_by_name(problem, values, &mut bindings, prompt)?;
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

/// Sizes that no value has are given by their names.
fn sizes_by_name(
    problem: &Problem,
    values: &[(String, DMatrix<f64>)],
    bindings: &mut Bindings<f64>,
    prompt: Prompt,
) -> Result<(), Error> {
    let arena = &problem.arena;
    for (place, name) in (0_u32..).zip(arena.size_names()) {
        let given = values.iter().find(|(other, _)| other == name).filter(|(_, value)| value.len() == 1);
        let Some(size) = given.map(|(_, value)| value[0]) else { continue };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is tested")]
        let size = if size >= 1.0 && size.fract() == 0.0 && size < 1e9 {
            size as usize
        } else {
            return Err(Error::Message(format!("`{name}` is a size, an integer from 1 on; {size} is given")));
        };
        if let Some(before) = bindings.sizes.insert(place, size).filter(|before| *before != size) {
            return Err(Error::Message(format!("`{name}` is {before} in a value and given as {size}")));
        }
    }
    let used = problem.raw.iter().flat_map(|root| arena.post_order(*root)).flat_map(|id| {
        let shape = arena.shape(id);
        let own = if let Node::Size(dim) = arena.node(id) { Some(*dim) } else { None };
        [Some(shape.rows), Some(shape.cols), own]
    });
    let names = used.flatten().flat_map(|dim| arena.size_factors(dim).1.to_vec());
    if let Some(place) = names.into_iter().find(|place| !bindings.sizes.contains_key(place)) {
        let name = &arena.size_names()[place as usize];
        let help = Advice::from("give one: ").suggest_bare(Suggestion::setting(name, "3"));
        let help = help.words("; the sizes of values that are given are known").spelled(prompt);
        return Err(Error::Message(format!("the size `{name}` has no value\n  = help: {help}")));
    }
    Ok(())
}
