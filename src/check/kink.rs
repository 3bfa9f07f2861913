//! Whether a function turns the wrong way at a kink, where its second derivative says nothing: |x| is convex, and −|x| is not.

use nalgebra::DMatrix;

use super::branch::{FAR, Moves, Places, crossings, kinks, moved, stays};
use crate::expr::{Arena, ExprId};
use crate::numeric::{Ball, Bindings, EvalError, Scalar, evaluate};

/// Most kinks that are looked for.
const MOST_KINKS: usize = 8;
/// As exactly as doubles tell, wherever they are: the kink of relu(eᵃ − x) is far off.
const PLACES: Places = Places { most: 3, halvings: &[60], powers: FAR };
/// How far a chord reaches to both sides of a point, in steps, and relative to how far off the point is.
const REACH: (f64, f64) = (2.0, 0.25);
/// How often it is halved towards what is found.
const HALVINGS: i32 = 20;
/// What is left of how far a kink lies off its chord, relative to the chord's length; of a smooth function 2⁻²⁰ is left.
const LEAST_TURN: f64 = 1e-3;
/// How much steeper a chord may become: a function that jumps, or has a pole, is not continuous.
const MOST_STEEPER: f64 = 1e3;
/// Rounding relative to the values.
const ROUNDING: f64 = 1e-12;

/// Whether an expression turns the wrong way at a kink that a line through the point, along `moves`, meets. `signs`: whether it may be concave,
/// and whether it may be convex.
pub(super) fn turns_wrongly(
    arena: &Arena,
    id: ExprId,
    point: &Bindings<f64>,
    moves: &Moves<f64>,
    signs: (bool, bool),
) -> Result<bool, EvalError> {
    // Norms and largest eigenvalues have kinks of no branch, so that the line is looked at in any case.
    if turns_nearby::<f64>(arena, id, point, moves, REACH.0, signs)? {
        return Ok(true);
    }
    for kink in kinks(arena, &[id]).into_iter().take(MOST_KINKS) {
        for (_, there) in crossings(arena, kink, point, moves, PLACES) {
            let reach = f64::max(REACH.0, REACH.1 * there.abs());
            let place = moved(point, moves, there);
            // Far off, squares that cancel are rounding in doubles.
            let turns = if reach > REACH.0 {
                turns_nearby::<Ball>(arena, id, &place, moves, reach, signs)?
            } else {
                turns_nearby::<f64>(arena, id, &place, moves, reach, signs)?
            };
            if turns {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether the values of an expression lie on the wrong side of a chord along `moves`, however short, at a kink within reach. Where the chord
/// leaves the domain, or a value is not known, nothing is said.
fn turns_nearby<T: Scalar>(
    arena: &Arena,
    id: ExprId,
    point: &Bindings<f64>,
    moves: &Moves<f64>,
    reach: f64,
    signs: (bool, bool),
) -> Result<bool, EvalError> {
    let at = |t: f64| -> Result<Option<DMatrix<T>>, EvalError> {
        let there = moved(point, moves, t);
        if !stays(arena, &there, moves) {
            return Ok(None);
        }
        let value = evaluate(arena, id, &there.map(T::from_f64))?;
        Ok(value.iter().all(|entry| entry.is_finite()).then_some(value))
    };
    let (mut from, mut to) = (-reach, reach);
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
                let above = m - (a + b) * T::from_f64(0.5);
                let (doubt, above) = (above.doubt(), above.real());
                let wrong = if signs.0 { -above } else { above };
                let wrong = if signs == (false, false) { above.abs() } else { wrong };
                let size: f64 = [a, m, b].iter().map(|value| value.real().abs()).sum();
                let is_clear = wrong > ROUNDING * (1.0 + size) + doubt;
                if is_clear && worst.is_none_or(|(.., known)| wrong > known) {
                    worst = Some((entry, start, wrong));
                }
            }
        }
        let Some((entry, start, wrong)) = worst else { return Ok(false) };
        let half = length / 2.0;
        let slope = (values[start + 2][entry] - values[start][entry]).real().abs() / half;
        let (_, turn, steepest) = *whole.get_or_insert((entry, wrong / half, MOST_STEEPER * (slope + wrong / half)));
        if slope > steepest || wrong / half < LEAST_TURN * turn {
            return Ok(false);
        }
        from += length / 4.0 * f64::from(u8::try_from(start).unwrap_or(0));
        to = from + half;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::Func;
    use crate::numeric::testing::Build;

    #[test]
    fn kinks_are_looked_for_along_the_line() {
        // relu(x − 100) is convex and its negative is not; so are relu(e¹⁰⁰ − x), √(x²) and their negatives
        let mut b = Build::new();
        let (id, x) = b.matrix("x", "1", "1");
        let one = b.int(1);
        let shifted = b.add(&[(1, x), (-100, one)]);
        let ramp = b.f(Func::Relu, shifted);
        let hundred = b.add(&[(100, one)]);
        let far = b.f(Func::Exp, hundred);
        let shifted = b.add(&[(1, far), (-1, x)]);
        let distant = b.f(Func::Relu, shifted);
        let square = b.pow(x, 2, 1);
        let root = b.pow(square, 1, 2);
        let mut point = Bindings::default();
        point.symbols.insert(id, DMatrix::from_element(1, 1, 40.0));
        let moves = vec![(id, DMatrix::from_element(1, 1, 0.7))];
        for convex in [ramp, distant, root] {
            let concave = b.add(&[(-1, convex)]);
            let turns = |id, signs| turns_wrongly(&b.arena, id, &point, &moves, signs).unwrap();
            assert!(turns(concave, (false, true)) && turns(convex, (true, false)));
            assert!(!turns(concave, (true, false)) && !turns(convex, (false, true)));
        }
    }

    #[test]
    fn a_norm_turns_at_0() {
        let mut b = Build::new();
        let (id, x) = b.matrix("x", "n", "1");
        let convex = b.norm(x);
        let concave = b.add(&[(-1, convex)]);
        let mut point = Bindings::default();
        point.sizes.insert(0, 2);
        point.symbols.insert(id, DMatrix::from_vec(2, 1, vec![0.5, 0.0]));
        let moves = vec![(id, DMatrix::from_vec(2, 1, vec![1.0, 0.0]))];
        let turns = |id, signs| turns_wrongly(&b.arena, id, &point, &moves, signs).unwrap();
        assert!(turns(concave, (false, true)) && turns(convex, (true, false)));
        assert!(!turns(concave, (true, false)) && !turns(convex, (false, true)));
    }
}
