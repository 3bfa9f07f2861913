//! Short loops that follow one another as one tape.

use super::compile::{Action, Step};
use super::tape::{Tape, is_short};

/// The same steps, with short loops that follow one another in one tape. A buffer for a register is asked for by its entries.
pub(super) fn taped(steps: Vec<Step>, mut buffer: impl FnMut(usize) -> usize) -> Vec<Step> {
    let mut all: Vec<Step> = Vec::new();
    for step in steps {
        match step.action {
            Action::Lines(lines) if is_short(&lines) => match all.last_mut() {
                Some(Step { action: Action::Tape(tape), .. }) => tape.follow(lines),
                _ => all.push(Step { out: step.out, action: Action::Tape(Tape::of(lines)) }),
            },
            action => all.push(Step { action, ..step }),
        }
    }
    for step in &mut all {
        if let Action::Tape(tape) = &mut step.action {
            tape.ask_for_registers(&mut buffer);
        }
    }
    all
}
