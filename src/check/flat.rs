//! Whether a function is flat at a point at which no formula gives its derivative: its difference quotients go to 0 along every direction that is
//! tried, as those of ‖x‖³ᐟ² at 0. At a kink those of two opposite directions do not go to opposite numbers.

use nalgebra::DMatrix;

use super::branch::moved;
use super::place::{Place, is_inside};
use super::point::{Direction, Trial};
use super::search::at_points;
use super::{Certificate, CheckOptions, Method};
use crate::expr::{Arena, ExprId};
use crate::numeric::{Bindings, EvalError, evaluate};

/// Directions of each unknown.
const DIRECTIONS: usize = 6;
/// Differences of values are taken at these powers of ten.
const POWERS: std::ops::RangeInclusive<i32> = 1..=8;
/// Smaller differences, relative to the value, are rounding.
const ROUNDING: f64 = 1e-12;
/// The least power of the step by which quotients fall that go to 0.
const LEAST_ORDER: f64 = 0.02;
/// What the slopes on two sides of a kink leave of each other, relative to the larger one.
const LEAST_TURN: f64 = 0.1;

/// At how many points a function was found to be what.
#[derive(Clone, Debug)]
pub struct Flatness {
    /// Passed where it is flat at all of them.
    pub certificate: Certificate,
    /// At how many of them it is flat.
    pub flat: usize,
    /// At how many of them it has a kink.
    pub kinks: usize,
    /// At how many of them it was looked at.
    pub points: usize,
}

/// What a function is at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    /// With the largest quotient at the smallest step, relative to the largest of all.
    Flat(f64),
    Kink,
    Other,
}

/// Looks at a function at a place, for random values of the other symbols for which the place is given.
#[must_use]
pub fn flatness(
    arena: &Arena,
    input: ExprId,
    place: &Place<'_>,
    options: &CheckOptions,
    is_given: impl Fn(&Bindings<f64>) -> bool,
) -> Flatness {
    let mut found = Flatness {
        certificate: Certificate::not_checked(super::Reason::NoPoint, options),
        flat: 0,
        kinks: 0,
        points: 0,
    };
    if let Some(refused) = place.refused(arena, input, options) {
        return Flatness { certificate: refused, ..found };
    }
    let options = CheckOptions { sides: false, ..options.clone() };
    let (mut flat, mut kinks, mut others) = (0, 0, 0);
    let certificate = at_points(arena, &place.roots(input), &place.symbols(), Method::Values, &options, |point| {
        if !place.enter(arena, &mut point.bindings)? || !is_given(&point.bindings) {
            return Ok(Trial::Outside);
        }
        let mut directions = Vec::new();
        for symbol in place.moving(arena) {
            for _ in 0..DIRECTIONS {
                let (structure, normal) = (arena.symbol(symbol).structure, point.normal(symbol)?);
                directions.push(Direction { symbol, structure, normal });
            }
        }
        Ok(match form(arena, input, &directions, &point.bindings)? {
            Some(Form::Flat(rest)) => {
                flat += 1;
                Trial::Agree(rest)
            }
            Some(Form::Kink) => {
                kinks += 1;
                Trial::Agree(0.0)
            }
            Some(Form::Other) => {
                others += 1;
                Trial::Agree(0.0)
            }
            None => Trial::Outside,
        })
    });
    (found.flat, found.kinks, found.points) = (flat, kinks, flat + kinks + others);
    if flat > 0 && kinks == 0 && others == 0 {
        found.certificate = certificate;
    }
    found
}

/// What a function is at a point; nothing where it has no value there or close by.
fn form(
    arena: &Arena,
    input: ExprId,
    directions: &[Direction],
    point: &Bindings<f64>,
) -> Result<Option<Form>, EvalError> {
    let here = evaluate(arena, input, point)?[0];
    if !here.is_finite() {
        return Ok(None);
    }
    let (mut is_flat, mut has_kink, mut rest) = (true, false, 0.0_f64);
    for direction in directions {
        let h: DMatrix<f64> = direction.at(point)?;
        if h.norm() == 0.0 {
            continue;
        }
        let h = &h / h.norm();
        let mut slopes = Vec::new();
        for side in [1.0, -1.0] {
            let mut quotients = Vec::new();
            for power in POWERS {
                let step = 10_f64.powi(-power);
                let there = moved(point, &vec![(direction.symbol, h.clone())], side * step);
                let fits = there.symbols.get(&direction.symbol).is_some_and(|x| is_inside(arena, direction.symbol, x));
                let value = evaluate(arena, input, &there)?[0];
                if !fits || !value.is_finite() {
                    return Ok(None);
                }
                if (value - here).abs() > ROUNDING * here.abs() {
                    quotients.push((step, (value - here) / step));
                }
            }
            let largest = quotients.iter().map(|(_, quotient)| quotient.abs()).fold(0.0, f64::max);
            match quotients.as_slice() {
                [.., (far, before), (near, last)] => {
                    let order = (before / last).abs().ln() / (far / near).ln();
                    let falls = order >= LEAST_ORDER;
                    slopes.push(if falls { 0.0 } else { *last });
                    rest = rest.max(last.abs() / largest);
                }
                _ => slopes.push(0.0),
            }
        }
        is_flat &= slopes.iter().all(|slope| *slope == 0.0);
        let size = slopes.iter().map(|slope| slope.abs()).fold(0.0, f64::max);
        has_kink |= slopes.iter().sum::<f64>().abs() > LEAST_TURN * size;
    }
    Ok(Some(match (is_flat, has_kink) {
        (true, _) => Form::Flat(rest),
        (_, true) => Form::Kink,
        _ => Form::Other,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::testing::Build;

    #[test]
    fn quotients_tell_flat_points_from_kinks() {
        let mut b = Build::new();
        let (id, x) = b.matrix("x", "n", "1");
        let norm = b.norm(x);
        let zero = b.arena.zero(b.arena.shape(x));
        let flat = [b.pow(norm, 3, 2), b.pow(norm, 11, 10), b.pow(norm, 4, 1)];
        let kinks = [norm, b.pow(norm, 1, 2)];
        let values = [(id, zero)];
        let place = Place { values: &values, ..Place::default() };
        let found = |f| flatness(&b.arena, f, &place, &CheckOptions::default(), |_| true);
        for f in flat {
            let found = found(f);
            assert!(found.certificate.passed() && found.kinks == 0, "{found:?}");
        }
        for f in kinks {
            let found = found(f);
            assert!(!found.certificate.passed() && found.kinks > 0 && found.flat == 0, "{found:?}");
        }
    }
}
