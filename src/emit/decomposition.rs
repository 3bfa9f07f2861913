//! Decompositions that several parts are taken from: `U, _, Vt = svd(A)` once, where two calls of it would stand.

use super::code::Code;
use crate::expr::Ranked;
use crate::plan::Matrix;

/// A decomposition of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decomposition {
    /// A = V diag(w) Vᵀ of a symmetric matrix.
    Eigen,
    /// A = U diag(s) Vᵀ
    Singular,
}

impl Decomposition {
    /// The decomposition that an operation reads its value off.
    pub(super) fn of(matrix: Matrix) -> Option<Self> {
        match matrix {
            Matrix::LambdaMax
            | Matrix::LambdaMin
            | Matrix::EigvecMax
            | Matrix::EigvecMin
            | Matrix::Every(Ranked::Eigenvalue | Ranked::Eigenvector) => Some(Self::Eigen),
            Matrix::UMax
            | Matrix::VMax
            | Matrix::NormSpectral
            | Matrix::NormNuclear
            | Matrix::Polar
            | Matrix::Every(Ranked::SingularValue | Ranked::LeftVector | Ranked::RightVector) => Some(Self::Singular),
            _ => None,
        }
    }

    /// Whether an operation needs more than values, which are found without vectors in a part of the time.
    pub(super) fn needs_vectors(matrix: Matrix) -> bool {
        let is_value = matches!(
            matrix,
            Matrix::LambdaMax
                | Matrix::LambdaMin
                | Matrix::NormSpectral
                | Matrix::NormNuclear
                | Matrix::Every(Ranked::Eigenvalue | Ranked::SingularValue)
        );
        Self::of(matrix).is_some() && !is_value
    }
}

/// A line that decomposes a matrix, and the code of what is taken from it.
pub(super) struct Decomposed {
    pub(super) line: String,
    pub(super) parts: Vec<(Matrix, Code)>,
}

impl Decomposed {
    /// The code of each operation.
    pub(super) fn new(line: String, wanted: &[Matrix], part: impl Fn(Matrix) -> Code) -> Self {
        Self { line, parts: wanted.iter().map(|matrix| (*matrix, part(*matrix))).collect() }
    }
}
