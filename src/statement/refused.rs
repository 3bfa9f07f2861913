//! Why a statement has no answer, as a session says it: advice is what can be typed there.

use crate::diagnostic::Prompt;
use crate::error::Error;

/// An error of a stage as one of a statement.
pub(super) fn refused(error: Error) -> Error {
    let Error::Input(mut report) = error else { return error };
    for (source, found) in &mut report.errors {
        for one in found {
            one.help.iter_mut().for_each(|advice| *advice = advice.only_for(Prompt::Session));
            // A statement that begins with a word that nothing knows.
            let is_first = one.labels.iter().any(|label| source.text[..label.span.start].trim().is_empty());
            if one.code == "N0001" && source.origin == "statement" && is_first {
                one.help.push("the words that begin a statement are in `help`".into());
            }
        }
    }
    Error::Input(report)
}
