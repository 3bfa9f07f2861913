//! The kinds of declarations as sets, `R^{m x n}`, `S^n_++`, and maps between them.

use pest::iterators::Pair;

use super::kind::simple_kind;
use super::map::{map_between, unreadable_map};
use super::size::{checked_size, size_sum};
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::structure::Structure;
use crate::syntax::ast::{DeclaredKind, Size};
use crate::syntax::grammar::Rule;

/// The kind of a map: `R^n -> R`, `function of vector(n)`.
pub(super) fn map_of(pair: Pair<'_, Rule>, start: usize) -> Result<DeclaredKind, Box<Diagnostic>> {
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

pub(super) fn space_of(pair: Pair<'_, Rule>, start: usize) -> Result<DeclaredKind, Box<Diagnostic>> {
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
