//! Checks the lines of a derivation against each other: two functions whose derivatives have to be the same.

use super::gradient::refused;
use super::point::{Comparison, Direction, Pair, size};
use super::search::at_points;
use super::{Cause, Certificate, CheckOptions, Method, Reason, VALUE_FLOOR};
use crate::ad::along;
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};

/// What varies between two lines of a derivation, and what stands still.
#[derive(Clone, Debug, Default)]
pub struct Moving {
    /// The variables, each with a symbol of its shape that stands for its value at the point and does not move.
    pub variables: Vec<(SymbolId, SymbolId)>,
    /// What is differentiated: rounding is relative to its value where a derivative vanishes.
    pub reference: Option<ExprId>,
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
    let roots: Vec<ExprId> = [before, after].into_iter().chain(moving.reference).collect();
    at_points(arena, &roots, &variables, Method::DualNumbers, options, |point| {
        hold(&moving.variables, &mut point.bindings)?;
        let mut runs = Vec::new();
        for _ in 0..options.directions.max(1) {
            let fixed = moving.directions.iter().map(|(symbol, slot)| Ok((*slot, point.direction(*symbol)?)));
            let fixed = fixed.collect::<Result<_, EvalError>>()?;
            let moves =
                variables.iter().map(|variable| point.direction(*variable)).collect::<Result<_, EvalError>>()?;
            runs.push(Run { fixed, moves });
        }
        let lines = Lines { arena, before, after, reference: moving.reference, variables: &moving.variables, runs };
        let first = lines.runs.first().and_then(|run| run.moves.first());
        Ok(point.compare(&lines)?.along(first.and_then(|first| first.at(&point.bindings).ok())))
    })
}

/// Directions that stand in the lines by their slots, and those along which the lines are differentiated.
struct Run {
    fixed: Vec<(u32, Direction)>,
    moves: Vec<Direction>,
}

/// Gives what stands still the values of the variables.
fn hold<T: Scalar>(variables: &[(SymbolId, SymbolId)], point: &mut Bindings<T>) -> Result<(), EvalError> {
    for (variable, held) in variables {
        let x = point.symbols.get(variable).cloned().ok_or(EvalError::UnboundSymbol(*variable))?;
        point.symbols.insert(*held, x);
    }
    Ok(())
}

/// The derivatives of both lines.
struct Lines<'a> {
    arena: &'a Arena,
    before: ExprId,
    after: ExprId,
    reference: Option<ExprId>,
    variables: &'a [(SymbolId, SymbolId)],
    runs: Vec<Run>,
}

impl Comparison for Lines<'_> {
    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let mut point = point.clone();
        hold(self.variables, &mut point)?;
        let mut pairs = Vec::new();
        for run in &self.runs {
            for (slot, direction) in &run.fixed {
                let h = direction.at(&point)?;
                point.differentials.insert((direction.symbol, *slot), h);
            }
            let moves = run.moves.iter().map(|direction| Ok((direction.symbol, direction.at(&point)?)));
            let moves: Vec<_> = moves.collect::<Result<_, EvalError>>()?;
            let of = self.reference.map(|root| evaluate(self.arena, root, &point)).transpose()?;
            let (value, expected) = along(self.arena, self.before, &point, &moves)?;
            let found = along(self.arena, self.after, &point, &moves)?.1;
            let scale =
                size(&expected).max(size(&found)) + VALUE_FLOOR * size(&value).max(of.as_ref().map_or(0.0, size));
            pairs.push(Pair { expected, found, scale, cause: Cause::Value });
        }
        Ok(pairs)
    }
}
