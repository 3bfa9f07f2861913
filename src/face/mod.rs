//! The face of the library: a function, the questions that can be asked of it, and what is known of an answer.

mod answer;
mod function;

pub use answer::{Answer, Check};
pub use function::Function;
