//! Where branches of a function meet: the expressions that it looks at the sign of, or takes the largest entry of, and where along a line the
//! branch changes.

use nalgebra::DMatrix;

use crate::catalog::entrywise::Differentiable;
use crate::expr::{Arena, ExprId, Node, Norm, Reduction, SymbolId, SymbolKind};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};
use crate::structure::Structure;

/// How far a line is followed, as powers of 2 of a step: as far as doubles reach, near by, up to 2¹², and farther off, up to 2²⁴.
pub(super) const FAR: &[i32] = &[-4, -2, 0, 2, 4, 6, 8, 10, 12, 16, 24, 40, 72, 136, 264, 520];
pub(super) const NEAR: &[i32] = FAR.split_at(9).0;
pub(super) const FARTHER: &[i32] = FAR.split_at(11).0;

/// Steps by which a dip is looked for: each leaves 0.62 of what was open.
const GOLDEN_STEPS: usize = 48;

/// How places of a line are looked for.
#[derive(Clone, Copy)]
pub(super) struct Places {
    /// How many at most.
    pub(super) most: usize,
    /// How often an interval with one in it is halved, and how often again for one that is smaller still.
    pub(super) halvings: &'static [usize],
    /// How far, as powers of 2.
    pub(super) powers: &'static [i32],
}

/// Directions of symbols.
pub(super) type Moves<T> = Vec<(SymbolId, DMatrix<T>)>;

/// What a function decides between branches by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kink {
    /// The signs of the entries.
    Sign(ExprId),
    /// Which entry is the largest.
    Largest(ExprId),
    /// Which entry is the smallest.
    Smallest(ExprId),
    /// Which entry is the largest in size.
    LargestInSize(ExprId),
}

impl Kink {
    /// What is looked at.
    pub(super) fn argument(self) -> ExprId {
        match self {
            Self::Sign(id) | Self::Largest(id) | Self::Smallest(id) | Self::LargestInSize(id) => id,
        }
    }

    /// Which of the branches values belong to, by a number for each entry, or for the whole; 0 where two branches meet.
    fn branches(self, value: &DMatrix<f64>) -> Vec<usize> {
        let place = |place: usize| vec![place + 1];
        match self {
            Self::Sign(_) => {
                value.iter().map(|entry| usize::from(*entry > 0.0) + 2 * usize::from(*entry < 0.0)).collect()
            }
            Self::Largest(_) => place(largest(value.iter().copied())),
            Self::Smallest(_) => place(largest(value.iter().map(|entry| -entry))),
            Self::LargestInSize(_) => place(largest(value.iter().map(|entry| entry.abs()))),
        }
    }
}

/// The place of the largest of some numbers.
fn largest(entries: impl Iterator<Item = f64>) -> usize {
    let mut found = (0, f64::NEG_INFINITY);
    for (place, entry) in entries.enumerate() {
        if entry > found.1 {
            found = (place, entry);
        }
    }
    found.0
}

/// What the expressions decide between branches by, each once, innermost first.
pub(super) fn kinks(arena: &Arena, roots: &[ExprId]) -> Vec<Kink> {
    let mut found: Vec<Kink> = Vec::new();
    for id in roots.iter().flat_map(|root| arena.post_order(*root)) {
        match arena.node(id) {
            Node::Elementwise(f, inner) if f.row().differentiable != Differentiable::Everywhere => {
                found.push(Kink::Sign(*inner));
            }
            Node::Norm(Norm::One, inner) => found.push(Kink::Sign(*inner)),
            Node::Norm(Norm::Infinity, inner) => found.extend([Kink::LargestInSize(*inner), Kink::Sign(*inner)]),
            Node::Norm(_, inner) if arena.shape(*inner).is_scalar() => found.push(Kink::Sign(*inner)),
            Node::Reduce(Reduction::Max, inner) => found.push(Kink::Largest(*inner)),
            Node::Reduce(Reduction::Min, inner) => found.push(Kink::Smallest(*inner)),
            // √(u²v²)
            Node::Hadamard(factors) => {
                for (base, exponent) in factors.iter() {
                    if let Node::Hadamard(inner) = arena.node(*base)
                        && arena.as_number(*exponent).is_some_and(|power| !power.is_integer())
                    {
                        found.extend(inner.iter().map(|(base, _)| Kink::Sign(*base)));
                    }
                }
            }
            _ => {}
        }
    }
    let mut each: Vec<Kink> = Vec::new();
    for kink in found {
        if !each.contains(&kink) {
            each.push(kink);
        }
    }
    each
}

/// The steps along a line just before and just after the branch changes, nearest first.
pub(super) fn crossings(
    arena: &Arena,
    kink: Kink,
    point: &Bindings<f64>,
    moves: &Moves<f64>,
    places: Places,
) -> Vec<(f64, f64)> {
    let at = |t: f64| Some(kink.branches(&value_along(arena, kink.argument(), point, moves, t)?));
    let mut found: Vec<(f64, f64)> = Vec::new();
    let Some(start) = at(0.0) else { return found };
    for side in [1.0, -1.0] {
        let (mut before, mut from) = (start.clone(), 0.0);
        for power in places.powers {
            let to = side * f64::exp2(f64::from(*power));
            let Some(after) = at(to) else { break };
            let changed = |a: &[usize], b: &[usize]| {
                (0..a.len()).find(|entry| a[*entry] != b[*entry] && a[*entry] * b[*entry] != 0)
            };
            if let Some(entry) = changed(&before, &after) {
                let is_before = |t: f64| at(t).map(|branches| branches[entry] == before[entry]);
                found.extend(places.brackets((from, to), is_before));
            }
            (before, from) = (after, to);
        }
    }
    places.nearest(found)
}

/// As [`crossings`], where a number whose sign is looked at dips below 0, or rises above it, so shortly that no step of [`crossings`] meets it.
pub(super) fn dips(
    arena: &Arena,
    kink: Kink,
    point: &Bindings<f64>,
    moves: &Moves<f64>,
    places: Places,
) -> Vec<(f64, f64)> {
    let Kink::Sign(argument) = kink else { return Vec::new() };
    let at = |t: f64| value_along(arena, argument, point, moves, t)?.iter().copied().next();
    let steps = places.powers.iter().map(|power| f64::exp2(f64::from(*power)));
    let line = steps.clone().rev().map(|step| -step).chain([0.0]).chain(steps);
    let values: Vec<(f64, f64)> = line.filter_map(|t| Some((t, at(t)?))).collect();
    let mut found = Vec::new();
    for three in values.windows(3) {
        let sign = three[1].1.signum();
        let [before, middle, after] = [0, 1, 2].map(|place: usize| sign * three[place].1);
        if !(middle > 0.0 && middle < before && middle < after) {
            continue;
        }
        let height = |t: f64| at(t).map(|value| sign * value);
        if let Some(beyond) = lowest_until(height, (three[0].0, three[2].0)) {
            found.extend(places.brackets((three[0].0, beyond), |t| height(t).map(|height| height > 0.0)));
        }
    }
    places.nearest(found)
}

impl Places {
    /// Intervals around the place between two others at which something changes, one for each number of halvings. `is_before`: whether it has
    /// not changed yet, where that is known.
    fn brackets(&self, (mut low, mut high): (f64, f64), is_before: impl Fn(f64) -> Option<bool>) -> Vec<(f64, f64)> {
        let mut found = Vec::new();
        for halvings in self.halvings {
            for _ in 0..*halvings {
                let is_wide = low * high > 0.0 && high / low > 4.0;
                let middle = if is_wide { low.signum() * (low * high).sqrt() } else { low + (high - low) / 2.0 };
                let Some(is_before) = is_before(middle) else { break };
                *(if is_before { &mut low } else { &mut high }) = middle;
            }
            found.push((low, high));
        }
        found
    }

    /// The intervals around the nearest places.
    fn nearest(&self, mut brackets: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
        brackets.sort_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        brackets.truncate(self.most * self.halvings.len());
        brackets
    }
}

/// The value of an expression some steps along a line, where it has one and what moves stays what it is declared as.
fn value_along(arena: &Arena, id: ExprId, point: &Bindings<f64>, moves: &Moves<f64>, t: f64) -> Option<DMatrix<f64>> {
    let there = moved(point, moves, t);
    if !stays(arena, &there, moves) {
        return None;
    }
    value(arena, id, &there).ok().filter(|value| value.iter().all(|entry| entry.is_finite()))
}

/// Where a function that falls and rises again between two places is below 0, by golden section; `None` where it is not, as far as is seen.
fn lowest_until(f: impl Fn(f64) -> Option<f64>, (mut low, mut high): (f64, f64)) -> Option<f64> {
    let golden = (5_f64.sqrt() - 1.0) / 2.0;
    let inner = |low: f64, high: f64| [high - golden * (high - low), low + golden * (high - low)];
    for _ in 0..GOLDEN_STEPS {
        let [left, right] = inner(low, high);
        let values = [f(left)?, f(right)?];
        if let Some(place) = values.iter().position(|value| *value < 0.0) {
            return Some([left, right][place]);
        }
        if values[0] < values[1] { high = right } else { low = left }
    }
    None
}

/// The value of an expression, that of its first instance where it has indices.
fn value(arena: &Arena, id: ExprId, point: &Bindings<f64>) -> Result<DMatrix<f64>, EvalError> {
    let mut found = evaluate(arena, id, point);
    if let Err(EvalError::UnboundIndex(_)) = found {
        let mut there = point.clone();
        while let Err(EvalError::UnboundIndex(index)) = found {
            there.indices.insert(index, 1);
            found = evaluate(arena, id, &there);
        }
    }
    found
}

/// A point some steps along a line.
pub(super) fn moved<T: Scalar>(point: &Bindings<T>, moves: &Moves<T>, t: T) -> Bindings<T> {
    let mut there = point.clone();
    for (symbol, h) in moves {
        if let Some(x) = there.symbols.get_mut(symbol) {
            *x += h.map(|entry| entry * t);
        }
    }
    there
}

/// Whether the moved symbols are still what they are declared as.
pub(super) fn stays(arena: &Arena, point: &Bindings<f64>, moves: &Moves<f64>) -> bool {
    moves.iter().all(|(id, _)| {
        let (symbol, Some(x)) = (arena.symbol(*id), point.symbols.get(id)) else { return false };
        let is_positive = match symbol.kind {
            SymbolKind::Positive => x.iter().all(|entry| *entry > 0.0),
            SymbolKind::Nonnegative => x.iter().all(|entry| *entry >= 0.0),
            _ => true,
        };
        let is_definite = !matches!(symbol.structure, Structure::PositiveDefinite | Structure::PositiveSemidefinite)
            || x.clone().cholesky().is_some();
        is_positive && is_definite
    })
}
