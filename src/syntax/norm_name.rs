//! What stands below a norm and is neither a number nor a matrix of weights: the names of norms, `‖x‖_{TV}`, and of spaces, `‖f‖_{H^1}`, which
//! are refused, and the two numbers of norms that go over columns and entries, `‖A‖_{1,1}`.

use super::ast::{AstId, AstKind, Function, NormSpelling};
use super::function::norm_word;
use super::parse::{Failure, Parser};
use super::resolve::Resolver;
use super::token::{Bracket, Tok, Token};
use crate::diagnostic::Diagnostic;
use crate::number::Coeff;
use crate::span::Span;

impl Resolver<'_> {
    /// The error at the name of a norm or of a space below a norm, whose subscript begins at a place.
    pub(super) fn named_norm(&self, at: usize) -> Option<Diagnostic> {
        let mut before = &self.tokens[..at];
        if let [rest @ .., Token { tok: Tok::Caret, .. }, Token { tok: Tok::Number(_), .. }] = before {
            before = rest;
        }
        if !matches!(before.last()?.tok, Tok::DoubleBar(..)) {
            return None;
        }
        let next = self.tokens.get(at + 1)?;
        let (from, to) = match next.tok {
            Tok::Open(_) => (at + 2, next.partner),
            _ => (at + 1, at + 2),
        };
        let (first, mut rest) = self.tokens.get(from..to)?.split_first()?;
        let Tok::Word(word) = &first.tok else { return None };
        let mut word = word.clone();
        // Blanks mean nothing in LaTeX.
        if let ([Token { tok: Tok::Word(more), .. }], true) = (rest, self.is_latex)
            && [&word, more]
                .iter()
                .all(|part| part.len() == 1 && part.bytes().all(|letter| letter.is_ascii_uppercase()))
        {
            word.push_str(more);
            rest = &[];
        }
        let word = &word;
        if let Some(error) = self.schatten(at, word, rest) {
            return Some(error);
        }
        let is_space =
            word == "H" && matches!(rest, [Token { tok: Tok::Caret, .. }, Token { tok: Tok::Number(_), .. }]);
        if self.names.whole(word).is_some() || norm_word(word).is_some() || self.names.has_base(word) && is_space {
            return None;
        }
        if is_space {
            let span = first.span.join(rest.last()?.span);
            let written = self.source.get(span.start..span.end).unwrap_or("H");
            let message = format!("the norm of the space `{written}` is not known");
            return Some(
                Diagnostic::new("S0113", message, span, "names a space")
                    .with_help("for a matrix of weights write another letter below: `||f||_W`")
                    .with_help("for the usual norm leave out what stands below"),
            );
        }
        let are_capitals = word.len() > 1 && word.bytes().all(|letter| letter.is_ascii_uppercase());
        // `||X||_FB` is a norm and a factor.
        let are_capitals = are_capitals && !(from == at + 1 && word.starts_with('F'));
        let is_set_as_word = first.is_word && word.len() > 1 && word.chars().all(char::is_alphabetic);
        if !rest.is_empty() || !are_capitals && !is_set_as_word && word != "tv" || word == "max" {
            return None;
        }
        let message = format!("the norm `{word}` is not in the language");
        let error = Diagnostic::new("P0008", message, first.span, "names a norm?");
        let error = match word.as_str() {
            "TV" | "tv" => error.with_help("write the total variation out: `sum_{i=1}^{n-1} |x_{i+1} - x_i|`"),
            _ => error.with_help("write the norm out; a matrix of weights is one letter, as in `||x||_W`"),
        };
        Some(if are_capitals && word.len() == 2 {
            error.with_help(format!(
                "for a product of matrices write its sign: `||x||_{{{}*{}}}`",
                &word[..1],
                &word[1..]
            ))
        } else {
            error
        })
    }
}

impl Resolver<'_> {
    /// The error at `\|X\|_{S_p}` of capitals alone, whose subscript begins at a place: a Schatten norm.
    fn schatten(&self, at: usize, word: &str, rest: &[Token]) -> Option<Diagnostic> {
        let [mark, number, ..] = rest else { return None };
        let number = if number.tok == Tok::Open(Bracket::Brace) { rest.get(2)? } else { number };
        let is_order = match &number.tok {
            Tok::Number(_) | Tok::Infinity => true,
            Tok::Word(word) => word == "p",
            _ => false,
        };
        if word != "S" || !matches!(mark.tok, Tok::Underscore | Tok::Caret) || !is_order || self.names.has_base("S") {
            return None;
        }
        let close = self.tokens[..at].iter().rposition(|token| matches!(token.tok, Tok::DoubleBar(..)))?;
        let open = self.tokens[..close].iter().rposition(|token| matches!(token.tok, Tok::DoubleBar(..)))?;
        let mut words = self.tokens[open + 1..close].iter().filter_map(|token| match &token.tok {
            Tok::Word(word) => Some(word),
            _ => None,
        });
        if !words.all(|word| word.starts_with(char::is_uppercase)) {
            return None;
        }
        let first = at + 1 + usize::from(matches!(self.tokens[at + 1].tok, Tok::Open(_)));
        let span = self.tokens[first].span.join(number.span);
        let written = self.source.get(span.start..span.end).unwrap_or("S_p");
        let message = format!("the Schatten norm `{written}` is not in the language");
        Some(
            Diagnostic::new("P0008", message, span, "names a norm?")
                .with_help("the sum of the singular values is `||X||_*`, the root of the sum of their squares `||X||_F`, the largest `||X||_2`")
                .with_help("a matrix of weights is one letter, as in `||x||_W`"),
        )
    }
}

impl Parser<'_> {
    /// The norm with two numbers below it, where one stands at a place: that of all entries in absolute value, `‖A‖_{1,1}`, and of all
    /// squares, `‖A‖_{2,2}`; and the place after it. That of the columns, `‖A‖_{2,1}`, has a spelling of its own.
    pub(super) fn norm_of_two_numbers(&mut self, inner: AstId) -> Result<Option<(AstKind, usize)>, Failure> {
        let at = self.state.at;
        if self.tok(at) != &Tok::Underscore || self.tok(at + 1) != &Tok::Open(Bracket::Brace) {
            return Ok(None);
        }
        let (from, to) = (at + 2, self.tokens[at + 1].partner);
        if to != from + 3 || self.tok(from + 1) != &Tok::Comma {
            return Ok(None);
        }
        let span = self.span(from).join(self.span(to - 1));
        let (one, two) = (Coeff::integer(1), Coeff::integer(2));
        let kind = match (self.tok(from), self.tok(from + 2)) {
            (Tok::Number(p), Tok::Number(q)) if *p == two && *q == one => return Ok(None),
            (Tok::Number(p), Tok::Number(q)) if *p == one && *q == one => {
                let entries = self.push(AstKind::Call(Function::Vec, vec![inner]), self.ast.span(inner))?;
                AstKind::Norm(NormSpelling::One, entries)
            }
            (Tok::Number(p), Tok::Number(q)) if *p == two && *q == two => AstKind::Norm(NormSpelling::Frobenius, inner),
            _ => return Err(Self::unknown_pair(self.ast.written(span), span)),
        };
        Ok(Some((kind, to + 1)))
    }

    fn unknown_pair(written: &str, span: Span) -> Failure {
        Box::new(
            Diagnostic::new("P0008", format!("the norm `{written}` is not in the language"), span, "two numbers below a norm")
                .with_help("write it out; `||A||_{2,1}` sums the norms of the columns, and `||A||_{1,1}` the absolute values of the entries")
                .with_help("of a vector it is the norm with one number below: `||x||_2`"),
        )
    }
}
