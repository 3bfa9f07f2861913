//! Members of families and entries as variables: of which one a derivative is, and for which places it holds.

use crate::expr::{Arena, ExprId, Part};
use crate::number::Coeff;
use crate::problem::Problem;
use crate::render;

/// `μₖ`
pub(super) fn part_name(problem: &Problem, part: &Part) -> String {
    render::render(&problem.arena, part.expr, render::Format::Unicode, &problem.style)
}

/// Of which member or entry the derivative is, where its place is any, and for which places it holds.
pub(super) fn part_remark(problem: &Problem, part: &Part) -> Option<String> {
    let indices = part_indices(problem, part, render::Format::Unicode);
    let what = if problem.arena.shape(part.expr).is_scalar() { "derivative" } else { "gradient" };
    let name = part_name(problem, part);
    let (starts, ends, others) = part_bounds(problem, part);
    let each = match (indices.as_slice(), starts.as_slice(), ends.as_slice(), others.as_slice()) {
        ([], ..) => None,
        ([index], [start], [end], []) => Some(format!("for each {index} from {start} to {end}")),
        ([index], [start], [], []) => Some(format!("for each {index} from {start} on")),
        ([index], [], [end], []) => Some(format!("for each {index} up to {end}")),
        _ => Some(format!("for each {}", indices.join(", "))),
    };
    let where_ = (!others.is_empty()).then(|| format!("where {}", others.join(" and ")));
    let said: Vec<String> = each.into_iter().chain(where_).collect();
    (!said.is_empty()).then(|| format!("the {what} in {name}, {}", said.join(", ")))
}

/// From where and up to where the one free index of a part goes for its derivative to hold, and what else has to be.
fn part_bounds(problem: &Problem, part: &Part) -> (Vec<String>, Vec<String>, Vec<String>) {
    let mut arena = problem.arena.clone();
    let (mut starts, mut ends, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let text = |arena: &Arena, id| render::render(arena, id, render::Format::Unicode, &problem.style);
    let written = |arena: &mut Arena, at, place| {
        let number = written(problem, arena, part, at, place);
        text(arena, number)
    };
    for bound in &part.within {
        let free = part.at.iter().filter(|at| problem.arena.is_free_index(**at));
        let free: Vec<ExprId> = free.copied().collect();
        match free.as_slice() {
            // k − s ≥ 0 or e − k ≥ 0
            [at] => {
                let falls = arena.terms(*bound).iter().any(|(coeff, term)| term == at && coeff.is_negative());
                if falls {
                    let end = arena.plus(*bound, *at);
                    ends.push(written(&mut arena, *at, end));
                } else {
                    let start = arena.minus(*at, *bound);
                    starts.push(written(&mut arena, *at, start));
                }
            }
            _ => {
                // What has letters on the left, its number on the right.
                let one = arena.one();
                let terms = arena.terms(*bound);
                let number = terms.into_iter().find(|(_, term)| *term == one).map(|(coeff, _)| coeff);
                let number = arena.number(number.unwrap_or(Coeff::ZERO));
                let letters = arena.minus(*bound, number);
                let least = arena.scale(&Coeff::MINUS_ONE, number);
                others.push(format!("{} ≥ {}", text(&arena, letters), text(&arena, least)));
            }
        }
    }
    (starts, ends, others)
}

/// The free indices of a part.
pub(super) fn part_indices(problem: &Problem, part: &Part, format: render::Format) -> Vec<String> {
    let mut arena = problem.arena.clone();
    let free = part.at.iter().filter(|at| problem.arena.is_free_index(**at));
    free.map(|at| {
        let number = written(problem, &mut arena, part, *at, *at);
        render::render(&arena, number, format, &problem.style)
    })
    .collect()
}

/// A place on the axis of one index of a part, as the number that is written.
fn written(problem: &Problem, arena: &mut Arena, part: &Part, at: ExprId, place: ExprId) -> ExprId {
    let Some(subscript) = part.at.iter().position(|other| *other == at) else { return place };
    let offset = arena.integer(problem.arena.numbering(part.symbol).offset(subscript));
    arena.plus(place, offset)
}
