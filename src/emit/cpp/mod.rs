//! C++ with Eigen: `double`, `Eigen::VectorXd` and `Eigen::MatrixXd`.

mod file;

use super::block::{part_texts, row_texts};
use super::code::{Code, Prec, free, number};
use super::decomposition::{Decomposed, Decomposition};
use super::error::EmitError;
use super::functions::names;
use super::language::Language;
use super::listing::{Families, Listing};
use super::speller::{Lengths, Speller, Syntax, member};
use super::tree::{Form, Tree, axes, is_unit};
use crate::codegen::identifier::Rules;
use crate::expr::{MatrixFunction, Ranked};
use crate::plan::{Fold, Map, Matrix, Source, Zip};

const RESERVED: &[&str] = &[
    "alignas",
    "alignof",
    "and",
    "asm",
    "auto",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "constexpr",
    "continue",
    "default",
    "delete",
    "do",
    "double",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "nullptr",
    "operator",
    "or",
    "private",
    "protected",
    "public",
    "register",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "switch",
    "template",
    "this",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "union",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "while",
    "xor",
    "std",
    "Eigen",
    "main",
    "assert",
    "check_gradient",
    "I",
    "M_PI",
    "Result",
    "above",
    "below",
    "slope",
    "worst",
    "error",
    "trial",
    "at",
    "sigmoid",
    "softplus",
    "relu",
    "normcdf",
    "normpdf",
    "log_ndtr",
    "norm_ratio",
    "pseudo_inverse",
    "xlogy",
    "gamma",
    "lgamma",
    "tgamma",
    "polygamma",
    "beta",
    "y0",
    "y1",
    "j0",
    "j1",
    "yn",
    "jn",
    "and_eq",
    "bitand",
    "bitor",
    "compl",
    "not_eq",
    "or_eq",
    "xor_eq",
    "char8_t",
    "char16_t",
    "char32_t",
    "wchar_t",
    "const_cast",
    "dynamic_cast",
    "reinterpret_cast",
    "static_cast",
    "static_assert",
    "thread_local",
    "decltype",
    "concept",
    "requires",
    "co_await",
    "co_return",
    "co_yield",
    "consteval",
    "constinit",
    "NULL",
    "NAN",
    "INFINITY",
    "errno",
    "stdin",
    "stdout",
    "stderr",
    "EOF",
    "RAND_MAX",
    "linux",
    "unix",
    "sign",
    "step",
    "is_zero",
    "factorial",
    "equal",
    "keep",
    "log_sigmoid",
    "log_add_exp",
    "log_sum_exp",
    "log_sum_exp_rows",
    "polar_factor",
    "cholesky",
    "one",
];

pub(super) struct Cpp;

fn missing(what: &str) -> EmitError {
    EmitError::missing(what, Language::Cpp)
}

fn dot(x: &Code, method: &str) -> Code {
    // There and back again.
    if let (Some(array), Some(method)) = (x.text.strip_suffix(".matrix()"), method.strip_prefix("array().")) {
        return Code::atom(format!("{array}.{method}"));
    }
    Code::atom(format!("{}.{method}", x.at(Prec::Atom)))
}

/// The parameter of a function of entries in which a number stands, what it captures, and the number in it: what is no name is computed once
/// and not for every entry.
fn captured(number: &Code) -> (String, String, String) {
    let t = free("t", &[&number.text]);
    if number.text.contains('(') {
        let s = free("s", &[&number.text, &t]);
        return (t, format!("{s} = {}", number.text), s);
    }
    (t, "&".to_owned(), number.text.clone())
}

impl Cpp {
    fn map(map: Map, x: &Code) -> Result<Code, EmitError> {
        if map == Map::Reciprocal {
            return Ok(match x.rank {
                0 => Code::atom("1.0").times(" / ", x),
                _ => dot(x, "array().inverse().matrix()"),
            });
        }
        let (method, scalar) = names(map).ok_or_else(|| missing("a declared function"))?.cpp;
        Ok(match (x.rank, method) {
            (0, _) => Code::atom(format!("{scalar}({})", x.text)),
            (_, "") if scalar.starts_with("std::") => {
                dot(x, &format!("unaryExpr([](double t) {{ return {scalar}(t); }})"))
            }
            (_, "") => dot(x, &format!("unaryExpr(&{scalar})")),
            _ => dot(x, &format!("array().{method}().matrix()")),
        })
    }

    fn spread(x: &Code, own: &[usize], tree: &Tree, lengths: &Lengths<'_>) -> Result<Code, EmitError> {
        let texts = lengths.texts(&tree.lengths);
        let of = if tree.rank() == 1 { "Eigen::VectorXd" } else { "Eigen::MatrixXd" };
        Ok(match (own, x.text.as_str()) {
            ([], "0.0") => Code::atom(format!("{of}::Zero({})", texts.join(", "))),
            ([], "1.0") => Code::atom(format!("{of}::Ones({})", texts.join(", "))),
            ([], _) => Code::atom(format!("{of}::Constant({}, {})", texts.join(", "), x.text)),
            ([0], _) => dot(x, &format!("replicate(1, {})", texts[1])),
            ([1], _) => dot(x, &format!("transpose().replicate({}, 1)", texts[0])),
            _ => return Err(missing("an array of three axes")),
        })
    }

    fn stretched(tree: &Tree, operands: &[Code], lengths: &Lengths<'_>) -> Result<Vec<Code>, EmitError> {
        let one = |(of, code): (&Tree, &Code)| match &of.form {
            Form::Broadcast(own) if !own.is_empty() => {
                let mut code = Self::spread(code, own, of, lengths)?;
                code.rank = tree.rank();
                Ok(code)
            }
            Form::Broadcast(_) => Ok(Code { rank: 0, ..code.clone() }),
            _ => Ok(code.clone()),
        };
        tree.operands.iter().zip(operands).map(one).collect()
    }

    fn sum(coeffs: &[f64], operands: &[Code], rank: usize) -> Code {
        let (mut arrays, mut numbers) = (Vec::new(), Vec::new());
        for (coeff, code) in coeffs.iter().zip(operands) {
            let of = if code.rank == 0 && rank > 0 { &mut numbers } else { &mut arrays };
            of.push((*coeff < 0.0, code.scaled(coeff.abs(), true)));
        }
        let whole = Code::sum(&arrays, " + ", " - ");
        if numbers.is_empty() {
            return whole;
        }
        let mut terms = vec![(false, dot(&whole, "array()"))];
        terms.extend(numbers);
        Code::atom(format!("({}).matrix()", Code::sum(&terms, " + ", " - ").text))
    }

    fn zip(zip: Zip, x: &Code, y: &Code) -> Result<Code, EmitError> {
        let array = |code: &Code| if code.rank > 0 { dot(code, "array()").text } else { code.text.clone() };
        let scalar = x.rank == 0 && y.rank == 0;
        let each = |name: &str| match (x.rank, y.rank) {
            (0, 0) => Ok(Code::atom(format!("{name}({}, {})", x.text, y.text))),
            (_, 0) => {
                let (t, capture, number) = captured(y);
                Ok(dot(x, &format!("unaryExpr([{capture}](double {t}) {{ return {name}({t}, {number}); }})")))
            }
            (0, _) => {
                let (t, capture, number) = captured(x);
                Ok(dot(y, &format!("unaryExpr([{capture}](double {t}) {{ return {name}({number}, {t}); }})")))
            }
            _ => Ok(dot(x, &format!("binaryExpr({}, &{name})", y.text))),
        };
        match zip {
            Zip::Divide if y.rank == 0 => Ok(x.times(" / ", y)),
            Zip::Divide if x.rank == 0 => Ok(Code::atom(format!("({} / {}).matrix()", x.at(Prec::Product), array(y)))),
            Zip::Divide => Ok(dot(x, &format!("cwiseQuotient({})", y.text))),
            Zip::Power if scalar => Ok(Code::atom(format!("std::pow({}, {})", x.text, y.text))),
            Zip::Power if x.rank > 0 => Ok(dot(x, &format!("array().pow({}).matrix()", array(y)))),
            Zip::Power => Ok(Code::atom(format!("Eigen::pow({}, {}).matrix()", x.text, array(y)))),
            Zip::LogAddExp => each("log_add_exp"),
            Zip::Xlogy => each("xlogy"),
            Zip::Equal => each("equal"),
            Zip::Keep => each("keep"),
            Zip::Maximum | Zip::Minimum => {
                let (name, method) =
                    if zip == Zip::Maximum { ("std::max", "cwiseMax") } else { ("std::min", "cwiseMin") };
                match (x.rank, y.rank) {
                    (0, 0) => Ok(Code::atom(format!("{name}<double>({}, {})", x.text, y.text))),
                    (0, _) => Ok(dot(y, &format!("{method}({})", x.text))),
                    _ => Ok(dot(x, &format!("{method}({})", y.text))),
                }
            }
        }
    }

    fn reduced(fold: Option<Fold>, x: &Code, along: &[usize], rank: usize) -> Code {
        let method = match fold {
            None => "sum()",
            Some(Fold::Max) => "maxCoeff()",
            Some(Fold::Min) => "minCoeff()",
            Some(Fold::Product) => "prod()",
            Some(Fold::LogSumExp) => {
                return Code::atom(match (along.len() == rank, along) {
                    (true, _) if rank == 1 => format!("log_sum_exp({})", x.text),
                    (true, _) => format!("log_sum_exp({})", dot(x, "reshaped()").text),
                    (_, [1]) => format!("log_sum_exp_rows({})", x.text),
                    _ => format!("log_sum_exp_rows({})", dot(x, "transpose()").text),
                });
            }
        };
        match (along.len() == rank, along) {
            (true, _) => dot(x, method),
            (_, [1]) => dot(x, &format!("rowwise().{method}")),
            _ => dot(x, &format!("colwise().{method}.transpose()")),
        }
    }

    /// Of a positive definite matrix, by Cholesky's factorization.
    fn definite(matrix: Matrix, operands: &[Code]) -> Result<Code, EmitError> {
        let a = &operands[0];
        let factors = Code::atom(format!("cholesky({})", a.text));
        Ok(match matrix {
            Matrix::Solve { .. } => dot(&factors, &format!("solve({})", operands[1].text)),
            Matrix::LogDet => {
                number(2.0, true).times(" * ", &dot(&factors, "matrixLLT().diagonal().array().log().sum()"))
            }
            Matrix::Inverse => {
                let rows = dot(a, "rows()").text;
                dot(&factors, &format!("solve(Eigen::MatrixXd::Identity({rows}, {rows}))"))
            }
            _ => Self::matrix(matrix, operands)?,
        })
    }

    fn matrix(matrix: Matrix, operands: &[Code]) -> Result<Code, EmitError> {
        let a = &operands[0];
        let of_svd = |part: &str| dot(a, &format!("bdcSvd(Eigen::ComputeThinU | Eigen::ComputeThinV).{part}"));
        let of_eigen =
            |part: &str| Code::atom(format!("Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>({}).{part}", a.text));
        Ok(match matrix {
            Matrix::Solve { transposed } => {
                let left = if transposed { dot(a, "transpose()") } else { a.clone() };
                dot(&left, &format!("partialPivLu().solve({})", operands[1].text))
            }
            Matrix::Inverse => dot(a, "inverse()"),
            Matrix::Det => dot(a, "determinant()"),
            Matrix::LogDet => dot(a, "partialPivLu().matrixLU().diagonal().array().abs().log().sum()"),
            Matrix::Pinv(below) if matrix.is_of_singular() => {
                Code::atom(format!("pseudo_inverse({}, {:?})", a.text, below.value()))
            }
            Matrix::Pinv(_) => dot(a, "completeOrthogonalDecomposition().pseudoInverse()"),
            Matrix::IntegerPower(power) if power < 0 => {
                Code::atom(format!("Eigen::MatrixXd({}.pow({}))", dot(a, "inverse()").text, -power))
            }
            Matrix::IntegerPower(power) => dot(a, &format!("pow({power})")),
            Matrix::Power => dot(a, &format!("pow({})", operands[1].text)),
            Matrix::Function(MatrixFunction::Expm) => dot(a, "exp()"),
            Matrix::Function(MatrixFunction::Logm) => dot(a, "log()"),
            Matrix::Function(MatrixFunction::Sqrtm) => dot(a, "sqrt()"),
            Matrix::LambdaMax => of_eigen("eigenvalues().maxCoeff()"),
            Matrix::LambdaMin => of_eigen("eigenvalues().minCoeff()"),
            Matrix::EigvecMax => of_eigen("eigenvectors().rightCols<1>()"),
            Matrix::EigvecMin => of_eigen("eigenvectors().col(0)"),
            Matrix::UMax => of_svd("matrixU().col(0)"),
            Matrix::VMax => of_svd("matrixV().col(0)"),
            Matrix::NormSpectral => dot(a, "bdcSvd().singularValues()(0)"),
            Matrix::NormNuclear => dot(a, "bdcSvd().singularValues().sum()"),
            Matrix::Every(which) => {
                let (array, code) = match which {
                    Ranked::Eigenvalue => ("VectorXd", of_eigen("eigenvalues().reverse()")),
                    Ranked::Eigenvector => ("MatrixXd", of_eigen("eigenvectors().rowwise().reverse().transpose()")),
                    Ranked::SingularValue => ("VectorXd", dot(a, "bdcSvd().singularValues()")),
                    Ranked::LeftVector => ("MatrixXd", of_svd("matrixU().transpose()")),
                    Ranked::RightVector => ("MatrixXd", of_svd("matrixV().transpose()")),
                };
                Code::atom(format!("Eigen::{array}({})", code.text))
            }
            Matrix::Polar => Code::atom(format!("polar_factor({})", a.text)),
            _ => {
                return Err(EmitError::only_in("this function of matrices", Language::Cpp, &[Language::Numpy]));
            }
        })
    }

    /// What Eigen computes in pieces is a matrix before something else reads it.
    fn evaluated(tree: &Tree, code: &Code) -> Code {
        let is_lazy = matches!(
            tree.form,
            Form::Matrix(Matrix::IntegerPower(_) | Matrix::Power | Matrix::Function(_))
                | Form::DiagonalMatrix
                | Form::Kron
        );
        if is_lazy { Code { text: format!("Eigen::MatrixXd({})", code.text), ..code.clone() } } else { code.clone() }
    }
}

/// Eigen has vectors and matrices. An array of more axes is a list of matrices, or of such lists.
static SYNTAX: Syntax = Syntax {
    most_axes: 2,
    first: 0,
    indent: "  ",
    open: |index, length| format!("for (Eigen::Index {index} = 0; {index} < {length}; ++{index}) {{"),
    close: "}",
    entry: |name, at| match at {
        [] => name.to_owned(),
        [i] => format!("{name}({i})"),
        [lists @ .., i, j] => format!("{}({i}, {j})", member(name, lists)),
    },
    member: |name, at, _| member(name, at),
    member_target: member,
    row: |name, i| format!("{name}.row({i}).transpose()"),
    set_row: |name, i, value| format!("{name}.row({i}) = {}.transpose();", value.at(Prec::Atom)),
    set_block: None,
    filled: |name, lengths, value| {
        let array = |of: &str, lengths: &[String]| match value {
            "0.0" => format!("Eigen::{of}::Zero({})", lengths.join(", ")),
            _ => format!("Eigen::{of}::Constant({}, {value})", lengths.join(", ")),
        };
        match lengths {
            [] => format!("double {name} = {value};"),
            [_] => format!("Eigen::VectorXd {name} = {};", array("VectorXd", lengths)),
            [_, _] => format!("Eigen::MatrixXd {name} = {};", array("MatrixXd", lengths)),
            [first, lists @ .., _, _] => {
                let mut inner = array("MatrixXd", &lengths[lists.len() + 1..]);
                for (depth, length) in lists.iter().rev().enumerate() {
                    inner = format!("{}({length}, {inner})", file::list(depth + 1));
                }
                format!("{} {name}({first}, {inner});", file::list(lists.len() + 1))
            }
        }
    },
    set: |target, value, adds| format!("{target} {} {value};", if adds { "+=" } else { "=" }),
    larger: |x, y| format!("std::max({x}, {y})"),
    smaller: |x, y| format!("std::min({x}, {y})"),
    number_of: |index| format!("static_cast<double>({index})"),
    position_of: |number| format!("static_cast<Eigen::Index>({number})"),
};

impl Speller for Cpp {
    fn rules(&self) -> Rules {
        Rules { reserved: &[RESERVED], ascii: true, lowercase: false }
    }

    fn decomposed(
        &self,
        of: Decomposition,
        matrix: &Code,
        wanted: &[Matrix],
        name: &mut dyn FnMut(&str) -> String,
    ) -> Option<Decomposed> {
        let name = name(if of == Decomposition::Eigen { "eigen" } else { "svd" });
        let a = &matrix.text;
        let line = match of {
            Decomposition::Eigen => format!("const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> {name}({a});"),
            Decomposition::Singular => {
                format!(
                    "const auto {name} = {};",
                    dot(matrix, "bdcSvd(Eigen::ComputeThinU | Eigen::ComputeThinV)").text
                )
            }
        };
        Some(Decomposed::new(line, wanted, |matrix| {
            let (kind, part) = match matrix {
                Matrix::LambdaMax => ("", "eigenvalues().maxCoeff()"),
                Matrix::LambdaMin => ("", "eigenvalues().minCoeff()"),
                Matrix::EigvecMax => ("", "eigenvectors().rightCols<1>()"),
                Matrix::EigvecMin => ("", "eigenvectors().col(0)"),
                Matrix::Every(Ranked::Eigenvalue) => ("VectorXd", "eigenvalues().reverse()"),
                Matrix::Every(Ranked::Eigenvector) => ("MatrixXd", "eigenvectors().rowwise().reverse().transpose()"),
                Matrix::UMax => ("", "matrixU().col(0)"),
                Matrix::VMax => ("", "matrixV().col(0)"),
                Matrix::NormSpectral => ("", "singularValues()(0)"),
                Matrix::NormNuclear => ("", "singularValues().sum()"),
                Matrix::Every(Ranked::LeftVector) => ("MatrixXd", "matrixU().transpose()"),
                Matrix::Every(Ranked::RightVector) => ("MatrixXd", "matrixV().transpose()"),
                Matrix::Polar => {
                    return Code::new(format!("{name}.matrixU() * {name}.matrixV().transpose()"), Prec::Matmul);
                }
                _ => ("VectorXd", "singularValues()"),
            };
            let part = format!("{name}.{part}");
            Code::atom(if kind.is_empty() { part } else { format!("Eigen::{kind}({part})") })
        }))
    }

    fn spell(&self, tree: &Tree, operands: &[Code], lengths: &Lengths<'_>) -> Result<Code, EmitError> {
        let rank = tree.rank();
        if rank > 2 || operands.iter().any(|code| code.rank > 2) {
            return Err(missing("an array of more than two axes"));
        }
        let code = match (&tree.form, operands) {
            (Form::Input(Source::Index(_)), _) => return Err(missing("an index that nothing binds")),
            (Form::Number(value), _) if *value == std::f64::consts::PI => Code::atom("M_PI"),
            (Form::Number(value), _) if value.is_infinite() => Code::atom("INFINITY"),
            (Form::Number(value), _) => number(*value, true),
            (Form::Size(length), _) => Code::atom(format!("static_cast<double>({})", lengths.text(length))),
            (Form::Range, _) => {
                let n = lengths.text(&tree.lengths[0]);
                Code::atom(format!("Eigen::VectorXd::LinSpaced({n}, 0, static_cast<double>({n} - 1))"))
            }
            (Form::Map(map), [x]) => Self::map(*map, x)?,
            (Form::Zip(zip), [_, _]) => {
                let stretched = Self::stretched(tree, operands, lengths)?;
                Self::zip(*zip, &stretched[0], &stretched[1])?
            }
            (Form::Sum(coeffs), _) => Self::sum(coeffs, &Self::stretched(tree, operands, lengths)?, rank),
            (Form::Square, [x]) if x.rank == 0 => x.times(" * ", x),
            (Form::Square, [x]) => dot(x, "cwiseAbs2()"),
            (Form::Times, [x, y]) => {
                let [own_x, own_y] = [0, 1].map(|place| axes(&tree.operands[place]));
                match (own_x.as_slice(), own_y.as_slice()) {
                    ([axis], [0, 1]) | ([0, 1], [axis]) if rank == 2 => {
                        let (d, m) = if own_x.len() == 1 { (x, y) } else { (y, x) };
                        let diagonal = dot(d, "asDiagonal()");
                        if *axis == 0 { diagonal.matmul(" * ", m) } else { m.matmul(" * ", &diagonal) }
                    }
                    _ => {
                        let stretched = Self::stretched(tree, operands, lengths)?;
                        let (x, y) = (&stretched[0], &stretched[1]);
                        match (x.rank, y.rank) {
                            (0, _) | (_, 0) => x.times(" * ", y),
                            _ => dot(x, &format!("cwiseProduct({})", y.text)),
                        }
                    }
                }
            }
            (Form::MatMul(..), [x, y]) if x.rank == 1 && y.rank == 1 && x == y => dot(x, "squaredNorm()"),
            (Form::MatMul(..), [x, y]) if x.rank == 1 && y.rank == 1 => dot(x, &format!("dot({})", y.text)),
            (Form::MatMul(left, right), [x, y]) => {
                let turned =
                    |is_turned: bool, code: &Code| if is_turned { dot(code, "transpose()") } else { code.clone() };
                turned(*left, x).matmul(" * ", &turned(*right, y))
            }
            (Form::Outer, [x, y]) => x.matmul(" * ", &dot(y, "transpose()")),
            (Form::Inner(false), [x, y]) if x == y => dot(x, "squaredNorm()"),
            (Form::Inner(is_turned), [x, y]) => {
                let y = if *is_turned { dot(y, "transpose()") } else { y.clone() };
                dot(x, &format!("cwiseProduct({}).sum()", y.text))
            }
            (Form::Transpose, [x]) => dot(x, "transpose()"),
            (Form::Trace, [x]) => dot(x, "trace()"),
            (Form::Diagonal, [x]) => dot(x, "diagonal()"),
            (Form::DiagonalMatrix, [x]) => dot(x, "asDiagonal()"),
            (Form::Eye, scalar) => {
                let n = lengths.text(&tree.lengths[0]);
                let eye = Code::atom(format!("Eigen::MatrixXd::Identity({n}, {n})"));
                match scalar {
                    [scalar] => scalar.times(" * ", &eye),
                    _ => eye,
                }
            }
            (Form::Spread(own), [x]) => Self::spread(x, own, tree, lengths)?,
            (Form::Broadcast(_), [x]) => x.clone(),
            (Form::Total(along), [x]) => Self::reduced(None, x, along, tree.operands[0].rank()),
            (Form::Others(_), [x]) if tree.rank() == 1 => Code::atom(format!("product_of_others({})", x.text)),
            (Form::Fold(fold, along), [x]) => Self::reduced(Some(*fold), x, along, tree.operands[0].rank()),
            (Form::Kron, [x, y]) => Code::atom(format!("Eigen::kroneckerProduct({}, {})", x.text, y.text)),
            (Form::Vec, [x]) => dot(x, "reshaped()"),
            (Form::Unvec, [x]) => dot(x, &format!("reshaped({})", lengths.texts(&tree.lengths).join(", "))),
            (Form::Matrix(_) | Form::Definite(_) | Form::Triangular { .. }, [a, ..])
                if a.rank != 2 || tree.operands[0].lengths.iter().any(is_unit) =>
            {
                return Err(missing("an operation on a stack of matrices"));
            }
            (Form::Matrix(matrix), _) => Self::matrix(*matrix, operands)?,
            (Form::Definite(matrix), _) => Self::definite(*matrix, operands)?,
            (Form::Triangular { transposed, is_lower }, [a, b]) => {
                let a = if *transposed { dot(a, "transpose()") } else { a.clone() };
                let kind = if is_lower == transposed { "Upper" } else { "Lower" };
                dot(&a, &format!("triangularView<Eigen::{kind}>().solve({})", b.text))
            }
            (Form::Stack, [only]) => only.clone(),
            (Form::Stack, parts) if rank == 1 => {
                let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
                Code::atom(format!("Eigen::VectorXd{{{{{}}}}}", texts.join(", ")))
            }
            (Form::Stack, parts) => {
                let texts = part_texts(parts, true, |part| dot(part, "transpose()").text);
                let of = lengths.texts(&tree.lengths).join(", ");
                Code::atom(format!("(Eigen::MatrixXd({of}) << {}).finished()", texts.join(", ")))
            }
            (Form::Join(axis), parts) => {
                let texts = part_texts(parts, rank == 2 && *axis == 0, |part| dot(part, "transpose()").text);
                let kind = if rank == 1 { "Vector" } else { "Matrix" };
                let of = lengths.texts(&tree.lengths).join(", ");
                Code::atom(format!("(Eigen::{kind}Xd({of}) << {}).finished()", texts.join(", ")))
            }
            (Form::Blocks(rows), parts) => {
                let texts = row_texts(rows, parts, |part| dot(part, "transpose()").text).concat();
                let of = lengths.texts(&tree.lengths).join(", ");
                Code::atom(format!("(Eigen::MatrixXd({of}) << {}).finished()", texts.join(", ")))
            }
            _ => return Err(missing("this operation")),
        };
        Ok(Self::evaluated(tree, &code))
    }

    fn needs_name(&self, tree: &Tree, _: usize) -> bool {
        // Eigen reads an operand of these entry by entry, again and again.
        matches!(&tree.form, Form::Matrix(Matrix::IntegerPower(_) | Matrix::Power | Matrix::Function(_)))
            || matches!(&tree.form, Form::Fold(Fold::LogSumExp, _))
    }

    fn syntax(&self) -> Option<&'static Syntax> {
        Some(&SYNTAX)
    }

    fn missing(&self, what: &str) -> EmitError {
        missing(what)
    }

    fn families(&self) -> Families {
        Families::Lists
    }

    fn file(&self, listing: &Listing) -> String {
        file::file(listing)
    }
}
