//! Ctrl-C: it ends what runs, not the program.

use super::print;
use crate::interrupt;

/// The exit status of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

fn caught(handler: impl FnMut() + Send + 'static) {
    if let Err(error) = ctrlc::set_handler(handler) {
        print::note(&format!("note: Ctrl-C cannot be caught: {error}"));
    }
}

/// At the prompt it stops the statement that runs.
pub(super) fn at_prompt() {
    caught(interrupt::stop);
}

/// In a command that computes with numbers the first ends it with what it has; the second ends the program.
pub(super) fn while_running() {
    caught(|| {
        if interrupt::is_asked() {
            std::process::exit(INTERRUPTED);
        }
        interrupt::stop();
    });
}
