//! `matcalc eval EXPR --set x=[1 2 3]`

use nalgebra::DMatrix;

use super::super::format::Format;
use super::super::{Kind, Page, Request, json, literal, shown};
use super::computed::{Computed, computed};
use super::given::read_whole;
use crate::diagnostic::{Advice, Prompt, Suggestion};
use crate::error::Error;
use crate::expr::{Dim, Node, SymbolKind};
use crate::numeric::{self, Bindings, SharedMatrix};
use crate::problem::{Given, Note, Problem};
use crate::shape::Goal;

/// The values of symbols, and the members of families of matrices, by their names.
pub(in super::super) type Values<'a> = (&'a [(String, SharedMatrix<f64>)], &'a [(String, Vec<DMatrix<f64>>)]);

/// Values by their names.
pub(in super::super) type Named = Vec<(String, SharedMatrix<f64>)>;

pub(super) fn run(request: &Request, values: Values<'_>, remarks: &[String], page: &mut Page) -> Result<(), Error> {
    let (value, mut problem) = value(request, values)?;
    for remark in value.remarks.into_iter().chain(remarks.iter().cloned()) {
        problem.notes.push(Note::of_value(remark));
    }
    let value = value.value;
    if request.format == Format::Json {
        page.gather(request, &problem, &problem.notes, json::value(&problem, &value, request.precision));
    } else {
        if !request.keeps_value {
            literal::value_lines(&value, request.precision).into_iter().for_each(|line| page.line(line));
        }
        shown::note_lines(request.prompt, &problem.notes).into_iter().for_each(|text| page.about(text));
    }
    if request.keeps_value {
        page.value = Some(value);
    } else {
        page.values.push(literal::exact_literal(&value, request.precision));
    }
    page.notes = problem.notes;
    Ok(())
}

/// The value of the expression, and how it was read.
pub(in super::super) fn value(request: &Request, values: Values<'_>) -> Result<(Computed, Problem), Error> {
    let problem = read_with_values(request, Goal::Any, values, &[])?;
    let bindings = bind(&problem, values, request.prompt)?;
    let value = computed(&problem, bindings, request.precision)?;
    Ok((value, problem))
}

/// Reads the expression of a request where these names have values.
pub(super) fn read_with_values(
    request: &Request,
    goal: Goal,
    (values, families): Values<'_>,
    wrt: &[&str],
) -> Result<Problem, Error> {
    once((values, families))?;
    let given = [Given { origin: "expression".into(), text: request.text(), goal }];
    let read = |values: &[(String, SharedMatrix<f64>)]| {
        read_whole(request, &given, &with_kinds(&request.declarations, values), wrt)
    };
    let problem = match read(values) {
        Ok(problem) => problem,
        Err(report) => {
            let Some((others, names)) = without_families(&request.text(), values) else { return Err(report.into()) };
            let Ok(mut problem) = read(&others) else { return Err(report.into()) };
            problem.notes.push(Note::of_value(rows_are_members(&names)));
            return Ok(problem);
        }
    };
    // A name that is no symbol of the expression is that of a size, and a symbol of that name would take it from the size.
    let is_symbol = |name: &String| problem.symbols.iter().any(|symbol| problem.arena.symbol(*symbol).name == *name);
    let symbols: Vec<_> = values.iter().filter(|(name, _)| is_symbol(name)).cloned().collect();
    if symbols.len() == values.len() {
        return Ok(problem);
    }
    Ok(read_whole(request, &given, &with_kinds(&request.declarations, &symbols), wrt)?)
}

/// Declarations, and those of the kinds that values have: a symbol whose value is given has a value's shape, unless it is declared. The
/// sizes follow from the expression.
pub(in super::super) fn with_kinds(written: &str, values: &[(String, SharedMatrix<f64>)]) -> String {
    let mut declarations = written.to_owned();
    let declared: Vec<String> = crate::syntax::parse_declarations(written)
        .map(|all| all.into_iter().map(|one| one.name).collect())
        .unwrap_or_default();
    for (name, value) in values {
        if !declared.contains(name) {
            declarations.push_str(&format!("\n{name}: {}", Kind::of_value(value.shape())));
        }
    }
    declarations
}

/// The values but for those matrices that the text writes with one subscript, and the names of these: a family of vectors is given as a
/// matrix, whose rows are its members.
pub(in super::super) fn without_families(
    text: &str,
    values: &[(String, SharedMatrix<f64>)],
) -> Option<(Named, Vec<String>)> {
    let is_family = |(name, value): &(String, SharedMatrix<f64>)| {
        Kind::of_value(value.shape()) == Kind::Matrix
            && ["_", "^{(", "^(", "["].iter().any(|mark| text.contains(&format!("{name}{mark}")))
    };
    let (families, others): (Vec<_>, Vec<_>) = values.iter().cloned().partition(is_family);
    (!families.is_empty()).then(|| (others, families.into_iter().map(|(name, _)| name).collect()))
}

/// What is said of values that are families.
pub(in super::super) fn rows_are_members(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("the rows of the value of {} are the members of the family", names.join(" and "))
}

/// Refuses two values of one name.
pub(in super::super) fn once((values, families): Values<'_>) -> Result<(), Error> {
    let names: Vec<&String> =
        values.iter().map(|(name, _)| name).chain(families.iter().map(|(name, _)| name)).collect();
    for (place, name) in names.iter().enumerate() {
        if names[..place].contains(name) {
            return Err(Error::Message(format!("`{name}` is given two values\n  = help: write `--set {name}=…` once")));
        }
    }
    Ok(())
}

/// Gives every symbol but the variables its value, these too where they have one, and every size the value that follows.
pub(super) fn bind(problem: &Problem, (values, families): Values<'_>, prompt: Prompt) -> Result<Bindings<f64>, Error> {
    let arena = &problem.arena;
    let mut bindings = Bindings::default();
    let mut named_by: Vec<(u32, String)> = Vec::new();
    let mut fix = |dim: Dim, size: usize, axis: &str, name: &str| -> Result<(), Error> {
        match dim {
            Dim::Known(known) if known as usize != size => {
                Err(Error::Message(format!("the value of `{name}` has {size} {axis} where {known} are needed")))
            }
            Dim::Known(_) | Dim::Polynomial(_) => Ok(()),
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
        if info.kind.is_function() {
            return Err(Error::Message(format!("`{}` is a declared function, which has no values", info.name)));
        }
        if let Some((_, members)) = families.iter().find(|(name, _)| *name == info.name) {
            let (SymbolKind::Family(count), Some(first)) = (info.kind, members.first()) else {
                return Err(Error::Message(no_family(&info.name, members.len())));
            };
            fix(count, members.len(), "members", &info.name)?;
            fix(info.shape.rows, first.nrows(), "rows", &info.name)?;
            fix(info.shape.cols, first.ncols(), "columns", &info.name)?;
            found.push((*symbol, None, members.clone()));
            continue;
        }
        let Some((_, value)) = values.iter().find(|(name, _)| *name == info.name) else {
            if problem.wrt.contains(symbol) {
                continue;
            }
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
            if info.shape.is_matrix() {
                return Err(Error::Message(format!(
                    "`{name}` is a family of matrices, and its value has no third axis\n  = help: give it an array of three axes, whose first counts the members: --set {name}=FILE.npy",
                    name = info.name
                )));
            }
            fix(count, value.nrows(), "rows, one for each member,", &info.name)?;
            fix(info.shape.rows, value.ncols(), "columns", &info.name)?;
            found.push((*symbol, None, members(value)));
            continue;
        }
        fix(info.shape.rows, value.nrows(), "rows", &info.name)?;
        fix(info.shape.cols, value.ncols(), "columns", &info.name)?;
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

/// The members of a family of vectors, the rows of a matrix.
fn members(value: &SharedMatrix<f64>) -> Vec<DMatrix<f64>> {
    let (entries, [down, right]) = value.lying();
    let member = |row: usize| DMatrix::from_fn(value.ncols(), 1, |col, _| entries[row * down + col * right]);
    (0..value.nrows()).map(member).collect()
}

/// That an array of three axes is the value of what is no family.
fn no_family(name: &str, count: usize) -> String {
    format!(
        "the value of `{name}` has three axes, which make it a family of {count} matrices, and `{name}` is none\n  = help: declare it and write its members with an index: -d '{name}: family(k) of matrix(m,n)', {name}_i"
    )
}

/// Sizes that no value has are given by their names.
fn sizes_by_name(
    problem: &Problem,
    values: &[(String, SharedMatrix<f64>)],
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
    let names = used.flatten().flat_map(|dim| arena.size_names_in(dim));
    if let Some(place) = names.into_iter().find(|place| !bindings.sizes.contains_key(place)) {
        let name = &arena.size_names()[place as usize];
        let help = Advice::from("give one: ").suggest_bare(Suggestion::setting(name, "3"));
        let help = help.words("; the sizes of values that are given are known").spelled(prompt);
        return Err(Error::Message(format!("the size `{name}` has no value\n  = help: {help}")));
    }
    Ok(())
}
