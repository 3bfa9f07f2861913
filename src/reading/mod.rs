//! What the writer meant: names, their kinds, and the choices that a text leaves open.

mod added_number;
mod bars;
pub mod bracketed;
mod chart;
mod class;
pub(crate) mod close;
pub(crate) mod constant;
pub mod cost;
mod feature;
pub(crate) mod free_index;
mod in_code;
pub(crate) mod kind;
pub(crate) mod limit;
mod line;
pub(crate) mod note;
mod number_letter;
pub(crate) mod numbering;
pub(crate) mod open_sum;
mod plan;
pub(crate) mod residual;
pub(crate) mod resolve;
pub(crate) mod scope;
pub(crate) mod search;
mod target;
pub(crate) mod walk;

pub(crate) use chart::Fixed;

use crate::expr::Shape;
use crate::syntax::{Ast, Declaration};

/// What a command demands of the shape of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// A scalar: `grad`.
    Scalar,
    /// A scalar whose second derivative is asked for: `hessian`, `hvp`.
    Hessian,
    /// A scalar function as such, whose convexity or stationary points are asked for: `convexity`, `solve`.
    Function,
    /// Any shape: `eval`, `simplify`, `jacobian`.
    Any,
    /// The shape of the symbol of that name: a claimed gradient. A number stands for every entry.
    ShapeOf(String),
    /// This shape, over the sizes of the arena: an answer that is read again. A number stands for every entry.
    Shape(Shape),
    /// The shape of another expression of the request, which comes before this one.
    SameAs(usize),
    /// Any shape; a variable of differentiation is tried as a scalar first: `derivative -n`, `taylor`.
    ScalarVariable,
}

/// Expressions that are inferred together: one name is one symbol in all of them.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The expressions.
    pub asts: &'a [(&'a Ast, Goal)],
    /// The declarations.
    pub declarations: &'a [Declaration],
    /// Names of the symbols that will be differentiated by, base and subscript (`x`, `θ_1`).
    pub wrt: &'a [String],
}
