//! Derivatives of more than two axes as NumPy arrays, from their Kronecker matrix.

use super::{CodeError, numpy};
use crate::expr::{Arena, Dim, ExprId, Shape};

/// The array ∂F/∂X with the axes of F followed by those of X, from the matrix M with vec(dF) = M vec(dX).
///
/// vec stacks columns, so the rows of M are the axes of F in reversed order, and its columns those of X.
///
/// # Errors
/// As [`numpy`].
pub fn numpy_tensor(arena: &mut Arena, matrix: ExprId, output: Shape, variable: Shape) -> Result<String, CodeError> {
    let code = numpy(arena, matrix)?;
    if !output.is_matrix() && !variable.is_matrix() {
        return Ok(code);
    }
    let axes =
        |shape: Shape| -> Vec<Dim> { [shape.rows, shape.cols].into_iter().filter(|dim| !dim.is_one()).collect() };
    let (out, of) = (axes(output), axes(variable));
    let mut sizes = Vec::new();
    for dim in out.iter().rev().chain(of.iter().rev()) {
        let size = arena.size(*dim);
        sizes.push(numpy(arena, size)?);
    }
    // Each group is reversed back.
    let order: Vec<String> =
        (0..out.len()).rev().chain((out.len()..out.len() + of.len()).rev()).map(|axis| axis.to_string()).collect();
    Ok(format!("({code}).reshape({}).transpose({})", sizes.join(", "), order.join(", ")))
}
