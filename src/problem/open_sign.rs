//! `A > 0` and `x > 0` say no kind: it is the one that the name has in the text without that, and the sign is that of a number, of every
//! entry of a vector, or of a definite matrix.

use super::Problem;
use super::note::Note;
use crate::expr::{Dim, SymbolKind};
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
