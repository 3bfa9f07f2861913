//! Adam (Kingma & Ba 2015): steps scaled entry by entry with running means of the gradient and of its square.

use nalgebra::DVector;

use super::{Counted, Iterate, Next, Space, Stepper, Trouble};

/// How much of the mean of the gradient is kept.
const FIRST: f64 = 0.9;
/// How much of the mean of its square is kept.
const SECOND: f64 = 0.999;
/// What keeps the quotient finite.
const SMALL: f64 = 1e-8;

/// Adam with its means.
pub(super) struct Adam {
    rate: f64,
    count: i32,
    means: Option<(DVector<f64>, DVector<f64>)>,
}

impl Adam {
    /// Of this rate.
    pub(super) fn new(rate: f64) -> Self {
        Self { rate, count: 0, means: None }
    }
}

impl Stepper for Adam {
    fn step(
        &mut self,
        at: &Iterate,
        reduced: &DVector<f64>,
        space: &Space,
        function: &mut Counted<'_>,
    ) -> Result<Next, Trouble> {
        self.count += 1;
        let zero = || DVector::zeros(reduced.len());
        let (first, second) = self.means.take().unwrap_or_else(|| (zero(), zero()));
        let first = first * FIRST + reduced * (1.0 - FIRST);
        let second = second * SECOND + reduced.component_mul(reduced) * (1.0 - SECOND);
        let (of_first, of_second) = (1.0 - FIRST.powi(self.count), 1.0 - SECOND.powi(self.count));
        let step = first.zip_map(&second, |m, v| -self.rate * (m / of_first) / ((v / of_second).sqrt() + SMALL));
        self.means = Some((first, second));
        let step = space.onto(&at.x, &at.gradient, &step);
        Ok(Next::Moved(function.after(&at.x, &step, space)?))
    }
}
