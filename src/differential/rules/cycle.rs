//! The trace of a long chain that repeats itself: d tr(Yᵏ) = k tr(Yᵏ⁻¹ dY).
//!
//! By the product rule alone each of the k terms would be written as a chain of its own, before the trace turns them into one.

use super::Context;
use crate::expr::{Arena, ExprId, Node};
use crate::number::Coeff;

/// Shorter chains are differentiated as any other product.
const LONG: usize = 16;

/// The chain under a trace and its period, where it is long and repeats itself.
pub(in crate::differential) fn repeated(arena: &Arena, trace: ExprId) -> Option<(ExprId, usize)> {
    let Node::Trace(chain) = *arena.node(trace) else { return None };
    let Node::Product(factors) = arena.node(chain) else { return None };
    if factors.len() < LONG || arena.shape(factors[0]).is_scalar() {
        return None;
    }
    let period = period(factors);
    (period < factors.len()).then_some((chain, period))
}

/// The length of the shortest list that this one is a repetition of (Knuth, Morris & Pratt 1977).
fn period(list: &[ExprId]) -> usize {
    // The longest proper beginning that each beginning ends in.
    let mut borders = vec![0; list.len()];
    for place in 1..list.len() {
        let mut border = borders[place - 1];
        while border > 0 && list[border] != list[place] {
            border = borders[border - 1];
        }
        borders[place] = if list[border] == list[place] { border + 1 } else { 0 };
    }
    let shortest = list.len() - borders[list.len() - 1];
    if list.len().is_multiple_of(shortest) { shortest } else { list.len() }
}

/// k Σⱼ tr(… dYⱼ) over the factors of one period, each chain turned so that its differential stands last.
pub(in crate::differential) fn trace(cx: &mut Context<'_>, id: ExprId, chain: ExprId, period: usize) -> Option<ExprId> {
    let Node::Product(factors) = cx.arena.node(chain).clone() else { return None };
    let mut terms = Vec::new();
    for place in 0..period {
        let Some(differential) = cx.of(factors[place]) else { continue };
        let mut turned = [&factors[place + 1..], &factors[..place]].concat();
        turned.push(differential);
        let product = cx.arena.mul(&turned);
        terms.push(cx.arena.trace(product));
    }
    let shape = cx.arena.shape(id);
    let sum = cx.arena.sum_of(&terms, shape);
    let times = i64::try_from(factors.len() / period).ok()?;
    Some(cx.arena.scale(&Coeff::integer(times), sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods() {
        for (list, wanted) in [("abab", 2), ("aba", 3), ("aaaa", 1), ("abaaba", 3), ("abc", 3), ("ababa", 5)] {
            let ids: Vec<ExprId> = list.bytes().map(|byte| ExprId(byte.into())).collect();
            assert_eq!(period(&ids), wanted, "{list}");
        }
    }
}
