//! What is written after an operand: transposes, primes, powers, factorials, subscripts.

use super::ast::{AstId, AstKind, Function, NormSpelling, ProductOp, Remark};
use super::parse::{Failure, Parser};
use super::stack::{Entry, PowerKind};
use super::token::{Bracket, Tok, Token};
use crate::number::Coeff;
use crate::span::Span;

/// What a raised mark does that is no exponent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Transpose,
    InverseTranspose,
    PseudoInverse,
}

impl Parser<'_> {
    /// Whether a transpose stands at a place.
    pub(super) fn is_transpose(&self, at: usize) -> bool {
        matches!(self.mark(at), Some((Mark::Transpose, _)))
    }

    /// The transpose or pseudo-inverse at a place, and the place after it.
    pub(super) fn mark(&self, at: usize) -> Option<(Mark, usize)> {
        let is_top = |tok: &Tok| match tok {
            Tok::Top | Tok::Prime => true,
            Tok::Name(name) | Tok::Word(name) => name == "T" || name == "H" && self.is_transposed_by_h(),
            Tok::Op(ProductOp::Star) => self.is_conjugated(),
            _ => false,
        };
        let dagger = if self.is_conjugated() { Mark::Transpose } else { Mark::PseudoInverse };
        match self.tok(at) {
            Tok::Prime | Tok::Top => Some((Mark::Transpose, at + 1)),
            Tok::Dagger => Some((dagger, at + 1)),
            Tok::Caret => match self.tok(at + 1) {
                tok if is_top(tok) => Some((Mark::Transpose, at + 2)),
                Tok::Dagger => Some((dagger, at + 2)),
                // `X^+ Y` and `X^+Y`, but not `x^+2`.
                Tok::Plus if self.ends_operand(at + 2) || self.is_sign_above(at) => Some((Mark::PseudoInverse, at + 2)),
                // `P^-H^T` has a label and a matrix H.
                Tok::Minus if is_top(self.tok(at + 2)) && !self.is_marked_h(at + 2) => {
                    Some((Mark::InverseTranspose, at + 3))
                }
                Tok::Open(_) => {
                    let close = self.tokens[at + 1].partner;
                    let mark = match close - at {
                        3 => match self.tok(at + 2) {
                            tok if is_top(tok) => Mark::Transpose,
                            Tok::Plus => Mark::PseudoInverse,
                            Tok::Dagger => dagger,
                            _ => return None,
                        },
                        4 if self.tok(at + 2) == &Tok::Minus && is_top(self.tok(at + 3)) => Mark::InverseTranspose,
                        _ => return None,
                    };
                    Some((mark, close + 1))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a plus that is raised without braces at a place stands alone above what is before it, as one symbol does in TeX: no number and no
    /// power of e is before it, and no number behind.
    fn is_sign_above(&self, at: usize) -> bool {
        let base = at.checked_sub(1).map(|before| self.tok(before));
        let is_number = matches!(base, None | Some(Tok::Number(_))) || base == Some(&Tok::Name(String::from("e")));
        !is_number && !matches!(self.tok(at + 2), Tok::Number(_))
    }

    /// Whether an H with a mark of its own stands at a place.
    fn is_marked_h(&self, at: usize) -> bool {
        matches!(self.tok(at), Tok::Name(name) | Tok::Word(name) if name == "H") && self.is_marked(at)
    }

    /// Whether what stands at a place has a mark or a subscript.
    pub(super) fn is_marked(&self, at: usize) -> bool {
        matches!(self.tok(at + 1), Tok::Caret | Tok::Underscore | Tok::Prime | Tok::Top)
    }

    /// Whether what stands at a place is set apart by a blank or cannot begin an operand.
    fn ends_operand(&self, at: usize) -> bool {
        self.tokens[at].blank
            || matches!(
                self.tok(at),
                Tok::End
                    | Tok::Close(_)
                    | Tok::Comma
                    | Tok::Semicolon
                    | Tok::Op(_)
                    | Tok::Plus
                    | Tok::Minus
                    | Tok::Prime
                    | Tok::Caret
                    | Tok::Stars
                    | Tok::DotCaret
                    | Tok::Equal
                    | Tok::Less
                    | Tok::Greater
                    | Tok::Relation(_)
            )
    }

    /// `(A x)_i`, `X'_{ij}`: a subscript after a bracket, a transpose or a raised brace.
    pub(super) fn entry_of(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        if self.tokens[at - 1].tok == Tok::Close(Bracket::Square) && self.hat_below()? {
            return Ok(());
        }
        let behind = &self.tokens[at - 1].tok;
        let is_raised = at > 1
            && self.tokens[at - 2].tok == Tok::Caret
            && matches!(behind, Tok::Name(name) | Tok::Word(name) if name == "T");
        let group = is_raised || matches!(behind, Tok::Close(_) | Tok::Bar(_) | Tok::Prime | Tok::Top);
        let named = |id: AstId| matches!(self.ast.node(id).kind, AstKind::Name(_));
        if !group
            || behind == &Tok::Close(Bracket::Brace) && self.state.operand.is_some_and(|operand| named(operand.id))
        {
            return Err(self.stray());
        }
        // `{\|X\|}_F`
        if let (Tok::Close(Bracket::Brace), Some(operand)) = (behind, self.state.operand)
            && let AstKind::Norm(NormSpelling::Plain, inner) = self.ast.node(operand.id).kind
        {
            let (spelling, next) = self.norm_spelling(at)?;
            let span = operand.span.join(self.span(next - 1));
            return self.operand(AstKind::Norm(spelling, inner), span, next);
        }
        self.reduce_chain()?;
        let (mut parts, _, next) = self.subscript(at)?;
        let Some(operand) = self.state.operand else { return Ok(()) };
        // `(A^{-1})_{11}`
        if let [only] = *parts
            && let AstKind::Number(value) = &self.ast.node(only).kind
            && let Some(places) = value.to_i64().filter(|value| (11..100).contains(value) && value % 10 > 0)
            && self.is_matrix_by_letters(operand.id)
        {
            let span = self.ast.span(only);
            let row = self.push(AstKind::Number(Coeff::integer(places / 10)), span)?;
            parts = vec![row, self.push(AstKind::Number(Coeff::integer(places % 10)), span)?];
        }
        let span = operand.span.join(self.span(next - 1));
        self.operand(AstKind::EntryOf(operand.id, parts), span, next)
    }

    /// Whether a node is made of capitals alone, by products, powers and transposes.
    fn is_matrix_by_letters(&self, id: AstId) -> bool {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            match &self.ast.node(id).kind {
                AstKind::Name(name)
                    if name.base.starts_with(char::is_uppercase)
                        && name.subscript.is_empty()
                        && self.names.rank(&name.base).is_none_or(|rank| rank == super::names::Rank::Matrix) => {}
                AstKind::Power(base, _) | AstKind::Transpose(base) => open.push(*base),
                AstKind::Product { first, rest } if rest.iter().all(|(op, _)| *op == ProductOp::Times) => {
                    open.push(*first);
                    open.extend(rest.iter().map(|(_, factor)| *factor));
                }
                _ => return false,
            }
        }
        true
    }

    pub(super) fn postfix(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        if self.label()? {
            return Ok(());
        }
        if let Some((mark, next)) = self.mark(at) {
            self.reduce_chain()?;
            let Some(mut operand) = self.state.operand else { return Ok(()) };
            operand.span = operand.span.join(self.span(next - 1));
            if mark != Mark::PseudoInverse {
                self.note_on_conjugate((at, next), operand.span);
            }
            let kind = match mark {
                Mark::Transpose => AstKind::Transpose(operand.id),
                Mark::PseudoInverse => AstKind::Call(Function::Pinv, vec![operand.id]),
                Mark::InverseTranspose => {
                    let minus_one = self.push(AstKind::Number(Coeff::integer(-1)), self.span(next - 1))?;
                    AstKind::Transpose(self.push(AstKind::Power(operand.id, minus_one), operand.span)?)
                }
            };
            return self.operand(kind, operand.span, next);
        }
        if self.form_above()? || self.fraction_above()? {
            return Ok(());
        }
        self.reduce(super::stack::level::POWER + 1)?;
        let kind = match self.tok(at) {
            Tok::DotCaret => PowerKind::Entrywise,
            Tok::Stars => PowerKind::Stars,
            // R's powers are of entries.
            _ if self.is_r => PowerKind::Entrywise,
            _ => PowerKind::Caret,
        };
        let op = self.span(at);
        if kind == PowerKind::Entrywise {
            self.note_on_power_of_sum(at);
        }
        self.note_on_power_of_trace(at);
        self.note_on_raised_index(at);
        self.note_on_end_of_time(at);
        if let Some(base) = self.state.operand.take() {
            self.state.stack.push(Entry::Power { base, kind, op });
        }
        self.state.at += 1;
        Ok(())
    }

    /// The note at `sum(y - z).^2`: the power of a number is none of each entry.
    fn note_on_power_of_sum(&mut self, at: usize) {
        let Some(base) = self.state.operand else { return };
        if !matches!(
            self.ast.node(base.id).kind,
            AstKind::Call(Function::Sum | Function::Mean | Function::Max | Function::Min | Function::Prod, _)
        ) {
            return;
        }
        let whole = self.ast.written(base.span);
        let Some((name, inner)) = whole.strip_suffix(')').and_then(|call| call.split_once('(')) else { return };
        let exponent = match self.tok(at + 1) {
            Tok::Number(_) => self.ast.written(self.span(at + 1)),
            _ => return,
        };
        let is_letter = inner.trim().chars().all(char::is_alphanumeric);
        let inner = if is_letter { inner.trim().to_owned() } else { format!("({inner})") };
        let other = format!("{name}({inner}.^{exponent})");
        let message = format!(
            "`{whole}.^{exponent}` is read as the power of the number `{whole}`; that of each entry is written `{other}`"
        );
        let span = base.span.join(self.span(at + 1));
        self.ast.remarks.push(Remark { row: "power-of-sum", span, message: message.into(), other: Some(other) });
    }

    /// The note at `tr(S - T)^2` and `tr(X'X)^{1/2}`: the power of the number, where a statistician may mean the trace of the power.
    fn note_on_power_of_trace(&mut self, at: usize) {
        let Some(base) = self.state.operand else { return };
        let AstKind::Call(Function::Trace, arguments) = &self.ast.node(base.id).kind else { return };
        let &[argument] = arguments.as_slice() else { return };
        let is_sum = |id: AstId| matches!(&self.ast.node(id).kind, AstKind::Sum(terms) if terms.len() > 1);
        let holds_sum = match &self.ast.node(argument).kind {
            AstKind::Product { first, rest } => is_sum(*first) || rest.iter().any(|(_, factor)| is_sum(*factor)),
            _ => is_sum(argument),
        };
        let fraction = self.fraction_span(at + 1);
        let exponent = match (self.tok(at + 1), self.tok(at + 2)) {
            _ if fraction.is_some() => fraction,
            (Tok::Number(_), _) => Some(self.span(at + 1)),
            (Tok::Open(Bracket::Brace), Tok::Number(_)) if self.tokens[at + 1].partner == at + 3 => {
                Some(self.span(at + 2))
            }
            _ => None,
        };
        let written = self.ast.written(base.span);
        let is_bracketed =
            written.starts_with(['(', '[', '{']) || written.starts_with("\\left") || written.starts_with("\\big");
        let Some(exponent) = exponent.filter(|_| (holds_sum || fraction.is_some()) && !is_bracketed) else { return };
        let inside = self.ast.written(self.ast.span(argument)).trim().to_owned();
        let power = self.ast.written(exponent).to_owned();
        let other = format!("tr(({inside})^{power})");
        let message = format!(
            "the power is that of the trace, `(tr({inside}))^{power}`; the trace of the power is written `{other}`"
        );
        let span = base.span.join(exponent);
        self.ast.remarks.push(Remark { row: "power-of-trace", span, message: message.into(), other: Some(other) });
    }

    /// The exponent at a place, with its brackets, where it is a fraction: `0.5`, `{1/2}`, `(1/2)`.
    fn fraction_span(&self, at: usize) -> Option<Span> {
        let is_fraction = |tok: &Tok| matches!(tok, Tok::Number(value) if value.to_i64().is_none());
        if is_fraction(self.tok(at)) {
            return Some(self.span(at));
        }
        let Tok::Open(Bracket::Brace | Bracket::Round) = self.tok(at) else { return None };
        let close = self.tokens[at].partner;
        let inside = &self.tokens[at + 1..close];
        let is_part = |token: &Token| {
            let is_sign = matches!(token.tok, Tok::Op(ProductOp::Divide) | Tok::Frac | Tok::Minus);
            is_sign || matches!(token.tok, Tok::Number(_) | Tok::Open(_) | Tok::Close(_))
        };
        let divides =
            |token: &Token| matches!(token.tok, Tok::Op(ProductOp::Divide) | Tok::Frac) || is_fraction(&token.tok);
        (inside.iter().all(is_part) && inside.iter().any(divides)).then(|| self.span(at).join(self.span(close)))
    }

    /// The note at `y^μ` under a sum over μ: a power, where a physicist may mean a component.
    fn note_on_raised_index(&mut self, at: usize) {
        let index = match (self.tok(at + 1), self.tok(at + 2)) {
            (Tok::Name(name), _) => name.clone(),
            (Tok::Open(Bracket::Brace), Tok::Name(name)) if self.tokens[at + 1].partner == at + 3 => name.clone(),
            _ => return,
        };
        let is_greek = matches!(index.as_str(), "μ" | "ν" | "ρ" | "σ" | "κ");
        let Some(base) = self.state.operand.filter(|_| is_greek && self.outer(&index).is_some()) else { return };
        let AstKind::Name(name) = &self.ast.node(base.id).kind else { return };
        if name.base == "e" || !name.subscript.is_empty() {
            return;
        }
        let written = self.ast.written(base.span).to_owned();
        let message = format!("`{written}^{index}` is read as a power; the component is written `{written}_{index}`");
        let span = base.span.join(self.span(at + 1));
        let other = Some(format!("{written}_{index}"));
        self.ast.remarks.push(Remark { row: "raised-index", span, message: message.into(), other });
    }

    /// The note at `A^{T-1}`, a power, where T is nothing else: some mean the inverse of the transpose.
    fn note_on_end_of_time(&mut self, at: usize) {
        let [caret, open, end, minus, one, close, ..] = &self.tokens[at..] else { return };
        let Some(base) = self.state.operand else { return };
        let is_end = caret.tok == Tok::Caret
            && open.tok == Tok::Open(Bracket::Brace)
            && matches!(&end.tok, Tok::Name(name) if name == "T" && !self.names.has_base(name))
            && minus.tok == Tok::Minus
            && matches!(&one.tok, Tok::Number(value) if value.is_one())
            && close.tok == Tok::Close(Bracket::Brace);
        let is_matrix = match &self.ast.node(base.id).kind {
            AstKind::Name(name) => name.base.starts_with(char::is_uppercase) && name.subscript.is_empty(),
            _ => false,
        };
        if !is_end || !is_matrix {
            return;
        }
        let is_letter =
            |token: &Token, letter: &str| matches!(&token.tok, Tok::Name(name) | Tok::Word(name) if name == letter);
        // The T of `x^T` and `x^{T}` is no number.
        let is_raised = |place: usize| {
            let before = |back: usize| place.checked_sub(back).map(|at| &self.tokens[at].tok);
            let is_alone = self.tokens.get(place + 1).is_some_and(|next| next.tok == Tok::Close(Bracket::Brace));
            before(1) == Some(&Tok::Caret) || is_alone && before(2) == Some(&Tok::Caret)
        };
        let is_used = self.tokens.iter().enumerate().any(|(place, token)| {
            is_letter(token, "t") || is_letter(token, "T") && place != at + 2 && !is_raised(place)
        });
        if is_used {
            return;
        }
        let span = base.span.join(close.span);
        let written = self.ast.written(base.span).to_owned();
        let other = format!("{written}^{{-T}}");
        let message =
            format!("`{written}^{{T-1}}` is read as a power; the inverse of the transpose is written `{other}`");
        self.ast.remarks.push(Remark { row: "power-of-time", span, message: message.into(), other: Some(other) });
    }
}
