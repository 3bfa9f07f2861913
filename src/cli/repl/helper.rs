//! What the line editor asks while a statement is typed.

use std::borrow::Cow;

use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use super::{complete, paint};
use crate::statement::lines::is_complete;
use crate::statement::{Session, words};

/// What stands before what is typed.
pub(super) const PROMPT: &str = "matcalc> ";

/// Longest line that is colored and read while it is typed, in bytes.
const MAX_LIVE: usize = 2_000;

/// The editor's helper, with the session as it is before the statement.
pub(super) struct PromptHelper {
    pub(super) session: Session,
    pub(super) is_colored: bool,
}

impl Helper for PromptHelper {}

impl Completer for PromptHelper {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let before = &line[..pos];
        if complete::is_file_name(before) {
            return FilenameCompleter::new().complete_path_unsorted(line, pos).map(|(start, mut found)| {
                found.sort_by(|one, other| one.display.cmp(&other.display));
                (start, found)
            });
        }
        let (start, found) = complete::candidates(&self.session, before);
        let pair = |(display, replacement): (String, String)| Pair { display, replacement };
        Ok((start, found.into_iter().map(pair).collect()))
    }
}

impl Hinter for PromptHelper {
    type Hint = String;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<String> {
        if pos < line.len() || line.trim().is_empty() || line.len() > MAX_LIVE || !is_complete(line) {
            return None;
        }
        // A word half typed is no product of its letters.
        let last = line.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        if last.len() > 1 && words().any(|word| word.starts_with(last)) {
            return None;
        }
        let reading = self.session.hint(line)?;
        let columns = super::super::print::columns(true).unwrap_or(80);
        let used = line.chars().count() + PROMPT.len() + 4;
        let room = columns.saturating_sub(used).saturating_sub(1);
        let hint = if reading.chars().count() <= room {
            reading
        } else {
            // The shape alone.
            reading.rsplit("   ").next().filter(|shape| shape.chars().count() <= room)?.to_owned()
        };
        Some(format!("    {hint}"))
    }
}

impl Highlighter for PromptHelper {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        if !self.is_colored || line.len() > MAX_LIVE {
            return Cow::Borrowed(line);
        }
        Cow::Owned(paint::line(&self.session, line, pos))
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if self.is_colored { Cow::Owned(paint::prompt(prompt)) } else { Cow::Borrowed(prompt) }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.is_colored { Cow::Owned(paint::dim(hint)) } else { Cow::Borrowed(hint) }
    }

    fn highlight_char(&self, line: &str, _: usize, _: CmdKind) -> bool {
        self.is_colored && line.len() <= MAX_LIVE
    }
}

impl Validator for PromptHelper {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let input = context.input();
        // An empty line ends what would stay open.
        let is_ended = is_complete(input) || input.ends_with('\n');
        Ok(if is_ended { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}
