//! Statements that are not typed at a prompt: `matcalc FILE.mc`, `-e`, a pipe.

use super::args::Messages;
use super::exit_code::{FAILED, INPUT, OK};
use super::{input, print};
use crate::error::Error;
use crate::numeric::io::Source;
use crate::statement::lines::statements;
use crate::statement::{Files, Reply, Session};

/// The files of the machine.
pub(super) struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        input::file(&expanded(path)).map_err(text_of)
    }

    fn open(&self, path: &str) -> Result<Source, String> {
        // A session outlives what other programs do to its files.
        let source = input::open(&expanded(path)).map_err(text_of)?;
        Ok(Source { file: None, ..source })
    }

    fn write(&self, path: &str, text: &str) -> Result<(), String> {
        std::fs::write(expanded(path), text).map_err(|error| format!("`{path}` cannot be written: {error}"))
    }
}

fn text_of(error: Error) -> String {
    match error {
        Error::Message(text) => text,
        other => other.to_string(),
    }
}

/// A path with the home directory for `~`.
fn expanded(path: &str) -> String {
    match (path.strip_prefix("~/"), std::env::var("HOME")) {
        (Some(rest), Ok(home)) => format!("{home}/{rest}"),
        _ => path.to_owned(),
    }
}

/// Runs the statements of a file, or of standard input for `-`; the exit status.
pub(super) fn file(path: &str, messages: Messages) -> u8 {
    let (argument, name) = if path == "-" { ("-".to_owned(), "standard input") } else { (format!("@{path}"), path) };
    match input::text(&argument) {
        Ok(text) => script(&mut Session::with_files(Disk), &text, name, messages),
        Err(error) => {
            print::error(&error, |_| 1, None);
            INPUT
        }
    }
}

/// Runs the statements of `-e`, one after the other; the exit status.
pub(super) fn executed(texts: &[String], messages: Messages) -> u8 {
    let mut session = Session::with_files(Disk);
    let mut status = OK;
    for text in texts {
        status = status.max(script(&mut session, text, "-e", messages));
        if status == INPUT {
            break;
        }
    }
    status
}

/// Runs statements until one cannot be read or answered; the exit status.
fn script(session: &mut Session, text: &str, name: &str, messages: Messages) -> u8 {
    let mut status = OK;
    for statement in statements(text) {
        // `--verbose` shows what is replied to.
        if messages.verbose {
            print::line(&format!("> {}", statement.text.replace('\n', "\n  ")));
        }
        match session.run(&statement.text) {
            Ok(reply) => {
                show(&reply, messages);
                status = status.max(if reply.page.failed { FAILED } else { OK });
                if reply.quits {
                    break;
                }
            }
            Err(error) => {
                print::error(&error.in_file(name, statement.line), |_| 1, None);
                return INPUT;
            }
        }
    }
    status
}

/// Shows a reply; of what only made something known no more than its notes.
fn show(reply: &Reply, messages: Messages) {
    if reply.is_quiet {
        reply.notes().for_each(|note| print::note(&format!("note: {note}")));
    } else {
        print::Printer::new(messages, reply.page.format).page(&reply.page);
    }
}
