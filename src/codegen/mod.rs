//! Stage 7b: expressions as code in the array languages.
//!
//! Array conventions: scalars are floats, vectors and rows 1-D arrays, matrices 2-D arrays, a family an
//! array with its index first. A result is one expression.

mod array;
mod chain;
mod numpy;
mod size;
mod spectral;
mod tensor;
#[cfg(test)]
mod tests;

pub use numpy::numpy;
pub use tensor::{numpy_multilinear, numpy_tensor};

use std::fmt;

/// Why an expression has no code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeError {
    /// No array of the expression's symbols has this size.
    UnknownSize(String),
    /// A differential that is not worked out has no value.
    Pending,
    /// The written-out code would be longer than this many bytes.
    TooLong(usize),
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownSize(name) => write!(f, "no array has the size `{name}`, so the code cannot know it"),
            Self::Pending => write!(f, "a differential that is not worked out has no code"),
            Self::TooLong(limit) => write!(f, "the code would be longer than {limit} bytes"),
        }
    }
}

impl std::error::Error for CodeError {}
