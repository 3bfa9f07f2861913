//! Division from the left, `A\b`, as MATLAB and Julia have it: the solution A⁻¹b of a linear system. The backslash is that of LaTeX as well,
//! so that a text is told by all of its backslashes.

use super::ast::{ProductOp, Remark};
use super::token::{Bracket, Tok, Token};
use super::token_text::without_brackets;
use crate::diagnostic::Advice;
use crate::span::Span;

/// What stands for the sign while the text is cut up.
const SIGN: &str = "\u{1}";

/// The most divisions in one text: each takes time in proportion to its length.
const MAX_DIVISIONS: usize = 500;

/// The text with a sign of its own for divisions from the left, where each backslash is one: between two operands, and no command of
/// LaTeX. Places in it are those of the source.
pub(super) fn marked(source: &str, is_command: impl Fn(&str) -> bool) -> Option<String> {
    (source.contains('\\')
        && !is_latex(source)
        && source.match_indices('\\').all(|(at, _)| divides(source, at, &is_command)))
    .then(|| source.replace('\\', SIGN))
}

/// Whether a text has signs that LaTeX alone has.
fn is_latex(source: &str) -> bool {
    let is_transposed = ["^T", "^ T", "^t", "^ t"].iter().any(|sign| source.contains(sign));
    let is_mathematics = source.contains("\\)") || source.contains("\\]");
    is_mathematics || source.contains(['{', '}', '$', '~', '&', '\u{1}']) || is_transposed
}

/// What is said of `A\ b`, where nothing but such blanks is of LaTeX.
fn blank_of_latex(source: &str) -> Option<Remark> {
    let is_blank = |(at, _): (usize, &str)| {
        source[at + 1..].starts_with(' ') && source[..at].ends_with(ends_operand) && begins_operand(&source[at + 1..])
    };
    let at = source.find('\\')?;
    if is_latex(source) || !source.match_indices('\\').all(is_blank) {
        return None;
    }
    let message = "`\\ ` is read as a blank, as LaTeX has it; the solution of a linear system is written `A \\ b`";
    Some(Remark { row: "latex-blank", span: Span::new(at, at + 1), message: message.into(), other: None })
}

/// Whether an operand stands behind the blanks that a text begins with.
fn begins_operand(text: &str) -> bool {
    text.trim_start().starts_with(|c: char| c.is_alphanumeric() || matches!(c, '(' | '['))
}

/// Whether an operand may end with a letter or sign.
fn ends_operand(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, ')' | ']' | '\'' | '’' | 'ᵀ' | '²')
}

/// Whether the backslash at a place stands between two operands.
fn divides(source: &str, at: usize, is_command: &impl Fn(&str) -> bool) -> bool {
    let (before, after) = (&source[..at], &source[at + 1..]);
    let name: &str = after.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let follows = match after.chars().next() {
        // `\ ` is a space of LaTeX, unless a blank stands before it as well.
        Some(' ') => before.ends_with(' ') && begins_operand(after),
        Some('(' | '[') => true,
        Some(_) => name.len() == 1 && !is_command(name),
        None => false,
    };
    follows && before.trim_end().ends_with(ends_operand)
}

/// Whether the text of a symbol is the sign, and was a backslash.
pub(super) fn is_sign(text: &str, source: &str, span: Span) -> bool {
    text == SIGN && source.get(span.start..span.end) == Some("\\")
}

/// The tokens with products by an inverse in place of divisions from the left.
pub(super) fn rewrite(mut tokens: Vec<Token>, source: &str) -> (Vec<Token>, Vec<Remark>) {
    let mut remarks: Vec<Remark> = blank_of_latex(source).into_iter().collect();
    let mut from = 0;
    let mut count = MAX_DIVISIONS;
    while count > 0
        && let Some(at) = tokens.iter().skip(from).position(|token| token.tok == Tok::LeftDivide)
    {
        count -= 1;
        let at = from + at;
        let (start, end) = operands(&tokens, at);
        let (left, right) = (&tokens[start..at], &tokens[at + 1..end]);
        let (Some(first), Some(last)) = (left.first(), right.last()) else {
            from = at + 1;
            continue;
        };
        if remarks.is_empty() {
            let text = |tokens: &[Token]| {
                let span = tokens.first().zip(tokens.last()).map(|(first, last)| first.span.join(last.span));
                span.and_then(|span| source.get(span.start..span.end)).unwrap_or_default().to_owned()
            };
            let span = first.span.join(last.span);
            let inner = text(left);
            let inner = without_brackets(&inner);
            let other = format!("pinv({inner}) * {}", text(right));
            let written = source.get(span.start..span.end).unwrap_or_default();
            let message = Advice::from(format!(
                "`{written}` is read with the inverse of a square matrix; the solution by least squares is written `{other}`"
            ));
            remarks.push(Remark { row: "left-division", span, message, other: Some(other) });
        }
        // What is added stands where the operands begin and end, so that the whole is named by all of its text.
        let edges = |tokens: &[Token]| {
            let span = tokens[0].span.join(tokens[tokens.len() - 1].span);
            (Span::new(span.start, span.start), Span::new(span.end, span.end))
        };
        let ((left_start, left_end), (right_start, right_end)) = (edges(left), edges(right));
        let open = |span: Span| Token::new(Tok::Open(Bracket::Round), span);
        let close = |span: Span| Token::new(Tok::Close(Bracket::Round), span);
        let group = Token { blank: first.blank, newline: first.newline, ..open(left_start) };
        let mut value = vec![group, Token::new(Tok::Word("inv".to_owned()), left_start), open(left_start)];
        value.extend(left.iter().cloned());
        value.extend([close(left_end), Token::new(Tok::Op(ProductOp::Times), tokens[at].span), open(right_start)]);
        value.extend(right.iter().cloned());
        value.extend([close(right_end), close(right_end)]);
        // A division in the operand on the right, which stands in brackets, comes next.
        from = start;
        tokens.splice(start..end, value);
    }
    (tokens, remarks)
}

/// Where the operand before a place begins, which takes the products before it, and where the one after it ends. Bars end both.
fn operands(tokens: &[Token], at: usize) -> (usize, usize) {
    let is_between = |token: &Token| {
        matches!(
            token.tok,
            Tok::Plus
                | Tok::Minus
                | Tok::Comma
                | Tok::Semicolon
                | Tok::Equal
                | Tok::MapsTo
                | Tok::Less
                | Tok::Greater
                | Tok::Relation(_)
                | Tok::Bar(_)
                | Tok::DoubleBar(..)
                | Tok::End
        )
    };
    let mut depth = 0_usize;
    let before = tokens[..at].iter().rposition(|token| match token.tok {
        Tok::Close(_) => {
            depth += 1;
            false
        }
        Tok::Open(_) if depth == 0 => true,
        Tok::Open(_) => {
            depth -= 1;
            false
        }
        _ => depth == 0 && is_between(token),
    });
    let mut depth = 0_usize;
    let after = tokens[at + 1..].iter().position(|token| match token.tok {
        Tok::Open(_) => {
            depth += 1;
            false
        }
        Tok::Close(_) if depth == 0 => true,
        Tok::Close(_) => {
            depth -= 1;
            false
        }
        _ => depth == 0 && (is_between(token) || matches!(token.tok, Tok::Op(_) | Tok::LeftDivide)),
    });
    (before.map_or(0, |before| before + 1), after.map_or(tokens.len(), |after| at + 1 + after))
}
