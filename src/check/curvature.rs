//! Checks a claim about convexity: second derivatives of the input along random lines through random points, and chords between random
//! points of its domain, which see kinks too.

use nalgebra::DMatrix;

use super::branch::{Moves, moved};
use super::chord::leaves;
use super::gradient::refused;
use super::point::{Point, Trial, is_finite, size};
use super::search::at_points;
use super::space::project;
use super::{Cause, Certificate, CheckOptions, Disagreement, Method};
use crate::ad::{along, along_twice};
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::sample::{Overrides, Strategy, sample};
use crate::numeric::{Ball, Bindings, EvalError, Scalar, evaluate};

/// Points tried, at least.
const POINTS: usize = 6;
/// Lines and chords at each point.
const LINES: usize = 4;
/// How far a second derivative may lie on the wrong side, relative to the sizes of values and first derivatives.
const TOLERANCE: f64 = 1e-7;
/// How far a chord may.
const CHORD_TOLERANCE: f64 = 1e-9;
/// What is this many times as large at an end of a chord as between the ends has a pole there, as 1/x at 0, where rounding decides its sign.
const POLE: f64 = 1e10;
/// Inner points of a chord that must lie in the domain.
const INNER: usize = 7;
/// About how many multiplications one evaluation may take, as there are hundreds of them.
const CHECK_WORK: u64 = 40_000_000;

/// Which chords between points of the domain are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chords {
    /// None, as the domain is not known to be convex.
    Nowhere,
    /// Those that lie in the domain as a whole.
    Inside,
    /// All, as the domain is convex.
    All,
}

/// Checks that second derivatives of the scalar `input` along lines have no other sign than 0 and those of `signs` (negative, positive);
/// where the matrices of `within` are positive definite, and that `chords` lie on the right side.
#[must_use]
pub fn check_curvature(
    arena: &Arena,
    input: ExprId,
    wrt: &[SymbolId],
    signs: (bool, bool),
    within: &[ExprId],
    chords: Chords,
    options: &CheckOptions,
) -> Certificate {
    if let Some(reason) = wrt.iter().find_map(|symbol| refused(arena, *symbol)) {
        return Certificate::not_checked(reason, options);
    }
    let work_limit = options.work_limit.min(CHECK_WORK);
    let options = CheckOptions { points: options.points.max(POINTS), work_limit, ..options.clone() };
    at_points(arena, &[input], wrt, Method::DualNumbers, &options, |point| {
        let value = evaluate(arena, input, &point.bindings)?;
        if !is_finite(&value) || !are_definite(arena, within, point)? {
            return Ok(Trial::Outside);
        }
        for _ in 0..LINES {
            let moves = moves(wrt, point)?;
            let is_wrong = |second: f64| (second > 0.0 && !signs.1) || (second < 0.0 && !signs.0);
            if let Some(second) = bend(arena, input, point, &[], &moves, is_wrong)?
                && is_wrong(second)
            {
                return Ok(Trial::Disagree(Box::new(report(point, &moves, second))));
            }
            // The value above the chord: what a concave function may do.
            let is_wrong = |excess: f64| (excess > 0.0 && !signs.0) || (excess < 0.0 && !signs.1);
            if chords != Chords::Nowhere
                && let Some((excess, moves)) = chord(arena, input, wrt, point, is_wrong)?
                && is_wrong(excess)
                && (chords == Chords::All
                    || !leaves(arena, input, &point.bindings, &moves, (&mut point.rng.clone(), &mut 0)))
            {
                return Ok(Trial::Disagree(Box::new(report(point, &moves, -excess))));
            }
        }
        Ok(Trial::Agree(0.0))
    })
}

/// Whether matrices are positive definite at a point.
pub(super) fn are_definite(arena: &Arena, matrices: &[ExprId], point: &Point<'_>) -> Result<bool, EvalError> {
    for matrix in matrices {
        if evaluate(arena, *matrix, &point.bindings)?.cholesky().is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn report(point: &Point<'_>, moves: &Moves<f64>, second: f64) -> Disagreement {
    let (expected, found) = (DMatrix::zeros(1, 1), DMatrix::from_element(1, 1, second));
    let mut report = point.disagreement(&expected, &found, Cause::Value);
    report.direction = moves.first().map(|(_, h)| h.clone());
    report
}

/// Random directions of all variables in their spaces.
pub(super) fn moves(wrt: &[SymbolId], point: &mut Point<'_>) -> Result<Moves<f64>, EvalError> {
    wrt.iter().map(|symbol| Ok((*symbol, point.direction(*symbol)?.at(&point.bindings)?))).collect()
}

pub(super) fn exact(moves: &Moves<f64>) -> Moves<Ball> {
    moves.iter().map(|(symbol, h)| (*symbol, h.map(Ball::from_f64))).collect()
}

/// The second derivative along a line, and what is rounding of it.
fn second<T: Scalar>(
    arena: &Arena,
    input: ExprId,
    point: &Bindings<T>,
    moves: &Moves<T>,
) -> Result<Option<(T, f64)>, EvalError> {
    let (value, first) = along(arena, input, point, moves)?;
    let second = along_twice(arena, input, point, moves, moves)?;
    let known = is_finite(&value) && is_finite(&first) && is_finite(&second);
    Ok(known.then(|| (second[0], TOLERANCE * (1.0 + size(&value) + size(&first)) + second[0].doubt())))
}

/// The second derivative along a line, where it is clearly not 0, by numbers that know their error; nothing where it is, or cannot be told
/// from rounding, and where doubles find it to be none that `matters`. The `moved` variables have other values than those that were drawn.
pub(super) fn bend(
    arena: &Arena,
    input: ExprId,
    point: &Point<'_>,
    moved: &[SymbolId],
    moves: &Moves<f64>,
    matters: impl Fn(f64) -> bool,
) -> Result<Option<f64>, EvalError> {
    let Some((rough, floor)) = second(arena, input, &point.bindings, moves)? else { return Ok(None) };
    if rough.abs() <= floor || !matters(rough) {
        return Ok(None);
    }
    let Ok(mut bindings) = point.exact() else { return Ok(None) };
    for symbol in moved {
        if let Some(x) = point.bindings.symbols.get(symbol) {
            bindings.symbols.insert(*symbol, x.map(Ball::from_f64));
        }
    }
    Ok(match second(arena, input, &bindings, &exact(moves)) {
        Ok(Some((second, floor))) if second.real().abs() > floor => Some(second.real()),
        _ => None,
    })
}

/// Whether values grow without bound towards x or x + h.
fn has_pole_at_end(arena: &Arena, input: ExprId, point: &Bindings<f64>, moves: &Moves<f64>) -> Result<bool, EvalError> {
    let size = |t: f64| Ok(evaluate(arena, input, &moved(point, moves, t))?[0].abs());
    Ok(size(0.0)?.max(size(1.0)?) > POLE * (1.0 + size(0.5)?))
}

/// How far the value at x + th lies above the chord from x to x + h, and what is rounding of it; nothing outside the domain.
pub(super) fn above<T: Scalar>(
    arena: &Arena,
    input: ExprId,
    point: &Bindings<T>,
    moves: &Moves<T>,
    t: f64,
) -> Result<Option<(T, f64)>, EvalError> {
    let value = |t: T| Ok(evaluate(arena, input, &moved(point, moves, t))?[0]);
    let t = T::from_f64(t);
    let (start, between, end) = (value(T::zero())?, value(t)?, value(T::one())?);
    let excess = between - (T::one() - t) * start - t * end;
    let sizes = [start, between, end].map(|value| value.real().abs()).iter().sum::<f64>();
    Ok(excess.is_finite().then(|| (excess, CHORD_TOLERANCE * (1.0 + sizes) + excess.doubt())))
}

/// How far the value between this and another point of the domain lies above the chord, where it clearly is not on it, and where that
/// `matters`.
pub(super) fn chord(
    arena: &Arena,
    input: ExprId,
    wrt: &[SymbolId],
    point: &mut Point<'_>,
    matters: impl Fn(f64) -> bool,
) -> Result<Option<(f64, Moves<f64>)>, EvalError> {
    let sizes: Vec<usize> = (0_u32..)
        .zip(arena.size_names())
        .map(|(place, _)| point.bindings.sizes.get(&place).copied().unwrap_or(2))
        .collect();
    let strategy = Strategy::ALL[point.rng.below(Strategy::ALL.len())];
    let other: Bindings<f64> = sample(arena, wrt, &sizes, strategy, &Overrides::default(), &mut point.rng)?;
    let mut moves = Vec::new();
    for symbol in wrt {
        let (Some(x), Some(y)) = (point.bindings.symbols.get(symbol), other.symbols.get(symbol)) else {
            return Err(EvalError::UnboundSymbol(*symbol));
        };
        moves.push((*symbol, project(point.structure(*symbol), x, &(y - x))));
    }
    let mut largest: Option<(f64, f64)> = None;
    for place in 1..=INNER {
        #[allow(clippy::cast_precision_loss, reason = "a small number")]
        let t = place as f64 / (INNER + 1) as f64;
        let Some((excess, floor)) = above(arena, input, &point.bindings, &moves, t)? else { return Ok(None) };
        if excess.abs() > floor && matters(excess) && largest.is_none_or(|(_, known)| excess.abs() > known.abs()) {
            largest = Some((t, excess));
        }
    }
    let Some((t, _)) = largest else { return Ok(None) };
    if has_pole_at_end(arena, input, &point.bindings, &moves)? {
        return Ok(None);
    }
    let Ok(bindings) = point.exact() else { return Ok(None) };
    Ok(match above(arena, input, &bindings, &exact(&moves), t) {
        Ok(Some((excess, floor))) if excess.real().abs() > floor => Some((excess.real(), moves)),
        _ => None,
    })
}
