//! Walks down a subtree, bounded and as a loop, and up from a term.

use crate::syntax::{Ast, AstId, AstKind, for_each_child};

/// Visits a subtree until `visit` answers false, at most `limit` nodes.
pub(crate) fn subtree(ast: &Ast, root: AstId, limit: usize, mut visit: impl FnMut(AstId) -> bool) {
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

/// What stands around a node, or around the sum whose term it is.
pub(crate) fn around_term(ast: &Ast, parents: &[Option<AstId>], id: AstId) -> Option<AstId> {
    match parents[id.0 as usize] {
        Some(sum) if matches!(ast.node(sum).kind, AstKind::Sum(_)) => parents[sum.0 as usize],
        above => above,
    }
}
