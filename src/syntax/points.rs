//! Sums over the points of a set, `\sum_{x \in \mathcal{D}} \|x - \mu\|^2` and `\sum_{(x,y) \in \mathcal{D}} (y - w^T x)^2`: the points are
//! numbered, x_i with i in D. A letter that is only an index of others, as in `\sum_{i \in S} x_i`, stays one.

use super::ast::Remark;
use super::function::function;
use super::names::KnownNames;
use super::token::{Bracket, Relation, Tok, Token, closing, closing_of_script};
use crate::span::Span;

/// Indices that points may be numbered by.
const INDICES: [&str; 6] = ["i", "j", "k", "l", "s", "t"];

/// Letters that are numbers below a sum, whatever they are taken from.
const NUMBERS: [&str; 8] = ["i", "j", "k", "l", "m", "n", "s", "t"];

/// The most sums whose points are numbered: each takes time in proportion to the text.
const MAX_SUMS: usize = 50;

/// A sum over points: the places of what stands below the sign, and of the body.
struct Sum {
    letters: Vec<String>,
    /// The bracket that opens below the sign, and the sign `∈`.
    open: usize,
    sign: usize,
    body: std::ops::Range<usize>,
}

/// The tokens with numbered points.
pub(super) fn rewrite(mut tokens: Vec<Token>, names: &KnownNames, source: &str) -> (Vec<Token>, Vec<Remark>) {
    let mut remarks = Vec::new();
    let (mut at, mut count) = (0, 0);
    while at < tokens.len() && count < MAX_SUMS {
        let found = sum_at(&tokens, at, names).and_then(|sum| Some((fresh_index(&tokens)?, sum)));
        at += 1;
        let Some((index, sum)) = found else { continue };
        count += 1;
        let close = sum.body.start - 1;
        let span = tokens[sum.open + 1].span.join(tokens[close - 1].span);
        let (set, before) = (tokens[sum.sign + 1].span, tokens[sum.open].span.end);
        let written = source.get(before..tokens[close].span.start).unwrap_or_default().trim();
        let members: Vec<String> = sum.letters.iter().map(|letter| format!("{letter}_{index}")).collect();
        let set = source.get(set.start..set.end).unwrap_or_default();
        let message = format!("`{written}` is read as {} with {index} in {set}", members.join(" and "));
        remarks.push(Remark { row: "points", span, message: message.into(), other: None });
        tokens = numbered(&tokens, &sum, index);
    }
    (tokens, remarks)
}

/// The sum over points whose sign stands at a place.
fn sum_at(tokens: &[Token], at: usize, names: &KnownNames) -> Option<Sum> {
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    if !matches!(tok(at)?, Tok::BigSum | Tok::BigProduct) || tok(at + 1)? != &Tok::Underscore {
        return None;
    }
    let open = at + 2;
    if tok(open)? != &Tok::Open(Bracket::Brace) {
        return None;
    }
    let close = closing(tokens, open)?;
    let sign = (open..close).find(|at| tokens[*at].tok == Tok::Relation(Relation::In))?;
    // Of listed values and intervals the letter is an index.
    if !matches!(tok(sign + 1), Some(Tok::Word(_))) {
        return None;
    }
    let mut letters = Vec::new();
    for token in &tokens[open + 1..sign] {
        match &token.tok {
            Tok::Word(word) if word.chars().filter(|c| c.is_alphabetic()).count() == 1 => letters.push(word.clone()),
            Tok::Open(Bracket::Round) | Tok::Close(Bracket::Round) | Tok::Comma => {}
            _ => return None,
        }
    }
    let mut depth = 0_usize;
    let mut end = close + 1;
    while let Some(token) = tokens.get(end) {
        match token.tok {
            Tok::Open(_) => depth += 1,
            Tok::Close(_) if depth == 0 => break,
            Tok::Close(_) => depth -= 1,
            Tok::Plus | Tok::Minus if depth == 0 && end > close + 1 => break,
            Tok::End | Tok::Semicolon => break,
            _ => {}
        }
        end += 1;
    }
    if letters.iter().any(|letter| NUMBERS.contains(&letter.as_str())) {
        return None;
    }
    let sum = Sum { letters, open, sign, body: close + 1..end };
    let (mut is_value, mut is_index) = (false, false);
    for one in uses(tokens, &sum, names) {
        let back = |steps: usize| one.at.checked_sub(steps).and_then(tok);
        // `p(x)` is the value at x.
        let is_argument = back(1) == Some(&Tok::Open(Bracket::Round))
            && matches!(back(2), Some(Tok::Word(_)))
            && tok(one.at + 1) == Some(&Tok::Close(Bracket::Round));
        let has_index = one.is_alone && tok(one.at + 1) == Some(&Tok::Underscore);
        is_index |= is_argument || one.is_below || has_index;
        is_value |= !is_argument && !one.is_below;
    }
    (is_value && !is_index).then_some(sum)
}

/// A place in the body of a sum where one of its letters stands.
struct Use {
    at: usize,
    /// Whether it is no part of a run of letters.
    is_alone: bool,
    /// Whether it stands below another letter.
    is_below: bool,
}

/// Where the letters of a sum stand in its body.
fn uses(tokens: &[Token], sum: &Sum, names: &KnownNames) -> Vec<Use> {
    let mut script_end = 0;
    let mut found = Vec::new();
    for at in sum.body.clone() {
        if tokens[at].tok == Tok::Underscore && at >= script_end {
            let is_group = matches!(tokens.get(at + 1).map(|token| &token.tok), Some(Tok::Open(_)));
            script_end = if is_group { closing(tokens, at + 1).unwrap_or(sum.body.end) } else { at + 1 } + 1;
        }
        let Tok::Word(word) = &tokens[at].tok else { continue };
        let is_alone = sum.letters.contains(word);
        if is_alone || is_run(word, names) && sum.letters.iter().any(|letter| word.contains(letter.as_str())) {
            found.push(Use { at, is_alone, is_below: at < script_end });
        }
    }
    found
}

/// Whether a word is a product of letters.
fn is_run(word: &str, names: &KnownNames) -> bool {
    word.len() > 1 && word.is_ascii() && function(word).is_none() && names.whole(word).is_none()
}

/// A letter for an index that the text does not have.
fn fresh_index(tokens: &[Token]) -> Option<&'static str> {
    let has = |index: &str| {
        tokens
            .iter()
            .any(|token| matches!(&token.tok, Tok::Word(word) if function(word).is_none() && word.contains(index)))
    };
    INDICES.into_iter().find(|index| !has(index))
}

/// The tokens with one sum over an index of its points.
fn numbered(tokens: &[Token], sum: &Sum, index: &str) -> Vec<Token> {
    let word = |text: &str, like: &Token| Token { tok: Tok::Word(text.to_owned()), ..like.clone() };
    let mut out = tokens[..=sum.open].to_vec();
    out.push(Token { mark: super::ast::Mark::None, ..word(index, &tokens[sum.open + 1]) });
    out.extend(tokens[sum.sign..sum.body.start].iter().cloned());
    let mut at = sum.body.start;
    while at < sum.body.end {
        let token = &tokens[at];
        at += 1;
        if token.tok == Tok::Underscore {
            let is_group = matches!(tokens.get(at).map(|token| &token.tok), Some(Tok::Open(_)));
            let end = if is_group { closing_of_script(tokens, at).unwrap_or(at) } else { at };
            out.extend(tokens[at - 1..=end].iter().cloned());
            at = end + 1;
            continue;
        }
        let Tok::Word(text) = &token.tok else {
            out.push(token.clone());
            continue;
        };
        let is_letter = sum.letters.contains(text);
        let has_letter =
            text.is_ascii() && function(text).is_none() && sum.letters.iter().any(|one| text.contains(one.as_str()));
        if !is_letter && !has_letter {
            out.push(token.clone());
            continue;
        }
        let place = Span::new(token.span.end, token.span.end);
        let below =
            [Tok::Underscore, Tok::Open(Bracket::Brace), Tok::Word(index.to_owned()), Tok::Close(Bracket::Brace)];
        let below = below.map(|tok| Token::new(tok, place));
        if is_letter {
            out.push(token.clone());
            out.extend(below);
            continue;
        }
        for (place, letter) in text.char_indices() {
            let letter = letter.to_string();
            let start = token.span.start + place;
            let span =
                if token.span.end - token.span.start == text.len() { Span::new(start, start + 1) } else { token.span };
            out.push(Token { span, blank: token.blank && place == 0, ..word(&letter, token) });
            if sum.letters.contains(&letter) {
                out.extend(below.clone());
            }
        }
    }
    out.extend(tokens[sum.body.end..].iter().cloned());
    out
}
