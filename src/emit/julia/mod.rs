//! Julia with plain arrays.

mod file;

use super::block::{part_texts, row_texts};
use super::code::{Code, Prec, number};
use super::decomposition::{Decomposed, Decomposition};
use super::error::EmitError;
use super::functions::names;
use super::language::Language;
use super::listing::Listing;
use super::speller::{Lengths, Speller, Syntax};
use super::tree::{Form, Tree, axes, is_unit};
use crate::codegen::identifier::Rules;
use crate::expr::{Func, MatrixFunction, Ranked};
use crate::plan::{Fold, Map, Matrix, Source, Zip};

const RESERVED: &[&str] = &[
    "baremodule",
    "begin",
    "break",
    "catch",
    "const",
    "continue",
    "do",
    "else",
    "elseif",
    "end",
    "export",
    "false",
    "finally",
    "for",
    "function",
    "global",
    "if",
    "import",
    "in",
    "isa",
    "let",
    "local",
    "macro",
    "module",
    "outer",
    "quote",
    "return",
    "struct",
    "true",
    "try",
    "using",
    "where",
    "while",
    "I",
    "pi",
    "im",
    "exp",
    "log",
    "sqrt",
    "sum",
    "prod",
    "maximum",
    "minimum",
    "dot",
    "det",
    "inv",
    "pinv",
    "kron",
    "diag",
    "tr",
    "vec",
    "size",
    "ones",
    "zeros",
    "fill",
    "above",
    "below",
    "slope",
    "worst",
    "length",
    "exit",
    "abs",
    "sign",
    "max",
    "min",
    "randn",
    "rand",
    "rank",
    "norm",
    "transpose",
    "reshape",
    "repeat",
    "check_gradient",
    "sigmoid",
    "softplus",
    "gamma",
    "loggamma",
    "digamma",
    "trigamma",
    "polygamma",
    "relu",
    "normcdf",
    "normpdf",
    "logndtr",
    "normratio",
    "erfc",
    "erfcx",
    "logaddexp",
    "xlogy",
    "logsigmoid",
    "logsumexp",
    "Int",
    "Float64",
    "ifelse",
    "diagm",
    "Matrix",
    "permutedims",
    "mutable",
    "abstract",
    "primitive",
    "type",
];

pub(super) struct Julia;

fn missing(what: &str) -> EmitError {
    EmitError::missing(what, Language::Julia)
}

impl Julia {
    /// A function entry by entry, dotted where it is of an array.
    fn apply(name: &str, x: &Code) -> Code {
        if x.rank > 0 { Code::atom(format!("{name}.({})", x.text)) } else { Code::atom(format!("{name}({})", x.text)) }
    }

    fn map(map: Map, x: &Code) -> Result<Code, EmitError> {
        let name = match map {
            Map::Reciprocal => {
                let sign = if x.rank > 0 { " ./ " } else { " / " };
                return Ok(Code::atom("1").times(sign, x));
            }
            Map::Func(Func::Step) => return Ok(Self::logical(x, ">")),
            Map::Func(Func::IsZero) => return Ok(Self::logical(x, "==")),
            _ => names(map).ok_or_else(|| missing("a declared function"))?.julia,
        };
        Ok(Self::apply(name, x))
    }

    fn logical(x: &Code, sign: &str) -> Code {
        match x.rank {
            0 => Code::atom(format!("Float64({} {sign} 0)", x.at(Prec::Sum))),
            _ => Code::atom(format!("Float64.({} .{sign} 0)", x.at(Prec::Sum))),
        }
    }

    /// An operand of an operation entry by entry, as the others have axes that it does not have.
    fn broadcast(x: &Code, own: &[usize], rank: usize) -> Code {
        if own.is_empty() || own.iter().copied().eq(0..own.len()) {
            return x.clone();
        }
        if rank == 2 && own == [1] {
            return Self::transposed(x);
        }
        let places: Vec<&str> = (0..rank).map(|axis| if own.contains(&axis) { ":" } else { "1" }).collect();
        match own.len() {
            1 => Code::atom(format!("reshape({}, {})", x.text, places.join(", "))),
            _ => {
                let sizes = (0..rank).map(|axis| match own.iter().position(|other| *other == axis) {
                    Some(place) => format!("size({}, {})", x.text, place + 1),
                    None => "1".to_owned(),
                });
                Code::atom(format!("reshape({}, {})", x.text, sizes.collect::<Vec<_>>().join(", ")))
            }
        }
    }

    fn transposed(x: &Code) -> Code {
        Code::atom(format!("{}'", x.at(Prec::Atom)))
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

    fn is_uneven(tree: &Tree) -> bool {
        tree.operands.iter().any(|operand| axes(operand).len() < tree.rank())
    }

    fn sum(tree: &Tree, coeffs: &[f64], operands: &[Code]) -> Code {
        let mut operands = Self::stretched(tree, operands);
        // The identity needs no size beside a matrix.
        let is_thin = |operand: &Tree| matches!(operand.form, Form::Eye | Form::DiagonalMatrix);
        if tree.operands.iter().any(|operand| !is_thin(operand) && axes(operand).len() == 2) {
            for (operand, code) in tree.operands.iter().zip(&mut operands) {
                if operand.form == Form::Eye
                    && let Some(at) = code.text.find("Matrix(1.0I")
                {
                    code.text = format!("{}I", &code.text[..at]);
                }
            }
        }
        let terms: Vec<(bool, Code)> =
            coeffs.iter().zip(&operands).map(|(coeff, code)| (*coeff < 0.0, code.scaled(coeff.abs(), false))).collect();
        if Self::is_uneven(tree) { Code::sum(&terms, " .+ ", " .- ") } else { Code::sum(&terms, " + ", " - ") }
    }

    fn times(x: &Code, y: &Code) -> Code {
        if x.rank > 0 && y.rank > 0 { x.times(" .* ", y) } else { x.times(" * ", y) }
    }

    fn reduced(name: &str, x: &Code, along: &[usize], rank: usize, more: &str) -> Code {
        if along.len() == rank {
            return Code::atom(format!("{name}({})", x.text));
        }
        let dims: Vec<String> = along.iter().map(|axis| (axis + 1).to_string()).collect();
        let dims = if dims.len() == 1 { dims[0].clone() } else { format!("({})", dims.join(", ")) };
        let inner = format!("{name}({}{more}; dims={dims})", x.text);
        if rank - along.len() == 1 {
            Code::atom(format!("vec({inner})"))
        } else {
            Code::atom(format!("dropdims({inner}; dims={dims})"))
        }
    }

    fn spread(x: &Code, own: &[usize], tree: &Tree, lengths: &Lengths<'_>) -> Code {
        let texts = lengths.texts(&tree.lengths);
        if own.is_empty() {
            return match x.text.as_str() {
                "1" => Code::atom(format!("ones({})", texts.join(", "))),
                "0" => Code::atom(format!("zeros({})", texts.join(", "))),
                // Of whole numbers alone the array would hold whole numbers.
                text => {
                    let point = if text.parse::<i64>().is_ok() { ".0" } else { "" };
                    Code::atom(format!("fill({text}{point}, {})", texts.join(", ")))
                }
            };
        }
        let counts =
            (0..tree.rank()).map(|axis| if own.contains(&axis) { "1".to_owned() } else { texts[axis].clone() });
        let counts: Vec<String> = counts.collect();
        Code::atom(format!("repeat({}, {})", Self::broadcast(x, own, tree.rank()).text, counts.join(", ")))
    }

    /// Of a positive definite matrix, by Cholesky's factorization.
    fn definite(matrix: Matrix, operands: &[Code]) -> Result<Code, EmitError> {
        let factors = format!("cholesky(Symmetric({}))", operands[0].text);
        Ok(match matrix {
            Matrix::Solve { .. } => Code::new(format!("{factors} \\ {}", operands[1].at(Prec::Power)), Prec::Matmul),
            Matrix::LogDet => Code::atom(format!("logdet({factors})")),
            Matrix::Inverse => Code::atom(format!("inv({factors})")),
            _ => Self::matrix(matrix, operands)?,
        })
    }

    fn matrix(matrix: Matrix, operands: &[Code]) -> Result<Code, EmitError> {
        let a = &operands[0];
        let text = &a.text;
        Ok(match matrix {
            Matrix::Solve { transposed } => {
                let left = if transposed { Self::transposed(a) } else { a.clone() };
                let right = operands[1].at(Prec::Power);
                Code::new(format!("{} \\ {right}", left.at(Prec::Power)), Prec::Matmul)
            }
            Matrix::Inverse => Code::atom(format!("inv({text})")),
            Matrix::Det => Code::atom(format!("det({text})")),
            Matrix::LogDet => Code::atom(format!("logdet({text})")),
            Matrix::Pinv(_) if !matrix.is_of_singular() => Code::atom(format!("pinv({text})")),
            Matrix::Pinv(below) => {
                Code::atom(format!("pinv({text}; rtol=(length({text}) > 1 ? {:?} : 1.0))", below.value()))
            }
            Matrix::IntegerPower(power) => Code::new(format!("{}^{power}", a.at(Prec::Atom)), Prec::Power),
            Matrix::Power => Code::new(format!("{}^{}", a.at(Prec::Atom), operands[1].at(Prec::Atom)), Prec::Power),
            Matrix::Function(MatrixFunction::Expm) => Code::atom(format!("exp({text})")),
            Matrix::Function(MatrixFunction::Logm) => Code::atom(format!("log({text})")),
            Matrix::Function(MatrixFunction::Sqrtm) => Code::atom(format!("sqrt({text})")),
            Matrix::LambdaMax => Code::atom(format!("eigmax(Symmetric({text}))")),
            Matrix::LambdaMin => Code::atom(format!("eigmin(Symmetric({text}))")),
            Matrix::EigvecMax => Code::atom(format!("eigvecs(Symmetric({text}))[:, end]")),
            Matrix::EigvecMin => Code::atom(format!("eigvecs(Symmetric({text}))[:, 1]")),
            Matrix::UMax => Code::atom(format!("svd({text}).U[:, 1]")),
            Matrix::VMax => Code::atom(format!("svd({text}).V[:, 1]")),
            Matrix::Every(Ranked::Eigenvalue) => Code::atom(format!("reverse(eigvals(Symmetric({text})))")),
            Matrix::Every(Ranked::Eigenvector) => {
                Code::atom(format!("permutedims(reverse(eigvecs(Symmetric({text})), dims=2))"))
            }
            Matrix::Every(Ranked::SingularValue) => Code::atom(format!("svdvals({text})")),
            Matrix::Every(Ranked::LeftVector) => Code::atom(format!("permutedims(svd({text}).U)")),
            Matrix::Every(Ranked::RightVector) => Code::atom(format!("svd({text}).Vt")),
            Matrix::Polar => Code::atom(format!("(F -> F.U * F.Vt)(svd({text}))")),
            Matrix::NormSpectral => Code::atom(format!("opnorm({text})")),
            Matrix::NormNuclear => Code::atom(format!("sum(svdvals({text}))")),
            Matrix::Frechet(_) => return Err(missing("the derivative of a function of matrices along directions")),
            _ => return Err(missing("this function of matrices")),
        })
    }

    /// Arrays one after the other along an axis; one that lacks it is an entry, a row or a column.
    fn joined(tree: &Tree, parts: &[Code], axis: usize, lengths: &Lengths<'_>) -> Code {
        let rank = tree.rank();
        let texts: Vec<String> = parts
            .iter()
            .zip(&tree.operands)
            .map(|(code, part)| match part.rank() {
                own if own == rank || rank == 1 || (rank == 2 && axis == 1) => code.text.clone(),
                1 => Self::transposed(code).text,
                _ => {
                    let mut of = lengths.texts(&part.lengths);
                    of.insert(axis, "1".to_owned());
                    format!("reshape({}, {})", code.text, of.join(", "))
                }
            })
            .collect();
        let list = texts.join(", ");
        Code::atom(match axis {
            0 => format!("vcat({list})"),
            1 => format!("hcat({list})"),
            _ => format!("cat({list}; dims={})", axis + 1),
        })
    }

    fn take(tree: &Tree, operands: &[Code], lengths: &Lengths<'_>) -> Result<Code, EmitError> {
        let rest = tree.operands[0].rank() + 1 - operands.len();
        let is_scalar = tree.operands[1..].iter().all(|operand| operand.rank() == 0);
        if operands.len() > 2 && !is_scalar || tree.operands[0].lengths.iter().any(is_unit) {
            return Err(missing("entries at positions of several axes"));
        }
        let bounds = |operand: &Tree| lengths.slice(&tree.operands[0], operand);
        let places = tree.operands[1..].iter().zip(&operands[1..]).map(|(operand, code)| match operand.form {
            _ if let Some(slice) = bounds(operand) => slice.up_to_end(lengths),
            Form::Number(value) => format!("{:.0}", value + 1.0),
            _ if operand.rank() == 0 => format!("Int({}) + 1", code.text),
            _ => format!("Int.({}) .+ 1", code.text),
        });
        let places: Vec<String> = places.chain(std::iter::repeat_n(":".to_owned(), rest)).collect();
        Ok(Code::atom(format!("{}[{}]", operands[0].at(Prec::Atom), places.join(", "))))
    }
}

/// Julia has operations for arrays of any number of axes, but not for every contraction and for every matrix of a family.
static SYNTAX: Syntax = Syntax {
    most_axes: usize::MAX,
    first: 1,
    indent: "    ",
    open: |index, length| format!("for {index} in 1:{length}"),
    close: "end",
    entry: |name, at| format!("{name}[{}]", at.join(", ")),
    member: |name, at, _| format!("{name}[{}, :, :]", at.join(", ")),
    member_target: |name, at| format!("{name}[{}, :, :]", at.join(", ")),
    row: |name, i| format!("{name}[{i}, :]"),
    set_row: |name, i, value| format!("{name}[{i}, :] = {}", value.text),
    set_block: None,
    filled: |name, lengths, value| match (lengths, value) {
        ([], _) => format!("{name} = {value}"),
        (_, "0.0") => format!("{name} = zeros({})", lengths.join(", ")),
        _ => format!("{name} = fill({value}, {})", lengths.join(", ")),
    },
    set: |target, value, adds| format!("{target} {} {value}", if adds { "+=" } else { "=" }),
    larger: |x, y| format!("max({x}, {y})"),
    smaller: |x, y| format!("min({x}, {y})"),
    number_of: |index| format!("({index} - 1)"),
    position_of: |number| format!("Int({number}) + 1"),
};

impl Speller for Julia {
    fn rules(&self) -> Rules {
        Rules { reserved: &[RESERVED], ascii: false, lowercase: false }
    }

    fn decomposed(
        &self,
        of: Decomposition,
        matrix: &Code,
        wanted: &[Matrix],
        name: &mut dyn FnMut(&str) -> String,
    ) -> Option<Decomposed> {
        let (f, a) = (name("F"), &matrix.text);
        let line = match of {
            Decomposition::Eigen => format!("{f} = eigen(Symmetric({a}))"),
            Decomposition::Singular => format!("{f} = svd({a})"),
        };
        Some(Decomposed::new(line, wanted, |matrix| match matrix {
            Matrix::LambdaMax => Code::atom(format!("{f}.values[end]")),
            Matrix::LambdaMin => Code::atom(format!("{f}.values[1]")),
            Matrix::EigvecMax => Code::atom(format!("{f}.vectors[:, end]")),
            Matrix::EigvecMin => Code::atom(format!("{f}.vectors[:, 1]")),
            Matrix::Every(Ranked::Eigenvalue) => Code::atom(format!("reverse({f}.values)")),
            Matrix::Every(Ranked::Eigenvector) => Code::atom(format!("permutedims(reverse({f}.vectors, dims=2))")),
            Matrix::UMax => Code::atom(format!("{f}.U[:, 1]")),
            Matrix::VMax => Code::atom(format!("{f}.V[:, 1]")),
            Matrix::NormSpectral => Code::atom(format!("{f}.S[1]")),
            Matrix::NormNuclear => Code::atom(format!("sum({f}.S)")),
            Matrix::Polar => Code::new(format!("{f}.U * {f}.Vt"), Prec::Matmul),
            Matrix::Every(Ranked::LeftVector) => Code::atom(format!("permutedims({f}.U)")),
            Matrix::Every(Ranked::RightVector) => Code::atom(format!("{f}.Vt")),
            _ => Code::atom(format!("{f}.S")),
        }))
    }

    fn spell(&self, tree: &Tree, operands: &[Code], lengths: &Lengths<'_>) -> Result<Code, EmitError> {
        Ok(match (&tree.form, operands) {
            (Form::Input(Source::Index(_)), _) => return Err(missing("an index that nothing binds")),
            (Form::Number(value), _) if *value == std::f64::consts::PI => Code::atom("pi"),
            (Form::Number(value), _) if value.is_infinite() => Code::atom("Inf"),
            (Form::Number(value), _) => number(*value, false),
            (Form::Size(length), _) => lengths.code(length),
            (Form::Range, _) => Code::atom(format!("(0:{} - 1)", lengths.text(&tree.lengths[0]))),
            (Form::Map(map), [x]) => Self::map(*map, x)?,
            (Form::Zip(zip), [_, _]) => {
                let stretched = Self::stretched(tree, operands);
                let (x, y) = (&stretched[0], &stretched[1]);
                let dotted = tree.rank() > 0;
                let call = |name: &str| {
                    let dot = if dotted { "." } else { "" };
                    Code::atom(format!("{name}{dot}({}, {})", x.text, y.text))
                };
                // Whole numbers have no powers below 0.
                let base = tree.operands[0].as_number().filter(|value| *zip == Zip::Power && value.fract() == 0.0);
                let base = base.map(|value| Code { rank: x.rank, ..number(value, true) });
                let x = base.as_ref().unwrap_or(x);
                match zip {
                    Zip::Divide if y.rank == 0 => x.times(" / ", y),
                    Zip::Divide => x.times(" ./ ", y),
                    Zip::Power if !dotted => {
                        Code::new(format!("{}^{}", x.at(Prec::Atom), y.at(Prec::Atom)), Prec::Power)
                    }
                    Zip::Power => Code::new(format!("{} .^ {}", x.at(Prec::Atom), y.at(Prec::Atom)), Prec::Power),
                    Zip::LogAddExp => call("logaddexp"),
                    Zip::Xlogy => call("xlogy"),
                    Zip::Maximum => call("max"),
                    Zip::Minimum => call("min"),
                    Zip::Equal if dotted => {
                        Code::atom(format!("Float64.({} .== {})", x.at(Prec::Sum), y.at(Prec::Sum)))
                    }
                    Zip::Equal => Code::atom(format!("Float64({} == {})", x.at(Prec::Sum), y.at(Prec::Sum))),
                    Zip::Keep if dotted => Code::atom(format!("ifelse.({} .!= 0, {}, 0.0)", y.at(Prec::Sum), x.text)),
                    Zip::Keep => Code::atom(format!("ifelse({} != 0, {}, 0.0)", y.at(Prec::Sum), x.text)),
                }
            }
            (Form::Sum(coeffs), _) => Self::sum(tree, coeffs, operands),
            (Form::Square, [x]) => {
                let sign = if tree.rank() > 0 { " .^ " } else { "^" };
                Code::new(format!("{}{sign}2", x.at(Prec::Atom)), Prec::Power)
            }
            (Form::Times, [_, _]) => {
                let stretched = Self::stretched(tree, operands);
                Self::times(&stretched[0], &stretched[1])
            }
            (Form::MatMul(..), [x, y]) if x.rank == 1 && y.rank == 1 => {
                Code::atom(format!("dot({}, {})", x.text, y.text))
            }
            (Form::MatMul(left, right), [x, y]) => {
                let turned =
                    |is_turned: bool, code: &Code| if is_turned { Self::transposed(code) } else { code.clone() };
                turned(*left, x).matmul(" * ", &turned(*right, y))
            }
            (Form::Outer, [x, y]) => x.matmul(" * ", &Self::transposed(y)),
            (Form::Inner(is_turned), [x, y]) => {
                let y = if *is_turned { Self::transposed(y) } else { y.clone() };
                if *x == y {
                    Code::atom(format!("sum(abs2, {})", x.text))
                } else {
                    Code::atom(format!("dot({}, {})", x.text, y.text))
                }
            }
            (Form::Transpose, [x]) => Self::transposed(x),
            (Form::Permute(order), [x]) => {
                let order: Vec<String> = order.iter().map(|axis| (axis + 1).to_string()).collect();
                Code::atom(format!("permutedims({}, ({}))", x.text, order.join(", ")))
            }
            (Form::Trace, [x]) => Code::atom(format!("tr({})", x.text)),
            (Form::Diagonal, [x]) => Code::atom(format!("diag({})", x.text)),
            (Form::DiagonalMatrix, [x]) => Code::atom(format!("diagm({})", x.text)),
            (Form::Eye, scalar) => {
                let n = lengths.text(&tree.lengths[0]);
                let eye = Code::atom(format!("Matrix(1.0I, {n}, {n})"));
                match scalar {
                    [scalar] => scalar.times(" * ", &eye),
                    _ => eye,
                }
            }
            (Form::Spread(own), [x]) => Self::spread(x, own, tree, lengths),
            (Form::Broadcast(_), [x]) => x.clone(),
            (Form::Total(along), [x]) => Self::reduced("sum", x, along, tree.operands[0].rank(), ""),
            (Form::Kron, [x, y]) => Code::atom(format!("kron({}, {})", x.text, y.text)),
            (Form::Vec, [x]) => Code::atom(format!("vec({})", x.text)),
            (Form::Unvec, [x]) => {
                Code::atom(format!("reshape({}, {})", x.text, lengths.texts(&tree.lengths).join(", ")))
            }
            (Form::Others(_), [x]) if tree.rank() == 1 => {
                Code::atom(format!("(x -> cumprod([1; x[1:end-1]]) .* reverse(cumprod([1; x[end:-1:2]])))({})", x.text))
            }
            (Form::Fold(fold, along), [x]) => {
                let rank = tree.operands[0].rank();
                match fold {
                    Fold::Max => Self::reduced("maximum", x, along, rank, ""),
                    Fold::Min => Self::reduced("minimum", x, along, rank, ""),
                    Fold::Product => Self::reduced("prod", x, along, rank, ""),
                    Fold::LogSumExp => Self::reduced("logsumexp", x, along, rank, ""),
                }
            }
            (Form::Matrix(_) | Form::Definite(_) | Form::Triangular { .. }, [a, ..])
                if a.rank != 2 || tree.operands[0].lengths.iter().any(is_unit) =>
            {
                return Err(missing("an operation on a stack of matrices"));
            }
            (Form::Matrix(matrix), _) => Self::matrix(*matrix, operands)?,
            (Form::Definite(matrix), _) => Self::definite(*matrix, operands)?,
            (Form::Triangular { transposed, is_lower }, [a, b]) => {
                let kind = if *is_lower { "LowerTriangular" } else { "UpperTriangular" };
                let turn = if *transposed { "'" } else { "" };
                Code::new(format!("{kind}({}){turn} \\ {}", a.text, b.at(Prec::Power)), Prec::Matmul)
            }
            (Form::Stack, [only]) => only.clone(),
            (Form::Stack, parts) if tree.rank() <= 2 => {
                let texts = part_texts(parts, true, |part| Self::transposed(part).text);
                if tree.rank() == 2 {
                    Code::atom(format!("vcat({})", texts.join(", ")))
                } else {
                    Code::atom(format!("[{}]", texts.join(", ")))
                }
            }
            (Form::Scatter, [parts, _]) if let Some((before, after)) = lengths.padding(tree) => {
                let rest = lengths.texts(&tree.lengths[1..]).iter().map(|text| format!(", {text}")).collect::<String>();
                let zeros = |count: &str| (count != "0").then(|| format!("zeros({count}{rest})"));
                let all = [zeros(&before), Some(parts.text.clone()), zeros(&after)];
                Code::atom(format!("vcat({})", all.into_iter().flatten().collect::<Vec<_>>().join(", ")))
            }
            (Form::Blocks(rows), parts) => {
                // Spaces are between blocks, so that there is none in them.
                let texts: Vec<Code> =
                    parts.iter().map(|part| Code { text: part.at(Prec::Power), ..part.clone() }).collect();
                let rows = row_texts(rows, &texts, |part| Self::transposed(part).text);
                let rows: Vec<String> = rows.into_iter().map(|row| row.join(" ")).collect();
                Code::atom(format!("[{}]", rows.join("; ")))
            }
            (Form::Join(axis), parts) => Self::joined(tree, parts, *axis, lengths),
            (Form::Take, _) => Self::take(tree, operands, lengths)?,
            _ => return Err(missing("this operation")),
        })
    }

    fn syntax(&self) -> Option<&'static Syntax> {
        Some(&SYNTAX)
    }

    fn constant(&self, value: f64, _: Option<&str>) -> Option<Code> {
        value.is_finite().then(|| number(value, true))
    }

    fn needs_name(&self, tree: &Tree, place: usize) -> bool {
        place == 0 && tree.has_cutoff()
    }

    fn missing(&self, what: &str) -> EmitError {
        missing(what)
    }

    fn file(&self, listing: &Listing) -> String {
        file::file(listing)
    }
}
