//! Newton's method: Hd = −∇f on the face of the set, by conjugate gradients where H is not positive definite, and a line search.

use nalgebra::{Cholesky, DMatrix, DVector};

use super::line_search::{backtrack, first_length};
use super::{Counted, Ending, Iterate, Next, Space, Stepper, Trouble};

/// Newton's method, which keeps nothing.
pub(super) struct Newton;

/// d with Hd = −g, where H is positive definite beyond rounding.
fn exact(hessian: &DMatrix<f64>, gradient: &DVector<f64>) -> Option<DVector<f64>> {
    let size = hessian.amax().max(f64::MIN_POSITIVE);
    let factored = Cholesky::new(hessian.clone())?;
    // A pivot that is rounding alone says as little as one below 0.
    let is_definite = factored.l_dirty().diagonal().min() > (size * f64::EPSILON * 8.0).sqrt();
    is_definite.then(|| -factored.solve(gradient))
}

/// d with Hd ≈ −g by conjugate gradients, which end where H bends down (Nocedal & Wright 2006, §7.1).
fn truncated(hessian: &DMatrix<f64>, gradient: &DVector<f64>) -> DVector<f64> {
    let enough = gradient.norm() * gradient.norm().sqrt().min(0.5);
    let mut direction = DVector::zeros(gradient.len());
    let mut rest = gradient.clone();
    let mut along = -gradient;
    for place in 0..2 * gradient.len() {
        let bent = hessian * &along;
        let (curvature, square) = (along.dot(&bent), rest.norm_squared());
        if curvature <= along.norm_squared() * hessian.amax() * f64::EPSILON {
            if place == 0 {
                // No longer than a gradient step of ten times the length that the size of H suggests.
                direction =
                    along * (square / curvature.abs().max(0.1 * square * hessian.amax()).max(f64::MIN_POSITIVE));
            }
            break;
        }
        let length = square / curvature;
        direction.axpy(length, &along, 1.0);
        rest.axpy(length, &bent, 1.0);
        if rest.norm() <= enough {
            break;
        }
        along = along * (rest.norm_squared() / square) - &rest;
    }
    direction
}

impl Stepper for Newton {
    fn step(
        &mut self,
        at: &Iterate,
        reduced: &DVector<f64>,
        space: &Space,
        function: &mut Counted<'_>,
    ) -> Result<Next, Trouble> {
        let hessian = function.hessian(&at.x)?;
        if !hessian.iter().all(|entry| entry.is_finite()) {
            return Ok(Next::Ended(Ending::NoHessian));
        }
        let hessian = space.hessian(&at.x, &at.gradient, hessian);
        let exact = exact(&hessian, reduced);
        function.counts.indefinite += usize::from(exact.is_none());
        let newton = exact.unwrap_or_else(|| truncated(&hessian, reduced));
        let newton = space.onto(&at.x, &at.gradient, &newton);
        if newton.dot(reduced) < 0.0
            && let Some(next) = backtrack(at, at.value, &newton, 1.0, space, function)?
        {
            return Ok(Next::Moved(next));
        }
        let found = backtrack(at, at.value, &-reduced, first_length(reduced), space, function)?;
        Ok(found.map_or(Next::Ended(Ending::NoLower), Next::Moved))
    }
}
