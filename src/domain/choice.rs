//! Choices by a condition: where their values meet, so that nothing jumps where the condition changes.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::condition::Condition;
use crate::expr::{Arena, ExprId, Func, Node};
use crate::simplify::simplify;

/// Values of more operands are not compared.
const MAX_LINKS: usize = 2_000;

/// The nodes of expressions, operands first, without those that stand in conditions of choices alone; and the choices.
pub(super) fn beside_conditions(arena: &Arena, roots: &[ExprId]) -> (IndexSet<ExprId, FxBuildHasher>, Vec<ExprId>) {
    let mut order: IndexSet<ExprId, FxBuildHasher> = IndexSet::default();
    let mut choices = Vec::new();
    let mut stack: Vec<(ExprId, bool)> = roots.iter().rev().map(|root| (*root, false)).collect();
    while let Some((id, is_done)) = stack.pop() {
        if order.contains(&id) {
            continue;
        }
        if is_done {
            order.insert(id);
            if matches!(arena.node(id), Node::Choose(..)) {
                choices.push(id);
            }
            continue;
        }
        stack.push((id, true));
        match arena.node(id) {
            Node::Choose(_, then, otherwise) => stack.extend([(*otherwise, false), (*then, false)]),
            node => stack.extend(node.children().into_iter().rev().map(|child| (child, false))),
        }
    }
    (order, choices)
}

/// What the condition of a choice compares with 0.
pub(super) fn boundaries(arena: &Arena, choice: ExprId) -> Vec<ExprId> {
    let Node::Choose(condition, ..) = *arena.node(choice) else { return Vec::new() };
    let of = |id: ExprId| match *arena.node(id) {
        Node::Elementwise(Func::Step | Func::IsZero, of) => Some(of),
        _ => None,
    };
    arena.post_order(condition).into_iter().filter_map(of).collect()
}

/// Whether a test for 0 stands nowhere but in conditions of choices.
pub(super) fn decides_choices_alone(arena: &Arena, of: ExprId, roots: &[ExprId]) -> bool {
    let (order, choices) = beside_conditions(arena, roots);
    let stands_beside = order.iter().any(|id| *arena.node(*id) == Node::Elementwise(Func::IsZero, of));
    !stands_beside && choices.iter().any(|choice| boundaries(arena, *choice).contains(&of))
}

/// A condition on a kink, asked for only where the value of a choice is taken in which alone the kink is.
pub(super) fn where_it_matters(arena: &mut Arena, condition: Condition, roots: &[ExprId]) -> Condition {
    let (Condition::NonZero(of) | Condition::EntriesNonZero(of)) = condition else { return condition };
    let has_choice =
        |root: &ExprId| arena.post_order(*root).iter().any(|id| matches!(arena.node(*id), Node::Choose(..)));
    if !roots.iter().any(has_choice) {
        return condition;
    }
    let (_, primitive) = arena.split_content(of);
    let opposite = arena.neg(primitive);
    let is_kink = |arena: &Arena, id: ExprId| match *arena.node(id) {
        Node::Elementwise(Func::Sign | Func::Step | Func::Abs | Func::Relu, inner) => {
            inner == of || inner == primitive || inner == opposite
        }
        _ => false,
    };
    let mut seen: FxHashSet<(ExprId, Option<(ExprId, bool)>)> = FxHashSet::default();
    let mut places: Vec<Option<(ExprId, bool)>> = Vec::new();
    let mut open: Vec<(ExprId, Option<(ExprId, bool)>)> = roots.iter().map(|root| (*root, None)).collect();
    while let Some((id, place)) = open.pop() {
        if seen.len() > MAX_LINKS {
            return condition;
        }
        if !seen.insert((id, place)) {
            continue;
        }
        if is_kink(arena, id) && !places.contains(&place) {
            places.push(place);
        }
        match *arena.node(id) {
            Node::Choose(decides, then, otherwise) => {
                open.extend([(then, Some((decides, true))), (otherwise, Some((decides, false)))]);
                // The boundary itself is asked for apart.
                if boundaries(arena, id).contains(&of) {
                    places.push(None);
                }
            }
            ref node => {
                let keeps = is_entrywise(arena, id);
                let inside = place.filter(|(decides, _)| keeps || arena.shape(*decides).is_scalar());
                open.extend(node.children().into_iter().map(|child| (child, inside)));
            }
        }
    }
    match *places {
        [Some((decides, holds))] => condition.where_chosen(arena, decides, holds),
        _ => condition,
    }
}

/// Whether both values of a choice are one where u = 0: as u = v − w, where v is w, or u = |v| − w.
pub(super) fn values_meet(arena: &mut Arena, choice: ExprId, u: ExprId) -> bool {
    let Node::Choose(condition, then, otherwise) = *arena.node(choice) else { return false };
    let difference = arena.minus(then, otherwise);
    if arena.links_below(difference) > MAX_LINKS {
        return false;
    }
    if arena.is_zero(difference) {
        return true;
    }
    let shape = arena.shape(u);
    let terms = arena.terms(u);
    for (place, (coeff, term)) in terms.iter().enumerate() {
        let Some(scale) = coeff.recip() else { continue };
        if arena.is_one(*term) || arena.is_ones(*term) {
            continue;
        }
        let mut rest = terms.clone();
        rest.remove(place);
        let rest: Vec<_> = rest.into_iter().map(|(c, other)| (c.mul(&scale).neg(), other)).collect();
        let value = arena.add_terms(rest, shape);
        if arena.post_order(value).contains(term)
            || !arena.shape(condition).is_scalar() && !is_entrywise_in(arena, difference, *term)
        {
            continue;
        }
        let there = arena.rewrite(difference, &mut FxHashMap::from_iter([(*term, value)]));
        let there = simplify(arena, there);
        if arena.is_zero(there) {
            return true;
        }
        // |v| is w where v is w and where it is −w.
        if let Node::Elementwise(Func::Abs, inner) = *arena.node(*term) {
            let ends = [arena.minus(inner, value), arena.plus(inner, value)];
            if ends.into_iter().all(|end| values_meet(arena, choice, end)) {
                return true;
            }
        }
    }
    false
}

/// Whether each entry of what an operator gives depends on the entries of its operands at its own place alone.
pub(super) fn is_entrywise(arena: &Arena, id: ExprId) -> bool {
    match arena.node(id) {
        Node::Add(_) | Node::Hadamard(_) | Node::Elementwise(..) | Node::Choose(..) => true,
        Node::Product(factors) => factors.len() == 2 && arena.shape(factors[0]).is_scalar(),
        _ => false,
    }
}

/// Whether each entry of an expression depends on the entry of x at its own place alone.
fn is_entrywise_in(arena: &Arena, root: ExprId, x: ExprId) -> bool {
    let mut stack = vec![root];
    while let Some(id) = stack.pop() {
        if id == x || !arena.post_order(id).contains(&x) {
            continue;
        }
        match arena.node(id) {
            Node::Add(terms) => stack.extend(terms.iter().map(|(_, term)| *term)),
            Node::Hadamard(factors) => stack.extend(factors.iter().map(|(base, _)| *base)),
            Node::Elementwise(_, inner) => stack.push(*inner),
            Node::Choose(condition, then, otherwise) => stack.extend([*condition, *then, *otherwise]),
            _ => return false,
        }
    }
    true
}
