//! Random expressions through the backward pass: every cotangent of every node against dual numbers.
//!
//! `tests/it/common/drive.rs` says which variables of the environment set how many.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::common::drive::{self, Wrong};
use crate::common::generate::{Expressions, Sample};
use matcalc::answer::backprop::{NoBackprop, backprop};
use matcalc::check::{CheckOptions, Outcome};
use matcalc::problem::Problem;

/// How many expressions where `MATCALC_CASES` does not say so.
const CASES: u64 = 200;

#[test]
fn random_computations_have_right_cotangents() {
    let (checked, refused, open) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let options = CheckOptions { points: 2, directions: 1, work_limit: 20_000_000, ..CheckOptions::default() };
    drive::run(Expressions::Scalar, "tests/regressions/random_backprop.txt", CASES, &|sample: Sample| {
        let Some(wrt) = sample.wrt else { return Ok(()) };
        let mut problem = Problem::of_expressions(sample.arena, vec![sample.expr], vec![wrt]);
        match backprop(&mut problem, &[wrt], Some(&options)) {
            Ok(found) => match found.finished.certificate.map(|certificate| certificate.outcome) {
                Some(Outcome::Failed(disagreement)) => {
                    return Err(Wrong { stage: "backward pass", details: format!("{disagreement:?}") });
                }
                Some(Outcome::Passed) => checked.fetch_add(1, Ordering::Relaxed),
                _ => open.fetch_add(1, Ordering::Relaxed),
            },
            Err(NoBackprop::TooLarge(count)) => {
                return Err(Wrong { stage: "nodes", details: format!("{count} nodes") });
            }
            Err(NoBackprop::NoRow(_) | NoBackprop::Nowhere(_)) => refused.fetch_add(1, Ordering::Relaxed),
        };
        Ok(())
    });
    let [checked, refused, open] = [checked, refused, open].map(AtomicU64::into_inner);
    eprintln!("{checked} checked, {refused} refused, {open} without a point");
    assert!(checked > 2 * (refused + open), "{checked} checked, {refused} refused, {open} without a point");
}
