//! A trust region: the model f + ⟨g, d⟩ + ½⟨d, Hd⟩ is minimized over ‖d‖ ≤ r, exactly, from the eigenvalues of H (Moré & Sorensen 1983).

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use super::{Counted, Ending, Iterate, Next, Space, Stepper, Trouble};
use crate::numeric::linalg::symmetric_eigen;

/// The first radius.
const FIRST_RADIUS: f64 = 1.0;
/// The largest radius.
const LARGEST_RADIUS: f64 = 1e4;
/// Steps whose decrease is a smaller part of the model's are not taken.
const LEAST_RATIO: f64 = 1e-4;
/// How many times the radius is halved or quartered before the search ends.
const MOST_SHRINKS: usize = 60;

/// A trust region with its radius.
pub(super) struct TrustRegion {
    radius: f64,
}

impl Default for TrustRegion {
    fn default() -> Self {
        Self { radius: FIRST_RADIUS }
    }
}

/// The minimum of the model over a ball: d = −(H + λI)⁻¹g with λ ≥ 0 for which ‖d‖ ≤ r.
fn model_minimum(eigen: &SymmetricEigen<f64, nalgebra::Dyn>, gradient: &DVector<f64>, radius: f64) -> DVector<f64> {
    let along = eigen.eigenvectors.tr_mul(gradient);
    let values = &eigen.eigenvalues;
    let (least, size) = (values.min(), values.amax().max(f64::MIN_POSITIVE));
    let step = |shift: f64| along.zip_map(values, |g, value| -g / (value + shift));
    let mut low = (-least).max(0.0);
    if low == 0.0 && least > size * f64::EPSILON {
        let newton = step(0.0);
        if newton.norm() <= radius {
            return &eigen.eigenvectors * newton;
        }
    }
    low += size * f64::EPSILON;
    if step(low).norm() < radius {
        // The hard case: what is missing goes along the eigenvector of the least eigenvalue.
        let place = values.imin();
        let mut inner = step(low);
        let rest = (radius * radius - inner.norm_squared()).max(0.0).sqrt();
        if least < 0.0 {
            inner[place] += if along[place] > 0.0 { -rest } else { rest };
        }
        return &eigen.eigenvectors * inner;
    }
    // ‖d(λ)‖ falls with λ; Newton's method on 1/r − 1/‖d‖ within a bracket.
    let mut high = low + along.norm() / radius + size;
    let mut shift = low;
    for _ in 0..100 {
        let inner = step(shift);
        let norm = inner.norm();
        if (norm - radius).abs() <= 1e-3 * radius {
            break;
        }
        if norm > radius {
            low = shift;
        } else {
            high = shift;
        }
        let slope: f64 = inner.iter().zip(values).map(|(d, value)| d * d / (value + shift)).sum();
        let newton = shift + norm * norm / slope * (norm - radius) / radius;
        shift = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
    }
    &eigen.eigenvectors * step(shift)
}

impl Stepper for TrustRegion {
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
        let hessian: DMatrix<f64> = space.hessian(&at.x, &at.gradient, hessian);
        let Some(eigen) = symmetric_eigen(hessian.clone()) else { return Ok(Next::Ended(Ending::NoHessian)) };
        for _ in 0..MOST_SHRINKS {
            let mut step = space.onto(&at.x, &at.gradient, &model_minimum(&eigen, reduced, self.radius));
            if step.dot(reduced) >= 0.0 {
                step = reduced * -(self.radius / reduced.norm());
            }
            let promised = -(reduced.dot(&step) + 0.5 * step.dot(&(&hessian * &step)));
            let next = function.after(&at.x, &step, space)?;
            let (moved, decrease) = ((&next.x - &at.x).norm(), at.value - next.value);
            let ratio = decrease / promised;
            // Near the minimum the difference of two values is rounding, and the gradient says more.
            let is_rounding = decrease.abs() <= 16.0 * f64::EPSILON * at.value.abs() && next.is_finite();
            if is_rounding && space.reduced(&next.x, &next.gradient).norm() < reduced.norm() {
                return Ok(Next::Moved(next));
            }
            if !next.is_finite() || ratio.is_nan() || ratio <= 0.25 {
                self.radius = 0.25 * self.radius.min(step.norm());
            } else if ratio > 0.75 && step.norm() > 0.8 * self.radius {
                self.radius = (2.0 * self.radius).min(LARGEST_RADIUS);
            }
            if next.is_finite() && ratio > LEAST_RATIO && decrease > 0.0 {
                return Ok(Next::Moved(next));
            }
            if moved == 0.0 || self.radius < f64::EPSILON * at.x.norm().max(f64::MIN_POSITIVE) {
                break;
            }
        }
        Ok(Next::Ended(Ending::NoLower))
    }
}
