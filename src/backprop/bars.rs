//! The backward pass: v̄ of every node in those of the nodes that use it.

use rustc_hash::FxHashMap;

use super::pull::{of_member, pull};
use super::rows::{NoRow, without_letters};
use super::tape::Tape;
use crate::expr::{Arena, ExprId, Node as Operator, StandIn, SymbolId};
use crate::number::Coeff;
use crate::simplify::simplify;

/// The cotangent of a node.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// Its name, v̄.
    pub symbol: SymbolId,
    /// What it is in those of later nodes, as it is printed.
    pub shown: ExprId,
    /// The same without primed letters.
    pub exact: ExprId,
}

/// The cotangents of the nodes that depend on what is differentiated by; of the others none. That of the result is 1.
///
/// # Errors
/// An operator without a row.
pub fn backward(arena: &mut Arena, tape: &Tape) -> Result<Vec<Option<Bar>>, NoRow> {
    let active = tape.active();
    let mut parts: FxHashMap<SymbolId, Vec<ExprId>> = FxHashMap::default();
    let mut bars: Vec<Option<Bar>> = vec![None; tape.nodes.len()];
    for (place, node) in tape.nodes.iter().enumerate().rev() {
        if !node.is_active {
            continue;
        }
        let symbol = arena.stand_in(StandIn::Adjoint(node.symbol));
        let shown = if place + 1 == tape.nodes.len() {
            arena.one()
        } else {
            let mut terms = parts.remove(&node.symbol).unwrap_or_default();
            // Those of the nodes that come first are written first.
            terms.reverse();
            match &node.part {
                Some(member) => {
                    let bar = of_member(arena, &terms, member)?;
                    simplify(arena, bar)
                }
                None => written_sum(arena, &terms, node.symbol),
            }
        };
        bars[place] = Some(Bar { symbol, shown, exact: without_letters(arena, shown, None) });
        let (Some(formula), Some(normal)) = (node.formula, node.normal) else { continue };
        let bar = arena.symbol_expr(symbol);
        for (operand, part) in pull(arena, formula, bar, &active)? {
            let part = if tape.part(operand).is_some() { part } else { simplify(arena, part) };
            let part = reused(arena, part, normal, node.symbol);
            parts.entry(operand).or_default().push(part);
        }
    }
    Ok(bars)
}

/// The sum with its terms in this order.
fn written_sum(arena: &mut Arena, terms: &[ExprId], symbol: SymbolId) -> ExprId {
    let shape = arena.symbol(symbol).shape;
    match terms {
        [] => arena.zero(shape),
        [only] => *only,
        _ => {
            let sum = arena.intern(Operator::Add(terms.iter().map(|term| (Coeff::ONE, *term)).collect()));
            arena.normalize_written(sum)
        }
    }
}

/// An expression in which the value of a node, or its transpose, is its name: σ(z)(1 − σ(z)) as y(1 − y) of y = σ(z).
pub(super) fn reused(arena: &mut Arena, expr: ExprId, value: ExprId, name: SymbolId) -> ExprId {
    if arena.node(value).children().is_empty() {
        return expr;
    }
    let mut map = FxHashMap::default();
    let name = arena.symbol_expr(name);
    map.insert(value, name);
    // X⁻ᵀ is Mᵀ of M = X⁻¹.
    let [turned, its] = [value, name].map(|one| arena.transpose(one));
    map.insert(turned, its);
    arena.rewrite(expr, &mut map)
}
