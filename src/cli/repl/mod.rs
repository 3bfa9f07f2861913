//! The prompt: statements typed line by line, with history, completion, colors and hints.

mod complete;
mod helper;
mod paint;
mod places;

use std::io::{BufRead, IsTerminal as _, StdinLock};

use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{Behavior, CompletionType, Config, Editor};

use super::args::Messages;
use super::exit_code::{INPUT, OK};
use super::print;
use super::scripts::Disk;
use crate::error::Error;
use crate::statement::Session;
use crate::statement::lines::{is_complete, statements};
use helper::PromptHelper;

/// Most lines of the history.
const MAX_HISTORY: usize = 10_000;

/// Whether statements can be typed here: a person is at both ends.
pub(super) fn is_at_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Where statements come from.
enum Source {
    /// Somebody types them.
    Editor(Box<Editor<PromptHelper, DefaultHistory>>),
    /// Another program does.
    Pipe(StdinLock<'static>),
}

/// What was typed next.
enum Typed {
    Statement(String),
    /// Nothing, but there may be more.
    Nothing,
    End,
}

impl Source {
    fn new(is_colored: bool) -> rustyline::Result<Self> {
        if std::io::stdin().is_terminal() {
            Ok(Self::Editor(Box::new(editor(is_colored)?)))
        } else {
            Ok(Self::Pipe(std::io::stdin().lock()))
        }
    }

    /// The next statement, typed after those of a session.
    fn next(&mut self, session: &Session) -> rustyline::Result<Typed> {
        let editor = match self {
            Self::Editor(editor) => editor,
            Self::Pipe(lines) => return Ok(piped(lines)?.map_or(Typed::End, Typed::Statement)),
        };
        if let Some(helper) = editor.helper_mut() {
            helper.session = session.clone();
        }
        match editor.readline(helper::PROMPT) {
            Ok(text) if text.trim().is_empty() => Ok(Typed::Nothing),
            Ok(text) => {
                let _ = editor.add_history_entry(text.as_str());
                if let Some(path) = places::history() {
                    keep(editor, &path);
                }
                Ok(Typed::Statement(text))
            }
            Err(ReadlineError::Interrupted) => Ok(Typed::Nothing),
            Err(ReadlineError::Eof) => Ok(Typed::End),
            Err(error) => Err(error),
        }
    }
}

/// The next statement of a pipe, of as many lines as it takes: an empty line and the end of the pipe end it, too. What is no UTF-8 is shown so in
/// its error.
fn piped(lines: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut text = String::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok((!text.trim().is_empty()).then_some(text));
        }
        let line = String::from_utf8_lossy(&line);
        text.push_str(line.trim_end_matches(['\n', '\r']));
        let is_ended = is_complete(&text) || line.trim().is_empty();
        if is_ended && !text.trim().is_empty() {
            return Ok(Some(text));
        }
        if !text.is_empty() {
            text.push('\n');
        }
    }
}

/// Reads and runs statements until the end of input; the exit status.
pub(super) fn run(has_init: bool, messages: Messages) -> u8 {
    let is_colored = super::color::is_on();
    let mut session = Session::with_files(Disk);
    // Outside of the editor Ctrl-C stops what runs.
    super::stop::at_prompt();
    let cannot_be_read = |error: ReadlineError| {
        print::note(&format!("error: the terminal cannot be read: {error}"));
        INPUT
    };
    let mut source = match Source::new(is_colored) {
        Ok(source) => source,
        Err(error) => return cannot_be_read(error),
    };
    print::line(concat!("matcalc ", env!("CARGO_PKG_VERSION"), "   `help` shows what to type, Ctrl-D leaves"));
    if has_init {
        first_statements(&mut session);
    }
    if let (Source::Editor(editor), Some(path)) = (&mut source, places::history()) {
        // There is none at first.
        let _ = editor.load_history(&path);
    }
    loop {
        match source.next(&session) {
            Ok(Typed::Statement(text)) => match session.run(&text) {
                Ok(reply) => {
                    print::Printer::new(messages, reply.page.format).page(&reply.page);
                    if reply.quits {
                        return OK;
                    }
                }
                Err(error) => print::error(&error, |_| 1, None),
            },
            Ok(Typed::Nothing) => {}
            Ok(Typed::End) => return OK,
            Err(error) => return cannot_be_read(error),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::piped;

    #[test]
    fn a_pipe_is_read_statement_by_statement() {
        let mut pipe: &[u8] = b"1+1\n\xff\n\n(2 +\n 2)\r\n(3\n\n4 +";
        let mut found = Vec::new();
        while let Some(text) = piped(&mut pipe).expect("bytes are read") {
            found.push(text);
        }
        assert_eq!(found, ["1+1", "\u{fffd}", "(2 +\n 2)", "(3\n", "4 +\n"]);
    }
}
