//! `A > 0` and `x > 0` say no kind: it is the one that the name has in the text without that, and the sign is that of a number, of every
//! entry of a vector, or of a definite matrix.

use super::Problem;
use super::note::Note;
use crate::expr::{Dim, Shape, SymbolKind};
use crate::reading::cost::RowId;
use crate::structure::Structure;
use crate::syntax::{Declaration, DeclaredKind, Size};

/// The declarations, those of a sign alone with the kinds that their names have where nothing is said of them.
pub(super) fn with_kinds(declared: &[Declaration], read: &Problem) -> Vec<Declaration> {
    let kind = |one: &Declaration| {
        let symbol = read.arena.symbol(read.arena.find_symbol(&one.name)?);
        let is_strict = one.kind == DeclaredKind::Positive;
        if symbol.kind != SymbolKind::Plain || symbol.shape.is_scalar() {
            return None;
        }
        Some(match (symbol.shape.cols == Dim::Known(1), is_strict) {
            (true, true) => DeclaredKind::PositiveVector(Size::Open),
            (true, false) => DeclaredKind::NonnegativeVector(Size::Open),
            (false, true) => DeclaredKind::Square(Structure::PositiveDefinite, Size::Open),
            (false, false) => DeclaredKind::Square(Structure::PositiveSemidefinite, Size::Open),
        })
    };
    let read = |one: &Declaration| match kind(one).filter(|_| one.is_only_sign) {
        Some(kind) => Declaration { kind, ..one.clone() },
        None => one.clone(),
    };
    declared.iter().map(read).collect()
}

/// The places of declarations by a sign alone of names that are vectors by nothing but their letters.
pub(super) fn vectors_by_letter(read: &[Declaration], without: &Problem) -> impl Iterator<Item = usize> {
    let is_by_letter =
        |name: &str| without.reading.kinds.iter().any(|kind| kind.0 == name && kind.1 == RowId::SmallVector);
    let is_vector =
        |one: &Declaration| matches!(one.kind, DeclaredKind::PositiveVector(_) | DeclaredKind::NonnegativeVector(_));
    let is_of_letter = move |one: &Declaration| one.is_only_sign && is_vector(one) && is_by_letter(&one.name);
    read.iter().enumerate().filter(move |(_, one)| is_of_letter(one)).map(|(place, _)| place)
}

/// Whether every other symbol is a number, a vector or a matrix in both.
pub(super) fn differ_only_in(name: &str, one: &Problem, other: &Problem) -> bool {
    let axes = |shape: Shape| [shape.rows.is_one(), shape.cols.is_one()];
    one.arena.symbols().filter(|(_, symbol)| symbol.name != name).all(|(_, symbol)| {
        let there = other.arena.find_symbol(&symbol.name).map(|id| other.arena.symbol(id).shape);
        there.is_none_or(|shape| axes(shape) == axes(symbol.shape))
    })
}

/// What is said of a vector where all would be numbers if it were one.
pub(super) fn note_of_vector(one: &Declaration) -> Note {
    let (said, kind) = sign(one);
    let name = &one.name;
    let message = format!("`{said}` is read as a vector of {kind} entries; a number is declared as `{name}: {kind}`");
    Note { row: "sign-alone", ..Note::of_value(message) }
}

/// What is said of a number that could be a vector.
pub(super) fn note_of_number(one: &Declaration) -> Note {
    let (said, kind) = sign(one);
    let name = &one.name;
    let message = format!("`{said}` is read as a {kind} number; a vector is declared as `{name}: {kind}(n)`");
    Note { row: "sign-alone", ..Note::of_value(message) }
}

/// The sign that a vector is declared with, and the word for it.
fn sign(one: &Declaration) -> (String, &'static str) {
    let (sign, kind) = match one.kind {
        DeclaredKind::PositiveVector(_) => (">", "positive"),
        _ => ("≥", "nonnegative"),
    };
    (format!("{} {sign} 0", one.name), kind)
}

/// What is said of matrices: some write `A > 0` of their entries.
pub(super) fn notes(read: &[Declaration]) -> impl Iterator<Item = Note> {
    let note = |one: &Declaration| {
        let name = &one.name;
        let (sign, kind, number) = match &one.kind {
            DeclaredKind::Square(Structure::PositiveDefinite, _) => (">", "positive definite", "positive"),
            DeclaredKind::Square(..) => ("≥", "positive semidefinite", "nonnegative"),
            _ => return None,
        };
        let message = format!("`{name} {sign} 0` is read as {kind}; a number is declared as `{name}: {number}`");
        Some(Note { row: "sign-alone", ..Note::of_value(message) })
    };
    read.iter().filter(|one| one.is_only_sign).filter_map(note)
}
