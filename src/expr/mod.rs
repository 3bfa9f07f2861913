//! The hash-consed graph of typed expressions and its normal form.
//!
//! Third stage: the shape stage interns what was written; the smart constructors of this room bring it into
//! normal form. Everything behind works on [`ExprId`]s.

mod arena;
mod build;
mod coeff;
mod dim;
mod node;
mod symbol;
mod visit;

pub use arena::Arena;
pub use coeff::Coeff;
pub use dim::{Dim, Shape};
pub use node::{BigOp, ExprId, Func, IndexId, MatrixFunction, Node, Norm, Reduction, Spectral, SymbolId};
pub use symbol::{NameParts, Part, Place, Structure, Symbol, SymbolKind};
