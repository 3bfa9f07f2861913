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
