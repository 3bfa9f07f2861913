//! Stage 7b: expressions as code in the array languages.
//!
//! An expression is lowered to a graph of array operations ([`Program`]), which is spelled in a language and can be evaluated in doubles,
//! operation by operation: so that what is printed is what was checked.
//!
//! Array conventions: scalars are floats, vectors and rows 1-D arrays, matrices 2-D arrays, a family an
//! array with its index first. A result is one expression.

mod axes;
mod error;
mod evaluate;
pub(crate) mod identifier;
mod lower;
mod number;
mod numpy;
mod tensor;
#[cfg(test)]
mod tests;
mod tree;
mod varying;

pub use error::CodeError;
pub use evaluate::{Fault, NdArray, evaluate};
pub(crate) use evaluate::{kernel, product};
pub use lower::typical::half_lengths;
pub use lower::{lower, lower_for_plan};
pub use numpy::spell;
pub use tensor::{Layout, laid_out, lower_as, value_as};
pub use tree::{Array, ArrayId, Binary, Loop, Program, Range, Unary, Units, axes, symbol_axes};

use crate::expr::{Arena, ExprId, Shape, SymbolId};

/// Writes an expression as one expression of Python with NumPy.
///
/// # Errors
/// What cannot be lowered; where the code would be too long.
pub fn numpy(arena: &Arena, id: ExprId) -> Result<String, CodeError> {
    spell(arena, &lower(arena, id)?)
}

/// The array of a derivative from its Kronecker matrix, [`Layout::Tensor`], in NumPy.
///
/// # Errors
/// As [`numpy`].
pub fn numpy_tensor(arena: &Arena, matrix: ExprId, output: Shape, variable: Shape) -> Result<String, CodeError> {
    spell(arena, &lower_as(arena, matrix, &Layout::Tensor { output, variable })?)
}

/// The array of an expression that is linear in differentials, [`Layout::Multilinear`], in NumPy.
///
/// # Errors
/// As [`numpy`].
pub fn numpy_multilinear(arena: &Arena, expr: ExprId, differentials: &[(SymbolId, u32)]) -> Result<String, CodeError> {
    spell(arena, &lower_as(arena, expr, &Layout::Multilinear(differentials.to_vec()))?)
}

/// The names of the sizes that the code needs and that no array has.
#[must_use]
pub fn numpy_sizes(arena: &Arena, program: &Program) -> Vec<String> {
    numpy::sizes(arena, program)
}
