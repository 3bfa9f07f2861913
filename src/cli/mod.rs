//! The command line: arguments to session calls, answers to text, errors to messages and exit statuses.

mod args;
mod commands;
mod exit_code;
mod format;
mod input;
mod print;
mod settings;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::session::on_large_stack;

/// Runs the program with these arguments, the first of them its name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(bad) = arguments.iter().find(|argument| argument.to_str().is_none()) {
        let shown = bad.to_string_lossy();
        let _ = writeln!(
            anstream::stderr(),
            "error: `{shown}` is not valid UTF-8\n  = help: save the text as UTF-8 and pass it with @FILE"
        );
        return ExitCode::from(exit_code::INPUT);
    }
    let cli = match args::Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let status = if error.use_stderr() { exit_code::INPUT } else { exit_code::OK };
            let _ = error.print();
            return ExitCode::from(status);
        }
    };
    let color = commands::common(&cli.command).color;
    match color {
        args::Color::Auto => {}
        args::Color::Always => anstream::ColorChoice::Always.write_global(),
        args::Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    ExitCode::from(on_large_stack(|| commands::run(&cli.command)))
}
