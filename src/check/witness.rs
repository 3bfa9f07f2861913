//! Looks for numbers that show that a function is neither convex nor concave: for the same values of the other symbols a line along which it
//! bends up and one along which it bends down, by second derivatives, or by values beside a chord where it has kinks.

use nalgebra::DMatrix;

use super::branch::{Moves, moved, stays};
use super::chord::leaves;
use super::curvature::{above, bend, exact, moves};
use super::gradient::refused;
use super::point::{Point, Trial};
use super::search::at_points;
use super::space::project;
use super::{Cause, CheckOptions, Method};
use crate::ad::along_twice;
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::linalg::symmetric_eigen;
use crate::numeric::random::Rng;
use crate::numeric::sample::{Overrides, Strategy, sample};
use crate::numeric::{Ball, EvalError, Scalar};

/// Sets of values of the other symbols that are tried.
const SEARCHES: usize = 12;
/// Points for each.
const POINTS: usize = 24;
/// At how many of them the eigenvectors of the Hessian are looked along, and of how many numbers the variables may consist for that.
const HESSIANS: usize = 4;
const MAX_NUMBERS: usize = 9;
/// Bends that show something are at least this large, relative to one another.
const CLEAR: f64 = 1e-6;
/// Inner points of a chord that must lie in the domain.
const INNER: usize = 7;
/// Chords are drawn at each point of this number.
const CHORDS: usize = 3;
/// How many times as far as another point the longest chords reach.
const FAR: f64 = 5.0;
/// Evaluations times operands of the expression, in all.
const MAX_EVALUATED: usize = 300_000;
/// About how many multiplications one evaluation may take, as there are hundreds of them.
const WORK: u64 = 40_000_000;
/// Factors that points are stretched by, so that what happens far out or near 0 is seen.
const SCALES: [f64; 6] = [1.0, 1.0, 3.0, 0.3, 8.0, 0.1];

/// How a line shows which way a function bends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Evidence {
    /// d²/dt² f(x + th) at t = 0
    Second(f64),
    /// f(x + th), and what the chord from x to x + h has there.
    Chord {
        /// How far along.
        at: f64,
        /// The value of the function.
        value: f64,
        /// The value of the chord.
        chord: f64,
    },
}

/// Entries below this, relative to the largest, are rounding.
const NOISE: f64 = 1e-12;

/// The values with 0 for what is rounding.
fn without_noise(values: &DMatrix<f64>) -> DMatrix<f64> {
    let least = NOISE * values.amax();
    values.map(|entry| if entry.abs() <= least { 0.0 } else { entry })
}

impl Evidence {
    /// How much it bends, above 0 for up.
    fn size(self) -> f64 {
        match self {
            Self::Second(second) => second,
            Self::Chord { value, chord, .. } => chord - value,
        }
    }
}

/// A point, a direction, and how the function bends along it.
#[derive(Clone, Debug, PartialEq)]
pub struct Bend {
    /// Values of the variables.
    pub point: Vec<(String, DMatrix<f64>)>,
    /// The direction of each.
    pub direction: Vec<(String, DMatrix<f64>)>,
    /// What shows it.
    pub evidence: Evidence,
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

/// Where the function was found to bend.
#[derive(Default)]
struct Sides {
    up: Option<Bend>,
    down: Option<Bend>,
}

impl Sides {
    /// Whether a bend of that size is wanted: its size is much nearer to 1 than that of the one that is known.
    fn wants(&self, size: f64) -> bool {
        let side = if size > 0.0 { &self.up } else { &self.down };
        let distance = |size: f64| size.abs().ln().abs();
        size != 0.0 && side.as_ref().is_none_or(|known| distance(known.evidence.size()) > 1.0 + distance(size))
    }

    /// Whether no bend of that sign is known.
    fn lacks(&self, size: f64) -> bool {
        if size > 0.0 { self.up.is_none() } else { self.down.is_none() }
    }

    /// Keeps a bend.
    fn keep(&mut self, arena: &Arena, wrt: &[SymbolId], point: &Point<'_>, moves: &Moves<f64>, evidence: Evidence) {
        let side = if evidence.size() > 0.0 { &mut self.up } else { &mut self.down };
        let name = |symbol: &SymbolId| arena.symbol(*symbol).name.clone();
        let at =
            wrt.iter().filter_map(|symbol| Some((name(symbol), without_noise(point.bindings.symbols.get(symbol)?))));
        let direction = moves.iter().map(|(symbol, h)| (name(symbol), without_noise(h)));
        *side = Some(Bend { point: at.collect(), direction: direction.collect(), evidence });
    }

    fn are_clear(&self) -> bool {
        let (Some(up), Some(down)) = (&self.up, &self.down) else { return false };
        let (up, down) = (up.evidence.size(), -down.evidence.size());
        up.min(down) > CLEAR * up.max(down)
    }
}

/// Numbers that show that the scalar `input` is neither convex nor concave in the variables. The search ends without any where none was
/// found.
#[must_use]
pub fn find_witness(arena: &Arena, input: ExprId, wrt: &[SymbolId], options: &CheckOptions) -> Option<Witness> {
    if wrt.iter().any(|symbol| refused(arena, *symbol).is_some()) {
        return None;
    }
    let work_limit = options.work_limit.min(WORK);
    let options = CheckOptions { points: SEARCHES, work_limit, sides: false, ..options.clone() };
    let (mut witness, mut spent, size) = (None, 0, arena.links_below(input) + 10);
    let _ = at_points(arena, &[input], wrt, Method::Values, &options, |point| {
        if witness.is_some() || spent * size > MAX_EVALUATED {
            return Ok(Trial::Agree(0.0));
        }
        let mut sides = Sides::default();
        let mut rng = Rng::new(point.rng.bits());
        for number in 0..POINTS {
            if number > 0 && !move_variables(arena, wrt, point, &mut rng, SCALES[number % SCALES.len()])? {
                continue;
            }
            let mut directions = vec![moves(wrt, point)?, radial(wrt, point)];
            if number < HESSIANS {
                directions.extend(eigenvectors(arena, input, wrt, point).unwrap_or_default());
            }
            for direction in directions {
                spent += 1;
                if let Ok(Some(second)) = bend(arena, input, point, wrt, &direction, |size| sides.wants(size)) {
                    sides.keep(arena, wrt, point, &direction, Evidence::Second(second));
                }
            }
            if number % CHORDS == 0 && !sides.are_clear() {
                for direction in chords(arena, wrt, point, &mut rng)? {
                    spent += INNER;
                    let matters = (|excess: f64| sides.wants(-excess), |excess: f64| sides.lacks(-excess));
                    let effort = (rng.clone(), &mut spent);
                    if let Ok(Some(evidence)) = beside_chord(arena, input, wrt, point, &direction, effort, matters) {
                        sides.keep(arena, wrt, point, &direction, evidence);
                    }
                }
            }
            if (number >= HESSIANS && sides.are_clear()) || spent * size > MAX_EVALUATED {
                break;
            }
        }
        if sides.are_clear()
            && let (Some(up), Some(down)) = (sides.up, sides.down)
        {
            let empty = DMatrix::zeros(1, 1);
            let report = point.disagreement(&empty, &empty, Cause::Value);
            let variables: Vec<&str> = wrt.iter().map(|symbol| arena.symbol(*symbol).name.as_str()).collect();
            let values = report.values.into_iter().filter(|(name, _)| !variables.contains(&name.as_str())).collect();
            witness = Some(Witness { sizes: report.sizes, values, up, down });
        }
        Ok(Trial::Agree(0.0))
    });
    witness
}

/// Along the ray from the origin.
fn radial(wrt: &[SymbolId], point: &Point<'_>) -> Moves<f64> {
    wrt.iter().filter_map(|symbol| Some((*symbol, point.bindings.symbols.get(symbol)?.clone()))).collect()
}

/// The eigenvectors of the least and the largest eigenvalue of the Hessian, where the variables are not too many numbers.
fn eigenvectors(
    arena: &Arena,
    input: ExprId,
    wrt: &[SymbolId],
    point: &Point<'_>,
) -> Result<Vec<Moves<f64>>, EvalError> {
    // An orthonormal basis of the directions in their spaces.
    let mut basis: Vec<Moves<f64>> = Vec::new();
    for symbol in wrt {
        let Some(x) = point.bindings.symbols.get(symbol) else { return Ok(Vec::new()) };
        let mut own: Vec<DMatrix<f64>> = Vec::new();
        for place in 0..x.len() {
            let mut unit = DMatrix::zeros(x.nrows(), x.ncols());
            unit[place] = 1.0;
            let mut h = project(point.structure(*symbol), x, &unit);
            for known in &own {
                let along = known.dot(&h);
                h -= known * along;
            }
            if h.norm() > 1e-9 {
                own.push(&h / h.norm());
            }
        }
        basis.extend(own.into_iter().map(|h| {
            let rest = wrt.iter().map(|other| {
                let x = point.bindings.symbols.get(other).map_or((1, 1), DMatrix::shape);
                (*other, if other == symbol { h.clone() } else { DMatrix::zeros(x.0, x.1) })
            });
            rest.collect()
        }));
        if basis.len() > MAX_NUMBERS {
            return Ok(Vec::new());
        }
    }
    let n = basis.len();
    if n < 2 {
        return Ok(Vec::new());
    }
    let mut hessian = DMatrix::zeros(n, n);
    for row in 0..n {
        for col in 0..=row {
            let second = along_twice(arena, input, &point.bindings, &basis[row], &basis[col])?[0];
            hessian[(row, col)] = second;
            hessian[(col, row)] = second;
        }
    }
    let Some(eigen) = symmetric_eigen(hessian) else { return Ok(Vec::new()) };
    let (least, largest) = (eigen.eigenvalues.imin(), eigen.eigenvalues.imax());
    Ok([least, largest]
        .into_iter()
        .map(|place| {
            let weights = eigen.eigenvectors.column(place);
            let zero = basis[0].iter().map(|(symbol, h)| (*symbol, DMatrix::zeros(h.nrows(), h.ncols())));
            let mut sum: Moves<f64> = zero.collect();
            for (weight, element) in weights.iter().zip(&basis) {
                for ((_, total), (_, h)) in sum.iter_mut().zip(element) {
                    *total += h * *weight;
                }
            }
            sum
        })
        .collect())
}

/// Directions of chords: to another point, as far, less or more, and to the mirrored point.
fn chords(arena: &Arena, wrt: &[SymbolId], point: &Point<'_>, rng: &mut Rng) -> Result<Vec<Moves<f64>>, EvalError> {
    let sizes = sizes(arena, point);
    let strategy = Strategy::ALL[rng.below(Strategy::ALL.len())];
    let other = sample::<f64>(arena, wrt, &sizes, strategy, &Overrides::default(), rng)?;
    let to_other = |scale: f64| {
        wrt.iter()
            .filter_map(|symbol| {
                let (x, y) = (point.bindings.symbols.get(symbol)?, other.symbols.get(symbol)?);
                Some((*symbol, project(point.structure(*symbol), x, &((y - x) * scale))))
            })
            .collect::<Moves<f64>>()
    };
    let mirrored = radial(wrt, point).into_iter().map(|(symbol, x)| (symbol, x * -2.0)).collect();
    Ok(vec![to_other(1.0), to_other(0.2), mirrored, to_other(FAR)])
}

/// A value that is clearly beside the chord from the point along the direction, where the whole chord lies in the domain: both ends are what
/// the variables are declared as, and nothing that the domain asks for fails between them.
fn beside_chord(
    arena: &Arena,
    input: ExprId,
    wrt: &[SymbolId],
    point: &Point<'_>,
    moves: &Moves<f64>,
    (mut rng, spent): (Rng, &mut usize),
    (matters, is_new): (impl Fn(f64) -> bool, impl Fn(f64) -> bool),
) -> Result<Option<Evidence>, EvalError> {
    if !stays(arena, &moved(&point.bindings, moves, 1.0), moves) {
        return Ok(None);
    }
    let mut largest: Option<(f64, f64)> = None;
    for place in 1..=INNER {
        #[allow(clippy::cast_precision_loss, reason = "a small number")]
        let t = place as f64 / (INNER + 1) as f64;
        let Some((excess, floor)) = above(arena, input, &point.bindings, moves, t)? else { return Ok(None) };
        let is_larger = |known: f64| (is_new(excess), excess.abs()) > (is_new(known), known.abs());
        if excess.abs() > floor && matters(excess) && largest.is_none_or(|(_, known)| is_larger(known)) {
            largest = Some((t, excess));
        }
    }
    let Some((t, _)) = largest else { return Ok(None) };
    if leaves(arena, input, &point.bindings, moves, (&mut rng, spent)) {
        return Ok(None);
    }
    let Ok(mut bindings) = point.exact() else { return Ok(None) };
    for symbol in wrt {
        if let Some(x) = point.bindings.symbols.get(symbol) {
            bindings.symbols.insert(*symbol, x.map(Ball::from_f64));
        }
    }
    let Some((excess, floor)) = above(arena, input, &bindings, &exact(moves), t)? else { return Ok(None) };
    if excess.real().abs() <= floor {
        return Ok(None);
    }
    for (symbol, h) in moves {
        if let Some(x) = bindings.symbols.get_mut(symbol) {
            *x += h.map(|entry| Ball::from_f64(entry * t));
        }
    }
    let value = crate::numeric::evaluate(arena, input, &bindings)?[0].real();
    Ok(Some(Evidence::Chord { at: t, value, chord: value - excess.real() }))
}

fn sizes(arena: &Arena, point: &Point<'_>) -> Vec<usize> {
    (0_u32..).zip(arena.size_names()).map(|(place, _)| point.bindings.sizes.get(&place).copied().unwrap_or(2)).collect()
}

/// Draws the variables anew, everything else as it is; whether there were values.
fn move_variables(
    arena: &Arena,
    wrt: &[SymbolId],
    point: &mut Point<'_>,
    rng: &mut Rng,
    scale: f64,
) -> Result<bool, EvalError> {
    let sizes = sizes(arena, point);
    let general: Vec<Strategy> = Strategy::ALL.iter().copied().filter(|s| !s.symmetric_squares()).collect();
    let strategy = if point.symmetric_squares { Strategy::SymmetricMixed } else { general[rng.below(general.len())] };
    let other = sample::<f64>(arena, wrt, &sizes, strategy, &Overrides::default(), rng)?;
    for (symbol, value) in other.symbols {
        point.bindings.symbols.insert(symbol, &*value * scale);
    }
    Ok(true)
}
