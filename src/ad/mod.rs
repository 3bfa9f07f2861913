//! Automatic differentiation: derivatives of an expression as numbers, by dual numbers and power series.
//!
//! It knows expressions and their evaluation only, so that it stays an independent oracle for the symbolic
//! derivatives.

#[cfg(test)]
mod difference;
mod directional;
mod dual;
mod series;

#[cfg(test)]
pub(crate) use difference::{difference, second_difference};
pub use directional::{MAX_MIXED, MAX_ORDER, Moves, along, along_member, along_twice, mixed, power_series};
pub use dual::Dual;
pub use series::Series;
