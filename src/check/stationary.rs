//! Checks a stationary point: at the point, evaluated for random values of the other symbols, the derivative of the input vanishes along
//! random directions.

use nalgebra::DMatrix;

use super::gradient::refused;
use super::point::{Comparison, Direction, Pair, Trial, at_points, is_finite};
use super::space::project;
use super::{Cause, Certificate, CheckOptions, Method, Reason};
use crate::ad::along;
use crate::expr::{Arena, ExprId, SymbolId, SymbolKind};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};
use crate::structure::Structure;

/// How far from the point the derivative is taken to see how large it can be.
const AWAY: f64 = 0.3;

/// Checks that the derivative of the scalar `input` by `wrt` vanishes where `wrt` has the value of `solution`. Points at which that value
/// lies outside the space of the variable, or of the domain, are left out, and so are those at which one of `positive` is not above 0.
#[must_use]
pub fn check_stationary(
    arena: &Arena,
    input: ExprId,
    wrt: SymbolId,
    solution: ExprId,
    positive: &[ExprId],
    options: &CheckOptions,
) -> Certificate {
    if let Some(reason) = refused(arena, wrt) {
        return Certificate::not_checked(reason, options);
    }
    if !arena.shape(input).is_scalar() || arena.shape(solution) != arena.symbol(wrt).shape {
        return Certificate::not_checked(Reason::Shape, options);
    }
    let roots: Vec<ExprId> = [input, solution].into_iter().chain(positive.iter().copied()).collect();
    at_points(arena, &roots, &[wrt], Method::DualNumbers, options, |point| {
        let x = evaluate(arena, solution, &point.bindings)?;
        if !is_finite(&x) || !is_inside(arena, wrt, &x) {
            return Ok(Trial::Outside);
        }
        point.bindings.symbols.insert(wrt, x);
        if !all_positive(arena, positive, &point.bindings)? {
            return Ok(Trial::Outside);
        }
        if !is_finite(&evaluate(arena, input, &point.bindings)?) {
            return Ok(Trial::Outside);
        }
        let mut directions = Vec::new();
        for _ in 0..options.directions.max(1) {
            let (structure, normal) = (arena.symbol(wrt).structure, point.normal(wrt)?);
            let direction = Direction { symbol: wrt, structure, normal };
            if has_kink(arena, input, &direction, &point.bindings)? {
                return Ok(Trial::Outside);
            }
            let scale = away(arena, input, &direction, &point.bindings)?;
            directions.push((direction, scale));
        }
        let first = directions.first().and_then(|(first, _)| first.at(&point.bindings).ok());
        Ok(point.compare(&Stationary { arena, input, wrt, solution, directions })?.along(first))
    })
}

/// The derivatives at the point along directions, each with the size that it is compared with.
struct Stationary<'a> {
    arena: &'a Arena,
    input: ExprId,
    wrt: SymbolId,
    solution: ExprId,
    directions: Vec<(Direction, f64)>,
}

impl Comparison for Stationary<'_> {
    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let mut point = point.clone();
        let x = evaluate(self.arena, self.solution, &point)?;
        point.symbols.insert(self.wrt, x);
        let mut pairs = Vec::new();
        for (direction, scale) in &self.directions {
            let moves = [(self.wrt, direction.at(&point)?)];
            let found = along(self.arena, self.input, &point, &moves)?.1;
            pairs.push(Pair { expected: DMatrix::zeros(1, 1), found, scale: *scale, cause: Cause::Value });
        }
        Ok(pairs)
    }
}

/// The size of derivatives near the point, in the direction and against it.
fn away(arena: &Arena, input: ExprId, direction: &Direction, point: &Bindings<f64>) -> Result<f64, EvalError> {
    let h = direction.at(point)?;
    let mut scale = f64::MIN_POSITIVE;
    for factor in [AWAY, -AWAY, 0.1 * AWAY] {
        let mut bindings = point.clone();
        if let Some(x) = bindings.symbols.get_mut(&direction.symbol) {
            let step = factor * x.norm().max(f64::MIN_POSITIVE) / h.norm().max(f64::MIN_POSITIVE);
            *x += &h * step;
        }
        if let Ok((_, found)) = along(arena, input, &bindings, &[(direction.symbol, h.clone())])
            && is_finite(&found)
        {
            scale = scale.max(found.amax());
        }
    }
    Ok(scale)
}

/// Steps from the point at which a smooth function whose derivative vanishes there differs by orders of magnitude, and so does its
/// derivative.
const STEPS: [f64; 2] = [1e-7, 1e-2];

/// What is this close at such steps does not vanish in between.
const KINK: f64 = 0.3;

/// Smaller differences of values may be rounding.
const JUMP: f64 = 1e-6;

/// Whether there is no derivative at the point: the slopes on its two sides stay apart however near they are taken, as of |x| at 0, or the
/// function jumps.
fn has_kink(arena: &Arena, input: ExprId, direction: &Direction, point: &Bindings<f64>) -> Result<bool, EvalError> {
    let h = direction.at(point)?;
    let here = evaluate(arena, input, point)?[0];
    let mut slopes = Vec::new();
    for side in [1.0, -1.0] {
        let mut found = [None; 2];
        for (found, step) in found.iter_mut().zip(STEPS) {
            let mut bindings = point.clone();
            if let Some(x) = bindings.symbols.get_mut(&direction.symbol) {
                let step = side * step * x.norm().max(1.0) / h.norm().max(f64::MIN_POSITIVE);
                *x += &h * step;
            }
            // Outside of the domain nothing is known.
            if let Ok((value, slope)) = along(arena, input, &bindings, &[(direction.symbol, h.clone())])
                && is_finite(&value)
                && is_finite(&slope)
            {
                *found = Some(((value[0] - here).abs(), slope[0]));
            }
        }
        let [Some((rise, slope)), Some((far_rise, far_slope))] = found else { continue };
        if rise > KINK * far_rise && rise > JUMP * (1.0 + here.abs()) {
            return Ok(true);
        }
        slopes.push((slope, far_slope));
    }
    let stays = |(slope, far): &(f64, f64)| slope.abs() > KINK * far.abs() && slope.abs() > 0.0;
    Ok(match *slopes {
        // Of one side only nothing more is known.
        [one] => stays(&one),
        // A slope that is the same on both sides is that of a smooth function, 0 or not.
        [right, left] => {
            let largest = right.0.abs().max(left.0.abs());
            (stays(&right) || stays(&left)) && (right.0 - left.0).abs() > KINK * largest
        }
        _ => false,
    })
}

/// Whether every entry of every one of these is above 0.
pub(super) fn all_positive(arena: &Arena, needed: &[ExprId], point: &Bindings<f64>) -> Result<bool, EvalError> {
    for id in needed {
        if !evaluate(arena, *id, point)?.iter().all(|entry| *entry > 0.0) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a value fits the declaration of its variable.
pub(super) fn is_inside(arena: &Arena, wrt: SymbolId, x: &DMatrix<f64>) -> bool {
    let symbol = arena.symbol(wrt);
    if symbol.kind == SymbolKind::Positive && x.iter().any(|entry| *entry <= 0.0) {
        return false;
    }
    let projected = project(symbol.structure, x, x);
    match symbol.structure {
        Structure::General => true,
        Structure::Orthogonal => false,
        Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
            (&projected - x).amax() <= 1e-9 * x.amax()
                && (projected.clone() + DMatrix::identity(x.nrows(), x.nrows()) * (1e-12 * x.amax()))
                    .cholesky()
                    .is_some()
        }
        Structure::Symmetric | Structure::Skew | Structure::Diagonal | Structure::Lower | Structure::Upper => {
            (&projected - x).amax() <= 1e-9 * x.amax()
        }
    }
}
