//! What is known of a part of a function, and why.

use crate::expr::{ExprId, SymbolId};
use crate::positivity::{Curvature, Line};

/// Why a part is convex or concave.
#[derive(Clone, Debug, Default)]
pub(super) struct Why {
    pub(super) because: &'static str,
    /// Parts that the reason stands on, with what they are.
    pub(super) parts: Vec<(ExprId, Curvature)>,
    /// Symmetric matrices that it stands on, with what they are in the order of positive semidefinite matrices.
    pub(super) matrices: Vec<(ExprId, Curvature)>,
    /// Lines that the reason stands on.
    pub(super) lines: Vec<Line>,
}

/// What is known of a part.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) convex: Option<Why>,
    pub(super) concave: Option<Why>,
}

impl Found {
    pub(super) fn affine() -> Self {
        Self { convex: Some(Why::default()), concave: Some(Why::default()) }
    }

    pub(super) fn is_affine(&self) -> bool {
        self.convex.is_some() && self.concave.is_some()
    }

    /// Why it is this; nothing is said of what is affine by itself.
    pub(super) fn why(self, kind: Curvature) -> Option<Why> {
        match kind {
            Curvature::Convex => self.convex,
            Curvature::Concave => self.concave,
            Curvature::Affine => None,
        }
    }

    pub(super) fn flipped(self) -> Self {
        Self { convex: self.concave, concave: self.convex }
    }
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The part itself.
    Part,
    /// Any eigenvalue of the part.
    Eigenvalue,
}

/// A number that stands for a part, for any of its entries, or for any of its eigenvalues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StandInFor {
    pub(super) part: ExprId,
    pub(super) symbol: SymbolId,
    pub(super) role: Role,
    /// Whether it changes with the variables.
    pub(super) varies: bool,
}
