//! Shared by the test files: sections of `tests/cases/*.matcalc`, and the way from a case to its answer.

#![allow(unreachable_pub, reason = "a module of each binary that tests or measures")]

pub mod drive;
pub mod formulas;
pub mod generate;
pub mod page;
pub mod perturb;
pub mod point;
pub mod program;
pub mod python;
pub mod scratch;
pub mod solve;

#[allow(unused_imports, reason = "the benchmark runs no program")]
pub use program::run;

use matcalc::answer::{self, Finished};
use matcalc::check::CheckOptions;
use matcalc::linear::Convention;
use matcalc::problem::{self, Given, Problem, Report};
use matcalc::shape::Goal;

/// A section of a case file.
#[derive(Clone, Debug, Default)]
pub struct Case {
    pub name: String,
    /// What is asked: `grad` where nothing is written, `vech` (`grad --vech`), `diff`, `jacobian`, `hessian`, `derivative` or `check`, with an order where
    /// the command takes one.
    pub ask: String,
    pub expr: String,
    /// The variable, or two separated by a comma.
    pub wrt: String,
    pub decl: String,
    /// The gradient that a `check` is given.
    pub claim: String,
    /// The printed form: of a derivative that is no matrix its views, of a `check` the verdict.
    pub want: String,
    pub views: Vec<(String, String)>,
    /// The LaTeX of the form or of each view.
    pub latex: Vec<(String, String)>,
    pub note: String,
}

impl Case {
    /// The name of the command and the order.
    pub fn command(&self) -> (&str, u32) {
        let (command, order) = self.ask.split_once(' ').unwrap_or((&self.ask, ""));
        (if command.is_empty() { "grad" } else { command }, order.parse().unwrap_or(1))
    }

    /// The names of the variables.
    pub fn variables(&self) -> Vec<&str> {
        self.wrt.split(',').map(str::trim).collect()
    }
}

/// The views of a derivative that is no matrix, as the case files name them.
pub const VIEWS: [&str; 4] = ["operator", "kron", "index", "form"];

/// The sections of a case file: `--- name`, then `key: value` lines; `#` begins a remark. `latex` is that of the form in the line above.
pub fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("--- ") {
            cases.push(Case { name: name.trim().to_owned(), ..Case::default() });
        } else if let (Some(case), Some((key, value))) = (cases.last_mut(), line.split_once(": ")) {
            let value = value.trim().to_owned();
            match key {
                "ask" => case.ask = value,
                "expr" => case.expr = value,
                "wrt" => case.wrt = value,
                "decl" => case.decl = value,
                "claim" => case.claim = value,
                "want" => case.want = value,
                view if VIEWS.contains(&view) => case.views.push((key.to_owned(), value)),
                "latex" => {
                    let view = case.views.last().map_or_else(String::new, |(view, _)| view.clone());
                    case.latex.push((view, value));
                }
                "note" => case.note = value,
                other => panic!("{}: no key `{other}`", case.name),
            }
        }
    }
    cases
}

/// The files of derivatives that readers know.
pub const COLLECTION: [(&str, &str); 3] = [
    ("gradients.matcalc", include_str!("../../cases/gradients.matcalc")),
    ("hessians.matcalc", include_str!("../../cases/hessians.matcalc")),
    ("derivatives.matcalc", include_str!("../../cases/derivatives.matcalc")),
];

/// All cases of the collection.
pub fn collection() -> Vec<Case> {
    COLLECTION.iter().flat_map(|(_, text)| cases(text)).collect()
}

pub fn read(expr: &str, decl: &str, wrt: &[&str], goal: Goal) -> Result<Problem, Report> {
    problem::read(&[Given { origin: "expression".into(), text: expr.into(), goal }], decl, wrt)
}

/// The gradient of a case, with its check.
pub fn gradient(case: &Case) -> Result<(Problem, Finished), Report> {
    let mut problem = read(&case.expr, &case.decl, &[&case.wrt], Goal::Scalar)?;
    let answer = answer::gradient(&mut problem, 0, Convention::Projected, Some(&CheckOptions::default()))?;
    Ok((problem, answer))
}

/// All snapshots lie in `snapshots/` at the top.
pub fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

const ERRORS: &str = include_str!("../../cases/errors.matcalc");

/// The codes with their inputs, each the arguments of the program.
pub fn error_cases() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut cases: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in ERRORS.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        match (line.strip_prefix("--- "), cases.last_mut()) {
            (Some(code), _) => cases.push((code, Vec::new())),
            (None, Some((_, inputs))) => inputs.push(line),
            (None, None) => panic!("no code above `{line}`"),
        }
    }
    cases
}

/// Arguments separated by blanks, with double quotes around those that have blanks.
pub fn arguments(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        if at % 2 == 1 {
            arguments.push(part.to_owned());
        } else {
            arguments.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    arguments
}

/// Rounding errors differ between machines.
pub fn without_errors(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let cut = ["random points (", "largest relative ", "\"largest_relative_error\": ", "; gradient norm "]
            .iter()
            .find_map(|mark| line.find(mark).map(|at| at + mark.len()));
        lines.push(&line[..cut.unwrap_or(line.len())]);
    }
    lines.join("\n")
}

/// What a session replies to a statement, as the prompt shows it.
pub fn reply(session: &mut matcalc::Session, statement: &str) -> String {
    let text = match session.run(statement) {
        Ok(reply) => reply.to_string(),
        Err(error) => error.to_string(),
    };
    if text.is_empty() || text.ends_with('\n') { text } else { format!("{text}\n") }
}
