//! Children of syntax nodes, so that every walk over a tree is a loop.

use crate::syntax::{Ast, AstId, AstKind, NormSpelling};

/// Calls `visit` for each child, in the order they are written.
pub(super) fn for_each_child(kind: &AstKind, mut visit: impl FnMut(AstId)) {
    match kind {
        AstKind::Number(_) => {}
        AstKind::Name(name) => name.subscript.iter().copied().for_each(visit),
        AstKind::Sum(terms) => terms.iter().for_each(|(_, term)| visit(*term)),
        AstKind::Product { first, rest } => {
            visit(*first);
            rest.iter().for_each(|(_, factor)| visit(*factor));
        }
        AstKind::Power(a, b) | AstKind::HadamardPower(a, b) | AstKind::Inner(a, b) | AstKind::Indicator(_, a, b) => {
            visit(*a);
            visit(*b);
        }
        AstKind::Transpose(inner)
        | AstKind::UserCall { argument: inner, .. }
        | AstKind::Abs(inner)
        | AstKind::Factorial(inner) => visit(*inner),
        AstKind::Norm(spelling, inner) => {
            visit(*inner);
            if let NormSpelling::P(p) = spelling {
                visit(*p);
            }
        }
        AstKind::Call(_, arguments) => arguments.iter().copied().for_each(visit),
        AstKind::BigSum(ranges, body) | AstKind::BigProduct(ranges, body) => {
            for range in ranges {
                range.lower.into_iter().for_each(&mut visit);
                range.upper.into_iter().for_each(&mut visit);
            }
            visit(*body);
        }
        AstKind::EntryOf(inner, parts) => {
            visit(*inner);
            parts.iter().copied().for_each(visit);
        }
        AstKind::Literal(rows) => rows.iter().flatten().copied().for_each(visit),
    }
}

/// Visits a subtree until `visit` answers false, at most `limit` nodes.
pub(super) fn subtree(ast: &Ast, root: AstId, limit: usize, mut visit: impl FnMut(AstId) -> bool) {
    let mut open = vec![root];
    let mut left = limit;
    while let Some(id) = open.pop() {
        if left == 0 || !visit(id) {
            return;
        }
        left -= 1;
        for_each_child(&ast.node(id).kind, |child| open.push(child));
    }
}
