//! Whether a function turns the wrong way at a kink, where its second derivative says nothing: |x| is convex, and −|x| is not.

use nalgebra::DMatrix;

use super::choice::has_kinks;
use super::curvature::Moves;
use crate::expr::{Arena, ExprId, SymbolKind};
use crate::numeric::{Bindings, EvalError, evaluate};
use crate::structure::Structure;

/// How far a chord reaches to both sides of a point, in steps.
const REACH: f64 = 2.0;
/// How often it is halved towards what is found.
const HALVINGS: i32 = 20;
/// What is left of how far a kink lies off its chord, relative to the chord's length; of a smooth function 2⁻²⁰ is left.
const LEAST_TURN: f64 = 1e-3;
/// How much steeper a chord may become: a function that jumps, or has a pole, is not continuous.
const MOST_STEEPER: f64 = 1e3;
/// Rounding relative to the values.
const ROUNDING: f64 = 1e-12;

/// Whether the values of an expression lie on the wrong side of a chord along `moves`, however short, at a kink. `signs`: whether it may be
/// concave, and whether it may be convex. Where the chord leaves the domain, or a value is not known, nothing is said.
pub(super) fn turns_wrongly(
    arena: &Arena,
    id: ExprId,
    point: &Bindings<f64>,
    moves: &Moves<f64>,
    signs: (bool, bool),
) -> Result<bool, EvalError> {
    if !has_kinks(arena, &[id]) {
        return Ok(false);
    }
    let at = |t: f64| -> Result<Option<DMatrix<f64>>, EvalError> {
        let there = moved(point, moves, t);
        if !stays(arena, &there, moves) {
            return Ok(None);
        }
        let value = evaluate(arena, id, &there)?;
        Ok(value.iter().all(|entry| entry.is_finite()).then_some(value))
    };
    let (mut from, mut to) = (-REACH, REACH);
    let mut whole: Option<(usize, f64, f64)> = None;
    for _ in 0..=HALVINGS {
        let length = to - from;
        // The two halves and the middle of the chord: one of them has the kink inside it.
        let quarters =
            (0..=4).map(|place| at(from + length * f64::from(place) / 4.0)).collect::<Result<Vec<_>, _>>()?;
        let Some(values) = quarters.into_iter().collect::<Option<Vec<_>>>() else { return Ok(false) };
        let entries: Vec<usize> = whole.map_or_else(|| (0..values[0].len()).collect(), |(entry, ..)| vec![entry]);
        let mut worst: Option<(usize, usize, f64)> = None;
        for entry in entries {
            for start in 0..3 {
                let [a, m, b] = [0, 1, 2].map(|step| values[start + step][entry]);
                let above = m - (a + b) / 2.0;
                let wrong = if signs.0 { -above } else { above };
                let wrong = if signs == (false, false) { above.abs() } else { wrong };
                let is_clear = wrong > ROUNDING * (1.0 + a.abs() + m.abs() + b.abs());
                if is_clear && worst.is_none_or(|(.., known)| wrong > known) {
                    worst = Some((entry, start, wrong));
                }
            }
        }
        let Some((entry, start, wrong)) = worst else { return Ok(false) };
        let half = length / 2.0;
        let slope = (values[start + 2][entry] - values[start][entry]).abs() / half;
        let (_, turn, steepest) = *whole.get_or_insert((entry, wrong / half, MOST_STEEPER * (slope + wrong / half)));
        if slope > steepest || wrong / half < LEAST_TURN * turn {
            return Ok(false);
        }
        from += length / 4.0 * f64::from(u8::try_from(start).unwrap_or(0));
        to = from + half;
    }
    Ok(true)
}

fn moved(point: &Bindings<f64>, moves: &Moves<f64>, t: f64) -> Bindings<f64> {
    let mut there = point.clone();
    for (symbol, h) in moves {
        if let Some(x) = there.symbols.get_mut(symbol) {
            *x += h * t;
        }
    }
    there
}

/// Whether the moved symbols are still what they are declared as.
fn stays(arena: &Arena, point: &Bindings<f64>, moves: &Moves<f64>) -> bool {
    moves.iter().all(|(id, _)| {
        let (symbol, Some(x)) = (arena.symbol(*id), point.symbols.get(id)) else { return false };
        let is_positive = match symbol.kind {
            SymbolKind::Positive => x.iter().all(|entry| *entry > 0.0),
            SymbolKind::Nonnegative => x.iter().all(|entry| *entry >= 0.0),
            _ => true,
        };
        let is_definite = !matches!(symbol.structure, Structure::PositiveDefinite | Structure::PositiveSemidefinite)
            || x.clone().cholesky().is_some();
        is_positive && is_definite
    })
}
