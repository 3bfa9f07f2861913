//! Checks a gradient: d/dt f(X + tH) at t = 0 against ⟨G, H⟩ for random directions H in the variable's space.

use nalgebra::DMatrix;

use super::point::{Comparison, Numeric, Point, Trial, at_points, compare, derivative, is_finite};
use super::space::project;
use super::{Cause, Certificate, CheckOptions, DUAL_TOLERANCE, Method, Reason};
use crate::expr::{Arena, ExprId, SymbolId, SymbolKind};
use crate::numeric::{EvalError, evaluate};

/// Variables with more entries than this get no gradient entry by entry in a report.
const MAX_REPORTED: usize = 900;
/// Rounding relative to the value of the function, where its derivative vanishes.
const VALUE_FLOOR: f64 = 1e-5;

/// Checks `answer`, of the shape of `wrt`, as the gradient of the scalar `input`. For a structured variable
/// (symmetric, diagonal, …, orthogonal) the answer must lie in its (tangent) space.
#[must_use]
pub fn check_gradient(
    arena: &Arena,
    input: ExprId,
    wrt: SymbolId,
    answer: ExprId,
    options: &CheckOptions,
) -> Certificate {
    if let Some(reason) = refused(arena, wrt) {
        return Certificate::not_checked(reason, options);
    }
    if !arena.shape(input).is_scalar() || arena.shape(answer) != arena.symbol(wrt).shape {
        return Certificate::not_checked(Reason::Shape, options);
    }
    at_points(arena, &[input, answer], &[wrt], options, |point| trial(arena, input, wrt, answer, options, point))
}

/// Why a symbol is no variable of a check.
pub(super) fn refused(arena: &Arena, wrt: SymbolId) -> Option<Reason> {
    match arena.symbol(wrt).kind {
        SymbolKind::Family(_) => Some(Reason::Family),
        SymbolKind::Integer | SymbolKind::Function => Some(Reason::NotDifferentiable),
        SymbolKind::Plain | SymbolKind::Positive => None,
    }
}

fn trial(
    arena: &Arena,
    input: ExprId,
    wrt: SymbolId,
    answer: ExprId,
    options: &CheckOptions,
    point: &mut Point,
) -> Result<Trial, EvalError> {
    let value = evaluate(arena, input, &point.bindings)?;
    if !is_finite(&value) {
        return Ok(Trial::Outside);
    }
    let gradient = evaluate(arena, answer, &point.bindings)?;
    let Some(x) = point.bindings.symbols.get(&wrt).cloned() else { return Err(EvalError::UnboundSymbol(wrt)) };
    let structure = point.structure(arena, wrt);
    let (mut largest, mut method) = (0.0_f64, Method::DualNumbers);
    for _ in 0..options.directions.max(1) {
        let normal = point.rng.normal_matrix(x.nrows(), x.ncols());
        let moves = [(wrt, project(structure, &x, &normal))];
        let h = &moves[0].1;
        let expected = derivative(arena, input, &point.bindings, &[&moves])?;
        if !is_finite(&expected.value) || !is_finite(&gradient) {
            return Ok(Trial::Outside);
        }
        let found = DMatrix::from_element(1, 1, gradient.dot(h));
        let scale = expected.value.amax().max(gradient.norm() * h.norm()) + VALUE_FLOOR * value.amax();
        let again = |number| {
            let nudged = point.nudged(arena, number);
            let value = derivative(arena, input, &nudged, &[&moves])?.value;
            Ok((value, DMatrix::from_element(1, 1, evaluate(arena, answer, &nudged)?.dot(h))))
        };
        match compare(&expected, &found, scale, again) {
            Comparison::Equal(error) => largest = largest.max(error),
            Comparison::Unclear => return Ok(Trial::Outside),
            Comparison::Different => {
                let mut report = point.disagreement(arena, &expected.value, &found);
                if x.len() <= MAX_REPORTED
                    && let Ok(truth) = numeric_gradient(arena, input, wrt, point)
                {
                    report = point.disagreement(arena, &truth.value, &project(structure, &x, &gradient));
                }
                report.direction = Some(h.clone());
                return Ok(Trial::Disagree(Box::new(report)));
            }
        }
        method = if expected.method == Method::FiniteDifferences { expected.method } else { method };
    }
    // The symmetry that a point was given for want of another is not asked of the answer.
    let declared = arena.symbol(wrt).structure;
    let projected = project(declared, &x, &gradient);
    let inside = Numeric { value: projected.clone(), method: Method::Values, tolerance: DUAL_TOLERANCE, error: 0.0 };
    let again = |number| {
        let nudged = point.nudged(arena, number);
        let gradient = evaluate(arena, answer, &nudged)?;
        Ok((nudged.symbols.get(&wrt).map_or_else(|| gradient.clone(), |x| project(declared, x, &gradient)), gradient))
    };
    if let Comparison::Different = compare(&inside, &gradient, gradient.amax(), again) {
        let mut report = point.disagreement(arena, &projected, &gradient);
        report.cause = Cause::Space(declared);
        return Ok(Trial::Disagree(Box::new(report)));
    }
    Ok(Trial::Agree(largest, method))
}

/// The gradient in the variable's space, entry by entry: (PG)ᵢⱼ = Df(X)\[P Eᵢⱼ\], as P is self-adjoint.
pub(super) fn numeric_gradient(
    arena: &Arena,
    input: ExprId,
    wrt: SymbolId,
    point: &Point,
) -> Result<Numeric, EvalError> {
    let Some(x) = point.bindings.symbols.get(&wrt) else { return Err(EvalError::UnboundSymbol(wrt)) };
    let structure = point.structure(arena, wrt);
    let mut gradient = Numeric { value: x.clone(), method: Method::DualNumbers, tolerance: DUAL_TOLERANCE, error: 0.0 };
    for place in 0..x.len() {
        let mut basis = DMatrix::zeros(x.nrows(), x.ncols());
        basis[place] = 1.0;
        let moves = [(wrt, project(structure, x, &basis))];
        let entry = derivative(arena, input, &point.bindings, &[&moves])?;
        gradient.value[place] = entry.value[0];
        gradient.error = gradient.error.max(entry.error);
        (gradient.method, gradient.tolerance) = (entry.method, entry.tolerance);
    }
    Ok(gradient)
}
