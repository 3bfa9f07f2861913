//! Operators that are linear in their operand: d L(X) = L(dX).

use super::Context;
use crate::expr::{Arena, ExprId, Node, Shape};
use crate::number::Coeff;

/// d L(X) = L(dX) for a linear operator L.
pub(super) fn map(
    cx: &mut Context<'_>,
    inner: ExprId,
    operator: impl FnOnce(&mut Arena, ExprId) -> ExprId,
) -> Option<ExprId> {
    let differential = cx.of(inner)?;
    Some(operator(cx.arena, differential))
}

/// The differential of a matrix literal, entry by entry.
pub(super) fn literal(cx: &mut Context<'_>, shape: Shape, entries: &[ExprId]) -> Option<ExprId> {
    let zero = cx.arena.number(Coeff::ZERO);
    let entries: Vec<ExprId> = entries.iter().map(|entry| cx.of(*entry).unwrap_or(zero)).collect();
    Some(cx.arena.intern(Node::Literal(shape, entries.into())))
}
