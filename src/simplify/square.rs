//! Squared norms put together again: ‖x‖² + ‖y‖² − 2xᵀy = ‖x − y‖².

use crate::expr::{Arena, ExprId, Node, Norm};
use crate::number::Coeff;

/// Longest sum that is searched.
const MAX_TERMS: usize = 24;

/// The sum with the first such three of its terms put together.
pub(super) fn completed(arena: &mut Arena, id: ExprId) -> Option<ExprId> {
    let Node::Add(terms) = arena.node(id) else { return None };
    if terms.len() < 3 || terms.len() > MAX_TERMS || !arena.shape(id).is_scalar() {
        return None;
    }
    let terms = terms.to_vec();
    let squares: Vec<(usize, ExprId)> =
        terms.iter().enumerate().filter_map(|(place, (_, term))| Some((place, squared(arena, *term)?))).collect();
    for (at, (first, x)) in squares.iter().enumerate() {
        for (second, y) in &squares[at + 1..] {
            let coeff = &terms[*first].0;
            if *coeff != terms[*second].0 || arena.shape(*x) != arena.shape(*y) {
                continue;
            }
            let (content, between) = inner(arena, *x, *y);
            let wanted = coeff.mul(&Coeff::integer(2)).mul(&content);
            let Some(third) = terms.iter().position(|(c, term)| *term == between && c.abs() == wanted.abs()) else {
                continue;
            };
            let sum = if terms[third].0 == wanted { arena.plus(*x, *y) } else { arena.minus(*x, *y) };
            let norm = arena.norm(Norm::Frobenius, sum);
            let square = arena.pow_number(norm, &Coeff::integer(2));
            let gone = [*first, *second, third];
            let mut all = vec![(coeff.clone(), square)];
            all.extend(
                terms.iter().enumerate().filter(|(place, _)| !gone.contains(place)).map(|(_, term)| term.clone()),
            );
            return Some(arena.add_terms(all, arena.shape(id)));
        }
    }
    None
}

/// x of ‖x‖².
fn squared(arena: &Arena, term: ExprId) -> Option<ExprId> {
    let Node::Hadamard(factors) = arena.node(term) else { return None };
    let [(base, exponent)] = **factors else { return None };
    let Node::Norm(Norm::Frobenius, x) = *arena.node(base) else { return None };
    (arena.as_number(exponent) == Some(&Coeff::integer(2))).then_some(x)
}

/// ⟨x, y⟩ as a number times an expression.
fn inner(arena: &mut Arena, x: ExprId, y: ExprId) -> (Coeff, ExprId) {
    let product = if arena.shape(x).is_column() {
        arena.inner(x, y)
    } else {
        let left = arena.transpose(x);
        let product = arena.mul(&[left, y]);
        arena.trace(product)
    };
    arena.split_content(product)
}
