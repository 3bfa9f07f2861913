//! Whether a condition holds at a point, by numbers.

use nalgebra::DMatrix;

use super::condition::Condition;
use crate::expr::{Arena, BigOp, ExprId, Node, Norm, Ranked, Reduction, Spectral};
use crate::numeric::linalg::{complex_eigenvalues, symmetric_eigen, thin_svd};
use crate::numeric::{Bindings, Extended, Scalar as _, evaluate};

/// Eigenvalues as near to each other as this, relative to the largest, are one.
const REPEATED: f64 = 1e-12;
/// The most numbers of a point that are taken with 31 digits.
const MOST_LONG: usize = 1 << 18;
/// Entries of X − Xᵀ up to this, relative to the largest of X, are rounding.
const SYMMETRY: f64 = 1e-9;
/// About how many multiplications of 31 digits a value may take.
const LONG_WORK: u64 = 1_000_000;
/// Matrices whose smallest singular value is at most this, relative to the largest, are singular for the algorithms in doubles.
const NEAR_SINGULAR: f64 = 1e-10;
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

/// Whether conditions hold at a point so clearly that doubles see it: a matrix whose singular values are further apart than doubles can tell
/// has full rank in numbers with more digits alone, and is definite in these alone.
#[must_use]
pub fn hold_in_doubles(arena: &Arena, conditions: &[Condition], point: &Bindings<f64>) -> bool {
    let is_clear = |condition: &Condition| {
        let values: fn(&DMatrix<f64>) -> Option<Vec<f64>> = match condition {
            Condition::Invertible(_) | Condition::FullRank(_) | Condition::FullRowRank(_) => singular_values,
            Condition::Definite(_) => eigenvalues,
            _ => return true,
        };
        let values = value_at(arena, condition.expr(), point).and_then(|found| values(&found.value));
        values.is_none_or(|values| values.last().is_none_or(|least| *least > NEAR_SINGULAR * values[0]))
    };
    violated(arena, conditions, point, point).is_none() && conditions.iter().all(is_clear)
}

/// The first condition that holds at none of the points, where there are some.
#[must_use]
pub fn violated_everywhere(arena: &Arena, conditions: &[Condition], points: &[Bindings<f64>]) -> Option<Condition> {
    let fails = |condition: Condition| points.iter().all(|point| violated(arena, &[condition], point, point).is_some());
    conditions.iter().copied().find(|condition| !points.is_empty() && fails(*condition))
}

/// A value at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct AtPoint {
    /// The value; what is 0 up to rounding is 0, and an entry that is not there is not a number.
    pub value: DMatrix<f64>,
    /// Whether doubles alone tell it, which may have overflowed or lost everything on the way.
    pub is_rough: bool,
}

impl AtPoint {
    /// Whether an entry is not there, though it is not rounding that hides it.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        !self.is_rough && self.value.iter().any(|entry| entry.is_nan())
    }
}

/// The value of an expression at a point; nothing where a symbol has none.
#[must_use]
pub fn value_at(arena: &Arena, id: ExprId, point: &Bindings<f64>) -> Option<AtPoint> {
    let long = (point.entries() <= MOST_LONG).then(|| {
        let mut longer = point.map(Extended::from_f64);
        longer.work_limit = LONG_WORK;
        evaluate::<Extended>(arena, id, &longer).ok()
    });
    let long = long.flatten();
    let known = |entry: Extended| if entry.relative_error() >= 1.0 { 0.0 } else { entry.to_double() };
    let found = match long.as_ref().filter(|value| value.iter().all(|entry| entry.is_finite())) {
        Some(value) => AtPoint { value: value.map(known), is_rough: false },
        None => {
            let value = evaluate::<f64>(arena, id, point).ok()?;
            let is_rough = long.is_none() || !value.iter().any(|entry| entry.is_nan());
            AtPoint { value, is_rough }
        }
    };
    (!found.value.is_empty()).then_some(found)
}

/// Whether a condition holds at a point, where its value tells.
fn holds(arena: &Arena, condition: Condition, point: &Bindings<f64>, nearby: &Bindings<f64>) -> Option<bool> {
    let at = |id| value_at(arena, id, point).map(|found| found.value);
    let of = condition.expr();
    if let Condition::UniqueExtreme(_) | Condition::Simple(_) = condition {
        return holds_below(arena, of, &at);
    }
    let found = value_at(arena, of, point)?;
    if found.is_missing() {
        // An argument of it has no value here.
        return Some(false);
    }
    let is_real = found.value.iter().all(|entry| !entry.is_nan());
    // Determinants and products of many factors are 0 or infinite in doubles though they are not.
    let is_open = found.is_rough && (!is_real || has_wide_values(arena, of));
    let value = found.value;
    if is_open && matches!(condition, Condition::NonZero(_) | Condition::EntriesNonZero(_) | Condition::Positive(_)) {
        let is_seen = is_real && value.iter().all(|entry| *entry != 0.0);
        return is_seen.then(|| !matches!(condition, Condition::Positive(_)) || value.iter().all(|entry| *entry > 0.0));
    }
    if !is_real {
        return None;
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
            values.last().is_some_and(|least| *least >= -REPEATED * largest)
        }
        Condition::NoNegativeEigenvalues(_) => {
            let values = (value.is_square() && is_manageable(&value)).then(|| complex_eigenvalues(&value))??;
            let largest = values.iter().map(|value| value.norm()).fold(0.0, f64::max);
            !values.iter().any(|value| value.re <= 0.0 && value.im.abs() <= REPEATED * largest)
        }
        Condition::ConstantRank(_) => rank(&value)? >= rank(&value_at(arena, of, nearby)?.value)?,
        Condition::PatternConstant(_) => {
            let beside = value_at(arena, of, nearby)?.value;
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
                || values[place] > REPEATED * values.first().copied().unwrap_or(0.0);
            is_simple(&values, place) && is_positive
        }
        _ => return None,
    })
}

/// Whether an expression may have values that no double is, though what goes into it is usual.
fn has_wide_values(arena: &Arena, id: ExprId) -> bool {
    arena.post_order(id).into_iter().any(|id| {
        matches!(
            arena.node(id),
            Node::Det(_)
                | Node::Elementwise(..)
                | Node::MatrixFunction(..)
                | Node::Factorial(_)
                | Node::Power(..)
                | Node::Reduce(Reduction::Product, _)
                | Node::Spectral(Spectral::ProdEig, _)
                | Node::Indexed { op: BigOp::Product, .. }
        )
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
    let mut values: Vec<f64> = symmetric_eigen(value.clone())?.eigenvalues.iter().copied().collect();
    values.sort_by(|one, other| other.total_cmp(one));
    Some(values)
}

/// The singular values from the largest on.
fn singular_values(value: &DMatrix<f64>) -> Option<Vec<f64>> {
    is_manageable(value).then(|| thin_svd(value))?.map(|svd| svd.s)
}

fn rank(value: &DMatrix<f64>) -> Option<usize> {
    let values = singular_values(value)?;
    let largest = values.first().copied().unwrap_or(0.0);
    let least = f64::EPSILON * value.nrows().max(value.ncols()) as f64 * largest;
    Some(values.iter().filter(|value| **value > least).count())
}

/// Whether the value at a place of a falling list is none of its neighbors.
fn is_simple(values: &[f64], place: usize) -> bool {
    let largest = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let differ = |i: usize, j: usize| (values[i] - values[j]).abs() > REPEATED * largest;
    place < values.len()
        && (place == 0 || differ(place, place - 1))
        && (place + 1 == values.len() || differ(place, place + 1))
}
