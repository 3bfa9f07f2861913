//! Scalars, vectors and matrices, as readers of an answer distinguish them.

use std::fmt;

use crate::expr::{Arena, Shape};
use crate::render::{Format, render_shape};

/// A scalar, a vector or a matrix. `Display` gives the word that declares one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Scalar,
    /// A column.
    Vector,
    /// A row or a matrix.
    Matrix,
}

impl Kind {
    /// What is of this shape.
    #[must_use]
    pub fn of(shape: Shape) -> Self {
        match shape {
            shape if shape.is_scalar() => Self::Scalar,
            shape if shape.is_column() => Self::Vector,
            _ => Self::Matrix,
        }
    }

    /// What a value of so many rows and columns is.
    #[must_use]
    pub fn of_value(shape: (usize, usize)) -> Self {
        match shape {
            (1, 1) => Self::Scalar,
            (_, 1) => Self::Vector,
            _ => Self::Matrix,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scalar => "scalar",
            Self::Vector => "vector",
            Self::Matrix => "matrix",
        })
    }
}

/// What a result is, and the set that it lies in. `Display` says it in words: `a vector in ℝⁿ`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultKind {
    /// A scalar, a vector or a matrix.
    pub kind: Kind,
    /// `ℝᵐˣⁿ`
    pub set: String,
}

impl ResultKind {
    /// What is of this shape.
    pub(super) fn of(arena: &Arena, shape: Shape) -> Self {
        Self { kind: Kind::of(shape), set: render_shape(arena, shape, Format::Unicode) }
    }
}

impl fmt::Display for ResultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Scalar => f.write_str("a scalar"),
            Kind::Vector | Kind::Matrix => write!(f, "a {} in {}", self.kind, self.set),
        }
    }
}
