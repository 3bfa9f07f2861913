//! Fractions of LaTeX: `\frac{a}{b}`, `\binom{n}{k}`.

use super::ast::{AstKind, Function, Name, ProductOp};
use super::parse::{Failure, Parser};
use super::stack::{Callee, Frame, FrameKind, Operand, Which};
use super::token::{Bracket, Tok, Token};
use crate::number::Coeff;
use crate::span::Span;

impl Parser<'_> {
    /// `\frac{a}{b}`, `\frac12`, `\frac1n`.
    pub(super) fn fraction(&mut self) -> Result<(), Failure> {
        let open = self.span(self.state.at);
        let is_quotient = self.tok(self.state.at) == &Tok::Frac;
        let which = Which::Known(Function::Binomial, "binom");
        let callee = Callee { which, power: None, transposed: false, span: open };
        self.state.at += 1;
        self.fraction_part(Frame {
            kind: FrameKind::Numerator,
            open,
            callee: (!is_quotient).then_some(callee),
            before: Vec::new(),
            rows: Vec::new(),
            comparison: None,
        })
    }

    /// Goes on to the second part of a fraction.
    pub(super) fn denominator(&mut self, frame: Frame, numerator: Operand) -> Result<(), Failure> {
        self.fraction_part(Frame { kind: FrameKind::Denominator, before: vec![numerator], ..frame })
    }

    fn fraction_part(&mut self, frame: Frame) -> Result<(), Failure> {
        let at = self.state.at;
        let numerator = frame.kind == FrameKind::Numerator;
        match self.tok(at).clone() {
            Tok::Open(Bracket::Brace) => {
                self.push_frame(frame);
                self.state.at += 1;
                Ok(())
            }
            Tok::Number(_) | Tok::Name(_) | Tok::Word(_) => {
                // TeX takes one digit: the rest of the number stands after it.
                let token = self.tokens[at].clone();
                let text = self.ast.source.get(token.span.start..token.span.end).unwrap_or("").to_owned();
                // In `\frac n2` the letter is one part and the number the other.
                if let Tok::Name(base) | Tok::Word(base) = &token.tok
                    && base == &text
                    && !self.names.has_base(base)
                    && let Some((middle, _)) = text.char_indices().nth(1)
                    && text[middle..].bytes().all(|byte| byte.is_ascii_digit())
                {
                    let (letter, place) = (text[..middle].to_owned(), token.span.start + middle);
                    let number = Coeff::parse_decimal(&text[middle..], 9).unwrap_or(Coeff::ZERO);
                    self.tokens[at] = Token::new(Tok::Number(number), Span::new(place, token.span.end));
                    let span = Span::new(token.span.start, place);
                    self.operand(AstKind::Name(Name::plain(letter)), span, at)?;
                    let Some(operand) = self.state.operand.take() else { return Ok(()) };
                    return if numerator {
                        self.denominator(frame, operand)
                    } else {
                        self.finish_fraction(frame, operand)
                    };
                }
                let digits =
                    matches!(token.tok, Tok::Number(_)) && text.len() > 1 && text.bytes().all(|b| b.is_ascii_digit());
                let (kind, span, next) = if digits {
                    let middle = token.span.start + 1;
                    let number = |text: &str| Coeff::parse_decimal(text, 9).unwrap_or(Coeff::ZERO);
                    let rest = Span::new(middle, token.span.end);
                    self.tokens[at] = Token::new(Tok::Number(number(&text[1..])), rest);
                    (AstKind::Number(number(&text[..1])), Span::new(token.span.start, middle), at)
                } else {
                    let kind = match token.tok {
                        Tok::Number(value) => AstKind::Number(value),
                        Tok::Name(base) | Tok::Word(base) => AstKind::Name(Name::plain(base)),
                        _ => return Err(self.bad_fraction(&frame)),
                    };
                    (kind, token.span, at + 1)
                };
                self.operand(kind, span, next)?;
                let Some(operand) = self.state.operand.take() else { return Ok(()) };
                if numerator { self.denominator(frame, operand) } else { self.finish_fraction(frame, operand) }
            }
            _ => Err(self.bad_fraction(&frame)),
        }
    }

    pub(super) fn finish_fraction(&mut self, frame: Frame, denominator: Operand) -> Result<(), Failure> {
        let Some(numerator) = frame.before.first() else { return Err(self.bad_fraction(&frame)) };
        let span = frame.open.join(self.span(self.state.at.saturating_sub(1))).join(denominator.span);
        let kind = match &frame.callee {
            Some(_) => self.binomial(numerator.id, denominator.id, span)?,
            None => AstKind::Product { first: numerator.id, rest: vec![(ProductOp::Divide, denominator.id)] },
        };
        let at = self.state.at;
        self.operand(kind, span, at)
    }
}
