//! Domains: the conditions under which an expression and its derivative have a value, and their shortest form.

mod condition;
mod reduce;

pub use condition::{Condition, conditions, conditions_through};
pub use reduce::reduced;
