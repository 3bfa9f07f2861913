//! How the array of a derivative is laid out: as the value of its expression, from its Kronecker matrix, or from its differential.

use nalgebra::DMatrix;

use super::error::CodeError;
use super::evaluate::{Fault, NdArray, evaluate};
use super::lower::{kronecker, length, lower_into};
use super::tree::{Array, ArrayId, Program, axes};
use crate::expr::{Arena, Dim, ExprId, Shape, SymbolId};
use crate::numeric::{Bindings, EvalError};

/// What the array of an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The value of the expression.
    Value,
    /// ∂F/∂X with the axes of F followed by those of X, of the matrix M with vec(dF) = M vec(dX).
    Tensor {
        /// The shape of F.
        output: Shape,
        /// The shape of X.
        variable: Shape,
    },
    /// Of an expression that is linear in each of these differentials: its own axes, then those of each differential in turn.
    Multilinear(Vec<(SymbolId, u32)>),
}

impl Layout {
    /// The differentials whose axes the array has in their place.
    #[must_use]
    pub fn along(&self) -> &[(SymbolId, u32)] {
        match self {
            Self::Value | Self::Tensor { .. } => &[],
            Self::Multilinear(differentials) => differentials,
        }
    }
}

/// The program that computes the array of an expression.
///
/// # Errors
/// As [`super::lower`].
pub fn lower_as(arena: &Arena, expr: ExprId, layout: &Layout) -> Result<Program, CodeError> {
    let mut program = Program::default();
    program.root = lower_into(arena, expr, &mut program)?;
    match layout {
        Layout::Value => {}
        Layout::Tensor { output, variable } => tensor(arena, &mut program, *output, *variable),
        Layout::Multilinear(differentials) => multilinear(arena, &mut program, expr, differentials),
    }
    Ok(program)
}

/// vec stacks columns, so the rows of the matrix are the axes of F in reversed order, and its columns those of X.
fn tensor(arena: &Arena, program: &mut Program, output: Shape, variable: Shape) {
    if !output.is_matrix() && !variable.is_matrix() {
        return;
    }
    let (out, of) = (axes(output), axes(variable));
    let own = lengths(arena, program, out.iter().chain(&of).copied());
    if let Some(array) = kronecker::tensor(arena, program, output, variable, &own) {
        program.root = array;
        return;
    }
    let reversed = out.iter().rev().chain(of.iter().rev()).copied();
    let lengths = lengths(arena, program, reversed);
    let array = program.add(Array::Reshape(program.root, lengths));
    // Each group is reversed back.
    let order = (0..out.len()).rev().chain((out.len()..out.len() + of.len()).rev()).collect();
    program.root = program.add(Array::Axes(array, order));
}

fn lengths(arena: &Arena, program: &mut Program, dims: impl Iterator<Item = Dim>) -> Box<[ArrayId]> {
    dims.map(|dim| length::length(arena, program, &[], dim)).collect()
}

/// The expression is evaluated for every unit matrix in place of every differential.
fn multilinear(arena: &Arena, program: &mut Program, expr: ExprId, differentials: &[(SymbolId, u32)]) {
    let body = program.root;
    let (mut units, mut sizes) = (Vec::new(), Vec::new());
    for (symbol, slot) in differentials {
        let of = axes(arena.symbol(*symbol).shape);
        let of = lengths(arena, program, of.into_iter());
        sizes.extend(of.iter().copied());
        units.push((*symbol, *slot, of));
    }
    let own = lengths(arena, program, axes(arena.shape(expr)).into_iter());
    let (first, count) = (sizes.len(), own.len());
    sizes.extend(own);
    let table = program.add(Array::Tabulate { units: units.into(), body });
    program.root = program.add(Array::Reshape(table, sizes.into()));
    if count > 0 && first > 0 {
        let order = (first..first + count).chain(0..first).collect();
        program.root = program.add(Array::Axes(program.root, order));
    }
}

/// What a program computes at a point, as the value of the expression that it was lowered from; of a multilinear one along the
/// differentials of the point. None where an operation fails, or where the array does not have the axes that it should have.
///
/// # Errors
/// What is missing, or takes too long.
pub fn value_as(
    arena: &Arena,
    expr: ExprId,
    layout: &Layout,
    program: &Program,
    point: &Bindings<f64>,
) -> Result<Option<DMatrix<f64>>, EvalError> {
    let array = match evaluate(arena, program, point) {
        Ok(array) => array,
        Err(Fault::Lengths) => return Ok(None),
        Err(Fault::Evaluation(error)) => return Err(error),
    };
    laid_out(arena, expr, layout, array, point)
}

/// An array that has this layout, as the value of the expression at a point. None where it does not have the axes that it should have.
///
/// # Errors
/// What is missing at the point.
pub fn laid_out(
    arena: &Arena,
    expr: ExprId,
    layout: &Layout,
    array: NdArray,
    point: &Bindings<f64>,
) -> Result<Option<DMatrix<f64>>, EvalError> {
    let (rows, cols) = point.shape(arena, arena.shape(expr))?;
    let sizes = |shape: Shape| axes(shape).into_iter().map(|dim| point.size(arena, dim)).collect::<Result<Vec<_>, _>>();
    let array = match layout {
        Layout::Tensor { output, variable } if output.is_matrix() || variable.is_matrix() => {
            let (out, of) = (sizes(*output)?, sizes(*variable)?);
            if array.lengths != [out.clone(), of.clone()].concat() {
                return Ok(None);
            }
            let order = (0..out.len()).rev().chain((out.len()..out.len() + of.len()).rev()).collect::<Vec<_>>();
            match array.permuted(&order) {
                Ok(matrix) => return Ok(Some(DMatrix::from_row_slice(rows, cols, &matrix.entries))),
                Err(_) => return Ok(None),
            }
        }
        Layout::Value | Layout::Tensor { .. } => array,
        Layout::Multilinear(differentials) => {
            let mut lengths = sizes(arena.shape(expr))?;
            let count = lengths.iter().product::<usize>();
            let mut directions = vec![1.0];
            for (symbol, slot) in differentials {
                lengths.extend(sizes(arena.symbol(*symbol).shape)?);
                let missing = EvalError::UnboundDifferential(*symbol, *slot);
                let direction = point.differentials.get(&(*symbol, *slot)).ok_or(missing)?.transpose();
                directions =
                    directions.iter().flat_map(|left| direction.iter().map(move |right| left * right)).collect();
            }
            if array.lengths != lengths {
                return Ok(None);
            }
            let along =
                |entries: &[f64]| entries.iter().zip(&directions).map(|(entry, direction)| entry * direction).sum();
            let own = sizes(arena.shape(expr))?;
            let entries: Vec<f64> = array.entries.chunks((array.entries.len() / count).max(1)).map(along).collect();
            NdArray { lengths: own, entries }
        }
    };
    let fits = array.lengths == sizes(arena.shape(expr))?;
    Ok(fits.then(|| DMatrix::from_row_slice(rows, cols, &array.entries)))
}
