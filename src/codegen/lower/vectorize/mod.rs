//! Sums and products over an index as operations on whole arrays: Σᵢ f(aᵢᵀx)aᵢ is `a.T @ f(a @ x)`.
//!
//! What an index goes through from end to end becomes an axis, the first, of everything that depends on the index (`batch.rs`), and the sum
//! goes as deep into products as it can (`contract.rs`), so that no array is made that is larger than the result. A loop stays where an
//! operation has no form for many arrays at once, where a neighbor is needed (aᵢ₊₁), and where an index does not go from end to end.

mod batch;
mod contract;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::axes::Axes;
use super::super::tree::{Array, ArrayId, Binary, Loop, Program, Unary};
use crate::expr::{Arena, IndexId, Reduction, SymbolId};

/// Arrays in the place of a loop have no more axes.
const MAX_AXES: usize = 3;

/// Puts array operations in the place of the loops of a result.
pub(super) fn vectorize(arena: &Arena, used: &[SymbolId], program: &mut Program, root: ArrayId) -> ArrayId {
    program.root = root;
    let order = program.order();
    if !order.iter().any(|id| matches!(program.node(*id), Array::Loop { .. })) {
        return root;
    }
    let mut axes = Axes::new(arena, used);
    let mut moved: FxHashMap<ArrayId, ArrayId> = FxHashMap::default();
    for id in order {
        let node = program.node(id).clone().map(|operand| moved.get(&operand).copied().unwrap_or(operand));
        let found = match node {
            Array::Loop { kind, index, lower: None, upper, body, .. } => {
                Batch::new(program, &mut axes, index, upper, body).and_then(|mut batch| batch.over(kind, body))
            }
            _ => None,
        };
        let found = found.unwrap_or_else(|| program.add(node));
        moved.insert(id, found);
    }
    moved.get(&root).copied().unwrap_or(root)
}

/// The body of a loop, with an axis for its index.
struct Batch<'p, 'a> {
    program: &'p mut Program,
    axes: &'p mut Axes<'a>,
    index: IndexId,
    /// How many values the index has.
    upper: ArrayId,
    /// The nodes that depend on the index, with the array that holds their values for each, where there is one.
    batched: FxHashMap<ArrayId, Option<ArrayId>>,
}

impl<'p, 'a> Batch<'p, 'a> {
    fn new(
        program: &'p mut Program,
        axes: &'p mut Axes<'a>,
        index: IndexId,
        upper: ArrayId,
        body: ArrayId,
    ) -> Option<Self> {
        axes.of(program, body)?;
        let mut batch = Self { program, axes, index, upper, batched: FxHashMap::default() };
        for id in batch.below(body) {
            let node = batch.program.node(id).clone();
            let is_index = matches!(node, Array::Index(found) if found == index);
            if is_index || node.operands().iter().any(|operand| batch.varies(*operand)) {
                let array = batch.array(id, &node);
                batch.batched.insert(id, array);
            }
        }
        Some(batch)
    }

    /// A node with what it is computed from, operands first.
    fn below(&self, root: ArrayId) -> Vec<ArrayId> {
        let (mut seen, mut stack) = (FxHashSet::default(), vec![root]);
        while let Some(id) = stack.pop() {
            if seen.insert(id) {
                stack.extend(self.program.node(id).operands());
            }
        }
        let mut all: Vec<ArrayId> = seen.into_iter().collect();
        all.sort_unstable();
        all
    }

    fn varies(&self, id: ArrayId) -> bool {
        self.batched.contains_key(&id)
    }

    /// The values of a node for each value of the index, along the first axis.
    fn values(&self, id: ArrayId) -> Option<ArrayId> {
        self.batched.get(&id).copied().flatten()
    }

    fn count(&mut self, id: ArrayId) -> Option<usize> {
        self.axes.count(self.program, id)
    }

    /// The sum or product over the index.
    fn over(&mut self, kind: Loop, body: ArrayId) -> Option<ArrayId> {
        match kind {
            Loop::Sum => self.sum(body, None),
            Loop::Product if self.count(body) != Some(0) => None,
            Loop::Product if !self.varies(body) => Some(self.program.binary(Binary::Power, body, self.upper)),
            Loop::Product => {
                let all = self.values(body)?;
                Some(self.program.unary(Unary::Reduce(Reduction::Product), all))
            }
        }
    }
}
