//! Formulas and conditions as `solve` prints them.

use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Node};
use crate::naming::Limits;
use crate::number::Coeff;
use crate::problem::Problem;
use crate::render::{self, render_condition, render_with_parts};

/// A formula on one line.
pub(super) fn text(problem: &Problem, id: ExprId, format: render::Format) -> String {
    render_with_parts(&problem.arena, id, format, &problem.style, &Limits::default()).to_line(format)
}

/// u = v for a difference u − v that is 0, a constant on the right: ‖x‖² = 1 of 1 − ‖x‖².
pub(super) fn vanishing_text(problem: &Problem, id: ExprId, is_unknown: impl Fn(&Arena, ExprId) -> bool) -> String {
    let (left, right) = sides(problem, id, is_unknown);
    format!("{left} = {right}")
}

/// u ≠ v for a difference u − v.
pub(super) fn nonzero_text(problem: &Problem, id: ExprId) -> String {
    let (left, right) = sides(problem, id, |_, _| true);
    format!("{left} ≠ {right}")
}

/// The two sides of an equation u − v = 0 without minus signs; the expression itself and 0 where that takes one.
fn sides(problem: &Problem, id: ExprId, is_unknown: impl Fn(&Arena, ExprId) -> bool) -> (String, String) {
    let format = render::Format::Unicode;
    let mut with_sides = problem.clone();
    let arena = &mut with_sides.arena;
    let (_, primitive) = arena.split_content(id);
    let (shape, terms) = (arena.shape(id), arena.terms(primitive));
    let (positive, negative): (Vec<_>, Vec<_>) = terms.into_iter().partition(|(coeff, _)| !coeff.is_negative());
    if positive.is_empty() || negative.is_empty() {
        return (text(problem, id, format), "0".to_owned());
    }
    let negative = negative.into_iter().map(|(coeff, term)| (coeff.neg(), term)).collect::<Vec<_>>();
    let has_unknown = positive.iter().any(|(_, term)| is_unknown(arena, *term));
    let (left, right) = if has_unknown { (positive, negative) } else { (negative, positive) };
    let [left, right] = [left, right].map(|side| arena.add_terms(side, shape));
    (text(&with_sides, left, format), text(&with_sides, right, format))
}

/// That every point at which a factor of the gradient vanishes is stationary, too.
pub(super) fn so_is_every(problem: &Problem, names: &str, factor: ExprId) -> String {
    let is_unknown = |arena: &Arena, term| problem.wrt.iter().any(|wrt| arena.contains_symbol(term, *wrt));
    format!("every {names} with {} is stationary, too", vanishing_text(problem, factor, is_unknown))
}

/// Conditions, each once.
pub(super) fn condition_texts<'c>(
    problem: &Problem,
    conditions: impl Iterator<Item = &'c Condition>,
    format: render::Format,
) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let conditions: Vec<Condition> = conditions.copied().collect();
    let below_one: Vec<(Condition, ExprId)> =
        conditions.iter().filter_map(|condition| Some((*condition, below_one(&problem.arena, *condition)?))).collect();
    for condition in &conditions {
        let is_above = |part: &ExprId| has_sign_of(&problem.arena, *condition, *part);
        if let Some((_, part)) = below_one.iter().find(|(_, part)| is_above(part)) {
            texts.push(format!("0 < {} < 1", text(problem, *part, format)));
            continue;
        }
        let is_said = |(upper, part): &(Condition, ExprId)| {
            upper == condition && conditions.iter().any(|other| has_sign_of(&problem.arena, *other, *part))
        };
        if below_one.iter().any(is_said) {
            continue;
        }
        let text = render_condition(&problem.arena, *condition, format, &problem.style);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// r of a condition 1 − r > 0 on a number.
fn below_one(arena: &Arena, condition: Condition) -> Option<ExprId> {
    let Condition::Positive(id) = condition else { return None };
    let Node::Add(terms) = arena.node(id) else { return None };
    let [(first, one), (second, other)] = &**terms else { return None };
    let part = match (arena.is_one(*one) && first.is_one(), arena.is_one(*other) && second.is_one()) {
        (true, _) if *second == Coeff::MINUS_ONE => *other,
        (_, true) if *first == Coeff::MINUS_ONE => *one,
        _ => return None,
    };
    arena.shape(part).is_scalar().then_some(part)
}

/// Whether a condition says that a number is above 0: r > 0, or kn > 0 of r = k/n.
fn has_sign_of(arena: &Arena, condition: Condition, part: ExprId) -> bool {
    let Condition::Positive(id) = condition else { return false };
    let odd = |id: ExprId| {
        let mut bases: Vec<ExprId> = match arena.node(id) {
            Node::Hadamard(factors) => {
                let is_first =
                    |power: ExprId| arena.as_number(power).is_some_and(|p| p.is_one() || *p == Coeff::MINUS_ONE);
                if !factors.iter().all(|(_, power)| is_first(*power)) {
                    return None;
                }
                factors.iter().map(|(base, _)| *base).collect()
            }
            Node::Add(_) => return None,
            _ => vec![id],
        };
        bases.sort_unstable();
        Some(bases)
    };
    id == part || odd(id).is_some_and(|bases| Some(bases) == odd(part))
}
