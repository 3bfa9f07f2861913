//! Looks for points at which input and answer are finite, and compares there.
//!
//! One driver serves all checks: it draws sizes and values, and compares pairs of values that should be equal. Where doubles differ, the
//! same point in numbers of 31 digits that know their error decides: what is larger than that error is no rounding.

use nalgebra::DMatrix;

use super::space::project;
use super::{Cause, Certificate, CheckOptions, Disagreement, EXACT_TOLERANCE, Method, Outcome, Reason, TOLERANCE};
use crate::expr::{Arena, ExprId, NameParts, SymbolId};
use crate::numeric::random::Rng;
use crate::numeric::sample::{Imposed, Overrides, ROUNDS, Strategy, draw_sizes, sample, symbols_of};
use crate::numeric::{Ball, Bindings, EvalError, Scalar};
use crate::structure::Structure;

/// Draws from one strategy before the next is tried.
const DRAWS: usize = 3;
/// How many times the work of a double a ball is.
const BALL_WORK: u64 = 20;

/// Powers of ten that size the entries of the points which are added where numbers alone decide.
const WIDE: [i8; 12] = [2, 3, -2, 1, -5, 3, 2, -3, 1, -6, 3, 2];

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
    wide: bool,
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
        bindings.indices.clone_from(&self.bindings.indices);
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
        let pairs = comparison.pairs(&self.bindings)?;
        let Some(largest) = agreement(&pairs) else { return Ok(Trial::Outside) };
        if largest <= TOLERANCE && !self.wide {
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
            let (bound, slack) = (TOLERANCE * pair.scale, EXACT_TOLERANCE * pair.scale);
            let is_known = difference.iter().all(|entry| entry.is_finite());
            if is_known && difference.iter().any(|entry| entry.real().abs() - entry.error() > slack) {
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
    let wide = if options.wide { WIDE.len() } else { 0 };
    for number in 0..options.points + wide {
        let mut found = false;
        'search: for round in 0..ROUNDS {
            let first = number.checked_sub(options.points).map(|place| Strategy::Scaled(WIDE[place]));
            for strategy in first.into_iter().chain(strategies(number + round)) {
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
    let sizes: Vec<usize> = draw_sizes(arena, rng).into_iter().map(|size| size + options.larger).collect();
    let drawn = rng.clone();
    let overrides = &options.overrides;
    let mut bindings = sample(arena, symbols, &sizes, strategy, overrides, rng)?;
    bindings.work_limit = options.work_limit;
    bindings.refuse_rounding = true;
    let symmetric_squares = strategy.symmetric_squares();
    let rng = Rng::new(rng.bits());
    Ok(Point {
        arena,
        bindings,
        symmetric_squares,
        rng,
        symbols,
        sizes,
        strategy,
        overrides,
        wide: options.wide,
        drawn,
    })
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
