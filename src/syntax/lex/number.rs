//! Numbers, and characters that are set above or below the line.

use super::Lexer;
use crate::diagnostic::Diagnostic;
use crate::number::Coeff;
use crate::span::Span;
use crate::syntax::ast::ProductOp;
use crate::syntax::greek::superscript;
use crate::syntax::limits::{MAX_NUMBER_DIGITS, MAX_NUMBER_EXPONENT};
use crate::syntax::token::{Bracket, Tok};

impl Lexer<'_> {
    pub(super) fn number(&mut self, text: &str, span: Span) {
        // `S_{01}` is not `S_1`, and `a_{00}` not `a_0`.
        let below = match &*self.tokens {
            [.., mark, open] if open.tok == Tok::Open(Bracket::Brace) => mark.tok == Tok::Underscore,
            [.., mark] => mark.tok == Tok::Underscore,
            [] => false,
        };
        if below && text.len() > 1 && text.starts_with('0') && text.bytes().all(|digit| digit.is_ascii_digit()) {
            return self.push(Tok::Word(text.to_owned()), span);
        }
        // `9E+6F` in LaTeX is a sum of matrices.
        if let Some(letter) = text.find('E').filter(|_| self.has_commands) {
            let place = |from: usize, to: usize| Span::new(span.start + from, span.start + to);
            let (before, behind) = (&text[..letter], &text[letter + 1..]);
            self.number(before, place(0, letter));
            let sign = behind.chars().next().filter(|c| !c.is_ascii_digit());
            let Some(sign) = sign else {
                return self.push(Tok::Word(format!("E{behind}")), place(letter, text.len()));
            };
            self.push(Tok::Word(String::from("E")), place(letter, letter + 1));
            let digits = letter + 1 + sign.len_utf8();
            self.push(if sign == '+' { Tok::Plus } else { Tok::Minus }, place(letter + 1, digits));
            return self.number(&text[digits..], place(digits, text.len()));
        }
        let plain = text.replace('−', "-");
        let value =
            if plain.len() > MAX_NUMBER_DIGITS { None } else { Coeff::parse_decimal(&plain, MAX_NUMBER_EXPONENT) };
        match value {
            Some(value) => self.push(Tok::Number(value), span),
            None => self.errors.push(
                Diagnostic::new(
                    "P0006",
                    "this number is out of range",
                    span,
                    "too many digits or too large an exponent",
                )
                .with_note(format!(
                    "numbers are exact: at most {MAX_NUMBER_DIGITS} digits, exponents up to {MAX_NUMBER_EXPONENT}"
                ))
                .with_help("write a symbol in its place, such as `s`"),
            ),
        }
    }

    /// `⁻¹ᵀ` becomes `^{-1}^{T}`: a T closes a group, alone or with a minus before it.
    pub(super) fn superscript(&mut self, text: &str, span: Span) {
        let mut start = 0;
        for (at, c) in text.char_indices() {
            if c != 'ᵀ' {
                continue;
            }
            let before = &text[start..at];
            let end = at + c.len_utf8();
            if before.is_empty() || before == "⁻" {
                self.script(
                    &text[start..end],
                    Span::new(span.start + start, span.start + end),
                    Tok::Caret,
                    superscript,
                );
            } else {
                self.script(before, Span::new(span.start + start, span.start + at), Tok::Caret, superscript);
                self.script(&text[at..end], Span::new(span.start + at, span.start + end), Tok::Caret, superscript);
            }
            start = end;
        }
        if start < text.len() {
            self.script(&text[start..], Span::new(span.start + start, span.end), Tok::Caret, superscript);
        }
    }

    /// `mark { … }` with the characters on the line.
    pub(super) fn script(&mut self, text: &str, span: Span, mark: Tok, plain: fn(char) -> Option<char>) {
        self.push(mark, Span::new(span.start, span.start));
        self.push(Tok::Open(Bracket::Brace), Span::new(span.start, span.start));
        let chars: Vec<(usize, char)> =
            text.char_indices().map(|(at, c)| (span.start + at, plain(c).unwrap_or(c))).collect();
        let ends: Vec<usize> = text.char_indices().map(|(at, c)| span.start + at + c.len_utf8()).collect();
        let mut k = 0;
        while k < chars.len() {
            let (start, c) = chars[k];
            let mut next = k + 1;
            let tok = if c.is_ascii_digit() {
                while next < chars.len() && chars[next].1.is_ascii_digit() {
                    next += 1;
                }
                let digits: String = chars[k..next].iter().map(|pair| pair.1).collect();
                self.number(&digits, Span::new(start, ends[next - 1]));
                k = next;
                continue;
            } else if c.is_alphabetic() {
                // In a superscript letters multiply (`xⁿᵏ`); in a subscript they are one run (`λₘₐₓ`).
                while mark_is_subscript(plain) && next < chars.len() && chars[next].1.is_alphabetic() {
                    next += 1;
                }
                Tok::Word(chars[k..next].iter().map(|pair| pair.1).collect())
            } else {
                match c {
                    '+' => Tok::Plus,
                    '-' => Tok::Minus,
                    '=' => Tok::Equal,
                    '(' => Tok::Open(Bracket::Round),
                    ')' => Tok::Close(Bracket::Round),
                    _ => Tok::Op(ProductOp::Divide),
                }
            };
            self.push(tok, Span::new(start, ends[next - 1]));
            k = next;
        }
        self.push(Tok::Close(Bracket::Brace), Span::new(span.end, span.end));
    }
}

fn mark_is_subscript(plain: fn(char) -> Option<char>) -> bool {
    plain('ᵢ').is_some()
}
