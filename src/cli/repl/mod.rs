//! The prompt: statements typed line by line, with history, completion, colors and hints.

mod complete;
mod helper;
mod paint;
mod places;

use std::io::IsTerminal as _;

use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{Behavior, CompletionType, Config, Editor};

use super::args::Messages;
use super::exit_code::{INPUT, OK};
use super::print;
use super::scripts::Disk;
use crate::error::Error;
use crate::statement::Session;
use crate::statement::lines::statements;
use helper::PromptHelper;

/// Most lines of the history.
const MAX_HISTORY: usize = 10_000;

/// Whether statements can be typed here: a person is at both ends.
pub(super) fn is_at_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Reads and runs statements until the end of input; the exit status.
pub(super) fn run(has_init: bool, messages: Messages) -> u8 {
    let is_colored = super::color::is_on();
    let mut session = Session::with_files(Disk);
    // Outside of the editor Ctrl-C stops what runs.
    super::stop::at_prompt();
    let mut editor = match editor(is_colored) {
        Ok(editor) => editor,
        Err(error) => {
            print::note(&format!("error: the terminal cannot be read: {error}"));
            return INPUT;
        }
    };
    print::line(concat!("matcalc ", env!("CARGO_PKG_VERSION"), "   `help` shows what to type, Ctrl-D leaves"));
    if has_init {
        first_statements(&mut session);
    }
    let history = places::history();
    if let Some(path) = &history {
        // There is none at first.
        let _ = editor.load_history(path);
    }
    loop {
        if let Some(helper) = editor.helper_mut() {
            helper.session = session.clone();
        }
        match editor.readline(helper::PROMPT) {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => {
                let _ = editor.add_history_entry(text.as_str());
                if let Some(path) = &history {
                    keep(&mut editor, path);
                }
                match session.run(&text) {
                    Ok(reply) => {
                        print::Printer::new(messages, reply.page.format).page(&reply.page);
                        if reply.quits {
                            break;
                        }
                    }
                    Err(error) => print::error(&error, |_| 1, None),
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => {
                print::note(&format!("error: the terminal cannot be read: {error}"));
                return INPUT;
            }
        }
    }
    OK
}

fn editor(is_colored: bool) -> rustyline::Result<Editor<PromptHelper, DefaultHistory>> {
    let config = Config::builder()
        .max_history_size(MAX_HISTORY)?
        .history_ignore_dups(true)?
        .completion_type(CompletionType::List)
        .behavior(Behavior::Stdio)
        .bracketed_paste(true)
        .build();
    let mut editor = Editor::with_config(config)?;
    editor.set_helper(Some(PromptHelper { session: Session::new(), is_colored }));
    Ok(editor)
}

/// Adds the last line to the history's file. What cannot be kept is no reason to end a session.
fn keep(editor: &mut Editor<PromptHelper, DefaultHistory>, path: &std::path::Path) {
    if let Some(directory) = path.parent() {
        let _ = std::fs::create_dir_all(directory);
    }
    let _ = editor.append_history(path);
}

/// Runs the statements of the init file, where there is one; what is wrong in it is said, and the others run.
fn first_statements(session: &mut Session) {
    let Some(path) = places::init() else { return };
    let Ok(text) = std::fs::read_to_string(&path) else { return };
    let name = path.display().to_string();
    for statement in statements(&text) {
        if let Err(error) = session.run(&statement.text) {
            let error: Error = error.in_file(&name, statement.line);
            print::error(&error, |_| 1, None);
        }
    }
}
