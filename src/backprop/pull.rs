//! A cotangent taken back through one formula: from its value to the symbols in it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::rows::{NoRow, Pulled, Row, inner, pulled};
use crate::expr::{Arena, BigOp, ExprId, Node, Part, Shape, StandIn, SymbolId, SymbolKind};
use crate::linear::gradient_by_part;

/// What a cotangent of a formula adds to those of these symbols, as far as they occur, in the order in which they do. The formula is as it
/// was written, the cotangents are in normal form. Of a family it is Σ ⟨x̄ᵢ, dxᵢ⟩ over the members that occur, for [`of_member`].
///
/// # Errors
/// An operator without a row.
pub(super) fn pull(
    arena: &mut Arena,
    formula: ExprId,
    bar: ExprId,
    symbols: &FxHashSet<SymbolId>,
) -> Result<Vec<(SymbolId, ExprId)>, NoRow> {
    let order = arena.post_order_without_bodies(formula);
    let mut active: FxHashSet<ExprId> = FxHashSet::default();
    for id in &order {
        let is_active = match arena.node(*id) {
            Node::Symbol(symbol) | Node::Member(symbol, _) => symbols.contains(symbol),
            Node::Indexed { .. } => arena.symbols_in(*id).iter().any(|symbol| symbols.contains(symbol)),
            node => node.children().iter().any(|child| active.contains(child)),
        };
        if is_active {
            active.insert(*id);
        }
    }
    let is_active = |id: ExprId| active.contains(&id);
    let mut waiting: FxHashMap<ExprId, Vec<ExprId>> = FxHashMap::default();
    waiting.insert(formula, vec![bar]);
    let mut found: Vec<(SymbolId, Vec<ExprId>)> = Vec::new();
    let mut add = |symbol: SymbolId, part: ExprId| match found.iter_mut().find(|(known, _)| *known == symbol) {
        Some((_, parts)) => parts.push(part),
        None => found.push((symbol, vec![part])),
    };
    for id in order.iter().rev().copied().filter(|id| is_active(*id)) {
        let Some(terms) = waiting.remove(&id) else { continue };
        let shape = arena.shape(id);
        let bar = arena.sum_of(&terms, shape);
        match *arena.node(id) {
            Node::Symbol(symbol) => {
                add(symbol, bar);
                continue;
            }
            Node::Member(symbol, at) => {
                let differentials = arena.stand_in(StandIn::Differentials(symbol));
                let at = arena.normalize(at);
                let change = arena.member(differentials, at);
                add(symbol, inner(arena, bar, change));
                continue;
            }
            _ => {}
        }
        match pulled(arena, id, &Row { bar, active: &is_active })? {
            Pulled::Operands(parts) => {
                for (operand, part) in parts.into_iter().filter(|(operand, _)| is_active(*operand)) {
                    waiting.entry(operand).or_default().push(part);
                }
            }
            Pulled::Body { index, bounds, body, bar } => {
                let [lower, upper] = bounds.map(|bound| arena.normalize(bound));
                for (symbol, part) in pull(arena, body, bar, symbols)? {
                    add(symbol, arena.indexed(BigOp::Sum, index, lower, upper, part));
                }
            }
        }
    }
    // In the order in which the formula names them.
    let mut parts = Vec::with_capacity(found.len());
    for (symbol, terms) in found {
        let info = arena.symbol(symbol);
        let shape = if matches!(info.kind, SymbolKind::Family(_)) { Shape::SCALAR } else { info.shape };
        parts.push((symbol, arena.sum_of(&terms, shape)));
    }
    let named: Vec<SymbolId> = order
        .iter()
        .filter_map(|id| if let Node::Symbol(symbol) = arena.node(*id) { Some(*symbol) } else { None })
        .collect();
    parts.sort_by_key(|(symbol, _)| named.iter().position(|known| known == symbol));
    Ok(parts)
}

/// The cotangent of a family's member from Σ ⟨x̄ᵢ, dxᵢ⟩.
///
/// # Errors
/// Where it is not the same expression for all members.
pub(super) fn of_member(arena: &mut Arena, parts: &[ExprId], member: &Part) -> Result<ExprId, NoRow> {
    let change = arena.sum_of(parts, Shape::SCALAR);
    match gradient_by_part(arena, change, member) {
        Ok((bar, within)) if within.is_empty() => Ok(bar),
        _ => Err(NoRow::of("a family whose members do not all enter in the same way")),
    }
}
