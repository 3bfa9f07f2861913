//! Parts of what stands before: `t_+`, rows and columns `X_{i,:}`, and entries in the brackets of code, `x[0]`, `x(1)`.

use super::ast::{AstId, AstKind, Bound, Cut, Function, Name, NormSpelling, ProductOp, Range, Remark, Sign};
use super::binding::mark_of;
use super::names::Rank;
use super::parse::{Failure, Parser};
use super::stack::Callee;
use super::token::{Bracket, Tok};
use crate::catalog::Func;
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::number::Coeff;
use crate::span::Span;

/// The symbols `from..to`.
type Place = (usize, usize);

/// One index in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Index {
    Number(i64),
    /// `:`
    All,
}

impl Parser<'_> {
    /// The inside of a subscript at a place, and the place after it.
    fn below_at(&self, at: usize) -> Option<(Place, usize)> {
        if self.tok(at) != &Tok::Underscore {
            return None;
        }
        match self.tok(at + 1) {
            Tok::Open(Bracket::Brace) => {
                let close = self.tokens[at + 1].partner;
                Some(((at + 2, close), close + 1))
            }
            Tok::End => None,
            _ => Some(((at + 1, at + 2), at + 2)),
        }
    }

    /// `_+` or `_-` at a place: whether it is the positive part, and the place after it.
    fn sign_below(&self, at: usize) -> Option<(bool, usize)> {
        let ((from, to), next) = self.below_at(at)?;
        let is_positive = match self.tok(from) {
            _ if to != from + 1 => return None,
            Tok::Plus => true,
            Tok::Minus => false,
            _ => return None,
        };
        (!self.has_members(at)).then_some((is_positive, next))
    }

    /// Whether the name before a subscript stands with a bound index elsewhere: beside kᵢ, k₊ is one of many, and no part of k.
    fn has_members(&self, at: usize) -> bool {
        matches!(at.checked_sub(1).map(|before| self.tok(before)), Some(Tok::Name(name)) if self.with_members.contains(name))
    }

    fn stands_for_all(&self, (from, to): Place) -> bool {
        to == from + 1 && matches!(self.tok(from), Tok::Colon | Tok::Op(ProductOp::Dot | ProductOp::Star))
    }

    /// `_{i,:}`, `_{:,j}`, `_{i\cdot}`, `_{*j}` at a place: whether it is a row, which one, and the place after it.
    fn line_below(&self, at: usize) -> Option<(bool, Place, usize)> {
        let ((from, to), next) = self.below_at(at)?;
        let (is_row, index) = match self.split_at_commas(from, to).as_slice() {
            [index, all] if self.stands_for_all(*all) && !self.stands_for_all(*index) => (true, *index),
            [all, index] if self.stands_for_all(*all) && !self.stands_for_all(*index) => (false, *index),
            [(from, to)] if to - from == 2 && self.stands_for_all((to - 1, *to)) => (true, (*from, to - 1)),
            [(from, to)] if to - from == 2 && self.stands_for_all((*from, from + 1)) => (false, (from + 1, *to)),
            _ => return None,
        };
        (index.0 < index.1).then_some((is_row, index, next))
    }

    /// The places of the first and the last index of a range `1:n`.
    fn range_in(&self, (from, to): Place) -> Option<(Place, Place)> {
        let colon = (from..to).find(|at| self.tok(*at) == &Tok::Colon)?;
        (from < colon && colon + 1 < to).then_some(((from, colon), (colon + 1, to)))
    }

    /// `_{1:n}`, `_{1:n,:}`, `_{1:n,j}` at a place: the parts, and the place after them.
    fn ranges_below(&self, at: usize) -> Option<(Vec<Place>, usize)> {
        let ((from, to), next) = self.below_at(at)?;
        let parts = self.split_at_commas(from, to);
        let is_range = |part: &Place| {
            self.range_in(*part).is_some()
                || self.is_end(part.0) && (part.1 == part.0 + 1 || self.tok(part.0 + 1) == &Tok::Minus)
        };
        (parts.len() <= 2 && parts.iter().any(is_range)).then_some((parts, next))
    }

    /// Whether a subscript at a place is a sign, a row, a column or a range of places.
    pub(super) fn is_part(&self, at: usize) -> bool {
        self.sign_below(at).is_some() || self.line_below(at).is_some() || self.ranges_below(at).is_some()
    }

    /// `(t)^2_+`
    pub(super) fn is_part_behind_power(&self, at: usize) -> bool {
        matches!(self.tok(at + 1), Tok::Number(_)) && self.sign_below(at + 2).is_some()
    }

    /// The two sizes of `_{m \times n}` at a place, and the place after it.
    pub(super) fn sizes_below(&self, at: usize) -> Option<(Vec<Place>, usize)> {
        let ((from, to), next) = self.below_at(at)?;
        let by = (from + 1..to).find(|at| self.tok(*at) == &Tok::Op(ProductOp::Times))?;
        (by + 1 < to).then(|| (vec![(from, by), (by + 1, to)], next))
    }

    /// `I_{n \times n}`
    pub(super) fn sized_identity(&mut self, parts: &[Place], next: usize) -> Result<(), Failure> {
        let span = self.span(self.state.at).join(self.span(next - 1));
        let text = |(from, to): Place| (from..to).map(|at| self.script_text(at)).collect::<String>();
        let [rows, cols] = *parts else { return Err(self.stray()) };
        if text(rows) != text(cols) {
            return Err(Box::new(
                Diagnostic::new("P0008", "an identity matrix is square", span, "two sizes").with_help("write `I_n`"),
            ));
        }
        let size = self.index_at(rows.0, rows.1)?;
        self.operand(AstKind::Call(Function::Eye, vec![size]), span, next)
    }

    /// A name without the subscript after it, which is a part of it.
    pub(super) fn whole_name(&mut self, base: &str) -> Result<(), Failure> {
        let at = self.state.at;
        let span = self.span(at);
        match self.bound(base, "", &[], span)? {
            Some(operand) => {
                self.state.operand = Some(operand);
                self.state.at = at + 1;
            }
            None => {
                let name = Name { mark: self.tokens[at].mark, ..Name::plain(base) };
                self.operand(AstKind::Name(name), span, at + 1)?;
            }
        }
        Ok(())
    }

    /// The positive or negative part of the present operand, a row or a column of it.
    pub(super) fn part(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        self.reduce_chain()?;
        let Some(operand) = self.state.operand else { return Ok(()) };
        if let Some((is_positive, next)) = self.sign_below(at) {
            let span = operand.span.join(self.span(next - 1));
            // In brackets it is the usual way to write it.
            if let AstKind::Name(name) = &self.ast.node(operand.id).kind
                && operand.span == self.ast.span(operand.id)
            {
                let (name, sign, minus) = if is_positive { (&name.base, "+", "") } else { (&name.base, "-", "-") };
                let message = format!("`{name}_{sign}` is read as the part max({minus}{name}, 0)");
                let other = Some(format!("{name}_1"));
                self.ast.remarks.push(Remark { row: "part-of-name", span, message: message.into(), other });
            }
            let id = match is_positive {
                true => operand.id,
                false => self.push(AstKind::Sum(vec![(Sign::Minus, operand.id)]), operand.span)?,
            };
            return self.operand(AstKind::Call(Function::Entrywise(Func::Relu), vec![id]), span, next);
        }
        if let Some((parts, next)) = self.ranges_below(at) {
            let mut cuts = Vec::with_capacity(parts.len());
            for part in parts {
                cuts.push(match self.range_in(part) {
                    Some((first, last)) => {
                        let first = self.place_below(first)?;
                        Cut::Range(first, self.place_below(last)?)
                    }
                    None if self.is_end(part.0) => match self.counted_from_end(part)? {
                        Bound::FromEnd(after) => Cut::Last(after),
                        Bound::At(at) => Cut::At(at),
                    },
                    None if self.stands_for_all(part) => Cut::All,
                    None => Cut::At(self.index_at(part.0, part.1)?),
                });
            }
            let span = operand.span.join(self.span(next - 1));
            return self.operand(AstKind::Slice { of: operand.id, cuts }, span, next);
        }
        let Some((is_row, (from, to), next)) = self.line_below(at) else { return Err(self.stray()) };
        let index = self.index_at(from, to)?;
        let span = operand.span.join(self.span(next - 1));
        self.operand(AstKind::Line { of: operand.id, index, is_row }, span, next)
    }

    /// An end of a range in a subscript.
    fn place_below(&mut self, part: Place) -> Result<Bound, Failure> {
        if self.is_end(part.0) { self.counted_from_end(part) } else { Ok(Bound::At(self.index_at(part.0, part.1)?)) }
    }

    fn index_at(&mut self, from: usize, to: usize) -> Result<AstId, Failure> {
        Ok(self.region(from, to)?.id)
    }

    /// `\\max_i x_i`, `\\max_i |x_i|`: the largest entry. Anything else below the name is refused.
    pub(super) fn over_index(&mut self, function: Function, callee: &Callee, below: usize) -> Result<(), Failure> {
        let refused = || {
            let name = if function == Function::Max { "max" } else { "min" };
            let message =
                format!("`{name}` over an index can only be taken of the entries of one vector, or of a bracket");
            let span = callee.span;
            Box::new(
                Diagnostic::new("P0008", message, span, "its body is neither")
                    .with_help(format!("put the body in brackets, as in `{name}_i (a_i'x + b_i)`"))
                    .with_help(format!(
                        "write `{name}(x)` for the {} entry of a vector",
                        if name == "max" { "largest" } else { "smallest" }
                    )),
            )
        };
        let Some(((from, to), mut at)) = self.below_at(below) else { return Err(refused()) };
        let Some(index) = (to == from + 1).then(|| self.script_text(from)) else { return Err(refused()) };
        // What stands in the body by itself is no index.
        if (at..self.state.end).any(|place| matches!(self.tok(place), Tok::Name(name) if *name == index)) {
            return Err(Box::new(super::optimum::nested(callee.span, None)));
        }
        let bars = matches!(self.tok(at), Tok::Bar(_));
        let open = at;
        at += usize::from(bars);
        let group = matches!(self.tok(at), Tok::Open(Bracket::Round | Bracket::Square));
        let (start, end) = match self.tok(at) {
            Tok::Name(_) => (at, at + 1),
            Tok::Open(Bracket::Round | Bracket::Square) => (at + 1, self.tokens[at].partner),
            _ => return Err(refused()),
        };
        let behind = if group { end + 1 } else { end };
        // An e with an index may be a residual, not a unit vector.
        let has_own = self.names.has_base("e")
            || (0..self.state.end)
                .any(|at| self.tok(at) == &Tok::Name("e".into()) && self.tok(at + 1) == &Tok::Underscore);
        if group && !bars && !has_own && !self.continues(behind) {
            return self.largest_term(function, (&index, from), (start, end), (behind, callee.span));
        }
        let Some(((from, to), mut next)) = self.below_at(behind) else { return Err(refused()) };
        if to != from + 1 || self.script_text(from) != index {
            return Err(refused());
        }
        if let Tok::Name(name) = self.tok(at)
            && self.bindings.is_by_index(name)
            && !bars
            && !has_own
            && !self.continues(next)
        {
            return self.largest_term(function, (&index, from), (start, next), (next, callee.span));
        }
        if bars {
            if !matches!(self.tok(next), Tok::Bar(_)) {
                return Err(refused());
            }
            next += 1;
        }
        if self.continues(next) && !(bars && self.tok(next) == &Tok::Caret) {
            return Err(refused());
        }
        let whole = self.region(start, end)?.id;
        let span = callee.span.join(self.span(next - 1));
        let kind = match (function, bars) {
            (Function::Max, true) => AstKind::Norm(NormSpelling::Infinity, whole),
            (_, true) => {
                let sizes = self.push(AstKind::Call(Function::Entrywise(Func::Abs), vec![whole]), self.span(open))?;
                AstKind::Call(function, vec![sizes])
            }
            (_, false) => AstKind::Call(function, vec![whole]),
        };
        self.operand(kind, span, next)
    }

    /// Whether a term goes on at a place.
    fn continues(&self, at: usize) -> bool {
        match self.tok(at) {
            Tok::Op(_) | Tok::Stars | Tok::DotCaret | Tok::Prime | Tok::Underscore | Tok::Caret => true,
            Tok::Bar(_) | Tok::DoubleBar(..) => false,
            tok => tok.starts_operand(),
        }
    }

    /// `\\max_i (a_i^T x + b_i)`: the largest entry of the vector Σᵢ (aᵢᵀx + bᵢ)eᵢ.
    fn largest_term(
        &mut self,
        function: Function,
        (index, place): (&str, usize),
        (start, end): Place,
        (behind, callee): (usize, Span),
    ) -> Result<(), Failure> {
        let (below, span) = (self.span(place), callee.join(self.span(behind - 1)));
        let around = self.bound_around;
        self.bound_around |= mark_of(index);
        let body = self.value(start, end);
        self.bound_around = around;
        let body = body?.id;
        // A power has a base that is a number: of a row, the product with eᵢ would be one.
        let one = self.push(AstKind::Number(Coeff::ONE), span)?;
        let body = self.push(AstKind::Power(body, one), span)?;
        let letter = self.push(AstKind::Name(Name::plain(index)), below)?;
        let unit = Name { subscript: vec![letter], subscript_text: index.to_owned(), ..Name::plain("e") };
        let unit = self.push(AstKind::Name(unit), below)?;
        let term = AstKind::Product { first: body, rest: vec![(ProductOp::Times, unit)] };
        let term = self.push(term, span)?;
        let range = Range { index: index.to_owned(), span: below, lower: None, upper: None, beside: None };
        let vector = self.push(AstKind::BigSum(vec![range], term), span)?;
        self.operand(AstKind::Call(function, vec![vector]), span, behind)
    }

    /// The numbers in a bracket directly after a letter: `x[0]`, `A[1,2]`, `X[1,:]`, `x(1)`.
    fn indices_in(&self, open: usize) -> Option<Vec<Index>> {
        let Tok::Open(bracket) = *self.tok(open) else { return None };
        let is_square = bracket == Bracket::Square;
        let close = self.tokens[open].partner;
        let parts = self.split_at_commas(open + 1, close);
        let index = |&(from, to): &Place| match self.tok(from) {
            _ if to != from + 1 => None,
            Tok::Number(value) => value.to_i64().filter(|value| *value >= 0).map(Index::Number),
            Tok::Colon if is_square => Some(Index::All),
            _ => None,
        };
        let indices: Vec<Index> = parts.iter().map(index).collect::<Option<_>>()?;
        let all = indices.iter().filter(|index| **index == Index::All).count();
        (indices.len() <= 2 && all < indices.len()).then_some(indices)
    }

    /// Whether the brackets of the text count from 0.
    fn counts_from_zero(&mut self) -> bool {
        let shown = self.shows_zero();
        let source = &self.ast.source;
        shown
            || self.has_python_ranges()
            || source.contains('@')
            || ["np.", "jnp.", "torch."].iter().any(|name| source.contains(name))
    }

    /// Whether an index in brackets is 0.
    pub(super) fn shows_zero(&mut self) -> bool {
        if let Some(known) = self.shows_zero {
            return known;
        }
        let shows = super::code_index::shows_zero(&self.tokens);
        self.shows_zero = Some(shows);
        shows
    }

    /// Reads a bracket directly after a letter as indices; answers whether it is one.
    pub(super) fn bracket_index(&mut self) -> Result<bool, Failure> {
        let at = self.state.at;
        let (Some(operand), false, true) = (self.state.operand, self.tokens[at].blank, at > 0) else {
            return Ok(false);
        };
        let Tok::Name(base) = self.tokens[at - 1].tok.clone() else { return Ok(false) };
        let is_name = matches!(&self.ast.node(operand.id).kind, AstKind::Name(name) if name.subscript_text.is_empty());
        if !is_name || operand.span != self.span(at - 1) {
            return Ok(false);
        }
        let is_square = self.tok(at) == &Tok::Open(Bracket::Square);
        let rank = self.names.rank(&base);
        let greek = base.chars().next().is_some_and(|c| ('α'..='ω').contains(&c));
        let is_other = matches!(base.as_str(), "e" | "π" | "I")
            || !is_square && (matches!(base.as_str(), "f" | "g" | "h") || greek && rank.is_none());
        let Some(indices) = self.indices_in(at).filter(|_| !is_other && rank != Some(Rank::Scalar)) else {
            return Ok(false);
        };
        let close = self.tokens[at].partner;
        let span = operand.span.join(self.span(close));
        let noted = self.ast.remarks.iter().any(|remark| remark.row == "bracket-index");
        let from_zero = is_square && self.counts_from_zero();
        let numbers: Vec<i64> = indices
            .iter()
            .filter_map(|index| match index {
                Index::Number(value) => Some(value + i64::from(from_zero)),
                Index::All => None,
            })
            .collect();
        let only_numbers = numbers.len() == indices.len();
        // Code that counts from 0, or the variable: an entry of what nobody has declared.
        let is_open = only_numbers && rank.is_none();
        if is_open
            && !(is_square
                && numbers.len() == 1
                && (self.names.is_variable(&base) || self.names.has_variables() && self.shows_zero()))
        {
            return Err(self.undeclared_entry(&base, &numbers, span));
        }
        if numbers.contains(&0) {
            return Err(self.undeclared_entry(&base, &[1], span));
        }
        if is_square && !noted && !numbers.is_empty() && (is_open || !self.shows_zero()) {
            self.note_counting(&base, &numbers, from_zero, span);
        }
        let mut parts: Vec<Option<AstId>> = Vec::new();
        for (index, place) in indices.iter().zip(self.split_at_commas(at + 1, close)) {
            parts.push(match index {
                Index::All => None,
                Index::Number(value) => {
                    let value = Coeff::integer(value + i64::from(from_zero));
                    Some(self.push(AstKind::Number(value), self.span(place.0))?)
                }
            });
        }
        let of = operand.id;
        let kind = match parts.as_slice() {
            [Some(index), None] => AstKind::Line { of, index: *index, is_row: true },
            [None, Some(index)] => AstKind::Line { of, index: *index, is_row: false },
            [Some(index)] if is_square && rank == Some(Rank::Matrix) => {
                AstKind::Line { of, index: *index, is_row: true }
            }
            parts if only_numbers && !is_open => AstKind::EntryOf(of, parts.iter().copied().flatten().collect()),
            parts => {
                let written = self.split_at_commas(at + 1, close);
                let subscript_text = match numbers.as_slice() {
                    numbers if is_open => numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(","),
                    _ => written.iter().map(|place| self.script_text(place.0)).collect(),
                };
                let subscript = parts.iter().copied().flatten().collect();
                AstKind::Name(Name { subscript, subscript_text, ..Name::plain(base) })
            }
        };
        self.operand(kind, span, close + 1)?;
        Ok(true)
    }

    fn note_counting(&mut self, base: &str, numbers: &[i64], from_zero: bool, span: Span) {
        let shown = self.ast.source.get(span.start..span.end).unwrap_or(base).to_owned();
        let (first, other) = if from_zero { (0, -1) } else { (1, 1) };
        let moved: Vec<i64> = numbers.iter().map(|number| number + other).collect();
        let (read, else_read) = (entry_text(base, numbers), entry_text(base, &moved));
        let message = format!("`{shown}` counts from {first} and is read as {read}");
        self.ast.remarks.push(Remark { row: "bracket-index", span, message: message.into(), other: Some(else_read) });
    }

    fn undeclared_entry(&self, base: &str, numbers: &[i64], span: Span) -> Failure {
        let shown = self.ast.source.get(span.start..span.end).unwrap_or(base);
        let entry = entry_text(base, numbers);
        let kind = if numbers.len() == 1 { "vector(n)" } else { "matrix(m,n)" };
        let error = Diagnostic::new(
            "P0021",
            format!("`{shown}` is not an entry of anything that is declared"),
            span,
            "an entry, a call or a product?",
        );
        let error = error.with_help(format!("write the entry as `{entry}`, counted from 1"));
        Box::new(match self.names.rank(base) {
            Some(_) => error,
            None => error.with_help(
                Advice::from("or declare the letter, so that this is its entry: ")
                    .suggest(Suggestion::declaration(format!("{base}: {kind}"))),
            ),
        })
    }
}

/// `x_1`, `X_{12}`, `X_{1,12}`
fn entry_text(base: &str, numbers: &[i64]) -> String {
    let separator = if numbers.iter().all(|number| (0..10).contains(number)) { "" } else { "," };
    let all: Vec<String> = numbers.iter().map(i64::to_string).collect();
    match all.as_slice() {
        [one] => format!("{base}_{one}"),
        all => format!("{base}_{{{}}}", all.join(separator)),
    }
}
