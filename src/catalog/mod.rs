//! What is known of functions and of operators without an algebra of their own, as tables that every stage reads: a row holds the data,
//! and the stages hold the code. The numeric kernels stand in `numeric` and `ad`, apart from what the rules use.

pub(crate) mod composed;
pub(crate) mod entrywise;
pub(crate) mod operator;

pub use composed::Composed;
pub use entrywise::Func;
pub use operator::Op;

/// A symbol, by its place in its arena's symbol table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymbolId(pub(crate) u32);
