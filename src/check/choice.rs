//! What random points have to be drawn for: values among few, and functions made of branches, take more points; what a factorial is taken of
//! is an integer, and so is what stands below a letter as its index.

use super::Numbers;
use super::branch::kinks;
use crate::expr::{Arena, ExprId, Node, Spectral, SymbolId, SymbolKind};
use crate::numeric::sample::{Imposed, Overrides, symbols_of};
use crate::structure::Structure;

/// Points that are added where a function looks at signs, so that of its branches the usual points may see one.
const MORE_KINKS: usize = 40;
/// Points that are added where doubles are enough, which see the digits of one point.
const MORE_BRANCHES: usize = 12;
/// Points that are added where something is drawn from few values.
const MORE_CHOICES: usize = 9;

/// Less than this is added to sizes where they count as numbers, of residues and of other numbers, and where residues tell all the same.
const LARGER_RESIDUES: usize = 28;
const LARGER: usize = 12;
const LARGER_WHERE_NOT_COUNTED: usize = 10;

/// Points that are added where an inverse of rectangular matrices is one on one side alone, with sizes in the opposite order.
const MORE_SHAPES: usize = 2;

/// How many points more it takes with sizes in the opposite order: X⁺X is I of a tall X, and XX⁺ of a wide one.
pub(super) fn more_shapes(arena: &Arena, roots: &[ExprId]) -> usize {
    let is_inverse = |id: ExprId| matches!(arena.node(id), Node::Pinv(_) | Node::Spectral(Spectral::Polar, _));
    let has = |root: &ExprId| arena.post_order(*root).into_iter().any(is_inverse);
    if roots.iter().any(has) { MORE_SHAPES } else { 0 }
}

/// How many points more it takes to see the branches of functions that have some.
pub(super) fn more_for_kinks(arena: &Arena, roots: &[ExprId]) -> usize {
    if kinks(arena, roots).is_empty() { 0 } else { MORE_KINKS }
}

/// How many points more it takes where doubles are compared: one branch, or one value of an integer, must not speak for all.
pub(super) fn more_branches(arena: &Arena, roots: &[ExprId], symbols: &[SymbolId], overrides: &Overrides) -> usize {
    let branches = if kinks(arena, roots).is_empty() { 0 } else { MORE_BRANCHES };
    branches.max(more_for_choices(arena, roots, symbols, overrides))
}

/// How many points more it takes where something is drawn from few values.
pub(super) fn more_for_choices(arena: &Arena, roots: &[ExprId], symbols: &[SymbolId], overrides: &Overrides) -> usize {
    if has_choices(arena, roots, symbols, overrides) { MORE_CHOICES } else { 0 }
}

/// The symbols that a factorial is taken of, or of the entries of which: it has no value but at integers. Neither has an index, as the label
/// yᵢ of zᵧᵢ.
pub(super) fn counts(arena: &Arena, roots: &[ExprId]) -> Vec<(SymbolId, Imposed)> {
    let below = |root: &ExprId| arena.post_order(*root);
    let whole = roots.iter().flat_map(below).flat_map(|id| match arena.node(id) {
        Node::Factorial(inner) | Node::Member(_, inner) | Node::Basis(_, inner) => [Some(*inner), None],
        Node::Entry(_, row, column) => [Some(*row), Some(*column)],
        _ => [None, None],
    });
    let inner: Vec<ExprId> = whole.flatten().collect();
    let is_plain = |id: &SymbolId| {
        let symbol = arena.symbol(*id);
        matches!(symbol.kind, SymbolKind::Plain | SymbolKind::Family(_))
            && (symbol.shape.is_scalar() || symbol.shape.is_column())
    };
    symbols_of(arena, &inner).into_iter().filter(is_plain).map(|id| (id, Imposed::Integer)).collect()
}

/// Whether something is drawn from few values, so that what holds for these alone could pass: integers, signs, sizes as numbers, the
/// two components of the orthogonal matrices.
fn has_choices(arena: &Arena, roots: &[ExprId], symbols: &[SymbolId], overrides: &Overrides) -> bool {
    let is_choice = |id: &SymbolId| {
        let symbol = arena.symbol(*id);
        matches!(symbol.kind, SymbolKind::Integer | SymbolKind::Signs | SymbolKind::Binary)
            || symbol.structure == Structure::Orthogonal
            || matches!(overrides.get(id), Some(Imposed::Integer | Imposed::Structure(Structure::Orthogonal)))
    };
    symbols.iter().any(is_choice) || counts_sizes(arena, roots)
}

/// Whether sizes count as numbers, or as the bounds of sums.
fn counts_sizes(arena: &Arena, roots: &[ExprId]) -> bool {
    let has_size = |root: &ExprId| arena.post_order(*root).iter().any(|id| matches!(arena.node(*id), Node::Size(_)));
    roots.iter().any(has_size)
}

/// Less than what is added to the sizes of points that are added: (n − 2)(n − 3) is 0 for more sizes than one.
pub(super) fn larger_sizes(arena: &Arena, roots: &[ExprId], numbers: Numbers) -> usize {
    match numbers {
        Numbers::Residues if counts_sizes(arena, roots) => LARGER_RESIDUES,
        Numbers::Residues => LARGER_WHERE_NOT_COUNTED,
        Numbers::Long if counts_sizes(arena, roots) => LARGER,
        Numbers::Long | Numbers::Doubles => 0,
    }
}
