//! Checks first and second differentials of any shape: the answer, with `dX` bound to a random direction, against
//! the derivative of the input along it.

use super::gradient::refused;
use super::point::{Comparison, Trial, at_points, compare, derivative, is_finite};
use super::space::project;
use super::{Certificate, CheckOptions, Reason};
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::{EvalError, evaluate};

/// Rounding relative to the value of the function, where its derivative vanishes.
const VALUE_FLOOR: f64 = 1e-5;

/// Checks `answer` as the differential of `input`. Each of the one or two `orders` lists the symbols that
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
    if orders.is_empty() || orders.len() > 2 {
        return Certificate::not_checked(Reason::Order(orders.len()), options);
    }
    if arena.shape(input) != arena.shape(answer) {
        return Certificate::not_checked(Reason::Shape, options);
    }
    let variables: Vec<SymbolId> = orders.iter().flat_map(|order| order.iter().map(|(symbol, _)| *symbol)).collect();
    if let Some(reason) = variables.iter().find_map(|symbol| refused(arena, *symbol)) {
        return Certificate::not_checked(reason, options);
    }
    at_points(arena, &[input, answer], &variables, options, |point| {
        let value = evaluate(arena, input, &point.bindings)?;
        if !is_finite(&value) {
            return Ok(Trial::Outside);
        }
        let (mut largest, mut method) = (0.0_f64, super::Method::DualNumbers);
        for _ in 0..options.directions.max(1) {
            let mut moves = Vec::new();
            for order in orders {
                let mut moved = Vec::new();
                for (symbol, slot) in *order {
                    let Some(x) = point.bindings.symbols.get(symbol).cloned() else {
                        return Err(EvalError::UnboundSymbol(*symbol));
                    };
                    let normal = point.rng.normal_matrix(x.nrows(), x.ncols());
                    let h = project(point.structure(arena, *symbol), &x, &normal);
                    point.bindings.differentials.insert((*symbol, *slot), h.clone());
                    moved.push((*symbol, h));
                }
                moves.push(moved);
            }
            let directions: Vec<_> = moves.iter().map(Vec::as_slice).collect();
            let expected = derivative(arena, input, &point.bindings, &directions)?;
            let found = evaluate(arena, answer, &point.bindings)?;
            if !is_finite(&expected.value) || !is_finite(&found) {
                return Ok(Trial::Outside);
            }
            let scale = expected.value.amax().max(found.amax()) + VALUE_FLOOR * value.amax();
            let again = |number| {
                let nudged = point.nudged(arena, number);
                Ok((derivative(arena, input, &nudged, &directions)?.value, evaluate(arena, answer, &nudged)?))
            };
            match compare(&expected, &found, scale, again) {
                Comparison::Equal(error) => largest = largest.max(error),
                Comparison::Unclear => return Ok(Trial::Outside),
                Comparison::Different => {
                    let mut report = point.disagreement(arena, &expected.value, &found);
                    report.direction = moves.first().and_then(|moved| moved.first()).map(|(_, h)| h.clone());
                    return Ok(Trial::Disagree(Box::new(report)));
                }
            }
            if expected.method == super::Method::FiniteDifferences {
                method = expected.method;
            }
        }
        Ok(Trial::Agree(largest, method))
    })
}
