//! The conditions of a result: what its operators need to have a value, and what the rules that led to it need.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::choice::{beside_conditions, boundaries, decides_choices_alone, values_meet, where_it_matters};
use super::condition::{Condition, nowhere_zero};
use super::decide::sign_of_constant;
use super::reduce::{reduced, shortest};
use super::table::{needs_below, on_diagonal};
use crate::expr::{Arena, BigOp, ExprId, Func, Node, Norm, Reduction};
use crate::number::Coeff;
use crate::positivity::Prover;

/// The conditions of a result: those that the operators of the input as it was written, of its normal form and of the answer need to have a
/// value, and those of the rules that were used which still matter. In a fixed order, none twice, none that follows from the others or
/// from a declaration.
#[must_use]
pub fn conditions(arena: &mut Arena, input: ExprId, answer: ExprId, from_rules: &[Condition]) -> Vec<Condition> {
    conditions_through(arena, input, &[answer], from_rules)
}

/// The same of a derivative of higher order, with those before it on the way: where |x| has no derivative it has no second one, which is
/// 0 elsewhere.
#[must_use]
pub fn conditions_through(
    arena: &mut Arena,
    input: ExprId,
    derivatives: &[ExprId],
    from_rules: &[Condition],
) -> Vec<Condition> {
    let mut found = Vec::new();
    let normal = arena.normalize(input);
    let roots: Vec<ExprId> = std::iter::once(normal).chain(derivatives.iter().copied()).collect();
    for root in roots.iter().copied().chain([input]) {
        // At once, so that the operands of each node are known below.
        arena.normalize(root);
        let mut needed = Vec::new();
        needs_below(arena, root, &mut needed);
        found.extend(without_held_in_range(arena, root, needed));
    }
    // A constant of the input has a value, or the input is refused; that it is at the end of a domain, as in √0 and asin(1), is no matter.
    let mut given = Vec::new();
    needs_below(arena, input, &mut given);
    given.retain(|condition| sign_of_constant(arena, condition.expr()).is_some());
    found.retain(|condition| !given.contains(condition));
    let all_kinks = kinks(arena, &roots);
    // Jumps that the derivative has and the input has not come from a kink, whatever its argument has become.
    let given = kinks(arena, &[normal]);
    let new: Vec<ExprId> = kinks(arena, derivatives).into_iter().filter(|of| !given.contains(of)).collect();
    let mut matched: Vec<ExprId> = Vec::new();
    for condition in from_rules {
        if let Condition::PatternConstant(of) = *condition
            && decides_choices_alone(arena, of, &roots)
        {
            if all_kinks.contains(&without_nonzero_factors(arena, of)) {
                found.push(nowhere_zero(arena, of));
            }
            continue;
        }
        let keep = match condition {
            // The domain of the answer says whether these are needed.
            Condition::Invertible(_) | Condition::NonZero(_) | Condition::Positive(_) => false,
            // Where the kink has cancelled (|x|² and its kin) nothing of it is left in the answer.
            Condition::EntriesNonZero(inner) => {
                let inner = without_nonzero_factors(arena, *inner);
                let of = all_kinks.iter().find(|of| **of == inner || same_up_to_sign(arena, **of, inner));
                matched.extend(of);
                of.is_some()
            }
            Condition::Symmetric(_)
            | Condition::SimpleEigenvalue(..)
            | Condition::SimpleSingularValue(_)
            | Condition::Simple(_)
            | Condition::FullRank(_)
            | Condition::FullRowRank(_)
            | Condition::ConstantRank(_)
            | Condition::UniqueExtreme(_)
            | Condition::PatternConstant(_)
            | Condition::Definite(_)
            | Condition::Semidefinite(_)
            | Condition::NoNegativeEigenvalues(_) => true,
        };
        if keep {
            let condition = beside_structure(arena, *condition);
            found.push(where_it_matters(arena, condition, &roots));
        }
    }
    if from_rules.iter().any(|condition| matches!(condition, Condition::EntriesNonZero(_))) {
        for of in new.into_iter().filter(|of| !matched.contains(of)) {
            let condition = nowhere_zero(arena, of);
            let condition = beside_structure(arena, condition);
            found.push(where_it_matters(arena, condition, &roots));
        }
    }
    reduced(arena, found)
}

/// That a kink is not met, of a matrix which has zeros by its structure: there it stays 0, which is no kink, as in Σ|Lᵢⱼ| of a triangular L.
fn beside_structure(arena: &mut Arena, condition: Condition) -> Condition {
    match condition {
        Condition::EntriesNonZero(id) if arena.has_structural_zeros(id) => Condition::PatternConstant(id),
        other => other,
    }
}

/// The conditions on sums without those that hold by the ranges of the indices below an expression.
fn without_held_in_range(arena: &mut Arena, root: ExprId, mut needed: Vec<Condition>) -> Vec<Condition> {
    let is_sum = |arena: &mut Arena, condition: &Condition| match *condition {
        Condition::Positive(id) | Condition::NonZero(id) => {
            matches!(arena.node(id), Node::Indexed { op: BigOp::Sum, .. }) && !arena.free_indices(id).is_empty()
        }
        _ => false,
    };
    if !needed.iter().any(|condition| is_sum(arena, condition)) {
        return needed;
    }
    let mut prover = Prover::new(arena);
    prover.learn_ranges(root);
    needed.retain(|condition| {
        prover.take_up_another();
        !(is_sum(prover.arena, condition) && has_positive_sum(&mut prover, *condition))
    });
    needed
}

/// Whether a sum is above 0 as none of its terms is below, and one is above.
fn has_positive_sum(prover: &mut Prover<'_>, condition: Condition) -> bool {
    let id = condition.expr();
    if prover.bounds(id).is_positive() {
        return true;
    }
    let Node::Indexed { index, lower, upper, body, .. } = *prover.arena.node(id) else { return false };
    if !prover.bounds(body).is_nonnegative() {
        return false;
    }
    // The term of an index that runs through the same range around the sum.
    let around = prover.arena.free_indices(id).to_vec();
    around.into_iter().any(|other| {
        prover.runs_through(other, lower, upper) && {
            let (fresh, body) = prover.arena.open(index, (lower, upper), body);
            let (from, to) = (prover.arena.index(fresh), prover.arena.index(other));
            let term = prover.arena.rewrite(body, &mut FxHashMap::from_iter([(from, to)]));
            prover.bounds(term).is_positive()
        }
    })
}

/// What stands in one of them under a function that jumps at 0, or is divided out of a product. A jump that is multiplied with what is 0 there,
/// as in √|u| sign(u), is none.
fn kinks(arena: &mut Arena, roots: &[ExprId]) -> IndexSet<ExprId, FxBuildHasher> {
    let mut jumps: IndexSet<ExprId, FxBuildHasher> = roots.iter().copied().collect();
    let (order, choices) = beside_conditions(arena, roots);
    for id in &order {
        jumps.extend(arena.node(*id).children().iter().filter(|child| !is_flattened(arena, *id, **child)));
    }
    let mut found = IndexSet::default();
    for choice in choices {
        for of in boundaries(arena, choice) {
            if !values_meet(arena, choice, of) {
                found.insert(without_nonzero_factors(arena, of));
            }
        }
    }
    for id in order.into_iter().filter(|id| jumps.contains(id)) {
        if let Node::Elementwise(Func::Sign | Func::Step, of) | Node::Reduce(Reduction::Product, of) = *arena.node(id) {
            let of = on_diagonal(arena, of);
            found.insert(without_nonzero_factors(arena, of));
        }
    }
    found
}

/// Whether a function that jumps where u is 0 is multiplied there with a power above 0 of u or |u|, or counts for the entry alone that is the
/// largest in size.
fn is_flattened(arena: &Arena, product: ExprId, jump: ExprId) -> bool {
    let (Node::Hadamard(factors), Node::Elementwise(Func::Sign | Func::Step, of)) =
        (arena.node(product), arena.node(jump))
    else {
        return false;
    };
    let vanishes = |base: ExprId| match arena.node(base) {
        Node::Elementwise(Func::Abs | Func::Relu, inner) => inner == of,
        _ => base == *of,
    };
    // |u| − ‖u‖_∞ and |u| − max(|u|)
    let is_of_largest = |base: ExprId| {
        let Node::Elementwise(Func::IsZero, distance) = *arena.node(base) else { return false };
        arena.post_order(distance).into_iter().any(|id| match *arena.node(id) {
            Node::Norm(Norm::Infinity, inner) => inner == *of,
            Node::Reduce(Reduction::Max, inner) => vanishes(inner),
            _ => false,
        })
    };
    factors.iter().any(|(base, exponent)| {
        is_of_largest(*base)
            || vanishes(*base) && arena.as_number(*exponent).is_some_and(|p| !p.is_negative() && !p.is_zero())
    })
}

/// What sign(u) jumps with: sign(v⊘exp(w)) is sign(v).
fn without_nonzero_factors(arena: &mut Arena, id: ExprId) -> ExprId {
    let condition = nowhere_zero(arena, id);
    shortest(arena, condition).expr()
}

fn same_up_to_sign(arena: &Arena, a: ExprId, b: ExprId) -> bool {
    match (arena.node(a), arena.node(b)) {
        (Node::Add(x), Node::Add(y)) => {
            x.len() == y.len() && x.iter().zip(y.iter()).all(|((c, s), (d, t))| s == t && c.add(d).is_zero())
        }
        (Node::Add(x), _) => matches!(&**x, [(c, s)] if *s == b && *c == Coeff::MINUS_ONE),
        (_, Node::Add(y)) => matches!(&**y, [(c, s)] if *s == a && *c == Coeff::MINUS_ONE),
        _ => false,
    }
}
