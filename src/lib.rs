//! Symbolic matrix calculus: gradients of scalar expressions of vectors and matrices, in the form a textbook prints, each one checked
//! numerically against the expression as it was written.
//!
//! ```
//! use matcalc::check::CheckOptions;
//! use matcalc::linear::Convention;
//! use matcalc::render::{Format, render};
//! use matcalc::session::{self, Given};
//! use matcalc::shape::Goal;
//!
//! let given = [Given { origin: "expression".into(), text: "log det X".into(), goal: Goal::Scalar }];
//! let mut problem = session::read(&given, "", &["X"]).expect("it can be read");
//! let options = CheckOptions::default();
//! let answer = session::gradient(&mut problem, 0, Convention::Projected, Some(&options)).expect("it has a gradient");
//! assert_eq!(render(&problem.arena, answer.expr, Format::Unicode, &problem.style), "X⁻ᵀ");
//! assert!(answer.certificate.is_some_and(|certificate| certificate.passed()));
//! ```
//!
//! # The way through
//!
//! An expression passes through numbered stages; each knows the ones before it and none behind it.
//!
//! 1. [`syntax`]: text to a syntax tree with spans.
//! 2. [`shape`]: names, kinds and symbolic sizes; from here on every expression has a shape.
//! 3. [`expr`]: the store in which equal expressions are one node, and the constructors that keep nodes in normal form.
//! 4. [`differential`]: d(expr), by one row of rules for each operator.
//! 5. [`linear`]: from df = L(dX) to the gradient, by the adjoint of each linear operator, and its projection for a structured variable.
//! 6. [`simplify`]: the form a textbook would print.
//! 7. [`render`] writes the answer as text, [`codegen`] as NumPy code; [`numeric`] evaluates, and [`ad`] differentiates numerically.
//! 8. [`check`]: the answer against numeric derivatives of the input.
//!
//! [`topic`] says of every word of the language what it is and what is known of it; it is unstable.
//!
//! [`session`] is the one way through all of them, for library users as for the command line; [`diagnostic`] and [`span`] are the messages
//! that any stage may end with. `docs/architecture.md` follows one input through every stage.

pub mod ad;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod codegen;
pub mod convexity;
pub mod diagnostic;
pub mod differential;
pub mod expr;
pub mod linear;
pub mod naming;
pub mod numeric;
pub mod positivity;
pub mod reading;
pub mod render;
pub mod session;
pub mod shape;
pub mod simplify;
pub mod span;
pub mod stationary;
pub mod steps;
pub mod syntax;
pub mod tensor;
pub mod topic;
pub mod vectorize;
