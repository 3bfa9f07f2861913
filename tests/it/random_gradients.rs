//! Random expressions through every stage: normal form, differential, gradient and simplification, each against the expression
//! as it was written.
//!
//! `tests/it/common/drive.rs` says which variables of the environment set how many.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::common;
use crate::common::drive::{self, Wrong};
use crate::common::generate::{Expressions, Sample, all_kinds, kinds};
use matcalc::check::{Certificate, CheckOptions, Outcome, check_equal, check_gradient};
use matcalc::differential::differentiate;
use matcalc::expr::{Arena, ExprId, SymbolId};
use matcalc::linear::{self, Convention};
use matcalc::render::{Format, Style, render};
use matcalc::simplify::{expand, simplify};

/// How many expressions where `MATCALC_CASES` does not say so.
const CASES: u64 = 300;
/// Most expressions, in percent, of which a stage found no point to be compared at.
const MAX_UNCHECKED: u64 = 5;

#[derive(Default)]
struct Tally {
    checked: AtomicU64,
    gradients: AtomicU64,
    refused: AtomicU64,
    unchecked: AtomicU64,
}

fn options() -> CheckOptions {
    CheckOptions { points: 2, directions: 1, work_limit: 20_000_000, ..CheckOptions::default() }
}

fn verdict(arena: &Arena, stage: &'static str, certificate: &Certificate, answer: ExprId) -> Result<bool, Wrong> {
    match &certificate.outcome {
        Outcome::Passed => Ok(true),
        Outcome::NotChecked(matcalc::check::Reason::Shape) => {
            Err(Wrong { stage, details: format!("another shape: {}", text(arena, answer)) })
        }
        Outcome::NotChecked(_) => Ok(false),
        Outcome::Failed(disagreement) => Err(Wrong {
            stage,
            details: format!(
                "{}\n    {:?}\n    entry {:?} expected {:e} found {:e} {:?} by {:?}",
                text(arena, answer),
                disagreement
                    .values
                    .iter()
                    .map(|(name, value)| format!("{name} = {:?}", value.as_slice()))
                    .collect::<Vec<_>>(),
                disagreement.entry,
                disagreement.expected,
                disagreement.found,
                disagreement.cause,
                certificate.method,
            ),
        }),
    }
}

fn text(arena: &Arena, id: ExprId) -> String {
    let rendered = catch_unwind(AssertUnwindSafe(|| render(arena, id, Format::Unicode, &Style::default())));
    let text = rendered.unwrap_or_else(|_| "(does not print)".into());
    if text.chars().count() > 600 { text.chars().take(600).chain("…".chars()).collect() } else { text }
}

/// The expression through all stages; whether every comparison found a point.
fn run(arena: &mut Arena, raw: ExprId, wrt: Option<SymbolId>, tally: &Tally) -> Result<(), Wrong> {
    let options = options();
    let mut all = true;
    let normal = arena.normalize(raw);
    all &= verdict(arena, "normal form", &check_equal(arena, raw, normal, &options), normal)?;
    let again = arena.rewrite(normal, &mut rustc_hash::FxHashMap::default());
    if again != normal {
        all &= verdict(arena, "normal form again", &check_equal(arena, normal, again, &options), again)?;
    }
    let simple = simplify(arena, normal);
    all &= verdict(arena, "simplify", &check_equal(arena, raw, simple, &options), simple)?;
    let twice = simplify(arena, simple);
    if twice != simple {
        let details = format!("{}  →  {}", text(arena, simple), text(arena, twice));
        verdict(arena, "simplify again", &check_equal(arena, simple, twice, &options), twice)?;
        return Err(Wrong { stage: "simplify is not idempotent", details });
    }
    let expanded = expand(arena, normal);
    all &= verdict(arena, "expand", &check_equal(arena, raw, expanded, &options), expanded)?;
    tally.checked.fetch_add(1, Ordering::Relaxed);
    let Some(wrt) = wrt.filter(|_| arena.shape(raw).is_scalar()) else {
        tally.unchecked.fetch_add(u64::from(!all), Ordering::Relaxed);
        return Ok(());
    };
    let differential = match differentiate(arena, normal, wrt, 0) {
        Ok(differential) => differential,
        Err(_) => {
            tally.refused.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
    };
    let whole = match linear::gradient(arena, differential.expr, wrt, 0) {
        Ok(whole) => whole,
        Err(error) => {
            return Err(Wrong {
                stage: "adjoint",
                details: format!("{} in {}", text(arena, error.expr), text(arena, differential.expr)),
            });
        }
    };
    let projected = linear::project(arena, whole, wrt, Convention::Projected);
    all &= verdict(arena, "gradient", &check_gradient(arena, raw, wrt, projected, &options), projected)?;
    let answer = simplify(arena, projected);
    all &= verdict(arena, "simplified gradient", &check_gradient(arena, raw, wrt, answer, &options), answer)?;
    tally.gradients.fetch_add(1, Ordering::Relaxed);
    tally.unchecked.fetch_add(u64::from(!all), Ordering::Relaxed);
    Ok(())
}

#[test]
fn random_expressions_are_never_wrong() {
    let tally = Tally::default();
    drive::run(Expressions::Mixed, "tests/regressions/random_gradients.txt", CASES, &|sample: Sample| {
        let mut arena = sample.arena;
        run(&mut arena, sample.expr, sample.wrt, &tally)
    });
    eprintln!("{tally:?}");
    let (unchecked, checked) = (tally.unchecked.into_inner(), tally.checked.into_inner());
    assert!(unchecked * 100 <= checked * MAX_UNCHECKED, "{unchecked} of {checked} without a point");
}

#[test]
fn every_operator_and_every_structure_is_generated() {
    let (mut found, mut variables) = (BTreeMap::<String, usize>::new(), BTreeMap::<String, usize>::new());
    for seed in 0..3000 {
        let sample = Expressions::Any.make(seed);
        for kind in kinds(&sample.arena, sample.expr) {
            *found.entry(kind).or_default() += 1;
        }
        if let Some(wrt) = sample.wrt {
            let symbol = sample.arena.symbol(wrt);
            *variables.entry(format!("{:?} {:?}", symbol.kind, symbol.structure)).or_default() += 1;
        }
    }
    eprintln!("{found:?}\n{variables:?}");
    let missing: Vec<_> = all_kinds().into_iter().filter(|kind| !found.contains_key(kind)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(found.keys().all(|kind| all_kinds().contains(kind)), "{found:?}");
    assert_eq!(variables.len(), 10, "{variables:?}");
}

/// What random expressions brought to light: right formulas that a check with doubles refused, and one that had no value, in a wrong form.
#[test]
fn what_was_found_stays_right() {
    for (expr, decl, wrt) in [
        ("sum(1 ./ ((expm(1/4 (A .* O))^-1).^2).^(7/4))", "A: square(n); O: orthogonal(n)", "A"),
        ("lambda_min(pinv(Q Q))", "Q: psd(n)", "Q"),
        ("lambda_max(K K)", "K: skew(n)", "K"),
        ("sum(u_max(O))", "O: orthogonal(n)", "O"),
        ("min(abs(T) T')", "T: matrix(2, n)", "T"),
        ("log det logm diag softmax(8 p.^3)", "p: vector(2)", "p"),
    ] {
        let case = common::Case { expr: expr.into(), decl: decl.into(), wrt: wrt.into(), ..common::Case::default() };
        let (_, answer) = common::gradient(&case).unwrap_or_else(|_| panic!("{expr}"));
        assert!(!answer.failed(), "{expr}: {:?}", answer.certificate);
    }
    let case = common::Case {
        expr: "tr(1 ./ (M .* ones(m, m)^0))".into(),
        decl: "M: symmetric(m)".into(),
        wrt: "M".into(),
        ..common::Case::default()
    };
    assert!(common::gradient(&case).is_err(), "the identity has entries that are 0");
}

impl std::fmt::Debug for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        write!(
            f,
            "{} expressions, {} gradients, {} refused, {} without a point",
            get(&self.checked),
            get(&self.gradients),
            get(&self.refused),
            get(&self.unchecked)
        )
    }
}
