//! Directional derivatives by central differences with Richardson extrapolation, which the tests hold dual numbers against.
//!
//! D(t) = (f(X + tH) − f(X − tH))/2t has an error in even powers of t, so (4D(t/2) − D(t))/3 has one of order
//! t⁴. Steps are halved; of two neighbouring extrapolations that agree best one is taken, and their
//! difference is the estimate of its error.

use nalgebra::DMatrix;

use super::directional::Moves;
use crate::expr::{Arena, ExprId};
use crate::numeric::{Bindings, EvalError, evaluate};

/// The largest step, relative to the direction.
const FIRST_STEP: f64 = 1.0 / 64.0;
/// How often the step is halved.
const HALVINGS: usize = 14;

/// A derivative and an estimate of its error.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    /// The derivative.
    pub(crate) derivative: DMatrix<f64>,
    /// About the largest error of an entry.
    pub(crate) error: f64,
}

/// Df(X)\[H\].
///
/// # Errors
/// As [`evaluate`].
pub(crate) fn difference(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<f64>,
    moves: &Moves<f64>,
) -> Result<Difference, EvalError> {
    extrapolate(|t| {
        let plus = evaluate(arena, root, &shifted(point, moves, t))?;
        let minus = evaluate(arena, root, &shifted(point, moves, -t))?;
        Ok((plus - minus) / (2.0 * t))
    })
}

/// D²f(X)\[H₁, H₂\].
///
/// # Errors
/// As [`evaluate`].
pub(crate) fn second_difference(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<f64>,
    first: &Moves<f64>,
    second: &Moves<f64>,
) -> Result<Difference, EvalError> {
    extrapolate(|t| {
        let at = |a: f64, b: f64| evaluate(arena, root, &shifted(&shifted(point, first, a * t), second, b * t));
        Ok((at(1.0, 1.0)? - at(1.0, -1.0)? - at(-1.0, 1.0)? + at(-1.0, -1.0)?) / (4.0 * t * t))
    })
}

fn extrapolate(mut quotient: impl FnMut(f64) -> Result<DMatrix<f64>, EvalError>) -> Result<Difference, EvalError> {
    let mut step = FIRST_STEP;
    let mut coarse = quotient(step)?;
    let mut previous: Option<DMatrix<f64>> = None;
    let mut best = Difference { derivative: coarse.clone(), error: f64::INFINITY };
    // One small change may be luck, as where f oscillates faster than the steps; two in a row are not.
    let mut last_change = f64::INFINITY;
    for _ in 0..HALVINGS {
        step /= 2.0;
        let fine = quotient(step)?;
        let extrapolated = (&fine * 4.0 - &coarse) / 3.0;
        if let Some(previous) = &previous {
            let change = (&extrapolated - previous).amax();
            let error = change.max(last_change);
            last_change = change;
            if error < best.error {
                best = Difference { derivative: extrapolated.clone(), error };
            }
        }
        (coarse, previous) = (fine, Some(extrapolated));
    }
    Ok(best)
}

/// X + tH
fn shifted(point: &Bindings<f64>, moves: &Moves<f64>, t: f64) -> Bindings<f64> {
    let mut bindings = point.clone();
    for (symbol, direction) in moves {
        if let Some(value) = bindings.symbols.get_mut(symbol)
            && value.shape() == direction.shape()
        {
            *value += direction * t;
        }
    }
    bindings
}
