//! What is read off one eigenvalue or singular value of a matrix.

/// What is read off one eigenvalue or singular value, by its place in falling order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ranked {
    /// λₖ of a symmetric matrix (scalar).
    Eigenvalue,
    /// Unit eigenvector of λₖ of a symmetric matrix (vector, sign arbitrary).
    Eigenvector,
    /// σₖ (scalar).
    SingularValue,
    /// Left singular vector of σₖ (length: rows). Its sign is tied to `RightVector`.
    LeftVector,
    /// Right singular vector of σₖ (length: columns).
    RightVector,
}

impl Ranked {
    /// Whether it is of a symmetric matrix.
    #[must_use]
    pub fn is_of_symmetric(self) -> bool {
        matches!(self, Self::Eigenvalue | Self::Eigenvector)
    }
}
