//! L-BFGS (Nocedal 1980): the inverse Hessian from the last steps and changes of the gradient, by the two-loop recursion.

use std::collections::VecDeque;

use nalgebra::DVector;

use super::line_search::{backtrack, first_length, wolfe};
use super::{Counted, Ending, Iterate, Next, Space, Stepper, Trouble};

/// How many steps are remembered.
const MEMORY: usize = 10;
/// Steps along which the gradient grows less, relative to their size, say nothing of curvature.
const LEAST_CURVATURE: f64 = 1e-12;

/// L-BFGS with its memory.
#[derive(Default)]
pub(super) struct Lbfgs {
    /// Steps and changes of the gradient, the oldest first.
    pairs: VecDeque<(DVector<f64>, DVector<f64>)>,
}

impl Lbfgs {
    /// −H g
    fn direction(&self, gradient: &DVector<f64>) -> DVector<f64> {
        let mut q = gradient.clone();
        let mut shares = Vec::with_capacity(self.pairs.len());
        for (s, y) in self.pairs.iter().rev() {
            let share = s.dot(&q) / s.dot(y);
            q.axpy(-share, y, 1.0);
            shares.push(share);
        }
        if let Some((s, y)) = self.pairs.back() {
            q *= s.dot(y) / y.dot(y);
        }
        for ((s, y), share) in self.pairs.iter().zip(shares.into_iter().rev()) {
            let back = y.dot(&q) / s.dot(y);
            q.axpy(share - back, s, 1.0);
        }
        -q
    }

    fn remember(&mut self, s: DVector<f64>, y: DVector<f64>) {
        if s.dot(&y) > LEAST_CURVATURE * y.norm() * s.norm() {
            if self.pairs.len() == MEMORY {
                self.pairs.pop_front();
            }
            self.pairs.push_back((s, y));
        }
    }
}

impl Stepper for Lbfgs {
    fn step(
        &mut self,
        at: &Iterate,
        reduced: &DVector<f64>,
        space: &Space,
        function: &mut Counted<'_>,
    ) -> Result<Next, Trouble> {
        let mut found = None;
        // Where the remembered curvature leads to no lower value it is forgotten once.
        for _ in 0..2 {
            let mut direction = space.onto(&at.x, &at.gradient, &self.direction(reduced));
            let is_down = direction.dot(reduced) < 0.0 && direction.iter().all(|entry| entry.is_finite());
            if !is_down {
                self.pairs.clear();
                direction = -reduced;
            }
            let length = if self.pairs.is_empty() { first_length(reduced) } else { 1.0 };
            found = if space.is_flat() {
                wolfe(at, &direction, length, space, function)?
            } else {
                backtrack(at, at.value, &direction, length, space, function)?
            };
            if found.is_some() || self.pairs.is_empty() {
                break;
            }
            self.pairs.clear();
        }
        let Some(next) = found else { return Ok(Next::Ended(Ending::NoLower)) };
        if next.is_finite() {
            // On a set that is curved both are brought to the tangent space at the new point.
            let change = space.reduced(&next.x, &next.gradient) - space.onto(&next.x, &next.gradient, reduced);
            let s = space.onto(&next.x, &next.gradient, &(&next.x - &at.x));
            self.remember(s, change);
        }
        Ok(Next::Moved(next))
    }
}
