//! TeX's old fractions: `{a \over b}` becomes `\frac{a}{b}`.

use super::token::{Bracket, Tok, Token};

/// Gives each part of a group with `\over` braces of its own.
pub(super) fn as_fractions(tokens: Vec<Token>) -> Vec<Token> {
    if tokens.iter().all(|token| token.tok != Tok::Over) {
        return tokens;
    }
    // The groups that are fractions, by the places of their first symbols; the whole text is a group, too.
    let mut begins = vec![false; tokens.len() + 1];
    let mut open = vec![0];
    for (at, token) in tokens.iter().enumerate() {
        match token.tok {
            Tok::Open(_) => open.push(at + 1),
            Tok::Close(_) if open.len() > 1 => {
                open.pop();
            }
            Tok::Over => begins[open.last().copied().unwrap_or(0)] = true,
            _ => {}
        }
    }
    let mut out = Vec::with_capacity(tokens.len() * 2);
    let mut groups = vec![begins[0]];
    let brace = |opens: bool, token: &Token| {
        let tok = if opens { Tok::Open(Bracket::Brace) } else { Tok::Close(Bracket::Brace) };
        Token::new(tok, token.span)
    };
    if let (true, Some(first)) = (begins[0], tokens.first()) {
        out.push(Token::new(Tok::Frac, first.span));
        out.push(brace(true, first));
    }
    for (at, token) in tokens.into_iter().enumerate() {
        match token.tok {
            Tok::Open(_) => {
                let is_fraction = begins[at + 1];
                let span = token.span;
                groups.push(is_fraction);
                out.push(token);
                if is_fraction {
                    out.push(Token::new(Tok::Frac, span));
                    out.push(Token::new(Tok::Open(Bracket::Brace), span));
                }
            }
            Tok::Close(_) => {
                if groups.len() > 1 && groups.pop() == Some(true) {
                    out.push(brace(false, &token));
                }
                out.push(token);
            }
            Tok::Over => {
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
