//! Symbolic matrix calculus.

pub mod diagnostic;
pub mod differential;
pub mod expr;
pub mod linear;
pub mod simplify;
pub mod span;
pub mod syntax;
