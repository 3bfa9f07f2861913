//! Which indices the value of each node depends on: those free in it.
//!
//! A node is evaluated once for each value of these indices, and a closed one once.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, ExprId, IndexId, Node};

/// Free indices of the nodes below some roots. Most nodes are closed, and equal sets are stored once.
pub(super) struct Dependence {
    sets: Vec<Box<[IndexId]>>,
    /// The number of each node in the order of evaluation, and of its set.
    of: FxHashMap<ExprId, (u32, u32)>,
}

impl Dependence {
    /// Finds the free indices of everything below the roots.
    pub(super) fn new(arena: &Arena, roots: &[ExprId]) -> Self {
        let mut this = Self { sets: vec![Box::new([])], of: FxHashMap::default() };
        let mut places: FxHashMap<Box<[IndexId]>, u32> = FxHashMap::default();
        places.insert(Box::new([]), 0);
        let mut stack: Vec<(ExprId, bool)> = roots.iter().rev().map(|root| (*root, false)).collect();
        while let Some((id, ready)) = stack.pop() {
            if this.of.contains_key(&id) {
                continue;
            }
            let children = arena.node(id).children();
            if !ready && !children.is_empty() {
                stack.push((id, true));
                stack.extend(children.iter().filter(|child| !this.of.contains_key(child)).map(|child| (*child, false)));
                continue;
            }
            let mut free: Vec<IndexId> = Vec::new();
            if let Node::Indexed { index, lower, upper, body, .. } = arena.node(id) {
                free.extend(this.free(*body).iter().filter(|inner| *inner != index));
                free.extend(this.free(*lower));
                free.extend(this.free(*upper));
            } else if let Node::Index(index) = arena.node(id) {
                free.push(*index);
            } else {
                for child in &children {
                    free.extend(this.free(*child));
                }
            }
            free.sort_unstable();
            free.dedup();
            let place = if free.is_empty() {
                0
            } else {
                let next = u32::try_from(this.sets.len()).unwrap_or(u32::MAX);
                *places.entry(free.clone().into()).or_insert_with(|| {
                    this.sets.push(free.into());
                    next
                })
            };
            let number = u32::try_from(this.of.len()).unwrap_or(u32::MAX);
            this.of.insert(id, (number, place));
        }
        this
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.of.len()
    }

    /// The number of a node below the root, and its sorted free indices.
    pub(super) fn at(&self, id: ExprId) -> Option<(usize, &[IndexId])> {
        let (number, place) = self.of.get(&id)?;
        Some((*number as usize, &self.sets[*place as usize]))
    }

    /// The sorted free indices of a node below the root.
    pub(super) fn free(&self, id: ExprId) -> &[IndexId] {
        self.at(id).map_or(&[], |(_, free)| free)
    }
}
