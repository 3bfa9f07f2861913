//! What a symbol was understood to be, in structured form; how it is spelled is for the printers.

use crate::expr::{Arena, Dim, Shape, SymbolId, SymbolKind};
use crate::structure::Structure;

/// The set a symbol is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Set {
    /// ℝ
    Scalar,
    /// The positive numbers.
    Positive,
    /// Vectors of a length with positive entries.
    PositiveVector(Dim),
    /// The numbers that are not below 0.
    Nonnegative,
    /// Vectors of a length with entries that are not below 0.
    NonnegativeVector(Dim),
    /// ℕ, from 1 on.
    Integer,
    /// Probability vectors of a length.
    Simplex(Dim),
    /// Vectors of −1 and 1 of a length.
    Signs(Dim),
    /// Arrays of 0 and 1.
    Binary(Box<Set>),
    /// Functions applied entry by entry.
    Function,
    /// Functions of square matrices.
    MatrixFunction,
    /// Maps from one set to another.
    Map(Box<Set>, Box<Set>),
    /// ℝⁿ
    Vector(Dim),
    /// ℝᵐˣⁿ
    Matrix(Dim, Dim),
    /// Square matrices of a structure: Sⁿ, Sⁿ₊₊ ….
    Structured(Structure, Dim),
    /// So many of them.
    Family(Dim, Box<Set>),
}

/// A symbol and its set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// The symbol's name.
    pub name: String,
    /// Where it is from.
    pub set: Set,
    /// Whether the user said so (else it was guessed).
    pub declared: bool,
}

/// All arrays of a shape and structure.
fn arrays(shape: Shape, structure: Structure) -> Set {
    if shape.is_scalar() {
        Set::Scalar
    } else if shape.is_column() {
        Set::Vector(shape.rows)
    } else if structure != Structure::General {
        Set::Structured(structure, shape.rows)
    } else {
        Set::Matrix(shape.rows, shape.cols)
    }
}

/// The declaration of a symbol as it was understood.
#[must_use]
pub fn describe(arena: &Arena, symbol: SymbolId) -> Description {
    let symbol = arena.symbol(symbol);
    let shape = symbol.shape;
    let array = arrays(shape, symbol.structure);
    let set = match symbol.kind {
        SymbolKind::Plain => array,
        SymbolKind::Positive if shape.is_scalar() => Set::Positive,
        SymbolKind::Positive => Set::PositiveVector(shape.rows),
        SymbolKind::Nonnegative if shape.is_scalar() => Set::Nonnegative,
        SymbolKind::Nonnegative => Set::NonnegativeVector(shape.rows),
        SymbolKind::Integer => Set::Integer,
        SymbolKind::Simplex => Set::Simplex(shape.rows),
        SymbolKind::Signs => Set::Signs(shape.rows),
        SymbolKind::Binary => Set::Binary(Box::new(arrays(shape, Structure::General))),
        SymbolKind::Function => Set::Function,
        SymbolKind::MatrixFunction => Set::MatrixFunction,
        SymbolKind::Map(domain) => Set::Map(Box::new(arrays(domain, Structure::General)), Box::new(array)),
        SymbolKind::Family(count) => Set::Family(count, Box::new(array)),
    };
    Description { name: symbol.name.clone(), set, declared: symbol.declared }
}
