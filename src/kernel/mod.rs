//! Numeric kernels over slices: products, factorizations, elementwise functions, broadcasting and reductions.
//!
//! Everything is generic over [`Real`], that is, `f64` and `f32`. Arrays are row-major: the last axis runs fastest. The room knows
//! nothing of expressions, allocates only what a result or a factorization needs, and asserts that lengths fit.

mod binary;
mod dense;
mod elementary;
mod error;
mod factor;
mod gemv;
mod inverse;
mod linear;
mod product;
mod real;
mod reduce;
mod short;
mod simd;
mod symmetric;
#[cfg(test)]
mod testing;
mod trigonometric;
mod unary;
mod vector;

pub use binary::{Binary, broadcast, of_scalar, with_scalar, zip};
pub use error::{NotConverged, NotPositiveDefinite};
pub use factor::{Cholesky, Lu, Svd, SymmetricEigen, Triangular};
pub use gemv::{gemv, gemv_pair};
pub use linear::{add_scaled, affine, combine, multiply_add, scale};
pub use product::{gemm, gemm_batched};
pub use real::Real;
pub use reduce::{Reduction, arg_max, reduce, reduce_axis};
pub use short::{Instruction, Multiplier, Short, Start, run_short};
pub use symmetric::{gemm_symmetric, gram};
pub use unary::{Unary, map, map_in_place, map_with};
pub use vector::{dot, rank_one};
