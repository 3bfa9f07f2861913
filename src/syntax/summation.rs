//! Sums and products as they are spelled beside the signs of the language: `Sum_i`, `sum_{i=1..n}`, `sum_{i in 1:n}`, `sum from i=1 to n of …`
//! and Maple's `sum(x[i]^2, i=1..n)`, made into those with an index below the sign.

use super::names::KnownNames;
use super::token::{Bracket, Relation, Tok, Token, closing_of_script};
use crate::span::Span;

/// The most calls as Maple has them in one text: each takes time in proportion to its length.
const MAX_CALLS: usize = 100;

/// The most symbols of a bound in words.
const MOST_OF_BOUND: usize = 8;

/// The tokens, with such sums and products as those of the language.
pub(super) fn rewrite(tokens: Vec<Token>, names: &KnownNames) -> Vec<Token> {
    let tokens = signs_apart(of_maple(tokens, names), names);
    if !tokens.iter().any(|token| sign(token, names).is_some() || is_big(token)) {
        return tokens;
    }
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        let is_below = is_tok(&tokens, at + 1, &Tok::Underscore);
        if let Some(word) = sign(token, names) {
            let spelled = Token { tok: Tok::Word(word.to_owned()), ..token.clone() };
            if let Some((range, next)) = in_words(&tokens, at + 1) {
                out.push(spelled);
                out.extend(range);
                at = next;
                continue;
            }
            out.push(if is_below { spelled } else { token.clone() });
        } else if let Tok::Open(_) = token.tok
            && let [.., before, Token { tok: Tok::Underscore, .. }] = out.as_slice()
            && is_big(before)
            && let Some(close) = closing_of_script(&tokens, at)
        {
            out.push(token.clone());
            ranges(&tokens[at + 1..close], &mut out);
            at = close;
            continue;
        } else {
            out.push(token.clone());
        }
        at += 1;
    }
    out
}

/// The tokens with the Σ and Π that one letter is glued to as words of their own, `Σx²`, as the run would be split anyway. A function that is
/// glued to it, `Σexp(x)`, is a factor of a matrix.
fn signs_apart(tokens: Vec<Token>, names: &KnownNames) -> Vec<Token> {
    let length = |token: &Token| match &token.tok {
        Tok::Word(word) if !token.is_word && !names.has_base(word) => {
            let sign = word.chars().next().filter(|first| matches!(first, 'Σ' | 'Π')).map_or(0, char::len_utf8);
            let is_run = word[sign..].chars().count() == 1 && word[sign..].starts_with(char::is_alphabetic);
            Some(sign).filter(|sign| *sign > 0 && is_run && token.span.end - token.span.start == word.len())
        }
        _ => None,
    };
    if !tokens.iter().any(|token| length(token).is_some()) {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len() + 1);
    for token in tokens {
        let (Some(length), Tok::Word(word)) = (length(&token), &token.tok) else {
            out.push(token);
            continue;
        };
        let middle = token.span.start + length;
        let part = |text: &str, span: Span| Token { tok: Tok::Word(text.to_owned()), span, ..token.clone() };
        out.push(part(&word[..length], Span::new(token.span.start, middle)));
        let rest = part(&word[length..], Span::new(middle, token.span.end));
        out.push(Token { blank: false, newline: false, ..rest });
    }
    out
}

/// The word of the language for a sign that is a word, in small letters or in capitals.
fn sign(token: &Token, names: &KnownNames) -> Option<&'static str> {
    match &token.tok {
        Tok::Word(word) if names.has_base(word) => None,
        Tok::Word(word) => match word.as_str() {
            "sum" | "Sum" | "SUM" => Some("sum"),
            "prod" | "Prod" | "PROD" => Some("prod"),
            _ => None,
        },
        _ => None,
    }
}

fn is_big(token: &Token) -> bool {
    token.is_big_sign()
}

fn is_tok(tokens: &[Token], at: usize, tok: &Tok) -> bool {
    tokens.get(at).is_some_and(|token| token.tok == *tok)
}

fn is_word(token: Option<&Token>, word: &str) -> bool {
    matches!(token.map(|token| &token.tok), Some(Tok::Word(found)) if found == word)
}

/// The symbols below a sign, with what stands between the first and the last value of an index as dots: `i=1:n`, `i in 1..n`, `i=1 to n`.
fn ranges(inner: &[Token], out: &mut Vec<Token>) {
    let (mut depth, mut relation) = (0_usize, None);
    for (at, token) in inner.iter().enumerate() {
        let ends = |token: &Token| matches!(token.tok, Tok::Comma | Tok::Semicolon);
        match &token.tok {
            Tok::Open(_) => depth += 1,
            Tok::Close(_) => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ if ends(token) => relation = None,
            _ if is_equal_or_in(token) => relation = Some(out.len()),
            Tok::Dots | Tok::Colon => {
                let rest = inner[at + 1..].iter().take_while(|token| !ends(token));
                let is_range = rest.clone().next().is_some() && !rest.clone().any(is_relation);
                if let Some(relation) = relation.filter(|_| is_range) {
                    out[relation].tok = Tok::Equal;
                    out.push(Token { tok: Tok::Dots, ..token.clone() });
                    continue;
                }
            }
            Tok::Word(word) if word == "to" && token.blank => {
                if let Some(relation) = relation.filter(|_| at + 1 < inner.len()) {
                    out[relation].tok = Tok::Equal;
                    out.push(Token { tok: Tok::Dots, ..token.clone() });
                    continue;
                }
            }
            _ => {}
        }
        out.push(token.clone());
    }
}

fn is_equal_or_in(token: &Token) -> bool {
    matches!(token.tok, Tok::Equal | Tok::Relation(Relation::In)) || is_word(Some(token), "in")
}

fn is_relation(token: &Token) -> bool {
    is_equal_or_in(token) || matches!(token.tok, Tok::Less | Tok::Greater | Tok::Relation(_))
}

/// `from i=1 to n of`, `over i`, `over i from 1 to n` after a sign: the symbols of the range, and the place where the body begins.
fn in_words(tokens: &[Token], at: usize) -> Option<(Vec<Token>, usize)> {
    let index =
        tokens.get(at + 1).filter(|token| matches!(&token.tok, Tok::Word(word) if word.chars().count() == 1))?;
    let new = |tok: Tok| Token::new(tok, index.span);
    let mut range = vec![new(Tok::Underscore), new(Tok::Open(Bracket::Brace)), Token { blank: false, ..index.clone() }];
    let mut next = at + 2;
    let is_over = is_word(tokens.get(at), "over");
    let has_bounds = if is_over { is_word(tokens.get(next), "from") } else { is_tok(tokens, next, &Tok::Equal) };
    if !(is_over || is_word(tokens.get(at), "from") && has_bounds) {
        return None;
    }
    if has_bounds {
        let first = next + 1;
        let to = (first + 1..first + MOST_OF_BOUND).find(|at| is_word(tokens.get(*at), "to"))?;
        let behind = to + 2..to + 1 + MOST_OF_BOUND;
        let end = behind.clone().find(|at| is_word(tokens.get(*at), "of")).unwrap_or(to + 2);
        let last = tokens.get(to + 1..end).filter(|last| !last.iter().any(|token| token.tok == Tok::End))?;
        range.push(new(Tok::Equal));
        range.extend(tokens[first..to].iter().cloned());
        range.push(new(Tok::Dots));
        range.extend(last.iter().cloned());
        next = end;
    }
    range.push(new(Tok::Close(Bracket::Brace)));
    next += usize::from(is_word(tokens.get(next), "of"));
    Some((range, next))
}

/// `sum(f, i=1..n)`, `add(f, i=1..n)` and `mul(f, i=1..n)`, also with the range before what is added: `sum(i=1..n, f)`.
fn of_maple(mut tokens: Vec<Token>, names: &KnownNames) -> Vec<Token> {
    if !tokens.iter().any(|token| token.tok == Tok::Dots) {
        return tokens;
    }
    let mut left = MAX_CALLS;
    // The inner ones first.
    for at in (0..tokens.len()).rev() {
        let word = match &tokens[at].tok {
            Tok::Word(word) if names.has_base(word) => continue,
            Tok::Word(word) => match word.as_str() {
                "sum" | "add" => "sum",
                "product" | "mul" => "prod",
                _ => continue,
            },
            _ => continue,
        };
        if left == 0 || !is_tok(&tokens, at + 1, &Tok::Open(Bracket::Round)) {
            continue;
        }
        let has_dots = |close: &usize| tokens[at..*close].iter().any(|token| token.tok == Tok::Dots);
        let Some(close) = closing_of_script(&tokens, at + 1).filter(has_dots) else { continue };
        left -= 1;
        let mut commas = (at + 2..close).filter(|at| tokens[*at].tok == Tok::Comma);
        let (Some(first), last) = (commas.next(), commas.next_back()) else { continue };
        let is_range = |part: &[Token]| match part {
            [Token { tok: Tok::Word(_), .. }, Token { tok: Tok::Equal, .. }, bounds @ ..] => {
                bounds.iter().any(|token| token.tok == Tok::Dots)
            }
            _ => false,
        };
        let last = last.unwrap_or(first);
        let (range, added) = if is_range(&tokens[last + 1..close]) {
            (last + 1..close, at + 2..last)
        } else if is_range(&tokens[at + 2..first]) {
            (at + 2..first, first + 1..close)
        } else {
            continue;
        };
        let span = tokens[at].span;
        let new = |tok: Tok| Token::new(tok, span);
        let mut value = vec![Token { tok: Tok::Open(Bracket::Round), ..tokens[at].clone() }];
        value.push(new(Tok::Word(word.to_owned())));
        value.extend([new(Tok::Underscore), new(Tok::Open(Bracket::Brace))]);
        value.extend(tokens[range].iter().cloned());
        value.push(new(Tok::Close(Bracket::Brace)));
        value.push(tokens[at + 1].clone());
        value.extend(tokens[added].iter().cloned());
        value.extend([new(Tok::Close(Bracket::Round)), new(Tok::Close(Bracket::Round))]);
        tokens.splice(at..=close, value);
    }
    tokens
}
