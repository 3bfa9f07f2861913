//! Answers: from a problem to the gradient, the Jacobian, the Hessian and their kin, with the conditions under which each holds and the
//! certificate of its numeric check.
//!
//! Each kind of answer has a file of its own. A derivative that may be no matrix is found from one linear expression in differentials and
//! shown in the [`Views`] that it has.

pub mod backprop;
mod comparison;
pub mod convexity;
pub mod derivation;
mod derivative;
mod differential;
mod direction;
mod entries;
mod finish;
pub mod form;
mod gradient;
mod hessian;
mod identities;
mod jacobian;
mod mistake;
mod part;
mod product;
mod refusal;
mod simplest;
pub mod stationary;
mod target;
mod taylor;
mod vanishing;
mod views;

pub use comparison::{Claimed, Equality, Evidence, claimed, domains, equality};
pub use derivative::scalar_derivative;
pub use differential::{differential, multilinear};
pub use finish::Finished;
pub use gradient::{Gradients, gradient, gradients};
pub use hessian::hessian;
pub use identities::{Application, applications};
pub use jacobian::jacobian;
pub(crate) use part::sums_apart;
pub use product::{AlongKind, product_along};
pub use simplest::simplified;
pub use target::{Derivative, Target};
pub use taylor::taylor;
pub use vanishing::zero_derivative;
pub use views::{Part, Views, applied, part};
