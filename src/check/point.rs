//! Looks for points at which input and answer are finite, and compares there.
//!
//! One driver serves all checks: it draws sizes and values, hands the point to a comparison, and collects what
//! that says in a certificate. Where two numbers differ by no more than a tiny change of the point changes them, the
//! point is badly conditioned and another one is drawn.

use nalgebra::DMatrix;

use super::{
    Certificate, CheckOptions, DIFFERENCE_TOLERANCE, DUAL_TOLERANCE, Disagreement, ERROR_MARGIN, Method, Outcome,
    Reason, SECOND_DIFFERENCE_TOLERANCE,
};
use crate::ad::{Moves, along, along_twice, difference, mixed, second_difference};
use crate::expr::{Arena, ExprId, Structure, SymbolId, SymbolKind};
use crate::numeric::random::Rng;
use crate::numeric::sample::{Imposed, Overrides, ROUNDS, Strategy, draw_sizes, sample, symbols_of};
use crate::numeric::{Bindings, EvalError};

/// Relative size of the change that tells how badly a point is conditioned.
const NUDGE: f64 = 1e-13;
/// Differences up to this many times what the nudge changes prove nothing.
const NUDGE_MARGIN: f64 = 100.0;
/// How many times a point is nudged. Where the true value is 0, rounding can leave the same error at two neighbours.
const NUDGES: u64 = 4;
/// Differences below this prove nothing: values are of the order of 1, and what is 0 is left as rounding.
const ABSOLUTE_FLOOR: f64 = 1e-11;
/// Smaller relative differences are more likely rounding that no nudge shows (1 − tanh² where tanh is near 1) than a wrong answer, which differs
/// by more somewhere else; nothing is concluded from them.
const RELATIVE_FLOOR: f64 = 1e-4;
/// The same for finite differences, which can fail to notice a fast oscillation.
const DIFFERENCE_FLOOR: f64 = 1e-2;
/// How many more points have to agree after one that did not.
const SECOND_OPINIONS: usize = 12;
/// Derivatives above this are too steep for the steps of finite differences to refute.
const STEEP: f64 = 1e3;
/// Draws from one strategy before the next is tried.
const DRAWS: usize = 3;

/// What a comparison at one point says.
pub(super) enum Trial {
    /// The largest relative difference.
    Agree(f64, Method),
    /// The answer is wrong.
    Disagree(Box<Disagreement>),
    /// The point is outside the domain or badly conditioned.
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

/// A point and what is known about how it was drawn.
pub(super) struct Point {
    pub(super) bindings: Bindings<f64>,
    pub(super) symmetric_squares: bool,
    pub(super) rng: Rng,
    overrides: Overrides,
}

impl Point {
    /// The structure by which a variable moves at this point.
    pub(super) fn structure(&self, arena: &Arena, symbol: SymbolId) -> Structure {
        let declared = arena.symbol(symbol).structure;
        let free = declared == Structure::General && !self.overrides.contains_key(&symbol);
        if self.symmetric_squares && free && arena.symbol(symbol).shape.is_square() {
            return Structure::Symmetric;
        }
        declared
    }

    /// The same point, every value changed by a tiny relative amount; each number stands for another change.
    pub(super) fn nudged(&self, arena: &Arena, number: u64) -> Bindings<f64> {
        let mut rng = Rng::new(self.rng.clone().bits() ^ number);
        let mut bindings = self.bindings.clone();
        for (id, value) in &mut bindings.symbols {
            if arena.symbol(*id).kind != SymbolKind::Integer {
                value.apply(|entry| *entry *= 1.0 + NUDGE * rng.normal());
            }
        }
        for members in bindings.families.values_mut() {
            for member in members {
                member.apply(|entry| *entry *= 1.0 + NUDGE * rng.normal());
            }
        }
        bindings
    }

    /// The report that an answer is wrong here, the entry being that of the largest difference.
    pub(super) fn disagreement(&self, arena: &Arena, expected: &DMatrix<f64>, found: &DMatrix<f64>) -> Disagreement {
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
        let mut values: Vec<_> =
            self.bindings.symbols.iter().map(|(id, value)| (arena.symbol(*id).name.clone(), value.clone())).collect();
        for (id, members) in &self.bindings.families {
            let name = &arena.symbol(*id).name;
            values.extend((1..).zip(members).map(|(place, member)| (format!("{name}_{place}"), member.clone())));
        }
        Disagreement {
            cause: super::Cause::Value,
            sizes: named_sizes(arena, &self.bindings),
            values,
            direction: None,
            entry: (entry.0 + 1, entry.1 + 1),
            expected: expected[entry],
            found: found[entry],
        }
    }
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
    options: &CheckOptions,
    mut compare: impl FnMut(&mut Point) -> Result<Trial, EvalError>,
) -> Certificate {
    let mut symbols = symbols_of(arena, roots);
    symbols.extend(also);
    symbols.sort_unstable();
    symbols.dedup();
    let mut certificate = Certificate::not_checked(Reason::NoPoint, options);
    let mut rng = Rng::new(options.seed);
    let mut last_error = None;
    // One disagreement may be rounding that no nudge shows. It stands when a second point, drawn on its own, disagrees too;
    // until then many more points have to agree.
    let mut suspicion: Option<Box<super::Disagreement>> = None;
    let mut number = 0;
    while number < options.points + if suspicion.is_some() { SECOND_OPINIONS } else { 0 } {
        let mut found = false;
        'search: for round in 0..ROUNDS {
            for strategy in strategies(number + round) {
                for _ in 0..DRAWS {
                    let sizes = draw_sizes(arena, &mut rng);
                    let bindings = sample(arena, &symbols, &sizes, strategy, &options.overrides, &mut rng);
                    let trial = bindings.and_then(|mut bindings| {
                        bindings.work_limit = options.work_limit;
                        bindings.refuse_rounding = true;
                        let symmetric_squares = strategy.symmetric_squares();
                        let overrides = options.overrides.clone();
                        let rng = Rng::new(rng.bits());
                        let mut point = Point { bindings, symmetric_squares, rng, overrides };
                        Ok((compare(&mut point)?, point))
                    });
                    match trial {
                        Ok((Trial::Agree(error, method), point)) => {
                            certificate.points += 1;
                            certificate.sizes.push(named_sizes(arena, &point.bindings));
                            certificate.largest_error = certificate.largest_error.max(error);
                            certificate.symmetric_squares |= point.symmetric_squares;
                            if method == Method::FiniteDifferences || certificate.points == 1 {
                                certificate.method = method;
                            }
                            found = true;
                            break 'search;
                        }
                        Ok((Trial::Disagree(disagreement), point)) => {
                            certificate.symmetric_squares |= point.symmetric_squares;
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

/// The strategies, begun at another one for each point: normal entries first, as they hide the least; those that
/// make squares symmetric always last.
fn strategies(number: usize) -> impl Iterator<Item = Strategy> {
    let (general, symmetric): (Vec<_>, Vec<_>) =
        Strategy::ALL.iter().partition(|strategy| !strategy.symmetric_squares());
    let start = [0, 4, 0, 1][number % 4];
    let count = general.len();
    (0..count).map(move |place| general[(start + place) % count]).chain(symmetric)
}

/// A derivative found numerically.
pub(super) struct Numeric {
    pub(super) value: DMatrix<f64>,
    pub(super) method: Method,
    /// Relative tolerance of the method.
    pub(super) tolerance: f64,
    /// Absolute error that the method knows of.
    pub(super) error: f64,
}

/// The derivative of the input along one direction or more, by dual numbers or power series where every kernel has them.
pub(super) fn derivative(
    arena: &Arena,
    input: ExprId,
    point: &Bindings<f64>,
    directions: &[&Moves],
) -> Result<Numeric, EvalError> {
    let dual = match directions {
        [h] => along(arena, input, point, h).map(|(_, derivative)| derivative),
        [first, second] => along_twice(arena, input, point, first, second),
        // Differences of this order are mostly rounding.
        more => {
            let value = mixed(arena, input, point, more)?;
            return Ok(Numeric { value, method: Method::PowerSeries, tolerance: DUAL_TOLERANCE, error: 0.0 });
        }
    };
    match (dual, directions) {
        (Ok(value), _) => Ok(Numeric { value, method: Method::DualNumbers, tolerance: DUAL_TOLERANCE, error: 0.0 }),
        (Err(EvalError::Unsupported(_)), [h]) => {
            let result = difference(arena, input, point, h)?;
            let tolerance = DIFFERENCE_TOLERANCE;
            let error = ERROR_MARGIN * result.error;
            Ok(Numeric { value: result.derivative, method: Method::FiniteDifferences, tolerance, error })
        }
        (Err(EvalError::Unsupported(_)), [first, second]) => {
            let result = second_difference(arena, input, point, first, second)?;
            let tolerance = SECOND_DIFFERENCE_TOLERANCE;
            let error = ERROR_MARGIN * result.error;
            Ok(Numeric { value: result.derivative, method: Method::FiniteDifferences, tolerance, error })
        }
        (Err(error), _) => Err(error),
    }
}

/// Whether all entries are finite.
pub(super) fn is_finite(x: &DMatrix<f64>) -> bool {
    x.iter().all(|entry| entry.is_finite())
}

/// How two values compare.
pub(super) enum Comparison {
    Equal(f64),
    Different,
    Unclear,
}

/// Compares with a tolerance relative to `scale`; `again` gives both values at a nudged point.
pub(super) fn compare(
    expected: &Numeric,
    found: &DMatrix<f64>,
    scale: f64,
    mut again: impl FnMut(u64) -> Result<(DMatrix<f64>, DMatrix<f64>), EvalError>,
) -> Comparison {
    let difference = (&expected.value - found).amax();
    let relative = difference / scale.max(f64::MIN_POSITIVE);
    if difference == 0.0 || relative <= expected.tolerance {
        return Comparison::Equal(if difference == 0.0 { 0.0 } else { relative });
    }
    let of_values = difference / expected.value.amax().max(found.amax());
    if expected.error.is_nan()
        || difference <= expected.error
        || difference <= ABSOLUTE_FLOOR
        || of_values <= if expected.method == Method::FiniteDifferences { DIFFERENCE_FLOOR } else { RELATIVE_FLOOR }
    {
        return Comparison::Unclear;
    }
    if expected.method == Method::FiniteDifferences && found.amax().max(expected.value.amax()) > STEEP {
        return Comparison::Unclear;
    }
    for number in 0..NUDGES {
        let Ok((value, other)) = again(number) else { return Comparison::Unclear };
        let noise = (value - &expected.value).amax().max((other - found).amax());
        if noise.is_nan() || difference <= NUDGE_MARGIN * noise {
            return Comparison::Unclear;
        }
    }
    Comparison::Different
}

/// Overrides with one more structure.
pub(super) fn with(overrides: &Overrides, imposed: &[(SymbolId, Imposed)]) -> Overrides {
    let mut overrides = overrides.clone();
    overrides.extend(imposed.iter().copied());
    overrides
}
