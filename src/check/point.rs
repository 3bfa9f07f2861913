//! Points: sizes and values that are drawn, and the comparison of values there that should be equal.
//!
//! Where doubles differ, the same point in numbers of 31 digits that know their error decides: what is larger than that error is no rounding.

use std::cell::Cell;

use nalgebra::DMatrix;

use super::branch::{Moves, moved};
use super::inside::{Space, Start};
use super::space::project;
use super::{Cause, CheckOptions, Disagreement, EXACT_TOLERANCE, Numbers, TOLERANCE};
use crate::expr::{Arena, NameParts, SymbolId};
use crate::numeric::random::Rng;
use crate::numeric::sample::{Imposed, Overrides, SMALLEST_SIZE, Strategy, draw_sizes, fill_sizes, sample};
use crate::numeric::{Algebra, Ball, Bindings, EvalError, Residue, Scalar};
use crate::structure::Structure;

/// Less than this is added to the sizes of the points that are asked for, so that what holds for some sizes alone shows.
const FEW_SIZES: usize = 3;
/// How much more than what is not known has to come of everything that goes into a value.
const SEEN: f64 = 16.0;

/// Two values that should be equal.
pub(super) struct Pair<T> {
    /// What it should be.
    pub(super) expected: DMatrix<T>,
    /// What the answer says.
    pub(super) found: DMatrix<T>,
    /// What differences are relative to.
    pub(super) scale: f64,
    /// What is wrong where they differ.
    pub(super) cause: Cause,
}

/// What is compared at a point, in any kind of number.
pub(super) trait Comparison {
    /// The values at a point; none where it is outside the domain.
    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError>;

    /// Whether it asks what residues do not know: which of two values is larger, what a root is.
    fn is_beyond_residues(&self) -> bool {
        false
    }
}

/// What a comparison at one point says.
pub(super) enum Trial {
    /// The largest relative difference.
    Agree(f64),
    /// The answer is wrong.
    Disagree(Box<Disagreement>),
    /// The point is outside the domain or too badly conditioned.
    Outside,
}

impl Trial {
    /// The same, a disagreement with the direction along which it was found.
    pub(super) fn along(mut self, direction: Option<DMatrix<f64>>) -> Self {
        if let Self::Disagree(disagreement) = &mut self {
            disagreement.direction = direction;
        }
        self
    }
}

/// A random direction of a variable, in its space at whatever point.
pub(super) struct Direction {
    pub(super) symbol: SymbolId,
    pub(super) structure: Structure,
    pub(super) normal: DMatrix<f64>,
}

impl Direction {
    /// The direction at a point.
    pub(super) fn at<T: Scalar>(&self, point: &Bindings<T>) -> Result<DMatrix<T>, EvalError> {
        let x = point.symbols.get(&self.symbol).ok_or(EvalError::UnboundSymbol(self.symbol))?;
        Ok(project(self.structure, x, &self.normal.map(T::from_f64)))
    }
}

/// The sizes of a point.
pub(super) struct Sizes {
    /// Where they are not drawn.
    pub(super) given: Option<Vec<usize>>,
    /// Less than this is added to those of points that are added.
    pub(super) larger: usize,
}

/// A point and how it was drawn.
#[derive(Clone)]
pub(super) struct Point<'a> {
    pub(super) arena: &'a Arena,
    pub(super) bindings: Bindings<f64>,
    pub(super) symmetric_squares: bool,
    /// What a comparison draws its directions from.
    pub(super) rng: Rng,
    symbols: &'a [SymbolId],
    pub(super) sizes: Vec<usize>,
    strategy: Strategy,
    pub(super) overrides: &'a Overrides,
    numbers: Numbers,
    algebra: Algebra,
    /// The state that the values were drawn from.
    drawn: Rng,
    /// How far symbols were moved from there.
    shifted: Moves<f64>,
    /// Whether something contributes less to the values than is seen.
    hides: Cell<bool>,
}

impl<'a> Point<'a> {
    /// A point by a strategy.
    pub(super) fn draw(
        arena: &'a Arena,
        symbols: &'a [SymbolId],
        strategy: Strategy,
        algebra: Algebra,
        (number, options, sizes): (usize, &'a CheckOptions, Sizes),
        rng: &mut Rng,
    ) -> Result<Self, EvalError> {
        let Sizes { given, larger } = sizes;
        let far = |size: usize| SMALLEST_SIZE + (size - SMALLEST_SIZE) * options.spread + options.larger;
        let mut sizes: Vec<usize> = draw_sizes(arena, rng).into_iter().map(far).collect();
        let most = match number {
            _ if number >= options.points => larger,
            1.. if options.numbers == Numbers::Residues => FEW_SIZES,
            _ => 0,
        };
        if most > 0 {
            sizes.iter_mut().for_each(|size| *size += rng.below(most));
        }
        let mut sizes = given.unwrap_or(sizes);
        fill_sizes(arena, &mut sizes);
        let drawn = rng.clone();
        let overrides = &options.overrides;
        let mut bindings = sample(arena, symbols, &sizes, strategy, overrides, rng)?;
        bindings.work_limit = options.work_limit;
        bindings.refuse_rounding = true;
        let symmetric_squares = strategy.symmetric_squares();
        let rng = Rng::new(rng.bits());
        Ok(Self {
            arena,
            bindings,
            symmetric_squares,
            rng,
            symbols,
            sizes,
            strategy,
            overrides,
            numbers: options.numbers,
            algebra,
            drawn,
            shifted: Vec::new(),
            hides: Cell::new(false),
        })
    }
}

impl Point<'_> {
    /// The structure by which a variable moves at this point.
    pub(super) fn structure(&self, symbol: SymbolId) -> Structure {
        let declared = self.arena.symbol(symbol).structure;
        let free = declared == Structure::General && !self.overrides.contains_key(&symbol);
        if self.symmetric_squares && free && self.arena.symbol(symbol).shape.is_square() {
            return Structure::Symmetric;
        }
        declared
    }

    /// From where a way into the domain is looked for.
    pub(super) fn start(&self) -> Start<'_> {
        let space = |id: SymbolId| Space::of(self.arena, id, self.overrides.get(&id).copied(), self.structure(id));
        let spaces = self.bindings.symbols.keys().filter_map(|id| Some((*id, space(*id)?))).collect();
        Start { bindings: &self.bindings, rng: self.rng.clone(), spaces }
    }

    /// The same point where symbols are moved.
    pub(super) fn shifted_by(&self, moves: Moves<f64>) -> Self {
        Point { bindings: moved(&self.bindings, &moves, 1.0), shifted: moves, ..self.clone() }
    }

    /// The same point with 31 digits. Structures hold to these digits too.
    pub(super) fn exact(&self) -> Result<Bindings<Ball>, EvalError> {
        self.drawn_again()
    }

    /// The point in another kind of number.
    fn drawn_again<T: Scalar>(&self) -> Result<Bindings<T>, EvalError> {
        let mut rng = self.drawn.clone();
        let mut bindings = sample(self.arena, self.symbols, &self.sizes, self.strategy, self.overrides, &mut rng)?;
        bindings.work_limit = self.bindings.work_limit / Ball::WORK;
        bindings.indices.clone_from(&self.bindings.indices);
        for (symbol, h) in &self.shifted {
            if let Some(x) = bindings.symbols.get_mut(symbol) {
                *x += h.map(T::from_f64);
            }
        }
        Ok(bindings)
    }

    /// A random matrix of the shape of a symbol.
    pub(super) fn normal(&mut self, symbol: SymbolId) -> Result<DMatrix<f64>, EvalError> {
        let Some(x) = self.bindings.symbols.get(&symbol) else { return Err(EvalError::UnboundSymbol(symbol)) };
        Ok(self.rng.normal_matrix(x.nrows(), x.ncols()))
    }

    /// A random direction of a symbol.
    pub(super) fn direction(&mut self, symbol: SymbolId) -> Result<Direction, EvalError> {
        Ok(Direction { symbol, structure: self.structure(symbol), normal: self.normal(symbol)? })
    }

    /// Compares at this point.
    pub(super) fn compare(&self, comparison: &impl Comparison) -> Result<Trial, EvalError> {
        if self.numbers == Numbers::Residues {
            return self.compare_exactly(comparison);
        }
        let pairs = comparison.pairs(&self.bindings)?;
        let Some(largest) = agreement(&pairs) else { return Ok(Trial::Outside) };
        if largest <= TOLERANCE && self.numbers == Numbers::Doubles {
            // What is below their resolution, residues see.
            let has_residues = self.algebra == Algebra::Rational && !comparison.is_beyond_residues();
            let guard = if has_residues { self.compare_exactly(comparison) } else { Ok(Trial::Outside) };
            return Ok(match guard {
                Ok(trial @ Trial::Disagree(_)) => trial,
                Ok(_) | Err(_) => Trial::Agree(largest),
            });
        }
        // The doubles differ. Where they cannot tell why, another point will.
        Ok(self.exact().and_then(|exact| comparison.pairs(&exact)).map_or(Trial::Outside, |pairs| self.decide(&pairs)))
    }

    /// Compares modulo a prime.
    fn compare_exactly(&self, comparison: &impl Comparison) -> Result<Trial, EvalError> {
        let pairs = comparison.pairs::<Residue>(&self.drawn_again()?)?;
        if pairs.is_empty() || pairs.iter().any(|pair| !is_finite(&pair.expected) || !is_finite(&pair.found)) {
            return Ok(Trial::Outside);
        }
        let Some(place) = pairs.iter().position(|pair| pair.expected != pair.found) else {
            return Ok(Trial::Agree(0.0));
        };
        let cause = pairs[place].cause;
        // The same in doubles, for the report.
        let shown = comparison.pairs(&self.bindings).ok().and_then(|mut pairs| pairs.drain(..).nth(place));
        let unknown = || pairs[place].expected.map(|_| f64::NAN);
        let (expected, found) = shown.map_or_else(|| (unknown(), unknown()), |pair| (pair.expected, pair.found));
        Ok(Trial::Disagree(Box::new(self.disagreement(&expected, &found, cause))))
    }

    /// What numbers that know their errors say.
    fn decide(&self, pairs: &[Pair<Ball>]) -> Trial {
        let mut largest = if pairs.is_empty() { f64::NAN } else { 0.0 };
        for pair in pairs {
            let difference = &pair.expected - &pair.found;
            let (bound, slack) = (TOLERANCE * pair.scale, self.slack() * pair.scale);
            let is_known = difference.iter().all(|entry| entry.is_finite());
            if is_known && difference.iter().any(|entry| entry.real().abs() - entry.error() > slack) {
                let (expected, found) = (pair.expected.map(Ball::real), pair.found.map(Ball::real));
                return Trial::Disagree(Box::new(self.disagreement(&expected, &found, pair.cause)));
            }
            let size = difference.iter().map(|entry| entry.real().abs() + entry.error()).fold(0.0, f64::max);
            let hides = || self.numbers == Numbers::Long && !self.shows(&pair.expected, &pair.found);
            if !is_known || size.is_nan() || size > bound || hides() {
                largest = f64::NAN;
            } else {
                largest += relative(size, pair.scale);
            }
        }
        if largest.is_nan() { Trial::Outside } else { Trial::Agree(largest) }
    }

    /// Whether something contributes less to the values than is seen.
    pub(super) fn hides(&self) -> bool {
        self.hides.get()
    }

    /// What may be laid to the point or to the kernels, where numbers alone decide; functions of entries know their errors.
    fn slack(&self) -> f64 {
        let is_orthogonal = |id: &SymbolId| self.arena.symbol(*id).structure == Structure::Orthogonal;
        let is_precise = self.algebra != Algebra::Neither && !self.symbols.iter().any(is_orthogonal);
        if is_precise && self.numbers == Numbers::Long { 0.0 } else { EXACT_TOLERANCE }
    }

    /// Whether everything that goes into either of two values that agree contributes more than what is not known of their difference.
    pub(super) fn shows(&self, left: &DMatrix<Ball>, right: &DMatrix<Ball>) -> bool {
        let doubt = (left - right).iter().map(|entry| entry.real().abs() + entry.error()).fold(0.0, f64::max);
        let unknown = doubt.max(self.slack() * size(left).max(size(right)));
        let shows = left.iter().chain(right).all(|entry| entry.least() > SEEN * unknown);
        if !shows {
            self.hides.set(true);
        }
        shows
    }

    /// The report that an answer is wrong here, the entry being that of the largest difference.
    pub(super) fn disagreement(&self, expected: &DMatrix<f64>, found: &DMatrix<f64>, cause: Cause) -> Disagreement {
        let mut entry = (0, 0);
        let mut largest = -1.0;
        for col in 0..expected.ncols() {
            for row in 0..expected.nrows() {
                let size = (expected[(row, col)] - found[(row, col)]).abs();
                // What is not a number is further off than any.
                let size = if size.is_nan() { f64::INFINITY } else { size };
                if size > largest {
                    (largest, entry) = (size, (row, col));
                }
            }
        }
        let name = |id: &SymbolId| self.arena.symbol(*id).name.clone();
        let mut values: Vec<_> = self.bindings.symbols.iter().map(|(id, value)| (name(id), value.clone())).collect();
        for (id, members) in &self.bindings.families {
            values.extend((1..).zip(members).map(|(place, member): (usize, &DMatrix<f64>)| {
                let member_name = NameParts::of(&self.arena.symbol(*id).name).member(&place.to_string());
                (member_name, member.clone())
            }));
        }
        Disagreement {
            cause,
            sizes: named_sizes(self.arena, &self.bindings),
            values,
            direction: None,
            entry: (entry.0 + 1, entry.1 + 1),
            shape: expected.shape(),
            expected: expected[entry],
            found: found[entry],
        }
    }
}

/// The largest relative difference; none where values are not finite, or there are none.
fn agreement(pairs: &[Pair<f64>]) -> Option<f64> {
    if pairs.is_empty() || pairs.iter().any(|pair| !is_finite(&pair.expected) || !is_finite(&pair.found)) {
        return None;
    }
    let errors = pairs.iter().map(|pair| relative((&pair.expected - &pair.found).amax(), pair.scale));
    Some(errors.fold(0.0, f64::max))
}

/// A difference relative to a scale, 0 where it vanishes.
fn relative(difference: f64, scale: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { difference / scale.max(f64::MIN_POSITIVE) }
}

/// The named sizes of a point.
pub(super) fn named_sizes(arena: &Arena, bindings: &Bindings<f64>) -> Vec<(String, usize)> {
    (0_u32..)
        .zip(arena.size_names())
        .filter_map(|(place, name)| Some((name.clone(), *bindings.sizes.get(&place)?)))
        .collect()
}

/// Whether all entries are finite.
pub(super) fn is_finite<T: Scalar>(x: &DMatrix<T>) -> bool {
    x.iter().all(|entry| entry.is_finite())
}

/// The largest size of an entry.
pub(super) fn size<T: Scalar>(x: &DMatrix<T>) -> f64 {
    x.iter().map(|entry| entry.real().abs()).fold(0.0, f64::max)
}

/// Overrides with one more structure.
pub(super) fn with(overrides: &Overrides, imposed: &[(SymbolId, Imposed)]) -> Overrides {
    let mut overrides = overrides.clone();
    overrides.extend(imposed.iter().copied());
    overrides
}
