//! What a check found, in words.

use super::literal::literal;
use super::page::Page;
use crate::check::{Cause, Certificate, Disagreement, Method, Numbers, Outcome, Reason};
use crate::structure::Structure;

/// The one line that sums up a check.
pub(crate) fn certificate_line(certificate: &Certificate) -> String {
    line(certificate, "largest relative error", ",")
}

/// The same for a point where a gradient vanishes, or that of the Lagrangian under constraints.
pub(super) fn stationary_line(certificate: &Certificate, is_constrained: bool) -> String {
    let found = match is_constrained {
        true => ": the constraints hold and the gradient of L vanishes,",
        false => ": the gradient vanishes,",
    };
    line(certificate, "largest relative residual", found)
}

/// The same for points at which a function is least and may have no derivative.
pub(super) fn least_line(certificate: &Certificate) -> String {
    line(certificate, "largest relative excess", ": of the points that were tried none has a smaller value,")
}

/// The same for subspaces on which a function is least and largest.
pub(super) fn subspace_line(certificate: &Certificate) -> String {
    line(
        certificate,
        "largest relative excess",
        ": of the matrices with orthonormal columns that were tried none has a smaller or a larger value,",
    )
}

fn line(certificate: &Certificate, error: &str, found: &str) -> String {
    match &certificate.outcome {
        Outcome::Passed if certificate.numbers == Numbers::Residues => {
            let sizes = first_sizes(certificate);
            format!("✓ checked exactly at {} random points modulo 2⁶¹ − 1{sizes}", certificate.points)
        }
        Outcome::Passed => {
            let sizes = first_sizes(certificate);
            let with = match certificate.method {
                Method::Values => "values",
                Method::DualNumbers => "dual numbers",
                Method::PowerSeries => "power series",
            };
            format!(
                "✓ checked against {with} at {} points{sizes}{found} {error} {:.1e}",
                certificate.points, certificate.largest_error
            )
        }
        Outcome::Failed(disagreement) => format!("✗ check failed: {}", disagreement_text(disagreement)),
        Outcome::NotChecked(reason) => format!("not checked: {}", reason_text(reason)),
    }
}

pub(super) fn reason_text(reason: &Reason) -> String {
    match reason {
        Reason::NoPoint => "no random point was found at which the expression and its derivative are defined".into(),
        Reason::Evaluation(error) => format!("it cannot be evaluated: {error}"),
        Reason::Family => "the variable is a family".into(),
        Reason::NotDifferentiable => "the variable is not continuous".into(),
        Reason::VaryingDirection => "the direction depends on the variable".into(),
        Reason::Order(order) => format!("no check for derivatives of order {order}"),
        Reason::Shape => "the shapes do not match".into(),
        Reason::BelowResolution => "something in it contributes less than numbers of 31 digits show".into(),
        Reason::LongNumbers => "its numbers have too many digits for an agreement of 31 to say that it is equal".into(),
        Reason::NotRational => "it is not rational in its entries".into(),
    }
}

/// `n = 2, m = 3`
pub(super) fn sizes_text(sizes: &[(String, usize)]) -> String {
    let sizes: Vec<String> = sizes.iter().map(|(name, size)| format!("{name} = {size}")).collect();
    sizes.join(", ")
}

/// The sizes at the first point of a check, ` (the first with n = 2)`.
pub(super) fn first_sizes(certificate: &Certificate) -> String {
    let sizes = certificate.sizes.first().map(|sizes| sizes_text(sizes)).unwrap_or_default();
    if sizes.is_empty() { sizes } else { format!(" (the first with {sizes})") }
}

/// What is wrong at a point, in half a sentence.
pub(super) fn disagreement_text(disagreement: &Disagreement) -> String {
    let at = at_sizes(disagreement);
    match disagreement.cause {
        Cause::Value => {
            let [expected, found] = apart(disagreement.expected, disagreement.found);
            let entry = entry_text(disagreement).unwrap_or_else(|| "it".into());
            format!("{entry} should be {expected} and is {found}{at}")
        }
        Cause::Space(structure) => {
            format!("the answer does not lie in the space of its variable ({}){at}", structure_word(structure))
        }
    }
}

/// What two sides are where they differ.
pub(super) fn sides_text(disagreement: &Disagreement) -> String {
    let entry = entry_text(disagreement).map(|entry| format!("in {entry} ")).unwrap_or_default();
    let [left, right] = apart(disagreement.expected, disagreement.found);
    format!("{entry}the left side is {left}, the right side {right}{}", at_sizes(disagreement))
}

/// Shows the values at a point.
pub(super) fn point(page: &mut Page, disagreement: &Disagreement) {
    for (name, value) in &disagreement.values {
        page.about(format!("  {name} = {}", literal(value)));
    }
}

/// Two numbers that differ, with as many digits as it takes to see that.
pub(super) fn apart(left: f64, right: f64) -> [String; 2] {
    let both = [left, right];
    let differ = |texts: &[String; 2]| {
        let [a, b] = texts.each_ref().map(|text| text.parse::<f64>().unwrap_or(f64::NAN));
        (a - b).abs() > 0.0
    };
    let is_plain = both.iter().all(|value| value.abs() < 1e9) && both.iter().any(|value| value.abs() > 1e-3);
    let plain = (6..17).map(|digits| both.map(|value| format!("{value:.digits$}")));
    let scientific = (4..17).map(|digits| both.map(|value| format!("{value:.digits$e}")));
    let found = plain.filter(|_| is_plain).chain(scientific).find(differ);
    found.unwrap_or_else(|| [format!("{left:e}"), format!("{right:e} in its first 16 digits, but not beyond")])
}

/// The sizes at the point where a check failed.
fn at_sizes(disagreement: &Disagreement) -> String {
    let sizes = sizes_text(&disagreement.sizes);
    if sizes.is_empty() { sizes } else { format!(" with {sizes}") }
}

/// `entry (2, 1)`; nothing for a scalar.
fn entry_text(disagreement: &Disagreement) -> Option<String> {
    let (row, col) = disagreement.entry;
    match disagreement.shape {
        (1, 1) => None,
        (_, 1) => Some(format!("entry {row}")),
        (1, _) => Some(format!("entry {col}")),
        _ => Some(format!("entry ({row}, {col})")),
    }
}

pub(super) fn structure_word(structure: Structure) -> &'static str {
    match structure {
        Structure::General => "a matrix",
        Structure::Symmetric => "symmetric",
        Structure::PositiveDefinite => "positive definite",
        Structure::PositiveSemidefinite => "positive semidefinite",
        Structure::Skew => "skew-symmetric",
        Structure::Diagonal => "diagonal",
        Structure::Orthogonal => "orthogonal",
        Structure::Lower => "lower triangular",
        Structure::Upper => "upper triangular",
    }
}
