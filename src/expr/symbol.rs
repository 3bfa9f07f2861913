//! Symbols: what the names of the input stand for.

use super::dim::{Dim, Shape};
use super::node::ExprId;
use crate::catalog::SymbolId;
use crate::structure::Structure;

/// What a symbol is besides its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    /// A scalar, vector or matrix.
    Plain,
    /// A scalar > 0, or a vector of entries > 0.
    Positive,
    /// A scalar ≥ 0, or a vector of entries ≥ 0.
    Nonnegative,
    /// A whole number from 1 on.
    Integer,
    /// A probability vector: entries not below 0, of sum 1.
    Simplex,
    /// A vector with entries −1 and 1.
    Signs,
    /// A scalar, vector or matrix with entries 0 and 1.
    Binary,
    /// A differentiable function applied entry by entry.
    Function,
    /// A differentiable primary function of square matrices.
    MatrixFunction,
    /// A differentiable map of arguments of that shape; the symbol's shape is that of its values.
    Map(Shape),
    /// A family of that many vectors or matrices, each of the symbol's shape.
    Family(Dim),
}

impl SymbolKind {
    /// Whether it is a declared function or map, which has no value of its own.
    #[must_use]
    pub fn is_function(self) -> bool {
        matches!(self, Self::Function | Self::MatrixFunction | Self::Map(_))
    }
}

/// A named symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Base, subscript and label: `x`, `x_1`, `θ_max`, `W^(1)`, `x^*`; Greek as Unicode letters. A family whose members have the label
    /// `(i)` or `[i]` is `x^(·)` or `x^[·]`, one that stands beside another symbol of its letter `x_·`. See [`NameParts`].
    pub name: String,
    /// Shape (of one member, for a family).
    pub shape: Shape,
    /// Kind.
    pub kind: SymbolKind,
    /// Structure of a square matrix.
    pub structure: Structure,
    /// Whether the user declared it (else it was guessed).
    pub declared: bool,
}

/// Where the members of a family, or the entries of a vector, have their index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Below the whole name: `x_i`.
    Below,
    /// Below the base, which is the name of another symbol: `x_i` of `x_·`.
    Beside,
    /// As a label in these brackets: `x^(i)` of `x^(·)`.
    Raised(char, char),
}

/// What a symbol's name consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameParts<'n> {
    /// The letter or word.
    pub base: &'n str,
    /// The subscript, empty where there is none.
    pub subscript: &'n str,
    /// The label, empty where there is none.
    pub label: &'n str,
    /// Where members have their index.
    pub members: Place,
}

impl<'n> NameParts<'n> {
    /// The parts of a name.
    #[must_use]
    pub fn of(name: &'n str) -> Self {
        let (front, label) = name.split_once('^').unwrap_or((name, ""));
        let (base, subscript) = front.split_once('_').unwrap_or((front, ""));
        // `x^-_k` is written `x_k^-`.
        let (label, subscript) = match label.split_once('_') {
            Some((label, below)) if subscript.is_empty() => (label, below),
            _ => (label, subscript),
        };
        match (subscript, label) {
            ("·", "") => Self { base, subscript: "", label, members: Place::Beside },
            (_, "(·)") => Self { base, subscript, label: "", members: Place::Raised('(', ')') },
            (_, "[·]") => Self { base, subscript, label: "", members: Place::Raised('[', ']') },
            _ => Self { base, subscript, label, members: Place::Below },
        }
    }

    /// Whether it is a letter with a label alone, whose index stands between the two: `x_i^{old}`.
    #[must_use]
    pub fn is_labelled_letter(&self) -> bool {
        !self.label.is_empty() && self.subscript.is_empty() && self.members == Place::Below
    }

    /// The name of a member, where the name is that of a family: `x_3`, `x^(3)`.
    #[must_use]
    pub fn member(&self, index: &str) -> String {
        let below = |text: &str| if text.is_empty() { String::new() } else { format!("_{text}") };
        let raised = |text: &str| if text.is_empty() { String::new() } else { format!("^{text}") };
        let (base, subscript) = (self.base, below(self.subscript));
        match self.members {
            Place::Below => format!("{base}{subscript}{}_{index}", raised(self.label)),
            Place::Beside => format!("{base}_{index}"),
            Place::Raised(open, close) => format!("{base}{subscript}^{open}{index}{close}"),
        }
    }
}

/// A part of a variable: a member of a family, or an entry of a vector or matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The family, vector or matrix.
    pub symbol: SymbolId,
    /// Which member, or the row and, of a matrix, the column of the entry: numbers and free indices.
    pub at: Vec<ExprId>,
    /// The member or entry itself.
    pub expr: ExprId,
    /// What must not be below 0 for its derivative to be the one that was found: k − 2 where that is another at the first place.
    pub within: Vec<ExprId>,
}

/// The letters that stand before what they change, as in `Δx`.
const INCREMENTS: [char; 2] = ['Δ', 'δ'];

/// The name of what an increment `Δx` changes; `None` for other names.
pub(crate) fn changed(name: &str) -> Option<&str> {
    name.strip_prefix(INCREMENTS).filter(|rest| rest.starts_with(char::is_alphabetic))
}

/// Whether a name is the increment of one letter, as `Δx`, `Δθ̂`, `Δx1`.
pub(crate) fn is_increment(name: &str) -> bool {
    changed(name).is_some_and(|rest| rest.chars().filter(|c| c.is_alphabetic()).count() == 1)
}
