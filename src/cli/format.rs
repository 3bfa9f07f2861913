//! The names that output formats are asked for by.

use std::ffi::OsStr;

use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, Error, ValueEnum};

use crate::request::Format;

/// Formats that do not exist yet, each under all of its names.
const MISSING: &[&[&str]] = &[&["sympy"]];

/// Reads the name of a format, in small letters or capitals.
#[derive(Clone, Debug)]
pub(super) struct FormatParser;

impl TypedValueParser for FormatParser {
    type Value = Format;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Format, Error> {
        let name = value.to_string_lossy().to_lowercase();
        if let Some(names) = MISSING.iter().find(|names| names.contains(&name.as_str())) {
            let formats: Vec<String> =
                self.possible_values().into_iter().flatten().map(|format| format.get_name().to_owned()).collect();
            let message =
                format!("there is no {} output yet\n  = help: the formats are {}\n", names[0], formats.join(", "));
            return Err(Error::raw(ErrorKind::InvalidValue, message).with_cmd(command));
        }
        EnumValueParser::new().parse_ref(command, arg, OsStr::new(&name))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Format::value_variants().iter().filter_map(Format::to_possible_value)))
    }
}
