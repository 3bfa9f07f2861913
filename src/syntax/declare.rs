//! Declarations and the names that follow `--wrt`.
//!
//! The text is cut at `;` and line ends and each part is matched with the grammar's `declaration`. What does not
//! match is looked at again for what is most likely meant, so that all wrong declarations are reported together.

use pest::Parser as _;
use pest::iterators::Pair;

use super::ast::{Declaration, DeclaredKind, Size};
use super::declare_map::{map_between, unreadable_map};
use super::grammar::{Grammar, Rule};
use super::greek::{greek, plain_text, subscript, superscript};
use super::latex::bold_letter;
use super::limits::{MAX_ERRORS, MAX_SOURCE_BYTES};
use crate::diagnostic::suggest::nearest;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::span::Span;
use crate::structure::Structure;

/// Longest line in which declarations may stand with commas between them.
const LONGEST_LIST: usize = 4_000;

/// The kinds in words, each with its number of sizes.
const KINDS: &[(&str, usize)] = &[
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

/// The kind of what is declared twice, first as a kind and then by what holds of it.
fn both(kind: &DeclaredKind, further: &DeclaredKind) -> Option<DeclaredKind> {
    use DeclaredKind as K;
    Some(match (kind, further) {
        (K::Vector(n), K::Nonnegative | K::NonnegativeVector(Size::Open)) => K::NonnegativeVector(n.clone()),
        (K::Vector(n), K::Positive | K::PositiveVector(Size::Open)) => K::PositiveVector(n.clone()),
        (K::Scalar, K::Nonnegative) => K::Nonnegative,
        (K::Scalar, K::Positive) => K::Positive,
        // `A: matrix(n,n); A ≻ 0`, `A = A^T; A ⪰ 0`
        (K::Matrix(n, cols), K::Square(structure, Size::Open)) if n == cols => K::Square(*structure, n.clone()),
        (K::Square(Structure::General, n), K::Square(structure, Size::Open)) => K::Square(*structure, n.clone()),
        (
            K::Square(Structure::Symmetric, n),
            K::Square(structure @ (Structure::PositiveDefinite | Structure::PositiveSemidefinite), Size::Open),
        ) => K::Square(*structure, n.clone()),
        _ => return None,
    })
}

/// What is transposed: A of `A^T`.
fn transposed(text: &str) -> Option<&str> {
    const MARKS: [&str; 9] = ["^{\\intercal}", "^\\intercal", "^{\\top}", "^\\top", "^{T}", "^T", "ᵀ", ".T", "'"];
    let text = text.trim();
    MARKS.iter().find_map(|mark| text.strip_suffix(mark)).map(str::trim_end)
}

/// What `> 0`, `≻ 0`, `⪰ 0` say of a name: `≻` orders matrices, which are capitals, and vectors by their entries.
fn above_zero(sign: &str, name: &str) -> DeclaredKind {
    let begins = |signs: &[&str]| signs.iter().any(|begin| sign.starts_with(begin));
    let may_vanish = begins(&["≥", "⩾", "⪰", "≽", ">=", "\\ge", "\\succeq", "\\succcurlyeq"]);
    let is_order = begins(&["≻", "⪰", "≽", "\\succ"]);
    match (is_order && name.starts_with(char::is_uppercase), may_vanish) {
        (true, true) => DeclaredKind::Square(Structure::PositiveSemidefinite, Size::Open),
        (true, false) => DeclaredKind::Square(Structure::PositiveDefinite, Size::Open),
        (false, true) if is_order => DeclaredKind::NonnegativeVector(Size::Open),
        (false, false) if is_order => DeclaredKind::PositiveVector(Size::Open),
        (false, true) => DeclaredKind::Nonnegative,
        (false, false) => DeclaredKind::Positive,
    }
}

/// Reads declarations: `A: matrix(m,n); x ∈ ℝⁿ`, separated by `;` or line ends, with comments from `#` on.
///
/// # Errors
/// Every declaration that cannot be read.
pub fn parse_declarations(source: &str) -> Result<Vec<Declaration>, Diagnostics> {
    let mut found: Vec<Declaration> = Vec::new();
    let mut errors = Vec::new();
    if source.len() > MAX_SOURCE_BYTES {
        return Err(vec![
            Diagnostic::new("P0007", "the declarations are too long", Span::new(0, 1), "they begin here")
                .with_note(format!("at most {MAX_SOURCE_BYTES} bytes can be read")),
        ]);
    }
    let mut seen: rustc_hash::FxHashMap<String, usize> = rustc_hash::FxHashMap::default();
    for (start, text) in statements(source) {
        match declaration(text, start) {
            Ok(list) => {
                for one in list {
                    let first = seen.get(&one.name).and_then(|&at| found.get_mut(at));
                    // `x: vector(n); x > 0`, in either order.
                    if let Some(first) = first {
                        let both = both(&first.kind, &one.kind).or_else(|| both(&one.kind, &first.kind));
                        if let Some(both) = both {
                            first.kind = both;
                            first.is_only_sign = false;
                            continue;
                        }
                        errors.push(
                            Diagnostic::new(
                                "N0003",
                                format!("`{}` is declared twice", one.name),
                                one.span,
                                "again here",
                            )
                            .with_label(first.span, "first here")
                            .with_help("delete one of the two"),
                        );
                    } else {
                        seen.insert(one.name.clone(), found.len());
                        found.push(one);
                    }
                }
            }
            Err(error) => errors.push(*error),
        }
        if errors.len() >= MAX_ERRORS {
            break;
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

/// Reads one name, as it follows `--wrt`, and gives it its canonical form: Greek letters in Unicode, the subscript
/// after `_`.
///
/// # Errors
/// Text that is no name.
pub fn parse_name(source: &str) -> Result<String, Diagnostics> {
    let names = parse_names(source)?;
    match <[String; 1]>::try_from(names) {
        Ok([name]) => Ok(name),
        Err(names) => Err(vec![
            Diagnostic::new(
                "N0002",
                format!("expected one name, found {}", names.len()),
                Span::new(0, source.len()),
                "here",
            )
            .with_help("give one name, such as `X` or `x_1`"),
        ]),
    }
}

/// Reads names separated by commas: `W, b`.
///
/// # Errors
/// Text that is no such list.
pub fn parse_names(source: &str) -> Result<Vec<String>, Diagnostics> {
    let text = source.trim();
    let start = source.len() - source.trim_start().len();
    let place = Span::new(start, start + text.len());
    let refuse = |message: &str| {
        vec![
            Diagnostic::new("N0002", message, place, "expected a name")
                .with_help("give a name such as `X`, `x_1` or `theta`, or several with commas: W, b"),
        ]
    };
    if text.is_empty() {
        return Err(refuse("a name is missing"));
    }
    if text.len() > MAX_SOURCE_BYTES {
        return Err(refuse("the list of names is too long"));
    }
    match Grammar::parse(Rule::name_list, text) {
        Ok(pairs) => Ok(names_of(pairs.flatten()).into_iter().map(|(name, _)| name).collect()),
        Err(_) => match text.split_once('^') {
            Some((base, exponent)) if Grammar::parse(Rule::name_list, base).is_ok() && !base.contains(',') => {
                let exponent = exponent.trim_matches(['{', '}']);
                Err(vec![Diagnostic::new("N0002", "a power is not a variable", place, "expected a name").with_help(
                    format!(
                        "write another letter in its place in the expression, such as `v`; or divide the derivative in `{base}` by that of {base}^{exponent}"
                    ),
                )])
            }
            _ => Err(refuse("this is not a name")),
        },
    }
}

/// The parts between separators with their places, without comments and empty ones.
fn statements(source: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut line_start = 0;
    for line in source.split_inclusive('\n') {
        let code = line.split_once('#').map_or(line, |(code, _)| code);
        let mut start = line_start;
        for part in code.split(';') {
            for (offset, piece) in at_commas(part) {
                let trimmed = piece.trim();
                if !trimmed.is_empty() {
                    parts.push((start + offset + (piece.len() - piece.trim_start().len()), trimmed));
                }
            }
            start += part.len() + 1;
        }
        line_start += line.len();
    }
    // A LaTeX spacing command `\;` is no separator.
    let mut at = 1;
    while at < parts.len() {
        let (start, text) = parts[at - 1];
        let end = start + text.len();
        if text.ends_with('\\') && source[end..].starts_with(';') && !source[end..parts[at].0].contains('\n') {
            let stop = parts[at].0 + parts[at].1.len();
            parts[at - 1] = (start, &source[start..stop]);
            parts.remove(at);
        } else {
            at += 1;
        }
    }
    parts
}

/// The text cut at commas after which another declaration begins, as in `A: matrix(m,n), x: vector(n)`.
fn at_commas(text: &str) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let mut from = 0;
    // Each comma is looked at by itself, which takes the square of the length.
    let commas = text.match_indices(',').filter(|_| text.len() <= LONGEST_LIST);
    for (at, _) in commas {
        let (before, behind) = (&text[from..at], &text[at + 1..]);
        if Grammar::parse(Rule::declaration, before.trim()).is_ok() && Grammar::parse(Rule::beginning, behind).is_ok() {
            pieces.push((from, before));
            from = at + 1;
        }
    }
    pieces.push((from, &text[from..]));
    pieces
}

type Failure = Box<Diagnostic>;

fn declaration(text: &str, start: usize) -> Result<Vec<Declaration>, Failure> {
    let Ok(pairs) = Grammar::parse(Rule::declaration, text) else {
        return Err(Box::new(diagnose(text, start)));
    };
    let mut names = Vec::new();
    let mut kind = None;
    let mut is_only_sign = false;
    let (mut count_of_family, mut first) = (None, 1);
    for pair in pairs.flat_map(Pair::into_inner) {
        match pair.as_rule() {
            Rule::names => names = names_of(pair.into_inner().flatten()),
            Rule::members => {
                let of = members_of(pair, start)?;
                first = of.first;
                count_of_family = Some(of.count);
                names = vec![(of.base, of.span)];
            }
            Rule::entries => {
                let span = Span::new(pair.as_span().start(), pair.as_span().end());
                let mut parts = pair.into_inner();
                let whole = parts.next().map(|whole| canonical(whole.as_str())).unwrap_or_default();
                let Some(list) = parts.next() else { continue };
                let of = members_of(list, start)?;
                if of.base != whole {
                    return Err(Box::new(diagnose(text, start)));
                }
                first = of.first;
                names = vec![(of.base, span)];
            }
            Rule::naturals => kind = Some(DeclaredKind::Integer),
            Rule::positive => {
                let name = names.first().map_or("", |(name, _)| name.as_str());
                kind = Some(above_zero(pair.as_str(), name));
                is_only_sign = matches!(kind, Some(DeclaredKind::Positive | DeclaredKind::Nonnegative));
            }
            Rule::itself => {
                let itself = transposed(&pair.as_str()[1..]);
                if itself.is_none_or(|itself| itself != text[..pair.as_span().start()].trim()) {
                    return Err(Box::new(diagnose(text, start)));
                }
                kind = Some(DeclaredKind::Square(Structure::Symmetric, Size::Open));
            }
            Rule::of_functions => {
                let of_matrices = pair.into_inner().any(|part| part.as_rule() == Rule::of_matrices);
                kind = Some(if of_matrices { DeclaredKind::MatrixFunction } else { DeclaredKind::Function });
            }
            Rule::kind => kind = Some(kind_of(pair, start)?),
            Rule::map => kind = Some(map_of(pair, start)?),
            Rule::space => kind = Some(space_of(pair, start)?),
            _ => {}
        }
    }
    let Some(kind) = kind else { return Err(Box::new(diagnose(text, start))) };
    let mut kind = of_size_one(kind, Span::new(start, start + text.len()))?;
    if let Some(count) = count_of_family {
        kind = DeclaredKind::Family(count, Box::new(kind));
    }
    Ok(names
        .into_iter()
        .map(|(name, span)| Declaration {
            name: if matches!(kind, DeclaredKind::Family(..)) { family_name(&name) } else { name },
            kind: kind.clone(),
            span: Span::new(start + span.start, start + span.end),
            is_only_sign,
            first,
        })
        .collect())
}

/// A size and 1.
fn one_more(size: Size) -> Size {
    let Size::Sum(terms) = sum_of(vec![(false, size), (false, Size::Number(1))]) else { return Size::Open };
    let (numbers, mut names): (Vec<_>, Vec<_>) = terms.into_iter().partition(|(_, names)| names.is_empty());
    let number: i64 = numbers.iter().map(|(number, _)| *number).sum();
    match (names.as_slice(), u64::try_from(number)) {
        ([], Ok(number)) => Size::Number(number),
        ([(1, only)], Ok(0)) if only.len() == 1 => Size::Symbol(only[0].clone()),
        _ => {
            if number != 0 {
                names.push((number, Vec::new()));
            }
            Size::Sum(names)
        }
    }
}

/// The first and the last member of a family, `a_1,...,a_m` and `x_0,...,x_{N-1}`.
struct Members {
    base: String,
    /// The number of the first one: 1 or 0.
    first: i64,
    count: Size,
    span: Span,
}

fn members_of(pair: Pair<'_, Rule>, start: usize) -> Result<Members, Failure> {
    let span = Span::new(pair.as_span().start(), pair.as_span().end());
    let place = Span::new(start + span.start, start + span.end);
    let last = pair.clone().into_inner().find(|part| part.as_rule() == Rule::last_member);
    let found = names_of(pair.into_inner().flatten().take_while(|part| part.as_rule() != Rule::last_member));
    let first = found.first().map(|(name, _)| name.clone()).unwrap_or_default();
    let (base, last) = match last {
        Some(last) => {
            let mut parts = last.into_inner();
            let base = parts.next().map(|base| canonical(base.as_str())).unwrap_or_default();
            (base, parts.next().map(|size| size_sum(size, start)).transpose()?)
        }
        None => {
            let last = found.last().map(|(name, _)| name.clone()).unwrap_or_default();
            let (base, count) = last.rsplit_once('_').unwrap_or((&last, ""));
            (base.to_owned(), (!count.is_empty()).then(|| size_of(count)))
        }
    };
    let number = (0..=1).find(|number| first == format!("{base}_{number}"));
    let (Some(first), Some(last)) = (number, last) else {
        let error = Diagnostic::new("P0013", "this is not the first and the last member of a family", place, "here");
        return Err(Box::new(error.with_help("write `a_1,...,a_m in R^n`, or `a: family(m) of vector(n)`")));
    };
    let count = if first == 0 { one_more(last) } else { last };
    Ok(Members { base, first, count, span })
}

/// Structures of a 1×1 matrix, which is a scalar: a positive definite one is positive; a skew one is 0 and an orthogonal one ±1, no variables.
fn of_size_one(kind: DeclaredKind, place: Span) -> Result<DeclaredKind, Failure> {
    match kind {
        DeclaredKind::Square(Structure::PositiveDefinite, Size::Number(1))
        | DeclaredKind::PositiveVector(Size::Number(1)) => Ok(DeclaredKind::Positive),
        DeclaredKind::NonnegativeVector(Size::Number(1)) => Ok(DeclaredKind::Nonnegative),
        DeclaredKind::Square(Structure::Skew, Size::Number(1)) => Err(Box::new(
            Diagnostic::new("P0014", "a skew-symmetric matrix of size 1 is 0", place, "of size 1")
                .with_help("write 0 for it, or give it a size of at least 2, or a name such as `n`"),
        )),
        DeclaredKind::Square(Structure::Orthogonal, Size::Number(1)) => Err(Box::new(
            Diagnostic::new("P0014", "an orthogonal matrix of size 1 is 1 or −1", place, "of size 1")
                .with_help("write `s: signs(1)` for it, or give it a size of at least 2, or a name such as `n`"),
        )),
        DeclaredKind::Family(count, member) => {
            let member = of_size_one(*member, place)?;
            Ok(DeclaredKind::Family(count, Box::new(member)))
        }
        other => Ok(other),
    }
}

/// The canonical names in a flat list of pairs, with their places.
/// The name of a family that is declared by one of its members: `x_i: family(m) of …` beside another symbol `x`, `x^{(i)}: family(m) of …`.
fn family_name(name: &str) -> String {
    let is_index = |text: &str| text.chars().count() == 1 && text.chars().all(char::is_lowercase);
    for (open, close) in [("^(", ")"), ("^[", "]")] {
        if let Some((base, rest)) = name.split_once(open)
            && rest.strip_suffix(close).is_some_and(is_index)
        {
            return format!("{base}{open}·{close}");
        }
    }
    match name.split_once('_') {
        Some((base, index)) if is_index(index) => format!("{base}_·"),
        _ => name.to_owned(),
    }
}

fn names_of<'i>(pairs: impl Iterator<Item = Pair<'i, Rule>>) -> Vec<(String, Span)> {
    let mut names: Vec<(String, Span)> = Vec::new();
    let (mut accent, mut sign) = (None, None);
    for pair in pairs {
        let text = pair.as_str();
        match pair.as_rule() {
            Rule::name => names.push((String::new(), Span::new(pair.as_span().start(), pair.as_span().end()))),
            Rule::accent_command => {
                accent = super::latex::accent(text.trim_start_matches('\\'));
            }
            Rule::increment => sign = Some(canonical(text)),
            Rule::plain_name | Rule::one_letter => {
                if let Some(last) = names.last_mut() {
                    last.0 = sign.take().unwrap_or_default();
                    last.0.push_str(&canonical(text));
                    last.0.extend(accent.take());
                }
            }
            Rule::label_text | Rule::label_word | Rule::raised_label => {
                if let Some(last) = names.last_mut() {
                    let plain: String = text.chars().map(|c| superscript(c).unwrap_or(c)).collect();
                    let (base, sub) =
                        last.0.split_once('_').map_or((last.0.as_str(), None), |(base, sub)| (base, Some(sub)));
                    let inner: String = plain.chars().filter(|c| *c != '\\').collect();
                    last.0 = match sub {
                        Some(sub) => format!("{base}^{inner}_{sub}"),
                        None => format!("{base}^{inner}"),
                    };
                }
            }
            Rule::sub_text | Rule::sub_list => {
                if let Some(last) = names.last_mut() {
                    last.0.push('_');
                    last.0.push_str(&canonical(text).replace('−', "-").replace(' ', ""));
                }
            }
            Rule::subscript => {
                if let Some(last) = names.last_mut() {
                    last.0.push('_');
                    last.0.extend(text.chars().map(|c| subscript(c).unwrap_or(c)));
                }
            }
            _ => {}
        }
    }
    names
}

fn canonical(text: &str) -> String {
    let plain = plain_text(text.trim_start_matches('\\'));
    if let Some(letter) = bold_letter(&plain).filter(|_| text.starts_with('\\') && greek(&plain).is_none()) {
        return letter;
    }
    let letters = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    match greek(letters) {
        Some(letter) => format!("{letter}{}", &plain[letters.len()..]),
        None => plain,
    }
}

fn size_of(text: &str) -> Size {
    let plain: String = text.chars().map(|c| superscript(c).unwrap_or(c)).collect();
    match plain.parse::<u64>() {
        _ if plain == "_" => Size::Open,
        Ok(number) => Size::Number(number),
        Err(_) => Size::Symbol(canonical(&plain)),
    }
}

fn kind_of(pair: Pair<'_, Rule>, start: usize) -> Result<DeclaredKind, Failure> {
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

fn checked_size(text: &str, pair: &Pair<'_, Rule>, start: usize) -> Result<Size, Failure> {
    let size = size_of(text);
    let at = pair.as_span();
    let too_long = text.bytes().all(|b| b.is_ascii_digit()) && matches!(size, Size::Symbol(_));
    if size == Size::Number(0) || too_long {
        let span = Span::new(start + at.start(), start + at.end());
        let message = if too_long { "this size is too large" } else { "a size is at least 1" };
        return Err(Box::new(
            Diagnostic::new("P0014", message, span, "this size").with_help("give a size such as `n` or `3`"),
        ));
    }
    Ok(size)
}

fn simple_kind(pair: Pair<'_, Rule>, start: usize) -> Result<DeclaredKind, Failure> {
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
struct Said {
    kind: String,
    sizes: Vec<Size>,
}

/// `real vector`, `n x n matrix`, `symmetric positive definite matrix`, `vector of length n`.
fn said(words: &str) -> Said {
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

/// The kind of a map: `R^n -> R`, `function of vector(n)`.
fn map_of(pair: Pair<'_, Rule>, start: usize) -> Result<DeclaredKind, Failure> {
    let whole = Span::new(start + pair.as_span().start(), start + pair.as_span().end());
    let mut sides = Vec::new();
    for side in pair.into_inner().filter(|part| part.as_rule() == Rule::map_side) {
        let place = Span::new(start + side.as_span().start(), start + side.as_span().end());
        for part in side.into_inner() {
            let kind = if part.as_rule() == Rule::space { space_of(part, start)? } else { simple_kind(part, start)? };
            sides.push((kind, place));
        }
    }
    let mut sides = sides.into_iter();
    let Some(arguments) = sides.next() else { return Err(Box::new(unreadable_map(whole))) };
    map_between(arguments, sides.next().unwrap_or((DeclaredKind::Scalar, whole)))
}

fn space_of(pair: Pair<'_, Rule>, start: usize) -> Result<DeclaredKind, Failure> {
    let place = Span::new(start + pair.as_span().start(), start + pair.as_span().end());
    let mut structure = Structure::Symmetric;
    let (mut is_real, mut has_cone) = (true, false);
    let mut of_vectors: Option<fn(Size) -> DeclaredKind> = None;
    let mut is_binary = false;
    let mut sizes = Vec::new();
    let mut adjective = None;
    for part in pair.into_inner().flatten() {
        match part.as_rule() {
            Rule::adjective => {
                adjective = Some(match part.as_str().to_ascii_lowercase().as_str() {
                    "symmetric" => Structure::Symmetric,
                    "skew" => Structure::Skew,
                    "diagonal" => Structure::Diagonal,
                    "orthogonal" => Structure::Orthogonal,
                    "lower" => Structure::Lower,
                    _ => Structure::Upper,
                });
            }
            Rule::size_terms => sizes.push(size_sum(part, start)?),
            Rule::symmetrics => is_real = false,
            Rule::simplex => of_vectors = Some(DeclaredKind::Simplex),
            Rule::signs => of_vectors = Some(DeclaredKind::Signs),
            Rule::binary => is_binary = true,
            Rule::definite => (structure, has_cone) = (Structure::PositiveDefinite, true),
            Rule::semidefinite => (structure, has_cone) = (Structure::PositiveSemidefinite, true),
            Rule::size | Rule::by_size | Rule::superscript_size => {
                sizes.push(checked_size(part.as_str(), &part, start)?);
            }
            _ => {}
        }
    }
    let mut list = sizes.into_iter();
    if is_binary {
        let mut next = || list.next().unwrap_or(Size::Number(1));
        return Ok(DeclaredKind::Binary(next(), next()));
    }
    if let Some(of_vectors) = of_vectors {
        return match (list.next(), list.next()) {
            (Some(n), None) => Ok(of_vectors(n)),
            _ => Err(Box::new(
                Diagnostic::new("P0014", "this is a set of vectors and takes one size", place, "expected one size")
                    .with_help("write `t in Delta^n` or `y in {-1,1}^n`"),
            )),
        };
    }
    Ok(match (is_real, has_cone, list.next(), list.next()) {
        (true, false, Some(m), Some(n)) if m == n && adjective.is_some() => {
            DeclaredKind::Square(adjective.unwrap_or_default(), n)
        }
        _ if adjective.is_some() => {
            return Err(Box::new(
                Diagnostic::new("P0014", "only a square matrix has this structure", place, "expected ℝ^{n×n}")
                    .with_help("write `D in R^{n x n} diagonal`, or `D: diagonal(n)`"),
            ));
        }
        (true, false, None, _) => DeclaredKind::Scalar,
        (true, true, None, _) if structure == Structure::PositiveSemidefinite => DeclaredKind::Nonnegative,
        (true, true, None, _) => DeclaredKind::Positive,
        (true, true, Some(n), None) if structure == Structure::PositiveSemidefinite => {
            DeclaredKind::NonnegativeVector(n)
        }
        (true, true, Some(n), None) => DeclaredKind::PositiveVector(n),
        (true, false, Some(n), None) => DeclaredKind::Vector(n),
        (true, false, Some(m), Some(n)) => DeclaredKind::Matrix(m, n),
        (false, _, Some(n), None) => DeclaredKind::Square(structure, n),
        (false, _, Some(m), Some(n)) if m == n => DeclaredKind::Square(structure, n),
        _ => {
            return Err(Box::new(
                Diagnostic::new("P0014", "this set is not known", place, "expected ℝ, ℝⁿ, ℝ^{m×n}, Sⁿ, Sⁿ₊ or Sⁿ₊₊")
                    .with_help("write `A in R^{m x n}`, `x in R^n`, `A in S^n` or `A in S^n_++`"),
            ));
        }
    })
}

/// The product of sizes written side by side.
fn product_of(mut factors: Vec<Size>) -> Size {
    if factors.len() == 1 {
        return factors.remove(0);
    }
    let (mut number, mut names) = (1_u64, Vec::new());
    for factor in factors {
        match factor {
            Size::Number(value) => number = number.saturating_mul(value),
            Size::Symbol(name) => names.push(name),
            Size::Sum(_) | Size::Open => return Size::Open,
        }
    }
    if names.is_empty() { Size::Number(number) } else { Size::Sum(vec![(signed(number), names)]) }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The sum of sizes, with whether each is subtracted.
fn sum_of(mut terms: Vec<(bool, Size)>) -> Size {
    if terms.len() == 1 {
        return terms.remove(0).1;
    }
    let mut sum = Vec::new();
    for (is_subtracted, term) in terms {
        let sign = if is_subtracted { -1 } else { 1 };
        match term {
            Size::Number(value) => sum.push((sign * signed(value), Vec::new())),
            Size::Symbol(name) => sum.push((sign, vec![name])),
            Size::Sum(terms) => sum.extend(terms.into_iter().map(|(value, names)| (sign * value, names))),
            Size::Open => return Size::Open,
        }
    }
    Size::Sum(sum)
}

/// A sum of products of sizes, or of sizes.
fn size_sum(pair: Pair<'_, Rule>, start: usize) -> Result<Size, Failure> {
    let term = |part: Pair<'_, Rule>| match part.as_rule() {
        Rule::size_product => {
            let mut factors = Vec::new();
            for factor in part.into_inner() {
                // `n^2`
                let (base, power) = factor.as_str().split_once(['^', '*']).unwrap_or((factor.as_str(), "1"));
                let power = power.bytes().find(u8::is_ascii_digit).map_or(1, |digit| usize::from(digit - b'0'));
                let base = checked_size(base, &factor, start)?;
                factors.extend(std::iter::repeat_n(base, power));
            }
            Ok(product_of(factors))
        }
        _ => checked_size(part.as_str(), &part, start),
    };
    let (mut terms, mut is_subtracted) = (Vec::new(), false);
    for part in pair.into_inner() {
        if part.as_rule() == Rule::less_size {
            is_subtracted = true;
        } else {
            terms.push((std::mem::take(&mut is_subtracted), term(part)?));
        }
    }
    Ok(sum_of(terms))
}

fn unknown_kind(word: &str, place: Span) -> Diagnostic {
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

/// What is most likely wrong with a declaration that does not match the grammar.
fn diagnose(text: &str, start: usize) -> Diagnostic {
    let whole = Span::new(start, start + text.len());
    let maps = [
        "->",
        "→",
        "\\to ",
        "\\to\\",
        "\\rightarrow",
        "↦",
        "\\mapsto",
        "function of",
        "function from",
        "function(",
        "function (",
        "func(",
    ];
    if maps.iter().any(|sign| text.contains(sign)) {
        return unreadable_map(whole);
    }
    let help = "write a declaration as `A: matrix(m,n)`, `x: vector(n)`, `t: scalar` or `A in R^{m x n}`";
    let without_colon = || {
        let (name, kind) = text.trim().split_once(char::is_whitespace)?;
        let kind = kind.trim().trim_start_matches("is ").trim_start();
        let is_kind = KINDS.iter().any(|row| row.0 == said(kind).kind);
        (parse_names(name).is_ok() && is_kind).then(|| format!("write `{name}: {kind}`"))
    };
    let dots = ["...", "…", "\\ldots", "\\dots", "\\cdots"].iter().any(|dots| text.contains(dots));
    let complex = [" in C", "∈ C", "∈C", "ℂ", "\\mathbb{C}", "\\in C"].iter().find(|set| text.contains(**set));
    let real = complex.map(|set| {
        let real = text.replacen(set, &set.replace('C', "R").replace('ℂ', "ℝ"), 1);
        format!("everything is real: write `{}`", real.trim())
    });
    let other = without_colon().or(real);
    let help = match text {
        _ if dots => "write `a_1,...,a_m in R^n`, or `a: family(m) of vector(n)`",
        _ if other.is_some() => other.as_deref().unwrap_or(help),
        _ if text.contains(':') => help,
        _ if text.contains("Delta") || text.contains('Δ') => "write `t in Delta^n` for n entries, or `t: simplex(n)`",
        _ if ["{0", "\\{0"].iter().any(|begin| text.contains(begin)) => {
            "write `y in {0,1}^n`, `M in {0,1}^{m x n}`, or `y: binary(n)`, `M: binary(m,n)`"
        }
        _ if ["{-1", "{−1", "{1,", "{+1", "{±"].iter().any(|begin| text.contains(begin)) => {
            "write `y in {-1,1}^n`, or `y: signs(n)`"
        }
        _ => help,
    };
    let Some((left, right)) = text.split_once(':') else {
        let message = if text.contains('=') { "a declaration has no `=`" } else { "this is not a declaration" };
        return Diagnostic::new("P0013", message, whole, "expected a name, a colon and a kind").with_help(help);
    };
    if let Err(errors) = parse_names(left) {
        let end = start + left.trim_end().len().max(1);
        let message = if left.trim().is_empty() { "the declaration has no name" } else { "this cannot be declared" };
        let n = errors.len();
        debug_assert!(n > 0, "an error has a message");
        return Diagnostic::new("P0013", message, Span::new(start, end), "expected a name such as `A` or `x_1`")
            .with_help(help);
    }
    let name = left.trim();
    let from = text.len() - right.trim_start().len();
    let words = right.trim();
    if words.contains(' ') && nearest(&words.to_ascii_lowercase(), ["matrix function"].into_iter()).is_some() {
        return unknown_kind(words, Span::new(start + text.len() - right.trim_start().len(), start + text.len()));
    }
    let word: String = right.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
    let place = Span::new(start + from.min(text.len().saturating_sub(1)), start + text.len());
    match KINDS.iter().find(|row| row.0 == word.to_ascii_lowercase()) {
        Some(&(kind, wanted)) => {
            let example = match (kind, wanted) {
                ("family", _) => format!("{name}: family(m) of vector(n)"),
                (_, 0) => format!("{name}: {kind}"),
                (_, 1) => format!("{name}: {kind}(n)"),
                _ => format!("{name}: {kind}(m,n)"),
            };
            Diagnostic::new(
                "P0013",
                format!("the sizes of `{kind}` cannot be read"),
                place,
                "expected names or numbers in brackets",
            )
            .with_help(format!("write `{example}`"))
        }
        None if word.is_empty() => {
            Diagnostic::new("P0013", "the declaration has no kind", place, "expected a kind after the colon")
                .with_help(help)
        }
        None => unknown_kind(&word, place),
    }
}
