//! What a mistyped option or command may have meant: by what its word means, then by its letters.

use clap::Command;

use super::help;
use crate::diagnostic::suggest::nearest;

/// Words that other programs and people have for an option, each with the option.
const OPTIONS: &[(&str, &[&str])] = &[
    (
        "claim",
        &[
            "is", "equals", "equal", "answer", "gradient", "expect", "expected", "against", "result", "solution",
            "guess",
        ],
    ),
    ("wrt", &["with", "by", "variables", "over", "respect"]),
    ("steps", &["explain", "show-steps", "step", "derivation", "proof", "why"]),
    ("order", &["n", "k", "times", "degree"]),
    ("no-check", &["unchecked", "skip-check", "dont-check", "no-verify"]),
    ("decl", &["assume", "assuming", "given", "let", "type", "shape"]),
    ("set", &["value", "values", "at", "eval", "point"]),
    ("start", &["init", "initial", "x0", "from"]),
    ("along", &["direction", "dir", "v", "vector", "tangent", "cotangent"]),
    ("tol", &["eps", "accuracy", "precision"]),
    ("method", &["algorithm", "solver", "optimizer"]),
    ("output", &["out", "save", "file"]),
    ("lang", &["language", "target"]),
];

/// Words for a command, each with the command.
const COMMANDS: &[(&str, &[&str])] = &[
    ("grad", &["nabla", "partial", "autograd", "autodiff"]),
    ("derivative", &["derive", "differentiated"]),
    ("solve", &["stationary", "critical", "roots", "zeros", "argmin"]),
    ("minimize", &["minimise", "optimize", "optimise", "min", "fit"]),
    ("simplify", &["expand", "factor", "reduce"]),
    ("equal", &["equals", "compare-expressions", "same", "eq"]),
    ("eval", &["evaluate", "value", "calculate", "compute", "calc"]),
    ("check", &["verify", "prove", "test"]),
    ("convexity", &["convex", "concave", "curvature"]),
    ("code", &["codegen", "generate", "emit", "numpy", "jax", "torch", "julia", "rust"]),
    ("compare", &["bench", "benchmark", "measure", "time"]),
    ("read", &["parse", "show", "print"]),
];

fn by_meaning(table: &[(&'static str, &[&str])], word: &str) -> Option<&'static str> {
    table.iter().find(|(_, words)| words.contains(&word)).map(|(meant, _)| *meant)
}

/// The option of a command that was meant by this one, as it is typed.
pub(super) fn option(command: &str, typed: &str) -> Option<String> {
    let (word, is_letter) = match typed.strip_prefix("--") {
        Some(word) => (word, false),
        None => (typed.strip_prefix('-')?, true),
    };
    let word = word.split('=').next()?.to_lowercase();
    let mut whole = help::command();
    whole.build();
    let command = subcommand(&whole, command)?;
    let has = |name: &str| command.get_arguments().any(|option| option.get_long() == Some(name));
    if let Some(meant) = by_meaning(OPTIONS, &word).filter(|meant| has(meant)) {
        return Some(format!("--{meant}"));
    }
    if is_letter {
        return None;
    }
    // `--latex` is a format.
    let format = command.get_arguments().find(|option| option.get_long() == Some("format"));
    let formats = format.map(|option| option.get_possible_values()).unwrap_or_default();
    if let Some(format) = formats.iter().find(|format| format.matches(&word, true)) {
        return Some(format!("--format {}", format.get_name()));
    }
    let all = || command.get_arguments().filter(|option| !option.is_hide_set());
    let names = all().flat_map(|option| option.get_long_and_visible_aliases().unwrap_or_default());
    nearest(&word, names).map(|name| format!("--{name}"))
}

/// The command that was meant by this one.
pub(super) fn command(typed: &str) -> Option<String> {
    let word = typed.to_lowercase();
    if let Some(meant) = by_meaning(COMMANDS, &word) {
        return Some(meant.to_owned());
    }
    // The letters of `maximize` are those of its opposite.
    if word.starts_with("max") {
        return None;
    }
    let whole = help::command();
    let names = whole.get_subcommands().filter(|one| !one.is_hide_set()).map(Command::get_name);
    nearest(&word, names)
}

fn subcommand<'a>(whole: &'a Command, name: &str) -> Option<&'a Command> {
    whole.get_subcommands().find(|one| one.get_name() == name || one.get_all_aliases().any(|alias| alias == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A word of the tables is no name that exists already, and every option and command of them exists.
    #[test]
    fn words_lead_to_what_exists() {
        let mut whole = help::command();
        whole.build();
        for (meant, words) in COMMANDS {
            assert!(subcommand(&whole, meant).is_some(), "{meant}");
            for word in *words {
                assert!(subcommand(&whole, word).is_none(), "{word} is a command");
            }
        }
        for (meant, _) in OPTIONS {
            let has = |command: &Command| command.get_arguments().any(|option| option.get_long() == Some(*meant));
            assert!(whole.get_subcommands().any(has), "{meant}");
        }
    }

    #[track_caller]
    fn check(command: &str, typed: &str, meant: Option<&str>) {
        assert_eq!(option(command, typed).as_deref(), meant, "{command} {typed}");
    }

    #[test]
    fn options_are_found_by_meaning_and_by_letters() {
        check("check", "--is", Some("--claim"));
        check("check", "--expect", Some("--claim"));
        check("grad", "--is", None);
        check("grad", "--latex", Some("--format latex"));
        check("grad", "--explain", Some("--steps"));
        check("grad", "--nocheck", Some("--no-check"));
        check("grad", "--fromat", Some("--format"));
        check("grad", "--with", Some("--wrt"));
        check("derivative", "--n", Some("--order"));
        check("taylor", "-n", Some("--order"));
        check("diff", "-k", Some("--order"));
        check("grad", "-n", None);
        check("grad", "--zzz", None);
        assert_eq!(command("gard").as_deref(), Some("grad"));
        assert_eq!(command("derive").as_deref(), Some("derivative"));
        assert_eq!(command("maximize"), None);
        assert_eq!(command("measure").as_deref(), Some("compare"));
    }
}
