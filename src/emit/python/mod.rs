//! Python with NumPy, JAX or PyTorch: one spelling, with a table of names for each.

mod file;
mod table;

use super::block::{BlockRow, by_rows};
use super::code::{Code, Prec, number, tuple};
use super::decomposition::{Decomposed, Decomposition};
use super::einsum::{Einsum, Factor};
use super::error::EmitError;
use super::language::Language;
use super::listing::Listing;
use super::slice::only_position;
use super::speller::{Lengths, Speller};
use super::tree::{Form, Tree, axes, is_unit};
use crate::codegen::identifier::Rules;
use crate::plan::{Contraction, Fold, Length, Matrix, Zip};

/// Python's keywords and the names that the code itself uses.
const RESERVED: &[&str] = &[
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "np",
    "jnp",
    "jax",
    "torch",
    "scipy",
    "sys",
    "sum",
    "range",
    "int",
    "len",
    "float",
    "abs",
    "max",
    "min",
    "print",
    "rng",
    "main",
    "check_gradient",
    "above",
    "below",
    "slope",
    "errors",
    "polar_factor",
    "error",
    "one",
];

/// One of the three.
pub(super) struct Python {
    language: Language,
    /// `np`, `jnp`, `torch`
    np: &'static str,
}

impl Python {
    pub(super) fn new(language: Language) -> Self {
        let np = match language {
            Language::Jax => "jnp",
            Language::Torch => "torch",
            _ => "np",
        };
        Self { language, np }
    }

    /// `np.f(x)`
    fn call(&self, name: &str, arguments: &[&str]) -> Code {
        Code::atom(format!("{}.{name}({})", self.np, arguments.join(", ")))
    }

    /// What says the kind of entries that an array is made with.
    fn like(&self, lengths: &Lengths<'_>) -> String {
        match (self.language, lengths.given) {
            (Language::Torch, Some(given)) => format!(", dtype={given}.dtype, device={given}.device"),
            _ => String::new(),
        }
    }

    /// `axis=0`, `dim=0`
    fn along(&self, axes: &[usize]) -> String {
        let name = if self.language == Language::Torch { "dim" } else { "axis" };
        match axes {
            [axis] => format!("{name}={axis}"),
            _ => format!("{name}={}", tuple(axes.iter().map(ToString::to_string))),
        }
    }

    fn transposed(&self, x: &Code) -> Code {
        if let Some(inner) = x.text.strip_suffix(".T").filter(|_| x.prec == Prec::Atom) {
            return Code::atom(inner);
        }
        Code::atom(format!("{}.T", x.at(Prec::Atom)))
    }

    /// An operand with axes of length 1 where the result has others: `d[:, None]`.
    fn broadcast(&self, x: &Code, own: &[usize], rank: usize) -> Code {
        // Missing axes in front are stretched by themselves.
        let first = own.first().copied().unwrap_or(rank);
        if own.is_empty() || own.iter().copied().eq(first..rank) {
            return x.clone();
        }
        let places: Vec<&str> = (first..rank).map(|axis| if own.contains(&axis) { ":" } else { "None" }).collect();
        Code::atom(format!("{}[{}]", x.at(Prec::Atom), places.join(", ")))
    }

    /// Operands with the axes that they are stretched from.
    fn stretched(&self, tree: &Tree, operands: &[Code]) -> Vec<Code> {
        tree.operands
            .iter()
            .zip(operands)
            .map(|(operand, code)| match &operand.form {
                Form::Broadcast(_) => self.broadcast(code, &axes(operand), tree.rank()),
                _ => code.clone(),
            })
            .collect()
    }

    fn sum(&self, coeffs: &[f64], operands: &[Code]) -> Code {
        let terms: Vec<(bool, Code)> =
            coeffs.iter().zip(operands).map(|(coeff, code)| (*coeff < 0.0, code.scaled(coeff.abs(), false))).collect();
        Code::sum(&terms, " + ", " - ")
    }

    fn spread(&self, x: &Code, own: &[usize], tree: &Tree, lengths: &Lengths<'_>) -> Code {
        let shape = tuple(lengths.texts(&tree.lengths).into_iter());
        if own.is_empty() {
            let like = self.like(lengths);
            return match x.text.as_str() {
                "1" => Code::atom(format!("{}.ones({}{like})", self.np, single(&shape))),
                "0" => Code::atom(format!("{}.zeros({}{like})", self.np, single(&shape))),
                _ if self.language == Language::Torch && !x.is_name() && x.text.parse::<f64>().is_err() => {
                    Code::atom(format!("{}.expand({})", x.at(Prec::Atom), lengths.texts(&tree.lengths).join(", ")))
                }
                _ if self.language == Language::Torch => {
                    Code::atom(format!("{} * torch.ones({}{like})", x.at(Prec::Product), single(&shape)))
                }
                // Of whole numbers alone the array would hold whole numbers.
                text => {
                    let point = if text.parse::<i64>().is_ok() { ".0" } else { "" };
                    Code::atom(format!("{}.full({}, {text}{point})", self.np, single(&shape)))
                }
            };
        }
        let stretched = self.broadcast(x, own, tree.rank());
        match self.language {
            Language::Torch => {
                Code::atom(format!("{}.expand({})", stretched.at(Prec::Atom), lengths.texts(&tree.lengths).join(", ")))
            }
            _ => self.call("broadcast_to", &[&stretched.text, &shape]),
        }
    }

    fn fold(&self, fold: Fold, x: &Code, along: &[usize], rank: usize) -> Code {
        let whole = along.len() == rank;
        let axes = if whole { String::new() } else { format!(", {}", self.along(along)) };
        let torch = self.language == Language::Torch;
        match fold {
            Fold::Max if torch => Code::atom(format!("torch.amax({}{axes})", x.text)),
            Fold::Min if torch => Code::atom(format!("torch.amin({}{axes})", x.text)),
            Fold::Max => Code::atom(format!("{}.max({}{axes})", self.np, x.text)),
            Fold::Min => Code::atom(format!("{}.min({}{axes})", self.np, x.text)),
            Fold::Product => Code::atom(format!("{}.prod({}{axes})", self.np, x.text)),
            Fold::LogSumExp => match self.language {
                Language::Torch => Code::atom(format!("torch.logsumexp({}, {})", x.text, self.along(along))),
                Language::Jax => Code::atom(format!("jax.nn.logsumexp({}{axes})", x.text)),
                _ => Code::atom(format!("scipy.special.logsumexp({}{axes})", x.text)),
            },
        }
    }

    fn total(&self, x: &Code, along: &[usize], rank: usize) -> Code {
        let axes = if along.len() == rank { String::new() } else { format!(", {}", self.along(along)) };
        Code::atom(format!("{}.sum({}{axes})", self.np, x.text))
    }

    /// Any contraction, as a sum of products over labels.
    fn einsum(&self, contraction: &Contraction, operands: &[Code], lengths: &Lengths<'_>) -> Result<Code, EmitError> {
        let Some(sum) = Einsum::new(contraction) else {
            return Err(EmitError::Nowhere("a sum of products over that many indices".to_owned()));
        };
        let like = self.like(lengths);
        let factor = |factor: &Factor| match factor {
            Factor::Operand(place, None) => operands[*place].clone(),
            Factor::Operand(place, Some(of)) => {
                let shape = lengths.texts(of).join(", ");
                Code::atom(format!("{}.reshape({shape})", operands[*place].at(Prec::Atom)))
            }
            Factor::Eye(length) => Code::atom(format!("{}.eye({}{like})", self.np, lengths.text(length))),
            Factor::Ones(length) => Code::atom(format!("{}.ones({}{like})", self.np, lengths.text(length))),
        };
        let codes: Vec<Code> = sum.factors.iter().map(|(_, one)| factor(one)).collect();
        if let Some((family, vector)) = sum.product() {
            return Ok(codes[family].matmul(" @ ", &codes[vector]));
        }
        let texts: Vec<&str> = codes.iter().map(|code| code.text.as_str()).collect();
        let text = format!("{}.einsum(\"{}\", {})", self.np, sum.subscripts(), texts.join(", "));
        Ok(Code::atom(match &sum.lengths {
            Some(of) => format!("{text}.reshape({})", lengths.texts(of).join(", ")),
            None => text,
        }))
    }

    /// Blocks row by row; a vector is a column of them where their row has more than one row of entries.
    fn blocks(&self, tree: &Tree, parts: &[Code], rows: &[BlockRow], lengths: &Lengths<'_>) -> Code {
        let by_row = by_rows(rows, parts).into_iter();
        if self.language == Language::Torch {
            let rows: Vec<Code> = by_row
                .zip(by_rows(rows, &tree.operands))
                .map(|((is_flat, row), (_, trees))| {
                    let rank = if is_flat { 1 } else { 2 };
                    let row_tree = Tree::new(Form::Join(rank - 1), vec![Length::number(2); rank], trees.to_vec());
                    Code { rank, ..self.joined(&row_tree, row, rank - 1, lengths) }
                })
                .collect();
            let of_rows = rows.iter().map(|row| Tree::new(Form::Range, vec![Length::number(2); row.rank], Vec::new()));
            let whole = Tree::new(Form::Join(0), tree.lengths.clone(), of_rows.collect());
            return self.joined(&whole, &rows, 0, lengths);
        }
        let block = |code: &Code, is_flat: bool| match code.rank {
            1 if !is_flat => format!("{}[:, None]", code.at(Prec::Atom)),
            _ => code.text.clone(),
        };
        let rows: Vec<String> = by_row
            .map(|(is_flat, row)| {
                let row: Vec<String> = row.iter().map(|code| block(code, is_flat)).collect();
                format!("[{}]", row.join(", "))
            })
            .collect();
        Code::atom(format!("{}.block([{}])", self.np, rows.join(", ")))
    }

    /// Arrays one after the other along an axis; one that lacks it is an entry, a row or a column.
    fn joined(&self, tree: &Tree, parts: &[Code], axis: usize, lengths: &Lengths<'_>) -> Code {
        let (np, rank) = (self.np, tree.rank());
        let is_torch = self.language == Language::Torch;
        let has_axis = |part: &Tree| part.rank() == rank;
        let texts: Vec<String> = parts
            .iter()
            .zip(&tree.operands)
            .map(|(code, part)| match part.as_number() {
                Some(_) if is_torch && part.rank() == 0 => {
                    format!("torch.tensor([{}]{})", code.text, self.like(lengths))
                }
                _ if rank > 2 && !has_axis(part) && is_torch => format!("{}.unsqueeze({axis})", code.at(Prec::Atom)),
                _ if rank > 2 && !has_axis(part) => format!("{np}.expand_dims({}, {axis})", code.text),
                _ => code.text.clone(),
            })
            .collect();
        let list = texts.join(", ");
        let along = if is_torch { "dim" } else { "axis" };
        let join = if is_torch { "cat" } else { "concatenate" };
        let is_whole = rank > 2 || tree.operands.iter().all(has_axis);
        Code::atom(match (is_whole, rank, axis) {
            (true, _, 0) => format!("{np}.{join}(({list}))"),
            (true, _, _) => format!("{np}.{join}(({list}), {along}={axis})"),
            (false, 2, 0) => format!("{np}.vstack(({list}))"),
            (false, 2, _) => format!("{np}.column_stack(({list}))"),
            (false, ..) => format!("{np}.hstack(({list}))"),
        })
    }

    fn take(&self, tree: &Tree, operands: &[Code], lengths: &Lengths<'_>) -> Result<Code, EmitError> {
        if tree.operands[0].lengths.iter().any(is_unit) {
            return Err(EmitError::Nowhere("an entry of an array with an axis of length 1".to_owned()));
        }
        if let [array, positions] = tree.operands.as_slice()
            && let Some(slice) = lengths.slice(array, positions)
        {
            let before_end = |left: i64| if left == 0 { String::new() } else { format!("-{left}") };
            let (from, to) = slice.bounds(lengths, 0, before_end);
            let from = from.unwrap_or_default();
            return Ok(Code::atom(format!("{}[{from}:{to}]", operands[0].at(Prec::Atom))));
        }
        let cast = |code: &Code, operand: &Tree| match operand.form {
            Form::Input(_) => code.text.clone(),
            _ if self.language == Language::Torch => format!("{}.long()", code.at(Prec::Atom)),
            _ => format!("{}.astype(int)", code.at(Prec::Atom)),
        };
        let places: Vec<String> = operands[1..]
            .iter()
            .zip(&tree.operands[1..])
            .map(|(code, operand)| match &operand.form {
                _ if let Some(place) = only_position(operand).and_then(|start| lengths.position(&start)) => place.text,
                Form::Spread(_) => code.text.clone(),
                _ => cast(code, operand),
            })
            .collect();
        Ok(Code::atom(format!("{}[{}]", operands[0].at(Prec::Atom), places.join(", "))))
    }
}

/// `n` for `(n,)`
fn single(shape: &str) -> String {
    shape.strip_suffix(",)").map_or_else(|| shape.to_owned(), |inner| inner.trim_start_matches('(').to_owned())
}

impl Speller for Python {
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
        Some(table::decomposed(self.language, of, &matrix.text, wanted, name))
    }

    fn spell(&self, tree: &Tree, operands: &[Code], lengths: &Lengths<'_>) -> Result<Code, EmitError> {
        let rank = tree.rank();
        Ok(match (&tree.form, operands) {
            (Form::Number(value), _) if *value == std::f64::consts::PI => Code::atom(format!("{}.pi", self.np)),
            (Form::Number(value), _) if value.is_infinite() => Code::atom(format!("{}.inf", self.np)),
            (Form::Number(value), _) => number(*value, false),
            (Form::Size(length), _) => lengths.code(length),
            (Form::Range, _) => {
                Code::atom(format!("{}.arange({}{})", self.np, lengths.text(&tree.lengths[0]), self.like(lengths)))
            }
            (Form::Map(map), [x]) => {
                let wraps = self.language == Language::Torch && matches!(tree.operands[0].form, Form::Size(_));
                let wrapped = Code::atom(format!("torch.tensor(float({}){})", x.text, self.like(lengths)));
                table::map(self.language, *map, if wraps { &wrapped } else { x }, lengths.given)?
            }
            (Form::Zip(zip), [_, _]) => {
                let stretched = self.stretched(tree, operands);
                let [x, y] = stretched.as_slice() else { return Err(EmitError::Nowhere("a function".to_owned())) };
                match zip {
                    Zip::Divide => x.times(" / ", y),
                    Zip::Power => {
                        // Whole numbers have no powers below 0.
                        let base = tree.operands[0].as_number().filter(|value| value.fract() == 0.0);
                        let x = base.map_or_else(|| x.clone(), |value| number(value, true));
                        Code::new(format!("{}**{}", x.at(Prec::Atom), y.at(Prec::Minus)), Prec::Power)
                    }
                    _ => table::zip(self.language, *zip, x, y, lengths.given),
                }
            }
            (Form::Sum(coeffs), _) => self.sum(coeffs, &self.stretched(tree, operands)),
            (Form::Square, [x]) => Code::new(format!("{}**2", x.at(Prec::Atom)), Prec::Power),
            (Form::Times, [_, _]) => {
                let stretched = self.stretched(tree, operands);
                stretched[0].times(" * ", &stretched[1])
            }
            (Form::MatMul(left, right), [x, y]) => {
                let turned =
                    |is_turned: bool, code: &Code| if is_turned { self.transposed(code) } else { code.clone() };
                turned(*left, x).matmul(" @ ", &turned(*right, y))
            }
            (Form::Outer, [x, y]) => self.call("outer", &[&x.text, &y.text]),
            (Form::Inner(false), [x, y]) if x == y => self.call("sum", &[&format!("{}**2", x.at(Prec::Atom))]),
            (Form::Inner(is_turned), [x, y]) => {
                let y = if *is_turned { self.transposed(y) } else { y.clone() };
                self.call("sum", &[&x.times(" * ", &y).text])
            }
            (Form::Transpose, [x]) => self.transposed(x),
            (Form::Permute(order), [x]) => {
                let order: Vec<String> = order.iter().map(ToString::to_string).collect();
                let name = if self.language == Language::Torch { "permute" } else { "transpose" };
                Code::atom(format!("{}.{name}({})", x.at(Prec::Atom), order.join(", ")))
            }
            (Form::Trace, [x]) => self.call("trace", &[&x.text]),
            (Form::Diagonal | Form::DiagonalMatrix, [x]) => self.call("diag", &[&x.text]),
            (Form::Eye, scalar) => {
                let eye = format!("{}.eye({}{})", self.np, lengths.text(&tree.lengths[0]), self.like(lengths));
                match scalar {
                    [scalar] => scalar.times(" * ", &Code::atom(eye)),
                    _ => Code::atom(eye),
                }
            }
            (Form::Spread(own), [x]) => self.spread(x, own, tree, lengths),
            (Form::Broadcast(_), [x]) => x.clone(),
            (Form::Total(along), [x]) => self.total(x, along, tree.operands[0].rank()),
            (Form::Kron, [x, y]) => self.call("kron", &[&x.text, &y.text]),
            (Form::Vec, [x]) => Code::atom(format!("{}.reshape(-1)", self.transposed(x).text)),
            (Form::Unvec, [x]) => {
                let (rows, cols) = (lengths.text(&tree.lengths[0]), lengths.text(&tree.lengths[1]));
                Code::atom(format!("{}.reshape({cols}, {rows}).T", x.at(Prec::Atom)))
            }
            (Form::General(contraction), _) => self.einsum(contraction, operands, lengths)?,
            (Form::Fold(fold, along), [x]) => self.fold(*fold, x, along, tree.operands[0].rank()),
            (Form::Matrix(matrix) | Form::Definite(matrix), _) => {
                if tree.operands[0].rank() < 2 || tree.operands[0].lengths.iter().any(is_unit) {
                    return Err(EmitError::Nowhere("an operation on a matrix of one row or column".to_owned()));
                }
                self.matrix(*matrix, tree, operands, lengths)?
            }
            (Form::Triangular { transposed, is_lower }, [a, b]) => self.triangular(a, b, *transposed, *is_lower),
            (Form::Stack, [only]) => only.clone(),
            (Form::Stack, parts) => {
                let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
                if rank == 1 && self.language != Language::Torch {
                    Code::atom(format!("{}.array([{}])", self.np, texts.join(", ")))
                } else if rank == 1 && texts.iter().all(|text| text.parse::<f64>().is_ok()) {
                    Code::atom(format!("torch.tensor([{}]{})", texts.join(", "), self.like(lengths)))
                } else {
                    Code::atom(format!("{}.stack([{}])", self.np, texts.join(", ")))
                }
            }
            (Form::Blocks(rows), parts) => self.blocks(tree, parts, rows, lengths),
            (Form::Join(axis), parts) => self.joined(tree, parts, *axis, lengths),
            (Form::Take, _) => self.take(tree, operands, lengths)?,
            (Form::Others(_), [x]) if rank == 1 => {
                let x = x.at(Prec::Atom);
                let text = match self.language {
                    Language::Torch => format!(
                        "torch.cumprod(torch.cat((torch.ones_like({x}[:1]), {x}[:-1])), dim=0) * torch.cumprod(torch.cat((torch.ones_like({x}[:1]), {x}.flip(0)[:-1])), dim=0).flip(0)"
                    ),
                    _ => {
                        let np = self.np;
                        format!(
                            "{np}.cumprod({np}.append(1.0, {x}[:-1])) * {np}.cumprod({np}.append(1.0, {x}[:0:-1]))[::-1]"
                        )
                    }
                };
                Code::new(text, Prec::Product)
            }
            (Form::Others(_), _) => {
                return Err(EmitError::Nowhere("the products of all entries but one".to_owned()));
            }
            (Form::Scatter, [parts, _]) if let Some((before, after)) = lengths.padding(tree) => {
                let text = match (self.language, rank) {
                    (Language::Torch, 1) => format!("torch.nn.functional.pad({}, ({before}, {after}))", parts.text),
                    (Language::Torch, _) => {
                        let last = "0, 0, ".repeat(rank - 1);
                        format!("torch.nn.functional.pad({}, ({last}{before}, {after}))", parts.text)
                    }
                    (_, 1) => format!("{}.pad({}, ({before}, {after}))", self.np, parts.text),
                    _ => {
                        let others = ", (0, 0)".repeat(rank - 1);
                        format!("{}.pad({}, (({before}, {after}){others}))", self.np, parts.text)
                    }
                };
                Code::atom(text)
            }
            (Form::Scatter, _) => return Err(EmitError::Nowhere("entries added up at their positions".to_owned())),
            _ => return Err(EmitError::Nowhere("an operation without its operands".to_owned())),
        })
    }

    fn constant(&self, value: f64, given: Option<&str>) -> Option<Code> {
        if !value.is_finite() {
            return None;
        }
        let text = number(value, true);
        Some(match (self.language, given) {
            (Language::Torch, Some(given)) => {
                Code::atom(format!("torch.tensor({}, dtype={given}.dtype, device={given}.device)", text.text))
            }
            (Language::Torch, None) => Code::atom(format!("torch.tensor({}, dtype=torch.float64)", text.text)),
            _ => text,
        })
    }

    fn needs_name(&self, tree: &Tree, place: usize) -> bool {
        place == 0 && (tree.has_cutoff() || matches!(tree.form, Form::Others(_)))
    }

    fn missing(&self, what: &str) -> EmitError {
        EmitError::missing(what, self.language)
    }

    fn file(&self, listing: &Listing) -> String {
        file::file(self.language, listing)
    }
}

impl Python {
    /// X with AX = B, or AᵀX = B, of a triangular A.
    fn triangular(&self, a: &Code, b: &Code, transposed: bool, is_lower: bool) -> Code {
        if self.language == Language::Torch {
            // It takes matrices alone.
            let of = if transposed { self.transposed(a).text } else { a.text.clone() };
            let upper = if is_lower == transposed { "True" } else { "False" };
            return Code::atom(match b.rank {
                1 => format!("torch.linalg.solve_triangular({of}, {}[:, None], upper={upper})[:, 0]", b.at(Prec::Atom)),
                _ => format!("torch.linalg.solve_triangular({of}, {}, upper={upper})", b.text),
            });
        }
        let module = if self.language == Language::Jax { "jax.scipy.linalg" } else { "scipy.linalg" };
        let turn = if transposed { ", trans=\"T\"" } else { "" };
        let lower = if is_lower { ", lower=True" } else { "" };
        Code::atom(format!("{module}.solve_triangular({}, {}{turn}{lower})", a.text, b.text))
    }

    fn matrix(&self, matrix: Matrix, tree: &Tree, operands: &[Code], _: &Lengths<'_>) -> Result<Code, EmitError> {
        let texts: Vec<&str> = operands.iter().map(|code| code.text.as_str()).collect();
        let a = &operands[0];
        if let Matrix::Solve { transposed } = matrix {
            let of = if transposed { self.transposed(a).text } else { a.text.clone() };
            // A vector for every member of a family is a matrix of one column.
            if a.rank > 2 && operands[1].rank + 1 == a.rank {
                let columns = operands[1].at(Prec::Atom);
                return Ok(Code::atom(format!("{}.linalg.solve({of}, {columns}[..., None])[..., 0]", self.np)));
            }
            return Ok(Code::atom(format!("{}.linalg.solve({of}, {})", self.np, texts[1])));
        }
        table::matrix(self.language, matrix, &texts, tree.operands[0].rank())
    }
}
