//! Why a program has no value.

use std::fmt;

use crate::numeric::EvalError;

/// Why a program has no value.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// An operation on arrays whose lengths do not fit, or at a position that is not there: Python would raise an error.
    Lengths,
    /// What is missing or takes too long.
    Evaluation(EvalError),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lengths => write!(f, "the lengths of two arrays do not fit"),
            Self::Evaluation(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Fault {}

impl From<EvalError> for Fault {
    fn from(error: EvalError) -> Self {
        Self::Evaluation(error)
    }
}
