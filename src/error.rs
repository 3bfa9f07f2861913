//! What the library answers where it has no answer.

use std::fmt;

use crate::diagnostic::{Diagnostic, render_all_from};
use crate::problem::Report;

/// Why there is no answer.
///
/// `Display` shows it as the command line does, with the place underlined in the text that was given.
///
/// ```
/// let error = matcalc::Function::parse("A x + b'").and_then(|f| f.jacobian("x")).unwrap_err();
/// let first = error.diagnostics().next().expect("it points at a place");
/// assert_eq!(first.code, "S0102");
/// assert_eq!(first.shapes, ["m×1", "1×p"]);
/// assert!(error.to_string().contains("A x + b'"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// Messages that point into what was given.
    Input(Box<Report>),
    /// The work was stopped: see [`crate::interrupt::stop`].
    Stopped,
    /// A message about something else: an option, a value, a file. Lines after the first say how to go on.
    Message(String),
}

impl Error {
    /// The same error in a statement of a file, at a line.
    pub(crate) fn in_file(self, path: &str, line: usize) -> Self {
        match self {
            Self::Stopped => Self::Stopped,
            Self::Message(text) => Self::Message(format!("{path}:{line}: {text}")),
            Self::Input(mut report) => {
                for (source, diagnostics) in &mut report.errors {
                    // The lines above the statement are kept empty, so that the places are those of the file.
                    let above = "\n".repeat(line.saturating_sub(1));
                    diagnostics.iter_mut().for_each(|one| one.shift(above.len()));
                    source.text.insert_str(0, &above);
                    path.clone_into(&mut source.origin);
                }
                Self::Input(report)
            }
        }
    }

    /// The messages that point at places, in the order in which they are shown.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        let report = match self {
            Self::Input(report) => Some(report),
            Self::Stopped | Self::Message(_) => None,
        };
        report.into_iter().flat_map(|report| &report.errors).flat_map(|(_, found)| found)
    }

    /// The error as it is shown, where a text may begin at another line than its first, and in color if that is asked for.
    pub(crate) fn text(&self, first_line: impl Fn(&str) -> usize, color: bool) -> String {
        match self {
            Self::Stopped => "stopped".to_owned(),
            Self::Message(message) => format!("error: {message}"),
            Self::Input(report) => {
                let shown = report.errors.iter().map(|(source, diagnostics)| {
                    let first = first_line(&source.origin);
                    render_all_from(diagnostics, &source.text, &source.origin, first, color).trim_end().to_owned()
                });
                shown.collect::<Vec<_>>().join("\n")
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(|_| 1, false))
    }
}

impl std::error::Error for Error {}

impl From<Report> for Error {
    fn from(report: Report) -> Self {
        Self::Input(Box::new(report))
    }
}

impl From<Box<Report>> for Error {
    fn from(report: Box<Report>) -> Self {
        Self::Input(report)
    }
}
