//! Checks code: what its operations compute in doubles against the value of the expression that it stands for.
//!
//! The expression is one that passed its own check. It is evaluated with 31 digits; how far doubles are from that value at the same point
//! says how far code may be.

use nalgebra::DMatrix;
use rustc_hash::FxHashMap;

use super::point::{Point, Trial, is_finite, size};
use super::search::at_points;
use super::terms::{Entries, size_of_terms};
use super::tie::is_at_tie;
use super::{Cause, Certificate, CheckOptions, Method, VALUE_FLOOR};
use crate::expr::{Arena, ExprId, Func, IndexId, Node, SymbolId};
use crate::numeric::{Ball, Bindings, EvalError, Scalar, evaluate};

/// Largest difference, relative to the largest entry.
const RELATIVE: f64 = 1e-8;
/// Largest difference, relative to what is given, where the entries are smaller.
const ABSOLUTE: f64 = 1e-12;
/// A point at which code may be further off than this, relative to the largest entry, says nothing.
const WORST: f64 = 1e-3;
/// How much worse than the doubles of the evaluation those of the code may be.
const MARGIN: f64 = 1e6;
/// How much more doubles round away than numbers of 31 digits, with room: in terms that cancel, doubles lose that many times the bound of
/// the error.
const ROUNDING: f64 = 4_503_599_627_370_496.0;
/// Differences up to this, relative to the largest, may be rounding alone.
const EDGE: f64 = 1e-12;
/// Where values are larger than this, their squares are beyond what doubles hold.
const LARGEST: f64 = 1e150;
/// Positions that are drawn for an index that no sum binds.
const POSITIONS: usize = 2;
/// How many points are compared.
const POINTS: usize = 2;
/// About how many multiplications an evaluation may take.
const WORK_LIMIT: u64 = 100_000_000;

/// Checks code of an expression. `found` is its value, laid out as that of the expression; none where an operation fails or the value
/// has another shape. Differentials, those of the expression and those `along` which it is laid out, and indices that no sum binds, get
/// random values.
#[must_use]
pub fn check_code(
    arena: &Arena,
    expr: ExprId,
    along: &[(SymbolId, u32)],
    options: &CheckOptions,
    found: impl Fn(&Bindings<f64>) -> Result<Option<DMatrix<f64>>, EvalError>,
) -> Certificate {
    check_code_where(arena, expr, along, options, |_| true, found)
}

/// As [`check_code`], where a point at which the code is not given says nothing: one at which its conditions do not hold.
#[must_use]
pub fn check_code_where(
    arena: &Arena,
    expr: ExprId,
    along: &[(SymbolId, u32)],
    options: &CheckOptions,
    is_given: impl Fn(&Bindings<f64>) -> bool,
    found: impl Fn(&Bindings<f64>) -> Result<Option<DMatrix<f64>>, EvalError>,
) -> Certificate {
    let (mut differentials, indices) = free(arena, expr);
    // A derivative that vanishes has none of its own.
    differentials.extend(along.iter().filter(|one| !differentials.contains(one)).copied().collect::<Vec<_>>());
    let symbols: Vec<SymbolId> = differentials.iter().map(|(symbol, _)| *symbol).collect();
    let points = options.points.min(POINTS);
    let options = CheckOptions { points, work_limit: options.work_limit.min(WORK_LIMIT), ..options.clone() };
    at_points(arena, &[expr], &symbols, Method::Values, &options, |point| {
        for index in &indices {
            let at = i64::try_from(1 + point.rng.below(POSITIONS)).unwrap_or(1);
            point.bindings.indices.insert(*index, at);
        }
        for (symbol, slot) in &differentials {
            let direction = point.direction(*symbol)?.at(&point.bindings)?;
            point.bindings.differentials.insert((*symbol, *slot), direction);
        }
        Ok(match compare(point, expr, &found)? {
            // Rounding decides which of two equal entries is the largest.
            Trial::Disagree(_)
                if !is_given(&point.bindings)
                    || is_at_tie(arena, expr, &point.bindings)
                    || has_computed_zero(arena, expr, &point.bindings) =>
            {
                Trial::Outside
            }
            trial => trial,
        })
    })
}

/// The differentials of an expression, and the indices that no sum in it binds.
fn free(arena: &Arena, expr: ExprId) -> (Vec<(SymbolId, u32)>, Vec<IndexId>) {
    let (mut differentials, mut indices, mut bound) = (Vec::new(), Vec::new(), Vec::new());
    for id in arena.post_order(expr) {
        match *arena.node(id) {
            Node::Differential(symbol, slot) => differentials.push((symbol, slot)),
            Node::Index(index) => indices.push(index),
            Node::Indexed { index, .. } => bound.push(index),
            _ => {}
        }
    }
    indices.retain(|index| !bound.contains(index));
    (differentials, indices)
}

/// Whether rounding decides which entries are 0, as those of X − max(X) where two entries of an orthogonal X are equal but for their last digit.
fn is_on_edge(arena: &Arena, expr: ExprId, bindings: &Bindings<f64>) -> bool {
    has_indicator(arena, expr, bindings, |f, _, value| {
        let near = EDGE * size(value);
        f == Func::IsZero && value.iter().any(|entry| *entry != 0.0 && entry.abs() <= near)
    })
}

/// Whether an indicator of zeros looks at what is 0 and is found by a decomposition or inverse, as what stands below the diagonal of the inverse of
/// a triangular matrix: another one finds what is left of it by rounding.
fn has_computed_zero(arena: &Arena, expr: ExprId, bindings: &Bindings<f64>) -> bool {
    let is_computed = |id: &ExprId| {
        matches!(
            arena.node(*id),
            Node::Power(..) | Node::Pinv(_) | Node::MatrixFunction(..) | Node::Spectral(..) | Node::Ranked(..)
        )
    };
    has_indicator(arena, expr, bindings, |_, inner, value| {
        value.iter().any(|entry| *entry == 0.0) && arena.post_order(inner).iter().any(is_computed)
    })
}

/// Whether an indicator of zeros or of signs in an expression is one that is looked for: by its function, its argument and the value of that.
fn has_indicator(
    arena: &Arena,
    expr: ExprId,
    bindings: &Bindings<f64>,
    is_meant: impl Fn(Func, ExprId, &DMatrix<f64>) -> bool,
) -> bool {
    arena.post_order(expr).into_iter().any(|id| {
        let Node::Elementwise(f @ (Func::IsZero | Func::Step), inner) = *arena.node(id) else { return false };
        // Beneath a sum an index has no value here.
        evaluate(arena, inner, bindings).is_ok_and(|value| is_meant(f, inner, &value))
    })
}

fn compare(
    point: &Point<'_>,
    expr: ExprId,
    found: impl Fn(&Bindings<f64>) -> Result<Option<DMatrix<f64>>, EvalError>,
) -> Result<Trial, EvalError> {
    let (arena, bindings) = (point.arena, &point.bindings);
    let plain = evaluate(arena, expr, bindings)?;
    if !is_finite(&plain) || is_on_edge(arena, expr, bindings) {
        return Ok(Trial::Outside);
    }
    let mut exact = point.exact()?;
    exact.differentials = bindings.differentials.iter().map(|(key, value)| (*key, value.map(Ball::from_f64))).collect();
    let expected = evaluate(arena, expr, &exact)?;
    let rounded = expected.map(Scalar::real);
    let error = expected.iter().map(|entry| entry.error()).fold(0.0, f64::max);
    let lost = (&plain - &rounded).amax().max(error);
    let given = bindings.symbols.values().map(size).fold(1.0, f64::max);
    let scale = size(&rounded).max(ABSOLUTE / RELATIVE * given);
    let allowed = RELATIVE * scale + MARGIN * lost + ROUNDING * error;
    if !is_finite(&expected) {
        return Ok(Trial::Outside);
    }
    let found = found(bindings)?.filter(|found| found.shape() == rounded.shape());
    let found = found.unwrap_or_else(|| DMatrix::from_element(rounded.nrows(), rounded.ncols(), f64::NAN));
    let is_number = is_finite(&found);
    let difference = (&found - &rounded).amax();
    if is_number && difference <= RELATIVE * scale {
        return Ok(Trial::Agree(difference / scale));
    }
    if allowed > WORST * scale {
        return Ok(Trial::Outside);
    }
    if is_number && difference <= allowed {
        return Ok(Trial::Agree(difference / scale));
    }
    // What is 0, or nearly so, because its terms cancel is as far off as their rounding.
    let scale =
        scale.max(VALUE_FLOOR * size_of_terms(arena, expr, &exact, &mut FxHashMap::default(), Entries::Factors)?);
    if is_number && difference <= RELATIVE * scale {
        return Ok(Trial::Agree(difference / scale));
    }
    if !is_number && scale > LARGEST {
        return Ok(Trial::Outside);
    }
    Ok(Trial::Disagree(Box::new(point.disagreement(&rounded, &found, Cause::Value))))
}
