//! Fourth stage: the differential d(expr), by one row of rules for each operator.
//!
//! What comes out is an expression that is linear in [`crate::expr::Node::Differential`] nodes. Nothing here transposes a
//! derivative or picks a layout: that is identification, in [`crate::linear`].

mod condition;
mod engine;
mod reduce;
pub mod rules;

pub use condition::{Condition, conditions, conditions_through};
pub use engine::{Applied, Differential, NotDifferentiable, apply_rule, differentiate, differentiate_jointly, pending};
pub use reduce::reduced;
pub use rules::{Rule, rule};
