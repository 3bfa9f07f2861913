//! Derivatives of more than two axes as NumPy arrays: from their Kronecker matrix, or of any order from the differential.

use super::{CodeError, numpy};
use crate::expr::{Arena, Dim, ExprId, Shape, SymbolId};

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

fn axes(shape: Shape) -> Vec<Dim> {
    [shape.rows, shape.cols].into_iter().filter(|dim| !dim.is_one()).collect()
}

/// The array of an expression that is linear in each of the differentials: its own axes, then those of each differential in turn. The
/// expression is evaluated for every unit matrix in place of every differential.
///
/// # Errors
/// As [`numpy`].
pub fn numpy_multilinear(
    arena: &mut Arena,
    expr: ExprId,
    differentials: &[(SymbolId, u32)],
) -> Result<String, CodeError> {
    let (mut loops, mut sizes) = (String::new(), Vec::new());
    for (symbol, slot) in differentials {
        let differential = arena.differential(*symbol, *slot);
        let name = numpy(arena, differential)?;
        let of = axes(arena.shape(differential));
        let mut lengths = Vec::new();
        for dim in &of {
            let size = arena.size(*dim);
            lengths.push(numpy(arena, size)?);
        }
        let units = match lengths.as_slice() {
            [] => "(1.0,)".to_owned(),
            [n] => format!("np.eye({n})"),
            _ => format!("np.eye({}).reshape(-1, {})", lengths.join("*"), lengths.join(", ")),
        };
        loops.push_str(&format!(" for {name} in {units}"));
        sizes.extend(lengths);
    }
    let own = axes(arena.shape(expr));
    let (first, count) = (sizes.len(), own.len());
    for dim in &own {
        let size = arena.size(*dim);
        sizes.push(numpy(arena, size)?);
    }
    let code = format!("np.array([{}{loops}], dtype=float)", numpy(arena, expr)?);
    let shape = if sizes.is_empty() { "()".to_owned() } else { sizes.join(", ") };
    let code = format!("{code}.reshape({shape})");
    if count == 0 || first == 0 {
        return Ok(code);
    }
    let order: Vec<String> = (first..first + count).chain(0..first).map(|axis| axis.to_string()).collect();
    Ok(format!("{code}.transpose({})", order.join(", ")))
}
