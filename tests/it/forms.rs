//! Every case of the collection (`gradients`, `hessians`, `derivatives` in `tests/cases/`): the printed form, its LaTeX, and its check.
//! The forms are written by hand; after a change of the LaTeX this command writes its lines anew:
//!
//! ```sh
//! MATCALC_BLESS=1 cargo test --test it forms
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::common;
use crate::common::VIEWS;
use crate::common::solve::solve;
use matcalc::check::CheckOptions;
use matcalc::render::Format;
use matcalc::stack::on_large_stack;

/// The lines of an answer as one text: `operator: …`.
fn joined<T: AsRef<str>>(lines: &[(T, String)]) -> String {
    let line = |(view, text): &(T, String)| {
        let view = view.as_ref();
        if view.is_empty() { text.clone() } else { format!("{view}: {text}") }
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// LaTeX by the name of its case and of its view.
type Latex = BTreeMap<(String, String), String>;

/// A case file with this LaTeX below its forms.
fn with_latex(text: &str, latex: &Latex) -> String {
    let (mut new, mut name) = (String::new(), "");
    for line in text.lines().filter(|line| !line.starts_with("latex: ")) {
        new.push_str(line);
        new.push('\n');
        name = line.strip_prefix("--- ").unwrap_or(name);
        let key = line.split_once(": ").map_or("", |(key, _)| key);
        let view = if key == "want" { "" } else { key };
        if (key == "want" || VIEWS.contains(&key))
            && let Some(latex) = latex.get(&(name.trim().to_owned(), view.to_owned()))
        {
            new.push_str(&format!("latex: {latex}\n"));
        }
    }
    new
}

#[test]
fn derivatives_have_the_form_readers_expect() {
    let (mut wrong, mut stale, mut latex) = (Vec::new(), Vec::new(), Latex::new());
    on_large_stack(|| {
        for case in common::collection().into_iter().filter(|case| case.command().0 != "check") {
            let solved = match solve(&case, Some(&CheckOptions::default())) {
                Ok(solved) => solved,
                Err(report) => {
                    wrong.push(format!("{}: {} → {:?}", case.name, case.expr, report.errors));
                    continue;
                }
            };
            let found = joined(&solved.lines(Format::Unicode));
            let want = if case.views.is_empty() { case.want.clone() } else { joined(&case.views) };
            if found != want || !solved.passed() {
                let outcome = solved.certificate.as_ref().map(|certificate| &certificate.outcome);
                wrong.push(format!("{}: {}\nwant\n{want}\nfound\n{found}\ncheck {outcome:?}", case.name, case.expr));
            }
            let lines = solved.lines(Format::Latex);
            let (found, want) = (joined(&lines), joined(&case.latex));
            if found != want {
                stale.push(format!("{}: {}\nwant\n{want}\nfound\n{found}", case.name, case.expr));
            }
            latex.extend(lines.into_iter().map(|(view, text)| ((case.name.clone(), view.to_owned()), text)));
        }
    });
    if !stale.is_empty() && std::env::var_os("MATCALC_BLESS").is_some() {
        stale.clear();
        for (file, text) in common::COLLECTION {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(file);
            std::fs::write(&path, with_latex(text, &latex)).unwrap_or_else(|error| panic!("{file}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{} cases\n\n{}", wrong.len(), wrong.join("\n\n"));
    let advice = "MATCALC_BLESS=1 writes the LaTeX anew";
    assert!(stale.is_empty(), "{advice}: {} cases\n\n{}", stale.len(), stale.join("\n\n"));
}

#[test]
fn names_are_unique() {
    let mut seen = BTreeSet::new();
    let twice: Vec<String> =
        common::collection().into_iter().map(|case| case.name).filter(|name| !seen.insert(name.clone())).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn claims_have_their_verdict() {
    let mut wrong = Vec::new();
    for case in common::collection().into_iter().filter(|case| case.command().0 == "check") {
        let output =
            common::run(&["check", &case.expr, "--wrt", &case.wrt, "--decl", &case.decl, "--claim", &case.claim]);
        let text = String::from_utf8_lossy(&output.stdout);
        let (first, right) = (text.lines().next().unwrap_or_default(), case.want == "right");
        let checked = text.lines().any(|line| line.starts_with('✓'));
        // What a verdict rests on stands after it.
        let first = first.split(" (exact").next().unwrap_or_default();
        if first != case.want || output.status.success() != right || !checked {
            wrong
                .push(format!("{}: {} by {}\n  want  {}\n  found {text}", case.name, case.claim, case.expr, case.want));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What textbooks write is read as every reader reads it, without a note.
#[test]
fn no_case_of_the_collection_needs_a_note() {
    let mut noted = Vec::new();
    for case in common::collection() {
        let variables = if case.wrt.is_empty() { Vec::new() } else { case.variables() };
        let problem = common::read(&case.expr, &case.decl, &variables, matcalc::shape::Goal::Any)
            .unwrap_or_else(|report| panic!("{}: {report:?}", case.name));
        noted.extend(problem.notes.iter().map(|note| format!("{}: {}", case.name, note.message)));
    }
    assert!(noted.is_empty(), "{}", noted.join("\n"));
}
