//! What a language has to say of every operation: the one walker asks, a language answers.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::code::{Code, Prec};
use super::error::EmitError;
use super::listing::{Families, Listing};
use super::tree::Tree;
use crate::codegen::identifier::Rules;
use crate::expr::Arena;
use crate::plan::Length;

/// The names of lengths.
pub(super) struct Lengths<'a> {
    pub(super) arena: &'a Arena,
    pub(super) sizes: &'a rustc_hash::FxHashMap<u32, String>,
    /// An array that is given, for the kind of its entries.
    pub(super) given: Option<&'a str>,
    /// The named sizes that were asked for.
    pub(super) used: RefCell<BTreeSet<u32>>,
}

impl Lengths<'_> {
    /// A length as a whole number: `n`, `2 * n`.
    pub(super) fn text(&self, length: &Length) -> String {
        self.code(length).text
    }

    /// The same with its precedence.
    pub(super) fn code(&self, length: &Length) -> Code {
        let Some(of) = &length.of else { return Code::atom(length.size.to_string()) };
        let mut number: u64 = 1;
        let mut names = Vec::new();
        for dim in of {
            let (factor, places) = self.arena.size_factors(*dim);
            number *= u64::from(factor);
            self.used.borrow_mut().extend(places.iter().copied());
            names.extend(places.iter().map(|place| self.sizes.get(place).cloned().unwrap_or_default()));
        }
        let first = (number != 1 || names.is_empty()).then(|| number.to_string());
        let all: Vec<String> = first.into_iter().chain(names).collect();
        let prec = if all.len() == 1 { Prec::Atom } else { Prec::Product };
        Code::new(all.join(" * "), prec)
    }

    /// Several lengths.
    pub(super) fn texts(&self, lengths: &[Length]) -> Vec<String> {
        lengths.iter().map(|length| self.text(length)).collect()
    }
}

/// How a language writes loops.
pub(super) struct Syntax {
    /// The most axes that its operations know.
    pub(super) most_axes: usize,
    /// Where positions begin.
    pub(super) first: usize,
    pub(super) indent: &'static str,
    /// The head of a loop over an index up to a length.
    pub(super) open: fn(&str, &str) -> String,
    pub(super) close: &'static str,
    /// An entry of an array.
    pub(super) entry: fn(&str, &[String]) -> String,
    /// The matrix of a family at these positions, which has these lengths; where it is read, and where it is set.
    pub(super) member: fn(&str, &[String], &[String]) -> String,
    pub(super) member_target: fn(&str, &[String]) -> String,
    /// A row of a matrix as a vector, and the statement that sets it to one.
    pub(super) row: fn(&str, &str) -> String,
    pub(super) set_row: fn(&str, &str, &Code) -> String,
    /// A name with an array of these lengths in which every entry is a number.
    pub(super) filled: fn(&str, &[String], &str) -> String,
    /// `target = value;`, `target += value;`
    pub(super) set: fn(&str, &str, bool) -> String,
    /// The larger of two numbers, the smaller.
    pub(super) larger: fn(&str, &str) -> String,
    pub(super) smaller: fn(&str, &str) -> String,
    /// A position, counted from 0, as a number, and a number as a position of the language.
    pub(super) number_of: fn(&str) -> String,
    pub(super) position_of: fn(&str) -> String,
}

/// A language.
pub(super) trait Speller {
    /// What it asks of names.
    fn rules(&self) -> Rules;

    /// The code of an operation on operands whose code is known.
    fn spell(&self, tree: &Tree, operands: &[Code], lengths: &Lengths<'_>) -> Result<Code, EmitError>;

    /// Whether an operand of an operation must be a name, as it is used more than once or entry by entry.
    fn needs_name(&self, _tree: &Tree, _place: usize) -> bool {
        false
    }

    /// How loops are written; none where the language has operations for arrays of any number of axes.
    fn syntax(&self) -> Option<&'static Syntax> {
        None
    }

    /// What the language has no way to write.
    fn missing(&self, what: &str) -> EmitError;

    /// How families are given.
    fn families(&self) -> Families {
        Families::First
    }

    /// The whole file.
    fn file(&self, listing: &Listing) -> String;
}

/// `a[i][j]`, a member of a list of lists.
pub(super) fn member(name: &str, at: &[String]) -> String {
    at.iter().fold(name.to_owned(), |text, place| format!("{text}[{place}]"))
}
