//! Symbolic matrix calculus: gradients of scalar expressions of vectors and matrices, in the form a textbook prints, each one checked
//! numerically against the expression as it was written.
//!
//! ```
//! let f = matcalc::Function::parse("1/2 ||A x - b||^2 + λ||x||^2")?.declare("λ: positive")?;
//! let g = f.gradient("x")?;
//! println!("{g}"); // Aᵀ(Ax − b) + 2λx
//! println!("{}\n{}", g.latex(), g.numpy()?);
//! assert!(g.check().passed());
//! println!("{}", f.hessian("x")?); // AᵀA + 2λI
//! # Ok::<(), matcalc::Error>(())
//! ```
//!
//! The face is [`Function`], [`Answer`], [`Error`], [`Format`] and [`Session`]. The other modules are the engine's stages: public to be
//! read and tried, and unstable.
//!
//! # The way through
//!
//! An expression passes through numbered stages; each knows the ones before it and none after it.
//!
//! 1. [`syntax`]: text to a syntax tree with spans.
//! 2. [`shape`]: names, kinds and symbolic sizes; from here on every expression has a shape.
//! 3. [`expr`]: the store in which equal expressions are one node, with the constructors of [`normal`] that keep nodes in normal form.
//! 4. [`differential`]: d(expr), by one row of rules for each operator; [`domain`]: the conditions under which it holds.
//! 5. [`linear`]: from df = L(dX) to the gradient, by the adjoint of each linear operator, and its projection for a structured variable.
//! 6. [`simplify`]: the form a textbook would print.
//! 7. [`render`] writes the answer as text, [`codegen`] as NumPy code; [`numeric`] evaluates, and [`ad`] differentiates numerically.
//! 8. [`check`]: the answer against numeric derivatives of the input.
//! 9. [`plan`]: expressions with arrays of known sizes in the cheapest order of operations, and their derivatives by automatic
//!    differentiation.
//!
//! [`topic`] says of every word of the language what it is and what is known of it.
//!
//! [`problem`] takes texts through the first three stages and [`answer`] a problem through the others, [`request`] makes the page that
//! answers a question; [`diagnostic`] and [`span`] are the messages that any stage may end with. `docs/architecture.md` follows one input through every stage.

pub mod ad;
pub mod answer;
pub mod backprop;
pub mod catalog;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod codegen;
pub mod diagnostic;
pub mod differential;
pub mod domain;
pub mod emit;
mod error;
pub mod expr;
mod face;
pub mod interrupt;
pub mod kernel;
pub mod linear;
pub mod measure;
pub mod minimize;
pub mod naming;
pub mod normal;
pub mod number;
pub mod numeric;
pub mod oracle;
pub mod picture;
pub mod plan;
pub mod positivity;
pub mod problem;
pub mod reading;
pub mod render;
pub mod request;
pub mod shape;
pub mod sign;
pub mod simplify;
pub mod span;
pub mod stack;
pub mod statement;
pub mod structure;
pub mod syntax;
pub mod topic;

pub use error::Error;
pub use face::{Answer, Check, Function};
pub use nalgebra;
pub use request::Format;
pub use statement::Session;

/// The Rust of the pages is compiled and run with the other examples.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../README.md")]
    mod readme {}
    #[doc = include_str!("../docs/programmers.md")]
    mod programmers {}
}
