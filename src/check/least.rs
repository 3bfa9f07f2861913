//! Checks that a point is a minimum or maximum: no value near it, or anywhere it was tried, is smaller or larger.

use nalgebra::DMatrix;

use super::gradient::refused;
use super::point::{Comparison, Direction, Pair, Trial, at_points, is_finite, size};
use super::stationary::{all_positive, is_inside};
use super::{Cause, Certificate, CheckOptions, Method, Reason, VALUE_FLOOR};
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};

/// Which values are compared with that at the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those close by are not smaller.
    Near,
    /// Those farther away too.
    Far,
    /// Those close by are not larger.
    NearBelow,
    /// Those farther away too.
    FarBelow,
}

/// Steps relative to the size of the point.
const STEPS: [f64; 2] = [1e-4, -1e-4];
const FAR_STEPS: [f64; 6] = [1e-4, -1e-4, 0.1, -0.1, 2.0, -2.0];

/// Checks that no value of the scalar `input` along random lines through `point` is smaller (or larger) than the value there, wherever all
/// of `positive` are above 0.
#[must_use]
pub fn check_least(
    arena: &Arena,
    input: ExprId,
    wrt: SymbolId,
    (point, positive): (ExprId, &[ExprId]),
    reach: Reach,
    options: &CheckOptions,
) -> Certificate {
    if let Some(reason) = refused(arena, wrt) {
        return Certificate::not_checked(reason, options);
    }
    if !arena.shape(input).is_scalar() || arena.shape(point) != arena.symbol(wrt).shape {
        return Certificate::not_checked(Reason::Shape, options);
    }
    let roots: Vec<ExprId> = [input, point].into_iter().chain(positive.iter().copied()).collect();
    at_points(arena, &roots, &[wrt], Method::Values, options, |drawn| {
        let x = evaluate(arena, point, &drawn.bindings)?;
        if !is_finite(&x) || !is_inside(arena, wrt, &x) {
            return Ok(Trial::Outside);
        }
        drawn.bindings.symbols.insert(wrt, x);
        if !all_positive(arena, positive, &drawn.bindings)? {
            return Ok(Trial::Outside);
        }
        let directions = (0..options.directions.max(1)).map(|_| {
            let (structure, normal) = (arena.symbol(wrt).structure, drawn.normal(wrt)?);
            Ok(Direction { symbol: wrt, structure, normal })
        });
        let directions = directions.collect::<Result<Vec<_>, EvalError>>()?;
        drawn.compare(&Least { arena, input, wrt, point, reach, directions })
    })
}

struct Least<'a> {
    arena: &'a Arena,
    input: ExprId,
    wrt: SymbolId,
    point: ExprId,
    reach: Reach,
    directions: Vec<Direction>,
}

impl Comparison for Least<'_> {
    fn is_beyond_residues(&self) -> bool {
        true
    }

    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let mut point = point.clone();
        let x = evaluate(self.arena, self.point, &point)?;
        point.symbols.insert(self.wrt, x.clone());
        let here = evaluate(self.arena, self.input, &point)?;
        if !is_finite(&here) {
            return Ok(Vec::new());
        }
        let is_below = matches!(self.reach, Reach::NearBelow | Reach::FarBelow);
        let steps: &[f64] = if matches!(self.reach, Reach::Near | Reach::NearBelow) { &STEPS } else { &FAR_STEPS };
        let mut pairs = Vec::new();
        for direction in &self.directions {
            let h = direction.at(&point)?;
            let unit = size(&x).max(1.0) / size(&h).max(f64::MIN_POSITIVE);
            for step in steps {
                let mut there = point.clone();
                let moved = &x + h.map(|entry| entry * T::from_f64(unit * step));
                if !is_inside(self.arena, self.wrt, &moved.map(Scalar::real)) {
                    continue;
                }
                there.symbols.insert(self.wrt, moved);
                // What has no value is no smaller one.
                let Ok(value) = evaluate(self.arena, self.input, &there) else { continue };
                if !is_finite(&value) {
                    continue;
                }
                let change = value[0].real() - here[0].real();
                let passes = if is_below { change <= 0.0 } else { change >= 0.0 };
                let scale = size(&value).max(size(&here)) * (1.0 + VALUE_FLOOR);
                let found = if passes { here.clone() } else { value };
                pairs.push(Pair { expected: DMatrix::clone(&here), found, scale, cause: Cause::Value });
            }
        }
        if pairs.is_empty() {
            pairs.push(Pair { expected: here.clone(), found: here, scale: 1.0, cause: Cause::Value });
        }
        Ok(pairs)
    }
}
