//! Domains: the conditions under which an expression and its derivative have a value, their shortest form, and which of them always or
//! never hold.

mod choice;
mod condition;
mod decide;
mod exponent;
mod nowhere;
mod point;
mod reduce;
mod result;
mod table;

pub use condition::Condition;
pub use decide::{decided, has_zero_extreme, impossible, require};
pub use nowhere::{Nowhere, Reason, without_value};
pub use point::{AtPoint, hold_in_doubles, value_at, violated, violated_everywhere};
pub use reduce::reduced;
pub use result::{conditions, conditions_through};
