//! What a name or a subscript refers to.

use crate::reading::kind::WrittenSize;
use crate::syntax::AstId;

/// What a syntax node refers to, where it is a name or gives sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ref {
    /// An operator.
    None,
    /// Part of a name or a size; it is no expression of its own.
    Inert,
    /// A symbol used whole.
    Symbol(usize),
    /// A symbol with active subscripts.
    Indexed(usize),
    /// A bound index.
    Index(usize),
    /// A size as a number.
    Size(u32),
    /// The identity.
    Identity(Option<Box<WrittenSize>>),
    /// Ones or zeros of written sizes.
    Fill(bool, Box<[WrittenSize; 2]>),
    /// Ones or zeros whose shape follows; the readings are those of a symbol made for them.
    FreeFill(bool, usize),
    /// The standard basis vector.
    Basis,
    /// The commutation matrix, with the rows and columns of what it transposes.
    Commutation(Box<[WrittenSize; 2]>),
    /// The sizes of `unvec`.
    Unvec(Box<[WrittenSize; 2]>),
    /// The ranges of a slice, where an axis has one.
    Slice(Vec<Option<Stretch>>),
    /// e
    Euler,
    /// π
    Pi,
    /// Sizes that are neither names nor numbers.
    BadSize(AstId),
    /// The end of a range of places that may be empty.
    OpenRange(AstId),
}

/// A range of places on an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stretch {
    /// So many places come before it, and so many there are.
    Fixed { before: WrittenSize, length: WrittenSize },
    /// All but so many at either end.
    Inner { before: WrittenSize, after: WrittenSize },
    /// So many before the last ones.
    Tail { length: WrittenSize, after: WrittenSize },
}

/// A bound index.
#[derive(Clone, Debug)]
pub(crate) struct Binder {
    pub(crate) name: String,
    pub(crate) lower: Option<AstId>,
    pub(crate) upper: Option<AstId>,
    /// Least and largest value as far as they are known.
    pub(crate) least: Extent,
    pub(crate) largest: Extent,
    /// The index that runs over the same values.
    pub(crate) beside: Option<usize>,
    /// How many of the first and of the last values an index without written bounds leaves out, so that all members beside it exist:
    /// of `\\sum_t (x_{t+1} - x_t)^2` the last one.
    pub(crate) left_out: [u32; 2],
    /// What is added to its value, which counts from 1 beside what counts from 0, for the number that is written.
    pub(crate) offset: i64,
}

/// An integer expression as base + offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// A number.
    Number(i64),
    /// A written size and an offset.
    Size(u32, i64),
    /// The unwritten upper bound of an index, and an offset.
    Range(usize, i64),
    /// Anything else.
    Unknown,
}

impl Extent {
    pub(crate) fn plus(self, offset: i64) -> Self {
        match self {
            Self::Number(value) => Self::Number(value.saturating_add(offset)),
            Self::Size(size, more) => Self::Size(size, more.saturating_add(offset)),
            Self::Range(binder, more) => Self::Range(binder, more.saturating_add(offset)),
            Self::Unknown => Self::Unknown,
        }
    }
}
