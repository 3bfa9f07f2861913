//! Every error code has an input in `tests/cases/errors.matcalc`; what the program says to it is a snapshot.
//! `docs/errors.md` is the table of the codes; with `MATCALC_BLESS=1` it is written anew.

mod common;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use matcalc::diagnostic::code::CODES;

const CASES: &str = include_str!("cases/errors.matcalc");

/// Codes of the shape stage for trees that were not made by the parser, which refuses the same under another code.
/// `N0111` is for readings whose costs are nearly equal, which no weights of today's table are.
const BEHIND_THE_PARSER: [&str; 6] = ["N0103", "N0106", "N0107", "N0111", "S0115", "S0118"];

/// The codes with their inputs, each the arguments of the program.
fn cases() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut cases: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in CASES.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        match (line.strip_prefix("--- "), cases.last_mut()) {
            (Some(code), _) => cases.push((code, Vec::new())),
            (None, Some((_, inputs))) => inputs.push(line),
            (None, None) => panic!("no code above `{line}`"),
        }
    }
    cases
}

/// Arguments separated by blanks, with double quotes around those that have blanks.
fn arguments(line: &str) -> Vec<String> {
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

/// What the program says to an input.
fn said(line: &str) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_matcalc"))
        .args(arguments(line))
        .env("NO_COLOR", "1")
        .output()
        .unwrap_or_else(|error| panic!("{error}"));
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn every_code_has_an_input() {
    let cases = cases();
    let missing: Vec<&str> =
        CODES.iter().map(|row| row.0).filter(|code| !cases.iter().any(|case| case.0 == *code)).collect();
    assert_eq!(missing, BEHIND_THE_PARSER, "codes without an input");
}

#[test]
fn messages() {
    let mut wrong = Vec::new();
    for (code, inputs) in cases() {
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

This page is written by `MATCALC_BLESS=1 cargo test --test errors` from the table in `src/diagnostic/code.rs` and the inputs in
`tests/cases/errors.matcalc`.

A code keeps its meaning once it is released: `P` is of how an expression is written, `N` of names, `S` of shapes, `D` of derivatives.

";

#[test]
fn the_page_of_the_codes_is_the_table() {
    let cases = cases();
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
