//! Large expressions: every node that is written more than once is named, in one walk.

use rustc_hash::{FxHashMap, FxHashSet};

use super::letter::{Letters, before_brackets};
use super::named::Named;
use super::walk::{in_scripts, is_nameable, walk_new};
use crate::expr::{Arena, ExprId, Node};
use crate::simplify::Costs;

/// The least size of a part, in symbols.
const MIN_PART: u64 = 4;

/// In how many nodes each node stands, where the first of the roots is what the reader came for.
fn parents(arena: &Arena, roots: &[ExprId], order: &[ExprId]) -> FxHashMap<ExprId, u64> {
    let mut counts: FxHashMap<ExprId, u64> = FxHashMap::default();
    for id in order {
        arena.node(*id).for_each_child(|child| *counts.entry(child).or_insert(0) += 1);
    }
    for root in roots.iter().skip(1) {
        *counts.entry(*root).or_insert(0) += 1;
    }
    counts
}

/// How many nodes of the size of a part are shared.
pub(super) fn count(arena: &Arena, roots: &[ExprId], order: &[ExprId]) -> usize {
    let counts = parents(arena, roots, order);
    let mut costs = Costs::default();
    let is_shared = |id: &ExprId| counts.get(id).is_some_and(|count| *count >= 2);
    order.iter().filter(|id| is_shared(id) && costs.of(arena, **id) >= MIN_PART).count()
}

/// Names the shared nodes; `None` where no node of that size is shared.
pub(super) fn name(arena: &Arena, roots: &[ExprId], whole: usize, order: &[ExprId]) -> Option<Named> {
    if count(arena, roots, order) == 0 {
        return None;
    }
    let counts = parents(arena, roots, order);
    let mut costs = Costs::default();
    let scripted = in_scripts(arena, order);
    let mut arena = arena.clone();
    // Known for all nodes from here on.
    for root in roots {
        arena.free_indices(*root);
    }
    let mut letters = Letters::new(&arena, order, true);
    let before = before_brackets(&arena, order);
    let mut walk = Walk {
        arena: &mut arena,
        forward: FxHashMap::default(),
        back: FxHashMap::default(),
        normal: FxHashMap::default(),
    };
    let mut parts = Vec::new();
    let mut with_symbol = FxHashSet::default();
    for id in order {
        let rebuilt = walk.rebuild(*id);
        let mut has = matches!(walk.arena.node(*id), Node::Symbol(_) | Node::Member(..) | Node::Differential(..));
        walk.arena.node(*id).for_each_child(|child| has |= with_symbol.contains(&child));
        if has {
            with_symbol.insert(*id);
        }
        let count = counts.get(id).copied().unwrap_or(0);
        if count < 2 || !has || roots[..whole].contains(id) || scripted.contains(id) {
            continue;
        }
        let cost = costs.of(walk.arena, rebuilt);
        if cost >= MIN_PART && is_nameable(walk.arena, *id) {
            let symbol = letters.symbol(walk.arena, rebuilt, before.contains(id));
            let name = walk.arena.symbol_expr(symbol);
            walk.forward.insert(*id, name);
            let normal = walk.normal.get(id).copied().unwrap_or(*id);
            walk.back.insert(name, normal);
            parts.push((symbol, rebuilt));
        }
    }
    let forward = walk.forward;
    let roots = roots.iter().map(|root| forward.get(root).copied().unwrap_or(*root)).collect();
    Some(Named { arena, roots, parts })
}

/// The nodes with parts named, and what they are with the parts put back.
struct Walk<'a> {
    arena: &'a mut Arena,
    forward: FxHashMap<ExprId, ExprId>,
    back: FxHashMap<ExprId, ExprId>,
    /// The nodes in normal form, which most are already.
    normal: FxHashMap<ExprId, ExprId>,
}

impl Walk<'_> {
    /// The node over its children's new forms, or the node as it was where putting the parts back would give another.
    fn rebuild(&mut self, id: ExprId) -> ExprId {
        let normal = self.arena.rebuild(id, &self.normal);
        self.normal.insert(id, normal);
        let mut changed = false;
        let forward = &self.forward;
        self.arena.node(id).for_each_child(|child| changed |= forward.get(&child).is_some_and(|to| *to != child));
        let mut rebuilt = id;
        if changed {
            rebuilt = self.arena.rebuild(id, &self.forward);
            if self.original(rebuilt) != normal {
                rebuilt = id;
            }
        }
        self.back.insert(rebuilt, normal);
        self.forward.insert(id, rebuilt);
        rebuilt
    }

    /// What a new form is with the parts put back; only what is not known yet is walked.
    fn original(&mut self, root: ExprId) -> ExprId {
        let mut order = Vec::new();
        let mut seen = FxHashSet::default();
        walk_new(self.arena, root, &mut order, &mut |id| !self.back.contains_key(&id) && seen.insert(id));
        for id in order {
            let original = self.arena.rebuild(id, &self.back);
            self.back.insert(id, original);
        }
        self.back.get(&root).copied().unwrap_or(root)
    }
}
