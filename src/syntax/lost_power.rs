//! Powers that have lost their caret, as text that is copied from a page has them: `(x − μ)2/2σ²`, `x2 + 2xy`. A number behind a bracket is a
//! factor and one behind a letter belongs to its name, which is said where a power is likelier.

use super::ast::Remark;
use super::names::KnownNames;
use super::token::{Bracket, Tok, Token, opening};

/// The most symbols of a group before such a number.
const MOST_OF_GROUP: usize = 64;

/// The most names that one note lists.
const MOST_NAMES: usize = 4;

/// The place of a name, the name, its letter and its number.
type Named<'t> = (usize, &'t str, char, char);

/// What is said of numbers that may be exponents.
pub(super) fn remarks(tokens: &[Token], names: &KnownNames, source: &str) -> Vec<Remark> {
    if source.contains('\\') {
        return Vec::new();
    }
    let mut found: Vec<Remark> =
        (1..tokens.len()).find_map(|at| behind_bracket(tokens, at, source)).into_iter().collect();
    found.extend(behind_letters(tokens, names));
    found
}

/// The 2 of `(x − 3)2`.
fn behind_bracket(tokens: &[Token], at: usize, source: &str) -> Option<Remark> {
    let Tok::Number(exponent) = &tokens[at].tok else { return None };
    let is_glued = !tokens[at].blank && matches!(tokens[at - 1].tok, Tok::Close(Bracket::Round | Bracket::Square));
    let is_power = exponent.to_i64().is_some_and(|exponent| (2..=4).contains(&exponent));
    let goes_on = tokens.get(at + 1).is_some_and(|next| matches!(next.tok, Tok::Caret | Tok::Stars | Tok::Underscore));
    if !is_glued || !is_power || goes_on {
        return None;
    }
    let from = at.saturating_sub(MOST_OF_GROUP);
    let open = from + opening(&tokens[from..at])?;
    let is_script = open > 0 && matches!(tokens[open - 1].tok, Tok::Underscore | Tok::Caret);
    let group = tokens[open].span.join(tokens[at - 1].span);
    let span = group.join(tokens[at].span);
    let text = source.get(group.start..group.end).filter(|_| !is_script)?;
    let written = source.get(span.start..span.end)?;
    let other = format!("{text}^{}", exponent.to_i64()?);
    let message = format!("`{written}` is read as a product; a power is written `{other}`").into();
    Some(Remark { row: "lost-power", span, message, other: Some(other) })
}

/// The `x2` of `x2 + 2xy`, where x stands as well and no other number behind it.
fn behind_letters(tokens: &[Token], names: &KnownNames) -> Option<Remark> {
    let is_script = |at: usize| at > 0 && matches!(tokens[at - 1].tok, Tok::Underscore | Tok::Caret);
    let words = || {
        tokens.iter().enumerate().filter_map(|(at, token)| match &token.tok {
            Tok::Word(word) if !is_script(at) && (word.chars().count() == 1 || names.whole(word).is_none()) => {
                Some((at, word.as_str()))
            }
            _ => None,
        })
    };
    let mut found: Vec<Named<'_>> = Vec::new();
    for (at, word) in words() {
        let mut letters = word.chars();
        let (Some(letter), Some(digit @ ('2' | '3')), None) = (letters.next(), letters.next(), letters.next()) else {
            continue;
        };
        let goes_on =
            matches!(tokens.get(at + 1).map(|next| &next.tok), Some(Tok::Underscore | Tok::Equal | Tok::Caret));
        if goes_on && found.len() < MOST_NAMES {
            return None;
        }
        if found.len() < MOST_NAMES && !found.iter().any(|known| known.1 == word) {
            found.push((at, word, letter, digit));
        }
    }
    // What follows each place of a letter.
    let behind = |letter: char| {
        words().flat_map(move |(_, word)| {
            let places = word.char_indices().filter(move |(_, other)| *other == letter);
            places.map(move |(at, _)| word[at + letter.len_utf8()..].chars().next())
        })
    };
    found.retain(|(.., letter, _)| {
        let is_digit = |next: &Option<char>| next.is_some_and(|next| next.is_ascii_digit());
        behind(*letter).any(|next| !is_digit(&next))
            && behind(*letter).all(|next| !is_digit(&next) || matches!(next, Some('2' | '3')))
    });
    let span = tokens[found.first()?.0].span;
    let list = |part: &dyn Fn(&Named<'_>) -> String| {
        found.iter().map(|name| format!("`{}`", part(name))).collect::<Vec<_>>().join(", ")
    };
    let powers = list(&|(_, _, letter, digit)| format!("{letter}^{digit}"));
    let word = list(&|(_, word, ..)| (*word).to_owned());
    let (are, is) = match found.len() {
        1 => ("is read as a symbol of its own", "the power is"),
        _ => ("are read as symbols of their own", "the powers are"),
    };
    let message = format!("{word} {are}; {is} written {powers}").into();
    let other = Some(format!("{}^{}", found[0].2, found[0].3));
    Some(Remark { row: "lost-power", span, message, other })
}
