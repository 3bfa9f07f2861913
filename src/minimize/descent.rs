//! Gradient descent: x ← R(x, −rate ∇f(x)), with heavy-ball momentum v ← βv − rate ∇f(x), or with a line search that begins at the length
//! of Barzilai and Borwein and asks for less than the largest of the last values (Birgin, Martínez & Raydan 2000).

use std::collections::VecDeque;

use nalgebra::DVector;

use super::line_search::{backtrack, first_length};
use super::{Counted, Ending, Iterate, Next, Space, Stepper, Trouble};

/// How many of the last values there are.
const VALUES: usize = 10;

/// Gradient descent with or without momentum.
pub(super) struct Descent {
    rate: Option<f64>,
    momentum: f64,
    /// The last step, along the set at its end.
    velocity: Option<DVector<f64>>,
    /// The last values.
    values: VecDeque<f64>,
    /// The last point and gradient, for the length at which a line search begins.
    last: Option<(DVector<f64>, DVector<f64>)>,
}

impl Descent {
    /// Of a fixed rate, or with a line search.
    pub(super) fn new(rate: Option<f64>, momentum: f64) -> Self {
        Self { rate, momentum, velocity: None, values: VecDeque::new(), last: None }
    }

    /// The length of Barzilai and Borwein (1988): ⟨s, s⟩/⟨s, y⟩.
    fn length(&self, x: &DVector<f64>, reduced: &DVector<f64>) -> f64 {
        let Some((last, gradient)) = &self.last else { return first_length(reduced) };
        let (s, y) = (x - last, reduced - gradient);
        let length = s.dot(&s) / s.dot(&y);
        if length.is_finite() && length > 0.0 { length } else { first_length(reduced) }
    }
}

impl Stepper for Descent {
    fn step(
        &mut self,
        at: &Iterate,
        reduced: &DVector<f64>,
        space: &Space,
        function: &mut Counted<'_>,
    ) -> Result<Next, Trouble> {
        let Some(rate) = self.rate else {
            let length = self.length(&at.x, reduced);
            self.last = Some((at.x.clone(), reduced.clone()));
            if self.values.len() == VALUES {
                self.values.pop_front();
            }
            self.values.push_back(at.value);
            let most = self.values.iter().copied().fold(at.value, f64::max);
            let found = backtrack(at, most, &-reduced, length, space, function)?;
            return Ok(found.map_or(Next::Ended(Ending::NoLower), Next::Moved));
        };
        let velocity = self.velocity.get_or_insert_with(|| DVector::zeros(reduced.len()));
        velocity.axpy(-rate, reduced, self.momentum);
        let next = function.after(&at.x, velocity, space)?;
        if self.momentum > 0.0 {
            *velocity = space.onto(&next.x, &at.gradient, velocity);
        }
        Ok(Next::Moved(next))
    }
}
