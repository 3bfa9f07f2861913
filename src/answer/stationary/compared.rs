//! The least and the largest value of a function of one number whose stationary points are all known: it is monotone between them, so that
//! its values at these points and what it does before the first and behind the last decide.

use super::equation::substitute;
use super::kind::{Beyond, Kind, Nature, Why, beyond};
use crate::answer::convexity;
use crate::domain::{Condition, decided};
use crate::expr::{Arena, ExprId, SymbolId};
use crate::positivity::Prover;
use crate::problem::Problem;
use crate::simplify::{shortest, simplify};

/// What the local extremes among all stationary points are of the whole function, where its values at the other points and beyond them show
/// that; beside each point what it is, and the period with which the points repeat.
pub(super) fn compared(
    problem: &mut Problem,
    wrt: SymbolId,
    gradient: ExprId,
    (points, period): (&[(ExprId, Kind)], Option<ExprId>),
    conditions: &[Condition],
) -> Vec<Option<Nature>> {
    let nothing = vec![None; points.len()];
    let (raw, value) = (problem.raw[0], problem.normal[0]);
    let arena = &mut problem.arena;
    let is_open = |(_, kind): &(ExprId, Kind)| matches!(kind, Kind::LocalMinimum | Kind::LocalMaximum);
    let is_number = arena.symbol(wrt).shape.is_scalar();
    if !is_number || !points.iter().any(is_open) || !convexity::is_smooth_throughout(arena, raw, &[wrt]) {
        return nothing;
    }
    let variable = arena.symbol_expr(wrt);
    let mut values = Vec::new();
    for (point, _) in points {
        let there = substitute(arena, value, variable, *point);
        values.push(shortest(arena, there));
    }
    let ends = match period {
        Some(period) if !repeats(arena, value, variable, period) => return nothing,
        Some(_) => Vec::new(),
        None => match ends(arena, wrt, (value, gradient), points, conditions) {
            Some(ends) => ends,
            None => return nothing,
        },
    };
    let why = Why::Compared { beyond: period.is_none() };
    let mut found = nothing;
    for (place, (_, kind)) in points.iter().enumerate() {
        let kind = match kind {
            Kind::LocalMinimum => Kind::Minimum,
            Kind::LocalMaximum => Kind::Maximum,
            _ => continue,
        };
        let is_least = kind == Kind::Minimum;
        let is_extreme = values.iter().all(|other| is_no_less(arena, *other, values[place], is_least, conditions))
            && ends.iter().all(|end| end.is_no_less(arena, wrt, values[place], is_least, conditions));
        found[place] = is_extreme.then_some(Nature { kind, why });
    }
    found
}

/// Whether f(x + period) is f(x).
fn repeats(arena: &mut Arena, value: ExprId, variable: ExprId, period: ExprId) -> bool {
    let shifted = arena.plus(variable, period);
    let there = substitute(arena, value, variable, shifted);
    let difference = arena.minus(there, value);
    let difference = shortest(arena, difference);
    arena.is_zero(difference)
}

/// Whether one value is at least another, or at most where the largest is sought.
fn is_no_less(arena: &mut Arena, value: ExprId, than: ExprId, is_least: bool, conditions: &[Condition]) -> bool {
    let above = if is_least { arena.minus(value, than) } else { arena.minus(than, value) };
    let above = simplify(arena, above);
    let mut prover = Prover::new(arena);
    prover.assume_all(conditions);
    prover.bounds(above).is_nonnegative() || decided(arena, Condition::Positive(above)) == Some(true)
}

/// What f does before the first stationary point, or behind the last one.
struct End {
    /// Whether it increases away from the point.
    rises: bool,
    /// Its value there.
    value: Beyond,
}

impl End {
    /// Whether no value there is smaller than another value, or larger where the largest is sought.
    fn is_no_less(
        &self,
        arena: &mut Arena,
        wrt: SymbolId,
        than: ExprId,
        is_least: bool,
        conditions: &[Condition],
    ) -> bool {
        // The value at the point where it starts is compared itself.
        if self.rises == is_least {
            return true;
        }
        let forms: Vec<ExprId> = self.value.values.iter().map(|value| arena.minus(*value, than)).collect();
        let mut prover = self.value.assuming(arena, wrt, conditions);
        let is_above = |prover: &mut Prover<'_>, id: ExprId| {
            let bounds = prover.bounds(id);
            if is_least { bounds.is_nonnegative() } else { bounds.is_nonpositive() }
        };
        let than = prover.bounds(than);
        // f is of one sign there, and the value of the other.
        let is_apart = if is_least { than.is_nonpositive() } else { than.is_nonnegative() };
        forms.iter().any(|form| is_above(&mut prover, *form))
            || is_apart && self.value.values.iter().any(|value| is_above(&mut prover, *value))
    }
}

/// What f does at both ends; nothing where that, or the order of the points, is not known.
fn ends(
    arena: &mut Arena,
    wrt: SymbolId,
    (value, gradient): (ExprId, ExprId),
    points: &[(ExprId, Kind)],
    conditions: &[Condition],
) -> Option<Vec<End>> {
    let mut all = Vec::new();
    for is_after in [false, true] {
        let is_outmost = |arena: &mut Arena, point: ExprId| {
            points.iter().all(|(other, _)| *other == point || is_no_less(arena, point, *other, is_after, conditions))
        };
        let point = points.iter().map(|(point, _)| *point).find(|point| is_outmost(arena, *point))?;
        let grows = beyond(arena, wrt, gradient, point, is_after).is_positive(arena, wrt, conditions)?;
        let value = beyond(arena, wrt, value, point, is_after);
        all.push(End { rises: grows == is_after, value });
    }
    Some(all)
}
