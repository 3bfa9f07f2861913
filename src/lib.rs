//! Symbolic matrix calculus.

pub mod ad;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod codegen;
pub mod diagnostic;
pub mod differential;
pub mod expr;
pub mod linear;
pub mod numeric;
pub mod render;
pub mod session;
pub mod shape;
pub mod simplify;
pub mod span;
pub mod syntax;
pub mod tensor;
