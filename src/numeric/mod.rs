//! Numbers: an expression with concrete sizes and values is evaluated to a matrix.
//!
//! Everything is generic in its [`Scalar`], so that dual numbers pass through the same kernels as `f64` and
//! derivatives come out. Only `linalg.rs` names decompositions of nalgebra. The room knows expressions,
//! and neither derivatives' rules nor printing.

mod bindings;
mod dependence;
pub mod elimination;
mod eval;
pub mod io;
mod kernel;
pub mod linalg;
pub mod matrix_function;
mod product;
pub mod random;
pub mod sample;
mod scalar;

pub use bindings::{Bindings, EvalError};
pub use eval::evaluate;
pub use linalg::Decompose;
pub use nalgebra::DMatrix;
pub use scalar::{Scalar, derivative};
