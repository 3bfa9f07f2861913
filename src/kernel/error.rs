//! Why a matrix has no factorization.

use std::fmt;

/// A matrix is not positive definite: the leading minor of so many rows is not above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotPositiveDefinite {
    /// The row, from 1 on.
    pub row: usize,
}

impl fmt::Display for NotPositiveDefinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the matrix is not positive definite: its pivot in row {} is not above 0", self.row)
    }
}

impl std::error::Error for NotPositiveDefinite {}

/// An iteration did not end, or an entry is not finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotConverged;

impl fmt::Display for NotConverged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the iteration did not converge, or an entry is not finite")
    }
}

impl std::error::Error for NotConverged {}
