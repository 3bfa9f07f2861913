//! The generated pages of `docs/` are what the program says. With `MATCALC_BLESS=1` they are written anew.

use std::path::Path;

use matcalc::differential::rules;

/// What stands above the table of the rules.
const RULES_HEAD: &str = "\
# The rules of the differential

This page is written by `MATCALC_BLESS=1 cargo test --release --test docs` from the table in `src/differential/rules/mod.rs`.

dX is the differential of the variable X; whatever does not depend on the variable is constant.
The name of a rule is stable once it is released.

";

#[test]
fn the_page_of_the_rules_is_the_table_of_the_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let wanted = format!("{RULES_HEAD}{}", rules::table());
    if std::env::var_os("MATCALC_BLESS").is_some() {
        std::fs::write(&path, &wanted).expect("docs/rules.md can be written");
    }
    let found = std::fs::read_to_string(&path).expect("docs/rules.md is there");
    assert!(found == wanted, "docs/rules.md is not what the table says; MATCALC_BLESS=1 writes it anew");
}

#[test]
fn rule_names_are_kebab_case_and_unique() {
    for (place, rule) in rules::ALL.iter().enumerate() {
        assert!(rule.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", rule.id);
        assert!(rules::ALL[..place].iter().all(|other| other.id != rule.id), "{} is there twice", rule.id);
    }
}

/// The pages whose console blocks are run.
const PAGES: &[&str] = &[
    "README.md",
    "docs/language.md",
    "docs/conventions.md",
    "docs/json.md",
    "docs/architecture.md",
    "docs/adding-an-operator.md",
];

/// Every `$ matcalc …` of a console block prints what stands below it.
#[test]
fn transcripts_are_what_the_program_prints() {
    let mut wrong = Vec::new();
    for page in PAGES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
        let real = with_real_output(&text);
        if without_errors(&real) == without_errors(&text) {
            continue;
        }
        if std::env::var_os("MATCALC_BLESS").is_some() {
            std::fs::write(&path, &real).expect("the page can be written");
            continue;
        }
        let differing = text.lines().zip(real.lines()).find(|(a, b)| without_errors(a) != without_errors(b));
        let (written, printed) = differing.unwrap_or(("fewer or more lines", ""));
        wrong.push(format!("{page}:\n  written  {written}\n  printed  {printed}"));
    }
    assert!(wrong.is_empty(), "MATCALC_BLESS=1 writes them anew\n{}", wrong.join("\n"));
}

/// The page with what the commands of its console blocks really print.
fn with_real_output(page: &str) -> String {
    let mut real = String::new();
    let mut inside = false;
    for line in page.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside {
            if let Some(command) = line.strip_prefix("$ ") {
                real.push_str(&format!("{line}\n{}", output_of(command)));
            }
            continue;
        }
        real.push_str(line);
        real.push('\n');
    }
    real
}

/// What a command prints: standard output, then standard error.
fn output_of(command: &str) -> String {
    let words = shell_words(command.strip_prefix("cargo run --release --").unwrap_or(command));
    let arguments = if words.first().is_some_and(|word| word == "matcalc") { &words[1..] } else { &words[..] };
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_matcalc"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program can be run");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The words of a command line with single and double quotes.
fn shell_words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in command.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c == ' ' => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Rounding errors differ between machines.
fn without_errors(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let cut = ["largest relative error ", "\"largest_relative_error\": "]
            .iter()
            .find_map(|mark| line.find(mark).map(|at| at + mark.len()));
        lines.push(&line[..cut.unwrap_or(line.len())]);
    }
    lines.join("\n")
}
