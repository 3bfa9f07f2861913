//! The command line: parse the arguments, run, map to an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    matcalc::cli::run(std::env::args_os())
}
