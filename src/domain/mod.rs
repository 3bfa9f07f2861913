//! Domains: the conditions under which an expression and its derivative have a value, and their shortest form.

mod condition;
mod reduce;
mod result;

pub use condition::Condition;
pub use reduce::reduced;
pub use result::{conditions, conditions_through};
