//! Minimization: gradient descent, momentum, Adam, L-BFGS, Newton's method and trust regions, on the sets that variables are declared in.
//!
//! The room knows functions of a vector by their values, gradients and Hessians ([`Objective`]) and nothing of expressions. Sets are in
//! [`space`]: a step goes along a retraction of the set or is projected on it (Absil, Mahony & Sepulchre 2008; Bertsekas 1982).
//! Loops of a crate for optimization were weighed and not taken: they ask for values and gradients apart, have no sets, no Adam and no fixed
//! rate, and keep no partial result where a run ends early.

mod adam;
mod descent;
mod lbfgs;
mod line_search;
mod newton;
mod run;
pub mod space;
mod trust;

use nalgebra::{DMatrix, DVector};

use crate::kernel;

pub use run::minimize;
pub use space::{Block, Set, Space};

/// Why a function could not be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A stop was asked for.
    Stopped,
    /// There will be no value at any point.
    Failed(String),
}

/// A function to minimize. Where it has no value, that is not finite.
pub trait Objective {
    /// The value; the gradient is written to the vector.
    ///
    /// # Errors
    /// [`Trouble`]
    fn gradient_into(&mut self, x: &DVector<f64>, gradient: &mut DVector<f64>) -> Result<f64, Trouble>;

    /// The value and the gradient.
    ///
    /// # Errors
    /// [`Trouble`]
    fn gradient(&mut self, x: &DVector<f64>) -> Result<(f64, DVector<f64>), Trouble> {
        let mut gradient = DVector::zeros(x.len());
        let value = self.gradient_into(x, &mut gradient)?;
        Ok((value, gradient))
    }

    /// The Hessian.
    ///
    /// # Errors
    /// [`Trouble`]
    fn hessian(&mut self, x: &DVector<f64>) -> Result<DMatrix<f64>, Trouble>;

    /// How far 1 is from the next number that values are computed with.
    fn rounding(&self) -> f64 {
        f64::EPSILON
    }
}

/// How to minimize.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Method {
    /// Steps along the negative gradient: of a fixed rate, or as long as a line search finds
    #[cfg_attr(feature = "cli", value(alias = "gd", alias = "gradient"))]
    GradientDescent,
    /// Gradient descent with heavy-ball momentum
    Momentum,
    /// Adam
    Adam,
    /// L-BFGS with a line search for the Wolfe conditions
    #[cfg_attr(feature = "cli", value(alias = "l-bfgs", alias = "bfgs"))]
    Lbfgs,
    /// Newton's method with a line search
    Newton,
    /// A trust region with the Hessian
    #[cfg_attr(feature = "cli", value(alias = "trust", alias = "tr"))]
    TrustRegion,
}

impl Method {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GradientDescent => "gradient descent",
            Self::Momentum => "momentum",
            Self::Adam => "Adam",
            Self::Lbfgs => "L-BFGS",
            Self::Newton => "Newton's method",
            Self::TrustRegion => "trust region",
        }
    }

    /// The method of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "gradient-descent" | "gd" | "gradient" => Self::GradientDescent,
            "momentum" => Self::Momentum,
            "adam" => Self::Adam,
            "lbfgs" | "l-bfgs" | "bfgs" => Self::Lbfgs,
            "newton" => Self::Newton,
            "trust-region" | "trust" | "tr" => Self::TrustRegion,
            _ => return None,
        })
    }

    /// The names of all methods.
    #[must_use]
    pub fn names() -> String {
        "gradient-descent, momentum, adam, lbfgs, newton or trust-region".to_owned()
    }

    /// Whether its steps have a fixed rate even where none is given.
    #[must_use]
    pub fn has_fixed_rate(self) -> bool {
        matches!(self, Self::Momentum | Self::Adam)
    }

    /// Whether it needs the Hessian.
    #[must_use]
    pub fn needs_hessian(self) -> bool {
        matches!(self, Self::Newton | Self::TrustRegion)
    }
}

/// When to stop, and how long steps are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The method.
    pub method: Method,
    /// The rate of steps, where it is fixed.
    pub rate: Option<f64>,
    /// How much of a step momentum keeps.
    pub momentum: f64,
    /// The gradient norm at which the search ends.
    pub tolerance: f64,
    /// The relative change of the value at which it ends.
    pub change: f64,
    /// The value at which it ends.
    pub target: Option<f64>,
    /// The most iterations.
    pub iterations: usize,
}

impl Options {
    /// The rate where none is given and there is no line search.
    pub const RATE: f64 = 0.01;
    /// The gradient norm at which a search in single precision ends where none is given.
    pub const SINGLE_TOLERANCE: f64 = 1e-4;

    /// The defaults of a method.
    #[must_use]
    pub fn of(method: Method) -> Self {
        let iterations = if method.needs_hessian() { 1_000 } else { 100_000 };
        Self { method, rate: None, momentum: 0.9, tolerance: 1e-8, change: 0.0, target: None, iterations }
    }
}

/// A point with the value and the gradient there.
#[derive(Clone, Debug, PartialEq)]
pub struct Iterate {
    /// The point.
    pub x: DVector<f64>,
    /// The value.
    pub value: f64,
    /// The gradient.
    pub gradient: DVector<f64>,
}

/// An iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Its number; 0 is the start.
    pub iteration: usize,
    /// The value.
    pub value: f64,
    /// The norm of the gradient as far as the set lets the point move.
    pub gradient_norm: f64,
    /// How far the point moved.
    pub length: f64,
    /// How many times the function was evaluated so far.
    pub evaluations: usize,
}

/// Why a search ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The gradient norm is below its tolerance.
    Gradient,
    /// The value reached the target.
    Target,
    /// The value changed less than its tolerance.
    Change,
    /// No lower value was found along the last direction.
    NoLower,
    /// Over many iterations neither the value nor the gradient norm became lower.
    Stalled,
    /// The iterations are used up.
    Iterations,
    /// A stop was asked for.
    Stopped,
    /// The function or its gradient has no finite value at the next point.
    NotFinite,
    /// The Hessian has entries that are not finite.
    NoHessian,
    /// The value falls without bound.
    Unbounded,
    /// There is no value.
    Failed(String),
}

impl Ending {
    /// Whether it is what was asked for.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        matches!(self, Self::Gradient | Self::Target | Self::Change)
    }
}

/// How often what was evaluated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Points at which the function and its gradient were evaluated.
    pub values: usize,
    /// Points at which the Hessian was evaluated.
    pub hessians: usize,
    /// Hessians of Newton's method that were not positive definite.
    pub indefinite: usize,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The best point.
    pub best: Iterate,
    /// Its gradient norm as far as the set lets the point move.
    pub gradient_norm: f64,
    /// How far a step of Newton's method along the gradient would still go, where that is far for the size of the point: the gradient is
    /// small there, but the function is flat, and may have no minimum.
    pub rest: Option<f64>,
    /// Whether the gradient jumps at the best point, where the search ended as nothing is lower: the function has a kink there.
    pub has_kink: bool,
    /// Whether gradients beside that kink have 0 in their convex hull, so that it is a subgradient where the function is convex.
    pub is_at_kink: bool,
    /// Why the search ended.
    pub ending: Ending,
    /// The number of iterations.
    pub iterations: usize,
    /// How often what was evaluated.
    pub counts: Counts,
    /// Every iteration.
    pub trace: Vec<Step>,
}

/// A function whose evaluations are counted, with the memory of points that are not needed any more. Points stay where they are: a search
/// of few variables would spend its time on moving them.
struct Counted<'a> {
    objective: &'a mut dyn Objective,
    counts: Counts,
    #[allow(clippy::vec_box, reason = "they come and go where they are")]
    unused: Vec<Box<Iterate>>,
}

impl<'a> Counted<'a> {
    fn new(objective: &'a mut dyn Objective) -> Self {
        Self { objective, counts: Counts::default(), unused: Vec::new() }
    }

    fn at(&mut self, x: DVector<f64>) -> Result<Box<Iterate>, Trouble> {
        let gradient = DVector::zeros(x.len());
        self.evaluated(Box::new(Iterate { x, value: f64::NAN, gradient }))
    }

    /// Where a step leads from a point.
    fn after(&mut self, x: &DVector<f64>, step: &DVector<f64>, space: &Space) -> Result<Box<Iterate>, Trouble> {
        let zero = || DVector::zeros(x.len());
        let new = || Box::new(Iterate { x: zero(), value: f64::NAN, gradient: zero() });
        let mut next = self.unused.pop().unwrap_or_else(new);
        space.retract_into(x, step, &mut next.x);
        self.evaluated(next)
    }

    fn evaluated(&mut self, mut at: Box<Iterate>) -> Result<Box<Iterate>, Trouble> {
        self.counts.values += 1;
        at.value = self.objective.gradient_into(&at.x, &mut at.gradient)?;
        Ok(at)
    }

    fn hessian(&mut self, x: &DVector<f64>) -> Result<DMatrix<f64>, Trouble> {
        self.counts.hessians += 1;
        self.objective.hessian(x)
    }
}

impl Iterate {
    fn is_finite(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().all(|entry| entry.is_finite())
    }
}

/// ‖x‖
fn norm(x: &DVector<f64>) -> f64 {
    kernel::dot(x.as_slice(), x.as_slice()).sqrt()
}

/// ‖x − y‖
fn distance(x: &DVector<f64>, y: &DVector<f64>) -> f64 {
    let (x, y) = (x.as_slice().as_chunks::<4>(), y.as_slice().as_chunks::<4>());
    // Sums that do not wait for one another.
    let mut sums = [0.0; 4];
    for (x, y) in x.0.iter().zip(y.0) {
        for place in 0..4 {
            sums[place] += (x[place] - y[place]) * (x[place] - y[place]);
        }
    }
    let rest: f64 = x.1.iter().zip(y.1).map(|(x, y)| (x - y) * (x - y)).sum();
    let [a, b, c, d] = sums;
    (a + b + (c + d) + rest).sqrt()
}

/// What a step leads to.
enum Next {
    /// To another point.
    Moved(Box<Iterate>),
    /// Nowhere.
    Ended(Ending),
}

/// A method with what it keeps from step to step.
trait Stepper {
    /// A step from a point, with the gradient there as far as the set lets the point move.
    fn step(
        &mut self,
        at: &Iterate,
        reduced: &DVector<f64>,
        space: &Space,
        function: &mut Counted<'_>,
    ) -> Result<Next, Trouble>;
}
