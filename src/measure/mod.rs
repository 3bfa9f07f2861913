//! Measurements of derivatives as numbers: what they cost by algebra and by automatic differentiation, and how fast Taylor remainders fall.

mod compare;
mod slope;

pub use compare::{Asked, Comparison, Measured, Order, Row, Stop, compare};
pub use slope::{DECADES, Fit, Line, Slopes, Verdict, slopes, step};
