//! Transposes, inverses and squares that are said behind an operand, `x transpose A x`, `A inverse b`, `x squared`, and a transpose whose mark
//! has lost its caret, `xTAx`, `XT y`, `(x − μ)T A (x − μ)`: they are raised, with a note.

use super::ast::Remark;
use super::names::{KnownNames, Piece};
use super::token::{Bracket, Tok, Token, opening};
use crate::diagnostic::{Advice, Suggestion};
use crate::number::Coeff;
use crate::span::Span;

/// The most symbols of a group before a mark without its caret, and behind it.
const MOST_OF_GROUP: usize = 64;

/// The tokens with such marks raised.
pub(super) fn rewrite(tokens: Vec<Token>, names: &KnownNames, source: &str) -> (Vec<Token>, Vec<Remark>) {
    if source.contains('\\') {
        return (tokens, Vec::new());
    }
    let has_lost = has_lost_carets(&tokens, names);
    let mut remarks = Vec::new();
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        if let Some((above, meaning)) = said_behind(&tokens, at, names) {
            let written = source.get(token.span.start..token.span.end).unwrap_or("");
            let message = format!("`{written}` is read as the {meaning} of what stands before it").into();
            remarks.push(Remark { row: "mark-in-words", span: token.span, message, other: None });
            out.push(Token::new(Tok::Caret, token.span));
            out.push(Token::new(Tok::Open(Bracket::Brace), token.span));
            out.extend(above.into_iter().map(|tok| Token::new(tok, token.span)));
            out.push(Token::new(Tok::Close(Bracket::Brace), token.span));
            continue;
        }
        if let Some((group, rest)) = mirrored(&tokens, at, names) {
            let group = source.get(group.start..group.end).unwrap_or("");
            let other = format!("{group}^T");
            let message = Advice::from(format!("`{group}T` is read as `{other}`; for a factor T declare it: "))
                .suggest(Suggestion::declaration("T: scalar"));
            remarks.push(Remark { row: "lost-caret", span: token.span, message, other: Some(other) });
            raise(&mut out, token, &[String::new(), rest.to_owned()]);
            continue;
        }
        if let Tok::Word(word) = &token.tok
            && has_lost
            && let Some(parts) = around_marks(word, names)
        {
            let other = parts.join("^T ").trim_end().to_owned();
            let message = Advice::from(format!("`{word}` is read as `{other}`; for a matrix T declare it: "))
                .suggest(Suggestion::declaration("T: square(n)"));
            remarks.push(Remark { row: "lost-caret", span: token.span, message, other: Some(other) });
            raise(&mut out, token, &parts);
            continue;
        }
        out.push(token.clone());
    }
    (out, remarks)
}

/// The group before a T at a place that is its transpose, as the same group follows, `(x − μ)T A (x − μ)`; and the capital that is glued to
/// the T, `(x−μ)TΣ(x−μ)`.
fn mirrored<'t>(tokens: &'t [Token], at: usize, names: &KnownNames) -> Option<(Span, &'t str)> {
    let Tok::Word(word) = &tokens[at].tok else { return None };
    let rest = word.strip_prefix('T')?;
    let close = at.checked_sub(1)?;
    let is_glued = !tokens[at].blank && matches!(tokens[close].tok, Tok::Close(Bracket::Round | Bracket::Square));
    let is_capital = rest.is_empty() || rest.chars().count() == 1 && rest.starts_with(char::is_uppercase);
    if !is_glued || !is_capital || names.has_base("T") || names.has_base(word) {
        return None;
    }
    let from = close.saturating_sub(MOST_OF_GROUP);
    let open = from + opening(&tokens[from..=close])?;
    let same = |one: &[Token]| one.iter().zip(&tokens[open..=close]).all(|(one, other)| one.tok == other.tok);
    let behind = &tokens[at + 1..tokens.len().min(at + 1 + MOST_OF_GROUP)];
    let span = tokens[open].span.join(tokens[close].span);
    behind.windows(close - open + 1).any(same).then_some((span, rest))
}

/// What the word at a place raises after the operand before it, and what that is called.
fn said_behind(tokens: &[Token], at: usize, names: &KnownNames) -> Option<(Vec<Tok>, &'static str)> {
    let Tok::Word(word) = &tokens[at].tok else { return None };
    let is_called = matches!(tokens.get(at + 1).map(|next| &next.tok), Some(Tok::Open(_)));
    let before = at.checked_sub(1).map(|before| &tokens[before].tok)?;
    // What a function is taken of stands behind its name.
    let (is_letter, is_capital) = match before {
        Tok::Word(before) => (
            before.chars().count() == 1,
            before.chars().count() == 1 && before.starts_with(|first: char| first.is_uppercase()),
        ),
        _ => (false, false),
    };
    let is_group = matches!(before, Tok::Close(Bracket::Round | Bracket::Square));
    let is_norm = matches!(before, Tok::DoubleBar(..) | Tok::Bar(_));
    if names.has_base(word) || !tokens[at].blank {
        return None;
    }
    let number = |value: i64| Tok::Number(Coeff::integer(value));
    match word.as_str() {
        "transpose" | "transposed" if (is_letter || is_group) && !is_called => Some((vec![Tok::Top], "transpose")),
        "inverse" if (is_capital || is_group) && !is_called => Some((vec![Tok::Minus, number(1)], "inverse")),
        "squared" if is_letter || is_group || is_norm => Some((vec![number(2)], "square")),
        "cubed" if is_letter || is_group || is_norm => Some((vec![number(3)], "cube")),
        _ => None,
    }
}

/// Whether T in the runs of letters of a text is a mark: it is nowhere a factor by itself, and it follows a small letter in a run that goes
/// on, `xTAx`, stands between two of one letter, `XTX`, behind two of them, `HHT`, or ends a run before an operand, `wT x`.
fn has_lost_carets(tokens: &[Token], names: &KnownNames) -> bool {
    let is_alone = |token: &Token| matches!(&token.tok, Tok::Word(word) if word == "T");
    let is_raised = |at: usize| at > 0 && tokens[at - 1].tok == Tok::Caret;
    // `XTX = X'X`
    let is_defined =
        |pair: &[Token]| matches!(&pair[0].tok, Tok::Word(word) if word.contains('T')) && pair[1].tok == Tok::Equal;
    if tokens.windows(2).any(is_defined) {
        return false;
    }
    if names.has_base("T") || names.has_size("T") || (0..tokens.len()).any(|at| is_alone(&tokens[at]) && !is_raised(at))
    {
        return false;
    }
    tokens.iter().enumerate().any(|(at, token)| {
        let Tok::Word(word) = &token.tok else { return false };
        let letters: Vec<char> = word.chars().collect();
        let is_certain = letters.windows(3).any(|three| {
            three[1] == 'T'
                && (three[0] == three[2] || three[0].is_ascii_lowercase() && three[0] != 'k')
                && three[2].is_alphabetic()
        });
        let is_outer = matches!(letters.as_slice(), [.., one, other, 'T'] if one == other);
        let is_certain = is_certain || is_outer || ends_before_operand(tokens, at, &letters, names);
        !is_raised(at) && is_certain && around_marks(word, names).is_some()
    })
}

/// Whether a run ends with a letter and T before an operand, as of `wT x`, `XT y` and `AT (A x − b)`. The T of `kT` and `RT` is a temperature,
/// and that of counts and of numbers is a time.
fn ends_before_operand(tokens: &[Token], at: usize, letters: &[char], names: &KnownNames) -> bool {
    let [before @ .., base, 'T'] = letters else { return false };
    let is_number =
        matches!(base, 'k' | 'n' | 'm' | 't' | 'i' | 'j' | 'l' | 'e' | 'd' | 'R' | 'σ' | 'π' | 'Δ' | 'δ' | 'γ' | 'τ');
    let Some(next) = tokens.get(at + 1) else { return false };
    let is_operand = match &next.tok {
        Tok::Open(Bracket::Round | Bracket::Square) => next.blank || before.is_empty(),
        Tok::Word(word) => {
            let pieces = names.split(word);
            let is_letters =
                |pieces: &Vec<(usize, Piece)>| pieces.iter().all(|(_, piece)| matches!(piece, Piece::Symbol(_)));
            next.blank && pieces.as_ref().is_ok_and(is_letters)
        }
        _ => false,
    };
    !is_number && is_operand && before.len() <= 2 && !tokens[at].is_word
}

/// What stands around each T in a run of letters; nothing where the run is a name or a function, or no T stands behind a letter.
fn around_marks(word: &str, names: &KnownNames) -> Option<Vec<String>> {
    if !word.chars().all(char::is_alphabetic) || names.whole(word).is_some() {
        return None;
    }
    let parts: Vec<String> = word.split('T').map(str::to_owned).collect();
    // `TT`, and T at the beginning, stand behind nothing.
    let (last, before) = parts.split_last()?;
    // Letters alone: `logTx` is a logarithm.
    let is_run = |part: &String| {
        let pieces = if part.is_empty() { Ok(Vec::new()) } else { names.split(part) };
        part.chars().count() <= 3
            && pieces.is_ok_and(|pieces| pieces.iter().all(|(_, piece)| matches!(piece, Piece::Symbol(_))))
    };
    let is_marked = !before.is_empty() && before.iter().all(|part| !part.is_empty());
    (is_marked && before.iter().chain([last]).all(is_run)).then_some(parts)
}

/// The parts of a word, with a transpose raised after each but the last.
fn raise(out: &mut Vec<Token>, token: &Token, parts: &[String]) {
    let mut from = token.span.start;
    for (place, part) in parts.iter().enumerate() {
        let middle = from + part.len();
        let is_first = place == 0;
        if !part.is_empty() {
            let letters = Token { tok: Tok::Word(part.clone()), span: Span::new(from, middle), ..token.clone() };
            out.push(Token { blank: is_first && token.blank, newline: is_first && token.newline, ..letters });
        }
        if place + 1 < parts.len() {
            let mark = Span::new(middle, middle + 1);
            out.push(Token::new(Tok::Caret, mark));
            out.push(Token::new(Tok::Top, mark));
        }
        from = middle + 1;
    }
}
