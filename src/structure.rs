//! Structures that a square matrix is declared with.

/// Structure of a square matrix as it is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Structure {
    /// No structure.
    #[default]
    General,
    /// Xᵀ = X
    Symmetric,
    /// Symmetric positive definite.
    PositiveDefinite,
    /// Symmetric positive semidefinite.
    PositiveSemidefinite,
    /// Xᵀ = −X
    Skew,
    /// Diagonal.
    Diagonal,
    /// XᵀX = I
    Orthogonal,
    /// Lower triangular.
    Lower,
    /// Upper triangular.
    Upper,
}

impl Structure {
    /// Whether Xᵀ = X.
    #[must_use]
    pub fn is_symmetric(self) -> bool {
        matches!(self, Self::Symmetric | Self::PositiveDefinite | Self::PositiveSemidefinite | Self::Diagonal)
    }
}
