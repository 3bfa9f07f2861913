//! Ranges of places in the brackets of code: `x[1:]`, `X[:, :2]`, `x[-1]` as in Python, from 0 and without their end; `x(2:end)`,
//! `X(1:k, :)`, `x(end)` as in MATLAB and `x[2:end]` as in Julia, from 1 and with it. The brackets are marked before names are told
//! apart, so that they are neither calls nor factors.

use rustc_hash::FxHashSet;

use super::ast::{AstId, AstKind, Bound, Cut, ProductOp, Remark, Sign};
use super::function::function;
use super::looks::Looks;
use super::names::{KnownNames, Rank};
use super::parse::{Failure, Parser};
use super::token::{Bracket, Tok, Token};
use crate::diagnostic::Diagnostic;
use crate::number::Coeff;
use crate::span::Span;

/// The symbols `from..to`.
type Part = (usize, usize);

/// Capital letters that count.
const COUNTS: [&str; 6] = ["N", "M", "K", "T", "D", "P"];

/// Marks the brackets that take ranges of places, in tokens whose brackets are paired.
pub(super) fn mark(tokens: &mut [Token], names: &KnownNames, bound: &FxHashSet<String>) {
    let may_be_in = |token: &Token| match &token.tok {
        Tok::Minus | Tok::Number(_) => true,
        tok => is_colon_or_end(tok),
    };
    if !tokens.iter().any(may_be_in) {
        return;
    }
    for open in 1..tokens.len() {
        if !takes_places(tokens, open, names, bound) {
            continue;
        }
        let close = tokens[open].partner;
        tokens[open].tok = Tok::Open(Bracket::Index { is_square: tokens[open].tok == Tok::Open(Bracket::Square) });
        let Tok::Open(bracket) = tokens[open].tok else { continue };
        tokens[close].tok = Tok::Close(bracket);
        for token in &mut tokens[open + 1..close] {
            if is_end(&token.tok) {
                token.tok = Tok::Last;
            }
        }
    }
}

fn is_end(tok: &Tok) -> bool {
    matches!(tok, Tok::Word(word) if word == "end")
}

fn is_colon_or_end(tok: &Tok) -> bool {
    *tok == Tok::Colon || is_end(tok)
}

/// Whether a bracket stands behind an array and holds ranges, or places that are counted from the end.
fn takes_places(tokens: &[Token], open: usize, names: &KnownNames, bound: &FxHashSet<String>) -> bool {
    let is_square = match tokens[open].tok {
        Tok::Open(Bracket::Square) => true,
        Tok::Open(Bracket::Round) => false,
        _ => return false,
    };
    let close = tokens[open].partner;
    if tokens[open].blank || tokens[open].latex || close == usize::MAX || close <= open + 1 {
        return false;
    }
    let follows_places = matches!(tokens[open - 1].tok, Tok::Close(Bracket::Index { .. }));
    let is_array = match &tokens[open - 1].tok {
        Tok::Word(word) => {
            let is_part = open > 1 && tokens[open - 2].tok == Tok::Underscore;
            let is_scalar = names.rank(word) == Some(Rank::Scalar);
            let is_letter = word.chars().count() == 1
                || names.has_base(word)
                || word.chars().skip(1).all(|letter| letter.is_ascii_digit());
            let is_function = function(word).is_some() || names.has_function(word);
            is_part || is_letter && !is_scalar && (!is_function || names.has_base(word))
        }
        Tok::Number(_) => open > 1 && tokens[open - 2].tok == Tok::Underscore,
        Tok::Close(Bracket::Round | Bracket::Square | Bracket::Brace | Bracket::Index { .. }) | Tok::Prime => is_square,
        _ => false,
    };
    if !is_array {
        return false;
    }
    let parts = parts(tokens, open + 1, close);
    let is_all = |part: &Part| part.1 == part.0 + 1 && tokens[part.0].tok == Tok::Colon;
    let colons = |part: &Part| top(tokens, *part).filter(|at| tokens[*at].tok == Tok::Colon).count();
    let is_plain = |part: &Part| tokens[part.0..part.1].iter().all(|token| is_place(&token.tok, names, is_square));
    let is_negative = |part: &Part| {
        is_square
            && part.1 == part.0 + 2
            && tokens[part.0].tok == Tok::Minus
            && matches!(tokens[part.0 + 1].tok, Tok::Number(_))
    };
    let is_range = |part: &Part| colons(part) > 0 && !is_all(part);
    let counts_from_end =
        |part: &Part| is_negative(part) || tokens[part.0..part.1].iter().any(|token| is_end(&token.tok));
    // `X[i, :]` with a bound index is read by the parser.
    let is_known = |part: &Part| match &tokens[part.0].tok {
        Tok::Number(_) => true,
        Tok::Word(word) => bound.contains(word),
        _ => false,
    };
    // `(A x)[0]`: of a value in brackets a number alone, or two with a 0, is a place.
    let is_number = |part: &Part| part.1 == part.0 + 1 && matches!(tokens[part.0].tok, Tok::Number(_));
    let is_zero = |part: &Part| matches!(&tokens[part.0].tok, Tok::Number(value) if value.is_zero());
    let is_entry = tokens[open - 1].tok == Tok::Close(Bracket::Round)
        && parts.iter().all(is_number)
        && (parts.len() == 1 || parts.iter().any(is_zero));
    let has_all = parts.iter().any(is_all);
    let others_are_known = parts.iter().all(|part| is_all(part) || part.1 == part.0 + 1 && is_known(part));
    let both = parts.iter().all(is_all);
    parts.len() <= 2
        && parts.iter().all(|part| part.0 < part.1 && is_plain(part))
        && (follows_places
            || is_entry
            || parts.iter().any(|part| is_range(part) || counts_from_end(part))
            || has_all && parts.len() == 2 && (!is_square || both || !others_are_known))
}

/// Whether a symbol can stand in a place: no bracket, no vector, no capital that does not count.
fn is_place(tok: &Tok, names: &KnownNames, is_square: bool) -> bool {
    match tok {
        Tok::Number(_) | Tok::Plus | Tok::Minus | Tok::Colon | Tok::Underscore => true,
        Tok::Op(op) => matches!(op, ProductOp::Times | ProductOp::Star),
        Tok::Word(word) => match names.rank(word) {
            Some(rank) => rank == Rank::Scalar,
            None => is_square || !word.starts_with(char::is_uppercase) || COUNTS.contains(&word.as_str()),
        },
        _ => false,
    }
}

/// The places in a part that no bracket in it holds.
fn top(tokens: &[Token], (from, to): Part) -> impl Iterator<Item = usize> {
    let mut depth = 0_usize;
    (from..to).filter(move |at| {
        match tokens[*at].tok {
            Tok::Open(_) => depth += 1,
            Tok::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })
}

/// What stands between the commas.
fn parts(tokens: &[Token], from: usize, to: usize) -> Vec<Part> {
    let mut found = Vec::new();
    let mut start = from;
    for at in top(tokens, (from, to)) {
        if tokens[at].tok == Tok::Comma {
            found.push((start, at));
            start = at + 1;
        }
    }
    found.push((start, to));
    found
}

impl Parser<'_> {
    /// The ranges of places in the bracket at the present place.
    pub(super) fn places_in_brackets(&mut self, is_square: bool) -> Result<(), Failure> {
        let at = self.state.at;
        self.reduce_chain()?;
        let Some(operand) = self.state.operand else { return Ok(()) };
        let close = self.tokens[at].partner;
        let span = operand.span.join(self.span(close));
        let from_zero = is_square && !self.tokens.iter().any(|token| token.tok == Tok::Last);
        let parts = self.split_at_commas(at + 1, close);
        let mut cuts = Vec::with_capacity(2);
        for part in &parts {
            cuts.push(self.cut_of(*part, from_zero)?);
        }
        let has_range = cuts.iter().any(|cut| matches!(cut, Cut::Range(..)));
        if from_zero && has_range && !super::reduction::is_numpy(&self.ast.source) && !self.shows_zero() {
            self.note_counting_from_zero(operand.span, &parts, span);
        }
        let entries: Option<Vec<AstId>> = cuts
            .iter()
            .map(|cut| match cut {
                Cut::At(at) => Some(*at),
                Cut::All | Cut::Last(_) | Cut::Range(..) => None,
            })
            .collect();
        let is_matrix = matches!(self.looks(operand.id), Looks::Matrix);
        // `X[1:]` has rows.
        if is_square && is_matrix && cuts.len() == 1 {
            cuts.push(Cut::All);
        } else if let Some(entries) = entries {
            return self.operand(AstKind::EntryOf(operand.id, entries), span, close + 1);
        }
        self.operand(AstKind::Slice { of: operand.id, cuts }, span, close + 1)
    }

    /// What a part of the brackets takes.
    fn cut_of(&mut self, (from, to): Part, from_zero: bool) -> Result<Cut, Failure> {
        let colons: Vec<usize> = (from..to).filter(|at| self.tok(*at) == &Tok::Colon).collect();
        match *colons.as_slice() {
            // A letter is an index, and no number that counts from 0.
            [] => Ok(match self.end_of_range((from, to), from_zero, from_zero && !self.holds_letter((from, to)))? {
                Bound::At(at) => Cut::At(at),
                Bound::FromEnd(after) => Cut::Last(after),
            }),
            [_] if to == from + 1 => Ok(Cut::All),
            [colon] => {
                let first = match colon == from {
                    true => Bound::At(self.push(AstKind::Number(Coeff::integer(1)), self.span(colon))?),
                    false => self.end_of_range((from, colon), from_zero, from_zero)?,
                };
                let last = match colon + 1 == to {
                    true => Bound::FromEnd(None),
                    false => self.end_of_range((colon + 1, to), from_zero, false)?,
                };
                Ok(Cut::Range(first, last))
            }
            _ => {
                let span = self.span(from).join(self.span(to - 1));
                Err(Box::new(
                    Diagnostic::new("P0008", "a range of places with a step", span, "every place is taken, in order")
                        .with_help("write a range without a step: `x[1:]`, `x(2:end)`"),
                ))
            }
        }
    }

    fn holds_letter(&self, (from, to): Part) -> bool {
        self.tok(from) != &Tok::Minus && (from..to).any(|at| matches!(self.tok(at), Tok::Name(_)))
    }

    /// An end of a range, as a place that counts from 1: `is_shifted` where it is one more than is written, and a sign counts from the
    /// end.
    fn end_of_range(&mut self, (from, to): Part, from_zero: bool, is_shifted: bool) -> Result<Bound, Failure> {
        if self.is_end(from) {
            return self.counted_from_end((from, to));
        }
        if from_zero && self.tok(from) == &Tok::Minus {
            let after = self.region(from + 1, to)?.id;
            let is_one = self.ast.node(after).kind == AstKind::Number(Coeff::integer(1));
            return Ok(Bound::FromEnd(match is_shifted {
                true if is_one => None,
                true => Some(self.moved(after, -1)?),
                false => Some(after),
            }));
        }
        let place = self.region(from, to)?.id;
        Ok(Bound::At(if is_shifted { self.moved(place, 1)? } else { place }))
    }

    /// Whether `end` stands at a place.
    pub(super) fn is_end(&self, at: usize) -> bool {
        match self.tok(at) {
            Tok::Last => true,
            Tok::Word(word) | Tok::Name(word) => word == "end",
            _ => false,
        }
    }

    /// `end`, `end-1`
    pub(super) fn counted_from_end(&mut self, (from, to): Part) -> Result<Bound, Failure> {
        if to == from + 1 {
            return Ok(Bound::FromEnd(None));
        }
        if self.tok(from + 1) != &Tok::Minus || from + 2 == to {
            self.state.at = from + 1;
            return Err(self.stray());
        }
        Ok(Bound::FromEnd(Some(self.region(from + 2, to)?.id)))
    }

    /// A place some places further on.
    fn moved(&mut self, place: AstId, by: i64) -> Result<AstId, Failure> {
        let span = self.ast.span(place);
        if let AstKind::Number(value) = &self.ast.node(place).kind {
            let value = value.add(&Coeff::integer(by));
            return self.push(AstKind::Number(value), span);
        }
        let one = self.push(AstKind::Number(Coeff::integer(by.abs())), span)?;
        let sign = if by < 0 { Sign::Minus } else { Sign::Plus };
        self.push(AstKind::Sum(vec![(Sign::Plus, place), (sign, one)]), span)
    }

    /// Whether the text has a range of places in square brackets, and none counts with `end`: these count from 0.
    pub(super) fn has_python_ranges(&self) -> bool {
        let is_square = |token: &Token| token.tok == Tok::Open(Bracket::Index { is_square: true });
        self.tokens.iter().any(is_square) && !self.tokens.iter().any(|token| token.tok == Tok::Last)
    }

    fn note_counting_from_zero(&mut self, array: Span, parts: &[Part], span: Span) {
        const ROW: &str = "brackets-from-zero";
        if self.ast.remarks.iter().any(|remark| remark.row == ROW) {
            return;
        }
        let text = |span: Span| self.ast.source.get(span.start..span.end).unwrap_or("").trim().to_owned();
        let is_closed = parts.iter().all(|(from, to)| {
            let is_colon = |at: usize| self.tok(at) == &Tok::Colon;
            *to == from + 1 && is_colon(*from) || !is_colon(*from) && !is_colon(to - 1)
        });
        let has_sign = parts.iter().any(|(from, to)| (*from..*to).any(|at| self.tok(at) == &Tok::Minus));
        let shown = text(span);
        let inside = shown.strip_prefix(&text(array)).map(|rest| rest.trim_matches(['[', ']']).to_owned());
        let array = text(array);
        let other = inside.filter(|_| is_closed && !has_sign).map(|inside| format!("{array}_{{{inside}}}"));
        let counted = match &other {
            Some(other) => format!("; counted from 1 and with its end it is written `{other}`"),
            None => format!("; places that count from 1 are written `{array}_{{1:k}}`"),
        };
        let message = format!("`{shown}` counts from 0 and leaves out the end of a range, as in Python{counted}");
        self.ast.remarks.push(Remark { row: ROW, span, message: message.into(), other });
    }
}
