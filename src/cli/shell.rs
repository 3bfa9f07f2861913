//! `matcalc completions` and `matcalc man`: what a shell and a reader of manuals take, made of the definitions in `args.rs`.

use std::path::Path;

use clap::Command;
use clap_mangen::Man;

use super::args::Shell;
use super::{exit_code, help, mistake, print};
use crate::error::Error;

/// Runs the command; the exit status.
pub(super) fn run(command: &Shell) -> u8 {
    match command {
        Shell::Completions(arguments) => completions(arguments.shell),
        Shell::Man(arguments) => match &arguments.out {
            Some(directory) => pages(directory),
            None => page(arguments.command.as_deref()),
        },
    }
}

fn completions(shell: clap_complete::Shell) -> u8 {
    // Into memory first: the generator panics where it cannot write.
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut help::command(), "matcalc", &mut text);
    print::text(&String::from_utf8_lossy(&text));
    exit_code::OK
}

/// Prints the page of a command, or of the whole.
fn page(name: Option<&str>) -> u8 {
    let mut whole = help::command();
    whole.build();
    let command = match name {
        None => Some(&whole),
        Some(name) => whole.find_subcommand(name),
    };
    let Some(command) = command else {
        let arguments = ["matcalc", name.unwrap_or_default()].map(str::to_owned);
        return match help::parse(&arguments) {
            Err(error) => mistake::report(&error, &arguments),
            Ok(_) => exit_code::INPUT,
        };
    };
    print::text(&String::from_utf8_lossy(&rendered(command)));
    exit_code::OK
}

/// The page of a command.
fn rendered(command: &Command) -> Vec<u8> {
    let mut text = Vec::new();
    let man = Man::new(command.clone()).source(concat!("matcalc ", env!("CARGO_PKG_VERSION"))).manual("matcalc");
    // Memory takes whatever is written.
    let _ = man.render(&mut text);
    text
}

/// Writes all pages into a directory, which is made where it is not there.
fn pages(directory: &Path) -> u8 {
    let mut whole = help::command();
    whole.build();
    let write = || {
        std::fs::create_dir_all(directory)?;
        for command in std::iter::once(&whole).chain(whole.get_subcommands().filter(|one| one.get_name() != "help")) {
            std::fs::write(directory.join(Man::new(command.clone()).get_filename()), rendered(command))?;
        }
        Ok::<_, std::io::Error>(())
    };
    match write() {
        Ok(()) => exit_code::OK,
        Err(error) => {
            let message = format!("`{}` cannot be written to: {error}", directory.display());
            print::error(&Error::Message(message), |_| 1, None);
            exit_code::INPUT
        }
    }
}
