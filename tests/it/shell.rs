//! The command line as a shell and a terminal meet it: completions, manual pages, help, mistyped arguments, colors, pipes, widths.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::common::program::{status, stderr, stdout};
use crate::common::scratch::Folder;

const PROGRAM: &str = env!("CARGO_BIN_EXE_matcalc");

/// The program with these arguments, and nothing of the environment that decides on colors or widths.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command
}

fn matcalc(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the program runs")
}

/// What a program prints, where it is installed.
fn printed(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    assert!(output.status.success(), "{program}: {}{}", stdout(&output), stderr(&output));
    Some(stdout(&output))
}

/// Prints `COMPREPLY` for a line, the last word of which is open.
const BASH: &str = "source \"$1\"; COMP_WORDS=($2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); [[ $2 == *' ' ]] && COMP_WORDS+=('') && \
    COMP_CWORD=$((COMP_CWORD + 1)); _matcalc matcalc \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"; \
    printf '%s\\n' \"${COMPREPLY[@]}\"";

/// Prints what is completed in a terminal of its own: `compadd` says what it is given.
const ZSH: &str = r#"
zmodload zsh/zpty || exit 1
setup=$1.setup
cat > $setup <<SETUP
PROMPT=
autoload -Uz compinit
compinit -D -u
source $1
SETUP
cat >> $setup <<'SETUP'
bindkey '^I' complete-word
null-line () { echo -E - $'\0' }
compprefuncs=(null-line)
comppostfuncs=(null-line exit)
compadd () {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return $?
    fi
    typeset -a hits
    builtin compadd -A hits "$@"
    for hit in $hits; do echo -E - "$hit"; done
}
echo ok
SETUP
zpty z zsh -f -i
zpty -w z "source $setup"
while zpty -r z line; do [[ $line == ok* ]] && break; done
zpty -w z "$2"$'\t'
integer seen=0
while zpty -r z line; do
    if [[ $line == *$'\0'* ]]; then
        (( seen++ )) && exit 0
    elif (( seen )); then
        echo -E - ${line%%$'\r'*}
    fi
done
"#;

/// What a shell offers for a line; nothing where the shell is not installed.
fn completed(shell: &str, script: &Path, line: &str) -> Option<Vec<String>> {
    let script = script.to_str().expect("UTF-8");
    let text = match shell {
        "bash" => printed("bash", &["--norc", "-c", BASH, "bash", script, line]),
        "zsh" => printed("zsh", &["-f", "-c", ZSH, "zsh", script, line]),
        _ => printed("fish", &["--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script, line]),
    }?;
    // fish puts what an option is for behind a tab.
    Some(text.lines().map(|line| line.split('\t').next().unwrap_or(line).trim().to_owned()).collect())
}

#[test]
fn completions_work_in_the_shells_that_are_installed() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish"] {
        let output = matcalc(&["completions", shell]);
        status(&output, 0);
        let script = folder.file(shell, &output.stdout);
        for (line, wanted) in [
            ("matcalc gr", &["grad"][..]),
            ("matcalc grad --fo", &["--format"]),
            ("matcalc grad --format ", &["unicode", "ascii", "latex", "json", "numpy"]),
            ("matcalc completions ", &["bash", "zsh", "fish", "powershell", "elvish"]),
        ] {
            // clap's completions for fish know the values of options alone.
            if shell == "fish" && line == "matcalc completions " {
                continue;
            }
            let Some(found) = completed(shell, &script, line) else {
                eprintln!("skipped: {shell} is not installed");
                break;
            };
            for one in wanted {
                assert!(found.iter().any(|found| found == one), "{shell}, `{line}`: {one} is not in {found:?}");
            }
        }
    }
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = matcalc(&["completions", shell]);
        status(&output, 0);
        assert!(stdout(&output).contains("by-rows"), "{shell}");
    }
}

#[test]
fn manual_pages_are_printed_or_written() {
    let output = matcalc(&["man"]);
    status(&output, 0);
    assert!(stdout(&output).contains(".SH NAME\nmatcalc"), "{}", stdout(&output));
    let output = matcalc(&["man", "grad"]);
    status(&output, 0);
    for wanted in [".TH matcalc-grad 1", ".SH \"FORM OF THE ANSWER\"", "\\-\\-by\\-rows"] {
        assert!(stdout(&output).contains(wanted), "{wanted}: {}", stdout(&output));
    }
    let output = matcalc(&["man", "gard"]);
    status(&output, 2);
    assert!(stderr(&output).contains("did you mean `grad`?"), "{}", stderr(&output));

    let folder = Folder::new();
    let out = folder.path().join("man1");
    let output = matcalc(&["man", "--out", out.to_str().expect("UTF-8")]);
    status(&output, 0);
    for name in ["matcalc.1", "matcalc-grad.1", "matcalc-completions.1"] {
        assert!(out.join(name).is_file(), "{name}");
    }
    let file = folder.file("file", "");
    let output = matcalc(&["man", "--out", file.to_str().expect("UTF-8")]);
    status(&output, 2);
    assert!(stderr(&output).contains("cannot be written to"), "{}", stderr(&output));
}

/// The commands that the help lists under its headings.
fn commands(help: &str) -> Vec<String> {
    let listed = help.split("\nOptions:").next().unwrap_or_default().lines().filter(|line| line.starts_with("  "));
    listed.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn help_lists_commands_and_options_under_headings() {
    let help = stdout(&matcalc(&["--help"]));
    for heading in ["Derivatives", "Questions", "Values and code", "Sessions and shell", "Options", "Examples"] {
        assert!(help.contains(&format!("\n{heading}:\n")), "{heading}: {help}");
    }
    let help = stdout(&matcalc(&["grad", "--help"]));
    let headings = ["Form of the answer", "Checks", "Output", "Declarations", "Examples"];
    let places: Vec<_> = headings.iter().map(|heading| help.find(&format!("\n{heading}:\n"))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{help}");
}

#[test]
fn every_example_of_the_help_runs() {
    let folder = Folder::new();
    let bin = Path::new(PROGRAM).parent().expect("it lies in a directory");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let whole = stdout(&matcalc(&["--help"]));
    let mut pages = vec![whole.clone()];
    pages
        .extend(commands(&whole).iter().filter(|name| *name != "help").map(|name| stdout(&matcalc(&[name, "--help"]))));
    for page in &pages {
        let examples = page.split("\nExamples:\n").nth(1).unwrap_or_default();
        let examples: Vec<&str> = examples.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert!(examples.len() >= 2, "{page}");
        for example in examples {
            let mut shell = Command::new("sh");
            shell.args(["-c", example]).env("PATH", &path).current_dir(folder.path()).stdin(Stdio::null());
            let output = shell.output().expect("sh runs");
            assert_eq!(output.status.code(), Some(0), "{example}\n{}{}", stdout(&output), stderr(&output));
        }
    }
}

#[test]
fn mistyped_arguments_are_answered_with_what_to_type() {
    for (arguments, wanted) in [
        (&["gard", "x'x", "-w", "x"][..], "there is no command `gard`\n  = help: did you mean `grad`?"),
        (&["help", "gard"], "there is no command `gard`\n  = help: did you mean `grad`?"),
        (&["grad", "x'x", "-w", "x", "-f", "latx"], "does not take `latx`\n  = help: did you mean `latex`?"),
        (&["grad", "x'x", "-w", "x", "--fromat", "latex"], "no option `--fromat`\n  = help: did you mean `--format`?"),
        (&["grad", "x'x", "-w", "x", "--color", "alway"], "did you mean `always`?"),
        (&["grad", "x'x", "-w", "x", "--seed", "a"], "`--seed` takes a whole number, such as 2, and not `a`"),
        (&["taylor", "x'x", "-w", "x", "--order", "99"], "`--order` does not take `99`: "),
        (&["grad", "x'x", "-w", "x", "-q", "-v"], "`--quiet` cannot be used with `--verbose`"),
        (&["jvp", "x'x", "-w", "x"], "`jvp` needs --along <EXPR>\n  = help: `matcalc jvp --help` shows examples"),
        (&["grad"], "`grad` needs <EXPR>"),
        (&["completions", "bsh"], "did you mean `bash`?"),
        (&["x'A x"], "type: matcalc grad \"x'A x\" -w x\n"),
        (&["log det X", "-w", "X"], "type: matcalc grad 'log det X' -w X\n"),
        (&["a'b + 1", "-f", "latex"], "type: matcalc grad \"a'b + 1\" -w a -f latex\n"),
        (&["-x'x"], "type: matcalc grad \"-x'x\" -w x\n"),
        (&["(("], "type: matcalc grad '((' -w NAME\n"),
        (&["grad", "A", "x", "-w", "x"], "`x` is one argument too many\n  = help: put quotes around"),
        (&["-w", "x", "grad", "x'x"], "the command and its expression come first"),
        (&["grad", "x'x", "-w", "x", "--standalone"], "add -f latex"),
    ] {
        let output = matcalc(arguments);
        status(&output, 2);
        assert_eq!(stdout(&output), "");
        let text = stderr(&output);
        assert!(text.starts_with("error: ") && text.contains(wanted), "{arguments:?}: {text}");
    }
    let long = "x + ".repeat(20_000) + "x";
    for arguments in
        [&[long.as_str()][..], &["grad", "x", &long], &["grad", "x", "-f", &long], &[&long.replace(' ', "")]]
    {
        let output = matcalc(arguments);
        status(&output, 2);
        assert!(stderr(&output).chars().count() < 4_000, "{}", stderr(&output).len());
    }
}

#[test]
fn colors_are_where_they_are_asked_for() {
    let is_colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let output = command(arguments).envs(variables.iter().copied()).output().expect("the program runs");
        output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b)
    };
    let answer = ["grad", "x'x", "-w", "x"];
    let lines: [&[&str]; 4] = [&answer, &["--help"], &["gard"], &["grad"]];
    for arguments in lines {
        let with = |color| [arguments, &["--color", color][..]].concat();
        assert!(!is_colored(arguments, &[]), "{arguments:?}");
        assert!(!is_colored(&with("never"), &[("CLICOLOR_FORCE", "1")]), "{arguments:?}");
        assert!(is_colored(arguments, &[("CLICOLOR_FORCE", "1")]), "{arguments:?}");
        assert!(!is_colored(arguments, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), "{arguments:?}");
        assert!(!is_colored(&with("auto"), &[]), "{arguments:?}");
    }
    for arguments in [&["--color", "always", "--help"][..], &["gard", "--color=always"], &["grad", "--color=always"]] {
        assert!(is_colored(arguments, &[("NO_COLOR", "1")]), "{arguments:?}");
    }
    let output = matcalc(&["grad", "sum(softmax(x))", "-w", "x", "--color=always"]);
    let text = stdout(&output);
    let wanted = ["zeros(n)\nwhere x", "\n\u{1b}[33mnote:\u{1b}[0m the", "\n\u{1b}[32m✓\u{1b}[0m checked"];
    assert!(wanted.iter().all(|wanted| text.contains(wanted)), "{text:?}");
    let text = stdout(&matcalc(&["equal", "A B", "B A", "--color=always"]));
    assert!(text.contains("\n\u{1b}[31m✗\u{1b}[0m "), "{text:?}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    for (arguments, wanted) in [
        (&["grad", "log det X", "-w", "X"][..], 0),
        (&["grad", "tr(A X^2 B X^-T)", "-w", "X", "--steps"], 0),
        (&["jacobian", "X^-1", "-w", "X", "-f", "json"], 0),
        (&["grad", "log det X", "-w", "X", "-f", "latex", "--standalone"], 0),
        (&["equal", "A B", "B A"], 1),
        (&["--help"], 0),
        (&["grad", "--help"], 0),
        (&["completions", "zsh"], 0),
        (&["man"], 0),
        (&["gard"], 2),
    ] {
        let mut child = command(arguments);
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        status(&output, wanted);
        let text = stderr(&output);
        assert!(!text.contains("panicked") && !text.contains("pipe"), "{arguments:?}: {text}");
    }
}

/// What the program prints on a terminal that is so wide; nothing where there is no program `script` to make one.
fn on_terminal(columns: usize, arguments: &str) -> Option<String> {
    let mut command = Command::new("script");
    command.args(["-qec", &format!("{PROGRAM} --color never {arguments}"), "/dev/null"]).stdin(Stdio::null());
    let output = command.env("COLUMNS", columns.to_string()).output().ok()?;
    Some(stdout(&output).replace('\r', ""))
}

#[test]
fn a_narrow_terminal_is_respected() {
    let steps = "grad 'log det(A + X X^T)' -w X -d 'A: spd(n)' --steps";
    for arguments in [
        steps,
        "grad 'sum(log(1 + exp(-y .* (X w))))' -w w",
        "grad 'tr(A X^2 B X^-T)' -w X",
        "hessian 'log det X' -w X",
        "convexity 'log sum exp(A x + b)' -w x",
        "grad 'log det X' -w X -f ascii",
    ] {
        let Some(text) = on_terminal(60, arguments) else {
            eprintln!("skipped: there is no program `script`");
            return;
        };
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest.is_some_and(|widest| (1..=60).contains(&widest)), "{widest:?}: {text}");
    }
    let sum = on_terminal(30, "grad 'tr(A X^2 B X^-T)' -w X").unwrap_or_default();
    assert!(sum.starts_with("AᵀX⁻¹BᵀXᵀ + XᵀAᵀX⁻¹Bᵀ\n  − X⁻ᵀAX²BX⁻ᵀ\n"), "{sum}");
    let matrix = on_terminal(20, "eval A -s 'A=[1.25 2.125 3.0625; 4 5 6]'").unwrap_or_default();
    let piped = stdout(&matcalc(&["eval", "A", "-s", "A=[1.25 2.125 3.0625; 4 5 6]"]));
    assert_eq!(matrix, piped);
}

#[test]
fn what_is_piped_is_never_broken() {
    let arguments = ["grad", "tr(A X^2 B X^-T)", "-w", "X"];
    let output = command(&arguments).env("COLUMNS", "20").output().expect("the program runs");
    assert_eq!(output.stdout, matcalc(&arguments).stdout);
}

#[test]
fn quiet_leaves_the_result_alone() {
    for (arguments, wanted) in [
        (&["grad", "log det X", "-w", "X", "-q"][..], "X⁻ᵀ\n"),
        (&["-q", "grad", "log det X", "-w", "X", "-f", "latex"], "X^{-\\top}\n"),
        (&["equal", "A + B", "B + A", "--quiet"], "equal (exact, at 3 random points modulo 2⁶¹ − 1)\n"),
        (
            &["check", "x'x", "-w", "x", "--claim", "2x", "--quiet"],
            "right (exact, at 3 random points modulo 2⁶¹ − 1)\n",
        ),
        (&["eval", "x'x", "-s", "x=[1 2]", "-q"], "5\n"),
    ] {
        let output = matcalc(arguments);
        status(&output, 0);
        assert_eq!((stdout(&output), stderr(&output)), (wanted.to_owned(), String::new()));
    }
    let output = matcalc(&["grad", "log(x'x - exp(x'x))", "-w", "x", "-q", "-f", "ascii"]);
    status(&output, 1);
    assert_eq!(stdout(&output), "");
    assert!(stderr(&output).starts_with("error: this answer could not be checked"), "{}", stderr(&output));
}

#[test]
fn verbose_adds_the_check_and_the_time() {
    for (arguments, wanted) in [
        (&["grad", "log det X", "-w", "X", "-v", "--seed", "7"][..], "  seed 7\n"),
        (&["grad", "log det X", "-w", "X", "-v"], "\n  point 1: n = 2\n  point 2:"),
        (&["equal", "A + B", "B + A", "-v"], "\n  point 1: m = 2, n = 3\n"),
        (&["check", "x'x", "-w", "x", "-v"], "\n  seed 1\n"),
        (&["check", "x'x", "-w", "x", "--claim", "2x", "-v"], "\n  seed 1\n"),
        (&["solve", "||A x - b||^2", "-w", "x", "-v"], "\n  seed 1\n"),
        (&["convexity", "x'x", "-w", "x", "-v"], "\n  seed 1\n"),
        (&["simplify", "x + x", "-v"], "\n  seed 1\n"),
        (&["hessian", "x'x", "-w", "x", "-v"], "\n  seed 1\n"),
    ] {
        let output = matcalc(arguments);
        status(&output, 0);
        let text = stdout(&output);
        assert!(text.contains(wanted) && text.matches("  seed ").count() == 1, "{arguments:?}: {text}");
        let time = stderr(&output);
        assert!(time.starts_with("  time ") && time.ends_with(" steps of work\n"), "{arguments:?}: {time}");
    }
    let output = matcalc(&["grad", "log det X", "-w", "X", "-v", "-f", "latex"]);
    assert_eq!(stdout(&output), "X^{-\\top}\n");
    assert!(stderr(&output).contains("\n  seed 1\n"), "{}", stderr(&output));
    status(&matcalc(&["grad", "x'x", "-w", "x", "-v", "-q"]), 2);
}

#[test]
fn standalone_is_a_document() {
    let output = matcalc(&["grad", "x'A x + log(b'x)", "-w", "x", "-f", "latex", "--standalone"]);
    status(&output, 0);
    let wanted = "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n\\[\n\
        \\nabla_{x} f(x) = \\frac{b}{b^\\top x} + (A + A^\\top) x,\n\\]\n\
        where $x \\in \\mathbb{R}^{n}$, $A \\in \\mathbb{R}^{n \\times n}$, $b \\in \\mathbb{R}^{n}$ and $b^\\top x > 0$.\n\
        \\end{document}\n";
    assert_eq!(stdout(&output), wanted);
    let output = matcalc(&["grad", "x'A y", "-w", "x,y", "-f", "latex", "--standalone"]);
    let text = stdout(&output);
    assert!(
        text.contains("\\nabla_{x} f(x, y) = A y.\n") && text.contains("\\nabla_{y} f(x, y) = A^\\top x,\n"),
        "{text}"
    );
    let long =
        "1/2 ||A x - b||^2 + tr(inv(B) x x') + log(1 + x'Q x) + exp(-||C x - d||^2/(2 s^2)) + sum(softplus(X x))";
    let text = stdout(&matcalc(&["grad", long, "-w", "x", "-f", "latex", "--standalone"]));
    assert!(text.contains("\\[\n\\begin{aligned}\n\\nabla_{x} f(x) &= ") && text.contains("\n&\\quad "), "{text}");
    let output = matcalc(&["jacobian", "X^-1", "-w", "X", "-f", "latex", "--standalone"]);
    assert!(stdout(&output).contains("\\[\n\\begin{aligned}\n"), "{}", stdout(&output));
    let output = matcalc(&["grad", "log(x'x - exp(x'x))", "-w", "x", "-f", "latex", "--standalone"]);
    status(&output, 1);
    assert_eq!(stdout(&output), "");
}
