//! Roots in a divisor without brackets, `1/\sigma\sqrt{2\pi}`: those of numbers behind a letter, and those that hold π before one, which may be
//! factors of the divisor.

use super::ast::{AstId, AstKind, Function, Remark};
use super::parse::{Failure, Parser};
use super::stack::Operand;
use super::token::Tok;

/// The most symbols of a root of numbers.
const MOST_SYMBOLS: usize = 8;

impl Parser<'_> {
    /// Whether what follows an operand is such a root, or a letter behind one.
    pub(super) fn is_beside_root(&self, operand: Operand) -> bool {
        let at = self.state.at;
        if self.is_letter_or_power(operand.id) {
            let is_glued = self.is_latex || operand.span.end == self.span(at).start;
            return is_glued
                && matches!(self.tok(at), Tok::Root | Tok::Sqrt | Tok::Func(Function::Sqrt, _))
                && self.is_of_numbers(at + 1);
        }
        let is_letter = match self.tok(at) {
            Tok::Name(base) | Tok::Word(base) => base != "e" && base != "π" || self.names.has_base(base),
            _ => false,
        };
        let AstKind::Call(Function::Sqrt, arguments) = &self.ast.node(operand.id).kind else { return false };
        is_letter && arguments.iter().any(|id| self.has_pi(*id))
    }

    /// Whether the sign of a root at a place stands before a number that π alone is glued to, `√2π`.
    pub(super) fn is_root_of_pi(&self, at: usize) -> bool {
        let is_glued = |at: usize| self.span(at).end == self.span(at + 1).start;
        let is_pi = |at: usize| matches!(self.tok(at), Tok::Name(name) if name == "π" && !self.names.has_base("π"));
        let goes_on = |at: usize| {
            is_glued(at - 1) && matches!(self.tok(at), Tok::Name(_) | Tok::Word(_) | Tok::Caret | Tok::Underscore)
        };
        !self.is_latex
            && matches!(self.tok(at + 1), Tok::Number(_))
            && is_pi(at + 2)
            && is_glued(at)
            && is_glued(at + 1)
            && !goes_on(at + 3)
    }

    /// `√2π`, the root of 2π.
    pub(super) fn root_of_pi(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        let inside = self.value(at + 1, at + 3)?;
        let span = self.span(at).join(self.span(at + 2));
        let (whole, number) = (self.ast.written(span), self.ast.written(self.span(at + 1)));
        let other = format!("√({number}) π");
        let message = format!("`{whole}` is read as the root of the product; that of the number is written `{other}`");
        self.ast.remarks.push(Remark { row: "root-of-pi", span, message: message.into(), other: Some(other) });
        self.operand(AstKind::Call(Function::Sqrt, vec![inside.id]), span, at + 3)
    }

    fn is_letter_or_power(&self, id: AstId) -> bool {
        match &self.ast.node(id).kind {
            AstKind::Name(_) => true,
            AstKind::Power(base, _) => matches!(self.ast.node(*base).kind, AstKind::Name(_)),
            _ => false,
        }
    }

    /// Whether numbers and letters alone stand under the root whose sign ends before a place.
    fn is_of_numbers(&self, at: usize) -> bool {
        let is_number = |tok: &Tok| matches!(tok, Tok::Number(_) | Tok::Name(_) | Tok::Word(_) | Tok::Op(_));
        match self.tok(at) {
            Tok::Open(_) => {
                let close = self.tokens[at].partner;
                close <= at + MOST_SYMBOLS && (at + 1..close).all(|at| is_number(self.tok(at)))
            }
            tok => is_number(tok),
        }
    }

    fn has_pi(&self, id: AstId) -> bool {
        let is_pi = |id: AstId| matches!(&self.ast.node(id).kind, AstKind::Name(name) if name.base == "π");
        match &self.ast.node(id).kind {
            AstKind::Product { first, rest } => is_pi(*first) || rest.iter().any(|(_, factor)| is_pi(*factor)),
            _ => is_pi(id),
        }
    }
}
