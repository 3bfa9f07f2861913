//! Values after `--set`: a literal, or a file.

use super::input;
use crate::error::Error;
use crate::numeric::io::{self, FileKind, Read};
use crate::request::numbers::Data;
use crate::request::{Query, as_declared, parse_value};
use crate::syntax::parse_declarations;

/// Gives the value of `x=[1 2 3]`, `A=FILE.npy`, `A=FILE.csv`, `A=@FILE` to a query that takes values.
pub(super) fn set(setting: &str, declarations: &str, query: &mut Query) -> Result<(), Error> {
    let (values, families, remarks) = match query {
        Query::Eval { values, families, remarks } => (values, Some(families), remarks),
        Query::Backprop { values, remarks } | Query::Graph { values, remarks, .. } => (values, None, remarks),
        _ => return Ok(()),
    };
    let (name, read) = read(setting, declarations)?;
    remarks.extend(read.remark(&name));
    match (read.family(), families) {
        (Some(members), Some(families)) => families.push((name, members)),
        (Some(_), None) => {
            return Err(Error::Message(format!(
                "the value of `{name}` is a family of matrices, which a computation does not take\n  = help: give each member a name of its own"
            )));
        }
        (None, _) => values.push((name, read.matrix)),
    }
    Ok(())
}

/// Adds the values of all settings.
pub(super) fn all(settings: &[String], declarations: &str, data: &mut Data) -> Result<(), Error> {
    for setting in settings {
        let (name, read) = read(setting, declarations)?;
        data.remarks.extend(read.remark(&name));
        match read.family() {
            Some(members) => data.families.push((name, members)),
            None => data.values.push((name, read.matrix)),
        }
    }
    Ok(())
}

fn read(setting: &str, declarations: &str) -> Result<(String, Read), Error> {
    let Some((name, text)) = setting.split_once('=') else {
        return Err(Error::Message(format!(
            "`{setting}` sets nothing\n  = help: write a name, `=` and a value: 'x=[1 2 3]'"
        )));
    };
    let name = crate::syntax::parse_name(name.trim()).map_err(|diagnostics| {
        let why = diagnostics.first().map_or_else(String::new, |one| one.message.clone());
        Error::Message(format!("{why}: `{setting}`\n  = help: write a name, `=` and a value: 'x=[1 2 3]'"))
    })?;
    let text = text.trim();
    let is_file_name = FileKind::of_name(text).is_some() && io::parse_literal(text).is_err();
    if let Some(path) = text.strip_prefix('@').or(is_file_name.then_some(text)) {
        let value =
            io::read_value(path, input::open(path)?).map_err(|error| Error::Message(error.of_value(&name, path)))?;
        return Ok((name, value));
    }
    let value = parse_value(text).map_err(|error| {
        Error::Message(format!("the value of `{name}` cannot be read: {error}{}", help(&name, text)))
    })?;
    // What is wrong about declarations is said where they are read.
    let declared = parse_declarations(declarations).ok().into_iter().flatten().find(|one| one.name == name);
    let value = as_declared(value, text, declared.as_ref().map(|one| &one.kind));
    Ok((name, value))
}

/// The name and the value of `n=1000`.
pub(super) fn size(setting: &str) -> Result<(String, usize), Error> {
    let parsed = setting.split_once('=').and_then(|(name, value)| {
        let value = value.trim().replace('_', "").parse::<usize>().ok().filter(|value| *value > 0)?;
        Some((name.trim().to_owned(), value))
    });
    parsed.filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
        Error::Message(format!(
            "`{setting}` is not a size\n  = help: write a name, `=` and a whole number from 1 on: n=1000"
        ))
    })
}

/// What is to be said of a value that may be meant as the name of a file.
fn help(name: &str, text: &str) -> String {
    let is_path = text.contains(['/', '\\', '.']) && !text.contains(['[', ' ']) && text.parse::<f64>().is_err();
    if is_path {
        if text.to_ascii_lowercase().ends_with(".npz") {
            let help = "an .npz file holds several arrays: save the one that is meant by itself";
            return format!("\n  = help: {help}, `np.save(\"{name}.npy\", …)`, and give that: --set {name}={name}.npy");
        }
        let endings = FileKind::ENDINGS.map(|(ending, _)| ending).join(", ");
        return format!("\n  = help: a file is named by its ending, {endings}, or after `@`: --set '{name}=@{text}'");
    }
    // `x=1,2,3` and `A=1 2; 3 4` lack their brackets.
    let in_brackets = format!("[{}]", text.trim_matches(['(', ')', '[', ']', '{', '}']));
    if io::parse_literal(&in_brackets).is_ok() {
        return format!("\n  = help: write its entries in brackets: --set '{name}={in_brackets}'");
    }
    String::new()
}
