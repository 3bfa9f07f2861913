//! Checks that a point is a minimum or maximum: no value near it, or anywhere it was tried, is smaller or larger. Under constraints the values
//! are those at points where these hold.

use nalgebra::DMatrix;

use super::place::{Place, is_inside};
use super::point::{Comparison, Direction, Pair, Point, Trial, is_finite, size};
use super::search::at_points;
use super::{Cause, Certificate, CheckOptions, Method, VALUE_FLOOR};
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};
use crate::structure::Structure;

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

/// Further than this, orthogonal matrices are drawn from both of their components.
const FAR: f64 = 0.05;

/// Checks that no value of the scalar `input` along random lines through the place is smaller (or larger) than the value there, wherever
/// the constraints hold and all that has to be positive is.
#[must_use]
pub fn check_least(
    arena: &Arena,
    input: ExprId,
    place: &Place<'_>,
    reach: Reach,
    options: &CheckOptions,
) -> Certificate {
    if let Some(refused) = place.refused(arena, input, options) {
        return refused;
    }
    at_points(arena, &place.roots(input), &place.symbols(), Method::Values, options, |drawn| {
        if !place.enter(arena, &mut drawn.bindings)? {
            return Ok(Trial::Outside);
        }
        let others = others(arena, place, reach, options, drawn)?;
        drawn.compare(&Least { arena, input, place, reach, others })
    })
}

/// The unknowns at another point.
type Other = Vec<(SymbolId, DMatrix<f64>)>;

/// Points on random lines through the place at which the constraints hold.
fn others(
    arena: &Arena,
    place: &Place<'_>,
    reach: Reach,
    options: &CheckOptions,
    drawn: &mut Point<'_>,
) -> Result<Vec<Other>, EvalError> {
    let moving = place.moving(arena);
    let is_bound = |symbol: &SymbolId| arena.symbol(*symbol).structure == Structure::Orthogonal;
    let returns = !place.constraints.is_empty() || moving.iter().any(is_bound);
    let steps: &[f64] = if matches!(reach, Reach::Near | Reach::NearBelow) { &STEPS } else { &FAR_STEPS };
    let mut others = Vec::new();
    for _ in 0..options.directions.max(1) {
        let normals: Vec<_> = moving.iter().map(|symbol| drawn.normal(*symbol)).collect::<Result<_, _>>()?;
        for step in steps {
            let mut there = drawn.bindings.clone();
            let mut directions = Vec::new();
            let (mut here, mut length) = (1.0_f64, f64::MIN_POSITIVE);
            for (symbol, normal) in moving.iter().zip(&normals) {
                let structure = arena.symbol(*symbol).structure;
                let free = structure == Structure::Orthogonal && step.abs() > FAR;
                let structure = if free { Structure::General } else { structure };
                let h = Direction { symbol: *symbol, structure, normal: normal.clone() }.at(&drawn.bindings)?;
                here = there.symbols.get(symbol).map_or(here, |x| here.max(size(x)));
                length = length.max(size(&h));
                directions.push((*symbol, h));
            }
            for (symbol, h) in directions {
                if let Some(x) = there.symbols.get_mut(&symbol) {
                    *x += h * (here / length * step);
                }
            }
            if returns && !place.return_to(arena, &mut there).unwrap_or(false) {
                continue;
            }
            let values = moving.iter().filter_map(|symbol| Some((*symbol, there.symbols.get(symbol)?.clone())));
            let values: Other = values.collect();
            if values.iter().all(|(symbol, x)| is_finite(x) && is_inside(arena, *symbol, x)) {
                others.push(values);
            }
        }
    }
    Ok(others)
}

struct Least<'a> {
    arena: &'a Arena,
    input: ExprId,
    place: &'a Place<'a>,
    reach: Reach,
    others: Vec<Other>,
}

impl Comparison for Least<'_> {
    fn is_beyond_residues(&self) -> bool {
        true
    }

    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let mut point = point.clone();
        self.place.bind(self.arena, &mut point)?;
        let here = evaluate(self.arena, self.input, &point)?;
        if !is_finite(&here) {
            return Ok(Vec::new());
        }
        let is_below = matches!(self.reach, Reach::NearBelow | Reach::FarBelow);
        let mut pairs = Vec::new();
        for other in &self.others {
            let mut there = point.clone();
            for (symbol, x) in other {
                there.symbols.insert(*symbol, x.map(T::from_f64));
            }
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
        if pairs.is_empty() {
            pairs.push(Pair { expected: here.clone(), found: here, scale: 1.0, cause: Cause::Value });
        }
        Ok(pairs)
    }
}
