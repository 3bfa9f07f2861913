//! Indices that are told apart by numbers, `\sum_{i_1=1}^n \sum_{i_2=1}^n`, `Σ_{i₁<i₂}`, `sum_{i1, i2}`: each becomes one name, wherever it
//! stands.

use rustc_hash::FxHashSet;

use super::greek::greek;
use super::token::{Bracket, Relation, Tok, Token};

/// Symbols below a sign that are looked through.
const MOST_BELOW: usize = 64;

/// The tokens with each bound letter and its number as one name; commas stand between names side by side in a subscript.
pub(super) fn unified(tokens: Vec<Token>) -> Vec<Token> {
    let bound = bound(&tokens);
    if bound.is_empty() {
        return tokens;
    }
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    // For each bracket that is open, whether it is that of a subscript.
    let mut open: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        match token.tok {
            Tok::Open(_) => open.push(out.last().is_some_and(|last| last.tok == Tok::Underscore)),
            Tok::Close(_) => {
                open.pop();
            }
            _ => {}
        }
        let below = open.last() == Some(&true);
        let (parts, end) = names(&tokens, at, below, &bound).unwrap_or_else(|| (vec![token.tok.clone()], at + 1));
        let span = token.span.join(tokens[end - 1].span);
        for (place, tok) in parts.into_iter().enumerate() {
            let is_index = |tok: &Tok| matches!(tok, Tok::Name(name) if bound.contains(name));
            let is_part = |tok: &Tok| matches!(tok, Tok::Name(_) | Tok::Word(_) | Tok::Number(_));
            if let Some(last) = out.last()
                && below
                && (is_index(&last.tok) && is_part(&tok) || is_index(&tok) && is_part(&last.tok))
            {
                out.push(Token::new(Tok::Comma, span));
            }
            out.push(if place == 0 { Token { tok, span, ..token.clone() } } else { Token::new(tok, span) });
        }
        at = end;
    }
    out
}

/// The names of bound indices that begin at a place, and the place after them: `i_1`, below another letter `i1j2` and `ki_1` too.
fn names(tokens: &[Token], at: usize, below: bool, bound: &FxHashSet<String>) -> Option<(Vec<Tok>, usize)> {
    if let Some((index, end)) = numbered(tokens, at).filter(|(index, _)| bound.contains(index)) {
        return Some((vec![Tok::Name(index)], end));
    }
    let Tok::Word(word) = &tokens[at].tok else { return None };
    if !below {
        return None;
    }
    if let Some(pieces) = pieces(word) {
        let are_bound = pieces.iter().all(|piece| bound.contains(piece));
        return are_bound.then(|| (pieces.into_iter().map(Tok::Name).collect(), at + 1));
    }
    let (last, letter) = word.char_indices().last().filter(|(last, _)| *last > 0)?;
    let (number, end) = number_below(tokens, at)?;
    let index = format!("{letter}_{number}");
    bound.contains(&index).then(|| (vec![Tok::Word(word[..last].to_owned()), Tok::Name(index)], end))
}

/// The numbered indices that the signs of a text bind: each begins a clause below a sign, or is compared with one that is bound.
fn bound(tokens: &[Token]) -> FxHashSet<String> {
    let mut found = FxHashSet::default();
    for (sign, token) in tokens.iter().enumerate() {
        let (Some(Tok::Underscore), Some(open)) = (tokens.get(sign + 1).map(|next| &next.tok), tokens.get(sign + 2))
        else {
            continue;
        };
        if !token.tok.is_big_sign() || !matches!(open.tok, Tok::Open(_)) {
            continue;
        }
        let mut depth = 0_usize;
        for (at, inner) in tokens.iter().enumerate().skip(sign + 3).take(MOST_BELOW) {
            match inner.tok {
                Tok::Open(_) => depth += 1,
                Tok::Close(_) if depth == 0 => break,
                Tok::Close(_) => depth -= 1,
                _ => {}
            }
            let begins_clause = matches!(tokens[at - 1].tok, Tok::Open(_) | Tok::Comma);
            let is_compared =
                matches!(tokens[at - 1].tok, Tok::Less | Tok::Relation(Relation::LessEqual | Relation::NotEqual));
            if !begins_clause && !is_compared {
                continue;
            }
            let Some((index, end)) = numbered(tokens, at) else { continue };
            // `1 ≤ i_1 < i_2 ≤ n_1`
            let is_below = matches!(tokens.get(end), Some(next) if matches!(next.tok, Tok::Less | Tok::Relation(Relation::LessEqual)));
            let has_letter = |other: &String| other.chars().next() == index.chars().next();
            if begins_clause || is_below || found.iter().any(has_letter) {
                found.insert(index);
            }
        }
    }
    found
}

/// The letter with a number at a place as one name, `i_1`, and the place after it.
fn numbered(tokens: &[Token], at: usize) -> Option<(String, usize)> {
    let Tok::Word(word) = &tokens[at].tok else { return None };
    if let Some(letter) = single(word) {
        let (number, end) = number_below(tokens, at)?;
        return Some((format!("{letter}_{number}"), end));
    }
    match pieces(word)?.as_slice() {
        [name] => Some((name.clone(), at + 1)),
        _ => None,
    }
}

/// The number that stands below a letter, and the place after it.
fn number_below(tokens: &[Token], at: usize) -> Option<(i64, usize)> {
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    let (number, end) = match (tok(at + 1)?, tok(at + 2)?) {
        (Tok::Underscore, Tok::Number(number)) => (number, at + 3),
        (Tok::Underscore, Tok::Open(Bracket::Brace)) => match (tok(at + 3)?, tok(at + 4)?) {
            (Tok::Number(number), Tok::Close(Bracket::Brace)) => (number, at + 5),
            _ => return None,
        },
        _ => return None,
    };
    Some((number.to_i64().filter(|number| *number >= 0)?, end))
}

/// A word that is one small letter.
fn single(word: &str) -> Option<String> {
    if let Some(letter) = greek(word) {
        return Some(letter.to_string());
    }
    let mut letters = word.chars();
    let first = letters.next().filter(|letter| letter.is_lowercase())?;
    letters.next().is_none().then(|| first.to_string())
}

/// Letters with numbers side by side, `i1` and `i1j2`, as the names of indices.
fn pieces(word: &str) -> Option<Vec<String>> {
    let mut found: Vec<(char, String)> = Vec::new();
    for letter in word.chars() {
        match found.last_mut() {
            Some((_, digits)) if letter.is_ascii_digit() => digits.push(letter),
            _ if letter.is_lowercase() => found.push((letter, String::new())),
            _ => return None,
        }
    }
    let is_numbered = |piece: &(char, String)| !piece.1.is_empty();
    found.iter().all(is_numbered).then(|| found.iter().map(|(letter, digits)| format!("{letter}_{digits}")).collect())
}
