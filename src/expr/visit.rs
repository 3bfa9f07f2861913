//! Walks over the expression graph: iterative, each distinct node once.

use rustc_hash::FxHashSet;

use super::{Arena, ExprId, Node, SymbolId};

impl Arena {
    /// The nodes below and including `root`, each once, children before parents.
    #[must_use]
    pub fn post_order(&self, root: ExprId) -> Vec<ExprId> {
        self.post_order_of(root, true, |_| false)
    }

    /// The same without what stands under the binder of a sum or product over an index: its bounds only.
    #[must_use]
    pub fn post_order_without_bodies(&self, root: ExprId) -> Vec<ExprId> {
        self.post_order_of(root, false, |_| false)
    }

    /// The same without the nodes that are known and what stands below these.
    pub(crate) fn post_order_beyond(&self, root: ExprId, is_known: impl Fn(ExprId) -> bool) -> Vec<ExprId> {
        self.post_order_of(root, true, is_known)
    }

    fn post_order_of(&self, root: ExprId, bodies: bool, is_known: impl Fn(ExprId) -> bool) -> Vec<ExprId> {
        let mut order = Vec::new();
        let mut seen: FxHashSet<ExprId> = FxHashSet::default();
        let mut stack = vec![(root, false)];
        while let Some((id, ready)) = stack.pop() {
            if ready {
                order.push(id);
                continue;
            }
            if is_known(id) || !seen.insert(id) {
                continue;
            }
            stack.push((id, true));
            let from = stack.len();
            match self.node(id) {
                Node::Indexed { lower, upper, .. } if !bodies => stack.extend([(*lower, false), (*upper, false)]),
                node => node.for_each_child(|child| {
                    if !seen.contains(&child) {
                        stack.push((child, false));
                    }
                }),
            }
            stack[from..].reverse();
        }
        crate::interrupt::spend(order.len() as u64 / 32);
        order
    }

    /// How many operands the distinct nodes below and including `root` have in all: a measure of its size.
    #[must_use]
    pub fn links_below(&self, root: ExprId) -> usize {
        let mut links = 0;
        for id in self.post_order(root) {
            self.node(id).for_each_child(|_| links += 1);
        }
        links
    }

    /// Whether the symbol (or a member of the family) occurs in it.
    #[must_use]
    pub fn contains_symbol(&self, root: ExprId, symbol: SymbolId) -> bool {
        self.post_order(root)
            .iter()
            .any(|id| matches!(self.node(*id), Node::Symbol(found) | Node::Member(found, _) if *found == symbol))
    }

    /// The symbols that occur in it, in the order they were added to the arena.
    #[must_use]
    pub fn symbols_in(&self, root: ExprId) -> Vec<SymbolId> {
        let mut found: Vec<SymbolId> = self
            .post_order(root)
            .iter()
            .filter_map(|id| match self.node(*id) {
                Node::Symbol(symbol) | Node::Member(symbol, _) | Node::Differential(symbol, _) => Some(*symbol),
                node => node.declared_function(),
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
