//! The LaTeX of every case renders in KaTeX without an error or a warning: answers in all their views, inputs, declarations, conditions, and
//! what is typeset in the pages of `docs/`. Needs Node and KaTeX: the folder of the package that `MATCALC_KATEX` names, else
//! `.katex/node_modules/katex`, where `.ci/run` installs it. Where there is none the test passes with a note, but fails where `CI` is `true`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::common::formulas::of_cases;
use matcalc::render::Format;
use matcalc::stack::on_large_stack;
use serde_json::{Value, json};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/katex_check.js");

/// The folder of the package, where it and Node are there.
fn katex() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder =
        std::env::var_os("MATCALC_KATEX").map_or_else(|| root.join(".katex/node_modules/katex"), PathBuf::from);
    let node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
    (node && folder.join("package.json").is_file()).then_some(folder)
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
    let of_cases = on_large_stack(|| of_cases(Format::Latex));
    let mut formulas: Vec<Value> =
        of_cases.iter().map(|(name, latex)| json!({ "name": name, "latex": latex })).collect();
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
