//! Local derivatives: ∂v/∂u of a node by each of its operands.

use super::bars::reused;
use super::pull::{of_member, pull};
use super::rows::{NoRow, without_letters};
use super::tape::{Node, Tape};
use crate::expr::{Arena, ExprId, StandIn, SymbolId};
use crate::linear;
use crate::simplify::simplify;

/// What a local derivative is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalKind {
    /// Of a number: it has the shape of the operand.
    Gradient,
    /// Of a vector by a vector or a number: output rows by operand columns.
    Jacobian,
    /// What the cotangent becomes, where the derivative is no matrix.
    Map,
}

/// The derivative of a node by one of its operands.
#[derive(Clone, Copy, Debug)]
pub struct Local {
    /// The operand.
    pub of: SymbolId,
    /// What it is.
    pub kind: LocalKind,
    /// As it is printed.
    pub shown: ExprId,
    /// The same without primed letters, where that is another expression.
    pub exact: Option<ExprId>,
}

/// The derivatives of a node by its operands that depend on what is differentiated by.
///
/// # Errors
/// An operator without a row.
pub fn locals(arena: &mut Arena, tape: &Tape, node: &Node) -> Result<Vec<Local>, NoRow> {
    let (Some(formula), Some(normal)) = (node.formula, node.normal) else { return Ok(Vec::new()) };
    let shape = arena.shape(formula);
    let active = tape.active();
    let mut found = Vec::new();
    let whole = if shape.is_scalar() { arena.one() } else { arena.differential(node.symbol, 0) };
    let bar = arena.stand_in(StandIn::Adjoint(node.symbol));
    let bar = arena.symbol_expr(bar);
    for (of, part) in pull(arena, formula, whole, &active)? {
        let part = match tape.part(of) {
            Some(member) => of_member(arena, &[part], member)?,
            None => part,
        };
        let (kind, derivative) = if shape.is_scalar() {
            (LocalKind::Gradient, Some(part))
        } else if tape.part(of).is_none()
            && shape.is_column()
            && (arena.symbol(of).shape.is_column() || arena.symbol(of).shape.is_scalar())
        {
            let matrix = linear::matrix(arena, part, node.symbol, 0).ok();
            (LocalKind::Jacobian, matrix.map(|matrix| arena.transpose(matrix)))
        } else {
            (LocalKind::Map, None)
        };
        let (kind, shown) = match derivative {
            Some(derivative) => (kind, derivative),
            None => {
                let mut map = rustc_hash::FxHashMap::default();
                map.insert(whole, bar);
                (LocalKind::Map, arena.rewrite(part, &mut map))
            }
        };
        let shown = simplify(arena, shown);
        let name = arena.symbol_expr(node.symbol);
        let exact = without_letters(arena, shown, Some((normal, name)));
        let exact = reused(arena, exact, normal, node.symbol);
        let is_other = exact != shown;
        let shown = reused(arena, shown, normal, node.symbol);
        found.push(Local { of, kind, shown, exact: (is_other && exact != shown).then_some(exact) });
    }
    Ok(found)
}
