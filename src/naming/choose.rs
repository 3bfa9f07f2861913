//! Small expressions: the parts that save most symbols, one after the other, biggest saving first.

use super::candidate::{Candidate, candidates};
use super::letter::{Letters, before_brackets, part_symbol};
use super::named::{Limits, Named};
use super::replace::put_back;
use super::walk::{nodes_below, occurrences};
use crate::expr::{Arena, ExprId, Node};
use crate::simplify::Costs;

/// At most this many parts are named.
const MAX_PARTS: usize = 12;
/// So many of the most promising candidates are tried.
const MAX_TRIED: usize = 14;
/// What a definition costs besides what stands in it, in symbols.
const DEFINITION: u64 = 1;

/// Names parts as long as that saves symbols; `None` where it does not.
pub(super) fn name(arena: &Arena, roots: &[ExprId], whole: usize, limits: &Limits) -> Option<Named> {
    let mut work =
        Work { arena: arena.clone(), costs: Costs::default(), exprs: roots.to_vec(), whole, symbols: Vec::new() };
    while work.symbols.len() < MAX_PARTS && work.step(limits.saving) {}
    if work.symbols.is_empty() {
        return None;
    }
    work.inline(roots.len());
    Some(work.finish(roots.len()))
}

struct Work {
    arena: Arena,
    costs: Costs,
    /// The expressions that were given, then the definitions of the parts.
    exprs: Vec<ExprId>,
    /// The first so many are not themselves a part.
    whole: usize,
    /// The parts' symbols, as expressions.
    symbols: Vec<ExprId>,
}

impl Work {
    fn total(&mut self, exprs: &[ExprId]) -> u64 {
        exprs.iter().fold(0, |total, expr| total.saturating_add(self.costs.of(&self.arena, *expr)))
    }

    /// Names the part that saves most; false where none saves enough.
    fn step(&mut self, least: u64) -> bool {
        let found = candidates(&mut self.arena, &self.exprs, &mut self.costs);
        let before = self.exprs.clone();
        let before = self.total(&before);
        let mut best: Option<(u64, ExprId, Vec<ExprId>)> = None;
        for candidate in found.iter().take(MAX_TRIED) {
            let Some((symbol, exprs)) = self.tried(candidate) else { continue };
            if self.is_whole(symbol, &exprs) {
                continue;
            }
            let after = self.total(&exprs).saturating_add(DEFINITION).saturating_add(self.roots_of(symbol, &exprs));
            let saved = (before + candidate.bonus).saturating_sub(after);
            if saved >= least && best.as_ref().is_none_or(|(most, ..)| saved > *most) {
                best = Some((saved, symbol, exprs));
            }
        }
        let Some((_, symbol, exprs)) = best else { return false };
        self.exprs = exprs;
        self.symbols.push(symbol);
        true
    }

    /// Whether one of the expressions that are not to be a part is the symbol, its transpose, or the negative of one of them.
    fn is_whole(&mut self, symbol: ExprId, exprs: &[ExprId]) -> bool {
        let turned = self.arena.transpose(symbol);
        let forms = [symbol, turned, self.arena.neg(symbol), self.arena.neg(turned)];
        exprs[..self.whole].iter().any(|expr| forms.contains(expr))
    }

    /// What roots of the part are worth less than the part itself: s = √(wᵀΣw) rather than √s.
    fn roots_of(&self, symbol: ExprId, exprs: &[ExprId]) -> u64 {
        let is_root = |id: &ExprId| {
            matches!(self.arena.node(*id), Node::Hadamard(factors) if factors.iter().any(|(base, exponent)| {
                *base == symbol && self.arena.as_number(*exponent).is_some_and(|power| !power.is_integer())
            }))
        };
        2 * nodes_below(&self.arena, exprs).iter().filter(|id| is_root(id)).count() as u64
    }

    /// The expressions with the part named and its definition after them; `None` where putting it back gives others.
    fn tried(&mut self, candidate: &Candidate) -> Option<(ExprId, Vec<ExprId>)> {
        let symbol = part_symbol(&mut self.arena, candidate.definition, String::new());
        let symbol = self.arena.add_symbol(symbol);
        let symbol = self.arena.symbol_expr(symbol);
        let replacement = candidate.replacement(&mut self.arena, symbol);
        let mut exprs = replacement.apply(&mut self.arena, &self.exprs);
        let back = put_back(&mut self.arena, &exprs, symbol, candidate.definition);
        exprs.push(candidate.definition);
        (back == self.exprs).then_some((symbol, exprs))
    }

    /// Writes out again what other parts have left with one use.
    fn inline(&mut self, roots: usize) {
        loop {
            let order = nodes_below(&self.arena, &self.exprs);
            let counts = occurrences(&self.arena, &self.exprs, &order);
            let once = |symbol: &ExprId| counts.get(symbol).copied().unwrap_or(0) < 2;
            let Some(place) = self.symbols.iter().position(once) else { return };
            let symbol = self.symbols.remove(place);
            let definition = self.exprs.remove(roots + place);
            self.exprs = put_back(&mut self.arena, &self.exprs, symbol, definition);
        }
    }

    /// Gives the parts their letters and puts them in the order in which each uses only those before it.
    fn finish(mut self, roots: usize) -> Named {
        let order = nodes_below(&self.arena, &self.exprs);
        let mut letters = Letters::new(&self.arena, &order, false);
        let before = before_brackets(&self.arena, &order);
        let mut parts = Vec::new();
        let mut left: Vec<usize> = (0..self.symbols.len()).collect();
        while !left.is_empty() {
            // Parts are named from the inside, so that a part that uses no other comes first.
            let next = left.iter().position(|place| {
                let below = self.arena.post_order(self.exprs[roots + place]);
                !left.iter().any(|other| below.contains(&self.symbols[*other]))
            });
            let place = left.remove(next.unwrap_or(0));
            let definition = self.exprs[roots + place];
            let symbol = letters.symbol(&mut self.arena, definition, before.contains(&self.symbols[place]));
            let name = self.arena.symbol_expr(symbol);
            self.exprs = put_back(&mut self.arena, &self.exprs, self.symbols[place], name);
            parts.push((symbol, definition));
        }
        self.exprs.truncate(roots);
        Named { arena: self.arena, roots: self.exprs, parts }
    }
}
