//! What relations say of a name: `x > 0`, `A ≻ 0`, `A = A^T`, also beside another declaration of it.

use crate::structure::Structure;
use crate::syntax::ast::{DeclaredKind, Size};

/// The kind of what is declared twice, first as a kind and then by what holds of it.
pub(super) fn both(kind: &DeclaredKind, further: &DeclaredKind) -> Option<DeclaredKind> {
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
pub(super) fn transposed(text: &str) -> Option<&str> {
    const MARKS: [&str; 9] = ["^{\\intercal}", "^\\intercal", "^{\\top}", "^\\top", "^{T}", "^T", "ᵀ", ".T", "'"];
    let text = text.trim();
    MARKS.iter().find_map(|mark| text.strip_suffix(mark)).map(str::trim_end)
}

/// What `> 0`, `≻ 0`, `⪰ 0` say of a name: `≻` orders matrices, which are capitals, and vectors by their entries.
pub(super) fn above_zero(sign: &str, name: &str) -> DeclaredKind {
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
