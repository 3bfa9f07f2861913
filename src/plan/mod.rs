//! Stage 9: plans, which compute expressions with arrays of known sizes.
//!
//! A program of array operations becomes a [`Graph`] on tensors ([`build`]): loops are gone, and products, sums, transposes and diagonals
//! are one operation. [`run`] computes its values in doubles or floats.

pub mod ad;
mod build;
mod contract;
mod contraction;
mod cost;
mod entry;
mod error;
mod fuse;
mod graph;
mod matrix;
mod node;
mod optimize;
#[allow(clippy::module_inception, reason = "the room is named for what it makes")]
mod plan;
mod recompute;
mod run;
mod show;
mod symmetric;

pub use build::build;
pub use contraction::{Contraction, Draft, Group, Label};
pub use cost::{Cost, Count, bytes, cost, number};
pub use entry::{Fold, Map, Zip};
pub use error::PlanError;
pub use graph::{Graph, Kernel, Node, Start};
pub use matrix::{Factors, Matrix};
pub use node::{Bits, Length, NodeId, Source};
pub use optimize::optimize;
pub use plan::{Plan, Step};
pub use run::{Inputs, Schedule, Tensor, Values, entries, run};
pub use show::{Row, rows};
