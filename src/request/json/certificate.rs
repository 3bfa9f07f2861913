//! Checks for documents, and the points that they were made at.

use nalgebra::DMatrix;
use serde_json::{Map, Value, json};

use super::super::certificate::disagreement_text;
use super::super::certificate::reason_text;
use super::symbol;
use crate::check::{Cause, Certificate, Disagreement, Method, Outcome};

/// The outcome of a check.
pub(super) fn check(certificate: &Certificate) -> Value {
    let (detail, counterexample) = match &certificate.outcome {
        Outcome::Passed => (None, None),
        Outcome::Failed(disagreement) => {
            (Some(disagreement_text(disagreement)), Some(self::counterexample(disagreement)))
        }
        Outcome::NotChecked(reason) => (Some(reason_text(reason)), None),
    };
    json!({
        "status": status(&certificate.outcome),
        "detail": detail,
        "counterexample": counterexample,
        "points": certificate.points,
        "sizes": certificate.sizes.iter().map(|sizes| self::sizes(sizes)).collect::<Vec<_>>(),
        "largest_relative_error": certificate.largest_error,
        "method": match certificate.method {
            Method::Values => "values",
            Method::DualNumbers => "dual_numbers",
            Method::PowerSeries => "power_series",
        },
        "seed": certificate.seed,
    })
}

/// How a check ended.
pub(super) fn status(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed(_) => "failed",
        Outcome::NotChecked(_) => "not_checked",
    }
}

/// The point where two things differ.
pub(super) fn counterexample(disagreement: &Disagreement) -> Value {
    let (cause, property) = match disagreement.cause {
        Cause::Value => ("value", None),
        Cause::Space(structure) => ("space", symbol::structure(structure)),
    };
    json!({
        "cause": cause,
        "property": property,
        "entry": [disagreement.entry.0, disagreement.entry.1],
        "shape": [disagreement.shape.0, disagreement.shape.1],
        "expected": disagreement.expected,
        "found": disagreement.found,
        "sizes": sizes(&disagreement.sizes),
        "values": values(&disagreement.values),
        "direction": disagreement.direction.as_ref().map(array),
    })
}

/// Named sizes.
pub(super) fn sizes(sizes: &[(String, usize)]) -> Value {
    Value::Object(sizes.iter().map(|(name, size)| (name.clone(), json!(size))).collect::<Map<_, _>>())
}

/// Named values.
pub(super) fn values(values: &[(String, DMatrix<f64>)]) -> Value {
    Value::Object(values.iter().map(|(name, value)| (name.clone(), array(value))).collect::<Map<_, _>>())
}

/// A value as an array: a number, the entries of a vector or row, or the rows of a matrix.
pub(in super::super) fn array(value: &DMatrix<f64>) -> Value {
    match value.shape() {
        (1, 1) => json!(value[(0, 0)]),
        (_, 1) | (1, _) => entries(value),
        _ => rows(value),
    }
}

/// The entries from the top, or from the left.
pub(super) fn entries(value: &DMatrix<f64>) -> Value {
    json!(value.iter().collect::<Vec<_>>())
}

/// The rows, each a list of its entries.
pub(super) fn rows(value: &DMatrix<f64>) -> Value {
    json!(value.row_iter().map(|row| row.iter().copied().collect::<Vec<_>>()).collect::<Vec<_>>())
}
