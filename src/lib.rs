//! Symbolic matrix calculus.

pub mod codegen;
pub mod diagnostic;
pub mod expr;
pub mod render;
pub mod span;
pub mod syntax;
