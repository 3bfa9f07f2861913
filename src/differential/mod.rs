//! Fourth stage: the differential d(expr), by one row of rules for each operator.
//!
//! What comes out is an expression that is linear in [`crate::expr::Node::Differential`] nodes. Nothing here transposes a
//! derivative or picks a layout: that is identification, in [`crate::linear`].

mod engine;
pub mod rules;

pub use engine::{
    Applied, Differential, NotDifferentiable, apply_rule, differentiate, differentiate_each, differentiate_jointly,
    pending,
};
pub use rules::{Rule, rule};
