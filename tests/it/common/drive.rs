//! Runs a test on many random expressions with the runner of proptest.
//!
//! `MATCALC_CASES` sets how many, `MATCALC_SEED` the first block of a hundred, `MATCALC_TRACE` prints each before it is run. The seeds of failures
//! in the first block are kept below `tests/regressions/` and run first from then on.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once};

use matcalc::stack::on_large_stack;
use proptest::test_runner::{
    Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner,
};

use super::generate::{Expressions, Sample};

/// Expressions in a block: each block has a seed of its own, and ends at its first failure.
const BLOCK: u64 = 100;
/// More failures than this end the run.
const MAX_FAILURES: usize = 12;

/// What went wrong with an expression: the stage, and details.
#[derive(Debug)]
pub struct Wrong {
    pub stage: &'static str,
    pub details: String,
}

pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// How many expressions are run where `default` are run in CI.
pub fn count(default: u64) -> u64 {
    number("MATCALC_CASES").unwrap_or(default)
}

thread_local! {
    /// Whether a panic of this thread is caught and prints nothing.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Work whose panics print nothing; those of other threads, which run other tests, do.
pub fn quietly<T>(work: impl FnOnce() -> T) -> T {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.get() {
                usual(panic);
            }
        }));
    });
    let before = IS_QUIET.replace(std::env::var_os("MATCALC_TRACE").is_none());
    let done = work();
    IS_QUIET.set(before);
    done
}

/// The test, where a panic is one more way to be wrong.
fn guarded(test: &dyn Fn(Sample) -> Result<(), Wrong>, sample: Sample) -> Result<(), Wrong> {
    quietly(|| catch_unwind(AssertUnwindSafe(|| test(sample)))).unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().cloned();
        let message = message.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(Wrong { stage: "panic", details: message.unwrap_or_default() })
    })
}

/// One block; a report of the failure in it.
fn block(
    strategy: Expressions,
    seeds: Option<&'static str>,
    seed: u64,
    cases: u64,
    test: &dyn Fn(Sample) -> Result<(), Wrong>,
) -> Option<String> {
    let config = Config {
        cases: u32::try_from(cases).expect("a small number"),
        failure_persistence: seeds.map(|file| Box::new(FileFailurePersistence::Direct(file)) as Box<_>),
        source_file: Some(file!()),
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    // On the way down only a failure of the same kind counts.
    let stage: RefCell<Option<&'static str>> = RefCell::new(None);
    let trace = std::env::var_os("MATCALC_TRACE").is_some();
    let result = runner.run(&strategy, |sample| {
        if trace {
            eprintln!("{sample:?}");
        }
        match guarded(test, sample) {
            Err(wrong) if *stage.borrow_mut().get_or_insert(wrong.stage) == wrong.stage => {
                Err(TestCaseError::fail(format!("{}: {}", wrong.stage, wrong.details)))
            }
            _ => Ok(()),
        }
    });
    match result {
        Ok(()) => None,
        Err(TestError::Fail(why, sample)) => Some(format!("block {seed}: {sample:?}\n    {why}")),
        Err(TestError::Abort(why)) => Some(format!("block {seed}: {why}")),
    }
}

/// Runs the test on random expressions, `default` of them in CI, and fails with what it found. `seeds` is the file of seeds of failures.
pub fn run(
    strategy: Expressions,
    seeds: &'static str,
    default: u64,
    test: &(dyn Fn(Sample) -> Result<(), Wrong> + Sync),
) {
    let (count, first) = (count(default), number("MATCALC_SEED").unwrap_or(0));
    let next = AtomicU64::new(0);
    let failures = Mutex::new(Vec::<String>::new());
    let threads = if count > BLOCK { 2 } else { 1 };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                on_large_stack(|| {
                    loop {
                        let place = next.fetch_add(1, Ordering::Relaxed);
                        if place * BLOCK >= count || failures.lock().unwrap().len() >= MAX_FAILURES {
                            return;
                        }
                        let cases = BLOCK.min(count - place * BLOCK);
                        let seeds = (place == 0).then_some(seeds);
                        if let Some(failure) = block(strategy, seeds, first + place, cases, test) {
                            eprintln!("{failure}");
                            failures.lock().unwrap().push(failure);
                        }
                    }
                });
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} wrong\n{}", failures.len(), failures.join("\n"));
}
