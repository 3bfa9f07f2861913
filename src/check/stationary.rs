//! Checks a stationary point: at the point, evaluated for random values of the other symbols, the constraints hold and the derivative of the
//! input, or of its Lagrangian under constraints, vanishes along random directions of each unknown.

use nalgebra::DMatrix;

use super::place::Place;
use super::point::{Comparison, Direction, Pair, Trial, is_finite, size};
use super::search::at_points;
use super::{Cause, Certificate, CheckOptions, Method};
use crate::expr::{Arena, ExprId};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};

/// How far from the point the derivative is taken to see how large it can be.
const AWAY: f64 = 0.3;

/// Checks that the constraints hold at the place, and that the derivative of the scalar `input` by each unknown vanishes there, or that of the
/// Lagrangian. Points at which a value lies outside the space of its unknown, or of the domain, are left out, and so are those at which
/// something that has to be positive is not, or at which the place is not given: one at which its conditions do not hold.
#[must_use]
pub fn check_stationary(
    arena: &Arena,
    input: ExprId,
    place: &Place<'_>,
    options: &CheckOptions,
    is_given: impl Fn(&Bindings<f64>) -> bool,
) -> Certificate {
    if let Some(refused) = place.refused(arena, input, options) {
        return refused;
    }
    at_points(arena, &place.roots(input), &place.symbols(), Method::DualNumbers, options, |point| {
        if !place.enter(arena, &mut point.bindings)? || !is_finite(&evaluate(arena, input, &point.bindings)?) {
            return Ok(Trial::Outside);
        }
        if !is_given(&point.bindings) {
            return Ok(Trial::Outside);
        }
        // Constraints that hold nowhere near, as XᵀX = I of a wide X, say nothing of the point.
        if place.is_feasible && !place.return_to(arena, &mut point.bindings.clone())? {
            return Ok(Trial::Outside);
        }
        let mut directions = Vec::new();
        for symbol in place.moving(arena) {
            for _ in 0..options.directions.max(1) {
                let (structure, normal) = (arena.symbol(symbol).structure, point.normal(symbol)?);
                let direction = Direction { symbol, structure, normal };
                if has_kink(arena, input, place, &direction, &point.bindings)? {
                    return Ok(Trial::Outside);
                }
                let scale = away(arena, input, place, &direction, &point.bindings)?;
                directions.push((direction, scale));
            }
        }
        let first = directions.first().and_then(|(first, _)| first.at(&point.bindings).ok());
        let sizes = if place.is_feasible { sizes(arena, place, &directions, &point.bindings)? } else { Vec::new() };
        Ok(point.compare(&Stationary { arena, input, place, directions, sizes })?.along(first))
    })
}

/// The derivatives at the point along directions, each with the size that it is compared with, and so the constraints.
struct Stationary<'a> {
    arena: &'a Arena,
    input: ExprId,
    place: &'a Place<'a>,
    directions: Vec<(Direction, f64)>,
    sizes: Vec<f64>,
}

impl Comparison for Stationary<'_> {
    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let mut point = point.clone();
        self.place.bind(self.arena, &mut point)?;
        let mut pairs = Vec::new();
        for ((constraint, _), scale) in self.place.constraints.iter().zip(&self.sizes) {
            let found = evaluate(self.arena, *constraint, &point)?;
            let expected = DMatrix::zeros(found.nrows(), found.ncols());
            pairs.push(Pair { expected, found, scale: *scale, cause: Cause::Value });
        }
        for (direction, scale) in &self.directions {
            let h = direction.at(&point)?;
            let slope = self.place.slope(self.arena, self.input, &point, (direction.symbol, &h))?.1;
            let found = DMatrix::from_element(1, 1, slope);
            pairs.push(Pair { expected: DMatrix::zeros(1, 1), found, scale: *scale, cause: Cause::Value });
        }
        Ok(pairs)
    }
}

/// The point moved in a direction by a part of its size.
fn moved(direction: &Direction, h: &DMatrix<f64>, factor: f64, least: f64, point: &Bindings<f64>) -> Bindings<f64> {
    let mut bindings = point.clone();
    if let Some(x) = bindings.symbols.get_mut(&direction.symbol) {
        let step = factor * x.norm().max(least) / h.norm().max(f64::MIN_POSITIVE);
        *x += h * step;
    }
    bindings
}

/// The size of derivatives near the point, in the direction and against it.
fn away(
    arena: &Arena,
    input: ExprId,
    place: &Place<'_>,
    direction: &Direction,
    point: &Bindings<f64>,
) -> Result<f64, EvalError> {
    let h = direction.at(point)?;
    let mut scale = f64::MIN_POSITIVE;
    for factor in [AWAY, -AWAY, 0.1 * AWAY] {
        let bindings = moved(direction, &h, factor, f64::MIN_POSITIVE, point);
        if let Ok((_, slope, largest)) = place.slope(arena, input, &bindings, (direction.symbol, &h))
            && slope.is_finite()
        {
            scale = scale.max(largest);
        }
    }
    Ok(scale)
}

/// The sizes of the constraints near the point.
fn sizes(
    arena: &Arena,
    place: &Place<'_>,
    directions: &[(Direction, f64)],
    point: &Bindings<f64>,
) -> Result<Vec<f64>, EvalError> {
    let mut sizes = vec![f64::MIN_POSITIVE; place.constraints.len()];
    for (direction, _) in directions {
        let h = direction.at(point)?;
        let bindings = moved(direction, &h, AWAY, 1.0, point);
        for (scale, (constraint, _)) in sizes.iter_mut().zip(place.constraints) {
            *scale = scale.max(evaluate(arena, *constraint, &bindings).map_or(0.0, |found| size(&found)));
        }
    }
    Ok(sizes)
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
fn has_kink(
    arena: &Arena,
    input: ExprId,
    place: &Place<'_>,
    direction: &Direction,
    point: &Bindings<f64>,
) -> Result<bool, EvalError> {
    let h = direction.at(point)?;
    let here = evaluate(arena, input, point)?[0];
    let mut slopes = Vec::new();
    for side in [1.0, -1.0] {
        let mut found = [None; 2];
        for (found, step) in found.iter_mut().zip(STEPS) {
            let bindings = moved(direction, &h, side * step, 1.0, point);
            // Outside of the domain nothing is known.
            if let Ok((value, slope, _)) = place.slope(arena, input, &bindings, (direction.symbol, &h))
                && value.is_finite()
                && slope.is_finite()
            {
                *found = Some(((value - here).abs(), slope));
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
