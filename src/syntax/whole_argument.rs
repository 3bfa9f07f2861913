//! Exponents and arguments without brackets that go on behind their first factor: a run that e is raised to, `e^-yw'x`; what a fraction
//! multiplies, `exp -1/2 x'A x`; a square over its width, `e^-x²/2σ²`; and exponents that are fractions, `x^1/2`. Precedence would end each of
//! them at the division sign or at the second factor, where nobody means it.

use super::ast::{AstId, AstKind, Function, ProductOp, Remark};
use super::function::is_entrywise;
use super::parse::{Failure, Parser};
use super::stack::{Callee, Entry, FrameKind, Operand, Which, level};
use super::token::{Bracket, Side, Tok};
use crate::catalog::Func;

/// The most symbols between bars that are looked at.
const MOST_BETWEEN_BARS: usize = 512;

/// What a fraction in an exponent is.
enum Fraction {
    /// All of it is the exponent.
    Whole,
    /// The division ends the exponent.
    Ended,
}

impl Parser<'_> {
    fn is_apart(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(|token| token.blank)
    }

    fn integer(&self, at: usize) -> Option<i64> {
        match self.tok(at) {
            Tok::Number(value) => value.to_i64(),
            _ => None,
        }
    }

    /// The place after what is raised, below and behind an operand that ends at a place.
    fn end_of_scripts(&self, mut end: usize) -> usize {
        loop {
            end = match (self.tok(end), self.tok(end + 1)) {
                (Tok::Prime | Tok::Top, _) => end + 1,
                (Tok::Caret | Tok::Stars | Tok::Underscore, Tok::Open(_)) => self.tokens[end + 1].partner + 1,
                (Tok::Caret | Tok::Stars, Tok::Minus) if self.tok(end + 2) != &Tok::End => end + 3,
                (Tok::Caret | Tok::Stars | Tok::Underscore, next) if next != &Tok::End => end + 2,
                _ => return end,
            };
        }
    }

    /// The place after the number, name, bracket or norm that begins at a place, with all that is raised and below.
    fn end_of_factor(&self, at: usize) -> Option<usize> {
        let end = match self.tok(at) {
            Tok::Number(_) => at + 1,
            Tok::Name(name) => {
                let is_power = name == "e" && matches!(self.tok(at + 1), Tok::Caret | Tok::Stars);
                (!is_power || self.names.has_base("e")).then_some(at + 1)?
            }
            Tok::Open(Bracket::Round) => self.tokens[at].partner + 1,
            // The bar that closes a norm around all of it begins none.
            Tok::DoubleBar(Side::Either, _) if self.frame_kind() == Some(&FrameKind::DoubleBar) => return None,
            Tok::DoubleBar(side, _) if *side != Side::Right => {
                let last = self.state.end.min(at + MOST_BETWEEN_BARS);
                let closes = |k: &usize| matches!(self.tok(*k), Tok::DoubleBar(side, _) if *side != Side::Left);
                (at + 1..last).find(closes)? + 1
            }
            _ => return None,
        };
        Some(self.end_of_scripts(end))
    }

    /// The place after all factors from a place on.
    fn end_of_factors(&self, mut end: usize) -> usize {
        while let Some(next) = self.end_of_factor(end) {
            end = next;
        }
        end
    }

    /// The place after the fraction of two whole numbers that begins at a place, without blanks.
    fn end_of_fraction(&self, at: usize) -> Option<usize> {
        let is_fraction = self.integer(at).is_some()
            && self.tok(at + 1) == &Tok::Op(ProductOp::Divide)
            && self.integer(at + 2).is_some()
            && !self.is_apart(at + 1)
            && !self.is_apart(at + 2)
            && !matches!(self.tok(at + 3), Tok::Caret | Tok::Stars | Tok::Bang);
        is_fraction.then_some(at + 3)
    }

    /// The place after what a fraction that ends at a place multiplies.
    fn end_of_multiplied(&self, end: usize) -> usize {
        let is_sign = matches!(self.tok(end), Tok::Op(ProductOp::Star | ProductOp::Dot | ProductOp::Times));
        self.end_of_factors(if is_sign && self.end_of_factor(end + 1).is_some() { end + 1 } else { end })
    }

    /// Whether a number that is not whole stands at a place: ½, 0.5.
    fn is_broken(&self, at: usize) -> bool {
        matches!(self.tok(at), Tok::Number(value) if value.to_i64().is_none())
    }

    /// The place after a number that is not whole and the norm that it multiplies.
    fn end_of_broken_number(&self, at: usize) -> Option<usize> {
        let is_before_norm = self.is_broken(at) && matches!(self.tok(at + 1), Tok::DoubleBar(..));
        (is_before_norm && self.end_of_factor(at + 1).is_some()).then(|| self.end_of_factors(at + 1))
    }

    /// Whether a square or a product x′x ends at a place, of a factor that begins at another.
    fn is_square(&self, first: usize, end: usize) -> bool {
        let is_two = |at: usize| self.integer(at) == Some(2);
        let is_raised = |at: usize| matches!(self.tok(at), Tok::Caret | Tok::Stars);
        let is_of_two = end >= 2 && is_raised(end - 2) && is_two(end - 1);
        is_of_two || end >= 4 && is_raised(end - 4) && is_two(end - 2) || self.is_form(first)
    }

    /// The place after the width that a square is divided by, where one follows the place that the square ends at: `/2`, `/2σ²`, `/(2σ²)`.
    fn end_of_width(&self, end: usize) -> Option<usize> {
        if self.tok(end) != &Tok::Op(ProductOp::Divide) {
            return None;
        }
        let mut end = match self.tok(end + 1) {
            Tok::Number(_) | Tok::Name(_) => self.end_of_factor(end + 1)?,
            Tok::Open(Bracket::Round) => return self.end_of_factor(end + 1),
            _ => return None,
        };
        while !self.is_apart(end) && matches!(self.tok(end), Tok::Name(_)) {
            end = self.end_of_factor(end)?;
        }
        Some(end)
    }

    /// The place after the exponent of e that begins at a place, in plain text, where it is more than one factor.
    pub(super) fn end_of_run_above(&self, from: usize) -> Option<usize> {
        let is_negative = self.tok(from) == &Tok::Minus;
        let first = from + usize::from(is_negative);
        if let Some(end) = self.end_of_fraction(first) {
            return Some(self.end_of_multiplied(end));
        }
        let one = self.end_of_factor(first)?;
        if let Some(end) = self.end_of_broken_number(first) {
            return Some(end);
        }
        if self.is_broken(first) && self.is_form(one) {
            return Some(self.end_of_factors(one));
        }
        let is_group = matches!(self.tok(first), Tok::Open(_) | Tok::DoubleBar(..));
        let mut end = one;
        while !is_group && !self.is_apart(end) {
            let next = match self.tok(end) {
                Tok::Name(_) | Tok::DoubleBar(..) => end,
                Tok::Op(ProductOp::Dot) if !self.is_apart(end + 1) => end + 1,
                _ => break,
            };
            let Some(next) = self.end_of_factor(next) else { break };
            end = next;
        }
        let is_width = is_negative && !self.is_apart(end) && !self.is_apart(end + 1) && self.is_square(first, end);
        if is_width && let Some(end) = self.end_of_width(end) {
            return Some(end);
        }
        let is_before_bracket = matches!(self.tok(end), Tok::Open(_)) && !self.is_apart(end);
        (end > one && !is_before_bracket).then_some(end)
    }

    /// The note at `e^-t/τ`, which is read by precedence.
    pub(super) fn note_on_ended_exponent(&mut self, from: usize, base: Operand) {
        let is_negative = self.tok(from) == &Tok::Minus;
        let Some(end) = self.end_of_factor(from + 1).filter(|_| is_negative && !self.is_latex) else { return };
        let is_glued = !self.is_apart(end) && !self.is_apart(end + 1);
        let is_simple = matches!(self.tok(end + 1), Tok::Name(_) | Tok::Number(_));
        let Some(behind) = self.end_of_width(end).filter(|_| is_glued && is_simple) else { return };
        let text = |from: usize, to: usize| self.ast.written(self.span(from).join(self.span(to - 1))).to_owned();
        let (below, above, divisor) = (self.ast.written(base.span).to_owned(), text(from, end), text(end + 1, behind));
        let other = format!("{below}^({above}/{divisor})");
        let is_one = behind == end + 2;
        let bracketed = if is_one { divisor.clone() } else { format!("({divisor})") };
        let message = format!(
            "`{below}^{above}/{divisor}` is read as `{below}^({above})/{bracketed}`; with the quotient in the exponent it is written `{other}`"
        );
        let span = base.span.join(self.span(behind - 1));
        self.ast.remarks.push(Remark { row: "ended-exponent", span, message: message.into(), other: Some(other) });
    }

    /// Reads an exponent that is a fraction, `x^1/2`, `|Σ|^-1/2`, `(2π)^-n/2`, where the first number would not be written as an exponent by
    /// itself; where it might be, `x^3/2`, a note says that it is.
    pub(super) fn fraction_above(&mut self) -> Result<bool, Failure> {
        let at = self.state.at;
        let sign = usize::from(self.tok(at + 1) == &Tok::Minus);
        let (above, below) = (at + 1 + sign, at + 3 + sign);
        let Some(base) = self.state.operand else { return Ok(false) };
        let is_written = matches!(self.tok(at), Tok::Caret | Tok::Stars)
            && self.tok(above + 1) == &Tok::Op(ProductOp::Divide)
            && (above..=below).all(|at| !self.is_apart(at))
            // `²/2` stands above the line.
            && self.span(above).start >= self.span(at).end;
        let goes_on = !self.is_apart(below + 1)
            && (matches!(
                self.tok(below + 1),
                Tok::Name(_) | Tok::Number(_) | Tok::Caret | Tok::Stars | Tok::Underscore | Tok::Bang | Tok::Open(_)
            ));
        if !is_written || goes_on {
            return Ok(false);
        }
        let is_half = self.integer(below) == Some(2);
        let is_root = matches!(self.tok(below), Tok::Name(_)) || self.integer(below).is_some_and(|n| n > 1);
        let is_parted = |above| self.integer(below).is_some_and(|below| below > 1 && above % below != 0);
        let is_number = matches!(self.ast.node(base.id).kind, AstKind::Number(_));
        let is_e = matches!(&self.ast.node(base.id).kind, AstKind::Name(name) if name.base == "e");
        let fraction = match (self.tok(above), self.integer(above), sign) {
            (_, Some(1), 0) if is_root => Fraction::Whole,
            (_, Some(1), 1) if is_half => Fraction::Whole,
            (Tok::Name(_), None, 1) if is_half && !is_e => Fraction::Whole,
            (_, Some(odd), _) if is_half && odd > 1 && odd % 2 == 1 && !is_number => Fraction::Ended,
            (_, Some(above), 1) if is_parted(above) && !is_number => Fraction::Ended,
            (Tok::Name(_), None, 0) if is_half && !is_e && !is_number => Fraction::Ended,
            _ => return Ok(false),
        };
        // In Python the division is outside.
        let fraction = if self.tok(at) == &Tok::Stars { Fraction::Ended } else { fraction };
        let mark = self.ast.written(self.span(at)).to_owned();
        let (letter, whole) = (
            self.ast.written(base.span).to_owned(),
            self.ast.written(self.span(at + 1).join(self.span(below))).to_owned(),
        );
        let first = self.ast.written(self.span(at + 1).join(self.span(above))).to_owned();
        let second = self.ast.written(self.span(below)).to_owned();
        let span = base.span.join(self.span(below));
        let (power, quotient) = (format!("{letter}{mark}({whole})"), format!("({letter}{mark}{first})/{second}"));
        let (message, other) = match fraction {
            Fraction::Whole => (
                format!("`{letter}{mark}{whole}` is read as `{power}`; the quotient is written `{quotient}`"),
                quotient,
            ),
            Fraction::Ended => {
                (format!("`{letter}{mark}{whole}` is read as `{quotient}`; the power is written `{power}`"), power)
            }
        };
        self.ast.remarks.push(Remark { row: "fraction-above", span, message: message.into(), other: Some(other) });
        if matches!(fraction, Fraction::Ended) {
            return Ok(false);
        }
        self.reduce(level::POWER + 1)?;
        let Some(base) = self.state.operand.take() else { return Ok(false) };
        let exponent = self.region(at + 1, below + 1)?;
        self.operand(AstKind::Power(base.id, exponent.id), span, below + 1)?;
        Ok(true)
    }

    /// Reads the argument of a function without brackets that begins at a place, where it goes on behind a division sign: `exp -1/2 x'A x`,
    /// `exp -‖x‖²/2σ²`; whether it does.
    pub(super) fn whole_argument(&mut self, callee: &Callee, from: usize) -> Result<bool, Failure> {
        let Which::Known(function, _) = callee.which else { return Ok(false) };
        let is_plain =
            callee.power.is_none() && !callee.transposed && (is_entrywise(function) || function == Function::Sqrt);
        let is_negative = self.tok(from) == &Tok::Minus;
        let first = from + usize::from(is_negative);
        let Some(end) = self
            .end_of_fraction(first)
            .map(|end| self.end_of_multiplied(end))
            .or_else(|| self.end_of_square_over_width(function, first).filter(|_| is_negative))
            .or_else(|| self.end_of_broken_number(first))
            .filter(|_| is_plain)
        else {
            return Ok(false);
        };
        let argument = self.region(from, end)?;
        let span = callee.span.join(self.span(end - 1));
        let (name, written) = (self.ast.written(callee.span).to_owned(), self.ast.written(argument.span).to_owned());
        let message =
            format!("the argument of `{name}` is read as `{written}`, all of it; brackets say so, `{name}({written})`");
        self.ast.remarks.push(Remark { row: "whole-argument", span, message: message.into(), other: None });
        self.state.operand = Some(self.apply(callee, &[argument], span)?);
        self.state.at = end;
        Ok(true)
    }

    /// The place after a square and the width it is divided by, as in the argument of a Gaussian.
    fn end_of_square_over_width(&self, function: Function, first: usize) -> Option<usize> {
        if function != Function::Entrywise(Func::Exp) {
            return None;
        }
        let mut last = first;
        let mut end = self.end_of_factor(first)?;
        while !matches!(self.tok(end), Tok::DoubleBar(..))
            && let Some(next) = self.end_of_factor(end)
        {
            (last, end) = (end, next);
        }
        (self.is_square(first, end) || self.is_square(last, end)).then(|| self.end_of_width(end))?
    }

    /// The note at `exp -γ‖x − y‖²`: the argument of a function without brackets ends before a norm.
    pub(super) fn note_on_factor_before_bars(&mut self) {
        let at = self.state.at;
        let stack = &self.state.stack;
        let tight = stack.iter().rev().take_while(|entry| entry.level() >= level::BARE).count();
        let entries = &stack[stack.len() - tight..];
        let Some(lowest) = entries.iter().position(|entry| matches!(entry, Entry::Bare(_))) else { return };
        let (Entry::Bare(callee), Some(operand)) = (&entries[lowest], self.state.operand) else { return };
        let Which::Known(function @ Function::Entrywise(func), _) = callee.which else { return };
        let mut factors = vec![operand.id];
        for entry in &entries[lowest + 1..] {
            match entry {
                Entry::Juxtaposition { items, .. } => factors.extend(items),
                Entry::Power { base, .. } => factors.push(base.id),
                Entry::Sign { .. } => {}
                _ => return,
            }
        }
        let is_exponential = matches!(func, Func::Exp | Func::Log);
        let is_scalar = |id: &AstId| match &self.ast.node(*id).kind {
            AstKind::Number(_) => true,
            AstKind::Name(name) => name.base.starts_with(char::is_lowercase),
            _ => false,
        };
        let is_double = matches!(self.tok(at), Tok::DoubleBar(..));
        let end = self.end_of_factor(at).filter(|_| is_double && is_entrywise(function));
        let Some(end) = end.filter(|_| is_exponential || !self.is_apart(at)) else { return };
        if !factors.iter().all(is_scalar) {
            return;
        }
        let name = self.ast.written(callee.span).to_owned();
        let inner = self.ast.source.get(callee.span.end..operand.span.end).unwrap_or_default().trim().to_owned();
        let whole = self.ast.source.get(callee.span.end..self.span(end - 1).end).unwrap_or_default().trim().to_owned();
        let span = callee.span.join(self.span(end - 1));
        let other = format!("{name}({whole})");
        let message = format!(
            "the argument of `{name}` ends before the norm, `{name}({inner})`; with the norm it is written `{other}`"
        );
        self.ast.remarks.push(Remark { row: "factor-before-norm", span, message: message.into(), other: Some(other) });
    }
}
