//! The derivation of every case of the collection: each line follows from the one before, the last one is the answer, and a
//! snapshot of the page in Unicode and in LaTeX lies in `snapshots/`. After a change of the printed forms this command writes the
//! snapshots anew:
//!
//! ```sh
//! INSTA_UPDATE=always INSTA_FORCE_PASS=1 cargo test --test steps
//! ```

mod common;

use common::solve::{derive, solve};
use matcalc::check::CheckOptions;
use matcalc::render::Format;
use matcalc::session::on_large_stack;
use matcalc::steps::Quantity;

#[test]
fn every_line_follows_from_the_one_before() {
    let (mut pages, mut wrong) = (Vec::new(), Vec::new());
    let options = CheckOptions::default();
    on_large_stack(|| {
        for case in common::collection().into_iter().filter(|case| case.command().0 != "check") {
            let (mut problem, derivation) = match derive(&case, Some(&options)) {
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
            let style = problem.style;
            let unicode = derivation.text(&mut problem.arena, Format::Unicode, &style);
            let latex = derivation.text(&mut problem.arena, Format::Latex, &style).page();
            let last = unicode.lines.last().map(|line| line.right.clone()).unwrap_or_default();
            let answers = solve(&case, None).expect("it has an answer").lines(Format::Unicode);
            if !answers.iter().any(|(_, answer)| *answer == last) {
                wrong.push(format!("{name}: ends with {last}, not {answers:?}"));
            }
            let named = derivation.lines.iter().any(|line| line.left == Quantity::Value);
            assert!(named, "{name}: does not say what is differentiated");
            pages.push((name.clone(), format!("{}\n\n{latex}", unicode.page())));
        }
    });
    common::settings().bind(|| {
        for (name, page) in &pages {
            insta::assert_snapshot!(format!("steps-{name}"), page);
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
