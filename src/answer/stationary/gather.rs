//! s·1ᵀy − s·1ᵀXw = s·sum(y − Xw): an intercept as the mean of what is left.

use crate::expr::{Arena, ExprId, Node, Reduction, Shape};
use crate::number::Coeff;
use crate::simplify::{cost, expand, simplify};

/// A number that is a sum of sums of entries, all with the same factor, as one sum of entries, where that is shorter.
pub(super) fn gathered(arena: &mut Arena, expr: ExprId) -> ExprId {
    if !arena.shape(expr).is_scalar() {
        return expr;
    }
    one_sum(arena, expr).filter(|one| cost(arena, *one) < cost(arena, expr)).unwrap_or(expr)
}

fn one_sum(arena: &mut Arena, expr: ExprId) -> Option<ExprId> {
    let expanded = expand(arena, expr);
    let terms = arena.terms(expanded);
    let mut inside: Vec<(Coeff, ExprId)> = Vec::new();
    let mut common: Option<(ExprId, Shape)> = None;
    for (coeff, term) in &terms {
        let (factor, array) = as_sum(arena, *term)?;
        let this = (factor, arena.shape(array));
        if common.is_some_and(|known| known != this) {
            return None;
        }
        common = Some(this);
        inside.push((coeff.clone(), array));
    }
    let (factor, shape) = common.filter(|_| terms.len() > 1)?;
    let inside = arena.add_terms(inside, shape);
    let inside = simplify(arena, inside);
    let sum = arena.reduce(Reduction::Sum, inside);
    Some(arena.mul(&[factor, sum]))
}

/// s and u where a number is s·sum(u).
fn as_sum(arena: &mut Arena, term: ExprId) -> Option<(ExprId, ExprId)> {
    if let Some(array) = summed(arena, term) {
        return Some((arena.one(), array));
    }
    let Node::Hadamard(factors) = arena.node(term).clone() else { return None };
    let one = arena.one();
    for (place, (base, exponent)) in factors.iter().enumerate() {
        if *exponent == one
            && let Some(array) = summed(arena, *base)
        {
            let rest: Vec<_> =
                factors.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, f)| *f).collect();
            return Some((arena.hadamard_powers(&rest, Shape::SCALAR), array));
        }
    }
    None
}

/// u where a number is sum(u) = 1ᵀu.
fn summed(arena: &mut Arena, id: ExprId) -> Option<ExprId> {
    match arena.node(id).clone() {
        Node::Reduce(Reduction::Sum, inner) if arena.shape(inner).is_column() => Some(inner),
        Node::Product(factors) => {
            let Node::Transpose(first) = *arena.node(factors[0]) else { return None };
            (arena.is_ones(first) && factors.len() > 1).then(|| arena.mul(&factors[1..]))
        }
        _ => None,
    }
}
