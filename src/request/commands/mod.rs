//! One file for each kind of question.

pub(super) mod at;
mod backprop;
mod check;
mod code;
mod compare;
mod computed;
mod convexity;
mod derived;
mod equal;
pub(super) mod eval;
mod given;
mod gradient;
mod graph;
mod held;
mod minimize;
mod note;
mod plan;
mod read;
mod simplify;
mod slope;
mod solve;
mod tensor;

use super::numbers::Watch;
use super::{Page, Query, Request};
use crate::error::Error;

/// Answers a request.
pub(super) fn run(request: &Request, page: &mut Page, watch: &mut dyn Watch) -> Result<(), Error> {
    match &request.query {
        Query::Gradient { vech } => gradient::run(request, *vech, page),
        Query::Check { claim } => check::run(request, claim.as_deref(), page),
        Query::Convexity => convexity::run(request, page),
        Query::Solve { subject_to } => solve::run(request, subject_to.as_deref(), page),
        Query::Simplify => simplify::run(request, page),
        Query::Read => read::run(request, page),
        Query::Equal { other } => equal::run(request, other, page),
        Query::Eval { values, families, remarks } => eval::run(request, (values, families), remarks, page),
        Query::Differential { order } => tensor::differential(request, *order, page),
        Query::Jacobian { view } => tensor::jacobian(request, *view, page),
        Query::Hessian { view } => tensor::hessian(request, *view, page),
        Query::Derivative { order } => tensor::derivative(request, *order, page),
        Query::Along { kind, direction } => tensor::along(request, (*kind, direction), page),
        Query::Taylor { order } => tensor::taylor(request, *order, page),
        Query::Plan { sizes, hessian, checkpoints } => plan::run(request, sizes, (*hessian, *checkpoints), page),
        Query::Minimize(asked) => minimize::run(request, asked, page, watch),
        Query::Compare(asked) => compare::run(request, asked, page, watch),
        Query::Slope(asked) => slope::run(request, asked, page, watch),
        Query::Graph { .. } => graph::run(request, page),
        Query::Backprop { values, remarks } => backprop::run(request, values, remarks, page),
        Query::Code { parts, name, language } => code::run(request, parts, (name.as_deref(), *language), page),
    }
}
