//! The command line: arguments to session calls, answers to text, errors to messages and exit statuses.

mod args;
mod color;
mod commands;
mod examples;
mod exit_code;
mod files;
mod format;
mod help;
mod input;
mod late;
mod meant;
mod mistake;
mod plot;
mod print;
mod python;
mod repl;
mod save;
mod scripts;
mod settings;
mod shell;
mod standalone;
mod stop;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use args::{Action, Statements};

use crate::stack::on_large_stack;

/// Runs the program with these arguments, the first of them its name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<String> = match arguments.into_iter().map(OsString::into_string).collect() {
        Ok(arguments) => arguments,
        Err(bad) => {
            let shown = bad.to_string_lossy();
            print::note(&format!(
                "error: `{shown}` is not valid UTF-8\n  = help: save the text as UTF-8 and pass it with @FILE"
            ));
            return ExitCode::from(exit_code::INPUT);
        }
    };
    color::choose(&arguments);
    let arguments = with_script(arguments);
    let cli = match help::parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(print::status(mistake::report(&error, &arguments))),
    };
    let messages = cli.messages;
    let status = match &cli.action {
        Some(_) if !cli.execute.is_empty() => {
            print::note(
                "error: `-e` takes the place of a command\n  = help: write the question as a statement: -e 'grad x'\\''x wrt x'",
            );
            exit_code::INPUT
        }
        Some(Action::Ask(command)) => on_large_stack(|| commands::run(command, messages)),
        Some(Action::Statements(Statements::Repl(repl))) => repl::run(!repl.no_init, messages),
        Some(Action::Statements(Statements::Run(run))) => scripts::file(&run.file, messages),
        Some(Action::Shell(command)) => shell::run(command),
        None if !cli.execute.is_empty() => scripts::executed(&cli.execute, messages),
        None if repl::is_at_terminal() => repl::run(true, messages),
        None => scripts::file("-", messages),
    };
    ExitCode::from(print::status(status))
}

/// The arguments with `run` before a file of statements in place of a command: `matcalc work.mc`.
fn with_script(mut arguments: Vec<String>) -> Vec<String> {
    let place = arguments.iter().skip(1).position(|argument| !argument.starts_with("--")).map(|place| place + 1);
    let is_script = |path: &String| {
        path == "-" || std::path::Path::new(path).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("mc"))
    };
    if let Some(place) = place.filter(|place| is_script(&arguments[*place])) {
        arguments.insert(place, "run".to_owned());
    }
    arguments
}
