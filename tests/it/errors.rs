//! Every error code has an input in `tests/cases/errors.matcalc`; what the program says to it is a snapshot.
//! `docs/errors.md` is the table of the codes; with `MATCALC_BLESS=1` it is written anew.

use std::fmt::Write as _;
use std::path::Path;

use crate::common;
use matcalc::diagnostic::code::CODES;

/// Codes of the shape stage for trees that were not made by the parser, which refuses the same under another code.
const BEHIND_THE_PARSER: [&str; 4] = ["N0106", "N0107", "S0115", "S0118"];

/// What the program says to an input.
fn said(line: &str) -> (Option<i32>, String) {
    let arguments = common::arguments(line);
    let output = common::run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn every_code_has_an_input() {
    let cases = common::error_cases();
    let missing: Vec<&str> =
        CODES.iter().map(|row| row.0).filter(|code| !cases.iter().any(|case| case.0 == *code)).collect();
    assert_eq!(missing, BEHIND_THE_PARSER, "codes without an input");
}

#[test]
fn messages() {
    let mut wrong = Vec::new();
    for (code, inputs) in common::error_cases() {
        if !CODES.iter().any(|row| row.0 == code) {
            wrong.push(format!("{code} is in no table"));
        }
        let mut all = String::new();
        for line in inputs {
            let (status, message) = said(line);
            let _ = write!(all, "$ matcalc {line}\n{message}\n");
            if status != Some(2) || !message.contains(&format!("error[{code}]")) {
                wrong.push(format!("{line}\n  wanted {code}, status {status:?}\n{message}"));
            }
        }
        common::settings().bind(|| insta::assert_snapshot!(format!("error-{code}"), all));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const HEAD: &str = "\
# Error codes

This page is written by `MATCALC_BLESS=1 cargo test --test it errors` from the table in `src/diagnostic/code.rs` and the inputs in
`tests/cases/errors.matcalc`.

A code keeps its meaning once it is released: `P` concerns how an expression is written, `N` names, `S` shapes, `D` derivatives.

";

#[test]
fn the_page_of_the_codes_is_the_table() {
    let cases = common::error_cases();
    let mut wanted = HEAD.to_owned();
    for (code, meaning) in CODES {
        let _ = write!(wanted, "## {code}\n\n{meaning}\n");
        if let Some(line) = cases.iter().find(|case| case.0 == *code).and_then(|case| case.1.first()) {
            let _ = write!(wanted, "\n```text\n$ matcalc {line}\n{}```\n", said(line).1);
        }
        wanted.push('\n');
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors.md");
    if std::env::var_os("MATCALC_BLESS").is_some() {
        std::fs::write(&path, &wanted).unwrap_or_else(|error| panic!("{error}"));
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/errors.md is not what the table says; MATCALC_BLESS=1 writes it anew");
}
