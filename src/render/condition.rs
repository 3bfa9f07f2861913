//! Conditions of an answer in words and symbols.

use super::names::{avoided_index, index_names, symbol_text, taken_names};
use super::parts::where_it_holds;
use super::{Format, Notation, Style, line_text};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, IndexId, Node, Ranked};

/// A condition as it stands after an answer: `X invertible`, `‖x‖ ≠ 0`.
#[must_use]
pub fn render_condition(arena: &Arena, condition: Condition, format: Format, style: &Style) -> String {
    format.set(|notation| {
        let text = condition_text(arena, condition, notation, style);
        match (&*every(arena, condition, notation), notation) {
            ("", _) => text,
            (indices, Notation::Unicode | Notation::Ascii) => format!("{text} for every {indices}"),
            (indices, Notation::Latex) => format!("{text}\\text{{ for every }}{indices}"),
        }
    })
}

/// A condition as a clause of a sentence: `X is invertible`, `‖x‖ ≠ 0`.
#[must_use]
pub fn condition_clause(arena: &Arena, condition: Condition, style: &Style) -> String {
    Format::Unicode.set(|notation| {
        let subject = |id: ExprId| line_text(arena, id, notation, style);
        let text = match condition {
            _ if matches!(arena.node(condition.expr()), Node::Choose(..)) => None,
            Condition::Invertible(id) => Some(format!("{} is invertible", subject(id))),
            Condition::Symmetric(id) => Some(format!("{} is symmetric", subject(id))),
            Condition::SimpleEigenvalue(id, true) => {
                Some(format!("the largest eigenvalue of {} is simple", subject(id)))
            }
            Condition::SimpleEigenvalue(id, false) => {
                Some(format!("the smallest eigenvalue of {} is simple", subject(id)))
            }
            Condition::SimpleSingularValue(id) => {
                Some(format!("the largest singular value of {} is simple", subject(id)))
            }
            Condition::Simple(id) if matches!(arena.node(id), Node::Ranked(Ranked::SingularValue, ..)) => {
                Some(format!("{} is simple and not 0", subject(id)))
            }
            Condition::Simple(id) => Some(format!("{} is simple", subject(id))),
            Condition::FullRank(id) => Some(format!("{} has full rank", subject(id))),
            Condition::FullRowRank(id) => Some(format!("{} has full row rank", subject(id))),
            Condition::ConstantRank(id) => Some(format!("the rank of {} is constant", subject(id))),
            Condition::UniqueExtreme(id) => Some(format!("{} is attained at one entry only", subject(id))),
            Condition::PatternConstant(id) => Some(format!("the zero entries of {} are the same nearby", subject(id))),
            Condition::Definite(id) => Some(format!("{} is positive definite", subject(id))),
            Condition::Semidefinite(id) => Some(format!("{} is positive semidefinite", subject(id))),
            Condition::NoNegativeEigenvalues(id) => Some(format!("{} has no eigenvalues ≤ 0", subject(id))),
            Condition::NonZero(_) | Condition::EntriesNonZero(_) | Condition::Positive(_) => None,
        };
        let text = text.unwrap_or_else(|| condition_text(arena, condition, notation, style));
        match every(arena, condition, notation).as_str() {
            "" => text,
            indices => format!("{text} for every {indices}"),
        }
    })
}

/// The indices that were bound where the condition comes from: those without a name of the input, and without a binder in the condition.
fn every(arena: &Arena, condition: Condition, notation: Notation) -> String {
    let order = arena.post_order(condition.expr());
    let is_bound =
        |of: IndexId| order.iter().any(|id| matches!(arena.node(*id), Node::Indexed { index, .. } if *index == of));
    let free: Vec<IndexId> = order
        .iter()
        .filter_map(|id| if let Node::Index(index) = arena.node(*id) { Some(*index) } else { None })
        .filter(|index| arena.index_name(*index).is_none() && !is_bound(*index))
        .collect();
    let names = index_names(arena, &order, avoided_index(arena, &order, notation), || taken_names(arena));
    let name = |index: &IndexId| Some(symbol_text(notation, names.get(index)?));
    let not_equal = match notation {
        Notation::Unicode => "≠",
        Notation::Ascii => "!=",
        Notation::Latex => "\\neq",
    };
    // Of xᵢ − xⱼ nothing is asked where j is i.
    let unequal = unequal_pair(arena, condition, &free).and_then(|(one, other)| {
        let other = match arena.node(other) {
            Node::Index(index) => name(index)?,
            _ => line_text(arena, other, notation, &Style::default()),
        };
        Some((one, format!("{} {not_equal} {other}", name(&one)?), other))
    });
    let Some((one, relation, other)) = unequal else {
        return free.iter().filter_map(name).collect::<Vec<_>>().join(", ");
    };
    let mut names: Vec<String> = free.iter().filter(|index| **index != one).filter_map(name).collect();
    names.retain(|name| *name != other);
    names.insert(0, relation);
    names.join(", ")
}

/// An index that was bound where the condition comes from, and another index with which it must not be the same, as the condition is never met
/// there.
fn unequal_pair(arena: &Arena, condition: Condition, free: &[IndexId]) -> Option<(IndexId, ExprId)> {
    if !matches!(condition, Condition::NonZero(_) | Condition::EntriesNonZero(_) | Condition::Positive(_)) {
        return None;
    }
    let order = arena.post_order(condition.expr());
    let others: Vec<ExprId> = order.iter().copied().filter(|id| arena.is_free_index(*id)).collect();
    if free.is_empty() || others.len() < 2 {
        return None;
    }
    let mut arena = arena.clone();
    free.iter().find_map(|one| {
        let own = arena.index(*one);
        let mut vanishes = |other: &&ExprId| {
            let at_other = arena.substitute_index(condition.expr(), *one, **other);
            if **other == own || !arena.is_zero(at_other) {
                return false;
            }
            // Of xⱼ − xᵢ > 0 one order of the two is asked for.
            let mut swap = [(own, **other), (**other, own)].into_iter().collect();
            let swapped = arena.rewrite(condition.expr(), &mut swap);
            let both = arena.plus(swapped, condition.expr());
            !matches!(condition, Condition::Positive(_)) || !arena.is_zero(both)
        };
        others.iter().rev().find(|other| vanishes(other)).map(|other| (*one, *other))
    })
}

fn condition_text(arena: &Arena, condition: Condition, format: Notation, style: &Style) -> String {
    // What is asked for where a value is chosen alone: elsewhere it is met.
    if let Some(((decides, holds), asked)) = condition.chosen(arena) {
        return condition_text(arena, asked, format, style) + &where_it_holds(arena, decides, holds, format, style);
    }
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
        Condition::Positive(id) => match arena.node(id) {
            // −x > 0
            Node::Add(terms) if terms.len() == 1 && terms[0].0.is_negative() => format!("{} < 0", text(terms[0].1)),
            _ => match condition.as_size_above(arena) {
                Some((size, number)) => format!("{} > {number}", text(size)),
                None => format!("{} > 0", text(id)),
            },
        },
        Condition::Symmetric(id) => words(id, "symmetric"),
        Condition::SimpleEigenvalue(id, largest) => {
            words(id, if largest { "with a simple largest eigenvalue" } else { "with a simple smallest eigenvalue" })
        }
        Condition::SimpleSingularValue(id) => words(id, "with a simple largest singular value"),
        Condition::Simple(id) if matches!(arena.node(id), Node::Ranked(Ranked::SingularValue, ..)) => {
            words(id, "simple and not 0")
        }
        Condition::Simple(id) => words(id, "simple"),
        Condition::FullRank(id) => words(id, "of full rank"),
        Condition::FullRowRank(id) => words(id, "of full row rank"),
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
