//! Signs of sums without an index below them before members that have it as a label: `Σ(θᵀx⁽ⁱ⁾ − y⁽ⁱ⁾)²`, `∑ (y^{(i)} − θ'x^{(i)})^2`. The index
//! is put below the sign before anything is read, as what stands above a letter is a label only where it is bound.

use super::ast::Remark;
use super::names::KnownNames;
use super::token::{Bracket, Tok, Token, closing_of_script};

/// The most signs that are looked at: each takes time in proportion to what it sums.
const MAX_SIGNS: usize = 100;

/// The most symbols behind a sign in which its index is looked for.
const MOST_OF_BODY: usize = 512;

/// The tokens with the indices that labels say below the signs, and what is to be said of it.
pub(super) fn rewrite(tokens: Vec<Token>, names: &KnownNames, source: &str) -> (Vec<Token>, Vec<Remark>) {
    let has_label = |at: usize| tokens[at].tok == Tok::Caret && label(&tokens, at).is_some();
    if !(0..tokens.len()).any(has_label) {
        return (tokens, Vec::new());
    }
    let mut found: Vec<(usize, String)> = Vec::new();
    for at in 0..tokens.len() {
        if found.len() < MAX_SIGNS
            && is_sign(&tokens, at, names)
            && let Some(index) = index_behind(&tokens, at + 1)
        {
            found.push((at, index));
        }
    }
    let mut remarks = Vec::new();
    let mut out = Vec::with_capacity(tokens.len() + 2 * found.len());
    let mut found = found.into_iter().peekable();
    for (at, token) in tokens.into_iter().enumerate() {
        let Some((_, index)) = found.next_if(|(sign, _)| *sign == at) else {
            out.push(token);
            continue;
        };
        let (span, written) = (token.span, source.get(token.span.start..token.span.end).unwrap_or("sum").trim());
        let with_index = sign_with_index(written, &index);
        let message = format!("the index of this sign is read as `{index}`; written out: `{with_index}`").into();
        remarks.push(Remark { row: "open-index", span, message, other: None });
        out.push(Token { tok: Tok::BigSum, ..token });
        out.push(Token::new(Tok::Underscore, span));
        out.push(Token::new(Tok::Word(index), span));
    }
    (out, remarks)
}

/// Whether a sign of a sum stands at a place with nothing below or above it, and what it sums behind it. The letter Σ is one where the square of
/// a bracket follows it, or where every such letter is.
fn is_sign(tokens: &[Token], at: usize, names: &KnownNames) -> bool {
    let Some(next) = tokens.get(at + 1).filter(|next| next.tok.starts_operand()) else { return false };
    match &tokens[at].tok {
        Tok::BigSum => true,
        Tok::Word(word) if matches!(word.as_str(), "Σ" | "Sigma") && !names.has_base("Σ") => {
            let is_behind_factor = at.checked_sub(1).is_some_and(|before| match &tokens[before].tok {
                Tok::Prime | Tok::Top => true,
                Tok::Word(word) => word.starts_with(char::is_uppercase),
                _ => false,
            });
            let is_squared = matches!(next.tok, Tok::Open(Bracket::Round | Bracket::Square))
                && closing_of_script(tokens, at + 1).is_some_and(|close| {
                    matches!(tokens.get(close + 1).map(|token| &token.tok), Some(Tok::Caret | Tok::Stars))
                        && label(tokens, close + 1).is_none()
                });
            names.reads_letter_as_sum() || is_squared && !is_behind_factor
        }
        _ => false,
    }
}

/// The one letter that is an index by habit and a label of letters in the term that begins at a place.
fn index_behind(tokens: &[Token], from: usize) -> Option<String> {
    let (mut depth, mut found, mut bars) = (0_usize, None, 0_usize);
    for at in from..tokens.len().min(from + MOST_OF_BODY) {
        match &tokens[at].tok {
            Tok::Open(_) => depth += 1,
            Tok::Close(_) if depth == 0 => break,
            Tok::Close(_) => depth -= 1,
            Tok::Bar(_) | Tok::DoubleBar(..) => bars += 1,
            Tok::End | Tok::Comma | Tok::Semicolon | Tok::Equal | Tok::Relation(_) if depth == 0 => break,
            Tok::Plus | Tok::Minus if depth == 0 && bars % 2 == 0 && at > from && tokens[at - 1].tok != Tok::Caret => {
                break;
            }
            Tok::Caret => {
                let Some(index) = label(tokens, at).filter(|index| is_index(index)) else { continue };
                if found.is_some_and(|known| known != index) {
                    return None;
                }
                found = Some(index);
            }
            _ => {}
        }
    }
    found.map(str::to_owned)
}

/// The letter in brackets above a letter: i of `x^{(i)}` and of `x⁽ⁱ⁾`.
fn label(tokens: &[Token], caret: usize) -> Option<&str> {
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    let is_of_letter = matches!(tok(caret.checked_sub(1)?), Some(Tok::Word(_) | Tok::Name(_)));
    let open = caret + 1 + usize::from(tok(caret + 1) == Some(&Tok::Open(Bracket::Brace)));
    let is_closed = tok(open) == Some(&Tok::Open(Bracket::Round)) && tok(open + 2) == Some(&Tok::Close(Bracket::Round));
    match tok(open + 1) {
        Some(Tok::Word(letter) | Tok::Name(letter)) if is_of_letter && is_closed => Some(letter),
        _ => None,
    }
}

/// Whether a letter is an index by habit.
pub(super) fn is_index(letter: &str) -> bool {
    matches!(letter, "i" | "j" | "k" | "l" | "m" | "n" | "t")
}

/// A sign as it is written, with an index below it: `\\sum_k`, `∑ₖ`.
pub(super) fn sign_with_index(sign: &str, index: &str) -> String {
    let raised = match index {
        "i" => "ᵢ",
        "j" => "ⱼ",
        "k" => "ₖ",
        "l" => "ₗ",
        "m" => "ₘ",
        "n" => "ₙ",
        _ => "ₜ",
    };
    if sign.is_ascii() { format!("{sign}_{index}") } else { format!("{sign}{raised}") }
}
