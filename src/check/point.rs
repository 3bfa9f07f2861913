//! Looks for points at which input and answer are finite, and compares there.
//!
//! One driver serves all checks: it draws sizes and values, and compares pairs of values that should be equal. Where doubles differ, the
//! same point in numbers of 31 digits that know their error decides: what is larger than that error is no rounding. Power series have
//! no such numbers; of them a difference is held against an answer where tiny changes of the point change the values by far less, and
//! a second point confirms it.

use nalgebra::DMatrix;

use super::space::project;
use super::{Cause, Certificate, CheckOptions, Disagreement, Method, Outcome, Reason, TOLERANCE};
use crate::expr::{Arena, ExprId, Structure, SymbolId, SymbolKind};
use crate::numeric::random::Rng;
use crate::numeric::sample::{Imposed, Overrides, ROUNDS, Strategy, draw_sizes, sample, symbols_of};
use crate::numeric::{Ball, Bindings, EvalError, Scalar};

/// Draws from one strategy before the next is tried.
const DRAWS: usize = 3;
/// How many times the work of a double a ball is.
const BALL_WORK: u64 = 20;
/// Relative size of the change that tells how badly a point is conditioned for power series.
const NUDGE: f64 = 1e-13;
/// Differences up to this many times what the nudge changes prove nothing.
const NUDGE_MARGIN: f64 = 100.0;
/// How many times a point is nudged. Where the true value is 0, rounding can leave the same error at two neighbours.
const NUDGES: u64 = 4;
/// Differences of power series below this prove nothing: values are of the order of 1, and what is 0 is left as rounding.
const ABSOLUTE_FLOOR: f64 = 1e-11;
/// Smaller relative differences of power series are more likely rounding that no nudge shows than a wrong answer, which differs by more
/// somewhere else; nothing is concluded from them.
const RELATIVE_FLOOR: f64 = 1e-4;
/// How many more points have to agree after one where power series did not.
const SECOND_OPINIONS: usize = 12;

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
    /// How the values are found.
    const METHOD: Method;

    /// The values at a point; none where it is outside the domain.
    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError>;
}

/// What a comparison at one point says.
pub(super) enum Trial {
    /// The largest relative difference.
    Agree(f64),
    /// The answer is wrong.
    Disagree(Box<Disagreement>),
    /// The answer is wrong, unless it is rounding that nothing shows.
    Suspect(Box<Disagreement>),
    /// The point is outside the domain or too badly conditioned.
    Outside,
}

impl Trial {
    /// The same, a disagreement with the direction along which it was found.
    pub(super) fn along(mut self, direction: Option<DMatrix<f64>>) -> Self {
        if let Self::Disagree(disagreement) | Self::Suspect(disagreement) = &mut self {
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

/// A point and how it was drawn.
pub(super) struct Point<'a> {
    pub(super) arena: &'a Arena,
    pub(super) bindings: Bindings<f64>,
    pub(super) symmetric_squares: bool,
    /// What a comparison draws its directions from.
    pub(super) rng: Rng,
    symbols: &'a [SymbolId],
    sizes: Vec<usize>,
    strategy: Strategy,
    overrides: &'a Overrides,
    /// The state that the values were drawn from.
    drawn: Rng,
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

    /// The same point with 31 digits. Structures hold to these digits too.
    pub(super) fn exact(&self) -> Result<Bindings<Ball>, EvalError> {
        let mut rng = self.drawn.clone();
        let mut bindings = sample(self.arena, self.symbols, &self.sizes, self.strategy, self.overrides, &mut rng)?;
        bindings.work_limit = self.bindings.work_limit / BALL_WORK;
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

    /// The same point, every value changed by a tiny relative amount; each number stands for another change.
    fn nudged(&self, number: u64) -> Bindings<f64> {
        let mut rng = Rng::new(self.rng.clone().bits() ^ number);
        let mut bindings = self.bindings.clone();
        for (id, value) in &mut bindings.symbols {
            if self.arena.symbol(*id).kind != SymbolKind::Integer {
                value.apply(|entry| *entry *= 1.0 + NUDGE * rng.normal());
            }
        }
        for member in bindings.families.values_mut().flatten() {
            member.apply(|entry| *entry *= 1.0 + NUDGE * rng.normal());
        }
        bindings
    }

    /// Compares at this point, where there are no numbers that know their errors.
    pub(super) fn compare_doubles(
        &self,
        find: impl Fn(&Bindings<f64>) -> Result<Vec<Pair<f64>>, EvalError>,
    ) -> Result<Trial, EvalError> {
        let pairs = find(&self.bindings)?;
        let Some(largest) = agreement(&pairs) else { return Ok(Trial::Outside) };
        if largest <= TOLERANCE {
            return Ok(Trial::Agree(largest));
        }
        let mut noise = vec![0.0_f64; pairs.len()];
        for number in 0..NUDGES {
            let Ok(nudged) = find(&self.nudged(number)) else { return Ok(Trial::Outside) };
            for (place, noise) in noise.iter_mut().enumerate() {
                let Some(other) = nudged.get(place) else { return Ok(Trial::Outside) };
                let (left, right) = (&other.expected - &pairs[place].expected, &other.found - &pairs[place].found);
                if !is_finite(&left) || !is_finite(&right) {
                    return Ok(Trial::Outside);
                }
                *noise = noise.max(left.amax()).max(right.amax());
            }
        }
        for (pair, noise) in pairs.iter().zip(noise) {
            let difference = (&pair.expected - &pair.found).amax();
            let floor = RELATIVE_FLOOR * size(&pair.expected).max(size(&pair.found));
            if relative(difference, pair.scale) > TOLERANCE
                && difference > ABSOLUTE_FLOOR.max(floor).max(NUDGE_MARGIN * noise)
            {
                return Ok(Trial::Suspect(Box::new(self.disagreement(&pair.expected, &pair.found, pair.cause))));
            }
        }
        Ok(Trial::Outside)
    }

    /// Compares at this point.
    pub(super) fn compare(&self, comparison: &impl Comparison) -> Result<Trial, EvalError> {
        let pairs = comparison.pairs(&self.bindings)?;
        let Some(largest) = agreement(&pairs) else { return Ok(Trial::Outside) };
        if largest <= TOLERANCE {
            return Ok(Trial::Agree(largest));
        }
        // The doubles differ. Where they cannot tell why, another point will.
        Ok(self.exact().and_then(|exact| comparison.pairs(&exact)).map_or(Trial::Outside, |pairs| self.decide(&pairs)))
    }

    /// What numbers that know their errors say.
    fn decide(&self, pairs: &[Pair<Ball>]) -> Trial {
        let mut largest = if pairs.is_empty() { f64::NAN } else { 0.0 };
        for pair in pairs {
            let difference = &pair.expected - &pair.found;
            let bound = TOLERANCE * pair.scale;
            let is_known = difference.iter().all(|entry| entry.is_finite());
            if is_known && difference.iter().any(|entry| entry.real().abs() - entry.error() > bound) {
                let (expected, found) = (pair.expected.map(Ball::real), pair.found.map(Ball::real));
                return Trial::Disagree(Box::new(self.disagreement(&expected, &found, pair.cause)));
            }
            let size = difference.iter().map(|entry| entry.real().abs() + entry.error()).fold(0.0, f64::max);
            if !is_known || size.is_nan() || size > bound {
                largest = f64::NAN;
            } else {
                largest += relative(size, pair.scale);
            }
        }
        if largest.is_nan() { Trial::Outside } else { Trial::Agree(largest) }
    }

    /// The report that an answer is wrong here, the entry being that of the largest difference.
    pub(super) fn disagreement(&self, expected: &DMatrix<f64>, found: &DMatrix<f64>, cause: Cause) -> Disagreement {
        let mut entry = (0, 0);
        let mut largest = -1.0;
        for col in 0..expected.ncols() {
            for row in 0..expected.nrows() {
                let size = (expected[(row, col)] - found[(row, col)]).abs();
                if size > largest {
                    (largest, entry) = (size, (row, col));
                }
            }
        }
        let name = |id: &SymbolId| self.arena.symbol(*id).name.clone();
        let mut values: Vec<_> = self.bindings.symbols.iter().map(|(id, value)| (name(id), value.clone())).collect();
        for (id, members) in &self.bindings.families {
            values.extend((1..).zip(members).map(|(place, member)| (format!("{}_{place}", name(id)), member.clone())));
        }
        Disagreement {
            cause,
            sizes: named_sizes(self.arena, &self.bindings),
            values,
            direction: None,
            entry: (entry.0 + 1, entry.1 + 1),
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
fn named_sizes(arena: &Arena, bindings: &Bindings<f64>) -> Vec<(String, usize)> {
    (0_u32..)
        .zip(arena.size_names())
        .filter_map(|(place, name)| Some((name.clone(), *bindings.sizes.get(&place)?)))
        .collect()
}

/// Whether another point may do where this error came up.
fn depends_on_the_point(error: &EvalError) -> bool {
    match error {
        EvalError::OutOfRange { .. }
        | EvalError::NotAnInteger(_)
        | EvalError::Factorial(_)
        | EvalError::TooManyTerms(_)
        | EvalError::NoConvergence(_)
        | EvalError::Shape { .. } => true,
        EvalError::UnboundSymbol(_)
        | EvalError::UnboundDifferential(..)
        | EvalError::UnboundSize(_)
        | EvalError::UnboundIndex(_)
        | EvalError::TooLarge
        | EvalError::TooMuchWork
        | EvalError::TooDeep
        | EvalError::Unsupported(_) => false,
    }
}

/// Compares at `options.points` points, or as many as are found; stops at the first disagreement.
pub(super) fn at_points(
    arena: &Arena,
    roots: &[ExprId],
    also: &[SymbolId],
    method: Method,
    options: &CheckOptions,
    mut compare: impl FnMut(&mut Point<'_>) -> Result<Trial, EvalError>,
) -> Certificate {
    let mut symbols = symbols_of(arena, roots);
    symbols.extend(also);
    symbols.sort_unstable();
    symbols.dedup();
    let mut certificate = Certificate::not_checked(Reason::NoPoint, options);
    let mut rng = Rng::new(options.seed);
    let mut last_error = None;
    // A suspicion stands when a second point, drawn on its own, has one too; until then many more points have to agree.
    let mut suspicion: Option<Box<Disagreement>> = None;
    let mut number = 0;
    while number < options.points + if suspicion.is_some() { SECOND_OPINIONS } else { 0 } {
        let mut found = false;
        'search: for round in 0..ROUNDS {
            for strategy in strategies(number + round) {
                for _ in 0..DRAWS {
                    let point = draw(arena, &symbols, strategy, options, &mut rng);
                    let trial = point.and_then(|mut point| Ok((compare(&mut point)?, point)));
                    match trial {
                        Ok((Trial::Agree(error), point)) => {
                            certificate.points += 1;
                            certificate.sizes.push(named_sizes(arena, &point.bindings));
                            certificate.largest_error = certificate.largest_error.max(error);
                            certificate.symmetric_squares |= point.symmetric_squares;
                            certificate.method = method;
                            found = true;
                            break 'search;
                        }
                        Ok((Trial::Disagree(disagreement), point)) => {
                            certificate.symmetric_squares |= point.symmetric_squares;
                            certificate.method = method;
                            certificate.outcome = Outcome::Failed(disagreement);
                            return certificate;
                        }
                        Ok((Trial::Suspect(disagreement), point)) => {
                            certificate.symmetric_squares |= point.symmetric_squares;
                            certificate.method = method;
                            if let Some(first) = suspicion {
                                certificate.outcome = Outcome::Failed(first);
                                return certificate;
                            }
                            suspicion = Some(disagreement);
                        }
                        Ok((Trial::Outside, _)) => {}
                        Err(error) if depends_on_the_point(&error) => last_error = Some(error),
                        Err(error) => {
                            certificate.outcome = Outcome::NotChecked(Reason::Evaluation(error));
                            return certificate;
                        }
                    }
                }
            }
        }
        if !found {
            break;
        }
        number += 1;
    }
    if let Some(first) = suspicion
        && certificate.points < options.points + SECOND_OPINIONS
    {
        // Too few points to clear the suspicion.
        certificate.outcome = Outcome::Failed(first);
        return certificate;
    }
    certificate.outcome = match (certificate.points, last_error) {
        (0, Some(error)) => Outcome::NotChecked(Reason::Evaluation(error)),
        (0, None) => Outcome::NotChecked(Reason::NoPoint),
        _ => Outcome::Passed,
    };
    certificate
}

/// A point by a strategy.
fn draw<'a>(
    arena: &'a Arena,
    symbols: &'a [SymbolId],
    strategy: Strategy,
    options: &'a CheckOptions,
    rng: &mut Rng,
) -> Result<Point<'a>, EvalError> {
    let sizes = draw_sizes(arena, rng);
    let drawn = rng.clone();
    let overrides = &options.overrides;
    let mut bindings = sample(arena, symbols, &sizes, strategy, overrides, rng)?;
    bindings.work_limit = options.work_limit;
    bindings.refuse_rounding = true;
    let symmetric_squares = strategy.symmetric_squares();
    let rng = Rng::new(rng.bits());
    Ok(Point { arena, bindings, symmetric_squares, rng, symbols, sizes, strategy, overrides, drawn })
}

/// The strategies, begun at another one for each point: normal entries first, as they hide the least; those that
/// make squares symmetric always last.
fn strategies(number: usize) -> impl Iterator<Item = Strategy> {
    let (general, symmetric): (Vec<_>, Vec<_>) =
        Strategy::ALL.iter().partition(|strategy| !strategy.symmetric_squares());
    let start = [0, 4, 0, 1][number % 4];
    let count = general.len();
    (0..count).map(move |place| general[(start + place) % count]).chain(symmetric)
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
