//! Definitions of single entries that a sum runs over and does not take up: `x_{n+1} = x_1` beside `\sum_{i=1}^n (x_i - x_{i+1})^2`.

use super::ast::{Ast, AstId, AstKind, Name};
use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// The error at a definition that nothing uses by its name, where the letter has an index in a sum that may reach its place.
pub(super) fn check<'n>(ast: &Ast, unused: impl Iterator<Item = (&'n str, Span)>) -> Option<Diagnostic> {
    for (name, span) in unused {
        let Some((base, below)) = name.split_once('_') else { continue };
        let place = ast.nodes.iter().find_map(|node| match &node.kind {
            AstKind::Name(found) if found.base == base && reaches(ast, found, below) => Some(node.span),
            _ => None,
        });
        let Some(place) = place else { continue };
        let (own, used) = (ast.written(span), ast.written(place));
        let message = format!("the definition of `{own}` does not reach `{used}` in the sum");
        let error = Diagnostic::new("P0015", message, span, "one entry is defined here")
            .with_label(place, "this may be that entry");
        return Some(error.with_help(format!(
            "leave the term with that entry out of the sum, and write it by itself with what `{own}` stands for"
        )));
    }
    None
}

/// Whether a name with a bound index may be the entry with this below it: its index is shifted, or runs over that place.
fn reaches(ast: &Ast, name: &Name, below: &str) -> bool {
    let is_index = |id: &AstId| matches!(&ast.node(*id).kind, AstKind::Name(part) if ast.binds(&part.base));
    let is_shifted = |part: &AstId| match &ast.node(*part).kind {
        AstKind::Sum(terms) => terms.iter().any(|(_, term)| is_index(term)),
        _ => false,
    };
    let runs_over = |part: &AstId| match &ast.node(*part).kind {
        AstKind::Name(index) => runs_over(ast, &index.base, below),
        _ => false,
    };
    match name.subscript.as_slice() {
        [part] => is_shifted(part) || runs_over(part),
        parts => parts.iter().any(is_shifted),
    }
}

/// Whether an index runs over a place, as far as its bounds say: those that are not written are the first and the last entry.
fn runs_over(ast: &Ast, index: &str, below: &str) -> bool {
    let number = |id: AstId| match &ast.node(id).kind {
        AstKind::Number(value) => value.to_i64(),
        _ => None,
    };
    let ranges = ast.nodes.iter().filter_map(|node| match &node.kind {
        AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _) => Some(ranges),
        _ => None,
    });
    ranges.flatten().filter(|range| range.index == index).any(|range| {
        let ends_there = range.upper.is_some_and(|upper| ast.written(ast.span(upper)) == below);
        let Ok(place) = below.parse::<i64>() else { return ends_there };
        let lower = range.lower.map_or(Some(1), number);
        lower.is_some_and(|lower| lower <= place) && range.upper.and_then(number).is_none_or(|upper| place <= upper)
    })
}
