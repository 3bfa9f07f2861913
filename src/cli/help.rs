//! `--help`: the commands in groups, and examples of each.

use std::fmt::Write as _;

use clap::builder::{StyledStr, Styles};
use clap::{Command, CommandFactory as _, Error, FromArgMatches as _};

use super::args::Cli;
use super::examples::examples;

/// The commands under their headings. What stands in no group stands in the last.
const GROUPS: &[(&str, &[&str])] = &[
    ("Derivatives", &["grad", "diff", "jacobian", "hessian", "derivative", "jvp", "vjp", "hvp", "taylor"]),
    ("Automatic differentiation", &["backprop", "graph"]),
    ("Questions", &["solve", "convexity", "check", "equal", "read"]),
    ("Values and code", &["eval", "code", "plan", "simplify", "minimize", "compare"]),
    ("Sessions and shell", &["repl", "run"]),
];

/// What stands below the help of all commands.
const TEXTS: &str = "EXPR may be - for standard input, or @FILE. There each line is an expression of its own, unless a bracket is open, \
    the line ends in a backslash or an operator, or the next begins with an operator or `where`, or it defines a name that is used below; \
    lines that begin with # are skipped.";

/// The definitions with groups and examples; those of a command are added with its arguments.
pub(super) fn command() -> Command {
    let command = Cli::command();
    let groups = groups(&command);
    let examples = examples(&Styles::plain(), "matcalc");
    let template = format!("{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{groups}\n{{options}}{{after-help}}");
    command.help_template(StyledStr::from(template)).after_help(StyledStr::from(format!("{TEXTS}\n\n{examples}")))
}

/// What the arguments, the first of them the program's name, ask for.
pub(super) fn parse(arguments: &[String]) -> Result<Cli, Error> {
    let mut command = command();
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// The lines that list the commands, with a heading over each group.
fn groups(command: &Command) -> String {
    let (header, literal) = (command.get_styles().get_header(), command.get_styles().get_literal());
    let line = |name: &str, about: &str| format!("  {literal}{name:<11}{literal:#}  {about}\n");
    let is_grouped = |name: &str| GROUPS.iter().any(|(_, names)| names.contains(&name));
    let mut text = String::new();
    for (place, (heading, names)) in GROUPS.iter().enumerate() {
        let is_last = place + 1 == GROUPS.len();
        let _ = write!(text, "\n{header}{heading}:{header:#}\n");
        let listed = names.iter().filter_map(|name| command.find_subcommand(name));
        let others = command.get_subcommands().filter(|one| is_last && !is_grouped(one.get_name()));
        for one in listed.chain(others) {
            let about = one.get_about().map(|about| about.ansi().to_string()).unwrap_or_default();
            text.push_str(&line(one.get_name(), &about));
        }
        if is_last {
            text.push_str(&line("help", "This help, or that of a command"));
        }
    }
    let _ = write!(text, "\n{header}Options:{header:#}");
    text
}

#[cfg(test)]
mod tests {
    use super::super::examples::EXAMPLES;
    use super::*;

    #[test]
    fn the_definitions_hold_together() {
        command().debug_assert();
    }

    #[test]
    fn every_command_has_two_examples() {
        for command in command().get_subcommands() {
            let found = EXAMPLES.iter().find(|(name, _)| *name == command.get_name());
            assert!(found.is_some_and(|(_, examples)| examples.len() >= 2), "{}", command.get_name());
        }
    }

    #[test]
    fn groups_name_commands() {
        let command = command();
        for name in GROUPS.iter().flat_map(|(_, names)| *names) {
            assert!(command.find_subcommand(name).is_some(), "{name}");
        }
    }
}
