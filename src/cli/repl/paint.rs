//! Colors of a statement: its first word, functions, names by what is known of them, numbers, comments, and the bracket that matches the
//! one at the cursor. Only the sixteen colors that every terminal has and the reader may choose, so that light and dark grounds both do.

use std::fmt::Write as _;

use crate::statement::{NameKind, Session, words};
use crate::syntax::function_spellings;

const RESET: &str = "\x1b[0m";
const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const BLUE: &str = "\x1b[34m";
const CYAN: &str = "\x1b[36m";
const GREEN: &str = "\x1b[32m";
const MAGENTA: &str = "\x1b[35m";
const MATCHED: &str = "\x1b[1;7m";

/// The prompt.
pub(super) fn prompt(text: &str) -> String {
    format!("{BOLD}{text}{RESET}")
}

/// What is not typed.
pub(super) fn dim(text: &str) -> String {
    format!("{DIM}{text}{RESET}")
}

/// A line with its colors; the cursor is at a byte.
pub(super) fn line(session: &Session, text: &str, cursor: usize) -> String {
    let names = session.names();
    let matched = matched(text, cursor);
    let mut out = String::with_capacity(text.len() * 2);
    let mut at = 0;
    let mut is_first = true;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.chars().next().unwrap_or(' ');
        let begins_comment = first == '#' && (at == 0 || text[..at].ends_with(char::is_whitespace));
        if begins_comment {
            let _ = write!(out, "{DIM}{rest}{RESET}");
            break;
        }
        let (end, style) = if first.is_alphabetic() || first == '\\' {
            let end = word_end(rest);
            let word = &rest[..end];
            let style = style(word, is_first, &names);
            is_first = false;
            (end, style)
        } else if first.is_ascii_digit() {
            (rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len()), "")
        } else {
            is_first &= first.is_whitespace();
            let style = if matched == Some(at) { MATCHED } else { "" };
            (first.len_utf8(), style)
        };
        let piece = &rest[..end];
        if style.is_empty() {
            out.push_str(piece);
        } else {
            let _ = write!(out, "{style}{piece}{RESET}");
        }
        at += end;
    }
    out
}

fn word_end(text: &str) -> usize {
    let skip = usize::from(text.starts_with('\\'));
    text[skip..].find(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(text.len(), |end| end + skip).max(1)
}

fn style(word: &str, is_first: bool, names: &[(String, NameKind)]) -> &'static str {
    if let Some((_, kind)) = names.iter().find(|(name, _)| name == word) {
        return match kind {
            NameKind::Declared => BLUE,
            NameKind::Defined => GREEN,
            NameKind::Valued => MAGENTA,
        };
    }
    let is_word = words().any(|known| known == word);
    if is_word && (is_first || matches!(word, "wrt" | "claim" | "along" | "order" | "as")) {
        return BOLD;
    }
    let word = word.trim_start_matches('\\');
    if word.len() > 1 && function_spellings().any(|known| known == word) { CYAN } else { "" }
}

/// The place of the bracket that matches the one at or just before the cursor.
fn matched(text: &str, cursor: usize) -> Option<usize> {
    const PAIRS: [(u8, u8); 3] = [(b'(', b')'), (b'[', b']'), (b'{', b'}')];
    let bytes = text.as_bytes();
    let places = [Some(cursor), cursor.checked_sub(1)];
    for at in places.into_iter().flatten() {
        let Some(byte) = bytes.get(at) else { continue };
        let found = PAIRS.iter().find(|(open, close)| open == byte || close == byte);
        let Some((open, close)) = found else { continue };
        let mut depth = 0_i32;
        let forward = byte == open;
        let range: Box<dyn Iterator<Item = usize>> =
            if forward { Box::new(at..bytes.len()) } else { Box::new((0..=at).rev()) };
        for place in range {
            depth += i32::from(bytes[place] == *open) - i32::from(bytes[place] == *close);
            if depth == 0 {
                return Some(place);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_words_have_their_colors() {
        let mut session = Session::new();
        session.run("A: matrix(n,n)").expect("it can be read");
        let painted = line(&session, "grad tr(A) wrt A # all", 0);
        assert_eq!(
            painted,
            format!(
                "{BOLD}grad{RESET} {CYAN}tr{RESET}({BLUE}A{RESET}) {BOLD}wrt{RESET} {BLUE}A{RESET} {DIM}# all{RESET}"
            )
        );
    }

    #[test]
    fn the_matching_bracket_is_marked() {
        assert_eq!(matched("tr(A(B))", 8), Some(2));
        assert_eq!(matched("tr(A(B))", 2), Some(7));
        assert_eq!(matched("tr(A", 2), None);
    }
}
