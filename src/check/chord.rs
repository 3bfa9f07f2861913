//! Whether the domain of a function holds the whole of a chord, and not its ends alone: on the way nothing vanishes that is divided by or that a
//! logarithm is taken of, and no root is taken of what is negative close by.

use std::cell::Cell;

use nalgebra::DMatrix;
use rustc_hash::{FxHashMap, FxHashSet};

use super::branch::{Moves, moved};
use super::space::project;
use crate::catalog::entrywise::Domain;
use crate::expr::{Arena, ExprId, IndexId, MatrixFunction, Node, SymbolId};
use crate::numeric::random::Rng;
use crate::numeric::{Bindings, EvalError, evaluate};

/// Steps of a chord at which what the domain asks for is looked at.
const STEPS: usize = 32;
/// Smallest values between two steps that are looked for, for each entry, and how often the interval of one is shortened.
const MOST_DIPS: usize = 4;
const SHORTENINGS: usize = 60;
/// Only what falls below this, relative to the largest value on the chord, is looked for.
const DIPS: f64 = 0.5;
/// What is smaller than this, relative to the largest value, vanishes; and what falls to this part of itself with each of these steps.
const VANISHES: f64 = 1e-9;
const FALLS: f64 = 0.5;
const FALLING: [f64; 3] = [1e-3, 1e-6, 1e-9];
/// Points around one at which something vanishes, and how far off they are, relative to the chord.
const AROUND: usize = 128;
const AROUND_KNOWN: f64 = 0.3;
const NEAR: f64 = 1e-3;
/// Most operands that are looked at, and most values that one of them takes for the values of its indices.
const MOST_PLACES: usize = 20_000;
const MOST_INSTANCES: usize = 100;

/// What an operator asks of its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Need {
    /// No entry is 0.
    Apart,
    /// The matrix is invertible, or of full rank.
    Invertible,
    /// No entry is 0 where that of the exponent is below 0, or below 0 where that is a fraction.
    Power(ExprId),
    /// No cosine of an entry is 0.
    Cosine,
    /// No entry is below 1.
    FromOne,
    /// No entry is larger than 1 in size.
    UpToOne,
    /// Every entry is smaller than 1 in size.
    BelowOne,
}

/// An operand with what is asked of it, where choices fall as they are listed.
#[derive(Clone, Debug)]
struct Guard {
    of: ExprId,
    need: Need,
    chosen: Vec<(ExprId, bool)>,
}

/// How an entry meets what is asked of it: the piece of the domain that it lies in, how far it is from the border of this, and whether the
/// border belongs to the domain.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stand {
    piece: i64,
    distance: f64,
    is_closed: bool,
}

impl Stand {
    /// Of a number that must not be 0.
    fn apart(value: f64) -> Self {
        Self { piece: if value > 0.0 { 1 } else { -1 }, distance: value.abs(), is_closed: false }
    }

    /// Of a number that must not be below 0.
    fn root(value: f64) -> Self {
        Self { piece: if value >= 0.0 { 1 } else { -1 }, distance: value.abs(), is_closed: true }
    }

    /// Of a number of which nothing is asked.
    const FREE: Self = Self { piece: 0, distance: 1.0, is_closed: true };
}

/// Whether the chord from a point along `moves` leaves the domain of a scalar between its ends; the evaluations that it took are added to
/// `spent`.
pub(super) fn leaves(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<f64>,
    moves: &Moves<f64>,
    (rng, spent): (&mut Rng, &mut usize),
) -> bool {
    let variables: Vec<SymbolId> = moves.iter().map(|(symbol, _)| *symbol).collect();
    let (guards, ranges) = guards(arena, root);
    let varies = |guard: &Guard| variables.iter().any(|symbol| arena.contains_symbol(guard.of, *symbol));
    guards.iter().filter(|guard| varies(guard)).any(|guard| {
        let chord = Chord { arena, guard, ranges: &ranges, point, moves, evaluated: Cell::new(0) };
        let leaves = chord.leaves(rng);
        *spent += chord.evaluated.get();
        leaves
    })
}

/// A chord and one thing that the domain asks for.
struct Chord<'a> {
    arena: &'a Arena,
    guard: &'a Guard,
    ranges: &'a FxHashMap<IndexId, Option<(ExprId, ExprId)>>,
    point: &'a Bindings<f64>,
    moves: &'a Moves<f64>,
    evaluated: Cell<usize>,
}

impl Chord<'_> {
    fn leaves(&self, rng: &mut Rng) -> bool {
        #[allow(clippy::cast_precision_loss, reason = "a small number")]
        let step = |place: usize| place as f64 / STEPS as f64;
        // What has no value by itself, as a part that is not chosen, asks for nothing.
        let Some(start) = self.at(0.0) else { return false };
        let mut all = vec![start];
        for place in 1..=STEPS {
            match self.at(step(place)) {
                Some(stands) if stands.len() == all[0].len() => all.push(stands),
                _ => return true,
            }
        }
        (0..all[0].len()).any(|entry| {
            let along: Vec<Option<Stand>> = all.iter().map(|stands| stands[entry]).collect();
            let largest = along.iter().flatten().map(|stand| stand.distance).fold(0.0, f64::max);
            let is_known = |stand: &Stand| stand.distance.is_finite();
            if !along.iter().flatten().all(is_known) {
                return true;
            }
            let is_broken = along.windows(2).any(|pair| match (pair[0], pair[1]) {
                (Some(a), Some(b)) => a.piece != b.piece && !is_rounding(a, b, largest),
                _ => false,
            });
            is_broken
                || self.dips(&along, largest).into_iter().any(|place| {
                    let (low, high) = (step(place.saturating_sub(1)), step((place + 1).min(STEPS)));
                    self.vanishes(entry, (low, high), largest, rng)
                })
        })
    }

    /// The steps at which an entry is nearer to the border than beside them, nearest first.
    fn dips(&self, along: &[Option<Stand>], largest: f64) -> Vec<usize> {
        let distance = |place: usize| along.get(place).copied().flatten().map_or(f64::INFINITY, |stand| stand.distance);
        let is_dip = |place: &usize| {
            let (before, after) = (place.checked_sub(1).map_or(f64::INFINITY, distance), distance(place + 1));
            let here = distance(*place);
            here <= DIPS * largest && here <= before && here <= after && (here < before || here < after)
        };
        let mut dips: Vec<usize> = (0..along.len()).filter(is_dip).collect();
        dips.sort_by(|a, b| distance(*a).total_cmp(&distance(*b)));
        dips.truncate(MOST_DIPS);
        dips
    }

    /// Whether an entry vanishes between two steps, where the domain ends for that.
    fn vanishes(&self, entry: usize, (mut low, mut high): (f64, f64), largest: f64, rng: &mut Rng) -> bool {
        let stand = |t: f64| self.at(t).and_then(|stands| stands.get(entry).copied().flatten());
        let distance = |t: f64| stand(t).map_or(f64::INFINITY, |stand| stand.distance);
        // Of |u| with u affine the lines from both sides meet where it vanishes; of others the golden section finds it.
        let (at_low, at_high) = (distance(low), distance(high));
        let meet = (low * at_high + high * at_low) / (at_low + at_high);
        if self.ends_at(entry, meet, largest, rng) {
            return true;
        }
        let part = (3.0 - 5.0_f64.sqrt()) / 2.0;
        let (mut first, mut second) = (low + part * (high - low), high - part * (high - low));
        let (mut at_first, mut at_second) = (distance(first), distance(second));
        for _ in 0..SHORTENINGS {
            if at_first.min(at_second) <= VANISHES * largest {
                break;
            }
            if at_first <= at_second {
                (high, second, at_second) = (second, first, at_first);
                first = low + part * (high - low);
                at_first = distance(first);
            } else {
                (low, first, at_first) = (first, second, at_second);
                second = high - part * (high - low);
                at_second = distance(second);
            }
        }
        let at = if at_first <= at_second { first } else { second };
        self.ends_at(entry, at, largest, rng)
    }

    /// Whether an entry vanishes at a step, and the domain ends for that.
    fn ends_at(&self, entry: usize, at: f64, largest: f64, rng: &mut Rng) -> bool {
        let stand = |t: f64| self.at(t).and_then(|stands| stands.get(entry).copied().flatten());
        let Some(here) = stand(at) else { return false };
        let distance = |step: f64| {
            let both = [at - step, at + step].map(|t| stand(t).map_or(0.0, |stand| stand.distance));
            both[0].max(both[1])
        };
        // √|u| is small only very near to where u vanishes.
        let falls = || FALLING.windows(2).all(|steps| distance(steps[1]) <= FALLS * distance(steps[0]));
        if here.distance > VANISHES * largest && !(here.distance <= VANISHES.sqrt() * largest && falls()) {
            return false;
        }
        !here.is_closed || self.is_border(entry, at, largest, rng)
    }

    /// Whether there is no value close by a point of the chord: of points around it those are looked for at which the entry is less than nearby.
    fn is_border(&self, entry: usize, at: f64, largest: f64, rng: &mut Rng) -> bool {
        let there = moved(self.point, self.moves, at);
        let mut lowest: Option<(f64, Moves<f64>)> = None;
        for place in 0..AROUND {
            let from = lowest.as_ref().filter(|_| place >= AROUND / 4).map(|(_, aside)| aside);
            let aside: Moves<f64> =
                (0..).zip(self.moves).map(|(own, move_)| self.aside(move_, from, own, rng)).collect();
            let stands = self.stands(&moved(&there, &aside, 1.0));
            let Some(stand) = stands.and_then(|stands| stands.get(entry).copied().flatten()) else { continue };
            if stand.piece < 0 && stand.distance > f64::EPSILON * largest {
                return true;
            }
            if lowest.as_ref().is_none_or(|(known, _)| stand.distance < *known) {
                lowest = Some((stand.distance, aside));
            }
        }
        false
    }

    /// A short step of a symbol, near to a known one where there is one.
    fn aside(
        &self,
        (symbol, h): &(SymbolId, DMatrix<f64>),
        from: Option<&Moves<f64>>,
        own: usize,
        rng: &mut Rng,
    ) -> (SymbolId, DMatrix<f64>) {
        let g = rng.normal_matrix(h.nrows(), h.ncols());
        let g = project(self.arena.symbol(*symbol).structure, h, &g);
        let length = NEAR * h.norm().max(f64::MIN_POSITIVE);
        let Some((_, known)) = from.and_then(|from| from.get(own)) else { return (*symbol, g * length) };
        let near = known + g * (AROUND_KNOWN * length);
        let size = near.norm().max(f64::MIN_POSITIVE);
        (*symbol, near * (length / size))
    }

    fn at(&self, t: f64) -> Option<Vec<Option<Stand>>> {
        self.stands(&moved(self.point, self.moves, t))
    }

    /// How all entries stand at a point, for all values of the indices; of an entry that is not chosen nothing. `None` where it has no value.
    fn stands(&self, point: &Bindings<f64>) -> Option<Vec<Option<Stand>>> {
        let mut found = Vec::new();
        let mut point = point.clone();
        self.collect(&mut point, &mut found)?;
        Some(found)
    }

    fn collect(&self, point: &mut Bindings<f64>, found: &mut Vec<Option<Stand>>) -> Option<()> {
        let mut index = match self.of_instance(point) {
            Ok(stands) => {
                found.extend(stands);
                return (found.len() <= MOST_INSTANCES * MOST_INSTANCES).then_some(());
            }
            Err(EvalError::UnboundIndex(index)) => index,
            Err(_) => return None,
        };
        loop {
            let (lower, upper) = (*self.ranges.get(&index)?)?;
            let number = |id, point: &Bindings<f64>| evaluate(self.arena, id, point).map(|value| value[0].round());
            match (number(lower, point), number(upper, point)) {
                (Ok(lower), Ok(upper)) if upper - lower < MOST_INSTANCES as f64 => {
                    #[allow(clippy::cast_possible_truncation, reason = "a whole number")]
                    for value in lower as i64..=upper as i64 {
                        point.indices.insert(index, value);
                        self.collect(point, found)?;
                    }
                    point.indices.swap_remove(&index);
                    return Some(());
                }
                // The range of an inner index depends on an outer one, which comes first.
                (Err(EvalError::UnboundIndex(outer)), _) | (_, Err(EvalError::UnboundIndex(outer))) => index = outer,
                _ => return None,
            }
        }
    }

    fn of_instance(&self, point: &Bindings<f64>) -> Result<Vec<Option<Stand>>, EvalError> {
        self.evaluated.set(self.evaluated.get() + 1);
        for (condition, holds) in &self.guard.chosen {
            let value = evaluate(self.arena, *condition, point)?;
            if value.len() == 1 && (value[0] != 0.0) != *holds {
                return Ok(vec![None]);
            }
        }
        let value = evaluate(self.arena, self.guard.of, point)?;
        let each = |stand: fn(f64) -> Stand| value.iter().map(|entry| Some(stand(*entry))).collect();
        Ok(match self.guard.need {
            Need::Apart => each(Stand::apart),
            Need::Invertible => vec![Some(Stand::apart(volume(&value)))],
            Need::Cosine => each(cosine),
            Need::FromOne => each(|entry| Stand::root(entry - 1.0)),
            Need::UpToOne => each(|entry| Stand::root(1.0 - entry.abs())),
            Need::BelowOne => each(|entry| Stand::apart(1.0 - entry.abs())),
            Need::Power(exponent) => {
                let exponents = evaluate(self.arena, exponent, point)?;
                let exponent = |place: usize| exponents.get(if exponents.len() == 1 { 0 } else { place });
                let stand = |(place, entry): (usize, &f64)| match exponent(place) {
                    Some(power) if *power < 0.0 => Stand::apart(*entry),
                    Some(power) if power.fract() != 0.0 => Stand::root(*entry),
                    _ => Stand::FREE,
                };
                value.iter().enumerate().map(|place| Some(stand(place))).collect()
            }
        })
    }
}

/// Whether a number that must not be below 0 changes its sign within what is rounding.
fn is_rounding(a: Stand, b: Stand, largest: f64) -> bool {
    let below = if a.piece < b.piece { a } else { b };
    a.is_closed && below.distance <= 1e3 * f64::EPSILON * largest
}

/// How a number stands whose cosine must not be 0.
fn cosine(value: f64) -> Stand {
    #[allow(clippy::cast_possible_truncation, reason = "beyond that nothing is known")]
    let piece = (value / std::f64::consts::PI + 0.5).floor() as i64;
    Stand { piece, distance: value.cos().abs(), is_closed: false }
}

/// The determinant of a matrix, or that of its products of columns, or of rows, where it is not square.
fn volume(value: &DMatrix<f64>) -> f64 {
    if value.is_square() {
        value.determinant()
    } else if value.nrows() > value.ncols() {
        (value.transpose() * value).determinant()
    } else {
        (value * value.transpose()).determinant()
    }
}

/// The ranges of indices; none of an index that runs through several.
type Ranges = FxHashMap<IndexId, Option<(ExprId, ExprId)>>;

/// What the operators below a root ask of their operands.
fn guards(arena: &Arena, root: ExprId) -> (Vec<Guard>, Ranges) {
    let (mut found, mut ranges) = (Vec::new(), Ranges::default());
    let mut seen: FxHashSet<(ExprId, Vec<(ExprId, bool)>)> = FxHashSet::default();
    let mut open = vec![(root, Vec::new())];
    while let Some((id, chosen)) = open.pop() {
        if seen.len() > MOST_PLACES || !seen.insert((id, chosen.clone())) {
            continue;
        }
        let mut push = |of: ExprId, need: Need| found.push(Guard { of, need, chosen: chosen.clone() });
        let node = arena.node(id);
        let negative = |power: ExprId| arena.as_number(power).is_none_or(crate::number::Coeff::is_negative);
        match node {
            Node::Hadamard(factors) => {
                for (base, exponent) in factors.iter() {
                    let number = arena.as_number(*exponent);
                    if number.is_none_or(|power| power.is_negative() || !power.is_integer()) {
                        push(*base, Need::Power(*exponent));
                    }
                }
            }
            Node::Power(base, exponent) if negative(*exponent) => push(*base, Need::Invertible),
            Node::Pinv(inner) => push(*inner, Need::Invertible),
            Node::MatrixFunction(MatrixFunction::Logm, inner, _) => push(*inner, Need::Invertible),
            Node::Elementwise(func, inner) => match func.row().domain {
                Domain::Real => {}
                Domain::Positive => push(*inner, Need::Apart),
                Domain::CosineNonZero => push(*inner, Need::Cosine),
                Domain::FromOne => push(*inner, Need::FromOne),
                Domain::UpToOneInSize => push(*inner, Need::UpToOne),
                Domain::BelowOneInSize => push(*inner, Need::BelowOne),
            },
            Node::Indexed { index, lower, upper, .. } => {
                let range = ranges.entry(*index).or_insert(Some((*lower, *upper)));
                *range = range.filter(|known| *known == (*lower, *upper));
            }
            _ => {}
        }
        if let Node::Choose(condition, then, otherwise) = *node {
            open.push((condition, chosen.clone()));
            for (value, holds) in [(then, true), (otherwise, false)] {
                let chosen = chosen.iter().copied().chain([(condition, holds)]).collect();
                open.push((value, chosen));
            }
        } else {
            open.extend(node.children().into_iter().map(|child| (child, chosen.clone())));
        }
    }
    (found, ranges)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::Func;
    use crate::numeric::testing::Build;

    #[test]
    fn a_chord_leaves_where_a_divisor_or_a_root_ends() {
        let mut b = Build::new();
        let (id, x) = b.matrix("x", "1", "1");
        let one = b.int(1);
        let square = b.pow(x, 2, 1);
        let above = b.add(&[(1, square), (1, one)]);
        let size = b.f(Func::Abs, x);
        let logarithm = b.f(Func::Log, square);
        let root = b.pow(square, 1, 2);
        let cusp = b.pow(size, 1, 2);
        let shifted = b.add(&[(1, square), (-1, one)]);
        let gap = b.pow(shifted, 1, 2);
        let area = b.f(Func::Acosh, above);
        let mut point = Bindings::default();
        point.symbols.insert(id, DMatrix::from_element(1, 1, -2.3));
        let moves = vec![(id, DMatrix::from_element(1, 1, 4.9))];
        let mut rng = Rng::new(1);
        let mut leaves = |id| leaves(&b.arena, id, &point, &moves, (&mut rng, &mut 0));
        assert!(leaves(logarithm) && leaves(gap));
        assert!(!leaves(root) && !leaves(cusp) && !leaves(area));
        let (pole, bell, steep) = (b.pow(size, -1, 1), b.pow(above, -1, 1), b.pow(cusp, -1, 1));
        let mut leaves = |id| super::leaves(&b.arena, id, &point, &moves, (&mut rng, &mut 0));
        assert!(leaves(pole) && leaves(steep) && !leaves(bell));
    }
}
