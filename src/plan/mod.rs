//! Stage 9: plans, which compute expressions with arrays of known sizes.
//!
//! A program of array operations becomes a [`Graph`] on tensors ([`build`]): loops are gone, and products, sums, transposes and diagonals
//! are one operation. [`run`] computes its values in doubles.

pub mod ad;
mod build;
mod contract;
mod entry;
mod error;
mod graph;
mod optimize;
mod run;

pub use build::build;
pub use contract::{Contraction, Draft, Group, Label};
pub use error::PlanError;
pub use graph::{Bits, Fold, Graph, Kernel, Length, Map, Matrix, Node, NodeId, Source, Zip};
pub use optimize::optimize;
pub use run::{Inputs, Tensor, entries, run};
