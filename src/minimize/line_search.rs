//! Line searches along a retraction: α ↦ f(R(x, αd)).
//!
//! [`backtrack`] looks for a sufficient decrease (Armijo 1966); [`wolfe`] also for a slope that is small enough, by brackets and cubic
//! interpolation (Nocedal & Wright 2006, §3.5), and needs a set in which lines are straight. Near a minimum, where values differ by rounding
//! alone, it takes the approximate conditions of Hager & Zhang (2005), which look at slopes.

use nalgebra::DVector;

use super::{Counted, Iterate, Space, Trouble};

/// The part of the decrease that the slope promises that a step has to bring.
const DECREASE: f64 = 1e-4;
/// The part of the slope that may be left.
const SLOPE: f64 = 0.9;
/// The most evaluations of one search.
const MOST: usize = 60;
/// The most by which a step is lengthened at once.
const LONGER: f64 = 4.0;
/// Values that differ by so many roundings or fewer may differ by rounding alone.
const ROUNDINGS: f64 = 16.0;

/// Whether two values may differ by rounding alone.
fn is_close(value: f64, at: f64, rounding: f64) -> bool {
    (value - at).abs() <= rounding * at.abs()
}

/// Whether two values differ by rounding alone, where the slope promises no more than that.
fn is_rounding(value: f64, at: f64, promised: f64, rounding: f64) -> bool {
    is_close(value, at, rounding) && promised.abs() <= 1e3 * rounding * at.abs()
}

/// The length of a first step along the gradient: to the distance 1 at most.
pub(super) fn first_length(gradient: &DVector<f64>) -> f64 {
    (1.0 / gradient.norm()).min(1.0)
}

/// Where the value has fallen enough below another, which is that at the point or a larger one.
pub(super) fn backtrack(
    at: &Iterate,
    from: f64,
    direction: &DVector<f64>,
    length: f64,
    space: &Space,
    function: &mut Counted<'_>,
) -> Result<Option<Box<Iterate>>, Trouble> {
    let slope = at.gradient.dot(direction);
    let norm = space.reduced(&at.x, &at.gradient).norm();
    let rounding = ROUNDINGS * function.objective.rounding();
    let mut length = length;
    for _ in 0..MOST {
        let x = space.retract(&at.x, &(direction * length));
        if x == at.x {
            break;
        }
        // The promise of the slope at the point that the set leads to.
        let promised = at.gradient.dot(&(&x - &at.x)).min(0.0);
        let next = function.at(x)?;
        if next.is_finite() && next.value <= from + DECREASE * promised && (next.value < at.value || from > at.value) {
            return Ok(Some(next));
        }
        let is_rounding = is_rounding(next.value, at.value, promised, rounding);
        if next.is_finite() && is_rounding && space.reduced(&next.x, &next.gradient).norm() < norm {
            return Ok(Some(next));
        }
        let quadratic = -0.5 * slope * length * length / (next.value - at.value - slope * length);
        length = if quadratic.is_finite() { quadratic.clamp(0.1 * length, 0.5 * length) } else { 0.25 * length };
    }
    Ok(None)
}

/// A trial: how long, and the value and slope there.
struct Trial {
    length: f64,
    next: Box<Iterate>,
    slope: f64,
}

/// Where the strong Wolfe conditions hold.
pub(super) fn wolfe(
    at: &Iterate,
    direction: &DVector<f64>,
    length: f64,
    space: &Space,
    function: &mut Counted<'_>,
) -> Result<Option<Box<Iterate>>, Trouble> {
    let first = at.gradient.dot(direction);
    let rounding = ROUNDINGS * function.objective.rounding();
    let mut low = Trial { length: 0.0, next: Box::new(at.clone()), slope: first };
    let mut high: Option<Trial> = None;
    // A length at which there is no finite value.
    let mut outside = f64::INFINITY;
    let mut length = length;
    for _ in 0..MOST {
        let x = space.retract(&at.x, &(direction * length));
        if x == low.next.x {
            break;
        }
        let next = function.at(x)?;
        if !next.is_finite() {
            outside = length;
            high = None;
            length = low.length + 0.25 * (length - low.length);
            continue;
        }
        let trial = Trial { length, slope: next.gradient.dot(direction), next };
        let is_rounding = is_rounding(trial.next.value, at.value, length * first, rounding);
        // Where rounding hides the decrease the slope tells of it: the value of a parabola falls enough where its slope is below this.
        let is_enough = trial.next.value <= at.value + DECREASE * length * first
            || (is_rounding && trial.slope <= (2.0 * DECREASE - 1.0) * first);
        let is_lower = trial.next.value < low.next.value || (is_rounding && is_enough);
        if is_enough && is_lower && trial.slope.abs() <= SLOPE * first.abs() {
            return Ok(Some(trial.next));
        }
        if !is_enough || !is_lower {
            high = Some(trial);
        } else {
            let is_past = trial.slope * (high.as_ref().map_or(f64::INFINITY, |high| high.length) - low.length) >= 0.0;
            let old = std::mem::replace(&mut low, trial);
            if is_past {
                high = Some(old);
            } else if high.is_none() {
                let longer = cubic(&old, &low, rounding).filter(|found| *found > low.length);
                let most = (LONGER * low.length).min(low.length + 0.5 * (outside - low.length));
                length = longer.unwrap_or(most).clamp(low.length * 1.1, most.max(low.length * 1.1));
                continue;
            }
        }
        let Some(high) = &high else { continue };
        let (from, to) = (low.length.min(high.length), low.length.max(high.length));
        let margin = 0.1 * (to - from);
        length = cubic(&low, high, rounding).unwrap_or(0.5 * (from + to)).clamp(from + margin, to - margin);
        if to - from <= f64::EPSILON * to {
            break;
        }
    }
    // What is lower is taken, even where its slope is not small.
    Ok((low.length > 0.0).then_some(low.next))
}

/// The minimum of the cubic with the values and slopes of two trials; by the slopes alone where the values differ by rounding.
fn cubic(a: &Trial, b: &Trial, rounding: f64) -> Option<f64> {
    let width = b.length - a.length;
    if is_close(b.next.value, a.next.value, rounding) {
        let secant = a.length - width * a.slope / (b.slope - a.slope);
        return secant.is_finite().then_some(secant);
    }
    let d1 = a.slope + b.slope - 3.0 * (b.next.value - a.next.value) / width;
    let d2 = (d1 * d1 - a.slope * b.slope).sqrt().copysign(width);
    let found = b.length - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2);
    found.is_finite().then_some(found)
}
