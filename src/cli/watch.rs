//! What is shown on a terminal while numbers are computed: one line on standard error that is written over and cleared at the end.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use super::args::Messages;
use super::{print, python};
use crate::error::Error;
use crate::request::numbers::{Outside, Watch};

/// Lines are not written more often.
const PAUSE: Duration = Duration::from_millis(100);

/// The terminal that standard error is, if it is one.
pub(super) struct Terminal {
    columns: Option<usize>,
    last: Instant,
    is_written: bool,
}

impl Terminal {
    /// The terminal, unless nothing but the result is to be printed.
    pub(super) fn new(messages: Messages) -> Self {
        let columns = print::columns(std::io::stderr().is_terminal() && !messages.quiet);
        Self { columns, last: Instant::now(), is_written: false }
    }

    /// Clears the line.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.is_written) {
            let mut stream = anstream::stderr();
            let _ = write!(stream, "\r\x1b[2K");
            let _ = stream.flush();
        }
    }
}

impl Watch for Terminal {
    fn progress(&mut self, text: std::fmt::Arguments<'_>) {
        let Some(columns) = self.columns.filter(|_| self.last.elapsed() >= PAUSE) else { return };
        let text: String = text.to_string().chars().take(columns - 1).collect();
        let mut stream = anstream::stderr();
        let _ = write!(stream, "\r\x1b[2K{text}");
        let _ = stream.flush();
        (self.last, self.is_written) = (Instant::now(), true);
    }

    fn outside(&mut self, call: &Outside<'_>) -> Result<Vec<f64>, Error> {
        python::values(call)
    }
}
