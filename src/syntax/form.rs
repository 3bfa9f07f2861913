//! Roots and exponents without brackets, of the whole product where it begins with a transposed letter: `√xᵀA x`, `e^-x'x`.

use super::ast::{AstKind, Function, Remark};
use super::parse::{Failure, Parser};
use super::postfix::Mark;
use super::stack::{Callee, Entry, Which};
use super::token::{Bracket, Side, Tok};

impl Parser<'_> {
    /// `\sqrt{x}`, `\sqrt[n]{x}`, `\sqrt x`.
    pub(super) fn square_root(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        let mut next = at + 1;
        let span = self.span(at);
        let mut which = Which::Known(Function::Sqrt, "sqrt");
        if self.tok(next) == &Tok::Open(Bracket::Square) {
            let close = self.tokens[next].partner;
            if matches!(self.tok(close + 1), Tok::Open(_)) {
                which = Which::Root(self.region(next + 1, close)?.id);
                next = close + 1;
            }
        }
        self.state.at = next;
        if matches!(self.tok(next), Tok::Open(_)) {
            return self.open(Some(Callee { which, power: None, transposed: false, span }));
        }
        if self.is_form(next) {
            self.state.at = at;
            self.root_of_form();
            return Ok(());
        }
        self.state.stack.push(Entry::Root { span });
        Ok(())
    }

    /// Whether a letter at a place is transposed and multiplied by what follows, as x in `xᵀA x`.
    pub(super) fn is_form(&self, at: usize) -> bool {
        self.end_of_transposed(at).is_some_and(|end| {
            let next = self.tok(end);
            next.starts_operand() && !matches!(next, Tok::Bar(Side::Either) | Tok::DoubleBar(Side::Either, _))
        })
    }

    /// The place after a letter with its subscript and its transpose.
    fn end_of_transposed(&self, at: usize) -> Option<usize> {
        if !matches!(self.tok(at), Tok::Name(_)) {
            return None;
        }
        let mark = match (self.tok(at + 1), self.tok(at + 2)) {
            (Tok::Underscore, Tok::Open(_)) => self.tokens[at + 2].partner + 1,
            (Tok::Underscore, _) => at + 3,
            _ => at + 1,
        };
        self.mark(mark).filter(|(mark, _)| *mark == Mark::Transpose).map(|(_, end)| end)
    }

    /// `√xᵀA x`, the root of the whole: of a transposed vector nobody takes it.
    pub(super) fn root_of_form(&mut self) {
        let at = self.state.at;
        let span = self.span(at);
        let letter = self.ast.written(self.span(at + 1)).to_owned();
        let message = format!(
            "the root before `{letter}` is read as that of the whole product; the root of each entry is written \
             `sqrt({letter})`"
        );
        self.ast.remarks.push(Remark { row: "root-of-form", span, message: message.into(), other: None });
        let which = Which::Known(Function::Sqrt, "sqrt");
        self.state.stack.push(Entry::Bare(Box::new(Callee { which, power: None, transposed: false, span })));
        self.state.at += 1;
    }

    /// `e^-x'x`, `e^x'Ax`, `2^x'x`: the exponent is the whole product that begins with a transposed letter, as no number has a power that is
    /// transposed.
    pub(super) fn form_above(&mut self) -> Result<bool, Failure> {
        let at = self.state.at;
        let letter = at + 1 + usize::from(self.tok(at + 1) == &Tok::Minus);
        let Some(base) = self.state.operand else { return Ok(false) };
        let is_number = match &self.ast.node(base.id).kind {
            AstKind::Number(_) => true,
            AstKind::Name(name) => name.base == "e" && name.subscript.is_empty() && !self.names.has_base("e"),
            _ => false,
        };
        let is_e = is_number && !self.is_latex && matches!(self.ast.node(base.id).kind, AstKind::Name(_));
        let run = is_e.then(|| self.end_of_run_above(at + 1)).flatten();
        if !is_number || self.tok(at) != &Tok::Caret {
            return Ok(false);
        }
        if run.is_none() && !self.is_form(letter) {
            if is_e {
                self.note_on_ended_exponent(at + 1, base);
            }
            return Ok(false);
        }
        let end = run.unwrap_or_else(|| self.end_of_form(letter));
        self.reduce(super::stack::level::POWER + 1)?;
        let Some(base) = self.state.operand.take() else { return Ok(false) };
        let exponent = self.region(at + 1, end)?;
        let span = base.span.join(self.span(end - 1));
        let (below, above) = (self.ast.written(base.span).to_owned(), self.ast.written(exponent.span).to_owned());
        let message =
            format!("the exponent of `{below}` is read as `{above}`, all of it; brackets say so, `{below}^({above})`");
        self.ast.remarks.push(Remark { row: "form-above", span, message: message.into(), other: None });
        self.operand(AstKind::Power(base.id, exponent.id), span, end)?;
        Ok(true)
    }

    /// The place after the product that begins with a transposed letter.
    fn end_of_form(&self, letter: usize) -> usize {
        let mut end = letter;
        loop {
            end = match self.tok(end) {
                Tok::Name(_) | Tok::Number(_) | Tok::Word(_) | Tok::Prime | Tok::Top => end + 1,
                Tok::Caret | Tok::Underscore if matches!(self.tok(end + 1), Tok::Open(_)) => {
                    self.tokens[end + 1].partner + 1
                }
                Tok::Caret | Tok::Underscore if !matches!(self.tok(end + 1), Tok::End) => end + 2,
                Tok::Open(Bracket::Round) => self.tokens[end].partner + 1,
                _ => return end,
            };
        }
    }
}
