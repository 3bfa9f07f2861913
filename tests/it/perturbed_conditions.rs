//! Conditions made wrong in one thing: one is left out, is weaker or stronger, or is about another expression. Points at which the true and the wrong
//! ones differ show which are right: where all hold there is a slope, and where one fails there is none, or no answer.

use crate::common::drive;
use crate::common::generate::{Expressions, Sample};
use crate::common::perturb::perturbed;
use crate::common::point::{Truth, has_slope, holds};
use crate::random_conditions::{Derived, ENOUGH, derive, direction, is_determined, is_spectral, point};
use matcalc::domain::{Condition, without_value};
use matcalc::expr::{Arena, ExprId};
use matcalc::numeric::{Bindings, DMatrix, evaluate};
use matcalc::render::{Format, Style, render, render_condition};
use matcalc::stack::on_large_stack;

/// How many effective perturbations where `MATCALC_CASES` does not say so.
const CASES: u64 = 150;
/// Points of an expression.
const POINTS: u64 = 24;
/// At least so many of a thousand are seen.
const SEEN: usize = 999;
/// Slopes beyond this, relative to the value, turn within the steps of difference quotients.
const STEEP: f64 = 100.0;

/// Other conditions in the place of one.
fn others(arena: &mut Arena, conditions: &[Condition], at: usize) -> Vec<Vec<Condition>> {
    let mut all = Vec::new();
    let mut left_out = conditions.to_vec();
    left_out.remove(at);
    all.push(left_out);
    let condition = conditions[at];
    let mut replaced = |other: Condition| {
        let mut with = conditions.to_vec();
        with[at] = other;
        all.push(with);
    };
    let expr = condition.expr();
    let same: fn(ExprId) -> Condition = match condition {
        Condition::Positive(_) => {
            replaced(Condition::EntriesNonZero(expr));
            replaced(Condition::Positive(arena.neg(expr)));
            Condition::Positive
        }
        Condition::NonZero(_) => {
            replaced(Condition::Positive(expr));
            Condition::NonZero
        }
        Condition::EntriesNonZero(_) => {
            replaced(Condition::Positive(expr));
            Condition::EntriesNonZero
        }
        _ => return all,
    };
    perturbed(arena, expr, 3).into_iter().for_each(|one| replaced(same(one.expr)));
    all
}

/// Whether all conditions hold at a point.
fn all_hold(arena: &Arena, conditions: &[Condition], point: &Bindings<f64>) -> Truth {
    let said: Vec<Truth> = conditions.iter().map(|one| holds(arena, *one, point)).collect();
    let is = |truth| said.contains(&truth);
    match (is(Truth::Fails), is(Truth::Open)) {
        (true, _) => Truth::Fails,
        (false, true) => Truth::Open,
        (false, false) => Truth::Holds,
    }
}

/// What the points say of wrong conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Seen,
    Missed,
    /// Nothing needs the condition that was left out or made weaker, as a factor that vanishes flattens the kink.
    Superfluous,
    /// No point tells them from the right ones.
    Open,
}

/// Whether a function changes so fast at a point that difference quotients say nothing of its slope.
fn is_steep(arena: &Arena, derived: &Derived, point: &Bindings<f64>) -> bool {
    let (Ok(value), Ok(slope)) = (evaluate(arena, derived.raw, point), evaluate(arena, derived.answer, point)) else {
        return false;
    };
    slope.amax() > STEEP * (1.0 + value.amax())
}

/// Whether wrong conditions are seen at the points.
fn is_seen(arena: &Arena, derived: &Derived, wrong: &[Condition], points: &[(Bindings<f64>, DMatrix<f64>)]) -> Said {
    let (mut missing, mut unknown, mut narrow, mut needed, mut wide) = (false, false, 0, false, 0);
    for (point, direction) in points {
        match (all_hold(arena, &derived.conditions, point), all_hold(arena, wrong, point)) {
            (Truth::Fails, Truth::Holds) => {
                wide += 1;
                let slope = has_slope(arena, derived.raw, point, derived.wrt, direction);
                missing |= slope == Truth::Fails;
                unknown |= slope == Truth::Open || !is_determined(arena, derived, point, direction);
            }
            (Truth::Holds, Truth::Fails) => {
                narrow += u32::from(is_determined(arena, derived, point, direction));
                needed |= has_slope(arena, derived.raw, point, derived.wrt, direction) == Truth::Fails
                    && !is_steep(arena, derived, point);
            }
            _ => {}
        }
    }
    match (wide, narrow >= ENOUGH) {
        _ if missing => Said::Seen,
        (_, true) if needed => Said::Missed,
        (_, true) => Said::Seen,
        (0, false) => Said::Open,
        _ if unknown => Said::Open,
        _ => Said::Superfluous,
    }
}

#[test]
fn perturbed_conditions_are_seen() {
    let (mut seen, mut open, mut superfluous, mut missed) = (0_usize, 0, 0, Vec::new());
    let wanted = usize::try_from(drive::count(CASES)).expect("a small number");
    on_large_stack(|| {
        for seed in 0..1_000_000 {
            if seen + missed.len() >= wanted {
                return;
            }
            let Sample { mut arena, expr: raw, wrt } = Expressions::Scalar.make(seed);
            let Some(wrt) = wrt else { continue };
            if is_spectral(&arena, raw) || without_value(&mut arena, raw).is_some() {
                continue;
            }
            let Some(derived) = derive(&mut arena, raw, wrt) else { continue };
            for at in 0..derived.conditions.len() {
                // What does not vary may be at the end of a domain.
                if !arena.contains_symbol(derived.conditions[at].expr(), wrt) {
                    continue;
                }
                for wrong in others(&mut arena, &derived.conditions, at) {
                    let mut roots = vec![raw, derived.answer];
                    roots.extend(derived.conditions.iter().chain(&wrong).map(Condition::expr));
                    let points: Vec<_> = (0..POINTS)
                        .filter_map(|seed| {
                            let point = point(&arena, &roots, wrt, seed)?;
                            let direction = direction(&arena, wrt, &point, seed)?;
                            Some((point, direction))
                        })
                        .collect();
                    match is_seen(&arena, &derived, &wrong, &points) {
                        Said::Open => open += 1,
                        Said::Superfluous => superfluous += 1,
                        Said::Seen => seen += 1,
                        Said::Missed => {
                            let condition =
                                |one: &Condition| render_condition(&arena, *one, Format::Unicode, &Style::default());
                            let [right, wrong] = [&derived.conditions, &wrong]
                                .map(|all| all.iter().map(condition).collect::<Vec<_>>().join(", "));
                            let text = render(&arena, raw, Format::Unicode, &Style::default());
                            missed.push(format!("{seed}: {text}: {right} → {wrong}"));
                        }
                    }
                }
            }
        }
    });
    let all = seen + missed.len();
    eprintln!(
        "{seen} of {all} seen, {open} that no point tells from the right ones, {superfluous} conditions nothing needs\n{}",
        missed.join("\n")
    );
    assert!(superfluous * 10 <= all, "{superfluous} of {all} conditions are superfluous");
    assert!(seen * 1000 >= all * SEEN, "{seen} of {all} seen; missed:\n{}", missed.join("\n"));
}
