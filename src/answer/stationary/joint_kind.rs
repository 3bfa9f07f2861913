//! What a stationary point in several unknowns is: by convexity in all of them, by the Lagrangian, or in one unknown after another.

use rustc_hash::FxHashMap;

use super::constraint::{self, Constraint};
use super::equation::substitute;
use super::kind::{self, Kind, Nature, Why};
use super::reduced;
use super::system::Branch;
use crate::answer;
use crate::domain::{self, Condition};
use crate::expr::{ExprId, SymbolId, SymbolKind};
use crate::linear::Convention;
use crate::problem::Problem;
use crate::simplify::shortest;

/// What the point is.
pub(super) fn nature(
    problem: &mut Problem,
    constraints: &[Constraint],
    branch: &Branch,
    whole: &FxHashMap<ExprId, ExprId>,
    conditions: &[Condition],
) -> (Nature, Vec<(SymbolId, Kind)>) {
    let (raw, value, wrt) = (problem.raw[0], problem.normal[0], problem.wrt.clone());
    let arena = &mut problem.arena;
    if constraints.is_empty() {
        if let Some(nature) = kind::by_convexity(arena, raw, value, &wrt, conditions) {
            return (nature, Vec::new());
        }
        let (nature, turns) = in_turn(problem, branch, conditions);
        if nature.kind != Kind::Unknown {
            return (nature, turns);
        }
        let nature = reduced::nature(problem, constraints)
            .or_else(|| reduced::of_numbers_at(problem, value, &[], whole, conditions))
            .or_else(|| of_affine_unknown(problem, whole, conditions));
        return (nature.unwrap_or(Nature::UNKNOWN), Vec::new());
    }
    if constraints.iter().all(|constraint| constraint.is_affine) {
        let nature = kind::by_curvature(arena, raw, &wrt, conditions);
        let why = |why| if why == Why::Convexity { Why::AffineConstraints } else { why };
        let nature = nature.map(|nature| Nature { why: why(nature.why), ..nature });
        let nature = nature.or_else(|| reduced::nature(problem, constraints));
        let nature = nature.or_else(|| along(problem, constraints, whole, conditions));
        return (nature.unwrap_or(Nature::UNKNOWN), Vec::new());
    }
    let lagrangian = constraint::lagrangian(arena, raw, constraints);
    let multipliers = constraints.iter().map(|constraint| arena.symbol_expr(constraint.multiplier));
    let multipliers: Vec<ExprId> = multipliers.collect();
    let mut map: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    map.extend(multipliers.iter().filter_map(|multiplier| Some((*multiplier, *whole.get(multiplier)?))));
    let at = arena.rewrite(lagrangian, &mut map);
    let nature = kind::by_curvature(arena, at, &wrt, conditions);
    let nature = nature.map(|nature| Nature { why: Why::Lagrangian, ..nature });
    let nature = nature.or_else(|| along(problem, constraints, whole, conditions));
    (nature.unwrap_or(Nature::UNKNOWN), Vec::new())
}

/// A saddle point of f(x, t) that is affine in a number t, where ∂²f/∂x∂t is not 0: with 0 on the diagonal beside it the second derivative
/// is indefinite. A Lagrangian with its multipliers among the unknowns is one.
fn of_affine_unknown(
    problem: &mut Problem,
    whole: &FxHashMap<ExprId, ExprId>,
    conditions: &[Condition],
) -> Option<Nature> {
    let unknowns = problem.wrt.clone();
    let is_open =
        |symbol: &SymbolId| matches!(problem.arena.symbol(*symbol).kind, SymbolKind::Plain | SymbolKind::Positive);
    if !unknowns.iter().all(is_open) {
        return None;
    }
    for number in unknowns.iter().filter(|symbol| problem.arena.symbol(**symbol).shape.is_scalar()) {
        let mut alone = problem.clone();
        (alone.wrt, alone.parts) = (vec![*number], vec![None]);
        let slope = answer::gradient(&mut alone, 0, Convention::Projected, None).ok()?.expr;
        if alone.arena.contains_symbol(slope, *number) {
            continue;
        }
        (alone.raw[0], alone.normal[0]) = (slope, slope);
        for other in unknowns.iter().filter(|other| *other != number) {
            alone.wrt = vec![*other];
            let Ok(mixed) = answer::gradient(&mut alone, 0, Convention::Projected, None) else { continue };
            let at = alone.arena.rewrite(mixed.expr, &mut whole.clone());
            let at = shortest(&mut alone.arena, at);
            let mut with = conditions.to_vec();
            with.push(Condition::NonZero(at));
            if !alone.arena.is_zero(at)
                && domain::reduced(&mut alone.arena, with) == domain::reduced(&mut alone.arena, conditions.to_vec())
            {
                return Some(Nature { kind: Kind::Saddle, why: Why::Bending });
            }
        }
    }
    None
}

/// By the second derivative of the Lagrangian along the constraints.
fn along(
    problem: &mut Problem,
    constraints: &[Constraint],
    whole: &FxHashMap<ExprId, ExprId>,
    conditions: &[Condition],
) -> Option<Nature> {
    let lagrangian = constraint::lagrangian(&mut problem.arena, problem.raw[0], constraints);
    let lagrangian = problem.arena.normalize(lagrangian);
    reduced::of_numbers_at(problem, lagrangian, constraints, whole, conditions)
}

/// min over x of (min over y of f): what the point is in each unknown as it was eliminated, for all values of those that were left.
fn in_turn(problem: &mut Problem, branch: &Branch, conditions: &[Condition]) -> (Nature, Vec<(SymbolId, Kind)>) {
    if branch.eliminated.is_empty() {
        return (Nature::UNKNOWN, Vec::new());
    }
    let mut alone = problem.clone();
    let mut turns = Vec::new();
    for (place, (symbol, value)) in branch.eliminated.iter().enumerate() {
        (alone.wrt, alone.parts) = (vec![*symbol], vec![None]);
        let Ok(gradient) = answer::gradient(&mut alone, 0, Convention::Projected, None) else {
            return (Nature::UNKNOWN, Vec::new());
        };
        let near = alone.normal[0];
        turns.push((*symbol, kind::nature(&mut alone, *symbol, (*value, near, gradient.expr), conditions).kind));
        let variable = alone.arena.symbol_expr(*symbol);
        let rest = substitute(&mut alone.arena, near, variable, *value);
        // What keeps its name in the others, these are for every value of it.
        if !branch.eliminated[place + 1..].iter().any(|(_, value)| alone.arena.contains_symbol(*value, *symbol)) {
            let rest = shortest(&mut alone.arena, rest);
            (alone.raw[0], alone.normal[0]) = (rest, rest);
        }
    }
    let all = |of: &[Kind]| turns.iter().all(|(_, kind)| of.contains(kind));
    let any = |of: &[Kind]| turns.iter().any(|(_, kind)| of.contains(kind));
    let (low, high) = ([Kind::Minimum, Kind::LocalMinimum], [Kind::Maximum, Kind::LocalMaximum]);
    let kind = if any(&[Kind::Unknown, Kind::Saddle]) {
        Kind::Unknown
    } else if all(&[Kind::Minimum]) {
        Kind::Minimum
    } else if all(&[Kind::Maximum]) {
        Kind::Maximum
    } else if all(&low) {
        Kind::LocalMinimum
    } else if all(&high) {
        Kind::LocalMaximum
    } else {
        Kind::Saddle
    };
    (Nature { kind, why: Why::InTurn }, turns)
}
