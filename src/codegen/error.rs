//! Why an expression has no code.

use std::fmt;

/// Why an expression has no code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeError {
    /// No double is near this number.
    Number(String),
    /// A differential that is not worked out has no value.
    Pending,
    /// A comparison of two values that round differently.
    Comparison,
    /// The written-out code would be longer than this many bytes.
    TooLong(usize),
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number} is beyond the range of doubles, so there is no code"),
            Self::Pending => write!(f, "a differential that is not worked out has no code"),
            Self::Comparison => write!(
                f,
                "there is no code: it would compare a largest or smallest entry with a value that rounds differently"
            ),
            Self::TooLong(limit) => write!(f, "the code would be longer than {limit} bytes"),
        }
    }
}

impl std::error::Error for CodeError {}
