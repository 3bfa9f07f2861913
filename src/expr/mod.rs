//! The hash-consed graph of typed expressions.
//!
//! Third stage: the shape stage interns what was written, and the smart constructors of [`crate::normal`] bring it into normal form.
//! Every later stage works on [`ExprId`]s.

mod arena;
mod children;
mod dim;
mod memo;
mod node;
mod numbered;
mod numbering;
mod rank;
mod stand_in;
mod strips;
mod symbol;
mod visit;

pub use crate::catalog::{Func, Op, Ranked, SymbolId};
pub use arena::Arena;
pub use dim::{Dim, Shape, SizeTerm, difference_of_terms, rest_of_terms, sum_of_terms};
pub(crate) use memo::Terms;
pub use node::{BigOp, ExprId, IndexId, Map, MapDerivative, MatrixFunction, Node, Norm, Reduction, Spectral};
pub use numbering::Numbering;
pub use stand_in::StandIn;
pub use strips::{Placed, Places, Strip, strips};
pub use symbol::{NameParts, Part, Place, Symbol, SymbolKind};
pub(crate) use symbol::{changed, is_increment};
