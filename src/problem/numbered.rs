//! Variables that are written by their entries alone, which then say how many there are.

use crate::diagnostic::{Advice, Suggestion};
use crate::expr::{Arena, SymbolKind};
use crate::span::Span;
use crate::syntax::{Ast, AstId, AstKind, Declaration, DeclaredKind, Remark, Size};

/// A declaration that entries make, and the text where the first of them stands.
pub(super) type Counted = (Declaration, usize);

/// Vectors among the variables of which all entries up to the last one are written, and nothing else: `x_1^2 + x_1 x_2` is of a vector of
/// two entries.
pub(super) fn vectors_by_their_entries(
    arena: &Arena,
    asts: &[Ast],
    declared: &[Declaration],
    variables: &[String],
) -> Vec<Counted> {
    let is_vector = |name: &&String| {
        let symbol = arena.find_symbol(name).map(|id| arena.symbol(id));
        symbol.is_some_and(|symbol| {
            symbol.kind == SymbolKind::Plain && symbol.shape.is_column() && !symbol.shape.is_scalar()
        })
    };
    let open = variables.iter().filter(is_vector).filter(|name| declared.iter().all(|one| one.name != **name));
    let found = open.filter_map(|name| {
        let (places, which, span) = numbered_places(asts, name)?;
        let last = places.iter().map(|place| place[0]).max()?;
        // `w_0 + w_1 x`
        let is_from_zero = places.iter().any(|place| place[0] == 0);
        let count = last + u64::from(is_from_zero);
        let is_whole = count > 1 && places.len() as u64 == count && places.iter().all(|place| place[1] == 0);
        let kind = DeclaredKind::Vector(Size::Number(count));
        is_whole.then(|| (Declaration { name: name.clone(), kind, span, is_only_sign: false, first: 1 }, which))
    });
    found.collect()
}

/// Matrices of more rows than this are not written by a few of their entries.
const LARGEST_BY_ENTRIES: u64 = 4;

/// Matrices among the variables, likewise: a determinant of `X_{11}` to `X_{22}` is of a 2×2 matrix. Where not all entries are written it is
/// as large as they ask for, and square.
pub(super) fn matrices_by_their_entries(asts: &[Ast], declared: &[Declaration], variables: &[String]) -> Vec<Counted> {
    let open = variables.iter().filter(|name| declared.iter().all(|one| one.name != **name));
    let found = open.filter_map(|name| {
        let (mut places, which, span) = numbered_places(asts, name)?;
        // Two digits without a comma.
        let mut is_glued = false;
        for place in &mut places {
            if let [both @ 11..=99, 0] = *place {
                *place = [both / 10, both % 10];
                is_glued = true;
            }
        }
        let [mut rows, mut cols] = [0, 1].map(|axis| places.iter().map(|place| place[axis]).max().unwrap_or(0));
        let is_whole = places.len() as u64 == rows.saturating_mul(cols);
        // Of a₁₁x₁² + 2a₁₂x₁x₂ + a₂₂x₂² and X₁₂ + X₂₁ the matrix is square.
        if !is_whole && is_glued {
            [rows, cols] = [rows.max(cols); 2];
        }
        let is_some = is_glued && places.len() > 1 && rows <= LARGEST_BY_ENTRIES;
        let is_matrix = rows > 1 && cols > 1 && (is_whole || is_some);
        let kind = DeclaredKind::Matrix(Size::Number(rows), Size::Number(cols));
        let all_on_both = places.iter().all(|place| place[0] > 0 && place[1] > 0);
        (is_matrix && all_on_both)
            .then(|| (Declaration { name: name.clone(), kind, span, is_only_sign: false, first: 1 }, which))
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
