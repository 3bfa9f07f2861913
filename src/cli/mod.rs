//! The command line: arguments to session calls, answers to text, errors to messages and exit statuses.

mod args;
mod commands;
mod exit_code;
mod format;
mod input;
mod print;
mod repl;
mod scripts;
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
    let cli = match args::Cli::try_parse_from(with_script(arguments)) {
        Ok(cli) => cli,
        Err(error) => {
            let status = if error.use_stderr() { exit_code::INPUT } else { exit_code::OK };
            let _ = error.print();
            return ExitCode::from(status);
        }
    };
    let color = cli
        .command
        .as_ref()
        .map_or(cli.color, |command| commands::common(command).map_or(cli.color, |common| common.color));
    match color {
        args::Color::Auto => {}
        args::Color::Always => anstream::ColorChoice::Always.write_global(),
        args::Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let is_colored = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
    ExitCode::from(match &cli.command {
        Some(args::Command::Repl { no_init }) => repl::run(!no_init, is_colored),
        Some(args::Command::Run { file }) => scripts::file(file),
        Some(command) => on_large_stack(|| commands::run(command)),
        None if !cli.execute.is_empty() => scripts::executed(&cli.execute),
        None if repl::is_at_terminal() => repl::run(true, is_colored),
        None => scripts::file("-"),
    })
}

/// The arguments with `run` before a file of statements in place of a command: `matcalc work.mc`.
fn with_script(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let is_script = arguments.get(1).and_then(|first| first.to_str()).is_some_and(|first| {
        first == "-" || std::path::Path::new(first).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("mc"))
    });
    if is_script {
        arguments.insert(1, "run".into());
    }
    arguments
}
