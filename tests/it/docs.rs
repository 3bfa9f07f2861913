//! The generated pages of `docs/` are what the program says. With `MATCALC_BLESS=1` they are written anew.

use std::path::Path;

use crate::common;
use matcalc::Session;
use matcalc::differential::{differentiate, rules};
use matcalc::expr::ExprId;
use matcalc::linear::{self, Convention};
use matcalc::normal::identity::families;
use matcalc::problem::{self, Given};
use matcalc::render::{Format, render};
use matcalc::shape::Goal;
use matcalc::simplify::{STRATEGIES, simplify};
use matcalc::stack;
use matcalc::syntax::{self, KnownNames};

/// What stands above the table of the rules.
const RULES_HEAD: &str = "\
# The rules of the differential

This page is written by `MATCALC_BLESS=1 cargo test --test it docs` from the table in `src/differential/rules/mod.rs`.

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

/// What stands above the tables of the identities.
const IDENTITIES_HEAD: &str = "\
# The identities

This page is written by `MATCALC_BLESS=1 cargo test --test it docs` from the tables in `src/normal/rules/` and `src/simplify/strategy.rs`.

Expressions are brought into a normal form by these identities, each wherever it applies.
Every one has an example with the form that it comes to; a test holds that, and that both sides agree by numbers.
The names are stable once they are released; `--steps` prints them.

";

/// What stands above the table of the strategies.
const STRATEGIES_HEAD: &str = "\
## Shorter forms

An answer is made shorter in these ways, each where it lowers the number of symbols.

";

fn table_of<'a>(rows: impl Iterator<Item = [&'a str; 5]>) -> String {
    let cell = |text: &str| text.replace('|', "\\|");
    let mut text = String::from("| name | identity | example | comes to |\n| --- | --- | --- | --- |\n");
    for [id, says, example, declare, want] in rows {
        let declared = if declare.is_empty() { String::new() } else { format!(", {}", cell(declare)) };
        // A bracket before a parenthesis is no link.
        let says = cell(says).replace("](", "]\\(");
        text.push_str(&format!("| `{id}` | {says} | `{}`{declared} | `{}` |\n", cell(example), cell(want)));
    }
    text.push('\n');
    text
}

#[test]
fn the_page_of_the_identities_is_the_table_of_the_identities() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/identities.md");
    let mut wanted = IDENTITIES_HEAD.to_owned();
    for (family, rows) in families() {
        let rows = rows.iter().map(|row| [row.id, row.says, row.example, row.declare, row.want]);
        wanted.push_str(&format!("## {family}\n\n{}", table_of(rows)));
    }
    let rows = STRATEGIES.iter().map(|way| [way.id, way.says, way.example, way.declare, way.want]);
    wanted.push_str(&format!("{STRATEGIES_HEAD}{}", table_of(rows).trim_end()));
    wanted.push('\n');
    if std::env::var_os("MATCALC_BLESS").is_some() {
        std::fs::write(&path, &wanted).expect("docs/identities.md can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/identities.md is not what the tables say; MATCALC_BLESS=1 writes it anew");
}

#[test]
fn rule_names_are_kebab_case_and_unique() {
    for (place, rule) in rules::ALL.iter().enumerate() {
        assert!(rule.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", rule.id);
        assert!(rules::ALL[..place].iter().all(|other| other.id != rule.id), "{} is there twice", rule.id);
    }
}

/// The pages whose console blocks and sessions are run.
const PAGES: &[&str] = &[
    "README.md",
    "docs/install.md",
    "docs/first-steps.md",
    "docs/session.md",
    "docs/lecturers.md",
    "docs/programmers.md",
    "docs/code.md",
    "docs/language.md",
    "docs/reading.md",
    "docs/conventions.md",
    "docs/json.md",
    "docs/derivatives.md",
    "docs/steps.md",
    "docs/optimization.md",
    "docs/numbers.md",
    "docs/two-ways.md",
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
        if common::without_errors(&real) == common::without_errors(&text) {
            continue;
        }
        if std::env::var_os("MATCALC_BLESS").is_some() {
            std::fs::write(&path, &real).expect("the page can be written");
            continue;
        }
        let differing =
            text.lines().zip(real.lines()).find(|(a, b)| common::without_errors(a) != common::without_errors(b));
        let (written, printed) = differing.unwrap_or(("fewer or more lines", ""));
        wrong.push(format!("{page}:\n  written  {written}\n  printed  {printed}"));
    }
    assert!(wrong.is_empty(), "MATCALC_BLESS=1 writes them anew\n{}", wrong.join("\n"));
}

/// The pages that are made of the collection of cases are what the program answers.
#[test]
fn pages_of_the_collection_are_current() {
    let pages = stack::on_large_stack(|| {
        [
            ("docs/gradients.md", common::page::gradients()),
            ("docs/examples.md", common::page::examples()),
            ("docs/seminar.md", with_real_output(&common::page::seminar())),
        ]
    });
    for (page, wanted) in pages {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        let current = common::without_errors(&found) == common::without_errors(&wanted);
        if !current && std::env::var_os("MATCALC_BLESS").is_some() {
            std::fs::write(&path, &wanted).expect("the page can be written");
            continue;
        }
        assert!(current, "{page} is not what the program answers; MATCALC_BLESS=1 writes it anew");
    }
}

/// What stands in a block of a page.
enum Block {
    /// Neither commands nor statements.
    Text,
    /// Commands behind `$`, with what they print.
    Console,
    /// Statements behind the prompt, with the replies of one session.
    Statements(Box<Session>),
}

/// The page with what the commands of its console blocks and the statements of its sessions are really answered with.
fn with_real_output(page: &str) -> String {
    let mut real = String::new();
    let mut block = Block::Text;
    for line in page.lines() {
        match &mut block {
            _ if line.starts_with("```") => {
                block = match line {
                    "```console" => Block::Console,
                    "```mc-session" => Block::Statements(Box::default()),
                    _ => Block::Text,
                };
            }
            Block::Text => {}
            Block::Console => {
                if let Some(command) = line.strip_prefix("$ ") {
                    real.push_str(&format!("{line}\n{}", output_of(command)));
                }
                continue;
            }
            Block::Statements(session) => {
                if let Some(statement) = line.strip_prefix("matcalc> ") {
                    real.push_str(&format!("{line}\n{}", common::reply(session, statement)));
                }
                continue;
            }
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
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = common::run(&arguments);
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

/// One input as it leaves each stage, as `docs/architecture.md` shows it.
fn stages() -> String {
    let text = "1/2 ||A x - b||^2";
    let ast = syntax::parse(text, &KnownNames::from_declarations(&[])).expect("it can be parsed");
    let given = [Given { origin: "expression".into(), text: text.into(), goal: Goal::Scalar }];
    let mut problem = problem::read(&given, "", &["x"]).expect("it has shapes");
    let (wrt, raw, normal) = (problem.wrt[0], problem.raw[0], problem.normal[0]);
    let arena = &mut problem.arena;
    let differential = differentiate(arena, normal, wrt, 0).expect("it can be differentiated");
    let gradient = linear::gradient(arena, differential.expr, wrt, 0).expect("a differential is linear");
    let projected = linear::project(arena, gradient, wrt, Convention::Projected);
    let simple = simplify(arena, projected);
    let arena = &problem.arena;
    let shown = |id: ExprId| render(arena, id, Format::Unicode, &problem.style);
    let fired: Vec<&str> = differential.fired.iter().map(|(rule, _)| rule.id).collect();
    format!(
        "text           {text}\n\
         1 syntax       {}\n\
         2 shape        {}   where {}\n\
         3 normal form  {}   ({} nodes in the arena)\n\
         4 differential {}\n\
         \x20              by {}\n\
         5 gradient     {}\n\
         6 simplified   {}\n\
         7 LaTeX        {}\n\
         \x20 NumPy        {}\n",
        ast.to_sexpr(),
        shown(raw),
        matcalc::render::where_line(arena, &problem.symbols, Format::Unicode),
        shown(normal),
        arena.len(),
        shown(differential.expr),
        fired.join(", "),
        shown(gradient),
        shown(simple),
        render(arena, simple, Format::Latex, &problem.style),
        matcalc::codegen::numpy(arena, simple).expect("it has code"),
    )
}

#[test]
fn the_worked_input_is_what_the_stages_make_of_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md");
    let page = std::fs::read_to_string(&path).expect("docs/architecture.md is there");
    let (open, close) = ("```text\n", "```\n");
    let from = page.find(open).expect("the page has the block") + open.len();
    let to = from + page[from..].find(close).expect("the block ends");
    let wanted = stages();
    if page[from..to] != wanted && std::env::var_os("MATCALC_BLESS").is_some() {
        std::fs::write(&path, format!("{}{wanted}{}", &page[..from], &page[to..])).expect("it can be written");
        return;
    }
    assert_eq!(&page[from..to], wanted);
}

/// The pages of the book.
fn book() -> Vec<String> {
    let summary = std::fs::read_to_string(docs().join("SUMMARY.md")).expect("docs/SUMMARY.md is there");
    links(&summary).into_iter().filter(|link| link.ends_with(".md")).collect()
}

fn docs() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// Where the links of a page lead.
fn links(page: &str) -> Vec<String> {
    let mut is_text = true;
    let mut found = Vec::new();
    for line in page.lines() {
        if line.starts_with("```") {
            is_text = !is_text;
        }
        // What stands between backquotes is no link.
        let line = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        let ends = line.match_indices("](").filter(|_| is_text);
        found.extend(ends.filter_map(|(at, _)| Some(line[at + 2..].split_once(')')?.0.to_owned())));
    }
    found
}

/// Where a heading can be linked to: its letters and digits, small, with dashes for blanks.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn every_page_is_in_the_book() {
    let book = book();
    for entry in std::fs::read_dir(docs()).expect("docs can be listed") {
        let name = entry.expect("it is an entry").file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") && name != "SUMMARY.md" {
            assert!(book.contains(&name), "docs/SUMMARY.md does not name {name}");
        }
    }
}

/// Links lead to files and headings that are there.
#[test]
fn links_lead_somewhere() {
    let mut pages: Vec<String> = book().into_iter().map(|page| format!("docs/{page}")).collect();
    pages.extend(["README.md".to_owned(), "docs/SUMMARY.md".to_owned()]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut broken = Vec::new();
    for page in pages {
        let path = root.join(&page);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
        for link in links(&text).into_iter().filter(|link| !link.contains("://")) {
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = match file {
                "" => path.clone(),
                _ => path.parent().expect("it is in a folder").join(file),
            };
            let is_there = target.exists()
                && (heading.is_empty() || {
                    let target = std::fs::read_to_string(&target).unwrap_or_default();
                    let headings = target.lines().filter(|line| line.starts_with('#'));
                    headings.map(|line| anchor(line.trim_start_matches('#').trim())).any(|found| found == heading)
                });
            if !is_there {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
