//! Dirac's brackets: `⟨φ|ψ⟩` is an inner product and `⟨φ|H|ψ⟩` is that of φ and Hψ, φᵀHψ, since all values are real.

use super::ast::Remark;
use super::token::{Bracket, Tok, Token};
use crate::span::Span;

/// Writes `⟨φ, ψ⟩` for `⟨φ|ψ⟩`, and `⟨φ, Hψ⟩` for `⟨φ|H|ψ⟩` with a note. The brackets are paired.
pub(super) fn rewrite(tokens: Vec<Token>, source: &str, remarks: &mut Vec<Remark>) -> Vec<Token> {
    if !tokens.iter().any(|token| token.tok == Tok::Open(Bracket::Angle)) {
        return tokens;
    }
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    // What stands in place of a token.
    let mut instead: rustc_hash::FxHashMap<usize, Vec<Tok>> = rustc_hash::FxHashMap::default();
    let (open, close) = (|| Tok::Open(Bracket::Brace), || Tok::Close(Bracket::Brace));
    for (at, token) in tokens.iter().enumerate() {
        if token.tok == Tok::Open(Bracket::Angle) {
            let last = token.partner.min(tokens.len());
            match bars(&tokens, at + 1, last).as_slice() {
                [one] => {
                    instead.insert(*one, vec![Tok::Comma]);
                }
                [one, other] => {
                    let span = token.span.join(tokens[last].span);
                    let text = |from: usize, to: usize| {
                        source
                            .get(tokens[from].span.end..tokens[to].span.start)
                            .unwrap_or("")
                            .trim()
                            .trim_start_matches('{')
                    };
                    let (bra, middle, ket) = (text(at, *one), text(*one, *other), text(*other, last));
                    remarks.push(note(source, span, (bra, middle, ket)));
                    instead.insert(*one, vec![Tok::Comma, open()]);
                    instead.insert(*other, vec![close(), open()]);
                    instead.insert(last, vec![close(), Tok::Close(Bracket::Angle)]);
                }
                _ => {}
            }
        }
        match instead.remove(&at) {
            Some(others) => out.extend(others.into_iter().map(|tok| Token { tok, ..token.clone() })),
            None => out.push(token.clone()),
        }
    }
    out
}

/// The bars that part what stands between two places, which no bracket holds; none where there is a comma, or nothing on one of their
/// sides.
fn bars(tokens: &[Token], from: usize, to: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = from;
    while at < to {
        match tokens[at].tok {
            Tok::Open(_) if tokens[at].partner < to => at = tokens[at].partner,
            Tok::Comma => return Vec::new(),
            Tok::Bar(_) => found.push(at),
            _ => {}
        }
        at += 1;
    }
    let ends = [from.wrapping_sub(1)].into_iter().chain(found.iter().copied()).chain([to]);
    let ends: Vec<usize> = ends.collect();
    if ends.windows(2).any(|pair| pair[0].wrapping_add(1) >= pair[1]) { Vec::new() } else { found }
}

fn note(source: &str, span: Span, (bra, middle, ket): (&str, &str, &str)) -> Remark {
    let written = source.get(span.start..span.end).unwrap_or("");
    let sign = if source.contains('\\') { "^T" } else { "'" };
    let product = format!("{bra}{sign} {middle} {ket}");
    let message = format!("`{written}` is read as `{product}`: all values are real");
    Remark { row: "bra-ket", span, message: message.into(), other: Some(product) }
}
