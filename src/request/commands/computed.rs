//! The value of an expression as doubles, and what is to be said of it: it is computed with 31 digits and exponents of any size, and
//! rounded once.
//!
//! Where that loses digits the normal form is tried, in which more may have cancelled by rule; what is lost all the same is said. Work
//! that is too large for it is done in doubles. In single precision everything is computed with floats, as it is asked for.

use nalgebra::DMatrix;

use super::held::held;
use crate::codegen::lower_for_plan;
use crate::error::Error;
use crate::expr::{ExprId, Node};
use crate::kernel::{Lu, Real};
use crate::numeric::{self, Bindings, EvalError, Extended, Precision, Scalar};
use crate::plan::{Graph, Inputs, Plan, PlanError, build, run};
use crate::problem::Problem;
use crate::render::{Format, render};

/// About how many multiplications a value may take: some seconds.
const WORK: u64 = 3_000_000_000;
/// The same for numbers of 31 digits.
const LONG_WORK: u64 = 1_000_000;
/// About how many operations on doubles a plan may take: some minutes.
const MOST_FLOPS: f64 = 1e12;
/// Most of them entry by entry.
const MOST_LOOPED: f64 = 2e10;
/// How much memory a plan may take besides what is given.
const MOST_BYTES: f64 = 1.5e9;
/// More numbers than this are not taken with 31 digits.
const MOST_LONG: usize = 1 << 20;
/// The most numbers of one value in doubles: 2 GiB of them.
const MOST_DOUBLES: usize = 1 << 28;
/// A larger relative error is said.
const ALL_DIGITS: f64 = 1e-15;

/// A value and what is to be said of it, as half sentences each.
pub(in super::super) struct Computed {
    pub(in super::super) value: DMatrix<f64>,
    pub(super) remarks: Vec<String>,
}

/// The value of the problem's first expression.
pub(super) fn computed(problem: &Problem, bindings: Bindings<f64>, precision: Precision) -> Result<Computed, Error> {
    if precision == Precision::Single {
        let remarks = held(problem, &bindings, precision)?;
        return Ok(Computed { remarks, ..directly(problem, bindings, precision)? });
    }
    if bindings.entries() > MOST_LONG {
        return directly(problem, bindings, precision);
    }
    let mut long = bindings.map(Extended::from_f64);
    long.work_limit = LONG_WORK;
    let at = |root| numeric::evaluate::<Extended>(&problem.arena, root, &long);
    let value = match at(problem.raw[0]) {
        Ok(value) => value,
        // Doubles are faster, and have all kernels.
        Err(EvalError::TooMuchWork | EvalError::TooLarge | EvalError::Unsupported(_) | EvalError::NoConvergence(_)) => {
            return directly(problem, bindings, precision);
        }
        Err(error) => return Err(message(&error)),
    };
    if !value.iter().all(|entry| entry.is_finite()) {
        return directly(problem, bindings, precision);
    }
    let value = match at(problem.normal[0]) {
        Ok(other) if largest_error(&value) > ALL_DIGITS && largest_error(&other) < largest_error(&value) => other,
        Ok(_) | Err(_) => value,
    };
    rounded(&value)
}

/// The largest relative error of an entry; infinite where one is not known.
fn largest_error(value: &DMatrix<Extended>) -> f64 {
    let error = |entry: &Extended| if entry.is_finite() { entry.relative_error() } else { f64::INFINITY };
    value.iter().map(error).fold(0.0, f64::max)
}

/// The nearest doubles.
fn rounded(value: &DMatrix<Extended>) -> Result<Computed, Error> {
    let mut remarks = Vec::new();
    let mut lost = 0.0_f64;
    let mut underflow = None;
    let (mut vanishing, mut vanishes, mut bound) = (0, String::new(), None::<Extended>);
    let mut result = value.map(Extended::to_double);
    for row in 0..value.nrows() {
        for col in 0..value.ncols() {
            let entry = value[(row, col)];
            let place = place_text(value.shape(), row, col);
            if result[(row, col)].is_infinite() {
                let text = entry.text();
                return Err(Error::Message(format!("{place} is too large for a double: it is about {text}")));
            }
            if entry.relative_error() >= 1.0 {
                // Of what cancels to rounding only a bound is known.
                result[(row, col)] = 0.0;
                (vanishing, vanishes) = (vanishing + 1, format!("{place} is"));
                if bound.is_none_or(|other| entry.bound().log_size() > other.log_size()) {
                    bound = Some(entry.bound());
                }
            } else if !result[(row, col)].is_normal() && !num_traits::Zero::is_zero(&entry) {
                underflow.get_or_insert((place, entry.text(), result[(row, col)]));
            } else {
                lost = lost.max(entry.relative_error());
            }
        }
    }
    if let Some(bound) = bound {
        let what = match vanishing {
            1 => vanishes,
            _ if vanishing == value.len() => "the value is".into(),
            count => format!("{count} entries of the value are"),
        };
        remarks.push(format!("{what} 0 up to {}, all that 31 digits show", bound.text()));
    }
    if let Some((place, text, shown)) = underflow {
        remarks.push(format!("{place} is too small for a double: {text} is given as {shown:?}"));
    }
    if lost > ALL_DIGITS {
        remarks.push(format!("about {} digits of the value are known", (-lost.log10()).floor().max(1.0)));
    }
    Ok(Computed { value: result, remarks })
}

/// `the value`, or `entry (1, 2) of the value`.
fn place_text((rows, cols): (usize, usize), row: usize, col: usize) -> String {
    match (rows, cols) {
        (1, 1) => "the value".into(),
        (_, 1) => format!("entry {} of the value", row + 1),
        (1, _) => format!("entry {} of the value", col + 1),
        _ => format!("entry ({}, {}) of the value", row + 1, col + 1),
    }
}

/// The value as numbers of a precision compute it, by the cheapest plan; what plans do not have is evaluated node by node, in doubles.
fn directly(problem: &Problem, bindings: Bindings<f64>, precision: Precision) -> Result<Computed, Error> {
    let found = match precision {
        Precision::Double => planned::<f64>(problem, &bindings),
        Precision::Single => match planned::<f32>(problem, &bindings) {
            Err(PlanError::Counting) => planned::<f64>(problem, &bindings),
            found => found,
        },
    };
    let value = match found {
        Ok(value) => value,
        Err(PlanError::Singular | PlanError::NotPositiveDefinite) => {
            return Err(singular(problem, &bindings, precision).unwrap_or_else(no_value));
        }
        Err(error @ (PlanError::OutOfRange(_) | PlanError::Counting)) => {
            return Err(Error::Message(format!("{error}\n  = help: leave out `--precision {}`", precision.name())));
        }
        Err(PlanError::TooLarge) => return Err(Error::Message(PlanError::TooLarge.to_string())),
        Err(PlanError::Evaluation(error @ EvalError::TooMuchWork)) => return Err(message(&error)),
        Err(PlanError::Unsupported(_) | PlanError::Code(_) | PlanError::Evaluation(_)) => evaluated(problem, bindings)?,
    };
    let value = value.map(|entry| precision.nearest(entry));
    if value.iter().any(|entry| entry.is_infinite()) && !value.iter().any(|entry| entry.is_nan()) {
        let name = precision.name();
        return Err(Error::Message(format!("the value is infinite, or too large for {name} precision")));
    }
    if value.iter().any(|entry| !entry.is_finite()) {
        return Err(no_value());
    }
    Ok(Computed { value, remarks: Vec::new() })
}

/// That a matrix has no inverse, by its name, where the expression takes that of a matrix that is singular.
fn singular(problem: &Problem, bindings: &Bindings<f64>, precision: Precision) -> Option<Error> {
    let arena = &problem.arena;
    let inverted = arena.post_order(problem.raw[0]).into_iter().filter_map(|id| match *arena.node(id) {
        Node::Power(base, exponent) => {
            arena.as_number(exponent).filter(|exponent| exponent.is_negative()).map(|_| base)
        }
        _ => None,
    });
    let is_singular = |of: &ExprId| {
        let Ok(value) = numeric::evaluate::<f64>(arena, *of, bindings) else { return false };
        let (n, entries) = (value.nrows(), value.transpose());
        // Pivots are chosen among columns, so that rows are what they are measured by.
        let sizes = entries.column_iter().map(|row| row.amax());
        let factors = Lu::new(n, entries.as_slice().to_vec());
        let rounding = precision.epsilon() * n as f64;
        factors.diagonal().zip(sizes).any(|(pivot, size)| pivot.abs() <= rounding * size)
    };
    let name = render(arena, inverted.into_iter().find(is_singular)?, Format::Unicode, &problem.style);
    let help = "the inverse of a matrix that may be singular is its pseudo-inverse: write `pinv`";
    Some(Error::Message(format!("`{name}` is singular at these values, and has no inverse\n  = help: {help}")))
}

fn no_value() -> Error {
    Error::Message(
        "the expression has no finite value here: a matrix is singular, or an argument is outside a function's domain"
            .into(),
    )
}

/// The value by the cheapest plan, which runs with such numbers.
fn planned<T: Real>(problem: &Problem, bindings: &Bindings<f64>) -> Result<DMatrix<f64>, PlanError> {
    let (arena, expr) = (&problem.arena, problem.normal[0]);
    let mut graph = Graph::default();
    let root = build(arena, &lower_for_plan(arena, expr)?, bindings, &mut graph)?;
    let plan = Plan::new(&graph, &[root]);
    if plan.flops().value > MOST_FLOPS || plan.looped() > MOST_LOOPED {
        return Err(EvalError::TooMuchWork.into());
    }
    // A plan states what doubles take.
    if plan.memory() / size_of::<f64>() as f64 * size_of::<T>() as f64 > MOST_BYTES {
        return Err(PlanError::TooLarge);
    }
    let values = run(&plan.graph, &plan.roots, &Inputs::<T>::nearest(bindings))?;
    let (rows, cols) = bindings.shape(arena, arena.shape(expr))?;
    let entries = values.first().map(|value| value.entries()).unwrap_or_default();
    Ok(DMatrix::from_row_iterator(rows, cols, entries.into_iter().map(T::widen)))
}

/// The value node by node.
fn evaluated(problem: &Problem, mut bindings: Bindings<f64>) -> Result<DMatrix<f64>, Error> {
    bindings.work_limit = WORK;
    bindings.most_entries = MOST_DOUBLES;
    let at = |root| numeric::evaluate::<f64>(&problem.arena, root, &bindings);
    // In the normal form what does not depend on an index stands outside of its sum.
    let value = match at(problem.raw[0]) {
        Err(EvalError::TooMuchWork | EvalError::TooManyTerms(_)) => at(problem.normal[0]),
        value => value,
    };
    value.map_err(|error| message(&error))
}

fn message(error: &EvalError) -> Error {
    let help = match error {
        EvalError::TooMuchWork | EvalError::TooManyTerms(_) => {
            "\n  = help: a value of a few seconds' work is computed: about a million terms, or a 2,000×2,000 inverse"
        }
        _ => "",
    };
    Error::Message(format!("the expression has no value here: {error}{help}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::matrix_function::work_of_power;

    #[test]
    fn an_inverse_of_two_thousand_rows_is_computed() {
        let work = |n: usize, p: f64| work_of_power(n, p) / f64::DENSE;
        assert!(work(2_000, -1.0) < WORK && work(2_000, 2.0) < WORK);
        assert!(work(20_000, -1.0) > WORK);
    }
}
