//! Every derivation of the case files: each line follows from the one before, the last one is the answer, and a snapshot of the
//! page in Unicode and in LaTeX. Also of random expressions.
//!
//! ```sh
//! INSTA_UPDATE=always INSTA_FORCE_PASS=1 cargo test --test steps
//! ```

mod common;

use matcalc::check::CheckOptions;
use matcalc::linear::Convention;
use matcalc::render::Format;
use matcalc::session::{Problem, on_large_stack};
use matcalc::shape::Goal;
use matcalc::steps::{self, Derivation, Right};
use matcalc::tensor;

const GRADIENTS: &str = include_str!("cases/gradients.matcalc");
const HESSIANS: &str = include_str!("cases/hessians.matcalc");

/// The page in both formats; what is wrong with it goes to `wrong`.
fn page(name: &str, problem: &mut Problem, derivation: &Derivation, wrong: &mut Vec<String>) -> String {
    if let Some(place) = derivation.failed() {
        wrong.push(format!("{name}: line {} fails: {:?}", place + 1, derivation.lines[place]));
    }
    let (passed, all) = derivation.checked();
    if passed < all {
        wrong.push(format!("{name}: {passed} of {all} lines were checked"));
    }
    let style = problem.style;
    let unicode = derivation.text(&mut problem.arena, Format::Unicode, &style).page();
    let latex = derivation.text(&mut problem.arena, Format::Latex, &style).page();
    format!("{unicode}\n\n{latex}")
}

fn snapshots(pages: &[(String, String)]) {
    common::settings().bind(|| {
        for (name, page) in pages {
            insta::assert_snapshot!(format!("steps-{name}"), page);
        }
    });
}

#[test]
fn gradients() {
    let (mut pages, mut wrong) = (Vec::new(), Vec::new());
    let options = CheckOptions::default();
    on_large_stack(|| {
        for case in common::cases(GRADIENTS) {
            let (mut problem, answer) = common::gradient_unchecked(&case).expect("it has a gradient");
            let derivation = steps::gradient(&mut problem, 0, Convention::Projected, &answer, Some(&options))
                .expect("it has a derivation");
            let last = derivation.lines.last().expect("it has lines");
            assert_eq!(last.right, Right::Expr(answer.expr), "{}", case.name);
            let page = page(&case.name, &mut problem, &derivation, &mut wrong);
            pages.push((case.name.clone(), page));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    snapshots(&pages);
}

#[test]
fn hessians() {
    let (mut pages, mut wrong) = (Vec::new(), Vec::new());
    let options = CheckOptions::default();
    on_large_stack(|| {
        for case in common::cases(HESSIANS) {
            let mut problem = common::read(&case.expr, &case.decl, &[&case.wrt], Goal::Scalar).expect("it can be read");
            let views = tensor::hessian(&mut problem, 0, 0, None).expect("it has a Hessian");
            let derivation = steps::hessian(&mut problem, 0, 0, &views, Some(&options)).expect("it has a derivation");
            let last = derivation.lines.last().expect("it has lines");
            assert_eq!(Some(last.right), views.matrix.or(views.kron).map(Right::Expr), "{}", case.name);
            let page = page(&case.name, &mut problem, &derivation, &mut wrong);
            pages.push((format!("hessian-{}", case.name), page));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    snapshots(&pages);
}
