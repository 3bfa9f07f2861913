//! What is printed reads back as the same expression, in every text format: the inputs and the answers of all cases.

mod common;

use matcalc::expr::ExprId;
use matcalc::render::{Format, Limits, render_with_parts};
use matcalc::session::{Problem, on_large_stack, read_again};
use matcalc::shape::Goal;

const CASES: &str = include_str!("cases/gradients.matcalc");

/// Prints an expression, reads it, and tells where it came back as another.
fn trip(problem: &mut Problem, expr: ExprId, goal: &Goal, limits: &Limits, wrong: &mut Vec<String>, name: &str) {
    for format in [Format::Unicode, Format::Ascii, Format::Latex] {
        let text = render_with_parts(&problem.arena, expr, format, &problem.style, limits).to_line(format);
        match read_again(problem, &text, goal.clone()) {
            Ok(found) if found == expr => {}
            Ok(found) => {
                let other = render_with_parts(&problem.arena, found, format, &problem.style, limits).to_line(format);
                wrong.push(format!("{name} {format:?}\n  printed {text}\n  read as {other}"));
            }
            Err(report) => {
                let errors: Vec<String> = report
                    .errors
                    .iter()
                    .flat_map(|(_, list)| list)
                    .map(|error| format!("{} {} ({})", error.code, error.message, error.labels[0].text))
                    .collect();
                wrong.push(format!("{name} {format:?}\n  printed {text}\n  error   {}", errors.join("; ")));
            }
        }
    }
}

fn all_cases(limits: &Limits) -> Vec<String> {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for case in common::cases(CASES) {
            let Ok((mut problem, answer)) = common::gradient_unchecked(&case) else {
                wrong.push(format!("{}: no answer", case.name));
                continue;
            };
            let (input, goal) = (problem.normal[0], Goal::ShapeOf(problem.arena.symbol(problem.wrt[0]).name.clone()));
            trip(&mut problem, input, &Goal::Any, limits, &mut wrong, &format!("{} input", case.name));
            trip(&mut problem, answer.expr, &goal, limits, &mut wrong, &format!("{} answer", case.name));
        }
    });
    wrong
}

#[test]
fn what_is_printed_reads_back() {
    let wrong = all_cases(&Limits { length: 20_000, ..Limits::default() });
    assert!(wrong.is_empty(), "{} failures\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn named_parts_read_back() {
    let wrong = all_cases(&Limits { length: 8, part: 4, single: 12 });
    assert!(wrong.is_empty(), "{} failures\n{}", wrong.len(), wrong.join("\n"));
}
