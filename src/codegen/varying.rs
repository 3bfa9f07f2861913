//! What in a program varies: with an index of a sum, with the unit arrays that are put in the place of differentials.

use rustc_hash::{FxHashMap, FxHashSet};

use super::tree::{Array, ArrayId, Program};
use crate::expr::IndexId;

/// What the value of a node depends on besides the arrays that are given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Varying {
    /// Indices that no loop inside it binds.
    pub(super) indices: Vec<IndexId>,
    /// Whether it depends on unit arrays.
    pub(super) units: bool,
}

/// The nodes that vary, among those in `order`.
pub(super) fn varying(program: &Program, order: &[ArrayId]) -> FxHashMap<ArrayId, Varying> {
    let mut units = FxHashSet::default();
    for id in order {
        if let Array::Tabulate { units: tabulated, .. } = program.node(*id) {
            units.extend(tabulated.iter().map(|(symbol, slot, _)| (*symbol, *slot)));
        }
    }
    let mut all: FxHashMap<ArrayId, Varying> = FxHashMap::default();
    for id in order {
        let node = program.node(*id);
        let mut own = Varying::default();
        match node {
            Array::Index(index) => own.indices.push(*index),
            Array::Differential(symbol, slot) => own.units = units.contains(&(*symbol, *slot)),
            _ => {}
        }
        let bound = match node {
            Array::Loop { index, body, .. } => Some((*index, *body)),
            _ => None,
        };
        for operand in node.operands() {
            if let Some(varying) = all.get(&operand) {
                let is_bound = |found: &IndexId| bound == Some((*found, operand));
                own.indices.extend(varying.indices.iter().filter(|index| !is_bound(index)));
                own.units |= varying.units && !matches!(node, Array::Tabulate { .. });
            }
        }
        own.indices.sort_unstable();
        own.indices.dedup();
        if own != Varying::default() {
            all.insert(*id, own);
        }
    }
    all
}

impl Program {
    /// For each node that varies with them the indices that no loop inside it binds.
    #[must_use]
    pub fn free_indices(&self) -> FxHashMap<ArrayId, Vec<IndexId>> {
        let all = varying(self, &self.order());
        all.into_iter().map(|(id, varying)| (id, varying.indices)).collect()
    }
}
