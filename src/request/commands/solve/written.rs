//! Formulas and conditions as `solve` prints them.

use crate::domain::Condition;
use crate::expr::ExprId;
use crate::naming::Limits;
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
    for condition in conditions {
        let text = render_condition(&problem.arena, *condition, format, &problem.style);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}
