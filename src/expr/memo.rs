//! Results of the normal form that the store keeps, and the record of how it came about.

use rustc_hash::FxHashMap;

use super::node::{ExprId, IndexId};

/// Results already found, so that work grows with distinct nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memo {
    pub(crate) transposed: FxHashMap<ExprId, ExprId>,
    pub(crate) normal: FxHashMap<ExprId, ExprId>,
    pub(crate) free_indices: FxHashMap<ExprId, Box<[IndexId]>>,
    pub(crate) binder_height: FxHashMap<ExprId, u32>,
    /// The identities that were applied, where that is recorded.
    pub(crate) trace: Option<Vec<&'static str>>,
}
