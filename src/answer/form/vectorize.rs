//! Families and sums over an index written with matrices: Σᵢ pᵢaᵢaᵢᵀ as Aᵀdiag(p)A, where A has the rows aᵢᵀ.
//!
//! A sum that has such a form is replaced by it, from the inside out; one that has none stays, and is reported.

use rustc_hash::{FxHashMap, FxHashSet};

use super::family::Families;
use crate::expr::{Arena, Dim, ExprId, Node, SymbolId};
use crate::simplify::simplify;

/// The expression in normal form with every sum and product over an index replaced that has a form with matrices, simplified.
pub(super) fn vectorize(arena: &mut Arena, root: ExprId, families: &mut Families) -> ExprId {
    let mut map: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in arena.post_order(root) {
        let rebuilt = arena.rebuild(id, &map);
        let whole = whole(arena, rebuilt, families).unwrap_or(rebuilt);
        map.insert(id, whole);
    }
    let whole = map.get(&root).copied().unwrap_or(root);
    simplify(arena, whole)
}

/// The sums and products over an index that are left in an expression, outermost, of families only.
#[must_use]
pub(super) fn left_over(arena: &Arena, root: ExprId) -> Vec<ExprId> {
    let mut found = Vec::new();
    let mut seen = FxHashSet::default();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        if let Node::Indexed { body, .. } = arena.node(id) {
            if arena.post_order(*body).iter().any(|id| matches!(arena.node(*id), Node::Member(..))) {
                found.push(id);
            }
        } else {
            arena.node(id).for_each_child(|child| open.push(child));
        }
    }
    found
}

/// A sum or product over an index as a whole.
fn whole(arena: &mut Arena, id: ExprId, families: &mut Families) -> Option<ExprId> {
    let Node::Indexed { op, index, lower, upper, body } = *arena.node(id) else { return None };
    if !arena.is_one(lower) {
        return None;
    }
    let size = match *arena.node(upper) {
        Node::Size(dim) => dim,
        Node::Number(ref value) => Dim::Known(u32::try_from(value.to_i64()?).ok()?),
        _ => return None,
    };
    let (index, body) = arena.open(index, (lower, upper), body);
    let mut tried = families.clone();
    let mut rows_of = |arena: &mut Arena, family: SymbolId, size: Dim| {
        let matrix = tried.matrix(arena, family, size)?;
        Some(arena.symbol_expr(matrix))
    };
    let result = arena.lifted(op, index, size, body, Some(&mut rows_of))?;
    *families = tried;
    Some(result)
}
