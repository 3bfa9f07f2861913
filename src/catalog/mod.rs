//! What is known of the functions of the language, as one table that every stage reads: a row holds the data of a function, and the
//! stages hold the code. The numeric kernels stand in `numeric` and `ad`, apart from what the rules use.

pub(crate) mod entrywise;

pub use entrywise::Func;

/// A symbol, by its place in its arena's symbol table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymbolId(pub(crate) u32);
