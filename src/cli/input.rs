//! Where texts come from: the argument itself, standard input for `-`, a file for `@FILE`.

use std::io::Read as _;

use crate::error::Error;
use crate::numeric::io::Source;
use crate::statement::lines::{self, Expression};

/// No text longer than this is read.
const MAX_BYTES: u64 = 16 << 20;

/// The path of `@FILE`; `@(x) x'x` is a function of MATLAB, and `@. exp(x)` a macro of Julia.
fn path_in(argument: &str) -> Option<&str> {
    argument.strip_prefix('@').filter(|path| !["(", ". ", ".("].iter().any(|begin| path.starts_with(begin)))
}

/// The text that an argument stands for, without the line end of a file.
pub(super) fn text(argument: &str) -> Result<String, Error> {
    let bytes = if argument == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Error::Message(format!("standard input cannot be read: {error}")))?;
        bytes
    } else if let Some(path) = path_in(argument) {
        file(path)?
    } else {
        return Ok(argument.to_owned());
    };
    let place = if argument == "-" { "standard input".to_owned() } else { format!("`{}`", &argument[1..]) };
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_long(&place));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        Error::Message(format!(
            "{place} is not valid UTF-8: the first invalid byte is byte {}\n  = help: save the text as UTF-8",
            error.utf8_error().valid_up_to() + 1
        ))
    })?;
    Ok(text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).unwrap_or(&text).to_owned())
}

/// Whether an argument names a text that stands elsewhere: on standard input or in a file.
pub(super) fn is_elsewhere(argument: &str) -> bool {
    argument == "-" || path_in(argument).is_some()
}

/// The expressions that an argument stands for: one, or those of the lines of a file or of standard input.
pub(super) fn expressions(argument: &str) -> Result<Vec<Expression>, Error> {
    let text = text(argument)?;
    let lines = if is_elsewhere(argument) { lines::expressions(&text) } else { Vec::new() };
    Ok(if lines.is_empty() { vec![Expression { text, line: 1 }] } else { lines })
}

fn too_long(place: &str) -> Error {
    Error::Message(format!("{place} is longer than {MAX_BYTES} bytes, and so it is not read as a text"))
}

/// The bytes of a text in a file.
pub(super) fn file(path: &str) -> Result<Vec<u8>, Error> {
    let message = |error: std::io::Error| Error::Message(format!("`{path}` cannot be read: {error}"));
    open(path)?.bytes(MAX_BYTES).map_err(message)?.ok_or_else(|| too_long(&format!("`{path}`")))
}

/// An open file or stream.
pub(super) fn open(path: &str) -> Result<Source, Error> {
    let message = |error: std::io::Error| {
        let help = match error.kind() {
            std::io::ErrorKind::NotFound => {
                "\n  = help: a path is relative to the directory that the program runs in, unless it begins with `/`"
            }
            _ => "",
        };
        Error::Message(format!("`{path}` cannot be read: {error}{help}"))
    };
    let file = std::fs::File::open(path).map_err(message)?;
    let known = file.metadata().map_err(message)?;
    if known.is_dir() {
        return Err(Error::Message(format!("`{path}` is a directory\n  = help: name a file in it")));
    }
    let mapped = file.try_clone().ok().filter(|_| known.is_file());
    Ok(Source { length: known.is_file().then_some(known.len()), reader: Box::new(file), file: mapped })
}

/// The declarations of all `-d`, one after the other.
pub(super) fn declarations(given: &[String]) -> Result<String, Error> {
    let mut all = Vec::with_capacity(given.len());
    for argument in given {
        all.push(text(argument)?);
    }
    Ok(all.join("\n"))
}
