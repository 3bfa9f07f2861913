//! Checks a stationary point: at the point, evaluated for random values of the other symbols, the derivative of the input vanishes along
//! random directions.

use nalgebra::DMatrix;

use super::gradient::refused;
use super::point::{Comparison, Trial, at_points, compare, derivative, is_finite};
use super::space::project;
use super::{Certificate, CheckOptions, Method, Reason};
use crate::expr::{Arena, ExprId, Structure, SymbolId, SymbolKind};
use crate::numeric::{EvalError, evaluate};

/// How far from the point the derivative is taken to see how large it can be.
const AWAY: f64 = 0.3;
/// Largest derivative at the point, relative to that away from it.
const TOLERANCE: f64 = 1e-7;

/// Checks that the derivative of the scalar `input` by `wrt` vanishes where `wrt` has the value of `solution`. Points at which that value
/// lies outside the space of the variable, or of the domain, are left out.
#[must_use]
pub fn check_stationary(
    arena: &Arena,
    input: ExprId,
    wrt: SymbolId,
    solution: ExprId,
    options: &CheckOptions,
) -> Certificate {
    if let Some(reason) = refused(arena, wrt) {
        return Certificate::not_checked(reason, options);
    }
    if !arena.shape(input).is_scalar() || arena.shape(solution) != arena.symbol(wrt).shape {
        return Certificate::not_checked(Reason::Shape, options);
    }
    at_points(arena, &[input, solution], &[wrt], options, |point| {
        let x = evaluate(arena, solution, &point.bindings)?;
        if !is_finite(&x) || !is_inside(arena, wrt, &x) {
            return Ok(Trial::Outside);
        }
        point.bindings.symbols.insert(wrt, x.clone());
        if !is_finite(&evaluate(arena, input, &point.bindings)?) {
            return Ok(Trial::Outside);
        }
        let structure = arena.symbol(wrt).structure;
        let (mut largest, mut method) = (0.0_f64, Method::DualNumbers);
        for _ in 0..options.directions.max(1) {
            let normal = point.rng.normal_matrix(x.nrows(), x.ncols());
            let moves = [(wrt, project(structure, &x, &normal))];
            let mut expected = derivative(arena, input, &point.bindings, &[&moves])?;
            if !is_finite(&expected.value) {
                return Ok(Trial::Outside);
            }
            let scale = away(arena, input, wrt, &x, &moves, point)?;
            let zero = DMatrix::zeros(1, 1);
            if expected.method == Method::DualNumbers {
                expected.tolerance = TOLERANCE;
            } else {
                method = expected.method;
            }
            let again = |number| {
                let mut nudged = point.nudged(arena, number);
                let x = evaluate(arena, solution, &nudged)?;
                nudged.symbols.insert(wrt, x);
                Ok((derivative(arena, input, &nudged, &[&moves])?.value, DMatrix::zeros(1, 1)))
            };
            match compare(&expected, &zero, scale, again) {
                Comparison::Equal(error) => largest = largest.max(error),
                Comparison::Unclear => return Ok(Trial::Outside),
                Comparison::Different => {
                    let mut report = point.disagreement(arena, &zero, &expected.value);
                    report.direction = Some(moves[0].1.clone());
                    return Ok(Trial::Disagree(Box::new(report)));
                }
            }
        }
        Ok(Trial::Agree(largest, method))
    })
}

/// The size of derivatives near the point, in the direction and across it.
fn away(
    arena: &Arena,
    input: ExprId,
    wrt: SymbolId,
    x: &DMatrix<f64>,
    moves: &[(SymbolId, DMatrix<f64>)],
    point: &super::point::Point,
) -> Result<f64, EvalError> {
    let mut scale = f64::MIN_POSITIVE;
    for factor in [AWAY, -AWAY, 0.1 * AWAY] {
        let mut bindings = point.bindings.clone();
        let step =
            &moves[0].1 * (factor * (x.norm().max(f64::MIN_POSITIVE) / moves[0].1.norm().max(f64::MIN_POSITIVE)));
        bindings.symbols.insert(wrt, x + step);
        if let Ok(found) = derivative(arena, input, &bindings, &[moves])
            && is_finite(&found.value)
        {
            scale = scale.max(found.value.amax());
        }
    }
    Ok(scale)
}

/// Whether a value fits the declaration of its variable.
fn is_inside(arena: &Arena, wrt: SymbolId, x: &DMatrix<f64>) -> bool {
    let symbol = arena.symbol(wrt);
    if symbol.kind == SymbolKind::Positive && x.iter().any(|entry| *entry <= 0.0) {
        return false;
    }
    let projected = project(symbol.structure, x, x);
    match symbol.structure {
        Structure::General => true,
        Structure::Orthogonal => false,
        Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
            (&projected - x).amax() <= 1e-9 * x.amax()
                && (projected.clone() + DMatrix::identity(x.nrows(), x.nrows()) * (1e-12 * x.amax()))
                    .cholesky()
                    .is_some()
        }
        Structure::Symmetric | Structure::Skew | Structure::Diagonal | Structure::Lower | Structure::Upper => {
            (&projected - x).amax() <= 1e-9 * x.amax()
        }
    }
}
