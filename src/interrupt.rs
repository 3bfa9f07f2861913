//! Work that ends before it is done: Ctrl-C at the prompt ends a query, not the program, and a question has so many steps of work.
//!
//! Long work passes a `point` again and again, or says how much it is about to do (`spend`). Where a stop was asked for, or the steps are
//! used up, it unwinds, without a message, to the `stoppable` or the `within` that started it. Nothing that is kept is half changed by it:
//! stages own what they build. Steps are counted, and no clock is read, so that the same question ends in the same way on every machine.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

/// The most steps of work for one question: a step is about a new node of an expression, with all that is found out about it, or a
/// thousand operations on numbers.
pub const MOST_STEPS: u64 = 3_000_000;

static IS_ASKED: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// The steps that are left to the running question; `None` outside of one.
    static LEFT: Cell<Option<u64>> = const { Cell::new(None) };
}

/// What unwinds.
enum Stop {
    /// A stop was asked for.
    Asked,
    /// The steps are used up.
    Exhausted,
}

/// A question takes more than [`MOST_STEPS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted;

/// The work was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

/// Asks the running work to stop.
pub fn stop() {
    IS_ASKED.store(true, Ordering::Relaxed);
}

/// Whether the running work is asked to stop: for loops that end with what they have.
#[must_use]
pub fn is_asked() -> bool {
    IS_ASKED.load(Ordering::Relaxed)
}

/// What was asked is done: the work goes on, with what it has.
pub(crate) fn heard() {
    IS_ASKED.store(false, Ordering::Relaxed);
}

/// A place at which work may stop; a step of it.
#[inline]
pub(crate) fn point() {
    spend(1);
}

/// Takes so many steps from what is left to the question.
#[inline]
pub(crate) fn spend(steps: u64) {
    if IS_ASKED.load(Ordering::Relaxed) {
        unwind(Stop::Asked);
    }
    let Some(left) = LEFT.get() else { return };
    match left.checked_sub(steps) {
        Some(rest) => LEFT.set(Some(rest)),
        None => unwind(Stop::Exhausted),
    }
}

#[cold]
fn unwind(why: Stop) -> ! {
    resume_unwind(Box::new(why))
}

/// Runs work that [`stop`] stops.
///
/// # Errors
/// [`Stopped`], where it was.
pub fn stoppable<T>(work: impl FnOnce() -> T) -> Result<T, Stopped> {
    IS_ASKED.store(false, Ordering::Relaxed);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_ASKED.store(false, Ordering::Relaxed);
    match done.map_err(|payload| payload.downcast::<Stop>()) {
        Ok(value) => Ok(value),
        Err(Ok(why)) if matches!(*why, Stop::Asked) => Err(Stopped),
        Err(Ok(why)) => resume_unwind(why),
        Err(Err(payload)) => resume_unwind(payload),
    }
}

/// Runs a question's work, which has [`MOST_STEPS`]; what it asks itself shares them.
///
/// # Errors
/// [`Exhausted`], where it takes more.
pub(crate) fn within_steps<T>(work: impl FnOnce() -> T) -> Result<T, Exhausted> {
    if LEFT.get().is_some() {
        return Ok(work());
    }
    LEFT.set(Some(MOST_STEPS));
    let done = catch_unwind(AssertUnwindSafe(work));
    LEFT.set(None);
    match done.map_err(|payload| payload.downcast::<Stop>()) {
        Ok(value) => Ok(value),
        Err(Ok(why)) if matches!(*why, Stop::Exhausted) => Err(Exhausted),
        Err(Ok(why)) => resume_unwind(why),
        Err(Err(payload)) => resume_unwind(payload),
    }
}

/// Runs a part of a question's work that it can do without, with half of the steps that are left; none where that is too little, or where
/// a stop is asked for.
pub(crate) fn within_half<T>(work: impl FnOnce() -> T) -> Option<T> {
    let left = LEFT.get();
    let half = left.unwrap_or(MOST_STEPS) / 2;
    LEFT.set(Some(half));
    let done = catch_unwind(AssertUnwindSafe(work));
    let rest = LEFT.get().unwrap_or(0);
    LEFT.set(left.map(|left| left - (half - rest)));
    match done.map_err(|payload| payload.downcast::<Stop>()) {
        Ok(value) => Some(value),
        Err(Ok(_)) => {
            heard();
            None
        }
        Err(Err(payload)) => resume_unwind(payload),
    }
}

/// The steps that the running question has taken so far.
#[must_use]
pub fn steps_taken() -> u64 {
    LEFT.get().map_or(0, |left| MOST_STEPS - left)
}
