//! What a prover shows: signs of the entries of expressions and which symmetric matrices are positive semidefinite, by form, by declarations and by
//! what is assumed of a domain, each answer with the lines that argue for it.
//!
//! What is not shown is not claimed: the answers are "yes" and "not known".

mod argument;
mod cauchy_schwarz;
mod exponential;
mod invertible;
mod minors;
mod pivots;
mod polynomial;
mod polynomial_sign;
mod prover;
mod rational;
mod semidefinite;

pub use argument::{Claim, Curvature, Line, Order, Part};
pub(crate) use prover::Prover;

use crate::expr::{Arena, ExprId};

/// Whether a matrix is positive definite by its form and by declarations.
pub fn is_definite(arena: &mut Arena, id: ExprId) -> bool {
    Prover::new(arena).semidefinite(id, false) == Some(true)
}

/// Whether no entry can be 0, by the form and by declarations.
pub fn is_nonzero(arena: &mut Arena, id: ExprId) -> bool {
    Prover::new(arena).bounds(id).is_nonzero()
}

/// Whether every entry is above 0, by the form and by declarations.
pub fn is_positive(arena: &mut Arena, id: ExprId) -> bool {
    Prover::new(arena).bounds(id).is_positive()
}

/// Whether no entry is below 0, by the form and by declarations.
pub fn is_nonnegative(arena: &mut Arena, id: ExprId) -> bool {
    Prover::new(arena).bounds(id).is_nonnegative()
}
