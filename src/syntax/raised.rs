//! Raised signs of transposition in unusual places: before what they transpose, as the French write them, `{}^t x A x`,
//! `{}^{\top}\!A`, `ᵗX`, and in one group with a label, `x^{(i)\top}`, `x^{*T}`. Each is moved behind its operand, to a group of its own.

use super::ast::ProductOp;
use super::token::{Bracket, Tok, Token, closing};
use crate::span::Span;

/// The most signs before their operands: each takes time in proportion to the text.
const MAX_MOVED: usize = 500;

/// The tokens with such signs where others have them.
pub(super) fn unified(tokens: Vec<Token>) -> Vec<Token> {
    apart(moved(tokens))
}

/// The tokens with labels and the transposes after them in groups of their own.
fn apart(tokens: Vec<Token>) -> Vec<Token> {
    let begins = |at: usize| at > 0 && tokens[at].tok == Tok::Open(Bracket::Brace) && tokens[at - 1].tok == Tok::Caret;
    let mut signs = Vec::new();
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.tok {
            Tok::Open(_) => open.push(at),
            Tok::Close(_) => {
                let first = open.pop().filter(|first| begins(*first));
                let base = first.and_then(|first| first.checked_sub(2)).map(|base| &tokens[base].tok);
                let is_name = match base {
                    Some(Tok::Word(word)) => word != "e",
                    Some(tok) => *tok == Tok::Close(Bracket::Brace),
                    None => false,
                };
                let sign = first.and_then(|first| Some(first + 1 + label_end(&tokens[first + 1..at], is_name)?));
                signs.extend(sign);
            }
            _ => {}
        }
    }
    if signs.is_empty() {
        return tokens;
    }
    signs.sort_unstable();
    let mut signs = signs.into_iter().peekable();
    let mut out = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.into_iter().enumerate() {
        if signs.next_if_eq(&at).is_some() {
            let new = |tok: Tok| Token::new(tok, token.span);
            let between = [Tok::Close(Bracket::Brace), Tok::Caret, Tok::Open(Bracket::Brace), Tok::Top];
            out.extend(between.map(new));
        } else {
            out.push(token);
        }
    }
    out
}

/// The place of the sign that ends a raised group which begins with a label: something in brackets or a star. A letter T is the sign after
/// one symbol in brackets above a name: `e^{(r - q)T}` is a power.
fn label_end(group: &[Token], is_name: bool) -> Option<usize> {
    let (last, label) = group.split_last()?;
    let is_sign = match &last.tok {
        Tok::Top => true,
        Tok::Word(word) => word == "T" && is_name && matches!(label.len(), 1 | 3),
        _ => false,
    };
    if !is_sign {
        return None;
    }
    let ends = match label {
        [star] => star.tok == Tok::Op(ProductOp::Star),
        [open, .., close] => {
            let is_bracket = matches!(open.tok, Tok::Open(Bracket::Round | Bracket::Square));
            is_bracket && matches!(close.tok, Tok::Close(_)) && closing(label, 0) == Some(label.len() - 1)
        }
        [] => false,
    };
    ends.then_some(label.len())
}

/// The tokens with the signs that stand before their operands behind them.
fn moved(mut tokens: Vec<Token>) -> Vec<Token> {
    let mut at = 0;
    let mut left = MAX_MOVED;
    while at < tokens.len() && left > 0 {
        split_sign(&mut tokens, at);
        let Some((from, behind)) = sign(&tokens, at) else {
            at += 1;
            continue;
        };
        left -= 1;
        let sign = tokens[from].span;
        split_word(&mut tokens, behind);
        let Some(end) = operand_end(&tokens, behind) else {
            at += 1;
            continue;
        };
        let raised = [Token::new(Tok::Caret, sign), Token::new(Tok::Top, sign)];
        let (blank, newline) = (tokens[at].blank, tokens[at].newline);
        tokens.splice(end..end, raised);
        (tokens[behind].blank, tokens[behind].newline) = (blank, newline);
        tokens.drain(at..behind);
        at += 1;
    }
    tokens
}

/// The place of the caret of a sign before its operand that begins at a place, and the place after the sign.
fn sign(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let is_tok = |at: usize, tok: &Tok| tokens.get(at).is_some_and(|token| token.tok == *tok);
    let is_empty = is_tok(at, &Tok::Open(Bracket::Brace)) && is_tok(at + 1, &Tok::Close(Bracket::Brace));
    let caret = if is_empty { at + 2 } else { at };
    if !is_tok(caret, &Tok::Caret) {
        return None;
    }
    let before = at.checked_sub(1).map(|before| &tokens[before].tok);
    let ends_operand = match before {
        None => false,
        Some(Tok::Close(_) | Tok::Bar(_) | Tok::DoubleBar(..) | Tok::Prime | Tok::Top | Tok::Bang) => true,
        // `x_*^T`, `k_+^T`
        Some(_) if at > 1 && matches!(tokens[at - 2].tok, Tok::Underscore | Tok::Caret) => true,
        Some(tok) => tok.starts_operand() && !matches!(tok, Tok::Open(_) | Tok::BigSum | Tok::BigProduct),
    };
    // `x{}^T` is the transpose of x.
    if ends_operand && !(is_empty && tokens[at].blank) {
        return None;
    }
    let is_sign = |at: usize| match tokens.get(at).map(|token| &token.tok) {
        Some(Tok::Top) => true,
        Some(Tok::Word(word)) => matches!(word.as_str(), "t" | "T"),
        _ => false,
    };
    let behind = match tokens.get(caret + 1)?.tok {
        Tok::Open(Bracket::Brace) if is_sign(caret + 2) && is_tok(caret + 3, &Tok::Close(Bracket::Brace)) => caret + 4,
        _ if is_sign(caret + 1) => caret + 2,
        _ => return None,
    };
    Some((caret, behind))
}

/// `{}^tA`: the sign is a letter of its own.
fn split_sign(tokens: &mut Vec<Token>, at: usize) {
    let caret = if tokens[at].tok == Tok::Open(Bracket::Brace) { at + 2 } else { at };
    if tokens.get(caret).is_none_or(|token| token.tok != Tok::Caret) {
        return;
    }
    if let Some(Token { tok: Tok::Word(word), .. }) = tokens.get(caret + 1)
        && word.starts_with(['t', 'T'])
        && word.chars().skip(1).all(char::is_alphabetic)
    {
        split_first(tokens, caret + 1);
    }
}

/// Leaves one letter of a run of letters in capitals, `{}^tAB`, or before one, at a place.
fn split_word(tokens: &mut Vec<Token>, at: usize) {
    let Some(Token { tok: Tok::Word(word), span, .. }) = tokens.get(at) else { return };
    let is_run = word.chars().skip(1).any(char::is_uppercase) && span.end - span.start == word.len();
    if is_run && !tokens[at].is_word {
        split_first(tokens, at);
    }
}

/// Makes two words of one, the first of one letter.
fn split_first(tokens: &mut Vec<Token>, at: usize) {
    let token = &tokens[at];
    let Tok::Word(word) = &token.tok else { return };
    let first = word.chars().next().map_or(0, char::len_utf8);
    if first == word.len() || token.span.end - token.span.start != word.len() {
        return;
    }
    let (head, rest) = (word[..first].to_owned(), word[first..].to_owned());
    let middle = token.span.start + first;
    let span = Span::new(middle, token.span.end);
    let rest = Token { tok: Tok::Word(rest), span, blank: false, newline: false, ..token.clone() };
    tokens[at].span = Span::new(token.span.start, middle);
    tokens[at].tok = Tok::Word(head);
    tokens.insert(at + 1, rest);
}

/// The place after the letter with its subscript, or the bracket, that begins at a place.
fn operand_end(tokens: &[Token], at: usize) -> Option<usize> {
    let group_end = |at: usize| match tokens.get(at)?.tok {
        Tok::Open(_) => closing(tokens, at).map(|close| close + 1),
        Tok::Word(_) | Tok::Number(_) => Some(at + 1),
        _ => None,
    };
    let end = group_end(at)?;
    match tokens.get(end).map(|token| &token.tok) {
        Some(Tok::Underscore) => group_end(end + 1),
        _ => Some(end),
    }
}
