//! What a language has to say of every operation: the one walker asks, a language answers.

use std::cell::RefCell;
use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::code::{Code, Prec};
use super::decomposition::{Decomposed, Decomposition};
use super::error::EmitError;
use super::listing::{Families, Listing};
use super::tree::Tree;
use crate::codegen::identifier::Rules;
use crate::expr::{Arena, Dim, SizeTerm, sum_of_terms};
use crate::plan::{Length, Matrix};

/// The names of lengths.
pub(super) struct Lengths<'a> {
    pub(super) arena: &'a Arena,
    pub(super) sizes: &'a FxHashMap<u32, String>,
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
        self.used.borrow_mut().extend(of.iter().flat_map(|dim| self.arena.size_names_in(*dim)));
        let factors: Vec<Code> = of
            .iter()
            .filter(|dim| of.len() == 1 || **dim != Dim::ONE)
            .map(|dim| size_code(self.arena, *dim, self.sizes))
            .collect();
        match factors.as_slice() {
            [only] => only.clone(),
            _ => {
                let texts: Vec<String> = factors.into_iter().map(|factor| factor.at(Prec::Product)).collect();
                Code::new(texts.join(" * "), Prec::Product)
            }
        }
    }

    /// A length as terms of sizes; none where it is a product of sums.
    pub(super) fn terms(&self, length: &Length) -> Option<Vec<SizeTerm>> {
        match length.of.as_deref() {
            None => Some(sum_of_terms([(i64::try_from(length.size).ok()?, Vec::new())])),
            Some([dim]) => Some(sum_of_terms(self.arena.size_terms(*dim))),
            Some(_) => None,
        }
    }

    /// Several lengths.
    pub(super) fn texts(&self, lengths: &[Length]) -> Vec<String> {
        lengths.iter().map(|length| self.text(length)).collect()
    }
}

/// A size as a whole number.
pub(super) fn size_code(arena: &Arena, dim: Dim, names: &FxHashMap<u32, String>) -> Code {
    terms_code(&arena.size_terms(dim), names)
}

/// A sum of terms of sizes as a whole number.
pub(super) fn terms_code(terms: &[SizeTerm], names: &FxHashMap<u32, String>) -> Code {
    if terms.is_empty() {
        return Code::atom("0");
    }
    let term = |(factor, places): &SizeTerm| {
        let mut parts: Vec<String> = places.iter().map(|place| names.get(place).cloned().unwrap_or_default()).collect();
        if factor.unsigned_abs() != 1 || parts.is_empty() {
            parts.insert(0, factor.unsigned_abs().to_string());
        }
        Code::new(parts.join(" * "), if parts.len() == 1 { Prec::Atom } else { Prec::Product })
    };
    let mut terms: Vec<(bool, Code)> = terms.iter().map(|found| (found.0 < 0, term(found))).collect();
    terms.sort_by_key(|(is_subtracted, _)| *is_subtracted);
    Code::sum(&terms, " + ", " - ")
}

/// The name of a matrix, the place and the lengths of a block in it, and what it is set to.
pub(super) type SetBlock = fn(&str, [&str; 2], [&str; 2], &Code) -> String;

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
    /// The statement that sets a block, which begins at a row and a column and has so many of each; none where the language writes
    /// matrices of blocks as they are.
    pub(super) set_block: Option<SetBlock>,
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

    /// A decomposition of a matrix, where several parts of it are wanted and the language has a way to name them.
    fn decomposed(
        &self,
        _of: Decomposition,
        _matrix: &Code,
        _wanted: &[Matrix],
        _name: &mut dyn FnMut(&str) -> String,
    ) -> Option<Decomposed> {
        None
    }

    /// A number that is a result, where it is written otherwise than in an operation.
    fn constant(&self, _value: f64, _given: Option<&str>) -> Option<Code> {
        None
    }

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
