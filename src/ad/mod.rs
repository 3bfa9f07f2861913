//! Automatic differentiation: derivatives of an expression as numbers, by dual numbers, power series or differences.
//!
//! It knows expressions and their evaluation only, so that it stays an independent oracle for the symbolic
//! derivatives.

mod difference;
mod directional;
mod dual;
mod series;

pub use difference::{Difference, difference, second_difference};
pub use directional::{MAX_MIXED, MAX_ORDER, Moves, along, along_twice, mixed, power_series};
pub use dual::Dual;
pub use series::Series;
