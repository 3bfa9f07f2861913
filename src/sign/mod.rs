//! Signs of expressions by their form and by declarations: bounds of every entry, as interval arithmetic.
//!
//! The normal form asks here whether a factor may leave an absolute value or a root; the prover of `positivity` adds what is assumed of a
//! domain and what is known of semidefinite matrices. What is not shown is not claimed.

mod bounds;
mod form;

pub(crate) use bounds::{Bounds, End};
pub(crate) use form::{Known, by_form};

use rustc_hash::FxHashMap;

use crate::expr::{Arena, ExprId};

/// Distinct expressions that one question of the normal form looks at; it is asked of many, and most answers are near.
const MAX_WORK: usize = 200;

impl Arena {
    /// Whether every entry is known to be above 0 by its form.
    #[must_use]
    pub fn is_positive(&self, id: ExprId) -> bool {
        FormOnly::new(self).bounds(id).is_positive()
    }

    /// Whether no entry can be below 0 by its form.
    #[must_use]
    pub fn is_nonnegative(&self, id: ExprId) -> bool {
        FormOnly::new(self).bounds(id).is_nonnegative()
    }

    /// Whether every entry is known to be below 0 by its form.
    #[must_use]
    pub fn is_negative(&self, id: ExprId) -> bool {
        FormOnly::new(self).bounds(id).is_negative()
    }

    /// Whether no entry can be above 0 by its form.
    #[must_use]
    pub fn is_nonpositive(&self, id: ExprId) -> bool {
        FormOnly::new(self).bounds(id).is_nonpositive()
    }
}

/// Bounds by the form alone.
struct FormOnly<'a> {
    arena: &'a Arena,
    known: FxHashMap<ExprId, Bounds>,
}

impl<'a> FormOnly<'a> {
    fn new(arena: &'a Arena) -> Self {
        Self { arena, known: FxHashMap::default() }
    }
}

impl Known for FormOnly<'_> {
    fn arena(&self) -> &Arena {
        self.arena
    }

    fn bounds(&mut self, id: ExprId) -> Bounds {
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        if self.known.len() >= MAX_WORK {
            return Bounds::ANY;
        }
        self.known.insert(id, Bounds::ANY);
        let found = by_form(self, id);
        self.known.insert(id, found.clone());
        found
    }
}
