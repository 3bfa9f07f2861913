//! The hash-consed graph of typed expressions.
//!
//! Third stage: the shape stage interns what was written, and the smart constructors of [`crate::normal`] bring it into normal form.
//! Every later stage works on [`ExprId`]s.

mod arena;
mod children;
mod dim;
mod memo;
mod node;
mod rank;
mod stand_in;
mod symbol;
mod visit;

pub use crate::catalog::{Func, Op, SymbolId};
pub use arena::Arena;
pub use dim::{Dim, Shape};
pub use node::{BigOp, ExprId, IndexId, Map, MapDerivative, MatrixFunction, Node, Norm, Reduction, Spectral};
pub use stand_in::StandIn;
pub use symbol::{NameParts, Part, Place, Symbol, SymbolKind};
