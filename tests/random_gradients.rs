//! Random expressions through every stage: normal form, differential, gradient and simplification, each against the expression
//! as it was written.
//!
//! `MATCALC_CASES` sets how many, `MATCALC_SEED` where they start; every failure is printed with its seed and made small.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use common::generate::{Generator, shrink};
use matcalc::check::{Certificate, CheckOptions, Outcome, check_equal, check_gradient};
use matcalc::differential::differentiate;
use matcalc::expr::{Arena, ExprId, SymbolId};
use matcalc::linear::{self, Convention};
use matcalc::render::{Format, Style, render};
use matcalc::session::on_large_stack;
use matcalc::simplify::{expand, simplify};

const CASES: u64 = 300;
/// More failures than this end the run.
const MAX_FAILURES: usize = 12;

/// What went wrong with an expression: the stage, and details.
#[derive(Debug)]
struct Wrong {
    stage: &'static str,
    details: String,
}

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

/// The same where a panic is one more way to be wrong.
fn guarded(arena: &mut Arena, raw: ExprId, wrt: Option<SymbolId>, tally: &Tally) -> Result<(), Wrong> {
    catch_unwind(AssertUnwindSafe(|| run(arena, raw, wrt, tally))).unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().cloned();
        let message = message.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(Wrong { stage: "panic", details: message.unwrap_or_default() })
    })
}

/// One random expression; a report where something is wrong with it.
fn case(seed: u64, tally: &Tally) -> Option<(String, String)> {
    let mut generator = Generator::new(seed);
    let raw = if seed.is_multiple_of(4) { generator.any_expression() } else { generator.scalar_expression() };
    let wrt = generator.variable(raw);
    if std::env::var_os("MATCALC_TRACE").is_some() {
        eprintln!("begin {seed}: {} by {wrt:?}", text(&generator.arena, raw));
    }
    let mut arena = generator.arena.clone();
    let wrong = guarded(&mut arena, raw, wrt, tally).err()?;
    let ignored = Tally::default();
    let mut arena = generator.arena.clone();
    let small = shrink(&mut arena, raw, &mut |arena, candidate| {
        let mut copy = arena.clone();
        guarded(&mut copy, candidate, wrt, &ignored).is_err_and(|found| found.stage == wrong.stage)
    });
    let details = guarded(&mut arena.clone(), small, wrt, &ignored).err().map(|found| found.details);
    let variable = wrt.map_or_else(String::new, |id| format!(" by {}", arena.symbol(id).name));
    let key = format!("{}: {}{variable}", wrong.stage, text(&arena, small));
    Some((key.clone(), format!("seed {seed}: {key}\n    {}", details.unwrap_or(wrong.details))))
}

#[test]
fn random_expressions_are_never_wrong() {
    let number = |name: &str, default| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (count, first) = (number("MATCALC_CASES", CASES), number("MATCALC_SEED", 0));
    let next = AtomicU64::new(first);
    let failures = Mutex::new(Vec::<(String, String)>::new());
    let tally = Tally::default();
    if std::env::var_os("MATCALC_TRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
    let threads = if count > 2 * CASES { 2 } else { 1 };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                on_large_stack(|| {
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= first + count || failures.lock().unwrap().len() >= MAX_FAILURES {
                            return;
                        }
                        let start = std::time::Instant::now();
                        if let Some(failure) = case(seed, &tally) {
                            let mut failures = failures.lock().unwrap();
                            if failures.iter().all(|(key, _)| *key != failure.0) {
                                eprintln!("{}", failure.1);
                                failures.push(failure);
                            }
                        } else if start.elapsed().as_secs() > 5 {
                            eprintln!("seed {seed} took {:?}", start.elapsed());
                        }
                    }
                });
            });
        }
    });
    let _ = std::panic::take_hook();
    eprintln!("{tally:?} of {count}");
    let failures = failures.into_inner().unwrap();
    let texts: Vec<&str> = failures.iter().map(|(_, text)| text.as_str()).collect();
    assert!(texts.is_empty(), "{} wrong\n{}", texts.len(), texts.join("\n"));
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
