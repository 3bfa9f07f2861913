//! What a row is given and what it says.

use crate::expr::{ExprId, IndexId};

/// An operator without a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRow {
    /// What it is, for a message.
    pub what: &'static str,
    /// Whether it has no derivative at all.
    pub is_nowhere: bool,
}

impl NoRow {
    /// Of an operator whose derivative is found by the rules alone.
    pub(in super::super) fn of(what: &'static str) -> Self {
        Self { what, is_nowhere: false }
    }

    /// Of an operator that has no derivative.
    pub(in super::super) fn nowhere(what: &'static str) -> Self {
        Self { what, is_nowhere: true }
    }
}

/// The operands and what is added to the cotangent of each.
pub(in super::super) type Parts = Vec<(ExprId, ExprId)>;

/// The value whose cotangent is handed on.
pub(in super::super) struct Row<'a> {
    /// The cotangent of the value.
    pub(in super::super) bar: ExprId,
    /// Whether an operand depends on what is differentiated by.
    pub(in super::super) active: &'a dyn Fn(ExprId) -> bool,
}

impl Row<'_> {
    pub(super) fn is_active(&self, id: ExprId) -> bool {
        (self.active)(id)
    }
}

/// What a value hands on.
pub(in super::super) enum Pulled {
    /// To its operands.
    Operands(Parts),
    /// To the body of a sum over an index: the cotangent of the body, where the index is open.
    Body {
        /// The index with its bounds.
        index: IndexId,
        bounds: [ExprId; 2],
        body: ExprId,
        bar: ExprId,
    },
}
