//! Every case of the collection (`gradients`, `hessians`, `derivatives` in `tests/cases/`): the printed form, its check, and a snapshot
//! of its LaTeX in `snapshots/`. After a change of the printed forms this command writes the snapshots anew:
//!
//! ```sh
//! INSTA_UPDATE=always INSTA_FORCE_PASS=1 cargo test --test it forms
//! ```

use std::collections::BTreeSet;

use crate::common;
use crate::common::solve::solve;
use matcalc::check::CheckOptions;
use matcalc::render::Format;
use matcalc::session::on_large_stack;

/// The lines of an answer as one text: `operator: …`.
fn joined(lines: &[(&str, String)]) -> String {
    let line = |(view, text): &(&str, String)| if view.is_empty() { text.clone() } else { format!("{view}: {text}") };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn derivatives_have_the_form_readers_expect() {
    let (mut wrong, mut snapshots) = (Vec::new(), Vec::new());
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
            let want = if case.views.is_empty() {
                case.want.clone()
            } else {
                case.views.iter().map(|(view, text)| format!("{view}: {text}")).collect::<Vec<_>>().join("\n")
            };
            if found != want || !solved.passed() {
                let outcome = solved.certificate.as_ref().map(|certificate| &certificate.outcome);
                wrong.push(format!("{}: {}\nwant\n{want}\nfound\n{found}\ncheck {outcome:?}", case.name, case.expr));
            }
            let latex = joined(&solved.lines(Format::Latex));
            snapshots.push((case, latex));
        }
    });
    common::settings().bind(|| {
        for (case, latex) in &snapshots {
            let (command, _) = case.command();
            let of = if command == "grad" { String::new() } else { format!("{} of ", case.ask) };
            insta::with_settings!({ description => format!("{of}{} by {}", case.expr, case.wrt) }, {
                insta::assert_snapshot!(case.name.as_str(), latex);
            });
        }
    });
    assert!(wrong.is_empty(), "{} cases\n\n{}", wrong.len(), wrong.join("\n\n"));
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
