//! MATLAB and Octave: vectors are columns.

mod file;

use super::block::{part_texts, row_texts};
use super::code::{Code, Prec, number};
use super::decomposition::{Decomposed, Decomposition};
use super::error::EmitError;
use super::functions::names;
use super::language::Language;
use super::listing::{Families, Listing};
use super::speller::{Lengths, Speller, Syntax};
use super::tree::{Form, Tree, axes, is_unit};
use crate::codegen::identifier::Rules;
use crate::expr::{MatrixFunction, Ranked};
use crate::plan::{Fold, Map, Matrix, Source, Zip};

const RESERVED: &[&str] = &[
    "break",
    "case",
    "catch",
    "classdef",
    "continue",
    "else",
    "elseif",
    "end",
    "for",
    "function",
    "global",
    "if",
    "otherwise",
    "parfor",
    "persistent",
    "return",
    "spmd",
    "switch",
    "try",
    "while",
    "pi",
    "exp",
    "log",
    "sqrt",
    "sum",
    "prod",
    "max",
    "min",
    "det",
    "inv",
    "pinv",
    "kron",
    "diag",
    "trace",
    "size",
    "ones",
    "zeros",
    "eye",
    "abs",
    "sign",
    "repmat",
    "reshape",
    "permute",
    "lu",
    "eig",
    "svd",
    "norm",
    "expm",
    "logm",
    "sqrtm",
    "double",
    "rand",
    "randn",
    "assert",
    "isequal",
    "numel",
    "error",
    "nargin",
    "ans",
    "Inf",
    "NaN",
    "erf",
    "erfc",
    "erfcx",
    "logndtr",
    "normratio",
    "normcdf",
    "normpdf",
    "log1p",
    "expm1",
    "factorial",
    "fix",
    "length",
    "ndims",
    "tril",
    "triu",
    "sin",
    "cos",
    "tan",
    "check_gradient",
    "above",
    "below",
    "slope",
    "errors",
    "trial",
    "one",
    "iscolumn",
    "fprintf",
    "rng",
    "all",
    "gamma",
    "gammaln",
    "psi",
    "beta",
    "rank",
    "mod",
    "cross",
    "dot",
    "sigmoid",
    "softplus",
    "logsigmoid",
    "logaddexp",
    "xlogy",
    "keep",
    "logsumexp",
    "largest_eigenvector",
    "smallest_eigenvector",
    "left_singular_vector",
    "right_singular_vector",
    "rows_of_eigenvectors",
    "rows_of_left_singular_vectors",
    "rows_of_right_singular_vectors",
    "polar_factor",
    "squeeze",
    "qr",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
];

pub(super) struct Matlab;

fn missing(what: &str) -> EmitError {
    EmitError::missing(what, Language::Matlab)
}

impl Matlab {
    fn map(map: Map, x: &Code) -> Result<Code, EmitError> {
        if map == Map::Reciprocal {
            let sign = if x.rank > 0 { " ./ " } else { " / " };
            return Ok(Code::atom("1").times(sign, x));
        }
        let names = names(map).ok_or_else(|| missing("a declared function"))?;
        Ok(Code::filled(names.matlab, x))
    }

    fn transposed(x: &Code) -> Code {
        // A number is followed by no quote, nor is a quote by one that reads as a text.
        Code::atom(format!("{}'", x.at(Prec::Atom)))
    }

    fn broadcast(x: &Code, own: &[usize], rank: usize) -> Code {
        if own.is_empty() || own.iter().copied().eq(0..own.len()) {
            return x.clone();
        }
        if rank == 2 && own == [1] {
            return Self::transposed(x);
        }
        let places: Vec<String> = (0..rank)
            .map(|axis| match own.iter().position(|other| *other == axis) {
                Some(_) if own.len() == 1 => "[]".to_owned(),
                Some(place) => format!("size({}, {})", x.text, place + 1),
                None => "1".to_owned(),
            })
            .collect();
        Code::atom(format!("reshape({}, {})", x.text, places.join(", ")))
    }

    fn stretched(tree: &Tree, operands: &[Code]) -> Vec<Code> {
        tree.operands
            .iter()
            .zip(operands)
            .map(|(operand, code)| match &operand.form {
                Form::Broadcast(_) => {
                    let mut code = Self::broadcast(code, &axes(operand), tree.rank());
                    code.rank = if axes(operand).is_empty() { 0 } else { tree.rank() };
                    code
                }
                _ => code.clone(),
            })
            .collect()
    }

    /// A function that goes along one axis, along all of these.
    fn reduced(name: &str, x: &Code, along: &[usize], rank: usize, is_extreme: bool) -> Code {
        let axis = |text: &str, axis: usize| {
            if is_extreme {
                format!("{name}({text}, [], {})", axis + 1)
            } else {
                format!("{name}({text}, {})", axis + 1)
            }
        };
        if rank == 1 {
            return Code::atom(format!("{name}({})", x.text));
        }
        if along.len() == rank {
            let all = if x.is_name() {
                format!("{name}({}(:))", x.text)
            } else {
                (0..rank).fold(x.text.clone(), |text, _| format!("{name}({text})"))
            };
            return Code::atom(all);
        }
        let text = along.iter().fold(x.text.clone(), |text, place| axis(&text, *place));
        match (rank, along) {
            (2, [0]) => Code::atom(format!("{text}'")),
            (2, _) => Code::atom(text),
            (_, _) if rank - along.len() == 1 => Code::atom(format!("reshape({text}, [], 1)")),
            _ => Code::atom(format!("squeeze({text})")),
        }
    }

    fn shape(lengths: &[String]) -> String {
        match lengths {
            [n] => format!("{n}, 1"),
            _ => lengths.join(", "),
        }
    }

    fn spread(x: &Code, own: &[usize], tree: &Tree, lengths: &Lengths<'_>) -> Code {
        let texts = lengths.texts(&tree.lengths);
        let shape = Self::shape(&texts);
        if own.is_empty() {
            return match x.text.as_str() {
                "1" => Code::atom(format!("ones({shape})")),
                "0" => Code::atom(format!("zeros({shape})")),
                _ => Code::new(format!("{} * ones({shape})", x.at(Prec::Product)), Prec::Product),
            };
        }
        let counts: Vec<String> = (0..tree.rank())
            .map(|axis| if own.contains(&axis) { "1".to_owned() } else { texts[axis].clone() })
            .collect();
        Code::atom(format!("repmat({}, {})", Self::broadcast(x, own, tree.rank()).text, counts.join(", ")))
    }

    fn matrix(matrix: Matrix, operands: &[Code]) -> Result<Code, EmitError> {
        let a = &operands[0];
        let text = &a.text;
        let call = |name: &str| Code::atom(format!("{name}({text})"));
        Ok(match matrix {
            Matrix::Solve { transposed } => {
                let left = if transposed { Self::transposed(a) } else { a.clone() };
                let right = operands[1].at(Prec::Power);
                Code::new(format!("{} \\ {right}", left.at(Prec::Power)), Prec::Matmul)
            }
            Matrix::Inverse => call("inv"),
            Matrix::Det => call("det"),
            Matrix::LogDet => Code::atom(format!("sum(log(abs(diag(lu({text})))))")),
            Matrix::Pinv(_) if !matrix.is_of_singular() => call("pinv"),
            Matrix::Pinv(below) => {
                // So many roundings, of single precision where the matrix is single.
                let roundings = (below.value() / f64::EPSILON / 100.0).round() * 100.0;
                let below = format!("max({roundings} * eps(norm({text})), (numel({text}) == 1) * norm({text}))");
                Code::atom(format!("pinv({text}, {below})"))
            }
            Matrix::IntegerPower(power) => Code::new(format!("{}^{power}", a.at(Prec::Atom)), Prec::Power),
            Matrix::Power => Code::new(format!("{}^{}", a.at(Prec::Atom), operands[1].at(Prec::Atom)), Prec::Power),
            Matrix::Function(MatrixFunction::Expm) => call("expm"),
            Matrix::Function(MatrixFunction::Logm) => call("logm"),
            Matrix::Function(MatrixFunction::Sqrtm) => call("sqrtm"),
            Matrix::LambdaMax => Code::atom(format!("max(eig({text}))")),
            Matrix::LambdaMin => Code::atom(format!("min(eig({text}))")),
            Matrix::EigvecMax => call("largest_eigenvector"),
            Matrix::EigvecMin => call("smallest_eigenvector"),
            Matrix::UMax => call("left_singular_vector"),
            Matrix::VMax => call("right_singular_vector"),
            Matrix::Every(Ranked::Eigenvalue) => Code::atom(format!("sort(eig({text}), 'descend')")),
            Matrix::Every(Ranked::Eigenvector) => call("rows_of_eigenvectors"),
            Matrix::Every(Ranked::SingularValue) => call("svd"),
            Matrix::Every(Ranked::LeftVector) => call("rows_of_left_singular_vectors"),
            Matrix::Every(Ranked::RightVector) => call("rows_of_right_singular_vectors"),
            Matrix::Polar => call("polar_factor"),
            Matrix::NormSpectral => call("norm"),
            Matrix::NormNuclear => Code::atom(format!("sum(svd({text}))")),
            Matrix::Frechet(_) => return Err(missing("the derivative of a function of matrices along directions")),
            _ => return Err(missing("this function of matrices")),
        })
    }
}

/// MATLAB has operations for arrays of any number of axes, but not for every contraction and for every matrix of a family.
static SYNTAX: Syntax = Syntax {
    most_axes: usize::MAX,
    first: 1,
    indent: "    ",
    open: |index, length| format!("for {index} = 1:{length}"),
    close: "end",
    entry: |name, at| format!("{name}({})", at.join(", ")),
    member: |name, at, lengths| format!("reshape({name}({}, :, :), {})", at.join(", "), lengths.join(", ")),
    member_target: |name, at| format!("{name}({}, :, :)", at.join(", ")),
    row: |name, i| format!("{name}({i}, :)'"),
    set_row: |name, i, value| format!("{name}({i}, :) = {}';", value.at(Prec::Atom)),
    set_block: None,
    filled: |name, lengths, value| {
        let value = value.trim_end_matches(".0");
        match (lengths, value) {
            ([], _) => format!("{name} = {value};"),
            (_, "0") => format!("{name} = zeros({});", Matlab::shape(lengths)),
            _ => format!("{name} = {value} * ones({});", Matlab::shape(lengths)),
        }
    },
    set: |target, value, adds| match adds {
        true => format!("{target} = {target} + {value};"),
        false => format!("{target} = {value};"),
    },
    larger: |x, y| format!("max({x}, {y})"),
    smaller: |x, y| format!("min({x}, {y})"),
    number_of: |index| format!("({index} - 1)"),
    position_of: |number| format!("{number} + 1"),
};

impl Speller for Matlab {
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
        // Eigenvalues of `eig` have no order.
        if of == Decomposition::Eigen {
            return None;
        }
        let mut named = |wish: &str, takes: fn(Matrix) -> bool| {
            if wanted.iter().any(|matrix| takes(*matrix)) { name(wish) } else { "~".to_owned() }
        };
        let u = named("U", |one| matches!(one, Matrix::UMax | Matrix::Polar | Matrix::Every(Ranked::LeftVector)));
        let s = named("S", |one| !Decomposition::needs_vectors(one));
        let v = named("V", |one| matches!(one, Matrix::VMax | Matrix::Polar | Matrix::Every(Ranked::RightVector)));
        let line = format!("[{u}, {s}, {v}] = svd({}, 'econ');", matrix.text);
        Some(Decomposed::new(line, wanted, |matrix| match matrix {
            Matrix::UMax => Code::atom(format!("{u}(:, 1)")),
            Matrix::VMax => Code::atom(format!("{v}(:, 1)")),
            Matrix::NormSpectral => Code::atom(format!("{s}(1, 1)")),
            Matrix::NormNuclear => Code::atom(format!("trace({s})")),
            Matrix::Polar => Code::new(format!("{u} * {v}'"), Prec::Matmul),
            Matrix::Every(Ranked::LeftVector) => Code::new(format!("{u}'"), Prec::Power),
            Matrix::Every(Ranked::RightVector) => Code::new(format!("{v}'"), Prec::Power),
            _ => Code::atom(format!("diag({s})")),
        }))
    }

    fn spell(&self, tree: &Tree, operands: &[Code], lengths: &Lengths<'_>) -> Result<Code, EmitError> {
        let rank = tree.rank();
        Ok(match (&tree.form, operands) {
            (Form::Input(Source::Index(_)), _) => return Err(missing("an index that nothing binds")),
            (Form::Number(value), _) if *value == std::f64::consts::PI => Code::atom("pi"),
            (Form::Number(value), _) if value.is_infinite() => Code::atom("Inf"),
            (Form::Number(value), _) => number(*value, false),
            (Form::Size(length), _) => lengths.code(length),
            (Form::Range, _) => Code::atom(format!("(0:{} - 1)'", lengths.text(&tree.lengths[0]))),
            (Form::Map(map), [x]) => Self::map(*map, x)?,
            (Form::Zip(zip), [_, _]) => {
                let stretched = Self::stretched(tree, operands);
                let (x, y) = (&stretched[0], &stretched[1]);
                match zip {
                    Zip::Divide if y.rank == 0 => x.times(" / ", y),
                    Zip::Divide => x.times(" ./ ", y),
                    Zip::Power if rank == 0 => {
                        Code::new(format!("{}^{}", x.at(Prec::Atom), y.at(Prec::Atom)), Prec::Power)
                    }
                    Zip::Power => Code::new(format!("{} .^ {}", x.at(Prec::Atom), y.at(Prec::Atom)), Prec::Power),
                    Zip::LogAddExp => Code::atom(format!("logaddexp({}, {})", x.text, y.text)),
                    Zip::Xlogy => Code::atom(format!("xlogy({}, {})", x.text, y.text)),
                    Zip::Equal => Code::atom(format!("double({} == {})", x.at(Prec::Sum), y.at(Prec::Sum))),
                    Zip::Keep => Code::atom(format!("keep({}, {})", x.text, y.text)),
                    Zip::Maximum => Code::atom(format!("max({}, {})", x.text, y.text)),
                    Zip::Minimum => Code::atom(format!("min({}, {})", x.text, y.text)),
                }
            }
            (Form::Sum(coeffs), _) => {
                let operands = Self::stretched(tree, operands);
                let terms: Vec<(bool, Code)> = coeffs
                    .iter()
                    .zip(&operands)
                    .map(|(coeff, code)| (*coeff < 0.0, code.scaled(coeff.abs(), false)))
                    .collect();
                Code::sum(&terms, " + ", " - ")
            }
            (Form::Square, [x]) => {
                Code::new(format!("{}{}2", x.at(Prec::Atom), if rank > 0 { ".^" } else { "^" }), Prec::Power)
            }
            (Form::Times, [_, _]) => {
                let stretched = Self::stretched(tree, operands);
                let sign = if stretched.iter().all(|code| code.rank > 0) { " .* " } else { " * " };
                stretched[0].times(sign, &stretched[1])
            }
            (Form::MatMul(..), [x, y]) if x.rank == 1 && y.rank == 1 => Self::transposed(x).matmul(" * ", y),
            (Form::MatMul(left, right), [x, y]) => {
                let turned =
                    |is_turned: bool, code: &Code| if is_turned { Self::transposed(code) } else { code.clone() };
                turned(*left, x).matmul(" * ", &turned(*right, y))
            }
            (Form::Outer, [x, y]) => x.matmul(" * ", &Self::transposed(y)),
            (Form::Inner(is_turned), [x, y]) => {
                let y = if *is_turned { Self::transposed(y) } else { y.clone() };
                let product = if *x == y { format!("{}.^2", x.at(Prec::Atom)) } else { x.times(" .* ", &y).text };
                Code::atom(format!("sum(sum({product}))"))
            }
            (Form::Transpose, [x]) => Self::transposed(x),
            (Form::Permute(order), [x]) => {
                let order: Vec<String> = order.iter().map(|axis| (axis + 1).to_string()).collect();
                Code::atom(format!("permute({}, [{}])", x.text, order.join(" ")))
            }
            (Form::Trace, [x]) => Code::atom(format!("trace({})", x.text)),
            (Form::Diagonal | Form::DiagonalMatrix, [x]) => Code::atom(format!("diag({})", x.text)),
            (Form::Eye, scalar) => {
                let eye = Code::atom(format!("eye({})", lengths.text(&tree.lengths[0])));
                match scalar {
                    [scalar] => scalar.times(" * ", &eye),
                    _ => eye,
                }
            }
            (Form::Spread(own), [x]) => Self::spread(x, own, tree, lengths),
            (Form::Broadcast(_), [x]) => x.clone(),
            (Form::Total(along), [x]) => Self::reduced("sum", x, along, tree.operands[0].rank(), false),
            (Form::Kron, [x, y]) => Code::atom(format!("kron({}, {})", x.text, y.text)),
            (Form::Vec, [x]) => {
                Code::atom(if x.is_name() { format!("{}(:)", x.text) } else { format!("reshape({}, [], 1)", x.text) })
            }
            (Form::Unvec, [x]) => {
                Code::atom(format!("reshape({}, {})", x.text, lengths.texts(&tree.lengths).join(", ")))
            }
            (Form::Others(_), [x]) if rank == 1 => Code::new(
                format!("cumprod([1; {0}(1:end-1)]) .* flipud(cumprod([1; {0}(end:-1:2)]))", x.text),
                Prec::Product,
            ),
            (Form::Fold(fold, along), [x]) => {
                let of = tree.operands[0].rank();
                match fold {
                    Fold::Max => Self::reduced("max", x, along, of, true),
                    Fold::Min => Self::reduced("min", x, along, of, true),
                    Fold::Product => Self::reduced("prod", x, along, of, false),
                    Fold::LogSumExp if along.len() == of && of > 1 => {
                        Code::atom(format!("logsumexp(reshape({}, [], 1), 1)", x.text))
                    }
                    Fold::LogSumExp if of == 1 => Code::atom(format!("logsumexp({}, 1)", x.text)),
                    Fold::LogSumExp => Self::reduced("logsumexp", x, along, of, false),
                }
            }
            (Form::Matrix(_) | Form::Definite(_) | Form::Triangular { .. }, [a, ..])
                if a.rank != 2 || tree.operands[0].lengths.iter().any(is_unit) =>
            {
                return Err(missing("an operation on a stack of matrices"));
            }
            (Form::Matrix(matrix) | Form::Definite(matrix), _) => Self::matrix(*matrix, operands)?,
            // It sees for itself that a matrix is triangular.
            (Form::Triangular { transposed, .. }, _) => {
                Self::matrix(Matrix::Solve { transposed: *transposed }, operands)?
            }
            (Form::Stack, [only]) => only.clone(),
            (Form::Stack, parts) if rank <= 2 => {
                let texts = part_texts(parts, true, |part| Self::transposed(part).text);
                Code::atom(format!("[{}]", texts.join("; ")))
            }
            (Form::Blocks(rows), parts) => {
                let rows = row_texts(rows, parts, |part| Self::transposed(part).text);
                let rows: Vec<String> = rows.into_iter().map(|row| row.join(", ")).collect();
                Code::atom(format!("[{}]", rows.join("; ")))
            }
            (Form::Join(axis), parts) if rank <= 2 => {
                let texts = part_texts(parts, rank == 2 && *axis == 0, |part| Self::transposed(part).text);
                Code::atom(format!("[{}]", texts.join(if *axis == 0 { "; " } else { ", " })))
            }
            (Form::Scatter, [parts, _]) if let Some((before, after)) = lengths.padding(tree) => {
                let rest = lengths.texts(&tree.lengths[1..]).first().cloned().unwrap_or_else(|| "1".to_owned());
                let zeros = |count: &str| (count != "0").then(|| format!("zeros({count}, {rest})"));
                let all = [zeros(&before), Some(parts.text.clone()), zeros(&after)];
                Code::atom(format!("[{}]", all.into_iter().flatten().collect::<Vec<_>>().join("; ")))
            }
            (Form::Take, [array, positions @ ..]) => {
                let is_scalar = tree.operands[1..].iter().all(|operand| operand.rank() == 0);
                if positions.len() > 1 && !is_scalar || !array.is_name() {
                    return Err(missing("entries at positions of several axes"));
                }
                let rest = tree.operands[0].rank() - positions.len();
                let bounds = |operand: &Tree| lengths.slice(&tree.operands[0], operand);
                let places = tree.operands[1..].iter().zip(positions).map(|(operand, code)| match operand.form {
                    _ if let Some(slice) = bounds(operand) => slice.up_to_end(lengths),
                    Form::Number(value) => format!("{:.0}", value + 1.0),
                    _ => format!("{} + 1", code.text),
                });
                let places: Vec<String> = places.chain(std::iter::repeat_n(":".to_owned(), rest)).collect();
                let text = format!("{}({})", array.text, places.join(", "));
                if is_scalar && rest > 1 {
                    return Ok(Code::atom(format!("reshape({text}, {})", lengths.texts(&tree.lengths).join(", "))));
                }
                Code::atom(if is_scalar && rest == 1 && positions.len() == 1 { format!("{text}'") } else { text })
            }
            _ => return Err(missing("this operation")),
        })
    }

    fn needs_name(&self, tree: &Tree, place: usize) -> bool {
        place == 0 && (matches!(tree.form, Form::Take | Form::Others(_)) || tree.has_cutoff())
    }

    fn syntax(&self) -> Option<&'static Syntax> {
        Some(&SYNTAX)
    }

    fn missing(&self, what: &str) -> EmitError {
        missing(what)
    }

    fn families(&self) -> Families {
        Families::Last
    }

    fn file(&self, listing: &Listing) -> String {
        file::file(listing)
    }
}
