//! The letter with which a sign compares its index and which it does not bind: i of `\sum_{j \ne i}` where i is the index of a definition
//! or of a variable, stands outside the sum, or is no index of its body.
//!
//! In `\sum_{i \ne j} A_{ij} x_i x_j`, where nothing of that holds, the sign binds both.

use rustc_hash::FxHashMap;

use super::ast::Remark;
use super::big::{MOST_OF_BODY, Place};
use super::parse::Parser;
use super::token::{Bracket, Tok};
use super::word_below::is_word_below;

/// Longest text that a note repeats.
const MOST_SHOWN: usize = 60;

/// Where letters stand as indices that no sign around them has below it, in the order of writing.
pub(super) type OpenLetters = FxHashMap<String, Vec<usize>>;

/// A sign with the end of its body.
struct Reach {
    below: Place,
    body: Place,
}

impl Parser<'_> {
    /// Whether a sign whose lower bounds stand at a place compares its index with a letter that it does not bind. It is said in a note
    /// unless the text leaves no doubt.
    pub(super) fn is_unbound(&mut self, letter: &str, index: &str, below: Place) -> bool {
        if self.bindings.has_index(letter) {
            return !self.bindings.has_index(index);
        }
        if self.names.has_symbol(letter) {
            return true;
        }
        let Some(reach) = self.reach_of(below) else { return false };
        if self.stands_outside(letter, &reach) {
            return true;
        }
        let (has_letter, has_index) = (self.mentions(letter, reach.body), self.mentions(index, reach.body));
        let is_unbound =
            self.names.has_variable_at(letter) && !self.names.has_variable_at(index) || has_index && !has_letter;
        if is_unbound {
            self.note_on_unbound(letter, index, &reach);
        }
        is_unbound
    }

    fn note_on_unbound(&mut self, letter: &str, index: &str, reach: &Reach) {
        let sign = self.span(reach.below.0).join(self.span(reach.below.1 - 1));
        let below = self.ast.source.get(sign.start..sign.end).filter(|text| text.len() <= MOST_SHOWN).unwrap_or("…");
        let message = format!(
            "`{below}` below the sign is read as a sum over `{index}` for one `{letter}`; a sum over both is written \
             `\\sum_{letter} \\sum_{{{below}}}`"
        );
        if !self.ast.remarks.iter().any(|remark| remark.row == "unbound-index" && remark.span == sign) {
            self.ast.remarks.push(Remark { row: "unbound-index", span: sign, message: message.into(), other: None });
        }
    }

    /// Whether a letter is an index that no sign binds, outside a sign and its body.
    fn stands_outside(&mut self, letter: &str, reach: &Reach) -> bool {
        if self.open_letters.is_none() {
            self.open_letters = Some(self.find_open_letters());
        }
        let places = self.open_letters.as_ref().and_then(|open| open.get(letter));
        let is_before = |place: &usize| *place < reach.below.0;
        places.is_some_and(|places| {
            places.first().is_some_and(is_before) || places.last().is_some_and(|place| *place >= reach.body.1)
        })
    }

    fn find_open_letters(&self) -> OpenLetters {
        let mut open = OpenLetters::default();
        // Signs around the place, each with the letters below it.
        let mut around: Vec<(usize, Vec<String>)> = Vec::new();
        for at in 0..self.tokens.len() {
            around.retain(|(end, _)| at < *end);
            if matches!(self.raw(at), Tok::BigSum | Tok::BigProduct)
                && let Some(reach) = self.reach_from(at)
            {
                let letters = (reach.below.0..reach.below.1).flat_map(|at| self.letters_at(at)).collect();
                around.push((reach.body.1, letters));
            }
            if self.is_below(at) {
                for letter in self.letters_at(at) {
                    if !around.iter().any(|(_, letters)| letters.contains(&letter)) {
                        open.entry(letter).or_default().push(at);
                    }
                }
            }
        }
        open
    }

    /// The letters that a symbol of a subscript or a bound is made of.
    fn letters_at(&self, at: usize) -> Vec<String> {
        let (Tok::Word(word) | Tok::Name(word)) = self.raw(at) else { return Vec::new() };
        if let Some(letter) = super::greek::greek(word) {
            return vec![letter.to_string()];
        }
        let is_run = word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_lowercase()) && !is_word_below(word);
        if is_run { word.chars().map(String::from).collect() } else { vec![word.clone()] }
    }

    /// Whether a symbol stands below a letter or a bracket, alone or in a group of symbols.
    fn is_below(&self, at: usize) -> bool {
        let starts = |at: usize| {
            at >= 2
                && self.raw(at - 1) == &Tok::Underscore
                && matches!(self.raw(at - 2), Tok::Name(_) | Tok::Word(_) | Tok::Close(_) | Tok::Prime)
        };
        if starts(at) {
            return true;
        }
        // Back over the symbols of `_{i,j+1}` to their brace.
        let mut back = at;
        while back > 0 && at - back < 8 {
            back -= 1;
            match self.raw(back) {
                Tok::Open(Bracket::Brace) => return starts(back),
                Tok::Word(_) | Tok::Name(_) | Tok::Number(_) | Tok::Comma | Tok::Plus | Tok::Minus => {}
                _ => return false,
            }
        }
        false
    }

    /// Whether a letter is an index or stands by itself between two places, or a definition that is used there depends on it.
    fn mentions(&self, letter: &str, (from, to): Place) -> bool {
        (from..to).any(|at| match self.raw(at) {
            Tok::Word(_) => self.letters_at(at).iter().any(|found| found == letter),
            Tok::Name(name) => {
                name == letter
                    || self.is_below(at) && self.letters_at(at).iter().any(|found| found == letter)
                    || self.bindings.depends_on(name, letter, &self.marks)
            }
            _ => false,
        })
    }

    /// The sign below which a place is.
    fn reach_of(&self, below: Place) -> Option<Reach> {
        let sign = (0..below.0)
            .rev()
            .take(super::script::MOST_BELOW)
            .find(|at| matches!(self.raw(*at), Tok::BigSum | Tok::BigProduct))?;
        self.reach_from(sign)
    }

    /// A sign with what is below it, and its body: up to the end of its term.
    fn reach_from(&self, sign: usize) -> Option<Reach> {
        let (mut next, mut below) = (sign + 1, None);
        while matches!(self.raw(next), Tok::Underscore | Tok::Caret) {
            let place = match self.raw(next + 1) {
                Tok::End => return None,
                Tok::Open(_) => (next + 2, self.tokens[next + 1].partner),
                _ => (next + 1, next + 2),
            };
            if self.raw(next) == &Tok::Underscore {
                below = Some(place);
            }
            next = if place.0 == next + 2 { place.1 + 1 } else { place.1 };
        }
        let below = below.filter(|below| below.0 < below.1)?;
        Some(Reach { below, body: (next, self.end_of_term(next)) })
    }

    /// Where the term that begins at a place ends.
    fn end_of_term(&self, from: usize) -> usize {
        let (mut at, mut bars) = (from, Vec::new());
        while at < self.tokens.len() && at < from + MOST_OF_BODY {
            match self.raw(at) {
                Tok::Bar(_) | Tok::DoubleBar(..) => {
                    let is_double = matches!(self.raw(at), Tok::DoubleBar(..));
                    if bars.last() == Some(&is_double) {
                        bars.pop();
                    } else if at > from && self.is_end_of_operand(at - 1) && !self.raw(at + 1).starts_operand() {
                        return at;
                    } else {
                        bars.push(is_double);
                    }
                }
                Tok::End | Tok::Close(_) => return at,
                Tok::Open(_) => at = self.tokens[at].partner.max(at),
                _ if !bars.is_empty() => {}
                Tok::Comma | Tok::Semicolon | Tok::Equal | Tok::Relation(_) => return at,
                Tok::Plus | Tok::Minus if at > from && self.raw(at - 1) != &Tok::Caret => return at,
                _ => {}
            }
            at += 1;
        }
        at.min(self.tokens.len())
    }

    fn is_end_of_operand(&self, at: usize) -> bool {
        matches!(
            self.raw(at),
            Tok::Name(_)
                | Tok::Word(_)
                | Tok::Number(_)
                | Tok::Close(_)
                | Tok::Prime
                | Tok::Top
                | Tok::Bang
                | Tok::Bar(_)
                | Tok::DoubleBar(..)
        )
    }

    /// A symbol of the text, also beyond the region that is read.
    fn raw(&self, at: usize) -> &Tok {
        self.tokens.get(at).map_or(&Tok::End, |token| &token.tok)
    }
}
