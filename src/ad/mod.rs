//! Automatic differentiation: derivatives of an expression as numbers, by dual numbers.
//!
//! It knows expressions and their evaluation only, so that it stays an independent oracle for the symbolic
//! derivatives.

#[cfg(test)]
mod difference;
mod directional;
mod dual;

#[cfg(test)]
pub(crate) use difference::{difference, second_difference};
pub use directional::{Moves, along, along_twice};
pub use dual::Dual;
