//! The derivation of each kind of answer.

use super::builder::{Builder, MatrixNames, times};
use super::{Derivation, Quantity, Reason, Right};
use crate::answer::identities::of_simplifying;
use crate::answer::{self, AlongKind, Derivative, Finished, Target, Views};
use crate::check::CheckOptions;
use crate::linear::Convention;
use crate::problem::{Problem, Report};

/// From this derivative on a scalar's derivation states the derivatives without their rules.
const MAX_WRITTEN_ORDER: u32 = 4;

/// The derivation of an answer; `None` where nothing is differentiated.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn of_answer(
    problem: &mut Problem,
    target: Target,
    answer: &Finished,
    options: Option<&CheckOptions>,
) -> Result<Option<Derivation>, Report> {
    match target {
        Target::Simplest => Ok(None),
        Target::Gradient { place, convention } => gradient(problem, place, convention, answer, options).map(Some),
        Target::Differential { order } => differential(problem, order, answer, options).map(Some),
        Target::ScalarDerivative { order } => scalar_derivative(problem, order, answer, options).map(Some),
        Target::Product(kind) => along(problem, kind, answer, options).map(Some),
        Target::Taylor { order } => taylor(problem, order, answer, options).map(Some),
    }
}

/// The derivation of a derivative that is shown in views.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn of_views(
    problem: &mut Problem,
    derivative: Derivative,
    views: &Views,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    match derivative {
        Derivative::Jacobian { place } => jacobian(problem, place, views, options),
        Derivative::Hessian { rows, cols } => hessian(problem, rows, cols, views, options),
    }
}

/// The derivation of a gradient: of the first expression, a scalar, in the variable at that place.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn gradient(
    problem: &mut Problem,
    place: usize,
    convention: Convention,
    answer: &Finished,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let wrt = problem.wrt[place];
    let projected = match convention {
        Convention::Projected => answer.expr,
        Convention::Vech => answer::gradient(problem, place, Convention::Projected, None)?.expr,
    };
    let mut builder = Builder::new(problem, &[wrt], 0, options);
    builder.gradient(projected)?;
    if convention == Convention::Vech {
        builder.state(Quantity::HalfGradient(wrt), Right::Expr(answer.expr), Reason::HalfVectorize);
    }
    Ok(builder.derivation)
}

/// The derivation of a differential of any order, in all variables at once.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn differential(
    problem: &mut Problem,
    order: u32,
    answer: &Finished,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let wrt = problem.wrt.clone();
    let mut builder = Builder::new(problem, &wrt, u32::from(order > 1), options);
    let last = builder.differentials(order)?;
    if last != answer.expr {
        let by = of_simplifying(builder.arena(), last, answer.expr);
        builder.push(Quantity::Differential(order), Right::Expr(answer.expr), Reason::Simplify(by));
    }
    Ok(builder.derivation)
}

/// The derivation of a Jacobian: of the first expression in the variable at that place.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn jacobian(
    problem: &mut Problem,
    place: usize,
    views: &Views,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let wrt = problem.wrt[place];
    let mut builder = Builder::new(problem, &[wrt], 0, options);
    let root = builder.problem.normal[0];
    builder.value();
    let differential = builder.unfold(Quantity::Differential(1), root)?;
    let names = MatrixNames {
        differential: Quantity::Differential(1),
        vec: Quantity::VecDifferential,
        matrix: Quantity::Jacobian(wrt),
    };
    builder.read_off(differential, views, &names)?;
    Ok(builder.derivation)
}

/// The derivation of a Hessian, or of the mixed block of two variables: the gradient in the first, and its differential in the second.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn hessian(
    problem: &mut Problem,
    rows: usize,
    cols: usize,
    views: &Views,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let (row, col) = (problem.wrt[rows], problem.wrt[cols]);
    let gradient = answer::gradient(problem, rows, Convention::Projected, None)?.expr;
    let mut builder = Builder::new(problem, &[row], 0, options);
    builder.gradient(gradient)?;
    builder.differentiate_by(&[col], 0);
    let differential = builder.unfold(Quantity::OfGradient(row), gradient)?;
    let (left, differential) = builder.on_tangent_space(row, differential);
    let names =
        MatrixNames { differential: left, vec: Quantity::VecOfGradient(row), matrix: Quantity::Hessian(row, col) };
    builder.read_off(differential, views, &names)?;
    Ok(builder.derivation)
}

/// The derivation of the k-th derivative of the first expression in a scalar variable.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn scalar_derivative(
    problem: &mut Problem,
    order: u32,
    answer: &Finished,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let wrt = problem.wrt[0];
    let mut derivatives = vec![problem.normal[0]];
    for k in 1..order {
        derivatives.push(answer::scalar_derivative(problem, k, None)?.expr);
    }
    derivatives.push(answer.expr);
    let mut builder = Builder::new(problem, &[wrt], 0, options);
    builder.value();
    let dx = builder.arena().differential(wrt, 0);
    for (k, pair) in (0..).zip(derivatives.windows(2)) {
        let [from, to] = [pair[0], pair[1]];
        let left = if k == 0 { Quantity::Differential(1) } else { Quantity::OfDerivative(k) };
        let right = Right::Expr(times(builder.arena(), to, dx));
        if k < MAX_WRITTEN_ORDER {
            let last = builder.unfold(left, from)?;
            if right != Right::Expr(last) {
                let by = match right {
                    Right::Expr(shown) => of_simplifying(builder.arena(), last, shown),
                    Right::Inner(..) => Vec::new(),
                };
                builder.push(left, right, Reason::Simplify(by));
            }
            builder.state(Quantity::Derivative(k + 1), Right::Expr(to), Reason::Identify);
        } else {
            builder.before = Some(from);
            let function = builder.as_function(match right {
                Right::Expr(expr) | Right::Inner(expr, _) => expr,
            });
            builder.push_as(Quantity::Derivative(k + 1), Right::Expr(to), Reason::Simplify(Vec::new()), function);
        }
    }
    Ok(builder.derivation)
}

/// The derivation of J·v, Jᵀ·v or H·v along the second expression.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn along(
    problem: &mut Problem,
    kind: AlongKind,
    answer: &Finished,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let wrt = problem.wrt[0];
    let direction = problem.normal[1];
    let gradient = match kind {
        AlongKind::Hvp => Some(answer::gradient(problem, 0, Convention::Projected, None)?.expr),
        AlongKind::Jvp | AlongKind::Vjp => None,
    };
    let mut builder = Builder::new(problem, &[wrt], 0, options);
    let root = builder.problem.normal[0];
    if let Some(gradient) = gradient {
        builder.gradient(gradient)?;
        let differential = builder.unfold(Quantity::OfGradient(wrt), gradient)?;
        builder.on_tangent_space(wrt, differential);
    } else {
        builder.value();
        builder.unfold(Quantity::Differential(1), root)?;
    }
    let dx = builder.arena().differential(wrt, 0);
    match kind {
        AlongKind::Jvp => {
            let reason = Reason::Direct(wrt, direction);
            builder.state(Quantity::JacobianTimes(direction), Right::Expr(answer.expr), reason);
        }
        AlongKind::Hvp => {
            let reason = Reason::Direct(wrt, direction);
            builder.state(Quantity::HessianTimes(direction), Right::Expr(answer.expr), reason);
        }
        AlongKind::Vjp => {
            if let Some(before) = builder.before {
                let paired = builder.arena().written_inner(direction, before);
                builder.before = Some(paired);
            }
            let right = builder.paired(answer.expr, dx);
            builder.push(Quantity::Paired(direction), right, Reason::Collect);
            builder.state(Quantity::TransposedTimes(direction), Right::Expr(answer.expr), Reason::Identify);
        }
    }
    Ok(builder.derivation)
}

/// The derivation of a Taylor polynomial: the differentials up to its order.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn taylor(
    problem: &mut Problem,
    order: u32,
    answer: &Finished,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let wrt = problem.wrt[0];
    let mut builder = Builder::new(problem, &[wrt], 1, options);
    builder.differentials(order)?;
    builder.state(Quantity::Taylor(wrt), Right::Expr(answer.expr), Reason::Join);
    Ok(builder.derivation)
}
