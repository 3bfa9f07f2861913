//! Why a statement has no answer, as a session says it: advice is what can be typed there.

use super::parse::words_of_statements;
use crate::diagnostic::Prompt;
use crate::diagnostic::suggest::nearest;
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
                let word: String =
                    source.text.trim_start().chars().take_while(|c| c.is_ascii_alphabetic() || *c == '_').collect();
                let verb = nearest(&word.to_lowercase(), words_of_statements()).filter(|_| source.text.contains(' '));
                one.help.extend(verb.map(|verb| format!("did you mean `{verb}`?").into()));
                one.help.push("the words that begin a statement are in `help`".into());
            }
        }
    }
    Error::Input(report)
}
