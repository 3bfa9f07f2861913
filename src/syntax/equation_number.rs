//! The number of an equation in brackets at the end of a text that is copied from a page: `‖Ax − b‖²    (2.3)`. It is no factor.

use super::ast::Remark;
use super::function::function;
use super::token::{Bracket, Tok, Token};

/// The commands of LaTeX that leave a gap before the number of an equation.
const GAPS: [&str; 4] = ["\\quad", "\\qquad", "\\hfill", "\\eqno"];

/// The tokens without the number of an equation behind a gap, and what is said of it, or of a factor that looks like one.
pub(super) fn rewrite(mut tokens: Vec<Token>, source: &str) -> (Vec<Token>, Option<Remark>) {
    let Some(open) = bracket(&tokens) else { return (tokens, None) };
    let before = tokens[open - 1].span.end;
    let gap = source.get(before..tokens[open].span.start).unwrap_or("");
    let is_behind_comma = tokens[open - 1].tok == Tok::Comma;
    let is_wide = gap.contains("  ") || gap.contains(['\t', '\n']) || GAPS.iter().any(|command| gap.contains(command));
    let span = tokens[open].span.join(tokens[tokens.len() - 2].span);
    let written = source.get(span.start..span.end).unwrap_or("");
    let message = if is_wide || is_behind_comma {
        tokens.drain(open - usize::from(is_behind_comma)..tokens.len() - 1);
        format!("`{written}` is left out as the number of the equation; a factor is written before what it multiplies")
    } else if gap.is_empty() {
        return (tokens, None);
    } else {
        format!("`{written}` is read as a factor; the number of an equation is left out")
    };
    (tokens, Some(Remark { row: "equation-number", span, message: message.into(), other: None }))
}

/// Where the bracket opens that a text ends with, behind an operand, where it holds a number and nothing but a letter behind it: `(12a)`.
fn bracket(tokens: &[Token]) -> Option<usize> {
    let [.., Token { tok: Tok::Close(close @ (Bracket::Round | Bracket::Square)), .. }, Token { tok: Tok::End, .. }] =
        tokens
    else {
        return None;
    };
    let inner = tokens.len().checked_sub(3)?;
    let is_letter = matches!(&tokens.get(inner)?.tok, Tok::Word(word) if word.len() == 1);
    let number = if is_letter { inner.checked_sub(1)? } else { inner };
    let open = number.checked_sub(1).filter(|open| *open > 0)?;
    let is_number = matches!(&tokens[number].tok, Tok::Number(value) if !value.is_negative());
    let is_bracket = tokens[open].tok == Tok::Open(*close);
    let ends_operand = match &tokens[open - 1].tok {
        Tok::Word(word) => function(word).is_none() && !is_called(tokens, word),
        Tok::Number(_) | Tok::Close(_) | Tok::Prime | Tok::Bang | Tok::Bar(_) | Tok::DoubleBar(..) | Tok::Comma => true,
        _ => false,
    };
    (is_number && is_bracket && ends_operand).then_some(open)
}

/// Whether a bracket stands right behind a word somewhere, as that of an argument.
fn is_called(tokens: &[Token], word: &str) -> bool {
    tokens.windows(2).any(|pair| {
        matches!(&pair[0].tok, Tok::Word(other) if other == word)
            && pair[1].tok == Tok::Open(Bracket::Round)
            && !pair[1].blank
    })
}
