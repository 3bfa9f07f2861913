//! Shared by the test files: sections of `tests/cases/*.matcalc`, and the way from a case to its answer.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(unreachable_pub, reason = "a module of each test file")]

pub mod drive;
pub mod generate;

use matcalc::check::CheckOptions;
use matcalc::linear::Convention;
use matcalc::session::{self, Answer, Given, Problem, Report};
use matcalc::shape::Goal;

/// A section of a case file.
#[derive(Clone, Debug, Default)]
pub struct Case {
    pub name: String,
    pub expr: String,
    pub wrt: String,
    pub decl: String,
    pub want: String,
    pub note: String,
}

/// The sections of a case file: `--- name`, then `key: value` lines.
pub fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("--- ") {
            cases.push(Case { name: name.trim().to_owned(), ..Case::default() });
        } else if let (Some(case), Some((key, value))) = (cases.last_mut(), line.split_once(": ")) {
            let value = value.trim().to_owned();
            match key {
                "expr" => case.expr = value,
                "wrt" => case.wrt = value,
                "decl" => case.decl = value,
                "want" => case.want = value,
                "note" => case.note = value,
                other => panic!("{}: no key `{other}`", case.name),
            }
        }
    }
    cases
}

pub fn read(expr: &str, decl: &str, wrt: &[&str], goal: Goal) -> Result<Problem, Report> {
    session::read(&[Given { origin: "expression".into(), text: expr.into(), goal }], decl, wrt)
}

/// The gradient of a case, with its check.
pub fn gradient(case: &Case) -> Result<(Problem, Answer), Report> {
    let mut problem = read(&case.expr, &case.decl, &[&case.wrt], Goal::Scalar)?;
    let answer = session::gradient(&mut problem, 0, Convention::Projected, Some(&CheckOptions::default()))?;
    Ok((problem, answer))
}

/// The gradient of a case without its check.
pub fn gradient_unchecked(case: &Case) -> Result<(Problem, Answer), Report> {
    let mut problem = read(&case.expr, &case.decl, &[&case.wrt], Goal::Scalar)?;
    let answer = session::gradient(&mut problem, 0, Convention::Projected, None)?;
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
