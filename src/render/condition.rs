//! Conditions of an answer in words and symbols.

use super::{Format, Notation, Style, line_text};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId};

/// A condition as it stands after an answer: `X invertible`, `‖x‖ ≠ 0`.
#[must_use]
pub fn render_condition(arena: &Arena, condition: Condition, format: Format, style: &Style) -> String {
    format.set(|notation| condition_text(arena, condition, notation, style))
}

fn condition_text(arena: &Arena, condition: Condition, format: Notation, style: &Style) -> String {
    let text = |id: ExprId| line_text(arena, id, format, style);
    let spelled = |unicode: &'static str, ascii: &'static str, latex: &'static str| match format {
        Notation::Unicode => unicode,
        Notation::Ascii => ascii,
        Notation::Latex => latex,
    };
    let words = |id: ExprId, words: &str| match format {
        Notation::Unicode | Notation::Ascii => format!("{} {words}", text(id)),
        Notation::Latex => format!("{}\\text{{ {words}}}", text(id)),
    };
    let not_equal = spelled("≠", "!=", "\\neq");
    let entries = |id: ExprId, relation: &str| {
        // Of a vector or matrix the relation holds entry by entry.
        if arena.shape(id).is_scalar() {
            format!("{} {relation} 0", text(id))
        } else {
            words(id, &format!("{relation} 0 in every entry"))
        }
    };
    match condition {
        Condition::Invertible(id) => words(id, "invertible"),
        Condition::NonZero(id) => format!("{} {not_equal} 0", text(id)),
        Condition::EntriesNonZero(id) => match format {
            Notation::Latex if !arena.shape(id).is_scalar() => format!("{}\\text{{ without zero entries}}", text(id)),
            Notation::Unicode | Notation::Ascii | Notation::Latex => entries(id, not_equal),
        },
        Condition::Positive(id) => format!("{} > 0", text(id)),
        Condition::Symmetric(id) => words(id, "symmetric"),
        Condition::SimpleEigenvalue(id, largest) => {
            words(id, if largest { "with a simple largest eigenvalue" } else { "with a simple smallest eigenvalue" })
        }
        Condition::SimpleSingularValue(id) => words(id, "with a simple largest singular value"),
        Condition::FullRank(id) => words(id, "of full rank"),
        Condition::ConstantRank(id) => words(id, "of constant rank"),
        Condition::UniqueExtreme(id) => words(id, "attained at one entry only"),
        Condition::PatternConstant(id) => words(id, "with the same zero entries nearby"),
        Condition::Definite(id) => words(id, "positive definite"),
        Condition::Semidefinite(id) => words(id, "positive semidefinite"),
        Condition::NoNegativeEigenvalues(id) => match format {
            Notation::Latex => format!("{}\\text{{ without eigenvalues }}\\leq 0", text(id)),
            Notation::Unicode => words(id, "without eigenvalues ≤ 0"),
            Notation::Ascii => words(id, "without eigenvalues <= 0"),
        },
    }
}
