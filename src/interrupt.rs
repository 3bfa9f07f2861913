//! Work that can be stopped from outside: Ctrl-C at the prompt ends a query, not the program.
//!
//! Long work passes a `point` again and again; where a stop was asked for it unwinds, without a message, to the `stoppable` that started
//! it. Nothing that is kept is half changed by it: stages own what they build.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

static IS_ASKED: AtomicBool = AtomicBool::new(false);

/// What unwinds.
struct Stop;

/// The work was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

/// Asks the running work to stop.
pub fn stop() {
    IS_ASKED.store(true, Ordering::Relaxed);
}

/// A place at which work may stop.
#[inline]
pub(crate) fn point() {
    if IS_ASKED.load(Ordering::Relaxed) {
        unwind();
    }
}

#[cold]
fn unwind() -> ! {
    resume_unwind(Box::new(Stop))
}

/// Runs work that [`stop`] stops.
///
/// # Errors
/// [`Stopped`], where it was.
pub fn stoppable<T>(work: impl FnOnce() -> T) -> Result<T, Stopped> {
    IS_ASKED.store(false, Ordering::Relaxed);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_ASKED.store(false, Ordering::Relaxed);
    match done {
        Ok(value) => Ok(value),
        Err(payload) if payload.is::<Stop>() => Err(Stopped),
        Err(payload) => resume_unwind(payload),
    }
}
