//! Symbolic matrix calculus.

pub mod diagnostic;
pub mod expr;
pub mod shape;
pub mod span;
pub mod syntax;
