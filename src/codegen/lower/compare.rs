//! Comparisons of an array with its own largest or smallest entry.
//!
//! The derivative of max(u) is 1[u − max(u)1 = 0]. Where the difference has been put in another form, its terms and the maximum round
//! differently and no entry may be 0. Here it is traced back to u, so that code compares u with max(u), computed from u.

use rustc_hash::FxHashMap;

use super::super::error::CodeError;
use crate::expr::{Arena, ExprId, Func, Node, Norm, Reduction};
use crate::number::Coeff;

/// What is compared with its largest or smallest entry.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    /// The array whose entries are compared.
    pub(super) array: ExprId,
    /// Whether it is their sizes that are. What these are in normal form, |a||b| of ab, rounds differently.
    pub(super) is_absolute: bool,
    /// Whether the result is of its transpose.
    pub(super) is_transposed: bool,
    /// Whether it is symmetric but computed in a way that may round entries that are equal differently.
    pub(super) is_rounded_symmetric: bool,
    /// The row and column where one entry alone is compared.
    pub(super) entry: Option<(ExprId, ExprId)>,
    /// The largest or smallest entry.
    pub(super) extreme: ExprId,
}

/// The comparisons among the nodes.
pub(super) fn comparisons(arena: &mut Arena, nodes: &[ExprId]) -> Result<FxHashMap<ExprId, Compared>, CodeError> {
    let mut all = FxHashMap::default();
    for id in nodes {
        let Node::Elementwise(Func::IsZero, argument) = *arena.node(*id) else { continue };
        if !arena.post_order(argument).into_iter().any(|below| is_extreme(arena, below)) {
            continue;
        }
        let whole = multiplied_out(arena, argument);
        let found = [argument, whole].into_iter().find_map(|sum| {
            extremes(arena, sum).iter().find_map(|(coeff, extreme)| compared(arena, sum, coeff, *extreme))
        });
        match found {
            Some(found) => {
                all.insert(*id, found);
            }
            None if is_of_given_values(arena, argument) => {}
            None => return Err(CodeError::Comparison),
        }
    }
    Ok(all)
}

/// The array that a node is the largest or smallest entry of, and whether it is that of its entries' sizes.
fn operand(arena: &Arena, id: ExprId) -> Option<(ExprId, bool)> {
    match *arena.node(id) {
        Node::Reduce(Reduction::Max | Reduction::Min, inner) => Some((inner, false)),
        Node::Norm(Norm::Infinity, inner) => Some((inner, true)),
        _ => None,
    }
}

fn is_extreme(arena: &Arena, id: ExprId) -> bool {
    operand(arena, id).is_some()
}

/// The largest and smallest entries that are terms of a sum, alone or times ones, with their coefficients.
fn extremes(arena: &Arena, sum: ExprId) -> Vec<(Coeff, ExprId)> {
    let mut all = Vec::new();
    let Node::Add(terms) = arena.node(sum) else { return all };
    for (coeff, term) in terms.iter() {
        match arena.node(*term) {
            Node::Product(factors) => {
                let found = factors.iter().filter(|factor| is_extreme(arena, **factor));
                all.extend(found.map(|factor| (coeff.clone(), *factor)));
            }
            _ if is_extreme(arena, *term) => all.push((coeff.clone(), *term)),
            _ => {}
        }
    }
    all
}

/// A sum with multiples of arrays by sums of numbers multiplied out.
fn multiplied_out(arena: &mut Arena, sum: ExprId) -> ExprId {
    let Node::Add(terms) = arena.node(sum).clone() else { return sum };
    let shape = arena.shape(sum);
    let mut total = arena.zero(shape);
    for (coeff, term) in terms.iter() {
        let inner = match arena.node(*term) {
            Node::Product(factors) => factors
                .iter()
                .position(|factor| arena.shape(*factor).is_scalar() && matches!(arena.node(*factor), Node::Add(_))),
            _ => None,
        };
        let value = match (inner, arena.node(*term).clone()) {
            (Some(place), Node::Product(factors)) => {
                let Node::Add(scalars) = arena.node(factors[place]).clone() else { continue };
                let mut multiples = arena.zero(shape);
                for (own, scalar) in scalars.iter() {
                    let mut factors = factors.to_vec();
                    factors[place] = *scalar;
                    let product = arena.mul(&factors);
                    let multiple = arena.scale(own, product);
                    multiples = arena.plus(multiples, multiple);
                }
                multiples
            }
            _ => *term,
        };
        let value = arena.scale(coeff, value);
        total = arena.plus(total, value);
    }
    total
}

/// The comparison that a sum with an extreme entry m of v is: c(m1 − v), with v as it is, transposed, or one entry of it.
fn compared(arena: &mut Arena, sum: ExprId, coeff: &Coeff, extreme: ExprId) -> Option<Compared> {
    let (array, is_absolute) = operand(arena, extreme)?;
    let value = if is_absolute { arena.elementwise(Func::Abs, array) } else { array };
    let transposed = arena.transpose(value);
    let is_rounded_symmetric =
        transposed == value && arena.shape(array).is_matrix() && !is_symmetric_as_computed(arena, value);
    let shape = arena.shape(sum);
    let minus = coeff.neg();
    for (is_transposed, candidate) in [(false, value), (true, transposed)] {
        let is_difference = |arena: &mut Arena, value: ExprId| {
            let ones = arena.ones(shape);
            let most = arena.mul(&[extreme, ones]);
            let difference = arena.minus(value, most);
            let difference = arena.scale(&minus, difference);
            difference == sum || multiplied_out(arena, difference) == sum
        };
        if arena.shape(candidate) == shape {
            if is_difference(arena, candidate) {
                return Some(Compared {
                    array,
                    is_absolute,
                    is_transposed,
                    is_rounded_symmetric,
                    entry: None,
                    extreme,
                });
            }
        } else if shape.is_scalar() {
            let entries = arena.post_order(sum).into_iter().filter_map(|id| match *arena.node(id) {
                Node::Entry(_, row, col) => Some((row, col)),
                _ => None,
            });
            for (row, col) in entries.collect::<Vec<_>>() {
                let at = if arena.shape(candidate).is_row() { (col, row) } else { (row, col) };
                let value = arena.entry(candidate, at.0, at.1);
                if is_difference(arena, value) {
                    return Some(Compared {
                        array,
                        is_absolute,
                        is_transposed,
                        is_rounded_symmetric,
                        entry: Some(at),
                        extreme,
                    });
                }
            }
        }
    }
    None
}

/// Whether a symmetric matrix comes out symmetric to the last digit: what is given, and what is made of such entry by entry.
fn is_symmetric_as_computed(arena: &Arena, id: ExprId) -> bool {
    let is_made_so = |id: ExprId| match arena.node(id) {
        Node::Symbol(_)
        | Node::Member(..)
        | Node::Transpose(_)
        | Node::Elementwise(..)
        | Node::Add(_)
        | Node::Hadamard(_)
        | Node::Identity(_)
        | Node::Ones(_)
        | Node::Diag(_) => true,
        Node::Product(factors) => factors.iter().filter(|factor| !arena.shape(**factor).is_scalar()).count() == 1,
        _ => arena.shape(id).is_scalar(),
    };
    // X + Xᵀ adds the same numbers in another order.
    let is_plain_sum = |id: ExprId| !matches!(arena.node(id), Node::Add(terms) if terms.len() > 2);
    let mut waiting = vec![id];
    while let Some(id) = waiting.pop() {
        if !is_made_so(id) || !is_plain_sum(id) {
            return false;
        }
        waiting.extend(arena.node(id).children().into_iter().filter(|child| arena.shape(*child).is_matrix()));
    }
    true
}

/// Whether a difference of two terms compares values that are given and not computed.
fn is_of_given_values(arena: &Arena, sum: ExprId) -> bool {
    let Node::Add(terms) = arena.node(sum) else { return false };
    let is_given = |id: ExprId| match *arena.node(id) {
        Node::Symbol(_) | Node::Member(..) => true,
        Node::Transpose(inner) | Node::Entry(inner, ..) => {
            matches!(arena.node(inner), Node::Symbol(_) | Node::Member(..))
        }
        _ => false,
    };
    matches!(&**terms, [(a, _), (b, _)] if *a == b.neg()) && terms.iter().any(|(_, term)| is_given(*term))
}
