//! Rust with nalgebra: scalars, `DVector` and `DMatrix`.

mod file;

use super::code::{Code, Origin, Prec, free, number};
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
    "as",
    "async",
    "await",
    "break",
    "const",
    "continue",
    "crate",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
    "abstract",
    "become",
    "box",
    "do",
    "final",
    "gen",
    "macro",
    "override",
    "priv",
    "try",
    "typeof",
    "unsized",
    "virtual",
    "yield",
    "main",
    "check_gradient",
    "f64",
    "usize",
    "above",
    "below",
    "slope",
    "worst",
    "error",
    "seed",
    "sign",
    "step",
    "sigmoid",
    "softplus",
    "gamma",
    "log_gamma",
    "polygamma",
    "relu",
    "xlogy",
    "random",
    "is_zero",
    "log_sigmoid",
    "log_add_exp",
    "log_sum_exp",
    "pseudo_inverse",
    "eigenvector",
    "singular_vectors",
    "falling_eigen",
    "falling_svd",
    "polar_factor",
    "cholesky",
    "erf",
    "normcdf",
    "log_ndtr",
    "norm_ratio",
    "normpdf",
    "factorial",
    "one",
    "std",
    "nalgebra",
];

pub(super) struct Rust;

fn missing(what: &str) -> EmitError {
    EmitError::missing(what, Language::Rust)
}

/// A value as an operand of an operator: an array by reference.
fn operand(code: &Code) -> Code {
    match code.origin {
        Origin::Local if code.rank > 0 => Code { text: format!("&{}", code.text), prec: Prec::Power, ..code.clone() },
        _ => code.clone(),
    }
}

/// A value as an argument that is taken by reference.
fn reference(code: &Code) -> String {
    match code.origin {
        Origin::Given => code.text.clone(),
        _ => format!("&{}", code.at(Prec::Atom)),
    }
}

/// A value that is consumed.
fn owned(code: &Code) -> String {
    match code.origin {
        Origin::Computed => code.at(Prec::Atom),
        _ => format!("{}.clone()", code.text),
    }
}

/// A value before a dot; a number says its kind there.
fn receiver(code: &Code) -> String {
    let is_literal = code.text.parse::<f64>().is_ok();
    if is_literal { format!("{}_f64", code.text) } else { code.at(Prec::Atom) }
}

impl Rust {
    fn map(map: Map, x: &Code) -> Result<Code, EmitError> {
        if map == Map::Reciprocal {
            return Ok(match x.rank {
                0 => Code::atom("1.0").times(" / ", x),
                _ => Code::atom(format!("{}.map(f64::recip)", receiver(x))),
            });
        }
        let name = names(map).ok_or_else(|| missing("a declared function"))?.rust;
        Ok(Code::atom(match (x.rank, name.strip_prefix('.')) {
            (0, Some(method)) => format!("{}.{method}()", receiver(x)),
            (0, None) => format!("{name}({})", x.text),
            (_, Some(method)) => format!("{}.map(f64::{method})", receiver(x)),
            (_, None) => format!("{}.map({name})", receiver(x)),
        }))
    }

    /// A value that is repeated along other axes, written out.
    fn spread(x: &Code, own: &[usize], tree: &Tree, lengths: &Lengths<'_>) -> Result<Code, EmitError> {
        let texts = lengths.texts(&tree.lengths).join(", ");
        let of = if tree.rank() == 1 { "DVector" } else { "DMatrix" };
        Ok(match (own, x.text.as_str()) {
            ([], "0.0") => Code::atom(format!("{of}::zeros({texts})")),
            ([], _) => Code::atom(format!("{of}::from_element({texts}, {})", x.text)),
            ([0], _) => {
                let i = free("i", &[&x.text]);
                Code::atom(format!("DMatrix::from_fn({texts}, |{i}, _| {}[{i}])", x.text))
            }
            ([1], _) => {
                let j = free("j", &[&x.text]);
                Code::atom(format!("DMatrix::from_fn({texts}, |_, {j}| {}[{j}])", x.text))
            }
            _ => return Err(missing("an array of three axes")),
        })
    }

    /// Operands that are all whole, but for scalars.
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
        let mut arrays = Vec::new();
        let mut numbers = Vec::new();
        for (coeff, code) in coeffs.iter().zip(operands) {
            let of = if code.rank == 0 && rank > 0 { &mut numbers } else { &mut arrays };
            of.push((*coeff < 0.0, operand(code).scaled(coeff.abs(), true)));
        }
        // A method takes the array itself by reference; `-t` would move it.
        if let [(false, code)] = arrays.as_mut_slice()
            && !numbers.is_empty()
            && code.origin != Origin::Computed
            && let Some(name) = code.text.strip_prefix('&')
        {
            code.text = name.to_owned();
            code.prec = Prec::Atom;
        }
        let whole = Code::sum(&arrays, " + ", " - ");
        if numbers.is_empty() {
            // An array alone is a reference still.
            return whole;
        }
        let shift = Code::sum(&numbers, " + ", " - ");
        Code::atom(format!("{}.add_scalar({})", whole.at(Prec::Atom), shift.text))
    }

    fn times(x: &Code, y: &Code) -> Code {
        match (x.rank, y.rank) {
            (0, _) | (_, 0) => operand(x).times(" * ", &operand(y)),
            _ => Code::atom(format!("{}.component_mul({})", receiver(x), reference(y))),
        }
    }

    fn zip(zip: Zip, x: &Code, y: &Code) -> Result<Code, EmitError> {
        let scalar = x.rank == 0 && y.rank == 0;
        let each = |body: &str| {
            let filled = |x: &str, y: &str| body.replace("{x}", x).replace("{y}", y);
            let t = free("t", &[&x.text, &y.text]);
            Code::atom(match (x.rank, y.rank) {
                (0, 0) => filled(&x.at(Prec::Atom), &y.text),
                (0, _) => format!("{}.map(|{t}| {})", receiver(y), filled(&receiver(x), &t)),
                (_, 0) => format!("{}.map(|{t}| {})", receiver(x), filled(&t, &y.text)),
                _ => format!("{}.zip_map({}, |s, t| {})", receiver(x), reference(y), filled("s", "t")),
            })
        };
        Ok(match zip {
            Zip::Divide if y.rank == 0 => operand(x).times(" / ", y),
            Zip::Divide if x.rank == 0 => {
                let t = free("t", &[&x.text]);
                Code::atom(format!("{}.map(|{t}| {} / {t})", receiver(y), x.at(Prec::Product)))
            }
            Zip::Divide => Code::atom(format!("{}.component_div({})", receiver(x), reference(y))),
            Zip::Power => match y.text.trim_end_matches(".0").parse::<i32>() {
                Ok(power) if scalar => Code::atom(format!("{}.powi({power})", receiver(x))),
                Ok(power) if x.rank > 0 => Code::atom(format!("{}.map(|t| t.powi({power}))", receiver(x))),
                _ if scalar => Code::atom(format!("{}.powf({})", receiver(x), y.text)),
                _ => each("{x}.powf({y})"),
            },
            Zip::LogAddExp => each("log_add_exp({x}, {y})"),
            Zip::Xlogy => each("xlogy({x}, {y})"),
            Zip::Equal => each("f64::from({x} == {y})"),
            Zip::Keep if scalar => Code::atom(format!("if {} == 0.0 {{ 0.0 }} else {{ {} }}", y.text, x.text)),
            Zip::Keep => each("if {y} == 0.0 { 0.0 } else { {x} }"),
            Zip::Maximum => each("{x}.max({y})"),
            Zip::Minimum => each("{x}.min({y})"),
        })
    }

    /// The entries of numbers and vectors one after the other.
    fn entries(parts: &[Code]) -> Code {
        let texts: Vec<String> = parts
            .iter()
            .map(|part| match part.rank {
                0 => format!("&[{}]", part.text),
                _ => format!("{}.as_slice()", receiver(part)),
            })
            .collect();
        Code { rank: 1, ..Code::atom(format!("DVector::from_vec([{}].concat())", texts.join(", "))) }
    }

    fn reduced(fold: Option<Fold>, x: &Code, along: &[usize], rank: usize, lengths: (&Lengths<'_>, &Tree)) -> Code {
        let x_text = receiver(x);
        let of_iterator = |text: &str| match fold {
            None => format!("{text}.sum()"),
            Some(Fold::Max) => format!("{text}.max()"),
            Some(Fold::Min) => format!("{text}.min()"),
            Some(Fold::Product) => format!("{text}.product()"),
            Some(Fold::LogSumExp) => format!("log_sum_exp({text}.iter())"),
        };
        if along.len() == rank {
            return Code::atom(of_iterator(&x_text));
        }
        match (fold, along) {
            (None, [1]) => Code::atom(format!("{x_text}.column_sum()")),
            (None, _) => Code::atom(format!("{x_text}.row_sum_tr()")),
            (_, _) => {
                let (lengths, tree) = lengths;
                let (iterator, name) = if along == [1] { ("row_iter", "row") } else { ("column_iter", "column") };
                Code::atom(format!(
                    "DVector::from_iterator({}, {x_text}.{iterator}().map(|{name}| {}))",
                    lengths.text(&tree.lengths[0]),
                    of_iterator(name)
                ))
            }
        }
    }

    /// Of a positive definite matrix, by Cholesky's factorization.
    fn definite(matrix: Matrix, operands: &[Code]) -> Result<Code, EmitError> {
        let factors = format!("cholesky({})", reference(&operands[0]));
        Ok(Code::atom(match matrix {
            Matrix::Solve { .. } => format!("{factors}.solve({})", reference(&operands[1])),
            Matrix::LogDet => format!("{factors}.ln_determinant()"),
            Matrix::Inverse => format!("{factors}.inverse()"),
            _ => return Self::matrix(matrix, operands),
        }))
    }

    fn matrix(matrix: Matrix, operands: &[Code]) -> Result<Code, EmitError> {
        let a = &operands[0];
        let singular = ".expect(\"the matrix is singular\")";
        Ok(Code::atom(match matrix {
            Matrix::Solve { transposed: true } => {
                format!("{}.transpose().lu().solve({}){singular}", receiver(a), reference(&operands[1]))
            }
            Matrix::Solve { .. } => format!("{}.lu().solve({}){singular}", owned(a), reference(&operands[1])),
            Matrix::Inverse => format!("{}.try_inverse(){singular}", owned(a)),
            Matrix::Det => format!("{}.determinant()", receiver(a)),
            Matrix::LogDet => format!("{}.lu().u().diagonal().map(|t| t.abs().ln()).sum()", owned(a)),
            // With one row what is singular is 0.
            Matrix::Pinv(below) if matrix.is_of_singular() => {
                let of = receiver(a);
                format!("pseudo_inverse({}, if {of}.len() > 1 {{ {:?} }} else {{ 1.0 }})", reference(a), below.value())
            }
            Matrix::Pinv(below) => format!("pseudo_inverse({}, {:?})", reference(a), below.value()),
            Matrix::IntegerPower(power) if power > 0 => format!("{}.pow({power})", receiver(a)),
            Matrix::IntegerPower(power) => format!("{}.try_inverse(){singular}.pow({})", owned(a), -power),
            Matrix::Function(MatrixFunction::Expm) => format!("{}.exp()", receiver(a)),
            Matrix::LambdaMax => format!("{}.symmetric_eigenvalues().max()", receiver(a)),
            Matrix::LambdaMin => format!("{}.symmetric_eigenvalues().min()", receiver(a)),
            Matrix::EigvecMax => format!("eigenvector({}, true)", reference(a)),
            Matrix::EigvecMin => format!("eigenvector({}, false)", reference(a)),
            Matrix::UMax => format!("singular_vectors({}).0", reference(a)),
            Matrix::VMax => format!("singular_vectors({}).1", reference(a)),
            Matrix::Every(Ranked::Eigenvalue) => format!("falling_eigen({}).0", reference(a)),
            Matrix::Every(Ranked::Eigenvector) => format!("falling_eigen({}).1", reference(a)),
            Matrix::Every(Ranked::SingularValue) => format!("{}.singular_values()", receiver(a)),
            Matrix::Every(Ranked::LeftVector) => format!("falling_svd({}).0", reference(a)),
            Matrix::Every(Ranked::RightVector) => format!("falling_svd({}).1", reference(a)),
            Matrix::Polar => format!("polar_factor({})", reference(a)),
            Matrix::NormSpectral => format!("{}.singular_values().max()", receiver(a)),
            Matrix::NormNuclear => format!("{}.singular_values().sum()", receiver(a)),
            _ => {
                return Err(EmitError::only_in("this function of matrices", Language::Rust, &[Language::Numpy]));
            }
        }))
    }
}

/// nalgebra has vectors and matrices. An array of more axes is a list of matrices, or of such lists.
static SYNTAX: Syntax = Syntax {
    most_axes: 2,
    first: 0,
    indent: "    ",
    open: |index, length| format!("for {index} in 0..{length} {{"),
    close: "}",
    entry: |name, at| match at {
        [] => name.to_owned(),
        [i] => format!("{name}[{i}]"),
        [lists @ .., i, j] => format!("{}[({i}, {j})]", member(name, lists)),
    },
    member: |name, at, _| member(name, at),
    member_target: member,
    row: |name, i| format!("{name}.row({i}).transpose()"),
    set_row: |name, i, value| format!("{name}.set_row({i}, &{}.transpose());", value.at(Prec::Atom)),
    set_block: Some(|name, [row, col], [rows, cols], part| match (part.rank, rows) {
        (0, _) => format!("{name}[({row}, {col})] = {};", part.text),
        (1, "1") => format!("{name}.view_mut(({row}, {col}), (1, {cols})).tr_copy_from({});", reference(part)),
        _ => format!("{name}.view_mut(({row}, {col}), ({rows}, {cols})).copy_from({});", reference(part)),
    }),
    filled: |name, lengths, value| {
        let array = |of: &str, lengths: &[String]| match value {
            "0.0" => format!("{of}::<f64>::zeros({})", lengths.join(", ")),
            _ => format!("{of}::from_element({}, {value})", lengths.join(", ")),
        };
        let text = match lengths {
            [] => value.to_owned(),
            [_] => array("DVector", lengths),
            [lists @ .., _, _] => {
                let matrix = array("DMatrix", &lengths[lists.len()..]);
                lists.iter().rev().fold(matrix, |inner, length| format!("vec![{inner}; {length}]"))
            }
        };
        format!("let mut {name} = {text};")
    },
    set: |target, value, adds| format!("{target} {} {value};", if adds { "+=" } else { "=" }),
    larger: |x, y| format!("{x}.max({y})"),
    smaller: |x, y| format!("{x}.min({y})"),
    number_of: |index| format!("({index} as f64)"),
    position_of: |number| format!("({number}) as usize"),
};

impl Speller for Rust {
    fn rules(&self) -> Rules {
        Rules { reserved: &[RESERVED], ascii: true, lowercase: true }
    }

    fn decomposed(
        &self,
        of: Decomposition,
        matrix: &Code,
        wanted: &[Matrix],
        name: &mut dyn FnMut(&str) -> String,
    ) -> Option<Decomposed> {
        // The first of a pair and the second, and the function that returns both.
        let (first, second, function, names) = match wanted {
            [Matrix::UMax | Matrix::VMax, Matrix::UMax | Matrix::VMax] => {
                (Matrix::UMax, Matrix::VMax, "singular_vectors", ["u", "v"])
            }
            _ => {
                let (first, second, function, names) = match of {
                    Decomposition::Eigen => (Ranked::Eigenvalue, Ranked::Eigenvector, "falling_eigen", ["w", "v_t"]),
                    Decomposition::Singular => (Ranked::LeftVector, Ranked::RightVector, "falling_svd", ["u_t", "v_t"]),
                };
                (Matrix::Every(first), Matrix::Every(second), function, names)
            }
        };
        if wanted.iter().any(|one| *one != first && *one != second) {
            return None;
        }
        let [one, other] = names.map(name);
        let line = format!("let ({one}, {other}) = {function}({});", reference(matrix));
        Some(Decomposed::new(line, wanted, |matrix| {
            let rank =
                if matches!(matrix, Matrix::UMax | Matrix::VMax | Matrix::Every(Ranked::Eigenvalue)) { 1 } else { 2 };
            Code::name(if matrix == first { one.clone() } else { other.clone() }, Origin::Local, rank)
        }))
    }

    fn spell(&self, tree: &Tree, operands: &[Code], lengths: &Lengths<'_>) -> Result<Code, EmitError> {
        let rank = tree.rank();
        if rank > 2 || operands.iter().any(|code| code.rank > 2) {
            return Err(missing("an array of more than two axes"));
        }
        Ok(match (&tree.form, operands) {
            (Form::Input(Source::Index(_)), _) => return Err(missing("an index that nothing binds")),
            (Form::Number(value), _) if *value == std::f64::consts::PI => Code::atom("std::f64::consts::PI"),
            (Form::Number(value), _) if value.is_infinite() => Code::atom("f64::INFINITY"),
            (Form::Number(value), _) => number(*value, true),
            (Form::Size(length), _) => Code::new(format!("{} as f64", lengths.code(length).at(Prec::Atom)), Prec::Sum),
            (Form::Range, _) => {
                Code::atom(format!("DVector::from_fn({}, |i, _| i as f64)", lengths.text(&tree.lengths[0])))
            }
            (Form::Map(map), [x]) => Self::map(*map, x)?,
            (Form::Zip(zip), [_, _]) => {
                let stretched = Self::stretched(tree, operands, lengths)?;
                Self::zip(*zip, &stretched[0], &stretched[1])?
            }
            (Form::Sum(coeffs), _) => Self::sum(coeffs, &Self::stretched(tree, operands, lengths)?, rank),
            (Form::Square, [x]) => Self::times(x, x),
            (Form::Times, [x, y]) => {
                let [own_x, own_y] = [0, 1].map(|place| axes(&tree.operands[place]));
                match (own_x.as_slice(), own_y.as_slice()) {
                    // Rows or columns scaled.
                    ([axis], [0, 1]) | ([0, 1], [axis]) if rank == 2 && x.is_name() && y.is_name() => {
                        let (d, m) = if own_x.len() == 1 { (x, y) } else { (y, x) };
                        let [i, j] = ["i", "j"].map(|wish| free(wish, &[&d.text, &m.text]));
                        let at = if *axis == 0 { &i } else { &j };
                        let shape = lengths.texts(&tree.lengths).join(", ");
                        let body = format!("{}[{at}] * {}[({i}, {j})]", d.text, m.text);
                        Code::atom(format!("DMatrix::from_fn({shape}, |{i}, {j}| {body})"))
                    }
                    _ => {
                        let stretched = Self::stretched(tree, operands, lengths)?;
                        Self::times(&stretched[0], &stretched[1])
                    }
                }
            }
            (Form::MatMul(..), [x, y]) if x.rank == 1 && y.rank == 1 => {
                Code::atom(format!("{}.dot({})", receiver(x), reference(y)))
            }
            (Form::MatMul(left, right), [x, y]) => {
                let y_turned = Code::atom(format!("{}.transpose()", receiver(y)));
                match (left, right) {
                    (true, false) => Code::atom(format!("{}.tr_mul({})", receiver(x), reference(y))),
                    (true, true) => Code::atom(format!("{}.tr_mul({})", receiver(x), reference(&y_turned))),
                    (false, true) => operand(x).matmul(" * ", &y_turned),
                    (false, false) => operand(x).matmul(" * ", &operand(y)),
                }
            }
            (Form::Outer, [x, y]) => operand(x).matmul(" * ", &Code::atom(format!("{}.transpose()", receiver(y)))),
            (Form::Inner(is_turned), [x, y]) => {
                let y = if *is_turned { Code::atom(format!("{}.transpose()", receiver(y))) } else { y.clone() };
                Code::atom(format!("{}.dot({})", receiver(x), reference(&y)))
            }
            (Form::Transpose, [x]) => Code::atom(format!("{}.transpose()", receiver(x))),
            (Form::Trace, [x]) => Code::atom(format!("{}.trace()", receiver(x))),
            (Form::Diagonal, [x]) => Code::atom(format!("{}.diagonal()", receiver(x))),
            (Form::DiagonalMatrix, [x]) => Code::atom(format!("DMatrix::from_diagonal({})", reference(x))),
            (Form::Eye, scalar) => {
                let n = lengths.text(&tree.lengths[0]);
                match scalar {
                    [scalar] => Code::atom(format!("DMatrix::from_diagonal_element({n}, {n}, {})", scalar.text)),
                    _ => Code::atom(format!("DMatrix::<f64>::identity({n}, {n})")),
                }
            }
            (Form::Spread(own), [x]) => Self::spread(x, own, tree, lengths)?,
            (Form::Broadcast(_), [x]) => x.clone(),
            (Form::Total(along), [x]) => Self::reduced(None, x, along, tree.operands[0].rank(), (lengths, tree)),
            (Form::Others(_), [x]) if tree.rank() == 1 => Code::atom(format!("product_of_others({})", reference(x))),
            (Form::Fold(fold, along), [x]) => {
                Self::reduced(Some(*fold), x, along, tree.operands[0].rank(), (lengths, tree))
            }
            (Form::Kron, [x, y]) => Code::atom(format!("{}.kronecker({})", receiver(x), reference(y))),
            (Form::Vec, [x]) => Code::atom(format!("DVector::from_column_slice({}.as_slice())", receiver(x))),
            (Form::Unvec, [x]) => Code::atom(format!(
                "DMatrix::from_column_slice({}, {}.as_slice())",
                lengths.texts(&tree.lengths).join(", "),
                receiver(x)
            )),
            (Form::Matrix(_) | Form::Definite(_) | Form::Triangular { .. }, [a, ..])
                if a.rank != 2 || tree.operands[0].lengths.iter().any(is_unit) =>
            {
                return Err(missing("an operation on a stack of matrices"));
            }
            (Form::Matrix(matrix), _) => Self::matrix(*matrix, operands)?,
            (Form::Definite(matrix), _) => Self::definite(*matrix, operands)?,
            (Form::Triangular { transposed, is_lower }, [a, b]) => {
                let turn = if *transposed { "tr_" } else { "" };
                let kind = if *is_lower { "lower" } else { "upper" };
                let (a, b) = (receiver(a), reference(b));
                Code::atom(format!("{a}.{turn}solve_{kind}_triangular({b}).expect(\"the matrix is singular\")"))
            }
            (Form::Stack, [only]) => only.clone(),
            (Form::Stack, parts) if rank == 1 => {
                let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
                Code::atom(format!("DVector::from_vec(vec![{}])", texts.join(", ")))
            }
            (Form::Stack, parts) => {
                let texts: Vec<String> = parts.iter().map(|part| format!("{}.transpose()", receiver(part))).collect();
                Code::atom(format!("DMatrix::from_rows(&[{}])", texts.join(", ")))
            }
            (Form::Join(_), parts) if rank == 1 => Self::entries(parts),
            _ => return Err(missing("this operation")),
        })
    }

    fn needs_name(&self, tree: &Tree, place: usize) -> bool {
        match &tree.form {
            Form::Spread(own) | Form::Broadcast(own) => !own.is_empty(),
            // Rows or columns are scaled entry by entry.
            Form::Times => {
                tree.rank() == 2
                    && tree.operands.iter().any(|operand| axes(operand).len() == 1)
                    && axes(&tree.operands[place]).len() == 2
            }
            _ => place == 0 && tree.has_cutoff(),
        }
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
