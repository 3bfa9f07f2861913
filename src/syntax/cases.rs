//! Piecewise definitions as they are written, `\begin{cases} … \end{cases}`, `Piecewise[{{…}}]`, `np.where(c, a, b)`, made into one form
//! before names are split: lines with a value and a condition between brackets of their own.

use super::token::{Bracket, Tok, Token, closing, is_sign_as_script};
use crate::number::Coeff;
use crate::span::Span;

/// The most piecewise definitions times tokens of an expression: each takes time in proportion to what stands after it.
const MOST_WORK: usize = 10_000_000;

/// A value with its condition; none of the last line, which is taken where no other is.
struct Row {
    value: Vec<Token>,
    condition: Option<Vec<Token>>,
}

/// The calls that are piecewise definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    /// `cases(x if x > 0, 0 otherwise)`, as answers are printed.
    Cases,
    /// `Piecewise((x, x > 0), (0, True))`, `Piecewise[{{x, x > 0}}, 0]`
    Piecewise,
    /// `where(x > 0, x, 0)`, `If[x > 0, x, 0]`
    Where,
}

/// The tokens with every piecewise definition in that form.
pub(super) fn unified(tokens: Vec<Token>, source: &str) -> Vec<Token> {
    let mut tokens = with_choices(tokens);
    let is_candidate = |token: &Token| match &token.tok {
        Tok::Word(word) => call(word).is_some(),
        tok => *tok == Tok::Open(Bracket::Cases),
    };
    let count = tokens.iter().filter(|token| is_candidate(token)).count();
    if !(1..=most_cases(&tokens)).contains(&count) {
        return tokens;
    }
    // From the last to the first, so that what stands inside comes first.
    for at in (0..tokens.len()).rev() {
        let found = match &tokens[at].tok {
            Tok::Open(Bracket::Cases) => closing(&tokens, at).map(|close| {
                let rows = split(&tokens[at + 1..close], |tok| *tok == Tok::Semicolon);
                (close, Bracket::Cases, rows.into_iter().filter_map(line).collect())
            }),
            Tok::Word(word) => call(word).and_then(|call| called(&tokens, at, call, source)),
            _ => None,
        };
        let Some((close, bracket, rows)) = found else { continue };
        let (first, last) = (tokens[at].clone(), tokens[close].span);
        let open = Token { tok: Tok::Open(bracket), partner: usize::MAX, ..first };
        let mut made = vec![open];
        for (place, Row { value, condition }) in rows.into_iter().enumerate() {
            let span = value.first().map_or(last, |token| token.span);
            if place > 0 {
                made.push(Token::new(Tok::Semicolon, Span::new(span.start, span.start)));
            }
            made.extend(value);
            if let Some(condition) = condition {
                let span = condition.first().map_or(last, |token| token.span);
                made.push(Token::new(Tok::If, Span::new(span.start, span.start)));
                made.extend(condition);
            }
        }
        made.push(Token::new(Tok::Close(bracket), last));
        tokens.splice(at..=close, made);
    }
    tokens
}

/// The largest number of piecewise definitions that is looked for in an expression.
fn most_cases(tokens: &[Token]) -> usize {
    MOST_WORK / tokens.len().max(1)
}

/// The tokens with Python's `a if c else b` as `where(c, a, b)`.
fn with_choices(mut tokens: Vec<Token>) -> Vec<Token> {
    let is_word = |token: &Token, wanted: &str| matches!(&token.tok, Tok::Word(word) if word == wanted);
    for _ in 0..most_cases(&tokens) {
        // The last one first, so that what stands behind an `else` comes before what it is part of.
        let Some(otherwise) = tokens.iter().rposition(|token| is_word(token, "else")) else { break };
        let ends =
            |tok: &Tok| matches!(tok, Tok::Comma | Tok::Semicolon | Tok::Equal | Tok::MapsTo | Tok::Colon | Tok::End);
        let (mut depth, mut condition, mut from) = (0_usize, None, 0);
        for at in (0..otherwise).rev() {
            match &tokens[at].tok {
                Tok::Close(_) => depth += 1,
                Tok::Open(_) if depth > 0 => depth -= 1,
                tok if depth == 0 && (ends(tok) || matches!(tok, Tok::Open(_))) => {
                    from = at + 1;
                    break;
                }
                _ if depth == 0 && is_word(&tokens[at], "else") => {
                    from = at + 1;
                    break;
                }
                _ if depth == 0 && condition.is_none() && is_word(&tokens[at], "if") => condition = Some(at),
                _ => {}
            }
        }
        let Some(condition) = condition.filter(|condition| *condition > from) else { break };
        let mut to = otherwise + 1;
        while let Some(token) = tokens.get(to) {
            match &token.tok {
                Tok::Open(_) => to = closing(&tokens, to).unwrap_or(to),
                tok if ends(tok) || matches!(tok, Tok::Close(_)) => break,
                // The values of a comprehension end here.
                Tok::Word(word) if word == "for" => break,
                _ => {}
            }
            to += 1;
        }
        let to = to.min(tokens.len());
        let new = |tok: Tok, like: &Token| Token { tok, partner: usize::MAX, ..like.clone() };
        let mut made = vec![new(Tok::Word(String::from("where")), &tokens[from])];
        made.push(Token { blank: false, ..new(Tok::Open(Bracket::Round), &tokens[from]) });
        made.extend(tokens[condition + 1..otherwise].iter().cloned());
        made.push(new(Tok::Comma, &tokens[condition]));
        made.extend(tokens[from..condition].iter().cloned());
        made.push(new(Tok::Comma, &tokens[otherwise]));
        made.extend(tokens[otherwise + 1..to].iter().cloned());
        made.push(new(Tok::Close(Bracket::Round), &tokens[to - 1]));
        tokens.splice(from..to, made);
    }
    tokens
}

fn call(word: &str) -> Option<Call> {
    Some(match word {
        "cases" => Call::Cases,
        "Piecewise" | "piecewise" => Call::Piecewise,
        "where" | "ifelse" | "If" | "IfElse" => Call::Where,
        _ => return None,
    })
}

/// A call at a place, if it is one: where it ends, and its lines.
fn called(tokens: &[Token], at: usize, call: Call, source: &str) -> Option<(usize, Bracket, Vec<Row>)> {
    let open = at + 1;
    if !matches!(tokens.get(open)?.tok, Tok::Open(Bracket::Round | Bracket::Square)) {
        return None;
    }
    let close = closing(tokens, open)?;
    let inside = &tokens[open + 1..close];
    let is_comma = |tok: &Tok| *tok == Tok::Comma;
    match call {
        Call::Cases => {
            let rows = split(inside, |tok| matches!(tok, Tok::Comma | Tok::Semicolon));
            let rows: Vec<Row> = rows.into_iter().filter_map(line).collect();
            rows.iter().any(|row| row.condition.is_some()).then_some((close, Bracket::Cases, rows))
        }
        Call::Where => {
            let parts = split_at_commas(inside, source);
            let [condition, then, otherwise] = parts.as_slice() else { return None };
            let rows = vec![
                Row { value: then.to_vec(), condition: Some(conjunctions(condition)) },
                Row { value: otherwise.to_vec(), condition: None },
            ];
            Some((close, Bracket::Where, rows))
        }
        Call::Piecewise => {
            let mut parts = split(inside, is_comma);
            let mut rows = Vec::new();
            // Mathematica's list of lines, and what is taken elsewhere.
            if let Some(list) = unwrapped(parts[0]).filter(|list| unwrapped(split(list, is_comma)[0]).is_some()) {
                let span = tokens[close].span;
                let zero = [Token::new(Tok::Number(Coeff::ZERO), Span::new(span.start, span.start))];
                let elsewhere = parts.get(1).map_or(zero.to_vec(), |part| part.to_vec());
                parts = split(list, is_comma);
                rows.push(Row { value: elsewhere, condition: None });
            }
            let mut lines = Vec::new();
            for part in parts {
                lines.push(line(unwrapped(part)?)?);
            }
            let is_covered = lines.iter().any(|row| row.condition.is_none());
            lines.extend(rows.into_iter().filter(|_| !is_covered));
            Some((close, Bracket::Cases, lines))
        }
    }
}

/// What stands between brackets that hold all of it.
fn unwrapped(tokens: &[Token]) -> Option<&[Token]> {
    let is_open = matches!(tokens.first()?.tok, Tok::Open(Bracket::Round | Bracket::Brace | Bracket::Square));
    (is_open && closing(tokens, 0)? + 1 == tokens.len()).then(|| &tokens[1..tokens.len() - 1])
}

/// The stretches between tokens that stand in no bracket.
fn split(tokens: &[Token], is_end: impl Fn(&Tok) -> bool) -> Vec<&[Token]> {
    split_by(tokens, |token| is_end(&token.tok))
}

/// The stretches between commas, which are not the signs of NumPy's `&`.
fn split_at_commas<'t>(tokens: &'t [Token], source: &str) -> Vec<&'t [Token]> {
    split_by(tokens, |token| token.tok == Tok::Comma && !is_ampersand(token, source))
}

fn split_by(tokens: &[Token], is_end: impl Fn(&Token) -> bool) -> Vec<&[Token]> {
    let (mut parts, mut from, mut depth, mut angles) = (Vec::new(), 0, 0_usize, 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        match token.tok {
            Tok::Open(_) => depth += 1,
            Tok::Close(_) => depth = depth.saturating_sub(1),
            Tok::Less
                if depth == 0
                    && (at == from || !ends_operand(&tokens[at - 1].tok) && !is_sign_as_script(tokens, at - 1)) =>
            {
                angles += 1;
            }
            Tok::Greater if depth == 0 && angles > 0 => angles -= 1,
            _ if depth == 0 && angles == 0 && is_end(token) => {
                parts.push(&tokens[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tokens[from..]);
    parts
}

/// Whether an operand may end with it.
fn ends_operand(tok: &Tok) -> bool {
    !matches!(
        tok,
        Tok::Plus | Tok::Minus | Tok::Op(_) | Tok::Comma | Tok::Semicolon | Tok::Open(_) | Tok::And | Tok::Or
    )
}

fn is_ampersand(token: &Token, source: &str) -> bool {
    source.get(token.span.start..token.span.end) == Some("&")
}

/// One line: the value up to the first comma, `&` or `if`, and its condition.
fn line(tokens: &[Token]) -> Option<Row> {
    if tokens.is_empty() {
        return None;
    }
    let begins = |token: &Token| token.tok == Tok::Comma || is_given(token) || is_otherwise(token);
    let value = split_by(tokens, begins)[0];
    let mut rest = &tokens[value.len()..];
    while rest.first().is_some_and(|token| token.tok == Tok::Comma || is_given(token)) {
        rest = &rest[1..];
    }
    while rest.last().is_some_and(|token| token.tok == Tok::Comma) {
        rest = &rest[..rest.len() - 1];
    }
    let is_brace = |token: &Token| matches!(token.tok, Tok::Open(Bracket::Brace) | Tok::Close(Bracket::Brace));
    let is_last = rest.iter().all(|token| is_otherwise(token) || is_brace(token));
    let condition = if is_last { None } else { Some(conjunctions(rest)) };
    Some(Row { value: value.to_vec(), condition })
}

fn is_word_of(token: &Token, words: &[&str]) -> bool {
    matches!(&token.tok, Tok::Word(word) if words.contains(&word.as_str()))
}

fn is_given(token: &Token) -> bool {
    is_word_of(token, &["if", "If", "when", "for", "where", "provided"])
}

fn is_otherwise(token: &Token) -> bool {
    is_word_of(token, &["otherwise", "Otherwise", "else", "elsewhere", "True", "true"])
}

/// A condition whose parts are joined by [`Tok::And`] and [`Tok::Or`], each without brackets around it.
fn conjunctions(tokens: &[Token]) -> Vec<Token> {
    let joint = |token: &Token| match &token.tok {
        Tok::And | Tok::Comma => Some(Tok::And),
        Tok::Or => Some(Tok::Or),
        Tok::Word(word) if word == "and" || word == "AND" => Some(Tok::And),
        Tok::Word(word) if word == "or" || word == "OR" => Some(Tok::Or),
        _ => None,
    };
    let mut made: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    for part in split_by(tokens, |token| joint(token).is_some()) {
        if at > 0
            && !part.is_empty()
            && let Some(tok) = joint(&tokens[at - 1])
            && !made.is_empty()
        {
            made.push(Token::new(tok, tokens[at - 1].span));
        }
        at += part.len() + 1;
        match unwrapped(part).filter(|inner| split_by(inner, |token| is_relation(&token.tok)).len() > 1) {
            Some(inner) => made.extend(conjunctions(inner)),
            None => made.extend(part.iter().cloned()),
        }
    }
    made
}

/// Whether it compares its two sides.
pub(super) fn is_relation(tok: &Tok) -> bool {
    use super::token::Relation;
    matches!(
        tok,
        Tok::Less
            | Tok::Greater
            | Tok::Equal
            | Tok::Relation(Relation::LessEqual | Relation::GreaterEqual | Relation::NotEqual)
    )
}
