//! Checks first and second differentials of any shape: the answer, with `dX` bound to a random direction, against
//! the derivative of the input along it.

use nalgebra::DMatrix;

use super::gradient::refused;
use super::point::{Comparison, Pair, at_points, is_finite, size};
use super::space::project;
use super::{Cause, Certificate, CheckOptions, Method, Reason};
use crate::ad::{along, along_twice};
use crate::expr::{Arena, ExprId, Structure, SymbolId};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};

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
    at_points(arena, &[input, answer], &variables, Differential::METHOD, options, |point| {
        let mut directions = Vec::new();
        for _ in 0..options.directions.max(1) {
            let mut along_all = Vec::new();
            for (place, order) in orders.iter().enumerate() {
                for (symbol, slot) in *order {
                    let (structure, normal) = (point.structure(*symbol), point.normal(*symbol)?);
                    along_all.push(Move { order: place, symbol: *symbol, slot: *slot, structure, normal });
                }
            }
            directions.push(along_all);
        }
        let differential = Differential { arena, input, answer, orders: orders.len(), directions };
        let mut trial = point.compare(&differential)?;
        if let super::point::Trial::Disagree(report) = &mut trial {
            report.direction = differential.directions.first().and_then(|moves| moves.first()).map(|first| {
                let x = &point.bindings.symbols[&first.symbol];
                project(first.structure, x, &first.normal)
            });
        }
        Ok(trial)
    })
}

/// A symbol that moves, for the differential of which order, in which slot, and where to.
struct Move {
    order: usize,
    symbol: SymbolId,
    slot: u32,
    structure: Structure,
    normal: DMatrix<f64>,
}

/// The derivatives of the input along random directions against the answer with these directions in it.
struct Differential<'a> {
    arena: &'a Arena,
    input: ExprId,
    answer: ExprId,
    orders: usize,
    directions: Vec<Vec<Move>>,
}

impl Comparison for Differential<'_> {
    const METHOD: Method = Method::DualNumbers;

    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let value = evaluate(self.arena, self.input, point)?;
        if !is_finite(&value) {
            return Ok(Vec::new());
        }
        let mut pairs = Vec::new();
        for directions in &self.directions {
            let mut bound = point.clone();
            let mut moves: Vec<Vec<(SymbolId, DMatrix<T>)>> = vec![Vec::new(); self.orders];
            for one in directions {
                let Some(x) = point.symbols.get(&one.symbol) else { return Err(EvalError::UnboundSymbol(one.symbol)) };
                let h = project(one.structure, x, &one.normal.map(T::from_f64));
                bound.differentials.insert((one.symbol, one.slot), h.clone());
                moves[one.order].push((one.symbol, h));
            }
            let expected = match moves.as_slice() {
                [first] => along(self.arena, self.input, point, first)?.1,
                [first, second] => along_twice(self.arena, self.input, point, first, second)?,
                _ => return Err(EvalError::Unsupported("derivatives of this order")),
            };
            let found = evaluate(self.arena, self.answer, &bound)?;
            let scale = size(&expected).max(size(&found)) + VALUE_FLOOR * size(&value);
            pairs.push(Pair { expected, found, scale, cause: Cause::Value });
        }
        Ok(pairs)
    }
}
