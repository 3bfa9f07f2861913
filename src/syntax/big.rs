//! Big sums and products: the bounds in every spelling. The body is what the parser reads next.

use super::ast::{AstKind, Name, Range, Sign};
use super::parse::{Failure, Parser};
use super::stack::Entry;
use super::token::Tok;
use crate::expr::Coeff;
use crate::span::Span;

/// An index, its place, and the places of its lower bound's symbols.
type Bound = (String, Span, Option<(usize, usize)>);

impl Parser<'_> {
    /// `sum_{i=1}^m`, `∑ᵢ`, `\sum_{i,j}`, `\sum^m_{i=1}`.
    pub(super) fn big(&mut self, is_sum: bool) -> Result<(), Failure> {
        let start = self.state.at;
        let mut next = start + 1;
        let (mut below, mut above) = (None, None);
        loop {
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
            return Err(Self::bad_bounds(self.span(next), error, "this `=` stands outside them"));
        }
        let ranges = match (below, above) {
            (Some(below), above) => self.ranges(below, above)?,
            (None, Some((from, to))) => {
                let place = self.span(from).join(self.span(to - 1));
                return Err(Self::bad_bounds(place, "an upper bound without an index", "no index is written below"));
            }
            (None, None) => Vec::new(),
        };
        self.state.stack.push(Entry::Big { is_sum, ranges, span });
        self.state.at = next;
        Ok(())
    }

    fn ranges(&mut self, below: (usize, usize), above: Option<(usize, usize)>) -> Result<Vec<Range>, Failure> {
        if let Some((from, _)) = above
            && self.tok(from) == &Tok::Infinity
        {
            let error = "a sum with infinitely many terms";
            return Err(Self::bad_bounds(self.span(from), error, "expected a number or a size such as `n`"));
        }
        let mut indices: Vec<Bound> = Vec::new();
        let mut smaller: Vec<(String, String)> = Vec::new();
        for (from, to) in self.split_at_commas(below.0, below.1) {
            // `i < j`: the larger index outside, the smaller one up to it.
            if to == from + 3 && self.tok(from + 1) == &Tok::Less {
                self.indices(from + 2, to, &mut indices)?;
                self.indices(from, from + 1, &mut indices)?;
                if let [.., larger, less] = &*indices {
                    smaller.push((less.0.clone(), larger.0.clone()));
                }
                continue;
            }
            self.indices(from, to, &mut indices)?;
        }
        // In `i,j=1` the bound holds for both.
        let mut lower = None;
        for index in indices.iter_mut().rev() {
            lower = index.2.or(lower);
            index.2 = lower;
        }
        let mut ranges = Vec::new();
        for (index, span, lower) in indices {
            let lower = match lower {
                Some((from, to)) => Some(self.region(from, to)?.id),
                None => None,
            };
            let upper = match (smaller.iter().find(|(less, _)| *less == index), above) {
                (Some((_, larger)), _) => {
                    let base = larger.clone();
                    let name = Name::plain(base);
                    let name = self.push(AstKind::Name(name), span)?;
                    let one = self.push(AstKind::Number(Coeff::ONE), span)?;
                    Some(self.push(AstKind::Sum(vec![(Sign::Plus, name), (Sign::Minus, one)]), span)?)
                }
                (None, Some((from, to))) => Some(self.region(from, to)?.id),
                (None, None) => None,
            };
            ranges.push(Range { index, span, lower, upper });
        }
        Ok(ranges)
    }

    /// One part of what stands under the sign: `i`, `ij`, `i=1`; the bound by its place.
    fn indices(&self, from: usize, to: usize, out: &mut Vec<Bound>) -> Result<(), Failure> {
        let whole = if from < to { self.span(from).join(self.span(to - 1)) } else { self.span(from) };
        let error =
            || Self::bad_bounds(whole, "the index of the sum cannot be read", "expected an index such as `i` or `i=1`");
        if from >= to {
            return Err(error());
        }
        let (Tok::Word(word) | Tok::Name(word)) = &self.tokens[from].tok else { return Err(error()) };
        let span = self.span(from);
        let bound = match (to - from, self.tok(from + 1)) {
            (1, _) => None,
            (3.., Tok::Equal) => Some((from + 2, to)),
            _ => return Err(error()),
        };
        let one = match super::greek::greek(word) {
            Some(letter) => Some(letter.to_string()),
            None => (word.chars().filter(|c| c.is_alphabetic()).count() == 1).then(|| word.clone()),
        };
        match one {
            Some(index) => out.push((index, span, bound)),
            None if bound.is_none() && word.len() <= 3 && word.bytes().all(|b| b.is_ascii_lowercase()) => {
                for (k, letter) in word.chars().enumerate() {
                    let place = if span.end - span.start == word.len() {
                        Span::new(span.start + k, span.start + k + 1)
                    } else {
                        span
                    };
                    out.push((letter.to_string(), place, None));
                }
            }
            None => return Err(error()),
        }
        if let Some((index, place, _)) = out.last()
            && let Some(_twice) = out[..out.len() - 1].iter().find(|other| other.0 == *index)
        {
            return Err(Self::bad_bounds(*place, "an index is bound twice", "this index stands there already"));
        }
        Ok(())
    }
}
