//! Brackets, bars and literals: what is open, what closes it, and what it makes.

use super::ast::{AstId, AstKind, Function, NormSpelling, ProductOp, Remark};
use super::function::norm_word;
use super::looks::Looks;
use super::parse::{Failure, Parser};
use super::stack::{Callee, Entries, Entry, Frame, FrameKind, Operand, level};
use super::token::{Bracket, Side, Tok};
use crate::diagnostic::Diagnostic;
use crate::number::Coeff;
use crate::span::Span;

impl Parser<'_> {
    /// The innermost open bracket.
    pub(super) fn frame(&self) -> Option<&Frame> {
        let at = *self.state.frames.last()?;
        match self.state.stack.get(at) {
            Some(Entry::Frame(frame)) => Some(frame),
            _ => None,
        }
    }

    pub(super) fn frame_mut(&mut self) -> Option<&mut Frame> {
        let at = *self.state.frames.last()?;
        match self.state.stack.get_mut(at) {
            Some(Entry::Frame(frame)) => Some(frame),
            _ => None,
        }
    }

    pub(super) fn frame_kind(&self) -> Option<&FrameKind> {
        self.frame().map(|frame| &frame.kind)
    }

    pub(super) fn push_frame(&mut self, frame: Frame) {
        self.state.frames.push(self.state.stack.len());
        self.state.stack.push(Entry::Frame(Box::new(frame)));
    }

    /// Opens the bracket at the present place.
    pub(super) fn open(&mut self, callee: Option<Callee>) -> Result<(), Failure> {
        let at = self.state.at;
        let kind = match self.tok(at) {
            Tok::Open(bracket @ (Bracket::Square | Bracket::Matrix)) => {
                FrameKind::Bracket(*bracket, self.entries(at, *bracket))
            }
            Tok::Open(bracket) => FrameKind::Bracket(*bracket, Entries::None),
            Tok::Less => FrameKind::Less,
            Tok::Bar(_) => FrameKind::Bar,
            _ => FrameKind::DoubleBar,
        };
        if self.state.frames.len() >= super::limits::MAX_BRACKET_DEPTH {
            return Err(Self::too_deep(self.span(at)));
        }
        let open = self.span(at);
        self.push_frame(Frame { kind, open, callee, before: Vec::new(), rows: Vec::new(), comparison: None });
        self.state.at += 1;
        Ok(())
    }

    /// Whether a `[` begins a literal: it has a comma or a semicolon of its own, or nothing but numbers, or constants between blanks.
    fn entries(&self, open: usize, bracket: Bracket) -> Entries {
        let close = self.tokens[open].partner;
        let (mut commas, mut semicolons, mut numbers) = (false, false, true);
        let mut at = open + 1;
        while at < close {
            match self.tokens[at].tok {
                Tok::Open(_) => {
                    at = self.tokens[at].partner;
                    numbers = false;
                }
                Tok::Comma => commas = true,
                Tok::Semicolon => semicolons = true,
                Tok::Number(_) | Tok::Plus | Tok::Minus | Tok::Op(ProductOp::Divide) => {}
                _ => numbers = false,
            }
            at += 1;
        }
        if bracket == Bracket::Matrix {
            Entries::Commas
        } else if numbers || semicolons && !commas {
            if self.has_products_in_rows(open, close) { Entries::Factors } else { Entries::Blanks }
        } else if commas {
            Entries::Commas
        } else if self.has_constants_apart(open, close) {
            Entries::Blanks
        } else {
            Entries::None
        }
    }

    /// Whether a bracket holds constants with blanks between them: `[1/2 sqrt(3)]`, `[1 -pi]`.
    fn has_constants_apart(&self, open: usize, close: usize) -> bool {
        let are_constants = self.tokens[open + 1..close].iter().all(|token| match &token.tok {
            Tok::Number(_) | Tok::Ones | Tok::Plus | Tok::Minus | Tok::Op(_) | Tok::Caret | Tok::Func(..) => true,
            Tok::Open(bracket) | Tok::Close(bracket) => *bracket == Bracket::Round,
            Tok::Name(name) => matches!(name.as_str(), "π" | "pi" | "e"),
            _ => false,
        });
        let (mut at, mut is_apart) = (open + 1, false);
        while are_constants && at < close {
            let before = &self.tokens[at - 1].tok;
            let ends_operand = !matches!(before, Tok::Plus | Tok::Minus | Tok::Op(_) | Tok::Caret | Tok::Func(..));
            is_apart |= at > open + 1 && ends_operand && self.ends_entry(at);
            at = if let Tok::Open(_) = self.tokens[at].tok { self.tokens[at].partner } else { at } + 1;
        }
        is_apart
    }

    /// Whether blanks in the rows of a literal stand between factors: some rows have them and others are one entry, `[A; sqrt(λ) I]`, a sign
    /// with blanks on both sides stands in a row, `[A x - b; B x - c]`, or every row is a letter before a function, `[r cos(t); r sin(t)]`.
    fn has_products_in_rows(&self, open: usize, close: usize) -> bool {
        let (mut rows, mut has_spaced_sign, mut are_applied) = (vec![0_usize], false, true);
        let mut at = open + 1;
        while at < close {
            match &self.tokens[at].tok {
                Tok::Semicolon => rows.push(0),
                Tok::Plus | Tok::Minus | Tok::Op(_) if self.tokens[at].blank && self.tokens[at + 1].blank => {
                    has_spaced_sign = true;
                }
                _ => {}
            }
            let is_first = matches!(self.tokens[at - 1].tok, Tok::Semicolon) || at == open + 1;
            // What follows the name of a function is its argument, `[r cos θ; r sin θ]`.
            let follows_sign = matches!(self.tokens[at - 1].tok, Tok::Plus | Tok::Minus | Tok::Op(_) | Tok::Func(..));
            if !is_first && !follows_sign && self.ends_entry(at) {
                if let (Tok::Number(_), Tok::Number(_)) = (&self.tokens[at - 1].tok, &self.tokens[at].tok) {
                    return false;
                }
                *rows.last_mut().unwrap_or(&mut 0) += 1;
                let is_letter = matches!(self.tokens[at - 1].tok, Tok::Name(_));
                are_applied &= is_letter && matches!(self.tokens[at].tok, Tok::Func(..));
            }
            at = if let Tok::Open(_) = self.tokens[at].tok { self.tokens[at].partner } else { at };
            at += 1;
        }
        let has_blanks = rows.iter().any(|blanks| *blanks > 0);
        rows.len() > 1 && has_blanks && (has_spaced_sign || rows.contains(&0) || are_applied)
    }

    /// Whether the blanks before a place separate two entries of a literal.
    pub(super) fn separates_entries(&self, at: usize) -> bool {
        matches!(self.frame_kind(), Some(FrameKind::Bracket(_, Entries::Blanks))) && self.ends_entry(at)
    }

    /// Whether an entry ends before blanks at a place. As in MATLAB, it does at a sign where blanks stand before it and none after.
    fn ends_entry(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        token.blank
            && match token.tok {
                Tok::Plus | Tok::Minus => self.tokens.get(at + 1).is_some_and(|next| !next.blank),
                ref tok => tok.starts_operand(),
            }
    }

    /// Ends an entry of a literal, and its row.
    pub(super) fn entry(&mut self, row_ends: bool) -> Result<(), Failure> {
        self.reduce(level::SUM)?;
        let operand = self.state.operand.take();
        if let Some(frame) = self.frame_mut() {
            frame.before.extend(operand);
            if row_ends {
                let row = std::mem::take(&mut frame.before);
                frame.rows.push(row.iter().map(|entry| entry.id).collect());
            }
        }
        Ok(())
    }

    pub(super) fn comma(&mut self) -> Result<(), Failure> {
        self.reduce(level::SUM)?;
        let allowed = match self.frame() {
            None => false,
            Some(frame) => match frame.kind {
                FrameKind::Bracket(Bracket::Square | Bracket::Matrix, _) => true,
                FrameKind::Bracket(Bracket::Round, _) => frame.callee.is_some() || self.may_be_list(frame.open),
                FrameKind::Bracket(Bracket::Brace, _) => frame.callee.is_some(),
                FrameKind::Bracket(Bracket::Angle, _) | FrameKind::Less => frame.before.is_empty(),
                // The lines of a piecewise definition are read apart.
                FrameKind::Bracket(Bracket::Cases | Bracket::Where | Bracket::Index { .. }, _)
                | FrameKind::Bar
                | FrameKind::DoubleBar
                | FrameKind::Indicator
                | FrameKind::Numerator
                | FrameKind::Denominator => false,
            },
        };
        if !allowed {
            return Err(self.stray());
        }
        self.state.at += 1;
        self.entry(false)
    }

    pub(super) fn semicolon(&mut self) -> Result<(), Failure> {
        self.reduce(level::SUM)?;
        if !matches!(self.frame_kind(), Some(FrameKind::Bracket(Bracket::Square | Bracket::Matrix, _))) {
            return Err(self.stray());
        }
        self.state.at += 1;
        if matches!(self.tok(self.state.at), Tok::Close(Bracket::Matrix)) {
            return Ok(());
        }
        self.entry(true)
    }

    /// A bar after an operand: it closes what is open, or opens a new factor.
    pub(super) fn bar(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        let tok = self.tok(at).clone();
        let closes = match (&tok, self.frame_kind()) {
            (Tok::Bar(Side::Left) | Tok::DoubleBar(Side::Left, _), _) => false,
            (Tok::Bar(_), Some(FrameKind::Bar)) | (Tok::DoubleBar(..), Some(FrameKind::DoubleBar)) => true,
            // `||A|x|||`: two bars that the eye joins.
            (Tok::Bar(_), Some(FrameKind::DoubleBar))
                if matches!(self.tok(at + 1), Tok::Bar(_)) && self.span(at).end == self.span(at + 1).start =>
            {
                self.tokens[at].tok = Tok::Skip;
                self.state.at += 1;
                true
            }
            // `||x| - |y||`: two bars that open, of which the inner one is closed.
            (Tok::Bar(Side::Either), Some(FrameKind::DoubleBar)) if self.is_before_sign(at + 1) => {
                return self.close_inner_bar(at);
            }
            // `|x + |y||` closes two values, `|x||y|` one and opens the next.
            (Tok::DoubleBar(_, true), Some(FrameKind::Bar)) => {
                let span = self.span(at);
                self.finish_bar(Span::new(span.start, span.start + 1))?;
                self.tokens[at].tok = Tok::Bar(Side::Either);
                self.tokens[at].span.start += 1;
                return Ok(());
            }
            _ => false,
        };
        if closes {
            return self.close();
        }
        if matches!(tok, Tok::Bar(Side::Right) | Tok::DoubleBar(Side::Right, _)) {
            return Err(self.stray());
        }
        self.note_on_factor_before_bars();
        self.end_bare_functions()?;
        self.juxtapose()
    }

    /// Whether a sign between two operands, which none begins with, stands at a place.
    fn is_before_sign(&self, at: usize) -> bool {
        match self.tok(at) {
            Tok::Plus | Tok::Minus => self.tokens[at].blank && self.tokens[at + 1].blank,
            Tok::Op(_) | Tok::Caret | Tok::Stars => true,
            _ => false,
        }
    }

    /// Closes the second of two bars that were read as those of a norm; the first one stays open.
    fn close_inner_bar(&mut self, at: usize) -> Result<(), Failure> {
        self.reduce(level::SUM)?;
        let close = self.span(at);
        let (Some(operand), Some(frame)) = (self.state.operand.take(), self.frame_mut()) else {
            return Err(self.missing_operand());
        };
        let open = frame.open;
        frame.kind = FrameKind::Bar;
        frame.open = Span::new(open.start, open.start + 1);
        let span = Span::new(open.start + 1, open.end).join(close);
        let id = self.push(self.bars_of(operand.id), span)?;
        self.state.operand = Some(Operand { id, span });
        self.state.at += 1;
        Ok(())
    }

    fn finish_bar(&mut self, close: Span) -> Result<(), Failure> {
        self.reduce(level::SUM)?;
        let Some(frame) = self.pop_frame() else { return Err(self.stray()) };
        let Some(operand) = self.state.operand.take() else { return Err(self.missing_operand()) };
        let span = frame.open.join(close);
        let id = self.push(self.bars_of(operand.id), span)?;
        self.give_with_powers(frame.callee, Operand { id, span });
        Ok(())
    }

    /// Bars around rows and columns of entries are those of a determinant.
    fn bars_of(&self, id: AstId) -> AstKind {
        let is_row = |block: &AstId| matches!(self.ast.node(*block).kind, AstKind::Stack { is_row: true, .. });
        let is_grid = match &self.ast.node(id).kind {
            AstKind::Literal(rows) => rows.len() > 1 && rows.iter().all(|row| row.len() > 1),
            AstKind::Stack { is_row: false, blocks } => blocks.len() > 1 && blocks.iter().all(is_row),
            _ => false,
        };
        if is_grid { AstKind::Call(Function::Det, vec![id]) } else { AstKind::Abs(id) }
    }

    fn pop_frame(&mut self) -> Option<Frame> {
        self.state.frames.pop()?;
        match self.state.stack.pop() {
            Some(Entry::Frame(frame)) => Some(*frame),
            _ => None,
        }
    }

    /// Hands on the value of bars: the function before them takes it with its powers, as in `log ‖x‖²`.
    fn give_with_powers(&mut self, callee: Option<Callee>, operand: Operand) {
        if let Some(callee) = callee {
            self.state.stack.push(Entry::Applied(Box::new(callee)));
        }
        self.state.operand = Some(operand);
    }

    /// Hands a bracket's value on, through the function before it if there is one.
    fn give(&mut self, callee: Option<Callee>, operand: Operand) -> Result<(), Failure> {
        let operand = match callee {
            Some(callee) => self.apply(&callee, &[operand], callee.span.join(operand.span))?,
            None => operand,
        };
        self.state.operand = Some(operand);
        Ok(())
    }

    /// Closes the innermost bracket at the present place.
    pub(super) fn close(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        let fits = match (self.frame_kind(), self.tok(at)) {
            (Some(FrameKind::Bracket(open, _)), Tok::Close(close)) => open == close,
            (Some(FrameKind::Indicator), Tok::Close(_))
            | (Some(FrameKind::Numerator | FrameKind::Denominator), Tok::Close(Bracket::Brace))
            | (Some(FrameKind::Less), Tok::Greater)
            | (Some(FrameKind::Bar), Tok::Bar(_))
            | (Some(FrameKind::DoubleBar), Tok::DoubleBar(..) | Tok::Bar(_)) => true,
            _ => false,
        };
        if !fits {
            return Err(if self.frame().is_some() { self.unclosed() } else { self.stray() });
        }
        let empty_call = self.state.operand.is_none()
            && self.state.stack.len() == self.state.frames.last().map_or(0, |frame| frame + 1)
            && self.frame().is_some_and(|frame| frame.callee.is_some() && frame.before.is_empty());
        if !empty_call {
            let ended_row = self.state.operand.is_none()
                && matches!(self.frame_kind(), Some(FrameKind::Bracket(Bracket::Matrix, _)));
            if self.state.operand.is_none() && !ended_row {
                return Err(self.missing_operand());
            }
            self.reduce(level::SUM)?;
        }
        let Some(frame) = self.pop_frame() else { return Err(self.stray()) };
        let operand = self.state.operand.take();
        let span = frame.open.join(self.span(at));
        self.state.at += 1;
        self.finish(frame, operand, span)
    }

    fn finish(&mut self, mut frame: Frame, operand: Option<Operand>, span: Span) -> Result<(), Failure> {
        let kind = match (&frame.kind, operand) {
            (FrameKind::Bracket(Bracket::Round | Bracket::Brace, _), operand) => {
                return match frame.callee.take() {
                    Some(callee) => {
                        frame.before.extend(operand);
                        let span = callee.span.join(span);
                        self.state.operand = Some(self.apply(&callee, &frame.before, span)?);
                        Ok(())
                    }
                    None if frame.before.is_empty() => {
                        self.state.operand = operand.map(|operand| Operand { span, ..operand });
                        Ok(())
                    }
                    None => {
                        frame.before.extend(operand);
                        self.list(&frame.before, span)
                    }
                };
            }
            (FrameKind::Numerator, Some(operand)) => {
                return self.denominator(frame, Operand { span, ..operand });
            }
            (FrameKind::Denominator, Some(operand)) => {
                return self.finish_fraction(frame, Operand { span, ..operand });
            }
            (FrameKind::Bracket(Bracket::Square | Bracket::Matrix, _), operand) => {
                return self.literal(frame, operand, span);
            }
            (FrameKind::Bracket(Bracket::Angle, _) | FrameKind::Less, Some(second)) => match frame.before.as_slice() {
                [first] => {
                    let (kind, span) = self.weighed_inner(first.id, second.id, span)?;
                    let id = self.push(kind, span)?;
                    self.give_with_powers(frame.callee, Operand { id, span });
                    return Ok(());
                }
                _ => return Err(Self::half_inner(span)),
            },
            (FrameKind::Bar, Some(operand)) => match self.bars_of(operand.id) {
                AstKind::Abs(_) if self.names_a_norm(self.state.at) => {
                    let (spelling, next) = self.norm_spelling(self.state.at)?;
                    let span = span.join(self.span(next - 1));
                    self.state.at = next;
                    self.note_norm(span);
                    let id = self.push(AstKind::Norm(spelling, operand.id), span)?;
                    self.give_with_powers(frame.callee, Operand { id, span });
                    return Ok(());
                }
                kind => kind,
            },
            (FrameKind::DoubleBar, Some(operand)) => {
                self.pull_subscript(self.state.at)?;
                if let Some((kind, next)) = self.norm_of_two_numbers(operand.id)? {
                    let span = span.join(self.span(next - 1));
                    self.state.at = next;
                    let id = self.push(kind, span)?;
                    self.give_with_powers(frame.callee, Operand { id, span });
                    return Ok(());
                }
                let (spelling, next) = match self.glued_spelling(span)? {
                    Some(spelling) => (spelling, self.state.at + 1),
                    None => self.norm_spelling(self.state.at)?,
                };
                let span = span.join(self.span(next - 1));
                self.state.at = next;
                let id = self.push(AstKind::Norm(spelling, operand.id), span)?;
                self.give_with_powers(frame.callee, Operand { id, span });
                return Ok(());
            }
            (FrameKind::Indicator, Some(right)) => match (frame.comparison, frame.before.as_slice()) {
                (Some((comparison, true)), [left]) => AstKind::Indicator(comparison, left.id, right.id),
                (Some((comparison, false)), [left]) => {
                    let contrary = self.push(AstKind::Indicator(comparison, left.id, right.id), span)?;
                    let id = self.one_minus(contrary, span)?;
                    return self.give(frame.callee, Operand { id, span });
                }
                _ => return Err(self.missing_operand()),
            },
            (_, None) | (FrameKind::Bracket(Bracket::Cases | Bracket::Where | Bracket::Index { .. }, _), _) => {
                return Err(self.missing_operand());
            }
        };
        let id = self.push(kind, span)?;
        match frame.kind {
            FrameKind::Indicator => self.give(frame.callee, Operand { id, span }),
            _ => {
                self.give_with_powers(frame.callee, Operand { id, span });
                Ok(())
            }
        }
    }

    /// Whether 1, 2, ∞ or F stands below bars: that of a norm.
    fn names_a_norm(&self, at: usize) -> bool {
        let from = match (self.tok(at), self.tok(at + 1)) {
            (Tok::Underscore, Tok::Open(Bracket::Brace)) if self.tokens[at + 1].partner == at + 3 => at + 2,
            (Tok::Underscore, _) => at + 1,
            _ => return false,
        };
        match self.tok(from) {
            Tok::Number(value) => value.is_one() || *value == Coeff::integer(2),
            Tok::Infinity => true,
            Tok::Name(word) | Tok::Word(word) => word == "F",
            _ => false,
        }
    }

    fn note_norm(&mut self, span: Span) {
        let written = self.ast.source.get(span.start..span.end).unwrap_or("").to_owned();
        let message = format!("`{written}` is read as a norm; an entry is written `abs(x)_1`").into();
        self.ast.remarks.push(Remark { row: "norm-of-bars", span, message, other: None });
    }

    /// Whether a list may stand in a round bracket: not where it looks like the arguments of something, `f(x, y)`.
    fn may_be_list(&self, open: Span) -> bool {
        let Ok(at) = self.tokens.binary_search_by_key(&open.start, |token| token.span.start) else { return false };
        let Some(before) = at.checked_sub(1).map(|before| self.tok(before)) else { return true };
        match before {
            Tok::Plus | Tok::Minus | Tok::Op(_) | Tok::Open(_) | Tok::Comma | Tok::Bar(_) | Tok::DoubleBar(..) => true,
            _ => (self.is_latex || self.tokens[at].blank) && self.is_transpose(self.tokens[at].partner + 1),
        }
    }

    /// `(1, 2, 3)` and `(x, y)^T` are vectors; where another list of the text is transposed, one that is not is a row.
    fn list(&mut self, entries: &[Operand], span: Span) -> Result<(), Failure> {
        let ids: Vec<AstId> = entries.iter().map(|entry| entry.id).collect();
        let looks: Vec<Looks> = ids.iter().map(|id| self.looks(*id)).collect();
        let is_transposed = self.is_transpose(self.state.at);
        if looks.iter().any(|looks| matches!(looks, Looks::Vector | Looks::Matrix)) && is_transposed {
            let id = self.push(AstKind::Stack { is_row: true, blocks: ids }, span)?;
            return self.give(None, Operand { id, span });
        }
        // The values of a map, `(r cos θ, r sin θ)`, and no vectors.
        let is_bare = |id: &AstId| matches!(self.ast.node(*id).kind, AstKind::Name(_));
        if self.is_whole(span) && !ids.iter().zip(&looks).any(|(id, looks)| is_bare(id) && *looks == Looks::Letter) {
            let rows: Vec<Vec<AstId>> = ids.iter().map(|id| vec![*id]).collect();
            if self.are_blocks(&rows, span)? {
                return self.stack(&rows, None, span);
            }
            let id = self.push(AstKind::Literal(vec![ids]), span)?;
            return self.give(None, Operand { id, span });
        }
        if looks.iter().any(|looks| *looks != Looks::Scalar) && !is_transposed {
            let text = |entry: &Operand| self.ast.source.get(entry.span.start..entry.span.end).unwrap_or("").to_owned();
            let all: Vec<String> = entries.iter().map(text).collect();
            let mut error = Diagnostic::new("P0022", "a list in brackets", span, "a vector, or an inner product?")
                .with_help(format!("for a vector write `[{}]`", all.join("; ")));
            if let [left, right] = all.as_slice() {
                error = error.with_help(format!("for the inner product write `<{left}, {right}>`"));
            }
            return Err(Box::new(error));
        }
        let is_row = is_transposed || self.has_transposed_list();
        let kind = if looks.iter().all(|looks| *looks == Looks::Scalar) {
            AstKind::Literal(vec![ids])
        } else {
            AstKind::Stack { is_row: false, blocks: ids }
        };
        let mut id = self.push(kind, span)?;
        if is_row {
            id = self.push(AstKind::Transpose(id), span)?;
        }
        self.give(None, Operand { id, span })
    }

    /// Whether a stretch is all that is read.
    fn is_whole(&self, span: Span) -> bool {
        let begins = self.tokens.first().is_some_and(|token| token.span.start == span.start);
        begins && self.scripts() == 1 && self.tok(self.state.at) == &Tok::End
    }

    /// Whether a list in round brackets is transposed anywhere in the text.
    fn has_transposed_list(&mut self) -> bool {
        if let Some(known) = self.transposed_lists {
            return known;
        }
        let is_end = |at: usize| self.tok(at) == &Tok::Close(Bracket::Round) && self.is_transpose(at + 1);
        let found = (0..self.tokens.len()).filter(|at| is_end(*at)).any(|close| {
            let open = self.tokens[close].partner;
            self.split_at_commas(open + 1, close).len() > 1
        });
        self.transposed_lists = Some(found);
        found
    }

    fn literal(&mut self, mut frame: Frame, operand: Option<Operand>, span: Span) -> Result<(), Failure> {
        let single = frame.before.is_empty() && frame.rows.is_empty();
        let is_matrix = matches!(frame.kind, FrameKind::Bracket(Bracket::Matrix, _));
        if let (true, false, Some(operand)) = (single, is_matrix, operand) {
            // NumPy's `[[1, 2]]` is a row.
            if let AstKind::Literal(rows) = &self.ast.node(operand.id).kind
                && let [row] = rows.as_slice()
                && row.len() > 1
                && frame.callee.is_none()
                && self.tok(self.state.at) != &Tok::Underscore
            {
                let row = row.clone();
                return self.row(row, span);
            }
            if frame.callee.is_none() {
                self.note_product(operand.id, span);
            }
            return self.give(frame.callee, Operand { span, ..operand });
        }
        frame.before.extend(operand);
        if !frame.before.is_empty() {
            frame.rows.push(frame.before.iter().map(|entry| entry.id).collect());
        }
        let mut rows = frame.rows;
        // NumPy's `[[1, 2], [3, 4]]` has its rows in brackets of their own.
        if rows.len() == 1 && rows[0].len() > 1 {
            let inner: Option<Vec<Vec<AstId>>> = rows[0]
                .iter()
                .map(|&id| match &self.ast.node(id).kind {
                    AstKind::Literal(inner) if inner.len() == 1 => Some(inner[0].clone()),
                    AstKind::Stack { is_row: true, blocks } => Some(blocks.clone()),
                    _ => None,
                })
                .collect();
            rows = inner.unwrap_or(rows);
        }
        let has_blanks = matches!(frame.kind, FrameKind::Bracket(_, Entries::Blanks));
        let in_one_row = is_matrix && rows.len() == 1 && rows[0].len() > 1;
        if in_one_row && frame.callee.is_none() && self.are_numbers(&rows[0]) {
            return self.row(rows.swap_remove(0), span);
        }
        if self.are_blocks(&rows, span)? {
            if has_blanks && rows.iter().any(|row| row.len() > 1) {
                self.note_blanks(&rows, span);
            }
            return self.stack(&rows, frame.callee, span);
        }
        let width = rows.first().map_or(0, Vec::len);
        if width == 0 {
            return Err(self.missing_operand());
        }
        if let Some(bad) = rows.iter().find(|row| row.len() != width) {
            let (n, place) = (bad.len(), bad.first().map_or(span, |&id| self.ast.span(id)));
            return Err(Self::ragged(width, n, place, span));
        }
        if matches!(frame.kind, FrameKind::Bracket(_, Entries::Factors)) {
            self.ast.remarks.push(Remark {
                row: "blanks-between-factors",
                span,
                message: "blanks in this literal stand between factors; entries of one row are separated by commas"
                    .into(),
                other: None,
            });
        }
        let id = self.push(AstKind::Literal(rows), span)?;
        self.give(frame.callee, Operand { id, span })
    }

    /// A matrix of one row: what stands in it is no column, however a vector is written.
    fn row(&mut self, entries: Vec<AstId>, span: Span) -> Result<(), Failure> {
        let column = self.push(AstKind::Literal(vec![entries]), span)?;
        let id = self.push(AstKind::Transpose(column), span)?;
        self.give(None, Operand { id, span })
    }

    /// Blanks between the only factors in square brackets may have been meant between entries. In LaTeX they say nothing.
    fn note_product(&mut self, product: AstId, span: Span) {
        let AstKind::Product { first, rest } = &self.ast.node(product).kind else { return };
        let factors: Vec<Span> =
            std::iter::once(first).chain(rest.iter().map(|(_, factor)| factor)).map(|id| self.ast.span(*id)).collect();
        let part = |from: usize, to: usize| self.ast.source.get(from..to).unwrap_or("");
        let is_blank = |pair: &[Span]| {
            let between = part(pair[0].end, pair[1].start);
            !between.is_empty() && between.trim().is_empty()
        };
        if self.ast.source.contains('\\') || !factors.windows(2).all(is_blank) {
            return;
        }
        let entries: Vec<&str> = factors.iter().map(|factor| part(factor.start, factor.end)).collect();
        let entries = format!("[{}]", entries.join(", "));
        let written = part(span.start, span.end);
        let message =
            format!("`{written}` is read as a product in brackets; entries are separated by commas: `{entries}`");
        self.ast.remarks.push(Remark {
            row: "product-in-brackets",
            span,
            message: message.into(),
            other: Some(entries),
        });
    }

    /// Blanks between blocks may have been meant as products.
    fn note_blanks(&mut self, rows: &[Vec<AstId>], span: Span) {
        let text = |id: &AstId| {
            let part = self.ast.span(*id);
            self.ast.source.get(part.start..part.end).unwrap_or("").to_owned()
        };
        let joined = |by: &str| {
            let rows: Vec<String> = rows.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join(by)).collect();
            format!("[{}]", rows.join("; "))
        };
        let (blocks, products) = (joined(", "), joined("*"));
        let message = format!("blanks separate blocks, `{blocks}`; products are written `{products}`");
        self.ast.remarks.push(Remark {
            row: "blanks-between-blocks",
            span,
            message: message.into(),
            other: Some(products),
        });
    }

    /// Blocks: a stack of rows.
    fn stack(&mut self, rows: &[Vec<AstId>], callee: Option<Callee>, span: Span) -> Result<(), Failure> {
        let mut below = Vec::with_capacity(rows.len());
        for row in rows {
            below.push(match row.as_slice() {
                [only] => *only,
                blocks => {
                    let inside = blocks.iter().map(|id| self.ast.span(*id)).reduce(Span::join).unwrap_or(span);
                    self.push(AstKind::Stack { is_row: true, blocks: blocks.to_vec() }, inside)?
                }
            });
        }
        let id = match below.as_slice() {
            [only] => *only,
            _ => self.push(AstKind::Stack { is_row: false, blocks: below }, span)?,
        };
        self.give(callee, Operand { id, span })
    }

    /// The norm of `||x||2`, `||X||F`, where the mark of the subscript was left out: nobody writes a number, or F, after the factor that it
    /// multiplies.
    fn glued_spelling(&mut self, norm: Span) -> Result<Option<NormSpelling>, Failure> {
        let at = self.state.at;
        let place = self.span(at);
        if place.start != norm.end {
            return Ok(None);
        }
        let spelling = match self.tok(at) {
            Tok::Number(value) if value.is_one() => NormSpelling::One,
            Tok::Number(value) if *value == Coeff::integer(2) => NormSpelling::Two,
            Tok::Infinity => NormSpelling::Infinity,
            Tok::Number(value) if value.to_i64().is_some_and(|value| matches!(value, 11 | 22)) => {
                let error =
                    Diagnostic::new("P0008", "a number directly after a norm", place, "a subscript and a power?")
                        .with_label(norm, "the norm")
                        .with_help("write the subscript with its mark, and the power with its own: `||x||_2^2`")
                        .with_help("write a factor before the norm: `22 ||x||`");
                return Err(Box::new(error));
            }
            Tok::Name(name) if name == "F" && !self.names.has_base("F") && !self.tok(at + 1).starts_operand() => {
                NormSpelling::Frobenius
            }
            _ => return Ok(None),
        };
        let span = norm.join(place);
        let below = self.ast.written(place).to_owned();
        let written = self.ast.written(norm).to_owned();
        let mut message = format!("`{written}{below}` is read as the norm `{written}_{below}`");
        if spelling != NormSpelling::Infinity {
            message.push_str(&format!("; a multiple is written `{below} {written}`"));
        }
        self.ast.remarks.push(Remark { row: "norm-without-mark", span, message: message.into(), other: None });
        Ok(Some(spelling))
    }

    /// The subscript of a norm at a place, and the place after it.
    pub(super) fn norm_spelling(&mut self, at: usize) -> Result<(NormSpelling, usize), Failure> {
        if self.tok(at) != &Tok::Underscore {
            return Ok((NormSpelling::Plain, at));
        }
        if let Some(number) = self.decimal(at + 1) {
            let span = self.span(at + 1).join(self.span(at + 2));
            let power = self.push(AstKind::Number(number), span)?;
            return Ok((NormSpelling::P(power), at + 3));
        }
        let (from, to, next) = match self.tok(at + 1) {
            Tok::Open(_) => (at + 2, self.tokens[at + 1].partner, self.tokens[at + 1].partner + 1),
            Tok::End => return Err(self.missing_script(at + 1)),
            _ => (at + 1, at + 2, at + 2),
        };
        if let Some(spelling) = self.worded_norm(from, to) {
            return Ok((spelling, next));
        }
        let spelling = match &self.tokens[from].tok {
            Tok::Func(_, "max") | Tok::Word(_) if self.is_largest_entry(from, to) => {
                return Err(Self::largest_entry(self.span(from)));
            }
            _ if to != from + 1 => None,
            Tok::Number(value) if value.is_one() => Some(NormSpelling::One),
            Tok::Number(value) if *value == Coeff::integer(2) => Some(NormSpelling::Two),
            Tok::Infinity => Some(NormSpelling::Infinity),
            Tok::Op(ProductOp::Star | ProductOp::Times) => Some(NormSpelling::Nuclear),
            Tok::Word(word) | Tok::Name(word) => norm_word(word),
            Tok::NormWord(word) => norm_word(word),
            _ => None,
        };
        match spelling {
            Some(spelling) => Ok((spelling, next)),
            None => Ok((NormSpelling::P(self.value(from, to)?.id), next)),
        }
    }

    /// The number `1.5` that `1` and `.5` make side by side: below a letter TeX takes a digit alone, but nobody writes a multiple behind a norm so.
    fn decimal(&self, at: usize) -> Option<Coeff> {
        let [whole, fraction] = self.tokens.get(at..at + 2)? else { return None };
        let (Tok::Number(above), Tok::Number(below)) = (&whole.tok, &fraction.tok) else { return None };
        let is_one = whole.span.end == fraction.span.start && self.ast.written(fraction.span).starts_with('.');
        is_one.then(|| above.add(below))
    }

    /// `_{2,1}`, `_{\ell_2}`, `_{L^1}`.
    fn worded_norm(&self, from: usize, to: usize) -> Option<NormSpelling> {
        let number = |at: usize| match &self.tokens[at].tok {
            Tok::Number(value) => value.to_i64(),
            _ => None,
        };
        match to - from {
            3 if number(from) == Some(2) && self.tokens[from + 1].tok == Tok::Comma && number(from + 2) == Some(1) => {
                Some(NormSpelling::TwoOne)
            }
            3.. => {
                let (Tok::Word(word) | Tok::Name(word)) = &self.tokens[from].tok else { return None };
                let raised = matches!(self.tokens[from + 1].tok, Tok::Underscore | Tok::Caret);
                if !matches!(word.as_str(), "ℓ" | "l" | "L") || !raised {
                    return None;
                }
                let at = if matches!(self.tokens[from + 2].tok, Tok::Open(_)) { from + 3 } else { from + 2 };
                match (number(at), &self.tokens[at].tok) {
                    (Some(1), _) => Some(NormSpelling::One),
                    (Some(2), _) => Some(NormSpelling::Two),
                    (_, Tok::Infinity) => Some(NormSpelling::Infinity),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// `_{\max}`
    fn is_largest_entry(&self, from: usize, to: usize) -> bool {
        to == from + 1
            && matches!(&self.tokens[from].tok, Tok::Word(word) if word == "max" && !self.names.has_base(word))
    }

    fn largest_entry(span: Span) -> Failure {
        Box::new(
            Diagnostic::new(
                "P0008",
                "the norm `max` is not in the language",
                span,
                "the largest entry in absolute value?",
            )
            .with_help("write `max(abs(X))`, or `||x||_inf` for a vector"),
        )
    }

    /// What stands below `⟨a, b⟩`: nothing is to be done for `_F`; a matrix W makes it aᵀWb.
    fn weighed_inner(&mut self, a: AstId, b: AstId, span: Span) -> Result<(AstKind, Span), Failure> {
        let at = self.state.at;
        let plain = AstKind::Inner(a, b);
        if self.tok(at) != &Tok::Underscore {
            return Ok((plain, span));
        }
        let (from, to, next) = match self.tok(at + 1) {
            Tok::Open(_) => (at + 2, self.tokens[at + 1].partner, self.tokens[at + 1].partner + 1),
            Tok::End => return Err(self.missing_script(at + 1)),
            _ => (at + 1, at + 2, at + 2),
        };
        if from == to {
            return Err(self.missing_script(at + 1));
        }
        self.state.at = next;
        let span = span.join(self.span(next - 1));
        let named = match &self.tokens[from].tok {
            Tok::Word(word) | Tok::Name(word) => norm_word(word) == Some(NormSpelling::Frobenius),
            Tok::NormWord(word) => *word == "fro",
            Tok::Number(value) => *value == Coeff::integer(2),
            _ => false,
        };
        if named && to == from + 1 {
            return Ok((plain, span));
        }
        let weight = self.value(from, to)?.id;
        let left = self.push(AstKind::Transpose(a), span)?;
        let rest = vec![(ProductOp::Times, weight), (ProductOp::Times, b)];
        Ok((AstKind::Product { first: left, rest }, span))
    }

    /// The norm that the second argument of `norm` names.
    pub(super) fn norm_of_argument(&self, which: AstId) -> NormSpelling {
        match &self.ast.node(which).kind {
            AstKind::Number(value) if value.is_one() => NormSpelling::One,
            AstKind::Number(value) if *value == Coeff::integer(2) => NormSpelling::Two,
            AstKind::Name(name) if name.subscript_text.is_empty() => {
                norm_word(&name.base).unwrap_or(NormSpelling::P(which))
            }
            _ => NormSpelling::P(which),
        }
    }
}
