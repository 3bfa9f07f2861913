//! Symbols: what the names of the input stand for.

use super::dim::{Dim, Shape};
pub use crate::syntax::Structure;

/// What a symbol is besides its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    /// A scalar, vector or matrix.
    Plain,
    /// A scalar > 0, or a vector of entries > 0.
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
