//! Sums, products, extremes and log-sum-exp of all entries.

use super::Context;
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Func, Node, Op, Reduction};
use crate::structure::Structure;

/// The differential of a reduction of all entries.
pub(super) fn reduce(cx: &mut Context<'_>, id: ExprId, reduction: Reduction, inner: ExprId) -> Option<ExprId> {
    let differential = cx.of(inner)?;
    match reduction {
        Reduction::Sum => Some(cx.arena.total(differential)),
        Reduction::Product => {
            cx.require(Condition::EntriesNonZero(inner));
            let relative = cx.arena.quotient(differential, inner);
            let total = cx.arena.total(relative);
            Some(cx.arena.mul(&[id, total]))
        }
        Reduction::Max | Reduction::Min => {
            cx.require(Condition::UniqueExtreme(id));
            Some(at_extreme(cx.arena, inner, id, differential))
        }
        Reduction::LogSumExp => {
            let arena = &mut *cx.arena;
            let shape = arena.shape(inner);
            let weights = if shape.is_matrix() {
                // exp(X − lse(X)) = exp(X)/Σexp(X)
                let exponential = arena.elementwise(Func::Exp, inner);
                let total = arena.total(exponential);
                let inverse = arena.recip(total);
                arena.mul(&[inverse, exponential])
            } else {
                arena.softmax(inner)
            };
            let product = arena.hadamard(weights, differential);
            Some(arena.total(product))
        }
    }
}

/// sum(1[x = m] ∘ dx), and where entries of x may be equal whatever the variables are (x symmetric, say) the mean over those that attain the
/// extreme, as their differentials are equal too: sum(1[x = m] ∘ dx)/sum(1[x = m]).
pub(super) fn at_extreme(arena: &mut Arena, x: ExprId, extreme: ExprId, differential: ExprId) -> ExprId {
    let shape = arena.shape(x);
    let ones = arena.ones(shape);
    let spread = arena.mul(&[extreme, ones]);
    let difference = arena.minus(x, spread);
    let indicator = arena.elementwise(Func::IsZero, difference);
    let product = arena.hadamard(indicator, differential);
    let total = arena.total(product);
    if has_independent_entries(arena, x) {
        return total;
    }
    let count = arena.total(indicator);
    arena.quotient(total, count)
}

/// Whether two entries are equal at special points only: made of symbols without structure by operations that do not copy entries.
fn has_independent_entries(arena: &mut Arena, id: ExprId) -> bool {
    if arena.shape(id).is_scalar() {
        return true;
    }
    if arena.is_symmetric(id) {
        return false;
    }
    match arena.node(id).clone() {
        Node::Symbol(symbol) | Node::Member(symbol, _) => arena.symbol(symbol).structure == Structure::General,
        Node::Transpose(inner) => has_independent_entries(arena, inner),
        // A sum may be constant where its terms are not, and one free vector alone may make it free.
        Node::Add(terms) => {
            terms.iter().any(|(_, term)| !is_spread(arena, *term))
                && terms.iter().all(|(_, term)| is_spread(arena, *term) || has_independent_entries(arena, *term))
        }
        Node::Product(factors) => factors.iter().all(|factor| has_independent_entries(arena, *factor)),
        Node::Hadamard(factors) => factors.iter().all(|(base, _)| has_independent_entries(arena, *base)),
        Node::Apply(Op::Softmax, inner) => has_independent_entries(arena, inner),
        Node::Elementwise(func, inner) => !func.row().has_plateau && has_independent_entries(arena, inner),
        _ => false,
    }
}

/// A number in every entry.
fn is_spread(arena: &Arena, id: ExprId) -> bool {
    match arena.node(id) {
        Node::Product(factors) => {
            arena.shape(factors[0]).is_scalar() && factors[1..].iter().all(|factor| arena.is_ones(*factor))
        }
        _ => arena.is_ones(id),
    }
}
