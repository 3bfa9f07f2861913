//! What nodes are known by and measured in: places, doubles, lengths, arrays that are given.

use crate::expr::{Dim, IndexId, SymbolId};

/// A node of a graph, by its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    pub(crate) fn place(self) -> usize {
        self.0 as usize
    }
}

/// A double that is compared by its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bits(u64);

impl Bits {
    /// The number.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from_bits(self.0)
    }
}

impl From<f64> for Bits {
    fn from(value: f64) -> Self {
        Self((value + 0.0).to_bits())
    }
}

/// The length of an axis.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Length {
    /// The number.
    pub size: usize,
    /// The sizes of the expression that it is a product of, where it is one.
    pub of: Option<Box<[Dim]>>,
}

impl Length {
    /// A number that stands for no size of the expression.
    #[must_use]
    pub fn number(size: usize) -> Self {
        Self { size, of: None }
    }

    /// A number that is written in the expression.
    #[must_use]
    pub fn literal(size: usize) -> Self {
        Self { size, of: u32::try_from(size).ok().map(|size| [Dim::Known(size)].into()) }
    }

    /// Whether it is known without the sizes of the arrays.
    pub(crate) fn is_literal(&self) -> bool {
        self.of.as_ref().is_none_or(|of| of.iter().all(|dim| matches!(dim, Dim::Known(_))))
    }

    /// The product of two lengths.
    pub(crate) fn times(&self, other: &Self) -> Self {
        let of = match (&self.of, &other.of) {
            _ if self.size == 1 => return other.clone(),
            _ if other.size == 1 => return self.clone(),
            (Some(left), Some(right)) => Some(left.iter().chain(right.iter()).copied().collect()),
            _ => None,
        };
        Self { size: self.size * other.size, of }
    }
}

/// An array that is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// A symbol; a family has its index as the first axis.
    Symbol(SymbolId),
    /// A differential.
    Differential(SymbolId, u32),
    /// An index that no sum binds, counted from 0.
    Index(IndexId),
    /// What a product with a derivative is taken with, by its number: a tangent or a cotangent.
    Direction(u32),
}
