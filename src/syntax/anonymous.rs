//! Functions as programs write them: `lambda x: x @ A @ x`, `def f(x): return x @ A @ x`, MATLAB's `@(x) x'*A*x` and Julia's
//! `x -> x'A*x`. They become `x ↦ …` and `f(x) = …`, with what is assigned before a `return` as definitions.

use super::ast::ProductOp;
use super::names::KnownNames;
use super::token::{Bracket, Tok, Token, closing, split_at_commas};
use crate::span::Span;

/// The tokens with such functions as the language has them.
pub(super) fn rewrite(tokens: Vec<Token>, names: &KnownNames) -> Vec<Token> {
    let is_word = |word: &str| matches!(tokens.first(), Some(Token { tok: Tok::Word(first), .. }) if first == word && !names.has_base(word));
    let found = if is_word("def") { defined(&tokens) } else { assigned(&tokens, names) };
    found.unwrap_or(tokens)
}

/// A function with a name, `f = lambda x: …`, `def f(x): return …`, `f = @(x) …`, `f = x -> …`, as the definition `f(x) = …`.
#[must_use]
pub fn as_definition(text: &str) -> Option<String> {
    let is_name =
        |name: &str| name.starts_with(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let (name, arguments, body) = if let Some(rest) = text.strip_prefix("def ") {
        let (name, rest) = rest.split_once('(')?;
        let (arguments, rest) = rest.split_once(')')?;
        let (_, body) = rest.split_once(':')?;
        (name, arguments, body.trim_start().strip_prefix("return ")?)
    } else {
        let (name, rest) = text.split_once('=')?;
        let rest = rest.trim_start();
        let (arguments, body) = if let Some(rest) = rest.strip_prefix("lambda ") {
            rest.split_once(':')?
        } else if let Some(rest) = rest.strip_prefix("@(") {
            rest.split_once(')')?
        } else {
            rest.split_once("->")?
        };
        (name, arguments.trim().trim_start_matches('(').trim_end_matches(')'), body)
    };
    let arguments: Vec<&str> =
        arguments.split(',').map(|argument| argument.split([':', '=']).next().unwrap_or_default().trim()).collect();
    let fits = is_name(name.trim()) && arguments.iter().all(|argument| is_name(argument)) && !body.trim().is_empty();
    fits.then(|| format!("{}({}) = {}", name.trim(), arguments.join(", "), body.trim()))
}

/// `lambda x: …` and its kin, alone or after `f =`.
fn assigned(tokens: &[Token], names: &KnownNames) -> Option<Vec<Token>> {
    let (name, rest) = match tokens {
        [name @ Token { tok: Tok::Word(_), .. }, Token { tok: Tok::Equal, .. }, rest @ ..] => (Some(name), rest),
        rest => (None, rest),
    };
    let first = rest.first()?;
    let (arguments, arrow, body) = match &first.tok {
        Tok::Word(word) if word == "lambda" && !names.has_base("λ") => {
            let colon = rest.iter().position(|token| token.tok == Tok::Colon)?;
            (&rest[1..colon], rest[colon].span, &rest[colon + 1..])
        }
        // `@(x) …`
        Tok::Op(ProductOp::At) if rest.get(1).is_some_and(|open| open.tok == Tok::Open(Bracket::Round)) => {
            let close = closing(rest, 1)?;
            (&rest[2..close], rest[close].span, &rest[close + 1..])
        }
        // R's `function(x) …`
        Tok::Word(word)
            if word == "function" && rest.get(1).is_some_and(|open| open.tok == Tok::Open(Bracket::Round)) =>
        {
            let close = closing(rest, 1)?;
            (&rest[2..close], rest[close].span, &rest[close + 1..])
        }
        _ => {
            let minus = rest.iter().position(|token| token.tok == Tok::Minus)?;
            let greater = rest.get(minus + 1)?;
            let span = rest[minus].span.join(greater.span);
            if greater.tok != Tok::Greater || span.end != span.start + 2 {
                return None;
            }
            let arguments = match &rest[..minus] {
                [open, inner @ .., close]
                    if open.tok == Tok::Open(Bracket::Round) && close.tok == Tok::Close(Bracket::Round) =>
                {
                    inner
                }
                inner => inner,
            };
            (arguments, span, &rest[minus + 2..])
        }
    };
    let arguments = arguments_in(arguments)?;
    Some(head(name, &arguments, arrow).into_iter().chain(body.iter().cloned()).collect())
}

/// `def f(x): …; return …`
fn defined(tokens: &[Token]) -> Option<Vec<Token>> {
    let name = tokens.get(1).filter(|name| matches!(name.tok, Tok::Word(_)))?;
    let open = 2 + tokens[2..].iter().position(|token| token.tok == Tok::Open(Bracket::Round))?;
    let close = closing(tokens, open)?;
    let arguments = arguments_in(&tokens[open + 1..close])?;
    let colon = close + 1 + tokens[close + 1..].iter().position(|token| token.tok == Tok::Colon)?;
    let is_return = |token: &Token| matches!(&token.tok, Tok::Word(word) if word == "return");
    let at = colon + 1 + tokens[colon + 1..].iter().position(is_return)?;
    let before = &tokens[colon + 1..at];
    let mut out = before.to_vec();
    if let Some(first) = out.first_mut() {
        first.newline = false;
    }
    if !before.is_empty() && before.last().is_some_and(|token| token.tok != Tok::Semicolon) {
        out.push(Token::new(Tok::Semicolon, tokens[at].span));
    }
    out.extend(head(Some(name), &arguments, tokens[colon].span));
    out.extend(tokens[at + 1..].iter().cloned());
    Some(out)
}

/// The names of arguments, without what is said of their types and values.
fn arguments_in(tokens: &[Token]) -> Option<Vec<Token>> {
    let name = |part: &[Token]| {
        let ends = |token: &Token| matches!(token.tok, Tok::Colon | Tok::Equal);
        let end = part.iter().position(ends).unwrap_or(part.len());
        let is_part = |token: &Token| matches!(token.tok, Tok::Word(_) | Tok::Underscore | Tok::Number(_));
        (end > 0 && part[..end].iter().all(is_part)).then(|| part[..end].to_vec())
    };
    let parts: Vec<Vec<Token>> = split_at_commas(tokens).into_iter().map(name).collect::<Option<_>>()?;
    let mut out: Vec<Token> = Vec::new();
    for part in parts {
        if let Some(first) = part.first().filter(|_| !out.is_empty()) {
            out.push(Token::new(Tok::Comma, first.span));
        }
        out.extend(part);
    }
    (!out.is_empty()).then_some(out)
}

/// `f(x) =`, or `(x) ↦` of a function without a name.
fn head(name: Option<&Token>, arguments: &[Token], sign: Span) -> Vec<Token> {
    let bracket = |tok: Tok| Token::new(tok, arguments[0].span);
    let mut out: Vec<Token> = Vec::with_capacity(arguments.len() + 4);
    out.extend(name.map(|name| Token { blank: false, newline: false, ..name.clone() }));
    out.push(bracket(Tok::Open(Bracket::Round)));
    out.extend(arguments.iter().map(|token| Token { newline: false, ..token.clone() }));
    out.push(bracket(Tok::Close(Bracket::Round)));
    out.push(Token::new(if name.is_some() { Tok::Equal } else { Tok::MapsTo }, sign));
    out
}
