//! The data that an oracle keeps.

use nalgebra::DMatrix;

use crate::kernel::Real;
use crate::numeric::Bindings;
use crate::plan::{Inputs, Source, Tensor};

/// The entries of a matrix, row after row.
fn rows<T: Real>(matrix: &DMatrix<f64>) -> Vec<T> {
    matrix.transpose().iter().map(|entry| T::narrow(*entry)).collect()
}

/// The arrays of bindings as plans take them, kept apart from the bindings.
pub(super) fn owned<T: Real>(bindings: &Bindings<f64>) -> Inputs<'static, T> {
    let mut inputs = Inputs::default();
    for (symbol, value) in bindings.symbols.shared() {
        let tensor = if value.is_by_rows() {
            Tensor::shared(value.in_precision())
        } else {
            Tensor::made(vec![value.nrows(), value.ncols()], rows(value))
        };
        inputs.give(Source::Symbol(symbol), tensor);
    }
    for (symbol, members) in &bindings.families {
        let Some(first) = members.first() else { continue };
        let lengths = vec![members.len(), first.nrows(), first.ncols()];
        inputs.give(Source::Symbol(*symbol), Tensor::made(lengths, members.iter().flat_map(rows).collect()));
    }
    inputs
}
