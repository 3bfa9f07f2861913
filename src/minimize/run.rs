//! The loop that all methods share: when to stop, what is best so far, what is recorded.

use nalgebra::DVector;

use super::adam::Adam;
use super::descent::Descent;
use super::lbfgs::Lbfgs;
use super::newton::Newton;
use super::trust::TrustRegion;
use super::{
    Counted, Ending, Iterate, Method, Next, Objective, Options, Outcome, Space, Step, Stepper, Trouble, distance, norm,
};

/// A value below minus this is taken for one that falls without bound.
const BOTTOM: f64 = 1e150;
/// The same, as a multiple of the size of the value at the start, where no lower one is found.
const DEEP: f64 = 1e30;
/// How far the slope is looked at again, relative to the size of the point.
const PROBE: f64 = 1e-4;
/// A step that is longer, relative to the size of the point, leads far.
const FAR: f64 = 1e-2;
/// Along more axes than this a kink is not looked for.
const MOST_AXES: usize = 100;

/// After so many iterations without a lower value or gradient norm a search has stalled; steps of a fixed rate may rise for longer.
const PATIENCE: usize = 100;
const LONG_PATIENCE: usize = 2_000;
/// What a value has to fall by, relative to its size, and a gradient norm, relative to itself, to be lower.
const LOWER: (f64, f64) = (1e-14, 1e-3);
/// How near the points lie, relative to the size of the point, between which a gradient that is not continuous jumps.
const BESIDE: f64 = 1e-7;
/// A change of the gradient there by more than this, relative to its size, is a jump.
const JUMP: f64 = 1e-3;

/// Iterations of a short search.
const FEW: usize = 256;

/// Gradients beside a kink, for each axis and once more.
const SAMPLED: usize = 4;
/// Steps towards the least norm in a convex hull.
const HULL_STEPS: usize = 2_000;
/// A norm that is 0 but for what the gradients change between the points beside a kink, relative to the largest gradient there.
const NEAR_ZERO: f64 = 1e-5;

/// How long nothing became lower.
struct Stall {
    value: f64,
    norm: f64,
    since: usize,
    patience: usize,
}

impl Stall {
    fn new(options: &Options) -> Self {
        let has_fixed_rate = options.method.has_fixed_rate() || options.rate.is_some();
        let patience = if has_fixed_rate { LONG_PATIENCE } else { PATIENCE };
        Self { value: f64::INFINITY, norm: f64::INFINITY, since: 0, patience }
    }

    /// Whether nothing was lower for long, this step included.
    fn is_over(&mut self, value: f64, norm: f64) -> bool {
        let is_lower_value = value < self.value - LOWER.0 * value.abs();
        let is_lower_norm = norm < self.norm * (1.0 - LOWER.1);
        if is_lower_value || is_lower_norm {
            (self.value, self.norm) = (self.value.min(value), self.norm.min(norm));
            self.since = 0;
        } else {
            self.since += 1;
        }
        self.since >= self.patience
    }
}

/// Whether the gradient jumps close to a point, along it or along an axis.
fn has_kink(at: &Iterate, space: &Space, objective: &mut dyn Objective) -> bool {
    let reduced = space.reduced(&at.x, &at.gradient);
    let size = BESIDE * (1.0 + at.x.norm());
    let axes = (0..at.x.len().min(MOST_AXES)).map(|place| {
        let mut axis = DVector::zeros(at.x.len());
        axis[place] = 1.0;
        axis
    });
    let along = Some(&reduced / reduced.norm()).filter(|along| along.iter().all(|entry| entry.is_finite()));
    along.into_iter().chain(axes).any(|direction| {
        let mut beside = |length: f64| {
            let there = space.retract(&at.x, &(&direction * length));
            objective.gradient(&there).ok().map(|(_, gradient)| gradient).filter(|of| of.iter().all(|x| x.is_finite()))
        };
        let Some((one, other)) = beside(size).zip(beside(-size)) else { return false };
        (&one - &other).norm() > JUMP * one.norm().max(other.norm())
            && (&one - &other).norm() > JUMP * at.gradient.norm()
    })
}

/// Whether gradients close to a point have 0, to the tolerance, in their convex hull: where the function is convex 0 is then a subgradient
/// (Burke, Lewis & Overton 2005). Not asked on sets that leave less than all directions.
fn has_subgradient_of_zero(at: &Iterate, space: &Space, objective: &mut dyn Objective, tolerance: f64) -> bool {
    let count = at.x.len();
    if count > MOST_AXES || space.reduced(&at.x, &at.gradient) != at.gradient {
        return false;
    }
    let size = BESIDE * (1.0 + at.x.norm());
    let mut gradients: Vec<DVector<f64>> = Vec::new();
    for sample in 1..=SAMPLED * (count + 1) {
        // Points spread evenly over a cube, by multiples of numbers without a common period.
        let entry = |axis: usize, _| 2.0 * (sample as f64 * (axis as f64 + 2.0).ln()).fract() - 1.0;
        let there = &at.x + DVector::from_fn(count, entry) * size;
        let Ok((_, gradient)) = objective.gradient(&there) else { return false };
        if gradient.iter().all(|entry| entry.is_finite()) {
            gradients.push(gradient);
        }
    }
    let Some(largest) = gradients.iter().map(|gradient| gradient.norm()).reduce(f64::max) else { return false };
    least_norm(&gradients) <= tolerance.max(NEAR_ZERO * largest)
}

/// The least norm in the convex hull of some vectors, by Frank–Wolfe steps from the worst vector in use to the best one (Lacoste-Julien & Jaggi 2015).
fn least_norm(vectors: &[DVector<f64>]) -> f64 {
    let mut weights = vec![0.0; vectors.len()];
    let (Some(first), Some(weight)) = (vectors.first(), weights.first_mut()) else { return f64::INFINITY };
    *weight = 1.0;
    let mut mean = first.clone();
    for _ in 0..HULL_STEPS {
        let slopes: Vec<f64> = vectors.iter().map(|vector| vector.dot(&mean)).collect();
        let toward = (0..slopes.len()).min_by(|a, b| slopes[*a].total_cmp(&slopes[*b]));
        let used = (0..slopes.len()).filter(|place| weights[*place] > 0.0);
        let away = used.max_by(|a, b| slopes[*a].total_cmp(&slopes[*b]));
        let (Some(toward), Some(away)) = (toward, away) else { break };
        let direction = &vectors[toward] - &vectors[away];
        let length = direction.norm_squared();
        if length == 0.0 || slopes[away] - slopes[toward] <= f64::EPSILON * mean.norm_squared() {
            break;
        }
        let step = (-mean.dot(&direction) / length).clamp(0.0, weights[away]);
        weights[toward] += step;
        weights[away] -= step;
        mean += direction * step;
    }
    mean.norm()
}

/// Minimizes a function from a start in the space. Every iteration is shown to `observe`, which may ask to stop by returning false.
///
/// # Errors
/// Where there is no value at the start, or a stop was asked for before there was one.
pub fn minimize(
    objective: &mut dyn Objective,
    space: &Space,
    start: DVector<f64>,
    options: &Options,
    observe: &mut dyn FnMut(&Step) -> bool,
) -> Result<Outcome, Trouble> {
    let mut function = Counted::new(objective);
    let begin = start.clone();
    let mut at = function.at(start)?;
    if !at.is_finite() {
        return Err(Trouble::Failed("the function or its gradient has no finite value at the start".into()));
    }
    let mut stepper: Box<dyn Stepper> = match options.method {
        Method::GradientDescent => Box::new(Descent::new(options.rate, 0.0)),
        Method::Momentum => Box::new(Descent::new(Some(options.rate.unwrap_or(Options::RATE)), options.momentum)),
        Method::Adam => Box::new(Adam::new(options.rate.unwrap_or(Options::RATE))),
        Method::Lbfgs => Box::new(Lbfgs::default()),
        Method::Newton => Box::new(Newton),
        Method::TrustRegion => Box::new(TrustRegion::default()),
    };
    let mut reduced = space.reduced(&at.x, &at.gradient);
    // The best point, where that is not the last one.
    let mut kept: Option<Box<Iterate>> = None;
    let mut gradient_norm = norm(&reduced);
    let mut best = (at.value, gradient_norm);
    let mut trace = Vec::with_capacity(FEW);
    trace.push(Step { iteration: 0, value: at.value, gradient_norm, length: 0.0, evaluations: function.counts.values });
    let mut before = None;
    let mut stall = Stall::new(options);
    let ending = loop {
        let iteration = trace.len() - 1;
        if !observe(&trace[iteration]) {
            break Ending::Stopped;
        }
        if let Some(ending) = ended(&at, (iteration, gradient_norm), before, options) {
            break ending;
        }
        if stall.is_over(at.value, gradient_norm) {
            break Ending::Stalled;
        }
        before = Some(at.value);
        let next = match stepper.step(&at, &reduced, space, &mut function) {
            Ok(Next::Moved(next)) if next.is_finite() => next,
            Ok(Next::Moved(next)) if next.value == f64::NEG_INFINITY => break Ending::Unbounded,
            Ok(Next::Moved(_)) => break Ending::NotFinite,
            Ok(Next::Ended(ending)) => break ending,
            Err(Trouble::Stopped) => break Ending::Stopped,
            Err(Trouble::Failed(why)) => break Ending::Failed(why),
        };
        space.reduced_into(&next.x, &next.gradient, &mut reduced);
        gradient_norm = norm(&reduced);
        trace.push(Step {
            iteration: iteration + 1,
            value: next.value,
            gradient_norm,
            length: distance(&next.x, &at.x),
            evaluations: function.counts.values,
        });
        let before = std::mem::replace(&mut at, next);
        if at.value < best.0 || (at.value == best.0 && gradient_norm <= best.1) {
            best = (at.value, gradient_norm);
            kept = None;
            function.unused.push(before);
        } else if kept.is_none() {
            kept = Some(before);
        } else {
            function.unused.push(before);
        }
    };
    // The tolerance of the gradient is met at the last point, which may have a value that is higher by rounding.
    let (best, gradient_norm) = match kept {
        Some(kept) if ending != Ending::Gradient => (kept, best.1),
        _ => (at, gradient_norm),
    };
    let ending = match ending {
        Ending::NoLower if best.value < -DEEP * trace[0].value.abs().max(1.0) => Ending::Unbounded,
        ending => ending,
    };
    let is_asked = matches!(ending, Ending::Gradient | Ending::Change | Ending::NoLower);
    let rest = match is_asked {
        true if falls_beyond(&best, &begin, space, function.objective) => Some(f64::INFINITY),
        true => rest(&best, space, function.objective),
        false => None,
    };
    // Between points that near, the change of a gradient is told from rounding in doubles alone.
    let is_told = function.objective.rounding() < JUMP * BESIDE;
    let is_lowest = is_told && matches!(ending, Ending::NoLower | Ending::Stalled);
    let has_kink = is_lowest && gradient_norm > options.tolerance && has_kink(&best, space, function.objective);
    let is_at_kink = has_kink && has_subgradient_of_zero(&best, space, function.objective, options.tolerance);
    let iterations = trace.len() - 1;
    let best = *best;
    Ok(Outcome { best, gradient_norm, rest, has_kink, is_at_kink, ending, iterations, counts: function.counts, trace })
}

/// Whether the function is lower still where the way from the start is gone once more: it falls towards its infimum.
fn falls_beyond(at: &Iterate, begin: &DVector<f64>, space: &Space, objective: &mut dyn Objective) -> bool {
    let way = &at.x - begin;
    if way.norm() <= begin.norm().max(1.0) {
        return false;
    }
    let beyond = space.retract(&at.x, &way);
    objective.gradient(&beyond).is_ok_and(|(value, _)| value < at.value)
}

/// How far a step of Newton's method along the gradient would still go, by the slope a little further; none where that is not far.
fn rest(at: &Iterate, space: &Space, objective: &mut dyn Objective) -> Option<f64> {
    let reduced = space.reduced(&at.x, &at.gradient);
    let size = 1.0 + at.x.norm();
    let norm = reduced.norm();
    if norm == 0.0 {
        return None;
    }
    let there = space.retract(&at.x, &(reduced * (-PROBE * size / norm)));
    let step = &there - &at.x;
    let (_, gradient) = objective.gradient(&there).ok()?;
    let slope = -at.gradient.dot(&step);
    let change = (gradient - &at.gradient).dot(&step);
    if !(change.is_finite() && slope > 0.0) {
        return None;
    }
    // Where the slope does not change there is no end to the step.
    let rest = slope / change.max(0.0) * step.norm();
    (rest > FAR * size).then_some(rest)
}

/// Why the search ends here, after so many iterations and with such a gradient norm, if it does.
fn ended(
    at: &Iterate,
    (iteration, gradient_norm): (usize, f64),
    before: Option<f64>,
    options: &Options,
) -> Option<Ending> {
    if options.target.is_some_and(|target| at.value <= target) {
        return Some(Ending::Target);
    }
    if gradient_norm <= options.tolerance {
        return Some(Ending::Gradient);
    }
    if at.value < -BOTTOM {
        return Some(Ending::Unbounded);
    }
    let scale = at.value.abs().max(1.0);
    if before.is_some_and(|before| (before - at.value).abs() < options.change * scale) {
        return Some(Ending::Change);
    }
    (iteration >= options.iterations).then_some(Ending::Iterations)
}
