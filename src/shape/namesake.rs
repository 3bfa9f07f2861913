//! Symbols of their own that have the letter of a variable, and may have been meant as its parts.

use crate::expr::{Arena, Shape, Symbol};
use crate::reading::Request;
use crate::reading::kind::BESIDE;
use crate::reading::resolve::Input;
use crate::span::Span;
use crate::syntax::{Ast, AstId, AstKind, Name, Remark, full_name};

/// Letters for the matrix that picks a part of a variable.
const PICKS: [&str; 4] = ["P", "E", "R", "Q"];

/// Of a variable W beside `w_i` or `w_{ij}`, that these are not its rows, columns or entries, as nothing says so.
pub(super) fn notes_on_small_letters(request: &Request<'_>, open: &Input<'_>) -> Vec<(usize, Remark)> {
    let Some((ast, _)) = request.asts.first() else { return Vec::new() };
    let is_there = |name: &&String| open.find(name).is_some();
    let notes = request
        .wrt
        .iter()
        .filter(is_there)
        .filter_map(|name| rows(ast, open, name).or_else(|| entries(ast, open, name)));
    notes.map(|remark| (0, remark)).collect()
}

fn rows(ast: &Ast, open: &Input<'_>, name: &str) -> Option<Remark> {
    let rows = open.rows_of(name)?;
    let (span, found) = names(ast).find(|(_, found)| found.base == rows && !found.subscript_text.is_empty())?;
    let index = &found.subscript_text;
    let message = format!(
        "`{rows}_{index}` is not a row or column of `{name}`, as nothing says so; if it is one, add `where {rows}_{index} = {name}' e_{index}`, or `{name} e_{index}` for a column"
    );
    Some(Remark { row: "rows-of-variable", span, message: message.into(), other: None })
}

/// Unless entries of W itself are written, from which `w_{ij}` is told apart.
fn entries(ast: &Ast, open: &Input<'_>, name: &str) -> Option<Remark> {
    let small = name.to_lowercase();
    let is_pair = |base: &str, found: &Name| found.base == base && found.subscript.len() == 2 && is_indexed(ast, found);
    if small == name || open.declared(&small).is_some() || names(ast).any(|(_, found)| is_pair(name, found)) {
        return None;
    }
    let (span, found) = names(ast).find(|(_, found)| is_pair(&small, found))?;
    let (own, other) = (spelled(&small, &found.subscript_text), spelled(name, &found.subscript_text));
    let message = format!("`{own}` is not an entry of `{name}`, as nothing says so; if it is one, write `{other}`");
    Some(Remark { row: "entries-of-variable", span, message: message.into(), other: None })
}

/// Of `β_g` and `β_S` that have another size than the variable β, that they do not vary with it.
pub(super) fn notes_on_parts(request: &Request<'_>, arena: &Arena) -> Vec<(usize, Remark)> {
    let mut notes = Vec::new();
    for variable in request.wrt {
        let is_part = |other: &String| other.strip_prefix(variable.as_str()).is_some_and(|rest| rest.starts_with('_'));
        let Some(whole) = find(arena, variable).filter(|_| !request.wrt.iter().any(is_part)) else { continue };
        for (text, (ast, _)) in request.asts.iter().enumerate() {
            let part = names(ast).find(|(_, name)| name.base == *variable && is_beside(ast, arena, whole.shape, name));
            notes.extend(part.map(|(span, name)| (text, remark(request, name, span))));
        }
    }
    notes
}

/// Whether a name with the letter of a variable is a vector of another size than the variable: a member of a family, or a symbol with a
/// capital or a number that is left out below it. One of the same size is another point.
fn is_beside(ast: &Ast, arena: &Arena, whole: Shape, name: &Name) -> bool {
    let full = if is_indexed(ast, name) { format!("{}{BESIDE}", name.base) } else { full_name(name) };
    let names_part = name.subscript_text.starts_with(|c: char| c.is_uppercase() || c == '-') || is_indexed(ast, name);
    names_part
        && find(arena, &full).is_some_and(|own| {
            !own.declared && !own.shape.is_scalar() && own.shape.is_column() && whole.is_column() && own.shape != whole
        })
}

fn remark(request: &Request<'_>, name: &Name, span: Span) -> Remark {
    let Name { base, subscript_text: below, .. } = name;
    let is_free =
        |letter: &&str| !request.asts.iter().any(|(ast, _)| names(ast).any(|(_, name)| name.base == **letter));
    let letter = PICKS.into_iter().find(is_free).unwrap_or(PICKS[0]);
    let (own, matrix) = (spelled(base, below), spelled(letter, below));
    let message = format!(
        "`{own}` is a symbol of its own and does not vary with `{base}`; for a part of `{base}` write `{matrix} {base}` with the matrix `{matrix}` that picks it"
    );
    Remark { row: "part-of-variable", span, message: message.into(), other: None }
}

fn find<'a>(arena: &'a Arena, name: &str) -> Option<&'a Symbol> {
    arena.find_symbol(name).map(|id| arena.symbol(id))
}

fn names(ast: &Ast) -> impl Iterator<Item = (Span, &Name)> {
    ast.nodes.iter().filter_map(|node| match &node.kind {
        AstKind::Name(name) => Some((node.span, name)),
        _ => None,
    })
}

/// Whether an index that a sum or product binds stands below a name.
fn is_indexed(ast: &Ast, name: &Name) -> bool {
    let is_index = |id: &AstId| matches!(&ast.node(*id).kind, AstKind::Name(part) if ast.binds(&part.base));
    name.subscript.iter().any(|part| match &ast.node(*part).kind {
        AstKind::Sum(terms) => terms.iter().any(|(_, term)| is_index(term)),
        _ => is_index(part),
    })
}

fn spelled(base: &str, below: &str) -> String {
    if below.chars().count() == 1 { format!("{base}_{below}") } else { format!("{base}_{{{below}}}") }
}
