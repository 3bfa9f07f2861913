//! NumPy and SciPy spellings of functions: elementwise, of matrices, norms and spectra.

use super::array::{Code, Prec};
use super::size::PythonNames;
use crate::expr::{Arena, Func, MatrixFunction, Norm, Reduction, Shape, Spectral, SymbolId};

/// f entry by entry.
pub(super) fn elementwise(arena: &Arena, python: &PythonNames, func: Func, inner: &Code) -> Code {
    if let Func::User(symbol, order) = func {
        return Code::call(&declared_name(arena, python, symbol, order), &[inner], "");
    }
    Code::filled(func.row().numpy, inner)
}

/// A declared function, `phi`, and its derivatives, `phi_1`, `phi_2`.
fn declared_name(arena: &Arena, python: &PythonNames, symbol: SymbolId, order: u32) -> String {
    let name = python.of(&arena.symbol(symbol).name);
    if order == 0 { name } else { format!("{name}_{order}") }
}

/// f(X), or its Fréchet derivative by blocks: f of [[X, E], [0, X]] has L(X; E) at the upper right.
pub(super) fn matrix_function(
    arena: &Arena,
    python: &PythonNames,
    function: MatrixFunction,
    inner: &Code,
    directions: &[Code],
) -> Code {
    let declared;
    let name = match function {
        MatrixFunction::Expm => "scipy.linalg.expm",
        MatrixFunction::Logm => "scipy.linalg.logm",
        MatrixFunction::Sqrtm => "scipy.linalg.sqrtm",
        MatrixFunction::User(symbol, order) => {
            declared = declared_name(arena, python, symbol, order);
            &declared
        }
    };
    match (function, directions) {
        (_, []) => Code::call(name, &[inner], ""),
        (MatrixFunction::Expm, [only]) => {
            Code::call("scipy.linalg.expm_frechet", &[inner, only], ", compute_expm=False")
        }
        _ => {
            // No name of a symbol begins so: the directions may be written in X itself.
            let mut block = "_X".to_owned();
            for (place, direction) in directions.iter().enumerate() {
                let side = if place == 0 {
                    direction.text.to_string()
                } else {
                    format!("np.kron(np.eye({}), {})", 1_u64 << place.min(62), direction.text)
                };
                block = format!("(lambda M, E: np.block([[M, E], [np.zeros_like(M), M]]))({block}, {side})");
            }
            let text = format!("(lambda _X: {name}({block})[:_X.shape[0], -_X.shape[0]:])({})", inner.text);
            let depth = directions.iter().map(|code| code.depth).max().unwrap_or(0).max(inner.depth);
            Code::new(text, Prec::Atom, depth + 4)
        }
    }
}

/// A reduction of all entries.
pub(super) fn reduce(reduction: Reduction, inner: &Code) -> Code {
    let name = match reduction {
        Reduction::Sum => "np.sum",
        Reduction::Product => "np.prod",
        Reduction::Max => "np.max",
        Reduction::Min => "np.min",
        Reduction::LogSumExp => "scipy.special.logsumexp",
    };
    Code::call(name, &[inner], "")
}

/// A norm; `p` is the exponent's code.
pub(super) fn norm(norm: Norm, shape: Shape, inner: &Code, p: Option<&Code>) -> Code {
    if shape.is_scalar() {
        return Code::call("np.abs", &[inner], "");
    }
    let more = match norm {
        Norm::Frobenius => String::new(),
        Norm::One => ", 1".to_owned(),
        Norm::Infinity => ", np.inf".to_owned(),
        Norm::P(_) => p.map(|p| format!(", {}", p.text)).unwrap_or_default(),
        Norm::Spectral | Norm::Nuclear if !shape.is_matrix() => String::new(),
        Norm::Spectral => ", 2".to_owned(),
        Norm::Nuclear => ", 'nuc'".to_owned(),
    };
    Code::call("np.linalg.norm", &[inner], &more)
}

/// What is read off eigenvalues and singular values. Both singular vectors come from the same call, so
/// their signs go together.
pub(super) fn spectral(which: Spectral, inner: &Code) -> Code {
    let (before, after) = match which {
        Spectral::SumEig => ("np.trace(", ")"),
        Spectral::ProdEig => ("np.linalg.det(", ")"),
        Spectral::LambdaMax => ("np.linalg.eigvalsh(", ")[-1]"),
        Spectral::LambdaMin => ("np.linalg.eigvalsh(", ")[0]"),
        Spectral::EigvecMax => ("np.linalg.eigh(", ")[1][:, -1]"),
        Spectral::EigvecMin => ("np.linalg.eigh(", ")[1][:, 0]"),
        Spectral::UMax => ("np.linalg.svd(", ", full_matrices=False)[0][:, 0]"),
        Spectral::VMax => ("np.linalg.svd(", ", full_matrices=False)[2][0]"),
        Spectral::Polar => ("(lambda U, s, V: U @ V)(*np.linalg.svd(", ", full_matrices=False))"),
    };
    Code::new(format!("{before}{}{after}", inner.text), Prec::Atom, inner.depth + 2)
}
