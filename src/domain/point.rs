//! Whether a condition holds at a point, by numbers.

use nalgebra::DMatrix;

use super::condition::Condition;
use crate::expr::{Arena, ExprId, Node, Norm, Ranked, Reduction};
use crate::numeric::{Bindings, Extended, Scalar as _, evaluate};

/// Singular values up to this, relative to the largest, are 0, and eigenvalues as near to each other are one.
const RANK: f64 = 1e-12;
/// Entries of X − Xᵀ up to this, relative to the largest of X, are rounding.
const SYMMETRY: f64 = 1e-9;
/// About how many multiplications of 31 digits a value may take.
const LONG_WORK: u64 = 1_000_000;
/// The most rows of a matrix whose eigenvalues or singular values are taken.
const MOST_ROWS: usize = 400;

/// The first condition that does not hold at a point. A point nearby, at which the variables alone are moved, tells what does not stay as it
/// is. What numbers do not tell, and what depends on an index, is taken to hold.
#[must_use]
pub fn violated(
    arena: &Arena,
    conditions: &[Condition],
    point: &Bindings<f64>,
    nearby: &Bindings<f64>,
) -> Option<Condition> {
    conditions.iter().copied().find(|condition| holds(arena, *condition, point, nearby) == Some(false))
}

/// The value of an expression; what is 0 up to rounding is 0.
#[must_use]
pub fn value_at(arena: &Arena, id: ExprId, point: &Bindings<f64>) -> Option<DMatrix<f64>> {
    let mut longer = point.map(Extended::from_f64);
    longer.work_limit = LONG_WORK;
    let long = evaluate::<Extended>(arena, id, &longer).ok();
    let known = |entry: Extended| if entry.relative_error() >= 1.0 { 0.0 } else { entry.to_double() };
    let value = match long.filter(|value| value.iter().all(|entry| entry.is_finite())) {
        Some(value) => value.map(known),
        None => evaluate::<f64>(arena, id, point).ok()?,
    };
    Some(value).filter(|value| !value.is_empty())
}

/// Whether a condition holds at a point, where its value tells.
fn holds(arena: &Arena, condition: Condition, point: &Bindings<f64>, nearby: &Bindings<f64>) -> Option<bool> {
    let at = |id| value_at(arena, id, point);
    let is_real = |value: &DMatrix<f64>| value.iter().all(|entry| !entry.is_nan());
    let of = condition.expr();
    if let Condition::UniqueExtreme(_) | Condition::Simple(_) = condition {
        return holds_below(arena, of, &at);
    }
    let value = at(of)?;
    if !is_real(&value) {
        // An argument of it has no value here.
        return Some(false);
    }
    Some(match condition {
        Condition::NonZero(_) => value.iter().any(|entry| *entry != 0.0),
        Condition::EntriesNonZero(_) => value.iter().all(|entry| *entry != 0.0),
        Condition::Positive(_) => value.iter().all(|entry| *entry > 0.0),
        Condition::Symmetric(_) => is_symmetric(&value),
        Condition::Invertible(_) | Condition::FullRank(_) => rank(&value)? == value.nrows().min(value.ncols()),
        Condition::FullRowRank(_) => rank(&value)? == value.nrows(),
        Condition::SimpleEigenvalue(_, largest) => {
            let values = eigenvalues(&value)?;
            is_simple(&values, if largest { 0 } else { values.len() - 1 })
        }
        Condition::SimpleSingularValue(_) => is_simple(&singular_values(&value)?, 0),
        Condition::Definite(_) => eigenvalues(&value)?.last().is_some_and(|least| *least > 0.0),
        Condition::Semidefinite(_) => {
            let values = eigenvalues(&value)?;
            let largest = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
            values.last().is_some_and(|least| *least >= -RANK * largest)
        }
        Condition::NoNegativeEigenvalues(_) => {
            let values = (value.is_square() && is_manageable(&value)).then(|| value.complex_eigenvalues())?;
            let largest = values.iter().map(|value| value.norm()).fold(0.0, f64::max);
            !values.iter().any(|value| value.re <= 0.0 && value.im.abs() <= RANK * largest)
        }
        Condition::ConstantRank(_) => rank(&value)? >= rank(&value_at(arena, of, nearby)?)?,
        Condition::PatternConstant(_) => {
            let beside = value_at(arena, of, nearby)?;
            value.iter().zip(&beside).all(|(here, there)| (*here == 0.0) == (*there == 0.0))
        }
        Condition::UniqueExtreme(_) | Condition::Simple(_) => return None,
    })
}

/// Whether an extreme is attained once, or an eigenvalue or a singular value is simple: what tells is below the node.
fn holds_below(arena: &Arena, id: ExprId, at: &impl Fn(ExprId) -> Option<DMatrix<f64>>) -> Option<bool> {
    let attained = |values: Vec<f64>| {
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        values.iter().filter(|value| **value == most).count() == 1
    };
    Some(match *arena.node(id) {
        Node::Reduce(Reduction::Max, of) => attained(at(of)?.iter().copied().collect()),
        Node::Reduce(Reduction::Min, of) => attained(at(of)?.iter().map(|entry| -entry).collect()),
        Node::Norm(Norm::Infinity, of) => {
            let values: Vec<f64> = at(of)?.iter().map(|entry| entry.abs()).collect();
            values.iter().any(|entry| *entry > 0.0) && attained(values)
        }
        Node::Ranked(which, of, place) => {
            let (value, place) = (at(of)?, at(place)?[0]);
            let values = if which.is_of_symmetric() { eigenvalues(&value)? } else { singular_values(&value)? };
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is tested")]
            let place = ((1.0..=values.len() as f64).contains(&place)).then(|| place as usize - 1)?;
            let is_positive = matches!(which, Ranked::Eigenvalue | Ranked::Eigenvector)
                || values[place] > RANK * values.first().copied().unwrap_or(0.0);
            is_simple(&values, place) && is_positive
        }
        _ => return None,
    })
}

fn is_manageable(value: &DMatrix<f64>) -> bool {
    value.iter().all(|entry| entry.is_finite()) && value.nrows().max(value.ncols()) <= MOST_ROWS
}

fn is_symmetric(value: &DMatrix<f64>) -> bool {
    value.is_square() && (value - value.transpose()).amax() <= SYMMETRY * value.amax()
}

/// The eigenvalues of a symmetric matrix from the largest on; none of any other.
fn eigenvalues(value: &DMatrix<f64>) -> Option<Vec<f64>> {
    if !is_symmetric(value) || !is_manageable(value) {
        return None;
    }
    let mut values: Vec<f64> = value.symmetric_eigenvalues().iter().copied().collect();
    values.sort_by(|one, other| other.total_cmp(one));
    Some(values)
}

/// The singular values from the largest on.
fn singular_values(value: &DMatrix<f64>) -> Option<Vec<f64>> {
    let mut values: Vec<f64> = is_manageable(value).then(|| value.singular_values())?.iter().copied().collect();
    values.sort_by(|one, other| other.total_cmp(one));
    Some(values)
}

fn rank(value: &DMatrix<f64>) -> Option<usize> {
    let values = singular_values(value)?;
    let largest = values.first().copied().unwrap_or(0.0);
    Some(values.iter().filter(|value| **value > RANK * largest).count())
}

/// Whether the value at a place of a falling list is none of its neighbors.
fn is_simple(values: &[f64], place: usize) -> bool {
    let largest = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let differ = |i: usize, j: usize| (values[i] - values[j]).abs() > RANK * largest;
    place < values.len()
        && (place == 0 || differ(place, place - 1))
        && (place + 1 == values.len() || differ(place, place + 1))
}
