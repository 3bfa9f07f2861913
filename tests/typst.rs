//! The Typst of every case is compiled without an error or a warning, all of it as one document. Needs a Python with the package
//! `typst`: the one that `MATCALC_PYTHON` names, else `python3`. Where there is none the test passes with a note, but fails where `CI` is
//! `true`.

mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use common::formulas::of_cases;
use matcalc::render::Format;
use matcalc::session::on_large_stack;
use serde_json::{Value, json};

const SCRIPT: &str = include_str!("typst_check.py");

fn python() -> Option<String> {
    let command = std::env::var("MATCALC_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let probe = Command::new(&command).args(["-c", "import typst"]).output();
    probe.is_ok_and(|output| output.status.success()).then_some(command)
}

#[test]
fn typst_compiles_every_formula() {
    let Some(python) = python() else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there is no Python with Typst");
        eprintln!("not run: there is no Python with the package typst (set MATCALC_PYTHON)");
        return;
    };
    let formulas: Vec<Value> = on_large_stack(|| of_cases(Format::Typst))
        .into_iter()
        .map(|(name, text)| json!({ "name": name, "text": text }))
        .collect();
    let mut child = Command::new(python)
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let count = formulas.len();
    child.stdin.take().unwrap().write_all(Value::from(formulas).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), format!("compiled {count}"));
}
