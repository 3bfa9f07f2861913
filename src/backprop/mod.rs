//! Reverse mode on expressions: the graph of a computation with a name for every node, and the cotangent v̄ = ∂f/∂v of each as a formula in
//! those of the nodes that use it, v̄ᵢ = Σⱼ v̄ⱼ ∂vⱼ/∂vᵢ.
//!
//! The nodes are the parts that a text names, or one for each operator. What a node hands on is found by the rows of `rows`, one for each
//! operator, and never by the rules for differentials, so the two ways to a derivative share no rule.

mod bars;
mod condition;
mod local;
mod pull;
mod rows;
mod tape;
mod value;

pub use bars::{Bar, backward};
pub use condition::{expanded, inverses_of_singular, needs};
pub use local::{Local, LocalKind, locals};
pub use rows::NoRow;
pub use tape::{Node, Parts, Tape};
pub use value::{Stopped, Values, values};
