//! Symbols: what the names of the input stand for.

use super::dim::{Dim, Shape};
use super::node::{ExprId, SymbolId};
pub use crate::syntax::Structure;

/// What a symbol is besides its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    /// A scalar, vector or matrix.
    Plain,
    /// A scalar > 0.
    Positive,
    /// A whole number from 1 on.
    Integer,
    /// A probability vector: entries not below 0, of sum 1.
    Simplex,
    /// A vector with entries −1 and 1.
    Signs,
    /// A differentiable function applied entry by entry.
    Function,
    /// A differentiable primary function of square matrices.
    MatrixFunction,
    /// A family of that many vectors or matrices, each of the symbol's shape.
    Family(Dim),
}

/// A named symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Base and subscript: `x`, `x_1`, `θ_max`; Greek as Unicode letters.
    pub name: String,
    /// Shape (of one member, for a family).
    pub shape: Shape,
    /// Kind.
    pub kind: SymbolKind,
    /// Structure of a square matrix.
    pub structure: Structure,
    /// Whether the user declared it (else it was guessed).
    pub declared: bool,
}

/// A part of a variable: a member of a family, or an entry of a vector or matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The family, vector or matrix.
    pub symbol: SymbolId,
    /// Which member, or the row and, of a matrix, the column of the entry: numbers and free indices.
    pub at: Vec<ExprId>,
    /// The member or entry itself.
    pub expr: ExprId,
    /// What must not be below 0 for its derivative to be the one that was found: k − 2 where that is another at the first place.
    pub within: Vec<ExprId>,
}
