//! Functions of one number with kinks, such as x² − relu(|x| − 1)²: convex where every piece is and the slope grows at every kink.

use rustc_hash::FxHashMap;

use super::curvature::Analysis;
use super::found::{Found, Why};
use crate::differential::differentiate;
use crate::expr::{Arena, ExprId, Func, Node, Shape, SymbolId};
use crate::number::Coeff;
use crate::sign::Bounds;
use crate::simplify::simplify;

/// Most pieces.
const MAX_PIECES: usize = 12;

const CONVEX: &str = "convex between its kinks, and its slope grows at each";
const CONCAVE: &str = "concave between its kinks, and its slope falls at each";

/// The function on an interval, whose ends are infinite where they are missing.
struct Piece {
    function: ExprId,
    low: Option<Coeff>,
    high: Option<Coeff>,
}

impl Analysis<'_> {
    /// What a function of one scalar variable is by its pieces; nothing where its kinks do not lie at known numbers.
    pub(super) fn piecewise(&mut self, id: ExprId) -> Found {
        let [variable] = *self.wrt else { return Found::default() };
        if self.depth == 0
            || !self.prover.arena.symbol(variable).shape.is_scalar()
            || !self.prover.arena.shape(id).is_scalar()
        {
            return Found::default();
        }
        let x = self.prover.arena.symbol_expr(variable);
        let positive = self.prover.bounds(x).is_positive();
        let mut open = vec![Piece { function: id, low: positive.then_some(Coeff::ZERO), high: None }];
        let mut pieces = Vec::new();
        while let Some(piece) = open.pop() {
            match self.split(x, variable, &piece) {
                Split::Smooth => pieces.push(piece),
                Split::Into(parts) => open.extend(parts.into_iter().rev()),
                Split::Unknown => return Found::default(),
            }
            if open.len() + pieces.len() > MAX_PIECES {
                return Found::default();
            }
        }
        if pieces.len() < 2 {
            return Found::default();
        }
        let depth = self.depth - 1;
        let (mut convex, mut concave) = (true, true);
        for piece in &pieces {
            let mut nested = self.nested(vec![variable], depth);
            nested.prover.hold_between(x, Bounds::within(piece.low.as_ref(), piece.high.as_ref()));
            if !nested.is_smooth(piece.function) || !nested.domain(piece.function, true).is_empty() {
                return Found::default();
            }
            let found = nested.of(piece.function);
            convex &= found.convex.is_some();
            concave &= found.concave.is_some();
        }
        for pair in pieces.windows(2) {
            let Some(jump) = self.jump(x, variable, &pair[0], &pair[1]) else { return Found::default() };
            let bounds = self.prover.bounds(jump);
            convex &= bounds.is_nonnegative();
            concave &= bounds.is_nonpositive();
        }
        let why = |holds: bool, because| holds.then(|| Why { because, ..Why::default() });
        Found { convex: why(convex, CONVEX), concave: why(concave, CONCAVE) }
    }

    /// The pieces on both sides of the first kink whose place is known.
    fn split(&mut self, x: ExprId, variable: SymbolId, piece: &Piece) -> Split {
        let order = self.prover.arena.post_order(piece.function);
        let kinked = |node: &Node| match *node {
            Node::Elementwise(func @ (Func::Abs | Func::Relu), inner) => Some((func, inner)),
            _ => None,
        };
        let found = order.iter().find_map(|id| {
            let (func, inner) = kinked(self.prover.arena.node(*id))?;
            self.prover.arena.contains_symbol(inner, variable).then_some((*id, func, inner))
        });
        let Some((node, func, inner)) = found else { return Split::Smooth };
        let Some((slope, constant)) = affine(self.prover.arena, inner, x) else { return Split::Unknown };
        let Some(root) = slope.recip().map(|inverse| constant.neg().mul(&inverse)) else { return Split::Unknown };
        let (zero, falling) = (self.prover.arena.zero(Shape::SCALAR), self.prover.arena.neg(inner));
        let below = if func == Func::Relu { zero } else { falling };
        let (left, right) = if slope.is_negative() { (inner, below) } else { (below, inner) };
        let mut with = |branch: ExprId| {
            let mut map = FxHashMap::default();
            map.insert(node, branch);
            self.prover.arena.rewrite(piece.function, &mut map)
        };
        let is_above = |end: &Option<Coeff>| end.as_ref().is_some_and(|end| !end.sub(&root).is_negative());
        let is_below = |end: &Option<Coeff>| end.as_ref().is_some_and(|end| !root.sub(end).is_negative());
        let (low, high) = (piece.low.clone(), piece.high.clone());
        if is_above(&low) {
            return Split::Into(vec![Piece { function: with(right), low, high }]);
        }
        if is_below(&high) {
            return Split::Into(vec![Piece { function: with(left), low, high }]);
        }
        let first = Piece { function: with(left), low, high: Some(root.clone()) };
        let second = Piece { function: with(right), low: Some(root), high };
        Split::Into(vec![first, second])
    }

    /// By how much the slope grows from one piece to the next.
    fn jump(&mut self, x: ExprId, variable: SymbolId, left: &Piece, right: &Piece) -> Option<ExprId> {
        let at = self.prover.arena.number(left.high.clone()?);
        let arena = &mut *self.prover.arena;
        let mut slope = |of: ExprId| {
            let differential = differentiate(arena, of, variable, 0).ok()?.expr;
            let (step, one) = (arena.differential(variable, 0), arena.one());
            let mut map = FxHashMap::default();
            map.insert(step, one);
            map.insert(x, at);
            let there = arena.rewrite(differential, &mut map);
            Some(simplify(arena, there))
        };
        let (before, after) = (slope(left.function)?, slope(right.function)?);
        let jump = self.prover.arena.minus(after, before);
        Some(simplify(self.prover.arena, jump))
    }
}

/// What a piece comes to at its first kink.
enum Split {
    Smooth,
    Into(Vec<Piece>),
    Unknown,
}

/// α and β of αx + β.
fn affine(arena: &mut Arena, id: ExprId, x: ExprId) -> Option<(Coeff, Coeff)> {
    let (mut slope, mut constant) = (Coeff::ZERO, Coeff::ZERO);
    for (coeff, term) in arena.terms(id) {
        if term == x {
            slope = slope.add(&coeff);
        } else {
            constant = constant.add(&coeff.mul(arena.as_number(term)?));
        }
    }
    Some((slope, constant))
}
