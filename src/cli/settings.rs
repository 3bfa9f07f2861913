//! Values after `--set`: a literal, or a file.

use super::input;
use crate::error::Error;
use crate::numeric::io::{self, Read};

/// Whether a file's name ends so, in small letters or capitals.
fn has_ending(path: &str, ending: &str) -> bool {
    path.len() > ending.len() && path.to_ascii_lowercase().ends_with(ending)
}

/// The name and the value of `x=[1 2 3]`, `A=FILE.npy`, `A=FILE.csv`, `A=@FILE`.
pub(super) fn setting(setting: &str) -> Result<(String, Read), Error> {
    let Some((name, text)) = setting.split_once('=') else {
        return Err(Error::Message(format!(
            "`{setting}` sets nothing\n  = help: write a name, `=` and a value: 'x=[1 2 3]'"
        )));
    };
    let name = crate::syntax::parse_name(name.trim()).map_err(|diagnostics| {
        Error::Message(diagnostics.first().map_or_else(String::new, |one| one.message.clone()))
    })?;
    let text = text.trim();
    let read = |error: io::ReadError| Error::Message(format!("the value of `{name}` cannot be read: {error}"));
    let literal = io::parse_literal(text);
    let is_file_name = literal.is_err() && (has_ending(text, ".npy") || has_ending(text, ".csv"));
    let path = text.strip_prefix('@').or(is_file_name.then_some(text));
    let value = if let Some(path) = path {
        let bytes = input::file(path)?;
        if has_ending(path, ".npy") {
            io::read_npy(&bytes).map_err(read)?
        } else {
            io::read_csv(&bytes[..]).map_err(read)?
        }
    } else {
        let mut value = literal.map_err(read)?;
        // One row is a vector, as everywhere in the language.
        if value.matrix.nrows() == 1 && value.matrix.ncols() > 1 {
            value.matrix = value.matrix.transpose();
        }
        value
    };
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
