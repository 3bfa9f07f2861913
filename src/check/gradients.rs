//! Checks gradients in several variables at once: d/dt f(X + tH) at t = 0, all variables moving, against Σᵢ ⟨Gᵢ, Hᵢ⟩.
//!
//! The directions are independent, so that no error in one gradient is made up for by another; and each is as long as makes the variables
//! contribute alike, so that none hides in the rounding of the others. Which gradient is wrong, their own checks say.

use nalgebra::DMatrix;

use super::gradient::{length, refused};
use super::point::{Comparison, Direction, Pair, is_finite, size};
use super::search::at_points;
use super::space::project;
use super::terms::beside_terms;
use super::{Cause, Certificate, CheckOptions, Method, Reason, VALUE_FLOOR};
use crate::ad::along;
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate, evaluate_each};
use crate::structure::Structure;

/// Checks the answers, each of the shape of its variable, as the gradients of the scalar `input`.
#[must_use]
pub fn check_gradients(
    arena: &Arena,
    input: ExprId,
    answers: &[(SymbolId, ExprId)],
    options: &CheckOptions,
) -> Certificate {
    if let Some(reason) = answers.iter().find_map(|(wrt, _)| refused(arena, *wrt)) {
        return Certificate::not_checked(reason, options);
    }
    let fits = |(wrt, answer): &(SymbolId, ExprId)| arena.shape(*answer) == arena.symbol(*wrt).shape;
    if !arena.shape(input).is_scalar() || !answers.iter().all(fits) {
        return Certificate::not_checked(Reason::Shape, options);
    }
    let exprs: Vec<ExprId> = answers.iter().map(|(_, answer)| *answer).collect();
    let wrt: Vec<SymbolId> = answers.iter().map(|(wrt, _)| *wrt).collect();
    let roots: Vec<ExprId> = std::iter::once(input).chain(exprs.iter().copied()).collect();
    at_points(arena, &roots, &wrt, Method::DualNumbers, options, |point| {
        let once = |_| wrt.iter().map(|wrt| point.direction(*wrt)).collect::<Result<Vec<_>, _>>();
        let directions = (0..options.directions.max(1)).map(once).collect::<Result<Vec<_>, _>>()?;
        point.compare(&Gradients { arena, input, exprs: &exprs, directions })
    })
}

/// The derivative of the input along random directions of all variables against that of the answers.
struct Gradients<'a> {
    arena: &'a Arena,
    input: ExprId,
    exprs: &'a [ExprId],
    /// For each comparison the direction of each variable.
    directions: Vec<Vec<Direction>>,
}

impl Comparison for Gradients<'_> {
    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let value = evaluate(self.arena, self.input, point)?;
        if !is_finite(&value) {
            return Ok(Vec::new());
        }
        let gradients = evaluate_each(self.arena, self.exprs, point)?;
        let mut pairs = Vec::new();
        for directions in &self.directions {
            let mut moves = Vec::with_capacity(directions.len());
            let (mut along_answer, mut norms) = (T::zero(), 0.0);
            for (direction, gradient) in directions.iter().zip(&gradients) {
                let h = direction.at(point)?;
                let floor = (VALUE_FLOOR * size(&value)).max(f64::MIN_POSITIVE);
                let weight = T::from_f64(about_one_over(length(gradient).max(floor) * length(&h)));
                let h = h.map(|entry| weight * entry);
                along_answer = gradient.iter().zip(&h).fold(along_answer, |sum, (g, h)| sum + *g * *h);
                norms += length(gradient) * length(&h);
                moves.push((direction.symbol, h));
            }
            let expected = along(self.arena, self.input, point, &moves)?.1;
            let scale = size(&expected).max(norms) + VALUE_FLOOR * size(&value);
            pairs.push(Pair { expected, found: DMatrix::from_element(1, 1, along_answer), scale, cause: Cause::Value });
        }
        for (direction, gradient) in self.directions[0].iter().zip(gradients) {
            let declared = self.arena.symbol(direction.symbol).structure;
            if declared == Structure::General {
                continue;
            }
            let Some(x) = point.symbols.get(&direction.symbol) else { continue };
            let (expected, scale) = (project(declared, x, &gradient), size(&gradient));
            pairs.push(Pair { expected, found: gradient, scale, cause: Cause::Space(declared) });
        }
        beside_terms(pairs, self.arena, self.input, point)
    }
}

/// The power of two next to 1/x, 1 where x is no size: of residues.
fn about_one_over(x: f64) -> f64 {
    if x.is_finite() && x > 0.0 { (-x.log2().round()).exp2() } else { 1.0 }
}
