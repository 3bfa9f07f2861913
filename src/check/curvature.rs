//! Checks a claim about convexity: second derivatives of the input along random lines through random points, and chords between random
//! points of its domain, which see kinks too. And looks for numbers that show that a function is neither convex nor concave.

use nalgebra::DMatrix;

use super::gradient::refused;
use super::point::{Numeric, Point, Trial, at_points, derivative, is_finite};
use super::space::project;
use super::{Certificate, CheckOptions, Disagreement, Method};
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::random::Rng;
use crate::numeric::sample::{Overrides, Strategy, sample};
use crate::numeric::{Bindings, EvalError, evaluate};

/// Points tried, at least.
const POINTS: usize = 6;
/// Lines and chords at each point.
const LINES: usize = 4;
/// How far a second derivative may lie on the wrong side, relative to the sizes of values and first derivatives.
const TOLERANCE: f64 = 1e-7;
/// How far a chord may.
const CHORD_TOLERANCE: f64 = 1e-9;
/// Second derivatives that show something are at least this large, relative to the function's.
const CLEAR: f64 = 1e-4;
/// Inner points of a chord that must lie in the domain.
const INNER: usize = 7;
/// About how many multiplications one evaluation may take, as there are hundreds of them.
const CHECK_WORK: u64 = 1_000_000;
const SEARCH_WORK: u64 = 200_000;
/// Sets of values of the other symbols that are tried in search of a witness, and points for each.
const SEARCHES: usize = 8;
const POINTS_OF_A_SEARCH: usize = 24;

/// A point, a direction and the second derivative along it.
#[derive(Clone, Debug, PartialEq)]
pub struct Bend {
    /// Values of the variables.
    pub point: Vec<(String, DMatrix<f64>)>,
    /// The direction of each.
    pub direction: Vec<(String, DMatrix<f64>)>,
    /// d²/dt² f(x + th) at t = 0
    pub second: f64,
}

/// That a function is neither convex nor concave, for these values of the other symbols.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// Named sizes.
    pub sizes: Vec<(String, usize)>,
    /// Values of the symbols that are no variables.
    pub values: Vec<(String, DMatrix<f64>)>,
    /// Where it bends up.
    pub up: Bend,
    /// Where it bends down.
    pub down: Bend,
}

type Moves = Vec<(SymbolId, DMatrix<f64>)>;

/// Checks that second derivatives of the scalar `input` along lines have no other sign than 0 and those of `signs` (negative, positive);
/// with `whole` also that chords between any two points of its domain lie on the right side.
#[must_use]
pub fn check_curvature(
    arena: &Arena,
    input: ExprId,
    wrt: &[SymbolId],
    signs: (bool, bool),
    whole: bool,
    options: &CheckOptions,
) -> Certificate {
    if let Some(reason) = wrt.iter().find_map(|symbol| refused(arena, *symbol)) {
        return Certificate::not_checked(reason, options);
    }
    let work_limit = options.work_limit.min(CHECK_WORK);
    let options = CheckOptions { points: options.points.max(POINTS), work_limit, ..options.clone() };
    at_points(arena, &[input], wrt, &options, |point| {
        let value = evaluate(arena, input, &point.bindings)?;
        if !is_finite(&value) {
            return Ok(Trial::Outside);
        }
        let mut method = Method::DualNumbers;
        for _ in 0..LINES {
            let moves = moves(arena, wrt, point)?;
            if let Some((second, used)) = bend(arena, input, point, &moves)? {
                method = if used == Method::FiniteDifferences { used } else { method };
                if (second > 0.0 && !signs.1) || (second < 0.0 && !signs.0) {
                    return Ok(Trial::Disagree(Box::new(report(arena, point, &moves, second))));
                }
            }
            if whole && let Some((excess, moves)) = chord(arena, input, wrt, point)? {
                // The value above the chord: what a concave function may do.
                if (excess > 0.0 && !signs.0) || (excess < 0.0 && !signs.1) {
                    return Ok(Trial::Disagree(Box::new(report(arena, point, &moves, -excess))));
                }
            }
        }
        Ok(Trial::Agree(0.0, method))
    })
}

fn report(arena: &Arena, point: &Point, moves: &Moves, second: f64) -> Disagreement {
    let (expected, found) = (DMatrix::zeros(1, 1), DMatrix::from_element(1, 1, second));
    let mut report = point.disagreement(arena, &expected, &found);
    report.direction = moves.first().map(|(_, h)| h.clone());
    report
}

/// Random directions of all variables in their spaces.
fn moves(arena: &Arena, wrt: &[SymbolId], point: &mut Point) -> Result<Moves, EvalError> {
    let mut moves = Vec::new();
    for symbol in wrt {
        let Some(x) = point.bindings.symbols.get(symbol).cloned() else {
            return Err(EvalError::UnboundSymbol(*symbol));
        };
        let normal = point.rng.normal_matrix(x.nrows(), x.ncols());
        moves.push((*symbol, project(point.structure(arena, *symbol), &x, &normal)));
    }
    Ok(moves)
}

/// The second derivative along a line, where it is clearly not 0; nothing where it is, or cannot be told from rounding.
fn bend(arena: &Arena, input: ExprId, point: &Point, moves: &Moves) -> Result<Option<(f64, Method)>, EvalError> {
    let at = |bindings: &Bindings<f64>| -> Result<Option<(f64, f64, Method)>, EvalError> {
        let value = evaluate(arena, input, bindings)?;
        let first = derivative(arena, input, bindings, &[moves])?;
        let Numeric { value: second, method, error, .. } = derivative(arena, input, bindings, &[moves, moves])?;
        if !is_finite(&value) || !is_finite(&first.value) || !is_finite(&second) || error.is_nan() {
            return Ok(None);
        }
        let tolerance = if method == Method::FiniteDifferences { 1e4 * TOLERANCE } else { TOLERANCE };
        let floor = tolerance * (1.0 + value.amax() + first.value.amax()) + error;
        Ok(Some((second[0], floor, method)))
    };
    let Some((second, floor, method)) = at(&point.bindings)? else { return Ok(None) };
    if second.abs() <= floor {
        return Ok(None);
    }
    for number in 0..2 {
        match at(&point.nudged(arena, number)) {
            Ok(Some((again, floor, _))) if again * second > 0.0 && again.abs() > floor => {}
            _ => return Ok(None),
        }
    }
    Ok(Some((second, method)))
}

/// Another point of the domain, and how far the value between lies above the chord, where it clearly is not on it.
fn chord(arena: &Arena, input: ExprId, wrt: &[SymbolId], point: &mut Point) -> Result<Option<(f64, Moves)>, EvalError> {
    let sizes: Vec<usize> = (0_u32..)
        .zip(arena.size_names())
        .map(|(place, _)| point.bindings.sizes.get(&place).copied().unwrap_or(2))
        .collect();
    let strategy = Strategy::ALL[point.rng.below(Strategy::ALL.len())];
    let other = sample(arena, wrt, &sizes, strategy, &Overrides::default(), &mut point.rng)?;
    let mut moves = Vec::new();
    for symbol in wrt {
        let (Some(x), Some(y)) = (point.bindings.symbols.get(symbol), other.symbols.get(symbol)) else {
            return Err(EvalError::UnboundSymbol(*symbol));
        };
        let difference = y - x;
        moves.push((*symbol, project(point.structure(arena, *symbol), x, &difference)));
    }
    let value = |t: f64| -> Result<Option<f64>, EvalError> {
        let mut bindings = point.bindings.clone();
        for (symbol, h) in &moves {
            if let Some(x) = bindings.symbols.get_mut(symbol) {
                *x += h * t;
            }
        }
        let value = evaluate(arena, input, &bindings)?;
        Ok(is_finite(&value).then(|| value[0]))
    };
    let (Some(start), Some(end)) = (value(0.0)?, value(1.0)?) else { return Ok(None) };
    let mut largest = 0.0_f64;
    for place in 1..=INNER {
        #[allow(clippy::cast_precision_loss, reason = "a small number")]
        let t = place as f64 / (INNER + 1) as f64;
        let Some(between) = value(t)? else { return Ok(None) };
        let excess = between - (1.0 - t) * start - t * end;
        let floor = CHORD_TOLERANCE * (1.0 + between.abs() + start.abs() + end.abs());
        if excess.abs() > floor && excess.abs() > largest.abs() {
            largest = excess;
        }
    }
    Ok((largest != 0.0).then_some((largest, moves)))
}

/// Numbers that show that the scalar `input` is neither convex nor concave in the variables: for the same values of the other symbols a
/// line along which it bends up and one along which it bends down. The search ends without any where none was found.
#[must_use]
pub fn find_witness(arena: &Arena, input: ExprId, wrt: &[SymbolId], options: &CheckOptions) -> Option<Witness> {
    if wrt.iter().any(|symbol| refused(arena, *symbol).is_some()) {
        return None;
    }
    let work_limit = options.work_limit.min(SEARCH_WORK);
    let options = CheckOptions { points: SEARCHES, work_limit, ..options.clone() };
    let mut witness = None;
    let _ = at_points(arena, &[input], wrt, &options, |point| {
        if witness.is_some() {
            return Ok(Trial::Agree(0.0, Method::Values));
        }
        let (mut up, mut down): (Option<Bend>, Option<Bend>) = (None, None);
        let mut rng = Rng::new(point.rng.bits());
        for number in 0..POINTS_OF_A_SEARCH {
            if number > 0 && !move_variables(arena, wrt, point, &mut rng)? {
                continue;
            }
            let moves = moves(arena, wrt, point)?;
            let Ok(Some((second, _))) = bend(arena, input, point, &moves) else { continue };
            let names = |values: &mut dyn Iterator<Item = (SymbolId, DMatrix<f64>)>| {
                values.map(|(symbol, value)| (arena.symbol(symbol).name.clone(), value)).collect::<Vec<_>>()
            };
            let at = names(
                &mut wrt.iter().filter_map(|symbol| Some((*symbol, point.bindings.symbols.get(symbol)?.clone()))),
            );
            let side = if second > 0.0 { &mut up } else { &mut down };
            // Of all the one whose size is nearest to 1.
            if side.as_ref().is_none_or(|bend| second.abs().ln().abs() < bend.second.abs().ln().abs()) {
                *side = Some(Bend { point: at, direction: names(&mut moves.into_iter()), second });
            }
        }
        if let (Some(up), Some(down)) = (up, down)
            && up.second.min(-down.second) > CLEAR * up.second.max(-down.second)
        {
            let empty = DMatrix::zeros(1, 1);
            let report = point.disagreement(arena, &empty, &empty);
            let variables: Vec<&str> = wrt.iter().map(|symbol| arena.symbol(*symbol).name.as_str()).collect();
            let values = report.values.into_iter().filter(|(name, _)| !variables.contains(&name.as_str())).collect();
            witness = Some(Witness { sizes: report.sizes, values, up, down });
        }
        Ok(Trial::Agree(0.0, Method::Values))
    });
    witness
}

/// Draws the variables anew, everything else as it is; whether there were values.
fn move_variables(arena: &Arena, wrt: &[SymbolId], point: &mut Point, rng: &mut Rng) -> Result<bool, EvalError> {
    let sizes: Vec<usize> = (0_u32..)
        .zip(arena.size_names())
        .map(|(place, _)| point.bindings.sizes.get(&place).copied().unwrap_or(2))
        .collect();
    let general: Vec<Strategy> = Strategy::ALL.iter().copied().filter(|s| !s.symmetric_squares()).collect();
    let strategy = if point.symmetric_squares { Strategy::SymmetricMixed } else { general[rng.below(general.len())] };
    let other = sample(arena, wrt, &sizes, strategy, &Overrides::default(), rng)?;
    for (symbol, value) in other.symbols {
        point.bindings.symbols.insert(symbol, value);
    }
    Ok(true)
}
