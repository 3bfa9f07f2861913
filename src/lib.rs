//! Symbolic matrix calculus.

pub mod ad;
pub mod check;
pub mod diagnostic;
pub mod expr;
pub mod numeric;
pub mod span;
pub mod syntax;
