//! Functions of one number that is convex or concave in the variables, with which they increase or decrease throughout: log(1 + ‖u‖²), which is
//! least where ‖u‖² is, though it is not convex.

use rustc_hash::FxHashMap;

use super::curvature::Analysis;
use super::hessian::Strength;
use super::{Verdict, argue};
use crate::differential::differentiate;
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Node, StandIn, SymbolId};
use crate::positivity::Curvature;
use crate::sign::Bounds;
use crate::simplify::{over_one, simplify};

/// The number of the part that stands for the number.
const PART: usize = 7_921;

/// The number that a function increases or decreases with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inner {
    /// The number.
    pub part: ExprId,
    /// Whether f increases with it.
    pub rises: bool,
    /// What it is in the variables.
    pub curvature: Curvature,
    /// How much of that was shown.
    pub strength: Strength,
}

/// The largest part of a function f = φ(g) on a convex domain, φ′ ≠ 0, that is convex or concave and not affine.
pub fn increasing_in(arena: &mut Arena, root: ExprId, wrt: &[SymbolId], under: &[Condition]) -> Option<Inner> {
    // Across a pole, as of 1/(1 − ‖x‖²), nothing is said.
    let mut analysis = Analysis::new(arena, wrt.to_vec());
    analysis.prover.assume_all(under);
    if !analysis.written_domain(root).is_empty() || !analysis.domain(root, false).is_empty() {
        return None;
    }
    let mut parts = arena.post_order(root);
    parts.pop();
    for part in parts.into_iter().rev() {
        let is_part = arena.shape(part).is_scalar()
            && arena.free_indices(part).is_empty()
            && wrt.iter().any(|symbol| arena.contains_symbol(part, *symbol));
        if !is_part {
            continue;
        }
        let Some(rises) = slope_sign(arena, root, part, wrt, under) else { continue };
        if let Verdict::Is(curvature @ (Curvature::Convex | Curvature::Concave), strength) =
            argue(arena, part, part, wrt, under).verdict
        {
            return Some(Inner { part, rises, curvature, strength });
        }
    }
    None
}

/// Whether φ′ is above 0 wherever its argument may be, of a norm above 0, or below 0; nothing where neither is shown, or f is no function of the part alone.
fn slope_sign(arena: &mut Arena, root: ExprId, part: ExprId, wrt: &[SymbolId], under: &[Condition]) -> Option<bool> {
    let symbol = arena.stand_in(StandIn::Part(PART));
    let stand_in = arena.symbol_expr(symbol);
    let outer = arena.rewrite(root, &mut FxHashMap::from_iter([(part, stand_in)]));
    if wrt.iter().any(|symbol| arena.contains_symbol(outer, *symbol)) {
        return None;
    }
    let differential = differentiate(arena, outer, symbol, 0).ok()?.expr;
    let (step, one) = (arena.differential(symbol, 0), arena.one());
    let slope = arena.rewrite(differential, &mut FxHashMap::from_iter([(step, one)]));
    let slope = simplify(arena, slope);
    let mut forms = vec![slope];
    // 1/(1 + t) − t/(1 + t)² has the sign of its numerator.
    if let Some((numerator, denominator)) = over_one(arena, slope) {
        let numerator = simplify(arena, numerator);
        forms.push(arena.quotient(numerator, denominator));
    }
    let mut analysis = Analysis::new(arena, wrt.to_vec());
    analysis.prover.assume_all(under);
    analysis.assume_domain(root, root);
    // At 0 a norm is least, whatever the slope is there.
    let is_norm = matches!(analysis.prover.arena.node(part), Node::Norm(..));
    let range = if is_norm { Bounds::positive() } else { analysis.prover.bounds(part) };
    analysis.prover.hold_between(stand_in, range);
    forms.into_iter().find_map(|slope| {
        let bounds = analysis.prover.bounds(slope);
        match (bounds.is_positive(), bounds.is_negative()) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    })
}
