//! What is wrong with the arguments, and what to type.

use std::fmt::Write as _;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{exit_code, help, meant, print};
use crate::diagnostic::suggest::nearest;
use crate::request::{self, Query, Request};
use crate::stack::on_large_stack;

/// Prints the help that was asked for, or what is wrong with the arguments; the exit status.
pub(super) fn report(error: &Error, arguments: &[String]) -> u8 {
    match message(error, arguments) {
        Some(message) => print::note(&message),
        None => print::written(error.print()),
    }
    if error.use_stderr() { exit_code::INPUT } else { exit_code::OK }
}

/// What is said of the mistakes that are most often made.
fn message(error: &Error, arguments: &[String]) -> Option<String> {
    let command = arguments.get(1).map_or("", String::as_str);
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    // `--format <FORMAT>` is `--format`.
    let argument = || text(ContextKind::InvalidArg).map(|text| text.split(' ').next().unwrap_or(text));
    match error.kind() {
        ErrorKind::InvalidSubcommand | ErrorKind::UnknownArgument if is_expression(command) => {
            Some(without_command(command, &arguments[2..]))
        }
        ErrorKind::InvalidSubcommand => {
            let typed = text(ContextKind::InvalidSubcommand)?;
            if command == "help" {
                // `matcalc help gard` has no suggestion of its own.
                let arguments = ["matcalc", typed].map(str::to_owned);
                return help::parse(&arguments).err().and_then(|error| message(&error, &arguments));
            }
            let mut message = format!("error: there is no command `{}`", short(typed));
            if typed.starts_with("max") {
                message.push_str("\n  = help: the minimum of `-f` is where f has its maximum: `matcalc minimize`");
            }
            suggest(&mut message, meant::command(typed));
            message.push_str("\n  = help: `matcalc --help` lists the commands");
            Some(message)
        }
        ErrorKind::UnknownArgument => {
            let typed = short(text(ContextKind::InvalidArg)?);
            let before = arguments.iter().position(|argument| *argument == typed).and_then(|at| at.checked_sub(1));
            if !typed.starts_with('-') && before.is_some_and(|at| arguments[at] == "-v") {
                return Some(format!(
                    "error: `-v` takes no value: it shows more of the check\n  = help: the variable is named with -w: -w {typed}"
                ));
            }
            if !typed.starts_with('-') {
                return Some(format!(
                    "error: `{typed}` is one argument too many\n  = help: put quotes around an expression: 'A x + b'"
                ));
            }
            let mut message = format!("error: there is no option `{typed}`");
            if typed == "-" {
                message = "error: `-` stands alone\n  = help: put quotes around an expression: 'y - A x'".to_owned();
            } else if let Some(option) = before_negative(arguments, &typed) {
                message = format!("error: `{option}` takes a whole number, such as 2, and not `{typed}`");
            } else if command.starts_with('-') {
                message.push_str(
                    " before the command\n  = help: the command and its expression come first: `matcalc grad \"x'A x\" -w x`",
                );
            } else {
                suggest(&mut message, meant::option(command, &typed));
                let _ = write!(message, "\n  = help: `matcalc {command} --help` lists the options");
            }
            Some(message)
        }
        ErrorKind::InvalidValue => {
            let value = text(ContextKind::InvalidValue)?;
            let option = argument()?;
            let mut message = match value {
                "" => format!("error: `{option}` needs a value"),
                _ => format!("error: `{option}` does not take `{}`", short(value)),
            };
            let values = match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(values)) => values.as_slice(),
                _ => &[],
            };
            suggest(&mut message, nearest(value, values.iter().map(String::as_str)));
            if !values.is_empty() {
                let _ = write!(message, "\n  = help: it takes {}", values.join(", "));
            }
            Some(message)
        }
        ErrorKind::ValueValidation => {
            let value = short(text(ContextKind::InvalidValue)?);
            let why = std::error::Error::source(error)?;
            if why.is::<std::num::ParseIntError>() {
                let typed = arguments.windows(2).find(|pair| pair[1] == value).map(|pair| pair[0].clone());
                let option = typed.or_else(|| argument().map(str::to_owned))?;
                return Some(format!("error: `{option}` takes a whole number, such as 2, and not `{value}`"));
            }
            Some(format!("error: `{}` does not take `{value}`: {why}", argument()?))
        }
        ErrorKind::ArgumentConflict => {
            let other = match error.get(ContextKind::PriorArg)? {
                ContextValue::String(other) => other,
                ContextValue::Strings(others) => others.first()?,
                _ => return None,
            };
            Some(format!("error: `{}` cannot be used with `{other}`", argument()?))
        }
        ErrorKind::MissingRequiredArgument => {
            let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else { return None };
            let missing = missing.join(" and ");
            if command == "equal"
                && let Some((left, right)) = arguments.get(2).and_then(|text| sides(text))
            {
                return Some(format!(
                    "error: `equal` needs two expressions\n  = help: give the two sides: matcalc equal {} {}",
                    quoted(left),
                    quoted(right)
                ));
            }
            Some(format!("error: `{command}` needs {missing}\n  = help: `matcalc {command} --help` shows examples"))
        }
        _ => None,
    }
}

/// The two sides of an equation.
fn sides(text: &str) -> Option<(&str, &str)> {
    let (left, right) = text.split_once("==").or_else(|| text.split_once('='))?;
    let is_side = |side: &str| !side.trim().is_empty() && !side.contains(['=', '<', '>', '!']);
    (is_side(left) && is_side(right)).then_some((left.trim(), right.trim()))
}

/// Adds what may have been meant.
fn suggest(message: &mut String, meant: Option<String>) {
    if let Some(best) = meant {
        let _ = write!(message, "\n  = help: did you mean `{best}`?");
    }
}

/// Whether what stands in the place of a command is an expression: a letter by itself, or what no command's name holds.
fn is_expression(text: &str) -> bool {
    let is_option = text.starts_with("--") || (text.starts_with('-') && text.len() == 2);
    let is_word = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    !text.is_empty() && !is_option && (!is_word || text.chars().count() == 1 || text.starts_with('-'))
}

/// Longest text that a message quotes, in characters.
const MAX_QUOTED: usize = 200;

/// A text as far as a message quotes it.
fn short(text: &str) -> String {
    if text.chars().count() <= MAX_QUOTED {
        return text.to_owned();
    }
    text.chars().take(MAX_QUOTED - 1).chain(['…']).collect()
}

/// The message about an expression without a command.
fn without_command(expression: &str, rest: &[String]) -> String {
    let mut words = vec![quoted(expression)];
    let names_variable = |argument: &String| argument.starts_with("-w") || argument.starts_with("--wrt");
    if !rest.iter().any(names_variable) {
        words.extend(["-w".to_owned(), variable(expression).unwrap_or_else(|| "NAME".to_owned())]);
    }
    words.extend(rest.iter().map(|argument| quoted(argument)));
    let mut typed = words.join(" ");
    if typed.chars().count() > MAX_QUOTED {
        typed = "EXPR -w NAME".to_owned();
    }
    format!(
        "error: `{}` is not a command\n  = help: for its gradient, type: matcalc grad {typed}\n  \
         = help: `matcalc --help` lists the other commands",
        short(expression)
    )
}

/// The name by which an expression is most likely to be differentiated.
fn variable(expression: &str) -> Option<String> {
    let page = on_large_stack(|| request::answer(&Request::new(Query::Read, expression))).ok()?;
    let names: Vec<&str> = page.declarations.iter().filter_map(|text| text.split(' ').next()).collect();
    let usual = ["x", "X", "w", "W", "θ", "β"].into_iter().find(|name| names.contains(name));
    usual.or(names.first().copied()).map(str::to_owned)
}

/// An argument as it is typed in a shell.
fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ',' | ':' | '/' | '@' | '=' | '+');
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    if !argument.contains('\'') {
        return format!("'{argument}'");
    }
    if argument.contains(['"', '$', '`', '\\', '!']) {
        return format!("'{}'", argument.replace('\'', r"'\''"));
    }
    format!("\"{argument}\"")
}

/// The option of an order before a number below 0.
fn before_negative<'a>(arguments: &'a [String], typed: &str) -> Option<&'a str> {
    let is_number = typed.strip_prefix('-').is_some_and(|rest| rest.parse::<f64>().is_ok());
    let pair = arguments.windows(2).find(|pair| pair[1] == typed)?;
    (is_number && ["-n", "-k", "--order"].contains(&pair[0].as_str())).then_some(&pair[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_told_from_commands() {
        for text in ["x'A x", "log det X", "-x'x", "x", "½x", "logdet(X)", "-2x", "@file", "a*b"] {
            assert!(is_expression(text), "{text}");
        }
        for text in ["gard", "derivate", "--wrt", "-w", "", "graph-x", "xx"] {
            assert!(!is_expression(text), "{text}");
        }
    }

    #[test]
    fn arguments_are_quoted_as_a_shell_takes_them() {
        for (argument, wanted) in [
            ("X", "X"),
            ("log det X", "'log det X'"),
            ("x'A x", "\"x'A x\""),
            ("\\|x\\|", "'\\|x\\|'"),
            ("$x'x$", "'$x'\\''x$'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(argument), wanted);
        }
    }
}
