//! What stands below a big sum or product: indices with their bounds, and conditions.
//!
//! An order between indices becomes a bound of the inner one; `i ∈ S` a weight, the entry i of an array of 0 and 1 named S; any other
//! condition an indicator. `j ≠ i` leaves one value of an index out.

use super::ast::{AstId, AstKind, Comparison, Name, Range, Sign};
use super::big::{Below, Place};
use super::parse::{Failure, Parser};
use super::stack::Entry;
use super::token::{Bracket, Relation, Tok};
use crate::number::Coeff;
use crate::span::Span;

/// A bound before it is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bound {
    /// What is written at a place, and a number added to it.
    At(Place, i64),
    /// A copy of what was read for an outer index.
    Copy(AstId),
}

/// An index that the sign binds.
#[derive(Clone, Debug)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) lower: Option<Bound>,
    pub(super) upper: Option<Bound>,
    /// An index of an outer sign that it is compared with: both run over the same values.
    beside: Option<String>,
    /// No more than its name has been read: what holds for the next index holds for it too.
    pub(super) bare: bool,
}

/// All that is read below one sign.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) indices: Vec<Index>,
    pub(super) weights: Vec<Weight>,
    except: Vec<(String, Place)>,
}

#[derive(Debug)]
pub(super) enum Weight {
    /// The indices are in a set, or not.
    Set { indices: Vec<(String, Span)>, set: Place, is_in: bool },
    /// A comparison holds, or does not.
    Condition { comparison: Comparison, holds: bool, left: Place, right: Place },
}

/// A relation of a clause, read from the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sense {
    Equal,
    /// The left side is smaller; whether strictly.
    Smaller(bool),
    /// The left side is larger; whether strictly.
    Larger(bool),
    NotEqual,
    In(bool),
}

/// What a side of a relation is to the sign.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Party {
    /// An index of this sign that stands there already.
    Listed(String),
    /// A letter that may be an index of this sign.
    Fresh(String),
    /// An index of an outer sign.
    Outer(String),
    Expression,
}

impl Reading {
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.indices.iter().position(|index| index.name == name)
    }

    pub(super) fn list(&mut self, name: &str, span: Span) -> Result<usize, Failure> {
        if self.place(name).is_some() {
            return Err(Parser::bad_bounds(span, "an index is bound twice", "this index is already bound here"));
        }
        self.indices.push(Index { name: name.to_owned(), span, lower: None, upper: None, beside: None, bare: false });
        Ok(self.indices.len() - 1)
    }
}

impl Parser<'_> {
    pub(super) fn below(&mut self, below: Place, above: Option<Place>) -> Result<Below, Failure> {
        if let Some((from, _)) = above
            && self.tok(from) == &Tok::Infinity
        {
            let error = "a sum with infinitely many terms";
            return Err(Self::bad_bounds(self.span(from), error, "expected a number or a size such as `n`"));
        }
        let (mut from, mut to) = below;
        // `\substack{…}`
        while matches!(self.tokens[from].tok, Tok::Open(Bracket::Brace)) && self.tokens[from].partner + 1 == to {
            (from, to) = (from + 1, to - 1);
        }
        let clauses = self.clauses(from, to);
        let mut found = Reading::default();
        let mut at = 0;
        while at < clauses.len() {
            // `i=1,\dots,n` and `i=1,2,\dots,n`.
            let dots = (at + 1..clauses.len())
                .take_while(|k| *k <= at + 1 || self.is_number(clauses[*k - 1]))
                .find(|k| clauses[*k].1 == clauses[*k].0 + 1 && self.tokens[clauses[*k].0].tok == Tok::Dots);
            let listed = found.indices.len();
            self.clause(clauses[at], &mut found)?;
            if let (Some(dots), true) = (dots, found.indices.len() > listed) {
                let Some(last) = clauses.get(dots + 1) else {
                    let dots = self.span(clauses[dots].0);
                    return Err(Self::bad_bounds(
                        dots,
                        "the last value of the index is missing",
                        "nothing follows the dots",
                    ));
                };
                if let Some(index) = found.indices.last_mut() {
                    index.upper = Some(Bound::At(*last, 0));
                }
                at = dots + 1;
            }
            at += 1;
        }
        if found.indices.is_empty() {
            return Err(self.no_index((from, to)));
        }
        self.fill_bounds(&mut found, above);
        self.read_below(&found)
    }

    /// What is separated by commas, semicolons, a colon or a bar.
    fn clauses(&self, from: usize, to: usize) -> Vec<Place> {
        let mut clauses = Vec::new();
        let (mut start, mut at) = (from, from);
        while at < to {
            match self.tokens[at].tok {
                Tok::Open(_) => at = self.tokens[at].partner,
                // `i=1…, n`
                Tok::Comma if at == start && at > from && self.tokens[at - 1].tok == Tok::Dots => start = at + 1,
                Tok::Comma | Tok::Semicolon | Tok::Colon | Tok::Bar(_) => {
                    clauses.push((start, at));
                    start = at + 1;
                }
                // `i=1..n` is read as `i=1, …, n`.
                Tok::Dots if at > start => {
                    clauses.extend([(start, at), (at, at + 1)]);
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        clauses.push((start, to));
        clauses
    }

    pub(super) fn is_number(&self, (from, to): Place) -> bool {
        to == from + 1 && matches!(self.tokens[from].tok, Tok::Number(_))
    }

    pub(super) fn clause_span(&self, (from, to): Place) -> Span {
        if from < to { self.span(from).join(self.span(to - 1)) } else { self.span(from) }
    }

    pub(super) fn no_index(&self, place: Place) -> Failure {
        let label = "expected an index such as `i` or `i=1`";
        let failure = Self::bad_bounds(self.clause_span(place), "the index of the sum cannot be read", label);
        // `\sum_{\langle i,j\rangle}`
        match self.tokens[place.0].tok {
            Tok::Open(Bracket::Angle) | Tok::Less => Box::new((*failure).with_help(
                "the sum over neighbors is that over the set of edges of a graph, with `(i,j)\\in E` below the sign",
            )),
            _ => failure,
        }
    }

    /// The one letter that stands at a place.
    pub(super) fn letter(&self, (from, to): Place) -> Option<String> {
        if to != from + 1 {
            return None;
        }
        let (Tok::Word(word) | Tok::Name(word)) = &self.tokens[from].tok else { return None };
        match super::greek::greek(word) {
            Some(letter) => Some(letter.to_string()),
            None => (word.chars().filter(|c| c.is_alphabetic()).count() == 1).then(|| word.clone()),
        }
    }

    /// The bound indices of the signs around this one, each with its range.
    pub(super) fn outer(&self, name: &str) -> Option<&Range> {
        self.state.stack.iter().rev().find_map(|entry| match entry {
            Entry::Big { below, .. } => below.ranges.iter().find(|range| range.index == name),
            _ => None,
        })
    }

    fn party(&self, place: Place, found: &Reading) -> Party {
        match self.letter(place) {
            Some(name) if found.place(&name).is_some() => Party::Listed(name),
            Some(name) if self.outer(&name).is_some() => Party::Outer(name),
            Some(name) => Party::Fresh(name),
            None => Party::Expression,
        }
    }

    fn relation(&self, at: usize) -> Option<Sense> {
        Some(match &self.tokens[at].tok {
            Tok::Equal => Sense::Equal,
            Tok::Less => Sense::Smaller(true),
            Tok::Greater => Sense::Larger(true),
            Tok::Relation(Relation::LessEqual) => Sense::Smaller(false),
            Tok::Relation(Relation::GreaterEqual) => Sense::Larger(false),
            Tok::Relation(Relation::NotEqual) => Sense::NotEqual,
            Tok::Relation(Relation::In) => Sense::In(true),
            Tok::Relation(Relation::NotIn) => Sense::In(false),
            Tok::Word(word) if word == "in" => Sense::In(true),
            _ => return None,
        })
    }

    /// One clause: indices, or a chain of relations.
    fn clause(&mut self, clause: Place, found: &mut Reading) -> Result<(), Failure> {
        let mut relations = Vec::new();
        let mut at = clause.0;
        while at < clause.1 {
            if let Tok::Open(_) = self.tokens[at].tok {
                at = self.tokens[at].partner;
            } else if let Some(sense) = self.relation(at) {
                relations.push((at, sense));
            }
            at += 1;
        }
        if relations.is_empty() {
            for (name, span) in self.index_list(clause)? {
                let place = found.list(&name, span)?;
                found.indices[place].bare = true;
            }
            return Ok(());
        }
        let mut left = (clause.0, relations[0].0);
        for (k, (at, sense)) in relations.iter().enumerate() {
            let right = (at + 1, relations.get(k + 1).map_or(clause.1, |next| next.0));
            if left.0 >= left.1 || right.0 >= right.1 {
                return Err(self.no_index(clause));
            }
            self.related(left, *sense, right, relations.len() > 1, found)?;
            left = right;
        }
        Ok(())
    }

    /// `i`, `ij`, `(i,j)`.
    pub(super) fn index_list(&self, place: Place) -> Result<Vec<(String, Span)>, Failure> {
        let (from, to) = place;
        if from >= to {
            return Err(self.no_index(place));
        }
        if matches!(self.tokens[from].tok, Tok::Open(Bracket::Round)) && self.tokens[from].partner + 1 == to {
            let mut all = Vec::new();
            for part in self.split_at_commas(from + 1, to - 1) {
                if matches!(self.tok(part.0), Tok::Open(_)) {
                    return Err(self.no_index(place));
                }
                all.extend(self.index_list(part)?);
            }
            return Ok(all);
        }
        let span = self.span(from);
        if let Some(letter) = self.letter(place) {
            return Ok(vec![(letter, span)]);
        }
        // `\mu\nu`, of two commands.
        let each: Option<Vec<(String, Span)>> =
            (from..to).map(|at| Some((self.letter((at, at + 1))?, self.span(at)))).collect();
        if let Some(each) = each.filter(|each| each.len() <= 4) {
            return Ok(each);
        }
        match &self.tokens[from].tok {
            Tok::Word(word) | Tok::Name(word) if to == from + 1 && super::script::is_list_of_indices(word) => {
                let written = span.end - span.start == word.len();
                let one = |(k, letter): (usize, char)| {
                    let start = span.start + k;
                    let at = if written { Span::new(start, start + letter.len_utf8()) } else { span };
                    (letter.to_string(), at)
                };
                Ok(word.char_indices().map(one).collect())
            }
            _ => Err(self.no_index(place)),
        }
    }

    /// One relation, which may be part of a chain, as in `i < j < k`.
    fn related(
        &mut self,
        left: Place,
        sense: Sense,
        right: Place,
        is_of_chain: bool,
        found: &mut Reading,
    ) -> Result<(), Failure> {
        let (one, two) = (self.party(left, found), self.party(right, found));
        let (one, two) = match sense {
            Sense::Smaller(strict) | Sense::Larger(strict) if !are_pair(&one, &two, strict) => (one, two),
            Sense::Equal | Sense::In(_) => (one, two),
            _ if is_of_chain => (one, two),
            Sense::Smaller(_) | Sense::Larger(_) | Sense::NotEqual => self.bound_of(left, one, two, found),
        };
        match sense {
            Sense::Equal => match one {
                // An index may have the name of an outer one, which it hides.
                Party::Fresh(name) | Party::Outer(name) => {
                    let place = found.list(&name, self.clause_span(left))?;
                    found.indices[place].lower = Some(Bound::At(right, 0));
                    if let Party::Outer(outer) = two {
                        found.indices[place].beside = Some(outer).filter(|outer| *outer != name);
                    }
                    Ok(())
                }
                Party::Listed(name) if !matches!(two, Party::Listed(_)) => {
                    let place = found.place(&name).unwrap_or(0);
                    if found.indices[place].lower.is_some() || !found.indices[place].bare {
                        found.list(&name, self.clause_span(left)).map(|_| ())
                    } else {
                        found.indices[place].lower = Some(Bound::At(right, 0));
                        Ok(())
                    }
                }
                Party::Listed(_) | Party::Expression => {
                    found.weights.push(Weight::Condition { comparison: Comparison::Equal, holds: true, left, right });
                    Ok(())
                }
            },
            Sense::Smaller(strict) => self.ordered((left, one), (right, two), strict, left, found),
            Sense::Larger(strict) => self.ordered((right, two), (left, one), strict, left, found),
            Sense::NotEqual => self.unequal((left, one), (right, two), found),
            Sense::In(is_in) => self.member(left, right, is_in, found),
        }
    }

    /// Two sides of a comparison, of which the sign binds one alone where the other is the index of something else.
    fn bound_of(&mut self, place: Place, one: Party, two: Party, found: &Reading) -> (Party, Party) {
        let is_listed_alone = |name: &String| {
            found.place(name).is_some_and(|place| found.indices[place].bare) && found.indices.len() == 1
        };
        match (&one, &two) {
            (Party::Fresh(index), Party::Fresh(letter)) if index != letter => {
                if self.bindings.has_index(index) && !self.bindings.has_index(letter) {
                    (Party::Expression, two)
                } else if self.is_unbound(letter, index, place) {
                    (one, Party::Expression)
                } else {
                    (one, two)
                }
            }
            // `\sum_{j : j \ne i}`
            (Party::Listed(index), Party::Fresh(_)) if is_listed_alone(index) => (one, Party::Expression),
            (Party::Fresh(_), Party::Listed(index)) if is_listed_alone(index) => (Party::Expression, two),
            _ => (one, two),
        }
    }

    /// `i < j`, `i ≤ n`, `1 ≤ i`; `first` is what was written first.
    fn ordered(
        &mut self,
        (small, small_party): (Place, Party),
        (large, large_party): (Place, Party),
        strict: bool,
        first: Place,
        found: &mut Reading,
    ) -> Result<(), Failure> {
        use Party::{Fresh, Listed, Outer};
        let offset = i64::from(strict);
        let is_index = |party: &Party| matches!(party, Listed(_) | Fresh(_));
        if are_pair(&small_party, &large_party, strict)
            && let (Listed(a) | Fresh(a), Listed(b) | Fresh(b)) = (&small_party, &large_party)
        {
            return self.bounded_by(small, a, (large, b), offset, found);
        }
        // Of two letters the index is the one that is listed, or no size by its looks, or written first.
        let small_is_index = match (is_index(&small_party), is_index(&large_party)) {
            (true, true) => match (&small_party, &large_party) {
                (Listed(_), _) => true,
                (_, Listed(_)) => false,
                (Fresh(a), Fresh(b)) if is_size(a) != is_size(b) => is_size(b),
                _ => small == first,
            },
            (true, false) => true,
            (false, true) => false,
            (false, false) => {
                let comparison = if strict { Comparison::Less } else { Comparison::Greater };
                found.weights.push(Weight::Condition { comparison, holds: strict, left: small, right: large });
                return Ok(());
            }
        };
        let (index, party, other, other_party) = if small_is_index {
            (small, small_party, large, large_party)
        } else {
            (large, large_party, small, small_party)
        };
        let (Listed(name) | Fresh(name)) = party else { return Ok(()) };
        let place = match found.place(&name) {
            Some(place) => place,
            None => found.list(&name, self.clause_span(index))?,
        };
        let found = &mut found.indices[place];
        found.bare = false;
        if let Outer(outer) = other_party {
            found.beside = Some(outer);
        }
        let (bound, sign) = if small_is_index { (&mut found.upper, -1) } else { (&mut found.lower, 1) };
        if bound.is_some() {
            let (what, label) = ("an index has two bounds on one side", "a second bound on this side");
            return Err(Self::bad_bounds(self.clause_span(other), what, label));
        }
        *bound = Some(Bound::At(other, sign * offset));
        Ok(())
    }

    /// `i < j` of two indices of one sign: the larger one stands outside.
    fn bounded_by(
        &self,
        small: Place,
        small_name: &str,
        (large, large_name): (Place, &str),
        offset: i64,
        found: &mut Reading,
    ) -> Result<(), Failure> {
        let place = match found.place(large_name) {
            Some(place) => place,
            None => found.list(large_name, self.clause_span(large))?,
        };
        match found.place(small_name) {
            None => {
                found.list(small_name, self.clause_span(small))?;
            }
            Some(inner) if inner < place => {
                let larger = found.indices.remove(place);
                found.indices.insert(inner, larger);
            }
            Some(_) => {}
        }
        let inner = found.place(small_name).unwrap_or(0);
        let index = &mut found.indices[inner];
        if index.upper.is_some() {
            let (what, label) = ("an index has two bounds on one side", "a second bound on this side");
            return Err(Self::bad_bounds(self.clause_span(large), what, label));
        }
        index.upper = Some(Bound::At(large, -offset));
        Ok(())
    }

    /// `j ≠ i`
    fn unequal(
        &self,
        (left, one): (Place, Party),
        (right, two): (Place, Party),
        found: &mut Reading,
    ) -> Result<(), Failure> {
        use Party::{Expression, Fresh, Listed, Outer};
        let (index, value) = match (&one, &two) {
            (Fresh(a), Fresh(b)) => {
                found.list(a, self.clause_span(left))?;
                let at = found.list(b, self.clause_span(right))?;
                found.indices[at].beside = Some(a.clone());
                (b, left)
            }
            (Fresh(a), Outer(b)) => {
                let at = found.list(a, self.clause_span(left))?;
                found.indices[at].beside = Some(b.clone());
                (a, right)
            }
            (Outer(a), Fresh(b)) => {
                let at = found.list(b, self.clause_span(right))?;
                found.indices[at].beside = Some(a.clone());
                (b, left)
            }
            (Fresh(a), Listed(_) | Expression) => {
                found.list(a, self.clause_span(left))?;
                (a, right)
            }
            (Listed(_) | Expression, Fresh(b)) if !matches!(one, Listed(_)) => {
                found.list(b, self.clause_span(right))?;
                (b, left)
            }
            (Listed(a), Listed(b)) if found.place(a) < found.place(b) => (b, left),
            (Listed(a), Outer(b)) => {
                let at = found.place(a).unwrap_or(0);
                found.indices[at].beside = Some(b.clone());
                (a, right)
            }
            (Listed(a), _) => (a, right),
            (Outer(a), Listed(b)) => {
                let at = found.place(b).unwrap_or(0);
                found.indices[at].beside = Some(a.clone());
                (b, left)
            }
            (Expression, Listed(b)) => (b, left),
            _ => {
                found.weights.push(Weight::Condition { comparison: Comparison::Equal, holds: false, left, right });
                return Ok(());
            }
        };
        found.except.push((index.clone(), value));
        Ok(())
    }

    /// Bounds that hold for several indices, that stand above the sign, or that an outer index has.
    fn fill_bounds(&self, found: &mut Reading, above: Option<Place>) {
        // In `i,j=1` the bound holds for both, and so it does in `1 ≤ i,j ≤ n`.
        let names: Vec<String> = found.indices.iter().map(|index| index.name.clone()).collect();
        let is_constant = |bound: &Bound| match bound {
            Bound::At(place, 0) => self.letter(*place).is_none_or(|name| !names.contains(&name)),
            _ => false,
        };
        let (mut lower, mut upper) = (None, None);
        for index in found.indices.iter_mut().rev() {
            if index.bare && index.lower.is_none() {
                index.lower = lower;
            }
            if index.upper.is_none() && index.lower.is_some() && above.is_none() {
                index.upper = upper;
            }
            lower = index.lower.filter(is_constant);
            upper = index.upper.filter(is_constant);
        }
        for index in &mut found.indices {
            if index.upper.is_none() {
                let outer = index.beside.as_ref().and_then(|outer| self.outer(outer)).and_then(|range| range.upper);
                index.upper = above.map(|above| Bound::At(above, 0)).or(outer.map(Bound::Copy));
            }
        }
    }

    fn bound_at(&mut self, bound: Bound) -> Result<AstId, Failure> {
        let ((from, to), offset) = match bound {
            Bound::Copy(id) => return self.copy(id, None),
            Bound::At(place, offset) => (place, offset),
        };
        let read = self.region(from, to)?;
        self.plus(read.id, offset)
    }

    /// A bound and a number.
    pub(super) fn plus(&mut self, bound: AstId, offset: i64) -> Result<AstId, Failure> {
        if offset == 0 {
            return Ok(bound);
        }
        let span = self.ast.span(bound);
        if let AstKind::Number(value) = &self.ast.node(bound).kind {
            return self.push(AstKind::Number(value.add(&Coeff::integer(offset))), span);
        }
        let number = self.push(AstKind::Number(Coeff::integer(offset.abs())), span)?;
        let sign = if offset > 0 { Sign::Plus } else { Sign::Minus };
        self.push(AstKind::Sum(vec![(Sign::Plus, bound), (sign, number)]), span)
    }

    fn read_below(&mut self, found: &Reading) -> Result<Below, Failure> {
        let mut below = Below::default();
        for index in &found.indices {
            let lower = index.lower.map(|bound| self.bound_at(bound)).transpose()?;
            let upper = index.upper.map(|bound| self.bound_at(bound)).transpose()?;
            let beside = index.beside.clone();
            below.ranges.push(Range { index: index.name.clone(), span: index.span, lower, upper, beside });
        }
        for weight in &found.weights {
            let id = match weight {
                Weight::Set { indices, set, is_in } => self.set_weight(indices, *set, *is_in, &below.ranges)?,
                Weight::Condition { comparison, holds, left, right } => {
                    let span = self.span(left.0).join(self.span(right.1 - 1));
                    let (left, right) = (self.region(left.0, left.1)?.id, self.region(right.0, right.1)?.id);
                    let id = self.push(AstKind::Indicator(*comparison, left, right), span)?;
                    if *holds { id } else { self.one_minus(id, span)? }
                }
            };
            below.weights.push(id);
        }
        for (index, (from, to)) in &found.except {
            let place = found.place(index).unwrap_or(0);
            let value = self.region(*from, *to)?.id;
            if below.except.iter().any(|except| except.0 == place) {
                let span = self.span(*from);
                let index = self.push(AstKind::Name(Name::plain(index.clone())), span)?;
                let id = self.push(AstKind::Indicator(Comparison::Equal, index, value), span)?;
                let weight = self.one_minus(id, span)?;
                below.weights.push(weight);
            } else {
                below.except.push((place, value));
            }
        }
        Ok(below)
    }

    pub(super) fn one_minus(&mut self, id: AstId, span: Span) -> Result<AstId, Failure> {
        let one = self.push(AstKind::Number(Coeff::ONE), span)?;
        self.push(AstKind::Sum(vec![(Sign::Plus, one), (Sign::Minus, id)]), span)
    }
}

/// Whether a letter is a size by its looks.
fn is_size(name: &str) -> bool {
    name.starts_with(|c: char| c.is_uppercase()) || matches!(name, "n" | "m" | "d")
}

/// Whether the sides of an order are two indices of the sign.
fn are_pair(one: &Party, two: &Party, strict: bool) -> bool {
    use Party::{Fresh, Listed};
    match (one, two) {
        (Listed(_), Listed(_)) => true,
        (Listed(a) | Fresh(a), Listed(b) | Fresh(b)) => are_indices(a, b, strict),
        _ => false,
    }
}

/// Whether two letters with an order between them are both indices: `i < j`, `p < q`, but not `i ≤ n`.
fn are_indices(one: &str, two: &str, strict: bool) -> bool {
    let (Some(a), Some(b)) = (one.chars().next(), two.chars().next()) else { return false };
    if a.is_uppercase() || b.is_uppercase() || !strict && (is_size(one) || is_size(two)) {
        return false;
    }
    let usual = |c: char| ('i'..='l').contains(&c);
    usual(a) && usual(b) || u32::from(a).abs_diff(u32::from(b)) == 1 || a == b
}
