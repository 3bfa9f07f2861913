//! Whether a value is what its symbol is declared to be.

use super::SharedMatrix;
use nalgebra::DMatrix;

use crate::expr::{Symbol, SymbolKind};
use crate::kernel::{Cholesky, SymmetricEigen};
use crate::structure::Structure;

/// Rounding that a value may bring along, relative to its largest entry.
const SLACK: f64 = 1e-9;

/// What a value of the right shape lacks of what its symbol is declared to be, as half a sentence; nothing where it fits.
#[must_use]
pub fn missing(symbol: &Symbol, value: &SharedMatrix<f64>) -> Option<&'static str> {
    let fits = match symbol.kind {
        SymbolKind::Positive => value.numbers().all(|entry| entry > 0.0),
        SymbolKind::Nonnegative => value.numbers().all(|entry| entry >= 0.0),
        SymbolKind::Integer => value.numbers().all(|entry| entry >= 1.0 && entry.fract() == 0.0),
        SymbolKind::Simplex => {
            value.numbers().all(|entry| entry >= 0.0) && (value.numbers().sum::<f64>() - 1.0).abs() <= SLACK
        }
        SymbolKind::Signs => value.numbers().all(|entry| entry.abs() == 1.0),
        SymbolKind::Binary => value.numbers().all(|entry| [0.0, 1.0].contains(&entry)),
        SymbolKind::Plain
        | SymbolKind::Function
        | SymbolKind::MatrixFunction
        | SymbolKind::Map(_)
        | SymbolKind::Family(_) => {
            let has_any = symbol.structure == Structure::General;
            return if has_any { None } else { lacks_structure(symbol.structure, value) };
        }
    };
    let what = match symbol.kind {
        SymbolKind::Positive => "positive",
        SymbolKind::Nonnegative => "nonnegative",
        SymbolKind::Integer => "a positive integer",
        SymbolKind::Binary if symbol.shape.is_scalar() => "0 or 1",
        SymbolKind::Binary => "an array of 0 and 1",
        SymbolKind::Simplex => "a probability vector: nonnegative entries of sum 1",
        _ => "a vector of −1 and 1",
    };
    (!fits).then_some(what)
}

/// What a square matrix lacks of a structure, as half a sentence; nothing where it has it.
#[must_use]
pub fn lacks_structure(structure: Structure, x: &DMatrix<f64>) -> Option<&'static str> {
    if !x.is_square() {
        return None;
    }
    let slack = SLACK * x.amax();
    let is_symmetric = || (x - x.transpose()).amax() <= slack;
    match structure {
        Structure::General => None,
        Structure::Symmetric => (!is_symmetric()).then_some("symmetric"),
        Structure::PositiveDefinite => {
            let definite = is_symmetric() && Cholesky::new(x.nrows(), x.as_slice().to_vec()).is_ok();
            (!definite).then_some("symmetric and positive definite")
        }
        Structure::PositiveSemidefinite => {
            let values = SymmetricEigen::values(x.nrows(), x.as_slice()).unwrap_or_default();
            let semidefinite = is_symmetric() && values.first().is_some_and(|least| *least >= -slack);
            (!semidefinite).then_some("symmetric and positive semidefinite")
        }
        Structure::Skew => ((x + x.transpose()).amax() > slack).then_some("skew-symmetric"),
        Structure::Diagonal => ((x - DMatrix::from_diagonal(&x.diagonal())).amax() > slack).then_some("diagonal"),
        Structure::Orthogonal => {
            let identity = DMatrix::identity(x.nrows(), x.nrows());
            ((x.transpose() * x - identity).amax() > SLACK).then_some("orthogonal")
        }
        Structure::Lower => ((x - x.lower_triangle()).amax() > slack).then_some("lower triangular"),
        Structure::Upper => ((x - x.upper_triangle()).amax() > slack).then_some("upper triangular"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_are_seen() {
        let x = |entries: [f64; 4]| DMatrix::from_row_slice(2, 2, &entries);
        let fits = |structure, entries| lacks_structure(structure, &x(entries)).is_none();
        assert!(fits(Structure::Symmetric, [1.0, 2.0, 2.0, 1.0]) && !fits(Structure::Symmetric, [1.0, 2.0, 3.0, 1.0]));
        assert!(!fits(Structure::PositiveDefinite, [1.0, 2.0, 2.0, 1.0]));
        assert!(fits(Structure::PositiveDefinite, [2.0, 1.0, 1.0, 1.0]));
        assert!(fits(Structure::PositiveSemidefinite, [1.0, 1.0, 1.0, 1.0]));
        assert!(fits(Structure::Skew, [0.0, 1.0, -1.0, 0.0]) && !fits(Structure::Skew, [1.0, 1.0, -1.0, 0.0]));
        assert!(fits(Structure::Lower, [1.0, 0.0, 2.0, 3.0]) && !fits(Structure::Upper, [1.0, 0.0, 2.0, 3.0]));
        assert!(
            fits(Structure::Orthogonal, [0.6, -0.8, 0.8, 0.6]) && !fits(Structure::Orthogonal, [1.0, 0.0, 0.0, 2.0])
        );
        assert!(fits(Structure::Diagonal, [1.0, 0.0, 0.0, 2.0]) && !fits(Structure::Diagonal, [1.0, 1.0, 0.0, 2.0]));
    }
}
