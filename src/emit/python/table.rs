//! The names of functions in NumPy, JAX and PyTorch; `{}` stands for the operand.

use super::super::code::{Code, Origin, Prec};
use super::super::decomposition::{Decomposed, Decomposition};
use super::super::error::EmitError;
use super::super::functions::names;
use super::super::language::Language;
use crate::expr::{Func, MatrixFunction, Ranked};
use crate::plan::{Map, Matrix, Zip};

/// A function entry by entry.
pub(super) fn map(language: Language, map: Map, x: &Code, given: Option<&str>) -> Result<Code, EmitError> {
    if let (Language::Torch, Map::Func(func @ (Func::Step | Func::IsZero))) = (language, map) {
        let sign = if func == Func::Step { ">" } else { "==" };
        return Ok(numbers(&format!("{} {sign} 0", x.at(Prec::Sum)), given));
    }
    if map == Map::Reciprocal {
        return Ok(Code::new(format!("1 / {}", x.at(Prec::Minus)), Prec::Product));
    }
    let undeclared = || EmitError::Nowhere("a declared function, which has no values".to_owned());
    let names = names(map).ok_or_else(undeclared)?;
    let template = match language {
        Language::Jax => names.jax,
        Language::Torch => names.torch,
        _ => names.numpy,
    };
    if map == Map::NormRatio {
        let x = x.at(Prec::Minus);
        let text = match x.strip_prefix('-') {
            Some(negated) if template.contains("-{}") => template.replace("-{}", negated),
            _ => template.replace("{}", &x),
        };
        return Ok(Code::new(text, Prec::Product));
    }
    Ok(Code::filled(template, x))
}

/// Whether entries are so, as numbers of the kind that are given.
fn numbers(test: &str, given: Option<&str>) -> Code {
    Code::atom(match given {
        Some(given) => format!("({test}).to({given})"),
        None => format!("({test}).double()"),
    })
}

/// A function of two entries that is no operator.
pub(super) fn zip(language: Language, zip: Zip, x: &Code, y: &Code, given: Option<&str>) -> Code {
    if let (Language::Torch, Zip::Equal) = (language, zip) {
        return numbers(&format!("{} == {}", x.at(Prec::Sum), y.at(Prec::Sum)), given);
    }
    let np = match language {
        Language::Jax => "jnp",
        Language::Torch => "torch",
        _ => "np",
    };
    let (x, y) = (&x.text, &y.text);
    Code::atom(match (zip, language) {
        (Zip::Xlogy, Language::Jax) => format!("jax.scipy.special.xlogy({x}, {y})"),
        (Zip::Xlogy, Language::Torch) => format!("torch.special.xlogy({x}, {y})"),
        (Zip::Xlogy, _) => format!("scipy.special.xlogy({x}, {y})"),
        (Zip::Equal, _) => format!("{np}.where({x} == {y}, 1.0, 0.0)"),
        // A number is no tensor.
        (Zip::Maximum, Language::Torch) if y.parse::<f64>().is_ok() => format!("torch.clamp({x}, min={y})"),
        (Zip::Minimum, Language::Torch) if y.parse::<f64>().is_ok() => format!("torch.clamp({x}, max={y})"),
        (Zip::Maximum, _) => format!("{np}.maximum({x}, {y})"),
        (Zip::Minimum, _) => format!("{np}.minimum({x}, {y})"),
        (Zip::Keep, _) => format!("{np}.where({y} != 0, {x}, 0.0)"),
        _ => format!("{np}.logaddexp({x}, {y})"),
    })
}

/// A decomposition of which several parts are wanted.
pub(super) fn decomposed(
    language: Language,
    of: Decomposition,
    a: &str,
    wanted: &[Matrix],
    name: &mut dyn FnMut(&str) -> String,
) -> Decomposed {
    let np = match language {
        Language::Jax => "jnp",
        Language::Torch => "torch",
        _ => "np",
    };
    let is_torch = language == Language::Torch;
    let mut named = |wish: &str, takes: fn(Matrix) -> bool| {
        if wanted.iter().any(|matrix| takes(*matrix)) { name(wish) } else { "_".to_owned() }
    };
    match of {
        Decomposition::Eigen => {
            let w = named("w", |matrix| !Decomposition::needs_vectors(matrix));
            let v = named("V", Decomposition::needs_vectors);
            Decomposed::new(format!("{w}, {v} = {np}.linalg.eigh({a})"), wanted, |matrix| {
                Code::atom(match matrix {
                    Matrix::LambdaMax => format!("{w}[-1]"),
                    Matrix::LambdaMin => format!("{w}[0]"),
                    Matrix::EigvecMax => format!("{v}[:, -1]"),
                    Matrix::EigvecMin => format!("{v}[:, 0]"),
                    Matrix::Every(Ranked::Eigenvalue) if is_torch => format!("{w}.flip(0)"),
                    Matrix::Every(Ranked::Eigenvalue) => format!("{w}[::-1]"),
                    _ if is_torch => format!("{v}.T.flip(0)"),
                    _ => format!("{v}.T[::-1]"),
                })
            })
        }
        Decomposition::Singular => {
            let takes_left: fn(Matrix) -> bool =
                |matrix| matches!(matrix, Matrix::UMax | Matrix::Polar | Matrix::Every(Ranked::LeftVector));
            let takes_right: fn(Matrix) -> bool =
                |matrix| matches!(matrix, Matrix::VMax | Matrix::Polar | Matrix::Every(Ranked::RightVector));
            let u = named("U", takes_left);
            let s = named("s", |matrix| !Decomposition::needs_vectors(matrix));
            let vt = named("Vt", takes_right);
            let line = format!("{u}, {s}, {vt} = {np}.linalg.svd({a}, full_matrices=False)");
            Decomposed::new(line, wanted, |matrix| match matrix {
                Matrix::UMax => Code::atom(format!("{u}[:, 0]")),
                Matrix::VMax => Code::atom(format!("{vt}[0]")),
                Matrix::NormSpectral => Code::atom(format!("{s}[0]")),
                Matrix::NormNuclear => Code::atom(format!("{np}.sum({s})")),
                Matrix::Polar => Code::new(format!("{u} @ {vt}"), Prec::Matmul),
                Matrix::Every(Ranked::LeftVector) => Code::atom(format!("{u}.T")),
                Matrix::Every(Ranked::RightVector) => Code::name(vt.clone(), Origin::Local, 2),
                _ => Code::name(s.clone(), Origin::Local, 1),
            })
        }
    }
}

/// An operation on a matrix, or on a stack of them where it has more axes.
pub(super) fn matrix(language: Language, matrix: Matrix, operands: &[&str], rank: usize) -> Result<Code, EmitError> {
    let np = match language {
        Language::Jax => "jnp",
        Language::Torch => "torch",
        _ => "np",
    };
    let a = operands[0];
    let refuse = |what: &str, others: &[Language]| Err(EmitError::only_in(what, language, others));
    if rank > 2
        && !matches!(matrix, Matrix::Inverse | Matrix::Det | Matrix::LogDet | Matrix::Pinv(_) | Matrix::IntegerPower(_))
    {
        return refuse("this operation on a stack of matrices", &[]);
    }
    let cutoff = |cutoff: f64| {
        let default = cutoff < 1e-14;
        match language {
            _ if default => String::new(),
            _ => {
                // So many roundings of the kind of number that the matrix holds.
                let roundings = (cutoff / f64::EPSILON / 100.0).round() * 100.0;
                let name = if language == Language::Numpy { "rcond" } else { "rtol" };
                // With one row what is singular is 0.
                format!(", {name}={roundings} * {np}.finfo({a}.dtype).eps if {a}.shape[-1] > 1 else 1.0")
            }
        }
    };
    let svd = format!("{np}.linalg.svd({a}, full_matrices=False)");
    Ok(Code::atom(match matrix {
        Matrix::Inverse => format!("{np}.linalg.inv({a})"),
        Matrix::Det => format!("{np}.linalg.det({a})"),
        Matrix::LogDet if language == Language::Torch => format!("torch.logdet({a})"),
        Matrix::LogDet => format!("{np}.linalg.slogdet({a})[1]"),
        Matrix::Pinv(below) => format!("{np}.linalg.pinv({a}{})", cutoff(below.value())),
        Matrix::IntegerPower(power) => format!("{np}.linalg.matrix_power({a}, {power})"),
        Matrix::Function(MatrixFunction::Expm) => match language {
            Language::Torch => format!("torch.linalg.matrix_exp({a})"),
            Language::Jax => format!("jax.scipy.linalg.expm({a})"),
            _ => format!("scipy.linalg.expm({a})"),
        },
        Matrix::Frechet(MatrixFunction::Expm) if operands.len() == 2 => match language {
            Language::Jax => format!("jax.scipy.linalg.expm_frechet({a}, {}, compute_expm=False)", operands[1]),
            Language::Torch => format!("torch.func.jvp(torch.linalg.matrix_exp, ({a},), ({},))[1]", operands[1]),
            _ => format!("scipy.linalg.expm_frechet({a}, {}, compute_expm=False)", operands[1]),
        },
        Matrix::Function(function @ (MatrixFunction::Logm | MatrixFunction::Sqrtm)) => match language {
            Language::Numpy if function == MatrixFunction::Logm => format!("scipy.linalg.logm({a})"),
            Language::Numpy => format!("scipy.linalg.sqrtm({a})"),
            _ => return refuse("the square root or logarithm of a matrix", &[Language::Numpy]),
        },
        Matrix::Power => match language {
            Language::Numpy => format!("scipy.linalg.fractional_matrix_power({a}, {})", operands[1]),
            _ => return refuse("a power of a matrix that is not a whole number", &[Language::Numpy]),
        },
        Matrix::LambdaMax => format!("{np}.linalg.eigvalsh({a})[-1]"),
        Matrix::LambdaMin => format!("{np}.linalg.eigvalsh({a})[0]"),
        Matrix::EigvecMax => format!("{np}.linalg.eigh({a})[1][:, -1]"),
        Matrix::EigvecMin => format!("{np}.linalg.eigh({a})[1][:, 0]"),
        Matrix::UMax => format!("{svd}[0][:, 0]"),
        Matrix::VMax => format!("{svd}[2][0]"),
        Matrix::Every(Ranked::Eigenvalue) if language == Language::Torch => {
            format!("torch.linalg.eigvalsh({a}).flip(0)")
        }
        Matrix::Every(Ranked::Eigenvector) if language == Language::Torch => {
            format!("torch.linalg.eigh({a})[1].T.flip(0)")
        }
        Matrix::Every(Ranked::SingularValue) if language == Language::Torch => format!("torch.linalg.svdvals({a})"),
        Matrix::Every(Ranked::Eigenvalue) => format!("{np}.linalg.eigvalsh({a})[::-1]"),
        Matrix::Every(Ranked::Eigenvector) => format!("{np}.linalg.eigh({a})[1].T[::-1]"),
        Matrix::Every(Ranked::SingularValue) => format!("{np}.linalg.svd({a}, compute_uv=False)"),
        Matrix::Every(Ranked::LeftVector) => format!("{svd}[0].T"),
        Matrix::Every(Ranked::RightVector) => format!("{svd}[2]"),
        Matrix::Polar => format!("polar_factor({a})"),
        Matrix::NormSpectral if language == Language::Torch => format!("torch.linalg.matrix_norm({a}, 2)"),
        Matrix::NormNuclear if language == Language::Torch => format!("torch.linalg.matrix_norm({a}, \"nuc\")"),
        Matrix::NormSpectral => format!("{np}.linalg.norm({a}, 2)"),
        Matrix::NormNuclear => format!("{np}.linalg.norm({a}, \"nuc\")"),
        Matrix::Frechet(_) => return refuse("the derivative of a function of matrices along directions", &[]),
        _ => {
            return refuse("this function of matrices", &[]);
        }
    }))
}
