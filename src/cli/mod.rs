//! The command line: arguments to session calls, answers to text, errors to messages and exit statuses.

mod args;
mod batch;
mod color;
mod commands;
mod exit_code;
mod format;
mod help;
mod input;
mod mistake;
mod print;
mod settings;
mod shell;
mod standalone;

use std::ffi::OsString;
use std::process::ExitCode;

use args::Action;

use crate::session::on_large_stack;

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
    let cli = match help::parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(mistake::report(&error, &arguments)),
    };
    ExitCode::from(match &cli.action {
        Action::Ask(command) => on_large_stack(|| commands::run(command, cli.messages)),
        Action::Shell(command) => shell::run(command),
    })
}
