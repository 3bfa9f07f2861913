//! Numeric kernels over slices: products, factorizations, elementwise functions, broadcasting and reductions.
//!
//! Everything is generic over [`Real`], that is, `f64` and `f32`. Arrays are row-major: the last axis runs fastest. The room knows
//! nothing of expressions, allocates only what a result or a factorization needs, and asserts that lengths fit.

mod binary;
mod dense;
mod elementary;
mod error;
mod factor;
mod product;
mod real;
mod reduce;
mod simd;
#[cfg(test)]
mod testing;
mod trigonometric;
mod unary;

pub use binary::{Binary, add_scaled, broadcast, multiply_add, scale, with_scalar, zip};
pub use error::{NotConverged, NotPositiveDefinite};
pub use factor::{Cholesky, Lu, Svd, SymmetricEigen};
pub use product::{dot, gemm, gemm_batched, gemv, gram, rank_one};
pub use real::Real;
pub use reduce::{Reduction, arg_max, reduce, reduce_axis};
pub use unary::{Unary, map, map_in_place, map_with};
