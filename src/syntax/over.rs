//! TeX's old fractions: `{a \over b}` becomes `\frac{a}{b}`, `{n \choose k}` becomes `\binom{n}{k}`.

use super::token::{Bracket, Tok, Token};

/// What a group with such a sign becomes.
fn of_sign(tok: &Tok) -> Option<Tok> {
    match tok {
        Tok::Over => Some(Tok::Frac),
        Tok::Choose => Some(Tok::Binom),
        _ => None,
    }
}

/// Gives each part of a group with `\over` or `\choose` braces of its own.
pub(super) fn as_fractions(tokens: Vec<Token>) -> Vec<Token> {
    if tokens.iter().all(|token| of_sign(&token.tok).is_none()) {
        return tokens;
    }
    // The groups that are fractions, by the places of their first symbols; the whole text is a group, too.
    let mut begins: Vec<Option<Tok>> = vec![None; tokens.len() + 1];
    let mut open = vec![0];
    for (at, token) in tokens.iter().enumerate() {
        match token.tok {
            Tok::Open(_) => open.push(at + 1),
            Tok::Close(_) if open.len() > 1 => {
                open.pop();
            }
            _ => {
                if let Some(sign) = of_sign(&token.tok) {
                    begins[open.last().copied().unwrap_or(0)] = Some(sign);
                }
            }
        }
    }
    let mut out = Vec::with_capacity(tokens.len() * 2);
    let mut groups = vec![begins[0].is_some()];
    let brace = |opens: bool, token: &Token| {
        let tok = if opens { Tok::Open(Bracket::Brace) } else { Tok::Close(Bracket::Brace) };
        Token::new(tok, token.span)
    };
    if let (Some(sign), Some(first)) = (&begins[0], tokens.first()) {
        out.push(Token::new(sign.clone(), first.span));
        out.push(brace(true, first));
    }
    for (at, token) in tokens.into_iter().enumerate() {
        match token.tok {
            Tok::Open(_) => {
                let sign = begins[at + 1].take();
                let span = token.span;
                groups.push(sign.is_some());
                out.push(token);
                if let Some(sign) = sign {
                    out.push(Token::new(sign, span));
                    out.push(Token::new(Tok::Open(Bracket::Brace), span));
                }
            }
            Tok::Close(_) => {
                if groups.len() > 1 && groups.pop() == Some(true) {
                    out.push(brace(false, &token));
                }
                out.push(token);
            }
            Tok::Over | Tok::Choose => {
                out.push(brace(false, &token));
                out.push(brace(true, &token));
            }
            Tok::End => {
                if groups.first() == Some(&true) {
                    out.push(brace(false, &token));
                }
                out.push(token);
            }
            _ => out.push(token),
        }
    }
    out
}
