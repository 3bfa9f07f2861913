//! The shape rules of the operators, one file for each group.

mod along;
mod arithmetic;
mod call;
mod eigenvalues;
mod indexed;
mod map;
mod norm;
mod stack;

pub(super) use norm::spelling_of;
