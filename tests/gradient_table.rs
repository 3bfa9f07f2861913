//! What is made of the answers to `tests/cases/gradients.matcalc`: a snapshot of each one's LaTeX in `snapshots/`, and the table
//! `docs/gradients.md`. After a change of the printed forms this one command writes both anew:
//!
//! ```sh
//! INSTA_UPDATE=always INSTA_FORCE_PASS=1 cargo test --test gradient_table
//! ```

mod common;

use std::fmt::Write as _;
use std::path::Path;

use matcalc::naming::Limits;
use matcalc::render::{Format, render_with_parts};
use matcalc::session::on_large_stack;

const CASES: &str = include_str!("cases/gradients.matcalc");

const HEAD: &str = "\
# Gradients

Every row is an input and what `matcalc grad` answers, as the program prints it; each answer passed its numeric check.
This file is generated (see `tests/gradient_table.rs`).

| # | expression | variable | declarations | gradient | in LaTeX |
| --- | --- | --- | --- | --- | --- |
";

/// In a cell of a table a bar would end it.
fn cell(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let fence = if text.contains('`') { "``" } else { "`" };
    format!("{fence}{}{fence}", text.replace('|', "\\|"))
}

#[test]
fn latex_and_table_are_current() {
    let mut table = HEAD.to_owned();
    let (mut snapshots, mut unread) = (Vec::new(), Vec::new());
    on_large_stack(|| {
        for case in common::cases(CASES) {
            let (problem, answer) = match common::gradient(&case) {
                Ok(found) => found,
                Err(report) => {
                    unread.push(format!("{}: {:?}", case.name, report.errors));
                    continue;
                }
            };
            let limits = Limits { length: 20_000, ..Limits::default() };
            let print = |format| {
                render_with_parts(&problem.arena, answer.expr, format, &problem.style, &limits).to_line(format)
            };
            let latex = print(Format::Latex);
            let cells = [&case.name, &case.expr, &case.wrt, &case.decl, &print(Format::Unicode), &latex];
            let [name, cells @ ..] = cells.map(|text| cell(text));
            writeln!(table, "| {} | {} |", name.trim_matches('`'), cells.join(" | ")).unwrap();
            snapshots.push((case, latex));
        }
    });

    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        for (case, latex) in &snapshots {
            insta::with_settings!({ description => format!("{} by {}", case.expr, case.wrt) }, {
                insta::assert_snapshot!(case.name.as_str(), latex);
            });
        }
    });

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gradients.md");
    if std::env::var("INSTA_UPDATE").as_deref() == Ok("always") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &table).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(unread.is_empty(), "{}", unread.join("\n"));
    assert!(
        stored == table,
        "docs/gradients.md is not what the program answers now; this file's head says how to write it"
    );
}
