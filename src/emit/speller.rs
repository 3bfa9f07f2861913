//! What a language has to say of every operation: the one walker asks, a language answers.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::code::{Code, Prec};
use super::error::EmitError;
use super::listing::Listing;
use super::tree::Tree;
use crate::codegen::identifier::Rules;
use crate::expr::Arena;
use crate::plan::{Contraction, Group, Label, Length};

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

/// A contraction that is to be computed in loops.
pub(super) struct Loops<'a> {
    /// The name of its value.
    pub(super) name: &'a str,
    pub(super) contraction: &'a Contraction,
    /// The code of its operands, names or scalars.
    pub(super) operands: &'a [Code],
    /// A name for the index of each label.
    pub(super) indices: &'a [String],
}

impl Loops<'_> {
    /// The positions of an array along its axes; of several labels along one axis the last runs fastest. `first` is where positions begin.
    pub(super) fn positions(&self, groups: &[Group], lengths: &Lengths<'_>, first: usize) -> Vec<String> {
        let index = |label: &Label| self.indices[*label as usize].clone();
        let groups = groups.iter().filter(|group| !group.is_empty());
        groups
            .map(|group| {
                let mut text = index(&group[0]);
                for (place, label) in group.iter().enumerate().skip(1) {
                    let length = lengths.code(&self.contraction.lengths[*label as usize]).at(Prec::Power);
                    let before = match (first, place) {
                        (0, 1) => text,
                        (0, _) => format!("({text})"),
                        _ => format!("({text} - 1)"),
                    };
                    text = format!("{before} * {length} + {}", index(label));
                }
                text
            })
            .collect()
    }

    /// The labels, those of the result first.
    pub(super) fn labels(&self) -> Vec<Label> {
        let output = self.contraction.output.iter().flatten().copied();
        let operands = self.contraction.operands.iter().flat_map(|(_, groups)| groups.iter().flatten().copied());
        let mut labels: Vec<Label> = Vec::new();
        for label in output.chain(operands) {
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        labels
    }

    /// The lengths of the result's axes.
    pub(super) fn result(&self, lengths: &Lengths<'_>) -> Vec<String> {
        let groups = self.contraction.output.iter().filter(|group| !group.is_empty());
        groups.map(|group| lengths.text(&self.contraction.length(group))).collect()
    }

    /// Whether entries are added up.
    pub(super) fn adds(&self) -> bool {
        !self.contraction.is_without_sums()
    }
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

    /// The lines that compute a contraction in loops; none where the language has one operation for all of them.
    fn loops(&self, _loops: &Loops<'_>, _lengths: &Lengths<'_>) -> Option<Result<Vec<String>, EmitError>> {
        None
    }

    /// The whole file.
    fn file(&self, listing: &Listing) -> String;
}
