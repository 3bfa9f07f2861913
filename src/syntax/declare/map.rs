//! Declarations of maps: `f: R^n -> R`, `F: R^n -> R^m`, `K: R -> S^n_++`, `f: function of vector(n)`.

use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::structure::Structure;
use crate::syntax::ast::DeclaredKind;

/// The kind of a map from what its arguments and its values are, each with its place; one from numbers to numbers is a function.
///
/// # Errors
/// A set whose elements cannot be arguments or values.
pub(super) fn map_between(
    (arguments, place): (DeclaredKind, Span),
    (values, place_of_values): (DeclaredKind, Span),
) -> Result<DeclaredKind, Box<Diagnostic>> {
    if !matches!(
        arguments,
        DeclaredKind::Scalar
            | DeclaredKind::Vector(_)
            | DeclaredKind::Matrix(..)
            | DeclaredKind::Square(Structure::General, _)
    ) {
        return Err(Box::new(
            Diagnostic::new("P0014", "the arguments of a map are from ℝ, ℝⁿ or ℝ^{m×n}", place, "another set")
                .with_help("write `f: R^n -> R` or `f: R^{n x n} -> R`; what else holds of an argument is declared of its symbol"),
        ));
    }
    match (&arguments, values) {
        (DeclaredKind::Scalar, DeclaredKind::Scalar) => Ok(DeclaredKind::Function),
        (_, DeclaredKind::Square(Structure::Orthogonal, _)) => Err(Box::new(no_values(place_of_values))),
        (
            _,
            values @ (DeclaredKind::Scalar
            | DeclaredKind::Vector(_)
            | DeclaredKind::Matrix(..)
            | DeclaredKind::Square(..)),
        ) => Ok(DeclaredKind::Map(Box::new(arguments), Box::new(values))),
        _ => Err(Box::new(no_values(place_of_values))),
    }
}

fn no_values(place: Span) -> Diagnostic {
    Diagnostic::new("P0014", "the values of a map are from ℝ, ℝⁿ, ℝ^{m×n}, Sⁿ or Sⁿ₊₊", place, "another set")
        .with_help("write `f: R^n -> R`, `F: R^n -> R^m` or `K: R -> S^n_++`")
}

/// The error at a map that cannot be read.
pub(super) fn unreadable_map(place: Span) -> Diagnostic {
    Diagnostic::new("P0014", "this map cannot be read", place, "expected one set, an arrow and another set")
        .with_help("a map has one argument: write `f: R^n -> R`, `F: R^n -> R^m` or `K: R -> R^{n x n}`")
        .with_help("a function that is applied elementwise is declared as `phi: function`, one of square matrices as `f: matrix function`")
}
