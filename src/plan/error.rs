//! Why there is no plan, or why it has no value.

use std::fmt;

use crate::codegen::CodeError;
use crate::numeric::EvalError;

/// Why there is no plan, or why it has no value.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanError {
    /// The expression is not one of array operations.
    Code(CodeError),
    /// What is missing, or did not converge.
    Evaluation(EvalError),
    /// An operation that plans do not have.
    Unsupported(&'static str),
    /// A tensor would have more entries than fit.
    TooLarge,
    /// A constant of the expression that is too large or too small for single precision.
    OutOfRange(f64),
    /// Indices count further than the whole numbers of single precision do.
    Counting,
    /// A matrix that is factored is singular.
    Singular,
    /// A matrix is not positive definite though it is declared so.
    NotPositiveDefinite,
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(error) => error.fmt(f),
            Self::Evaluation(error) => error.fmt(f),
            Self::Unsupported(what) => write!(f, "there is no plan for {what}"),
            Self::OutOfRange(value) => {
                let how = if value.abs() < 1.0 { "small" } else { "large" };
                let shown = format!("{value:.5e}").parse().unwrap_or(*value);
                write!(f, "the number {shown:?} is too {how} for single precision")
            }
            Self::Counting => write!(f, "indices count further than single precision does"),
            Self::TooLarge => write!(f, "an array on the way would not fit in memory"),
            Self::Singular => write!(f, "a matrix that is inverted is singular"),
            Self::NotPositiveDefinite => write!(f, "a matrix is not positive definite, as it is declared"),
        }
    }
}

impl std::error::Error for PlanError {}

impl From<CodeError> for PlanError {
    fn from(error: CodeError) -> Self {
        Self::Code(error)
    }
}

impl From<EvalError> for PlanError {
    fn from(error: EvalError) -> Self {
        Self::Evaluation(error)
    }
}
