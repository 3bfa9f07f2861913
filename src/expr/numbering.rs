//! From which number a text counts members, rows and columns.
//!
//! Every place in the arena counts from 1: [`Node::Member`](super::Node::Member) 1 is the first member, and an index runs from 1 on. A text
//! may count from 0, as `\sum_{k=0}^{N-1} x_k^T x_k` does. Of such a family, vector or matrix the arena keeps by how much the written number
//! differs from the place, and of an index the same, by its upper bound where it is bound; printing adds it, and reading takes it off.
//! Nothing else knows of it, and arrays of code, which begin where their languages begin, have the places.

/// Subscripts that a name may have.
const SUBSCRIPTS: usize = 3;

/// What is to be added to a place, which counts from 1, for the number that is written: for each subscript 0, and −1 where it counts from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct Numbering([i64; SUBSCRIPTS]);

impl Numbering {
    /// What is added to the place that the subscript of this position has: the first is that of the member in a family, of the row otherwise.
    #[must_use]
    pub fn offset(self, subscript: usize) -> i64 {
        self.0.get(subscript).copied().unwrap_or(0)
    }

    /// Lets a subscript count from a number that is at most 1, unless it counts from a lower one.
    pub(crate) fn count_from(&mut self, subscript: usize, first: i64) {
        if let Some(offset) = self.0.get_mut(subscript) {
            *offset = (*offset).min(first.saturating_sub(1));
        }
    }

    /// Whether every subscript counts from 1.
    #[must_use]
    pub fn is_from_one(self) -> bool {
        self == Self::default()
    }
}
