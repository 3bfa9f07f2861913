//! Variables that are written by their entries alone, which then say how many there are.

use crate::diagnostic::{Advice, Suggestion};
use crate::expr::{Arena, SymbolKind};
use crate::span::Span;
use crate::syntax::{Ast, AstId, AstKind, Declaration, DeclaredKind, Remark, Size};

/// Variables of which all entries up to the last one are written, and nothing else, with the text where each stands: `x_1^2 + x_1 x_2` is
/// of a vector of two entries, a determinant of `X_{11}` to `X_{22}` of a 2×2 matrix.
pub(super) fn by_their_entries(
    arena: &Arena,
    asts: &[Ast],
    declared: &[Declaration],
    variables: &[String],
) -> Vec<(Declaration, usize)> {
    let is_open = |name: &&String| {
        let symbol = arena.find_symbol(name).map(|id| arena.symbol(id));
        let is_array = symbol.is_some_and(|symbol| symbol.kind == SymbolKind::Plain && !symbol.shape.is_scalar());
        is_array && declared.iter().all(|one| one.name != **name)
    };
    let found = variables.iter().filter(is_open).filter_map(|name| {
        let (places, which, span) = numbered_places(asts, name)?;
        let largest = |axis: usize| places.iter().map(|place| place[axis]).max().unwrap_or(0);
        let (rows, cols) = (largest(0), largest(1));
        let is_vector = arena.find_symbol(name).is_some_and(|id| arena.symbol(id).shape.is_column());
        let kind = match is_vector {
            true if cols == 0 && rows > 1 && places.len() as u64 == rows => DeclaredKind::Vector(Size::Number(rows)),
            false if rows * cols > 1 && places.len() as u64 == rows.saturating_mul(cols) => {
                DeclaredKind::Matrix(Size::Number(rows), Size::Number(cols))
            }
            _ => return None,
        };
        Some((Declaration { name: name.clone(), kind, span, is_only_sign: false }, which))
    });
    found.collect()
}

/// The places of the entries of an array that is written by nothing but entries with numbers below, each once, 0 for an axis that it does
/// not have, and the first text and span in which one stands.
fn numbered_places(asts: &[Ast], name: &str) -> Option<(Vec<[u64; 2]>, usize, Span)> {
    let (mut places, mut first) = (Vec::new(), None);
    for (which, ast) in asts.iter().enumerate() {
        for node in &ast.nodes {
            let AstKind::Name(found) = &node.kind else { continue };
            if found.base != name {
                continue;
            }
            let number = |id: &AstId| match &ast.node(*id).kind {
                AstKind::Number(value) => value.to_i64().and_then(|place| u64::try_from(place).ok()),
                _ => None,
            };
            let place = match &*found.subscript {
                [row] => [number(row)?, 0],
                [row, col] => [number(row)?, number(col)?],
                _ => return None,
            };
            first = first.or(Some((which, node.span)));
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    first.map(|(which, span)| (places, which, span))
}

/// How many entries such a variable has.
pub(super) fn remark_of_entries(declaration: &Declaration) -> Remark {
    let Declaration { name, kind, span, .. } = declaration;
    let (what, open) = match kind {
        DeclaredKind::Vector(Size::Number(n)) => (format!("a vector of {n} entries"), "vector(n)"),
        DeclaredKind::Matrix(Size::Number(m), Size::Number(n)) => (format!("a {m}×{n} matrix"), "matrix(m,n)"),
        _ => (String::new(), "vector(n)"),
    };
    let message =
        Advice::from(format!("`{name}` is {what}, as no others are written; for one of any size, declare it: "))
            .suggest(Suggestion::declaration(format!("{name}: {open}")));
    Remark { row: "entries-make-the-size", span: *span, message, other: None }
}
