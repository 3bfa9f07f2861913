//! The Typst of every case is compiled without an error or a warning, all of it as one document. Needs a Python with the package
//! `typst`: the one that `MATCALC_PYTHON` names, else `python3`. Where there is none the test passes with a note, but fails where `CI` is
//! `true`.

use crate::common::formulas::of_cases;
use crate::common::python::{output_of, python};
use matcalc::render::Format;
use matcalc::stack::on_large_stack;
use serde_json::{Value, json};

const SCRIPT: &str = include_str!("typst_check.py");

#[test]
fn typst_compiles_every_formula() {
    let Some(python) = python("typst") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there is no Python with Typst");
        eprintln!("not run: there is no Python with the package typst (set MATCALC_PYTHON)");
        return;
    };
    let formulas: Vec<Value> = on_large_stack(|| of_cases(Format::Typst))
        .into_iter()
        .map(|(name, text)| json!({ "name": name, "text": text }))
        .collect();
    let count = formulas.len();
    let output = output_of(&python, SCRIPT, formulas);
    assert_eq!(output.trim_end(), format!("compiled {count}"));
}
