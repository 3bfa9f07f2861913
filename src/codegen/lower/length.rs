//! Sizes, read off the arrays' shapes.

use rustc_hash::FxHashSet;

use super::super::tree::{Array, ArrayId, Program, symbol_axes};
use crate::expr::{Arena, Dim, ExprId, Node, SizeTerm, Symbol, SymbolId, SymbolKind};

/// The symbols of an expression, in the order they were added.
pub(super) fn symbols_used(arena: &Arena, order: &[ExprId]) -> Vec<SymbolId> {
    let mut used = FxHashSet::default();
    for id in order {
        if let Node::Symbol(symbol) | Node::Member(symbol, _) = arena.node(*id) {
            used.insert(*symbol);
        }
    }
    arena.symbols().map(|(id, _)| id).filter(|id| used.contains(id)).collect()
}

/// A symbol and axis that has the size: of the symbols used first, then of all others that have a name.
fn axis(arena: &Arena, used: &[SymbolId], dim: Dim) -> Option<Array> {
    let is_other =
        |id: SymbolId, symbol: &Symbol| !used.contains(&id) && !symbol.name.is_empty() && !arena.has_no_array(id);
    let others = arena.symbols().filter(|(id, symbol)| is_other(*id, symbol)).map(|(id, _)| id);
    used.iter().copied().chain(others).find_map(|id| {
        let kind = arena.symbol(id).kind;
        if kind == SymbolKind::Integer || kind.is_function() {
            return None;
        }
        let place = symbol_axes(arena, id).iter().position(|axis| *axis == dim)?;
        Some(Array::Length(id, place))
    })
}

/// A size as an operation. A named size that no array has is a number of its own.
pub(crate) fn length(arena: &Arena, program: &mut Program, used: &[SymbolId], dim: Dim) -> ArrayId {
    if !matches!(dim, Dim::Known(_))
        && let Some(found) = axis(arena, used, dim)
    {
        return program.add(found);
    }
    of_terms(arena, program, used, &arena.size_terms(dim))
}

/// A sum of terms of sizes as an operation.
pub(crate) fn of_terms(arena: &Arena, program: &mut Program, used: &[SymbolId], terms: &[SizeTerm]) -> ArrayId {
    let mut sum = Vec::new();
    for (value, names) in terms {
        let mut factors = Vec::new();
        if value.unsigned_abs() != 1 || names.is_empty() {
            factors.push(program.integer(value.saturating_abs()));
        }
        for place in names {
            let found = axis(arena, used, Dim::Named(*place)).unwrap_or(Array::Size(*place));
            factors.push(program.add(found));
        }
        sum.push((*value < 0, program.product(&factors)));
    }
    program.difference(sum)
}
