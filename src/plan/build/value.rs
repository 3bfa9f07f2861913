//! Values that vary with indices, and what the builder knows.

use rustc_hash::FxHashMap;

use crate::codegen::{ArrayId, Program};
use crate::expr::{Arena, IndexId, SymbolId};
use crate::numeric::Bindings;
use crate::plan::graph::Graph;
use crate::plan::node::{Length, NodeId};

/// What a value varies with besides the arrays that are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    /// The index of a sum, by the number of the sum.
    Loop(u32),
    /// An axis of the unit arrays that stand for a differential.
    Unit(SymbolId, u32, u32),
}

/// A tensor whose first axes are those of its keys, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) node: NodeId,
    pub(super) keys: Vec<Key>,
}

impl Value {
    /// A value that varies with nothing.
    pub(super) fn plain(node: NodeId) -> Self {
        Self { node, keys: Vec::new() }
    }
}

/// Where an index begins and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// None where it counts from 0 and ends before `upper`.
    pub(super) lower: Option<ArrayId>,
    /// Where it ends.
    pub(super) upper: ArrayId,
}

/// What indices stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) indices: FxHashMap<IndexId, Bound>,
}

/// An index of a sum.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) key: Key,
    pub(super) length: Length,
    /// The value at the first position.
    pub(super) first: i64,
}

pub(super) struct Builder<'a> {
    pub(super) arena: &'a Arena,
    pub(super) program: &'a Program,
    pub(super) bindings: &'a Bindings<f64>,
    pub(super) graph: &'a mut Graph,
    /// The indices that no loop inside a node binds.
    pub(super) free: FxHashMap<ArrayId, Vec<IndexId>>,
    pub(super) memo: FxHashMap<(ArrayId, Vec<Key>), Value>,
    /// How many loops there have been.
    pub(super) loops: u32,
    /// The differentials that stand for unit arrays, with the keys of their axes.
    pub(super) units: FxHashMap<(SymbolId, u32), Vec<(Key, Length)>>,
}
