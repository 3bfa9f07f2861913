//! What is derived from a problem, as data: whoever writes an answer in another form, or its derivation, can derive it anew.

use super::derivative::scalar_derivative;
use super::differential::differential;
use super::finish::Finished;
use super::gradient::gradient;
use super::hessian::hessian;
use super::jacobian::jacobian;
use super::product::{AlongKind, product_along};
use super::simplest::simplified;
use super::taylor::taylor;
use super::views::Views;
use crate::check::CheckOptions;
use crate::linear::Convention;
use crate::problem::{Problem, Report};

/// What is one expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The first expression in its simplest form.
    Simplest,
    /// The gradient in the variable at that place.
    Gradient {
        /// The place among the variables.
        place: usize,
        /// How that of a structured variable is written.
        convention: Convention,
    },
    /// The differential in all variables.
    Differential {
        /// From 1 on.
        order: u32,
    },
    /// The derivative in a scalar variable.
    ScalarDerivative {
        /// From 1 on.
        order: u32,
    },
    /// The product of a derivative with the second expression.
    Product(AlongKind),
    /// The Taylor polynomial.
    Taylor {
        /// From 1 on.
        order: u32,
    },
}

impl Target {
    /// Derives it; checked unless `options` is `None`.
    ///
    /// # Errors
    /// A message where an operator has no derivative.
    pub fn answer(self, problem: &mut Problem, options: Option<&CheckOptions>) -> Result<Finished, Report> {
        match self {
            Self::Simplest => simplified(problem, options),
            Self::Gradient { place, convention } => gradient(problem, place, convention, options),
            Self::Differential { order } => differential(problem, order, options),
            Self::ScalarDerivative { order } => scalar_derivative(problem, order, options),
            Self::Product(kind) => product_along(problem, kind, options),
            Self::Taylor { order } => taylor(problem, order, options),
        }
    }
}

/// A derivative that is shown in views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derivative {
    /// The Jacobian in the variable at that place.
    Jacobian {
        /// The place among the variables.
        place: usize,
    },
    /// The Hessian, or the mixed block of two variables.
    Hessian {
        /// The place of the variable whose gradient the rows are of.
        rows: usize,
        /// The place of the variable of the columns.
        cols: usize,
    },
}

impl Derivative {
    /// Derives it; checked unless `options` is `None`.
    ///
    /// # Errors
    /// A message where an operator has no derivative.
    pub fn views(self, problem: &mut Problem, options: Option<&CheckOptions>) -> Result<Views, Report> {
        match self {
            Self::Jacobian { place } => jacobian(problem, place, options),
            Self::Hessian { rows, cols } => hessian(problem, rows, cols, options),
        }
    }
}
