//! Advice as it is typed in a session: the messages of the stages advise a shell, `-d 'A: function'`, `matcalc grad "f" -w x`.

use super::Reply;
use crate::error::Error;

/// An error with its advice for a session.
pub(super) fn error(error: Error) -> Error {
    match error {
        Error::Stopped => Error::Stopped,
        Error::Message(text) => Error::Message(spoken(&text)),
        Error::Input(mut report) => {
            for (source, one) in report.errors.iter_mut().flat_map(|(source, found)| {
                let source = &*source;
                found.iter_mut().map(move |one| (source, one))
            }) {
                for text in one.help.iter_mut().chain(&mut one.notes) {
                    *text = spoken(text);
                }
                // A statement that begins with a word that nothing knows.
                let is_first =
                    |source: &str| one.labels.iter().any(|label| source[..label.span.start].trim().is_empty());
                if one.code == "N0001" && source.origin == "statement" && is_first(&source.text) {
                    one.help.push("the words that begin a statement are in `help`".to_owned());
                }
            }
            Error::Input(report)
        }
    }
}

/// A reply with its advice for a session.
pub(super) fn reply(mut reply: Reply) -> Reply {
    for line in reply.page.lines.iter_mut().filter(|line| line.text.starts_with("note: ")) {
        line.text = spoken(&line.text);
    }
    for note in &mut reply.page.notes {
        note.message = spoken(&note.message);
    }
    reply
}

/// A text in which what stands between backquotes and is meant for a shell is a statement.
fn spoken(text: &str) -> String {
    let text = text.replace(" with `-d`, as in ", ", as in ");
    // `give one: --set 'A=…'`
    if let Some((before, setting)) = text.split_once("--set ")
        && !before.ends_with('`')
        && let Some(value) = statement(&format!("--set {setting}"))
    {
        return format!("{before}`{value}`");
    }
    let pieces = text.split('`').enumerate();
    let changed = pieces.map(|(place, piece)| match place % 2 {
        1 => statement(piece).unwrap_or_else(|| piece.to_owned()),
        _ => piece.to_owned(),
    });
    changed.collect::<Vec<_>>().join("`")
}

/// The statement for words of a shell; nothing where they are none.
fn statement(words: &str) -> Option<String> {
    if let Some(declaration) = words.strip_prefix("-d ") {
        return Some(unquoted(declaration)?.to_owned());
    }
    if let Some(value) = words.strip_prefix("--set ") {
        let (name, value) = unquoted(value)?.split_once('=')?;
        return Some(format!("{} = {}", name.trim(), value.trim()));
    }
    let mut rest = words.strip_prefix("matcalc ")?.trim();
    let mut statement = Vec::new();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'));
        let (word, behind) = match quote {
            Some(quote) => rest[1..].split_once(quote)?,
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        // What is defined in the session need not be defined again.
        let word = word.split("\nwhere ").next().unwrap_or(word);
        statement.push(match word {
            "-w" | "--wrt" => "wrt",
            "--claim" => "claim",
            "--along" => "along",
            // Several options have no statement.
            "-d" | "--decl" => return None,
            word => word,
        });
        rest = behind.trim_start();
    }
    Some(statement.join(" "))
}

fn unquoted(text: &str) -> Option<&str> {
    ['\'', '"'].into_iter().find_map(|quote| text.trim().strip_prefix(quote)?.strip_suffix(quote))
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[track_caller]
    fn check(text: &str, wanted: &str) {
        assert_eq!(spoken(text), wanted);
    }

    #[test]
    fn advice_for_a_shell_becomes_a_statement() {
        check("declare it, for example with `-d \"eps: vector(n)\"`", "declare it, for example with `eps: vector(n)`");
        check("give one: --set 'A=…'", "give one: `A = …`");
        check("declare it with `-d`, as in `-d 'x in R^n'`", "declare it, as in `x in R^n`");
        check("ask: `matcalc grad 'log det X' -w X`", "ask: `grad log det X wrt X`");
        check("ask: `matcalc grad \"f\nwhere f(x) = x'x\" -w x`", "ask: `grad f wrt x`");
        check("the two to `matcalc equal`", "the two to `equal`");
        check("write `X'` or `-d`", "write `X'` or `-d`");
    }
}
