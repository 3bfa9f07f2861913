//! The derivation of every case of the collection: each line follows from the one before, the last one is the answer, and a
//! snapshot of the page in Unicode and in LaTeX lies in `snapshots/`. After a change of the printed forms this command writes the
//! snapshots anew:
//!
//! ```sh
//! INSTA_UPDATE=always INSTA_FORCE_PASS=1 cargo test --test it steps
//! ```

use crate::common;
use crate::common::drive::{self, Wrong};
use crate::common::generate::{Expressions, Sample};
use crate::common::solve::{derive, solve};
use matcalc::answer;
use matcalc::answer::derivation::{self, Quantity};
use matcalc::check::{CheckOptions, Outcome};
use matcalc::linear::Convention;
use matcalc::naming::Limits;
use matcalc::problem::Problem;
use matcalc::render::Format;
use matcalc::stack::on_large_stack;

#[test]
fn every_line_follows_from_the_one_before() {
    let (mut pages, mut wrong) = (Vec::new(), Vec::new());
    let options = CheckOptions::default();
    on_large_stack(|| {
        for case in common::collection().into_iter().filter(|case| case.command().0 != "check") {
            let (problem, derivation) = match derive(&case, Some(&options)) {
                Ok(found) => found,
                Err(report) => {
                    wrong.push(format!("{}: {:?}", case.name, report.errors));
                    continue;
                }
            };
            let name = &case.name;
            if let Some(place) = derivation.failed() {
                wrong.push(format!("{name}: line {} fails: {:?}", place + 1, derivation.lines[place]));
            }
            let (passed, all) = derivation.checked();
            if passed < all || all == 0 {
                wrong.push(format!("{name}: {passed} of {all} lines were checked"));
            }
            let text = |format, limits: Limits| derivation.text(&problem.arena, format, &problem.style, &limits);
            let unicode = text(Format::Unicode, Limits::default()).page();
            let latex = text(Format::Latex, Limits::default()).page();
            let whole = text(Format::Unicode, Limits::NEVER);
            let last = whole.lines.last().map(|line| line.right.clone()).unwrap_or_default();
            let answers = solve(&case, None).expect("it has an answer").lines(Format::Unicode);
            if !answers.iter().any(|(_, answer)| *answer == last) {
                wrong.push(format!("{name}: ends with {last}, not {answers:?}"));
            }
            let named = derivation.lines.iter().any(|line| line.left == Quantity::Value);
            assert!(named, "{name}: does not say what is differentiated");
            pages.push((name.clone(), format!("{unicode}\n\n{latex}")));
        }
    });
    common::settings().bind(|| {
        for (name, page) in &pages {
            insta::assert_snapshot!(format!("steps-{name}"), page);
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How many random derivations where `MATCALC_CASES` does not say so.
const CASES: u64 = 200;

#[test]
fn no_line_of_a_random_derivation_is_wrong() {
    drive::run(Expressions::Mixed, "tests/regressions/steps.txt", CASES, &|sample: Sample| {
        let Some(wrt) = sample.wrt.filter(|_| sample.arena.shape(sample.expr).is_scalar()) else { return Ok(()) };
        let mut problem = Problem::of_expressions(sample.arena, vec![sample.expr], vec![wrt]);
        let options = CheckOptions { points: 2, directions: 1, work_limit: 20_000_000, ..CheckOptions::default() };
        let Ok(answer) = answer::gradient(&mut problem, 0, Convention::Projected, None) else { return Ok(()) };
        let derivation = derivation::gradient(&mut problem, 0, Convention::Projected, &answer, Some(&options))
            .map_err(|report| Wrong { stage: "no derivation", details: format!("{report:?}") })?;
        let Some(place) = derivation.failed() else { return Ok(()) };
        let page = derivation.text(&problem.arena, Format::Unicode, &problem.style, &Limits::NEVER).page();
        let outcome = derivation.lines[place].certificate.as_ref().map(|certificate| &certificate.outcome);
        let numbers = match outcome {
            Some(Outcome::Failed(found)) => format!("expected {:e}, found {:e}", found.expected, found.found),
            _ => String::new(),
        };
        Err(Wrong { stage: "line", details: format!("line {} of\n{page}\n{numbers}", place + 1) })
    });
}
