//! The shape rules of the operators, one file for each group.

mod arithmetic;
mod call;
mod indexed;
mod map;
mod norm;
mod stack;

pub(super) use norm::spelling_of;
