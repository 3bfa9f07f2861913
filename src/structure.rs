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
    /// The structure of the steps of a matrix of this one: of a definite one they are symmetric, of an orthogonal one tangent vectors, for
    /// which there is no word.
    #[must_use]
    pub(crate) fn of_steps(self) -> Self {
        match self {
            Self::PositiveDefinite | Self::PositiveSemidefinite => Self::Symmetric,
            Self::Orthogonal => Self::General,
            Self::General | Self::Symmetric | Self::Skew | Self::Diagonal | Self::Lower | Self::Upper => self,
        }
    }

    /// Whether Xᵀ = X.
    #[must_use]
    pub fn is_symmetric(self) -> bool {
        matches!(self, Self::Symmetric | Self::PositiveDefinite | Self::PositiveSemidefinite | Self::Diagonal)
    }
}
