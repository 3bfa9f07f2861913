//! What a wrong gradient misses: a scalar factor, as where a chain rule was forgotten, or the sides of a kink on which it does not hold.

use rustc_hash::FxHashMap;

use crate::check::{self, CheckOptions, Verdict};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Func, Node, Shape, SymbolId};
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
    by_factor(arena, (input, wrt), (claim, truth), options)
        .or_else(|| on_one_side(arena, (input, wrt), (claim, truth), options))
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
    let expanded = [claim, truth].map(|id| {
        let expanded = expand(arena, id);
        simplify(arena, expanded)
    });
    let simple = [claim, truth].map(|id| simplify(arena, id));
    for [claim, truth] in [[claim, truth], simple, expanded] {
        let (own, right) = (factored(arena, claim), factored(arena, truth));
        if own.rest != right.rest {
            continue;
        }
        let has_common = !arena.is_one(own.rest)
            || own.factors.iter().any(|factor| {
                arena.contains_symbol(factor.0, wrt) && right.factors.iter().any(|other| other.0 == factor.0)
            });
        if !has_common {
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
        let is_sum_of_sums = |arena: &Arena, id: ExprId| {
            arena.shape(claim).is_scalar() && matches!(arena.node(id), Node::Add(_)) && arena.contains_symbol(id, wrt)
        };
        if is_sum_of_sums(arena, more) && is_sum_of_sums(arena, less) {
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
    let mut kink = None;
    for id in arena.post_order(truth) {
        if let Node::Elementwise(Func::Sign | Func::Step | Func::Abs | Func::Relu, of) = *arena.node(id) {
            let (_, primitive) = arena.split_content(of);
            if *kink.get_or_insert(primitive) != primitive || !arena.free_indices(of).is_empty() {
                return None;
            }
        }
    }
    let kink = kink?;
    let fits = arena.shape(kink).is_scalar() || arena.shape(kink) == arena.shape(truth);
    for above in [true, false] {
        let there = with_sign(arena, truth, kink, above);
        let gap = arena.minus(there, claim);
        let gap = simplify(arena, gap);
        if !arena.is_zero(gap) || !fits {
            continue;
        }
        // The claim on that side and the gradient on the other.
        let side = if above { kink } else { arena.neg(kink) };
        let step = arena.elementwise(Func::Step, side);
        let other = arena.minus(claim, truth);
        let other = if arena.shape(step).is_scalar() { arena.mul(&[step, other]) } else { arena.hadamard(step, other) };
        let blended = arena.plus(truth, other);
        if check::check_gradient(arena, input, wrt, blended, options).passed() {
            return Some(Verdict::RightWhere(Condition::Positive(side)));
        }
    }
    None
}

/// The expression where the kink is above 0, or below.
fn with_sign(arena: &mut Arena, expr: ExprId, kink: ExprId, above: bool) -> ExprId {
    let mut map = FxHashMap::default();
    for id in arena.post_order(expr) {
        let Node::Elementwise(func, of) = *arena.node(id) else { continue };
        let (content, primitive) = arena.split_content(of);
        if primitive != kink {
            continue;
        }
        let above = above != content.is_negative();
        let ones = arena.ones(arena.shape(of));
        let value = match (func, above) {
            (Func::Sign | Func::Step, true) => ones,
            (Func::Sign, false) => arena.neg(ones),
            (Func::Abs | Func::Relu, true) => of,
            (Func::Abs, false) => arena.neg(of),
            (Func::Relu | Func::Step, false) => arena.zero(arena.shape(of)),
            _ => continue,
        };
        map.insert(id, value);
    }
    let put = arena.rewrite(expr, &mut map);
    simplify(arena, put)
}
