//! The gradient by one member of a family, or by one entry: the cotangents of all members that are reached, those in a sum over
//! their index at the one place where the index is that of the member.
//!
//! Σᵢ ⟨Ȳᵢ, daᵢ⟩ has the block Ȳₖ, whatever k is, and Σᵢ₌₁ⁿ⁻¹ ⟨Ȳᵢ, daᵢ₊₁⟩ the block Ȳₖ₋₁ unless k is 1. What is known of k is that it runs from
//! 1 to the number of members; where a block depends on more than that it is said for which k it holds.

use rustc_hash::FxHashMap;

use super::adjoint::{Ends, NotLinear, reach};
use crate::expr::{Arena, BigOp, Dim, ExprId, IndexId, Node, Part, Shape, StandIn, SymbolKind};
use crate::number::Coeff;

/// Why there is no one gradient by a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPart {
    /// The differential is not linear.
    NotLinear,
    /// The place of a member is no index with a whole number.
    Place(ExprId),
    /// At the first or the last places it is another one.
    Ends,
}

/// The gradient by a part of the scalar with the differential `df`, unprojected, and what must not be below 0 for it to hold.
///
/// # Errors
/// [`NoPart`] where there is no one expression for it.
pub fn gradient_by_part(arena: &mut Arena, df: ExprId, part: &Part) -> Result<(ExprId, Vec<ExprId>), NoPart> {
    let symbol = arena.symbol(part.symbol).clone();
    let (ends, sizes) = match symbol.kind {
        SymbolKind::Family(count) => (End::Members(arena.stand_in(StandIn::Differentials(part.symbol))), vec![count]),
        _ if symbol.shape.is_row() => (End::Entries(arena.differential(part.symbol, 0)), vec![symbol.shape.cols]),
        _ => (End::Entries(arena.differential(part.symbol, 0)), vec![symbol.shape.rows, symbol.shape.cols]),
    };
    let mut walk = Places { part, end: ends, sizes, trouble: None };
    let one = arena.one();
    let found =
        reach(arena, df, one, &mut walk).map_err(|NotLinear { .. }| walk.trouble.unwrap_or(NoPart::NotLinear))?;
    let shape = arena.shape(part.expr);
    let mut blocks = Vec::with_capacity(found.len());
    let mut within: Vec<ExprId> = Vec::new();
    for Cotangent { places, bar, guards } in found {
        if let Some(block) = walk.at(arena, &places, bar) {
            blocks.push((places, block));
            within.extend(guards);
        }
    }
    let within = strictest(arena, &within);
    blocks
        .retain(|(places, _)| !places.iter().any(|(which, place)| is_beyond(arena, *place, part.at[*which], &within)));
    let blocks: Vec<ExprId> = blocks.into_iter().map(|(_, block)| block).collect();
    Ok((arena.sum_of(&blocks, shape), within))
}

/// Whether a place is another one than that of a part wherever the bounds hold: N, where k goes up to N − 1.
fn is_beyond(arena: &mut Arena, place: ExprId, at: ExprId, within: &[ExprId]) -> bool {
    [(place, at), (at, place)].into_iter().any(|(more, less)| {
        let difference = arena.minus(more, less);
        within.iter().any(|bound| {
            let rest = arena.minus(difference, *bound);
            arena.as_number(rest).is_some_and(|rest| !rest.is_negative() && !rest.is_zero())
        })
    })
}

/// Of bounds those that the others do not imply.
fn strictest(arena: &mut Arena, within: &[ExprId]) -> Vec<ExprId> {
    let mut out: Vec<ExprId> = Vec::new();
    for bound in within {
        let mut is_implied = |by: ExprId, bound: ExprId| {
            let slack = arena.minus(bound, by);
            arena.as_number(slack).is_some_and(|slack| !slack.is_negative())
        };
        if !out.iter().any(|known| is_implied(*known, *bound)) {
            out.retain(|known| !is_implied(*bound, *known));
            out.push(*bound);
        }
    }
    out
}

/// What ends the walk.
enum End {
    /// The members of this family of differentials.
    Members(crate::expr::SymbolId),
    /// This differential, or its entries.
    Entries(ExprId),
}

/// The walk to the parts of a variable.
struct Places<'a> {
    part: &'a Part,
    end: End,
    /// How far each index of the part runs.
    sizes: Vec<Dim>,
    trouble: Option<NoPart>,
}

/// The cotangent of a part.
#[derive(Clone)]
struct Cotangent {
    /// Which part it is of, where that is still to be compared: which index, and its value.
    places: Vec<(usize, ExprId)>,
    bar: ExprId,
    /// What must not be below 0 for it to count.
    guards: Vec<ExprId>,
}

impl Ends for Places<'_> {
    type Found = Cotangent;

    fn is_end(&self, arena: &Arena, id: ExprId) -> bool {
        match (&self.end, arena.node(id)) {
            (End::Members(family), Node::Member(found, _)) => family == found,
            (End::Entries(whole), Node::Entry(of, ..)) => whole == of,
            (End::Entries(whole), _) => *whole == id,
            _ => false,
        }
    }

    fn found(&mut self, arena: &mut Arena, id: ExprId, bar: ExprId) -> Cotangent {
        let (places, bar) = match *arena.node(id) {
            Node::Member(_, at) => (vec![(0, at)], bar),
            Node::Entry(of, row, col) => match (arena.shape(of).is_row(), self.part.at.len()) {
                (true, _) => (vec![(0, col)], bar),
                (false, 1) => (vec![(0, row)], bar),
                (false, _) => (vec![(0, row), (1, col)], bar),
            },
            _ => {
                let one = arena.one();
                let at = &self.part.at;
                let (row, col) = match (arena.shape(id).is_row(), at.as_slice()) {
                    (true, [col]) => (one, *col),
                    (_, [row, col]) => (*row, *col),
                    _ => (at[0], one),
                };
                (Vec::new(), arena.entry(bar, row, col))
            }
        };
        Cotangent { places, bar, guards: Vec::new() }
    }

    fn leave(
        &mut self,
        arena: &mut Arena,
        index: IndexId,
        range: (ExprId, ExprId),
        found: Vec<Cotangent>,
    ) -> Result<Vec<Cotangent>, NotLinear> {
        let mut out = Vec::with_capacity(found.len());
        let found: Vec<Cotangent> =
            found.into_iter().flat_map(|cotangent| self.without_units(arena, index, cotangent)).collect();
        for cotangent in merged(arena, found) {
            let bound = cotangent.places.iter().position(|(_, place)| arena.depends_on_index(*place, index));
            let left = match bound {
                Some(bound) => self.place(arena, index, range, cotangent, bound)?,
                None => self.sum(arena, index, range, cotangent)?,
            };
            out.extend(left);
        }
        Ok(out)
    }
}

/// Those of one part together.
fn merged(arena: &mut Arena, found: Vec<Cotangent>) -> Vec<Cotangent> {
    let mut out: Vec<Cotangent> = Vec::with_capacity(found.len());
    for cotangent in found {
        let same = out.iter_mut().find(|known| known.places == cotangent.places && known.guards == cotangent.guards);
        match same {
            Some(known) => known.bar = arena.plus(known.bar, cotangent.bar),
            None => out.push(cotangent),
        }
    }
    out
}

impl Places<'_> {
    fn refuse<T>(&mut self, trouble: NoPart, expr: ExprId) -> Result<T, NotLinear> {
        self.trouble.get_or_insert(trouble);
        Err(NotLinear { expr })
    }

    /// The cotangent with its terms apart that have a factor (eᵢ)ₖ, which makes them cotangents of the place i.
    fn without_units(&self, arena: &mut Arena, index: IndexId, cotangent: Cotangent) -> Vec<Cotangent> {
        if !arena.shape(cotangent.bar).is_scalar() || !matches!(self.end, End::Entries(_)) {
            return vec![cotangent];
        }
        let mut rest = Vec::new();
        let mut out = Vec::new();
        for (coeff, term) in arena.terms(cotangent.bar) {
            match self.unit_of(arena, index, term) {
                Some((which, place, factor)) => {
                    let mut places = cotangent.places.clone();
                    places.push((which, place));
                    out.push(Cotangent { places, bar: arena.scale(&coeff, factor), guards: cotangent.guards.clone() });
                }
                None => rest.push((coeff, term)),
            }
        }
        if !rest.is_empty() {
            let bar = arena.add_terms(rest, Shape::SCALAR);
            out.push(Cotangent { bar, ..cotangent });
        }
        out
    }

    /// Of s(eᵢ)ₖ with the index in i and the part's k which index of the part that is, i, and s.
    fn unit_of(&self, arena: &mut Arena, index: IndexId, term: ExprId) -> Option<(usize, ExprId, ExprId)> {
        let unit = |arena: &mut Arena, id: ExprId| {
            let Node::Entry(of, row, _) = *arena.node(id) else { return None };
            let Node::Basis(_, place) = *arena.node(of) else { return None };
            let which = self.part.at.iter().position(|at| *at == row)?;
            arena.depends_on_index(place, index).then_some((which, place))
        };
        if let Some((which, place)) = unit(arena, term) {
            return Some((which, place, arena.one()));
        }
        let Node::Hadamard(factors) = arena.node(term).clone() else { return None };
        let found = factors.iter().enumerate().find_map(|(at, (base, exponent))| {
            if !arena.is_one(*exponent) {
                return None;
            }
            unit(arena, *base).map(|(which, place)| (at, which, place))
        });
        let (at, which, place) = found?;
        let mut rest = factors.to_vec();
        rest.remove(at);
        Some((which, place, arena.hadamard_powers(&rest, Shape::SCALAR)))
    }

    /// The one term of a sum whose index is that of the part: where the place is i + c, i is k − c.
    fn place(
        &mut self,
        arena: &mut Arena,
        index: IndexId,
        (lower, upper): (ExprId, ExprId),
        mut cotangent: Cotangent,
        bound: usize,
    ) -> Result<Option<Cotangent>, NotLinear> {
        let (which, place) = cotangent.places.remove(bound);
        let Some((sign, rest)) = solved(arena, place, index) else {
            return self.refuse(NoPart::Place(place), place);
        };
        let value = arena.minus(self.part.at[which], rest);
        let value = arena.scale(&sign, value);
        for (_, place) in &mut cotangent.places {
            *place = arena.substitute_index(*place, index, value);
        }
        for guard in &mut cotangent.guards {
            *guard = arena.substitute_index(*guard, index, value);
        }
        cotangent.bar = arena.substitute_index(cotangent.bar, index, value);
        cotangent.guards.extend([arena.minus(value, lower), arena.minus(upper, value)]);
        Ok(self.weighed(arena, cotangent))
    }

    /// The sum over an index of which the part is independent, as far as the guards let it run.
    fn sum(
        &mut self,
        arena: &mut Arena,
        index: IndexId,
        (mut lower, mut upper): (ExprId, ExprId),
        mut cotangent: Cotangent,
    ) -> Result<Option<Cotangent>, NotLinear> {
        let mut guards = Vec::new();
        for guard in std::mem::take(&mut cotangent.guards) {
            if !arena.depends_on_index(guard, index) {
                guards.push(guard);
                continue;
            }
            let Some((sign, rest)) = solved(arena, guard, index) else {
                return self.refuse(NoPart::Ends, guard);
            };
            // i + r ≥ 0 is i ≥ −r, and r − i ≥ 0 is i ≤ r.
            let (bound, old) =
                if sign.is_negative() { (rest, upper) } else { (arena.scale(&Coeff::MINUS_ONE, rest), lower) };
            let difference = arena.minus(bound, old);
            let opposite = arena.scale(&Coeff::MINUS_ONE, difference);
            let tighter = if sign.is_negative() { opposite } else { difference };
            let looser = if sign.is_negative() { difference } else { opposite };
            if self.holds(arena, tighter) == Some(true) {
                if sign.is_negative() { upper = bound } else { lower = bound }
            } else if self.holds(arena, looser) != Some(true) {
                return self.refuse(NoPart::Ends, guard);
            }
            // An empty sum is 0, and its closed form may be another number.
            let one = arena.one();
            let count = arena.minus(upper, lower);
            guards.push(arena.plus(count, one));
        }
        cotangent.guards = guards;
        cotangent.bar = arena.indexed(BigOp::Sum, index, lower, upper, cotangent.bar);
        Ok(self.weighed(arena, cotangent))
    }

    /// The cotangent without the guards that always hold; nothing where one never does.
    fn weighed(&self, arena: &mut Arena, mut cotangent: Cotangent) -> Option<Cotangent> {
        let mut open = Vec::new();
        for guard in cotangent.guards {
            match self.holds(arena, guard) {
                Some(true) => {}
                Some(false) => return None,
                None => open.push(guard),
            }
        }
        open.sort_unstable();
        open.dedup();
        cotangent.guards = open;
        Some(cotangent)
    }

    /// Whether a whole number is at least 0 at every place of the part, or nowhere.
    fn holds(&self, arena: &mut Arena, number: ExprId) -> Option<bool> {
        if self.is_at_least_zero(arena, number) {
            return Some(true);
        }
        let opposite = arena.scale(&Coeff::MINUS_ONE, number);
        let one = arena.one();
        let below = arena.minus(opposite, one);
        self.is_at_least_zero(arena, below).then_some(false)
    }

    /// By 1 ≤ k ≤ m of each index k of the part, and 1 ≤ m of sizes.
    fn is_at_least_zero(&self, arena: &mut Arena, number: ExprId) -> bool {
        let mut number = number;
        for (at, size) in self.part.at.iter().zip(&self.sizes) {
            if arena.is_free_index(*at) {
                let falls = arena.terms(number).iter().any(|(coeff, term)| term == at && coeff.is_negative());
                let end = if falls { arena.size(*size) } else { arena.one() };
                number = arena.rewrite(number, &mut FxHashMap::from_iter([(*at, end)]));
            }
        }
        let mut least = Coeff::ZERO;
        for (coeff, term) in arena.terms(number) {
            let smallest = match arena.node(term) {
                Node::Number(_) => Coeff::ONE,
                Node::Size(dim) if !coeff.is_negative() => {
                    let numbered = self.part.at.iter().zip(&self.sizes).filter(|(_, size)| *size == dim);
                    numbered.filter_map(|(at, _)| arena.as_number(*at).cloned()).next().unwrap_or(Coeff::ONE)
                }
                _ => return false,
            };
            least = least.add(&coeff.mul(&smallest));
        }
        !least.is_negative()
    }

    /// The cotangent where its places are those of the part; times δ where that depends on k.
    fn at(&self, arena: &mut Arena, places: &[(usize, ExprId)], bar: ExprId) -> Option<ExprId> {
        let mut factors = Vec::new();
        for (which, place) in places {
            let at = self.part.at[*which];
            let difference = arena.minus(*place, at);
            if arena.is_zero(difference) {
                continue;
            }
            let one = arena.one();
            let opposite = arena.scale(&Coeff::MINUS_ONE, difference);
            let is_other = [difference, opposite].into_iter().any(|distance| {
                let beyond = arena.minus(distance, one);
                self.is_at_least_zero(arena, beyond)
            });
            if arena.as_number(difference).is_some() || is_other {
                return None;
            }
            let unit = arena.basis(self.sizes[*which], at);
            debug_assert!(arena.shape(unit) == Shape::vector(self.sizes[*which]), "a unit vector is a column");
            factors.push(arena.entry(unit, *place, one));
        }
        factors.push(bar);
        Some(arena.mul(&factors))
    }
}

/// An expression ±i + r as the sign and r.
fn solved(arena: &mut Arena, id: ExprId, index: IndexId) -> Option<(Coeff, ExprId)> {
    let variable = arena.index(index);
    let (coeff, _) = arena.terms(id).into_iter().find(|(_, term)| *term == variable)?;
    if !coeff.abs().is_one() {
        return None;
    }
    let own = arena.scale(&coeff, variable);
    let rest = arena.minus(id, own);
    (!arena.depends_on_index(rest, index)).then_some((coeff, rest))
}
