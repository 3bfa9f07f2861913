//! The independent check of every answer: the input is differentiated numerically at random points and
//! compared with the answer evaluated there.
//!
//! The room knows expressions, evaluation and automatic differentiation. It knows neither the rules that
//! found the answer, nor the normal form, nor printing, so that a mistake in those cannot hide here.

mod adjoint;
mod branch;
mod choice;
mod chord;
mod claim;
mod code;
mod curvature;
mod differential;
mod equal;
mod flat;
mod gradient;
mod gradients;
mod inside;
mod kink;
mod least;
mod line;
mod part;
mod place;
mod point;
mod reach;
mod search;
mod sides;
mod small;
mod space;
mod statement;
mod stationary;
mod subspace;
mod terms;
mod threshold;
mod tie;
mod witness;

use nalgebra::DMatrix;

use crate::numeric::EvalError;
use crate::numeric::sample::Overrides;
use crate::structure::Structure;

pub use adjoint::{Step, check_adjoints};
pub use claim::{Verdict, diagnose};
pub use code::{check_code, check_code_where};
pub use curvature::{Chords, check_curvature};
pub use differential::{check_derivative, check_differential, check_hessian, check_polynomial};
pub use equal::{check_equal, check_equal_at_ties, check_equal_by_rows, equal_where_positive, of_full_rank};
pub use flat::{Flatness, flatness};
pub use gradient::check_gradient;
pub use gradients::check_gradients;
pub use least::{Reach, check_least};
pub use line::{Moving, check_same_derivative};
pub use part::check_part;
pub use place::Place;
pub use reach::{has_long_numbers, have_values, is_rational, points_with_values};
pub use small::{fails_at_small_size, holds_above};
pub use space::project;
pub use statement::{Fact, Stand, Statement, check_statements};
pub use stationary::check_stationary;
pub use subspace::check_subspace;
pub use threshold::{check_equal_at_numbers, sizes_beyond_numbers};
pub use witness::{Bend, Evidence, Witness, find_witness};

/// Largest relative difference that the arithmetic of doubles may leave. Larger ones are computed with 31 digits before they are held against an answer.
pub const TOLERANCE: f64 = 1e-10;
/// Largest relative difference of numbers of 31 digits, beyond their own bounds of error, that is laid to a point that does not hold its
/// structure to all of these digits.
const EXACT_TOLERANCE: f64 = 1e-20;
/// Rounding relative to the value of the function, where its derivative vanishes.
const VALUE_FLOOR: f64 = 1e-5;

/// How to check.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// Where the random numbers start.
    pub seed: u64,
    /// How many points.
    pub points: usize,
    /// How many directions at each point.
    pub directions: usize,
    /// About how many multiplications one evaluation may take.
    pub work_limit: u64,
    /// How much larger than otherwise every size is.
    pub larger: usize,
    /// How far apart named sizes are.
    pub spread: usize,
    /// What every named size is, where it is not drawn.
    pub size: Option<usize>,
    /// Structures imposed on symbols besides the declared ones.
    pub overrides: Overrides,
    /// What is computed with.
    pub numbers: Numbers,
    /// Whether points on both sides of kinks are added to those that are drawn.
    pub sides: bool,
}

/// In what numbers a check computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// In doubles, and with 31 digits where they differ. What is rational in the entries has to be equal modulo a prime, too.
    Doubles,
    /// With 31 digits, at points of all sizes, from 1e-6 to 1e3: for what nothing but numbers speaks for. A point is passed over where
    /// something contributes less than is seen.
    Long,
    /// Modulo a prime, exactly. What residues do not see is not checked.
    Residues,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self {
            seed: 0,
            points: 3,
            directions: 2,
            work_limit: 1_000_000_000,
            larger: 0,
            spread: 1,
            size: None,
            overrides: Overrides::default(),
            numbers: Numbers::Doubles,
            sides: true,
        }
    }
}

/// How the derivative of the input was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Values alone were compared.
    Values,
    /// Dual numbers: exact up to rounding.
    DualNumbers,
    /// Truncated power series: derivatives of any order, exact up to rounding.
    PowerSeries,
}

/// Why nothing was checked.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// No point was found at which input and answer are finite.
    NoPoint,
    /// The evaluation failed for a reason that is the same at every point.
    Evaluation(EvalError),
    /// The variable is a family.
    Family,
    /// The variable is an integer or a function.
    NotDifferentiable,
    /// Derivatives of this order.
    Order(usize),
    /// The direction that a derivative is multiplied with depends on the variable.
    VaryingDirection,
    /// Input and answer do not have the shapes the check is for.
    Shape,
    /// Something contributes less than numbers of 31 digits show.
    BelowResolution,
    /// The numbers that are written have so many digits that values may agree in 31 by choice of these.
    LongNumbers,
    /// Neither is rational in the entries and in values of functions, or they are different as functions of these.
    NotRational,
}

/// What kind of disagreement it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The numbers differ.
    Value,
    /// The gradient does not lie in the space of its variable.
    Space(Structure),
}

/// The point at which an answer fails, with numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// What is wrong.
    pub cause: Cause,
    /// Named sizes.
    pub sizes: Vec<(String, usize)>,
    /// Values of the symbols; members of a family are numbered.
    pub values: Vec<(String, DMatrix<f64>)>,
    /// The direction along which the derivatives differ.
    pub direction: Option<DMatrix<f64>>,
    /// Row and column, from 1 on, of the entry with the largest difference.
    pub entry: (usize, usize),
    /// Rows and columns of what was compared.
    pub shape: (usize, usize),
    /// What it should be there.
    pub expected: f64,
    /// What the answer says.
    pub found: f64,
}

impl Disagreement {
    /// Whether the numbers as they are shown differ plainly.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        (self.expected - self.found).abs() > TOLERANCE * self.expected.abs().max(self.found.abs())
    }
}

/// How a check ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Agreement at every point.
    Passed,
    /// Disagreement at one.
    Failed(Box<Disagreement>),
    /// There was nothing to compare.
    NotChecked(Reason),
}

/// What was checked and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// How it ended.
    pub outcome: Outcome,
    /// Points compared.
    pub points: usize,
    /// The named sizes at each point.
    pub sizes: Vec<Vec<(String, usize)>>,
    /// The largest relative difference.
    pub largest_error: f64,
    /// How the derivative of the input was found.
    pub method: Method,
    /// What was computed with.
    pub numbers: Numbers,
    /// The seed.
    pub seed: u64,
    /// Whether squares without declared structure had to be symmetric for a point to be found.
    pub symmetric_squares: bool,
}

impl Certificate {
    /// A certificate that nothing was checked.
    #[must_use]
    pub fn not_checked(reason: Reason, options: &CheckOptions) -> Self {
        Self {
            outcome: Outcome::NotChecked(reason),
            points: 0,
            sizes: Vec::new(),
            largest_error: 0.0,
            method: Method::Values,
            numbers: options.numbers,
            seed: options.seed,
            symmetric_squares: false,
        }
    }

    /// This certificate, unless it passed and the other check did not.
    #[must_use]
    pub fn and(self, other: impl FnOnce() -> Self) -> Self {
        if !self.passed() {
            return self;
        }
        let other = other();
        if other.passed() { self } else { other }
    }

    /// This certificate, or where it passed that of the next check.
    #[must_use]
    pub fn then(self, next: impl FnOnce() -> Self) -> Self {
        if self.passed() { next() } else { self }
    }

    /// Whether every point agreed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.outcome == Outcome::Passed
    }

    /// Whether nothing was compared as no derivative of what was written was found anywhere.
    #[must_use]
    pub fn found_no_derivative(&self) -> bool {
        matches!(self.reason(), Some(Reason::NoPoint | Reason::Evaluation(EvalError::Unsupported(_))))
    }

    /// Why nothing was compared at any point.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        match &self.outcome {
            Outcome::NotChecked(reason) => Some(reason),
            Outcome::Passed | Outcome::Failed(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
