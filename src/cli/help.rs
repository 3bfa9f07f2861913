//! `--help`: the commands in groups, and examples of each.

use std::fmt::Write as _;

use clap::builder::StyledStr;
use clap::{Command, CommandFactory as _, Error, FromArgMatches as _, Parser as _};

use super::args::Cli;

/// The commands under their headings. What stands in no group stands in the last.
const GROUPS: &[(&str, &[&str])] = &[
    ("Derivatives", &["grad", "diff", "jacobian", "hessian", "derivative", "jvp", "vjp", "hvp", "taylor"]),
    ("Questions", &["solve", "convexity", "check", "equal", "read"]),
    ("Values and code", &["code", "eval", "simplify"]),
    ("Sessions and shell", &["repl", "run"]),
];

/// What stands below the help of all commands.
const TEXTS: &str = "EXPR may be - for standard input, or @FILE. There each line is an expression of its own, unless a bracket is open, \
    the line ends in a backslash or an operator, or the next begins with an operator or `where`, or it defines a name that is used below; \
    lines that begin with # are skipped.";

/// Examples, by command; the first are those of the whole. A test runs them all.
const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "matcalc",
        &[
            "matcalc grad 'log det X' --wrt X",
            "matcalc grad '1/2 ||A x - b||^2' --wrt x --steps",
            "matcalc grad 'tr(A X^2 B X^-T)' -w X -f latex",
            "matcalc check \"x'A x\" -w x --claim 'A x + A^T x'",
        ],
    ),
    (
        "grad",
        &[
            "matcalc grad '1/2 ||A x - b||^2 + λ/2 ||x||^2' -w x",
            "matcalc grad 'log det(A + X X^T)' -w X -d 'A: spd(n)' --steps",
            "matcalc grad 'sum(log(1 + exp(-y .* (X w))))' -w w -f numpy",
            "matcalc grad \"x'A y\" -w x,y",
        ],
    ),
    ("diff", &["matcalc diff 'A X B' -w X", "matcalc diff 'log det X' -w X --order 2"]),
    ("jacobian", &["matcalc jacobian 'softmax(A x)' -w x", "matcalc jacobian 'X^-1' -w X --view kron"]),
    (
        "hessian",
        &[
            "matcalc hessian 'log sum exp(x)' -w x",
            "matcalc hessian 'log det X' -w X --view operator",
            "matcalc hessian \"x'A y\" -w x,y",
        ],
    ),
    ("derivative", &["matcalc derivative 'exp(-t^2/2)' -w t -n 3", "matcalc derivative 'expm(t A)' -w t"]),
    ("jvp", &["matcalc jvp 'X^-1' -w X --along V", "matcalc jvp 'softmax(A x)' -w x --along v"]),
    ("vjp", &["matcalc vjp 'tanh(W x + b)' -w W --along v", "matcalc vjp 'X^-1' -w X --along V -f numpy"]),
    ("hvp", &["matcalc hvp 'log sum exp(A x)' -w x --along v", "matcalc hvp 'log det X' -w X --along V"]),
    ("taylor", &["matcalc taylor 'log det X' -w X", "matcalc taylor 'sqrt(1 + t)' -w t --order 4"]),
    (
        "solve",
        &["matcalc solve '||A x - b||^2' -w x", "matcalc solve '1/2||A x - b||^2 + λ/2||x||^2' -w x -d 'λ: positive'"],
    ),
    (
        "convexity",
        &["matcalc convexity 'log sum exp(A x + b)' -w x", "matcalc convexity 'log det X' -w X -d 'X: spd(n)'"],
    ),
    ("check", &["matcalc check 'log det X' -w X", "matcalc check '||A x - b||^2' -w x --claim \"2A'(A x - b)\""]),
    ("equal", &["matcalc equal 'tr(A B C)' 'tr(C A B)'", "matcalc equal 'log det X' 'tr logm X' -d 'X: spd(n)'"]),
    ("read", &["matcalc read '\\log|\\Sigma| + x^T\\Sigma^{-1}x'", "matcalc read \"1/2n x'x\" -w x"]),
    (
        "eval",
        &["matcalc eval \"x'A x\" --set 'x=[1 2]' --set 'A=[1 2; 3 4]'", "matcalc eval 'inv(A)' -s 'A=[2 0; 0 4]'"],
    ),
    (
        "code",
        &[
            "matcalc code '1/2 ||A x - b||^2' -w x",
            "matcalc code 'sum(log(1 + exp(-y .* (X w))))' -w w --of value,gradient,hessian --lang jax",
            "matcalc code 'log det X' -w X -d 'X: spd(n)' --lang rust --name entropy",
        ],
    ),
    (
        "simplify",
        &["matcalc simplify \"A x + A'x\" -d 'A: symmetric(n)'", "matcalc simplify '(A B)^T - B^T A^T' -f latex"],
    ),
    ("repl", &["matcalc repl --no-init < /dev/null", "matcalc --version"]),
    ("run", &["echo 'grad log det X' | matcalc run -", "matcalc -e 'f(x) := 1/2 ||A x - b||^2' -e 'grad f'"]),
    ("completions", &["matcalc completions bash > matcalc.bash", "matcalc completions zsh > _matcalc"]),
    ("man", &["matcalc man grad > matcalc-grad.1", "matcalc man --out man1"]),
];

/// The definitions with groups and examples.
pub(super) fn command() -> Command {
    let mut command = Cli::command();
    let groups = groups(&command);
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(&name, |command| {
            let examples = examples(&command, &name);
            command.after_help(examples)
        });
    }
    let examples = examples(&command, "matcalc");
    let template = format!("{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{groups}\n{{options}}{{after-help}}");
    command.help_template(StyledStr::from(template)).after_help(StyledStr::from(format!("{TEXTS}\n\n{examples}")))
}

/// What the arguments, the first of them the program's name, ask for.
pub(super) fn parse(arguments: &[String]) -> Result<Cli, Error> {
    // What is understood needs no help.
    if let Ok(cli) = Cli::try_parse_from(arguments) {
        return Ok(cli);
    }
    let mut command = command();
    let matches = command.try_get_matches_from_mut(arguments)?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// The heading and the examples of a command.
fn examples(command: &Command, name: &str) -> StyledStr {
    let header = command.get_styles().get_header();
    let mut text = format!("{header}Examples:{header:#}");
    let found = EXAMPLES.iter().find(|(of, _)| *of == name);
    for example in found.map(|(_, examples)| *examples).unwrap_or_default() {
        let _ = write!(text, "\n  {example}");
    }
    StyledStr::from(text)
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
            let about = one.get_about().map(ToString::to_string).unwrap_or_default();
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
