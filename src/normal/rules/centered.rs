//! Centered vectors, whose entries add up to 0: x − mean(x)1 and its multiples.

use crate::expr::{Arena, ExprId, Node, Reduction, Shape};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "sum-with-centered",
        says: "sum(x + y) = sum(x) for a centered y",
        example: "sum(x - s (y - mean(y)))",
        declare: "x: vector(n); y: vector(n); s: scalar",
        want: "sum(x)",
        rule: Rule::Over(Head::Total, of_sum),
    },
    Identity {
        id: "inner-with-centered",
        says: "xᵀ(y + s1) = xᵀy for a centered x",
        example: "(x - mean(x))' (y + s ones(n))",
        declare: "x: vector(n); y: vector(n); s: scalar",
        want: "(x − sum(x)/n)ᵀy",
        rule: Rule::Neighbors(inner),
    },
];

/// Whether it is a multiple of a sum with a term s1 whose entries add up to 0.
fn is_centered(arena: &mut Arena, id: ExprId) -> bool {
    let (_, primitive) = arena.split_content(id);
    let (_, vector) = arena.split_scalar(primitive);
    if !has_spread(arena, vector) {
        return false;
    }
    let total = arena.total(vector);
    arena.is_zero(total)
}

fn has_spread(arena: &Arena, id: ExprId) -> bool {
    match arena.node(id) {
        Node::Add(terms) => terms.len() > 1 && terms.iter().any(|(_, term)| arena.is_spread(*term)),
        _ => false,
    }
}

/// sum(x + y) = sum(x) for a centered y
fn of_sum(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Reduce(Reduction::Sum, of) = *node else { return None };
    let Node::Add(ref terms) = *arena.node(of) else { return None };
    // A term that is a sum itself has a scalar in front.
    if terms.len() < 2 || !terms.iter().any(|(_, term)| matches!(arena.node(*term), Node::Product(_))) {
        return None;
    }
    let terms = terms.to_vec();
    let kept: Vec<(Coeff, ExprId)> = terms.iter().filter(|(_, term)| !is_centered(arena, *term)).cloned().collect();
    (kept.len() < terms.len()).then(|| {
        let rest = arena.add_terms(kept, arena.shape(of));
        arena.total(rest)
    })
}

/// xᵀ(y + s1) = xᵀy for a centered x; of two centered vectors the one that was made first stays as it is.
fn inner(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    if !arena.shape(left).is_row() || !arena.shape(right).is_column() {
        return None;
    }
    let Node::Transpose(first) = *arena.node(left) else { return None };
    if first == right || !(has_spread(arena, first) || has_spread(arena, right)) {
        return None;
    }
    let (one, other) = if first < right { (first, right) } else { (right, first) };
    let without = |arena: &mut Arena, id: ExprId| -> Option<ExprId> {
        let Node::Add(ref terms) = *arena.node(id) else { return None };
        let rest: Vec<_> = terms.iter().filter(|(_, term)| !arena.is_spread(*term)).cloned().collect();
        let shape: Shape = arena.shape(id);
        (rest.len() < terms.len()).then(|| arena.add_terms(rest, shape))
    };
    for (kept, dropped) in [(one, other), (other, one)] {
        if has_spread(arena, dropped) && is_centered(arena, kept) {
            let rest = without(arena, dropped)?;
            return Some(arena.inner(kept, rest));
        }
    }
    None
}
