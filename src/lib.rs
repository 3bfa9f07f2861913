//! Symbolic matrix calculus.

pub mod ad;
pub mod check;
pub mod codegen;
pub mod diagnostic;
pub mod differential;
pub mod expr;
pub mod linear;
pub mod numeric;
pub mod render;
pub mod simplify;
pub mod span;
pub mod syntax;
