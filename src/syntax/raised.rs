//! Raised signs of transposition in unusual places: before what they transpose, as the French write them, `{}^t x A x`,
//! `{}^{\top}\!A`, `ᵗX`, and in one group with a label, `x^{(i)\top}`, `x^{*T}`, or with an exponent, `A^{-1T}`, `P^{T/2}`. Each is moved behind its operand, to a group of its own.

use rustc_hash::FxHashSet;

use super::ast::ProductOp;
use super::function::function;
use super::names::{KnownNames, Rank};
use super::token::{Bracket, Tok, Token, closing, closing_of_script};
use super::word_below::is_word_below;
use crate::number::Coeff;
use crate::span::Span;

/// The most signs before their operands: each takes time in proportion to the text.
const MAX_MOVED: usize = 500;

/// The most symbols of an exponent with a sign of transposition.
const MAX_EXPONENT: usize = 6;

/// The tokens with such signs where others have them.
pub(super) fn unified(tokens: Vec<Token>) -> Vec<Token> {
    apart(moved(lowered(tokens)))
}

/// The tokens with `f^\prime` and `f^{\prime\prime}` as f′ and f″.
fn lowered(tokens: Vec<Token>) -> Vec<Token> {
    let is_raised = |at: usize| tokens[at].tok == Tok::Caret;
    let is_prime = |at: usize| tokens.get(at).is_some_and(|token| token.tok == Tok::Prime);
    let is_open = |at: usize| tokens.get(at).is_some_and(|token| token.tok == Tok::Open(Bracket::Brace));
    if !(1..tokens.len()).any(|at| is_raised(at) && (is_prime(at + 1) || is_open(at + 1) && is_prime(at + 2))) {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        if at > 0 && is_raised(at) {
            let open = at + 1 + usize::from(is_open(at + 1));
            let primes = (open..tokens.len()).take_while(|at| is_prime(*at)).count();
            let is_closed = open == at + 1
                || tokens.get(open + primes).is_some_and(|token| token.tok == Tok::Close(Bracket::Brace));
            // `x^{\prime 2}`: the square of x′.
            if primes > 0 && !is_closed {
                out.extend(tokens[open..open + primes].iter().cloned());
                out.extend(tokens[at..open].iter().cloned());
                at = open + primes;
                continue;
            }
            if primes > 0 && is_closed {
                let taken = if open == at + 1 { 1 } else { primes };
                out.extend(tokens[open..open + taken].iter().cloned());
                at = open + taken + (open - at - 1);
                continue;
            }
        }
        out.push(tokens[at].clone());
        at += 1;
    }
    out
}

/// The tokens with what stands below a raised sign before it, as others write it: `P^-_k` as `P_k^-`, `x^*_i` as `x_i^*`, and `x'_i`, the transposed
/// member of a family, as `x_i'`.
pub(super) fn behind_subscripts(mut tokens: Vec<Token>, names: &KnownNames, is_latex: bool) -> Vec<Token> {
    let (mut at, mut left) = (1, MAX_MOVED);
    while at + 1 < tokens.len() && left > 0 {
        if let Some(below) = sign_end(&tokens, at)
            && let Some(end) = subscript_end(&mut tokens, below, is_latex)
            && (tokens[at].tok == Tok::Caret || is_transposed_member(&tokens, (at, below, end), names))
        {
            tokens[at..end].rotate_left(below - at);
            at = end;
            left -= 1;
            continue;
        }
        at += 1;
    }
    tokens
}

/// The place behind a raised sign that begins at a place after a letter, where something stands below it.
fn sign_end(tokens: &[Token], at: usize) -> Option<usize> {
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    if !matches!(tok(at.checked_sub(1)?), Some(Tok::Word(word)) if word != "e") {
        return None;
    }
    let is_sign = |at: usize| matches!(tok(at), Some(Tok::Plus | Tok::Minus | Tok::Dagger | Tok::Op(ProductOp::Star)));
    let end = match tok(at)? {
        Tok::Prime => at + 1,
        Tok::Caret if is_sign(at + 1) => at + 2,
        Tok::Caret
            if tok(at + 1) == Some(&Tok::Open(Bracket::Brace))
                && is_sign(at + 2)
                && tok(at + 3) == Some(&Tok::Close(Bracket::Brace)) =>
        {
            at + 4
        }
        _ => return None,
    };
    (tok(end) == Some(&Tok::Underscore)).then_some(end)
}

/// The place behind a subscript that begins at a place; in LaTeX one without braces is one letter.
fn subscript_end(tokens: &mut Vec<Token>, below: usize, is_latex: bool) -> Option<usize> {
    let is_run = match &tokens.get(below + 1)?.tok {
        Tok::Open(Bracket::Brace) => return closing_of_script(tokens, below + 1).map(|close| close + 1),
        Tok::Number(_) => false,
        Tok::Word(word) => word.chars().nth(1).is_some(),
        _ => return None,
    };
    let is_name = matches!(&tokens[below + 1].tok, Tok::Word(word) if is_word_below(word));
    if is_run && is_latex && !is_name {
        split_first(tokens, below + 1);
    }
    Some(below + 2)
}

/// Whether the prime between a letter and what stands below it transposes a member: `x'_i\beta`, `x'_{it}`; of a capital only one index is that of
/// a member. Behind the same member and before no factor it may be another point, `x_i x'_i`.
fn is_transposed_member(tokens: &[Token], (prime, below, end): (usize, usize, usize), names: &KnownNames) -> bool {
    let Tok::Word(word) = &tokens[prime - 1].tok else { return false };
    let last = word.char_indices().rev().find(|(_, c)| c.is_alphabetic()).map_or("", |(at, _)| &word[at..]);
    let is_function = names.has_function(word) || names.has_function(last);
    if function(word).is_some() || is_function {
        return false;
    }
    let inner = &tokens[below + 1..end];
    let inner = if inner.len() > 1 { &inner[1..inner.len() - 1] } else { inner };
    let is_index = match inner {
        [Token { tok: Tok::Number(value), .. }] => value.to_i64().is_some_and(|value| value < 10),
        [Token { tok: Tok::Word(index), .. }] => {
            index.chars().count() == 1 || index.chars().count() == 2 && last.starts_with(char::is_lowercase)
        }
        [Token { tok: Tok::Word(_), .. }, sign, Token { tok: Tok::Number(_), .. }] => {
            matches!(sign.tok, Tok::Plus | Tok::Minus)
        }
        _ => false,
    };
    // `x_ix'_i`, unless the sum is inverted
    let name = [&tokens[prime - 1..prime], &tokens[below..end]].concat();
    let before = prime.checked_sub(1 + name.len()).map(|from| &tokens[from..prime - 1]);
    let is_same = before.is_some_and(|before| before.iter().zip(&name).all(|(one, other)| one.tok == other.tok));
    let next = tokens.get(end).map(|next| &next.tok);
    let is_inverted = next == Some(&Tok::Close(Bracket::Round))
        && tokens.get(end + 1).is_some_and(|next| next.tok == Tok::Caret)
        && tokens[end + 2..].iter().take(2).any(|next| next.tok == Tok::Minus);
    is_index && (!is_same || is_inverted || next.is_some_and(Tok::starts_operand))
}

/// The tokens with exponents and the transposes beside them in groups of their own.
pub(super) fn beside_exponents(tokens: Vec<Token>, names: &KnownNames) -> Vec<Token> {
    let begins = |at: usize| tokens[at].tok == Tok::Caret && tokens[at + 1].tok == Tok::Open(Bracket::Brace);
    if !(1..tokens.len().saturating_sub(1)).any(begins) {
        return tokens;
    }
    let powers = powers(&tokens);
    // Beside t, T is the end of time.
    let is_time = |token: &Token| matches!(&token.tok, Tok::Word(word) if word == "t");
    let has_end = names.has_base("T") || tokens.iter().any(is_time);
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        out.push(tokens[at].clone());
        at += 1;
        if at < 2 || at + 1 >= tokens.len() || !begins(at - 1) {
            continue;
        }
        let Some(length) =
            tokens[at + 1..].iter().take(MAX_EXPONENT + 1).position(|token| token.tok == Tok::Close(Bracket::Brace))
        else {
            continue;
        };
        let group = &tokens[at + 1..=at + length];
        let Some((first, second)) = exponent_and_sign(group, (&tokens[at - 2], has_end), &powers, names) else {
            continue;
        };
        let new = |tok: Tok| Token::new(tok, group[0].span);
        out.push(tokens[at].clone());
        out.extend(first);
        out.extend([Tok::Close(Bracket::Brace), Tok::Caret, Tok::Open(Bracket::Brace)].map(new));
        out.extend(second);
        at += length + 1;
    }
    out
}

/// The letters that stand as exponents of capitals by themselves.
fn powers(tokens: &[Token]) -> FxHashSet<&str> {
    let mut found = FxHashSet::default();
    for symbols in tokens.windows(3) {
        if let [Token { tok: Tok::Word(_) | Tok::Close(_), .. }, caret, token] = symbols
            && caret.tok == Tok::Caret
            && let Tok::Word(word) = &token.tok
        {
            found.insert(word.as_str());
        }
    }
    found
}

/// The two groups that the symbols of a raised group make, where one of them is a sign of transposition and the others an exponent: of
/// −1, `A^{-1T}`, whatever the base is, and of other numbers where it is a capital, `P^{T/2}`, `A^{2T}`.
fn exponent_and_sign(
    group: &[Token],
    (base, has_end): (&Token, bool),
    powers: &FxHashSet<&str>,
    names: &KnownNames,
) -> Option<(Vec<Token>, Vec<Token>)> {
    let is_top = |token: &Token| matches!(token.tok, Tok::Top | Tok::Prime);
    let is_letter = |token: &Token| matches!(&token.tok, Tok::Word(word) if word == "T" || word == "H");
    let is_star = |token: &Token| token.tok == Tok::Op(ProductOp::Star);
    let is_sign = |token: &Token| is_top(token) || is_letter(token) || is_star(token);
    let is_number = |token: &Token| matches!(token.tok, Tok::Number(_));
    let is_one = |token: &Token| matches!(&token.tok, Tok::Number(value) if value.is_one());
    let is_minus = |token: &Token| token.tok == Tok::Minus;
    // A star on an inverse is no label, and a letter is no factor.
    let raised = |sign: &Token| vec![Token { tok: Tok::Top, blank: false, ..sign.clone() }];
    match group {
        [minus, one, sign] if is_minus(minus) && is_one(one) && is_sign(sign) => {
            return Some((group[..2].to_vec(), raised(sign)));
        }
        [minus, star] if is_minus(minus) && is_star(star) => {
            let one = Token { tok: Tok::Number(Coeff::ONE), ..star.clone() };
            return Some((vec![minus.clone(), one], raised(star)));
        }
        [sign, minus, one] if (is_top(sign) || is_star(sign)) && is_minus(minus) && is_one(one) => {
            return Some((vec![sign.clone()], group[1..].to_vec()));
        }
        _ => {}
    }
    let is_matrix = match &base.tok {
        Tok::Word(word) => {
            let last = word.chars().next_back().unwrap_or('x');
            match names.rank(word) {
                Some(rank) => rank == Rank::Matrix,
                None => last.is_uppercase(),
            }
        }
        _ => false,
    };
    if !is_matrix || has_end {
        return None;
    }
    let is_sign = |token: &Token| is_top(token) || is_letter(token);
    let is_slash = |token: &Token| matches!(token.tok, Tok::Op(ProductOp::Divide));
    match group {
        // `A^{2T}`, `A^{-1/2 T}`
        [exponent @ .., sign] if is_sign(sign) && is_fraction(exponent) => Some((exponent.to_vec(), raised(sign))),
        // `P^{T/2}`, `P^{-T/2}`
        [.., sign, slash, number] if is_sign(sign) && is_slash(slash) && is_number(number) => {
            let before = match &group[..group.len() - 3] {
                [] => Vec::new(),
                [minus] if is_minus(minus) => vec![minus.clone()],
                _ => return None,
            };
            let one = Token { tok: Tok::Number(Coeff::ONE), ..sign.clone() };
            let exponent = before.into_iter().chain([one, slash.clone(), number.clone()]).collect();
            Some((exponent, raised(sign)))
        }
        // `A^{kT}` beside `A^k`
        [Token { tok: Tok::Word(word), .. }] => {
            let index = word.strip_suffix('T').filter(|index| powers.contains(index))?;
            let token = |text: &str| vec![Token { tok: Tok::Word(text.to_owned()), ..group[0].clone() }];
            Some((token(index), raised(&group[0])))
        }
        [index @ Token { tok: Tok::Word(word), .. }, sign] if is_sign(sign) && powers.contains(word.as_str()) => {
            Some((vec![index.clone()], raised(sign)))
        }
        _ => None,
    }
}

/// Whether symbols are a number or a fraction of two, with or without a minus.
fn is_fraction(symbols: &[Token]) -> bool {
    let digits = match symbols {
        [Token { tok: Tok::Minus, .. }, digits @ ..] => digits,
        digits => digits,
    };
    let is_number = |token: &Token| matches!(token.tok, Tok::Number(_));
    match digits {
        [one] => is_number(one),
        [one, slash, two] => is_number(one) && slash.tok == Tok::Op(ProductOp::Divide) && is_number(two),
        _ => false,
    }
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

/// The place of a caret that begins at a place, `^` or `{}^`, with no operand before it that it could raise something above.
fn caret_of_nothing(tokens: &[Token], at: usize) -> Option<usize> {
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
    (!ends_operand || is_empty && tokens[at].blank).then_some(caret)
}

/// The place of the caret of a sign before its operand that begins at a place, and the place after the sign.
fn sign(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let caret = caret_of_nothing(tokens, at)?;
    let is_tok = |at: usize, tok: &Tok| tokens.get(at).is_some_and(|token| token.tok == *tok);
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
    let Some(caret) = caret_of_nothing(tokens, at) else { return };
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
pub(super) fn split_first(tokens: &mut Vec<Token>, at: usize) {
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
