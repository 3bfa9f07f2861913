//! Expressions with named parts, and from which sizes on parts are named.

use crate::expr::{Arena, ExprId, SymbolId};
use crate::simplify::Costs;

/// From which sizes on parts are named, in symbols of the printed form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Expressions of up to this many symbols are written out.
    pub length: u64,
    /// A part saves at least this many symbols, its own definition counted.
    pub saving: u64,
}

impl Limits {
    /// Every part is named that makes the whole shorter.
    pub const ALWAYS: Self = Self { length: 0, saving: 1 };
    /// No part is named.
    pub const NEVER: Self = Self { length: u64::MAX, saving: u64::MAX };
}

impl Default for Limits {
    /// Long expressions have their parts named.
    fn default() -> Self {
        Self { length: 60, saving: 5 }
    }
}

/// Expressions with named parts.
#[derive(Clone, Debug)]
pub struct Named {
    /// The arena, with a symbol for each part.
    pub arena: Arena,
    /// The expressions in the order they were given.
    pub roots: Vec<ExprId>,
    /// The parts and what they stand for, each using only those before it.
    pub parts: Vec<(SymbolId, ExprId)>,
}

impl Named {
    /// The symbols of each expression and of each definition.
    pub(super) fn lengths(&self) -> impl Iterator<Item = u64> {
        let mut costs = Costs::default();
        let all = self.roots.iter().chain(self.parts.iter().map(|(_, part)| part));
        all.map(move |expr| costs.of(&self.arena, *expr))
    }

    /// The symbols of all that is printed, a sign for each definition among them.
    pub(super) fn length(&self) -> u64 {
        self.lengths().fold(self.parts.len() as u64, u64::saturating_add)
    }
}
