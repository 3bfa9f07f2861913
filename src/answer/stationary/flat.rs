//! Points at which the formula of a gradient has no value, where f may be flat all the same, as ‖x‖³ᐟ² at 0 and det(X)² at a singular X.

use super::equation::Equation;
use crate::domain::{Condition, conditions};
use crate::expr::{ExprId, SymbolId};
use crate::problem::Problem;
use crate::simplify::shortest;

/// The points at which what the gradient asks for fails, as far as that is solved.
pub(super) fn without_value(problem: &mut Problem, wrt: SymbolId, gradient: ExprId) -> Vec<ExprId> {
    let arena = &mut problem.arena;
    let mut points = Vec::new();
    for condition in conditions(arena, problem.raw[0], gradient, &[]) {
        let (Condition::NonZero(id) | Condition::EntriesNonZero(id) | Condition::Positive(id)) = condition else {
            continue;
        };
        if !arena.contains_symbol(id, wrt) || !arena.free_indices(id).is_empty() {
            continue;
        }
        let mut equation = Equation::new(arena, wrt);
        let found = equation.solve_zero(id, 0);
        points.extend(found.into_iter().map(|point| shortest(arena, point)));
    }
    points
}
