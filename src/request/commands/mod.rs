//! One file for each kind of question.

mod check;
mod code;
mod computed;
mod convexity;
mod derived;
mod equal;
pub(super) mod eval;
mod given;
mod gradient;
mod note;
mod read;
mod simplify;
mod solve;
mod tensor;

use super::{Page, Query, Request};
use crate::error::Error;

/// Answers a request.
pub(super) fn run(request: &Request, page: &mut Page) -> Result<(), Error> {
    match &request.query {
        Query::Gradient { vech } => gradient::run(request, *vech, page),
        Query::Check { claim } => check::run(request, claim.as_deref(), page),
        Query::Convexity => convexity::run(request, page),
        Query::Solve => solve::run(request, page),
        Query::Simplify => simplify::run(request, page),
        Query::Read => read::run(request, page),
        Query::Equal { other } => equal::run(request, other, page),
        Query::Eval { values, remarks } => eval::run(request, values, remarks, page),
        Query::Differential { order } => tensor::differential(request, *order, page),
        Query::Jacobian { view } => tensor::jacobian(request, *view, page),
        Query::Hessian { view } => tensor::hessian(request, *view, page),
        Query::Derivative { order } => tensor::derivative(request, *order, page),
        Query::Along { kind, direction } => tensor::along(request, (*kind, direction), page),
        Query::Taylor { order } => tensor::taylor(request, *order, page),
        Query::Code { parts, name } => code::run(request, parts, name, page),
    }
}
