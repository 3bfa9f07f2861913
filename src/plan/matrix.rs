//! Operations on matrices: a row for each.

use super::node::Bits;
use crate::expr::{MatrixFunction, Ranked};

/// Below this the pseudo-inverses of array languages take a singular value for 0 by themselves.
const USUAL_CUTOFF: f64 = 1e-14;

/// Operations on the matrices of the last two axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Matrix {
    /// X with AX = B, or AᵀX = B. B has the last two axes, too.
    Solve {
        /// Whether A is transposed.
        transposed: bool,
    },
    /// A⁻¹
    Inverse,
    /// det A
    Det,
    /// log det A; no number where the determinant is negative
    LogDet,
    /// A⁺; singular values below this times the largest are 0.
    Pinv(Bits),
    /// Aᵏ
    IntegerPower(i64),
    /// Aᵖ
    Power,
    /// f(A)
    Function(MatrixFunction),
    /// The Fréchet derivative of f at A along directions.
    Frechet(MatrixFunction),
    /// The largest eigenvalue of a symmetric matrix.
    LambdaMax,
    /// The smallest.
    LambdaMin,
    /// The unit eigenvector of the largest.
    EigvecMax,
    /// That of the smallest.
    EigvecMin,
    /// The left singular vector of the largest singular value.
    UMax,
    /// The right one.
    VMax,
    /// What is read off every eigenvalue or singular value, in falling order, vectors as rows.
    Every(Ranked),
    /// UVᵀ of the thin singular value decomposition.
    Polar,
    /// The largest singular value.
    NormSpectral,
    /// The sum of the singular values.
    NormNuclear,
    /// The adjugate.
    Adjugate,
    /// The derivative of the adjugate of A along a direction.
    AdjugateAlong,
}

/// What a matrix is factored into, by what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factors {
    /// A product of triangular matrices with pivots.
    Lu,
    /// LLᵀ of a positive definite matrix.
    Cholesky,
    /// The matrix itself, which has nothing above the diagonal.
    Lower,
    /// The matrix itself, which has nothing below the diagonal.
    Upper,
}

/// What is known of an operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// What it is called.
    pub(super) name: &'static str,
    /// How many axes its value has in the place of the last two.
    pub(super) axes: usize,
    /// Whether it begins with the factors of its matrix.
    pub(super) is_factored: bool,
    /// About how many operations it takes.
    pub(super) work: Work,
}

/// About how many operations something takes, for matrices of m rows and n columns (Golub and Van Loan, Matrix Computations).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Work {
    /// So many times n.
    Diagonal(f64),
    /// So many times mn².
    Cubic(f64),
    /// So many times mn min(m, n), of a singular value decomposition.
    Singular(f64),
    /// So many times n² for every column of a right side.
    Columns(f64),
    /// So many times n³ of a matrix whose rows double with every direction.
    Blocks(f64),
}

impl Matrix {
    /// Whether it is the pseudo-inverse of a matrix that is singular by construction, λI − A: more singular values count as 0 than array
    /// languages take for 0 by themselves, and of one row all of it.
    pub(crate) fn is_of_singular(self) -> bool {
        matches!(self, Self::Pinv(below) if below.value() >= USUAL_CUTOFF)
    }

    /// What is known of it.
    pub(super) fn row(self) -> Row {
        let of = |name, axes, work| Row { name, axes, is_factored: false, work };
        let factored = |name, axes, work| Row { is_factored: true, ..of(name, axes, work) };
        match self {
            Self::Solve { .. } => factored("solve", 2, Work::Columns(2.0)),
            Self::Inverse => factored("inverse", 2, Work::Cubic(4.0 / 3.0)),
            Self::Det => factored("det", 0, Work::Diagonal(1.0)),
            Self::LogDet => factored("log det", 0, Work::Diagonal(1.0)),
            Self::Adjugate => factored("adj", 2, Work::Cubic(4.0 / 3.0)),
            Self::AdjugateAlong => of("derivative of adj", 2, Work::Cubic(25.0)),
            Self::Pinv(_) => of("pinv", 2, Work::Singular(14.0)),
            Self::IntegerPower(power) => {
                of("power", 2, Work::Cubic(2.0 * f64::from(64 - power.unsigned_abs().leading_zeros())))
            }
            Self::Power => {
                of("power", 2, Work::Cubic(of_function(MatrixFunction::Logm) + of_function(MatrixFunction::Expm)))
            }
            Self::Function(function) => of(function_name(function), 2, Work::Cubic(of_function(function))),
            Self::Frechet(function) => of("Fréchet derivative", 2, Work::Blocks(of_function(function))),
            Self::LambdaMax => of("λ_max", 0, Work::Cubic(9.0)),
            Self::LambdaMin => of("λ_min", 0, Work::Cubic(9.0)),
            Self::EigvecMax => of("eigenvector of λ_max", 1, Work::Cubic(9.0)),
            Self::EigvecMin => of("eigenvector of λ_min", 1, Work::Cubic(9.0)),
            Self::UMax => of("left singular vector", 1, Work::Singular(14.0)),
            Self::VMax => of("right singular vector", 1, Work::Singular(14.0)),
            Self::Every(Ranked::Eigenvalue) => of("eigenvalues", 1, Work::Cubic(9.0)),
            Self::Every(Ranked::Eigenvector) => of("eigenvectors", 2, Work::Cubic(9.0)),
            Self::Every(Ranked::SingularValue) => of("singular values", 1, Work::Singular(4.0)),
            Self::Every(Ranked::LeftVector) => of("left singular vectors", 2, Work::Singular(14.0)),
            Self::Every(Ranked::RightVector) => of("right singular vectors", 2, Work::Singular(14.0)),
            Self::Polar => of("polar factor", 2, Work::Singular(14.0)),
            Self::NormSpectral => of("σ_max", 0, Work::Singular(4.0)),
            Self::NormNuclear => of("sum of singular values", 0, Work::Singular(4.0)),
        }
    }
}

impl Matrix {
    /// What it is of Aᵀ: an operation of A, and whether its value is transposed.
    pub(super) fn of_transposed(self) -> Option<(Self, bool)> {
        match self {
            Self::Solve { transposed } => Some((Self::Solve { transposed: !transposed }, false)),
            Self::Det | Self::LogDet | Self::NormSpectral | Self::NormNuclear => Some((self, false)),
            Self::Inverse | Self::Adjugate | Self::Pinv(_) | Self::Polar | Self::IntegerPower(_) => Some((self, true)),
            Self::Every(Ranked::SingularValue) => Some((self, false)),
            Self::Every(Ranked::LeftVector) => Some((Self::Every(Ranked::RightVector), false)),
            Self::Every(Ranked::RightVector) => Some((Self::Every(Ranked::LeftVector), false)),
            Self::UMax => Some((Self::VMax, false)),
            Self::VMax => Some((Self::UMax, false)),
            _ => None,
        }
    }
}

/// The operations of a function of a matrix, in n³: each step to a square root is a determinant, an inverse and a product, and there are
/// about eight; a logarithm takes about five roots and a series; an exponential a series and some squarings.
fn of_function(function: MatrixFunction) -> f64 {
    match function {
        MatrixFunction::Expm | MatrixFunction::User(..) => 50.0,
        MatrixFunction::Sqrtm => 45.0,
        MatrixFunction::Logm => 250.0,
    }
}

fn function_name(function: MatrixFunction) -> &'static str {
    match function {
        MatrixFunction::Expm => "expm",
        MatrixFunction::Logm => "logm",
        MatrixFunction::Sqrtm => "sqrtm",
        MatrixFunction::User(..) => "function",
    }
}
