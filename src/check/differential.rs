//! Checks differentials, k-th derivatives and Taylor polynomials of any shape: the answer, with `dX` bound to a random direction,
//! against the derivative of the input along it.

use nalgebra::DMatrix;

use super::gradient::refused;
use super::point::{Comparison, Numeric, Point, Trial, at_points, compare, derivative, is_finite};
use super::space::project;
use super::{Certificate, CheckOptions, DUAL_TOLERANCE, Method, Reason};
use crate::ad::{MAX_MIXED, MAX_ORDER, power_series};
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::{Bindings, EvalError, evaluate};

/// Rounding relative to the value of the function, where its derivative vanishes.
const VALUE_FLOOR: f64 = 1e-5;

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
    if orders.is_empty() || orders.len() > MAX_MIXED {
        return Certificate::not_checked(Reason::Order(orders.len()), options);
    }
    let variables: Vec<SymbolId> = orders.iter().flat_map(|order| order.iter().map(|(symbol, _)| *symbol)).collect();
    let task = Task { input, answer, variables };
    task.check(arena, options, |point| {
        let mut moves = Vec::new();
        for order in orders {
            let mut moved = Vec::new();
            for (symbol, slot) in *order {
                let h = direction(arena, point, *symbol)?;
                point.bindings.differentials.insert((*symbol, *slot), h.clone());
                moved.push((*symbol, h));
            }
            moves.push(moved);
        }
        let along = moves.first().and_then(|moved| moved.first()).map(|(_, h)| h.clone());
        let both = task.compare(
            arena,
            point,
            |bindings| {
                let directions: Vec<_> = moves.iter().map(Vec::as_slice).collect();
                derivative(arena, input, bindings, &directions)
            },
            |bindings| evaluate(arena, answer, bindings),
        )?;
        Ok(both.along(along))
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
    let task = Task { input, answer, variables: vec![wrt] };
    let options = CheckOptions { directions: 1, ..options.clone() };
    task.check(arena, &options, |point| {
        let unit = [(wrt, DMatrix::from_element(1, 1, 1.0))];
        task.compare(
            arena,
            point,
            |bindings| derivative(arena, input, bindings, &vec![unit.as_slice(); order]),
            |bindings| evaluate(arena, answer, bindings),
        )
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
    let task = Task { input, answer, variables: vec![wrt] };
    task.check(arena, options, |point| {
        let h = direction(arena, point, wrt)?;
        let (moves, steps) = ([(wrt, h.clone())], [((wrt, 0), h.clone())]);
        // Without a step beside its symbols the answer has a value, which says nothing yet.
        point.bindings.differentials.insert((wrt, 0), h.clone());
        let mut largest = 0.0_f64;
        for degree in 0..=order {
            let part = |found: Result<Vec<DMatrix<f64>>, EvalError>| Ok(found?.swap_remove(degree));
            let both = task.compare(
                arena,
                point,
                |bindings| {
                    let value = part(power_series(arena, input, bindings, &moves, &[], order))?;
                    Ok(Numeric { value, method: Method::PowerSeries, tolerance: DUAL_TOLERANCE, error: 0.0 })
                },
                |bindings| part(power_series(arena, answer, bindings, &[], &steps, order)),
            )?;
            match both {
                Trial::Agree(error, _) => largest = largest.max(error),
                other => return Ok(other.along(Some(h))),
            }
        }
        Ok(Trial::Agree(largest, Method::PowerSeries))
    })
}

/// A random direction in the space of a variable.
fn direction(arena: &Arena, point: &mut Point, symbol: SymbolId) -> Result<DMatrix<f64>, EvalError> {
    let Some(x) = point.bindings.symbols.get(&symbol).cloned() else { return Err(EvalError::UnboundSymbol(symbol)) };
    let normal = point.rng.normal_matrix(x.nrows(), x.ncols());
    Ok(project(point.structure(arena, symbol), &x, &normal))
}

/// What is compared.
struct Task {
    input: ExprId,
    answer: ExprId,
    variables: Vec<SymbolId>,
}

impl Task {
    /// Runs the trial in several directions at each point.
    fn check(
        &self,
        arena: &Arena,
        options: &CheckOptions,
        mut trial: impl FnMut(&mut Point) -> Result<Trial, EvalError>,
    ) -> Certificate {
        if arena.shape(self.input) != arena.shape(self.answer) {
            return Certificate::not_checked(Reason::Shape, options);
        }
        if let Some(reason) = self.variables.iter().find_map(|symbol| refused(arena, *symbol)) {
            return Certificate::not_checked(reason, options);
        }
        at_points(arena, &[self.input, self.answer], &self.variables, options, |point| {
            let (mut largest, mut method) = (0.0_f64, Method::Values);
            for number in 0..options.directions.max(1) {
                match trial(point)? {
                    Trial::Agree(error, by) => {
                        largest = largest.max(error);
                        if number == 0 || by == Method::FiniteDifferences {
                            method = by;
                        }
                    }
                    other => return Ok(other),
                }
            }
            Ok(Trial::Agree(largest, method))
        })
    }

    /// The derivative of the input against what is found of the answer, both at the point.
    fn compare(
        &self,
        arena: &Arena,
        point: &Point,
        expected: impl Fn(&Bindings<f64>) -> Result<Numeric, EvalError>,
        found: impl Fn(&Bindings<f64>) -> Result<DMatrix<f64>, EvalError>,
    ) -> Result<Trial, EvalError> {
        let value = evaluate(arena, self.input, &point.bindings)?;
        if !is_finite(&value) {
            return Ok(Trial::Outside);
        }
        let (truth, answer) = (expected(&point.bindings)?, found(&point.bindings)?);
        if !is_finite(&truth.value) || !is_finite(&answer) {
            return Ok(Trial::Outside);
        }
        let scale = truth.value.amax().max(answer.amax()) + VALUE_FLOOR * value.amax();
        let again = |number| {
            let nudged = point.nudged(arena, number);
            Ok((expected(&nudged)?.value, found(&nudged)?))
        };
        Ok(match compare(&truth, &answer, scale, again) {
            Comparison::Equal(error) => Trial::Agree(error, truth.method),
            Comparison::Unclear => Trial::Outside,
            Comparison::Different => Trial::Disagree(Box::new(point.disagreement(arena, &truth.value, &answer))),
        })
    }
}
