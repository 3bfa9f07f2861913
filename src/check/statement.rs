//! Checks the lines of an argument about convexity, each by itself, at random points of the domain of the function that it is about.

use nalgebra::DMatrix;

use super::branch::Moves;
use super::curvature::are_definite;
use super::gradient::refused;
use super::kink::turns_wrongly;
use super::point::{Point, Trial, is_finite};
use super::search::at_points;
use super::{CheckOptions, Method};
use crate::ad::{along, along_twice};
use crate::expr::{Arena, ExprId, IndexId, SymbolId};
use crate::numeric::linalg::symmetric_eigen;
use crate::numeric::{Ball, Bindings, EvalError, Scalar, evaluate};

/// Points at which every statement is tried.
const POINTS: usize = 5;
/// Directions at each.
const DIRECTIONS: usize = 2;
/// How far a value may lie on the wrong side, relative to the sizes that it comes from.
const TOLERANCE: f64 = 1e-7;
/// About how many multiplications one evaluation may take.
const WORK: u64 = 40_000_000;

/// What a line says.
#[derive(Clone, Debug)]
pub enum Fact {
    /// The second derivative of the first expression is the second one, a matrix or a number.
    Second(ExprId, ExprId),
    /// The second derivative of the first expression is the second one, a form in the differentials of the variables.
    Form(ExprId, ExprId),
    /// No entry is below 0.
    Nonnegative(ExprId),
    /// A symmetric matrix is positive semidefinite.
    Semidefinite(ExprId),
    /// Second derivatives of every entry have no other signs than these (negative, positive).
    Curvature(ExprId, (bool, bool)),
    /// Second derivatives of a symmetric matrix are semidefinite with no other signs than these.
    Loewner(ExprId, (bool, bool)),
}

/// A number that stands for an entry or an eigenvalue of an expression.
#[derive(Clone, Copy, Debug)]
pub struct Stand {
    /// The number.
    pub symbol: SymbolId,
    /// What it stands for.
    pub of: ExprId,
    /// Whether for an eigenvalue.
    pub eigenvalue: bool,
}

/// A line of an argument with what is needed to try it.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it says.
    pub fact: Fact,
    /// The variables that it is about, in the order of the rows of a second derivative.
    pub variables: Vec<SymbolId>,
    /// Its free indices and the bounds between which they run.
    pub indices: Vec<(IndexId, Option<(ExprId, ExprId)>)>,
}

/// Of each statement, whether it held at all points of the domain of `input` that were tried, those where the matrices of `within` are
/// positive definite. `whole`: whether that domain is convex, so that kinks between two points of it count.
#[must_use]
pub fn check_statements(
    arena: &Arena,
    input: ExprId,
    (wrt, within, whole): (&[SymbolId], &[ExprId], bool),
    stands: &[Stand],
    statements: &[Statement],
    options: &CheckOptions,
) -> Vec<bool> {
    let mut holds = vec![true; statements.len()];
    if statements.is_empty() || wrt.iter().any(|symbol| refused(arena, *symbol).is_some()) {
        return holds;
    }
    let work_limit = options.work_limit.min(WORK);
    let options = CheckOptions { points: options.points.max(POINTS), work_limit, ..options.clone() };
    let _ = at_points(arena, &[input], wrt, Method::DualNumbers, &options, |point| {
        if !is_finite(&evaluate(arena, input, &point.bindings)?) || !are_definite(arena, within, point)? {
            return Ok(Trial::Outside);
        }
        for (statement, holds) in statements.iter().zip(&mut holds) {
            for _ in 0..DIRECTIONS {
                if *holds {
                    *holds = match try_statement(arena, point, stands, statement, whole) {
                        Ok(holds) => holds,
                        // A symbol that the function does not have.
                        Err(EvalError::UnboundSymbol(symbol)) => stands.iter().any(|stand| stand.symbol == symbol),
                        // What has no value here, as a matrix that is too large, says nothing here.
                        Err(_) => true,
                    };
                }
            }
        }
        Ok(Trial::Agree(0.0))
    });
    holds
}

fn try_statement(
    arena: &Arena,
    point: &mut Point<'_>,
    stands: &[Stand],
    statement: &Statement,
    whole: bool,
) -> Result<bool, EvalError> {
    let mut bindings = point.bindings.clone();
    for (index, range) in &statement.indices {
        let (low, high) = match range {
            Some((lower, upper)) => (evaluate(arena, *lower, &bindings)?[0], evaluate(arena, *upper, &bindings)?[0]),
            None => (1.0, 1.0),
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small whole numbers")]
        let (low, count) = (low as i64, (high - low) as usize + 1);
        let place = i64::try_from(point.rng.below(count)).unwrap_or(0);
        bindings.indices.insert(*index, low + place);
    }
    let choice = point.rng.below(usize::from(u16::MAX));
    bind_stands(arena, &mut bindings, stands, choice)?;
    let mut draw = || {
        let directions = statement.variables.iter().map(|symbol| {
            if stands.iter().any(|stand| stand.symbol == *symbol) {
                return Ok((*symbol, DMatrix::from_element(1, 1, point.rng.normal())));
            }
            Ok((*symbol, point.direction(*symbol)?.at(&point.bindings)?))
        });
        directions.collect::<Result<Moves<f64>, EvalError>>()
    };
    let moves = draw()?;
    if gap(arena, &statement.fact, &bindings, &moves, None)?.is_none_or(|gap| gap.0 >= -gap.1) {
        if let Fact::Curvature(id, signs) = statement.fact
            && whole
        {
            return Ok(!turns_wrongly(arena, id, &bindings, &moves, signs)?);
        }
        return Ok(true);
    }
    // Where doubles speak against it, numbers that know their error decide; where these have no answer, nothing is said against it.
    let Ok(mut exact) = point.exact() else { return Ok(true) };
    exact.indices.clone_from(&bindings.indices);
    let direction = worst(arena, &statement.fact, &bindings, &moves)?;
    if bind_stands(arena, &mut exact, stands, choice).is_err() {
        for stand in stands {
            if let Some(value) = bindings.symbols.get(&stand.symbol) {
                exact.symbols.insert(stand.symbol, value.map(Ball::from_f64));
            }
        }
    }
    let moves: Moves<Ball> = moves.iter().map(|(symbol, h)| (*symbol, h.map(Ball::from_f64))).collect();
    let direction = direction.map(|v| v.map(Ball::from_f64));
    let Ok(found) = gap(arena, &statement.fact, &exact, &moves, direction.as_ref()) else { return Ok(true) };
    Ok(found.is_none_or(|(gap, slack)| gap.real() + gap.error() >= -slack))
}

/// Gives the numbers that stand for entries and eigenvalues values, in their order, as one may stand for what another is part of.
fn bind_stands<T: Scalar>(
    arena: &Arena,
    bindings: &mut Bindings<T>,
    stands: &[Stand],
    choice: usize,
) -> Result<(), EvalError> {
    for stand in stands {
        let Ok(value) = evaluate(arena, stand.of, bindings) else { continue };
        let number = if stand.eigenvalue {
            let symmetric = value.map(|entry| entry.real());
            let Some(eigen) = symmetric_eigen(symmetric) else { continue };
            T::from_f64(eigen.eigenvalues[choice % eigen.eigenvalues.len()])
        } else {
            value[choice % value.len()]
        };
        bindings.symbols.insert(stand.symbol, DMatrix::from_element(1, 1, number));
    }
    Ok(())
}

/// By how much a statement holds, below 0 where it does not, and what is rounding; `None` where there is no value. Of matrices the form of
/// `vector`, or else the least eigenvalue.
fn gap<T: Scalar>(
    arena: &Arena,
    fact: &Fact,
    point: &Bindings<T>,
    moves: &Moves<T>,
    vector: Option<&DMatrix<T>>,
) -> Result<Option<(T, f64)>, EvalError> {
    let size = |x: &DMatrix<T>| x.iter().map(|entry| entry.real().abs()).fold(0.0, f64::max);
    let found = match *fact {
        Fact::Second(of, is) => {
            let second = along_twice(arena, of, point, moves, moves)?;
            let matrix = evaluate(arena, is, point)?;
            let stacked: Vec<T> = moves.iter().flat_map(|(_, h)| h.iter().copied()).collect();
            let h = DMatrix::from_vec(stacked.len(), 1, stacked);
            if matrix.nrows() != h.nrows() {
                return Ok(None);
            }
            let form = (h.transpose() * &matrix * &h)[0];
            let difference = second[0] - form;
            let slack = TOLERANCE * (1.0 + size(&second) + size(&matrix) * size(&h).powi(2));
            (-abs(difference), slack)
        }
        Fact::Form(of, is) => {
            let second = along_twice(arena, of, point, moves, moves)?;
            let mut there = point.clone();
            for (symbol, h) in moves {
                there.differentials.insert((*symbol, 0), h.clone());
            }
            let form = evaluate(arena, is, &there)?;
            (-abs(second[0] - form[0]), TOLERANCE * (1.0 + size(&second) + size(&form)))
        }
        Fact::Nonnegative(id) => {
            let mut there = point.clone();
            for (symbol, h) in moves {
                there.differentials.insert((*symbol, 0), h.clone());
            }
            let value = evaluate(arena, id, &there)?;
            (least(&value), TOLERANCE * (1.0 + size(&value)))
        }
        Fact::Semidefinite(id) => {
            let mut there = point.clone();
            for (symbol, h) in moves {
                there.differentials.insert((*symbol, 0), h.clone());
            }
            let value = evaluate(arena, id, &there)?;
            let slack = TOLERANCE * (1.0 + size(&value));
            (least_form(&value, vector), slack)
        }
        Fact::Curvature(id, signs) => {
            let (value, first) = along(arena, id, point, moves)?;
            let second = along_twice(arena, id, point, moves, moves)?;
            let slack = TOLERANCE * (1.0 + size(&value) + size(&first));
            (one_sided(least(&second), least(&-&second), signs), slack)
        }
        Fact::Loewner(id, signs) => {
            let (value, first) = along(arena, id, point, moves)?;
            let second = along_twice(arena, id, point, moves, moves)?;
            let slack = TOLERANCE * (1.0 + size(&value) + size(&first) + size(&second));
            (one_sided(least_form(&second, vector), least_form(&-&second, vector), signs), slack)
        }
    };
    Ok(found.0.is_finite().then_some(found))
}

/// The least value that matters: `below` where none may be below 0, `above` where none may be above.
fn one_sided<T: Scalar>(below: T, above: T, signs: (bool, bool)) -> T {
    match signs {
        (false, true) => below,
        (true, false) => above,
        _ => {
            if below.real() < above.real() {
                below
            } else {
                above
            }
        }
    }
}

fn abs<T: Scalar>(x: T) -> T {
    if x.real() < 0.0 { -x } else { x }
}

fn least<T: Scalar>(x: &DMatrix<T>) -> T {
    x.iter().copied().fold(T::from_f64(f64::INFINITY), |known, entry| {
        if entry.real() < known.real() || !entry.is_finite() { entry } else { known }
    })
}

/// vᵀMv, or the least eigenvalue as doubles see it.
fn least_form<T: Scalar>(matrix: &DMatrix<T>, vector: Option<&DMatrix<T>>) -> T {
    if let Some(v) = vector {
        return (v.transpose() * matrix * v)[0];
    }
    let doubles = matrix.map(|entry| entry.real());
    let least = symmetric_eigen((&doubles + doubles.transpose()) * 0.5).map(|eigen| eigen.eigenvalues.min());
    T::from_f64(least.unwrap_or(f64::NAN))
}

/// The vector along which a matrix in a statement is least.
fn worst(
    arena: &Arena,
    fact: &Fact,
    point: &Bindings<f64>,
    moves: &Moves<f64>,
) -> Result<Option<DMatrix<f64>>, EvalError> {
    let matrix = match *fact {
        Fact::Semidefinite(id) => {
            let mut there = point.clone();
            for (symbol, h) in moves {
                there.differentials.insert((*symbol, 0), h.clone());
            }
            evaluate(arena, id, &there)?
        }
        Fact::Loewner(id, signs) => {
            let second = along_twice(arena, id, point, moves, moves)?;
            if signs.1 { second } else { -second }
        }
        Fact::Second(..) | Fact::Form(..) | Fact::Nonnegative(_) | Fact::Curvature(..) => return Ok(None),
    };
    let Some(eigen) = symmetric_eigen((&matrix + matrix.transpose()) * 0.5) else { return Ok(None) };
    let place = eigen.eigenvalues.imin();
    let vector: Vec<f64> = eigen.eigenvectors.column(place).iter().copied().collect();
    Ok(Some(DMatrix::from_vec(vector.len(), 1, vector)))
}
