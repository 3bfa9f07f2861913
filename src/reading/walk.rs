//! A bounded walk over a subtree, as a loop.

use crate::syntax::{Ast, AstId, for_each_child};

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
