//! Automatic differentiation: derivatives of an expression as numbers, by dual numbers or differences.
//!
//! It knows expressions and their evaluation only, so that it stays an independent oracle for the symbolic
//! derivatives.

mod difference;
mod directional;
mod dual;

pub use difference::{Difference, difference, second_difference};
pub use directional::{Moves, along, along_twice};
pub use dual::Dual;
