//! The kinds of declarations in words, `matrix(m,n)`, `symmetric positive definite matrix`, with what else they are called.

use pest::iterators::Pair;

use super::map::unreadable_map;
use super::size::{size_of, size_sum};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::suggest::nearest;
use crate::span::Span;
use crate::structure::Structure;
use crate::syntax::ast::{DeclaredKind, Size};
use crate::syntax::grammar::Rule;

/// The kinds in words, each with its number of sizes.
pub(super) const KINDS: &[(&str, usize)] = &[
    ("scalar", 0),
    ("positive", 0),
    ("nonnegative", 0),
    ("integer", 0),
    ("binary", 0),
    ("function", 0),
    ("matrix function", 0),
    ("vector", 1),
    ("simplex", 1),
    ("signs", 1),
    ("matrix", 2),
    ("square", 1),
    ("symmetric", 1),
    ("spd", 1),
    ("psd", 1),
    ("skew", 1),
    ("diagonal", 1),
    ("orthogonal", 1),
    ("lower", 1),
    ("upper", 1),
    ("family", 1),
];

/// How the kinds are said otherwise: words in lower case, without articles, points, and "real".
const SYNONYMS: &[(&str, &str)] = &[
    ("number", "scalar"),
    ("float", "scalar"),
    ("double", "scalar"),
    ("positive scalar", "positive"),
    ("positive number", "positive"),
    ("positive vector", "positive"),
    ("pos", "positive"),
    ("nonneg", "nonnegative"),
    ("non negative", "nonnegative"),
    ("nonnegative vector", "nonnegative"),
    ("nonnegative scalar", "nonnegative"),
    ("nonnegative number", "nonnegative"),
    ("non negative vector", "nonnegative"),
    ("int", "integer"),
    ("natural", "integer"),
    ("natural number", "integer"),
    ("whole number", "integer"),
    ("positive integer", "integer"),
    ("func", "function"),
    ("fn", "function"),
    ("scalar function", "function"),
    ("elementwise function", "function"),
    ("vec", "vector"),
    ("vectors", "vector"),
    ("matrices", "matrix"),
    ("scalars", "scalar"),
    ("column", "vector"),
    ("column vector", "vector"),
    ("mat", "matrix"),
    ("probability", "simplex"),
    ("probability vector", "simplex"),
    ("boolean", "binary"),
    ("bool", "binary"),
    ("mask", "binary"),
    ("binary vector", "binary"),
    ("binary matrix", "binary"),
    ("indicator", "binary"),
    ("sign", "signs"),
    ("sign vector", "signs"),
    ("sym", "symmetric"),
    ("pd", "spd"),
    ("posdef", "spd"),
    ("pos def", "spd"),
    ("positive definite", "spd"),
    ("symmetric positive definite", "spd"),
    ("positive semidefinite", "psd"),
    ("positive semi definite", "psd"),
    ("pos semidef", "psd"),
    ("symmetric positive semidefinite", "psd"),
    ("symmetric positive semi definite", "psd"),
    ("nonnegative definite", "psd"),
    ("skew symmetric", "skew"),
    ("antisymmetric", "skew"),
    ("diag", "diagonal"),
    ("orthonormal", "orthogonal"),
    ("lower triangular", "lower"),
    ("upper triangular", "upper"),
    ("invertible", "square"),
    ("nonsingular", "square"),
];

/// The kinds of declarations in words.
pub fn declared_kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|row| row.0)
}

/// How a kind is said otherwise.
pub(crate) fn kind_synonyms(kind: &str) -> impl Iterator<Item = &'static str> {
    SYNONYMS.iter().filter(move |row| row.1 == kind).map(|row| row.0)
}

/// Kinds that the language does not have, and what to write.
const NO_KINDS: &[(&str, &str)] = &[
    ("row", "declare the column, `x: vector(n)`, and write the row as `x'`"),
    ("row vector", "declare the column, `x: vector(n)`, and write the row as `x'`"),
    ("complex", "everything is real: write `x: vector(n)`, `A: matrix(m,n)`"),
    ("complex vector", "everything is real: write `x: vector(n)`"),
    ("complex matrix", "everything is real: write `A: matrix(m,n)`"),
    ("hermitian", "everything is real: write `A: symmetric(n)`"),
    ("unitary", "everything is real: write `Q: orthogonal(n)`"),
    ("tensor", "tensors are families of matrices: write `A: family(k) of matrix(m,n)`"),
    ("triangular", "write `L: lower(n)` or `U: upper(n)`"),
    ("triangular matrix", "write `L: lower(n)` or `U: upper(n)`"),
    ("negative", "declare the opposite, `s: positive`, and write `-s`"),
    ("constant", "every symbol but the variable is constant: declare its shape, as `c: scalar` or `b: vector(n)`"),
    ("variable", "the variable is named with `-w`: declare its shape, as `x: vector(n)`"),
    ("parameter", "declare its shape, as `t: scalar` or `x: vector(n)`"),
    ("identity", "the identity is `I` and needs no declaration"),
    ("permutation", "write `P: orthogonal(n)`"),
    ("toeplitz", "declare it as a `matrix(m,n)`; this structure is not known"),
    ("sparse", "declare it as a `matrix(m,n)`"),
    ("rotation", "write `R: orthogonal(n)`; that det R = 1 cannot be declared"),
    ("special orthogonal", "write `R: orthogonal(n)`; that det R = 1 cannot be declared"),
    ("unit", "declare it as a `vector(n)` and write `x/||x||`"),
    ("unit vector", "declare it as a `vector(n)` and write `x/||x||`"),
];

pub(super) fn kind_of(pair: Pair<'_, Rule>, start: usize) -> Result<DeclaredKind, Box<Diagnostic>> {
    let mut family = None;
    for inner in pair.into_inner() {
        match inner.as_rule() {
            Rule::simple_kind => return simple_kind(inner, start),
            Rule::family => {
                let mut sizes = Vec::new();
                let place = Span::new(start + inner.as_span().start(), start + inner.as_span().end());
                for part in inner.into_inner() {
                    match part.as_rule() {
                        Rule::size_terms => sizes.push(size_sum(part, start)?),
                        Rule::simple_kind => family = Some(simple_kind(part, start)?),
                        _ => {}
                    }
                }
                let mut sizes = sizes.into_iter();
                if let Some(member) = family.take() {
                    let size = sizes.next().unwrap_or(Size::Open);
                    return match (sizes.next(), member) {
                        (None, member) => Ok(DeclaredKind::Family(size, Box::new(member))),
                        // `x_{it}` is row t of the matrix `x_i`.
                        (Some(second), DeclaredKind::Vector(n)) => {
                            Ok(DeclaredKind::Family(size, Box::new(DeclaredKind::Matrix(second, n))))
                        }
                        (Some(second), DeclaredKind::Scalar) => Ok(DeclaredKind::Matrix(size, second)),
                        (Some(_), _) => Err(Box::new(
                            Diagnostic::new("P0014", "a family with two indices is one of vectors", place, "of others")
                                .with_help("write `family(m,p) of vector(n)`, or number the members with one index: `family(m)`"),
                        )),
                    };
                }
            }
            _ => {}
        }
    }
    Err(Box::new(Diagnostic::new("P0013", "this declaration cannot be read", Span::new(start, start + 1), "here")))
}

pub(super) fn simple_kind(pair: Pair<'_, Rule>, start: usize) -> Result<DeclaredKind, Box<Diagnostic>> {
    let place = Span::new(start + pair.as_span().start(), start + pair.as_span().end());
    let mut word = "";
    let mut sizes = Vec::new();
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::kind_name => word = part.as_str(),
            Rule::size_terms => sizes.push(size_sum(part, start)?),
            _ => {}
        }
    }
    let mut said = said(word);
    // `A: 3x3`
    if said.kind.is_empty() && said.sizes.len() == 2 {
        said.kind = "matrix".to_owned();
    }
    let Some(&(kind, wanted)) = KINDS.iter().find(|row| row.0 == said.kind) else {
        return Err(Box::new(match NO_KINDS.iter().find(|row| row.0 == said.kind) {
            Some((_, help)) => {
                Diagnostic::new("P0014", format!("unknown kind `{word}`"), place, "not a kind").with_help(*help)
            }
            None if said.kind.contains("function") => unreadable_map(place),
            None if said.kind.is_empty() => {
                Diagnostic::new("P0014", format!("unknown kind `{word}`"), place, "a size is not a kind").with_help(
                    "write `x: vector(n)` or `A: matrix(m,n)`; sizes such as `n` need no declaration of their own",
                )
            }
            None => unknown_kind(word, place),
        }));
    };
    if sizes.is_empty() {
        sizes = said.sizes;
    }
    // A square matrix may be declared `matrix(n,n)`, and a square one with its size twice.
    if wanted == 1
        && sizes.len() == 2
        && !matches!(kind, "vector" | "simplex" | "signs" | "family")
        && sizes[0] == sizes[1]
    {
        sizes.pop();
    }
    // `vector(n, 1)` is a column.
    if matches!(kind, "vector") && sizes.len() == 2 && sizes[1] == Size::Number(1) {
        sizes.pop();
    }
    // Sizes that are left out follow from the expression.
    if sizes.is_empty() {
        sizes = vec![Size::Open; wanted];
    }
    let of_vectors = matches!(kind, "positive" | "nonnegative" | "binary") && sizes.len() == 1
        || kind == "binary" && sizes.len() == 2;
    if sizes.len() != wanted && !of_vectors || kind == "family" {
        return Err(Box::new(wrong_sizes(kind, wanted, sizes.len(), place)));
    }
    let mut sizes = sizes.into_iter();
    let mut next = || sizes.next().unwrap_or(Size::Number(1));
    Ok(match kind {
        "scalar" => DeclaredKind::Scalar,
        "positive" if of_vectors => DeclaredKind::PositiveVector(next()),
        "nonnegative" if of_vectors => DeclaredKind::NonnegativeVector(next()),
        "nonnegative" => DeclaredKind::Nonnegative,
        "positive" => DeclaredKind::Positive,
        "integer" => DeclaredKind::Integer,
        "binary" => DeclaredKind::Binary(next(), next()),
        "function" => DeclaredKind::Function,
        "matrix function" => DeclaredKind::MatrixFunction,
        "vector" => DeclaredKind::Vector(next()),
        "simplex" => DeclaredKind::Simplex(next()),
        "signs" => DeclaredKind::Signs(next()),
        "matrix" => DeclaredKind::Matrix(next(), next()),
        "symmetric" => DeclaredKind::Square(Structure::Symmetric, next()),
        "spd" => DeclaredKind::Square(Structure::PositiveDefinite, next()),
        "psd" => DeclaredKind::Square(Structure::PositiveSemidefinite, next()),
        "skew" => DeclaredKind::Square(Structure::Skew, next()),
        "diagonal" => DeclaredKind::Square(Structure::Diagonal, next()),
        "orthogonal" => DeclaredKind::Square(Structure::Orthogonal, next()),
        "lower" => DeclaredKind::Square(Structure::Lower, next()),
        "upper" => DeclaredKind::Square(Structure::Upper, next()),
        _ => DeclaredKind::Square(Structure::General, next()),
    })
}

/// A kind as it was said, with the sizes that stand among its words.
pub(super) struct Said {
    pub(super) kind: String,
    sizes: Vec<Size>,
}

/// `real vector`, `n x n matrix`, `symmetric positive definite matrix`, `vector of length n`.
pub(super) fn said(words: &str) -> Said {
    let (mut kept, mut sizes) = (Vec::new(), Vec::new());
    let mut is_real = false;
    let text = words.to_ascii_lowercase();
    let written: Vec<&str> =
        words.split(|c: char| c.is_whitespace() || !c.is_ascii() && c != '×' || c == '-').collect();
    let lower: Vec<&str> = text.split(|c: char| c.is_whitespace() || !c.is_ascii() && c != '×' || c == '-').collect();
    for (word, written) in lower.into_iter().zip(written) {
        let word = word.trim_matches('.');
        let is_size = |text: &str| {
            let mut chars = text.chars();
            text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty()
                || chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.next().is_none()
        };
        match word {
            "" | "a" | "an" | "the" | "x" | "×" | "by" | "of" | "length" | "size" | "dimension" | "dim" | "valued" => {
            }
            "real" | "reals" => is_real = true,
            _ if is_size(word) => sizes.push(size_of(written.trim_matches('.'))),
            _ => match word.split_once(['x', '×']) {
                Some((rows, cols)) if is_size(rows) && is_size(cols) => {
                    let written = written.trim_matches('.');
                    sizes.push(size_of(&written[..rows.len()]));
                    sizes.push(size_of(&written[written.len() - cols.len()..]));
                }
                _ => kept.push(word),
            },
        }
    }
    if kept.len() > 1 && kept.last() == Some(&"matrix") {
        kept.pop();
    }
    let said = kept.join(" ");
    let kind = match SYNONYMS.iter().find(|row| row.0 == said) {
        Some((_, kind)) => (*kind).to_owned(),
        None if said.is_empty() && is_real => "scalar".to_owned(),
        None => said,
    };
    Said { kind, sizes }
}

pub(super) fn unknown_kind(word: &str, place: Span) -> Diagnostic {
    let shown: String = word.chars().take(40).collect();
    let error = Diagnostic::new("P0014", format!("unknown kind `{shown}`"), place, "not a kind");
    match nearest(&word.to_ascii_lowercase(), KINDS.iter().map(|row| row.0)) {
        Some(similar) => error.with_help(format!("did you mean `{similar}`?")),
        None => {
            let all: Vec<&str> = KINDS.iter().map(|row| row.0).collect();
            error.with_help(format!("the kinds are {}", all.join(", ")))
        }
    }
}

fn wrong_sizes(kind: &str, wanted: usize, given: usize, place: Span) -> Diagnostic {
    let example = match (kind, wanted) {
        ("family", _) => "family(m) of vector(n)".to_owned(),
        (kind, 0) => kind.to_owned(),
        (kind, 1) => format!("{kind}(n)"),
        (kind, _) => format!("{kind}(m,n)"),
    };
    let sizes = match wanted {
        0 => "no size",
        1 => "one size",
        _ => "two sizes",
    };
    Diagnostic::new("P0014", format!("`{kind}` takes {sizes}, {given} given"), place, "here")
        .with_help(format!("write `{example}`"))
}
