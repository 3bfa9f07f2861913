//! One file for each command.

mod check;
mod equal;
mod eval;
mod grad;
mod simplify;

use super::Failure;
use super::args::{Command, Common};
use crate::check::CheckOptions;

/// Runs a command; the exit status, or what is wrong with its input.
pub(super) fn run(command: &Command) -> Result<u8, Failure> {
    match command {
        Command::Grad(args) => grad::run(args),
        Command::Check(args) => check::run(args),
        Command::Simplify(args) => simplify::run(args),
        Command::Equal(args) => equal::run(args),
        Command::Eval(args) => eval::run(args),
    }
}

/// The options that every command has.
pub(super) fn common(command: &Command) -> &Common {
    match command {
        Command::Grad(args) => &args.common,
        Command::Check(args) => &args.common,
        Command::Simplify(args) => &args.common,
        Command::Equal(args) => &args.common,
        Command::Eval(args) => &args.common,
    }
}

fn options(seed: u64) -> CheckOptions {
    CheckOptions { seed, ..CheckOptions::default() }
}
