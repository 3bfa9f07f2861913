//! Newton's method: H d = −∇f on the face of the set, with |H| where H is not positive definite (Dauphin et al. 2014), and a line search.

use nalgebra::{Cholesky, DMatrix, DVector, SymmetricEigen};

use super::line_search::{backtrack, first_length};
use super::{Counted, Ending, Iterate, Next, Space, Stepper, Trouble};

/// The smallest eigenvalue of |H| that is used, relative to the largest.
const LEAST: f64 = 1e-4;

/// Newton's method, which keeps nothing.
pub(super) struct Newton;

/// d with Hd = −g where H is positive definite; else with |H| in its place, the matrix of the absolute values of its eigenvalues, which is kept
/// away from 0. And whether H is positive definite.
fn direction(hessian: &DMatrix<f64>, gradient: &DVector<f64>) -> (DVector<f64>, bool) {
    let size = hessian.amax().max(f64::MIN_POSITIVE);
    if let Some(factored) = Cholesky::new(hessian.clone()) {
        // A pivot that is rounding alone says as little as one below 0.
        if factored.l_dirty().diagonal().min() > (size * f64::EPSILON * 8.0).sqrt() {
            return (-factored.solve(gradient), true);
        }
    }
    let eigen = SymmetricEigen::new(hessian.clone());
    let least = eigen.eigenvalues.amax().max(f64::MIN_POSITIVE) * LEAST;
    let along = eigen.eigenvectors.tr_mul(gradient);
    let step = along.zip_map(&eigen.eigenvalues, |g, value| -g / value.abs().max(least));
    (&eigen.eigenvectors * step, false)
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
        let (newton, is_definite) = direction(&hessian, reduced);
        function.counts.indefinite += usize::from(!is_definite);
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
