//! Big sums and products: the sign with what stands below and above it, and what they make with their body, which the parser reads
//! in between.

use super::ast::{AstId, AstKind, Function, ProductOp, Range};
use super::parse::{Failure, Parser};
use super::stack::{Entry, Operand};
use super::token::{Tok, Token};
use crate::span::Span;

/// The symbols `from..to`.
pub(super) type Place = (usize, usize);

/// What stands below a sign, ready for its body.
#[derive(Clone, Debug, Default)]
pub(super) struct Below {
    /// From the outermost index in.
    pub(super) ranges: Vec<Range>,
    /// Factors of the body that are 0 or 1.
    pub(super) weights: Vec<AstId>,
    /// Places of ranges, each with the value that its index leaves out.
    pub(super) except: Vec<(usize, AstId)>,
}

impl Parser<'_> {
    /// `sum_{i=1}^m`, `∑ᵢ`, `\sum_{i,j}`, `\sum^m_{i=1}`.
    pub(super) fn big(&mut self, is_sum: bool) -> Result<(), Failure> {
        let start = self.state.at;
        let mut next = start + 1;
        let (mut below, mut above) = (None, None);
        // In `\sum_je^{x_j}` the index is one letter.
        if self.tok(next) == &Tok::Underscore
            && self.tok(next + 2) == &Tok::Caret
            && let Tok::Word(word) = self.tok(next + 1).clone()
            && word.len() == 2
            && word.ends_with('e')
        {
            let span = self.span(next + 1);
            let middle = span.start + 1;
            self.tokens[next] = Token::new(Tok::Word(word[..1].to_owned()), Span::new(span.start, middle));
            self.tokens[next + 1] = Token::new(Tok::Name(String::from("e")), Span::new(middle, span.end));
            below = Some((next, next + 1));
            next += 1;
        }
        while self.tok(start + 1) == &Tok::Underscore || self.tok(start + 1) == &Tok::Caret {
            let place = match self.tok(next) {
                Tok::Underscore if below.is_none() => &mut below,
                Tok::Caret if above.is_none() => &mut above,
                _ => break,
            };
            let (from, to, behind) = match self.tok(next + 1) {
                Tok::Open(_) => (next + 2, self.tokens[next + 1].partner, self.tokens[next + 1].partner + 1),
                Tok::End => return Err(self.missing_script(next + 1)),
                _ => (next + 1, next + 2, next + 2),
            };
            if from == to {
                return Err(self.missing_script(next + 1));
            }
            *place = Some((from, to));
            next = behind;
        }
        let span = self.span(start).join(self.span(next - 1));
        if self.tok(next) == &Tok::Equal {
            let error = "the bounds of the sum need brackets";
            return Err(Self::bad_bounds(self.span(next), error, "this `=` is outside the bounds"));
        }
        let below = match (below, above) {
            (Some(below), above) => self.below(below, above)?,
            (None, Some((from, to))) => {
                let place = self.span(from).join(self.span(to - 1));
                return Err(Self::bad_bounds(place, "an upper bound without an index", "no index is written below"));
            }
            (None, None) => Below::default(),
        };
        self.state.stack.push(Entry::Big { is_sum, below: Box::new(below), span });
        self.state.at = next;
        Ok(())
    }

    /// A sum or product with its body.
    pub(super) fn finish_big(
        &mut self,
        is_sum: bool,
        below: Below,
        body: Operand,
        span: Span,
    ) -> Result<AstId, Failure> {
        let Below { ranges, weights, except } = below;
        if ranges.is_empty() {
            let function = if is_sum { Function::Sum } else { Function::Prod };
            return self.push(AstKind::Call(function, vec![body.id]), span);
        }
        let mut id = body.id;
        if !weights.is_empty() {
            let mut factors = weights.into_iter();
            if is_sum {
                let Some(first) = factors.next() else { return Ok(id) };
                let rest = factors.chain([id]).map(|factor| (ProductOp::Times, factor)).collect();
                id = self.push(AstKind::Product { first, rest }, body.span)?;
            } else {
                for weight in factors {
                    id = self.push(AstKind::Power(id, weight), body.span)?;
                }
            }
        }
        let mut inner: Vec<Range> = Vec::new();
        for (place, range) in ranges.iter().enumerate().rev() {
            inner.insert(0, range.clone());
            if let Some((_, value)) = except.iter().find(|except| except.0 == place) {
                let ranges_before = &ranges[..place];
                let range = inner.remove(0);
                id = self.indexed(is_sum, std::mem::take(&mut inner), id, span)?;
                id = self.all_but(is_sum, range, *value, id, ranges_before, span)?;
            }
        }
        self.indexed(is_sum, inner, id, span)
    }

    pub(super) fn indexed(
        &mut self,
        is_sum: bool,
        ranges: Vec<Range>,
        body: AstId,
        span: Span,
    ) -> Result<AstId, Failure> {
        if ranges.is_empty() {
            return Ok(body);
        }
        self.push(if is_sum { AstKind::BigSum(ranges, body) } else { AstKind::BigProduct(ranges, body) }, span)
    }
}
