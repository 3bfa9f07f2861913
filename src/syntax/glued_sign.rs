//! Indices that are glued to the sign of a sum, as text that is copied from a page has them: `∑i(yi − w·xi)²`, `∑ij Aij xi xj`, `Σkyk log pk`.
//! They are put below the sign, so that they mean what `∑_i` means.

use rustc_hash::FxHashMap;

use super::ast::Remark;
use super::bare_sum::{is_index, sign_with_index};
use super::names::KnownNames;
use super::token::{Bracket, Tok, Token};
use crate::span::Span;

/// The most indices of one sign.
const MAX_INDICES: usize = 3;

/// The most signs that are read so, each with a note.
const MAX_SIGNS: usize = 100;

/// The tokens with such indices below their signs, and what is to be said of it.
pub(super) fn rewrite(tokens: Vec<Token>, names: &KnownNames, source: &str) -> (Vec<Token>, Vec<Remark>) {
    let mut remarks = Vec::new();
    if source.contains('\\') {
        return (tokens, remarks);
    }
    let uses = last_uses(&tokens, names);
    let found: Vec<(usize, usize)> =
        (0..tokens.len()).filter_map(|at| Some((at, indices(&tokens, at, names, &uses)?))).take(MAX_SIGNS).collect();
    if found.is_empty() {
        return (tokens, remarks);
    }
    let (mut out, mut at) = (Vec::with_capacity(tokens.len() + 4 * found.len()), 0);
    for (place, length) in found {
        out.extend_from_slice(&tokens[at..place]);
        let token = &tokens[place];
        let is_letter = matches!(token.tok, Tok::Word(_));
        let run = if is_letter { token } else { &tokens[place + 1] };
        let Tok::Word(word) = &run.tok else { continue };
        let sign_length = if is_letter { 'Σ'.len_utf8() } else { 0 };
        let (sign, rest) = word.split_at(sign_length);
        let (index, rest) = rest.split_at(length);
        let middle = run.span.start + sign_length;
        let (below, behind) = (Span::new(middle, middle + length), Span::new(middle + length, run.span.end));
        let tok = match sign {
            "Σ" => Tok::BigSum,
            "Π" => Tok::BigProduct,
            _ => token.tok.clone(),
        };
        let span = Span::new(token.span.start, below.start);
        remarks.push(remark(source.get(span.start..span.end).unwrap_or("∑"), index, span.join(below)));
        out.push(Token { tok, span, ..token.clone() });
        let new = |tok: Tok| Token::new(tok, below);
        out.extend([new(Tok::Underscore), new(Tok::Open(Bracket::Brace)), new(Tok::Word(index.to_owned()))]);
        out.push(new(Tok::Close(Bracket::Brace)));
        if !rest.is_empty() {
            out.push(Token { tok: Tok::Word(rest.to_owned()), span: behind, blank: false, ..run.clone() });
        }
        at = if is_letter { place + 1 } else { place + 2 };
    }
    out.extend_from_slice(&tokens[at..]);
    (out, remarks)
}

/// What is said of indices that stand behind a sign.
fn remark(sign: &str, index: &str, span: Span) -> Remark {
    let written = if index.len() == 1 { sign_with_index(sign, index) } else { format!("{sign}_{{{index}}}") };
    let factors: Vec<String> = index.chars().map(String::from).collect();
    let other = format!("{sign} {}", factors.join(" "));
    let message =
        format!("`{sign}{index}` is read as `{written}`; factors are written with blanks, `{other} …`").into();
    Remark { row: "glued-sign", span, message, other: None }
}

/// How many letters behind the sign at a place are its indices: letters that are indices by habit and stand behind other letters of what is
/// summed.
fn indices(tokens: &[Token], at: usize, names: &KnownNames, uses: &FxHashMap<char, usize>) -> Option<usize> {
    let (run, after) = match &tokens[at].tok {
        Tok::BigSum | Tok::BigProduct => match tokens.get(at + 1)? {
            Token { tok: Tok::Word(word), blank: false, .. } => (word.as_str(), at + 2),
            _ => return None,
        },
        Tok::Word(word) if begins_term(tokens, at) => {
            let run = word.strip_prefix(['Σ', 'Π'])?;
            let is_matrix = names.has_base("Σ") || names.has_base("Π");
            (Some(run).filter(|run| !run.is_empty() && !is_matrix)?, at + 1)
        }
        _ => return None,
    };
    if names.has_symbol(run) || tokens.get(after).is_none_or(|next| next.tok == Tok::Underscore) {
        return None;
    }
    let is_bound = |at: usize, letter: char| {
        let index = letter.encode_utf8(&mut [0; 4]).to_owned();
        let is_used =
            has_behind(&run[at + letter.len_utf8()..], letter) || uses.get(&letter).is_some_and(|last| *last >= after);
        is_index(&index) && !names.has_base(&index) && is_used
    };
    let count = run.char_indices().take_while(|(at, letter)| is_bound(*at, *letter)).count();
    let (index, rest) = run.split_at_checked(count)?;
    let begins = if rest.is_empty() { tokens[after].tok.starts_operand() } else { has_index(rest, index) };
    let is_twice = index.char_indices().any(|(at, letter)| index[..at].contains(letter));
    (begins && !is_twice && (1..=MAX_INDICES).contains(&count)).then_some(count)
}

/// The last place at which each letter may be an index: below a letter, or glued behind one.
fn last_uses(tokens: &[Token], names: &KnownNames) -> FxHashMap<char, usize> {
    let mut uses = FxHashMap::default();
    if !tokens.iter().any(|token| matches!(&token.tok, Tok::BigSum | Tok::BigProduct) || begins_with_sign(token)) {
        return uses;
    }
    for (at, token) in tokens.iter().enumerate() {
        let Tok::Word(word) = &token.tok else { continue };
        let is_below = at > 0 && tokens[at - 1].tok == Tok::Underscore;
        let is_run = || names.whole(word).is_none() || matches!(word.as_str(), "xi" | "pi");
        if is_below || is_run() {
            uses.extend(word.chars().skip(usize::from(!is_below)).map(|letter| (letter, at)));
        }
    }
    uses
}

fn begins_with_sign(token: &Token) -> bool {
    matches!(&token.tok, Tok::Word(word) if word.starts_with(['Σ', 'Π']))
}

/// Whether a letter stands in a run behind another one.
fn has_behind(run: &str, letter: char) -> bool {
    run.chars().skip(1).any(|other| other == letter)
}

/// Whether a run has one of these letters behind another one.
fn has_index(run: &str, index: &str) -> bool {
    index.chars().any(|letter| has_behind(run, letter))
}

/// Whether nothing that multiplies stands before a place.
fn begins_term(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1).is_none_or(|before| {
        matches!(
            tokens[before].tok,
            Tok::Plus | Tok::Minus | Tok::Equal | Tok::Open(_) | Tok::Comma | Tok::Semicolon | Tok::Number(_)
        )
    })
}
