//! NumPy and SciPy spellings of the operations that are calls or suffixes; `{}` stands for the operand.

use super::super::tree::{Binary, Unary};
use crate::expr::{Ranked, Reduction};

/// The spelling of an operation with one operand; none of those that need names.
pub(super) fn unary(operation: Unary) -> Option<&'static str> {
    Some(match operation {
        Unary::Elementwise(func) => func.row().numpy,
        Unary::Negative | Unary::Transpose | Unary::MatrixFunction(_) | Unary::AsColumn | Unary::AsRow | Unary::Vec => {
            return None;
        }
        Unary::Sqrt => "np.sqrt({})",
        Unary::Log1p => "np.log1p({})",
        Unary::Expm1 => "np.expm1({})",
        Unary::LogExpit => "scipy.special.log_expit({})",
        Unary::LogNormCdf => "scipy.special.log_ndtr({})",
        Unary::NormRatio => "((2/np.pi)**0.5/scipy.special.erfcx(-({})/2**0.5))",
        Unary::Apply(op) => op.row().numpy,
        Unary::SoftmaxRows => "scipy.special.softmax({}, axis=1)",
        Unary::LogSoftmax => "scipy.special.log_softmax({})",
        Unary::LogSoftmaxRows => "scipy.special.log_softmax({}, axis=1)",
        Unary::Trace => "np.trace({})",
        Unary::Det => "np.linalg.det({})",
        Unary::LogAbsDet => "np.linalg.slogdet({})[1]",
        Unary::Inverse => "np.linalg.inv({})",
        Unary::Pinv => "np.linalg.pinv({})",
        Unary::PinvSingular => {
            "(lambda A: np.linalg.pinv(A, rcond=4500*np.finfo(A.dtype).eps if len(A) > 1 else 1))({})"
        }
        Unary::Others => {
            "(lambda x: np.cumprod(np.append(1.0, x[:-1]))*np.cumprod(np.append(1.0, x[:0:-1]))[::-1])({})"
        }
        Unary::PinvVector => "np.linalg.pinv(np.atleast_2d({})).reshape(-1)",
        Unary::Reduce(Reduction::Sum) => "np.sum({})",
        Unary::Reduce(Reduction::Product) => "np.prod({})",
        Unary::Reduce(Reduction::Max) => "np.max({})",
        Unary::Reduce(Reduction::Min) => "np.min({})",
        Unary::Reduce(Reduction::LogSumExp) => "scipy.special.logsumexp({})",
        Unary::Norm => "np.linalg.norm({})",
        Unary::NormOne => "np.linalg.norm({}, 1)",
        Unary::NormInfinity => "np.linalg.norm({}, np.inf)",
        Unary::NormSpectral => "np.linalg.norm({}, 2)",
        Unary::NormNuclear => "np.linalg.norm({}, 'nuc')",
        Unary::Diag | Unary::DiagPart => "np.diag({})",
        Unary::LambdaMax => "np.linalg.eigvalsh({})[-1]",
        Unary::LambdaMin => "np.linalg.eigvalsh({})[0]",
        Unary::EigvecMax => "np.linalg.eigh({})[1][:, -1]",
        Unary::EigvecMin => "np.linalg.eigh({})[1][:, 0]",
        Unary::Lu => "scipy.linalg.lu_factor({})",
        Unary::Cholesky => "scipy.linalg.cho_factor({})",
        Unary::Svd => "np.linalg.svd({}, full_matrices=False)",
        Unary::FirstLeft => "{}[0][:, 0]",
        Unary::FirstRight => "{}[2][0]",
        Unary::Every(Ranked::Eigenvalue) => "np.linalg.eigvalsh({})[::-1]",
        Unary::Every(Ranked::Eigenvector) => "np.linalg.eigh({})[1].T[::-1]",
        Unary::Every(Ranked::SingularValue) => "np.linalg.svd({}, compute_uv=False)",
        Unary::Every(Ranked::LeftVector) => "{}[0].T",
        Unary::Every(Ranked::RightVector) => "{}[2]",
        Unary::Polar => "(lambda U, s, V: U @ V)(*np.linalg.svd({}, full_matrices=False))",
        Unary::Factorial => "scipy.special.factorial({})",
        Unary::Int => "int({})",
    })
}

/// The name of a function of two arguments, and what follows them; none of operators.
pub(super) fn binary(operation: Binary) -> Option<(&'static str, &'static str)> {
    Some(match operation {
        Binary::Multiply | Binary::Divide | Binary::Power | Binary::Matmul | Binary::Equal | Binary::Keep => {
            return None;
        }
        Binary::Outer => ("np.outer", ""),
        Binary::Kron => ("np.kron", ""),
        Binary::Solve => ("np.linalg.solve", ""),
        Binary::LuSolve => ("scipy.linalg.lu_solve", ""),
        Binary::LuSolveTransposed => ("scipy.linalg.lu_solve", ", trans=1"),
        Binary::CholeskySolve => ("scipy.linalg.cho_solve", ""),
        Binary::LogAddExp => ("np.logaddexp", ""),
        Binary::Maximum => ("np.maximum", ""),
        Binary::Minimum => ("np.minimum", ""),
        Binary::Xlogy => ("scipy.special.xlogy", ""),
        Binary::NormP => ("np.linalg.norm", ""),
        Binary::MatrixPower => ("np.linalg.matrix_power", ""),
        Binary::FractionalPower => ("scipy.linalg.fractional_matrix_power", ""),
        Binary::ExpmFrechet => ("scipy.linalg.expm_frechet", ", compute_expm=False"),
    })
}
