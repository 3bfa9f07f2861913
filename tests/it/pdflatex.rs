//! The LaTeX of every case is set by pdflatex with amsmath and amssymb alone, all of it as one document. Where there is no pdflatex the
//! test passes with a note.

use std::path::Path;
use std::process::Command;

use crate::common::formulas::of_cases;
use matcalc::render::{Format, break_latex, latex_document, latex_equation};
use matcalc::stack::on_large_stack;

const PREAMBLE: &str = "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n";

fn is_installed() -> bool {
    let found = Command::new("pdflatex").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("not run: there is no pdflatex");
    }
    found
}

/// What the log of a run says is wrong, each with the line of the source.
fn complaints(source: &str, name: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pdflatex");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    std::fs::write(folder.join(name).with_extension("tex"), source).expect("the file can be written");
    let run = Command::new("pdflatex").args(["-interaction=nonstopmode", name]).current_dir(&folder).output();
    let run = run.expect("pdflatex starts");
    let log = std::fs::read(folder.join(name).with_extension("log")).expect("there is a log");
    let log = String::from_utf8_lossy(&log);
    let mut found = Vec::new();
    let mut lines = log.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("! ") {
            let place = lines.by_ref().find(|line| line.starts_with("l.")).unwrap_or_default();
            found.push(format!("{line} {place}"));
        } else if line.starts_with("Missing character") {
            found.push(line.to_owned());
        }
    }
    if found.is_empty() && !run.status.success() {
        found.push("pdflatex failed without a word".to_owned());
    }
    found
}

#[test]
fn pdflatex_sets_every_formula() {
    if !is_installed() {
        return;
    }
    let mut source = PREAMBLE.to_owned();
    for (name, latex) in on_large_stack(|| of_cases(Format::Latex)) {
        // One line each, so that the log names the formula.
        source.push_str(&format!("\\[ {} \\] %{name}\n", latex.replace('\n', " ")));
    }
    source.push_str("\\end{document}\n");
    let wrong = complaints(&source, "formulas");
    assert!(wrong.is_empty(), "{} complaints\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn pdflatex_sets_documents() {
    if !is_installed() {
        return;
    }
    let facts = ["A \\in \\mathbb{R}^{m \\times n}", "D \\in \\mathbb{R}^{n \\times n} \\text{ diagonal}", "s > 0"];
    let body = break_latex("A^\\top (A x - b) + \\lambda D x + \\left(\\frac{x}{s} + b\\right)^{\\odot 2}", 12);
    let wrong = complaints(&latex_document(&[latex_equation("\\nabla_x f(x)", &body, &facts)]), "document");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
