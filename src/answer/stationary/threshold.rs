//! Least points of a quadratic function with a norm added: the proximal operators of λ‖x‖₁ and of λ‖x‖, soft thresholding entry by entry and of
//! the whole (Parikh & Boyd, *Proximal Algorithms*, §6.5). f is convex there and may have no derivative.

use super::branches::{direction_of, with_signs};
use super::equation::substitute;
use crate::differential::differentiate;
use crate::domain::{Condition, conditions, require};
use crate::expr::{Arena, ExprId, Func, Node, Norm, Reduction, SymbolId, SymbolKind};
use crate::linear;
use crate::number::Coeff;
use crate::simplify::{cost, expand, shortest, simplify};
use crate::structure::Structure;

/// The least point of f, with what it needs; nothing where f is no such function.
pub(super) fn least(
    arena: &mut Arena,
    value: ExprId,
    gradient: ExprId,
    wrt: SymbolId,
) -> Option<(ExprId, Vec<Condition>)> {
    let info = arena.symbol(wrt);
    if info.kind != SymbolKind::Plain || info.structure != Structure::General {
        return None;
    }
    by_entries(arena, gradient, wrt).or_else(|| as_a_whole(arena, value, wrt))
}

/// D∘z − t + λ sign(z) = 0, z = x + d: z = sign(t)∘relu(|t| − λ)⊘D.
fn by_entries(arena: &mut Arena, gradient: ExprId, wrt: SymbolId) -> Option<(ExprId, Vec<Condition>)> {
    let x = arena.symbol_expr(wrt);
    let shape = arena.shape(x);
    let kink = kink(arena, gradient, wrt)?;
    let rises = direction_of(arena, kink, x)?;
    let oriented = if rises { kink } else { arena.neg(kink) };
    let shift = arena.minus(oriented, x);
    let shift = simplify(arena, shift);
    if arena.contains_symbol(shift, wrt) || arena.shape(kink) != shape {
        return None;
    }
    let half = Coeff::ratio(1, 2)?;
    let [above, below] = [true, false].map(|above| with_signs(arena, gradient, &[(kink, above == rises)]));
    let (difference, sum) = (arena.minus(above, below), arena.plus(above, below));
    let [threshold, rest] = [difference, sum].map(|twice| {
        let halved = arena.scale(&half, twice);
        let halved = expand(arena, halved);
        simplify(arena, halved)
    });
    if arena.contains_symbol(threshold, wrt) {
        return None;
    }
    let (slope, target) = affine(arena, rest, shift, x)?;
    let mut needed = Vec::new();
    need(arena, slope, Condition::Positive, &mut needed)?;
    need(arena, threshold, Condition::Positive, &mut needed)?;
    // A number is divided by before.
    let (content, slope) = arena.split_content(slope);
    let content = content.recip()?;
    let [target, threshold] = [target, threshold].map(|part| {
        let scaled = arena.scale(&content, part);
        simplify(arena, scaled)
    });
    if arena.is_zero(target) || is_number(arena, target) && is_number(arena, threshold) {
        return None;
    }
    let soft = soft(arena, target, threshold);
    let mut points = vec![arena.quotient(soft, slope)];
    // ρ > 0 is divided by before too where that is shorter: sign(v)∘relu(|v| − λ/ρ)
    let [target, threshold] = [target, threshold].map(|part| {
        let divided = arena.quotient(part, slope);
        shortest(arena, divided)
    });
    points.push(self::soft(arena, target, threshold));
    let points = points.into_iter().map(|point| {
        let point = arena.minus(point, shift);
        simplify(arena, point)
    });
    let points: Vec<ExprId> = points.collect();
    let point = points.into_iter().min_by_key(|point| cost(arena, *point))?;
    Some((point, needed))
}

/// sign(t)∘relu(|t| − λ)
fn soft(arena: &mut Arena, target: ExprId, threshold: ExprId) -> ExprId {
    let size = arena.elementwise(Func::Abs, target);
    let excess = arena.minus(size, threshold);
    let (sign, left) = (arena.elementwise(Func::Sign, target), arena.elementwise(Func::Relu, excess));
    arena.hadamard(sign, left)
}

/// Whether f is continuous by its form: sums, products and powers of absolute values, positive parts and norms.
pub(super) fn is_continuous(arena: &Arena, value: ExprId, wrt: SymbolId) -> bool {
    let varying = arena.post_order(value).into_iter().filter(|id| arena.contains_symbol(*id, wrt));
    varying.into_iter().all(|id| match arena.node(id) {
        Node::Elementwise(Func::Abs | Func::Relu, _)
        | Node::Symbol(_)
        | Node::Add(_)
        | Node::Product(_)
        | Node::Transpose(_)
        | Node::Trace(_)
        | Node::Norm(Norm::One | Norm::Frobenius, _)
        | Node::Reduce(Reduction::Sum, _) => true,
        Node::Hadamard(factors) => factors.iter().all(|(base, exponent)| {
            !arena.contains_symbol(*base, wrt) || arena.as_number(*exponent).is_some_and(|power| !power.is_negative())
        }),
        _ => false,
    })
}

/// The one argument of sign functions in a gradient that has no other kinks.
fn kink(arena: &mut Arena, gradient: ExprId, wrt: SymbolId) -> Option<ExprId> {
    let mut found = None;
    for id in arena.post_order(gradient) {
        let Node::Elementwise(func, of) = *arena.node(id) else { continue };
        match func {
            _ if !arena.contains_symbol(of, wrt) => {}
            Func::Abs | Func::Relu | Func::Step => return None,
            Func::Sign => {
                let (_, primitive) = arena.split_content(of);
                if *found.get_or_insert(primitive) != primitive {
                    return None;
                }
            }
            _ => {}
        }
    }
    found
}

/// cz − t + λz/‖z‖ = 0, z = x + d: z = relu(1 − λ/‖t‖)t/c.
fn as_a_whole(arena: &mut Arena, value: ExprId, wrt: SymbolId) -> Option<(ExprId, Vec<Condition>)> {
    let x = arena.symbol_expr(wrt);
    let shape = arena.shape(x);
    if shape.is_scalar() {
        return None;
    }
    let mut others = Vec::new();
    let mut norms = Vec::new();
    let written = expand(arena, value);
    for (coeff, term) in arena.terms(written) {
        match norm_of(arena, term, wrt) {
            Some((factor, inner)) => norms.push((arena.scale(&coeff, factor), inner)),
            None => others.push((coeff, term)),
        }
    }
    let [(weight, inner)] = *norms else { return None };
    let (content, inner) = arena.split_content(inner);
    let weight = arena.scale(&content.abs(), weight);
    let rises = direction_of(arena, inner, x)?;
    let oriented = if rises { inner } else { arena.neg(inner) };
    let shift = arena.minus(oriented, x);
    let shift = simplify(arena, shift);
    let rest = arena.add_terms(others, crate::expr::Shape::SCALAR);
    let differential = differentiate(arena, rest, wrt, 0).ok()?;
    let rest = linear::gradient(arena, differential.expr, wrt, 0).ok()?;
    let rest = expand(arena, rest);
    let rest = simplify(arena, rest);
    if arena.contains_symbol(shift, wrt) || arena.shape(rest) != shape {
        return None;
    }
    let (slope, target) = affine(arena, rest, shift, x)?;
    let (content, slope) = arena.split_content(slope);
    let (slope, ones) = arena.split_scalar(slope);
    let slope = arena.scale(&content, slope);
    if !arena.is_ones(ones) || arena.is_zero(target) {
        return None;
    }
    let mut needed = vec![Condition::NonZero(target)];
    need(arena, slope, Condition::Positive, &mut needed)?;
    need(arena, weight, Condition::Positive, &mut needed)?;
    let divided = [target, weight].map(|part| {
        let inverse = arena.recip(slope);
        let part = arena.mul(&[inverse, part]);
        shortest(arena, part)
    });
    let one = arena.one();
    let mut points = Vec::new();
    // Divided by c before or behind.
    for (target, weight, slope) in [(target, weight, slope), (divided[0], divided[1], one)] {
        let size = arena.norm(Norm::Frobenius, target);
        let share = arena.quotient(weight, size);
        let left = arena.minus(one, share);
        let left = simplify(arena, left);
        let left = arena.elementwise(Func::Relu, left);
        let inverse = arena.recip(slope);
        let point = arena.mul(&[inverse, left, target]);
        let point = arena.minus(point, shift);
        points.push(simplify(arena, point));
    }
    let point = points.into_iter().min_by_key(|point| cost(arena, *point))?;
    needed.extend(conditions(arena, point, point, &[]));
    Some((point, needed))
}

/// c and u of c‖u‖, where u varies and c does not.
fn norm_of(arena: &mut Arena, term: ExprId, wrt: SymbolId) -> Option<(ExprId, ExprId)> {
    let factors = match arena.node(term).clone() {
        Node::Norm(Norm::Frobenius, inner) => {
            let one = arena.one();
            return arena.contains_symbol(inner, wrt).then_some((one, inner));
        }
        Node::Hadamard(factors) => factors,
        _ => return None,
    };
    let mut found = None;
    let mut others = Vec::new();
    for (base, exponent) in factors.iter() {
        match *arena.node(*base) {
            Node::Norm(Norm::Frobenius, inner) if arena.is_one(*exponent) && arena.contains_symbol(inner, wrt) => {
                if found.replace(inner).is_some() {
                    return None;
                }
            }
            _ if arena.contains_symbol(*base, wrt) || arena.contains_symbol(*exponent, wrt) => return None,
            _ => others.push((*base, *exponent)),
        }
    }
    let factor = arena.hadamard_powers(&others, crate::expr::Shape::SCALAR);
    Some((factor, found?))
}

/// D, of the shape of x, and t where an expression is D∘z − t with z = x + d.
fn affine(arena: &mut Arena, expr: ExprId, shift: ExprId, x: ExprId) -> Option<(ExprId, ExprId)> {
    let shape = arena.shape(x);
    let back = arena.minus(x, shift);
    let there = substitute(arena, expr, x, back);
    let there = expand(arena, there);
    let there = simplify(arena, there);
    let (zero, ones) = (arena.zero(shape), arena.ones(shape));
    let [constant, at_ones] = [zero, ones].map(|value| {
        let value = substitute(arena, there, x, value);
        simplify(arena, value)
    });
    let slope = arena.minus(at_ones, constant);
    let slope = expand(arena, slope);
    let slope = simplify(arena, slope);
    let moving = arena.hadamard(slope, x);
    let whole = arena.plus(moving, constant);
    let gap = arena.minus(there, whole);
    let gap = expand(arena, gap);
    let gap = simplify(arena, gap);
    let target = arena.neg(constant);
    arena.is_zero(gap).then(|| (slope, simplify(arena, target)))
}

/// Notes a condition where it is not known to hold; nothing where it never does. λ1 > 0 is λ > 0.
fn need(
    arena: &mut Arena,
    id: ExprId,
    condition: impl Fn(ExprId) -> Condition,
    needed: &mut Vec<Condition>,
) -> Option<()> {
    let (content, primitive) = arena.split_content(id);
    let (scalar, rest) = arena.split_scalar(primitive);
    let condition = condition(if arena.is_ones(rest) { arena.scale(&content, scalar) } else { id });
    let before = needed.len();
    require(arena, condition, needed)?;
    // Nobody means λ < 0 who writes −λ.
    (needed.len() == before || !content.is_negative()).then_some(())
}

/// Whether no symbol stands in an expression.
fn is_number(arena: &Arena, id: ExprId) -> bool {
    !arena.post_order(id).iter().any(|id| matches!(arena.node(*id), Node::Symbol(_) | Node::Member(..)))
}
