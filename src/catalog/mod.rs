//! What is known of functions and of operators without an algebra of their own, as tables that every stage reads: a row holds the data,
//! and the stages hold the code. The numeric kernels stand in `numeric` and `ad`, apart from what the rules use.

/// The entries of a table as an enum, the list of them, and the row of each.
macro_rules! table {
    ($(#[$head:meta])* $table:ident {
        $($(#[$attribute:meta])* $name:ident { $($column:ident: $value:expr,)* })*
    }) => {
        $(#[$head])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $table {
            $($(#[$attribute])* $name,)*
        }

        impl $table {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// What is known of it.
            pub(crate) fn row(self) -> &'static Row {
                match self {
                    $(Self::$name => {
                        static ROW: Row = Row { $($column: $value,)* };
                        &ROW
                    })*
                }
            }
        }
    };
}

pub(crate) mod composed;
pub(crate) mod entrywise;
pub(crate) mod operator;
mod ranked;

pub use composed::Composed;
pub use entrywise::Func;
pub use operator::Op;
pub use ranked::Ranked;

/// A symbol, by its place in its arena's symbol table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymbolId(pub(crate) u32);
