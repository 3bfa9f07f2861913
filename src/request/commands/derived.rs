//! Answers as a request asks for them: with their derivation, and written with matrices or by their rows.

use super::super::{Request, shown};
use super::given::{checking, limits};
use crate::answer::derivation::{self, Derivation};
use crate::answer::form::{self, Vectorized, Wanted};
use crate::answer::{Derivative, Finished, Gradients, Target, Views, gradients};
use crate::error::Error;
use crate::expr::{ExprId, Part};
use crate::problem::Problem;

/// What was derived, and how it is written.
pub(super) struct Derived<T> {
    /// The answer, or the views of a derivative.
    pub(super) found: T,
    /// Its form with matrices, or by their rows.
    pub(super) vectorized: Option<Vectorized>,
    /// Its derivation.
    pub(super) steps: Option<Derivation>,
}

impl<T> Derived<T> {
    fn new(request: &Request, found: T, last: ExprId, form: Option<Vectorized>, steps: Option<Derivation>) -> Self {
        let by_rows = !request.form.by_rows.is_empty();
        Self { found, vectorized: form, steps: steps.map(|steps| steps.ending_in(last, by_rows)) }
    }

    /// How it is printed.
    pub(super) fn how<'a>(&'a self, request: &Request, part: Option<&'a Part>) -> shown::How<'a> {
        let (vectorized, steps) = (self.vectorized.as_ref(), self.steps.as_ref());
        shown::How { limits: limits(&request.form), vectorized, steps, part }
    }

    /// Whether each line of the derivation follows, where there is one.
    pub(super) fn follows(&self) -> bool {
        self.steps.as_ref().is_none_or(|steps| steps.failed().is_none())
    }
}

/// Derives an answer.
pub(super) fn answer(request: &Request, problem: &mut Problem, target: Target) -> Result<Derived<Finished>, Error> {
    let options = checking(request);
    let options = options.as_ref();
    let mut answer = target.answer(problem, options)?;
    let steps = match request.steps {
        true => derivation::of_answer(problem, target, &answer, options)?,
        false => None,
    };
    let of = |wanted: Wanted<'_>| form::of_answer(problem, wanted, target, &mut answer, options).map_err(no_matrix);
    let form = request.form.wanted().map(of).transpose()?;
    let last = answer.expr;
    Ok(Derived::new(request, answer, last, form, steps))
}

/// The gradients in several variables together, where they are asked for as they are.
pub(super) fn together(request: &Request, problem: &mut Problem, vech: bool) -> Option<Gradients> {
    let is_plain = !vech && !request.steps && request.form.wanted().is_none();
    if !is_plain || problem.wrt.len() < 2 {
        return None;
    }
    gradients(problem, checking(request).as_ref())
}

/// An answer that is written as it was derived.
pub(super) fn plain(request: &Request, answer: Finished) -> Derived<Finished> {
    let last = answer.expr;
    Derived::new(request, answer, last, None, None)
}

/// Derives a derivative in its views.
pub(super) fn views(request: &Request, problem: &mut Problem, derivative: Derivative) -> Result<Derived<Views>, Error> {
    let options = checking(request);
    let options = options.as_ref();
    let mut views = derivative.views(problem, options)?;
    let steps = request.steps.then(|| derivation::of_views(problem, derivative, &views, options)).transpose()?;
    let of = |wanted: Wanted<'_>| form::of_views(problem, wanted, derivative, &mut views, options).map_err(no_matrix);
    let form = request.form.wanted().map(of).transpose()?;
    let last = views.main();
    Ok(Derived::new(request, views, last, form, steps))
}

fn no_matrix(name: String) -> Error {
    Error::Message(format!("`{name}` is not a matrix in this expression"))
}
