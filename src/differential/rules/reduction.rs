//! Sums, products, extremes and log-sum-exp of all entries.

use super::Context;
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Func, Reduction};

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
    if arena.has_independent_entries(x) {
        return total;
    }
    let count = arena.total(indicator);
    arena.quotient(total, count)
}
