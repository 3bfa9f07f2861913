//! Numbers: an expression with concrete sizes and values is evaluated to a matrix.
//!
//! Everything is generic in its [`Scalar`], so that dual numbers pass through the same kernels as `f64` and
//! derivatives come out. Only `linalg.rs` names decompositions of nalgebra. The room knows expressions,
//! and neither derivatives' rules nor printing.

mod algebra;
mod ball;
mod ball_function;
mod bindings;
mod declared;
mod dependence;
pub mod elimination;
mod eval;
mod extended;
mod function;
mod gamma;
pub mod io;
mod kernel;
pub mod linalg;
mod map;
pub mod matrix_function;
mod polynomial;
mod precision;
mod product;
pub mod random;
mod residue;
pub mod sample;
mod scalar;
mod shared;
pub(crate) mod spectral;
#[cfg(test)]
pub(crate) mod testing;

pub use algebra::{Algebra, algebra};
pub use ball::Ball;
pub use bindings::{Bindings, DEFAULT_WORK_LIMIT, EvalError, MAX_ENTRIES};
pub use declared::{lacks_structure, missing};
pub use eval::{MAX_NESTING, MAX_TERMS, evaluate, evaluate_each};
pub use extended::Extended;
pub use function::derivative;
pub(crate) use function::{log_norm_cdf, norm_ratio};
pub(crate) use map::test_map_entries;
pub(crate) use matrix_function::frechet;
pub use nalgebra::DMatrix;
pub use precision::Precision;
pub use residue::Residue;
pub use scalar::{Decompose, Scalar};
pub(crate) use scalar::{larger, power_by_squaring};
pub use shared::{SharedMatrix, Symbols};
