//! Checks differentials, k-th derivatives and Taylor polynomials of any shape: the answer, with `dX` bound to a random direction,
//! against the derivative of the input along it.

use nalgebra::DMatrix;

use super::gradient::refused;
use super::point::{Comparison, Direction, Pair, Point, Trial, is_finite, size};
use super::search::at_points;
use super::terms::beside_terms;
use super::{Cause, Certificate, CheckOptions, Method, Reason, VALUE_FLOOR};
use crate::ad::{MAX_MIXED, MAX_ORDER, along, along_twice, mixed, power_series};
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};
use crate::structure::Structure;

/// Checks `answer` as the differential of `input`. Each of the `orders` lists the symbols that
/// move, with the slot that their differential has in the answer: `[[(X, 1)]]` for dF along dX₁,
/// `[[(X, 1)], [(X, 2)]]` for d²F, `[[(X, 1), (A, 1)]]` for the total differential of two variables.
#[must_use]
pub fn check_differential(
    arena: &Arena,
    input: ExprId,
    orders: &[&[(SymbolId, u32)]],
    answer: ExprId,
    options: &CheckOptions,
) -> Certificate {
    check_along(arena, (input, answer), orders, Paths::Lines, options)
}

/// Checks `answer` as the Hessian form of `input`: the same along two directions, but of an orthogonal variable along the geodesics of the
/// orthogonal matrices, X expm(tXᵀdX).
#[must_use]
pub fn check_hessian(
    arena: &Arena,
    input: ExprId,
    orders: &[&[(SymbolId, u32)]],
    answer: ExprId,
    options: &CheckOptions,
) -> Certificate {
    check_along(arena, (input, answer), orders, Paths::Geodesics, options)
}

/// Along which paths a variable moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Paths {
    Lines,
    Geodesics,
}

fn check_along(
    arena: &Arena,
    (input, answer): (ExprId, ExprId),
    orders: &[&[(SymbolId, u32)]],
    paths: Paths,
    options: &CheckOptions,
) -> Certificate {
    if orders.is_empty() || orders.len() > MAX_MIXED {
        return Certificate::not_checked(Reason::Order(orders.len()), options);
    }
    let variables: Vec<SymbolId> = orders.iter().flat_map(|order| order.iter().map(|(symbol, _)| *symbol)).collect();
    check(arena, [input, answer], &variables, method(orders.len()), options, |point| {
        let mut runs = Vec::new();
        for _ in 0..options.directions.max(1) {
            let mut moves = Vec::new();
            for (order, moved) in orders.iter().enumerate() {
                for (symbol, slot) in *moved {
                    moves.push(Move { order, slot: Some(*slot), direction: point.direction(*symbol)? });
                }
            }
            runs.push(moves);
        }
        Differential { arena, input, answer, orders: orders.len(), runs, paths }.compare(point)
    })
}

/// Checks `answer`, of the shape of `input`, as its derivative of that order in the scalar `wrt`.
#[must_use]
pub fn check_derivative(
    arena: &Arena,
    input: ExprId,
    wrt: SymbolId,
    order: usize,
    answer: ExprId,
    options: &CheckOptions,
) -> Certificate {
    if order == 0 || order > MAX_ORDER {
        return Certificate::not_checked(Reason::Order(order), options);
    }
    check(arena, [input, answer], &[wrt], method(order), options, |point| {
        let unit = || Direction { symbol: wrt, structure: Structure::General, normal: DMatrix::identity(1, 1) };
        let moves = (0..order).map(|order| Move { order, slot: None, direction: unit() }).collect();
        Differential { arena, input, answer, orders: order, runs: vec![moves], paths: Paths::Lines }.compare(point)
    })
}

/// Checks `answer`, a polynomial in the differential of `wrt` in slot 0, as the Taylor polynomial of that order of `input`: every degree
/// of it by itself.
#[must_use]
pub fn check_polynomial(
    arena: &Arena,
    input: ExprId,
    wrt: SymbolId,
    order: usize,
    answer: ExprId,
    options: &CheckOptions,
) -> Certificate {
    if order > MAX_ORDER {
        return Certificate::not_checked(Reason::Order(order), options);
    }
    check(arena, [input, answer], &[wrt], Method::PowerSeries, options, |point| {
        let directions = (0..options.directions.max(1)).map(|_| point.direction(wrt)).collect::<Result<_, _>>()?;
        let polynomial = Polynomial { arena, input, answer, order, directions };
        let first = polynomial.directions.first().and_then(|first| first.at(&point.bindings).ok());
        Ok(point.compare(&polynomial)?.along(first))
    })
}

/// How derivatives of an order are found.
fn method(order: usize) -> Method {
    if order > 2 { Method::PowerSeries } else { Method::DualNumbers }
}

/// What is compared, relative to both sides and a little to the value of the input.
fn pair<T: Scalar>(expected: DMatrix<T>, found: DMatrix<T>, value: &DMatrix<T>) -> Pair<T> {
    let scale = size(&expected).max(size(&found)) + VALUE_FLOOR * size(value);
    Pair { expected, found, scale, cause: Cause::Value }
}

/// Runs the trial, where input, answer and variables admit one.
fn check(
    arena: &Arena,
    [input, answer]: [ExprId; 2],
    variables: &[SymbolId],
    method: Method,
    options: &CheckOptions,
    trial: impl FnMut(&mut Point<'_>) -> Result<Trial, EvalError>,
) -> Certificate {
    if arena.shape(input) != arena.shape(answer) {
        return Certificate::not_checked(Reason::Shape, options);
    }
    if let Some(reason) = variables.iter().find_map(|symbol| refused(arena, *symbol)) {
        return Certificate::not_checked(reason, options);
    }
    at_points(arena, &[input, answer], variables, method, options, trial)
}

/// A symbol that moves, for the differential of which order, and in which slot of the answer.
struct Move {
    order: usize,
    slot: Option<u32>,
    direction: Direction,
}

/// The derivatives of the input along random directions against the answer with these directions in it.
struct Differential<'a> {
    arena: &'a Arena,
    input: ExprId,
    answer: ExprId,
    orders: usize,
    runs: Vec<Vec<Move>>,
    paths: Paths,
}

type Moved<T> = Vec<(SymbolId, DMatrix<T>)>;

impl Differential<'_> {
    fn compare(&self, point: &Point<'_>) -> Result<Trial, EvalError> {
        let trial = point.compare(self)?;
        let first = self.runs.first().and_then(|moves| moves.first());
        Ok(trial.along(
            first.filter(|first| first.slot.is_some()).and_then(|first| first.direction.at(&point.bindings).ok()),
        ))
    }
}

impl Differential<'_> {
    /// What a second derivative along geodesics X expm(tXᵀU) adds to that along lines: Df(X)[−½X(UᵀV + VᵀU)].
    fn bent<T: Scalar>(
        &self,
        point: &Bindings<T>,
        first: &Moved<T>,
        second: &Moved<T>,
    ) -> Result<Option<DMatrix<T>>, EvalError> {
        let ([(one, u)], [(other, v)]) = (&**first, &**second) else { return Ok(None) };
        if one != other || self.arena.symbol(*one).structure != Structure::Orthogonal {
            return Ok(None);
        }
        let Some(x) = point.symbols.get(one) else { return Err(EvalError::UnboundSymbol(*one)) };
        let bend = x * (u.transpose() * v + v.transpose() * u);
        let bend = bend.map(|entry| entry * T::from_f64(-0.5));
        Ok(Some(along(self.arena, self.input, point, &[(*one, bend)])?.1))
    }
}

impl Comparison for Differential<'_> {
    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let value = evaluate(self.arena, self.input, point)?;
        if !is_finite(&value) {
            return Ok(Vec::new());
        }
        let mut pairs = Vec::new();
        for run in &self.runs {
            let mut bound = point.clone();
            let mut moves: Vec<Moved<T>> = vec![Vec::new(); self.orders];
            for one in run {
                let (symbol, h) = (one.direction.symbol, one.direction.at(point)?);
                if let Some(slot) = one.slot {
                    bound.differentials.insert((symbol, slot), h.clone());
                }
                moves[one.order].push((symbol, h));
            }
            let expected = match moves.as_slice() {
                [first] => along(self.arena, self.input, &bound, first)?.1,
                [first, second] => {
                    let straight = along_twice(self.arena, self.input, &bound, first, second)?;
                    let bent = if self.paths == Paths::Geodesics { self.bent(&bound, first, second)? } else { None };
                    bent.map_or(straight.clone(), |bent| straight + bent)
                }
                _ => {
                    let directions: Vec<_> = moves.iter().map(Vec::as_slice).collect();
                    mixed(self.arena, self.input, &bound, &directions)?
                }
            };
            pairs.push(pair(expected, evaluate(self.arena, self.answer, &bound)?, &value));
        }
        beside_terms(pairs, self.arena, self.input, point)
    }
}

/// The coefficients at t = 0 of a polynomial by those at t = 1: Σₖ qₖ(t − 1)ᵏ = Σⱼ tʲ Σₖ (k choose j)(−1)ᵏ⁻ʲqₖ.
fn from_one<T: Scalar>(at_one: &[DMatrix<T>]) -> Vec<DMatrix<T>> {
    let mut found = at_one.to_vec();
    // Horner's rule, a coefficient at a time.
    for from in 0..found.len() {
        for place in (from..found.len() - 1).rev() {
            let next = found[place + 1].clone();
            found[place] -= next;
        }
    }
    found
}

/// Both sides of a Taylor polynomial, degree by degree.
struct Polynomial<'a> {
    arena: &'a Arena,
    input: ExprId,
    answer: ExprId,
    order: usize,
    directions: Vec<Direction>,
}

impl Comparison for Polynomial<'_> {
    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let value = evaluate(self.arena, self.input, point)?;
        if !is_finite(&value) {
            return Ok(Vec::new());
        }
        let mut pairs = Vec::new();
        for direction in &self.directions {
            let (wrt, h) = (direction.symbol, direction.at(point)?);
            let mut bound = point.clone();
            bound.differentials.insert((wrt, 0), h.map(|_| T::zero()));
            let truth = power_series(self.arena, self.input, &bound, &[(wrt, h.clone())], &[], self.order)?;
            let step = [((wrt, 0), h.clone())];
            let mut parts = power_series(self.arena, self.answer, &bound, &[], &step, self.order)?;
            if !parts.iter().all(is_finite) {
                // ‖tH‖ has no series at t = 0, where ‖tH‖² is a polynomial as any other.
                bound.differentials.insert((wrt, 0), h);
                parts = from_one(&power_series(self.arena, self.answer, &bound, &[], &step, self.order)?);
            }
            pairs.extend(truth.into_iter().zip(parts).map(|(expected, found)| pair(expected, found, &value)));
        }
        beside_terms(pairs, self.arena, self.input, point)
    }
}
