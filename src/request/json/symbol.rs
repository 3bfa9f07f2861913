//! The symbols of a document as they were understood.

use serde_json::{Value, json};

use super::formula;
use crate::expr::{Symbol, SymbolId, SymbolKind};
use crate::problem::Problem;
use crate::reading::cost::kind_reason;
use crate::render::{document_name, render_declaration, size_text};
use crate::structure::Structure;

/// The symbols in the order of their first appearance.
pub(super) fn declarations(problem: &Problem) -> Vec<Value> {
    problem.symbols.iter().map(|symbol| declaration(problem, *symbol)).collect()
}

fn declaration(problem: &Problem, id: SymbolId) -> Value {
    let arena = &problem.arena;
    let symbol = arena.symbol(id);
    let count = match symbol.kind {
        SymbolKind::Family(count) => Some(size_text(arena, crate::render::Format::Ascii, count)),
        _ => None,
    };
    let why = problem.reading.kinds.iter().find(|kind| kind.0 == symbol.name).map(|kind| kind.1);
    json!({
        "name": document_name(arena, id),
        "kind": kind(symbol),
        "property": property(symbol),
        "shape": formula::shape(problem, symbol.shape),
        "members": count,
        "declaration": formula::texts(|format| render_declaration(arena, id, format)),
        "declared": symbol.declared,
        "why": { "id": why.map(|row| row.row().id), "text": why.map_or("declared", kind_reason) },
    })
}

fn kind(symbol: &Symbol) -> &'static str {
    match symbol.kind {
        SymbolKind::Function => "function",
        SymbolKind::MatrixFunction => "matrix_function",
        SymbolKind::Map(_) => "map",
        SymbolKind::Family(_) => "family",
        _ if symbol.shape.is_scalar() => "scalar",
        _ if symbol.shape.is_column() => "vector",
        _ => "matrix",
    }
}

/// What is known of a symbol besides its kind.
fn property(symbol: &Symbol) -> Option<&'static str> {
    match symbol.kind {
        SymbolKind::Positive => Some("positive"),
        SymbolKind::Nonnegative => Some("nonnegative"),
        SymbolKind::Integer => Some("integer"),
        SymbolKind::Simplex => Some("simplex"),
        SymbolKind::Signs => Some("signs"),
        SymbolKind::Binary => Some("binary"),
        SymbolKind::Plain
        | SymbolKind::Family(_)
        | SymbolKind::Function
        | SymbolKind::MatrixFunction
        | SymbolKind::Map(_) => structure(symbol.structure),
    }
}

/// The name of a structure; none of a matrix without one.
pub(super) fn structure(structure: Structure) -> Option<&'static str> {
    match structure {
        Structure::General => None,
        Structure::Symmetric => Some("symmetric"),
        Structure::PositiveDefinite => Some("positive_definite"),
        Structure::PositiveSemidefinite => Some("positive_semidefinite"),
        Structure::Skew => Some("skew_symmetric"),
        Structure::Diagonal => Some("diagonal"),
        Structure::Orthogonal => Some("orthogonal"),
        Structure::Lower => Some("lower_triangular"),
        Structure::Upper => Some("upper_triangular"),
    }
}
