//! The LaTeX of every case renders in KaTeX without an error or a warning: answers in all their views, inputs, declarations, conditions, and
//! what is typeset in the pages of `docs/`. Needs Node and KaTeX: the folder of the package that `MATCALC_KATEX` names, else
//! `.katex/node_modules/katex`, where `.ci/run` installs it. Where there is none the test passes with a note, but fails where `CI` is `true`.

mod common;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::solve::solve;
use matcalc::render::{Format, render, render_condition, where_line};
use matcalc::session::on_large_stack;
use serde_json::{Value, json};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/katex_check.js");
const OTHERS: [&str; 2] = [include_str!("cases/cookbook.matcalc"), include_str!("cases/rules.matcalc")];

/// The folder of the package, where it and Node are there.
fn katex() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder =
        std::env::var_os("MATCALC_KATEX").map_or_else(|| root.join(".katex/node_modules/katex"), PathBuf::from);
    let node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
    (node && folder.join("package.json").is_file()).then_some(folder)
}

/// The formulas of all cases, each with the name of its case.
fn of_cases() -> Vec<Value> {
    let mut formulas = Vec::new();
    let others = OTHERS.iter().flat_map(|text| common::cases(text));
    for case in common::collection().into_iter().chain(others).filter(|case| case.command().0 != "check") {
        let Ok(solved) = solve(&case, None) else { continue };
        let problem = &solved.problem;
        let mut add = |latex: String| formulas.push(json!({ "name": case.name, "latex": latex }));
        solved.lines(Format::Latex).into_iter().for_each(|(_, latex)| add(latex));
        add(render(&problem.arena, problem.raw[0], Format::Latex, &problem.style));
        add(where_line(&problem.arena, &problem.symbols, Format::Latex));
        for condition in &solved.conditions {
            add(render_condition(&problem.arena, *condition, Format::Latex, &problem.style));
        }
    }
    formulas
}

/// The formulas in the `math` blocks of the pages.
fn of_pages() -> Vec<Value> {
    let mut formulas = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    for page in pages.iter().filter(|page| page.extension().is_some_and(|extension| extension == "md")) {
        let text = std::fs::read_to_string(page).unwrap();
        let name = page.file_name().unwrap_or_default().to_string_lossy();
        let blocks = text.split("\n```math\n").skip(1).filter_map(|rest| Some(rest.split_once("\n```")?.0));
        formulas.extend(blocks.map(|latex| json!({ "name": name, "latex": latex })));
    }
    formulas
}

#[test]
fn katex_renders_every_formula() {
    let Some(folder) = katex() else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there is no Node with KaTeX");
        eprintln!("not run: there is no Node with KaTeX (set MATCALC_KATEX)");
        return;
    };
    let mut formulas = on_large_stack(of_cases);
    formulas.extend(of_pages());
    let mut node = Command::new("node")
        .args([Path::new(SCRIPT), &folder])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node starts");
    let count = formulas.len();
    node.stdin.take().unwrap().write_all(Value::from(formulas).to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.trim_end(), format!("rendered {count}"));
}
