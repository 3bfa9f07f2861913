//! Every gradient of `tests/cases/gradients.matcalc`: the printed form, the check, and a snapshot of the LaTeX.

mod common;

use matcalc::naming::Limits;
use matcalc::render::{Format, render_with_parts};
use matcalc::session::on_large_stack;

const CASES: &str = include_str!("cases/gradients.matcalc");

#[test]
fn gradients_have_the_form_readers_expect() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for case in common::cases(CASES) {
            match common::gradient(&case) {
                Err(report) => wrong.push(format!("{}: {} → {:?}", case.name, case.expr, report.errors)),
                Ok((problem, answer)) => {
                    let limits = Limits { length: 20_000, ..Limits::default() };
                    let found =
                        render_with_parts(&problem.arena, answer.expr, Format::Unicode, &problem.style, &limits)
                            .to_line(Format::Unicode);
                    let passed = answer.certificate.as_ref().is_some_and(matcalc::check::Certificate::passed);
                    if found != case.want || !passed {
                        let outcome = answer.certificate.map(|certificate| certificate.outcome);
                        wrong.push(format!(
                            "{}: {}\n  want  {}\n  found {found}\n  check {outcome:?}",
                            case.name, case.expr, case.want
                        ));
                    }
                }
            }
        }
    });
    assert!(wrong.is_empty(), "{} cases\n{}", wrong.len(), wrong.join("\n"));
}
