//! Putting a symbol in the place of a part, and the part back in the place of its symbol.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, ExprId, Node};

/// What is replaced by what.
#[derive(Clone, Debug, Default)]
pub(super) struct Replacement {
    /// Whole nodes.
    pub(super) nodes: Vec<(ExprId, ExprId)>,
    /// Factors side by side in a product, as they stand there, and the one factor in their place.
    pub(super) chains: Vec<(Vec<ExprId>, ExprId)>,
}

impl Replacement {
    /// The expressions with every occurrence replaced, in normal form.
    pub(super) fn apply(&self, arena: &mut Arena, roots: &[ExprId]) -> Vec<ExprId> {
        let mut map: FxHashMap<ExprId, ExprId> = self.nodes.iter().copied().collect();
        for root in roots {
            for id in arena.post_order(*root) {
                if map.contains_key(&id) {
                    continue;
                }
                let replaced = match arena.node(id) {
                    Node::Product(factors) if !self.chains.is_empty() => self.product(&factors.clone(), &map),
                    _ => None,
                };
                let mut changed = false;
                arena.node(id).for_each_child(|child| changed |= map.get(&child).is_some_and(|to| *to != child));
                let rebuilt = match replaced {
                    Some(factors) => arena.mul(&factors),
                    None if changed => arena.rebuild(id, &map),
                    None => id,
                };
                map.insert(id, rebuilt);
            }
        }
        roots.iter().map(|root| map.get(root).copied().unwrap_or(*root)).collect()
    }

    /// The factors with the chains in them replaced; `None` where there is none.
    fn product(&self, factors: &[ExprId], map: &FxHashMap<ExprId, ExprId>) -> Option<Vec<ExprId>> {
        let mut out = Vec::with_capacity(factors.len());
        let (mut at, mut found) = (0, false);
        while at < factors.len() {
            let chain = self.chains.iter().find(|(chain, _)| factors[at..].starts_with(chain));
            if let Some((chain, to)) = chain {
                out.push(*to);
                at += chain.len();
                found = true;
            } else {
                out.push(map.get(&factors[at]).copied().unwrap_or(factors[at]));
                at += 1;
            }
        }
        found.then_some(out)
    }
}

/// The expressions with a symbol replaced by what it stands for.
pub(super) fn put_back(arena: &mut Arena, roots: &[ExprId], symbol: ExprId, definition: ExprId) -> Vec<ExprId> {
    let mut map = FxHashMap::default();
    map.insert(symbol, definition);
    roots.iter().map(|root| arena.rewrite(*root, &mut map)).collect()
}
