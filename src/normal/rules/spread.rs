//! Matrices that repeat one column or one row, u1ᵀ and 1vᵀ, in sums whose rows are added up.

use crate::expr::{Arena, ExprId, Node};
use crate::normal::identity::{Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "spread-sum-times-ones",
        says: "(u1ᵀ − 1vᵀ)1 = nu − sum(v)1, and so from the left",
        example: "(u ones(n)' - ones(m) v') ones(n)",
        declare: "u: vector(m); v: vector(n)",
        want: "n u − sum(v)",
        rule: Rule::Neighbors(sum_times_ones),
    },
    Identity {
        id: "weighted-spread-sum-times-ones",
        says: "(W ∘ (u1ᵀ − 1vᵀ))1 = u ∘ W1 − Wv with one matrix W, and so from the left",
        example: "(W .* (u ones(n)' - ones(m) v')) ones(n)",
        declare: "W: matrix(m,n); u: vector(m); v: vector(n)",
        want: "u ∘ W ones(n) − Wv",
        rule: Rule::Neighbors(weighted_sum_times_ones),
    },
];

/// (u1ᵀ − 1vᵀ)1 = nu − sum(v)1
fn sum_times_ones(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let (sum, is_right) = match (arena.node(left), arena.node(right)) {
        (Node::Add(_), _) if arena.is_ones(right) => (left, true),
        (_, Node::Add(_)) if arena.is_ones(left) => (right, false),
        _ => return None,
    };
    let terms = repeating_terms(arena, sum)?;
    let mut parts: Vec<(Coeff, ExprId)> = Vec::with_capacity(terms.len());
    for (coeff, term) in terms {
        let part = if is_right { arena.mul(&[term, right]) } else { arena.mul(&[left, term]) };
        parts.push((coeff, part));
    }
    let shape = arena.shape(parts[0].1);
    Some(arena.add_terms(parts, shape))
}

/// (W ∘ (u1ᵀ − 1vᵀ))1 = u ∘ W1 − Wv, and with 1ᵀ in front of it.
fn weighted_sum_times_ones(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let (matrix, is_right) = match (arena.node(left), arena.node(right)) {
        (Node::Hadamard(_), _) if arena.is_ones(right) => (left, true),
        (_, Node::Hadamard(_)) if arena.is_ones(left) => (right, false),
        _ => return None,
    };
    let Node::Hadamard(ref factors) = *arena.node(matrix) else { return None };
    let [(a, p), (b, q)] = **factors else { return None };
    let is_symbol = |id: ExprId| match arena.node(id) {
        Node::Symbol(_) => true,
        Node::Transpose(inner) => matches!(arena.node(*inner), Node::Symbol(_)),
        _ => false,
    };
    if !arena.is_one(p) || !arena.is_one(q) || !arena.shape(matrix).is_matrix() {
        return None;
    }
    let (weights, sum) = if is_symbol(a) { (a, b) } else { (b, a) };
    if !is_symbol(weights) {
        return None;
    }
    let terms = repeating_terms(arena, sum)?;
    let weights = if is_right { weights } else { arena.transpose(weights) };
    let ones = if is_right { right } else { arena.transpose(left) };
    let mut parts: Vec<(Coeff, ExprId)> = Vec::with_capacity(terms.len());
    for (coeff, term) in terms {
        let (scalar, term) = arena.split_scalar(term);
        let term = if is_right { term } else { arena.transpose(term) };
        let (u, v) = arena.as_outer(term).unwrap_or((ones, ones));
        // (W ∘ uvᵀ)1 = u ∘ Wv
        let value = arena.mul(&[scalar, weights, v]);
        parts.push((coeff, arena.hadamard(u, value)));
    }
    let shape = arena.shape(parts[0].1);
    let sum = arena.add_terms(parts, shape);
    Some(if is_right { sum } else { arena.transpose(sum) })
}

/// The terms of a sum of matrices each of which is s·u1ᵀ or s·1vᵀ.
fn repeating_terms(arena: &Arena, sum: ExprId) -> Option<Vec<(Coeff, ExprId)>> {
    let Node::Add(terms) = arena.node(sum) else { return None };
    let is_repeating = arena.shape(sum).is_matrix() && terms.iter().all(|(_, term)| repeats(arena, *term));
    is_repeating.then(|| terms.to_vec())
}

/// Whether it is s·u1ᵀ or s·1vᵀ.
fn repeats(arena: &Arena, term: ExprId) -> bool {
    let Node::Product(factors) = arena.node(term) else { return false };
    let matrices = &factors[usize::from(arena.shape(factors[0]).is_scalar())..];
    let row = (1..matrices.len()).find(|at| arena.shape(matrices[*at]).rows.is_one());
    row.is_some_and(|at| {
        (at == 1 && arena.is_ones(matrices[0])) || (at + 1 == matrices.len() && arena.is_ones(matrices[at]))
    })
}
