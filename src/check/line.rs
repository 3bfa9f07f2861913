//! Checks the lines of a derivation against each other: two functions whose derivatives have to be the same.

use super::gradient::refused;
use super::point::{Comparison, Numeric, Trial, at_points, compare, derivative, is_finite};
use super::space::project;
use super::{Certificate, CheckOptions, Method, Reason};
use crate::expr::ExprId;
use crate::expr::{Arena, SymbolId};
use crate::numeric::{Bindings, EvalError, evaluate};

/// Rounding relative to the value of the function, where its derivative vanishes.
const VALUE_FLOOR: f64 = 1e-5;

/// What varies between two lines of a derivation, and what stands still.
#[derive(Clone, Debug, Default)]
pub struct Moving {
    /// The variables, each with a symbol of its shape that stands for its value at the point and does not move.
    pub variables: Vec<(SymbolId, SymbolId)>,
    /// Differentials that are constant directions: `dX₁` in a second differential.
    pub directions: Vec<(SymbolId, u32)>,
}

/// Whether two expressions of one shape have the same derivative along every direction of the moving variables.
///
/// The line `‖r‖ d(‖r‖)` of a derivation stands here as the function ‖r₀‖·‖r‖ of the variable, where r₀ is held: a line that is
/// linear in its differentials has the derivative of that function as its value.
#[must_use]
pub fn check_same_derivative(
    arena: &Arena,
    before: ExprId,
    after: ExprId,
    moving: &Moving,
    options: &CheckOptions,
) -> Certificate {
    if arena.shape(before) != arena.shape(after) {
        return Certificate::not_checked(Reason::Shape, options);
    }
    let variables: Vec<SymbolId> = moving.variables.iter().map(|(variable, _)| *variable).collect();
    if let Some(reason) = variables.iter().find_map(|variable| refused(arena, *variable)) {
        return Certificate::not_checked(reason, options);
    }
    at_points(arena, &[before, after], &variables, options, |point| {
        for (variable, held) in &moving.variables {
            let x = point.bindings.symbols.get(variable).cloned().ok_or(EvalError::UnboundSymbol(*variable))?;
            point.bindings.symbols.insert(*held, x);
        }
        let (mut largest, mut method) = (0.0_f64, Method::DualNumbers);
        for _ in 0..options.directions.max(1) {
            let draw = |point: &mut super::point::Point, symbol: SymbolId| {
                let x = point.bindings.symbols.get(&symbol).cloned().ok_or(EvalError::UnboundSymbol(symbol))?;
                let normal = point.rng.normal_matrix(x.nrows(), x.ncols());
                Ok::<_, EvalError>(project(point.structure(arena, symbol), &x, &normal))
            };
            for (symbol, slot) in &moving.directions {
                let h = draw(point, *symbol)?;
                point.bindings.differentials.insert((*symbol, *slot), h);
            }
            let mut moves = Vec::new();
            for variable in &variables {
                moves.push((*variable, draw(point, *variable)?));
            }
            let value = evaluate(arena, before, &point.bindings)?;
            let at = |bindings: &Bindings<f64>, root| derivative(arena, root, bindings, &[&moves]);
            let (first, second) = (at(&point.bindings, before)?, at(&point.bindings, after)?);
            if !is_finite(&first.value) || !is_finite(&second.value) {
                return Ok(Trial::Outside);
            }
            let worse = if second.tolerance > first.tolerance { second.method } else { first.method };
            let expected = Numeric {
                value: first.value,
                method: worse,
                tolerance: first.tolerance.max(second.tolerance),
                error: first.error + second.error,
            };
            let scale = expected.value.amax().max(second.value.amax()) + VALUE_FLOOR * value.amax();
            let again = |number| {
                let nudged = point.nudged(arena, number);
                Ok((at(&nudged, before)?.value, at(&nudged, after)?.value))
            };
            match compare(&expected, &second.value, scale, again) {
                Comparison::Equal(error) => largest = largest.max(error),
                Comparison::Unclear => return Ok(Trial::Outside),
                Comparison::Different => {
                    let mut report = point.disagreement(arena, &expected.value, &second.value);
                    report.direction = moves.first().map(|(_, h)| h.clone());
                    return Ok(Trial::Disagree(Box::new(report)));
                }
            }
            if worse == Method::FiniteDifferences {
                method = worse;
            }
        }
        Ok(Trial::Agree(largest, method))
    })
}
