//! Products of R, `%*%`, which bind tighter than `*` and `/`: of `y * X %*% w` the matrix product is the second factor.

use super::ast::ProductOp;
use super::token::{Bracket, Tok, Token, closing, opening};
use crate::span::Span;

/// The most products that are put in brackets: each takes time in proportion to the text.
const MAX_PRODUCTS: usize = 100;

/// The tokens with brackets around matrix products that another factor stands before.
pub(super) fn rewrite(mut tokens: Vec<Token>, source: &str) -> Vec<Token> {
    if !super::reduction::is_r(source) {
        return tokens;
    }
    let (mut at, mut left) = (0, MAX_PRODUCTS);
    while at < tokens.len() && left > 0 {
        let is_first = is_product(&tokens[at]);
        if let Some(start) = Some(at).filter(|_| is_first).and_then(|at| operand_before(&tokens, at))
            && let Some(before) = start.checked_sub(1)
            && matches!(tokens[before].tok, Tok::Op(ProductOp::Star | ProductOp::Divide))
            && let Some(end) = end_of_chain(&tokens, at)
        {
            left -= 1;
            let (first, last) = (tokens[start].span.start, tokens[end - 1].span.end);
            tokens.insert(end, Token::new(Tok::Close(Bracket::Round), Span::new(last, last)));
            let open = Token::new(Tok::Open(Bracket::Round), Span::new(first, first));
            let blank = std::mem::take(&mut tokens[start].blank);
            tokens.insert(start, Token { blank, ..open });
            at = end + 2;
            continue;
        }
        at += 1;
    }
    tokens
}

fn is_product(token: &Token) -> bool {
    token.tok == Tok::Op(ProductOp::At)
}

/// Where the operand before a place begins: a name or a number, a call, a bracket, with the power over it.
fn operand_before(tokens: &[Token], at: usize) -> Option<usize> {
    let mut start = at.checked_sub(1)?;
    if matches!(tokens[start].tok, Tok::Close(_)) {
        start = opening(&tokens[..=start])?;
        let is_call = start > 0 && !tokens[start].blank && matches!(tokens[start - 1].tok, Tok::Word(_));
        start -= usize::from(is_call);
    } else if !matches!(tokens[start].tok, Tok::Word(_) | Tok::Number(_)) {
        return None;
    }
    match start.checked_sub(1) {
        Some(before) if tokens[before].tok == Tok::Caret => operand_before(tokens, before),
        _ => Some(start),
    }
}

/// Where the products from the one at a place on end.
fn end_of_chain(tokens: &[Token], mut at: usize) -> Option<usize> {
    while is_product(&tokens[at]) || tokens[at].tok == Tok::Caret {
        let mut end = at + 1;
        while matches!(tokens.get(end)?.tok, Tok::Minus) {
            end += 1;
        }
        let is_callee = matches!(tokens[end].tok, Tok::Word(_))
            && tokens.get(end + 1).is_some_and(|next| matches!(next.tok, Tok::Open(_)) && !next.blank);
        end += usize::from(is_callee);
        at = match tokens.get(end)?.tok {
            Tok::Open(_) => closing(tokens, end)? + 1,
            Tok::Word(_) | Tok::Number(_) => end + 1,
            _ => return None,
        };
    }
    Some(at)
}
