//! What a wrong gradient misses: a scalar factor, as where a chain rule was forgotten, one of its terms, or the sides of a kink on which it
//! does not hold.

use super::stationary::with_signs;
use crate::check::{self, CheckOptions, Verdict};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Func, Node, Shape, SymbolId};
use crate::number::Coeff;
use crate::simplify::{cost, expand, simplify};

/// What is known of a claim that is not the gradient; nothing where nothing is. Held against numbers.
pub(super) fn explained(
    arena: &mut Arena,
    (input, wrt): (ExprId, SymbolId),
    (claim, truth): (ExprId, ExprId),
    options: &CheckOptions,
) -> Option<Verdict> {
    if arena.shape(claim) != arena.shape(truth) || arena.is_zero(claim) || arena.is_zero(truth) {
        return None;
    }
    on_one_side(arena, (input, wrt), (claim, truth), options)
        .or_else(|| by_factor(arena, (input, wrt), (claim, truth), options))
        .or_else(|| by_term(arena, (input, wrt), (claim, truth), options))
}

/// A claim and the gradient as they are, simplified, multiplied out and in the simplest form of that, and multiplied out.
fn forms(arena: &mut Arena, both: [ExprId; 2]) -> [[ExprId; 2]; 4] {
    let expanded = both.map(|id| expand(arena, id));
    let again = expanded.map(|id| simplify(arena, id));
    let simple = both.map(|id| simplify(arena, id));
    [both, simple, again, expanded]
}

/// The one term in which a claim is not the gradient, where they have others in common.
fn by_term(
    arena: &mut Arena,
    (input, wrt): (ExprId, SymbolId),
    (claim, truth): (ExprId, ExprId),
    options: &CheckOptions,
) -> Option<Verdict> {
    for [claim, truth] in forms(arena, [claim, truth]) {
        let (own, right) = (arena.terms(claim), arena.terms(truth));
        let only = |of: &[(Coeff, ExprId)], than: &[(Coeff, ExprId)]| {
            of.iter().filter(|term| !than.contains(term)).cloned().collect::<Vec<_>>()
        };
        let (extra, missing) = (only(&own, &right), only(&right, &own));
        if extra.len() == own.len() || extra.len() > 1 || missing.len() > 1 {
            continue;
        }
        let mut term = |of: &[(Coeff, ExprId)]| of.first().map(|(coeff, term)| arena.scale(coeff, *term));
        let (claimed, right) = (term(&extra), term(&missing));
        let mut corrected = claim;
        if let Some(claimed) = claimed {
            corrected = arena.minus(corrected, claimed);
        }
        if let Some(right) = right {
            corrected = arena.plus(corrected, right);
        }
        if check::check_gradient(arena, input, wrt, corrected, options).passed() {
            return Some(Verdict::WrongTerm { claimed, right });
        }
    }
    None
}

/// Scalar factors with their powers, and what they stand in front of.
struct Factored {
    factors: Vec<(ExprId, ExprId)>,
    rest: ExprId,
}

fn factored(arena: &mut Arena, id: ExprId) -> Factored {
    let (content, primitive) = arena.split_content(id);
    let one = arena.one();
    let (scalar, rest) = if arena.shape(id).is_scalar() { (primitive, one) } else { arena.split_scalar(primitive) };
    let mut factors = match arena.node(scalar).clone() {
        Node::Hadamard(factors) => factors.to_vec(),
        _ if arena.is_one(scalar) => Vec::new(),
        _ => vec![(scalar, one)],
    };
    if !content.is_one() {
        factors.push((arena.number(content), one));
    }
    Factored { factors, rest }
}

/// The scalar between a claim and the gradient, where one of them has all the factors of the other.
fn by_factor(
    arena: &mut Arena,
    (input, wrt): (ExprId, SymbolId),
    (claim, truth): (ExprId, ExprId),
    options: &CheckOptions,
) -> Option<Verdict> {
    for [claim, truth] in forms(arena, [claim, truth]) {
        let (own, right) = (factored(arena, claim), factored(arena, truth));
        if own.rest != right.rest {
            continue;
        }
        let has_common = !arena.is_one(own.rest)
            || own.factors.iter().any(|factor| {
                arena.contains_symbol(factor.0, wrt) && right.factors.iter().any(|other| other.0 == factor.0)
            });
        // Of numbers every two have a quotient: one is to have no factor that the other has not.
        let is_more = |of: &[(ExprId, ExprId)], than: &[(ExprId, ExprId)]| {
            let varies = |base: ExprId| arena.contains_symbol(base, wrt);
            of.iter().any(|(base, _)| varies(*base) && !than.iter().any(|(other, _)| other == base))
        };
        let is_any_quotient = arena.shape(claim).is_scalar()
            && is_more(&own.factors, &right.factors)
            && is_more(&right.factors, &own.factors);
        if !has_common || is_any_quotient {
            continue;
        }
        let negated = |arena: &mut Arena, factors: &[(ExprId, ExprId)]| {
            factors.iter().map(|(base, power)| (*base, arena.neg(*power))).collect::<Vec<_>>()
        };
        let (above, below) = (negated(arena, &right.factors), negated(arena, &own.factors));
        let more = [own.factors, above].concat();
        let less = [right.factors, below].concat();
        let [more, less] = [more, less].map(|factors| {
            let product = arena.hadamard_powers(&factors, Shape::SCALAR);
            simplify(arena, product)
        });
        // claim·(truth/claim) is the gradient.
        let product = arena.mul(&[less, claim]);
        if !check::check_gradient(arena, input, wrt, product, options).passed() {
            continue;
        }
        return Some(if cost(arena, more) < cost(arena, less) {
            Verdict::WrongByExpression(more)
        } else {
            Verdict::WithoutFactor(less)
        });
    }
    None
}

/// The side of the one kink of a gradient on which the claim is right.
fn on_one_side(
    arena: &mut Arena,
    (input, wrt): (ExprId, SymbolId),
    (claim, truth): (ExprId, ExprId),
    options: &CheckOptions,
) -> Option<Verdict> {
    let gap = arena.minus(claim, truth);
    let gap = simplify(arena, gap);
    let side = vanishes_on_a_side(arena, gap, truth, |arena, blended| {
        check::check_gradient(arena, input, wrt, blended, options).passed()
    });
    side.map(|side| Verdict::RightWhere(side.expr()))
}

/// The side of the one kink of a difference on which it vanishes; `holds` is asked of `base` with the difference added on that side alone.
pub(super) fn vanishes_on_a_side(
    arena: &mut Arena,
    difference: ExprId,
    base: ExprId,
    holds: impl Fn(&Arena, ExprId) -> bool,
) -> Option<Condition> {
    let mut kink = None;
    for id in arena.post_order(difference) {
        if let Node::Elementwise(Func::Sign | Func::Step | Func::Abs | Func::Relu, of) = *arena.node(id) {
            let (_, primitive) = arena.split_content(of);
            if *kink.get_or_insert(primitive) != primitive || !arena.free_indices(of).is_empty() {
                return None;
            }
        }
    }
    let kink = kink?;
    if !arena.shape(kink).is_scalar() && arena.shape(kink) != arena.shape(difference) {
        return None;
    }
    for above in [true, false] {
        let there = with_signs(arena, difference, &[(kink, above)]);
        if !arena.is_zero(there) {
            continue;
        }
        let side = if above { kink } else { arena.neg(kink) };
        let step = arena.elementwise(Func::Step, side);
        let there = if arena.shape(step).is_scalar() {
            arena.mul(&[step, difference])
        } else {
            arena.hadamard(step, difference)
        };
        let blended = arena.plus(base, there);
        if holds(arena, blended) {
            return Some(Condition::Positive(side));
        }
    }
    None
}
