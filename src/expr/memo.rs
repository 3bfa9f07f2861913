//! Results of the normal form that the store keeps, and the record of how it came about.

use rustc_hash::{FxHashMap, FxHashSet};

use super::node::{ExprId, IndexId};
use crate::number::Coeff;

/// The terms of a sum, each with its coefficient.
pub(crate) type Terms = Box<[(Coeff, ExprId)]>;

/// Results already found, so that work grows with distinct nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memo {
    pub(crate) transposed: FxHashMap<ExprId, ExprId>,
    pub(crate) normal: FxHashMap<ExprId, ExprId>,
    pub(crate) free_indices: FxHashMap<ExprId, Box<[IndexId]>>,
    pub(crate) binder_height: FxHashMap<ExprId, u32>,
    /// The terms of sums in the order in which they were written.
    pub(crate) written: FxHashMap<ExprId, Box<[ExprId]>>,
    /// The written sums by what they are without a common number and sign.
    pub(crate) primitives: FxHashMap<Terms, (Coeff, ExprId)>,
    /// Those of them of which only the transpose was written.
    pub(crate) of_transpose: FxHashSet<ExprId>,
    /// Sums with a negative first coefficient that stand in products and powers as they are, and not with their signs turned.
    pub(crate) oriented: FxHashSet<ExprId>,
    /// The first term and the number of terms of each of them.
    pub(crate) oriented_heads: FxHashSet<(ExprId, usize)>,
    /// Whether decimal fractions were written, which then stay what they are: x + 10⁻⁵ and not (100000x + 1)/100000.
    pub(crate) keeps_decimals: bool,
    /// The decimal fractions that were written.
    pub(crate) decimals: Vec<Coeff>,
    /// The matrices of products that have a number as their value, and whether such a product was written from its other end.
    pub(crate) reversed: FxHashMap<Box<[ExprId]>, bool>,
    /// The products whose traces were written as those of another of their rotations, with that one.
    pub(crate) rotated: FxHashMap<ExprId, ExprId>,
    /// The identities that were applied, where that is recorded.
    pub(crate) trace: Option<Vec<&'static str>>,
}
