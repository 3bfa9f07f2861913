//! Common factors at one end of the terms of a sum: AX + BX = (A + B)X and XA + XB = X(A + B).

use rustc_hash::FxHashMap;

use super::Costs;
use super::factor::{MAX_TERMS_FOR_PAIRS, factor_to};
use crate::expr::{Arena, ExprId, Node};
use crate::number::Coeff;

/// How many symbols longer (I − uuᵀ)A may be than A − uuᵀA.
const PROJECTION_SLACK: u64 = 2;

/// The end of a product at which a factor stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Left,
    Right,
}

/// The factor at an end of a product of matrices and what remains. Vectors and matrices that are no product are themselves times the
/// identity, which [`by_end`] takes where others have them as a factor.
fn split_end(arena: &Arena, term: ExprId, end: End) -> Option<(ExprId, Vec<ExprId>)> {
    // An inner product is left as it is, unless it is linear in a differential: sums of scalars are factored by their scalar factors.
    let Node::Product(factors) = arena.node(term) else { return None };
    if arena.shape(term).is_scalar() {
        let bilinear = factors.len() > 2 && matches!(arena.node(factors[factors.len() - 1]), Node::Differential(..));
        if !bilinear {
            return None;
        }
    }
    let mut rest = factors.to_vec();
    let taken = match end {
        End::Right => rest.pop()?,
        End::Left => {
            let at = usize::from(arena.shape(rest[0]).is_scalar());
            if at >= rest.len() {
                return None;
            }
            rest.remove(at)
        }
    };
    if rest.is_empty() || rest.iter().all(|factor| arena.shape(*factor).is_scalar()) {
        return None;
    }
    Some((taken, rest))
}

/// Groups the terms by the factor at one end; with the symbols that the form may be longer.
pub(super) fn by_end(
    arena: &mut Arena,
    terms: &[(Coeff, ExprId)],
    end: End,
    costs: &mut Costs,
    depth: usize,
) -> Option<(ExprId, u64)> {
    let shape = arena.shape(terms[0].1);
    let mut groups: FxHashMap<ExprId, Vec<usize>> = FxHashMap::default();
    let mut order: Vec<ExprId> = Vec::new();
    let mut splits: Vec<Option<(ExprId, Vec<ExprId>)>> = Vec::with_capacity(terms.len());
    for (place, (_, term)) in terms.iter().enumerate() {
        let split = split_end(arena, *term, end);
        if let Some((taken, _)) = &split {
            groups
                .entry(*taken)
                .or_insert_with(|| {
                    order.push(*taken);
                    Vec::new()
                })
                .push(place);
        }
        splits.push(split);
    }
    // dX − P dX = (I − P) dX: a sum or a differential that is a term by itself, times the identity, joins those that have it at this end.
    // So does any other beside more than one, AX + BX − X = (A + B − I)X, and beside a symmetric product with a vector in it,
    // A − uuᵀA = (I − uuᵀ)A. Others stay as Σ⁻¹ − Σ⁻¹SΣ⁻¹ does, and so do those that others have at both ends.
    let mut slack = 0;
    for (place, (_, term)) in terms.iter().enumerate() {
        let (scalar, alone) = arena.split_scalar(*term);
        let plain = if let Node::Transpose(inner) = *arena.node(alone) { inner } else { alone };
        if splits[place].is_none()
            && !arena.shape(alone).is_scalar()
            && let Some(group) = groups.get_mut(&alone)
            && let Some((_, rest)) = splits[group[0]].clone()
            && let Some(side) = rest.iter().copied().find(|factor| !arena.shape(*factor).is_scalar())
        {
            let is_at_both_ends = are_at_both_ends(arena, &splits, group, alone);
            let is_symbol = arena.is_one(scalar) || matches!(arena.node(scalar), Node::Symbol(_));
            let is_kind =
                matches!(arena.node(plain), Node::Add(_) | Node::Differential(..)) || (group.len() > 1 && is_symbol);
            if !is_kind || is_at_both_ends {
                if end == End::Left || !is_projection(arena, &rest, alone) {
                    continue;
                }
                slack = PROJECTION_SLACK;
            }
            let rows = arena.shape(side).rows;
            group.push(place);
            splits[place] = Some((alone, vec![scalar, arena.identity(rows)]));
        }
    }
    let mut result: Vec<(Coeff, ExprId)> = Vec::new();
    let mut used = vec![false; terms.len()];
    let mut changed = false;
    for taken in order {
        let places = &groups[&taken];
        if places.len() < 2 {
            continue;
        }
        let mut inner: Vec<(Coeff, ExprId)> = Vec::with_capacity(places.len());
        for place in places {
            let Some((_, rest)) = &splits[*place] else { continue };
            inner.push((terms[*place].0.clone(), arena.mul(rest)));
        }
        // Places in a vector are written as blocks, and not as matrices that put them there.
        if inner.iter().all(|(_, rest)| places_alone(arena, *rest)) {
            continue;
        }
        let inner_shape = arena.shape(inner[0].1);
        let sum = arena.add_terms(inner, inner_shape);
        let sum = factor_to(arena, sum, costs, depth - 1);
        let product = if end == End::Right { arena.mul(&[sum, taken]) } else { arena.mul(&[taken, sum]) };
        let before: Vec<(Coeff, ExprId)> = places.iter().map(|place| terms[*place].clone()).collect();
        let before = arena.add_terms(before, shape);
        if terms.len() > MAX_TERMS_FOR_PAIRS || costs.of(arena, product) <= costs.of(arena, before) + slack {
            for place in places {
                used[*place] = true;
            }
            result.push((Coeff::ONE, product));
            changed = true;
        }
    }
    if !changed {
        return None;
    }
    result.extend(terms.iter().enumerate().filter(|(place, _)| !used[*place]).map(|(_, term)| term.clone()));
    Some((arena.add_terms(result, shape), slack))
}

/// Whether all of these products, which have a factor at one end, have it at the other, too.
fn are_at_both_ends(arena: &Arena, splits: &[Option<(ExprId, Vec<ExprId>)>], places: &[usize], factor: ExprId) -> bool {
    places.iter().all(|place| {
        let rest = splits[*place].as_ref().map_or(&[][..], |(_, rest)| rest);
        let first = rest.iter().find(|factor| !arena.shape(**factor).is_scalar());
        [first, rest.last()].contains(&Some(&factor))
    })
}

/// Whether a product of matrices without its scalars is symmetric and has a vector in it, as u uᵀ is, and `beside` is a matrix that is not.
fn is_projection(arena: &mut Arena, factors: &[ExprId], beside: ExprId) -> bool {
    let matrices: Vec<ExprId> = factors.iter().copied().filter(|factor| !arena.shape(*factor).is_scalar()).collect();
    let has_vector = matrices.iter().any(|factor| arena.shape(*factor).is_column());
    if !has_vector || !arena.shape(beside).is_matrix() {
        return false;
    }
    let product = arena.mul(&matrices);
    arena.transpose(product) == product && arena.transpose(beside) != beside
}

/// Whether a term is made of selection matrices alone, with a scalar before them.
fn places_alone(arena: &Arena, term: ExprId) -> bool {
    match arena.node(term) {
        Node::Product(factors) => {
            arena.has_selection(term)
                && factors.iter().all(|factor| arena.shape(*factor).is_scalar() || arena.is_selection(*factor))
        }
        _ => arena.is_selection(term),
    }
}
