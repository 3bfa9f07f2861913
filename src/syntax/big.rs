//! Big sums and products: the sign with what stands below and above it, and what they make with their body, which the parser reads
//! in between.

use super::ast::{AstId, AstKind, Function, ProductOp, Range, Remark};
use super::bare_sum::{is_index, sign_with_index};
use super::parse::{Failure, Parser};
use super::stack::{Entry, Operand};
use super::token::{Bracket, Tok, Token};
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

/// Symbols of a body that are looked through for an index.
pub(super) const MOST_OF_BODY: usize = 512;

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
            let place_is_above = self.tok(next) == &Tok::Caret;
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
            // `^{i=n}`
            let is_equation = matches!(self.tok(from), Tok::Word(_) | Tok::Name(_))
                && self.tok(from + 1) == &Tok::Equal
                && from + 2 < to;
            *place = Some(if is_equation && place_is_above { (from + 2, to) } else { (from, to) });
            next = behind;
        }
        let span = self.span(start).join(self.span(next - 1));
        if self.tok(next) == &Tok::Equal {
            let error = "the bounds of the sum need brackets";
            return Err(Self::bad_bounds(self.span(next), error, "this `=` is outside the bounds"));
        }
        let below = match (below, above) {
            // `\sum_1^n x_i^2`
            (Some((from, to)), Some(above))
                if to == from + 1 && matches!(self.tok(from), Tok::Number(number) if number.is_one()) =>
            {
                match self.open_index(next, self.span(start))? {
                    Some(place) => self.below((place, place + 1), Some(above))?,
                    None => self.below((from, to), Some(above))?,
                }
            }
            (Some(below), above) => self.below(below, above)?,
            (None, Some((from, to))) => {
                let place = self.span(from).join(self.span(to - 1));
                return Err(Self::bad_bounds(place, "an upper bound without an index", "no index is written below"));
            }
            (None, None) => match self.open_index(next, span)? {
                Some(place) => self.below((place, place + 1), None)?,
                None => Below::default(),
            },
        };
        self.state.stack.push(Entry::Big { is_sum, below: Box::new(below), span });
        self.state.at = next;
        Ok(())
    }

    /// The index that a sign without one runs over: the one that stands below letters of its body and that no other sign binds, as in
    /// `\sum (y_i - w^T x_i)^2`, by a place where it stands. It is said in a note; of several none is taken.
    fn open_index(&mut self, from: usize, sign: Span) -> Result<Option<usize>, Failure> {
        let found = self.open_indices(from, self.state.end);
        let Some((_, letter)) = found.first().cloned() else { return Ok(None) };
        let is_whole = |place: &usize| matches!(self.tok(*place), Tok::Word(word) | Tok::Name(word) if *word == letter);
        let place = found.iter().map(|(place, _)| *place).find(is_whole);
        let (true, Some(place)) = (found.iter().all(|(_, other)| *other == letter), place) else {
            return Err(Self::bad_bounds(sign, "a sum or product without an index", "several could be meant"));
        };
        let written = self.sign_with_index(sign, &letter);
        let mut message = format!("the index of this sign is read as `{letter}`; written out: `{written}`");
        let is_word = self.ast.written(sign).starts_with(|c: char| c.is_ascii_alphabetic());
        if is_word && self.tok(from) == &Tok::Open(Bracket::Round) {
            message.push_str(&format!("; for a power of the sum put it in brackets: `({written} (…))^2`"));
        }
        self.ast.remarks.push(Remark { row: "open-index", span: sign, message: message.into(), other: None });
        self.bound_indices.insert(letter);
        Ok(Some(place))
    }

    fn sign_with_index(&self, sign: Span, index: &str) -> String {
        sign_with_index(self.ast.source.get(sign.start..sign.end).unwrap_or("sum").trim(), index)
    }

    /// The note on the `sum` of `sum((y_i - w'x_i)^2)`, whose bracket holds an index that no sign binds. Where the sum has to be a
    /// number, the reading runs over that index instead.
    pub(super) fn note_on_open_index(&mut self, spelling: &str, open: usize, span: Span) {
        let close = self.tokens[open].partner;
        let found = self.open_indices(open, close);
        let first = found.iter().find_map(|(place, letter)| {
            let below = if matches!(self.tok(place - 1), Tok::Open(_)) { place - 2 } else { place - 1 };
            match self.tok(below - 1) {
                Tok::Name(base) if !self.bound_indices.contains(letter) => Some((base.clone(), letter.clone())),
                _ => None,
            }
        });
        let Some((base, index)) = first else { return };
        let body = self.span(open).join(self.span(close));
        let body = self.ast.source.get(body.start..body.end).unwrap_or("(…)");
        let written = match spelling {
            "mean" | "average" | "avg" => format!("1/n sum_{{{index}=1}}^n {body}"),
            "prod" => format!("prod_{index} {body}"),
            _ => format!("sum_{index} {body}"),
        };
        let message =
            format!("`{base}_{index}` is read as one symbol; over the index {index} one writes `{written}`").into();
        self.ast.remarks.push(Remark { row: "open-index", span, message, other: Some(written) });
        if found.iter().all(|(_, letter)| *letter == index) {
            self.ast.open_sums.push((span, index));
        }
    }

    /// The indices below letters that no sign binds, from a place to the end of the term there or another place, with the places where they
    /// stand.
    fn open_indices(&self, from: usize, to: usize) -> Vec<(usize, String)> {
        let mut bound: Vec<String> = Vec::new();
        let mut found: Vec<(usize, String)> = Vec::new();
        let (mut depth, mut bars) = (0_usize, 0_usize);
        for at in from..to.min(from + MOST_OF_BODY) {
            match self.tok(at) {
                Tok::End => break,
                // A minus between bars ends no term.
                Tok::Bar(_) | Tok::DoubleBar(..) if depth == 0 => bars += 1,
                Tok::Open(_) => depth += 1,
                Tok::Close(_) if depth == 0 => break,
                Tok::Close(_) => depth -= 1,
                Tok::Comma | Tok::Semicolon | Tok::Equal | Tok::Relation(_) if depth == 0 => break,
                Tok::Plus | Tok::Minus
                    if depth == 0 && bars % 2 == 0 && at > from && self.tok(at - 1) != &Tok::Caret =>
                {
                    break;
                }
                Tok::Underscore => {
                    let group = matches!(self.tok(at + 1), Tok::Open(Bracket::Brace));
                    let first = if group { at + 2 } else { at + 1 };
                    let (Tok::Word(word) | Tok::Name(word)) = self.tok(first) else { continue };
                    let letters = || word.chars().map(String::from);
                    let is_single = !group || self.tokens[at + 1].partner == at + 3;
                    match self.tok(at - 1) {
                        Tok::BigSum | Tok::BigProduct => bound.extend(letters()),
                        // Sizes stand below I and 1, and e_n is a unit vector.
                        Tok::Name(base)
                            if matches!(base.as_str(), "I" | "e") || self.names.has_base(&format!("{base}_{word}")) => {
                        }
                        Tok::Name(_) | Tok::Close(_) if is_single && letters().all(|letter| is_index(&letter)) => {
                            found.extend(letters().map(|letter| (first, letter)));
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        found.retain(|(_, letter)| !bound.contains(letter));
        if found.is_empty() {
            return found;
        }
        // A sign with its index below it has more than the sign.
        let is_written =
            |span: Span| self.ast.written(span).contains(|c: char| !(c.is_ascii_alphabetic() || "\\∑ΣΠ∏".contains(c)));
        let outer = |letter: &String, is_any: bool| {
            self.state.stack.iter().any(|entry| match entry {
                Entry::Big { below, span, .. } => {
                    below.ranges.iter().any(|range| range.index == *letter) && (is_any || is_written(*span))
                }
                _ => false,
            })
        };
        found.retain(|(_, letter)| !outer(letter, false));
        // Where nothing else is left, the sign binds the letter of another sign without an index once more: Σ xᵢ / Σ yᵢ.
        if found.iter().any(|(_, letter)| !outer(letter, true)) {
            found.retain(|(_, letter)| !outer(letter, true));
        }
        found
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
            self.open_powers(body);
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
